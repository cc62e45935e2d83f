"""What the page editor shows of a translation's source, as JSON."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page

from chorsu_editorial.alignment import COMPARED, marked_html, shown_html
from chorsu_editorial.differences import field_label
from chorsu_editorial.links import is_in_table, table_cell
from chorsu_editorial.markup import readable_text
from chorsu_editorial.reading import Unit
from chorsu_locales.dates import format_datetime
from chorsu_locales.received import whole_number
from chorsu_locales.selectors import get_language_row
from chorsu_translation.models import Baseline, UnitMark
from chorsu_translation.selectors.form_places import FormPlaces
from chorsu_translation.selectors.pages import current_text
from chorsu_translation.selectors.rights import may_read
from chorsu_translation.selectors.suggestions import Suggestion, suggestions
from chorsu_translation.selectors.units import (
    Comparison,
    TranslationUnit,
    comparison,
    readable_versions,
    text_since,
)
from chorsu_translation.services import SourceChangedError
from chorsu_translation.services.marks import mark_unit
from chorsu_translation.snapshots import count_words, take_snapshot

# What the words of one page's units may take to compare; what is beyond it is marked as a whole.
ALL_COMPARED_WORDS = 16 * COMPARED


@require_GET
def units(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer with a translation's source, unit by unit, for who may edit the translation.

    204 where the page is no translation, or its source is a draft that this person may not read. ``language`` names
    another version of the article that is to be shown beside it.
    """
    target = get_object_or_404(Page, pk=page_id)
    return refused(request, target) or _answer(request, target, request.GET.get("language", ""))


@require_POST
def mark(request: HttpRequest, page_id: int) -> HttpResponse:
    """Mark a unit as done, or not (``done=0``), and answer as ``units`` does; 409 where the source has changed.

    ``kept=1``: it is one that the source has no longer.
    """
    target = get_object_or_404(Page, pk=page_id)
    index = whole_number(request.POST.get("index", ""))
    if answer := refused(request, target):
        return answer
    path = request.POST.get("path", "")
    if index is None or len(path) > (UnitMark._meta.get_field("path").max_length or 0):
        return JsonResponse({"error": _("There is no such paragraph.")}, status=400)
    try:
        mark_unit(
            target=target,
            user=request.user,
            path=path,
            index=index,
            key=request.POST.get("key", ""),
            done=request.POST.get("done") != "0",
            kept=request.POST.get("kept") == "1",
        )
    except SourceChangedError:
        text = _("The source has changed meanwhile. Look at this paragraph again.")
        return JsonResponse({"error": text}, status=409)
    return _answer(request, target, request.POST.get("language", ""))


def refused(request: HttpRequest, target: Page) -> HttpResponse | None:
    """Refuse as JSON: Wagtail's admin would answer ``PermissionDenied`` with a redirect."""
    if target.permissions_for_user(request.user).can_edit():
        return None
    return JsonResponse({"error": _("You may not edit this page.")}, status=403)


def _answer(request: HttpRequest, target: Page, language: str) -> HttpResponse:
    found = comparison(target)
    if found is None or not may_read(user=request.user, page=found.source):
        return HttpResponse(status=204)
    others = [page for page in readable_versions(target=target, user=request.user) if page.pk != found.source.pk]
    also = next((page for page in others if page.locale.language_code == language), None)
    done = [unit for unit in found.units if unit.done]
    words = sum(unit.words for unit in done), sum(unit.words for unit in found.units)
    progress = _("%(done)d of %(all)d paragraphs, %(done_words)d of %(all_words)d words") % {
        "done": len(done),
        "all": len(found.units),
        "done_words": words[0],
        "all_words": words[1],
    }
    context = {"source": found.source, "target": target, "others": others, "also": also}
    units = _units(found, target)
    answer = {
        "bar": render_to_string("chorsu_translation/admin/units.html", context, request),
        "source": _language(found.source),
        "target": _language(target),
        "digest": found.snapshot.digest,
        "behind": found.behind,
        "ready": not found.open_changes,
        "standing": _standing(found),
        "control": _("Up to date with the source of %(time)s") % {"time": _source_time(found, found.snapshot.digest)},
        "progress": {"text": progress, "done": words[0], "all": words[1]},
        "also": _also(also),
        "units": units,
        # Whether the form has more to it than fields and blocks, or a text is to be taken out.
        "extras": any(unit["extra"] for unit in units),
    }
    return JsonResponse(answer)


def _language(page: Page) -> dict[str, str]:
    code = page.locale.language_code
    return {"lang": code, "dir": get_language_row(code).direction}


