"""Reading Wagtail's rich text: its paragraphs, its plain text, and a form that is the same for the same content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from chorsu_editorial.markup import tokens
from chorsu_locales.text import nfc

BLOCK_TAGS = frozenset(
    {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
    | {"address", "article", "aside", "dd", "dl", "dt", "figcaption", "figure", "footer", "header", "nav", "section"}
    | {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "details", "summary"}
)
# Draftail gives every block a key and changes keys without any change of the content.
EDITOR_ATTRIBUTES = frozenset({"data-block-key"})
# White space that HTML folds; no-break and other wide spaces stay, since they are seen.
_BLANKS = re.compile("[ \t\f\r]+")
_BLANKS = re.compile("[ \t\f\r\n]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or list item of a rich text: plain text, inner HTML as stored, and where that begins."""

    text: str
    html: str
    start: int


def fold(text: str) -> str:
    """Return a text in NFC with every run of white space as one space."""
    return " ".join(nfc(text).split())


def readable_text(source: str, *, rich: bool) -> str:
    """Return what a reader reads of a stored text, in NFC with white space folded."""
    if not rich:
        return fold(source)
    return " ".join(paragraph.text for paragraph in paragraphs(source))


def paragraphs(html: str) -> list[Paragraph]:
    """Split rich-text HTML into its paragraphs, headings and list items, leaving out those without text.

    Text outside any block element is a paragraph too. A list item with a list inside it ends where that begins.
    """
    found: list[Paragraph] = []
    read: list[str] = []
    start = 0

    def end(at: int, next_start: int) -> None:
        nonlocal start
        if text := fold("".join(read)):
            found.append(Paragraph(text, html[start:at], start))
        read.clear()
        start = next_start

    for token in tokens(html):
        if token.name in BLOCK_TAGS:
            end(token.start, token.end)
        elif token.name == "br" and token.kind == "begin":
            read.append(" ")
        else:
            read.append(token.text)
    end(len(html), len(html))
    return found


def canonical_html(html: str) -> str:
    """Return the one form of all rich-text HTML that reads the same.

    No editor's keys, attributes in order, entities resolved, NFC, a run of white space as one space and none at the
    edges of blocks. Equal for equal content, different as soon as a letter, a tag or an address differs: approval,
    translation and search compare texts in this form alone.
    """
    writer = _Canon()
    for token in tokens(html):
        if token.kind == "begin":
            kept = sorted(pair for pair in token.attributes.items() if pair[0] not in EDITOR_ATTRIBUTES)
            inner = "".join(f' {name}="{escape(value)}"' for name, value in kept)
            writer.tag(token.name, f"<{token.name}{inner}>")
        elif token.kind == "end":
            writer.tag(token.name, f"</{token.name}>")
        else:
            writer.text.append(token.text)
    return writer.result()


def canonical_text(text: str) -> str:
    """Return the one form of all plain text that reads the same: NFC, one kind of line end, no space around it."""
    return nfc(text).replace("\r\n", "\n").replace("\r", "\n").strip()


class _Canon:
    def __init__(self) -> None:
        self.text: list[str] = []
        self._parts: list[str] = []
        self._at_edge = True  # nothing but tags of blocks since the last line

    def result(self) -> str:
        self._edge()
        return "".join(self._parts).strip("\n")

    def tag(self, name: str, written: str) -> None:
        if name in BLOCK_TAGS:
            self._edge()
            self._parts.append(f"{written}\n")
            self._at_edge = True
        else:
            self._flush()
            if name == "br":
                self._strip_end()
                self._at_edge = True
            self._parts.append(written)

    def _flush(self) -> None:
        """Write the text since the last tag: white space folded over tags, and none where a block begins."""
        text = _BLANKS.sub(" ", nfc("".join(self.text)))
        self.text.clear()
        if self._at_edge:
            text = text.lstrip(" ")
        if text:
            self._parts.append(escape(text, quote=False))
            self._at_edge = text.endswith(" ")

    def _edge(self) -> None:
        """End a line."""
        self._flush()
        self._strip_end()
        if self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")
        self._at_edge = True

    def _strip_end(self) -> None:
        """Take away white space at the end of what is written: a text is folded, so it ends in one space at most."""
        if self._parts and self._parts[-1].endswith(" "):
            self._parts[-1] = self._parts[-1][:-1]
