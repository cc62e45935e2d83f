"""Links of a text: those to another place of it lead to its headings, and none of the others is lost silently.

A heading is named by the key that it has in the editor. Where a link leads to, a sign stands in the tree until the
headings are known; of what is no heading the words of the link stay.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, unquote
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext_noop as _
from wagtail.blocks import RichTextBlock

from chorsu_archive.places import host_of, places
from chorsu_articles.blocks import PublicationBody
from chorsu_articles.headings import anchor_of_key
from chorsu_articles.videos import video_address
from chorsu_editorial.markup import VOID, Element, tokens
from chorsu_editorial.reading import BlockText, walk

# Characters that no stored text has, one for each place that a link leads to; Word's own bullets are others.
SIGNS = range(0xE100, 0xF000)
SIGN = re.compile("[\ue100-\uefff]")
KEY = re.compile('<h[23] data-block-key="([^"]*)"')
# What stands in these becomes no heading.
WITHOUT_HEADINGS = frozenset({"blockquote", "figure", "table", *VOID})
# Of a link within the page while the text is read: no other address has a scheme and nothing but a place.
WITHIN = "http:#"


class PageLinks:
    """The links of a text that readers find at these ``addresses``; ``tell`` takes the kind and words of a note."""

    def __init__(self, addresses: Collection[str], tell: Callable[..., Any]) -> None:
        own = [(host_of(address), places(address)[0]) for address in addresses]
        self._own = {*own, *(("", place) for _host, place in own)}
        self._tell = tell
        # Names of places by their signs, the keys of headings there, and the words of links by their addresses.
        self._names: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._words = defaultdict[str, list[str]](list)

    def shorten(self, body: Element) -> None:
        """Write links to this page's own address as those that begin with the place."""
        for link in _links(body):
            href = link.attributes.get("href", "")
            page, mark, place = href.partition("#")
            if mark and page and (host_of(page), places(page)[0]) in self._own:
                link.attributes["href"] = f"#{place}"

    def sign(self, body: Element, *, without: Collection[str]) -> None:
        """Put signs where links lead to, but for footnotes, whose names are in ``without``."""
        hrefs = (link.attributes.get("href", "").strip() for link in _links(body))
        names = [unquote(href[1:]) for href in hrefs if href.startswith("#")]
        # Of links in footnotes, which aren't in the tree any more.
        names += [unquote(href.removeprefix(WITHIN)) for href in self._words if href.startswith(WITHIN)]
        wanted = [name for name in dict.fromkeys(names) if name and name not in without]
        signs = dict(zip(wanted, map(chr, SIGNS), strict=False))
        self._names = {sign: name for name, sign in signs.items()}
        if signs:
            _sign(body, signs)

    def take(self, link: Element, words: str) -> None:
        """Remember a link with words, which has to be in the text."""
        href = link.attributes["href"]
        if href.startswith("#"):
            href = link.attributes["href"] = WITHIN + quote(unquote(href[1:]))
        self._words[_folded(href)].append(words)

    def forget(self, link: Element) -> str:
        """Return the address of a link, as it was written, of which something else is told, or made."""
        href = link.attributes.get("href", "")
        words = self._words.get(_folded(href))
        if words:
            words.pop()
        return href.removeprefix("http:") if href.startswith(WITHIN) else href

    def key_of(self, signs: str) -> str:
        """Return the key for a heading to which the places of these signs belong, "" without any."""
        names = [self._names[sign] for sign in signs if sign in self._names]
        if not names:
            return ""
        key = uuid5(NAMESPACE_URL, names[0]).hex[:10]
        self._keys.update(dict.fromkeys(names, key))
        return key

    def lead(self, blocks: list[dict[str, Any]]) -> None:
        """Let the links within raw blocks lead to their headings; tell of all links that aren't in them."""
        if not self._words:
            return
        texts = list(_rich_texts(blocks))
        keys = {key for text in texts for key in KEY.findall(text.value)}
        anchors = {name: anchor_of_key(key) for name, key in self._keys.items() if key in keys}
        for text in texts:
            text.container[text.key] = self._with_anchors(text.value, anchors)
        films = {block["value"]["url"] for block in blocks if block["type"] == "video"}
        for href, words in self._words.items():
            if not words or video_address(words[0]) in films:
                continue
            if href.startswith(WITHIN):
                place = unquote(href.removeprefix(WITHIN))
                self._tell("broken", _("A link to a place of the text that isn't here:"), f"#{place}", words[0])
            else:
                self._tell("dropped", _("A link was left out:"), href[:1000], words[0])

    def _with_anchors(self, html: str, anchors: dict[str, str]) -> str:
        parts, end, stay = list[str](), 0, list[bool]()
        for token in tokens(html):
            if token.name != "a":
                continue
            written = html[token.start : token.end]
            if token.kind == "begin":
                href = _folded(token.attributes.get("href", ""))
                is_within = href.startswith(WITHIN)
                anchor = anchors.get(unquote(href.removeprefix(WITHIN))) if is_within else None
                stay.append(not is_within or anchor is not None)
                if stay[-1] and self._words.get(href):
                    self._words[href].pop()
                written = f'<a href="#{anchor}">' if anchor else written
                parts += [html[end : token.start], written if stay[-1] else ""]
            else:
                parts += [html[end : token.start], written if stay and stay.pop() else ""]
            end = token.end
        return "".join([*parts, html[end:]])


def _sign(element: Element, signs: dict[str, str]) -> None:
    """Put signs, by names, to the beginnings of the first elements with these names, and take them out of the dict."""
    for child in element.children:
        if not isinstance(child, Element) or child.name in WITHOUT_HEADINGS:
            continue
        own = [child.attributes.get(name, "") for name in ("id", *(["name"] if child.name == "a" else []))]
        for name in dict.fromkeys(map(unquote, own)):
            if sign := signs.pop(name, ""):
                child.children.insert(0, sign)
        _sign(child, signs)


def _links(element: Element) -> Iterator[Element]:
    for link in element.outermost({"a"}):
        yield link
        yield from _links(link)


def _folded(href: str) -> str:
    return " ".join(href.split())


@cache
def _body() -> PublicationBody:
    return PublicationBody()


def _rich_texts(blocks: list[dict[str, Any]]) -> Iterator[BlockText]:
    for text in walk(_body(), {"body": blocks}, "body", "body"):
        if isinstance(text.block, RichTextBlock) and text.value:
            yield text
