"""What keeps the vocabulary: it follows the pages that are written to the index, and those that are taken out.

Called by the one writer of the site's own database (``chorsu_search.writing``), in its transaction.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import batched, chain
from typing import Any

from django.db import connections, router

from chorsu_locales.text import nfc
from chorsu_search.analysis import get_analyser
from chorsu_search.analysis.analyser import word_pattern, written_word_pattern
from chorsu_search.documents import SearchDocument
from chorsu_search.forgiving import slips
from chorsu_search.forgiving.latin import sound
from chorsu_search.forgiving.models import LONGEST_WORD, PageWords, Word
from chorsu_search.rows import add_to_rows, among, delete_rows, insert_rows

_LONGEST_WRITTEN = 2 * LONGEST_WORD
_COLUMNS = ("language", "word", "written", "token", "latin", "beginning", "middle", "ending", "documents")
_AT_ONCE = 5_000  # keys in one question: databases limit its parameters


def remember_words(documents: Iterable[SearchDocument]) -> None:
    """Bring the vocabulary in line with pages; each word is looked up and counted once for all of them."""
    texts: dict[str, set[str]] = defaultdict(set)  # by language, what stands between blanks
    words: dict[int, tuple[str, set[str]]] = {}
    for document in documents:
        own = set(chain.from_iterable(map(str.split, document.texts.values())))
        texts[document.language] |= own
        pieces = get_analyser(document.language).pieces
        words[document.page_id] = (document.language, set(chain.from_iterable([pieces[text].words for text in own])))
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
    add_to_rows(Word, "documents", [(change, key) for key, change in sorted(changes.items()) if change])
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
    return (language, word, written, token, sound(written, language), *slips.pieces(word), 0)
