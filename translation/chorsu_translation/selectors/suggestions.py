"""What is offered beside a unit that is being translated: how the newsroom translated the same unit, and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from types import SimpleNamespace

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from wagtail.models import Locale, Page

from chorsu_editorial.reading import Unit
from chorsu_translation.findings import NameIndex, known_names
from chorsu_translation.models import TranslationLink, UnitPair
from chorsu_translation.snapshots import unit_hash

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
