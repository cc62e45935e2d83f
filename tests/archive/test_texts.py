"""Texts of archives: what WordPress stores becomes blocks, block by block, and nothing is lost without a note."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from contextlib import suppress
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from wagtail.documents import get_document_model

from chorsu_archive.conf import get_settings
from chorsu_archive.items import ArchiveError, Item, Medium
from chorsu_archive.texts import Converted, convert, plain
from chorsu_articles.blocks import PublicationBody
from chorsu_articles.paste import MOST_BLOCKS
from chorsu_editorial.markup import MOST_MARKS
from tests.articles.hostile_clipboards import FRAMES, Shape
from tests.articles.hostile_clipboards import shapes as hostile_shapes
from tests.counted_lines import count_lines
from tests.factories import make_picture

pytestmark = pytest.mark.usefixtures("_messages_in_english")

UPLOADS = "https://old.example/wp-content/uploads/2015/03"
BRIDGE = Medium("12", f"{UPLOADS}/bridge.jpg", caption="The <b>bridge</b>", alt="A bridge")
MARKET = Medium("13", f"{UPLOADS}/market.jpg")
REPORT = Medium("14", f"{UPLOADS}/report.pdf")
MEDIA = {name: medium for medium in (BRIDGE, MARKET, REPORT) for name in (medium.key, medium.address)}
YOUTUBE = "https://www.youtube.com/watch?v=abcdefghijk"


def converted(html: str, *, texts: Any = "wordpress", **fields: Any) -> Converted:
    item = Item("1", "A title", html=html, texts=texts, addresses=("https://old.example/2015/03/x/",), **fields)
    return convert(item, language="tg", media=MEDIA.get)


def short(block: dict[str, Any]) -> str:
    """Return a block's kind and what is said in it, in the order of its fields, without what is empty."""
    kind, value = block["type"], block["value"]
    match kind:
        case "paragraph":
            return f"{kind} {value}"
        case "gallery":
            said: Any = [[each["picture"], each["caption"], each["alt"]] for each in value["pictures"]]
        case "footnotes":
            said = value["notes"]
        case "table":
            rows = [each["values"] for each in value["rows"]]
            said = [[each["heading"] for each in value["columns"]], *rows, value["caption"]]
        case _:
            said = {name: each for name, each in value.items() if each and (name, each) != ("size", "text")}
    return f"{kind} {json.dumps(said, ensure_ascii=False)}"


def shapes(html: str, **options: Any) -> list[str]:
    return [short(block) for block in converted(html, **options).blocks]


def notes(html: str, **options: Any) -> list[tuple[str, str]]:
    return [(note.kind, str(note)) for note in converted(html, **options).notes]


def text(*paragraphs: str) -> str:
    return f"paragraph {''.join(f'<p>{each}</p>' for each in paragraphs)}"


def block(name: str, html: str) -> str:
    return f"<!-- wp:{name} -->\n{html}\n<!-- /wp:{name.split(maxsplit=1)[0]} -->\n\n"


def image(key: str, caption: str = "", attributes: str = "") -> str:
    inner = f'<img src="{UPLOADS}/other-300x200.jpg" {attributes} class="wp-image-{key}"/>'
    return f'<figure class="wp-block-image">{inner}{f"<figcaption>{caption}</figcaption>" if caption else ""}</figure>'


DATA = tomllib.loads((Path(__file__).parent / "data/texts.toml").read_text())
CASES = {each["name"]: each for each in DATA["case"]}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_texts_of_wordpress(case):
    assert shapes(case["html"]) == case["blocks"].splitlines()


def test_empty_lines_of_any_kind():
    assert shapes("a\n \nb\r\n\r\nc\r\nd\n&nbsp;\n\ne") == [text("a", "b", "c<br/>d", "e")]


def test_footnotes_in_the_field_of_an_article():
    html = block(
        "paragraph", '<p>Б<sup data-fn="b"><a href="#b">1</a></sup> а<sup data-fn="a"><a href="#a">2</a></sup></p>'
    )
    field = '[{"id":"a","content":"First <em>note</em>"},{"id":"b","content":"Дуюм"},{"id":"c","content":"Not marked"}]'
    made = converted(html + "<!-- wp:footnotes /-->", data={"footnotes": field})
    assert [short(each) for each in made.blocks] == [
        text("Б[1] а[2]"),
        'footnotes ["<p>Дуюм</p>", "<p>First <i>note</i></p>", "<p>Not marked</p>"]',
    ]
    assert not made.notes


def test_footnotes_of_files_of_word():
    html = (
        '<p>Words<sup><a href="#footnote-1" id="footnote-ref-1">[1]</a></sup></p>'
        '<ol><li id="footnote-1"><p>A note <a href="#footnote-ref-1">↑</a></p></li></ol>'
    )
    assert shapes(html, texts="plain") == [text("Words[1]"), 'footnotes ["<p>A note</p>"]']


