"""The text of an item as raw blocks of ``PublicationBody``, with a note on whatever couldn't become one.

Whatever isn't text (a picture, film, quotation, table or file) is taken out of the tree; a mark stands in its place.
The rest goes through the code of pasting, and the marks in the paragraphs that it finds say where the blocks stand
between them. Unlike pasting it doesn't look in the text for who said a quotation: an old article keeps its words, and
its translations keep the same blocks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext_noop as _

from chorsu_archive.conf import get_settings
from chorsu_archive.items import MEDIUM, ArchiveError, Item, Medium, Note, Values
from chorsu_archive.page_links import SIGN, PageLinks
from chorsu_archive.places import host_of, is_picture_address
from chorsu_archive.wordpress_html import as_html
from chorsu_articles import paste
from chorsu_articles.inline_html import inline
from chorsu_articles.paste import Paragraph, cleaned, is_unseen, paragraphs
from chorsu_articles.pasted_lists import LISTS
from chorsu_articles.pasted_tables import ARRANGED, read_table
from chorsu_articles.pictures.credit_lines import asks_for_reports, credited_caption
from chorsu_articles.quotation_marks import unquoted, write_marks_of_q
from chorsu_articles.videos import video_address
from chorsu_editorial import markup
from chorsu_editorial.markup import Element, TooMuchMarkupError, readable_text
from chorsu_locales.normal_form import normal_data, normal_text

Block = dict[str, Any]
Nodes = list[Element | str]
# The number of a block between two characters that no stored text has.
MARK = re.compile("\ue000(\\d+)\ue001")
# In a note, from the beginning of a table.
WORDS_OF_TABLE = 8
SOURCES = ("src", "data-src", "data-lazy-src", "data")


@dataclass(frozen=True, slots=True)
class Converted:
    """Raw blocks in which pictures and files are ``"medium:KEY"``; headline and lead; media that it only links to."""

    blocks: list[Block]
    headline: str
    lead: str
    notes: tuple[Note, ...]
    linked: tuple[Medium, ...]


def convert(item: Item, *, language: str, media: Callable[[str], Medium | None]) -> Converted:
    """Return an item's HTML as blocks in its ``language``; ``media`` finds a medium by an address or its key.

    Raises ``ArchiveError`` where it is longer than ``largest_text``, or has more markup than pasting allows or more
    blocks than an article may.
    """
    if len(item.html) > get_settings().largest_text:
        raise ArchiveError(_("The text is longer than any article: %d characters."), len(item.html))
    text = _Text(item, language, media)
    html = as_html(item.html, text.tell) if item.texts == "wordpress" else item.html
    try:
        blocks = text.read(normal_text(html.translate(paste.SYMBOLS)))
    except TooMuchMarkupError as error:
        raise ArchiveError(_("The text has more parts than any article.")) from error
    lead = plain(item.lead).removesuffix("[…]").rstrip()
    return Converted(normal_data(blocks), plain(item.title), lead, tuple(text.notes), tuple(text.linked_media.values()))


def plain(html: str) -> str:
    """Return the words of a headline or lead, with entities resolved."""
    return readable_text(normal_text(html), rich=True)


def _words(element: Element) -> str:
    return SIGN.sub("", inline([element])[1])


def _without_marks(words: str) -> str:
    return " ".join(MARK.sub(" ", words).split())


def _unmarked(paragraph: Paragraph) -> list[Paragraph]:
    """Return what is left of a paragraph without its marks and signs."""
    if not MARK.search(paragraph.html) and not SIGN.search(paragraph.html):
        return [paragraph]
    rest = markup.tree(SIGN.sub("", MARK.sub(" ", paragraph.html)))
    return [replace(part, kind=paragraph.kind, marker=paragraph.marker) for part in paragraphs(rest)]


def _alone(*nodes: Element | str) -> Element:
    """Return a paragraph of its own, which parts the text around it."""
    return Element("p", {}, [*nodes])


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://")) and len(text.split()) == 1


class _Text:
    """One reading of an item: its notes, and its footnotes in the order of their marks."""

    def __init__(self, item: Item, language: str, media: Callable[[str], Medium | None]) -> None:
        self.language, self.find, self.base = language, media, next(iter(item.addresses), "")
        self.notes: dict[Note, None] = {}
        self.links = PageLinks(item.addresses, self.tell)
        # Blocks by the numbers of their marks; where the link leads in which the reading is.
        self.marked: dict[str, Block] = {}
        self.count, self.link = count(), ""
        self.linked_media: dict[str, Medium] = {}
        # Inner HTML of footnotes by id, and numbers of those that have a mark.
        self.kept: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        field = item.data.get("footnotes") or []
        try:
            for each in json.loads(field) if isinstance(field, str) else field:
                self.keep(str(each["id"]), markup.tree(str(each["content"])))
        except (ValueError, TypeError, KeyError, RecursionError):
            self.tell("broken", _("The footnotes in the article's field can't be read."), str(field)[:1000])

    def tell(self, kind: Any, text: str, *words: str, values: Values = None) -> None:
        """Note a text, which is in English as the catalogues have it, with words of the source."""
        self.notes[Note(kind, text, values, " ".join(filter(None, words)))] = None

    def read(self, html: str) -> list[Block]:
        """Return the blocks of a text. Raises ``TooMuchMarkupError`` where it has more than an article may.

        What a mark stands for comes before the paragraph that begins with it, and behind one that has it further on.
        """
        for rest in (token for token in markup.tokens(html) if token.kind == "rest"):
            self.tell("broken", _("The text ends in an unfinished tag:"), rest.text.strip())
        if html.count("\n") > paste.MOST_LINES:
            raise TooMuchMarkupError
        tree = markup.tree(html)
        write_marks_of_q(tree, self.language)
        self.links.shorten(tree)
        self.find_footnotes(tree)
        self.links.sign(tree, without=self.kept)
        self.mark(tree)
        parts: list[Paragraph | Block] = []
        # A list stays whole: what stands in it comes behind it.
        behind_list: list[Block] = []
        signs = ""
        for paragraph in paragraphs(cleaned(tree)):
            words = _unmarked(paragraph)
            # What names a heading may stand in it, or alone before it.
            signs += "".join(SIGN.findall(paragraph.html))
            if words:
                words[0] = replace(words[0], key=self.links.key_of(signs))
                signs = ""
            blocks = [self.marked.pop(number) for number in MARK.findall(paragraph.html) if number in self.marked]
            if paragraph.kind in LISTS:
                parts += words
                behind_list += blocks
                continue
            parts += behind_list
            behind_list = []
            parts += [*blocks, *words] if MARK.match(SIGN.sub("", paragraph.text)) else [*words, *blocks]
        # At the end what stood in a footnote, or where readers didn't see it.
        blocks = self.pasted([*parts, *behind_list, *self.marked.values()])
        if self.kept:
            # Those that no mark names come behind the others.
            notes = [f"<p>{self.kept[key]}</p>" for key in {**self.numbers, **self.kept}]
            blocks.append({"type": "footnotes", "value": {"notes": notes}})
        self.links.lead(blocks)
        if len(blocks) > paste.MOST_BLOCKS:
            raise TooMuchMarkupError
        return blocks

    def pasted(self, found: Iterable[Paragraph | Block]) -> list[Block]:
        """Return blocks, credits apart from captions, and the paragraphs between them as if they were pasted."""
        blocks, kept = list[Block](), list[Paragraph]()
        for each in found:
            if isinstance(each, dict):
                if each["type"] == "picture" and (credited := credited_caption(each["value"]["caption"])):
                    each["value"] |= {"caption": credited.caption, "credit": credited.written}
                blocks += [*paste.blocks_from_paragraphs(iter(kept)), each]
                kept = []
            elif asks_for_reports(each.text):
                self.tell("dropped", _("A line that asks readers for mistakes:"), each.text)
            elif each.kind == "p" and credited_caption(each.text):
                # It would become a picture without a file.
                kept.append(Paragraph(f"<p>{each.html}</p>", each.text, "list"))
            else:
                kept.append(each)
        return blocks + paste.blocks_from_paragraphs(iter(kept))

    # The tree

    def mark(self, element: Element) -> None:
        """Put marks in the place of whatever stands in an element and isn't text."""
        children, element.children = element.children, []
        for child in children:
            element.children += [child] if isinstance(child, str) else self.taken(child)

    def taken(self, child: Element) -> Nodes:
        """Return what becomes of an element: of one that no reader takes, itself."""
        if "background-image" in (style := child.attributes.get("style", "")):
            self.tell("dropped", _("What articles don't have, <%s>:"), style[:1000], values=child.name)
        if is_unseen(child):
            return self.hidden(child)
        by_class = (BY_CLASS[each] for each in sorted(child.classes & BY_CLASS.keys()))
        reader = next(by_class, READERS.get(child.name))
        if reader and (made := reader(self, child)) is not None:
            return made
        self.mark(child)
        return [child]

    def put(self, kind: str, value: Any) -> str:
        """Keep a block, and return the mark that stands for it."""
        number = str(next(self.count))
        self.marked[number] = {"type": kind, "value": value}
        return f"\ue000{number}\ue001"

    def address(self, written: str) -> str:
        """Return the whole address of one in the text."""
        try:
            return urljoin(self.base or ("https:" if written.startswith("//") else ""), written.strip())
        except ValueError:
            return written.strip()

    def sources(self, element: Element) -> list[str]:
        """Return the addresses of what an element shows, which may stand in it; a file in an address is none."""
        shown = (element, *element.outermost({"source", "embed"}))
        found = (each.attributes.get(name, "") for each in shown for name in SOURCES)
        return [self.address(each) for each in found if each and not each.startswith("data:")]

    # Footnotes

    def keep(self, key: str, element: Element) -> None:
        self.mark(element)
        if html := SIGN.sub("", MARK.sub("", inline(cleaned(element).children)[0])).strip():
            self.kept.setdefault(key, html)

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

    def footnote(self, child: Element) -> Nodes | None:
        link = child if child.name == "a" else next(child.outermost({"a"}), child)
        key = child.attributes.get("data-fn") or link.attributes.get("href", "").removeprefix("#")
        if child.name == "x-note":
            self.keep(key := f"new {next(self.count)}", child)
        if key in self.kept:
            return [f"[{self.numbers.setdefault(key, len(self.numbers) + 1)}]"]
        if "data-fn" in child.attributes:
            self.tell("broken", _("A footnote without a text:"), _words(child))
        return None

    # Other readers of elements; None is the answer where one can't do it

    def linked(self, child: Element) -> Nodes | None:
        href = child.attributes["href"] = child.attributes.get("href", "").strip()
        if not href:
            return None
        if href.startswith("#"):
            if note := self.footnote(child):
                return note
            self.mark(child)
            self.take(child)
            return [child]
        around, self.link = self.link, self.address(href)
        child.attributes["href"] = self.link
        self.mark(child)
        self.take(child)
        if medium := self.find(self.link):
            self.linked_media[medium.key] = medium
        self.link = around
        return [child]

    def take(self, link: Element) -> None:
        if words := _without_marks(_words(link)):
            self.links.take(link, words)

    def picture(self, image: Element) -> Nodes | None:
        keys = [each.removeprefix("wp-image-") for each in image.classes if each.startswith("wp-image-")]
        keys += filter(None, [image.attributes.get("data-id")])
        addresses, alt = self.sources(image), " ".join(image.attributes.get("alt", "").split())
        names = filter(None, [*keys, *addresses, self.link])
        medium = next(filter(None, map(self.find, names)), None)
        if not medium:
            name = next(iter([*addresses, *keys]), "?")
            self.tell("broken", _("A picture that the archive doesn't have:"), name, alt)
            if self.link and not is_picture_address(self.link):
                self.tell("dropped", _("The link of a picture:"), self.link)
            return None
        if self.link and self.find(self.link) != medium:
            self.tell("dropped", _("The link of a picture:"), self.link)
        # One without an address is of the shortcode of galleries, which shows the library's captions.
        caption = plain(medium.caption) if "data-id" in image.attributes and not addresses else ""
        value = {"picture": f"{MEDIUM}{medium.key}", "caption": caption, "alt": alt or plain(medium.alt)}
        return [self.put("picture", {**value, "size": "text", "credit": ""})]

    def figure(self, child: Element) -> Nodes:
        """Give the words in a figure to the picture, film or table in it, as its caption."""
        for each in child.outermost({"blockquote"}) if "wp-block-pullquote" in child.classes else ():
            each.attributes["class"] = "wp-block-pullquote"
        self.mark(child)
        words = _words(child)
        shown = [self.marked[number] for number in MARK.findall(words) if number in self.marked]
        values = (each["value"] for each in shown if each["type"] in {"picture", "video", "table"})
        holder = next((value for value in values if not value["caption"]), None)
        if holder is None:
            return [child]
        for link in child.outermost({"a"}):
            if not MARK.search(_words(link)):
                self.tell("dropped", _("The link of a caption:"), self.links.forget(link))
        holder["caption"] = _without_marks(words)
        return [_alone(*(found[0] for found in MARK.finditer(words)))]

    def gallery(self, child: Element) -> Nodes:
        self.mark(child)
        numbers = dict.fromkeys(MARK.findall(_words(child)))
        pictures = [each for each in numbers if each in self.marked and self.marked[each]["type"] == "picture"]
        if len(pictures) < 2:
            return [child]
        values = [self.marked.pop(each)["value"] for each in pictures]
        items = [{name: value[name] for name in ("picture", "caption", "alt")} for value in values]
        return [_alone(self.put("gallery", {"pictures": items})), child]

    def film(self, child: Element) -> Nodes:
        """Show a film whose player we know, also where Flash played it; of another the address stays, as a link."""
        addresses = [each.replace("youtube.com/v/", "youtube.com/embed/") for each in self.sources(child)]
        if known := next(filter(video_address, addresses), ""):
            return [_alone(self.put("video", {"url": known, "caption": ""}))]
        address = next(iter(addresses), "")
        self.tell("dropped", _("A player or frame; its address stays:"), address, _words(child))
        return [_alone(Element("a", {"href": address}, [address]))] if _is_address(address) else []

    def embed(self, child: Element) -> Nodes | None:
        address = _words(child)
        return [_alone(self.put("video", {"url": address, "caption": ""}))] if _is_address(address) else None

    def file(self, child: Element) -> Nodes:
        link = next(child.outermost({"a"}), child)
        address = self.address(link.attributes.get("href", ""))
        self.mark(child)
        if not (medium := self.find(address)):
            self.tell("broken", _("A file that the archive doesn't have:"), address)
            return [child]
        title, link.children = _without_marks(_words(link)), []
        self.links.forget(link)
        return [_alone(self.put("file", {"document": f"{MEDIUM}{medium.key}", "title": title})), child]

    def left_out(self, child: Element) -> Nodes:
        words = _words(child)
        if words or child.name != "noscript":
            source = child.attributes.get("src", "")
            self.tell("dropped", _("What articles don't have, <%s>:"), source, words, values=child.name)
        return []

    def struck(self, child: Element) -> Nodes:
        """Leave the words of an element out, of which pictures stay, and links are told."""
        self.mark(child)
        words = _words(child)
        self.tell("dropped", _("What articles don't have, <%s>:"), _without_marks(words), values=child.name)
        return [found[0] for found in MARK.finditer(words)]

    def hidden(self, child: Element) -> Nodes:
        """Leave out what readers didn't see; pictures in it come at the end."""
        self.mark(child)
        words = _without_marks(_words(child))
        if words:
            self.tell("dropped", _("Words that readers didn't see there:"), words)
        return []

    def area(self, child: Element) -> Nodes:
        """Tell of a link that a part of a picture was."""
        href = child.attributes.get("href", "")
        if href:
            self.tell("dropped", _("A link was left out:"), self.address(href)[:1000], child.attributes.get("alt", ""))
        return []

    def button(self, child: Element) -> Nodes:
        """Leave out a button that only says that the file beside it can be downloaded."""
        self.tell("dropped", _("The button of a file:"), _words(child))
        return []

    def quotation(self, child: Element) -> Nodes:
        cites = list(child.outermost({"cite", "footer"}))
        self.mark(child)
        links = [link for each in cites for link in each.outermost({"a"})]
        sources = [self.links.forget(link) for link in links]
        if written := child.attributes.get("cite", "").strip():
            sources.append(self.address(written))
        lines = [line for address in dict.fromkeys(sources) for line in self.source(address)]
        cite = _without_marks(" ".join(map(_words, cites))).strip(" \u2013\u2014-")
        for each in cites:
            each.children = []
        found = list(paragraphs(cleaned(child)))
        words = [part for each in found for part in _unmarked(each)]
        if not words or any(part.kind != "p" for part in words):
            child.name = "div"
            return [child, _alone(cite), *lines]
        html = "".join(f"<p>{part.html}</p>" for part in words)
        html = unquoted(html) or html
        who, _comma, role = cite.partition(", ")
        language = child.attributes.get("lang", "").lower()
        other = language if language != self.language and language in dict(settings.LANGUAGES) else ""
        if not cite and "<a " not in html and "wp-block-pullquote" in child.classes:
            mark = self.put("pull_quote", {"text": plain(html)})
        else:
            mark = self.put("quotation", {"text": html, "who": who, "role": role, "language": other})
        return [_alone(mark, *(inner[0] for each in found for inner in MARK.finditer(each.html))), *lines]

    def source(self, address: str) -> Nodes:
        """Return the line behind a quotation that leads to where it is from."""
        if host := host_of(address):
            return [_alone(Element("a", {"href": address}, [host]))]
        if address:
            self.tell("dropped", _("A link was left out:"), address[:1000])
        return []

    def table(self, child: Element) -> Nodes:
        """Take a table of plain data; of one that arranges something else the cells are read as paragraphs."""
        self.mark(child)
        is_data = child.inside.isdisjoint(ARRANGED) and not MARK.search(_words(child))
        tables = cleaned(Element("div", {}, [child])).outermost({"table"}) if is_data else ()
        # In a clipboard a single row arranges words; here its author made it a table.
        read = (read_table(element, fewest_rows=1) for element in tables)
        table = next(filter(None, read), None)
        child.name = "div"
        if table is None:
            return [child]
        if table.has_merged_cells:
            begin = " ".join(_words(child).split()[:WORDS_OF_TABLE])
            self.tell("guessed", _("Merged cells were filled with their text:"), begin)
        return [_alone(self.put("table", table.value))]


Reader = Callable[[_Text, Element], Nodes | None]
READERS: dict[str, Reader] = {
    **dict.fromkeys(("audio", "embed", "iframe", "object", "video"), _Text.film),
    **dict.fromkeys(("canvas", "noscript", "script", "select", "svg"), _Text.left_out),
    **dict.fromkeys(("del", "form", "s", "strike"), _Text.struck),
    **dict.fromkeys(("sup", "x-note"), _Text.footnote),
    "a": _Text.linked,
    "area": _Text.area,
    "blockquote": _Text.quotation,
    "figure": _Text.figure,
    "img": _Text.picture,
    "table": _Text.table,
    "x-embed": _Text.embed,
}
BY_CLASS: dict[str, Reader] = {
    **dict.fromkeys(("wp-block-gallery", "gallery"), _Text.gallery),
    **dict.fromkeys(("wp-caption", "gallery-item"), _Text.figure),
    "wp-block-embed__wrapper": _Text.embed,
    "wp-block-file": _Text.file,
    "wp-block-file__button": _Text.button,
}
