"""Documents of Word, LibreOffice and Google Docs (.docx): one, or those of a folder or zip. Each waits as a draft.

mammoth makes HTML of them. It reads XML with what Python has for it, and takes time by the square, or by powers of two,
where elements stand in a way that no program writes. So it gets a copy that holds the checked XML alone; each picture
there is a file that says its own name, and external ones are nowhere.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote
from zipfile import ZipFile

import mammoth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree
from mammoth import html as mammoth_html
from wagtail.coreutils import get_content_languages

from chorsu_archive.conf import get_settings
from chorsu_archive.items import ArchiveError, Contributor, Item, Medium, Note, Options, Term
from chorsu_archive.sources import Files, member, moment, open_zip
from chorsu_articles.pictures.decoding import kind_of
from chorsu_locales.table import LANGUAGES

# The others are named in the report: somebody has to save them anew.
ENDINGS = (".docx", ".docm", ".doc", ".odt", ".rtf")
LARGEST_FILE, LARGEST_PICTURE, LARGEST_XML = 100_000_000, 50_000_000, 12_000_000
# Elements and attributes that mammoth reads: an article of 20 pages has some 10,000, and 200,000 take 150 MB.
MOST_NODES, DEEPEST = 200_000, 80
# Fields open at once, characters of their instructions as often as they are read, and lists that are like others.
MOST_FIELDS, MOST_READ, MOST_LISTS = 20, 20_000_000, 50
LONGEST_NAME, MOST_NAMED = 150, 20
UNREAD = ("customXml/", "docProps/", "word/theme/", "word/glossary/", "word/settings.xml", "word/webSettings.xml")
UNSEEN = ("{*}lang", "{*}proofErr", "{*}lastRenderedPageBreak", "{*}bookmarkEnd", "{*}szCs", "{*}sectPr", "{*}tblGrid")
# What mustn't stand in one of its own: mammoth joins it with its neighbours twice as often at each level. A text box
# (``pict``) is moved behind its paragraph, and notes on the reading of characters (``ruby``) are left out.
NESTED = {"p": ("{*}p", "{*}pict"), "r": ("{*}p", "{*}r", "{*}ruby"), "hyperlink": ("{*}p", "{*}hyperlink")}
# What mammoth doesn't know, as something that it treats in the same way.
ALIKE = {"fldSimple": "smartTag", "dir": "smartTag", "bdo": "smartTag", "cr": "br", "ptab": "tab"}
# The last five are those of export.word.
STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Illustration'] => p.caption:fresh
p[style-name='Figure'] => p.caption:fresh
p[style-name='Drawing'] => p.caption:fresh
p[style-name='Table'] => p.caption:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name^='toc '] => p.contents:fresh
p[style-name^='Contents '] => p.contents:fresh
p[style-name='Byline'] => p.byline:fresh
p[style-name='Notes Heading'] => !
p[style-name='Quote Source'] => blockquote > cite:fresh
p[style-name='Pull Quote'] => blockquote.wp-block-pullquote:fresh > p:fresh
p[style-name='Note']:ordered-list(1) => ol.footnotes > li:fresh
"""
# Classes by which texts knows what something is.
KEPT = frozenset({"footnotes", "wp-block-pullquote"})
# In messages of mammoth that nothing is lost by: how a drawing is drawn, and styles of letters.
UNTOLD = ("Unrecognised run style", "Unrecognised table style", "Image of type ", " style with ID ", "ignored: v:")
# Other names of the plain style; one that the document doesn't define has none.
PLAIN = frozenset(
    {"none", "standard", "default", "default paragraph style", "text body", "body text", "first paragraph", "compact",
     "list paragraph", "normal (web)", "no spacing", "plain text", "table contents", "table heading", "frame contents",
     "header", "footer"}
)  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
VOID = frozenset({"br", "img"})


class Docx:
    """Documents of text processors."""

    name = "docx"
    label = gettext_lazy("Documents of Word (.docx)")

    def recognises(self, path: Path) -> bool:
        with suppress(ArchiveError):
            return any(name.lower().endswith(".docx") for name in Files(path).names)
        return path.suffix.lower() == ".docx"

    def open(self, path: Path, options: Options) -> Documents:  # noqa: ARG002 (nothing in it changes how they are read)
        return Documents(path)


