"""The source beside the translation in the page editor: what it shows, as JSON, and what a translator marks there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import wraps
from html import unescape
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page
from wagtail.rich_text import features

from chorsu_editorial.alignment import COMPARED, marked_html, shown_html, text_of
from chorsu_editorial.differences import field_label
from chorsu_editorial.links import is_in_table, table_cell
from chorsu_editorial.markup import readable_text
from chorsu_editorial.reading import Leaf, Unit, child_relations, get_leaf
from chorsu_editorial.reading import units as units_of_leaf
from chorsu_locales.dates import format_datetime
from chorsu_locales.request_checks import whole_number
from chorsu_locales.selectors import get_language_row
from chorsu_translation.baselines import SourceChangedError, declare_up_to_date
from chorsu_translation.codes import CodesChangedError, to_codes
from chorsu_translation.drafts import confirm, record_drafts, text_key
from chorsu_translation.editor.units import Bitext, FormPaths, TranslationUnit, bitext_of, changes_since, text_since
from chorsu_translation.findings import Name
from chorsu_translation.findings.numbers_and_names import known_names
from chorsu_translation.glossary.terms import hits
from chorsu_translation.machine import machine_of
from chorsu_translation.memory.search import Match, Memory
from chorsu_translation.models import Baseline, TranslationLink, UnitDraft, UnitMark
from chorsu_translation.pages import TranslationError, current_text, may_read, translatable_pages
from chorsu_translation.planning import open_request
from chorsu_translation.snapshots import count_words, divided_like, paths_in_page, said_hash, take_snapshot

# What the words of one page's units may take to compare; what is beyond it is marked as a whole.
ALL_COMPARED_WORDS = 16 * COMPARED
NAMED_CHANGES = 3


@transaction.atomic
def mark_unit(*, target: Page, user: Any, path: str, index: int, key: str, done: bool, kept: bool = False) -> None:
    """Mark a unit as done for the source's text whose hash is ``key``, or remove the mark.

    ``path`` and ``index`` are where the person saw it; it may stand elsewhere in its field by now. ``kept``: the source
    has the unit no longer, and the translation keeps it on purpose. Nothing is logged: the mark itself says who and
    when. Raises ``PermissionDenied`` where the user may not edit the translation, and ``SourceChangedError`` where the
    source's field has, or with ``kept`` lacks, no such text now.
    """
    if not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    found = bitext_of(target)
    if found is None or not may_read(user=user, page=found.source):
        raise PermissionDenied
    units = [unit for unit in found.units if unit.key == key and (unit.source.state == "removed") == kept]
    here = [unit for unit in units if text_of(unit.source.path) == text_of(path)]
    if not here:
        raise SourceChangedError(found.source)
    if done:
        said = {"marked_by": user, "marked_at": timezone.now()}
        here = [min(here, key=lambda each: (each.source.path != path, abs(each.source.index - index)))]
        unit = here[0].source
        UnitMark.objects.update_or_create(
            target_id=target.pk, path=unit.path, index=unit.index, source_hash=key, kept=kept, defaults=said
        )
    else:
        marks = UnitMark.objects.filter(target=target.pk, source_hash=key, kept=kept)
        UnitMark.objects.filter(pk__in=[mark.pk for mark in marks if text_of(mark.path) == text_of(path)]).delete()
    confirm(target=target, user=user, keys=[text_key(each.html) for each in here], confirmed=done)


@transaction.atomic
def declare_saved(*, target: Page, user: Any, seen: str, only_if_done: bool) -> bool:
    """Declare the latest version of a translation up to date with its source, and return whether that was done.

    It isn't where the version is up to date already or, with ``only_if_done``, where a changed unit is still to do.
    Raises what ``declare_up_to_date`` raises.
    """
    found = bitext_of(target)
    if found is None or found.link.adapted or not may_read(user=user, page=found.source):
        return False
    if found.snapshot.digest != seen:
        raise SourceChangedError(found.source)
    if not found.behind or (only_if_done and found.open_changes):
        return False
    version = target.latest_revision_id
    declare_up_to_date(target=target, user=user, seen=seen, how=Baseline.How.TRANSLATED, revision_id=version)
    return True


def of_editable_page(view: Callable[[HttpRequest, Page], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the page, or refuse as JSON: Wagtail's admin would answer ``PermissionDenied`` with a redirect."""

    @wraps(view)
    def checked(request: HttpRequest, page_id: int) -> HttpResponse:
        page = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
        user: Any = request.user
        if not page.permissions_for_user(user).can_edit():
            return JsonResponse({"error": _("You may not edit this page.")}, status=403)
        return view(request, page)

    return checked


