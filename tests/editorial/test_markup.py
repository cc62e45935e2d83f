"""One canonical form of a text: markup that reads the same is the same, a changed letter never is."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_editorial.markup import canonical_html, canonical_text, paragraphs
from chorsu_editorial.reading import Leaf, units
from tests.counted_lines import count_lines

LETTERS = "abcАбвӣӯҳқғҷЙЁёیکآ«»—&<>\"'\u00a0\u200c0123"
words = st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)


@dataclass(frozen=True)
class Node:
    """A piece of rich text: an element with what is in it, or a text."""

    tag: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()
    text: str = ""


texts = words.map(lambda text: Node(text=text))
breaks = st.just(Node("br"))
links = st.builds(
    lambda children, key: Node("a", (("linktype", "page"), ("id", key)), children),
    st.tuples(texts),
    st.sampled_from(["1", "22"]),
)
marked = st.builds(
    lambda tag, children: Node(tag, (), tuple(children)),
    st.sampled_from(["b", "i", "sup"]),
    st.lists(texts | links, min_size=1, max_size=2),
)
inline = st.lists(texts | breaks | links | marked, min_size=1, max_size=4).map(tuple)
blocks = st.builds(lambda tag, children: Node(tag, (), children), st.sampled_from(["p", "h2", "blockquote"]), inline)
lists = st.lists(st.builds(lambda children: Node("li", (), children), inline), min_size=1, max_size=3).map(
    lambda items: Node("ul", (), tuple(items))
)
documents = st.lists(blocks | lists, min_size=1, max_size=4)


def written(nodes: list[Node], style: random.Random) -> str:
    """Return HTML that reads like these nodes, in one of the ways in which programs write it."""
    between = style.choice(["", "\n", "  ", "\r\n\t"])
    return between + between.join(_block(node, style) for node in nodes) + between


def _block(node: Node, style: random.Random) -> str:
    tag = node.tag.upper() if style.random() < 0.2 else node.tag
    key = f' data-block-key="{style.randrange(10**5):05}"' if style.random() < 0.5 else ""
    if node.tag == "ul":
        return f"<{tag}{key}>{written(list(node.children), style)}</{tag}>"
    around = style.choice(["", " ", "\n"])
    return f"<{tag}{key}>{around}{''.join(_inline(child, style) for child in node.children)}{around}</{tag}>"


def _inline(node: Node, style: random.Random) -> str:
    if node.tag == "br":
        return style.choice(["<br>", "<br/>", "<br />", "<BR>"]) + style.choice(["", "\n"])
    if node.tag:
        attributes = list(node.attributes)
        style.shuffle(attributes)
        quote = style.choice("\"'")
        inner = "".join(f" {name}={quote}{escape(value)}{quote}" for name, value in attributes)
        return f"<{node.tag}{inner}>{''.join(_inline(child, style) for child in node.children)}</{node.tag}>"
    text = unicodedata.normalize(style.choice(["NFC", "NFD"]), node.text)
    return "".join(_character(character, style) for character in text)


def _character(character: str, style: random.Random) -> str:
    if character == " ":
        return style.choice([" ", "  ", "\n", "\t "])
    if character in "&<>":
        return style.choice([escape(character), f"&#{ord(character)};", f"&#x{ord(character):x};"])
    if character == "\u00a0" and style.random() < 0.5:
        return "&nbsp;"
    return f"&#{ord(character)};" if style.random() < 0.1 and not unicodedata.combining(character) else character


def _texts_of(nodes: tuple[Node, ...]) -> int:
    return sum(_texts_of(node.children) if node.tag else 1 for node in nodes)


def _changed(nodes: tuple[Node, ...], number: int, style: random.Random) -> tuple[Node, ...]:
    """Return the nodes with one letter of the ``number``-th text changed into another."""
    found: list[Node] = []
    for node in nodes:
        count = _texts_of((node,))
        if not 0 <= number < count:
            found.append(node)
        elif node.tag:
            found.append(Node(node.tag, node.attributes, _changed(node.children, number, style)))
        else:
            place = style.choice([at for at, letter in enumerate(node.text) if letter != " "])
            letter = style.choice([other for other in "яқ7—" if other != node.text[place]])
            found.append(Node(text=node.text[:place] + letter + node.text[place + 1 :]))
        number -= count
    return tuple(found)


@pytest.mark.thorough
@given(documents, st.randoms(use_true_random=False))
def test_markup_that_reads_the_same_is_the_same(document, style):
    forms = {canonical_html(written(document, style)) for _ in range(4)}
    assert len(forms) == 1
    form = forms.pop()
    assert canonical_html(form) == form
    in_units = {tuple(unit.html for unit in units(_leaf(written(document, style)))) for _ in range(4)}
    assert len(in_units) == 1


@given(documents, st.randoms(use_true_random=False), st.data())
def test_a_changed_letter_is_never_the_same(document, style, data):
    count = _texts_of(tuple(document))
    if not count:
        return
    number = data.draw(st.integers(0, count - 1))
    other = list(_changed(tuple(document), number, style))
    assert canonical_html(written(document, style)) != canonical_html(written(other, style))
    before, after = (
        [unit.html for unit in units(_leaf(written(nodes, style)))] for nodes in (document, other)
    )  # fmt: skip
    assert before != after


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a <b>b</b></p>", "<p>a b</p>"),
        ('<p><a linktype="page" id="1">a</a></p>', '<p><a linktype="page" id="2">a</a></p>'),
        ("<p>a</p><p>b</p>", "<p>a b</p>"),
        ("<h2>a</h2>", "<h3>a</h3>"),
        ("<ol><li>a</li></ol>", "<ul><li>a</li></ul>"),
        ("<p>a\u00a0b</p>", "<p>a b</p>"),
        ("<p>a<br>b</p>", "<p>a b</p>"),
        ("<p>ё</p>", "<p>е</p>"),
        ("<p>ҳ</p>", "<p>х</p>"),
        ("<p>a b</p>", "<p>ab</p>"),
        ("<p>a &lt;b&gt; c</p>", "<p>a <b> c</p>"),
    ],
)
def test_what_reads_otherwise_is_another(one, other):
    assert canonical_html(one) != canonical_html(other)


@given(st.lists(words, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_plain_text_that_reads_the_same_is_the_same(lines, style):
    def form():
        text = style.choice(["\n", "\r\n", "\r"]).join(lines)
        return style.choice(["", " ", "\n"]) + unicodedata.normalize(style.choice(["NFC", "NFD"]), text)

    assert canonical_text(form()) == canonical_text(form()) == canonical_text("\n".join(lines))


@pytest.mark.parametrize(
    "piece", ["<b>", "</b>", "a ", "\u00a0", "&amp;", "<p>", "</p>", "<br>", " \n", "<!--", "<b x=1 y='", "&", "<"]
)
def test_twice_the_text_makes_at_most_twice_the_steps(piece):
    few, many = (count_lines(lambda count=count: canonical_html(piece * count)) for count in (1_000, 2_000))
    assert many <= 2.1 * few + 100


def _leaf(html: str) -> Leaf:
    return Leaf("body", "rich_text", html, " ".join(paragraph.text for paragraph in paragraphs(html)))
