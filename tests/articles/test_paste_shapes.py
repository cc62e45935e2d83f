"""Shapes of HTML that real programs put on the clipboard, and texts nested at will: no word is lost."""

from __future__ import annotations

import warnings
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from chorsu_articles.models import AnalysisPage
from chorsu_articles.paste import BLOCK_TAGS, LONGEST, TooMuchMarkupError, blocks_from_html, credited_caption
from chorsu_editorial import markup
from tests.articles.hostile_clipboards import Shape
from tests.articles.hostile_clipboards import shapes as hostile_shapes
from tests.counted_lines import count_lines

NOTE = "mso-footnote-id:ftn1"
ITEM = "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:\nIgnore'>"


def shapes(html: str) -> list[tuple[str, Any]]:
    """Return the type of each block, and the part of its value that is text."""
    parts = {"heading": "text", "quotation": "text", "picture": "caption"}
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
            [("heading", "B" * 120), ("paragraph", f"<p><b>{'B' * 121}</b></p>")],
            id="what is bold and too long for a heading",
        ),
        pytest.param(
            "<p>Words<sup><a href='#cmnt1'>[a]</a></sup>.</p>", [("paragraph", "<p>Words.</p>")], id="remarks in Docs"
        ),
        pytest.param(
            f"<p class=MsoNormal>A claim<a style='{NOTE}' href='#_ftn1'><span>[1]</span></a>.</p>"
            f"<div style='mso-element:footnote'><p><a style='{NOTE}'>[1]</a> Its source.</p></div>",
            [("paragraph", "<p>A claim[1].</p>"), ("paragraph", "<p>[1] Its source.</p>")],
            id="notes in Word",
        ),
        pytest.param(
            "<p>A claim<sup><a class='sdfootnoteanc' href='#sdfootnote1sym'><sup>1</sup></a></sup>.</p>"
            "<div id='sdfootnote1'><p><a class='sdfootnotesym'>1</a> Its source.</p></div>",
            [("paragraph", "<p>A claim[1].</p>"), ("paragraph", "<p>[1] Its source.</p>")],
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
        pytest.param("<p class=MsoHeading2>Roads</p>", [("heading", "Roads")], id="a heading by its class"),
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
            [("paragraph", "<p>One<br/>Two</p>"), ("paragraph", "<p>Three</p>")],
            id="lines of a messenger",
        ),
        pytest.param(
            "One<br>\n<br>Two <img class='emoji' alt='👍'><img src='file:///C:/x.png' alt='A road'>",
            [("paragraph", "<p>One</p>"), ("paragraph", "<p>Two 👍</p>")],
            id="breaks on lines of their own, an emoji as a picture",
        ),
        pytest.param(
            "<div>Text</div><button>Share</button><details><summary>More</summary>Hidden</details><aside>Box</aside>",
            [("paragraph", f"<p>{text}</p>") for text in ("Text", "Share", "More", "Hidden", "Box")],
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
            [("paragraph", "<p>A</p>"), ("paragraph", "<p>B</p>")],
            id="a frame",
        ),
        pytest.param("<table><tr><td>A</td><td>B</td></tr></table>", [("paragraph", "<p>A B</p>")], id="one row"),
        pytest.param(
            "<table><tr><td><h2>Left</h2></td><td>Right</td></tr><tr><td>x</td><td>y</td></tr></table>",
            [("heading", "Left"), ("paragraph", "<p>Right</p>"), ("paragraph", "<p>x y</p>")],
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
            [["1", "2"], ["3", ""]],
            id="no head, ragged, an empty column",
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
    "line",
    [
        "На фото: директор школы и ученики открывают музей.",
        "На Фото: директор школы и ученики открывают музей.",
        "She held up a photo: it showed a bridge.",
        f"Photo: {'a' * 201}",
    ],
)
def test_a_sentence_about_a_photo_is_no_line_under_a_picture(line: str) -> None:
    assert credited_caption(line) is None


def test_a_line_under_a_picture_without_a_mark_before_the_word() -> None:
    found = credited_caption("Мост на рассвете Фото: пресс-служба")
    assert found is not None
    assert (found.caption, found.credit) == ("Мост на рассвете.", "пресс-служба")


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


def letters(text: str) -> list[str]:
    return sorted(character for character in text if character.isalnum())


@given(st.lists(trees, max_size=6))
def test_letters_in_are_letters_out(parts: list[Any]) -> None:
    html = "".join(map(written, parts))
    shown = BeautifulSoup(f"<body>{html}</body>", "html.parser").get_text()
    found = "".join("".join(all_texts(block["value"])) + block.get("credit", "") for block in blocks_from_html(html))
    assert letters(found) == letters(shown)


def read(html: str) -> None:
    markup.canonical_html(html)
    markup.paragraphs(html)
    with suppress(TooMuchMarkupError):
        blocks_from_html(html)


@pytest.mark.parametrize("shape", hostile_shapes(200), ids=str)
def test_twice_as_much_takes_at_most_twice_the_time(shape: Shape) -> None:
    # Short of the lengths at which a line is no line under a picture any more.
    once, twice = (count_lines(partial(read, shape.grown(size))) for size in (300, 600))
    assert twice <= 2.2 * once


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
