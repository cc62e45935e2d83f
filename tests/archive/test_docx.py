"""Documents of Word, LibreOffice and Google Docs become drafts with all that was in them, or a sentence why not."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import docx as python_docx
import pytest
from docx.shared import Cm

from chorsu_archive.formats import docx
from chorsu_archive.formats.docx import Docx
from chorsu_archive.items import Archive, ArchiveError, Item, Options
from chorsu_archive.texts import Converted, convert
from chorsu_editorial.markup import tokens
from tests.archive.word import (
    SPACES,
    core,
    document,
    lists,
    notes,
    paragraph,
    picture,
    png,
    relation,
    zipped,
)
from tests.archive.word import (
    item as list_item,
)
from tests.counted_lines import count_lines

pytestmark = pytest.mark.usefixtures("_messages_in_english")


def open_files(folder: Path, files: Mapping[str, bytes]) -> Archive:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return Docx().open(folder / next(iter(files)) if len(files) == 1 else folder, Options())


def read(folder: Path, content: bytes, name: str = "Отчёт.docx") -> Item:
    (item,) = open_files(folder, {name: content}).items()
    return item


def converted(item: Item) -> Converted:
    return convert(item, language="ru", media={}.get)


def told(item: Item) -> str:
    return "\n".join(f"{note.kind}: {note}" for note in item.notes)


def box(text: str) -> str:
    """Return a paragraph with a text box, as Word and LibreOffice write it: for new programs, and for old ones."""
    return (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic><a:graphicData>"
        f"<wps:wsp><wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic>"
        f"</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{text}"
        "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def pictured(body: str, content: bytes = b"") -> bytes:
    """Return a document with a picture of this content."""
    parts = {"word/media/image1.png": content or png()}
    return document(body, relations=relation("rIdP", "image", "media/image1.png"), parts=parts)


def test_a_document_of_word(tmp_path):
    """More kinds of text, as python-docx writes them, tests/archive/test_article_files.py reads back."""
    written = python_docx.Document()
    written.core_properties.author = "Зарина Қодирова; Anna Berg"
    written.core_properties.created = datetime(2019, 3, 4, 5, 6, 7)  # noqa: DTZ001 (as python-docx keeps it)
    written.core_properties.modified = datetime(2020, 1, 2, 3, 4, 5)  # noqa: DTZ001
    for text, style in (("Ғалла", "Title"), ("Чӣ қадар", "Subtitle"), ("Об", "Heading 1"), ("Мало", "Quote")):
        written.add_paragraph(text, style=style)
    written.add_paragraph("The river is ").add_run("low").bold = True
    for style in ("List Bullet", "List Number", "List Number"):
        written.add_paragraph("one", style=style)
    written.add_table(1, 1).cell(0, 0).text = "cell & 1"
    written.add_picture(BytesIO(png()), Cm(2))
    written.add_paragraph("The canal in May", style="Caption")
    file = BytesIO()
    written.save(file)

    archive = open_files(tmp_path, {"Отчёт.docx": file.getvalue()})
    (item,) = archive.items()
    assert (item.title, item.lead, item.status) == ("Ғалла", "Чӣ қадар", "draft")
    people = tuple(each.name for each in archive.contributors())
    assert people == item.authors == ("Зарина Қодирова", "Anna Berg")
    assert item.published == datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert item.modified == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    (medium,) = archive.media()
    assert item.html == (
        "<h1>Об</h1><blockquote><p>Мало</p></blockquote><p>The river is <strong>low</strong></p><ul><li>one</li></ul>"
        '<p style="mso-list:l0"><span style="mso-list:Ignore">1.</span>one</p>'
        '<p style="mso-list:l0"><span style="mso-list:Ignore">2.</span>one</p>'
        "<table><tr><td><p>cell &amp; 1</p></td></tr></table>"
        f'<figure><img alt="" src="{medium.address}"><figcaption>The canal in May</figcaption></figure>'
    )
    assert not item.notes
    stream = archive.read(medium)
    assert stream is not None
    assert stream.read() == png()


def html_of(body: str, tmp_path: Path, **parts: str) -> list[str]:
    """Return what a document's text becomes, with the part of numberings."""
    relations = relation("rIdL", "numbering", "numbering.xml")
    content = document(body, relations=relations, parts={f"word/{name}.xml": text for name, text in parts.items()})
    return [block["value"] for block in converted(read(tmp_path, content)).blocks]