@require_GET
@of_editable_page
def units(request: HttpRequest, target: Page) -> HttpResponse:
    """Answer with a translation's source, unit by unit; ``language`` names another version to show beside it.

    204 where the page is no translation, or its source is a draft that this person may not read.
    """
    return _units_response(request, target, request.GET.get("language", ""))


@require_POST
@of_editable_page
def mark(request: HttpRequest, target: Page) -> HttpResponse:
    """Mark a unit as done, or not (``done=0``), and answer as ``units`` does; 409 where the source has changed."""
    index = whole_number(request.POST.get("index", ""))
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
    return _units_response(request, target, request.POST.get("language", ""))


def _units_response(request: HttpRequest, target: Page, language: str) -> HttpResponse:
    found = bitext_of(target)
    if found is None or not may_read(user=request.user, page=found.source):
        return HttpResponse(status=204)
    pages = translatable_pages().filter(translation_key=target.translation_key)
    ordered = pages.exclude(pk__in=[target.pk, found.source.pk]).select_related("locale").order_by("locale_id")
    others = [page for page in ordered if may_read(user=request.user, page=page)]
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
    context |= {"asked": open_request(target, target.locale), "machine": machine_of(found.text, target)}
    units = _units(request, found, target)
    source_time = _source_time(found)
    shown: dict[str, Any] = {
        "bar": render_to_string("chorsu_translation/editor/units.html", context, request),
        "source": _language(found.source),
        "digest": found.snapshot.digest,
        "behind": found.behind,
        "ready": not found.open_changes,
        "standing": _standing(found, source_time),
        "control": _("Up to date with the source of %(time)s") % {"time": source_time},
        "progress": {"text": progress, "done": words[0], "all": words[1]},
        "also": None,
        "units": units,
        # Whether the form has more to it than fields and blocks, or a text is to be taken out.
        "extras": any(unit["extra"] for unit in units),
    }
    if also is not None:
        texts = divided_like(take_snapshot(current_text(also)).units, found.snapshot.units)
        shown["also"] = {
            **_language(also),
            "texts": {f"{path} {at}": shown_html(html) for path, said in texts.items() for at, html in enumerate(said)},
        }
    return JsonResponse(shown)


def _language(page: Page) -> dict[str, str]:
    code = page.locale.language_code
    return {"lang": code, "dir": get_language_row(code).direction}


def terms_of(
    found: Bitext, units: Iterable[TranslationUnit], names: Iterable[Name] | None = None
) -> dict[tuple[str, int], list[Name]]:
    """Return the terms of the glossary in what the source says, by its places; ``names`` as ``hits`` takes them."""
    asked = {(each.path, each.index): each.html for each in (unit.source for unit in units)}
    return hits(asked, source_locale=found.source.locale, target_locale=found.version.locale, names=names)


