"""What the vocabulary knows, and which of its words were meant by one that it doesn't know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10

from django.db.models import Sum

from chorsu_search.analysis import get_analyser
from chorsu_search.forgiving import slips
from chorsu_search.forgiving.keys import letters_for, likeness
from chorsu_search.forgiving.latin import LATIN, sounds_typed
from chorsu_search.forgiving.models import Word

MOST_WORDS = 6  # of a query that are mended: each costs some hundred keys
LONGEST = 32  # letters of a word that is mended
LEAST = 3  # letters of a word in which a slip is looked for
FARTHEST = 2.5  # from its spelling, for a word of the same script that sounds alike
SAME_SOUND = 0.4  # what it costs to have typed a word by its sound, against about 1 for a slip
TEN_TIMES = 0.25  # how much more a word that is ten times as common may cost

Known = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Meant:
    """A word of the pages that may have been meant: as it is written there, and how unlikely it is."""

    written: str
    cost: float
    documents: int


@dataclass(frozen=True, slots=True)
class _Typed:
    """A typed word in a language: folded, and how the words that it may mean are spelt or sound.

    ``foreign``: none of its letters is one of the language.
    """

    word: str
    folded: str
    foreign: bool
    spelt: frozenset[str]
    sounds: frozenset[str]
    near_sounds: frozenset[str]


def known_tokens(tokens: Collection[str], languages: Sequence[str]) -> Known:
    """Return the tokens that pages hold, by language and token, with about how many pages hold each."""
    if not tokens:
        return {}
    rows = Word.objects.filter(token__in=tokens, language__in=languages).values_list("language", "token")
    return {(language, token): documents for language, token, documents in rows.annotate(Sum("documents"))}


def words_meant(typed: Iterable[str], languages: Sequence[str], *, most: int = slips.MOST) -> dict[str, list[Meant]]:
    """Return, for typed words, the words of the pages that may be meant by them, at ``most`` slips, likeliest first.

    Two questions to the database per language, and two more for each long word that has nothing at one slip.
    """
    words = [word for word in dict.fromkeys(typed) if len(word) <= LONGEST and not any(map(str.isdigit, word))]
    meant: dict[str, list[Meant]] = defaultdict(list)
    for language in languages:
        for word, found in _words_meant(words[:MOST_WORDS], language, most).items():
            meant[word] += found
    return {word: sorted(found, key=lambda each: each.cost) for word, found in meant.items()}


def _words_meant(words: Sequence[str], language: str, most: int) -> dict[str, list[Meant]]:
    typed = [_typed(word, language) for word in words]
    rows = Word.objects.filter(language=language)
    found: dict[str, dict[str, Meant]] = defaultdict(dict)
    spelt = frozenset[str]().union(*(each.spelt for each in typed))
    by_sound = frozenset[str]().union(*(each.sounds | each.near_sounds for each in typed))
    for row in [*rows.filter(word__in=spelt), *rows.filter(latin__in=by_sound)]:
        for each in typed:
            if (cost := _cost(each, row, language)) is not None:
                found[each.word][row.word] = _meant(row, cost)
    for each in typed if most > 1 else ():
        if each.word not in found and not each.foreign and len(each.folded) >= slips.LEAST_FOR_TWO:
            for row in rows.filter(word__in=_two_slips(each.folded, language)):
                found[each.word][row.word] = _meant(row, slips.cost(each.folded, row.word, likeness(language)))
    return {word: list(meant.values()) for word, meant in found.items()}


def _typed(word: str, language: str) -> _Typed:
    analyser = get_analyser(language)
    # The vocabulary has the parts of a word ("یخچال‌ها") as words, and an ending that stands apart is nobody's slip.
    parts = list(analyser.words(word))
    folded = "".join(part for part in parts if part not in analyser.dropped) or "".join(parts)
    alphabet = letters_for(folded, language)
    foreign = not alphabet & set(folded)
    long_enough = len(folded) >= LEAST
    spelt = slips.edits(folded, alphabet) if long_enough and not foreign else ()
    # "qqqqqq" sounds like "к", and nobody means it.
    sounds = [found for found in sounds_typed(word, language) if len(found) * 3 >= len(folded)]
    # A slip in a word of another script is one in its sound.
    near = (slips.edits(sound, LATIN) for sound in sounds if len(sound) > LEAST and foreign)
    return _Typed(word, folded, foreign, frozenset(spelt), frozenset(sounds), frozenset[str]().union(*near))


def _cost(typed: _Typed, row: Word, language: str) -> float | None:
    """Return what a word of the pages costs, by its spelling or its sound, whichever is less; None where it is far."""
    spelling = slips.cost(typed.folded, row.word, likeness(language))
    costs = [spelling] if row.word in typed.spelt else []
    if row.latin in typed.sounds and (typed.foreign or spelling <= FARTHEST):
        costs.append(SAME_SOUND)
    elif row.latin in typed.near_sounds:
        costs.append(SAME_SOUND + 1)
    return min(costs, default=None)


def _meant(row: Word, cost: float) -> Meant:
    return Meant(row.written, cost - TEN_TIMES * log10(max(row.documents, 1)), row.documents)


def _two_slips(word: str, language: str) -> list[str]:
    """Return the words of the pages at two edits from a long one."""
    rows = Word.objects.filter(language=language).order_by()
    questions = [
        rows.filter(**{f"{name}__in": sorted(pieces)}).values_list("word", flat=True)
        for name, pieces in zip(("beginning", "middle", "ending"), slips.pieces_within_two(word), strict=True)
        if pieces
    ]
    if not questions:
        return []
    own = frozenset(word)
    candidates = questions[0].union(*questions[1:], all=True) if len(questions) > 1 else questions[0]
    return [other for other in set(candidates) if slips.may_be_within_two(own, other) and slips.within(word, other)]
