"""What in a text may be a slip: a quotation mark without a partner, a word that stands twice, a name in two spellings.

Hints for the writer, before a text is submitted. What languages write on purpose is left out: words that they double
(``doubled`` of their rows), paragraphs of one quotation that each begin with a mark, forms of a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

from django.utils.translation import gettext as _

from chorsu_articles.speakers import CLOSED_BY, marks
from chorsu_editorial.reading import public_leaves, units
from chorsu_editorial.stated_facts import cases_of, token_of
from chorsu_locales.selectors import get_language_row

MOST_OF_A_KIND = 5
SHORTEST_NAME, LONGEST_NAME = 6, 30
# Letters by which two spellings of a name differ, at one place: "Zavalov", "Zavialov".
MOST_DIFFERENT = 2
AROUND = '.,;:!?…()[]،؛؟«»“”„"'
SHOWN = 30


def slips(page: Any) -> Iterator[tuple[str, str, str]]:
    """Yield content path, kind and sentence of what may be a slip in a publication; ``Missing`` names the kinds."""
    leaves = (leaf for leaf in public_leaves(page) if not leaf.language)
    texts = [(unit.path, unit.text) for leaf in leaves for unit in units(leaf)]
    language = page.locale.language_code
    for path, words in islice(unpaired_marks(texts), MOST_OF_A_KIND):
        yield (
            path,
            "mark",
            _("A quotation is opened and not closed, or closed and not opened: %(words)s") % {"words": words},
        )
    for path, word in islice(doubled_words(texts, language), MOST_OF_A_KIND):
        yield path, "doubled_word", _("A word stands twice: “%(word)s”") % {"word": word}
    for path, *names in islice(two_spellings(texts, language), MOST_OF_A_KIND):
        message = _("Is this one name? “%(one)s”, “%(other)s”") % {"one": names[0], "other": names[1]}
        yield path, "name", message


def unpaired_marks(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for (path, text), (_next_path, behind) in pairwise([*texts, ("", "")]):
        at = marks(text)[1]
        if at is not None and not (behind[:1] in CLOSED_BY and behind[:1] == text[at]):
            start = at if text[at] in CLOSED_BY else max(0, at + 1 - SHOWN)
            yield path, text[start : start + SHOWN].strip()


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


def two_spellings(texts: Sequence[tuple[str, str]], language: str) -> Iterator[tuple[str, str, str]]:
    """Yield the path of the second spelling of a name, and both; forms of one name are one spelling."""
    inside = cases_of(text for _path, text in texts).inside
    first: dict[str, str] = {}
    # With up to two letters taken out at one place, two spellings are the same: no name is compared with each other.
    by_gap: dict[str, str] = {}
    for path, text in texts:
        for word in (each.strip(AROUND) for each in text.split()):
            if not (SHORTEST_NAME <= len(word) <= LONGEST_NAME and word[0].isupper() and word.casefold() in inside):
                continue
            token = token_of(word, language)
            if token in first or word.isupper():
                continue
            first[token] = word
            # Where nobody knows the forms of words, endings are left alone by their length.
            tail = 2 if token == word.casefold() else 1
            gaps = [
                f"{token[:at]}*{token[at + size :]}"
                for size in range(MOST_DIFFERENT + 1)
                for at in range(2, len(token) - size - tail + 1)
            ]
            other = next((by_gap[gap] for gap in gaps if gap in by_gap), "")
            by_gap = dict.fromkeys(gaps, token) | by_gap
            if other:
                yield path, first[other], word
