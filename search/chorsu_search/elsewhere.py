"""Results in the other languages of the site: how many in each, and the best of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import HttpRequest
from wagtail.models import Page

from chorsu_search.forgiving.corrections import correct
from chorsu_search.forgiving.variants import with_variants
from chorsu_search.queries import Query
from chorsu_search.selectors import Answer, Found, ask_engines, visible
from chorsu_search.services import findable_pages

SHOWN = 3
CANDIDATES = 15  # an article may be there in five languages


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """``languages`` are codes with the number of results in each; ``found`` are some of them, each article once."""

    languages: Mapping[str, int] = field(default_factory=dict)
    found: Sequence[Found] = ()


def elsewhere(
    query: Query,
    answer: Answer,
    codes: Sequence[str],
    *,
    preferred: str,
    show: bool,
    request: HttpRequest | None,
    exact: bool = False,
) -> Elsewhere:
    """Return what a query finds in other languages than the one that was asked.

    With ``show``, the best results too: an article that exists in the ``preferred`` language is shown in that, and not
    at all where ``answer`` has it or may have it on another page. Where neither finds anything, words are
    read otherwise, but with ``exact``.
    """
    others = tuple(code for code in codes if code not in query.languages)
    if not others:
        return Elsewhere()
    wide = replace(query, languages=others, offset=0, limit=CANDIDATES if show else 0, with_facets=False)
    if not answer.total and not exact:
        wide = with_variants(wide)
    answered = ask_engines(lambda engine: engine.search(wide))
    if answered and not answered.value.total and not answer.total and not exact:
        correction = correct(query.text, others)
        if correction.places and not correction.unknown:
            corrected = correction.query(wide)
            answered, wide = ask_engines(lambda engine: engine.search(corrected)), corrected
    if answered is None:
        return Elsewhere()
    counts = answered.value.languages or dict.fromkeys(others[:1], answered.value.total)
    languages = {code: count for code, count in counts.items() if count}
    found = visible(answered.value.hits, wide, request) if show and answered.value.hits else []
    return Elsewhere(languages, _each_once(found, answer, preferred, request)[:SHOWN])


def _each_once(found: Sequence[Found], answer: Answer, preferred: str, request: HttpRequest | None) -> list[Found]:
    if not found:
        return []
    keys = {item.page.translation_key for item in found}
    own: dict[object, Page] = {
        page.translation_key: page
        for page in findable_pages()
        .filter(translation_key__in=keys, locale__language_code=preferred)
        .select_related("locale")
    }
    complete = answer.total <= len(answer.found)
    seen = {item.page.translation_key for item in answer.found}
    chosen = []
    for item in found:
        key = item.page.translation_key
        page = own.get(key)
        if key in seen or (page and not complete):
            continue
        seen.add(key)
        if page and (url := page.get_url(request)):
            chosen.append(item.in_language(page, url))
        else:
            chosen.append(item)
    return chosen
