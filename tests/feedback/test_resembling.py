"""Steps C and D: places for people to judge; and what is certain stays right however a page is edited."""

from __future__ import annotations

from typing import Any

import pytest

from chorsu_feedback.anchors import Match, make_anchor, resembling
from tests.counted_lines import count_lines
from tests.feedback.edited_pages import outcomes
from tests.feedback.test_anchors import LONG, leaf, rich


def marked(match: Match) -> tuple[str, str]:
    return match.step, match.leaf.text[match.start : match.end]


def reported(words: str, text: str = LONG) -> Any:
    return make_anchor(leaf(text), text.index(words), text.index(words) + len(words))


def test_a_page_edited_at_random_never_gives_a_wrong_place_for_certain() -> None:
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
def test_the_form_of_marks_is_folded_and_the_place_is_in_the_text_as_it_stands(before: str, now: str) -> None:
    match = resembling(reported("Заря", before), [leaf("Другое", "body.9"), leaf(now)])[0]
    assert marked(match) == ("C", "Заря")


def test_where_paragraphs_begin_and_end_doesnt_matter() -> None:
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
def test_what_may_be_the_mistake_is_never_folded(wrong: str, right: str) -> None:
    before = LONG.replace("читатели", wrong)
    match = resembling(reported(wrong, before), [leaf(before.replace(wrong, right))])[0]
    assert marked(match) == ("D", right)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (LONG.replace("новая", "красивая новая"), "читатели"),
        (LONG.replace("куда пришли", "и туда пошли"), "читатели"),
        (LONG.replace("читатели со", "наши люди со"), "наши люди"),
        (LONG.replace("читатели ", ""), "со"),
        (LONG[: LONG.index("читатели")], "пришли"),
        (LONG[LONG.index("читатели") + 9 :], "со"),
    ],
)
def test_words_are_found_where_those_around_them_still_stand(now: str, words: str) -> None:
    places = resembling(reported("читатели"), [leaf("Вчера и в городе было то же самое.", "body.9"), leaf(now)])
    assert [marked(place) for place in places] == [("D", words)]


def test_another_text_is_no_place() -> None:
    assert resembling(reported("читатели"), [leaf("Паром ходит раз в день, и места на нём берут с вечера.")]) == []
    assert resembling(reported("—", "— — —"), [leaf("Другое")]) == []


def test_the_work_grows_with_the_page_alone() -> None:
    """Hostile pages: all words alike, and all alike but one."""

    def lines(size: int) -> int:
        anchor = reported("и", "и " * 40)
        pages = [leaf("и " * size), leaf("и а " * size), leaf("… " * size)]
        return sum(count_lines(lambda page=page: resembling(anchor, [page])) for page in pages)

    assert lines(8000) < 2.2 * lines(4000)
