"""Quotations with their speakers: those of six languages are found, what names nobody stays, and no word is lost."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_articles.quotation_marks import DEEPEST, LONGEST_PARAGRAPH
from chorsu_articles.speakers import APOSTROPHES, MOST_ATTRIBUTIONS, Quotation, quotations, with_quotations
from chorsu_locales.table import LANGUAGES
from tests.counted_lines import count_lines

EXAMPLES = tomllib.loads((Path(__file__).parent / "speakers.toml").read_text(encoding="utf-8"))
STAYS = [(code, text) for code, texts in EXAMPLES.pop("stays").items() for text in texts]
FOUND = [(code, *example) for code, examples in EXAMPLES.items() for example in examples]


def read(text: str, code: str) -> list[str | Quotation]:
    return [piece for pieces in quotations([(part, False) for part in text.split("¶")], code) for piece in pieces]


def quoted(pieces: list[str | Quotation]) -> list[Quotation]:
    return [piece for piece in pieces if isinstance(piece, Quotation)]


def words(*texts: str) -> Counter[str]:
    text = unescape(re.sub(r"<[^<>]*>", "", " ".join(texts).replace("<br/>", " ").replace("¶", " "))).translate(
        APOSTROPHES
    )
    return Counter(re.findall(r"[^\W_]+", text.casefold()))


def shown(pieces: list[str | Quotation]) -> list[str]:
    return [text for piece in pieces for text in ([piece] if isinstance(piece, str) else [piece.html, *piece.speaker])]


def is_said(lost: Counter[str], number: int, code: str) -> bool:
    """Tell whether what is lost is a word of saying of the language for each quotation, and nothing else."""
    phrases = [words(phrase.replace("_", " ")) for phrase in LANGUAGES[code].speech.said.split()]
    if not number:
        return not lost
    return any(phrase <= lost and is_said(lost - phrase, number - 1, code) for phrase in phrases)


def test_nine_of_ten_are_found_with_who_and_role():
    assert len(FOUND) == 60
    wrong = []
    for code, text, *expected in FOUND:
        found = [[piece.html, *piece.speaker] for piece in quoted(read(text, code))]
        if found != [expected]:
            wrong.append((code, text, found))
    assert len(wrong) <= 6, wrong


@pytest.mark.parametrize(("code", "text"), STAYS)
def test_what_names_nobody_and_what_is_no_sentence_stays(code, text):
    assert read(text, code) == [text]


def check_words(text: str, code: str) -> None:
    """Check that no word is added, and that only the word of saying of each quotation goes."""
    pieces = read(text, code)
    before, after = words(text), words(*shown(pieces))
    assert not after - before
    assert is_said(before - after, len(quoted(pieces)), code)


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, text, *_expected in FOUND])
def test_only_the_word_of_saying_goes(code, text):
    check_words(text, code)


SENTENCES = [part for _code, text, *_expected in FOUND for part in text.split("¶")] + [text for _code, text in STAYS]
BITS = st.one_of(
    st.sampled_from(SENTENCES),
    st.sampled_from(
        [
            "said",
            "Anna Petrova",
            "сказал",
            "Иван Петров",
            "гуфт",
            "<b>",
            "</b>",
            "&amp;",
            "<br/>",
            "глава",
            "¶",
            "said:¶“a b c d”",
        ]
    ),
    st.text('«»“”„".,:!?…–—-  аАbBگ،', max_size=6),
)


@given(st.lists(BITS, max_size=12).map(" ".join), st.sampled_from(list(EXAMPLES)))
def test_no_word_is_lost_or_added_whatever_is_written(text, code):
    check_words(text, code)


def test_formatting_and_links_are_parted_with_the_words():
    html = (
        'It rained. <b>“The <i>road</i> is ready,</b> my friends,” said <a href="https://a.example/?a=1&amp;b=2">Anna '
        "Petrova</a>, head of Roads &amp; Bridges. <i>She left.</i>"
    )
    assert read(html, "en") == [
        "It rained.",
        Quotation("<b>The <i>road</i> is ready,</b> my friends.", ("Anna Petrova", "head of Roads & Bridges")),
        "<i>She left.</i>",
    ]


def test_a_name_in_full_is_known_by_its_last_word_from_there_on():
    behind = "Петров пояснил: «Мост ещё не достроен, ждём балки»."
    assert read(behind, "ru") == [behind], "a first word has its capital anyway"
    both = read(f"«Дорога готова к зиме», – сказал глава комитета Иван Петров.¶{behind}", "ru")
    assert [piece.speaker for piece in quoted(both)] == [("Иван Петров", "глава комитета"), ("Петров", "")]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "“The road is ready for winter,” said Drew Karimova."),
        ("en", "Having met the minister, Anna Petrova said: “The road is ready for winter.”"),
        ("tg", "«Роҳ барои зимистон пурра омода аст», — гуфт сардори роҳи оҳани Тоҷикистон Олим Қодиров."),
    ],
)
def test_no_part_of_another_name_is_taken_for_one(code, text):
    assert read(text, code) == [text]


def test_an_introduction_behind_a_dialogue_is_in_it_and_stands_once():
    dialogue = "— The road is ready, — said Anna Petrova. — We finished early. Rustam Saidov said:"
    text = f"{dialogue}¶“Nobody asked us what we need.”"
    assert words(text) - words(*shown(read(text, "en"))) == words("said")
    assert read(text, "en")[1:] == ["“Nobody asked us what we need.”"]


def test_elements_deep_inside_one_another_are_not_read():
    for depth, number in ((DEEPEST, 1), (DEEPEST + 1, 0)):
        html = f"{'<b>' * depth}“The road is ready,” said Anna Petrova.{'</b>' * depth}"
        assert len(quoted(read(html, "en"))) == number


def test_a_paragraph_that_its_element_quotes_needs_no_marks():
    found = quotations([("Anna Petrova, head of the committee, said:", False), ("The road is ready.", True)], "en")
    assert found == [[], [Quotation("The road is ready.", ("Anna Petrova", "head of the committee"))]]


def test_a_language_without_words_of_saying_and_long_paragraphs_stay():
    text = "“Der Weg ist offen für alle,” said Anna Petrova."
    assert read(text, "de") == [text]
    long = f"“{'so ' * LONGEST_PARAGRAPH}” said Anna Petrova."
    assert read(long, "en") == [long]


def test_of_very_many_quotations_the_last_stay_text():
    found = quotations([("“a b c d,” said Anna Petrova. " * 100, False)] * 70, "en")
    assert 0 < sum(len(quoted(pieces)) for pieces in found) <= MOST_ATTRIBUTIONS
    assert isinstance(found[-1][0], str)


def test_a_paragraph_inside_of_another_element_stays_there():
    for html in (f"<ul><li><p>{SAID}</p></li></ul>", f"<div><p>It rained.</p><p>{SAID}</p></div><p>Dry.</p>"):
        assert with_quotations([text_block(html)], "en") == [[text_block(html)]]
    [[before, made]] = with_quotations([text_block(f"<ul><li>a<br/>b</li></ul><hr/><p>{SAID}</p>")], "en")
    assert (before["value"], made["type"]) == ("<ul><li>a<br/>b</li></ul><hr/>", "quotation")


def text_block(html: str, key: str = "a") -> dict[str, Any]:
    return {"type": "paragraph", "value": html, "id": key}


SAID = "“The road is ready,” said Anna Petrova, an engineer."
QUOTED = {"text": "<p>The road is ready.</p>", "who": "Anna Petrova", "role": "an engineer", "language": ""}


def test_typed_text_is_parted_and_its_first_text_keeps_its_id():
    picture = {"type": "picture", "value": {"picture": 1}, "id": "p"}
    html = f'<h2 data-block-key="h">Roads</h2><p data-block-key="k">It rained. {SAID} She left.</p><ul><li>a</li></ul>'
    untouched = [picture, text_block("<p>None.</p>", "b")]
    made, *others = with_quotations([text_block(html), *untouched], "en")
    assert others == [[block] for block in untouched]
    assert [(block["type"], block["value"]) for block in made] == [
        ("paragraph", '<h2 data-block-key="h">Roads</h2><p data-block-key="k">It rained.</p>'),
        ("quotation", QUOTED),
        ("paragraph", "<p>She left.</p><ul><li>a</li></ul>"),
    ]
    assert made[0]["id"] == "a"
    assert len({block["id"] for block in made}) == 3
    assert with_quotations(made, "en") == [[block] for block in made], "once is enough"


def test_a_quotation_alone_leaves_no_empty_text_and_no_old_id():
    [[made]] = with_quotations([text_block(f"<p>{SAID}</p>")], "en")
    assert (made["type"], made["value"]) == ("quotation", QUOTED)
    assert made["id"] != "a", "reports on the old words find no other text under their id"
    intro = text_block("<p>Anna Petrova, an engineer, said:</p>")
    before, [behind] = with_quotations([intro, text_block("<p>“The road is ready.”</p>", "b")], "en")
    assert (before, behind["value"]) == ([], QUOTED)
    value = {**QUOTED, "text": "<p>One.</p><p>Two.</p>"}
    block = {"type": "quotation", "value": {**value, "who": "", "role": ""}, "id": "q"}
    assert with_quotations([intro, block], "en") == [[], [{**block, "value": value}]]
    assert with_quotations([intro, made], "en") == [[intro], [made]], "somebody else is named there"


def test_twice_as_much_takes_at_most_twice_the_time():
    bits = [
        "“", "”", "«", "»", '"', "— ", " – ", "said Anna Petrova. ", "“A b c d,” said X Y, ", "«А б в г», – сказал ",
        ", ", ". ", ": ", "<b>", "</b>", "&amp;", "Anna ", "Anna, ", ":¶“A b c d e.”¶Anna Petrova, head, said",
        "И. ", "<p>", "“a b c d” ", "— А, — сказал И. П. — Б. ", "said ", "¶",
    ]  # fmt: skip
    for code in ("en", "ru", "fa"):
        for bit in bits:
            once, twice = (count_lines(partial(read, bit * size, code)) for size in (60, 120))
            assert twice <= 2.2 * once + 200, (code, bit)
