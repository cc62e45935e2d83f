"""Pasting: what Word, Google Docs and others put on the clipboard becomes typed blocks, and no word is lost."""

from __future__ import annotations

import re
import warnings
from contextlib import suppress
from functools import partial
from html.parser import HTMLParser
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from chorsu_articles.models import AnalysisPage, PictureKind
from chorsu_articles.paste import BLOCK_TAGS, LONGEST, TooMuchMarkupError, blocks_from_html, blocks_from_text
from chorsu_articles.pictures.credit_lines import credit_line, credited_caption, read_credit
from chorsu_editorial import markup
from chorsu_locales.table import LANGUAGES
from tests.articles.hostile_clipboards import Shape
from tests.articles.hostile_clipboards import shapes as hostile_shapes
from tests.counted_lines import count_lines

# As Word for Windows writes it: conditional comments, o:p, a list of styled paragraphs, a bold line for a heading.
WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta charset="utf-8"><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri",sans-serif;} --></style></head>
<body lang=RU style='tab-interval:35.4pt'>
<!--StartFragment-->
<h1 style='mso-outline-level:1'><span lang=TG>Боғи нав дар канори дарё<o:p></o:p></span></h1>
<p class=MsoNormal><span lang=TG>Дар шаҳр <b>боғи нав</b> кушода шуд, ки дар он\xa0аз сад навъ дарахт
мерӯяд.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal><b><span lang=TG>Чӣ дар нақша аст<o:p></o:p></span></b></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>\u00b7<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>роҳравҳо;<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>\u00b7<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span></span><![endif]>майдончаи бозӣ.<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>1.<span>&nbsp; </span></span>якум;</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>2.<span>&nbsp; </span></span>дуюм.</p>
<p class=MsoNormal>«Мо онро барои кӯдакон сохтем».</p>
<p class=MsoNormal><i>Кӯдакон дар боғ. Акс: Чорсу</i></p>
<!--EndFragment-->
</body></html>
"""

# As Google Docs writes it: a bold wrapper that isn't bold, styled spans, real lists.
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-0b1c"><h2 dir="ltr"
style="line-height:1.38;"><span style="font-size:16pt;font-weight:400;">A market under one roof</span></h2><p dir="ltr"
style="line-height:1.38;"><span style="font-weight:400;font-style:normal;">The hall opened </span><span
style="font-weight:700;">in spring</span><span style="font-weight:400;"> and has </span><a
href="https://example.org/plan?a=1&amp;b=2" style="text-decoration:none;"><span
style="color:#1155cc;">a plan</span></a><span
style="font-style:italic;"> online</span><span
style="font-size:0.6em;vertical-align:super;">1</span>.</p><br><ul
style="margin-top:0;"><li dir="ltr"><p dir="ltr" role="presentation"><span>fruit</span></p></li><li dir="ltr"><p
dir="ltr" role="presentation"><span>bread</span></p></li></ul><p
dir="ltr"><span>“We sell by weight,” said a trader.</span></p><p
dir="ltr"><span style="font-style:italic;">Traders at noon (Photo: Chorsu)</span></p></b><br
class="Apple-interchange-newline">"""


def kinds(blocks: list[dict[str, Any]]) -> list[str]:
    return [block["type"] for block in blocks]


def test_word() -> None:
    blocks = blocks_from_html(WORD)
    assert kinds(blocks) == ["paragraph", "quotation", "picture"]
    assert blocks[0]["value"] == (
        "<h2>Боғи нав дар канори дарё</h2>"
        "<p>Дар шаҳр <b>боғи нав</b> кушода шуд, ки дар он аз сад навъ дарахт мерӯяд.</p>"
        "<h2>Чӣ дар нақша аст</h2>"
        "<ul><li>роҳравҳо;</li><li>майдончаи бозӣ.</li></ul>"
        "<ol><li>якум;</li><li>дуюм.</li></ol>"
    )
    assert blocks[1]["value"]["text"] == "<p>Мо онро барои кӯдакон сохтем.</p>"
    assert blocks[2]["value"]["caption"] == "Кӯдакон дар боғ."
    assert blocks[2]["value"]["credit"] == "Чорсу"


