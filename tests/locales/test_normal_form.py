"""The form in which texts are stored, and the characters that they may hold."""

from __future__ import annotations

import json
import re
import sys
import unicodedata

import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage, Topic
from chorsu_locales.normal_form import (
    LOST,
    clean_reason,
    no_formula,
    normal_data,
    normal_text,
    normalise_instance,
    permitted,
)

SHORT_I = "и\u0306"
scraps = st.sampled_from(["a", "и", "\u0306", "\u0338", "<b>", "</b>", "<", ">", " ", "=", '"', "&gt;", "é", "e\u0301"])
assigned = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]))
markup = st.lists(scraps).map("".join) | assigned


def tags(text: str) -> list[str]:
    """Return the tags of a text in order."""
    return re.findall(r"</?[a-z]+(?: [^<>]*)?>", text)


@example("<a e\u0301>")
@example("<a <\u0338>")
@given(markup)
def test_markup_keeps_its_tags_and_its_meaning(text):
    normal = normal_text(text)
    assert normal_text(normal) == normal
    assert unicodedata.normalize("NFD", normal) == unicodedata.normalize("NFD", text)
    assert tags(normal) == tags(text)


def test_an_address_stays():
    address = f"https://example.org/{SHORT_I}"
    assert normal_text(address) == address
    assert normal_text(f"{address} {SHORT_I}") == "https://example.org/й й"
    assert normal_text(f'<a href="{address}">Ра{SHORT_I}он</a>') == f'<a href="{address}">Район</a>'


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("<p>a\u202eb</p>", "<p>ab</p>"),
        ('<a href="java\u202escript:alert(1)">x</a>', '<a href="java\ufffdscript:alert(1)">x</a>'),
        ("java\u202escript://x", "javascript://x"),
        ("https://example.org/\u202ea", "https://example.org/\ufffda"),
        ("/old\u202e", "/old\ufffd"),
        ("<\0script>alert(1)</script>", "<\ufffdscript>alert(1)</script>"),
        ("<scr\0ipt>alert(1)", "<scr\ufffdipt>alert(1)"),
        ("</\0script>", "</\ufffdscript>"),
    ],
)
def test_what_goes_away_makes_no_tag_and_no_address(sent, stored):
    assert normal_text(sent) == stored
    assert normal_text(stored) == stored


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_data)
def test_data_keeps_its_shape(data):
    normal = normal_data(data)
    assert json.dumps(normal_data(normal)) == json.dumps(normal)
    if isinstance(data, dict):
        assert list(normal) == list(data)
    if isinstance(data, list):
        assert len(normal) == len(data)


@pytest.mark.django_db
def test_an_article():
    stream = [{"type": "paragraph", "value": f"<p>Ра{SHORT_I}он <b>\u0338x</b></p>", "id": "p1"}]
    page = AnalysisPage(title=f"Ра{SHORT_I}он", lead="Без изменений", body=json.dumps(stream))
    assert sorted(normalise_instance(page)) == ["body", "title"]
    assert page.title == "Район"
    (block,) = page.body.get_prep_value()
    assert (block["id"], block["value"]) == ("p1", "<p>Район <b>\u0338x</b></p>")
    assert normalise_instance(page) == []


@pytest.mark.django_db
def test_a_vocabulary_name_is_not_filled_from_another_language():
    topic = Topic.objects.create(name_ru="?", slug="district")
    Topic.objects.filter(pk=topic.pk).update(name_ru=f"Ра{SHORT_I}он")
    with override("tg"):
        topic = Topic.objects.get(pk=topic.pk)
        assert topic.name == f"Ра{SHORT_I}он", "the Russian name stands in for the Tajik one"
        assert "name_ru" in normalise_instance(topic)
        topic.save()
    topic.refresh_from_db()
    assert topic.name_ru == "Район"
    assert not topic.name_tg


@pytest.mark.django_db
def test_fields_that_were_not_loaded_stay_unloaded():
    page = Page(title=SHORT_I)
    del page.__dict__["slug"]
    assert normalise_instance(page) == ["title"]
    assert "slug" not in page.__dict__


EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Word's\vbreak\fand\x85page\u2028line\u2029", "Word's break and page line "),
        ("lines\tof\na\r\nform", "lines\tof\na\r\nform"),
        ("a\0b\x07\x7f\x9f", "ab"),
        ("half \ud83d an emoji 😀", "half  an emoji 😀"),
        ("\u202aturned\u202e \u2067round\u2069\u202c", "turned round"),
        ("می\u200cخواهم \u200fو\u200e", "می\u200cخواهم \u200fو\u200e"),
        ("soft\u00adhyphen, no\u00a0break, \u200bspace", "soft\u00adhyphen, no\u00a0break, \u200bspace"),
        (
            "👩\u200d🔬 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "👩\u200d🔬 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("\ufeffbyte order\ufffe\U0010ffff", "byte order"),
        ("private \ue000\uf8ff, unassigned \u0378", "private , unassigned "),
        ("an emoji of a later Unicode: \U0001fac9", "an emoji of a later Unicode: \U0001fac9"),
    ],
)
def test_texts(sent, kept):
    assert permitted(sent) == kept


def test_every_character_that_is_no_other_category_stays():
    plain = [character for character in EVERY if not unicodedata.category(character).startswith(("C", "Zl", "Zp"))]
    # Each behind a letter: a variation selector behind another one changes nothing that is seen.
    assert permitted("a".join(plain)) == "a".join(plain)


@pytest.mark.thorough
def test_what_stays_can_stand_in_xml():
    illegal = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)]
    assert not set(permitted("".join(EVERY))) & set(illegal)


def test_a_mark_stands_for_each():
    assert permitted("a\0b\u202ec\nd", LOST) == "a\ufffdb\ufffdc\nd"


FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a" + "".join(chr(0xE0000 + ord(letter)) for letter in "hidden") + "b", "ab"),
        ("a" + "\ufe0f" * 400 + "b", "a\ufe0fb"),
        ("a\U000e0061\ufe0f\U000e0061\ufe0fb", "a\ufe0fb"),
        ("".join(chr(0xE0100 + number) for number in range(240)), "\U000e0100"),
        (f"{FLAG}{FLAG} ❤️ 👩‍🔬", f"{FLAG}{FLAG} ❤️ 👩‍🔬"),
        ("\U0001f3f4" + "\U000e0061" * 400 + "\U000e007f", "\U0001f3f4"),
        ("Ӣ ӯ ҳ қ ғ ҷ می‌شود", "Ӣ ӯ ҳ қ ғ ҷ می‌شود"),
    ],
    ids=["tags", "selectors", "between", "supplement", "emojis", "long flag", "letters"],
)
def test_no_message_hides_in_what_nobody_sees(text, stored):
    assert permitted(text) == stored
    assert permitted(permitted(text, "\ufffd"), "\ufffd") == permitted(text, "\ufffd")


def test_no_cell_is_a_formula():
    for sign in "=＝﹦＋﬩－﹣＠﹫@\t\r":
        for before in ("", " ", "\u200b", "\ufe0f\u00ad", "\u3000", "\n", "\u0301"):
            text = f"{before}{sign}1+1"
            # A tab stands for a formula at the beginning alone.
            assert no_formula(text) == (text if sign in "\t\r" and before else f"'{text}")
            assert no_formula(f"{before}1{sign}1") == f"{before}1{sign}1"


@pytest.mark.thorough
def test_a_reason_has_a_letter_that_is_seen():
    # Default_Ignorable_Code_Point of Unicode 15.1, and what is drawn as nothing beside it.
    ignorable = [0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0]
    ranges = [range(0x180B, 0x1810), range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070)]
    ranges += [range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9), range(0x1BCA0, 0x1BCA4), range(0x1D173, 0x1D17B)]
    ranges += [range(0xE0000, 0xE1000)]
    blank = [0x2800, 0x3000, 0x13441, 0x13442]
    unseen = [chr(code) for codes in (ignorable, blank, *ranges) for code in codes]
    marks = [character for character in EVERY if unicodedata.category(character).startswith(("M", "Z", "C"))]
    fillers = [character for character in EVERY if "FILLER" in unicodedata.name(character, "")]
    texts = [*unseen, *marks, *fillers, "".join(unseen + marks), "", " \n", "…", "5"]
    assert [text for text in texts if clean_reason(text)] == []
    for reason in ("Х", "نه", "가", "Ⅳ", "\u3164Никто не спит\u202e\u3164"):
        assert clean_reason(f" {reason}\n") == permitted(reason)
