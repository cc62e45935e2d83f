"""What is offered beside a unit that is being translated: how the newsroom translated the same unit, and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from types import SimpleNamespace

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from wagtail.models import Locale, Page

from chorsu_editorial.alignment import Units
from chorsu_editorial.reading import Unit, public_leaves, units
from chorsu_translation.findings import NameIndex, known_names
from chorsu_translation.models import TranslationLink, UnitPair
from chorsu_translation.snapshots import unit_hash
from chorsu_translation.states import answer_for

MOST = 3  # of one unit
LOOKED_AT = 10  # the newest translations of one unit; most say the same


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A translation of a unit, and where it comes from; or the name of something in the unit (``is_name``).

    ``html`` is inner HTML in canonical form. Of a name ``page_title`` is the name in the source's language, and it has
    no page.
    """

    html: str
    page_title: str
    page_id: int | None = None
    page_url: str = ""
    is_name: bool = False


def suggestions(
    target: Page, source_units: Iterable[Unit], *, source_locale: Locale | None = None
) -> dict[tuple[str, int], list[Suggestion]]:
    """Return what is offered for units of the source of ``target``, by content path and index of those that have any.

    ``source_locale`` is that of the units where it isn't the source's. Exact matches come from other pages that are
    live and that everybody may read, newest first; names from the site's vocabularies (``findings.register_names``).
    The number of queries doesn't depend on the number of units.
    """
    wanted = {(unit.path, unit.index): unit for unit in source_units}
    if source_locale is None:
        link = TranslationLink.objects.select_related("source__locale").filter(target_id=target.pk).first()
        source_locale = link.source.locale if link and link.source else None
    if source_locale is None or not wanted:
        return {}
    hashes = {key: unit_hash(unit.html) for key, unit in wanted.items()}
    matches = _matches(target, source_locale, set(hashes.values()))
    names = NameIndex(known_names(source_locale.language_code, target.locale.language_code))
    found = {}
    for key, unit in wanted.items():
        named = [Suggestion(escape(name.target), name.source, is_name=True) for name in names.find(unit.text)]
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
            known[pair.html] = Suggestion(pair.html, page.title, page.pk, _address(page, sites))
    return {key: list(known.values()) for key, known in found.items()}


def _address(page: Page, sites: SimpleNamespace) -> str:
    _site, root, path = page.get_url_parts(sites) or (None, None, None)
    return f"{root}{path}" if path else ""


@transaction.atomic
def store_pairs(*, link: TranslationLink, target: Page) -> int:
    """Store the units that a live translation shows, in the place of those that it showed; return how many.

    None are kept of a translation that is out of date. Left out is what readers can't see, what is the same in both
    languages, and every text that has another number of paragraphs than its source.
    """
    UnitPair.objects.filter(target_id=target.pk).delete()
    baseline = link.live_baseline
    if not target.live or link.adapted or link.source is None or baseline is None or answer_for(target).changed_units:
        return 0
    found = [
        UnitPair(
            source_locale_id=link.source.locale_id,
            target_locale_id=target.locale_id,
            source_hash=unit_hash(source),
            html=html,
            target_id=target.pk,
            path=path,
            index=index,
        )
        for path, index, source, html in _pairs(baseline.units, target)
    ]
    UnitPair.objects.bulk_create(found, batch_size=500)
    return len(found)


def _pairs(baseline: Units, target: Page) -> Iterator[tuple[str, int, str, str]]:
    sources = {(str(path), int(index)): str(html) for path, index, html in baseline}
    counts = Counter(path for path, _index in sources)
    longest = UnitPair._meta.get_field("path").max_length or 0
    for leaf in public_leaves(target):
        found = units(leaf)
        if len(found) != counts[leaf.path] or len(leaf.path) > longest:
            continue
        for unit in found:
            source = sources.get((unit.path, unit.index))
            if source is not None and source != unit.html:
                yield unit.path, unit.index, source, unit.html