class Documents:
    """Documents by name; those of one name with codes of languages behind it are translations of each other."""

    def __init__(self, path: Path) -> None:
        self.identity = f"docx:{path.name}"[:255]
        self._files = Files(path)
        self._names = [name for name in self._files.names if name.lower().endswith(ENDINGS)]
        if not self._names:
            raise _no_document(path.name)
        self._sizes = Counter(_version(name)[0] for name in self._names)

    def contributors(self) -> Iterator[Contributor]:
        found: dict[str, None] = {}
        for name in self._names:
            with suppress(ArchiveError):
                found |= dict.fromkeys(_authors(_properties(self._package(name), name)))
        return (Contributor(each, each) for each in found)

    def terms(self) -> Iterator[Term]:
        return iter(())

    def media(self) -> Iterator[Medium]:
        for name in self._names:
            with suppress(ArchiveError):
                for key in _pictures(self._package(name), name):
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
                if part := _pictures(package, name).get(medium.key):
                    return BytesIO(member(package, part, LARGEST_PICTURE, of=f"{name}, {part}"))
        return None

    def _package(self, name: str) -> ZipFile:
        content = self._files.read(name, LARGEST_FILE)
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            message = _("%(name)s is of an old kind, or has a password. Save it as .docx without one.")
            raise ArchiveError(message % {"name": name})
        package = open_zip(BytesIO(content), name)
        if "[Content_Types].xml" not in package.namelist():
            raise _no_document(name)
        return package

    def _item(self, name: str) -> Item:
        try:
            package = self._package(name)
            title, lead, html, notes = _read(package, name)
        except ArchiveError as error:
            if len(self._names) == 1:
                raise
            return Item(_short(name), Path(name).stem, status="draft", notes=(Note("dropped", str(error)),))
        facts = _properties(package, name)
        return Item(
            # Next month's report may have the same name.
            key=f"{_short(name)} {facts.get('created', '')[:40]}".strip(),
            title=title,
            status="draft",
            lead=lead,
            html=html,
            published=moment(facts.get("created")),
            modified=moment(facts.get("modified")),
            authors=_authors(facts),
            notes=tuple(notes),
        )


def _no_document(name: str) -> ArchiveError:
    return ArchiveError(_("%(name)s is no document of Word, and holds none. Save it as .docx.") % {"name": name})


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
    """Return the pictures of a document by key, which is their address too, and another one when a picture changes."""
    parts = {each.filename: each for each in package.infolist() if posixpath.dirname(each.filename).endswith("media")}
    ends = {part: f"{each.CRC:08x}{posixpath.splitext(part)[1][:8]}" for part, each in parts.items()}
    return {f"docx:{_short(name)}#{quote(end)}": part for part, end in ends.items()}


def _xml(package: ZipFile, part: str, name: str) -> Any:
    """Return the root of a part, without comments; nothing is resolved or loaded. Raises ``ArchiveError``."""
    safe = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(member(package, part, LARGEST_XML, of=name), safe)
    except etree.XMLSyntaxError as error:
        raise ArchiveError(_("%(name)s is damaged: %(part)s isn't XML.") % {"name": name, "part": part}) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ArchiveError(_("%(name)s declares a document type, as no document of Word does.") % {"name": name})
    return root


def _properties(package: ZipFile, name: str) -> dict[str, str]:
    with suppress(ArchiveError):
        return {_name(each): (each.text or "").strip() for each in _xml(package, "docProps/core.xml", name)}
    return {}


