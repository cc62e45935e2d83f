"""Stores what is approved and live, sentence by sentence: marked by who changes it, written by the worker."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Locale, Page

from chorsu_editorial.alignment import Units
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.reading import public_leaves, units
from chorsu_translation.memory.search import readable_links
from chorsu_translation.memory.wording import Reader, cut, withheld_between, word_hashes
from chorsu_translation.models import Baseline, MemoryMark, MemoryPair, MemoryWord, TranslationLink
from chorsu_translation.snapshots import divided_like, texts_by_path
from chorsu_translation.states import state_row_of

logger = logging.getLogger("chorsu_translation")
BATCH, LONGEST_PATH = 50, MemoryPair._meta.get_field("path").max_length or 0
_said = attrgetter("path", "index", "number", "source_hash", "source_html", "html")


def mark(pages: Any) -> None:
    """Have the worker look again at pages, a list or query of their keys, and at what is translated from them."""
    made = TranslationLink.objects.filter(Q(source__in=pages) | Q(target__in=pages)).values_list("target_id", flat=True)
    keys = {*made, *(pages if isinstance(pages, list) else ())}
    MemoryMark.objects.bulk_create([MemoryMark(target_id=key) for key in sorted(keys)], batch_size=1000)


def remember_marked() -> int:
    """Store what is marked, the longest waiting first; return how many marks there were. Safe to break off."""
    marks = dict(MemoryMark.objects.order_by("pk").values_list("pk", "target_id")[:BATCH])
    for target in dict.fromkeys(marks.values()):
        with transaction.atomic():
            try:
                remember(target)
            except OperationalError:
                raise  # such as a lock: the next sweep begins with it
            except Exception:  # the others go on; it is stored again when it is marked anew
                logger.exception("The memory cannot store page %d.", target)
                MemoryPair.objects.filter(target=target).delete()
            MemoryMark.objects.filter(pk__in=marks, target_id=target).delete()
    return len(marks)


@transaction.atomic
def remember(target_id: int) -> None:
    """Make the stored pairs of a translation those that it shows, or none unless all may read both sides.

    While it is out of date nothing new is stored; what was, and is shown still beside what its source said, stays.
    """
    target = lock_pages([target_id]).get(target_id)  # who publishes it, or stores the same, waits
    link = readable_links().filter(target=target_id).select_related("source__locale", "live_baseline").first()
    rows = MemoryPair.objects.filter(target=target_id)
    stored = {_said(pair): pair.pk for pair in rows}
    shown: dict[tuple[Any, ...], MemoryPair] = {}
    if target and link and link.source and link.live_baseline:
        is_current = not state_row_of(target).changed_units
        pairs = _pairs(target.specific, link.source.locale, link.live_baseline)
        shown = {said: pair for pair in pairs if (said := _said(pair)) in stored or is_current}
    rows.filter(pk__in=[key for said, key in stored.items() if said not in shown]).delete()
    words = list[MemoryWord]()
    for pair in MemoryPair.objects.bulk_create([pair for said, pair in shown.items() if said not in stored], 500):
        codes = pair.source_locale.language_code, pair.target_locale.language_code
        words += [MemoryWord(pair=pair, word=word) for word in word_hashes(pair.source_html, *codes)]
    MemoryWord.objects.bulk_create(words, 2000)


def _pairs(target: Page, source_locale: Locale, baseline: Baseline) -> Iterator[MemoryPair]:
    """Yield what a translation shows beside what its source said: sentences, or a unit with other numbers of them."""
    codes = source_locale.language_code, target.locale.language_code
    reader, is_withheld = Reader(*codes), withheld_between(*codes)
    there: Units = [[unit.path, unit.index, unit.html] for leaf in public_leaves(target) for unit in units(leaf)]
    sources, since = divided_like(baseline.units, there), target.last_published_at or timezone.now()
    common = {"target": target, "source_locale": source_locale, "target_locale": target.locale, "remembered_at": since}
    for path, htmls in texts_by_path(there).items():
        # Texts that have another number of paragraphs than their source aren't known to stand beside it.
        if len(path) > LONGEST_PATH or len(sources.get(path, ())) != len(htmls):
            continue
        for index, sides in enumerate(zip(sources[path], htmls, strict=True)):
            cuts = [cut(html, code) for html, code in zip(sides, codes, strict=True)]
            pairs = zip(*cuts, strict=True) if len(cuts[0]) == len(cuts[1]) else [sides]
            for number, (source, html) in enumerate(pairs):
                if source.strip() != html.strip() and not is_withheld(source, html):
                    said = {"source_hash": reader.key(source), "source_html": source, "html": html}
                    yield MemoryPair(**common, **said, path=path, index=index, number=number)