def test_numbers_are_those_that_word_shows(tmp_path):
    numbering = lists(("decimal", "%1."), ("russianLower", "%2)"), ("decimal", "%1.%2.%3"), restarted=1)
    before = f"{list_item('раз', 1)}{list_item('два', 1)}{paragraph('Между ними')}{list_item('три', 1)}"
    nested = f"{list_item('под ним', 2, 1)}{list_item('и ещё', 2, 1)}{list_item('глубже', 2, 2)}"
    anew = f"{list_item('снова раз', 2)}{nested}{list_item('снова два', 2)}"
    (text,) = html_of(f"{before}{paragraph('И ещё')}{anew}", tmp_path, numbering=numbering)
    assert text == (
        "<ol><li>раз</li><li>два</li></ol><p>Между ними</p><p>3. три</p><p>И ещё</p>"
        "<p>1. снова раз</p><p>а) под ним</p><p>б) и ещё</p><p>1.б.1 глубже</p><p>2. снова два</p>"
    )


def test_numbers_of_headings_and_cells_are_text(tmp_path):
    heading = list_item("Вода", 1).replace("<w:pPr>", '<w:pPr><w:pStyle w:val="a3"/>')
    rows = "".join(
        f"<w:tr><w:tc>{list_item('', 1).replace('<w:t></w:t>', '<w:t>река</w:t>')}</w:tc>"
        f"<w:tc>{paragraph(str(number))}</w:tc></w:tr>"
        for number in (5, 7)
    )
    heading_text, table = html_of(
        f"{paragraph('Начало')}{heading}<w:tbl>{rows}</w:tbl>",
        tmp_path,
        numbering=lists(("upperRoman", "%1."), start=4),
    )
    assert heading_text == "<p>Начало</p><h2>IV. Вода</h2>"
    assert [row["values"] for row in table["rows"]] == [["V. река", "5"], ["VI. река", "7"]]


def test_a_style_says_the_list_of_its_paragraphs(tmp_path):
    styles = (
        f'<w:styles {SPACES}><w:style w:type="paragraph" w:styleId="base"><w:name w:val="List"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="own">'
        '<w:name w:val="Own"/><w:basedOn w:val="base"/></w:style></w:styles>'
    )
    body = "".join(f'<w:p><w:pPr><w:pStyle w:val="own"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>' for text in "ab")
    numbering = lists(("decimal", "%1)"), start=2)
    assert html_of(body, tmp_path, numbering=numbering, styles=styles) == ["<p>2) a</p><p>3) b</p>"]


