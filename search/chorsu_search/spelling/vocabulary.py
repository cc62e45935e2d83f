"""The words that the findable pages hold, and which of them were meant by one that no page holds.

The one writer of the site's own database (``chorsu_search.writing``) keeps them, in its transaction.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import batched, chain
from math import log10
from operator import attrgetter
from typing import Any

from django.db import connections, router
from django.db.models import Sum

from chorsu_locales.text import nfc
from chorsu_search.analysis import get_analyser, word_pattern, written_word_pattern
from chorsu_search.documents import SearchDocument
from chorsu_search.models import LONGEST_WORD, PageWords, Word
from chorsu_search.rows import add_to_rows, among, delete_rows, insert_rows
from chorsu_search.spelling import edit_distance
from chorsu_search.spelling.edit_distance import LATIN, letters_for, likeness, sound, sounds_typed

_LONGEST_WRITTEN = 2 * LONGEST_WORD
_COLUMNS = ("language", "word", "written", "token", "latin", "beginning", "middle", "ending", "documents")
_words_of = attrgetter("words")
_AT_ONCE = 5_000  # keys in one question: databases limit its parameters


def remember_words(documents: Iterable[SearchDocument]) -> None:
    """Bring the vocabulary in line with pages; each word is looked up and counted once for all of them."""
    texts: dict[str, set[str]] = defaultdict(set)  # by language, what stands between blanks
    words: dict[int, tuple[str, set[str]]] = {}
    for document in documents:
        own = set(chain.from_iterable(map(str.split, document.texts.values())))
        texts[document.language] |= own
        pieces = get_analyser(document.language).pieces
        words[document.page_id] = (
            document.language,
            set(chain.from_iterable(map(_words_of, map(pieces.__getitem__, own)))),
        )
    keys = {language: _keys(language, some) for language, some in texts.items()}
    _record(
        {page_id: (language, set(map(keys[language].__getitem__, some))) for page_id, (language, some) in words.items()}
    )


def forget_words(page_ids: Iterable[int]) -> None:
    """Take the words of pages out that readers can't find any more."""
    _record({page_id: ("", set[int]()) for page_id in page_ids})


def _record(pages: Mapping[int, tuple[str, set[int]]]) -> None:
    """Count the words that pages have now and hadn't before, and those that they had, and remember which they are."""
    rows = PageWords.objects.filter(page_id__in=list(pages)).values_list("page_id", "words")
    before = {page_id: set(array("q", bytes(words))) for page_id, words in rows}
    changes: Counter[int] = Counter()
    for page_id, (_language, new) in pages.items():
        old = before.get(page_id, set())
        changes.update(new - old)
        changes.subtract(old - new)
    add_to_rows(Word, "documents", changes)
    for fewer in batched((key for key, change in changes.items() if change < 0), _AT_ONCE):
        delete_rows(Word.objects.filter(pk__in=fewer, documents=0))
    if gone := [page_id for page_id, (language, _words) in pages.items() if not language and page_id in before]:
        delete_rows(PageWords.objects.filter(page_id__in=gone))
    packed = (
        (page_id, language, array("q", words).tobytes()) for page_id, (language, words) in pages.items() if language
    )
    insert_rows(PageWords, ("page_id", "language", "words"), packed, replace="page_id")


def _keys(language: str, texts: AbstractSet[str]) -> dict[str, int]:
    """Return the keys of the words in texts without blanks; those that are new get a row."""
    pieces = get_analyser(language).pieces
    spellings = {text: pieces[text].words for text in texts}
    wanted = set(chain.from_iterable(spellings.values()))
    found = _stored_keys(language, wanted)
    if missing := wanted - found.keys():
        written = _written(missing, spellings, language)
        insert_rows(Word, _COLUMNS, [_new_word(word, written[word], language) for word in sorted(written)])
        found |= _stored_keys(language, missing)
    return found


