"""A reader's text as a query: cleaned, parsed, and analysed into what must match and what must not.

``words``, ``"phrases"``, ``-word`` and ``-"phrase"``, and ``OR`` (in capitals) or ``|`` between two of them. OR binds
the nearest neighbours: ``a OR b c`` asks for a or b, and for c. Other signs are skipped: every text has a meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Literal, NamedTuple

from django.utils import timezone

from chorsu_locales.normal_form import permitted
from chorsu_locales.text import nfc
from chorsu_search.analysis import get_analyser, word_pattern, written_word_pattern
from chorsu_search.models import FACET_LENGTH

MOST_WORDS = 24
# Whichever mark a keyboard gives, a pair of them holds a phrase; only guillemets tell opening from closing.
_QUOTES = frozenset('"“”„‟＂')
_GUILLEMETS = {"«": "»", "‹": "›"}
# One that stands alone between guillemets is none of the phrase's letters.
_WITHOUT_QUOTES = dict.fromkeys(map(ord, _QUOTES), " ")
_MINUS = frozenset("-−")  # what telephones make of it too
_OR = "OR"


@dataclass(frozen=True, slots=True)
class Clause:
    """A word, or a phrase (its words stand next to one another), as typed."""

    text: str
    phrase: bool = False

    @property
    def word(self) -> str:
        """Return the key of a word in ``Query.alternatives`` and ``Query.shares``; a phrase has none."""
        return "" if self.phrase else self.text.lower()


@dataclass(frozen=True, slots=True)
class Parsed:
    groups: tuple[tuple[Clause, ...], ...] = ()
    excluded: tuple[Clause, ...] = ()


class _Part(NamedTuple):
    clause: Clause
    excluded: bool = False
    operator: bool = False


@lru_cache(maxsize=256)
def parse(text: str) -> Parsed:
    """Parse a query in linear time."""
    groups: list[list[Clause]] = []
    excluded: list[Clause] = []
    parts = list(_bounded(_parts(text)))
    joins = False
    for place, part in enumerate(parts):
        if part.operator and 0 < place < len(parts) - 1:
            if not parts[place - 1].operator:
                joins = not parts[place - 1].excluded  # beside an exclusion there is nothing to choose from
            continue
        if part.operator and part.clause.text != _OR:
            continue  # a sign at either end; the letters there are a word
        if part.excluded:
            excluded.append(part.clause)
        elif joins:
            groups[-1].append(part.clause)
        else:
            groups.append([part.clause])
        joins = False
    return Parsed(tuple(tuple(dict.fromkeys(group)) for group in groups), tuple(dict.fromkeys(excluded)))


def _bounded(parts: Iterable[_Part]) -> Iterator[_Part]:
    """Yield the parts up to the one with the last word that counts."""
    left = MOST_WORDS
    for part in parts:
        if left <= 0:
            return
        words = [] if part.operator else list(word_pattern().finditer(part.clause.text))
        if part.clause.phrase and len(words) > left:
            part = part._replace(clause=Clause(part.clause.text[: words[left - 1].end()], phrase=True))  # noqa: PLW2901
        left -= len(words)
        yield part


def _parts(text: str) -> Iterator[_Part]:
    word = written_word_pattern()
    place, excluded = 0, False
    closings = _closings(text)
    while place < len(text):
        character = text[place]
        if character in _QUOTES or character in _GUILLEMETS:
            end = closings.get(place)
            if end and word.search(text, place, end):
                words = text[place + 1 : end].translate(_WITHOUT_QUOTES).split()
                yield _Part(Clause(" ".join(words), phrase=True), excluded)
                place, excluded = end + 1, False
            else:
                place += 1
        elif match := word.match(text, place):
            is_or = match.group() == _OR and not excluded
            yield _Part(Clause(match.group()), excluded, operator=is_or)
            place, excluded = match.end(), False
        else:
            if character == "|":
                yield _Part(Clause(character), operator=True)
            # A minus before a word, at the beginning of it: not one within or between words.
            starts = place == 0 or text[place - 1].isspace() or text[place - 1] in "|("
            excluded = character in _MINUS and starts
            place += 1


def _closings(text: str) -> dict[int, int]:
    """Return where quotations end, by where they begin."""
    ends: dict[int, int] = {}
    quote: int | None = None
    opened: dict[str, int] = {}
    for place, character in enumerate(text):
        if character in _QUOTES:
            if quote is not None and place > quote + 1:
                ends[quote] = place
            quote = place
        elif character in _GUILLEMETS:
            opened[_GUILLEMETS[character]] = place
        elif character in opened:
            ends[opened.pop(character)] = place
    return ends


LONGEST_QUERY = 300  # characters; more is a paste, not a query
MOST_ALTERNATIVES = 16  # of one word
MOST_LEVELS = 4
UNTYPED_WEIGHT = 0.5
# What the shares of a query's words add up to, but for rounding. So coarse that of words about as rare none decides,
# but where they stand does.
WHOLE = 8
LEAST_SHARE = 3  # of ``WHOLE``: what the words of a partial match are at least


def clean(text: str) -> str:
    """Return a query in NFC without control characters or lone surrogates, white space folded, shortened."""
    return " ".join(nfc(permitted(text[: LONGEST_QUERY * 4], " ")).split())[:LONGEST_QUERY].strip()


def facet_value(text: str) -> str:
    """Return a value of a facet as it is stored and asked for, or nothing."""
    return clean(text)[:FACET_LENGTH].strip()


@dataclass(frozen=True, slots=True)
class Terms:
    """Tokens that follow one another (one token for a plain word), stemmed and as typed.

    ``weight`` is below 1 for what nobody typed. Words that the language leaves out, asked for alone, have no tokens:
    only their exact form is looked for.
    """

    tokens: tuple[str, ...]
    exact: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another text that may stand for a typed word; several words of it are a phrase."""

    text: str
    weight: float = UNTYPED_WEIGHT


