"""What readers are shown of a search."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from wagtail.models import Page

from chorsu_locales.selectors import enabled_codes
from chorsu_search.breaker import get_breaker
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.engines.base import Engine, EngineError, EngineUnavailableError, Hit, Results
from chorsu_search.facets import Filter, filters_of
from chorsu_search.forgiving.attempts import FEW, Ask, better_known, forgive
from chorsu_search.forgiving.variants import with_variants
from chorsu_search.highlight import extract, highlight
from chorsu_search.queries import Query
from chorsu_search.registry import Card, cards_for
from chorsu_search.services import findable_pages

logger = logging.getLogger("search")

DEEPEST = 10_000  # results beyond this are counted, not shown


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

    def in_language(self, page: Page, url: str) -> Found:
        """Return the result as another language's page of the same article, whose text wasn't looked at."""
        language = page.locale.language_code
        title = conditional_escape(page.title)
        return replace(self, page=page, url=url, title=title, extract=SafeString(), language=language)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gave.

    ``degraded``: another engine than the first answered. ``available``: some engine did. ``corrected``: the results
    are for this text, since there are none for the one typed; ``did_you_mean``: a text that finds more. ``missing`` are
    typed words that no result shown holds.
    """

    total: int = 0
    found: Sequence[Found] = ()
    filters: Sequence[Filter] = ()
    degraded: bool = False
    available: bool = True
    corrected: str = ""
    did_you_mean: str = ""
    missing: Sequence[str] = ()


@dataclass(slots=True)
class EngineAnswer[Value]:
    """A result with the name of the engine that gave it; ``degraded``: the engines before it failed."""

    value: Value
    engine: str
    degraded: bool = field(default=False)


def ask_engines[Value](question: Callable[[Engine], Value]) -> EngineAnswer[Value] | None:
    """Return the result of ``question`` from the first configured engine that answers; None where none does."""
    names = engine_names()
    for position, name in enumerate(names):
        breaker = get_breaker(name)
        if breaker.failures and position + 1 < len(names):
            breaker.try_again(partial(_ask, question, name))
            continue
        if not breaker.allows():
            continue
        try:
            value = _ask(question, name)
        except EngineUnavailableError as error:
            breaker.failed(error)
            continue
        except EngineError:
            logger.exception("The search engine %r refused a query.", name)
            continue
        breaker.succeeded()
        return EngineAnswer(value, name, degraded=position > 0)
    return None


def _ask[Value](question: Callable[[Engine], Value], name: str) -> Value:
    return question(get_engine(name))


def find(query: Query, *, request: HttpRequest | None = None, exact: bool = False) -> Answer:
    """Answer a reader's query with pages that this reader may see now, whatever the index still holds.

    Where nothing fits, the answer is for other readings of the words or for fewer words; ``exact`` keeps to the words
    as they were typed, and offers the other reading.
    """
    degraded = False

    def ask(question: Query) -> Results:
        nonlocal degraded
        answered = ask_engines(lambda engine: engine.search(question))
        if answered is None:
            raise _NoEngineError
        degraded = degraded or answered.degraded
        return answered.value

    try:
        answer = _answer(query, ask, request, exact=exact)
    except _NoEngineError:
        return Answer(available=False)
    return replace(answer, degraded=degraded)


class _NoEngineError(Exception):
    """No engine answers."""


def _answer(query: Query, ask: Ask, request: HttpRequest | None, *, exact: bool) -> Answer:
    asked = query if exact else with_variants(query)
    results = ask(asked)
    forgiven = forgive(query, ask) if not results.total else None
    if forgiven and not exact:
        asked, results = forgiven.query, forgiven.results
    found = visible(results.hits, asked, request)
    answer = Answer(max(results.total - (len(results.hits) - len(found)), 0), found, filters_of(results, asked))
    # Words of pages that this reader may not see are not told.
    if forgiven and exact:
        tell = bool(visible(forgiven.results.hits, forgiven.query, request))
        return replace(answer, did_you_mean=forgiven.corrected) if tell else answer
    if forgiven and found:
        return replace(answer, corrected=forgiven.corrected, missing=forgiven.missing)
    if 0 < results.total < FEW:
        return replace(answer, did_you_mean=better_known(query, results, ask))
    return answer


def visible(hits: Sequence[Hit], query: Query, request: HttpRequest | None) -> list[Found]:
    """Return those of an engine's hits that this reader may see now, as they are shown."""
    pages = {
        page.pk: page
        for page in findable_pages()
        .filter(pk__in=[hit.page_id for hit in hits], locale__language_code__in=enabled_codes())
        .select_related("locale")
    }
    cards = cards_for(pages.values())
    looked_for: dict[str, frozenset[str]] = {}
    found = []
    for hit in hits:
        page = pages.get(hit.page_id)
        url = page.get_url(request) if page else None
        # The language too: a page may have been put into another tree since.
        if page is None or url is None or page.locale.language_code != hit.language:
            continue
        if hit.language not in looked_for:
            looked_for[hit.language] = query.tokens(hit.language)
        tokens = looked_for[hit.language]
        found.append(
            Found(
                page=page,
                url=url,
                title=highlight(page.title, tokens, hit.language),
                extract=extract(hit.texts, tokens, hit.language),
                language=hit.language,
                published_on=hit.published_on,
                card=cards.get(page.pk, Card()),
            )
        )
    return found
