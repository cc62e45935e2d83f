"""Documents of Word, LibreOffice and Google Docs (.docx): one, or those of a folder or zip. Each waits as a draft.

mammoth makes HTML of them in a process of its own, ``mammoth_process``; classes there say what is headline, lead,
caption, byline or note.
"""

from __future__ import annotations

import json
import logging
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote
from zipfile import ZipFile

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from lxml import etree, html
from wagtail.coreutils import get_content_languages

from chorsu_archive.conf import get_settings
from chorsu_archive.formats import mammoth_process
from chorsu_archive.formats.word_numbers import BEGIN, END
from chorsu_archive.items import Archive, ArchiveError, Contributor, Item, Medium, Note, Options
from chorsu_archive.sources import SAFE_XML, Files, member, moment, open_zip
from chorsu_articles.apart import run_apart
from chorsu_locales.table import LANGUAGES

logger = logging.getLogger("chorsu_archive")
# The others are named in the report: somebody has to save them anew.
ENDINGS = (".docx", ".docm", ".doc", ".odt", ".rtf")
LARGEST_FILE, LARGEST_PICTURE, LARGEST_PROPERTIES = 100_000_000, 50_000_000, 1_000_000
# Of the processor, and in bytes: what mammoth may take for a document.
SECONDS, MEMORY = 10, 500_000_000
LONGEST_NAME, MOST_NAMED = 150, 20
# What is told of elements that mammoth passes over without a word, or in its own words.
_DRAWINGS = _("Drawings and diagrams were left out: %d.")
_CHANGES = _("Suggested changes in it count as accepted.")
_MARGINS = _("What stands at the head or foot of its pages was left out.")
PASSED_OVER: dict[str, tuple[Any, str]] = {
    "comment": ("dropped", _("Remarks of editors were left out: %d.")),
    "OLEObject": ("dropped", _("Files of other programs inside it were left out: %d.")),
    **dict.fromkeys(("chart", "relIds", "AlternateContent"), ("dropped", _DRAWINGS)),
    **dict.fromkeys(("headerReference", "footerReference"), ("dropped", _MARGINS)),
    **dict.fromkeys(("ins", "del", "moveTo"), ("guessed", _CHANGES)),
}
# What mammoth's messages mean, by words in them; behind a colon it names what.
MESSAGES: dict[str, tuple[Any, str]] = {
    "w:sym": ("dropped", _("A sign of a font of symbols was left out:")),
    "cell merging": ("guessed", _("Cells of a table may stand in other places.")),
    **dict.fromkeys(("image", "Image"), ("broken", _("A picture that the document doesn't have."))),
}
# In messages of mammoth that nothing is lost by, or that are told above.
UNTOLD = ("Unrecognised run style", "Unrecognised table style", "Image of type ", " style with ID ", "ignored: v:",
          "}oMath", "}OLEObject")  # fmt: skip
# Other names of the plain style; one that the document doesn't define has none.
PLAIN = {"none", "standard", "text body", "body text", "list paragraph", "normal (web)", "no spacing", "plain text",
         "first paragraph", "compact", "table contents", "table heading", "frame contents", "list number",
         *(f"list number {number}" for number in range(2, 6))}  # fmt: skip
# The style of titles, or a heading with no text before it.
HEADLINE = ".//h1[@class='title'][normalize-space()] | *[normalize-space()][1][self::h1 or self::h2 or self::h3]"
# A picture or table beside a caption.
BESIDE = "(preceding-sibling::*[1] | following-sibling::*[1])"
CAPTIONED = f"{BESIDE}[self::table[not(caption)] or self::p[.//img and not(normalize-space())]]"


