"""First words of sentences, cells and headings: slips that a reader reports, and names that a mend would change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import cycle, islice

from wagtail.models import Page

from chorsu_editorial.reading import all_leaves, units
from chorsu_editorial.stated_facts import cases_of, first_words, token_of
from chorsu_feedback.mending import flags_of
from chorsu_search.documents import SearchDocument
from chorsu_search.models import NameWord
from chorsu_search.spelling.vocabulary import remember_words
from chorsu_search.stated_facts import NAMED
from tests.translation.other_site import OtherPage, names_of

# In small letters, of words that are mended at once, and of those before a capital, where a first name may stand.
SHORTEST, BEFORE_A_CAPITAL = 5, 8
Side = tuple[str, Sequence[str]]  # a page's language and texts


def sides_of(pages: Iterable[OtherPage]) -> list[Side]:
    """Return each page's source and translation."""
    found = []
    for page in pages:
        for number, code in enumerate((page.pages.source_code, page.pages.target_code)):
            texts = [(pair.source, pair.target)[number] for pair in page.pages.pairs]
            found.append((code, [text.text for text in texts if text]))
    return found


def publish(sides: Iterable[Side]) -> None:
    """Put pages into the search's vocabulary, one after the other."""
    for number, (code, texts) in enumerate(sides, 1_000_000):
        remember_words([SearchDocument(number, code, {"body": "\n".join(texts)})])


def name_tokens(language: str) -> set[str]:
    """Return the tokens of the other site's names, and of one that stands in no vocabulary."""
    names = names_of(language, "en" if language != "en" else "ru")
    return {token_of(word, language) for name in names for word in (*name.source.split(), "George")}


def slips(texts: Iterable[str], names: Collection[str], language: str) -> Iterator[tuple[str, str]]:
    """Yield each text with a slip in one first word that is none of the names (their tokens), and the text."""
    kinds = cycle([_lost, _swapped, _doubled])
    for text in texts:
        for word in dict.fromkeys(first_words(text)):
            behind = text.partition(word)[2].lstrip()[:1]
            shortest = BEFORE_A_CAPITAL if behind.isupper() else SHORTEST
            if len(word) >= shortest and word.isalpha() and token_of(word, language) not in names:
                wrong = next(kinds)(word)
                if wrong != word:
                    yield text.replace(word, wrong, 1), text


def changed_names(texts: Iterable[str], language: str) -> Iterator[tuple[str, str]]:
    """Yield each text that begins with a name, and the text with a letter of it changed, or with another name."""
    tokens = name_tokens(language)
    others = cycle(name.source for name in names_of(language, "en" if language != "en" else "ru"))
    for text in texts:
        word = text.split()[0].strip(",")
        if word.isalpha() and token_of(word, language) in tokens:
            yield text, text.replace(word, _swapped(word), 1)
            yield text, text.replace(word, next(other for other in others if other[0] != word[0]), 1)


def _lost(word: str) -> str:
    return word[:3] + word[4:]


def _swapped(word: str) -> str:
    return word[:1] + word[2] + word[1] + word[3:]


def _doubled(word: str) -> str:
    return word[:3] + word[2:]


def changes_a_name(before: str, after: str, language: str, beside: Iterable[str]) -> bool:
    """Return whether a mend goes to a second person because a name changes."""
    return "name" in flags_of(before, after, language, beside=beside)


def on_other_pages(pages: Sequence[OtherPage], number: int) -> tuple[list[bool], list[bool]]:
    """Publish pages; return whether each slip counts as a changed name, and whether so many changes of names do."""
    sides = sides_of(pages)
    publish(sides)
    found = [
        changes_a_name(before, after, code, texts)
        for code, texts in sides
        for before, after in slips(texts, name_tokens(code), code)
    ]
    changed = ((code, texts, change) for code, texts in sides for change in changed_names(texts, code))
    return found, [changes_a_name(*change, code, texts) for code, texts, change in islice(changed, number)]


def in_the_demo() -> tuple[int, int]:
    """Return how many slips there were, and how many count as a changed name; of words that are no known names."""
    found = []
    for page in Page.objects.live().exclude(locale__language_code="fa").filter(depth__gt=1).specific():
        code = page.locale.language_code
        leaves = [leaf for leaf in all_leaves(page) if leaf.public and (leaf.language or code) == code]
        texts = [unit.text for leaf in leaves for unit in units(leaf)]
        known = NameWord.objects.filter(kind__in=NAMED, language=code).values_list("token", flat=True)
        names = {*known, *(token_of(word, code) for word in cases_of(texts).inside)}
        found += [changes_a_name(*slip, code, texts) for slip in slips(texts, names, code)]
    return len(found), sum(found)
