"""A document for Word, written from plain HTML.

By the names of its paragraphs' styles ``chorsu_archive.formats.docx`` knows later what each of them was.
"""

from __future__ import annotations

import re
from typing import Any

from babel.core import get_global
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_DIRECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml.html.builder import E

from chorsu_articles.models import Picture
from chorsu_articles.pictures.renditions import sizes_of
from chorsu_locales.selectors import get_language_row

LISTS = {"ul": "List Bullet", "ol": "List Number"}
STYLES = {"h2": "Heading 2", "h3": "Heading 3", "figcaption": "Caption", "blockquote": "Quote", **LISTS}
# What Word has no style for, on which each stands; elsewhere they are classes: ``quote-source``.
OWN_STYLES = {"Byline": "Normal", "Quote Source": "Quote", "Pull Quote": "Intense Quote"}
OWN_STYLES |= {"Notes Heading": "Heading 2", "Note": "List Number", "Without Form": "Normal"}
FORMATS = {"b": "bold", "strong": "bold", "th": "bold", "i": "italic", "em": "italic"}
FORMATS |= {"sup": "superscript", "sub": "subscript", "a": "underline"}
# Between the margins of a page of A4; a picture is as fine there as print needs.
TEXT_WIDTH, PICTURE = Mm(146), "max-1600x1600|format-jpeg|jpegquality-80"
# In an element, but not in lists in it.
_TEXTS = "(. | *[not(self::ul or self::ol)]/descendant-or-self::*)/node()[self::text() or self::br]"
_BLANKS = re.compile(r"[ \t\r\n]+")


def proofing_language(code: str) -> str:
    """Return the tag by which Word knows a language, such as ``ru-RU``; two of ours it knows with their letters."""
    territory = get_global("likely_subtags").get(code, "").rpartition("_")[2]
    return {"tg": "tg-Cyrl-TJ", "uz": "uz-Latn-UZ"}.get(code) or (f"{code}-{territory}" if territory else code)


def is_rtl(code: str) -> bool:
    return get_language_row(code).direction == "rtl"


class Word:
    """A document in a language, with the pictures that ``data-picture`` of an ``img`` names by their keys."""

    def __init__(self, language: str) -> None:
        self.document: Any = Document()
        self.language, self.styles = language, self.document.styles
        self.document.sections[0].page_width, self.document.sections[0].page_height = Mm(210), Mm(297)
        for name, base in OWN_STYLES.items():
            self.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = self.styles[base]

    def blocks(self, parent: Any, style: str = "Normal") -> None:
        """Add what stands in an element; ``style`` is that of its paragraphs."""
        for child in parent:
            named = child.get("class", "").replace("-", " ").title() or STYLES.get(child.tag, style)
            if child.tag == "img":
                self._picture(child)
            elif child.tag == "table":
                self._table(child)
            elif child.tag in LISTS:
                self._list(child, named)
            elif child.tag in {"p", "h2", "h3", "figcaption"} or (child.text or "").strip():
                self._fill(self.document.add_paragraph(style=named), child)
            else:
                self.blocks(child, named)

    def _fill(self, paragraph: Any, element: Any) -> None:
        """Write the texts of an element, each in the formatting, language and link of the elements around it."""
        for node in element.xpath(_TEXTS):
            if hasattr(node, "tag"):
                paragraph.add_run().add_break()
                continue
            parent = node.getparent().getparent() if node.is_tail else node.getparent()
            run, around = paragraph.add_run(_BLANKS.sub(" ", node)), [parent, *parent.iterancestors()]
            for name in {FORMATS[each.tag] for each in around if each.tag in FORMATS}:
                setattr(run.font, name, True)
            code = next((each.get("lang") for each in around if each.get("lang")), self.language)
            if is_rtl(code):
                run.font.rtl, run.font.cs_bold, run.font.cs_italic = True, run.font.bold, run.font.italic
            spelling = dict.fromkeys((qn("w:val"), qn("w:bidi")), proofing_language(code))
            run._r.get_or_add_rPr().append(OxmlElement("w:lang", spelling))
            if address := next((each.get("href") for each in around if each.get("href")), ""):
                key = self.document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                link = OxmlElement("w:hyperlink", {qn("r:id"): key})
                run._r.addprevious(link)
                link.append(run._r)
        if paragraph._p.xpath("descendant::w:r[1]/w:rPr/w:rtl"):
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))

    def _list(self, parent: Any, style: str) -> None:
        numbering = self.document.part.numbering_part.element
        # Word's own numbering goes on through the whole document.
        known = self.styles[OWN_STYLES.get(style, style)].element.pPr.numPr.numId.val
        number = numbering.add_num(numbering.num_having_numId(known).abstractNumId.val)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        for item in parent.iterchildren("li"):
            paragraph = self.document.add_paragraph(style=style)
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, number.numId
            self._fill(paragraph, item)
            for child in item.iterchildren(*LISTS):
                self._list(child, f"{LISTS[child.tag]} 2")

    def _picture(self, image: Any) -> None:
        """Add a picture with its alternative text, or a link to it where its file can't be read."""
        sizes = sizes_of(Picture.objects.filter(pk=image.get("data-picture")).first(), [PICTURE])
        try:
            with sizes[0].file.open("rb") as file:
                shape = self.document.add_picture(file, width=min(TEXT_WIDTH, Pt(0.75 * sizes[0].width)))
                shape._inline.docPr.set("descr", image.get("alt"))
        except (IndexError, OSError):
            self._fill(self.document.add_paragraph(), E.a(image.get("alt") or image.get("src"), href=image.get("src")))

    def _table(self, parent: Any) -> None:
        rows = [list(row) for row in parent.iter("tr") if "".join(row.itertext()).strip()]
        table = self.document.add_table(len(rows), max(map(len, rows), default=1), "Table Grid")
        table.table_direction = WD_TABLE_DIRECTION.RTL if is_rtl(self.language) else None
        for made, row in zip(table.rows, rows, strict=True):
            if row[0].tag == "th":
                made._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            for cell, source in zip(made.cells, row, strict=True):
                self._fill(cell.paragraphs[0], source)
        self.document.add_paragraph()  # Word joins tables that nothing parts
