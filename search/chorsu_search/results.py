"""What readers are shown of a search: the pages that they may see now, with extracts, filters and other languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.models import Page, Site

from chorsu_locales.selectors import enabled_codes
from chorsu_locales.text import local_digits, nfc
from chorsu_search.analysis import LONGEST_TOKEN, Analyser, get_analyser, written_word_pattern
from chorsu_search.documents import findable_pages
from chorsu_search.engines import ask_engines
from chorsu_search.engines.base import Hit, Results
from chorsu_search.queries import Query
from chorsu_search.registry import Card, cards_for, labels_for, registered_facets, with_cards
from chorsu_search.spelling.corrections import FEW, better_known, correct, forgive
from chorsu_search.spelling.groups import with_variants

DEEPEST = 10_000  # results beyond this are counted, not shown
SHOWN_ELSEWHERE = 3
CANDIDATES = 15  # an article may be there in five languages


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """``languages`` are codes with the number of results in each; ``found`` are some of them, each article once."""

    languages: Mapping[str, int] = field(default_factory=dict)
    found: Sequence[Found] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gave.

    ``degraded``: another engine than the first answered. ``available``: some engine did. ``corrected``: the results
    are for this text, since there are none for the one typed; ``did_you_mean``: a text that finds more. ``missing`` are
    typed words that no result shown holds. ``elsewhere``: what other languages have, where that was asked for.
    """

    total: int = 0
    found: Sequence[Found] = ()
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
) -> Answer:
    """Answer a reader's query with pages that this reader may see now, whatever the index still holds.

    Where nothing fits, the answer is for other readings of the words or for fewer words; ``exact`` keeps to the words
    as they were typed, and offers the other reading. ``beside`` are languages to ask too; an article that has one of
    the results there is shown in the ``preferred`` language.
    """
    degraded = False

    def ask(question: Query) -> Results:
        nonlocal degraded
        answered = ask_engines(lambda engine: engine.search(question))
        if answered is None:
            raise _NoEngineError
        degraded = degraded or answered.degraded
        return answered.value

    asked = query if exact else with_variants(query)
    try:
        results = ask(asked)
        forgiven = forgive(query, ask) if not results.total else None
        offer = better_known(query, results, ask) if 0 < results.total < FEW else ""
    except _NoEngineError:
        return Answer(available=False)
    if forgiven and not exact:
        asked, results = forgiven.query, forgiven.results
    others, of_others = _ask_elsewhere(query, beside, results.total, exact=exact)
    tell = forgiven.results.hits if forgiven else ()
    pages = Pages([*results.hits, *tell], request, also=of_others.hits, in_=preferred)
    found = pages.shown(results.hits, asked)
    total = max(results.total - (len(results.hits) - len(found)), 0)
    answer = Answer(
        total,
        found,
        filters_of(results, asked),
        degraded,
        elsewhere=_elsewhere(others, of_others, found, total, pages, preferred=preferred),
    )
    # Words of pages that this reader may not see are not told.
    if forgiven and exact:
        may_tell = bool(pages.shown(forgiven.results.hits, forgiven.query))
        return replace(answer, did_you_mean=forgiven.corrected) if may_tell else answer
    if forgiven and found:
        return replace(answer, corrected=forgiven.corrected, missing=forgiven.missing)
    return replace(answer, did_you_mean=offer)


class _NoEngineError(Exception):
    """No engine answers."""


# --- the other languages ---


def _ask_elsewhere(query: Query, languages: Sequence[str], total: int, *, exact: bool) -> tuple[Query, Results]:
    """Ask the other languages: for numbers and, on the last page of the ``total`` results, for the best.

    Where nothing is found in any language, words that the reader's language doesn't know are read otherwise, but with
    ``exact``. Returns the question with the answer to it.
    """
    others = tuple(code for code in languages if code not in query.languages)
    limit = CANDIDATES if total <= query.offset + query.limit else 0
    wide = replace(query, languages=others, offset=0, limit=limit, with_facets=False)
    if not others:
        return wide, Results()
    if not total and not exact:
        wide = with_variants(wide)
    answered = ask_engines(lambda engine: engine.search(wide))
    if answered and not answered.value.total and not total and not exact:
        own = correct(query.text, query.languages)
        correction = correct(query.text, others) if own.places or own.unknown else own
        if correction.places and not correction.unknown:
            corrected = correction.query(wide)
            answered, wide = ask_engines(lambda engine: engine.search(corrected)), corrected
    return wide, answered.value if answered else Results()


def _elsewhere(
    asked: Query, results: Results, own: Sequence[Found], total: int, pages: Pages, *, preferred: str
) -> Elsewhere:
    """Return what is shown of the other languages: numbers, and the best results where they were asked for.

    An article that exists in the ``preferred`` language is shown in that, and not at all where it is among ``own``, the
    ``total`` results in that language, or may be on another page of them, or may hold a word that was excluded.
    """
    counts = results.languages or dict.fromkeys(asked.languages[:1], results.total)
    found = pages.shown(results.hits, asked)
    preferred_pages = pages.of_articles(preferred) if found else {}
    complete = total <= len(own) and not asked.parsed.excluded
    seen = {item.page.translation_key for item in own}
    chosen: list[Found] = []
    for item in found:
        key = item.page.translation_key
        page = preferred_pages.get(key)
        if key in seen or (page and not complete):
            continue
        seen.add(key)
        chosen.append((pages.as_found(page) if page else None) or item)
    return Elsewhere({code: count for code, count in counts.items() if count}, chosen[:SHOWN_ELSEWHERE])


