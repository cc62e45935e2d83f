"""Finds how the newsroom translated units and their sentences before, among what readers can see now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from wagtail.models import Locale, Page

from chorsu_editorial.markup import readable_text
from chorsu_locales.selectors import in_enabled_languages
from chorsu_translation.findings.numbers_and_names import Name
from chorsu_translation.memory.wording import LONGEST, Reader, cut, withheld_between, word_hashes
from chorsu_translation.models import MemoryPair, MemoryWord, TranslationLink

MOST = 3  # of one text
MOST_SENTENCES = 5  # of one unit that are offered, or texts of it for which similar ones are looked for
EXACT = 100
LOOKED_AT = 30  # the newest translations of one text; most say the same
LEAST_RATIO = 70
# By words in so many rows together, the rarest first, but by two at least; so many pairs are compared.
MOST_COUNTED, LEAST_WORDS, MOST_COMPARED = 5000, 2, 100
_NEWEST = [F("remembered_at").desc(), F("pk").desc()]


@dataclass(frozen=True, slots=True)
class Match:
    """Inner HTML that may be put in for a unit or, with ``sentence``, for that one of its source's sentences.

    It is made of the translations of ``pairs``; a text that stands elsewhere in the same translation has none.
    ``ratio`` is 100 where both sources say the same; ``adapted``: it has other numbers or names.
    """

    html: str
    ratio: int = EXACT
    pairs: tuple[MemoryPair, ...] = ()
    adapted: bool = False
    sentence: str = ""


def readable_pages() -> QuerySet[Any]:
    return in_enabled_languages(Page.objects.live().public())


def readable_links() -> QuerySet[TranslationLink]:
    """Return the links whose pages every reader can see now, on both sides."""
    pages = readable_pages()
    return TranslationLink.objects.filter(adapted=False, source__in=pages, target__in=pages)


class Memory:
    """What may be offered for a translation; texts are inner HTML of units or of sentences of its source.

    Names of the vocabularies are read once, and found in a text: one of these answers one request. ``names``: where
    ``known_names`` of both languages were read already.
    """

    def __init__(self, target: Page, source_locale: Locale, names: Iterable[Name] | None = None) -> None:
        self._codes = source_locale.language_code, target.locale.language_code
        pairs = MemoryPair.objects.filter(source_locale=source_locale, target_locale=target.locale_id)
        readable = pairs.filter(target__translation_link__in=readable_links())
        self._pairs = readable.exclude(target=target.pk).order_by(*_NEWEST)
        self._reader, self._is_withheld = Reader(*self._codes, names), withheld_between(*self._codes)

    def of_units(self, htmls: Iterable[str]) -> dict[str, list[Match]]:
        """Return what translates units exactly, by those that are known, with as many queries for any number of units.

        A unit that isn't known is put together of its sentences where each of them is; else these are for sentences.
        """
        sentences = {html: self._sentences(html) for html in htmls}
        known = self.exact({text for html, each in sentences.items() for text in (html, *each)})
        found = {}
        for html, each in sentences.items():
            best = {sentence: known[sentence][0] for sentence in each if sentence in known}
            if html in known:
                found[html] = known[html]
            elif best and len(best) == len({*each}):
                found[html] = [_together([best[sentence] for sentence in each])]
            elif best:
                found[html] = [replace(best[sentence], sentence=sentence) for sentence in [*best][:MOST_SENTENCES]]
        return found

    def like_unit(self, html: str) -> list[Match]:
        """Return the best of what is similar to a unit, or to sentences of it, that aren't known exactly."""
        texts = dict.fromkeys([html, *self._sentences(html)])
        known = self.exact(texts)
        asked = [text for text in texts if text not in known and html not in known][:MOST_SENTENCES]
        found = [
            replace(match, sentence="" if text == html else text)
            for text, matches in self.similar(asked).items()
            for match in matches
        ]
        return sorted(found, key=lambda each: -each.ratio)[:MOST]

    def _sentences(self, html: str) -> list[str]:
        return [sentence.strip() for sentence in cut(html, self._codes[0])]

    def exact(self, htmls: Iterable[str]) -> dict[str, list[Match]]:
        """Return the best translations of texts that say the same, the newest first, by those texts that have any.

        The number of queries doesn't depend on how many they are.
        """
        keys = {html: self._reader.key(html) for html in htmls}
        place = Window(RowNumber(), partition_by=[F("source_hash")], order_by=_NEWEST)
        rows = defaultdict[str, list[MemoryPair]](list)
        pairs = self._pairs.filter(source_hash__in=set(keys.values())).annotate(place=place)
        for row in pairs.filter(place__lte=LOOKED_AT):
            rows[row.source_hash].append(row)
        return self._best({html: [self._same(html, pair) for pair in rows[key]] for html, key in keys.items()})

    def similar(self, htmls: Iterable[str]) -> dict[str, list[Match]]:
        """Return the best translations of texts that are like these, as ``exact`` does, with three queries for each.

        Exact ones are among them: of which a name wasn't in a vocabulary yet when they were stored.
        """
        from rapidfuzz import fuzz  # noqa: PLC0415 - a check names the extra where it is missing

        found = defaultdict[str, list[Match]](list)
        for html in htmls:
            text = readable_text(html, rich=True)
            for pair in self._candidates(html) if len(text) <= LONGEST else ():
                ratio = int(fuzz.ratio(text, readable_text(pair.source_html, rich=True)))
                if ratio >= LEAST_RATIO:
                    like = Match(pair.html.strip(), min(ratio, EXACT - 1), (pair,))
                    found[html].append(self._same(html, pair) or like)
        return self._best(found)

    def _same(self, html: str, pair: MemoryPair) -> Match | None:
        said = self._reader.adapt(pair.html, pair.source_html, html)
        return None if said is None else Match(said.strip(), EXACT, (pair,), adapted=said != pair.html)

    def _candidates(self, html: str) -> QuerySet[MemoryPair]:
        """Return the pairs that share most words with a text, of those that the fewest pairs have."""
        words = MemoryWord.objects.filter(word__in=word_hashes(html, *self._codes)).order_by()
        counts = sorted((rows, word) for word, rows in words.values_list("word").annotate(Count("pk")))
        totals = accumulate(rows for rows, _word in counts)
        rare = {word for (_rows, word), total in zip(counts, totals, strict=True) if total <= MOST_COUNTED}
        words = words.filter(word__in=rare | {word for _rows, word in counts[:LEAST_WORDS]})
        shared = words.values_list("pair").annotate(words=Count("pk")).order_by("-words", "-pair")[:MOST_COMPARED]
        return self._pairs.filter(pk__in=[pair for pair, _words in shared])

    def _best(self, matches: Mapping[str, Sequence[Match | None]]) -> dict[str, list[Match]]:
        """Return the first that differ, what says the very same before others, without names that are withheld."""
        found: dict[str, list[Match]] = {}
        for text, known in matches.items():
            best: dict[str, Match] = {}
            for match in sorted(filter(None, known), key=lambda each: (-each.ratio, each.adapted)):
                is_new = len(best) < MOST and match.html not in best
                if is_new and not self._is_withheld(match.pairs[0].source_html, match.html):
                    best[match.html] = match
            if best:
                found[text] = [*best.values()]
        pairs = [match.pairs[0] for known in found.values() for match in known]
        prefetch_related_objects(pairs, Prefetch("target", Page.objects.select_related("locale")))
        return found


def _together(matches: list[Match]) -> Match:
    """Join translations of sentences, which end at white space that may stand inside an element of the source."""
    html = " ".join(match.html for match in matches).replace("<br> ", "<br>")
    pairs = {match.pairs[0].target_id: match.pairs[0] for match in matches}
    return Match(html, EXACT, tuple(pairs.values()), adapted=any(match.adapted for match in matches))