def test_google_docs() -> None:
    blocks = blocks_from_html(GOOGLE)
    assert kinds(blocks) == ["paragraph", "picture"]
    assert blocks[0]["value"] == (
        "<h2>A market under one roof</h2>"
        '<p>The hall opened <b>in spring</b> and has <a href="https://example.org/plan?a=1&amp;b=2">a plan</a>'
        "<i> online</i><sup>1</sup>.</p>"
        "<ul><li>fruit</li><li>bread</li></ul>"
        "<p>“We sell by weight,” said a trader.</p>"
    )
    assert (blocks[1]["value"]["caption"], blocks[1]["value"]["credit"]) == ("Traders at noon.", "Chorsu")


@pytest.mark.parametrize(
    ("line", "caption", "credit", "kind"),
    [
        ("A bridge at dawn. Photo: Press office", "A bridge at dawn.", "Press office", "photo"),
        ("Мост на рассвете. Фото: «Чорсу»", "Мост на рассвете.", "«Чорсу»", "photo"),
        ("Мост на рассвете (фото: пресс-служба)", "Мост на рассвете.", "пресс-служба", "photo"),
        ("Пул дар субҳ. Акс: хадамоти матбуот.", "Пул дар субҳ.", "хадамоти матбуот", "photo"),
        ("Photo: Press office", "", "Press office", "photo"),
        ("*Who built it? Photo: Press office*", "Who built it?", "Press office", "photo"),
        ("پل در سپیده‌دم. عکس: دفتر مطبوعات", "پل در سپیده‌دم.", "دفتر مطبوعات", "photo"),
        ("Мост на рассвете Фото: пресс-служба", "Мост на рассвете.", "пресс-служба", "photo"),
        ("A bridge. Photo by A. Writer", "A bridge.", "A. Writer", "photo"),
        ("Photo by Anna Lee for Reuters", "", "Anna Lee for Reuters", "photo"),
        ("A bridge. Photo courtesy of the Ministry", "A bridge.", "the Ministry", "handout"),
        ("Illustration by Mary Ann", "", "Mary Ann", "drawing"),
        ("Map: Chorsu", "", "Chorsu", "map"),
        ("Routes of 2026. Map: press office", "Routes of 2026.", "press office", "map"),
        ("© Reuters", "", "Reuters", ""),
        ("Photo: © Reuters", "", "Reuters", "photo"),
        ("Мост на рассвете © РИА Новости", "Мост на рассвете.", "РИА Новости", ""),
        ("Фото: пресс-служба", "", "пресс-служба", "photo"),
        ("Фото/РИА Новости", "", "РИА Новости", "photo"),
        ("Улица. Архивное фото: ЦГА", "Улица.", "ЦГА", "archive"),
        ("Рисунок: Малика Саидова", "", "Малика Саидова", "drawing"),
        ("Предоставлено: пресс-служба", "", "пресс-служба", "handout"),
        ("Скриншот: «Ютуб»", "", "«Ютуб»", "screenshot"),
        ("Пул. Акс аз Сомон Раҳимӣ", "Пул.", "Сомон Раҳимӣ", "photo"),
        ("Расм: Малика", "", "Малика", "drawing"),
        ("Харита: «Чорсу»", "", "«Чорсу»", "map"),
        ("Жол. Сурет: ҚазАқпарат", "Жол.", "ҚазАқпарат", "photo"),
        ("Сүрөт: Кабар", "", "Кабар", "photo"),
        ("Yo‘l. Rasm: UzA", "Yo‘l.", "UzA", "photo"),
        ("Foto: Kun.uz", "", "Kun.uz", "photo"),
        ("Xarita: Chorsu", "", "Chorsu", "map"),
        ("عکس: ایرنا", "", "ایرنا", "photo"),
        ("پل. عکس از مریم احمدی", "پل.", "مریم احمدی", "photo"),
        ("نمودار: چارسو", "", "چارسو", "chart"),
    ],
)
def test_words_before_a_credit(line: str, caption: str, credit: str, kind: str) -> None:
    found = credited_caption(line)
    assert found is not None
    assert (found.caption, found.credit, found.kind) == (caption, credit, kind)
    assert read_credit(found.written) == (credit, kind if kind != "photo" else "")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", PictureKind.values)
def test_what_readers_see_is_read_back(code: str, kind: str) -> None:
    with override(code):
        assert read_credit(credit_line(kind) % {"credit": "пресс-служба"}) == ("пресс-служба", kind)