def _authors(properties: dict[str, str]) -> tuple[str, ...]:
    names = (name.strip()[:200] for name in properties.get("creator", "").split(";")[:20])
    return tuple(dict.fromkeys(filter(None, names)))


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _copy(package: ZipFile, name: str, notes: list[Note]) -> BytesIO:
    """Return what mammoth may read of a document. Raises ``ArchiveError``."""
    names = set(package.namelist())
    read = [each for each in sorted(names) if each.endswith((".xml", ".rels")) and not each.startswith(UNREAD)]
    if sum(package.getinfo(each).file_size for each in read) > LARGEST_XML:
        raise ArchiveError(_("%(name)s is longer than any article.") % {"name": name})
    parts = {each: _xml(package, each, name) for each in read}
    pictures: dict[str, str] = {}
    ids: dict[str, set[str]] = {}
    for part, root in parts.items():
        folder, file = posixpath.split(part)
        for each in root.iter("{*}Relationship") if part.endswith(".rels") else ():
            target, base = each.get("Target", ""), posixpath.dirname(folder)
            ids.setdefault(posixpath.join(base, file.removesuffix(".rels")), set()).add(each.get("Id", ""))
            there = posixpath.normpath(posixpath.join("/", base, target))[1:]
            if there in names and each.get("TargetMode") != "External" and each.get("Type", "").endswith("/image"):
                # Where mammoth looks for it.
                pictures[target[1:] if target.startswith("/") else f"word/{target}"] = there
    roots = [root for root in parts.values() if _name(root) in {"footnotes", "endnotes"}]
    check = _Check(name, {(_name(note), _attribute(note, "id")) for root in roots for note in root})
    for part, root in parts.items():
        _take_out(root, notes)
        check.prepare(root, ids.get(part, set()))
    if any(each.lower().endswith("vbaproject.bin") for each in names):
        notes.append(Note("dropped", _("Its macros were left out.")))
    copy = BytesIO()
    with ZipFile(copy, "w") as target_zip:
        for part, picture in pictures.items():
            if part not in parts:
                target_zip.writestr(part, picture)
        for part, root in parts.items():
            target_zip.writestr(part, etree.tostring(root, encoding="UTF-8"))
    return copy


def _take_out(root: Any, notes: list[Note]) -> None:
    """Take out what mammoth passes over without a word, or needn't see, and say so."""
    kind = _name(root)
    if kind == "comments" and len(root):
        notes.append(Note("dropped", _("Remarks of editors were left out: %d.") % len(root)))
    if kind in {"hdr", "ftr"}:
        if any(letter.isalpha() for each in root.iter("{*}t") for letter in each.text or ""):
            notes.append(Note("dropped", _("What stands at the head or foot of its pages was left out.")))
        root.clear()
    if next(root.iter("{*}ins", "{*}del", "{*}moveTo"), None) is not None:
        notes.append(Note("guessed", _("Suggested changes in it count as accepted.")))
    if objects := sum(1 for _each in root.iter("{*}OLEObject")):
        notes.append(Note("dropped", _("Files of other programs inside it were left out: %d.") % objects))
    lone = sum(each.find("{*}Fallback") is None for each in root.iter("{*}AlternateContent"))
    etree.strip_elements(root, "{*}OLEObject", "{*}Choice", *UNSEEN, with_tail=False)
    drawings = (each for each in root.iter("{*}drawing") if next(each.iter("{*}blip"), None) is None)
    if lone := lone + sum(1 for _each in drawings):
        notes.append(Note("dropped", _("Drawings and diagrams were left out: %d.") % lone))


