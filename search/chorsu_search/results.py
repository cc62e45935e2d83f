"""What readers are shown of a search: the pages that they may see now, with extracts, filters and other languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.models import Page, Site

from chorsu_locales.selectors import enabled_codes
from chorsu_locales.text import local_digits, nfc
from chorsu_search.analysis import LONGEST_TOKEN, Analyser, get_analyser, written_word_pattern
from chorsu_search.days import holds_day_words, with_days
from chorsu_search.documents import SearchDocument, findable_pages
from chorsu_search.engines import ask_engines
from chorsu_search.engines.base import Results
from chorsu_search.queries import Query
from chorsu_search.registry import BEHIND, Card, cards_for, labels_for, registered_facets, with_cards
from chorsu_search.spelling.corrections import FEW, commoner_text, correct, find_corrected, with_compounds
from chorsu_search.spelling.groups import with_variants
from chorsu_search.spelling.shares import with_shares

SHOWN_ELSEWHERE = 3
CANDIDATES = 15  # an article may be there in five languages


@dataclass(frozen=True, slots=True)
class Result:
    """One page as it is shown: ``title`` and ``extract`` are safe HTML in ``language``.

    ``missing``: typed words that it doesn't hold.
    """

    page: Page
    url: str
    title: SafeString
    extract: SafeString
    language: str
    published_on: datetime | None
    card: Card
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """``languages`` are codes with the number of results in each; ``found`` are some of them, each article once.

    ``asked``: the other languages were searched, and those that aren't among ``languages`` have no results.
    """

    languages: Mapping[str, int] = field(default_factory=dict)
    found: Sequence[Result] = ()
    asked: bool = False


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """What a reader is shown of a search.

    ``degraded``: another engine than the first responded. ``available``: some engine did. ``corrected``: the results
    are for this text, since there are none for the typed one. ``did_you_mean``: a text that finds more. ``missing``:
    typed words that no result on this page holds. ``elsewhere``: results in other languages, where those were asked.
    """

    total: int = 0
    found: Sequence[Result] = ()
    filters: Sequence[Filter] = ()
    degraded: bool = False
    available: bool = True
    corrected: str = ""
    did_you_mean: str = ""
    missing: Sequence[str] = ()
    elsewhere: Elsewhere = field(default_factory=Elsewhere)


def find(
    query: Query,
    *,
    request: HttpRequest | None = None,
    exact: bool = False,
    beside: Sequence[str] = (),
    preferred: str = "",
) -> ResultsPage:
    """Return the results of a reader's query: pages that this reader may see now, whatever the index still holds.

    Where nothing matches, the results are for a corrected text or for fewer words; with ``exact`` they are for the
    words as they were typed, and a corrected text is offered. ``beside`` are languages to search too; a result there is
    shown in the ``preferred`` language if its article has it.
    """
    degraded = False
    if not exact:
        query = with_days(query)

    def ask(question: Query) -> Results:
        nonlocal degraded
        response = ask_engines(lambda engine: engine.search(question))
        if response is None:
            raise _NoEngineError
        degraded = degraded or response.degraded
        return response.value

    asked = query if exact else with_variants(with_compounds(query))
    try:
        results = ask(asked)
        # Where the first page isn't full, there is room for what comes after all others.
        if not exact and results.total < query.limit and (parted := with_compounds(asked, parted=True)) is not asked:
            asked, results = parted, ask(parted)
        correction = find_corrected(query, ask) if not results.total else None
        offer = commoner_text(query, results, ask) if 0 < results.total < FEW else ""
        if correction and not exact:
            asked, results = correction.query, correction.results
        # All words first; behind them is room for pages that hold most.
        if not exact and not asked.shares and results.total < query.limit and (partial := with_shares(asked)).shares:
            asked, results = partial, ask(partial)
    except _NoEngineError:
        return ResultsPage(available=False)
    others, of_others = _ask_elsewhere(query, beside, results, exact=exact)
    corrected_hits = correction.results.hits if correction else ()
    wanted = {hit.page_id for hit in [*results.hits, *corrected_hits]}
    others_wanted = {hit.page_id for hit in of_others.hits}
    pages = Pages(request, wanted, others=others_wanted, preferred=preferred, below=query.below)
    found = pages.shown(results.hits, asked)
    total = max(results.total - (len(results.hits) - len(found)), 0)
    elsewhere = _elsewhere(others, of_others, found, total, pages, preferred=preferred)
    page = ResultsPage(total, found, filters_of(results, asked), degraded, elsewhere=elsewhere)
    # The words of pages that this reader may not see are no correction.
    if correction and exact:
        visible = pages.shown(corrected_hits, correction.query)
        return replace(page, did_you_mean=correction.corrected if visible else "")
    page = without_common_missing(page)
    if correction and found:
        return replace(page, corrected=correction.corrected)
    return replace(page, did_you_mean=offer)


def without_common_missing(page: ResultsPage) -> ResultsPage:
    """Return the page with words that all of its results lack named once."""
    if not page.found:
        return page
    common = tuple(word for word in page.found[0].missing if all(word in item.missing for item in page.found))
    found = [replace(item, missing=[word for word in item.missing if word not in common]) for item in page.found]
    return replace(page, found=found, missing=common)


class _NoEngineError(Exception):
    """No engine responds."""


# --- the other languages ---


def _ask_elsewhere(query: Query, languages: Sequence[str], own: Results, *, exact: bool) -> tuple[Query, Results]:
    """Search the other languages: for numbers and, on the last page of the reader's ``own`` results, for the best.

    Not for what has results and is a word of the reader's language: Tajik "об" (water) is a Russian preposition. Names
    and foreign words are the same everywhere. Where nothing matches in any language, words that the reader's language
    doesn't know are corrected, but not with ``exact``. Return the query that was asked, and its results.
    """
    others = tuple(code for code in languages if code not in query.languages)
    if others and _has_common_words(query, own.hits):
        others = ()
    limit = CANDIDATES if own.total <= query.offset + query.limit else 0
    asked = replace(query, languages=others, offset=0, limit=limit, with_facets=False)
    if not others:
        return asked, Results()
    may_correct = not own.total and not exact
    if may_correct:
        asked = with_variants(with_compounds(asked))
    response = ask_engines(lambda engine: engine.search(asked))
    if response and not response.value.total and may_correct:
        correction = correct(query.text, query.languages)
        if correction.replacements or correction.unknown:
            correction = correct(query.text, others)
        if correction.replacements and not correction.unknown:
            asked = correction.query(asked)
            response = ask_engines(lambda engine: engine.search(asked))
    return asked, response.value if response else Results()


def _has_common_words(query: Query, hits: Sequence[SearchDocument]) -> bool:
    """Return whether one of the hits has a word that was asked for in small letters, as no name is written."""
    return any(
        piece.islower() and not tokens.isdisjoint(get_analyser(hit.language).word_tokens(piece))
        for hit in hits
        if (tokens := query.tokens(hit.language))
        for text in hit.texts.values()
        for piece in text.split()
    )


def _elsewhere(
    asked: Query, results: Results, own: Sequence[Result], total: int, pages: Pages, *, preferred: str
) -> Elsewhere:
    """Return what is shown of the other languages: numbers, and the best results where they were asked for.

    An article that exists in the ``preferred`` language is shown in that. It isn't shown if it is among ``own``, the
    ``total`` results in that language, or may be on another page of them, or may hold an excluded word.
    """
    counts = results.languages or dict.fromkeys(asked.languages[:1], results.total)
    found = pages.shown(results.hits, asked)
    preferred_pages = pages.of_articles(preferred) if found else {}
    complete = total <= len(own) and not asked.parsed.excluded
    seen = {item.page.translation_key for item in own}
    chosen: list[Result] = []
    for item in found:
        key = item.page.translation_key
        page = preferred_pages.get(key)
        if key in seen or (page and not complete):
            continue
        seen.add(key)
        chosen.append((pages.as_result(page) if page else None) or item)
    languages = {code: count for code, count in counts.items() if count}
    return Elsewhere(languages, chosen[:SHOWN_ELSEWHERE], asked=bool(asked.languages))


class Pages:
    """The pages of some hits that readers may see, with their cards, loaded by one query and those of the cards."""

    def __init__(
        self, request: HttpRequest | None, wanted: set[int], *, others: set[int], preferred: str, below: Sequence[int]
    ) -> None:
        """Load the pages ``wanted`` and ``others``, and those that the articles of ``others`` have in a language."""
        self._request = request
        sites = {path.site_id for path in Site.get_site_root_paths()}
        # Where there is only one, without a question to the database.
        self._site = Site(pk=sites.pop()) if len(sites) == 1 else Site.find_for_request(request)
        chosen = findable_pages(below)
        if others:
            keys = Page.objects.filter(pk__in=others).values("translation_key")
            own = Page.objects.filter(translation_key__in=keys, locale__language_code=preferred)
            known = Page.objects.filter(pk__in=wanted | others)
            chosen = chosen.filter(pk__in=known.values("pk").union(own.values("pk")))
        else:
            chosen = chosen.filter(pk__in=wanted)
        pages = with_cards(chosen.filter(locale__language_code__in=enabled_codes()).select_related("locale"))
        self._pages = {page.pk: page for page in pages} if wanted or others else {}
        self._cards = cards_for(self._pages.values())

    def of_articles(self, language: str) -> dict[object, Page]:
        return {page.translation_key: page for page in self._pages.values() if page.locale.language_code == language}

    def as_result(self, page: Page, hit: SearchDocument | None = None, query: Query | None = None) -> Result | None:
        """Return a page as a result; None where it has no address. Without a hit it has no extract and date."""
        if not (url := page.get_url(self._request, current_site=self._site)):
            return None
        language = page.locale.language_code
        card = self._cards.get(page.pk, Card())
        if hit is None or query is None:
            return Result(page, url, highlight(page.title, frozenset(), language), SafeString(), language, None, card)
        tokens = query.tokens(language)
        title = highlight(page.title, tokens, language)
        missing = missing_words(query, hit) if query.shares else ()
        return Result(page, url, title, extract(hit.texts, tokens, language), language, hit.published_on, card, missing)

    def shown(self, hits: Sequence[SearchDocument], query: Query) -> list[Result]:
        # The language too: a page may have been put into another tree since.
        seen = ((self._pages.get(hit.page_id), hit) for hit in hits)
        pages = ((page, hit) for page, hit in seen if page and page.locale.language_code == hit.language)
        return [item for page, hit in pages if (item := self.as_result(page, hit, query))]


def missing_words(query: Query, hit: SearchDocument) -> list[str]:
    """Return the typed words of a query that a document doesn't hold, nor another one in their place."""
    analyser = get_analyser(hit.language)
    held = set(chain.from_iterable(map(analyser.tokens, hit.texts.values())))
    missing = []
    for clauses in query.parsed.groups:
        clause = clauses[0]
        if len(clauses) > 1 or not clause.word or analyser.is_function_word(clause.word):
            continue
        texts = (clause.text, *(other.text for other in query.alternatives.get(clause.word, ())))
        if not any(held.issuperset(analyser.tokens(text)) for text in texts):
            missing.append(clause.text)
    return missing