def test_a_document_of_libreoffice(tmp_path):
    frame = box(paragraph("", "Illustration", f"{picture(alt='Канал у Куляба')}<w:r><w:t>Рис. </w:t></w:r>"))
    mark = '<w:r><w:footnoteReference w:id="{0}"/></w:r>'
    number = "<w:fldSimple w:instr='SEQ'><w:r><w:t>1</w:t></w:r></w:fldSimple>"
    body = (
        f"{paragraph('Вода', 'heading 1')}{paragraph('Есть', '', mark.format(2))}"
        f"{paragraph('и ещё', '', mark.format(1))}{frame}{paragraph('Таблица ', 'Illustration', number)}"
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
        f"<w:p><w:r><w:t>one</w:t><w:cr/><w:t>two</w:t></w:r><w:bdo w:val='rtl'><w:r><w:t> آب</w:t></w:r></w:bdo></w:p>"
    )
    relations = relation("rIdN", "footnotes", "footnotes.xml") + relation("rIdP", "image", "media/image1.png")
    parts = {"word/footnotes.xml": notes("вторая &amp; последняя", "первая"), "word/media/image1.png": png()}
    archive = open_files(tmp_path, {"вода.docx": document(body, relations=relations, parts=parts)})
    (item,) = archive.items()
    (medium,) = archive.media()
    assert item.title == "Вода"
    assert item.html == (
        '<p>Есть<sup><a href="#footnote-2" id="footnote-ref-2">[1]</a></sup></p>'
        '<p>и ещё<sup><a href="#footnote-1" id="footnote-ref-1">[2]</a></sup></p>'
        f'<figure><img alt="Канал у Куляба" src="{medium.address}"><figcaption>Рис. </figcaption></figure>'
        "<table><thead><tr><th><p>a</p></th></tr></thead>"
        "<tbody><tr><td></td></tr></tbody><caption>Таблица 1</caption></table>"
        "<p>one<br>two آب</p>"
        '<ol><li id="footnote-2"><p> первая <a href="#footnote-ref-2">↑</a></p></li>'
        '<li id="footnote-1"><p> вторая &amp; последняя <a href="#footnote-ref-1">↑</a></p></li></ol>'
    )


@pytest.mark.parametrize(
    ("body", "title", "html"),
    [
        (paragraph("Заголовок", "heading 2") + paragraph("Текст"), "Заголовок", "<p>Текст</p>"),
        (paragraph("Текст") + paragraph("Часть", "heading 2"), None, "<p>Текст</p><h2>Часть</h2>"),
        (paragraph("Two", "Title", "<w:r><w:br/><w:t>lines</w:t></w:r>"), "Two lines", ""),
    ],
)
def test_headlines(tmp_path, body, title, html):
    item = read(tmp_path, document(body), "Город и вода.ru.docx")
    assert (item.title, item.html) == (title or "Город и вода", html)
    assert told(item) == ("" if title else "guessed: The headline is the file's name.")


def test_a_picture_in_the_headline_stays(tmp_path):
    item = read(tmp_path, pictured(paragraph("Вода", "Title", picture())))
    assert item.title == "Вода"
    assert item.html.count("<img") == 1
    assert "Вода" not in item.html


def test_languages_by_name(tmp_path):
    expected = {
        "вода.ru.docx": ("вода", "ru"),
        "вода_tg.docx": ("вода", "tg"),
        "в/вода-en.docx": ("", "en"),
        "лес.docx": ("лес", ""),
        "лес.TG.docx": ("лес", "tg"),
        "план-9.docx": ("", ""),
    }
    archive = open_files(tmp_path, dict.fromkeys(expected, document("")))
    assert {unquote(item.key): (unquote(item.group), item.language) for item in archive.items()} == expected


def test_a_zip_of_documents_is_read_like_a_folder(tmp_path):
    item = read(tmp_path, zipped({"x/a.ru.docx": document(paragraph("да")), "~$a.docx": b"lock"}), "archive.zip")
    assert Docx().recognises(tmp_path / "archive.zip")
    assert (item.language, item.html) == ("ru", "<p>да</p>")


