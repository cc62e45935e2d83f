"""Cut a plain text into sentences, by rules for all languages and the abbreviations of a language's row."""

from __future__ import annotations

import re
from itertools import pairwise

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table import Language

MARKS, CLOSING, OPENING, DASHES = ".!?…؟۔", "»”“’›\"')] \xa0\u202f", "«„“”‘‹\"'([¿¡", "–—-"
BEFORE, BEHIND = 300, 80  # signs by which a gap is judged, so that time grows with the length of the text
_PIECE = re.compile(r"\S+(?:\s[.!?…؟۔»”’›]+)*")  # French sets its marks apart


def sentences(text: str, language: str) -> list[str]:
    """Return the sentences of a text, also those of a quotation; joined they are the text, with all white space."""
    row, cuts = get_language_row(language), [0]
    for word, following in pairwise(_PIECE.finditer(text)):
        end, at = word.end(), following.start()
        is_end = _ends(text[max(cuts[-1], end - BEFORE) : end], text[at : at + BEHIND], row)
        cuts += [at] if end < at and (is_end or text.count("\n", end, at) > 1) else []
    return [text[start:end] for start, end in pairwise([*cuts, len(text)]) if text]


def _ends(so_far: str, ahead: str, row: Language) -> bool:
    text = so_far.rstrip(CLOSING + ("[0123456789" if so_far[-1] == "]" else ""))  # "[1]" leads to a footnote
    if not text or text[-1] not in MARKS:
        return False
    words, rest = text.rstrip(MARKS + CLOSING).split(), ahead.lstrip(OPENING + DASHES + MARKS + CLOSING)
    is_small = rest[:1].title() != rest[:1] and not rest[1:2].isupper()  # "iPhone" may begin a sentence
    if is_small or not words or not words[-1].strip(OPENING + DASHES):
        return False
    clause = re.split("([.!?…؟۔«“])", rest.replace(",", ""), maxsplit=1)
    first, *others = clause[0].split() or [""]
    is_plain = first.istitle() and first.lower() in row.function_words.split() and bool(others or clause[1:2] != ["."])
    is_closed, speaks = so_far[-1] in "»”“’\"'", not set(others).isdisjoint(row.speech.said.split())
    if ahead[0] in DASHES and (is_closed or rest[:1].isdecimal() or (speaks and not rest[:1].isupper())):
        return False
    # What something is called ends nothing, nor does what somebody says: «фильм „Кто там?“ Анны Ким».
    is_called = text[: max(0, *map(text.rfind, '«“„"'))].rstrip()[-1:].isalnum() and text[-2] not in CLOSING
    if is_closed and not is_plain and (speaks or (is_called and text[-1] != ".")):
        return False
    return text[-1] != "." or text[-2] in MARKS or _is_full_stop(words, rest, row, is_plain=is_plain)


def _is_full_stop(words: list[str], rest: str, row: Language, *, is_plain: bool) -> bool:
    never, behind = row.stops.never.split(), row.stops.behind.split()
    before, word = (each.lstrip(OPENING) for each in ["", *words][-2:])
    name = word.lstrip("-0123456789۰۱۲۳۴۵۶۷۸۹")
    if not name:
        return len(words) > 1 and ("0" not in never or len(word) > 2)
    has_number = name != word or before[-1:].isdecimal()
    is_initial = name[0].isalpha() and max(map(len, name.replace("-", ".").split("."))) == 1
    name = name.lower() if len(name) > 1 else name  # "А." isn't "а."
    name = before.lower() + name if before.lower() + name in never + behind else name  # "т. е." is "т.е."
    if name in behind and (has_number or name not in never):
        return not rest[:1].isdecimal() and (is_plain or not has_number or len(words) > 3)  # «В 2024 г. Президент …»
    return name not in never and (is_plain or not is_initial or name in row.function_words.split())
