"""One unit in the form of Wagtail's rich-text editor, as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import Page
from wagtail.rich_text import features

from chorsu_editorial.reading import Leaf, Unit, get_leaf
from chorsu_editorial.reading import units as units_of_leaf
from chorsu_locales.received import whole_number
from chorsu_translation.selectors.rights import may_read
from chorsu_translation.selectors.units import Comparison, comparison
from chorsu_translation.snapshots import paths_in_page, unit_hash
from chorsu_translation.views.units import offered_for, refused


@require_GET
def content(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer with one unit of a rich text in the form of Wagtail's editor, to be put into it.

    ``suggestion`` is the number, from 0, of what ``units`` offers for it; without it the source itself is answered.
    ``key`` is that of the unit that was shown, if any was: 409 where the source says something else there now.
    """
    target = get_object_or_404(Page, pk=page_id)
    if answer := refused(request, target):
        return answer
    found = comparison(target)
    path, index = request.GET.get("path", ""), whole_number(request.GET.get("index", ""))
    if found is None or index is None or not may_read(user=request.user, page=found.source):
        return JsonResponse({"error": _("There is no such paragraph.")}, status=404)
    number = whole_number(request.GET.get("suggestion", ""))
    if number is not None:
        return _suggested(found, target, (path, index), number)
    leaf = get_leaf(found.text, paths_in_page(found.text).get(path, path))
    units = units_of_leaf(leaf) if leaf is not None and leaf.kind == "rich_text" else []
    if leaf is None or index >= len(units):
        return JsonResponse({"error": _("There is no such paragraph.")}, status=404)
    if request.GET.get("key", here := unit_hash(units[index].html)) != here:
        text = _("The source has changed meanwhile. Look at this paragraph again.")
        return JsonResponse({"error": text}, status=409)
    return JsonResponse(_block(leaf, units, index))


def _suggested(found: Comparison, target: Page, place: tuple[str, int], number: int) -> HttpResponse:
    offered = offered_for(found, target).get(place, [])
    if number >= len(offered):
        return JsonResponse({"error": _("This suggestion is no longer there.")}, status=404)
    return JsonResponse(_one_block(offered[number].html))


def _one_block(html: str) -> dict[str, Any]:
    converter = ContentstateConverter(features.get_converter_features("contentstate"))
    raw: dict[str, Any] = json.loads(converter.from_database_format(f"<p>{html}</p>"))
    return raw


def _block(leaf: Leaf, found: list[Unit], index: int) -> dict[str, Any]:
    converter = ContentstateConverter(features.get_converter_features("contentstate"))
    raw = json.loads(converter.from_database_format(leaf.source))
    blocks = [block for block in raw["blocks"] if block["type"] != "atomic" and block["text"].strip()]
    if len(blocks) != len(found):
        # The editor splits this text otherwise: then the paragraph alone, without what it is.
        return _one_block(found[index].html)
    used = {str(each["key"]) for each in blocks[index]["entityRanges"]}
    return {
        "blocks": [blocks[index]],
        "entityMap": {key: entity for key, entity in raw["entityMap"].items() if str(key) in used},
    }
