"""Keep units beside their published translations, for whoever translates the same unit again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import transaction
from wagtail.models import Page

from chorsu_editorial.alignment import Units
from chorsu_editorial.reading import public_leaves, units
from chorsu_translation.models import TranslationLink, UnitPair
from chorsu_translation.selectors.states import answer_for
from chorsu_translation.snapshots import unit_hash


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
