"""The table of words that readers are offered headlines and names by: what writes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from django.db import router, transaction

from chorsu_search.analysis import Analyser, get_analyser
from chorsu_search.documents import SearchDocument
from chorsu_search.models import NameWord
from chorsu_search.registry import Name, name_sources, source_of

LETTERS = 3  # of a word that stand in a number
BITS = 21  # of a character
MOST_WORDS = 40  # of one name or headline
MOST_STEMMINGS = 4


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
    """Store the words of pages' headlines; an older reading than what is stored is ignored."""
    using = router.db_for_write(NameWord)
    keys = [str(document.page_id) for document in documents]
    with transaction.atomic(using=using):
        stored: dict[str, list[NameWord]] = {key: [] for key in keys}
        for row in NameWord.objects.using(using).filter(kind=NameWord.PAGE, key__in=keys):
            stored[row.key].append(row)
        changed: list[NameWord] = []
        same: list[int] = []
        old: list[int] = []
        for document in documents:
            rows = stored[str(document.page_id)]
            if any(row.version >= document.version for row in rows):
                continue
            new = _rows_of_headline(document)
            if _content(rows) == _content(new):
                same += [row.pk for row in rows]
            else:
                old += [row.pk for row in rows]
                changed += new
        versions = {document.version for document in documents}
        NameWord.objects.using(using).filter(pk__in=same).update(version=max(versions, default=0))
        NameWord.objects.using(using).filter(pk__in=old).delete()
        NameWord.objects.using(using).bulk_create(changed, batch_size=500)


def forget_headlines(page_ids: Iterable[int]) -> None:
    """Forget pages that readers may not find any longer."""
    NameWord.objects.filter(kind=NameWord.PAGE, key__in=[str(page_id) for page_id in page_ids]).delete()


def forget_older_headlines(languages: Iterable[str], version: int) -> None:
    """Forget what neither a rebuild nor a change since its beginning has read."""
    NameWord.objects.filter(kind=NameWord.PAGE, language__in=list(languages), version__lt=version).delete()


def store_names(kind: str, keys: Collection[str] | None = None) -> None:
    """Store the names of a kind anew, all of them or those of some keys, in the caller's transaction.

    A site calls it when such a name has changed, was withheld or deleted.
    """
    source = source_of(kind)
    rows = NameWord.objects.filter(kind=kind)
    with transaction.atomic(using=router.db_for_write(NameWord)):
        (rows if keys is None else rows.filter(key__in=keys)).delete()
        names = source.names(kind, keys) if source else ()
        NameWord.objects.bulk_create([row for name in names for row in _rows_of_name(name)], batch_size=500)


def forget_names(kind: str, keys: Collection[str]) -> None:
    """Forget the names that were stored of some keys, in the caller's transaction."""
    NameWord.objects.filter(kind=kind, key__in=keys).delete()


def store_all_names() -> None:
    """Store the names of every source anew."""
    for source in name_sources():
        for kind in source.kinds:
            store_names(kind)


def _content(rows: Iterable[NameWord]) -> set[tuple[str, str, int]]:
    return {(row.language, row.word, row.rank) for row in rows}


def _rows_of_headline(document: SearchDocument) -> list[NameWord]:
    analyser = get_analyser(document.language)
    rank = int(document.published_on.timestamp()) if document.published_on else 0
    words = dict.fromkeys(islice(analyser.words(document.texts.get("headline", "")), MOST_WORDS))
    return [
        NameWord(
            kind=NameWord.PAGE,
            key=str(document.page_id),
            language=document.language,
            word=word,
            start=start_of(word),
            rank=rank,
            version=document.version,
        )
        for word in words
    ]


def _rows_of_name(name: Name) -> list[NameWord]:
    analyser = get_analyser(name.language)
    tokens = tokens_of(islice(analyser.words(name.text), MOST_WORDS), analyser)
    of = len(set(tokens.values()) - {""})
    return [
        NameWord(
            kind=name.kind,
            key=name.key,
            language=name.language,
            word=word,
            token=token,
            of=of,
            start=start_of(word),
        )
        for word, token in tokens.items()
    ]
