"""The elements of a clipboard's HTML, read in one pass: twice as much of it takes twice the time.

``html.parser`` takes time by the square of the length in Python before 3.13.6 (CVE-2025-6069): 80 KB of "<!--" held a
worker for a minute. What a reader doesn't see of a page that ends within a tag or comment isn't read either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import unescape

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


@dataclass(eq=False, slots=True)
class Element:
    """An element with what stands in it; ``inside`` names all elements that it has at any depth."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    inside: set[str] = field(default_factory=set)

    @property
    def style(self) -> str:
        """Return its own style, without spaces and capital letters."""
        return "".join(self.attributes.get("style", "").split()).lower()

    @property
    def classes(self) -> set[str]:
        """Return its classes."""
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
    """Return an element that holds what the HTML shows, without comments.

    Raises ``TooMuchMarkupError``: what follows looks below each element in proportion to the depth.
    """
    if html.count("<") + html.count("&") > MOST_MARKS:
        raise TooMuchMarkupError
    stack, opened = [Element("body")], Counter[str]()
    for name, token in _tokens(html):
        if not name:
            stack[-1].append(str(token))
        elif isinstance(token, Element):
            if len(stack) > DEEPEST:
                raise TooMuchMarkupError
            stack.append(token)
            opened[name] += 1
        elif opened[name]:
            _close(stack, opened, name)
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


def _tokens(html: str) -> Iterator[tuple[str, Element | str]]:
    """Yield texts as ``("", text)``, begins of elements as ``(name, element)``, ends as ``(name, "")``."""
    position = 0
    while (start := html.find("<", position)) >= 0:
        if start > position:
            yield "", unescape(html[position:start])
        if found := TAG.match(html, start):
            name, attributes = found["name"].lower(), dict[str, str]()
            end_of_tag = _read_attributes(html, found.end(), attributes)
            if not end_of_tag:
                return
            position = end_of_tag.end()
            yield name, "" if found["end"] else Element(name, attributes)
            if name in ENDS_OF_RAW and not found["end"]:
                end = ENDS_OF_RAW[name].search(html, position)
                position = end.start() if end else len(html)
            elif name in VOID or "/" in end_of_tag[0]:
                yield name, ""
        else:
            position = _end_of_remark(html, start)
            if not position:
                return
            yield "", html[start:position] if position == start + 1 else ""
    yield "", unescape(html[position:])


def _end_of_remark(html: str, start: int) -> int:
    """Return where a comment or declaration ends, 0 where it doesn't, the next place where "<" is a text."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return end + 3 if end >= 0 else 0
    if html.startswith(("<!", "<?", "</"), start):
        return html.find(">", start) + 1
    return start + 1


def _read_attributes(html: str, position: int, attributes: dict[str, str]) -> re.Match[str] | None:
    """Read the attributes of a tag whose name ends here, and return its end, or None where it has none."""
    while not (end := TAG_END.match(html, position)):
        found = ATTRIBUTE.match(html, position)
        if not found:
            return None
        value = found["double"] or found["single"] or found["bare"] or ""
        attributes.setdefault(found["name"].lower(), unescape(value))
        position = found.end()
    return end