@pytest.mark.parametrize("credit", ["A. Writer", "Карта мира и другие", "", "A. Writer. Photo archive"])
def test_a_plain_credit_stays(credit: str) -> None:
    assert read_credit(credit) == (credit, "")


@pytest.mark.parametrize(
    "line",
    [
        "Photo by Writer won the prize at the festival.",
        "A photo by Anna Lee won the prize.",
        "Карта: где пройдёт новый канал",
        "Chart: how prices rose in spring",
        "Drawing: a river winds between green fields",
        "© 2026 Chorsu. All rights reserved.",
        "Conditions: (a) one; (b) two; (c) Three",
        "Акс аз намоишгоҳи нав дар маркази шаҳр",
        "На фото: директор школы и ученики открывают музей.",
        "На Фото: директор школы и ученики открывают музей.",
        "She held up a photo: it showed a bridge.",
        f"Photo: {'a' * 201}",
        "The photo shows a bridge.",
        "Photo",
        "Telephoto: a lens",
        "Photo:",
        "",
    ],
)
def test_no_line_under_a_picture(line: str) -> None:
    assert credited_caption(line) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("«Вода пришла раньше»", "quotation"),
        ("“Water came early.”", "quotation"),
        ("«Да», — сказал он, — «нет»", "paragraph"),
        ("“Yes,” he said.", "paragraph"),
        ('"Plain marks all around"', "quotation"),
        ('"One" and "two"', "paragraph"),
    ],
)
def test_quotations(text: str, kind: str) -> None:
    assert kinds(blocks_from_text(text)) == [kind]


def test_plain_text_is_split_by_empty_lines_or_else_by_lines() -> None:
    assert [block["value"] for block in blocks_from_text("a\nb\r\n\r\nc < d")] == ["<p>a b</p><p>c &lt; d</p>"]
    assert [block["value"] for block in blocks_from_text("a\nb")] == ["<p>a</p><p>b</p>"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hi<script>alert(1)</script></p>",
        '<p onclick="x()">Hi</p>',
        '<p>Hi<img src=x onerror="x()"></p>',
        '<p><a href="javascript:x()">Hi</a></p>',
        "<p>Hi<!-- <b>hidden</b> --></p>",
        '<p>Hi<span style="display:none">hidden</span></p>',
    ],
)
def test_nothing_harmful_and_nothing_hidden_comes_along(html: str) -> None:
    assert blocks_from_html(html) == [{"type": "paragraph", "value": "<p>Hi</p>"}]


def test_decomposed_letters_are_composed() -> None:
    (block,) = blocks_from_html("<p>и\u0304</p>")
    assert block["value"] == "<p>ӣ</p>"


def test_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        blocks_from_html("x" * (LONGEST + 1))


def test_empty() -> None:
    assert blocks_from_html("") == blocks_from_html("<p>&nbsp;</p>") == blocks_from_text(" \n ") == []


@pytest.mark.django_db
def test_the_blocks_are_a_body() -> None:
    blocks = [{"type": block["type"], "value": block["value"]} for block in blocks_from_html(WORD)]
    page = AnalysisPage(title="x", body=blocks)
    assert [block.block_type for block in page.body] == kinds(blocks_from_html(WORD))


plain_words = st.text(st.sampled_from("абвӣӯҳқғҷ abc.,;:()«»“”\"'<>&1٢سلام\u200c\n"), max_size=80)
plain_tags = st.sampled_from(
    ["p", "div", "b", "i", "span", "h1", "h4", "li", "ul", "blockquote", "td", "tr", "a", "br", "o:p"]
)
documents = st.lists(st.tuples(plain_tags, plain_words), max_size=12)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = ""

    def handle_data(self, data: str) -> None:
        self.found += data


def letters(text: str) -> list[str]:
    """Return the letters and digits alone: marks may be added or dropped, words never."""
    return [character for character in text if character.isalnum()]


def text_of(block: dict[str, Any]) -> str:
    value = block["value"]
    parts = [value] if isinstance(value, str) else [value.get("text", ""), value.get("caption", "")]
    return "".join(BeautifulSoup(part, "html.parser").get_text() for part in parts) + block.get("credit", "")


