"""What keeps the vocabulary: it follows the pages that were written to an engine, and those that were taken out."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db import connections, models, router, transaction

from chorsu_locales.text import nfc
from chorsu_search.analysis import get_analyser
from chorsu_search.analysis.analyser import word_pattern, written_word_pattern
from chorsu_search.documents import SearchDocument
from chorsu_search.forgiving.latin import sound
from chorsu_search.forgiving.models import LONGEST_WORD, PageWords, Word
from chorsu_search.forgiving.slips import pieces
from chorsu_search.rows import add_to_rows, insert_rows, update_rows

_LONGEST_WRITTEN = 2 * LONGEST_WORD
_COLUMNS = ("language", "word", "written", "token", "latin", "beginning", "middle", "ending", "documents")
_words_of = attrgetter("words")
Spellings = Mapping[str, Mapping[str, Sequence[str]]]  # language to what stands between blanks to its words
_KEPT_WORDS = 100_000  # of pages, before they are recorded: some ten megabytes
_AT_ONCE = 5_000  # keys in one question: databases limit its parameters


@dataclass(frozen=True, slots=True)
class _Reading:
    """The folded words of a page as it is now."""

    page_id: int
    version: int
    language: str
    words: frozenset[str]


class Readings:
    """The words of pages that were written to an engine, kept until they are enough to be recorded at once.

    Most words are in many pages: each is looked up and counted once for all pages that are recorded together. A page
    that changes meanwhile is recorded with its change; the older reading that is kept here is ignored then.
    """

    def __init__(self) -> None:
        self._readings: list[_Reading] = []
        self._spellings: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        self._size = 0

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Read the words of documents, and record what is kept once that is enough."""
        for document in documents:
            spellings = self._spellings[document.language]
            texts = set(chain.from_iterable(map(str.split, document.texts.values())))
            unknown = list(texts.difference(spellings))
            found = get_analyser(document.language).pieces(unknown)
            spellings.update(zip(unknown, map(_words_of, found), strict=True))
            words = frozenset(chain.from_iterable(map(spellings.__getitem__, texts)))
            self._readings.append(_Reading(document.page_id, document.version, document.language, words))
            self._size += len(words)
        if self._size > _KEPT_WORDS:
            self.record()

    def record(self) -> None:
        """Bring the vocabulary in line with the pages that are kept; an older reading is ignored."""
        readings, spellings = self._readings, self._spellings
        self._readings, self._spellings, self._size = [], defaultdict(dict), 0
        _record(readings, spellings)


def remember_words(documents: Iterable[SearchDocument]) -> None:
    """Bring the vocabulary in line with pages that were written to an engine; an older reading is ignored."""
    readings = Readings()
    readings.add(documents)
    readings.record()


def forget_words(page_ids: Iterable[int], *, version: int) -> None:
    """Take the words of pages out that readers can't find any more."""
    _record([_Reading(page_id, version, "", frozenset()) for page_id in page_ids], {})


def forget_older_words(languages: Iterable[str], version: int) -> None:
    """After a rebuild: forget what neither it nor a change since its beginning has read, deleted pages included."""
    old = PageWords.objects.filter(language__in=[*languages, ""], version__lt=version)
    for page_ids in _parts(sorted(old.values_list("page_id", flat=True)), 100):
        forget_words(page_ids, version=version)
        PageWords.objects.filter(page_id__in=page_ids, version=version, language="").delete()


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