def _stored_keys(language: str, wanted: Iterable[str]) -> dict[str, int]:
    # As one parameter: Django takes longer to write down some thousand than the database to answer.
    connection = connections[router.db_for_write(Word)]
    condition, values = among("word", wanted, connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT word, id FROM {Word._meta.db_table} WHERE language = %s AND {condition}",  # noqa: S608
            [language, values],
        )
        return dict(cursor.fetchall())


def _written(words: AbstractSet[str], spellings: Mapping[str, Sequence[str]], language: str) -> dict[str, str]:
    """Return words, each as it is written in one of the texts: in lower case where it is so anywhere."""
    found: dict[str, str] = {}
    for piece, of_text in spellings.items():
        if words.isdisjoint(of_text):
            continue
        text = nfc(piece)
        alone = len(of_text) == 1 and len(text) <= _LONGEST_WRITTEN and text.isalpha()  # as most are
        for word, part in [(of_text[0], text)] if alone else _folded(text, language):
            if word not in found or (not found[word].islower() and (part.islower() or part < found[word])):
                found[word] = part
    return {word: found.get(word, word) for word in words}


def _folded(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield folded words, each as it is written; several for a word that the language reads as several."""
    for written in written_word_pattern().findall(text):
        words = list(get_analyser(language).words(written))
        parts = [written] if len(words) == 1 else word_pattern().findall(written)
        parts = parts if len(parts) == len(words) else words
        for word, part in zip(words, parts, strict=True):
            yield word, part if len(part) <= _LONGEST_WRITTEN else word


def _new_word(word: str, written: str, language: str) -> tuple[Any, ...]:
    token = get_analyser(language).stem(word)
    return (language, word, written, token, sound(written, language), *edit_distance.pieces(word), 0)


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


def words_meant(
    typed: Iterable[str], languages: Sequence[str], *, most: int = edit_distance.MOST
) -> dict[str, list[Meant]]:
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
        if each.word not in found and not each.foreign and len(each.folded) >= edit_distance.LEAST_FOR_TWO:
            for row in rows.filter(word__in=_two_slips(each.folded, language)):
                found[each.word][row.word] = _meant(row, edit_distance.cost(each.folded, row.word, likeness(language)))
    return {word: list(meant.values()) for word, meant in found.items()}


def _typed(word: str, language: str) -> _Typed:
    analyser = get_analyser(language)
    # The vocabulary has the parts of a word ("یخچال‌ها") as words, and an ending that stands apart is nobody's slip.
    parts = list(analyser.words(word))
    folded = "".join(part for part in parts if part not in analyser.dropped) or "".join(parts)
    alphabet = letters_for(folded, language)
    foreign = not alphabet & set(folded)
    long_enough = len(folded) >= LEAST
    spelt = edit_distance.edits(folded, alphabet) if long_enough and not foreign else ()
    # "qqqqqq" sounds like "к", and nobody means it.
    sounds = [found for found in sounds_typed(word, language) if len(found) * 3 >= len(folded)]
    # A slip in a word of another script is one in its sound.
    near = (edit_distance.edits(sound, LATIN) for sound in sounds if len(sound) > LEAST and foreign)
    return _Typed(word, folded, foreign, frozenset(spelt), frozenset(sounds), frozenset[str]().union(*near))


def _cost(typed: _Typed, row: Word, language: str) -> float | None:
    """Return what a word of the pages costs, by its spelling or its sound, whichever is less; None where it is far."""
    spelling = edit_distance.cost(typed.folded, row.word, likeness(language))
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
        for name, pieces in zip(("beginning", "middle", "ending"), edit_distance.pieces_within_two(word), strict=True)
        if pieces
    ]
    if not questions:
        return []
    own = frozenset(word)
    candidates = questions[0].union(*questions[1:], all=True) if len(questions) > 1 else questions[0]
    return [
        other
        for other in set(candidates)
        if edit_distance.may_be_within_two(own, other) and edit_distance.within(word, other)
    ]
