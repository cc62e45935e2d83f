"""The table of words that readers are offered headlines and names by: what writes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from django.db import router, transaction

from chorsu_search.analysis import Analyser, get_analyser
from chorsu_search.documents import SearchDocument
from chorsu_search.models import NameWord
from chorsu_search.registry import Name, name_sources, source_of
from chorsu_search.rows import delete_rows, insert_rows

LETTERS = 3  # of a word that stand in a number
BITS = 21  # of a character
MOST_WORDS = 40  # of one name or headline
MOST_STEMMINGS = 4


class _Row(NamedTuple):
    """The values of a ``NameWord``."""

    kind: str
    key: str
    language: str
    word: str
    token: str
    of: int
    start: int
    rank: int


def start_of(word: str) -> int:
    """Return the first letters of a word as a number, in whose order words with the same beginning are together."""
    number = 0
    for character in word[:LETTERS].ljust(LETTERS, "\0"):
        number = (number << BITS) | ord(character)
    return number


def starts_with(beginning: str) -> tuple[int, int]:
    """Return the lowest and the highest number of words that begin so; of the first letters, further ones aside."""
    lowest = start_of(beginning)
    missing = max(LETTERS - len(beginning), 0)
    return lowest, lowest | ((1 << (BITS * missing)) - 1)


def tokens_of(words: Iterable[str], analyser: Analyser) -> dict[str, str]:
    """Return the tokens that names are compared by: stemmed until nothing changes; empty for what doesn't count.

    One stemming gives "назар" of "Назаров" and "назаров" of "Назарова".
    """
    return {word: "" if word in analyser.dropped or len(word) == 1 else _stemmed(word, analyser) for word in words}


def _stemmed(word: str, analyser: Analyser) -> str:
    for _time in range(MOST_STEMMINGS):
        if (stem := analyser.stem(word)) == word:
            break
        word = stem
    return word


def store_headlines(documents: Sequence[SearchDocument]) -> None:
    """Store the words of pages' headlines in the place of those that are stored."""
    forget_headlines(document.page_id for document in documents)
    insert_rows(NameWord, _Row._fields, (row for document in documents for row in _rows_of_headline(document)))


def forget_headlines(page_ids: Iterable[int]) -> None:
    """Forget pages that readers may not find any longer."""
    delete_rows(NameWord.objects.filter(kind=NameWord.PAGE, key__in=[str(page_id) for page_id in page_ids]))


def store_names(kind: str, keys: Collection[str] | None = None) -> None:
    """Store the names of a kind anew, all of them or those of some keys, in the caller's transaction.

    A site calls it when such a name has changed, was withheld or deleted.
    """
    source = source_of(kind)
    using = router.db_for_write(NameWord)
    rows = NameWord.objects.using(using).filter(kind=kind)
    with transaction.atomic(using=using):
        (rows if keys is None else rows.filter(key__in=keys)).delete()
        names = source.names(kind, keys) if source else ()
        insert_rows(NameWord, _Row._fields, (row for name in names for row in _rows_of_name(name)))


def forget_names(kind: str, keys: Collection[str]) -> None:
    """Forget the names that were stored of some keys, in the caller's transaction."""
    NameWord.objects.filter(kind=kind, key__in=keys).delete()


def store_all_names() -> None:
    """Store the names of every source anew."""
    for source in name_sources():
        for kind in source.kinds:
            store_names(kind)


def _rows_of_headline(document: SearchDocument) -> list[_Row]:
    language = document.language
    rank = int(document.published_on.timestamp()) if document.published_on else 0
    words = dict.fromkeys(islice(get_analyser(language).words(document.texts.get("headline", "")), MOST_WORDS))
    key = str(document.page_id)
    return [_Row(NameWord.PAGE, key, language, word, "", 0, start_of(word), rank) for word in words]


def _rows_of_name(name: Name) -> list[_Row]:
    analyser = get_analyser(name.language)
    tokens = tokens_of(islice(analyser.words(name.text), MOST_WORDS), analyser)
    of = len(set(tokens.values()) - {""})
    return [
        _Row(name.kind, name.key, name.language, word, token, of, start_of(word), 0) for word, token in tokens.items()
    ]
