"""Words at one and two slips, what slips cost, other keys and sounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_locales.table import LANGUAGES
from chorsu_search.spelling import edit_distance
from chorsu_search.spelling.edit_distance import letters, letters_for, likeness, sound, sounds_typed

words = st.text("абвг", min_size=1, max_size=12)


def distance(first: str, second: str) -> int:
    """Return the distance of optimal string alignment, by its definition."""
    table = [
        [max(row, column) * (not row or not column) for column in range(len(second) + 1)]
        for row in range(len(first) + 1)
    ]
    for row in range(1, len(first) + 1):
        for column in range(1, len(second) + 1):
            table[row][column] = min(
                table[row - 1][column] + 1,
                table[row][column - 1] + 1,
                table[row - 1][column - 1] + (first[row - 1] != second[column - 1]),
            )
            if row > 1 < column and first[row - 2 : row] == second[column - 2 : column][::-1]:
                table[row][column] = min(table[row][column], table[row - 2][column - 2] + 1)
    return table[-1][-1]


@given(words, words)
def test_within_is_the_distance(first, second):
    for most in (0, 1, 2):
        assert edit_distance.within(first, second, most) == (distance(first, second) <= most)


@given(words, words)
def test_a_word_at_one_slip_is_among_the_edits(first, second):
    assert (second in edit_distance.edits(first, "абвг")) == (distance(first, second) == 1)


@given(st.text("абвгдежз", min_size=8, max_size=16), st.data())
def test_a_word_at_two_slips_shares_a_piece(word, data):
    other = word
    for _slip in range(2):
        place = data.draw(st.integers(0, len(other)))
        letter, cut = data.draw(st.sampled_from(["", "а", "щ"])), data.draw(st.integers(0, 1))
        other = other[:place] + letter + other[place + cut :]
    if len(other) >= edit_distance.LEAST_PIECED:
        shared = [
            piece in wanted
            for piece, wanted in zip(edit_distance.pieces(other), edit_distance.pieces_within_two(word), strict=True)
        ]
        assert any(shared)


@given(words, words)
def test_letters_in_common_never_exclude_a_near_word(first, second):
    if distance(first, second) <= 2:
        assert edit_distance.may_be_within_two(frozenset(first), second)


def test_what_is_looked_up_grows_with_the_word_and_is_bounded():
    alphabet = "абвгдежзиклмнопрстуфхцчшщъыьэюяй"
    eight, sixteen, whole = (len(edit_distance.edits(alphabet[:size], letters("ru"))) for size in (8, 16, 32))
    assert sixteen < 2.2 * eight
    assert whole < 2.2 * sixteen < 5_000
    assert all(sum(map(len, edit_distance.pieces_within_two("а" * length))) <= 19 for length in range(8, 40))


def test_short_and_very_long_words_have_no_pieces():
    for word in ("вода", "а" * 64):
        assert edit_distance.pieces(word) == ("", "", "")
    assert edit_distance.pieces("переговоры") == ("10пер", "10его", "10воры")


@pytest.mark.parametrize(
    ("code", "likely", "typed", "unlikely"),
    [
        ("ru", "вода", "водп", "водь"),  # п is the key beside а
        ("ru", "молоко", "малоко", "мылоко"),  # о and а sound alike
        ("ru", "программа", "програма", "программу"),  # a double letter written once
        ("ru", "газета", "гаезта", "гаекта"),  # two letters swapped
        ("ru", "правда", "правдв", "травдв"),  # the first letter is mostly right
        ("fa", "صدا", "سدا", "کدا"),
    ],
)
def test_likely_slips_cost_less(code, likely, typed, unlikely):
    assert 0 < edit_distance.cost(typed, likely, likeness(code)) < edit_distance.cost(typed, unlikely, likeness(code))


def test_the_typed_word_itself_costs_nothing():
    assert edit_distance.cost("вода", "вода", likeness("ru")) == 0


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_keys_and_letters_that_sound_alike(code):
    found = likeness(code)
    own = letters(code)
    assert {letter for pair in found.alike for letter in pair} <= own
    assert own <= {letter for pair in found.near for letter in pair} | set("ёъءژ")  # behind Shift
    assert all((second, first) in found.near for first, second in found.near)


def test_letters_of_a_language_without_a_row_are_those_of_its_script():
    assert set("abz") <= letters_for("strasse", "de")
    assert "ж" in letters_for("мова", "uk")
    assert {"ω", "x"} & letters_for("λογος", "el") == {"ω"}


@pytest.mark.parametrize(
    ("code", "pairs"),
    [
        ("ru", "вода voda; Россия Rossija; самолёт samolet; самолёт samolyot"),
        (
            "ru",
            "такси taxi; хлеб xleb; объединённый ob'edinennyj; щука schuka; цирк cirk",
        ),
        ("tg", "китобхона kitobkhona; китобхона kitobxona; ҷумҳурӣ jumhuri; Хуҷанд Khujand"),
        ("kk", "Қарағанды Qaragandy; Қарағанды karaghandi; жаңалық zhanalyk; Шымкент Şymkent"),
        ("ky", "Жалал-Абад JalalAbad; жумуш zhumush"),
        ("uz", "Тошкент toshkent"),
        ("en", "London лондон"),
    ],
)
def test_a_word_sounds_as_it_is_transliterated(code, pairs):
    for pair in pairs.split("; "):
        word, typed = pair.split()
        assert sound(word, code) in sounds_typed(typed, code), pair


def test_sounds_of_whatever_is_typed_are_few():
    for text in ("xjcwy" * 13, "ş" * 64, "😀", "", "'"):
        assert len(sounds_typed(text, "ru")) <= 8