@dataclass(slots=True)
class _Check:
    """Refuses what would hold mammoth for long, and mends what it fails at; ``notes`` are kinds and ids of notes."""

    document: str
    notes: set[tuple[str, str]]
    nodes: int = 0
    lists: int = 0
    fields: int = 0
    written: int = 0
    read: int = 0

    def prepare(self, root: Any, ids: set[str]) -> None:
        """Go through a part, of which ``ids`` are known relationships. Raises ``ArchiveError``."""
        depth, is_text = 0, _name(root) == "document"
        for event, element in etree.iterwalk(root, ("start", "end")):
            if event == "end":
                depth -= 1
                continue
            depth += 1
            kind = _name(element)
            above = next(element.iterancestors(*NESTED[kind]), None) if kind in NESTED else None
            self._count(element, kind, ids)
            is_beyond = depth > DEEPEST or self.nodes > MOST_NODES or self.lists > MOST_LISTS
            is_beyond = is_beyond or self.fields > MOST_FIELDS or self.read > MOST_READ
            if is_beyond or (above is not None and _name(above) == kind):
                message = _("%(name)s has more in it, or one thing deeper in another, than anybody writes.")
                raise ArchiveError(message % {"name": self.document})
            if kind in {"footnoteReference", "endnoteReference"}:
                # Each is shown once; another mark of the same would show it once more.
                key = kind.removesuffix("Reference"), _attribute(element, "id")
                kind = kind if is_text and key in self.notes else "proofErr"
                self.notes.discard(key)
            if (alike := ALIKE.get(kind, kind)) != _name(element):
                element.tag = f"{{{etree.QName(element).namespace}}}{alike}"

    def _count(self, element: Any, kind: str, ids: set[str]) -> None:
        for key, value in element.attrib.items():
            space, _brace, name = key.rpartition("}")
            # When Word saved it, or what is missing.
            if name.startswith("rsid") or (space.endswith("/relationships") and value not in ids):
                del element.attrib[key]
        self.nodes += 1 + len(element.attrib)
        self.lists += kind == "numStyleLink"
        if kind == "instrText":
            self.written += len("".join(element.itertext()))
        elif kind == "fldChar":
            # mammoth reads the instruction at each of these anew, and looks at all open fields for each run.
            what = _attribute(element, "fldCharType")
            self.read += self.written
            self.written = 0 if what == "begin" else self.written
            self.fields = max(0, self.fields + {"begin": 1, "end": -1}.get(what, 0))


def _read(package: ZipFile, name: str) -> tuple[str, str, str, list[Note]]:
    """Return headline, lead and HTML of a document, and what to tell of it. Raises ``ArchiveError``."""
    notes: list[Note] = []
    copy = _copy(package, name, notes)
    keys = {part: key for key, part in _pictures(package, name).items()}

    def convert_image(image: Any) -> list[Any]:
        try:
            with image.open() as file:
                part = file.read().decode()
            shown = kind_of(member(package, part, LARGEST_PICTURE, of=f"{name}, {part}")[:16])
        except (KeyError, ValueError):
            notes.append(Note("broken", _("A picture isn't in the document, only its address.")))
            return []
        except ArchiveError as error:
            notes.append(Note("dropped", str(error)))
            return []
        if not shown or part not in keys:
            message = _("A picture was left out, since browsers don't show its kind: %(name)s")
            notes.append(Note("dropped", message % {"name": posixpath.basename(part)}))
            return []
        alt = " ".join((image.alt_text or "").split())
        return [mammoth_html.element("img", {"src": keys[part], "alt": alt})]

    try:
        result = mammoth.convert_to_html(
            copy, style_map=STYLES, include_embedded_style_map=False, convert_image=convert_image
        )
    except Exception as error:
        # mammoth takes for granted what most documents have, and says nothing where it is missing.
        raise ArchiveError(_("%(name)s lacks what a document of Word has.") % {"name": name}) from error
    root = etree.fromstring(f"<body>{result.value}</body>", etree.XMLParser(huge_tree=True))
    title, lead = _arrange(root, Path(_version(name)[0]).name, notes)
    html = etree.tostring(root, encoding="unicode", method="html").removeprefix("<body>").removesuffix("</body>")
    if len(html) > get_settings().largest_text:
        raise ArchiveError(_("%(name)s is longer than any article.") % {"name": name})
    notes += _told(each.message for each in result.messages)
    return title, lead, html, list(dict.fromkeys(notes))


def _told(messages: Iterable[str]) -> Iterator[Note]:
    """Yield what mammoth's messages say that matters: text, pictures or styles that don't come through."""
    styles: dict[str, None] = {}
    for message in messages:
        if message.startswith("Unrecognised paragraph style: "):
            styles[message.partition(": ")[2].rpartition(" (Style ID")[0]] = None
        elif "image file" in message:
            yield Note("broken", _("A picture isn't in the document, only its address."))
        elif "}oMath" in message:
            yield Note("dropped", _("A formula was left out."))
        elif not any(words in message for words in UNTOLD):
            yield Note("dropped", message)
    if unknown := [style for style in styles if style.lower() not in PLAIN]:
        message = _("Styles that became plain text: %(names)s")
        yield Note("guessed", message % {"names": ", ".join(unknown[:MOST_NAMED])})