class Documents(Archive):
    """Documents by name; those of one name with codes of languages behind it are translations of each other."""

    def __init__(self, path: Path, _options: Options) -> None:
        self.identity = f"docx:{path.name}"[:255]
        self._files = Files(path)
        self._names = self._files.ending(*ENDINGS)
        if not self._names:
            raise ArchiveError(
                _("%(name)s is no document of Word, and holds none. Save it as .docx."), {"name": path.name}
            )
        self._sizes = Counter(_version(name)[0] for name in self._names)

    def contributors(self) -> Iterator[Contributor]:
        authors = dict.fromkeys(author for _name, package in self._readable() for author in _authors(_facts(package)))
        return (Contributor(each, each) for each in authors)

    def media(self) -> Iterator[Medium]:
        for name, package in self._readable():
            for key in dict.fromkeys(_pictures(package, name).values()):
                yield Medium(key, key, title=Path(name).stem)

    def items(self) -> Iterator[Item]:
        """Yield an item for each document; one that can't be read, among several, is empty and says why."""
        for name in self._names:
            group, language = _version(name)
            yield replace(self._item(name), language=language, group=_short(group) if self._sizes[group] > 1 else "")

    def read(self, medium: Medium) -> BinaryIO | None:
        for name in self._names:
            if medium.key.startswith(f"docx:{_short(name)}#"):
                package = self._package(name)
                for part, key in _pictures(package, name).items():
                    if key == medium.key:
                        return BytesIO(member(package, part, LARGEST_PICTURE, of=f"{name}, {part}"))
        return None

    def _readable(self) -> Iterator[tuple[str, ZipFile]]:
        """Yield the documents that can be opened; ``items`` tells of the others."""
        for name in self._names:
            with suppress(ArchiveError):
                yield name, self._package(name)

    def _package(self, name: str) -> ZipFile:
        return open_zip(BytesIO(self._content(name)), name)

    def _content(self, name: str) -> bytes:
        content = self._files.read(name, LARGEST_FILE)
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            message = _("%(name)s is of an old kind, or has a password. Save it as .docx without one.")
            raise ArchiveError(message, {"name": name})
        return content

    def _item(self, name: str) -> Item:
        try:
            content = self._content(name)
            package = open_zip(BytesIO(content), name)
            converted = _converted(content, name)
        except ArchiveError as error:
            if len(self._names) == 1:
                raise
            reason = Note("dropped", error.text, error.values)
            return Item(_short(name), Path(name).stem, status="draft", notes=(reason,))
        root = etree.fromstring(f"<body>{converted['html']}</body>", html.XHTMLParser(huge_tree=True))
        _mark_numbers(root)
        keys, facts = _pictures(package, name), _facts(package)
        for picture in root.iter("img"):
            picture.set("src", keys.get(picture.get("src"), ""))
        for caption in root.xpath(".//p[@class='caption']"):
            _join_caption(caption)
        # As mammoth writes footnotes of Word.
        for number, note in enumerate(root.xpath("ol[@class='footnotes']/li"), 1):
            note.set("id", f"note-{number}")
            etree.SubElement(note, "a", href=f"#mark-{number}").text = "↑"
        notes = [*_passed_over(converted["counts"]), *_told(converted["messages"])]
        notes += _lost(converted, root)
        if any(part.lower().endswith("vbaproject.bin") for part in package.namelist()):
            notes.append(Note("dropped", _("Its macros were left out.")))
        bylines = map(_take, root.xpath(".//p[@class='byline']"))
        notes += [Note("dropped", _("Its byline was left out: %s"), each) for each in bylines]
        title, lead = ("".join(map(_take, root.xpath(path)[:1])) for path in (HEADLINE, ".//p[@class='subtitle']"))
        if not title:
            notes.append(Note("guessed", _("The headline is the file's name.")))
        return Item(
            # Next month's report may have the same name.
            key=f"{_short(name)} {facts.get('created', '')[:40]}".strip(),
            title=title or Path(_version(name)[0]).name,
            status="draft",
            lead=lead,
            html=html.tostring(root, encoding="unicode").removeprefix("<body>").removesuffix("</body>"),
            published=moment(facts.get("created")),
            modified=moment(facts.get("modified")),
            authors=_authors(facts),
            notes=tuple(dict.fromkeys(notes)),
        )


def _version(name: str) -> tuple[str, str]:
    """Return a document's name without a language's code at its end, and that code: "name.ru.docx", "name_tg.docx"."""
    stem = name.rpartition(".")[0]
    for separator in ("_", "-", "."):
        group, _separator, code = stem.rpartition(separator)
        if group and code.lower() in {*get_content_languages(), *LANGUAGES}:
            return group, code.lower()
    return stem, ""


def _short(name: str) -> str:
    """Return a name as keys and addresses can hold it."""
    written = quote(name, safe="")
    return written if len(written) <= LONGEST_NAME else sha256(name.encode()).hexdigest()[:32]


def _pictures(package: ZipFile, name: str) -> dict[str, str]:
    """Return the keys of a document's pictures, which are their addresses too, and change when a picture does."""
    parts = [each for each in package.infolist() if posixpath.dirname(each.filename).endswith("media")]
    ends = {each.filename: f"{each.CRC:08x}{posixpath.splitext(each.filename)[1][:8]}" for each in parts}
    return {part: f"docx:{_short(name)}#{quote(end)}" for part, end in ends.items()}


def _facts(package: ZipFile) -> dict[str, str]:
    """Return what a document says of itself, such as ``creator`` and ``created``; nothing where that can't be read."""
    with suppress(ArchiveError, etree.XMLSyntaxError):
        content = member(package, "docProps/core.xml", LARGEST_PROPERTIES, of="core.xml")
        root = etree.fromstring(content, etree.XMLParser(**SAFE_XML))
        return {etree.QName(each).localname: (each.text or "").strip() for each in root.iterchildren("*")}
    return {}


def _authors(facts: Mapping[str, str]) -> tuple[str, ...]:
    names = (name.strip()[:200] for name in facts.get("creator", "").split(";")[:20])
    return tuple(dict.fromkeys(filter(None, names)))


