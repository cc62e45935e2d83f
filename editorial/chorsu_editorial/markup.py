"""HTML that somebody else wrote, read in one pass (twice as much of it takes twice the time), and Wagtail's rich text:
its paragraphs, its plain text, and a form that is the same for the same content.

``html.parser`` takes time by the square of the length in Python before 3.13.6 (CVE-2025-6069): 80 KB of "<!--" held a
worker for a minute.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from types import MappingProxyType
from typing import Literal, NamedTuple

from chorsu_locales.text import nfc

# "<" and "&" in the HTML; a report of twenty pages out of Word has some 8,000, and elements six or eight deep.
MOST_MARKS = 20_000
DEEPEST = 100
TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)", re.ASCII)
ATTRIBUTE = re.compile(
    r"[\s/]*(?P<name>[^\s/>][^\s/>=]*)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"'][^\s>]*))?)?",
    re.ASCII,
)
TAG_END = re.compile(r"[\s/]*>", re.ASCII)
# What stands in these is no markup, up to their end tag.
ENDS_OF_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)


class TooMuchMarkupError(ValueError):
    """The HTML has more tags and entities, or elements deeper inside one another, than any text that somebody wrote."""


class Token(NamedTuple):
    """A piece of HTML from ``start`` to ``end``: the begin or end tag ``name``, or what stands between two tags.

    ``text`` is what is read there, with entities resolved; of a ``raw`` text (in a script) and of a ``rest``, which
    begins a tag or comment that doesn't end, it is what is written. ``closed`` is an element without an end tag.
    """

    kind: Literal["begin", "end", "text", "raw", "rest"]
    start: int
    end: int
    name: str = ""
    text: str = ""
    attributes: Mapping[str, str] = MappingProxyType({})
    closed: bool = False


@dataclass(eq=False, slots=True)
class Element:
    """An element with what stands in it; ``inside`` names all elements that it has at any depth."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    inside: set[str] = field(default_factory=set)

    @property
    def style(self) -> str:
        return "".join(self.attributes.get("style", "").split()).lower()

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def append(self, child: Element | str) -> None:
        """Add what stands in it; an element when it is complete."""
        self.children.append(child)
        if isinstance(child, Element):
            self.inside |= child.inside | {child.name}

    def outermost(self, names: Collection[str]) -> Iterator[Element]:
        """Yield the elements of these names that don't stand in another one of them."""
        for child in self.children:
            if isinstance(child, Element):
                if child.name in names:
                    yield child
                elif not child.inside.isdisjoint(names):
                    yield from child.outermost(names)

    def texts(self) -> Iterator[str]:
        """Yield the texts in it, at any depth, in reading order."""
        for child in self.children:
            if isinstance(child, Element):
                yield from child.texts()
            else:
                yield child


def tree(html: str) -> Element:
    """Return an element that holds what the HTML shows, without comments and scripts. Raises ``TooMuchMarkupError``."""
    # What follows looks below each element in proportion to the depth.
    if html.count("<") + html.count("&") > MOST_MARKS:
        raise TooMuchMarkupError
    stack, opened = [Element("body")], Counter[str]()
    for token in tokens(html):
        if token.kind == "text":
            stack[-1].append(token.text)
        elif token.kind == "begin":
            if len(stack) > DEEPEST:
                raise TooMuchMarkupError
            stack.append(Element(token.name, dict(token.attributes)))
            opened[token.name] += 1
        if (token.kind == "end" or token.closed or token.name in VOID) and opened[token.name]:
            _close(stack, opened, token.name)
    _close(stack, opened, "")
    return stack[0]


def _close(stack: list[Element], opened: Counter[str], name: str) -> None:
    """End the last element of this name and those in it; without a name, all elements."""
    while len(stack) > 1:
        element = stack.pop()
        stack[-1].append(element)
        opened[element.name] -= 1
        if element.name == name:
            break


def tokens(html: str) -> Iterator[Token]:
    """Yield the tags and texts of HTML in order, without comments and declarations."""
    position, size = 0, len(html)
    while (start := html.find("<", position)) >= 0:
        if start > position:
            yield Token("text", position, start, text=unescape(html[position:start]))
        found = TAG.match(html, start)
        tag = _read_tag(html, found) if found else None
        if tag is not None:
            yield tag
            position = tag.end
            if tag.kind == "begin" and tag.name in ENDS_OF_RAW:
                end = ENDS_OF_RAW[tag.name].search(html, position)
                position = end.start() if end else size
                yield Token("raw", tag.end, position, text=html[tag.end : position])
            continue
        position = 0 if found else _end_of_comment(html, start)
        if not position:
            yield Token("rest", start, size, text=html[start:])
            return
        if position == start + 1:
            yield Token("text", start, position, text="<")
    if position < size:
        yield Token("text", position, size, text=unescape(html[position:]))


