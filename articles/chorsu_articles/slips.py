"""What in a text may be a slip: a quotation mark without a partner, a word that stands twice, a name in two spellings.

Hints for the writer, before a text is submitted. What languages write on purpose is left out: words that they double
(``doubled`` of their rows), paragraphs of one quotation that each begin with a mark, forms of a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

from django.utils.translation import gettext as _

from chorsu_articles.quotation_marks import CLOSED_BY, marks
from chorsu_articles.speakers import MOST_READ
from chorsu_editorial.alignment import common_edges
from chorsu_editorial.reading import first_texts
from chorsu_editorial.stated_facts import cases_of, judge, token_of
from chorsu_locales.selectors import get_language_row

MOST_OF_A_KIND, SHOWN = 5, 30
# Pairs of names about which the vocabulary is asked, all at once.
MOST_JUDGED = 50
# Each name is kept in some hundred forms.
SHORTEST_NAME, LONGEST_NAME, MOST_NAMES = 6, 30, 1000
# Letters by which two spellings of a name differ, at one place ("Zavalov", "Zavialov"), and of a word's ending.
MOST_DIFFERENT, LONGEST_ENDING = 2, 3
AROUND = '.,;:!?…()[]،؛؟«»“”„"'


def slips(page: Any) -> Iterator[tuple[str, str, str]]:
    """Yield content path, kind and sentence of what may be a slip in a publication; ``Missing`` names the kinds."""
    texts = [(leaf.path, text) for leaf, text in first_texts(page, MOST_READ)]
    language = page.locale.language_code if page.locale_id else ""
    mark = _("A quotation is opened and not closed, or closed and not opened: %(words)s")
    for path, words in islice(unpaired_marks(texts), MOST_OF_A_KIND):
        yield path, "mark", mark % {"words": words}
    for path, word in islice(doubled_words(texts, language), MOST_OF_A_KIND):
        yield path, "doubled_word", _("A word stands twice: “%(word)s”") % {"word": word}
    pairs = without_known(islice(two_spellings(texts), MOST_JUDGED), language)
    for path, one, other in islice(pairs, MOST_OF_A_KIND):
        yield path, "name", _("Is this one name? “%(one)s”, “%(other)s”") % {"one": one, "other": other}


def unpaired_marks(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for (path, text), (_next_path, behind) in pairwise([*texts, ("", "")]):
        at = marks(text)[1]
        if at is not None and not (behind[:1] in CLOSED_BY and behind[:1] == text[at]):
            yield path, (text[at : at + SHOWN] if text[at] in CLOSED_BY else text[max(0, at + 1 - SHOWN) : at + 1])


def doubled_words(texts: Sequence[tuple[str, str]], language: str) -> Iterator[tuple[str, str]]:
    row = get_language_row(language)
    may, functions = frozenset(row.doubled.split()), frozenset(row.function_words.split())
    for path, text in texts:
        for word, behind in pairwise(text.split()):
            small, is_name = word.casefold(), word[0].isupper() and behind[0].isupper()
            if small != behind.rstrip(AROUND).casefold() or not small.isalpha() or is_name or small in may:
                continue
            if small in functions or len(small) > 5 or "*" not in may:
                yield path, f"{word} {behind.rstrip(AROUND)}"


def two_spellings(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the path of the second spelling of a name, and both. Forms of a name differ by their ends alone.

    Search knows more of endings, and too much: "Zavalov" and "Zavyalov" have one stem there in Russian.
    """
    inside = cases_of(text for _path, text in texts).inside
    names: dict[str, tuple[str, str]] = {}
    for path, text in texts:
        for word in (each.strip(AROUND) for each in text.split()):
            small = word.casefold()
            is_name = word[:1].isupper() and not word.isupper() and word.isalpha() and small in inside
            if is_name and SHORTEST_NAME <= len(small) <= LONGEST_NAME and len(names) < MOST_NAMES:
                names.setdefault(small, (path, word))
    # With up to two letters taken out at one place, two spellings are the same: no name is compared with each other.
    by_gap: dict[str, str] = {}
    for small, (path, word) in names.items():
        gaps = list(_gaps(small))
        for other in dict.fromkeys(by_gap[gap] for gap in gaps if gap in by_gap):
            if common_edges(other.casefold(), small)[0] < min(len(other), len(small)) - LONGEST_ENDING:
                yield path, other, word
                break
        by_gap |= {gap: word for gap in gaps if gap not in by_gap}


def without_known(pairs: Iterable[tuple[str, str, str]], language: str) -> Iterator[tuple[str, str, str]]:
    """Leave out pairs of two words that the site's vocabulary knows, such as "Regional" and "Religion".

    Two spellings of a name may have one token there, as forms of a word have: such a pair stays.
    """
    pairs = list(pairs)
    words = {word.casefold() for _path, *both in pairs for word in both}
    verdict = judge(words, language)
    known = {*verdict.small, *verdict.forms, *verdict.named}
    for path, one, other in pairs:
        both = {one.casefold(), other.casefold()}
        tokens = {token_of(word, language) for word in both}
        if len(tokens) == 1 or not both <= known:
            yield path, one, other


def _gaps(word: str) -> Iterator[str]:
    for ending in range(LONGEST_ENDING + 1):
        stem = word[: len(word) - ending]
        for size in range(MOST_DIFFERENT + 1):
            for at in range(2, len(stem) - size - (2 if ending else 1)):
                yield f"{stem[:at]}*{stem[at + size :]}"
