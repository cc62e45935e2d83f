"""Pasting: what Word, Google Docs and others put on the clipboard becomes typed blocks, and no word is lost."""

from __future__ import annotations

import re
import tomllib
import warnings
from contextlib import suppress
from functools import partial
from pathlib import Path
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
from tests.articles.hostile_clipboards import shapes as hostile_shapes
from tests.counted_lines import count_lines

EXAMPLES = tomllib.loads(Path(__file__).with_name("paste.toml").read_text(encoding="utf-8"))

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


def test_word():
    text, quotation, picture = blocks_from_html(WORD)
    assert text["value"] == (
        "<h2>Боғи нав дар канори дарё</h2>"
        "<p>Дар шаҳр <b>боғи нав</b> кушода шуд, ки дар он аз сад навъ дарахт мерӯяд.</p>"
        "<h2>Чӣ дар нақша аст</h2>"
        "<ul><li>роҳравҳо;</li><li>майдончаи бозӣ.</li></ul>"
        "<ol><li>якум;</li><li>дуюм.</li></ol>"
    )
    assert quotation["value"]["text"] == "<p>Мо онро барои кӯдакон сохтем.</p>"
    assert (picture["value"]["caption"], picture["value"]["credit"]) == ("Кӯдакон дар боғ.", "Чорсу")


def test_google_docs():
    text, picture = blocks_from_html(GOOGLE)
    assert text["value"] == (
        "<h2>A market under one roof</h2>"
        '<p>The hall opened <b>in spring</b> and has <a href="https://example.org/plan?a=1&amp;b=2">a plan</a>'
        "<i> online</i><sup>1</sup>.</p>"
        "<ul><li>fruit</li><li>bread</li></ul>"
        "<p>“We sell by weight,” said a trader.</p>"
    )
    assert (picture["value"]["caption"], picture["value"]["credit"]) == ("Traders at noon.", "Chorsu")


@pytest.mark.parametrize(("line", "caption", "credit", "kind"), EXAMPLES["credits"])
def test_words_before_a_credit(line, caption, credit, kind):
    found = credited_caption(line)
    assert found is not None
    assert (found.caption, found.credit, found.kind) == (caption, credit, kind)
    assert read_credit(found.written) == (credit, kind if kind != "photo" else "")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", PictureKind.values)
def test_what_readers_see_is_read_back(code, kind):
    with override(code):
        assert read_credit(credit_line(kind) % {"credit": "пресс-служба"}) == ("пресс-служба", kind)


@pytest.mark.parametrize("credit", ["A. Writer", "Карта мира и другие", "", "A. Writer. Photo archive"])
def test_a_plain_credit_stays(credit):
    assert read_credit(credit) == (credit, "")


@pytest.mark.parametrize("line", [*EXAMPLES["no_credits"], f"Photo: {'a' * 201}"])
def test_no_line_under_a_picture(line):
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
def test_quotations(text, kind):
    assert [block["type"] for block in blocks_from_text(text)] == [kind]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [("a\nb\r\n\r\nc < d", ["<p>a b</p><p>c &lt; d</p>"]), ("a\nb", ["<p>a</p><p>b</p>"]), (" \n ", [])],
)
def test_plain_text_is_split_by_empty_lines_or_else_by_lines(text, paragraphs):
    assert [block["value"] for block in blocks_from_text(text)] == paragraphs


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
def test_nothing_harmful_and_nothing_hidden_comes_along(html):
    assert blocks_from_html(html) == [{"type": "paragraph", "value": "<p>Hi</p>"}]


def test_decomposed_letters_are_composed():
    (block,) = blocks_from_html("<p>и\u0304</p>")
    assert block["value"] == "<p>ӣ</p>"


def test_too_much_is_refused():
    with pytest.raises(ValueError, match="characters"):
        blocks_from_html("x" * (LONGEST + 1))


def test_empty():
    assert blocks_from_html("") == blocks_from_html("<p>&nbsp;</p>") == []


plain_tags = st.sampled_from(
    ["p", "div", "b", "i", "span", "h1", "h4", "li", "ul", "blockquote", "td", "tr", "a", "br", "o:p"]
)
words = st.text(st.sampled_from("абвӣӯҳқғҷ abc.,:()«»“”\"'1٢سلام\u200c\n\xa0"), max_size=20)
documents = st.lists(st.tuples(plain_tags, words), max_size=12)


