"""Quotation marks in a paragraph: which belong together, what they hold, and the HTML of it.

A part of a paragraph is taken with the tags around it, so that all of it stays well-formed.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from chorsu_editorial.markup import Element
from chorsu_locales.selectors import get_language_row

# Which marks end what a mark begins.
CLOSED_BY = {"«": "»", "“": "”“", "„": "“”", '"': '"'}
# In characters, and elements inside one another; what has more isn't read.
LONGEST_PARAGRAPH, DEEPEST = 20_000, 20
DASHES, COMMAS, ENDS = "–—-", ",،", ".!?…؟"
PIECE = re.compile(r"<[^<>]*>|&[#\w]{1,31};|.", re.DOTALL)
# No initial and no abbreviation.
SENTENCE_END = re.compile(r"(?:[!?…؟]|\.$|(?<!\b\w)(?<!\b\w\w)(?<!\bMrs)(?<!\bProf)\.)(?!\S)")


class Part(NamedTuple):
    """From where to where it stands in the text of its paragraph, and the mark that it lacks at its end."""

    first: int
    last: int
    mark: str = ""


def marks(text: str) -> tuple[dict[int, int], int | None]:
    """Return where outer quotation marks stand, each with its partner, and the place of one that has none."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, letter in enumerate(text):
        if opened and letter in CLOSED_BY[text[opened[-1]]]:
            first = opened.pop()
            if not opened:
                found[first] = at
        elif letter in CLOSED_BY:
            if letter != '"' or not text[at - 1 : at].isdecimal():  # inches
                opened.append(at)
        elif letter in "»”":
            return found, at
    return found, opened[0] if opened else None


def write_marks_of_q(element: Element, language: str, depth: int = 0) -> None:
    """Write the quotation marks that browsers show around ``q`` into its text: those of a language, in turns."""
    if "q" not in element.inside:
        return
    quotes = get_language_row(language).quotes
    pairs = ((quotes.opening, quotes.closing), (quotes.inner_opening, quotes.inner_closing))
    for child in element.children:
        if not isinstance(child, Element):
            continue
        is_quotation = child.name == "q"
        write_marks_of_q(child, language, depth + is_quotation)
        if is_quotation and not _is_marked("".join(child.texts()).strip()):
            opening, closing = pairs[depth % 2]
            child.children = [opening, *child.children, closing]


def _is_marked(text: str) -> bool:
    """Tell whether a text has its quotation marks already."""
    return len(text) > 1 and text[-1] in CLOSED_BY.get(text[0], "")


def unquoted(html: str) -> str | None:
    """Return HTML without its quotation marks; None where they don't hold all of it but the end of a sentence."""
    line = Line(html)
    first, last = all_quoted(line.text)
    end = line.text[last + 1 : last + 2]
    return line.take(part_of(line.text, first, last, end if end in ENDS else "", edges=" ")) if last else None


def part_of(text: str, first: int, last: int, mark: str = "", edges: str = f" {COMMAS};{DASHES}") -> Part:
    """Return a part without what stands at its edges, and the mark that it lacks at its end."""
    while first < last and text[first] == " ":
        first += 1
    while first < last and text[last - 1] in edges:
        last -= 1
    return Part(first, last, "" if text[last - 1 : last] in ENDS else mark)


def all_quoted(text: str) -> tuple[int, int]:
    """Return the place of the words of a paragraph that is one quotation and nothing else; of others (0, 0)."""
    pairs, lone = marks(text)
    last = pairs.get(0, 0)
    is_all = lone is None and len(pairs) == 1 and not text[last + 1 :].strip(ENDS + COMMAS)
    return (1, last) if last and is_all else (0, 0)


def sentence_end(text: str, last: int) -> int:
    """Return where the sentence ends that a quotation ends, by its closing mark; 0 where the sentence goes on."""
    behind = text[last + 1 : last + 2]
    if behind and behind in ENDS:
        return last + 2
    return last + 1 if not behind or (text[last - 1] in ENDS and behind == " ") else 0


class Line:
    """A paragraph: its plain text, where sentences end, and where each letter stands in its HTML, inside which tags."""

    def __init__(self, html: str) -> None:
        letters, tags = list[str](), list[tuple[str, str]]()
        self.html = html
        self._places: list[tuple[int, int, tuple[tuple[str, str], ...]]] = []
        around: tuple[tuple[str, str], ...] = ()
        for found in PIECE.finditer(html) if len(html) <= LONGEST_PARAGRAPH else ():
            piece = found[0]
            if piece.startswith("<br"):
                piece = " "
            elif len(piece) > 1 and piece[0] == "<":
                if piece[1] == "/":
                    tags = tags[:-1]
                elif piece[1].isalpha() and not piece.endswith("/>"):
                    tags.append((piece, f"</{piece.strip('<>').split()[0]}>"))
                if len(tags) > DEEPEST:
                    letters.clear()
                    break
                around, piece = tuple(tags), ""
            elif len(piece) > 1:
                piece = unescape(piece)
            letters.append(piece)
            self._places += [(*found.span(), around)] * len(piece)
        self.text = "".join(letters).replace("\xa0", " ").rstrip()
        self.ends = {found.start() for found in SENTENCE_END.finditer(self.text)}

    def take(self, part: Part) -> str:
        (start, _, before), (_, end, behind) = self._places[part.first], self._places[part.last - 1]
        tags, ends = "".join(tag for tag, _end in before), "".join(end for _tag, end in reversed(behind))
        return f"{tags}{self.html[start:end]}{part.mark}{ends}"
