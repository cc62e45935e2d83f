"""What the editor asks when somebody pastes: a clipboard's content as blocks, a line under a picture as its parts."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chorsu_articles.models import Publication
from chorsu_articles.paste import (
    LONGEST,
    TooLongError,
    TooMuchMarkupError,
    blocks_from_html,
    blocks_from_text,
    credited_caption,
)
from chorsu_locales.normal_form import permitted

# A character takes up to four bytes, and JSON escapes some.
LARGEST_REQUEST = LONGEST * 4
LONGEST_LINE = 600

logger = logging.getLogger(__name__)


@require_POST
def paste(request: HttpRequest) -> JsonResponse:
    """Answer ``{"blocks": […], "headline": ""}`` for the JSON ``{"html": …, "text": …}``.

    A block is the form state that the editor of a ``StreamField`` inserts (``type``, ``value``, ``id``). With
    ``"headline": true`` a heading that the text begins with is answered as ``headline`` and no block. What can't be
    read gives 400, what is too long 413, each with ``error``.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        return _too_long()
    try:
        data = json.loads(request.read())
        html, text = str(data.get("html") or ""), str(data.get("text") or "")
    except (ValueError, AttributeError, RecursionError):
        return _unreadable()
    if len(html) > LONGEST or len(text) > LONGEST:
        return _too_long()
    try:
        blocks = _blocks(html, text)
    except (TooLongError, TooMuchMarkupError) as error:
        return _too_long() if isinstance(error, TooLongError) else _too_much_markup()
    except (ValueError, RecursionError):
        logger.warning("A clipboard of %d characters could not be read as blocks.", len(html or text), exc_info=True)
        return _unreadable()
    headline = ""
    if data.get("headline") and len(blocks) > 1 and blocks[0]["type"] == "heading":
        headline = blocks.pop(0)["value"]["text"]
    return JsonResponse({"blocks": form_states(blocks), "headline": headline})


@require_POST
def caption_line(request: HttpRequest) -> JsonResponse:
    """Answer ``caption`` and ``credit`` of the posted ``text``, both empty where it is no line under a picture."""
    text = permitted(request.POST.get("text", ""))
    found = credited_caption(text) if len(text) <= LONGEST_LINE else None
    return JsonResponse({"caption": found.caption if found else "", "credit": found.written if found else ""})


def _blocks(html: str, text: str) -> list[dict[str, Any]]:
    return (blocks_from_html(html) if html.strip() else []) or blocks_from_text(text)


def form_states(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return form states of raw blocks, each with an id of its own."""
    body = Publication._meta.get_field("body").stream_block
    raw = [{"type": block["type"], "value": block["value"], "id": str(uuid.uuid4())} for block in blocks]
    states: list[dict[str, Any]] = body.get_form_state(body.to_python(raw))
    return states


def _too_long() -> JsonResponse:
    message = _("This is too long to be pasted at once: at most %(number)d million characters. Paste it in parts.")
    return JsonResponse({"error": message % {"number": LONGEST // 1_000_000}}, status=413)


def _too_much_markup() -> JsonResponse:
    message = _("This has too much formatting to be pasted at once. Paste it in parts, or without formatting.")
    return JsonResponse({"error": message}, status=413)


def _unreadable() -> JsonResponse:
    return JsonResponse({"error": _("This could not be read as text.")}, status=400)