def test_plain_html_has_no_shortcodes():
    assert shapes("<p>[gallery ids=1]\n((a b))</p>\n\n<p>c</p>", texts="plain") == [
        text("[gallery ids=1] ((a b))", "c")
    ]


def test_headline_and_lead_are_plain():
    item = Item("1", "Ӯ &amp; <i>Қ</i> &#8211; 5 &lt; 6", lead="<p>The lead.</p>\n<p>More [&hellip;]</p>")
    made = convert(item, language="tg", media=MEDIA.get)
    assert (made.headline, made.lead) == ("Ӯ & Қ – 5 < 6", "The lead. More")
    assert plain("a < b <b>c</b>") == "a < b c"


@pytest.mark.parametrize("case", DATA["told"], ids=lambda case: case["html"])
def test_what_is_told(case):
    assert notes(case["html"]) == [tuple(case["note"])]


@pytest.mark.parametrize(("link", "told"), [("https://e.org/", True), ("https://old.example/lost-large.jpg", False)])
def test_the_link_of_a_missing_picture_is_told_unless_it_leads_to_a_picture(link, told):
    found = [text for _kind, text in notes(f'<a href="{link}"><img src="https://old.example/lost.jpg"></a>')]
    assert (f"The link of a picture: {link}" in found) is told


@pytest.mark.parametrize("begin", ["<s>", "<form>", '<p style="display:none">'])
def test_links_and_pictures_of_what_is_left_out(begin):
    """A picture stays, for editors to decide; of a link a note says where it led."""
    made = converted(
        f'{begin}<a href="https://e.org/">No</a> <img class="wp-image-12"></{begin[1:].split()[0].rstrip(">")}>'
    )
    assert [each["type"] for each in made.blocks] == ["picture"]
    assert [(note.kind, str(note)) for note in made.notes][1:] == [
        ("dropped", "A link was left out: https://e.org/ No")
    ]


def test_a_picture_that_the_archive_lacks_leaves_its_caption():
    html = f"<p>a</p>{image('12')}{image('99', 'Its <b>caption</b>')}<p>b</p>"
    assert shapes(html) == [
        text("a"),
        'picture {"picture": "medium:12", "alt": "A bridge"}',
        text("Its <b>caption</b>", "b"),
    ]


def test_footnotes_that_cannot_be_read_are_told():
    for field in ("no json", "[1]", '[{"id":"a"}]', "[" * 100_000, "{}1", '"x"'):
        ((kind, told),) = notes("<p>a</p>", data={"footnotes": field})
        assert kind == "broken"
        assert field[:100] in told


def test_an_old_film_of_flash():
    html = '<object><embed src="http://www.youtube.com/v/abcdefghijk"></object>'
    assert shapes(html) == ['video {"url": "http://www.youtube.com/embed/abcdefghijk"}']


@pytest.mark.django_db
def test_every_block_is_one_that_the_editor_takes():
    keys = {"medium:12": make_picture().pk, "medium:13": make_picture().pk}
    document = get_document_model().objects.create(title="x", file=ContentFile(b"%PDF-1.4", "x.pdf"))
    keys["medium:14"] = document.pk

    def real(value):
        if isinstance(value, dict):
            return {name: real(each) for name, each in value.items()}
        if isinstance(value, list):
            return [real(each) for each in value]
        return keys.get(value, value)

    body = PublicationBody()
    for case in CASES.values():
        value = body.to_python(real(converted(case["html"]).blocks))
        assert len(value) == len(case["blocks"].splitlines())
        body.clean(value)