def _also(page: Page | None) -> dict[str, Any] | None:
    if page is None:
        return None
    texts = {f"{path} {index}": shown_html(str(html)) for path, index, html in take_snapshot(current_text(page)).units}
    return {**_language(page), "texts": texts}


def _units(found: Comparison, target: Page) -> list[dict[str, Any]]:
    offered = offered_for(found, target)
    left = ALL_COMPARED_WORDS
    answers = []
    names: dict[str, str] = {}
    specific = found.text
    places = FormPlaces(specific, found.version)
    for unit in found.units:
        each = unit.source
        field = each.path.partition(".")[0]
        names[field] = names.get(field) or field_label(specific, field)
        left -= count_words(each.was) * unit.words if each.state == "changed" else 0
        answers.append(
            {
                "path": each.path,
                "index": each.index,
                "field": places[each.path],
                "extra": each.state == "removed" or is_in_table(each.path) or places.in_row(each.path),
                "at": unit.at,
                "count": found.counts.get(each.path, 0),
                "state": each.state,
                "label": _label(unit),
                "place": _place(names[field], each.path),
                "html": _shown(unit, whole=left < 0),
                "text": unescape(each.html),
                "was": shown_html(each.was),
                "done": unit.done,
                "marked": unit.marked,
                "words": unit.words,
                "key": unit.key,
                "suggestions": _suggestions(offered.get((each.path, each.index), []), target),
            }
        )
    return answers


def offered_for(found: Comparison, target: Page) -> dict[tuple[str, int], list[Suggestion]]:
    """Return the suggestions for what is to do."""
    open_units = [unit.source for unit in found.units if not unit.done and unit.source.state != "removed"]
    wanted = [Unit(each.path, each.index, readable_text(each.html, rich=True), each.html) for each in open_units]
    return suggestions(target, wanted, source_locale=found.source.locale)


def _suggestions(offered: list[Suggestion], target: Page) -> str:
    if not offered:
        return ""
    shown = [{"html": mark_safe(shown_html(each.html)), "text": unescape(each.html), "from": each} for each in offered]  # noqa: S308 - tags from a list
    context = {"offered": shown, "target": target}
    return render_to_string("chorsu_translation/admin/suggestions.html", context)


def _shown(unit: TranslationUnit, *, whole: bool) -> str:
    each = unit.source
    if each.state == "removed":
        return f"<del>{shown_html(each.was)}</del>"
    if each.state != "changed":
        return shown_html(each.html)
    if whole:
        return f"<del>{shown_html(each.was)}</del> <ins>{shown_html(each.html)}</ins>"
    return marked_html(each.was, each.html)


def _label(unit: TranslationUnit) -> str:
    labels = {
        "changed": pgettext("paragraph of the source", "changed"),
        "new": pgettext("paragraph of the source", "new"),
        "removed": pgettext("paragraph of the source", "removed"),
        "moved": pgettext("paragraph of the source", "moved"),
    }
    return labels.get(unit.source.state, "" if unit.done else pgettext("paragraph of the source", "not translated"))


def _place(name: str, path: str) -> str:
    if cell := table_cell(path):
        text = _("%(field)s, row %(row)d, column %(column)d")
        return text % {"field": name, "row": cell[0], "column": cell[1]}
    return _("%(field)s, table") % {"field": name} if is_in_table(path) else name


def _source_time(found: Comparison, digest: str) -> str:
    moment = text_since(found.source, digest) or found.source.latest_revision_created_at
    return format_datetime(moment, get_language() or "", "short") if moment else "–"


def _what_is_open(number: int) -> str:
    if not number:
        return _("All changed paragraphs are done; nobody has declared it up to date yet.")
    text = ngettext(
        "%(number)d changed paragraph is not translated", "%(number)d changed paragraphs are not translated", number
    )
    return text % {"number": number}


def _standing(found: Comparison) -> str:
    """Say, to the reviewer too, what the latest version is up to date with."""
    baseline = found.baseline
    if found.link.adapted:
        return _("This page tells it in its own way and isn't compared with its source.")
    if baseline is None:
        return ""
    if found.behind:
        return _what_is_open(len(found.open_changes))
    values = {
        "time": _source_time(found, baseline.digest),
        "who": get_user_display_name(baseline.declared_by) if baseline.declared_by else "",
    }
    if baseline.how == Baseline.How.STARTED:
        return _("Begun from the source of %(time)s") % values
    if baseline.declared_by is None:
        return _("Declared up to date with the source of %(time)s") % values
    return _("Declared up to date with the source of %(time)s by %(who)s") % values
