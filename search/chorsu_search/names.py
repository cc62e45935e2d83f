"""Names and headlines: the table of their words, direct answers to a query that is a name, and completions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from django.db import router, transaction
from django.db.models import BigIntegerField, BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.http import HttpRequest
from wagtail.models import Page

from chorsu_locales.normal_form import permitted
from chorsu_locales.selectors import enabled_codes
from chorsu_search.analysis import Analyser, get_analyser, other_layouts
from chorsu_search.documents import SearchDocument, findable_pages, roots_of_site, stands_below
from chorsu_search.models import NameWord, delete_rows, insert_rows
from chorsu_search.registry import Details, Entry, name_sources, source_of
from chorsu_search.spelling.vocabulary import words_sounding

LETTERS = 3  # of a word that stand in a number
BITS = 21  # of a character
MOST_WORDS = 40  # of one name or headline
MOST_STEMMINGS = 4


_COLUMNS = ("kind", "key", "language", "word", "token", "of", "start", "rank")


def start_of(word: str) -> int:
    """Return the first letters of a word as a number: words with the same beginning are a range of numbers."""
    number = 0
    for character in word[:LETTERS].ljust(LETTERS, "\0"):
        number = (number << BITS) | ord(character)
    return number


def starts_with(beginning: str) -> tuple[int, int]:
    """Return the lowest and the highest number of words that begin so, by their first ``LETTERS``."""
    lowest = start_of(beginning)
    missing = max(LETTERS - len(beginning), 0)
    return lowest, lowest | ((1 << (BITS * missing)) - 1)


def name_tokens(words: Iterable[str], analyser: Analyser) -> dict[str, str]:
    """Return the tokens that names are compared by: stemmed until nothing changes; empty for what doesn't count.

    One stemming gives "назар" of "Назаров" and "назаров" of "Назарова".
    """
    tokens = {}
    for word in words:
        token = "" if word in analyser.dropped or len(word) == 1 else word
        for _time in range(MOST_STEMMINGS):
            token = analyser.stem(token) if token else ""
        tokens[word] = token
    return tokens


# --- the table ---


def store_headlines(documents: Sequence[SearchDocument]) -> None:
    """Store the words of pages' headlines, and replace those that are stored."""
    forget_headlines(document.page_id for document in documents)
    rows = []
    for document in documents:
        rank = int(document.published_on.timestamp()) if document.published_on else 0
        words = islice(get_analyser(document.language).words(document.texts.get("headline", "")), MOST_WORDS)
        key, language = str(document.page_id), document.language
        rows += [(NameWord.PAGE, key, language, word, "", 0, start_of(word), rank) for word in dict.fromkeys(words)]
    insert_rows(NameWord, _COLUMNS, rows)


def forget_headlines(page_ids: Iterable[int]) -> None:
    delete_rows(NameWord.objects.filter(kind=NameWord.PAGE, key__in=[str(page_id) for page_id in page_ids]))


def store_names(kind: str, keys: Collection[str] | None = None) -> None:
    """Replace the stored names of a kind, all of them or those of some keys, in the caller's transaction.

    A site calls it when such a name has changed, was withheld or deleted.
    """
    source = source_of(kind)
    using = router.db_for_write(NameWord)
    with transaction.atomic(using=using):
        stored = NameWord.objects.using(using).filter(kind=kind)
        (stored if keys is None else stored.filter(key__in=keys)).delete()
        rows = []
        for name in source.names(kind, keys) if source else ():
            analyser = get_analyser(name.language)
            tokens = name_tokens(islice(analyser.words(name.text), MOST_WORDS), analyser)
            of = len(set(tokens.values()) - {""})
            rows += [
                (name.kind, name.key, name.language, word, token, of, start_of(word), 0)
                for word, token in tokens.items()
            ]
        insert_rows(NameWord, _COLUMNS, rows)


def forget_names(kind: str, keys: Collection[str]) -> None:
    NameWord.objects.filter(kind=kind, key__in=keys).delete()


