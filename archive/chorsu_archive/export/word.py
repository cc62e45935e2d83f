"""A document for Word, written from plain HTML.

By the names of its paragraphs' styles ``chorsu_archive.formats.docx`` knows later what each of them was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from typing import Any

from babel.core import get_global
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_DIRECTION
from docx.image.exceptions import UnrecognizedImageError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from chorsu_articles.models import Picture
from chorsu_articles.pictures.renditions import sizes_of
from chorsu_locales.selectors import get_language_row

LISTS = {"ul": "List Bullet", "ol": "List Number"}
STYLES = {"h2": "Heading 2", "h3": "Heading 3", "figcaption": "Caption", "blockquote": "Quote", **LISTS}
# What Word has no style for, on which each stands; elsewhere they are classes: ``quote-source``.
OWN_STYLES = {"Byline": "Normal", "Quote Source": "Quote", "Pull Quote": "Intense Quote"}
OWN_STYLES |= {"Notes Heading": "Heading 2", "Note": "List Number"}
FORMATS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "sup": "superscript", "sub": "subscript"}
# A page of A4 between its margins; a picture is as fine there as print needs.
TEXT_WIDTH, PICTURE = Mm(160), "max-1600x1600|format-jpeg|jpegquality-80"
_BLANKS = re.compile(r"[ \t\r\n]+")


def proofing_language(code: str) -> str:
    """Return the tag by which Word knows a language, such as ``ru-RU``; two of ours it knows with their letters."""
    territory = get_global("likely_subtags").get(code, "").rpartition("_")[2]
    return {"tg": "tg-Cyrl-TJ", "uz": "uz-Latn-UZ"}.get(code) or (f"{code}-{territory}" if territory else code)


def is_rtl(code: str) -> bool:
    return get_language_row(code).direction == "rtl"


class Word:
    """A document in a language, with the pictures that ``data-picture`` of an ``img`` names by their keys."""

    def __init__(self, language: str, pictures: Mapping[int, Picture]) -> None:
        self.document: Any = Document()
        self.language, self.pictures, self.styles = language, pictures, self.document.styles
        section: Any = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = (section.page_width - TEXT_WIDTH) // 2
        for name, base in OWN_STYLES.items():
            self.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = self.styles[base]

    def line(self, style: str, text: str) -> None:
        """Add a paragraph of plain text, unless it is empty."""
        if text:
            self._fill(self.document.add_paragraph(style=style), [("", text, {}, self.language)])

    def blocks(self, place: Any, parent: Any, language: str, style: str = "Normal") -> None:
        """Add what stands in an element to the document, or to a cell of a table, which is then its ``place``."""
        for child in parent:
            own = child.get("lang") or language
            named = child.get("class", "").replace("-", " ").title() or STYLES.get(child.tag, style)
            if child.tag in {"p", "h2", "h3", "figcaption"} or (child.text or "").strip():
                self._fill(place.add_paragraph(style=self.styles[named]), _pieces(child, own, {}))
            elif child.tag in LISTS:
                self._list(place, child, own, self.styles[named])
            elif child.tag == "img":
                self._picture(child, own)
            elif child.tag == "table":
                self._table(child, own)
            elif child.tag == "aside":
                cell = self.document.add_table(1, 1, "Table Grid").rows[0].cells[0]
                cell._tc.remove(cell.paragraphs[0]._p)
                self.blocks(cell, child, own)
                self.document.add_paragraph()  # Word joins tables that nothing parts
            else:
                self.blocks(place, child, own, named)

    def saved(self) -> bytes:
        for run in self.document.element.body.xpath("//w:p/descendant::w:r[1][w:rPr/w:rtl]"):
            run.xpath("ancestor::w:p[1]")[0].get_or_add_pPr().append(OxmlElement("w:bidi"))
        stream = BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def _fill(self, paragraph: Any, pieces: Any) -> None:
        """Write texts into a paragraph: (link's address, text, formatting, language), by which Word checks spelling."""
        for address, linked in groupby(pieces, itemgetter(0)):
            runs = []
            for _address, text, formats, language in linked:
                run = paragraph.add_run(text)
                for name in formats:
                    setattr(run.font, name, True)
                run.font.underline = True if address else None
                named = OxmlElement("w:lang")
                named.set(qn("w:val"), proofing_language(language))
                if is_rtl(language):
                    run.font.rtl, run.font.cs_bold, run.font.cs_italic = True, run.font.bold, run.font.italic
                    named.set(qn("w:bidi"), proofing_language(language))
                run._r.get_or_add_rPr().append(named)
                runs.append(run)
            if address:
                link = OxmlElement("w:hyperlink")
                key = self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                link.set(qn("r:id"), key)
                runs[0]._r.addprevious(link)
                link.extend(run._r for run in runs)

    def _list(self, place: Any, parent: Any, language: str, style: Any, depth: int = 1) -> None:
        numbering = self.document.part.numbering_part.element
        # Word's own numbering goes on through the whole document.
        known = (style.base_style if style.name in OWN_STYLES else style).element.pPr.numPr.numId.val
        number = numbering.add_num(numbering.num_having_numId(known).abstractNumId.val)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        for item in parent.iterchildren("li"):
            paragraph = place.add_paragraph(style=style)
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, number.numId
            self._fill(paragraph, _pieces(item, language, {}))
            for child in item.iterchildren(*LISTS):
                below = min(depth + 1, 3)
                self._list(place, child, language, self.styles[f"{LISTS[child.tag]} {below}"], below)

    def _picture(self, image: Any, language: str) -> None:
        """Add a picture with its alternative text, or that alone where the file can't be read."""
        sizes = sizes_of(self.pictures.get(int(image.get("data-picture"))), [PICTURE])
        paragraph = self.document.add_paragraph()
        try:
            with sizes[0].file.open("rb") as file:
                shape = paragraph.add_run().add_picture(file, width=min(TEXT_WIDTH, Pt(0.75 * sizes[0].width)))
        except (IndexError, OSError, UnrecognizedImageError):
            self._fill(paragraph, [(image.get("src"), image.get("alt") or image.get("src"), {}, language)])
        else:
            shape._inline.docPr.set("descr", image.get("alt"))

    def _table(self, parent: Any, language: str) -> None:
        rows = [list(row) for row in parent.iter("tr") if "".join(row.itertext()).strip()]
        if not rows:
            return
        table = self.document.add_table(len(rows), max(map(len, rows)), "Table Grid")
        table.table_direction = WD_TABLE_DIRECTION.RTL if is_rtl(language) else None
        for made, row in zip(table.rows, rows, strict=True):
            if row[0].tag == "th":
                made._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            for cell, source in zip(made.cells, row, strict=True):
                formats = {"bold": True} if source.tag == "th" else {}
                self._fill(cell.paragraphs[0], _pieces(source, language, formats))
        self.document.add_paragraph()


def _pieces(parent: Any, language: str, formats: Mapping[str, Any], address: str = "") -> Iterator[Any]:
    """Yield the texts in an element, but not those of lists: link's address, text, formatting, language."""
    if text := _BLANKS.sub(" ", parent.text or ""):
        yield address, text, formats, language
    for child in parent:
        if child.tag == "br":
            yield address, "\n", formats, language
        elif child.tag not in LISTS:
            own = {**formats, FORMATS[child.tag]: True} if child.tag in FORMATS else formats
            yield from _pieces(child, child.get("lang") or language, own, child.get("href") or address)
        if text := _BLANKS.sub(" ", child.tail or ""):
            yield address, text, formats, language