def test_what_is_no_document_is_not_recognised(tmp_path):
    (tmp_path / "posts.zip").write_bytes(zipped({"posts.json": "[]"}))
    (tmp_path / "table.xlsx").write_bytes(zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>"}))
    (tmp_path / "text.xml").write_bytes(b"<rss/>")
    assert not [path.name for path in (tmp_path, *tmp_path.iterdir()) if Docx().recognises(path)]
    (tmp_path / "a.docx").write_bytes(document(""))
    assert Docx().recognises(tmp_path)
    assert Docx().recognises(tmp_path / "a.docx")


def test_the_same_name_with_another_date_or_picture_is_another(tmp_path):
    items, media = set(), set()
    for day, colour in (("2021-01-01T00:00:00Z", "navy"), ("2021-02-01T00:00:00Z", "teal")):
        items.add(read(tmp_path, document("", parts={"docProps/core.xml": core(created=day)})).key)
        archive = open_files(tmp_path, {"a.docx": pictured(paragraph("", "", picture()), png(colour))})
        media |= {medium.key for medium in archive.media()}
    assert len(items) == len(media) == 2


def test_what_does_not_come_through_is_told(tmp_path):
    body = (
        paragraph("1. Вода ... 3", "toc 1")
        + paragraph("Текст", "Pull Words")
        + "<w:p><w:ins w:id='1'><w:r><w:t>new</w:t></w:r></w:ins><w:del w:id='2'><w:r><w:delText>old</w:delText></w:r>"
        "</w:del></w:p>"
        "<w:p><w:r><w:object><v:shape/><o:OLEObject r:id='rIdO'/></w:object></w:r></w:p>"
        "<w:p><m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath><w:contentPart/></w:p>"
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wpi'/></mc:AlternateContent>"
        "<w:drawing><wp:inline><a:graphic><a:graphicData><c:chart xmlns:c='chart'/></a:graphicData></a:graphic>"
        "</wp:inline></w:drawing></w:r></w:p>"
        "<w:p><w:hyperlink r:id='rIdH'><w:r><w:t>kept</w:t></w:r></w:hyperlink>"
        "<w:hyperlink w:anchor='here'><w:r><w:t>inside</w:t></w:r></w:hyperlink><w:bookmarkStart w:name='here'/></w:p>"
        "<w:sectPr><w:headerReference r:id='rIdT'/></w:sectPr>"
    )
    relations = relation("rIdH", "hyperlink", "https://example.org/?a=1&amp;b=2", "External")
    relations += relation("rIdC", "comments", "comments.xml")
    parts = {
        "word/comments.xml": f"<w:comments {SPACES}><w:comment w:id='1'><w:p/></w:comment></w:comments>",
        "word/vbaProject.bin": b"Attribute VB_Name",
    }
    item = read(tmp_path, document(body + box(paragraph("в рамке")), relations=relations, parts=parts))
    assert item.html == (
        '<p>1. Вода ... 3</p><p>Текст</p><p>new</p><p><a href="https://example.org/?a=1&amp;b=2">kept</a>'
        '<a href="#here">inside</a><a id="here"></a></p><p>в рамке</p>'
    )
    assert set(told(item).splitlines()) == {
        "dropped: Remarks of editors were left out: 1.",
        "dropped: What stands at the head or foot of its pages was left out.",
        "guessed: Suggested changes in it count as accepted.",
        "dropped: Files of other programs inside it were left out: 1.",
        "dropped: Drawings and diagrams were left out: 1.",
        "dropped: Its macros were left out.",
        "dropped: A formula was left out: x+1",
        "dropped: What articles don't have: w:contentPart",
        "guessed: Styles that became plain text: toc 1, Pull Words",
        "guessed: The headline is the file's name.",
    }


@pytest.mark.parametrize(
    ("value", "html", "notes"),
    [
        ("", "<p>Варзоб</p>", ["dropped: Hidden text was left out: source: R."]),
        (" w:val='0'", "<p>Варзоб source: R.</p>", []),
    ],
)
def test_what_word_hides_stays_hidden(tmp_path, value, html, notes):
    runs = "".join(
        f"<w:r><w:rPr><w:vanish{value}/></w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"
        for words in (" sour", "ce: R.")
    )
    item = read(tmp_path, document(f"<w:p><w:r><w:t>Варзоб</w:t></w:r>{runs}</w:p>"))
    assert item.html == html
    assert [line for line in told(item).splitlines() if "Hidden" in line] == notes


def field(*instructions: str, words: str) -> str:
    """Return runs of a field with its words, whose instruction stands in several runs."""
    marks = (f"<w:r><w:fldChar w:fldCharType='{name}'/></w:r>" for name in ("begin", "separate", "end"))
    begin, separate, end = marks
    runs = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in instructions)
    return f"{begin}{runs}{separate}<w:r><w:t>{words}</w:t></w:r>{end}"