# --- direct answers: the person, topic, country or section that a query names, compared by our analysis ---

MOST_ANSWERS = 3
MOST_CANDIDATES = 6  # that are looked up
MOST_ROWS = 400
MOST_TOKENS = 8  # a longer query names nothing
# Without a parameter: else SQLite can't know that the index of tokens, which leaves the empty ones out, is enough.
_HAS_TOKEN = RawSQL("NOT (token = '')", (), output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    kind: str
    entry: Entry
    details: Details


def direct_answers(text: str, language: str, request: HttpRequest | None = None) -> list[DirectAnswer]:
    """Return what a query names in any of the site's languages, what has most publications first.

    The query has to be the whole name; for some kinds a part of the name is enough.
    """
    candidates = _candidates(text, language)
    wanted = _by_kind(candidates)
    found: list[tuple[int, int, DirectAnswer]] = []
    for source in name_sources():
        if not (of_source := {kind: keys for kind, keys in wanted.items() if kind in source.kinds}):
            continue
        if source.answers:
            answers = source.answers(of_source, request)
        else:
            answers = {name: (entry, Details()) for name, entry in source.entries(of_source, request).items()}
        for name, (entry, details) in answers.items():
            answer = DirectAnswer(str(source.kinds[name[0]]), entry, details)
            found.append((-(details.count or 0), candidates.index(name), answer))
    return [answer for _count, _place, answer in sorted(found, key=lambda each: each[:2])][:MOST_ANSWERS]


def _by_kind(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, key in names:
        found[kind].append(key)
    return found


def _candidates(text: str, language: str) -> list[tuple[str, str]]:
    """Return kind and key of what a text names: whole names before parts, in the reader's language first.

    Names that hold the very words come alone: a stem may be that of another name.
    """
    asked: dict[str, tuple[set[str], set[str]]] = {}  # by language the folded words that count, and their tokens
    for code in enabled_codes():
        analyser = get_analyser(code)
        tokens_of = {word: token for word, token in name_tokens(analyser.words(text), analyser).items() if token}
        if 0 < len(tokens := set(tokens_of.values())) <= MOST_TOKENS:
            asked[code] = (set(tokens_of), tokens)
    if not asked or not name_sources():
        return []
    held: dict[tuple[str, str, str, int], list[tuple[str, str]]] = defaultdict(list)
    # By tokens alone, whatever the language: an OR of languages keeps SQLite from the index of tokens.
    every = frozenset[str]().union(*(tokens for _words, tokens in asked.values()))
    rows = NameWord.objects.filter(_HAS_TOKEN, token__in=every).order_by("of", "kind", "key")
    columns = rows.values_list("kind", "key", "language", "of", "word", "token")
    for kind, key, code, of, word, token in columns[:MOST_ROWS]:
        if code in asked and token in asked[code][1]:
            held[kind, key, code, of].append((word, token))
    fitting = []
    for (kind, key, code, of), found in held.items():
        words, tokens = asked[code]
        source = source_of(kind)
        in_part = source is not None and kind in source.in_part
        if {token for _word, token in found} == tokens and (of == len(tokens) or in_part):
            as_typed = words <= {word for word, _token in found}
            fitting.append((of > len(tokens), code != language, kind, key, as_typed))
    typed = {kind for _part, _foreign, kind, _key, as_typed in fitting if as_typed}
    names = [(kind, key) for _part, _foreign, kind, key, as_typed in sorted(fitting) if as_typed or kind not in typed]
    return list(dict.fromkeys(names))[:MOST_CANDIDATES]


def popular(request: HttpRequest | None = None) -> list[Entry]:
    return [entry for source in name_sources() if source.popular for entry in source.popular(request)]


# --- completions: names and headlines with a word that begins so, by prefixes in an index ---

LEAST_LETTERS = 2
LONGEST = 60  # characters of what is completed
MOST_TYPED = 5  # words
MOST_NAMES = 4
MOST_HEADLINES = 6
CANDIDATES = 24  # rows: a headline with two such words has two, and some may be private by now


class Completion(NamedTuple):
    """An offer: a text in ``language`` with its page; ``kind`` says what it is, and is empty for a headline."""

    text: str
    language: str
    url: str
    kind: str = ""


def completions(text: str, language: str, request: HttpRequest | None = None) -> list[Completion]:
    """Return names, then headlines of a language, newest first; empty below two letters.

    Where nothing begins so, the text or its last word is taken as typed on another layout, then by its sound in another
    script. It makes a handful of queries for each, none of which reads more than the words that begin so.
    """
    text = permitted(text[:LONGEST], " ")
    before, blank, last = text.rpartition(" ")
    below = roots_of_site(request)
    readings = [text, *other_layouts(text, language)]
    readings += [before + blank + reading for reading in other_layouts(last, language) if before]
    for reading in readings:
        if found := _begun([_begins(word) for word in _words_of(reading, language)], language, request, below):
            return found
    sounding = {word: words_sounding(word, language) for word in _words_of(text, language)}
    conditions = [
        Q(start__in=[start_of(each) for each in found], word__in=found) if found else _begins(word)
        for word, found in sounding.items()
    ]
    return _begun(conditions, language, request, below) if any(sounding.values()) else []


def _words_of(text: str, language: str) -> list[str]:
    """Return the words that are completed; none where the last is too short."""
    words = list(dict.fromkeys(islice(get_analyser(language).words(text), MOST_TYPED)))
    return words if words and len(words[-1]) >= LEAST_LETTERS else []


def _begins(word: str) -> Q:
    begins = Q(start__range=starts_with(word))
    return begins & Q(word__startswith=word) if len(word) > LETTERS else begins


def _begun(
    conditions: Sequence[Q], language: str, request: HttpRequest | None, below: Sequence[int]
) -> list[Completion]:
    """Return what has words that fit all conditions, of pages those ``below`` some."""
    if not conditions:
        return []
    of_names: list[Completion] = []
    for source in name_sources():
        rows = _matching(conditions, NameWord.objects.filter(language=language, kind__in=list(source.kinds)))
        order = list(dict.fromkeys(rows.order_by("of", "kind", "key").values_list("kind", "key")[:CANDIDATES]))
        entries = source.entries(_by_kind(order[: MOST_NAMES * 2]), request) if order else {}
        of_names += [
            Completion(entry.label.text, entry.label.language or language, entry.url, str(source.kinds[name[0]]))
            for name in order
            if (entry := entries.get(name))
        ]
    rows = _matching(conditions, _headlines(language, below))
    keys = list(dict.fromkeys(rows.order_by("-rank", "key").values_list("key", flat=True)[:CANDIDATES]))
    found = findable_pages(below).filter(pk__in=keys, locale__language_code=language) if keys else ()
    pages = {str(page.pk): page for page in found}
    shown = [(page, page.get_url(request)) for key in keys if (page := pages.get(key))]
    headlines = [Completion(page.title, language, url) for page, url in shown if url]
    return of_names[:MOST_NAMES] + headlines[:MOST_HEADLINES]


def _headlines(language: str, below: Sequence[int]) -> QuerySet[NameWord]:
    rows = NameWord.objects.filter(language=language, kind=NameWord.PAGE)
    if not below:
        return rows
    # A condition of its own: PostgreSQL may look at the keys of other kinds first, which are no numbers.
    number = Case(When(kind=NameWord.PAGE, then=Cast("key", BigIntegerField())))
    pages = Page.objects.filter(stands_below(below), pk=OuterRef("page_id"))
    return rows.annotate(page_id=number).filter(Exists(pages))


def _matching(conditions: Sequence[Q], rows: QuerySet[NameWord]) -> QuerySet[NameWord]:
    """Keep words that fit the last condition, of names that have words for the others too."""
    *before, last = conditions
    for condition in before:
        rows = rows.filter(key__in=rows.filter(condition).values("key"))
    return rows.filter(last)