def letters(text: str) -> list[str]:
    """Return the letters and digits alone: marks may be added or dropped, words never."""
    return [character for character in text if character.isalnum()]


@pytest.mark.thorough
@given(documents)
def test_no_word_is_lost(parts):
    html = "".join(f"<{tag}>{re.sub('[<>&]', '', text)}</{tag}>" for tag, text in parts)
    assert letters(words_of(html)) == letters(BeautifulSoup(html, "html.parser").get_text())


@pytest.mark.thorough
@given(st.text(max_size=200))
def test_no_input_breaks_it(text):
    blocks_from_html(text)
    blocks_from_text(text)
    credited_caption(text)


def shapes(html: str) -> list[tuple[str, Any]]:
    """Return the type of each block, and the part of its value that is text."""
    parts = {"quotation": "text", "picture": "caption"}
    return [
        (b["type"], b["value"][parts[b["type"]]] if b["type"] in parts else b["value"]) for b in blocks_from_html(html)
    ]


@pytest.mark.parametrize("case", EXAMPLES["shapes"], ids=lambda case: case["name"])
def test_shapes(case):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert shapes(case["html"]) == [tuple(block) for block in case["blocks"]]


def test_what_is_bold_is_a_heading_if_it_is_short():
    assert shapes(f"<p><b>{'B' * 120}</b></p><p><b>{'B' * 121}</b></p>") == [
        ("paragraph", f"<h2>{'B' * 120}</h2><p><b>{'B' * 121}</b></p>")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("case", EXAMPLES["tables"], ids=lambda case: case["name"])
def test_tables(case):
    (block,) = blocks_from_html(case["html"])
    assert [column["heading"] for column in block["value"]["columns"]] == case["headings"]
    assert [row["values"] for row in block["value"]["rows"]] == case["rows"]
    page = AnalysisPage(title="x", body=[block])
    assert [[str(cell.value) for cell in row] for row in page.body[0].value.rows] == case["rows"]


@pytest.mark.parametrize(
    ("cell", "is_merged"),
    [("<td rowspan=2>a</td>", True), ("<td rowspan=2></td>", False), ("<td colspan=9>a</td>", False)],
)
def test_a_table_says_that_it_repeats_the_text_of_a_merged_cell(cell, is_merged):
    html = f"<table><tr><td>1</td>{cell}</tr><tr><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    assert [block["merged"] for block in blocks_from_html(html)] == [is_merged]


def test_quotation_marks_are_those_of_the_language():
    (block,) = blocks_from_html("<p>Он сказал: <q>это <q>прогноз</q></q>, и ушёл.</p>", "ru")
    assert block["value"] == "<p>Он сказал: «это „прогноз“», и ушёл.</p>"


NAMES = [*sorted(BLOCK_TAGS), "b", "i", "sup", "span", "a", "br", "o:p", "font", "mark"]
STYLES = ["", "font-weight:700", "mso-outline-level:2", "white-space:pre-wrap", "margin:0"]
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


def words_of(html: str) -> str:
    """Return all text of the blocks of HTML."""
    blocks = blocks_from_html(html)
    return "".join("".join(all_texts(block["value"])) + block.get("credit", "") for block in blocks)


@given(st.lists(trees, max_size=6))
def test_letters_in_are_letters_out(parts):
    html = "".join(map(written, parts))
    shown = BeautifulSoup(f"<body>{html}</body>", "html.parser").get_text()
    assert sorted(letters(words_of(html))) == sorted(letters(shown))


def read(html: str) -> None:
    markup.canonical_html(html)
    markup.paragraphs(html)
    with suppress(TooMuchMarkupError):
        blocks_from_html(html)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "shape",
    [pytest.param(shape, marks=() if n < 100 else pytest.mark.slow) for n, shape in enumerate(hostile_shapes(200))],
    ids=str,
)
def test_twice_as_much_takes_at_most_twice_the_time(shape):
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
def test_what_no_text_has_is_refused(html):
    with pytest.raises(TooMuchMarkupError):
        blocks_from_html(html)


@pytest.mark.parametrize(("html", "expected"), EXAMPLES["tags"])
def test_tags_as_browsers_read_them(html, expected):
    assert shapes(html) == [("paragraph", f"<p>{expected}</p>")]