@pytest.mark.parametrize(
    ("instructions", "link"),
    [
        ((' HYPERLINK "https://e.org/?a=1" \\l "part" ',), "https://e.org/?a=1#part"),
        ((' HYPERLINK "https://e.org/" ', '\\o "A tip" \\t "_blank" '), "https://e.org/"),
        ((' HYPERLINK "https://e', '.org/" \\l "part"'), "https://e.org/#part"),
        ((' HYPERLINK \\l "part" \\o "A tip"',), "#part"),
        ((" HYPERLINK https://e.org/ ",), "https://e.org/"),
    ],
)
def test_links_that_are_fields(tmp_path, instructions, link):
    """As LibreOffice writes links with a place, and Word those with a tip."""
    item = read(tmp_path, document(paragraph("", "", field(*instructions, words="Ссылка"))))
    assert f'<a href="{link}">Ссылка</a>' in item.html


def test_links_to_bookmarks_lead_to_headings(tmp_path):
    link = "<w:hyperlink w:anchor='_Toc1'><w:r><w:t>Вода</w:t></w:r></w:hyperlink>"
    heading = paragraph("Вода", "heading 1", "<w:bookmarkStart w:id='0' w:name='_Toc1'/><w:bookmarkEnd w:id='0'/>")
    item = read(tmp_path, document(paragraph("Начало. ", "", link) + heading))
    (text,) = converted(item).blocks
    href = text["value"].partition('<a href="#t-')[2].partition('"')[0]
    assert href
    assert f'<h2 data-block-key="{href}">Вода</h2>' in text["value"]
    assert told(item) == "guessed: The headline is the file's name."


def test_links_of_drawings_are_told(tmp_path):
    relations = relation("rIdH", "hyperlink", "https://example.org/box", "External")
    around = f"<w:hyperlink r:id='rIdH'>{box(paragraph('в рамке'))[5:-6]}</w:hyperlink>"
    simple = "<w:fldSimple w:instr='HYPERLINK \"https://example.org/field\"'><w:r><w:t>поле</w:t></w:r></w:fldSimple>"
    item = read(tmp_path, document(paragraph("Текст", "", around + simple), relations=relations))
    assert {line for line in told(item).splitlines() if "link" in line} == {
        "dropped: A link was left out: https://example.org/box",
        "dropped: A link was left out: https://example.org/field",
    }


def test_readings_above_words_stay(tmp_path):
    reading = "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>кан </w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r>"
    item = read(tmp_path, document(paragraph("", "", f"{reading}</w:rubyBase></w:ruby></w:r>")))
    assert item.html == "<p>кан 漢</p>"
    assert told(item) == "guessed: The headline is the file's name."


def test_a_picture_that_is_elsewhere_is_told_of(tmp_path):
    shown = picture("rIdX", attribute="link") + picture("rIdQ", alt="Канал")
    relations = relation("rIdX", "image", "http://127.0.0.1:9/secret.png", "External")
    relations += relation("rIdQ", "image", "../../../etc/passwd")
    item = read(tmp_path, document(paragraph("Текст", "", shown), relations=relations))
    made = converted(item)
    assert made.blocks == [{"type": "paragraph", "value": "<p>Текст</p>"}]
    assert sorted(str(note)[-7:] for note in made.notes) == ["? Канал", "have: ?"]


