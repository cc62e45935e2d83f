"""Where sentences end: paragraphs that were cut by hand, the general rules, and time by the length of the text."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_locales import sentences as module
from chorsu_locales.sentences import sentences
from chorsu_locales.table import LANGUAGES
from tests.counted_lines import count_lines

PARAGRAPHS = Path(__file__).parent / "sentences"
LEAST_RIGHT = 98  # of the hundred paragraphs of a language
HOSTILE = (
    "A. ",
    "a! ",
    "«a?» B ",
    "… ",
    "(.] ",
    '"x." ',
    "1. ",
    ". — ",
    "т. е. ",
    "؟ ",
    "A\n\n",
    "[1].[2] ",
    "»!» ",
    "Г.",
)


def test_abbreviations_are_written_as_they_are_looked_up():
    for row in LANGUAGES.values():
        words = f"{row.stops.never} {row.stops.behind}".split()
        assert all(word == word.lower() and not word.endswith(".") for word in words), row.code


def by_hand(code: str) -> list[list[str]]:
    lines = (PARAGRAPHS / f"{code}.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(" | ") for line in lines]


@pytest.mark.parametrize("code", LANGUAGES)
def test_paragraphs_are_cut_as_by_hand(code):
    paragraphs = by_hand(code)
    wrong = [each for each in paragraphs if [part.rstrip() for part in sentences(" ".join(each), code)] != each]
    assert len(paragraphs) == 100
    assert len(wrong) <= 100 - LEAST_RIGHT, wrong


@pytest.mark.parametrize(
    ("code", "cut"),
    [
        ("de", "Am 12. März kam Dr. Weiß. |Er blieb."),
        ("fr", "Vraiment ? |« Oui. » |Il part…"),
        ("es", "¿Quién? |¡Nadie! |«Vete.»"),
        ("ur", "یہ خبر نئی ہے۔ |وہ کل آئے گا۔"),
        ("ka", "ეს ახალია. |ის მოვა."),
        ("no-such-language", "One.  |Two."),
        ("", "One. |Two 🎉! |🎉 Three."),
        ("ru-kg", "Он живёт в г. Ош. |Она — в Таласе."),
        ("en", " First.[1] |Second \n\n|third.\n"),
        ("en", "In 2024 Dr. A. Li (b. 1960) said no. |No. 5 won."),
        ("ru", "«Что значит “в три раза меньше”?» |Молчание."),
        ("ru", "В 2024 г. Президент приехал. |Уехал он в 2025 г. |Президент не сказал почему."),
    ],
)
def test_general_rules(code, cut):
    assert sentences(cut.replace("|", ""), code) == cut.split("|")


@given(st.text(st.sampled_from(" \n.!?…؟۔«»“”\"')([]—-1٣аАбZz\u200c🎉%")), st.sampled_from([*LANGUAGES, "de", ""]))
def test_pieces_are_the_text(text, code):
    pieces = sentences(text, code)
    assert "".join(pieces) == text
    assert all(piece[-1].isspace() and piece.strip() for piece in pieces[:-1])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_work_grows_with_the_length(hostile, monkeypatch):
    once, twice = (count_lines(partial(sentences, hostile * size, "ru")) for size in (500, 1_000))
    assert twice < 2.1 * once
    read: list[int] = []
    monkeypatch.setattr(module, "_ends", lambda so_far, ahead, _row: read.append(len(so_far) + len(ahead)))
    sentences(hostile * 1_000, "ru")
    assert max(read, default=0) <= module.BEFORE + module.BEHIND