def _record(readings: Sequence[_Reading], spellings: Spellings) -> None:
    if not readings:
        return
    using = router.db_for_write(Word)
    with transaction.atomic(using=using):
        versions, held = _reserve({reading.page_id for reading in readings}, using)
        # Of two readings of a page, the newer.
        newest = {each.page_id: each for each in sorted(readings, key=lambda each: each.version)}
        newer = [reading for page_id, reading in sorted(newest.items()) if versions[page_id] < reading.version]
        before = {reading.page_id: array("q", held[reading.page_id]) for reading in newer}
        wanted: dict[str, set[str]] = defaultdict(set)
        for reading in newer:
            wanted[reading.language] |= reading.words
        vocabulary = Word.objects.using(using)
        keys = {language: _keys(vocabulary, language, some) for language, some in wanted.items()}
        while True:
            _add_words(wanted, keys, spellings, using)
            after = {reading.page_id: _packed(reading, keys) for reading in newer}
            changes: Counter[int] = Counter()
            for page_id, new in after.items():
                if new != (old := before[page_id]):
                    changes.update(set(new).difference(old))
                    changes.subtract(set(old).difference(new))
            changed = sorted(key for key, change in changes.items() if change)
            if not (gone := {key for key in changed if changes[key] > 0} - _locked(changed, using)):
                break
            # Words whose last page went meanwhile: they are made anew.
            for found in keys.values():
                for word in [word for word, key in found.items() if key in gone]:
                    del found[word]
        _count([(changes[key], key) for key in changed], using)
        rows = ((each.version, each.language, after[each.page_id].tobytes(), each.page_id) for each in newer)
        update_rows(PageWords, ("version", "language", "words"), "page_id = %s", rows, using=using)


def _packed(reading: _Reading, keys: Mapping[str, Mapping[str, int]]) -> array[int]:
    return array("q", sorted(map(keys[reading.language].__getitem__, reading.words)))


def _reserve(page_ids: AbstractSet[int], using: str) -> tuple[dict[int, int], dict[int, bytes]]:
    """Return versions and words of pages whose rows are locked; those that have none get an empty one first."""
    rows = PageWords.objects.using(using)
    versions: dict[int, int] = {}
    words: dict[int, bytes] = {}
    wanted = sorted(page_ids)
    present = set(rows.filter(page_id__in=wanted).values_list("page_id", flat=True))
    missing = [(page_id, -1, "", b"") for page_id in wanted if page_id not in present]
    names = ("page_id", "version", "language", "words")
    insert_rows(PageWords, names, missing, using=using, ignore_conflicts=True)
    locked = rows.filter(page_id__in=wanted).order_by("page_id").select_for_update()
    for page_id, version, held in locked.values_list("page_id", "version", "words"):
        versions[page_id], words[page_id] = version, bytes(held)
    return versions, words


def _add_words(
    wanted: Mapping[str, AbstractSet[str]],
    keys: Mapping[str, dict[str, int]],
    spellings: Spellings,
    using: str,
) -> None:
    """Add the words that have no row, in their order in every process: so none waits for one that waits for it."""
    rows = []
    for language, some in sorted(wanted.items()):
        if not (missing := some - keys[language].keys()):
            continue
        written = _written(missing, spellings.get(language, {}), language)
        rows += [_new_word(word, written[word], language) for word in sorted(written)]
    insert_rows(Word, _COLUMNS, rows, using=using, ignore_conflicts=True)
    for language, some in wanted.items():
        if missing := some - keys[language].keys():
            keys[language].update(_keys(Word.objects.using(using), language, missing))


def _locked(keys: Sequence[int], using: str) -> set[int]:
    """Lock words in the order of their keys, and return those that are still there.

    Where rows have no locks, nobody writes beside this transaction.
    """
    if not connections[using].features.has_select_for_update:
        return set(keys)
    words = Word.objects.using(using).order_by("pk").select_for_update()
    return {key for part in _parts(keys) for key in words.filter(pk__in=part).values_list("pk", flat=True)}


def _keys(words: models.QuerySet[Word], language: str, wanted: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(sorted(wanted)):
        found.update(words.filter(language=language, word__in=part).values_list("word", "pk"))
    return found


def _new_word(word: str, written: str, language: str) -> tuple[Any, ...]:
    token = get_analyser(language).stem(word)
    return (language, word, written, token, sound(written, language), *pieces(word), 0)


def _count(changes: Sequence[tuple[int, int]], using: str) -> None:
    """Add to the numbers of documents, and delete words that no page holds any more."""
    add_to_rows(Word, "documents", changes, using=using)
    words = Word.objects.using(using)
    for part in _parts([key for change, key in changes if change < 0]):
        words.filter(pk__in=part, documents=0).delete()


def _parts[Value](values: Sequence[Value], size: int = _AT_ONCE) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
