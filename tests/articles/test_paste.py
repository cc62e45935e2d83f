"""Pasting: what Word and Google Docs put on the clipboard becomes typed blocks."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from chorsu_articles.credit_lines import credit_line, credited_caption, read_credit
from chorsu_articles.models import AnalysisPage, PictureKind
from chorsu_articles.paste import LONGEST, blocks_from_html, blocks_from_text
from chorsu_locales.table import LANGUAGES

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
    assert kinds(blocks) == ["heading", "paragraph", "heading", "paragraph", "paragraph", "quotation", "picture"]
    assert blocks[0]["value"] == {"text": "Боғи нав дар канори дарё", "level": "h2"}
    assert blocks[1]["value"] == "<p>Дар шаҳр <b>боғи нав</b> кушода шуд, ки дар он аз сад навъ дарахт мерӯяд.</p>"
    assert blocks[2]["value"] == {"text": "Чӣ дар нақша аст", "level": "h2"}
    assert blocks[3]["value"] == "<ul><li>роҳравҳо;</li><li>майдончаи бозӣ.</li></ul>"
    assert blocks[4]["value"] == "<ol><li>якум;</li><li>дуюм.</li></ol>"
    assert blocks[5]["value"]["text"] == "<p>Мо онро барои кӯдакон сохтем.</p>"
    assert blocks[6]["value"]["caption"] == "Кӯдакон дар боғ."
    assert blocks[6]["value"]["credit"] == "Чорсу"


def test_google_docs() -> None:
    blocks = blocks_from_html(GOOGLE)
    assert kinds(blocks) == ["heading", "paragraph", "paragraph", "paragraph", "picture"]
    assert blocks[0]["value"] == {"text": "A market under one roof", "level": "h2"}
    assert blocks[1]["value"] == (
        '<p>The hall opened <b>in spring</b> and has <a href="https://example.org/plan?a=1&amp;b=2">a plan</a>'
        "<i> online</i><sup>1</sup>.</p>"
    )
    assert blocks[2]["value"] == "<ul><li>fruit</li><li>bread</li></ul>"
    assert blocks[3]["value"] == "<p>“We sell by weight,” said a trader.</p>"
    assert (blocks[4]["value"]["caption"], blocks[4]["value"]["credit"]) == ("Traders at noon.", "Chorsu")


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("A bridge at dawn. Photo: Press office", "A bridge at dawn.", "Press office"),
        ("Мост на рассвете. Фото: «Чорсу»", "Мост на рассвете.", "«Чорсу»"),
        ("Мост на рассвете (фото: пресс-служба)", "Мост на рассвете.", "пресс-служба"),
        ("Пул дар субҳ. Акс: хадамоти матбуот.", "Пул дар субҳ.", "хадамоти матбуот"),
        ("Photo: Press office", "", "Press office"),
        ("*Who built it? Photo: Press office*", "Who built it?", "Press office"),
        ("پل در سپیده‌دم. عکس: دفتر مطبوعات", "پل در سپیده‌دم.", "دفتر مطبوعات"),
    ],
)
def test_a_line_under_a_picture(line: str, caption: str, credit: str) -> None:
    found = credited_caption(line)
    assert found is not None
    assert (found.caption, found.credit) == (caption, credit)


@pytest.mark.parametrize(
    ("line", "caption", "credit", "kind"),
    [
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
    ],
)
def test_what_begins_like_a_credit(line: str) -> None:
    assert credited_caption(line) is None


@pytest.mark.parametrize("line", ["The photo shows a bridge.", "Photo", "Telephoto: a lens", "Photo:", ""])
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
    assert [block["value"] for block in blocks_from_text("a\nb\r\n\r\nc < d")] == ["<p>a b</p>", "<p>c &lt; d</p>"]
    assert [block["value"] for block in blocks_from_text("a\nb")] == ["<p>a</p>", "<p>b</p>"]


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


words = st.text(st.sampled_from("абвӣӯҳқғҷ abc.,;:()«»“”\"'<>&1٢سلام\u200c\n"), max_size=80)
tags = st.sampled_from(
    ["p", "div", "b", "i", "span", "h1", "h4", "li", "ul", "blockquote", "td", "tr", "a", "br", "o:p"]
)
documents = st.lists(st.tuples(tags, words), max_size=12)


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
