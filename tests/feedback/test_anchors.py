"""Anchors: made anywhere, found exactly there, and nowhere by luck; places for people to judge where that isn't so."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chorsu_editorial.mending import fold, normalise
from chorsu_editorial.reading import Leaf
from chorsu_feedback.anchors import (
    CONTEXT,
    Anchor,
    LeafText,
    Match,
    apart_from_form,
    between_contexts,
    find,
    find_words,
    make_anchor,
    possible_places,
    read_anchor,
    read_leaf,
    sentence_at,
    words_in_order,
)
from tests.counted_lines import count_lines
from tests.feedback.edited_pages import outcomes

LETTERS = "аб\u0438\u0306ӣҷ \u00a0ع\u200cلی\u064b\u0301e\u00ad\n\u200bA\u1100\u1161😀"
words = st.text(alphabet=LETTERS, max_size=140)


def leaf(text: str, path: str = "body.1") -> LeafText:
    return read_leaf(Leaf(path, "text", text, text))


def rich(html: str, path: str = "body.1") -> LeafText:
    return read_leaf(Leaf(path, "rich_text", html, html))


@given(words, st.lists(words, max_size=3), st.data())
def test_an_anchor_made_anywhere_finds_exactly_itself(text, others, data):
    target = leaf(text)
    assume(target.text)
    start = data.draw(st.integers(0, len(target.text) - 1))
    end = data.draw(st.integers(start + 1, len(target.text)))
    assume(target.text[start:end].strip(" "))
    anchor = make_anchor(target, start, end)
    leaves = [target, *(leaf(other, f"body.{number}") for number, other in enumerate(others, 2))]
    match = find(anchor, leaves, same_revision=True)
    assert match is not None
    assert (match.step, match.leaf.path, match.start) == ("A", "body.1", anchor.offset)
    assert target.text[match.start : match.end] == target.text[start:end].strip(" ")


@given(words, st.data())
def test_what_a_reader_sends_is_read_back_as_the_same_anchor(text, data):
    target = leaf(text)
    assume(target.text)
    start = data.draw(st.integers(0, len(target.text) - 1))
    end = data.draw(st.integers(start + 1, len(target.text)))
    assume(target.text[start:end].strip(" "))
    made = make_anchor(target, start, end)
    read = read_anchor(
        selected=target.text[start:end],
        before=target.text[:start],
        after=target.text[end:],
        path=made.path,
        offset=start,
    )
    assert read == made


@given(words)
def test_normalising_is_idempotent_and_composed(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert fold(once[:CONTEXT]) == once[:CONTEXT]


def test_joiners_stay_and_invisible_characters_go():
    assert normalise("می\u200cخواهم\u00a0 \n و\u00adب\u200b\ufeff") == "می\u200cخواهم وب"


def test_lone_surrogates_and_nul_go():
    assert normalise("a\x00\ud800b") == "ab"


def test_blocks_of_rich_text_are_parted_by_a_space():
    read = rich("<h2>Head</h2><p>One <b>two</b><br/>three&nbsp;</p><ul><li>four</li><li>five</li></ul>")
    assert read.text == "Head One two three four five"
    assert list(read.blocks()) == [(0, "Head"), (5, "One two three"), (19, "four"), (24, "five")]


LONG = "Вчера в городе открылась новая библиотека, куда пришли читатели со всех районов области и из соседних сёл."


def test_words_that_moved_into_another_leaf_are_found_at_step_b():
    match = find(reported("читатели"), [leaf("Другое", "body.1"), leaf(LONG, "body.9")])
    assert match is not None
    assert (match.step, match.leaf.path, match.start) == ("B", "body.9", LONG.index("читатели"))


def test_a_short_cell_elsewhere_is_no_match_and_a_row_inserted_above_takes_no_report_over():
    cell, below = "body.t.rows.0.values.1", "body.t.rows.4.values.1"
    anchor = make_anchor(leaf("Да", cell), 0, 2)
    for text in ("Нет", "Да"):
        assert find(anchor, [leaf(text, cell), leaf("Да", below)]) is None


def test_without_a_path_an_unchanged_page_vouches_for_a_short_heading():
    now = [leaf("Тема"), leaf("Загаловок", "body.2")]
    assert find(Anchor("Загаловок"), now) is None
    match = find(Anchor("Загаловок"), now, same_revision=True)
    assert match is not None
    assert match.leaf.path == "body.2"
    assert find(Anchor("Загаловок"), [*now, leaf("Загаловок", "body.3")], same_revision=True) is None


def test_a_context_that_ends_at_an_edge_demands_the_edge():
    text = "Слово в начале " + "а" * 60
    anchor = reported("Слово", text)
    assert find(anchor, [leaf(f"Новое. {text}")]) is None
    assert find(anchor, [rich(f"<p>Новое.</p><p>{text}</p>")]) is not None


def test_equal_places_in_one_leaf_are_told_apart_by_the_offset_in_an_unchanged_page_only():
    text = "-".join(["тот самый повтор, который стоит в тексте подряд много раз"] * 8)
    now = [leaf(text)]
    made = make_anchor(now[0], 58 * 3, 58 * 3 + 3)
    anchor = replace(made, total=len(between_contexts(made, now)))
    assert anchor.total == 7
    match = find(anchor, now, same_revision=True)
    assert match is not None
    assert match.start == 58 * 3
    assert find(replace(anchor, offset=5), now, same_revision=True) is None
    assert find(anchor, now) is None
    assert find(anchor, [leaf(text[58:])]) is None


Block = tuple[str, bool]  # its words, and whether it is the reported one
SENTENCES = (
    "Да.",
    "Паром ходит раз в день, и места на нём берут с вечера те, кому утром на рынок в город за рекой, где дешевле.",
    "Паром ходит раз в день.",
    "Места на нём берут с вечера те, кому утром на рынок.",
)
pages = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3), min_size=1, max_size=3)


def page_of(blocks: list[list[Block]]) -> list[LeafText]:
    return [rich("".join(f"<p>{text}</p>" for text, _ in each), f"body.{at}") for at, each in enumerate(blocks)]


@given(pages, st.data())
def test_in_a_changed_text_the_words_are_found_in_their_own_place_or_not_at_all(texts, data):
    number = data.draw(st.integers(0, len(texts) - 1))
    at = data.draw(st.integers(0, len(texts[number]) - 1))
    blocks = [[(text, (n, m) == (number, at)) for m, text in enumerate(each)] for n, each in enumerate(texts)]
    text = texts[number][at]
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, len(text) - 1))
    assume(text[start:end].strip())
    before = page_of(blocks)
    offset = before[number].starts[at]
    made = make_anchor(before[number], offset + start, offset + end)
    anchor = replace(made, total=len(between_contexts(made, before)))
    for _ in range(data.draw(st.integers(0, 3))):
        edit(blocks, data)
    is_mended = data.draw(st.booleans())
    mended = text[:start] + "*" + text[end:] if is_mended else text
    after = page_of([[(mended if own else each, own) for each, own in each_leaf] for each_leaf in blocks])
    match = find(anchor, after)
    if match is None:
        return
    assert not is_mended
    within = (anchor.offset or 0) - offset
    found_in = blocks[int(match.leaf.path.removeprefix("body."))]
    assert [match.leaf.starts[place] + within for place, (_, own) in enumerate(found_in) if own] == [match.start]


def edit(blocks: list[list[Block]], data: st.DataObject) -> None:
    """Put a new paragraph into a page, or take one out: not an equal one, for the rest would read the same."""
    paragraphs = data.draw(st.sampled_from(blocks))
    place = data.draw(st.integers(0, len(paragraphs)))
    reported = next(text for each in blocks for text, own in each if own)
    if place < len(paragraphs) and paragraphs[place][0] != reported and data.draw(st.booleans()):
        paragraphs.pop(place)
    else:
        paragraphs.insert(place, ("Нового абзаца раньше не было!", False))


def test_pasted_words_prefer_whole_words():
    for needle, starts in (("кот", [4]), ("ко", [0, 4, 8]), ("собака", [])):
        assert [start for _, start in find_words(needle, [leaf("кол кот коты")])] == starts


def resembling(anchor: Anchor, leaves: list[LeafText]) -> list[Match]:
    return possible_places(anchor, leaves, (apart_from_form, words_in_order))


def marked(match: Match) -> tuple[str, str]:
    return match.step, match.leaf.text[match.start : match.end]


def reported(words: str, text: str = LONG) -> Any:
    return make_anchor(leaf(text), text.index(words), text.index(words) + len(words))


@pytest.mark.thorough
def test_a_page_edited_at_random_never_gives_a_wrong_place_for_certain():
    """``bench/anchors.py`` runs 100,000 such cases."""
    found = outcomes(range(1500))
    assert not [count for (step, outcome), count in found.items() if step in "AB" and step and outcome == "wrong"]
    assert found["A", "right"] > 500
    assert all(found[step, "right"] > 20 for step in "BCD")
    likely = found["D", "right"] + found["D", "wrong"]
    assert found["D", "right"] > 0.9 * likely


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("Рейс «Заря» — в шесть утра, касса…", "Рейс “Заря” – в шесть утра, касса..."),
        ("Рейс «Заря» … в шесть утра, касса.", "Рейс „Заря“ ... в шесть утра, касса."),
        ("oʻqituvchi - maktabda... «Заря» ishlaydi", 'o\'qituvchi — maktabda… "Заря" ishlaydi'),
        ("… … «Заря» ушла и вернулась вечером", '... ... "Заря" ушла и вернулась вечером'),
    ],
)
def test_the_form_of_marks_is_folded_and_the_place_is_in_the_text_as_it_stands(before, now):
    match = resembling(reported("Заря", before), [leaf("Другое", "body.9"), leaf(now)])[0]
    assert marked(match) == ("C", "Заря")


def test_where_paragraphs_begin_and_end_doesnt_matter():
    joined = rich(f"<p>Раньше здесь был рынок. {LONG}</p>")
    assert marked(resembling(reported("Вчера"), [joined])[0]) == ("C", "Вчера")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Города", "города"),
        ("дусти", "дӯстӣ"),
        ("ҳама", "хама"),
        ("қанд", "канд"),
        ("ғоз", "гоз"),
        ("ҷо", "чо"),
        ("ёлка", "елка"),
        ("علي", "علی"),
        ("كتاب", "کتاب"),
    ],
)
def test_what_may_be_the_mistake_is_never_folded(wrong, right):
    before = LONG.replace("читатели", wrong)
    match = resembling(reported(wrong, before), [leaf(before.replace(wrong, right))])[0]
    assert marked(match) == ("D", right)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (LONG.replace("новая", "красивая новая"), "читатели"),
        (LONG.replace("читатели со", "наши люди со"), "наши люди"),
        (LONG.replace("читатели ", ""), "со"),
        (LONG[: LONG.index("читатели")], "пришли"),
        (LONG[LONG.index("читатели") + 9 :], "со"),
    ],
)
def test_words_are_found_where_those_around_them_still_stand(now, words):
    places = resembling(reported("читатели"), [leaf("Вчера и в городе было то же самое.", "body.9"), leaf(now)])
    assert [marked(place) for place in places] == [("D", words)]


def test_another_text_is_no_place():
    assert resembling(reported("читатели"), [leaf("Паром ходит раз в день, и места на нём берут с вечера.")]) == []
    assert resembling(reported("—", "— — —"), [leaf("Другое")]) == []


def test_the_work_grows_with_the_page_alone():
    """Hostile pages: all words alike, and all alike but one."""

    def lines(size):
        anchor = reported("и", "и " * 40)
        pages = [leaf("и " * size), leaf("и а " * size), leaf("… " * size)]
        return sum(count_lines(lambda page=page: resembling(anchor, [page])) for page in pages)

    assert lines(8000) < 2.2 * lines(4000)


def test_a_sentence_is_quoted_whole():
    text = "Ответа нет. В г. Куляб живёт А. Каримов! Там сыро."
    russian = LeafText("body", text, (0,), (len(text),))
    start = text.index("живёт")
    begin, end = sentence_at(russian, start, start + 5, "ru")
    assert text[begin:end] == "В г. Куляб живёт А. Каримов!"
    assert sentence_at(russian, start, text.index(" сыро"), "ru") == (begin, len(text))
    # A passage in another language has its own abbreviations.
    english = LeafText("body", "No. Ask Mr. Li. Now.", (0,), (20,), language="en")
    assert sentence_at(english, 8, 10, "ru") == (4, 15)
