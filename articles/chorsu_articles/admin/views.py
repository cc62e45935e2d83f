"""What the editor's scripts ask the server for: slugs, a picture's suggestions, what a text lacks."""

from __future__ import annotations

from copy import copy
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from chorsu_articles.completeness import missing, outline
from chorsu_articles.models import Picture, Publication, SectionPage, model_of_kind
from chorsu_locales.received import is_unreadable_form
from chorsu_locales.selectors import get_language_row
from chorsu_locales.text import slugify
from chorsu_locales.wagtail_compat import policy_registry

MAX_HEADLINE = 1000


@require_GET
def slug(request: HttpRequest) -> JsonResponse:
    """Answer ``{"slug": …}`` for ``?text=`` in ``?language=``; empty text gives an empty slug."""
    text = request.GET.get("text", "")[:MAX_HEADLINE].strip()
    code = get_language_row(request.GET.get("language", "")).code
    return JsonResponse({"slug": slugify(text, code) if text else ""})


@require_GET
def suggestions(request: HttpRequest, picture_id: int) -> JsonResponse:
    """Answer the caption and alternative text that the library suggests for a picture in ``?language=``.

    Only in that language: words in another would be published by mistake.
    """
    policy = policy_registry.get_by_type(Picture)
    allowed = policy.instances_user_has_any_permission_for(request.user, ["choose", "change"])
    picture = get_object_or_404(allowed, pk=picture_id)
    code = request.GET.get("language", "")
    return JsonResponse({"caption": picture.suggested("caption", code), "alt": picture.suggested("alt_text", code)})


@require_POST
def check_page(request: HttpRequest, page_id: int) -> JsonResponse:
    """Answer what the text in the posted edit form lacks, and its outline. Nothing is saved."""
    page = get_object_or_404(Page, pk=page_id).get_latest_revision_as_object()
    if not isinstance(page, Publication):
        raise Http404("Only publications are checked.")
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return _answer(request, page, page.get_parent())


@require_POST
def check_new_page(request: HttpRequest, section_id: int) -> JsonResponse:
    """Answer the same for a page that is not saved yet, of the kind that its section lists."""
    section = get_object_or_404(SectionPage, pk=section_id)
    model = model_of_kind(section.kind)
    if model is None:
        raise Http404("No installed app has what this section lists.")
    if not (section.permissions_for_user(request.user).can_add_subpage() and model.can_create_at(section)):
        raise PermissionDenied
    return _answer(request, model(locale=section.locale), section)


def _answer(request: HttpRequest, page: Publication, parent: Page) -> JsonResponse:
    form = _form(request, copy(page), parent)
    try:
        valid = form.is_valid()
    except Exception as error:
        if is_unreadable_form(error):
            return JsonResponse({"valid": False}, status=400)
        raise
    if not valid:
        # Wagtail's own form says what is wrong; until then the list shows the state before.
        return JsonResponse({"valid": False})
    checked = form.save(commit=False)
    found = missing(checked)
    context = {"missing": found, "outline": outline(checked)}
    return JsonResponse(
        {
            "valid": True,
            "missing": [asdict(item) for item in found],
            "html": render_to_string("chorsu_articles/admin/completeness.html", context, request=request),
        }
    )


def _form(request: HttpRequest, page: Publication, parent: Page) -> Any:
    form_class = type(page).get_edit_handler().get_form_class()
    form = form_class(request.POST, request.FILES, instance=page, parent_page=parent, for_user=request.user)
    # A draft may lack what publication needs.
    form.defer_required_fields()
    return form