def test_boxes_are_their_signs(tmp_path):
    boxes = "".join(
        f"<w:sdt><w:sdtPr><w14:checkbox/></w:sdtPr><w:sdtContent><w:r><w:t>{sign}</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:t> вода </w:t></w:r>"
        for sign in ("☒", "☐")
    )
    body = f"<w:p xmlns:w14='http://schemas.microsoft.com/office/word/2010/wordml'>{boxes}</w:p>"
    assert read(tmp_path, document(body)).html == "<p>☒ вода ☐ вода </p>"


def test_an_unreadable_document_among_others_is_named(tmp_path):
    files = {"a.docx": document(paragraph("да")), "b.docx": b"not a zip", "c.doc": b"\xd0\xcf\x11\xe0" + b"\0" * 600}
    archive = open_files(tmp_path, files)
    good, bad, old = archive.items()
    assert good.html == "<p>да</p>"
    assert (bad.title, bad.html, bad.status) == ("b", "", "draft")
    assert told(bad) == "dropped: b.docx is damaged, or isn't what its name says."
    assert told(old) == "dropped: c.doc is of an old kind, or has a password. Save it as .docx without one."
    assert list(archive.media()) == []


ENTITIES = (
    "<!DOCTYPE w:document [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + f"]><w:document {SPACES}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
EXTERNAL = (
    f"<!DOCTYPE w:document [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><w:document {SPACES}><w:body><w:p><w:r><w:t>&a;"
    "</w:t></w:r></w:p></w:body></w:document>"
)


def of_document(xml: str | bytes) -> bytes:
    return document("", parts={"word/document.xml": xml})