@dataclass(frozen=True, slots=True)
class Found:
    """One result: ``title`` and ``extract`` are safe HTML in ``language``."""

    page: Page
    url: str
    title: SafeString
    extract: SafeString
    language: str
    published_on: datetime | None
    card: Card


class Pages:
    """The pages of some hits that readers may see, with their cards, by one question and those of the cards."""

    def __init__(
        self, hits: Iterable[Hit], request: HttpRequest | None, *, also: Iterable[Hit] = (), in_: str = ""
    ) -> None:
        """Load the pages of ``hits`` and of ``also``, and those that the articles of the latter have in a language."""
        self._request = request
        self._site = _site(request)
        wanted = {hit.page_id for hit in hits}
        if others := {hit.page_id for hit in also}:
            keys = Page.objects.filter(pk__in=others).values("translation_key")
            own = Page.objects.filter(translation_key__in=keys, locale__language_code=in_)
            known = Page.objects.filter(pk__in=wanted | others)
            chosen = findable_pages().filter(pk__in=known.values("pk").union(own.values("pk")))
        else:
            chosen = findable_pages().filter(pk__in=wanted)
        pages = with_cards(chosen.filter(locale__language_code__in=enabled_codes()).select_related("locale"))
        self._pages = {page.pk: page for page in pages} if wanted or others else {}
        self._cards = cards_for(self._pages.values())

    def of_articles(self, language: str) -> dict[object, Page]:
        """Return the pages in a language by translation key."""
        return {page.translation_key: page for page in self._pages.values() if page.locale.language_code == language}

    def as_found(self, page: Page, hit: Hit | None = None, tokens: frozenset[str] = frozenset()) -> Found | None:
        """Return a page without extract and date where no engine was asked for it; None where it has no address."""
        url = page.get_url(self._request, current_site=self._site)
        language = page.locale.language_code
        title = highlight(page.title, tokens, language)
        found, date = (extract(hit.texts, tokens, language), hit.published_on) if hit else (SafeString(), None)
        return Found(page, url, title, found, language, date, self._cards.get(page.pk, Card())) if url else None

    def shown(self, hits: Sequence[Hit], query: Query) -> list[Found]:
        """Return those of the hits that may be seen, as they are shown."""
        looked_for: Mapping[str, frozenset[str]] = {
            language: query.tokens(language) for language in {hit.language for hit in hits}
        }
        found = []
        for hit in hits:
            page = self._pages.get(hit.page_id)
            # The language too: a page may have been put into another tree since.
            if page and page.locale.language_code == hit.language:
                found.append(self.as_found(page, hit, looked_for[hit.language]))
        return [item for item in found if item]


def _site(request: HttpRequest | None) -> Site | None:
    """Return the site that a request is for, without a question to the database where there is only one."""
    sites = {path.site_id for path in Site.get_site_root_paths()}
    return Site(pk=sites.pop()) if len(sites) == 1 else Site.find_for_request(request)


# --- filters ---


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A facet that readers can narrow the results with."""

    name: str
    label: str
    everything: str
    choices: Sequence[Choice]

    @property
    def chosen(self) -> Choice | None:
        """Return the choice that narrows the results now."""
        return next((choice for choice in self.choices if choice.selected), None)


def filters_of(results: Results, query: Query) -> list[Filter]:
    """Return the filters of an answer; those without a value are left out."""
    counts = {name: dict(results.facets.get(name, ())) for name in registered_facets()}
    for name, chosen in query.filters.items():
        counts[name].setdefault(chosen, 0)
    labels = labels_for({name: list(values) for name, values in counts.items() if values})
    filters = []
    for name, facet in registered_facets().items():
        names = labels.get(name, {})
        choices = [
            Choice(value, names[value], count, value == query.filters.get(name))
            for value, count in counts[name].items()
            if value in names
        ]
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
    """Return about 260 characters of the text that holds most of the words looked for, with those marked.

    ``texts`` are a document's. Where its running text holds none of the words, the extract is the beginning of the
    lead or the body, with the names of people, places or topics that do.
    """
    analyser = get_analyser(language)
    best: tuple[int, str, list[_Word], int] | None = None
    for name in ORDER:
        text = _in_one_line(nfc(texts.get(name, "")[:LONGEST_TEXT]))
        if text:
            words = _words(text, tokens, analyser)
            count, start = _densest(words)
            if best is None or count > best[0]:
                best = (count, text, words, start)
    names = _names(texts, tokens, analyser) if best is None or not best[0] else []
    parts = [_part(*best[1:])] if best else []
    return mark_safe(" · ".join(parts + names))  # noqa: S308 - every part is escaped


def _in_one_line(text: str) -> str:
    """Join lines by a dot in the middle, but where a sentence ends before."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    return "".join(f"{line}{' ' if line[-1] in ENDS else ' · '}" for line in lines).removesuffix(" · ").rstrip()


def _names(texts: Mapping[str, str], tokens: frozenset[str], analyser: Analyser) -> list[str]:
    """Return the names that hold words looked for, marked; each stands on a line of its own."""
    lines = "\n".join(texts.get(name, "") for name in NAMES).splitlines()
    found = (_marked(line, words, 0, len(line)) for line in lines if (words := _words(line, tokens, analyser)))
    return list(dict.fromkeys(found))[:3]


def _part(text: str, words: Sequence[_Word], middle: int) -> str:
    start, end = _window(text, middle)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return f"{before}{_marked(text, words, start, end)}{after}"


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
