"""The vocabulary: the words of the findable pages, and which of them a typed word may mean.

``chorsu_search.writing`` keeps it, in the transaction that writes documents.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import reduce
from itertools import batched, chain
from math import log10
from operator import attrgetter, or_

from django.db import connections, router
from django.db.models import Q, Sum

from chorsu_locales.text import nfc
from chorsu_search.analysis import get_analyser, word_pattern, written_word_pattern
from chorsu_search.documents import SearchDocument
from chorsu_search.models import LONGEST_WORD, PageWords, Word, add_to_rows, among, delete_rows, insert_rows
from chorsu_search.spelling import edit_distance
from chorsu_search.spelling.edit_distance import LATIN, letters_for, likeness, sound, sounds_typed

_LONGEST_WRITTEN = 2 * LONGEST_WORD
_COLUMNS = ("language", "word", "written", "token", "latin", "beginning", "middle", "ending", "documents")
_words_of = attrgetter("words")
_AT_ONCE = 5_000  # keys in one question: databases limit its parameters


def remember_words(documents: Iterable[SearchDocument]) -> None:
    """Bring the vocabulary in line with pages; each word is looked up once for all of them."""
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
    _record({page_id: ("", set[int]()) for page_id in page_ids})


def _record(pages: Mapping[int, tuple[str, set[int]]]) -> None:
    """Store which words pages have, and count those that are new or gone."""
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
    """Return the keys of the words in texts without blanks; new words get a row."""
    pieces = get_analyser(language).pieces
    spellings = {text: pieces[text].words for text in texts}
    wanted = set(chain.from_iterable(spellings.values()))
    stored = _stored(language, wanted)
    missing = wanted - stored.keys()
    capital = {word for word, (_key, text, _token) in stored.items() if text != text.lower()}
    written = _written(missing | capital, spellings, language) if missing or capital else {}
    small = [Word(pk=stored[word][0], written=written[word]) for word in sorted(capital) if written[word].islower()]
    Word.objects.bulk_update(small, ["written"], batch_size=_AT_ONCE)
    stem = get_analyser(language).stem
    # By an analysis of before, until its pages are indexed anew.
    stale = [Word(pk=key, token=stem(word)) for word, (key, _written, token) in stored.items() if token != stem(word)]
    Word.objects.bulk_update(stale, ["token"], batch_size=_AT_ONCE)
    if missing:
        rows = (
            (language, word, written[word], stem(word), sound(written[word], language), *edit_distance.pieces(word), 0)
            for word in sorted(missing)
        )
        insert_rows(Word, _COLUMNS, rows)
        stored |= _stored(language, missing)
    return {word: key for word, (key, _written, _token) in stored.items()}


def _stored(language: str, wanted: Iterable[str]) -> dict[str, tuple[int, str, str]]:
    """Return the keys of words that have a row, how they are written there, and their tokens there."""
    # As one parameter: Django takes longer to write down some thousand than the database to answer.
    connection = connections[router.db_for_write(Word)]
    condition, values = among("word", wanted, connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT word, id, written, token FROM {Word._meta.db_table} WHERE language = %s AND {condition}",  # noqa: S608
            [language, values],
        )
        return {word: (key, written, token) for word, key, written, token in cursor.fetchall()}


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


MOST_WORDS = 6  # of a query that are corrected: each costs some hundred keys
LONGEST = 32  # letters of a word that is corrected
LEAST = 3  # letters of a word that is corrected
LEAST_BEGUN = 4  # letters of a word that is completed
MOST_BEGUN = 48  # words that begin as one of a query
_BEGUN_LENGTHS = range(LEAST_BEGUN, edit_distance.LONGEST_PIECED + 1)
LEAST_SHARED = 4  # letters of a token by which a word counts as a form of another
FARTHEST = 2.5  # from its spelling, for a word of the same script that sounds alike
# What it costs to have typed a word by its sound, in another script or in its own, against about 1 for an edit.
SAME_SOUND, BY_EAR = 0.4, 0.5
TEN_TIMES = 0.25  # how much more a word that is ten times as common may cost

Known = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Meant:
    """A word of the pages that may have been meant: as it is written there, and how unlikely it is.

    ``slip`` is how unlikely the difference from what was typed is; a common word has a lower ``cost`` than that.
    """

    written: str
    cost: float
    documents: int
    slip: float


@dataclass(frozen=True, slots=True)
class _Typed:
    """A typed word in a language: folded, and how the words that may be meant are spelt or sound.

    ``foreign``: none of its letters is one of the language. ``heard`` are the tokens of what it is with another letter
    of the same sound, with that: pages may hold other forms of the word.
    """

    word: str
    folded: str
    foreign: bool
    spelt: frozenset[str]
    sounds: frozenset[str]
    near_sounds: frozenset[str]
    heard: Mapping[str, str]


def known_tokens(tokens: Collection[str], languages: Sequence[str]) -> Known:
    """Return the tokens that pages hold, by language and token, with about how many pages hold each."""
    if not tokens:
        return {}
    rows = Word.objects.filter(token__in=tokens, language__in=languages).values_list("language", "token")
    return {(language, token): documents for language, token, documents in rows.annotate(Sum("documents"))}


def pages_with(text: str, languages: Sequence[str], known: Known) -> int:
    """Return about how many pages hold all the words of a text, by its rarest; 0 where one is unknown."""
    return max(
        (
            min((known.get((code, token), 0) for token in get_analyser(code).tokens(text)), default=1)
            for code in languages
        ),
        default=0,
    )


def written_small(words: Iterable[str], language: str) -> tuple[set[str], set[str], set[str]]:
    """Return those of words that pages write small, those of which they do so in another form, and all others.

    Forms share a token that isn't short: surnames are made of short words. Of a word that one page has, with a capital,
    nothing is said. It makes one query.
    """
    analyser = get_analyser(language)
    parts = {word: list(analyser.words(word)) for word in words if len(word) <= LONGEST_WORD}
    tokens = {part: analyser.stem(part) for some in parts.values() for part in some}
    long = {token for token in tokens.values() if len(token) >= LEAST_SHARED}
    rows = Word.objects.filter(Q(word__in=tokens) | Q(token__in=long), language=language)
    known = list(rows.values_list("word", "token", "written", "documents")) if tokens else []
    small = {word: token for word, token, written, _documents in known if written.islower()}
    forms = long.intersection(small.values())
    several = {word for word, _token, _written, documents in known if documents > 1}
    plain = small.keys() & tokens.keys()
    formed = plain | {part for part, token in tokens.items() if token in forms}
    return (
        {word for word, some in parts.items() if some and plain.issuperset(some)},
        {word for word, some in parts.items() if some and formed.issuperset(some) and not plain.issuperset(some)},
        {word for word, some in parts.items() if not several.isdisjoint(part for part in some if part not in formed)},
    )


def words_meant(
    typed: Iterable[str], languages: Sequence[str], *, most: int = edit_distance.MOST
) -> dict[str, list[Meant]]:
    """Return, by typed word, the words of the pages that may be meant, at ``most`` edits, likeliest first.

    It makes two queries per language, and two more for each long word that has nothing at one edit.
    """
    words = [word for word in dict.fromkeys(typed) if len(word) <= LONGEST and not any(map(str.isdigit, word))]
    meant: dict[str, list[Meant]] = defaultdict(list)
    for language in languages:
        for word, found in _words_meant(words[:MOST_WORDS], language, most).items():
            meant[word] += found.values()
    return {word: sorted(found, key=lambda each: each.cost) for word, found in meant.items()}


def _words_meant(words: Sequence[str], language: str, most: int) -> Mapping[str, Mapping[str, Meant]]:
    typed = [_typed(word, language) for word in words]
    rows = Word.objects.filter(language=language)
    found: dict[str, dict[str, Meant]] = defaultdict(dict)
    spelt = frozenset[str]().union(*(each.spelt for each in typed))
    by_sound = frozenset[str]().union(*(each.sounds | each.near_sounds for each in typed))
    heard = set(chain.from_iterable(each.heard for each in typed))
    for row in [*rows.filter(Q(word__in=spelt) | Q(token__in=heard)), *rows.filter(latin__in=by_sound)]:
        for each in typed:
            spelling = edit_distance.cost(each.folded, row.word, likeness(language))
            costs = [spelling] if row.word in each.spelt else []
            if row.latin in each.sounds and (each.foreign or spelling <= FARTHEST):
                costs.append(SAME_SOUND if each.foreign else BY_EAR)
            elif row.latin in each.near_sounds:
                costs.append(SAME_SOUND + 1)
            if costs:
                found[each.word][row.word] = _meant(row, min(costs))
            elif row.token in each.heard:
                found[each.word][row.word] = replace(_meant(row, BY_EAR), written=each.heard[row.token])
    for each in typed if most > 1 else ():
        if each.word not in found and not each.foreign and len(each.folded) >= edit_distance.LEAST_FOR_TWO:
            for row in rows.filter(word__in=_at_two_edits(each.folded, language)):
                found[each.word][row.word] = _meant(row, edit_distance.cost(each.folded, row.word, likeness(language)))
    return found


def _typed(word: str, language: str) -> _Typed:
    analyser = get_analyser(language)
    # The vocabulary has the parts of a word ("یخچال‌ها") as words, and an ending that stands apart is no error.
    parts = list(analyser.words(word))
    folded = "".join(part for part in parts if part not in analyser.dropped) or "".join(parts)
    alphabet = letters_for(folded, language)
    foreign = not alphabet & set(folded)
    spelt = edit_distance.edits(folded, alphabet) if len(folded) >= LEAST and not foreign else ()
    # "qqqqqq" sounds like "к", and nobody means it.
    sounds = [found for found in sounds_typed(word, language) if len(found) * 3 >= len(folded)]
    # A typing error in a word of another script is one in its sound.
    near = (edit_distance.edits(sound, LATIN) for sound in sounds if len(sound) > LEAST and foreign)
    by_ear = edit_distance.spelt_by_ear(folded, language) if len(folded) > LEAST else ()
    heard = {analyser.stem(text): text for text in sorted(by_ear)}
    heard = {token: text for token, text in heard.items() if len(token) >= LEAST_SHARED}
    return _Typed(word, folded, foreign, frozenset(spelt), frozenset(sounds), frozenset[str]().union(*near), heard)


def _meant(row: Word, slip: float) -> Meant:
    return Meant(row.written, slip - TEN_TIMES * log10(max(row.documents, 1)), row.documents, slip)


def words_begun(typed: Iterable[str], languages: Sequence[str]) -> dict[str, list[str]]:
    """Return, by typed word, the words of the pages that begin so, the commonest first, of each token the commonest.

    Words that end within their stem there come last: "китобҳ" is the beginning of «китобҳо», books, and of «китобхона».
    It makes one query per language.
    """
    words = [word for word in dict.fromkeys(typed) if LEAST_BEGUN <= len(word) <= LONGEST][:MOST_WORDS]
    # How words are written, by what was typed and by token.
    ending_behind: dict[str, dict[str, str]] = defaultdict(dict)
    ending_within: dict[str, dict[str, str]] = defaultdict(dict)
    for language in languages if words else ():
        begun = {word: "".join(get_analyser(language).words(word)) for word in words}
        # By the first pieces of words of each length, which an index has; those that the typed letters don't fill
        # stand nowhere. Short words have no pieces.
        first = {edit_distance.pieces(word.ljust(length))[0] for word in begun.values() for length in _BEGUN_LENGTHS}
        starts = reduce(or_, (Q(word__startswith=word) for word in begun.values()))
        rows = Word.objects.filter(starts, language=language, beginning__in=sorted(first)).order_by("-documents", "pk")
        for row in rows[:MOST_BEGUN]:
            for word, folded in begun.items():
                if row.word.startswith(folded):
                    written = ending_within if len(row.token) < len(folded) else ending_behind
                    written[word].setdefault(row.token, row.written)
    return {word: [*ending_behind[word].values(), *ending_within[word].values()] for word in words}


def words_sounding(beginning: str, language: str) -> list[str]:
    """Return folded words of the pages that begin as letters of another script sound, the commonest first."""
    typed = _typed(beginning, language)
    sounds = [sound for sound in typed.sounds if len(sound) >= LEAST] if typed.foreign else []
    if not sounds:
        return []
    # The range has an index in any database; the other condition is for the few letters that sort as two somewhere.
    starts = (Q(latin__range=(sound, sound.ljust(LONGEST_WORD, "z")), latin__startswith=sound) for sound in sounds)
    rows = Word.objects.filter(reduce(or_, starts), language=language).order_by("-documents", "pk")
    return list(rows.values_list("word", flat=True)[:MOST_BEGUN])


def _at_two_edits(word: str, language: str) -> list[str]:
    rows = Word.objects.filter(language=language).order_by()
    candidates = (
        rows.none()
        .values_list("word", flat=True)
        .union(
            *(
                rows.filter(**{f"{name}__in": sorted(pieces)}).values_list("word", flat=True)
                for name, pieces in zip(
                    ("beginning", "middle", "ending"), edit_distance.pieces_within_two(word), strict=True
                )
                if pieces
            ),
            all=True,
        )
    )
    own = frozenset(word)
    return [
        other
        for other in set(candidates)
        if edit_distance.may_be_within_two(own, other) and edit_distance.within(word, other)
    ]