# Fields that begin and never end, and runs behind them: mammoth looks at all open fields for each run.
FIELDS = f"<w:p><w:r>{'<w:fldChar w:fldCharType="begin"/>' * 10_000}</w:r>{'<w:r><w:t>x</w:t></w:r>' * 10_000}</w:p>"
HOSTILE = {
    "nothing": b"",
    "half of one": document(paragraph("x" * 5000))[:600],
    "old Word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
    "no document": zipped({"[Content_Types].xml": "<Types/>"}),
    "another zip": zipped({"a.txt": "x"}),
    "no body": of_document(f"<w:document {SPACES}/>"),
    "no XML": of_document("<w:document"),
    "entities": of_document(ENTITIES),
    "entities in UTF-16": of_document(ENTITIES.encode("utf-16")),
    "file outside": of_document(EXTERNAL),
    "document type of styles": document("", parts={"word/styles.xml": EXTERNAL}),
    "document type of relationships": document("", parts={"word/_rels/document.xml.rels": EXTERNAL}),
    "path outside": document("", parts={"../../etc/cron.d/x": "x"}),
    "thousands of files": document("", parts={f"x{number}": "" for number in range(2001)}),
    "deep": document(f"<w:p>{'<w:smartTag>' * 2000}<w:t>x</w:t>{'</w:smartTag>' * 2000}</w:p>"),
    "deeper than XML": document("<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000),
    "much text": document(paragraph("x" * 3_000_000)),
    "much memory": document("<w:p/>" * 1_000_000),
    "much time": document(FIELDS),
    "numbers that aren't": document(
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='many'/></w:tcPr></w:tc></w:tr></w:tbl>"
    ),
    "a note that isn't there": document("<w:p><w:r><w:footnoteReference w:id='7'/></w:r></w:p>"),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_by_a_sentence(name, tmp_path, monkeypatch):
    monkeypatch.setattr("chorsu_archive.formats.docx.SECONDS", 1)
    monkeypatch.setattr("chorsu_archive.formats.docx.MEMORY", 150_000_000)
    content = HOSTILE[name]
    begin = time.process_time()
    with pytest.raises(ArchiveError) as refusal:
        read(tmp_path, content)
    sentence = str(refusal.value)
    assert sentence.startswith("Отчёт.docx")
    assert sentence.endswith(".")
    if name in {"much memory", "much time", "deep"}:
        assert "has more in it, or one thing deeper in another" in sentence
    assert time.process_time() - begin < 1
    # Its neighbours come in, and it is named.
    archive = open_files(tmp_path, {"a.docx": document(paragraph("да")), "Отчёт.docx": content})
    _good, refused = archive.items()
    assert (refused.html, told(refused)[:19]) == ("", "dropped: Отчёт.docx")
    list(archive.contributors()), list(archive.media())


def test_the_process_has_none_of_the_sites_secrets(tmp_path, monkeypatch):
    given: dict[str, Any] = {}

    def run(*arguments, **options):
        given.update(options)
        return subprocess.CompletedProcess([], 1, b"", b"")

    monkeypatch.setenv("SECRET_KEY", "a secret of the site")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(ArchiveError, match="lacks what a document of Word has"):
        read(tmp_path, document(""))
    assert "a secret of the site" not in given["env"].values()
    assert given["timeout"] > docx.SECONDS


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("part", "content"),
    [
        # What mammoth would read as its own settings.
        ("mammoth/style-map", "p => script"),
        ("word/settings.xml", EXTERNAL),
        ("customXml/item1.xml", ENTITIES),
        ("docProps/core.xml", EXTERNAL),
        ("docProps/core.xml", core(created="0000-00-00T00:00:00Z", modified="9999-99-99", creator=";" * 10_000)),
    ],
)
def test_what_is_not_needed_does_no_harm(tmp_path, part, content):
    item = read(tmp_path, document(paragraph("да"), parts={part: content}))
    assert (item.html, item.published, item.authors) == ("<p>да</p>", None, ())


def test_markup_in_texts_stays_text(tmp_path):
    script = "&lt;script&gt;alert(1)&lt;/script&gt;"
    item = read(tmp_path, pictured(paragraph(script, "", picture(alt=f"&quot; onerror=&quot;{script}"))))
    assert "<script" not in item.html
    assert script in item.html
    (image,) = (token for token in tokens(item.html) if token.name == "img")
    assert image.attributes.keys() == {"alt", "src"}


LINEAR: dict[str, Callable[[int], bytes]] = {
    "paragraphs": lambda n: document(paragraph("x") * n),
    "links": lambda n: document(
        "<w:p>" + "<w:hyperlink w:anchor='a'><w:r><w:t>x</w:t></w:r></w:hyperlink>" * n + "</w:p>"
    ),
    "cells": lambda n: document(
        "<w:tbl>" + "<w:tr><w:tc><w:p/></w:tc><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>" * n + "</w:tbl>"
    ),
    "titles": lambda n: document(paragraph("x", "Title") * n),
    "notes": lambda n: document(
        paragraph("", "", "".join(f'<w:r><w:footnoteReference w:id="{each}"/></w:r>' for each in range(1, n + 1))),
        relations=relation("rIdN", "footnotes", "footnotes.xml"),
        parts={"word/footnotes.xml": notes(*["x"] * n)},
    ),
    "unknown elements": lambda n: document("".join(f"<w:x{each % 50}/>" for each in range(n))),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", LINEAR)
def test_twice_as_much_takes_twice_as_long(name, tmp_path):
    def lines(size):
        content = LINEAR[name](size)
        return count_lines(lambda: read(tmp_path, content))

    lines(10)
    small, large = lines(150), lines(300)
    assert large < 2.1 * small


def test_a_long_name_makes_no_long_key(tmp_path):
    name = f"{'папка' * 10}/" * 3 + f"{'очень длинное имя ' * 6}.docx"
    archive = open_files(tmp_path, {name: pictured(paragraph("", "", picture())), "b.docx": document("")})
    (medium,) = archive.media()
    assert max(len(each.key) for each in (medium, *archive.items())) < 255
    assert archive.read(medium) is not None


def test_a_text_that_is_too_long_is_refused(tmp_path, settings):
    settings.CHORSU_ARCHIVE = {"LARGEST_TEXT": 1000}
    with pytest.raises(ArchiveError, match="longer than any article"):
        read(tmp_path, document(paragraph("x" * 2000)))
