"""What the editor's scripts ask the server for: slugs, pasted text, what a text lacks, who is signed in."""

from __future__ import annotations

import json
import logging
import uuid
from copy import copy
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page, Revision

from chorsu_articles.missing import completeness
from chorsu_articles.models import Picture, Publication, SectionPage
from chorsu_articles.models.publications import model_of_kind
from chorsu_articles.offers import form_offers
from chorsu_articles.paste import LONGEST, TooLongError, blocks_from_html, blocks_from_text, take_headline
from chorsu_articles.pictures.credit_lines import LONGEST_LINE, credited_caption
from chorsu_editorial.differences import MOST_PASSAGES, passages
from chorsu_editorial.markup import TooMuchMarkupError
from chorsu_locales.normal_form import permitted
from chorsu_locales.request_checks import is_unreadable_form
from chorsu_locales.selectors import get_language_row, is_known
from chorsu_locales.text import slugify
from chorsu_locales.wagtail_compat import policy_registry

# A character takes up to four bytes, and JSON escapes some.
LARGEST_REQUEST = LONGEST * 4
# Digits of a time in milliseconds.
LONGEST_TIME = 15
logger = logging.getLogger("chorsu_articles")


@require_GET
def slug(request: HttpRequest) -> JsonResponse:
    """Answer ``{"slug": …}`` for ``?text=`` in ``?language=``; empty text gives an empty slug."""
    text = request.GET.get("text", "")[:1000].strip()
    code = get_language_row(request.GET.get("language", "")).code
    return JsonResponse({"slug": slugify(text, code) if text else ""})


@require_GET
def suggestions(request: HttpRequest, picture_id: int) -> JsonResponse:
    """Answer the caption and alternative text that the library suggests for a picture, in ``?language=`` alone."""
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


@require_POST
def kept_text(request: HttpRequest, page_id: int) -> JsonResponse:
    """Answer ``html`` for people: how the posted edit form, which a browser keeps, differs from the stored text.

    ``?kept=`` says when the browser kept it, in milliseconds. Nothing is saved.
    """
    # Two objects: the form changes its own, with its child rows.
    stored, kept = (get_object_or_404(Page, pk=page_id).get_latest_revision_as_object() for _side in range(2))
    if not stored.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    form = _posted_form(request, kept, kept.get_parent())
    if refusal := _refusal(form):
        return refusal
    changed = [passage for passage in passages(stored, form.save(commit=False)) if passage.is_changed]
    revision = stored.latest_revision
    context = {
        "page": stored,
        "revision": revision,
        "is_newer": revision is None or _is_newer(request, revision),
        "passages": changed[:MOST_PASSAGES],
        "more": len(changed[MOST_PASSAGES:]),
    }
    html = render_to_string("chorsu_articles/admin/kept_text.html", context, request=request)
    return JsonResponse({"valid": True, "html": html})


def _is_newer(request: HttpRequest, revision: Revision) -> bool:
    """Tell whether a kept text is newer than a stored revision.

    It is for certain where the browser had that revision before it; else its clock has to be believed.
    """
    if request.POST.get("loaded_revision_id") == str(revision.pk):
        return True
    kept = request.GET.get("kept", "")
    is_time = kept.isdecimal() and len(kept) <= LONGEST_TIME
    return is_time and int(kept) / 1000 > revision.created_at.timestamp()


def _posted_form(request: HttpRequest, page: Page, parent: Page) -> Any:
    """Return the edit form of a page in memory, which it will change, as a draft that may lack anything."""
    form_class = page.get_edit_handler().get_form_class()
    form = form_class(request.POST, request.FILES, instance=page, parent_page=parent, for_user=request.user)
    # A draft may lack what publication needs.
    form.defer_required_fields()
    return form


def _refusal(form: Any) -> JsonResponse | None:
    """Return the answer to a form that can't be read, or is wrong: Wagtail's own form says what is wrong with it."""
    try:
        valid = form.is_valid()
    except Exception as error:
        if is_unreadable_form(error):
            return JsonResponse({"valid": False}, status=400)
        raise
    return None if valid else JsonResponse({"valid": False})


def _answer(request: HttpRequest, page: Publication, parent: Page) -> JsonResponse:
    form = _posted_form(request, copy(page), parent)
    if refusal := _refusal(form):
        # Until then the list stays as it was.
        return refusal
    checked = form.save(commit=False)
    context = completeness(checked)
    return JsonResponse(
        {
            "valid": True,
            "missing": [asdict(item) for item in context["missing"]],
            "hints": [asdict(item) for item in context["hints"]],
            "html": render_to_string("chorsu_articles/admin/completeness.html", context, request=request),
            "offers": render_to_string("chorsu_articles/admin/offers.html", form_offers(form), request=request),
        }
    )