def _said(element: Any) -> str:
    """Return the text in an element; line breaks are spaces."""
    parts = ((" " if each.tag == "br" else each.text or "", each.tail or "") for each in element.iter())
    return " ".join("".join(text for part in parts for text in part).removesuffix(element.tail or "").split())


def _arrange(root: Any, stem: str, notes: list[Note]) -> tuple[str, str]:
    """Turn mammoth's HTML into an article's; return its headline and lead, taken out of it."""
    _drop_marks(root, notes)
    for each in root.iterchildren("ol"):
        if each[0].get("id", "").startswith(("footnote-", "endnote-")):
            each.set("class", "footnotes")
    title = _take(_headline(root))
    lead = _take(next((each for each in root.iter("p") if each.get("class") == "subtitle"), None))
    if not title:
        heading = next((text for each in root.iter(*HEADINGS) if (text := _said(each))), "")
        said = _("The headline is that of its first part.") if heading else _("The headline is the file's name.")
        notes.append(Note("guessed", said))
        title = heading or stem
    for each in root.xpath("//p[@class='caption']"):
        _join_caption(each)
    for number, each in enumerate(root.xpath("ol[@class='footnotes']/li[not(@id)]"), 1):
        each.set("id", f"note-{number}")
        etree.SubElement(each, "a", href=f"#mark-{number}").text = "↑"
    for each in root.iter():
        if each.get("class") not in KEPT:
            each.attrib.pop("class", None)
        if not len(each) and each.text is None and each.tag not in VOID:
            each.text = ""  # so that it gets an end tag
    return title, lead


def _drop_marks(root: Any, notes: list[Note]) -> None:
    """Leave out what leads to other places of the document, but its notes; boxes become signs."""
    for each in root.iter("input"):
        each.tag, each.tail = "gone", ("\u2611 " if each.get("checked") else "\u2610 ") + (each.tail or "")
    for each in root.iter("a"):
        href = each.get("href", "#")
        if href.startswith("#") and not href.startswith(("#footnote-", "#endnote-")):
            each.tag = "gone"
    if contents := root.xpath("//p[@class='contents']"):
        notes.append(Note("dropped", _("The table of contents was left out.")))
    bylines = root.xpath("//p[@class='byline']")
    if words := "; ".join(map(_said, bylines)):
        notes.append(Note("dropped", _("Its byline was left out: %s") % words))
    for each in (*contents, *bylines):
        each.tag = "lost"
    etree.strip_tags(root, "gone")
    etree.strip_elements(root, "lost", with_tail=False)


def _headline(root: Any) -> Any | None:
    """Return the element that is the headline: in the style of titles, or a heading with no text before it."""
    for each in root.iter("h1"):
        if each.get("class") == "title" and _said(each):
            return each
    first = next((each for each in root if _said(each)), None)
    return first if first is not None and first.tag in HEADINGS else None


def _take(element: Any | None) -> str:
    """Return the text of an element, and take it out; pictures in it stay."""
    if element is None:
        return ""
    text, element.tag = _said(element), "p"
    for each in element.iter():
        each.text = each.tail = None
    return text


def _join_caption(caption: Any) -> None:
    """Join a caption with the picture in it or beside it, or with the table beside it; else it stays a paragraph."""
    sides = (each for each in (caption.getprevious(), caption.getnext()) if each is not None)
    holder = caption if next(caption.iter("img"), None) is not None else next(filter(_takes_caption, sides), None)
    if holder is not None and holder.tag == "table":
        caption.tag = "caption"
        holder.insert(0, caption)
    elif holder is not None:
        figure = etree.Element("figure")
        holder.addprevious(figure)
        figure.extend([etree.Element("img", dict(each.attrib)) for each in holder.iter("img")])
        etree.strip_elements(caption, "img", with_tail=False)
        caption.tag = "figcaption"
        figure.append(caption)
        if holder is not caption:
            holder.getparent().remove(holder)


def _takes_caption(element: Any) -> bool:
    is_picture = element.tag == "p" and next(element.iter("img"), None) is not None and not _said(element)
    return is_picture or (element.tag == "table" and element.find("caption") is None)
