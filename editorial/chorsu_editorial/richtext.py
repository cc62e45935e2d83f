"""Reading Wagtail's rich text: its paragraphs, its plain text, and a form that is the same for the same content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

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
    parser = _Splitter(html)
    parser.feed(html)
    parser.close()
    return parser.result()


def canonical_html(html: str) -> str:
    """Return the one form of all rich-text HTML that reads the same.

    No editor's keys, attributes in order, entities resolved, NFC, a run of white space as one space and none at the
    edges of blocks. Equal for equal content, different as soon as a letter, a tag or an address differs: approval,
    translation and search compare texts in this form alone.
    """
    parser = _Canon()
    parser.feed(html)
    parser.close()
    return parser.result()


def canonical_text(text: str) -> str:
    """Return the one form of all plain text that reads the same: NFC, one kind of line end, no space around it."""
    return nfc(text).replace("\r\n", "\n").replace("\r", "\n").strip()


class _Splitter(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._html = html
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", html))]
        self._start = 0
        self._text: list[str] = []
        self._found: list[Paragraph] = []

    def result(self) -> list[Paragraph]:
        self._flush(len(self._html), len(self._html))
        return self._found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        start = self._offset()
        if tag in BLOCK_TAGS:
            self._flush(start, start + len(self.get_starttag_text() or ""))
        elif tag == "br":
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            start = self._offset()
            self._flush(start, self._html.find(">", start) + 1)

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def _flush(self, end: int, next_start: int) -> None:
        text = fold("".join(self._text))
        if text:
            self._found.append(Paragraph(text, self._html[self._start : end], self._start))
        self._text = []
        self._start = next_start


class _Canon(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._text: list[str] = []
        self._at_edge = True  # nothing but tags of blocks since the last line

    def result(self) -> str:
        self._edge()
        return "".join(self._parts).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inner = "".join(f' {name}="{escape(value or "")}"' for name, value in self._kept(attrs))
        self._tag(tag, f"<{tag}{inner}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._tag(tag, f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def _tag(self, tag: str, written: str) -> None:
        if tag in BLOCK_TAGS:
            self._edge()
            self._parts.append(f"{written}\n")
            self._at_edge = True
        else:
            self._flush()
            if tag == "br":
                self._strip_end()
                self._at_edge = True
            self._parts.append(written)

    def _flush(self) -> None:
        """Write the text since the last tag: white space folded over tags, and none where a block begins."""
        text = _BLANKS.sub(" ", nfc("".join(self._text)))
        self._text = []
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

    @staticmethod
    def _kept(attrs: list[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
        return iter(sorted(pair for pair in attrs if pair[0] not in EDITOR_ATTRIBUTES))