@require_POST
def paste(request: HttpRequest) -> JsonResponse:
    """Answer ``{"blocks": […], "headline": "", "merged": false}`` for ``{"html": …, "text": …, "language": …}``.

    A block is the form state that the editor of a ``StreamField`` inserts (``type``, ``value``, ``id``). With
    ``"headline": true`` a heading at the beginning is answered as ``headline``, not in the text. Where nothing but one
    text comes, ``html`` is that. ``merged`` says that a table repeats the text of merged cells. What can't be read
    gives 400, what is too long 413, each with ``error``.
    """
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
            return _too_long()
        data = json.loads(request.read())
        html, text, language = (str(data.get(name) or "") for name in ("html", "text", "language"))
        if len(html) > LONGEST or len(text) > LONGEST:
            return _too_long()
    except (ValueError, AttributeError, RecursionError):
        return _unreadable()
    try:
        language = language if is_known(language) else ""
        blocks = (blocks_from_html(html, language) if html.strip() else []) or blocks_from_text(text, language)
    except (TooLongError, TooMuchMarkupError) as error:
        message = _("This has too much formatting to be pasted at once. Paste it in parts, or without formatting.")
        return _too_long() if isinstance(error, TooLongError) else JsonResponse({"error": message}, status=413)
    except (ValueError, RecursionError):
        logger.warning("A clipboard of %d characters could not be read as blocks.", len(html or text), exc_info=True)
        return _unreadable()
    headline = take_headline(blocks) if data.get("headline") else ""
    html = blocks[0]["value"] if len(blocks) == 1 and blocks[0]["type"] == "paragraph" else ""
    merged = any(block.get("merged") for block in blocks)
    return JsonResponse({"blocks": form_states(blocks), "headline": headline, "html": html, "merged": merged})


@require_POST
def caption_line(request: HttpRequest) -> JsonResponse:
    """Answer ``caption`` and ``credit`` of the posted ``text``, both empty where it is no line under a picture."""
    text = permitted(request.POST.get("text", ""))
    found = credited_caption(text) if len(text) <= LONGEST_LINE else None
    return JsonResponse({"caption": found.caption if found else "", "credit": found.written if found else ""})


def form_states(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    body = Publication._meta.get_field("body").stream_block
    raw = [{"type": block["type"], "value": block["value"], "id": str(uuid.uuid4())} for block in blocks]
    return list(body.get_form_state(body.to_python(raw))) if raw else []


def _too_long() -> JsonResponse:
    message = _("This is too long to be pasted at once: at most %(number)d million characters. Paste it in parts.")
    return JsonResponse({"error": message % {"number": LONGEST // 1_000_000}}, status=413)


def _unreadable() -> JsonResponse:
    return JsonResponse({"error": _("This could not be read as text.")}, status=400)


def editor_messages() -> dict[str, str]:
    """Return the scripts' texts by name; those with a number once for each category of Intl.PluralRules."""
    counted = {
        "pasted": lambda n: ngettext("{number} block pasted", "{number} blocks pasted", n),
        "added": lambda n: ngettext("{number} picture added", "{number} pictures added", n),
        "replaced": lambda n: ngettext("{number} place replaced", "{number} places replaced", n),
        "words": lambda n: ngettext("%(words)s word", "%(words)s words", n) % {"words": "{number}"},
        "files": lambda n: ngettext("{number} file:", "{number} files:", n),
    }
    # The numbers stand for the categories of Russian and English.
    categories = {"one": 1, "few": 2, "many": 5, "other": 5}
    return {
        **{f"{name}_{each}": text(n) for name, text in counted.items() for each, n in categories.items()},
        "headline": _("The heading at the top became the headline."),
        "merged": _("Merged cells were filled with their text."),
        "pasting": _("The text is being split into blocks…"),
        "taken": _("Taken: {what}"),
        "stays": _("What was changed since then stays."),
        "captioned": _("Caption and credit were taken from this line."),
        "uploading": _("Picture {number} of {total} is being uploaded…"),
        "again": _("The newsroom’s database is busy: picture {number} of {total} will be sent again…"),
        "refused": _("{name}: {reason}"),
        "no_connection": _("The server did not answer. Check the connection and try again."),
        "no_picture": _("{name}: this is no picture. Other files are added with the block “File”."),
        "may_not": _("You may not add pictures to the library."),
        "offline": _("You are offline. Your text is kept in this browser and will be saved when you are back."),
        "signed_out": _("Your session has ended. Sign in again in a new tab; your text is kept and will be saved."),
        "other_user": _(
            "{name} is signed in now, and your text is not saved under another name. "
            "Sign in as yourself in a new tab; your text is kept."
        ),
        "server": _("The server could not save your text. It is kept in this browser and will be tried again."),
        "full": _("You are cut off, and this browser can't keep the text: don't close this page before it is saved."),
        "back": _("Saved again: nothing was lost."),
        "unchanged_page": _("Nothing is sent before the text can be saved."),
        "offer": _("A text that could not be saved is kept in this browser: “{title}”, {time}."),
        "restoring": _("The text is being restored…"),
        "not_restored": _("It could not be restored: {reason}"),
        "not_found": _("Not found"),
        "untitled": _("Without a headline"),
    }


@require_GET
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Answer the signed-in ``user`` (key and name) and the ``token`` of this session's forms; others get 403."""
    user = request.user
    return JsonResponse({"user": str(user.pk), "name": user.get_username(), "token": get_token(request)})
