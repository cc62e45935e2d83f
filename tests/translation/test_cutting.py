"""Units cut into sentences: nothing is lost, and no element is cut in two."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_editorial.markup import canonical_html, tokens
from chorsu_locales.sentences import sentences
from chorsu_translation.memory.wording import cut

RUNS = st.sampled_from(["One. ", "Два! ", "r&d? ", "<3 ", "г. Ош ", "«Да.» ", "no ", "Mr. ", "…", " "])
TEXTS = st.lists(RUNS, max_size=4).map("".join)


def written(text: str, name: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<{name}>{text}</{name}>" if name not in {"", "br"} else f"{text}<br>" if name else text


PARTS = st.lists(st.tuples(TEXTS, st.sampled_from(["", "", "b", "i", "br"])), max_size=5)


def text_of(html: str) -> str:
    return "".join(" " if token.name == "br" else token.text for token in tokens(html))


@pytest.mark.parametrize(
    "html",
    [
        "<b>First. Second.</b> |Third &amp; more. |<i>Fourth.</i><br>|Fifth.",
        "<b>First. </b>|<i>Second.</i>",
        '<a href="/a">One. Two.</a> |Three <b><i>is. It</i></b> is.',
        "Who? |<br>",
        "5 &lt; 6. |6 &gt; 5.",
    ],
)
def test_cut_outside_of_elements(html):
    expected = html.split("|") if html != "Who? |<br>" else ["Who? <br>"]
    assert cut(html.replace("|", ""), "en") == expected


@given(PARTS, st.sampled_from(["ru", "en", "de"]))
def test_pieces_are_the_unit(parts, code):
    html = canonical_html("".join(written(*part) for part in parts))
    pieces = cut(html, code)
    assert "".join(pieces) == html
    # A sentence ends a piece unless it ends inside an element.
    starts, inside, text = list[int](), set[int](), ""
    for token in tokens(html):
        if token.name in {"b", "i"} and token.kind == "begin":
            starts.append(len(text))
        elif token.name in {"b", "i"}:
            inside |= {*range(starts.pop() + 1, len(text))}
        text += text_of(html[token.start : token.end])
    ends = set(accumulate(map(len, sentences(text, code)))) - inside
    # A unit that has marks and no letter is a piece without a sentence.
    assert {*accumulate(len(text_of(piece)) for piece in pieces)} - {0} == ends


@given(st.text(st.sampled_from("<>/&;.! abBr\"'A1=-")))
def test_any_html_is_kept(html):
    assert "".join(cut(html, "en")) == html