@given(documents)
def test_no_word_is_lost(parts: list[tuple[str, str]]) -> None:
    html = "".join(f"<{tag}>{re.sub('[<>&]', '', text)}</{tag}>" for tag, text in parts)
    reader = _Text()
    reader.feed(html)
    found = "".join(text_of(block) for block in blocks_from_html(html))
    assert letters(found) == letters(reader.found)


@given(st.text(max_size=200))
def test_no_input_breaks_it(text: str) -> None:
    blocks_from_html(text)
    blocks_from_text(text)
    credited_caption(text)


NOTE = "mso-footnote-id:ftn1"
ITEM = "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:\nIgnore'>"


def shapes(html: str) -> list[tuple[str, Any]]:
    """Return the type of each block, and the part of its value that is text."""
    parts = {"quotation": "text", "picture": "caption"}
    return [
        (b["type"], b["value"][parts[b["type"]]] if b["type"] in parts else b["value"]) for b in blocks_from_html(html)
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            "<p>A <del cite='mailto:x'>wrong</del><ins cite='mailto:x'>right</ins> word.</p>",
            [("paragraph", "<p>A right word.</p>")],
            id="changes that Word tracks",
        ),
        pytest.param(
            "<p class=MsoNormal>Words <a style='mso-comment-reference:A_1'>remarked</a><span class=MsoCommentReference>"
            "<a class=msocomanchor href='#_msocom_1'>[A1]</a></span></p><div style='mso-element:comment-list'>"
            "<div class=msocomtxt><p class=MsoCommentText>Is that so?</p></div></div>",
            [("paragraph", "<p>Words remarked</p>")],
            id="remarks in Word",
        ),
        pytest.param(
            f"<p><b>{'B' * 120}</b></p><p><b>{'B' * 121}</b></p>",
            [("paragraph", f"<h2>{'B' * 120}</h2><p><b>{'B' * 121}</b></p>")],
            id="what is bold and too long for a heading",
        ),
        pytest.param(
            "<p>Words<sup><a href='#cmnt1'>[a]</a></sup>.</p>", [("paragraph", "<p>Words.</p>")], id="remarks in Docs"
        ),
        pytest.param(
            f"<p class=MsoNormal>A claim<a style='{NOTE}' href='#_ftn1'><span>[1]</span></a>.</p>"
            f"<div style='mso-element:footnote'><p><a style='{NOTE}'>[1]</a> Its source.</p></div>",
            [("paragraph", "<p>A claim[1].</p><p>[1] Its source.</p>")],
            id="notes in Word",
        ),
        pytest.param(
            "<p>A claim<sup><a class='sdfootnoteanc' href='#sdfootnote1sym'><sup>1</sup></a></sup>.</p>"
            "<div id='sdfootnote1'><p><a class='sdfootnotesym'>1</a> Its source.</p></div>",
            [("paragraph", "<p>A claim[1].</p><p>[1] Its source.</p>")],
            id="notes in LibreOffice",
        ),
        pytest.param(
            f"{ITEM}ü<span>&nbsp;</span></span>first</p>{ITEM}v</span>second</p>",
            [("paragraph", "<ul><li>first</li><li>second</li></ul>")],
            id="bullets of Word that are letters of Wingdings",
        ),
        pytest.param(
            f"{ITEM}Article 5.</span>Ours</p>",
            [("paragraph", "<ul><li>Article 5. Ours</li></ul>")],
            id="a mark of words is text",
        ),
        pytest.param(
            "<p class=MsoListParagraph>Set in, and no list.</p>",
            [("paragraph", "<p>Set in, and no list.</p>")],
            id="Word's style of lists without a list",
        ),
        pytest.param("<p class=MsoHeading2>Roads</p>", [("paragraph", "<h2>Roads</h2>")], id="a heading by its class"),
        pytest.param(
            "<p><st1:place w:st='on'><st1:City w:st='on'>Osh</st1:City></st1:place> is a city.</p>",
            [("paragraph", "<p>Osh is a city.</p>")],
            id="smart tags",
        ),
        pytest.param(
            "<blockquote><p>One.</p><p>Two.</p></blockquote>",
            [("quotation", "<p>One.</p><p>Two.</p>")],
            id="a quotation of two paragraphs",
        ),
        pytest.param(
            "<blockquote style='margin:0 0 0 40px'><ul><li>a</li></ul></blockquote>",
            [("paragraph", "<ul><li>a</li></ul>")],
            id="indented, not quoted",
        ),
        pytest.param(
            "<span style='white-space: pre-wrap'>One\nTwo\n\nThree</span>",
            [("paragraph", "<p>One<br/>Two</p><p>Three</p>")],
            id="lines of a messenger",
        ),
        pytest.param(
            "One<br>\n<br>Two <img class='emoji' alt='👍'><img src='file:///C:/x.png' alt='A road'>",
            [("paragraph", "<p>One</p><p>Two 👍</p>")],
            id="breaks on lines of their own, an emoji as a picture",
        ),
        pytest.param(
            "<div>Text</div><button>Share</button><details><summary>More</summary>Hidden</details><aside>Box</aside>",
            [("paragraph", "<p>Text</p><p>Share</p><p>More</p><p>Hidden</p><p>Box</p>")],
            id="parts of a web page",
        ),
        pytest.param(
            "<p>Seen<span hidden>a</span><span style='visibility: hidden'>b</span></p><iframe>c</iframe><svg>d</svg>",
            [("paragraph", "<p>Seen</p>")],
            id="what isn't shown",
        ),
        pytest.param(
            "<p dir=RTL><span lang=FA>سلام\u200cدنیا</span></p><p dir=RTL>«نقل قول»</p>",
            [("paragraph", "<p>سلام\u200cدنیا</p>"), ("quotation", "<p>نقل قول</p>")],
            id="right to left",
        ),
        pytest.param(
            "<table><tr><td><p>A</p><p>B</p></td></tr></table>",
            [("paragraph", "<p>A</p><p>B</p>")],
            id="a frame",
        ),
        pytest.param(
            "<ol><li><p>one</p><p>two</p></li><li>three<p>four</p>five</li></ol>",
            [("paragraph", "<ol><li>one two</li><li>three four five</li></ol>")],
            id="paragraphs in an item",
        ),
        pytest.param(
            "<ul><li>a<ul><li>b</ul>c</ul><ol><li>d</li></ol>",
            [("paragraph", "<ul><li>a</li><li>b</li></ul><p>c</p><ol><li>d</li></ol>")],
            id="items in items, and text behind them",
        ),
        pytest.param(
            "<ol><li>a<ol type=a><li>b</li><li>c<ul><li>d</li></ul></li></ol></li><li>e</li></ol>",
            [("paragraph", "<p>1. a</p><p>a. b</p><p>b. c</p><ul><li>d</li></ul><p>2. e</p>")],
            id="numbers of lists in a list",
        ),
        pytest.param(
            "<ol start=3><li>a</li><li value=9>b</li></ol><p>x</p><ol reversed><li>c</li><li>d</li></ol>"
            "<p>x</p><ol><li style='list-style-type: upper-roman'>e</li></ol>",
            [("paragraph", "<p>3. a</p><p>9. b</p><p>x</p><p>2. c</p><p>1. d</p><p>x</p><p>I. e</p>")],
            id="numbers that don't begin with one",
        ),
        pytest.param(
            f"{ITEM}4.</span>first</p>{ITEM}5.</span>second</p>",
            [("paragraph", "<p>4. first</p><p>5. second</p>")],
            id="a list of Word that goes on",
        ),
        pytest.param(
            "<p>He said <q>she said <q>no</q> and <q>«yes»</q></q> again.</p>",
            [("paragraph", "<p>He said “she said ‘no’ and «yes»” again.</p>")],
            id="quotation marks that browsers write",
        ),
        pytest.param("<table><tr><td>A</td><td>B</td></tr></table>", [("paragraph", "<p>A B</p>")], id="one row"),
        pytest.param(
            "<table><tr><td><h2>Left</h2></td><td>Right</td></tr><tr><td>x</td><td>y</td></tr></table>",
            [("paragraph", "<h2>Left</h2><p>Right</p><p>x y</p>")],
            id="a page laid out as a table",
        ),
        pytest.param("https://example.org/page", [("paragraph", "<p>https://example.org/page</p>")], id="an address"),
        pytest.param("report.html", [("paragraph", "<p>report.html</p>")], id="a file name"),
    ],
)
def test_shapes(html: str, expected: list[tuple[str, Any]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert shapes(html) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("html", "headings", "rows"),
    [
        pytest.param(
            "<table><tr><td><p><b>City</b></p></td><td><p><b>People</b></p></td></tr><tr><td><p>Osh</p></td>"
            "<td><p>320&nbsp;000</p></td></tr></table>",
            ["City", "People"],
            [["Osh", "320 000"]],
            id="Word, a bold head",
        ),
        pytest.param(
            "<html><body><table><!--StartFragment--><tr><td>City</td><td>Year</td></tr><tr><td>Osh</td><td>2024</td></tr>"
            "<tr><td>Khujand</td><td>2025</td></tr><!--EndFragment--></table></body></html>",
            ["City", "Year"],
            [["Osh", "2024"], ["Khujand", "2025"]],
            id="Excel, no head said",
        ),
        pytest.param(
            "<table><tr><td>1</td><td>2</td><td></td></tr><tr><td colspan=2>3</td></tr><tr></tr></table>",
            ["", ""],
            [["1", "2"], ["3", "3"]],
            id="no head, ragged, an empty column",
        ),
        pytest.param(
            "<table><tr><th>City</th><th>Year</th><th>Price</th></tr>"
            "<tr><td rowspan=2>Dushanbe</td><td>2018</td><td>4</td></tr><tr><td>2019</td><td>5</td></tr></table>",
            ["City", "Year", "Price"],
            [["Dushanbe", "2018", "4"], ["Dushanbe", "2019", "5"]],
            id="a cell of two rows",
        ),
        pytest.param(
            "<table><tr><td rowspan=2>City</td><td colspan=2>Price</td></tr><tr><td>2018</td><td>2019</td></tr>"
            "<tr><td>Osh</td><td>4</td><td>5</td></tr></table>",
            ["City", "Price: 2018", "Price: 2019"],
            [["Osh", "4", "5"]],
            id="a head of two lines",
        ),
        pytest.param(
            "<table><tr><td>Osh</td><td>4</td></tr><tfoot><tr><td>All</td><td>9</td></tr></tfoot>"
            "<thead><tr><td colspan=2>Prices</td></tr><tr><td>City</td><td>Price</td></tr></thead>"
            "<tr><td>Khujand</td><td>5</td></tr></table>",
            ["City", "Price"],
            [["Osh", "4"], ["Khujand", "5"], ["All", "9"]],
            id="a line of one cell above the head, which stands behind it",
        ),
        pytest.param(
            "<table><tr><td>1</td><td rowspan=0>2</td></tr><tr><td colspan=9999>3</td></tr><tr><td>4</td></tr></table>",
            ["", ""],
            [["1", "2"], ["3", "2 3"], ["4", "2"]],
            id="cells that overlap, to the end of the table, wider than the table",
        ),
        pytest.param(
            "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>x</td><td><a href='https://e.org'>y</a></td>"
            "</tr></tbody></table>",
            ["A", "B"],
            [["x", '<p><a href="https://e.org">y</a></p>']],
            id="a link",
        ),
    ],
)
def test_tables(html: str, headings: list[str], rows: list[list[str]]) -> None:
    (block,) = blocks_from_html(html)
    assert block["type"] == "table"
    assert [column["heading"] for column in block["value"]["columns"]] == headings
    assert [row["values"] for row in block["value"]["rows"]] == rows
    page = AnalysisPage(title="x", body=[block])
    assert [str(cell.value) for row in page.body[0].value.rows for cell in row] == [
        cell for row in rows for cell in row
    ]


@pytest.mark.parametrize(
    ("cell", "is_merged"),
    [("<td rowspan=2>a</td>", True), ("<td rowspan=2></td>", False), ("<td colspan=9>a</td>", False)],
)
def test_a_table_says_that_it_repeats_the_text_of_a_merged_cell(cell: str, is_merged: bool) -> None:
    html = f"<table><tr><td>1</td>{cell}</tr><tr><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    assert [block["merged"] for block in blocks_from_html(html)] == [is_merged]


def test_quotation_marks_are_those_of_the_language() -> None:
    (block,) = blocks_from_html("<p>Он сказал: <q>это <q>прогноз</q></q>, и ушёл.</p>", "ru")
    assert block["value"] == "<p>Он сказал: «это „прогноз“», и ушёл.</p>"


NAMES = [*sorted(BLOCK_TAGS), "b", "i", "sup", "span", "a", "br", "o:p", "font", "mark"]
STYLES = ["", "font-weight:700", "mso-outline-level:2", "white-space:pre-wrap", "margin:0"]
words = st.text(st.sampled_from("абвӣӯҳ abc.,:()«»“”\"'1٢سلام\u200c\n\xa0"), max_size=20)
trees = st.recursive(
    words,
    lambda children: st.tuples(st.sampled_from(NAMES), st.sampled_from(STYLES), st.lists(children, max_size=5)),
    max_leaves=20,
)


def written(tree: Any) -> str:
    if isinstance(tree, str):
        return tree
    name, style, children = tree
    inner = "".join(map(written, children))
    return "<br>" + inner if name == "br" else f'<{name} style="{style}">{inner}</{name}>'


def all_texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        keys = {"text", "caption", "headings", "columns", "heading", "rows", "values"}
        return [text for key, inner in value.items() if key in keys for text in all_texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in all_texts(inner)]
    return [BeautifulSoup(f"<p>{value}</p>", "html.parser").get_text()]


@given(st.lists(trees, max_size=6))
def test_letters_in_are_letters_out(parts: list[Any]) -> None:
    html = "".join(map(written, parts))
    shown = BeautifulSoup(f"<body>{html}</body>", "html.parser").get_text()
    found = "".join("".join(all_texts(block["value"])) + block.get("credit", "") for block in blocks_from_html(html))
    assert sorted(letters(found)) == sorted(letters(shown))


def read(html: str) -> None:
    markup.canonical_html(html)
    markup.paragraphs(html)
    with suppress(TooMuchMarkupError):
        blocks_from_html(html)


@pytest.mark.parametrize(
    "shape",
    [pytest.param(shape, marks=() if n < 100 else pytest.mark.slow) for n, shape in enumerate(hostile_shapes(200))],
    ids=str,
)
def test_twice_as_much_takes_at_most_twice_the_time(shape: Shape) -> None:
    # Short of the lengths at which a line is no line under a picture any more.
    once, twice = (count_lines(partial(read, shape.grown(size))) for size in (300, 600))
    assert twice <= 2.2 * once


def test_the_letters_of_a_paragraph_without_a_mark_are_not_looked_at():
    text = "слово " * 2000
    assert count_lines(partial(blocks_from_html, f"<p>{text}</p>")) < len(text) / 4


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>" * 2000,
        "<pre>a\n" * 800,
        "<span>a</span>" * 100_000,
        f"<table>{'<tr><td>a</td></tr>' * 30_000}</table>",
        f"<table><tr>{'<td>a</td>' * 50_000}</tr></table>",
        "<p>" * (LONGEST // 3),
        "<p>x</p>" * 5001,
        f"<pre>{'a' + chr(10) * 40_001}</pre>",
    ],
    ids=lambda html: html[:20],
)
def test_what_no_text_has_is_refused(html: str) -> None:
    with pytest.raises(TooMuchMarkupError):
        blocks_from_html(html)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a <!-- b --> c", "a c"),
        ("a<!--b", "a"),
        ("a<b c='d", "a"),
        ("a<![if x]>b<![endif]>", "ab"),
        ("a <3 b < c", "a &lt;3 b &lt; c"),
        ("<script>if (a<b) c</script>d", "d"),
        ("a<o:p/>b</x>c</ y>d", "abcd"),
        ("<A HREF=https://e.org/>a</a>", '<a href="https://e.org/">a</a>'),
        ('<a title=">" href="https://e.org?a=1&amp;b=2" href="x">a</a>', '<a href="https://e.org?a=1&amp;b=2">a</a>'),
        ("<i>a<b>b</i>c</b>d", "<i>a<b>b</b></i>cd"),
    ],
)
def test_tags_as_browsers_read_them(html: str, expected: str) -> None:
    assert shapes(html) == [("paragraph", f"<p>{expected}</p>")]


def test_line_breaks_around_a_text_are_left_out() -> None:
    assert shapes("<p>" + "<br> " * 5000 + "a<br>b" + " <br>" * 5000 + "</p>") == [("paragraph", "<p>a<br/>b</p>")]
