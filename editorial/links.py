"""Links into the admin."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.urls import reverse
from wagtail.models import Page

_TABLE_PART = re.compile(r"\.(rows\.\d+\.values\.\d+|columns\.\d+\.heading)(\.|$)")


def editor_url(page: Page, path: str = "") -> str:
    """Return the address of a page's editor, opened at a content path.

    Wagtail's editor finds ``#:w:contentpath=`` by the attributes that its comments use. It knows no table cells, so a
    path into a table ends at the table.
    """
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    table = _TABLE_PART.search(path)
    known = path[: table.start()] if table else path
    return f"{url}#:w:contentpath={quote(known)}" if known else url