def _units(request: HttpRequest, found: Bitext, target: Page) -> list[dict[str, Any]]:
    open_units = [unit for unit in found.units if not unit.done and unit.source.state != "removed"]
    names_of_both = known_names(found.source.locale.language_code, target.locale.language_code)
    memory = Memory(target, found.source.locale, names=names_of_both)
    known = memory.of_units(unit.source.html for unit in open_units)
    terms = terms_of(found, open_units, names_of_both)
    # An article that repeats a paragraph needs it translated once.
    repeats = {unit.source.html: unit.html for unit in found.units if unit.done and unit.html}
    shown_by = {"request": request, "target": target, "source": found.source}
    left = ALL_COMPARED_WORDS
    shown = []
    names: dict[str, str] = {}
    form_paths, relations = FormPaths(found.text, found.version), child_relations(type(found.text))
    for unit in found.units:
        each = unit.source
        place = each.path, each.index
        field = each.path.partition(".")[0]
        names[field] = names.get(field) or field_label(found.text, field)
        left -= count_words(each.was) * unit.words if each.state == "changed" else 0
        offered = [] if unit.done else known.get(each.html, [])
        if not unit.done and (here := repeats.get(each.html)):
            offered = [Match(here), *(other for other in offered if other.html != here)]
        shown.append(
            {
                "path": each.path,
                "index": each.index,
                "field": form_paths[unit.beside],
                "beside": f"{each.path} {each.index}" if unit.beside == each.path else f"{unit.beside} {unit.at}",
                "extra": each.state == "removed" or is_in_table(each.path) or field in relations,
                "at": unit.at,
                # Where the field has another number of units by now.
                "near": each.index if unit.beside == each.path else unit.at,
                "count": found.counts.get(unit.beside, 0),
                "state": each.state,
                "label": _label(unit),
                "place": place_name(names[field], each.path),
                "html": _shown(unit, whole=left < 0),
                "text": unescape(each.html),
                "was": shown_html(each.was),
                "done": unit.done,
                "marked": unit.marked,
                "words": unit.words,
                "key": unit.key,
                "suggestions": _suggestions(shown_by, each.html, offered, terms.get(place, [])),
            }
        )
    return shown


def _suggestions(shown_by: dict[str, Any], html: str, offered: list[Match], terms: list[Name]) -> str:
    """Return suggestions for a unit as HTML; ``shown_by`` has the request, the translation and its source."""
    if not offered and not terms:
        return ""
    shown = []
    for each in offered:
        compared = shown_html(each.sentence)
        if each.ratio < 100 or each.adapted:
            compared = marked_html(each.pairs[0].source_html.strip(), each.sentence or html)
        shown.append(
            {
                "html": mark_safe(shown_html(each.html)),  # noqa: S308 - tags from a list
                "raw": json.dumps(_contentstate(f"<p>{each.html}</p>")),
                "text": readable_text(each.html, rich=True),
                "sentence": unescape(strip_tags(each.sentence)),
                "compared": mark_safe(compared),  # noqa: S308 - tags from a list
                "from": each,
            }
        )
    return render_to_string(
        "chorsu_translation/editor/suggestions.html", {**shown_by, "offered": shown, "terms": terms}
    )


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
    if unit.draft is not None:
        return _("machine, look at it") if unit.draft.origin == "machine" else _("from memory, look at it")
    labels = {
        "changed": pgettext("paragraph of the source", "changed"),
        "new": pgettext("paragraph of the source", "new"),
        "removed": pgettext("paragraph of the source", "removed"),
        "moved": pgettext("paragraph of the source", "moved"),
    }
    return labels.get(unit.source.state, "" if unit.done else pgettext("paragraph of the source", "not translated"))


def place_name(name: str, path: str) -> str:
    if cell := table_cell(path):
        text = _("%(field)s, row %(row)d, column %(column)d")
        return text % {"field": name, "row": cell[0], "column": cell[1]}
    return _("%(field)s, table") % {"field": name} if is_in_table(path) else name


def _source_time(found: Bitext) -> str:
    moment = text_since(found.source, found.snapshot.digest) or found.source.latest_revision_created_at
    return format_datetime(moment, get_language() or "", "short") if moment else "–"


