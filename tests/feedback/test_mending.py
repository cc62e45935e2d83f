"""A mended source: the fewest characters changed, no tag, and exactly what was asked; else a refusal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chorsu_editorial.mending import NotMendableError, mend, normalise
from chorsu_editorial.reading import Leaf
from chorsu_feedback.anchors import read_leaf
from chorsu_feedback.mending import by_word
from tests.counted_lines import count_lines


@pytest.mark.parametrize(
    ("before", "old", "new", "after", "shown"),
    [
        ("в городе ", "откылась", "открылась", " новая", ("в городе ", "откылась", "открылась", " новая")),
        ("Он зна", "е", "", "т.", ("Он ", "знает", "знат", ".")),
        ("был ", "очень красивый", "красивый", "", ("был ", "очень ", "", "красивый")),
        ("", "слово", "Новое слово", ",", ("", "", "Новое ", "слово,")),
        ("بود ", "میشود", "می‌شود", "", ("بود ", "میشود", "می‌شود", "")),
    ],
)
def test_a_difference_shows_whole_words(before, old, new, after, shown):
    assert by_word(before, old, new, after) == shown


def rich(source: str) -> Leaf:
    return Leaf("body.1", "rich_text", source, source)


def plain(source: str) -> Leaf:
    return Leaf("title", "text", source, source)


def mended(leaf: Leaf, wrong: str, right: str) -> str:
    start = read_leaf(leaf).text.index(wrong)
    return mend(leaf, start, start + len(wrong), right)


@pytest.mark.parametrize(
    ("source", "wrong", "right", "expected"),
    [
        ("<p>Один  абзатц,&nbsp;два</p>", "абзатц", "абзац", "<p>Один  абзац,&nbsp;два</p>"),
        ("<p>Celebra<b>tiosn</b> and</p>", "Celebratiosn", "Celebrations", "<p>Celebra<b>tions</b> and</p>"),
        (
            '<p>См. <a href="/x?a=1&amp;b=2">сдесь</a>.</p>',
            "сдесь",
            "здесь",
            '<p>См. <a href="/x?a=1&amp;b=2">здесь</a>.</p>',
        ),
        ("<p>Слово<b> и дело</b></p>", "Слово", "Слово,", "<p>Слово,<b> и дело</b></p>"),
        ("<p>a &lt; b &amp;amp c</p>", "b", "b > c & d", "<p>a &lt; b &gt; c &amp; d &amp;amp c</p>"),
        ("<p>два два слова</p>", "два два", "два", "<p>два слова</p>"),
        ("<ul><li>один</li><li>двва</li></ul>", "двва", "два", "<ul><li>один</li><li>два</li></ul>"),
        (
            '<h2 data-block-key="k1">Измеренея</h2><ul><li data-block-key="k2">вода</li></ul>',
            "Измеренея",
            "Измерения",
            '<h2 data-block-key="k1">Измерения</h2><ul><li data-block-key="k2">вода</li></ul>',
        ),
        ("<p>дусти\u0304 ва</p>", "дустӣ", "дӯстӣ", "<p>дӯсти\u0304 ва</p>"),
        ("<p>сло\u00adво\u200b слво</p>", "слво", "слово", "<p>сло\u00adво\u200b слово</p>"),
        ("<p>можно <i>ска зать</i></p>", "ска зать", "сказать", "<p>можно <i>сказать</i></p>"),
        ("<p>می‌ روم</p>", "می‌ روم", "می‌روم", "<p>می‌روم</p>"),
    ],
)
def test_the_smallest_run_changes(source, wrong, right, expected):
    assert mended(rich(source), wrong, right) == expected


def test_a_plain_text_is_written_as_it_is():
    assert mended(plain("Рынок & дом <3  раза"), "Рынок & дом", "Рынки & дом") == "Рынки & дом <3  раза"


@pytest.mark.parametrize(
    ("source", "wrong", "right"),
    [
        ("<p>Один</p><p>два</p>", "Один два", "Одиндва"),
        ("<p>Один<br/>два</p>", "Один два", "Одиндва"),
        ("<p>См. <a>здесь</a>, там</p>", "здесь, там", ", там"),
        ("<p>один</p>", "один", ""),
        ("<p>один</p>", "один", " один "),
        ("<p>а<b>бв</b>г</p>", "бв", ""),
        ("<p>слова <b> тут</b></p>", "слова тут", "словатут"),
    ],
)
def test_what_touches_tags_or_edges_or_changes_nothing_is_refused(source, wrong, right):
    with pytest.raises(NotMendableError):
        mended(rich(source), wrong, right)


PIECES = ["слово", "ӣ", "и\u0304", " ", "  ", "\n", "&nbsp;", "&amp;", "&lt;b&gt;", "&#1103;", "&#x44f;", "<b>", "</b>"]
PIECES += ["<p>", "</p>", "<br/>", '<a href="?a=1&amp;b">', "</a>", "\u00ad", "\u200c", "e\u0301", *"😀가<&a"]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.text("слово ӣи\u0304<&a\u200c\u00a0ᅡ", max_size=8), st.data())
def test_a_mended_text_reads_as_asked_with_the_same_tags(parts, words, data):
    leaf = rich("".join(parts))
    old = read_leaf(leaf).text
    assume(old)
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start, len(old)))
    try:
        source = mend(leaf, start, end, words)
    except NotMendableError:
        return
    assert read_leaf(replace(leaf, source=source)).text == normalise(old[:start] + words + old[end:])
    tags = re.compile("<[a-z/][^>]*>")
    assert tags.findall(source) == tags.findall(leaf.source)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_every_letter_of_any_source_can_be_traced(parts):
    """A letter put in beside a letter is never refused."""
    leaf = rich("".join(parts))
    text = read_leaf(leaf).text
    for at, character in enumerate(text):
        if character in "слов":
            assert (
                read_leaf(replace(leaf, source=mend(leaf, at, at + 1, character + "ж"))).text
                == f"{text[: at + 1]}ж{text[at + 1 :]}"
            )


def test_a_long_change_is_written_as_a_whole():
    old, new = "аб" * 250, "ааб" * 166
    leaf = rich(f"<p>{old}</p>")
    assert count_lines(lambda: mend(leaf, 0, len(old), new)) < 100_000


def test_the_work_grows_with_the_length():
    def lines(size):
        sources = [
            "<p>слово</p>" * size,
            "a&amp;<b>x</b> " * size,
            "и" + "\u0304" * size + " слово",
            "\n" * size + "слово",
        ]
        leaves = [rich(source) for source in sources]
        ends = [len(read_leaf(leaf).text) for leaf in leaves]
        return sum(
            count_lines(lambda leaf=leaf, end=end: mend(leaf, end - 1, end, "яяя"))
            for leaf, end in zip(leaves, ends, strict=True)
        )

    assert lines(800) < 2.2 * lines(400)