Group = tuple[Terms, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for in one language: one of the terms of each group, and none of ``excluded``.

    Of the groups in ``shares`` a document needs some, whose shares add up to ``LEAST_SHARE``; the more, the better.
    """

    language: str
    groups: tuple[Group, ...]
    excluded: tuple[Terms, ...]
    shares: Mapping[Group, int] = field(default_factory=dict)

    def terms(self) -> Iterator[Terms]:
        """Yield all terms that a document may be found by."""
        return chain.from_iterable((*self.groups, *self.shares))


@dataclass(frozen=True, slots=True)
class Query:
    """One question to an engine.

    ``languages`` are codes; ``filters`` maps facets to the value wanted; ``offset`` and ``limit`` count results.
    ``alternatives`` maps a typed word (see ``Clause.word``) to what else may stand for it. With ``shares`` partial
    matches are found too: these are words with the share of ``WHOLE`` that each is, and other words say nothing.
    ``since`` and ``until`` are the first and the last day of publication, in the site's time zone.
    ``with_facets`` asks for the counts of facets too. ``below`` are keys of pages: these fit, and pages below them.
    ``everything``: an empty text asks for all documents, not for none.
    """

    text: str
    languages: tuple[str, ...]
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int = 10
    alternatives: Mapping[str, tuple[Alternative, ...]] = field(default_factory=dict)
    shares: Mapping[str, int] = field(default_factory=dict)
    order: Literal["relevance", "date"] = "relevance"
    since: date | None = None
    until: date | None = None
    with_facets: bool = True
    below: tuple[int, ...] = ()
    everything: bool = False

    @property
    def parsed(self) -> Parsed:
        return parse(self.text)

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words that are asked for, without phrases and exclusions, as ``Clause.word``."""
        words = (clause.word for group in self.parsed.groups for clause in group)
        return tuple(dict.fromkeys(filter(None, words)))

    def groups(self, language: str) -> list[Group]:
        """Return what to look for in a language: of each group one of the terms must match."""
        return list(self._shares_of_groups(language))

    def wanted(self, *, least_weight: float = 0) -> list[Wanted]:
        """Return what to look for in each language that is asked; ``least_weight`` leaves lighter terms out.

        All documents match exclusions alone, but for those that are excluded; nothing matches an empty query, where it
        doesn't ask for ``everything``.
        """
        return list(filter(None, (self._wanted(language, least_weight) for language in self.languages)))

    def wanted_at(self, level: float) -> list[Wanted]:
        """Return what documents have that match all groups by terms of at least this weight."""
        return replace(self, shares={}).wanted(least_weight=level)

    def levels(self) -> list[float]:
        """Return the weights of terms, highest first: documents that match by lighter terms only come last."""
        weights: set[float] = set()
        for wanted in self.wanted():
            weights.update(terms.weight for terms in wanted.terms())
        ordered = sorted(weights, reverse=True)
        return [*ordered[: MOST_LEVELS - 1], ordered[-1]] if len(ordered) > MOST_LEVELS else ordered

    def tokens(self, language: str) -> frozenset[str]:
        """Return every token that is looked for, to be marked in results."""
        return frozenset(token for group in self.groups(language) for terms in group for token in terms.tokens)

    def period(self) -> tuple[datetime | None, datetime | None]:
        """Return the first moment of publication, and the first after the last."""
        return (
            _midnight(self.since) if self.since else None,
            _midnight(self.until + timedelta(days=1)) if self.until and self.until < date.max else None,
        )

    def _wanted(self, language: str, least_weight: float) -> Wanted | None:
        shares = self._shares_of_groups(language)
        groups = tuple(tuple(terms for terms in group if terms.weight >= least_weight) for group in shares)
        terms = dict.fromkeys(_terms(clause.text, language) for clause in self.parsed.excluded)
        excluded = tuple(each for each in terms if each.tokens)
        asks_for_all = not self.parsed.groups and (excluded or self.everything)
        if not all(groups) or not (groups or asks_for_all):
            return None
        if not self.shares:
            return Wanted(language, groups, excluded)
        required = tuple(group for group, share in shares.items() if not share)
        return Wanted(language, required, excluded, {group: share for group, share in shares.items() if share})

    def _shares_of_groups(self, language: str) -> dict[Group, int]:
        """Return the groups, each with its share; 0 for a phrase, which has none, and where there are no shares."""
        found: dict[Group, int] = {}
        for clauses in self._clauses(language):
            share = max(self.shares.get(clause.word, 0) for clause in clauses)
            for group in self._groups_of(clauses, language):
                found.setdefault(group, share)
        if not found:  # words that the language leaves out, asked for alone
            exact = get_analyser(language).exact
            texts = (tuple(exact(clause.text)) for clause in chain.from_iterable(self.parsed.groups))
            found = {(Terms((), words),): 0 for words in texts if words}
        return dict(list(found.items())[:MOST_WORDS])

    def _clauses(self, language: str) -> Sequence[tuple[Clause, ...]]:
        """Return the groups of clauses that decide: without words of function, where there are others."""
        is_function_word = get_analyser(language).is_function_word
        groups = self.parsed.groups
        content = [group for group in groups if not all(each.word and is_function_word(each.word) for each in group)]
        if self.shares:
            return [group for group in content if any(each.phrase or each.word in self.shares for each in group)]
        return content or groups

    def _groups_of(self, group: tuple[Clause, ...], language: str) -> list[Group]:
        """Return the groups of one group of clauses: several where a lone word is several tokens."""
        # Each of the terms once, with its highest weight.
        best: dict[tuple[tuple[str, ...], tuple[str, ...]], Terms] = {}
        for clause in group:
            terms = _terms(clause.text, language)
            others = self.alternatives.get(clause.word, ())[:MOST_ALTERNATIVES] if clause.word else ()
            if len(group) == 1 and not others and not clause.phrase:
                # Where the exact form has other words, a token is its own exact form.
                exact = terms.exact if len(terms.exact) == len(terms.tokens) else terms.tokens
                return [(Terms((token,), (word,)),) for token, word in zip(terms.tokens, exact, strict=True)]
            for each in (terms, *(_terms(other.text, language, other.weight) for other in others)):
                key = (each.tokens, each.exact)
                if each.tokens and (key not in best or best[key].weight < each.weight):
                    best[key] = each
        return [tuple(best.values())] if best else []


def _terms(text: str, language: str, weight: float = 1.0) -> Terms:
    analyser = get_analyser(language)
    return Terms(tuple(analyser.tokens(text)), tuple(analyser.exact(text)), weight)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