def _standing(found: Bitext, source_time: str) -> str:
    baseline = found.baseline
    if found.link.adapted:
        return _("This page tells it in its own way and isn't compared with its source.")
    if baseline is None:
        return ""
    if found.behind:
        number = len(found.open_changes)
        text = ngettext(
            "%(number)d changed paragraph is not translated", "%(number)d changed paragraphs are not translated", number
        )
        done = _("All changed paragraphs are done; nobody has declared it up to date yet.")
        return text % {"number": number} if number else done
    who = baseline.declared_by
    if baseline.how == Baseline.How.STARTED:
        text = _("Begun from the source of %(time)s")
    elif who is None:
        text = _("Declared up to date with the source of %(time)s")
    else:
        text = _("Declared up to date with the source of %(time)s by %(who)s")
    return text % {"time": source_time, "who": get_user_display_name(who) if who else ""}


@require_GET
@of_editable_page
def content(request: HttpRequest, target: Page) -> HttpResponse:
    """Answer with one unit of a rich text in the form of Wagtail's editor, to be put into it.

    ``key`` is that of the unit that was shown, if any was: 409 where the source says something else there now.
    """
    asked = _asked_for(request, target)
    if asked is None or asked[1].kind != "rich_text":
        return JsonResponse({"error": _("There is no such paragraph.")}, status=404)
    _source, leaf, unit = asked
    if request.GET.get("key", here := said_hash(unit.html)) != here:
        return JsonResponse({"error": _("The source has changed meanwhile. Look at this paragraph again.")}, status=409)
    return JsonResponse(_block(leaf, units_of_leaf(leaf), unit.index))


@require_GET
@of_editable_page
def similar(request: HttpRequest, target: Page) -> HttpResponse:
    """Answer with suggestions from what is similar to one unit: each is asked about when somebody comes to it.

    None where the source says something else there by now than the unit with this ``key``.
    """
    said = ""
    asked = _asked_for(request, target)
    if asked and said_hash(html := asked[2].html) == request.GET.get("key"):
        offered = Memory(target, asked[0].locale).like_unit(html)
        said = _suggestions({"request": request, "target": target, "source": asked[0]}, html, offered, [])
    return JsonResponse({"suggestions": said})


def _asked_for(request: HttpRequest, target: Page) -> tuple[Page, Leaf, Unit] | None:
    """Return the source, and the leaf and the unit of it that a request names, if there is one that may be read."""
    link = TranslationLink.objects.select_related("source__locale").filter(target=target.pk).first()
    if link is None or link.source is None or not may_read(user=request.user, page=link.source):
        return None
    text, path, index = current_text(link.source), request.GET.get("path", ""), request.GET.get("index", "")
    leaf = get_leaf(text, paths_in_page(text).get(path, path))
    units = [unit for unit in units_of_leaf(leaf) if unit.index == whole_number(index)] if leaf else []
    return (link.source, leaf, units[0]) if leaf and units else None


def _contentstate(html: str) -> dict[str, Any]:
    features.get_default_features()  # looks for what apps register; Wagtail 7.4 has no name for the rest
    converter = ContentstateConverter([*features.converter_rules_by_converter["contentstate"]])
    raw: dict[str, Any] = json.loads(converter.from_database_format(html))
    return raw


def _block(leaf: Leaf, found: list[Unit], index: int) -> dict[str, Any]:
    raw = _contentstate(leaf.source)
    blocks = [block for block in raw["blocks"] if block["type"] != "atomic" and block["text"].strip()]
    if len(blocks) != len(found):
        # The editor splits this text otherwise: then the paragraph alone, without what it is.
        return _contentstate(f"<p>{found[index].html}</p>")
    used = {str(each["key"]) for each in blocks[index]["entityRanges"]}
    return {
        "blocks": [blocks[index]],
        "entityMap": {key: entity for key, entity in raw["entityMap"].items() if str(key) in used},
    }