def all_texts(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [text for each in inner for text in all_texts(each)]
    return [BeautifulSoup(f"<p>{value}</p>", "html.parser").get_text()]


def letters(*texts: str) -> Counter[str]:
    return Counter(each for text in texts for each in text if each.isalnum())


WORDS = st.text(st.sampled_from("абвӣӯҳқғҷ xyz.,()«»1٢سلام"), min_size=1, max_size=12).map(escape)
TAGS = (
    "p", "div", "section", "span", "b", "em", "sup", "a", "blockquote", "cite", "figure", "figcaption", "ul", "ol",
    "li", "dl", "dt", "dd", "table", "tr", "td", "th", "thead", "caption", "pre", "h2", "h4", "details", "summary",
    "footer", "form", "svg", "del", "s", "noscript", "iframe", "video", "object", "center", "x-note", "x-embed",
)  # fmt: skip
SIGNS = (
    "\n\n", "\n", "<br>", "<hr>", "<!--more-->", "<!-- wp:paragraph -->", "<!-- /wp:paragraph -->",
    "<!-- wp:latest-posts /-->", '<img class="wp-image-12">', '<img src="/lost.jpg">', "<p>", "</p>", "</b>", "<li>",
    "[gallery ids=12,13]", '[vc_row a="1"]', "[/vc_row]", "[ref]", "[/ref]", "[", "]", f"\n{YOUTUBE}\n",
    "&#xe000;0&#xe001;",
    '<sup data-fn="u"><a href="#u">', '<li id="u">', "</a>", "[embed]", "[/embed]", '<div class="wp-block-gallery">',
    "</div>", '<div class="wp-caption">', '<p class="wp-caption-text">', '<figure class="wp-block-pullquote">',
    '<div class="wp-block-file"><a href="x">', f'<div class="wp-block-file"><a href="{REPORT.address}">',
)  # fmt: skip
CAPTION = '[caption]<img class="wp-image-13"> %s[/caption]'
trees = st.recursive(
    st.one_of(WORDS, st.sampled_from(SIGNS)),
    lambda inner: st.tuples(st.sampled_from([*TAGS, CAPTION]), st.lists(inner, max_size=4)),
    max_leaves=20,
)


def written(tree: Any) -> str:
    if isinstance(tree, str):
        return tree
    name, children = tree
    inner = "".join(map(written, children))
    return name % inner if "%s" in name else f"<{name}>{inner}</{name}>"


def words_of(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [] if tree in SIGNS else [BeautifulSoup(tree, "html.parser").get_text()]
    return [word for each in tree[1] for word in words_of(each)]


@given(st.lists(trees, max_size=6), st.sampled_from(["wordpress", "plain"]))
def test_every_letter_is_in_a_block_or_in_a_note(parts, texts):
    made = converted("".join(map(written, parts)), texts=texts)
    told = [text for each in made.blocks for text in all_texts(each["value"])] + [str(each) for each in made.notes]
    # Equal forms are one note.
    words = {word for each in parts for word in words_of(each)}
    assert not letters(*words) - letters(*told)


PIECES = (
    "[", "[a ", "[caption]", "[/caption]", "[gallery ids=1]", "[ref]x[/ref]", "[a b=", "[[a b=1]]", "[[a ", "[a]",
    "[/a]", "[caption][ref]", "<!-- wp:a -->", "<!-- wp:a /-->", "<!--more-->", "\n", "\n\n", " \n",
    "<em>", "<em>\n\n", "</em>", "\nhttps://e.org\n", '<div class="wp-block-gallery">',
    '<div class="wp-block-gallery"><img class="wp-image-12">', '<img class="wp-image-12">', "<img src=x>", "<figure>",
    "<figcaption>", "<figure><img class=wp-image-12><figcaption>x</figcaption></figure>", "<blockquote>",
    "<cite>x</cite>", "<blockquote><cite>", '<div class="wp-block-embed__wrapper">',
    '<div class="wp-block-file"><a href="x">', "<table><tr><td><img>", '<sup data-fn="u"><a href="#u">1</a></sup>',
    '<li id="u"><a href="#u">x</a></li>', "<x-note>x</x-note>", "<x-note>", "<iframe>", "<s>",
    "<x-embed>https://e.org</x-embed>", "&#xe000;1&#xe001;",
    "<object><param value=x>", "<form>", "<p>Photo: x</p>",
    '<div class="wp-block-cover" style="background-image:url(x)">', "<a href=/x>y</a>",
)  # fmt: skip
GROWING = [
    *(
        Shape(begin, piece, end)
        for piece in PIECES
        for begin, end in (("", ""), ("<p>", "</p>"), ("[caption]", "[/caption]"))
    ),
    *(Shape("<div>" * 40, piece, "") for piece in PIECES),
    *hostile_shapes(100 + len(FRAMES)),
]


def read(html: str) -> None:
    for texts in ("wordpress", "plain"):
        with suppress(ArchiveError):
            converted(html, texts=texts)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "shape",
    [pytest.param(each, marks=() if n % 8 == 0 else pytest.mark.slow) for n, each in enumerate(GROWING)],
    ids=str,
)
def test_twice_as_much_takes_at_most_twice_the_time(shape):
    once, twice = (count_lines(partial(read, shape.grown(size))) for size in (300, 600))
    assert twice <= 2.2 * once


def test_what_no_article_is_as_long_as_is_refused():
    with pytest.raises(ArchiveError, match="longer than any article"):
        converted("x" * (get_settings().largest_text + 1))
    for html in (
        image("12") * (MOST_BLOCKS + 1),
        "<li>x</li>" * MOST_MARKS,
        "<i>" * 200,
        "x\n" * 50_000,
    ):
        with pytest.raises(ArchiveError, match="more parts than any article"):
            converted(html, texts="plain")


def test_a_shortcode_without_its_end_takes_nothing_with_it():
    assert shapes("[caption width=1]a\n\nb[embed]c") == [text("[caption width=1]a", "b[embed]c")]
    assert shapes("[caption id=1]a<!-- [/caption] -->") == [text("[caption id=1]a")]


def test_what_stands_before_a_comment_begins_no_tag():
    assert shapes("a <<!-- -->script>b") == [text("a &lt;script&gt;b")]


def test_nobody_forges_the_marks_of_blocks():
    html = "<p>a&#xe000;7&#xe001;</p><table><tr><td>b&#xe000;0&#xe001;</td><td>c</td></tr></table>"
    assert shapes(html + image("13")) == [text("a", "b c"), 'picture {"picture": "medium:13"}']
