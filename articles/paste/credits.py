"""A line under a picture: "Caption. Photo: Somebody"."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_LINE = 600
LONGEST_CREDIT = 200
# "Photo" in the languages of the table, as lines under pictures write it.
PHOTO = re.compile(r"\b(?:photos?|фото|аксҳо|акс|сурет|сүрөт|сурат|surat|foto|عکس)\s*[:：]\s*", re.IGNORECASE)
# "On the photo: …" is a sentence, also where a heading writes it with a capital letter.
ON_THE_PHOTO = re.compile(r"(?:^|\s)(?:на|in|in the|дар|суретте|сүрөттө|suratda|در)\s*$", re.IGNORECASE)
MARKS = " .,;:([|/*_–—-"


@dataclass(frozen=True, slots=True)
class Credited:
    """A line under a picture: its caption, and who made the picture."""

    caption: str
    credit: str


def credited_caption(text: str) -> Credited | None:
    """Return caption and credit of a line such as "Caption. Photo: Somebody", or None where it is no such line."""
    line = " ".join(text.split()).strip("*_ ")
    if len(line) > LONGEST_LINE:
        return None
    for found in PHOTO.finditer(line):
        caption, credit = line[: found.start()].rstrip(), line[found.end() :].strip(" .*_)]")
        if credit and len(credit) <= LONGEST_CREDIT and _begins_credit(caption, found[0]):
            return Credited(_sentence(caption.strip(MARKS)), credit)
    return None


def _begins_credit(before: str, word: str) -> bool:
    """Tell whether the word for "photo" begins the line, stands after a mark, or has a capital letter."""
    if not before or not before[-1].isalnum():
        return True
    return word[0].isupper() and not ON_THE_PHOTO.search(before)


def _sentence(caption: str) -> str:
    return f"{caption}." if caption and not caption.endswith(("!", "?", "…", "»", "”")) else caption
