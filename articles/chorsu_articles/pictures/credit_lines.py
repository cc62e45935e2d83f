"""Lines that are known by their words: under a picture, "Caption. Photo: Somebody"; and, below another outlet's text,
"Found a mistake? Select it and press Ctrl+Enter". The words are in ``Pasted`` of the languages' rows.
"""

# catalogue: reader
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import get_language, gettext, gettext_noop

from chorsu_locales.selectors import fallback_chain, get_language_row
from chorsu_locales.table import LANGUAGES
from chorsu_locales.text import nfc

LONGEST_LINE = 600
# In one line: words and signs that may begin a credit.
MOST_CREDITS = 5
# What lines under pictures call a picture, with its kind; a name follows what ends in a space.
WORDS = {
    word.replace("_", " "): kind
    for row in LANGUAGES.values()
    for kind, words in row.pasted.pictures.items()
    for word in words.split()
}
KINDS = {word.strip(): kind for word, kind in WORDS.items()}
# A look back has one length.
BEFORE_A_NAME = sorted({word[-4:-1] for word in WORDS if word.endswith(" ")})
LINES = {
    "photo": gettext_noop("Photo: %(credit)s"),
    "drawing": gettext_noop("Drawing: %(credit)s"),
    "map": gettext_noop("Map: %(credit)s"),
    "chart": gettext_noop("Chart: %(credit)s"),
    "screenshot": gettext_noop("Screenshot: %(credit)s"),
    "archive": gettext_noop("Archive: %(credit)s"),
    "handout": gettext_noop("Handout: %(credit)s"),
}


def _any_of(words: Iterable[str]) -> str:
    # The longer ones first, so that "archive photo" isn't read as "photo".
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# Read in small letters: to ignore case costs a millisecond per line, for a pattern of so many words.
NAMED = re.compile(
    rf"(?<![^\W_])(?P<word>{_any_of(KINDS)})(?![^\W_])(?:(?P<mark> ?[:：] ?)|(?P<by> by | ?/ ?)|"
    rf"(?<={_any_of(BEFORE_A_NAME)}) )(?P<copyright>(?:©|\([cс]\)) ?)?"
)
COPYRIGHT = re.compile("© ?")
# "On the photo: …" is a sentence, also where a heading writes it with a capital letter.
ON_THE_PHOTO = tuple(
    f" {words.replace('_', ' ')}" for row in LANGUAGES.values() for words in row.pasted.on_the_photo.split()
)
A_SENTENCE_ENDS = re.compile(r"[^\W\d_]{3}[.!?…] ")
SMALL_WORDS = "and for of from via the de del della di da van von der den la le al bin ibn и для из аз ва va"
FOOT_OF_A_PAGE = ("rights reserved", "права защищены", "ҳуқуқ")
# These words with a colon begin a credit; "Map: …" or "Chart: …" may as well begin a sentence.
NO_SENTENCE = frozenset({"photo", "handout"})
MARKS = " .,;:([|/*_–—-"
# In a credit such as "Somebody / Agency"; kept by a split.
BETWEEN_NAMES = re.compile(r"([/,;&|·])")
ALPHABETS = {"Latn": "LATIN", "Cyrl": "CYRILLIC", "Arab": "ARABIC"}
LONGEST_REPORT_LINE = 300
KEYS = "ctrl control cmd command enter return"
OF_A_MISTAKE = frozenset(" ".join(row.pasted.mistakes for row in LANGUAGES.values()).split())
# All words of which the line is made, by language: there are as many wordings as outlets.
REPORT_LINES = [
    OF_A_MISTAKE.union(f"{row.pasted.report_line} {KEYS}".replace("ё", "е").split()) for row in LANGUAGES.values()
]


@dataclass(frozen=True, slots=True)
class Credited:
    """A line under a picture. ``written`` is the credit with the word for its kind, unless that is "photo"."""

    caption: str
    credit: str
    kind: str = ""
    written: str = ""


