"""What keeps the vocabulary: it follows the pages that are written to the index, and those that are taken out.

Called by the one writer of the site's own database (``chorsu_search.writing``), in its transaction.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import batched, chain
from operator import attrgetter
from typing import Any

from django.db import connections, router

from chorsu_locales.text import nfc
from chorsu_search.analysis import get_analyser
from chorsu_search.analysis.analyser import word_pattern, written_word_pattern
from chorsu_search.documents import SearchDocument
from chorsu_search.forgiving.latin import sound
from chorsu_search.forgiving.models import LONGEST_WORD, PageWords, Word
from chorsu_search.forgiving.slips import pieces
from chorsu_search.rows import add_to_rows, among, delete_rows, insert_rows

_LONGEST_WRITTEN = 2 * LONGEST_WORD
_COLUMNS = ("language", "word", "written", "token", "latin", "beginning", "middle", "ending", "documents")
_AT_ONCE = 5_000  # keys in one question: databases limit its parameters
_words_of = attrgetter("words")


def remember_words(documents: Iterable[SearchDocument]) -> None:
    """Bring the vocabulary in line with pages; each word is looked up and counted once for all of them."""
    spellings: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)  # by language and what stands between blanks
    words: dict[int, tuple[str, frozenset[str]]] = {}
    for document in documents:
        known = spellings[document.language]
        texts = set(chain.from_iterable(map(str.split, document.texts.values())))
        unknown = list(texts.difference(known))
        known.update(zip(unknown, map(_words_of, get_analyser(document.language).pieces(unknown)), strict=True))
        words[document.page_id] = (document.language, frozenset(chain.from_iterable(map(known.__getitem__, texts))))
    wanted: dict[str, set[str]] = defaultdict(set)
    for language, some in words.values():
        wanted[language] |= some
    keys = {language: _keys(language, some, spellings[language]) for language, some in wanted.items()}
    _record(
        {
            page_id: (language, array("q", sorted(map(keys[language].__getitem__, some))))
            for page_id, (language, some) in words.items()
        }
    )


def forget_words(page_ids: Iterable[int]) -> None:
    """Take the words of pages out that readers can't find any more."""
    _record({page_id: ("", array("q")) for page_id in page_ids})


def _record(pages: Mapping[int, tuple[str, array[int]]]) -> None:
    """Count the words that pages have now and hadn't before, and those that they had, and remember which they are."""
    rows = PageWords.objects.filter(page_id__in=list(pages))
    before = {page_id: array("q", bytes(words)) for page_id, words in rows.values_list("page_id", "words")}
    changes: Counter[int] = Counter()
    for page_id, (_language, new) in pages.items():
        if new != (old := before.get(page_id, array("q"))):
            changes.update(set(new).difference(old))
            changes.subtract(set(old).difference(new))
    add_to_rows(Word, "documents", [(change, key) for key, change in sorted(changes.items()) if change])
    for fewer in batched((key for key, change in changes.items() if change < 0), _AT_ONCE):
        delete_rows(Word.objects.filter(pk__in=fewer, documents=0))
    if gone := [page_id for page_id, (language, _words) in pages.items() if not language and page_id in before]:
        delete_rows(PageWords.objects.filter(page_id__in=gone))
    changed = ((page_id, language, words.tobytes()) for page_id, (language, words) in pages.items() if language)
    insert_rows(PageWords, ("page_id", "language", "words"), changed, replace="page_id")


def _keys(language: str, wanted: AbstractSet[str], spellings: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the keys of words; those that are new get a row."""
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
    return (language, word, written, token, sound(written, language), *pieces(word), 0)
