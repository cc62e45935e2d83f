"""What keeps the vocabulary: it follows the pages that were written to an engine, and those that were taken out."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from django.db import connections, models, router, transaction
from django.db.models import F

from chorsu_locales.text import nfc
from chorsu_search.analysis import get_analyser
from chorsu_search.analysis.analyser import word_pattern, written_word_pattern
from chorsu_search.documents import SearchDocument
from chorsu_search.forgiving.latin import sound
from chorsu_search.forgiving.models import LONGEST_WORD, PageWords, Word
from chorsu_search.forgiving.slips import pieces

_LONGEST_WRITTEN = 2 * LONGEST_WORD
_AT_ONCE = 5_000  # keys in one question: databases limit its parameters


@dataclass(frozen=True, slots=True)
class _Reading:
    """The words of a page as it is now: folded, each with how the page writes it."""

    page_id: int
    version: int
    language: str
    words: Mapping[str, str]


def remember_words(documents: Iterable[SearchDocument]) -> None:
    """Bring the vocabulary in line with pages that were written to an engine; an older reading is ignored."""
    _record([_Reading(each.page_id, each.version, each.language, _words_of(each)) for each in documents])


def forget_words(page_ids: Iterable[int], *, version: int) -> None:
    """Take the words of pages out that readers can't find any more."""
    _record([_Reading(page_id, version, "", {}) for page_id in page_ids])


def forget_older_words(languages: Iterable[str], version: int) -> None:
    """After a rebuild: forget what neither it nor a change since its beginning has read, deleted pages included."""
    old = PageWords.objects.filter(language__in=[*languages, ""], version__lt=version)
    for page_ids in _parts(sorted(old.values_list("page_id", flat=True)), 100):
        forget_words(page_ids, version=version)
        PageWords.objects.filter(page_id__in=page_ids, version=version, language="").delete()


def _words_of(document: SearchDocument) -> dict[str, str]:
    """Return the folded words of a document, each as it is written: in lower case where it is so anywhere."""
    found: dict[str, str] = {}
    for text in document.texts.values():
        for written in set(written_word_pattern().findall(nfc(text))):
            for word, part in _folded(written, document.language):
                if word not in found or (not found[word].islower() and (part.islower() or part < found[word])):
                    found[word] = part
    return found


@lru_cache(maxsize=50_000)
def _folded(written: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return a word as it is written, folded: several where the language reads it as several."""
    words = list(get_analyser(language).words(written))
    parts = [written] if len(words) == 1 else word_pattern().findall(written)
    parts = parts if len(parts) == len(words) else words
    return tuple(
        (word, part if len(part) <= _LONGEST_WRITTEN else word) for word, part in zip(words, parts, strict=True)
    )


def _record(readings: Sequence[_Reading]) -> None:
    if not readings:
        return
    using = router.db_for_write(Word)
    with transaction.atomic(using=using):
        stored = _reserve([reading.page_id for reading in readings], using)
        readings = [reading for reading in readings if stored[reading.page_id].version < reading.version]
        before = {reading.page_id: array("q", bytes(stored[reading.page_id].words)) for reading in readings}
        wanted: dict[str, dict[str, str]] = defaultdict(dict)
        for reading in readings:
            wanted[reading.language] |= reading.words
        keys = _locked(wanted, set(chain.from_iterable(before.values())), using)
        changes: Counter[int] = Counter()
        rows = []
        for reading in readings:
            of_language = keys[reading.language]
            after = array("q", sorted(of_language[word] for word in reading.words))
            old, new = set(before[reading.page_id]), set(after)
            changes.update(new - old)
            changes.subtract(old - new)
            row = stored[reading.page_id]
            row.version, row.language, row.words = reading.version, reading.language, after.tobytes()
            rows.append(row)
        _count(changes, using)
        _store(rows, using)


def _reserve(page_ids: Iterable[int], using: str) -> dict[int, PageWords]:
    """Return the locked rows of pages; those that have none get an empty one first."""
    rows = PageWords.objects.using(using)
    wanted = sorted(set(page_ids))
    present = set(rows.filter(page_id__in=wanted).values_list("page_id", flat=True))
    missing = [PageWords(page_id=page_id, version=-1) for page_id in wanted if page_id not in present]
    rows.bulk_create(missing, ignore_conflicts=True)
    return {row.page_id: row for row in rows.filter(page_id__in=wanted).order_by("page_id").select_for_update()}


def _locked(wanted: Mapping[str, Mapping[str, str]], others: set[int], using: str) -> dict[str, dict[str, int]]:
    """Return the keys of words by language, locked together with ``others``; words that have no row get one.

    New rows and locks come in the order of words and keys, in every process: so none waits for one that waits for it.
    """
    words = Word.objects.using(using)
    while True:
        keys = {language: _keys(words, language, some) for language, some in wanted.items()}
        new = [
            _new_word(word, some[word], language)
            for language, some in sorted(wanted.items())
            for word in sorted(some.keys() - keys[language].keys())
        ]
        if new:
            words.bulk_create(new, ignore_conflicts=True, batch_size=1_000)
            keys = {language: _keys(words, language, some) for language, some in wanted.items()}
        all_keys = sorted(others.union(*(found.values() for found in keys.values())))
        locked: set[int] = set()
        for part in _parts(all_keys):
            locked.update(words.filter(pk__in=part).order_by("pk").select_for_update().values_list("pk", flat=True))
        # A word whose last page went meanwhile is gone, and is made anew.
        if all(
            keys[language].keys() == some.keys() and locked.issuperset(keys[language].values())
            for language, some in wanted.items()
        ):
            return keys


def _keys(words: models.QuerySet[Word], language: str, wanted: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(sorted(wanted)):
        found.update(words.filter(language=language, word__in=part).values_list("word", "pk"))
    return found


def _new_word(word: str, written: str, language: str) -> Word:
    beginning, middle, ending = pieces(word)
    return Word(
        language=language,
        word=word,
        written=written,
        token=get_analyser(language).stem(word),
        latin=sound(written, language),
        beginning=beginning,
        middle=middle,
        ending=ending,
    )


def _count(changes: Counter[int], using: str) -> None:
    """Add to the numbers of documents, and delete words that no page holds any more."""
    words = Word.objects.using(using)
    by_change: dict[int, list[int]] = defaultdict(list)
    for key, change in changes.items():
        by_change[change].append(key)
    by_change.pop(0, None)
    for change, keys in sorted(by_change.items()):
        for part in _parts(sorted(keys)):
            words.filter(pk__in=part).update(documents=F("documents") + change)
    for part in _parts(sorted(key for key, change in changes.items() if change < 0)):
        words.filter(pk__in=part, documents=0).delete()


def _store(rows: Sequence[PageWords], using: str) -> None:
    targets = connections[using].features.supports_update_conflicts_with_target
    PageWords.objects.using(using).bulk_create(
        [PageWords(page_id=row.page_id, version=row.version, language=row.language, words=row.words) for row in rows],
        update_conflicts=True,
        unique_fields=["page_id"] if targets else None,
        update_fields=["version", "language", "words"],
        batch_size=500,
    )


def _parts[Value](values: Sequence[Value], size: int = _AT_ONCE) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
