"""One article as a file, from the menu of its editor: its latest version, for whoever may edit it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import Button
from wagtail.models import Page

from chorsu_archive.export.article import as_docx, as_markdown, as_ninjs
from chorsu_articles.models import Publication

# By the ending of the file's name: what the menu calls it, its media type, and who writes it.
FILES: dict[str, tuple[Any, str, Callable[[Publication], bytes | str]]] = {
    "docx": (_("As a Word file"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_docx),
    "md": (_("As Markdown"), "text/markdown; charset=utf-8", as_markdown),
    "json": (_("As ninjs (JSON)"), "application/json", lambda page: json.dumps(as_ninjs(page), ensure_ascii=False)),
}


def article_file(request: HttpRequest, page_id: int, ending: str) -> HttpResponse:
    """Answer with the file; a site that logs what is taken out of the admin sees an attachment."""
    stored = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(stored, Publication) or ending not in FILES:
        raise Http404
    if not stored.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    page = stored.get_latest_revision_as_object()
    _label, media_type, write = FILES[ending]
    name = f"{page.slug}-{page.locale.language_code}.{ending}"
    header = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(write(page), media_type, headers={"Content-Disposition": header})


def offer_files(page: Page, user: Any, view_name: str = "", next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    if issubclass(page.specific_class or Page, Publication) and page.permissions_for_user(user).can_edit():
        for place, (ending, (label, *_rest)) in enumerate(FILES.items()):
            url = reverse("chorsu_archive_article", args=[page.pk, ending])
            yield Button(label, url, icon_name="download", priority=90 + place)
