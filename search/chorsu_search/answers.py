"""Direct answers: the person, topic, country or section that a query names, compared by our analysis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from chorsu_locales.selectors import enabled_codes
from chorsu_search.analysis import Analyser, get_analyser
from chorsu_search.models import NameWord
from chorsu_search.names import tokens_of
from chorsu_search.registry import Details, Entry, NameSource, Wanted, name_sources, source_of

MOST_ANSWERS = 3
MOST_CANDIDATES = 6  # that are looked up
MOST_ROWS = 400
MOST_TOKENS = 8  # a longer query names nothing
# Without a parameter: else SQLite can't know that the index of tokens, which leaves the empty ones out, is enough.
_HAS_TOKEN = RawSQL("NOT (token = '')", (), output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """Something that the query names; ``kind`` says what it is."""

    kind: str
    entry: Entry
    details: Details


def direct_answers(text: str, language: str, request: HttpRequest | None = None) -> list[DirectAnswer]:
    """Return what a query names in any of the site's languages: whole names, those of most publications first.

    All words of the name have to be there and no other; for some kinds a part of the name is enough.
    """
    candidates = _candidates(text, language)
    wanted = _by_kind(candidates)
    found: list[tuple[int, int, DirectAnswer]] = []
    for source in name_sources():
        of_source = {kind: keys for kind, keys in wanted.items() if kind in source.kinds}
        for name, (entry, details) in _answers(source, of_source, request).items() if of_source else ():
            answer = DirectAnswer(str(source.kinds[name[0]]), entry, details)
            found.append((-(details.count or 0), candidates.index(name), answer))
    return [answer for _count, _place, answer in sorted(found, key=lambda each: each[:2])][:MOST_ANSWERS]


def _answers(
    source: NameSource, wanted: Wanted, request: HttpRequest | None
) -> Mapping[tuple[str, str], tuple[Entry, Details]]:
    if source.answers:
        return source.answers(wanted, request)
    return {name: (entry, Details()) for name, entry in source.entries(wanted, request).items()}


def _by_kind(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, key in names:
        found[kind].append(key)
    return found


def _candidates(text: str, language: str) -> list[tuple[str, str]]:
    """Return kind and key of what a text names: whole names before parts, in the reader's language first.

    Names that hold the very words come alone: a stem may be that of another name.
    """
    asked = {code: _Asked(get_analyser(code), text) for code in enabled_codes()}
    asked = {code: wanted for code, wanted in asked.items() if 0 < len(wanted.tokens) <= MOST_TOKENS}
    if not asked or not name_sources():
        return []
    tokens = frozenset[str]().union(*(wanted.tokens for wanted in asked.values()))
    held: dict[tuple[str, str, str, int], list[tuple[str, str]]] = defaultdict(list)
    # By tokens alone, whatever the language: an OR of languages keeps SQLite from the index of tokens.
    rows = NameWord.objects.filter(_HAS_TOKEN, token__in=tokens).order_by("of", "kind", "key")
    for kind, key, code, of, word, token in rows.values_list("kind", "key", "language", "of", "word", "token")[
        :MOST_ROWS
    ]:
        if code in asked and token in asked[code].tokens:
            held[kind, key, code, of].append((word, token))
    fitting = []
    for (kind, key, code, of), words in held.items():
        wanted = asked[code]
        if {token for _word, token in words} == wanted.tokens and (of == len(wanted.tokens) or _in_part(kind)):
            as_typed = wanted.words <= {word for word, _token in words}
            fitting.append((of > len(wanted.tokens), code != language, kind, key, as_typed))
    typed = {kind for _part, _foreign, kind, _key, as_typed in fitting if as_typed}
    names = [(kind, key) for _part, _foreign, kind, key, as_typed in sorted(fitting) if as_typed or kind not in typed]
    return list(dict.fromkeys(names))[:MOST_CANDIDATES]


class _Asked:
    """A text in a language: its folded words, and their tokens."""

    def __init__(self, analyser: Analyser, text: str) -> None:
        tokens = tokens_of(analyser.words(text), analyser)
        self.words = {word for word, token in tokens.items() if token}
        self.tokens = {tokens[word] for word in self.words}


def _in_part(kind: str) -> bool:
    source = source_of(kind)
    return source is not None and kind in source.in_part


def popular(request: HttpRequest | None = None) -> list[Entry]:
    """Return what is offered to somebody who has not asked yet."""
    return [entry for source in name_sources() if source.popular for entry in source.popular(request)]