# --- filters ---


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    label: str
    everything: str
    choices: Sequence[Choice]


def filters_of(results: Results, query: Query) -> list[Filter]:
    counts = {name: dict(results.facets.get(name, ())) for name in registered_facets()}
    for name, chosen in query.filters.items():
        counts[name].setdefault(chosen, 0)
    labels = labels_for(
        {name: [value for value in values if not value.startswith(BEHIND)] for name, values in counts.items() if values}
    )
    filters = []
    for name, facet in registered_facets().items():
        names = labels.get(name, {})
        choices = [
            Choice(value, names[value], count, value == query.filters.get(name))
            for value, count in counts[name].items()
            if value in names
        ]
        behind = {value.removeprefix(BEHIND): count for value, count in counts[name].items() if value[:1] == BEHIND}
        choices.sort(key=lambda choice: behind.get(choice.value, 0) - choice.count)
        if name == "year":
            choices = [replace(choice, label=local_digits(choice.label, get_language() or "")) for choice in choices]
            choices.sort(key=lambda choice: choice.value, reverse=True)
        if choices:
            filters.append(Filter(name, str(facet.label), str(facet.everything), choices))
    return filters


# --- extracts: texts with the words that were looked for marked, as safe HTML; the same for every engine ---

EXTRACT_LENGTH = 260
LONGEST_TEXT = 60_000  # characters of a text in which an extract is looked for
ORDER = ("lead", "body", "quotations", "captions")
_PIECE = re.compile(r"\S+")
_BEGIN = re.compile(r"(?<!\S)\S")
ENDS = ".!?…:;,؟؛،"
NAMES = ("people", "places", "topics")


