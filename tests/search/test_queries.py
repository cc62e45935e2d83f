"""What a query means: its syntax, and what an engine is asked for."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from chorsu_search.queries import (
    MOST_ALTERNATIVES,
    MOST_LEVELS,
    MOST_WORDS,
    Alternative,
    Clause,
    Parsed,
    Query,
    Terms,
    clean,
    parse,
)
from tests.counted_lines import count_lines

PIECES = ["a", "b", "OR", "|", "-", "−", '"', "«", "»", "‹", "›", "“", "(", " ", "'", "\u200c", "ё", "\u0301", "7", "_"]

SYNTAX = tomllib.loads(Path(__file__).with_name("syntax.toml").read_text(encoding="utf-8"))


def written(clause: Clause) -> str:
    return f'"{clause.text}"' if clause.phrase else clause.text


def canonical(parsed: Parsed) -> str:
    groups = (" OR ".join(map(written, group)) for group in parsed.groups)
    return " ".join([*groups, *(f"-{written(clause)}" for clause in parsed.excluded)])


@pytest.mark.parametrize(("text", "meaning"), SYNTAX["typed"])
def test_the_syntax(text, meaning):
    assert canonical(parse(text)) == meaning


@pytest.mark.parametrize("marks", ['""', "«»", "“”", "„“", "„”", "””", "““", "‹›", "＂＂"])
def test_any_quotation_marks_make_a_phrase(marks):
    assert parse(f"{marks[0]}два слова{marks[1]}").groups == ((Clause("два слова", phrase=True),),)


def test_words_beyond_the_limit_are_left_out():
    assert len(parse("а б в г д " * 60).groups) == MOST_WORDS
    ((phrase,),) = parse(f'"{"слово " * 60}"').groups
    assert len(phrase.text.split()) == MOST_WORDS
    assert len(parse("-а -б " * 60).excluded) == 2
    assert len(Query("о'" * 5000 + "к", languages=("fa",)).groups("fa")) == 1


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_what_is_understood_is_understood_the_same_again(text):
    """Whatever was typed has a meaning; written in the plain syntax it has the same one."""
    parsed = parse(clean(text))
    for clause in [*parsed.excluded, *(clause for group in parsed.groups for clause in group)]:
        assert any(character.isalnum() or character == "\u0301" for character in clause.text)
    if not any(clause.word == "or" for group in parsed.groups for clause in group):
        assert parse(canonical(parsed)) == parsed


@pytest.mark.parametrize("unit", [*PIECES, '"a', '" ', "«a", "«‹", "a OR ", "| ", "-", "- a", '-"', "a'", "«»", '"a" '])
def test_twice_the_text_takes_at_most_twice_the_time(unit):
    once, twice = (count_lines(lambda size=size: parse.__wrapped__(unit * size)) for size in (2000, 4000))
    assert twice <= 2.1 * once


# --- what engines are asked for ---


def asked(text: str, language: str = "ru", **values: Any) -> list[list[str]]:
    groups = Query(text, languages=(language,), **values).groups(language)
    return [[" ".join(terms.tokens) or f"={' '.join(terms.exact)}" for terms in group] for group in groups]


def test_words_phrases_and_choices_are_analysed():
    assert asked('Wasser OR "große Flüsse" Gas -Eis', "de") == [["wasser", "grosse flusse"], ["gas"]]
    query = Query("Wasser -Größe", languages=("de",))
    assert query.wanted()[0].excluded == (Terms(("grosse",), ("größe",)),)
    assert query.tokens("de") == {"wasser"}


def test_alternatives_join_the_group_of_their_word():
    others = {"waser": (Alternative("Wasser", 0.8), Alternative("große Flüsse"), Alternative("waser", 0.1))}
    query = Query("Waser Gas", languages=("de",), alternatives=others)
    group, _gas = query.groups("de")
    assert [(terms.tokens, terms.weight) for terms in group] == [
        (("waser",), 1.0), (("wasser",), 0.8), (("grosse", "flusse"), 0.5),
    ]  # fmt: skip
    assert query.words == ("waser", "gas")
    assert query.levels() == [1.0, 0.8, 0.5]
    assert [len(group) for group in query.wanted(least_weight=0.8)[0].groups] == [2, 1]
    assert Query('"waser"', languages=("de",), alternatives=others).levels() == [1.0], "a phrase is meant as it is"


def test_alternatives_and_their_levels_are_bounded():
    others = {"x": tuple(Alternative(f"y{number}", 0.9 - number / 50) for number in range(40))}
    query = Query("x", languages=("ru",), alternatives=others)
    assert len(query.groups("ru")[0]) == MOST_ALTERNATIVES + 1
    assert len(query.levels()) == MOST_LEVELS
    assert query.levels()[-1] == min(terms.weight for terms in query.groups("ru")[0])


def test_words_without_a_share_say_nothing_and_phrases_are_required():
    (wanted,) = Query('вода газ "белый снег"', languages=("ru",), shares={"вода": 8}).wanted()
    assert [terms.tokens for group in wanted.groups for terms in group] == [("бел", "снег")]
    assert {group[0].tokens: share for group, share in wanted.shares.items()} == {("вод",): 8}


def test_words_of_function_decide_nothing_where_there_are_others():
    assert asked("почему вода") == asked("вода")
    assert asked("почему") == [["поч"]]


def test_words_that_the_language_leaves_out_are_asked_for_where_nothing_else_is():
    assert [asked(text, "fa") for text in ("ها", "کتاب ها")] == [[["=ها"]], [["کتاب"]]]


def test_exclusions_alone_ask_for_everything_else_and_nothing_asks_for_nothing():
    for text, number in (("-ледник", 1), ("", 0), ("-", 0), ("*", 0), ("| -", 0)):
        assert len(Query(text, languages=("ru",)).wanted()) == number


@override_settings(TIME_ZONE="Asia/Dushanbe")
def test_a_period_is_whole_days_of_the_site():
    query = Query("газ", languages=("ru",), since=date(2025, 3, 1), until=date(2025, 3, 1))
    assert query.period() == (datetime(2025, 2, 28, 19, tzinfo=UTC), datetime(2025, 3, 1, 19, tzinfo=UTC))
    assert Query("газ", languages=("ru",), until=date.max).period() == (None, None)
    assert Query("газ", languages=("ru",), since=date.min).period()[0] is not None
