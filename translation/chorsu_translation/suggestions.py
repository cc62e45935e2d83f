"""Suggestions beside a unit that is being translated: how the newsroom translated the same unit, and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from types import SimpleNamespace

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from wagtail.models import Locale, Page

from chorsu_editorial.alignment import Units
from chorsu_editorial.reading import Unit, public_leaves, units
from chorsu_translation.findings.numbers_and_names import known_names, name_index
from chorsu_translation.models import TranslationLink, UnitPair
from chorsu_translation.snapshots import divided_like, unit_hash
from chorsu_translation.states import state_row_of

MOST = 3  # of one unit
LOOKED_AT = 10  # the newest translations of one unit; most say the same


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The translation of a unit, with the page that has it, or (``is_name``) of the name ``page_title`` in the unit."""

    html: str
    page_title: str
    page_id: int | None = None
    page_url: str = ""
    is_name: bool = False


def suggestions(
    target: Page, source_units: Iterable[Unit], *, source_locale: Locale | None = None
) -> dict[tuple[str, int], list[Suggestion]]:
    """Return suggestions for units of the source of ``target``, by content path and index of those that have any.

    Exact matches come from other pages that are live and public, newest first; names from ``register_names``. The
    number of queries doesn't depend on the number of units.
    """
    wanted = {(unit.path, unit.index): unit for unit in source_units}
    if source_locale is None:
        link = TranslationLink.objects.select_related("source__locale").filter(target_id=target.pk).first()
        source_locale = link.source.locale if link and link.source else None
    if source_locale is None or not wanted:
        return {}
    hashes = {key: unit_hash(unit.html) for key, unit in wanted.items()}
    matches = _matches(target, source_locale, set(hashes.values()))
    language = source_locale.language_code
    names = name_index(known_names(language, target.locale.language_code), language)
    found = {}
    for key, unit in wanted.items():
        in_unit = dict.fromkeys(name for name, _words in names.find(unit.text))
        named = [Suggestion(escape(name.target), name.source, is_name=True) for name in in_unit]
        if offered := [*matches.get(hashes[key], ()), *named]:
            found[key] = offered
    return found


def _matches(target: Page, source_locale: Locale, hashes: set[str]) -> dict[str, list[Suggestion]]:
    newest = Window(RowNumber(), partition_by=[F("source_hash")], order_by=F("pk").desc())
    pairs = (
        UnitPair.objects.filter(
            source_locale=source_locale,
            target_locale=target.locale_id,
            source_hash__in=hashes,
            target__in=Page.objects.live().public(),
        )
        .exclude(target=target.pk)
        .annotate(place=newest)
        .filter(place__lte=LOOKED_AT)
        .select_related("target__locale")
        .order_by("-pk")
    )
    found: dict[str, dict[str, Suggestion]] = {}
    sites = SimpleNamespace()  # Wagtail keeps the addresses of sites there
    for pair in pairs:
        known = found.setdefault(pair.source_hash, {})
        if pair.html not in known and len(known) < MOST:
            page = pair.target
            _site, root, path = page.get_url_parts(sites) or (None, None, None)
            known[pair.html] = Suggestion(pair.html, page.title, page.pk, f"{root}{path}" if path else "")
    return {key: list(known.values()) for key, known in found.items()}


@transaction.atomic
def store_pairs(*, link: TranslationLink, target: Page) -> int:
    """Replace the stored pairs of a translation by those that it shows; return how many: none if it is out of date."""
    UnitPair.objects.filter(target_id=target.pk).delete()
    baseline = link.live_baseline
    if not target.live or link.adapted or link.source is None or baseline is None or state_row_of(target).changed_units:
        return 0
    shown = {leaf.path: units(leaf) for leaf in public_leaves(target)}
    there: Units = [[unit.path, unit.index, unit.html] for each in shown.values() for unit in each]
    sources = divided_like(baseline.units, there)
    longest = UnitPair._meta.get_field("path").max_length or 0
    # Texts that have another number of paragraphs than their source aren't known to stand beside it.
    found = [
        UnitPair(
            source_locale_id=link.source.locale_id,
            target_locale_id=target.locale_id,
            source_hash=unit_hash(source),
            html=unit.html,
            target_id=target.pk,
            path=unit.path,
            index=unit.index,
        )
        for path, each in shown.items()
        if len(path) <= longest and len(each) == len(sources.get(path, []))
        for unit, source in zip(each, sources.get(path, []), strict=True)
        if source != unit.html
    ]
    UnitPair.objects.bulk_create(found, batch_size=500)
    return len(found)