@require_POST
@of_editable_page
def machine_drafts(request: HttpRequest, target: Page) -> HttpResponse:
    """Answer with drafts of units, which are named by path, index and key; ``error`` says what went wrong of others."""
    found = bitext_of(target)
    machine = machine_of(found.text, target) if found else None
    if found is None or machine is None:
        return JsonResponse({"error": _("This text may not be sent to a machine.")}, status=403)
    if target.permissions_for_user(request.user).page_locked():
        return JsonResponse({"error": _("This page is locked.")}, status=403)
    open_units = [unit for unit in found.units if not unit.done and unit.source.state != "removed"]
    known = {f"{unit.source.path} {unit.source.index} {unit.key}": unit for unit in open_units}
    coded = {name: to_codes(known[name].source.html) for name in request.POST.getlist("unit")[:50] if name in known}
    name, translate = machine
    try:
        answers = translate([each.marked for each in coded.values()]) if coded else []
    except TranslationError as error:
        return JsonResponse({"error": str(error)})
    drafts, errors = {}, []
    for (unit, source), answer in zip(coded.items(), answers, strict=True):
        try:
            drafts[unit] = source.restore(answer)
        except CodesChangedError as error:
            errors.append(f"“{Truncator(readable_text(known[unit].source.html, rich=True)).words(8)}”: {error}")
    said_already = {unit: {text_key(each.source.html), text_key(each.html)} for unit, each in known.items()}
    drafts = {unit: html for unit, html in drafts.items() if text_key(html) not in said_already[unit]}
    origin = UnitDraft.Origin.MACHINE
    record_drafts(target=target, texts=drafts.values(), origin=origin, user=request.user, service=name)
    said = {unit: [_contentstate(f"<p>{html}</p>"), readable_text(html, rich=True)] for unit, html in drafts.items()}
    return JsonResponse({"drafts": said, "error": " ".join(errors)})


def insert_scripts() -> SafeString:
    styles = ((static(f"chorsu_translation/{name}.css"),) for name in ("editor", "tables", "findings"))
    return format_html_join("", '<link rel="stylesheet" href="{}">', styles) + format_html(
        '<script type="module" src="{}" data-translation-units="{}"></script>'
        '<script type="module" src="{}" data-findings-url="{}"></script><script type="module" src="{}"></script>',
        static("chorsu_translation/editor.js"),
        reverse("chorsu_translation:units", args=[0]),
        static("chorsu_translation/findings.js"),
        reverse("chorsu_translation:findings", args=[0]),
        static("chorsu_translation/terms.js"),
    )


def declare_what_was_saved(request: HttpRequest, page: Page) -> None:
    """Declare the saved version up to date where the editor says so ("yes"), or if all is done ("auto")."""
    wanted = request.POST.get("translation-up-to-date")
    if wanted not in {"auto", "yes"} or not request.accepts("text/html"):
        return
    seen = request.POST.get("translation-source", "")
    try:
        if declare_saved(target=page, user=request.user, seen=seen, only_if_done=wanted == "auto"):
            messages.success(request, _("This version is up to date with its source."))
    except SourceChangedError as error:
        messages.warning(request, _source_changed(error.source, seen))
    except (PermissionDenied, TranslationError):
        # The text is saved. Who approves it may lose the right to edit it by that.
        return


def _source_changed(source: Page, seen: str) -> str:
    text = _("“%(title)s” has changed since you opened this screen, so nothing was declared up to date.")
    said = text % {"title": source.title}
    changed = changes_since(source=source, seen=seen)
    if not changed:
        return said
    words = "; ".join(f"“{Truncator(readable_text(html, rich=True)).words(8)}”" for html in changed[:NAMED_CHANGES])
    more = len(changed) - NAMED_CHANGES
    if more > 0:
        words = _("%(changes)s and %(number)d more") % {"changes": words, "number": more}
    return f"{said} {_('Changed: %(changes)s') % {'changes': words}}"