class _Word(NamedTuple):
    start: int
    end: int
    found: str


def _words(text: str, tokens: frozenset[str], analyser: Analyser) -> list[_Word]:
    """Return the words of a text that have one of the tokens looked for, each with that token."""
    tokens_of, nothing = analyser.word_tokens, tokens.isdisjoint
    pieces = {piece for piece in set(text.split()) if len(piece) > LONGEST_TOKEN or not nothing(tokens_of(piece))}
    words = []
    for piece in _PIECE.finditer(text) if pieces else ():
        if piece.group() not in pieces:
            continue
        for match in written_word_pattern().finditer(text, *piece.span()):
            found = next((token for token in tokens_of(match.group()) if token in tokens), "")
            if found:
                words.append(_Word(*match.span(), found))
    return words


def _marked(text: str, words: Sequence[_Word], start: int, end: int) -> str:
    parts, position = [], start
    for word in words:
        if word.start >= start and word.end <= end:
            shown = text[word.start : word.end]
            parts += [escape(text[position : word.start]), f"<mark>{escape(shown)}</mark>"]
            position = word.end
    return "".join([*parts, escape(text[position:end])])


def highlight(text: str, tokens: frozenset[str], language: str) -> SafeString:
    """Return the whole text with the words whose tokens are looked for marked."""
    text = nfc(text)
    words = _words(text, tokens, get_analyser(language))
    return mark_safe(_marked(text, words, 0, len(text)))  # noqa: S308 - every part is escaped


