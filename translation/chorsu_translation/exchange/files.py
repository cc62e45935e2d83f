"""Files for translators outside: what goes out of translations, what comes back into them, and the screen of both."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogContext, log
from wagtail.models import Locale, Page

from chorsu_editorial import reading
from chorsu_editorial.differences import field_label
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.markup import canonical_html, fold, readable_text
from chorsu_locales.request_checks import whole_number
from chorsu_translation import pages, snapshots
from chorsu_translation.codes import Coded, CodesChangedError, FileError, readable_words, to_codes
from chorsu_translation.editor.units import Bitext, TranslationUnit, bitext_of, units_by_form
from chorsu_translation.editor.views import place_name, terms_of
from chorsu_translation.exchange import xliff
from chorsu_translation.filling import fill_units, filled_leaf, room
from chorsu_translation.models import TranslationLink
from chorsu_translation.pages import TranslationError
from chorsu_translation.planning import open_request


def translations_for(user: Any, **chosen: Any) -> list[tuple[Page, Page]]:
    """Return chosen translations that a person may edit, with their sources, which that person may read."""
    links = TranslationLink.objects.filter(**chosen).select_related("source__locale", "target__locale")
    return [
        (link.target, link.source)
        for link in links.order_by("-target")
        if link.source
        and link.target.permissions_for_user(user).can_edit()
        and pages.may_read(user=user, page=link.source)
    ]


def _texts(found: Bitext) -> list[TranslationUnit]:
    values = snapshots.paths_of_values(found.text)
    return [each for each in found.units if each.source.state != "removed" and each.source.path not in values]


def _place(unit: TranslationUnit) -> str:
    return f"{unit.source.path}:{unit.source.index}"


def _key(coded: str) -> str:
    return snapshots.unit_hash(fold(coded))[:12]


def file_of(found: Bitext) -> xliff.File:
    """Return a translation; each id begins with the key of what the translation says."""
    chosen, request = _texts(found), open_request(found.version, found.version.locale)
    terms, notes = terms_of(found, chosen), [request.note] if request and request.note else []
    units = []
    for unit in chosen:
        path, source = unit.source.path, to_codes(unit.source.html)
        own = to_codes(unit.html, source).marked
        said = own if unit.done or own != source.marked else ""
        place = place_name(field_label(found.text, path.partition(".")[0]), path)
        key, about = f"{_key(own)}.{_place(unit)}", terms.get((path, unit.source.index), [])
        units.append(xliff.Unit(key, source.marked, said, unit.done, place, notes, about))
    languages = found.source.locale.language_code, found.version.locale.language_code
    return xliff.File(str(found.version.pk), *languages, units)


@transaction.atomic
def bring_in(file: xliff.File, user: Any) -> dict[str, Any]:
    """Save what still fits as a draft of this person; return how much that was, what was left and why, or a problem."""
    pk = whole_number(file.article) or 0
    lock_pages([pk, *TranslationLink.objects.filter(target=pk).values_list("source", flat=True)])
    chosen = translations_for(user, target=pk)
    found = bitext_of(chosen[0][0]) if chosen else None
    if found is None:
        return {"problem": _("It belongs to no page that you may edit and whose source you may read.")}
    left: list[tuple[str, str]] = []
    report = {"page": found.version, "source": found.source, "left": left}
    try:
        pages.check_editable(target=chosen[0][0], user=user)
    except TranslationError as error:
        return {**report, "problem": str(error)}
    # Some tools name a country too.
    if not f"{file.target_language}-".lower().startswith(f"{found.version.locale.language_code}-".lower()):
        return {**report, "problem": _("The file is in another language than this page.")}
    texts = _texts(found)
    if count := _fill(found, texts, _wanted(found, texts, file, left), left):
        with LogContext(user=user):
            facts = {"revision": found.version.save_revision(user=user, clean=False), "data": {"count": count}}
            action = "chorsu_translation.bring_in_file"
            log(instance=found.version, action=action, user=user, content_changed=True, **facts)
    return {**report, "brought": count}


def _wanted(
    found: Bitext, texts: list[TranslationUnit], file: xliff.File, left: list[tuple[str, str]]
) -> dict[TranslationUnit, str]:
    """Return what a file brings, as inner HTML, to the units whose source says what it said, wherever they stand.

    A text that says what the translation says, or said when the file was taken out, brings nothing.
    """
    known: dict[str, dict[str, tuple[TranslationUnit, Coded]]] = defaultdict(dict)
    for unit in texts:
        source = to_codes(unit.source.html)
        known[_key(source.marked)][_place(unit)] = unit, source
    wanted = {}
    for given in file.units:
        (then, _dot, place), same = given.id.partition("."), known[_key(given.source)]
        words = readable_words(given.source)
        if not same:
            left.append((_("The source says something else by now."), words))
            continue
        unit, source = same.pop(place if place in same else next(iter(same)))
        # Its codes stand for what they stood for, such as a link to the translation of a page.
        own = to_codes(unit.html, source)
        if given.target and _key(given.target) in (_key(own.marked), then):
            continue
        if not 0 < len(readable_words(given.target)) <= room(type(found.version), unit.source.path):
            left.append((_("It has no translation, or one that is too long for its field."), words))
        elif _key(own.marked) != then:
            left.append((_("It was translated here since the file was taken out."), words))
        else:
            try:
                wanted[unit] = (own if own.tags.keys() == source.tags.keys() else source).restore(given.target)
            except CodesChangedError as error:
                left.append((str(error), words))
    return wanted


def _fill(
    found: Bitext, texts: list[TranslationUnit], wanted: dict[TranslationUnit, str], left: list[tuple[str, str]]
) -> int:
    """Write texts into the translation in memory; one that lacks paragraphs is built anew if nothing gets lost."""
    forms = zip(units_by_form(found.version, found.text), snapshots.take_snapshot(found.version).units, strict=True)
    own = {str(form[0]): str(unit[0]) for form, unit in forms}
    leaves: dict[str, list[TranslationUnit]] = defaultdict(list)
    for unit in texts:
        leaves[unit.source.path].append(unit)
    places = {unit: (own[unit.beside], unit.at) for unit in texts if unit.at is not None}
    rows = reading.child_relations(type(found.text))
    for path in {unit.source.path for unit in wanted if unit not in places}:
        there = [unit for unit in leaves[path] if unit in places]
        is_whole = sorted(map(places.__getitem__, there)) == [(path, at) for at in range(found.counts.get(path, 0))]
        leaf = reading.get_leaf(found.text, path) if is_whole and path.partition(".")[0] not in rows else None
        former = reading.get_leaf(found.version, path)
        if leaf and former:
            built, _indexes = filled_leaf(leaf, {unit.source.index: unit.html for unit in there})
            lines, said = iter(canonical_html(built).splitlines()), canonical_html(former.source).split("<p>\n</p>")
            if leaf.kind != "rich_text" or all(line in lines for line in "".join(said).split("\n") if line):
                reading.with_leaf(found.version, path, built)
                places |= {unit: (path, unit.source.index) for unit in leaves[path]}
    filled = fill_units(found.version, {places[unit]: html for unit, html in wanted.items() if unit in places})
    lost = [readable_text(unit.source.html, rich=True) for unit in wanted if places.get(unit) not in filled]
    left += [(_("The translation has no paragraph for it yet."), words) for words in lost]
    return len(wanted) - len(lost)


class FilesView(pages.FromDeskView):
    """Take out the articles that the address names (``id``, ``language``); bring in files, which name theirs."""

    template_name = "chorsu_translation/exchange/files.html"
    page_title = gettext_lazy("Files for translators outside")

    def get(self, request: HttpRequest, **context: Any) -> HttpResponse:
        locales = pages.desk_locales(request.user)
        if not locales:
            raise PermissionDenied
        targets, left = self.chosen(locales)
        return self.respond(targets=targets, left=left, locales=locales, next=self.next_url(), **context)

    def chosen(self, locales: list[Locale]) -> tuple[list[Page], list[Page]]:
        """Return the translations that may go into one file, and the articles without one, as far as one may read."""
        user, asked = self.request.user, self.request.GET
        found = [locale for locale in locales if locale.language_code == asked.get("language")]
        keys = [whole_number(key) or 0 for key in asked.getlist("id")[: xliff.MOST_FILES]]
        articles = pages.translatable_pages().filter(pk__in=keys if found else [])
        texts = articles.order_by().values("translation_key")
        pairs = translations_for(user, target__translation_key__in=texts, target__locale__in=found)
        targets = [target for target, source in pairs if source.locale_id == pairs[0][1].locale_id]
        others = articles.exclude(translation_key__in=[target.translation_key for target in targets]).order_by("-pk")
        return targets, [article for article in others if pages.may_read(user=user, page=article)]

    def post(self, request: HttpRequest) -> HttpResponse:
        if "version" not in request.POST:
            try:
                files = xliff.read(request.FILES.get("file") or BytesIO())
            except FileError as error:
                return self.get(request, error=str(error))
            return self.get(request, reports=[bring_in(file, request.user) for file in files])
        targets = self.chosen(pages.desk_locales(request.user))[0]
        files = [file_of(found) for target in targets if (found := bitext_of(target))]
        if not files:
            return self.get(request)
        for page in targets:
            with LogContext(user=request.user):
                log(instance=page, action="chorsu_translation.take_out_file", user=request.user)
        header = content_disposition_header(as_attachment=True, filename=f"{page.slug}-{page.locale.language_code}.xlf")
        written = xliff.write(files, version="1.2" if request.POST["version"] == "1.2" else "2.1")
        return HttpResponse(written, "application/xliff+xml", headers={"Content-Disposition": header})