def _converted(document: bytes, name: str) -> dict[str, Any]:
    """Return what ``mammoth_process`` says of a document. Raises ``ArchiveError``."""
    most = get_settings().largest_text
    options = {"characters": most, "seconds": SECONDS, "memory": MEMORY, "counted": [*PASSED_OVER]}
    run = run_apart(mammoth_process.__file__, json.dumps(options), input=document, capture_output=True)
    if run.returncode < 0 or run.returncode == mammoth_process.TOO_MUCH:
        message = _("%(name)s has more in it, or one thing deeper in another, than anybody writes.")
        raise ArchiveError(message, {"name": name})
    if run.returncode:
        # mammoth takes for granted what most documents have, and says nothing where it is missing.
        logger.warning("A document ended mammoth with %s: %s", run.returncode, run.stderr[-500:])
        raise ArchiveError(_("%(name)s lacks what a document of Word has."), {"name": name})
    converted: dict[str, Any] = json.loads(run.stdout)
    if len(converted["html"]) > most:
        raise ArchiveError(_("%(name)s is longer than any article."), {"name": name})
    return converted


def _passed_over(counts: Mapping[str, int]) -> Iterator[Note]:
    for name, (kind, text) in PASSED_OVER.items():
        if counts[name] > 0:
            yield Note(kind, text, counts[name] if "%d" in text else None)


def _lost(converted: Mapping[str, Any], root: Any) -> Iterator[Note]:
    """Yield a document's formulas, hidden texts, and addresses that no link of its text leads to: of text boxes."""
    for formula in converted["formulas"]:
        yield Note("dropped", _("A formula was left out:"), words=formula)
    for words in converted["hidden"]:
        yield Note("dropped", _("Hidden text was left out:"), words=words)
    kept = {link.get("href", "").partition("#")[0] for link in root.iter("a")}
    for address in converted["links"]:
        if address.partition("#")[0] not in kept:
            yield Note("dropped", _("A link was left out:"), words=address[:1000])


def _told(messages: list[str]) -> Iterator[Note]:
    """Yield what mammoth's messages say that matters: text or styles that don't come through."""
    styles: dict[str, None] = {}
    for message in messages:
        if message.startswith("Unrecognised paragraph style: "):
            styles[message.partition(": ")[2].rpartition(" (Style ID")[0]] = None
        elif not any(words in message for words in UNTOLD):
            yield _of_mammoth(message)
    if unknown := [style for style in styles if style.lower() not in PLAIN]:
        yield Note("guessed", _("Styles that became plain text: %(names)s"), {"names": ", ".join(unknown[:MOST_NAMED])})


def _of_mammoth(message: str) -> Note:
    """Return what a message of mammoth, which is in English, means for an article."""
    named = message.partition(": ")[2].rpartition("}")[2].removeprefix("char ").replace(" in font ", ", ")
    for words, (kind, text) in MESSAGES.items():
        if words in message:
            return Note(kind, text, words=named if text.endswith(":") else "")
    return Note("dropped", _("What articles don't have:"), words=named or "?")


def _mark_numbers(root: Any) -> None:
    """Let numbers before paragraphs stand as Word's own HTML has them: those of lists as marks, others as text."""
    for element in root.iter("*"):
        text = element.text or ""
        if not text.startswith(BEGIN):
            continue
        number, _end, rest = text.removeprefix(BEGIN).partition(END)
        if element.tag != "p" or next(element.iterancestors("td", "th"), None) is not None:
            element.text = f"{number} {rest}"
            continue
        element.set("style", "mso-list:l0")
        mark = etree.Element("span", style="mso-list:Ignore")
        mark.text, mark.tail = number, rest
        element.text = ""
        element.insert(0, mark)


def _take(element: Any) -> str:
    """Take an element out and return its text; pictures in it stay."""
    for each in element.iter("br"):
        each.tail = f" {each.tail or ''}"
    for each in element.iter("img"):
        element.addprevious(etree.Element("img", dict(each.attrib)))
    element.drop_tree()
    return " ".join(element.xpath("string()").split())


def _join_caption(caption: Any) -> None:
    """Join a caption with the picture in it or beside it, or with the table beside it; else it stays a paragraph."""
    if pictures := list(caption.iter("img")):
        paragraph = etree.Element("p")
        caption.addprevious(paragraph)
        paragraph.extend(etree.Element("img", dict(each.attrib)) for each in pictures)
        etree.strip_elements(caption, "img", with_tail=False)
    for holder in caption.xpath(CAPTIONED)[:1]:
        caption.tag, holder.tag = ("caption", "table") if holder.tag == "table" else ("figcaption", "figure")
        caption.attrib.clear()
        holder.append(caption)


class Docx:
    """Documents of text processors."""

    name = "docx"
    label = gettext_lazy("Documents of Word (.docx)")
    open = Documents

    def recognises(self, path: Path) -> bool:
        with suppress(ArchiveError):
            return bool(Files(path).ending(".docx"))
        return path.suffix.lower() == ".docx"