def extract(texts: Mapping[str, str], tokens: frozenset[str], language: str) -> SafeString:
    """Return about 260 characters around the most words with ``tokens`` in one of a document's texts, those marked.

    Where the running texts hold none of the words, the extract is the beginning of the lead or the body, with the names
    of people, places or topics that do.
    """
    analyser = get_analyser(language)
    best: tuple[int, str, list[_Word], int] | None = None
    for name in ORDER:
        lines = filter(None, map(str.strip, nfc(texts.get(name, "")[:LONGEST_TEXT]).splitlines()))
        # In one line: a dot in the middle joins lines, but where a sentence ends before.
        text = "".join(f"{line}{' ' if line[-1] in ENDS else ' · '}" for line in lines).removesuffix(" · ").rstrip()
        if text:
            words = _words(text, tokens, analyser)
            count, start = _densest(words)
            if best is None or count > best[0]:
                best = (count, text, words, start)
    parts = _names(texts, tokens, analyser) if best is None or not best[0] else []
    if best:
        _count, text, words, first = best
        start, end = _window(text, first)
        before, after = ("… " if start else ""), (" …" if end < len(text) else "")
        parts.insert(0, f"{before}{_marked(text, words, start, end)}{after}")
    return mark_safe(" · ".join(parts))  # noqa: S308 - every part is escaped


def _names(texts: Mapping[str, str], tokens: frozenset[str], analyser: Analyser) -> list[str]:
    """Return the names that hold words looked for, marked, that no name before holds; each has a line of its own."""
    found, held = list[str](), set[str]()
    lines = "\n".join(texts.get(name, "") for name in NAMES).splitlines()
    for line in (line for line in lines if not holds_day_words(line)):
        words = _words(line, tokens, analyser)
        if not held.issuperset(word.found for word in words):
            found.append(_marked(line, words, 0, len(line)))
            held |= {word.found for word in words}
    return found[:3]


def _densest(hits: Sequence[_Word]) -> tuple[int, int]:
    """Return how many different tokens stand closest together, and where their stretch begins."""
    best, where = 0, 0
    for index, first in enumerate(hits):
        near = {word.found for word in hits[index : index + 20] if word.end - first.start <= EXTRACT_LENGTH}
        if len(near) > best:
            best, where = len(near), first.start
    return best, where


def _window(text: str, first: int) -> tuple[int, int]:
    """Return the bounds of an extract that begins a little before ``first`` and cuts no word."""
    if len(text) <= EXTRACT_LENGTH:
        return 0, len(text)
    start = max(0, min(first - EXTRACT_LENGTH // 4, len(text) - EXTRACT_LENGTH))
    end = min(len(text), start + EXTRACT_LENGTH)
    if start:
        begins = _BEGIN.search(text, start, first + 1)
        start = begins.start() if begins else first
    if end < len(text):
        shown = text[start:end]
        if not (text[end].isspace() or shown[-1].isspace()):
            shown = shown.rsplit(None, 1)[0]
        end = max(start + len(shown.rstrip()), first + 1)
    return start, end