def credited_caption(text: str) -> Credited | None:
    """Return the parts of a line such as "Caption. Photo: Somebody", or None where it is no such line."""
    line = " ".join(text.split()).strip("*_ ")
    if len(line) > LONGEST_LINE:
        return None
    for found in islice(NAMED.finditer(_small(line)), MOST_CREDITS):
        caption, credit = line[: found.start()].rstrip(), _credit(line[found.end() :])
        kind, word = KINDS[found["word"]], line[slice(*found.span("word"))]
        if credit and _begins_credit(caption, word) and _fits(found, kind, caption, credit):
            written = credit if kind == "photo" else f"{word}: {credit}"
            return Credited(_sentence(caption.strip(MARKS)), credit, kind, written)
    for found in islice(COPYRIGHT.finditer(line), MOST_CREDITS):
        caption, credit = line[: found.start()].rstrip(), _credit(line[found.end() :])
        is_owner = not A_SENTENCE_ENDS.search(credit) and not any(words in credit.lower() for words in FOOT_OF_A_PAGE)
        if credit and is_owner and (_begins_credit(caption, "©") or _is_name(credit)):
            return Credited(_sentence(caption.strip(MARKS)), credit, "", credit)
    return None


def read_credit(text: str) -> tuple[str, str]:
    """Return a credit and the kind of picture that it names, or ``""``: "Map: Somebody" is Somebody's, of a map."""
    line = " ".join(text.split())
    if (named := NAMED.match(_small(line))) and named["mark"] and (credit := _credit(line[named.end() :])):
        return credit, KINDS[named["word"]]
    found = credited_caption(line)
    return (found.credit, found.kind) if found and not found.caption else (line, "")


def _small(line: str) -> str:
    """Return a line of the same length in small letters; "İ" alone would become two characters."""
    return line.replace("İ", "i").lower()


def _credit(text: str) -> str:
    credit = text.strip(" .*_)]")
    return credit if len(credit) <= 200 else ""


def _begins_credit(before: str, word: str) -> bool:
    """Tell whether the word for the kind begins the line, stands after a mark, or has a capital letter."""
    if not before or not before[-1].isalnum():
        return True
    return word[0].isupper() and not f" {before.lower()}".endswith(ON_THE_PHOTO)


def _fits(found: re.Match[str], kind: str, caption: str, credit: str) -> bool:
    """Tell a credit from a sentence that begins alike: "Photo by John won a prize", "Map: where the canal will run"."""
    if found["copyright"] or (kind in NO_SENTENCE and found["mark"]):
        return True
    return not A_SENTENCE_ENDS.search(credit) if caption and found["mark"] else _is_name(credit)


def _is_name(credit: str) -> bool:
    words = re.findall(r"[^\W_]+", credit)
    return len(words) <= 6 and not any(word[0].islower() and word not in SMALL_WORDS.split() for word in words)


def _sentence(caption: str) -> str:
    return f"{caption}." if caption and not caption.endswith(("!", "?", "…", "»", "”")) else caption


def asks_for_reports(paragraph: str) -> bool:
    """Tell whether a paragraph asks to select a mistake and press Ctrl+Enter, and says nothing else."""
    if len(paragraph) > LONGEST_REPORT_LINE:
        return False
    written = "".join(each for each in nfc(paragraph).casefold().replace("ё", "е") if each not in "'’ʻʼ‘`")
    words = set("".join(each if each.isalnum() else " " for each in written).split())
    if words.isdisjoint({"ctrl", "control"}) or words.isdisjoint(OF_A_MISTAKE):
        return False
    return any(words <= known for known in REPORT_LINES)


def credit_line(kind: str) -> str:
    """Return the pattern of a credit in the active language, such as "Drawing: %(credit)s"."""
    return gettext(LINES[kind])


def language_of_writing(name: str) -> str:
    """Return the nearest language that is written in a name's letters, or ``""`` where the active one is."""
    active = get_language() or ""
    alphabet = next((unicodedata.name(each, "").partition(" ")[0] for each in name if each.isalpha()), "")
    for code in (active, *fallback_chain(active), *LANGUAGES):
        if ALPHABETS.get(get_language_row(code).script) == alphabet:
            return "" if code == active else code
    return ""