def _end_of_comment(html: str, start: int) -> int:
    """Return where a comment or declaration ends, 0 where it doesn't, the next place where "<" is a text."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return end + 3 if end >= 0 else 0
    if html.startswith(("<!", "<?", "</"), start):
        return html.find(">", start) + 1
    return start + 1


def _read_tag(html: str, begin: re.Match[str]) -> Token | None:
    """Return the tag that begins with this name, or None where it doesn't end."""
    attributes: dict[str, str] = {}
    position = begin.end()
    while not (end := TAG_END.match(html, position)):
        found = ATTRIBUTE.match(html, position)
        if not found:
            return None
        value = found["double"] or found["single"] or found["bare"] or ""
        attributes.setdefault(found["name"].lower(), unescape(value))
        position = found.end()
    kind: Literal["begin", "end"] = "end" if begin["end"] else "begin"
    return Token(kind, begin.start(), end.end(), begin["name"].lower(), "", attributes, "/" in end[0])


BLOCK_TAGS = frozenset(
    {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
    | {"address", "article", "aside", "dd", "dl", "dt", "figcaption", "figure", "footer", "header", "nav", "section"}
    | {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "details", "summary"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# White space that HTML folds; no-break and other wide spaces stay, since they are seen.
_BLANKS = re.compile("[ \t\f\r\n]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or list item of a rich text: plain text, inner HTML as stored, and where that begins.

    ``tag`` is its begin tag; None for text that stands in no block by itself.
    """

    text: str
    html: str
    start: int
    tag: Token | None = None

    @property
    def is_heading(self) -> bool:
        return self.tag is not None and self.tag.name in HEADINGS


def fold(text: str) -> str:
    """Return a text in NFC with every run of white space as one space."""
    return " ".join(nfc(text).split())


def count_words(text: str) -> int:
    """Return the number of words of a plain text; a dash between spaces is none."""
    return sum(any(map(str.isalnum, each)) for each in text.split())


def readable_text(source: str, *, rich: bool) -> str:
    """Return what a reader reads of a stored text, in NFC with white space folded."""
    return " ".join(paragraph.text for paragraph in paragraphs(source)) if rich else fold(source)


def paragraphs(html: str) -> list[Paragraph]:
    """Split rich-text HTML into its paragraphs, headings and list items with text; text outside a block is one too."""
    found: list[Paragraph] = []
    read: list[str] = []
    start, tag = 0, None

    def end(at: int, next_start: int) -> None:
        nonlocal start
        if text := fold("".join(read)):
            found.append(Paragraph(text, html[start:at], start, tag))
        read.clear()
        start = next_start

    for token in tokens(html):
        if token.name in BLOCK_TAGS:
            end(token.start, token.end)
            tag = token if token.kind == "begin" else None
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
            # Draftail gives every block a key and changes keys without any change of the content.
            kept = sorted(pair for pair in token.attributes.items() if pair[0] != "data-block-key")
            inner = "".join(f' {name}="{escape(value)}"' for name, value in kept)
            writer.tag(token.name, f"<{token.name}{inner}>")
        elif token.kind == "end":
            writer.tag(token.name, f"</{token.name}>")
        else:
            writer.text.append(token.text)
    return writer.result()


# In the canonical form; what is struck out, raised or lowered says something else without it.
_EMPHASIS = re.compile(r"</?(?:b|em|i|strong|u)(?: [^<>]*)?>")
_TARGET = re.compile(r"(?<=<a) [^<>]*")


def without_emphasis(html: str, *, targets: bool = False) -> str:
    """Return canonical HTML without what changes nothing that a translation has to say: emphasis, targets of links.

    ``targets``: those stay.
    """
    html = _EMPHASIS.sub("", html)
    return html if targets else _TARGET.sub("", html)


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
        self._flush()
        self._strip_end()
        if self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")
        self._at_edge = True

    def _strip_end(self) -> None:
        """Take away white space at the end of what is written: a text is folded, so it ends in one space at most."""
        if self._parts and self._parts[-1].endswith(" "):
            self._parts[-1] = self._parts[-1][:-1]
