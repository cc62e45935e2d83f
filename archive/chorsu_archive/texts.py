"""The text of an item as raw blocks of ``PublicationBody``, with a note on whatever couldn't become one.

Pictures, films, quotations, files and footnotes become blocks; the tree is parted there, and what stands between two of
them goes through the code of pasting. Unlike pasting it doesn't look in the text for who said a quotation: an old
article keeps its words, and its translations keep the same blocks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from chorsu_archive.conf import get_settings
from chorsu_archive.items import MEDIUM, ArchiveError, Item, Medium, Note
from chorsu_archive.wordpress_html import as_html
from chorsu_articles.paste import (
    BLOCK_TAGS,
    MOST_BLOCKS,
    MOST_LINES,
    SYMBOLS,
    Paragraph,
    blocks_from_paragraphs,
    cleaned,
    inline,
    paragraphs,
    table_value,
)
from chorsu_articles.pictures.credit_lines import asks_for_reports, credited_caption
from chorsu_articles.videos import player_of
from chorsu_editorial import markup
from chorsu_editorial.markup import MOST_MARKS, Element, TooMuchMarkupError, readable_text
from chorsu_locales.normal_form import normal_data, normal_text

Block = dict[str, Any]
Part = Element | Block | str
Path = tuple[Element, ...]
# What isn't parted: blocks from inside it come behind it.
WHOLE = frozenset({"ul", "ol", "pre", "table"})
PARTED = BLOCK_TAGS | {"br"}
FRAMES, PLAYERS = frozenset({"iframe", "object", "embed"}), frozenset({"video", "audio"})
# Their words go into the note.
LEFT_OUT = frozenset({"form", "select", "svg", "canvas", "noscript", "script", "del", "s", "strike"})
MEDIA = FRAMES | PLAYERS | {"img"}
# A long text is never cut inside of these.
TOGETHER = WHOLE | FRAMES | PLAYERS | LEFT_OUT | {"blockquote", "figure", "x-note"}
# Beside the films whose players we know: what is shown as an embed where its address stands alone on a line.
EMBEDS = frozenset(
    {"twitter.com", "x.com", "facebook.com", "instagram.com", "soundcloud.com", "tiktok.com", "dailymotion.com", "t.me",
     "vk.com", "ok.ru", "spotify.com", "ted.com"}
)  # fmt: skip
EMOJI = frozenset({"emoji", "wp-smiley"})
SOURCES = ("src", "data-src", "data-lazy-src", "data-orig-file", "data", "value")
WIDTHS = {"alignwide": "wide", "alignfull": "wide", "alignleft": "half", "alignright": "half"}
# Tags, and texts between them; several times as many as pasting allows.
MOST_TAGS = 5 * MOST_MARKS
check_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Converted:
    """Raw blocks in which pictures and files are ``"medium:KEY"``; headline and lead as plain text; keys in order."""

    blocks: list[Block]
    headline: str
    lead: str
    notes: tuple[Note, ...]
    media: tuple[str, ...]


def convert(item: Item, *, language: str, media: Callable[[str], Medium | None]) -> Converted:
    """Return an item's HTML as blocks in its ``language``; ``media`` finds a medium by an address or its key.

    A part of the text with more markup than pasting allows becomes plain paragraphs, with a note. Raises
    ``ArchiveError`` where the whole is longer than ``largest_text``, or has more blocks than an article may.
    """
    if len(item.html) > get_settings().largest_text:
        raise ArchiveError(_("The text is longer than any article: %d characters.") % len(item.html))
    text = _Text(item, language, media)
    html = as_html(item.html, text.tell) if item.texts == "wordpress" else item.html
    read = [text.tree(part) for part in text.cut(normal_text(html.translate(SYMBOLS)))]
    try:
        blocks = [block for each in read for block in text.blocks(text.parts(each))]
    except TooMuchMarkupError as error:
        raise ArchiveError(_("The text has more parts than any article.")) from error
    blocks += text.behind
    if notes := text.footnotes():
        blocks.append({"type": "footnotes", "value": {"notes": notes}})
    if len(blocks) > MOST_BLOCKS:
        raise ArchiveError(_("The text has more parts than any article."))
    lead = plain(item.lead).removesuffix("[…]").rstrip()
    return Converted(normal_data(blocks), plain(item.title), lead, tuple(text.notes), tuple(text.media))


def plain(html: str) -> str:
    """Return the words of a headline or lead, with entities resolved."""
    return readable_text(normal_text(html), rich=True)


def _words(*nodes: Element | str) -> str:
    return inline(nodes)[1]


def _words_of(block: Block) -> str | None:
    """Return the rich text of a block of words, None of another."""
    value = block["value"]
    if block["type"] == "quotation" and not (value["who"] or value["role"]):
        return str(value["text"])
    return str(value) if block["type"] == "paragraph" else None


def _takes_caption(block: Block) -> bool:
    value = block["value"]
    return block["type"] in {"picture", "video"} and not value["caption"] and not value.get("credit")


def _is_address(text: str) -> bool:
    try:
        check_address(text)
    except ValidationError:
        return False
    return True


def _is_embed(address: str) -> bool:
    if not _is_address(address):
        return False
    return bool(player_of(address).url) or any(f".{_host(address)}".endswith(f".{each}") for each in EMBEDS)


def _video(address: str) -> Block:
    return {"type": "video", "value": {"url": address, "caption": ""}}


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or "?"
    except ValueError:
        return "?"


def _sources(element: Element) -> list[str]:
    """Return the addresses of what an element shows, which may stand in it; a file in an address is none."""
    shown = (element, *element.outermost({"source", "param", "embed"}))
    found = (each.attributes.get(name, "") for each in shown for name in SOURCES)
    return [each for each in found if each and not each.startswith("data:")]


def _has_words(part: Element | str) -> bool:
    return any(text.strip() for text in (part.texts() if isinstance(part, Element) else [part]))


class _Text:
    """One reading of an item: its notes, the media that it uses, and its footnotes in the order of their marks."""

    def __init__(self, item: Item, language: str, media: Callable[[str], Medium | None]) -> None:
        self.language, self.find, self.base = language, media, next(iter(item.addresses), "")
        self.notes: dict[Note, None] = {}
        self.media: dict[str, None] = {}
        # Inner HTML by id, numbers of those that have a mark, and blocks that stood in them.
        self.kept: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.behind, self.count = list[Block](), count()
        # Sources that the quotation names which is read; how many galleries are.
        self.cites: list[str] | None = None
        self.galleries = 0
        field = item.fields.get("footnotes") or item.data.get("footnotes") or []
        try:
            for each in json.loads(field) if isinstance(field, str) else field:
                self.keep(str(each["id"]), markup.tree(str(each["content"])))
        except (ValueError, TypeError, KeyError, RecursionError):
            self.tell("broken", _("The footnotes in the article's field can't be read."), str(field)[:1000])

    def tell(self, kind: Any, text: str, *words: str) -> None:
        self.notes[Note(kind, " ".join(filter(None, [text, *words])))] = None

    def address(self, written: str) -> str:
        """Return the whole address of one in the text."""
        try:
            return urljoin(self.base or ("https:" if written.startswith("//") else ""), written.strip())
        except ValueError:
            return written.strip()

    def medium(self, *names: str) -> Medium | None:
        """Return the medium that the first of these keys and addresses finds."""
        return next((medium for name in names if name and (medium := self.find(name))), None)

    def use(self, medium: Medium) -> str:
        self.media[medium.key] = None
        return f"{MEDIUM}{medium.key}"

    # Footnotes

    def keep(self, key: str, element: Element) -> None:
        parts = self.parts(element)
        self.behind += [each for each in parts if isinstance(each, dict)]
        found = (inline(cleaned(each).children)[0] for each in parts if isinstance(each, Element))
        if html := " ".join(filter(None, found)):
            self.kept.setdefault(key, html)

    def footnotes(self) -> list[str]:
        """Return all notes: in the order of their marks, and behind them those that have none."""
        return [f"<p>{self.kept[key]}</p>" for key in {**self.numbers, **self.kept}]

    def find_footnotes(self, element: Element) -> None:
        """Keep the items of lists that lead back to their marks, as files of Word and shown pages have their notes."""
        for item in element.outermost({"li"}):
            links = [link for link in item.outermost({"a"}) if link.attributes.get("href", "").startswith("#")]
            is_note = links and not any(map(str.isalpha, _words(links[-1])))
            if (key := item.attributes.get("id")) and is_note and key not in self.kept:
                links[-1].children.clear()
                self.keep(key, item)
                item.children.clear()
            self.find_footnotes(item)

    # The whole text

    def cut(self, html: str) -> Iterator[str]:
        """Yield the HTML in parts that aren't too much to read, cut between paragraphs."""
        start, marks, opened = 0, 0, Counter[str]()
        for number, token in enumerate(markup.tokens(html)):
            if number > MOST_TAGS:
                raise ArchiveError(_("The text has more markup than any article."))
            if token.kind == "rest":
                self.tell("broken", _("The text ends in an unfinished tag:"), token.text)
            if token.name in TOGETHER and not token.closed:
                opened[token.name] = max(0, opened[token.name] + (1 if token.kind == "begin" else -1))
            marks += 1 + html.count("&", token.start, token.end)
            if marks > MOST_MARKS // 2 and token.name in BLOCK_TAGS and token.kind == "end" and not opened.total():
                yield html[start : token.end]
                start, marks = token.end, 0
        yield html[start:]

    def tree(self, html: str) -> Element:
        """Return a part of the HTML as a tree, and keep its footnotes; what has too much markup loses it."""
        with suppress(TooMuchMarkupError):
            tree = markup.tree(html)
            if html.count("\n") <= MOST_LINES:
                self.find_footnotes(tree)
                return tree
        self.tell("broken", _("A part of the text has too much markup, and became plain paragraphs."))
        lines = [Element("p", {}, [each.text]) for each in markup.paragraphs(html)]
        return Element("div", {}, [*lines], {"p"})

    def blocks(self, parts: Iterable[Part]) -> list[Block]:
        """Return parts as blocks; what pasting knows is as if it were pasted."""
        made: list[Block] = []
        for part in parts:
            if isinstance(part, Element):
                made += self.pasted(part, made[-1] if made else None)
            elif isinstance(part, dict):
                made.append(part)
        return made

    def pasted(self, part: Element, before: Block | None) -> list[Block]:
        blocks, kept = list[Block](), list[Paragraph]()
        for each in paragraphs(cleaned(part)):
            credited = credited_caption(each.text) if each.kind == "p" else None
            if asks_for_reports(each.text):
                self.tell("dropped", _("A line that asks readers for mistakes:"), each.text)
            elif each.kind == "p" and _is_embed(each.text):
                blocks += [*blocks_from_paragraphs(iter(kept)), _video(each.text)]
                kept = []
            elif credited and not kept and not blocks and before and _takes_caption(before):
                self.give_caption(before, each.text)
            else:  # a line with a credit would become a picture without a file
                kept.append(Paragraph(f"<p>{each.html}</p>", each.text, "list") if credited else each)
        return blocks + blocks_from_paragraphs(iter(kept))

    def give_caption(self, block: Block, words: str) -> None:
        credited = credited_caption(words) if block["type"] == "picture" and not self.galleries else None
        block["value"]["caption"] = credited.caption if credited else words
        if credited:
            block["value"]["credit"] = credited.written

    def parts(self, element: Element, path: Path = ()) -> list[Part]:
        """Return an element as it is, or parted by blocks into several; ``path`` are the elements that it stands in.

        Where it can't be parted, and in the middle of a line, blocks come behind it.
        """
        path = (*path, element)
        is_whole = element.inside.isdisjoint(PARTED) or any(each.name in WHOLE for each in path)
        made, behind = list[Part](), list[Part]()
        current, has_words = Element(element.name, element.attributes), False
        for child in element.children:
            if isinstance(child, Element) and self.takes_caption(child, made, current, has_words=has_words):
                continue
            for part in [child] if isinstance(child, str) else self.taken(child, path):
                if not isinstance(part, dict):
                    current.append(part)
                    has_words = has_words or _has_words(part)
                elif not has_words:
                    made.append(part)
                elif is_whole:
                    behind.append(part)
                else:
                    made += [current, part]
                    current, has_words = Element(element.name, element.attributes), False
        return [*made, current, *behind]

    def taken(self, child: Element, path: Path) -> list[Part]:
        """Return what becomes of an element: of one that no reader takes, itself, parted."""
        readers = [READERS.get(child.name), *(BY_CLASS[each] for each in BY_CLASS.keys() & child.classes)]
        for reader in filter(None, readers):
            if (made := reader(self, child, path)) is not None:
                return made
        return self.parts(child, path)

    def takes_caption(self, child: Element, made: list[Part], current: Element, *, has_words: bool) -> bool:
        """Give a caption to the block before it in the same element, or to a table; its links are told of."""
        if child.name != "figcaption" and "wp-caption-text" not in child.classes:
            return False
        latest = made[-1] if made and not has_words and "blocks-gallery-caption" not in child.classes else None
        is_table = latest is None and "table" in current.inside
        if not is_table and not (isinstance(latest, dict) and _takes_caption(latest)):
            return False
        parts = self.parts(child)
        if not isinstance(latest, dict):
            caption = Element("caption", {}, [each for each in parts if not isinstance(each, dict)])
            next(current.outermost({"table"})).append(caption)
            made += [each for each in parts if isinstance(each, dict)]
            return True
        blocks = self.blocks(parts)
        for link in child.outermost({"a"}):
            self.tell("dropped", _("The link of a caption:"), link.attributes.get("href", ""))
        made += [each for each in blocks if _words_of(each) is None]
        self.give_caption(latest, plain("".join(_words_of(each) or "" for each in blocks)))
        return True

    # What becomes something else; None is the answer where a reader can't do it

    def link(self, child: Element, path: Path) -> list[Part] | None:
        href = child.attributes.get("href", "#")
        if href.startswith("#"):
            return self.footnote(child, path)
        child.attributes["href"] = self.address(href)
        return None

    def picture(self, image: Element, path: Path) -> list[Part] | None:
        if image.classes & EMOJI:
            return None
        keys = [each.removeprefix("wp-image-") for each in image.classes if each.startswith("wp-image-")]
        keys += filter(None, [image.attributes.get("data-id")])
        written = _sources(image)
        addresses = list(map(self.address, written))
        link = next((each.attributes.get("href", "") for each in reversed(path) if each.name == "a"), "")
        alt = " ".join(image.attributes.get("alt", "").split())
        if addresses and addresses[0].partition("?")[0].lower().endswith(".svg"):
            self.tell("dropped", _("A drawing (SVG):"), addresses[0], alt)
            return []
        medium = self.medium(*keys, *written, *addresses, link)
        if not medium:
            self.tell(
                "broken", _("A picture that the archive doesn't have:"), next(iter([*addresses, *keys]), "?"), alt
            )
            return []
        if link and self.medium(link) != medium:
            self.tell("dropped", _("The link of a picture:"), link)
        around = image.classes.union(*(each.classes for each in path[-2:]))
        value = {
            "picture": self.use(medium),
            "caption": plain(medium.caption) if "data-own" in image.attributes else "",
            "alt": alt or plain(medium.alt),
            "size": next((WIDTHS[each] for each in sorted(around & WIDTHS.keys())), "text"),
            "credit": "",
        }
        return [{"type": "picture", "value": value}]

    def gallery(self, child: Element, path: Path) -> list[Part] | None:
        self.galleries += 1
        parts = self.parts(child, path)
        self.galleries -= 1
        pictures = [each["value"] for each in parts if isinstance(each, dict) and each["type"] == "picture"]
        if len(pictures) < 2:
            return parts
        others = [each for each in parts if not isinstance(each, dict) or each["type"] != "picture"]
        items = [{name: each[name] for name in ("picture", "caption", "alt")} for each in pictures]
        return [{"type": "gallery", "value": {"pictures": items}}, *others]

    def cover(self, child: Element, path: Path) -> list[Part] | None:
        """Return what stands on a picture behind it, where the picture is a background."""
        style = child.attributes.get("style", "").partition("background-image:url(")[2]
        image = Element("img", {"src": style.partition(")")[0].strip("'\"")})
        return [*(self.picture(image, path) or []), *self.parts(child, path)] if style else None

    def film(self, child: Element, _path: Path) -> list[Part]:
        addresses = list(map(self.address, _sources(child)))
        if medium := self.medium(child.attributes.get("data-id", "")):
            addresses = [medium.address]
        addresses = [each.replace("youtube.com/v/", "youtube.com/embed/") for each in addresses]
        if known := next(filter(_is_embed, addresses), ""):
            return [_video(known)]
        address = next(iter(addresses), child.attributes.get("data-id", ""))
        if child.name in FRAMES or not addresses:
            self.tell("dropped", _("A frame of %s:") % _host(address), address, _words(child))
            return []
        self.tell("dropped", _("A player of a sound or film; its address stays:"), address, _words(child))
        return [Element("p", {}, [Element("a", {"href": address}, [address])])]

    def embed(self, child: Element, _path: Path) -> list[Part] | None:
        address = _words(child)
        return [_video(address)] if _is_address(address) else None

    def file(self, child: Element, path: Path) -> list[Part]:
        """Return the block of a file to be downloaded, or its link, without the button, which only says so."""
        is_button = [isinstance(each, Element) and "wp-block-file__button" in each.classes for each in child.children]
        child.children = [each for each, button in zip(child.children, is_button, strict=True) if not button]
        link = next(child.outermost({"a"}), child)
        address = link.attributes.get("href", "")
        if not (medium := self.medium(address, self.address(address))):
            self.tell("broken", _("A file that the archive doesn't have:"), address)
            return self.parts(child, path)
        file: Block = {"type": "file", "value": {"document": self.use(medium), "title": _words(link)}}
        link.children = []
        return [file, *self.parts(child, path)]

    def left_out(self, child: Element, _path: Path) -> list[Part]:
        words = _words(child)
        if child.name == "script":
            self.tell("dropped", _("A script of %s.") % _host(self.address(child.attributes.get("src", ""))))
        elif child.name in {"del", "s", "strike"}:
            self.tell("dropped", _("Words that were struck out:"), words)
        elif words or child.name != "noscript":
            self.tell("dropped", _("What articles don't have, <%s>:") % child.name, words)
        return []

    def footnote(self, child: Element, _path: Path) -> list[Part] | None:
        link = child if child.name == "a" else next(child.outermost({"a"}), child)
        key = child.attributes.get("data-fn") or link.attributes.get("href", "").removeprefix("#")
        if child.name == "x-note":
            self.keep(key := f"new {next(self.count)}", child)
            if key not in self.kept:
                return []
        elif "data-fn" in child.attributes and key not in self.kept:
            self.tell("broken", _("A footnote without a text:"), _words(child))
        if key not in self.kept:
            return None
        return [f"[{self.numbers.setdefault(key, len(self.numbers) + 1)}]"]

    def cite(self, child: Element, _path: Path) -> list[Part] | None:
        if self.cites is None:
            return None
        self.cites.append(_words(child))
        return []

    def quotation(self, child: Element, path: Path) -> list[Part]:
        around, self.cites = self.cites, []
        blocks = self.blocks(self.parts(Element("div", {}, child.children, child.inside), path))
        cite, self.cites = " ".join(self.cites).strip(" \u2013\u2014-"), around
        html = "".join(_words_of(each) or "" for each in blocks)
        if not html or any(f"<{name}>" in html for name in ("h2", "h3", "ul", "ol")):
            return [*blocks, Element("p", {}, [cite])]
        others = [each for each in blocks if _words_of(each) is None]
        if not cite and "<a " not in html and "wp-block-pullquote" in child.classes | path[-1].classes:
            return [{"type": "pull_quote", "value": {"text": plain(html)}}, *others]
        who, _comma, role = cite.partition(", ")
        language = child.attributes.get("lang", "").lower()
        other = language if language != self.language and language in dict(settings.LANGUAGES) else ""
        value = {"text": html, "who": who, "role": role, "language": other}
        return [{"type": "quotation", "value": value}, *others]

    def table(self, child: Element, path: Path) -> list[Part] | None:
        """Part a table that only arranges what stands in it, where pictures or films do."""
        if child.inside.isdisjoint(MEDIA):
            return None
        tables = cleaned(Element("div", {}, [child])).outermost({"table"})
        child.name = "table" if all(map(table_value, tables)) else "div"
        return self.parts(child, path)


Reader = Callable[[_Text, Element, Path], "list[Part] | None"]
READERS: dict[str, Reader] = {
    **dict.fromkeys(FRAMES | PLAYERS, _Text.film),
    **dict.fromkeys(LEFT_OUT, _Text.left_out),
    **dict.fromkeys(("sup", "x-note"), _Text.footnote),
    **dict.fromkeys(("cite", "footer"), _Text.cite),
    "a": _Text.link,
    "img": _Text.picture,
    "blockquote": _Text.quotation,
    "table": _Text.table,
}
BY_CLASS: dict[str, Reader] = {
    **dict.fromkeys(("wp-block-gallery", "blocks-gallery-grid", "gallery"), _Text.gallery),
    **dict.fromkeys(("wp-block-cover", "wp-block-cover-image"), _Text.cover),
    "wp-block-embed__wrapper": _Text.embed,
    "wp-block-file": _Text.file,
}
