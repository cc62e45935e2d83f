"""Answers of WordPress's REST API, stored as files, become articles with their languages, people and pictures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chorsu_archive.formats.wordpress_json import LONGEST_FILE, WordPressJson
from chorsu_archive.items import Archive, ArchiveError, Contributor, Item, Medium, Options, Term
from chorsu_archive.texts import convert
from tests.archive.word import document, png, zipped
from tests.counted_lines import count_lines

pytestmark = pytest.mark.usefixtures("_messages_in_english")

SITE = "https://Old.example.org/news"


def links(path: str, **others: Any) -> dict[str, Any]:
    return {"_links": {"self": [{"href": f"{SITE}/wp-json/wp/v2/{path}"}], **others}}


def post(number: int, **facts: Any) -> dict[str, Any]:
    """Return a post as version 6 of WordPress answers it."""
    relations = [
        {"taxonomy": "category", "embeddable": True, "href": f"{SITE}/wp-json/wp/v2/categories?post={number}"},
        {"taxonomy": "place", "embeddable": True, "href": f"{SITE}/?rest_route=%2Fwp%2Fv2%2Fplaces&post={number}"},
    ]
    return {
        "id": number,
        "date": "2019-05-06T12:00:00",
        "date_gmt": "2019-05-06T07:00:00",
        "guid": {"rendered": f"{SITE}/?p={number}"},
        "modified": "2020-01-01T05:00:00",
        "modified_gmt": "2020-01-01T00:00:00",
        "slug": "%d0%b2%d0%be%d0%b4%d0%b0",
        "status": "publish",
        "type": "post",
        "link": f"{SITE}/2019/05/{number}/",
        "title": {"rendered": f"Вода &#8220;{number}&#8221; &amp; лес"},
        "content": {
            "rendered": "<p>Ҷумҳурии <b>Тоҷикистон</b></p>\n<p>Кӯли Искандаркӯл дар баландии 2195 метр.</p>",
            "protected": False,
        },
        "excerpt": {"rendered": "<p>Рука &#8212; пишет</p>\n", "protected": False},
        "author": 7,
        "featured_media": 31,
        "comment_status": "open",
        "meta": {
            "footnotes": "[]",
            "_edit_last": "1",
            "source": "Агентство",
            "rating": 4,
            "off": False,
            "tags": ["a", "б"],
        },
        "categories": [3],
        "tags": [4],
        "places": [5],
        **links(f"posts/{number}", **{"wp:term": relations}),
        **facts,
    }


def term(number: int, taxonomy: str, name: str, **facts: Any) -> dict[str, Any]:
    found = {"id": number, "count": 3, "description": "", "name": name, "slug": f"slug-{number}", "taxonomy": taxonomy}
    return {**found, "link": f"{SITE}/{taxonomy}/{number}/", **links(f"terms/{number}"), **facts}


def user(number: int, name: str = "Зарина Қодирова", slug: str = "zarina") -> dict[str, Any]:
    about = {"description": "Пишет о воде &amp; лесе.", "link": f"{SITE}/author/{slug}/", "avatar_urls": {"24": "x"}}
    return {"id": number, "name": name, "slug": slug, **about, **links(f"users/{number}")}


def medium(number: int, **facts: Any) -> dict[str, Any]:
    return {
        "id": number,
        "slug": "lake",
        "type": "attachment",
        "link": f"{SITE}/lake/",
        "guid": {"rendered": f"{SITE}/wp-content/uploads/2019/05/lake.png"},
        "title": {"rendered": "Кӯл"},
        "caption": {"rendered": "<p>Озеро <em>утром</em></p>\n"},
        "alt_text": "Синее озеро",
        "media_type": "image",
        "media_details": {"sizes": {}, "image_meta": {"credit": "А. Берг", "copyright": ""}},
        "source_url": f"{SITE}/wp-content/uploads/2019/05/lake.png",
        **links(f"media/{number}"),
        **facts,
    }


def opened(folder: Path, options: Options | None = None, **files: object) -> Archive:
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return WordPressJson().open(folder, options or Options())


def only(folder: Path, **facts: Any) -> Item:
    (item,) = opened(folder, posts=[post(1, **facts)]).items()
    return item


def told(item: Item) -> str:
    return "\n".join(f"{note.kind}: {note.text}" for note in item.notes)


def test_a_site(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "1").with_suffix(".json").write_text(json.dumps([post(20, type="page", slug="about", featured_media=0)]))
    archive = opened(
        tmp_path,
        a=[post(1), post(2, status="draft", date_gmt=None)],
        b=[term(3, "category", "Вода &amp; лес"), term(4, "post_tag", "Река")],
        c=[term(5, "place", "Душанбе")],
        d=[user(7)],
        e=[medium(31), medium(32, source_url="", guid="")],
        f={"code": "rest_post_invalid_page_number", "message": "x", "data": {"status": 400}},
        g=[{"id": 1, "post": 1, "author_name": "Читатель", "content": {"rendered": "<p>!</p>"}}],
        h=[post(1, title={"rendered": "the same once more"})],
        i=[{key: value for key, value in post(90, parent=1).items() if key not in {"link", "type", "status"}}],
    )
    assert archive.identity == "https://old.example.org/news"
    assert list(archive.contributors()) == [Contributor("zarina", "Зарина Қодирова", "Пишет о воде & лесе.")]
    assert list(archive.terms()) == [
        Term("category", "slug-3", "Вода & лес"),
        Term("post_tag", "slug-4", "Река"),
        Term("place", "slug-5", "Душанбе"),
    ]
    assert list(archive.media()) == [
        Medium(
            "31",
            f"{SITE}/wp-content/uploads/2019/05/lake.png",
            "Кӯл",
            "<p>Озеро <em>утром</em></p>",
            "Синее озеро",
            "А. Берг",
            (f"{SITE}/lake/", f"{SITE}/?attachment_id=31"),
        )
    ]
    first, second, page = archive.items()
    assert first == Item(
        key="1",
        title="Вода &#8220;1&#8221; &amp; лес",
        slug="вода",
        kind="post",
        lead="<p>Рука &#8212; пишет</p>",
        html="<p>Ҷумҳурии <b>Тоҷикистон</b></p>\n<p>Кӯли Искандаркӯл дар баландии 2195 метр.</p>",
        published=datetime(2019, 5, 6, 7, tzinfo=UTC),
        modified=datetime(2020, 1, 1, tzinfo=UTC),
        authors=("zarina",),
        terms=(("category", "slug-3"), ("post_tag", "slug-4"), ("place", "slug-5")),
        picture="31",
        fields={"source": "Агентство", "rating": "4", "tags": '["a", "б"]'},
        addresses=(f"{SITE}/2019/05/1/", f"{SITE}/?p=1"),
    )
    assert (second.key, second.status, second.published) == ("2", "draft", None)
    assert (page.key, page.kind, page.picture, page.admission) == ("20", "page", "", "by_itself")
    assert f"{SITE}/?page_id=20" in page.addresses
    assert list(archive.items()) == [first, second, page]


def test_what_is_embedded_counts(tmp_path: Path) -> None:
    embedded = {
        "author": [user(7)],
        "wp:featuredmedia": [medium(31), {"code": "rest_forbidden"}],
        "wp:term": [[term(3, "category", "Вода")], [term(4, "post_tag", "Река")], []],
        "replies": [[{"id": 9, "author_name": "x", "content": {"rendered": "y"}}]],
        "up": "broken",
    }
    archive = opened(tmp_path, x=[post(1, _embedded=embedded, places=[])])
    (item,) = archive.items()
    assert (item.authors, item.terms) == (("zarina",), (("category", "slug-3"), ("post_tag", "slug-4")))
    assert [each.key for each in archive.media()] == ["31"]
    assert not item.notes


def test_its_text_becomes_blocks(tmp_path: Path) -> None:
    uploads = f"{SITE}/wp-content/uploads/2019/05"
    html = (
        '<p>Река<sup data-fn="n1" class="fn"><a href="#n1" id="n1-link">1</a></sup></p>'
        f'<figure class="wp-block-image alignwide"><img src="{uploads}/lake.png" alt="" class="wp-image-31"/>'
        "<figcaption>Утро</figcaption></figure>"
        '<ol class="wp-block-footnotes"><li id="n1">Сноска <a href="#n1-link">\u21a9\ufe0e</a></li></ol>'
    )
    archive = opened(tmp_path, x=[post(1, content={"rendered": html}), medium(31)])
    (item,) = archive.items()
    media = {each.key: each for each in archive.media()}
    made = convert(item, language="ru", media=media.get)
    assert [block["type"] for block in made.blocks] == ["paragraph", "picture", "footnotes"]
    assert made.blocks[0]["value"] == "<p>Река[1]</p>"
    assert made.blocks[1]["value"] | {"size": ""} == {
        "picture": "medium:31",
        "caption": "Утро",
        "alt": "Синее озеро",
        "size": "",
        "credit": "",
    }
    assert made.blocks[2]["value"] == {"notes": ["<p>Сноска</p>"]}


@pytest.mark.parametrize(
    "said",
    [
        lambda own, others: {"lang": own, "translations": {own: 0, **others}},
        lambda own, others: {
            "wpml_current_locale": {"ru": "ru_RU", "tg": "tg_TJ", "en": "en_US"}[own],
            "wpml_translations": [{"locale": f"{code}_XX", "id": number} for code, number in others.items()],
        },
        lambda own, others: {
            "polylang_current_lang": own,
            "polylang_translations": [{"locale": code, "id": number} for code, number in others.items()],
        },
    ],
    ids=["Polylang Pro", "WPML REST API", "wp-rest-polylang"],
)
def test_languages(tmp_path: Path, said: Callable[[str, dict[str, int]], dict[str, Any]]) -> None:
    posts = [
        post(12, **said("ru", {"tg": 11})),
        post(11, **said("tg", {"ru": 12})),
        post(14, **said("en", {})),
        post(15),
    ]
    names = [term(3, "category", "Вода", **said("ru", {"tg": 6})), term(6, "category", "Об", **said("tg", {"ru": 3}))]
    archive = opened(tmp_path, posts=posts, terms=names)
    assert [(item.key, item.language[:2], item.group) for item in archive.items()] == [
        ("12", "ru", "11"),
        ("11", "tg", "11"),
        ("14", "en", ""),
        ("15", "", ""),
    ]
    assert [(each.language[:2], each.group) for each in archive.terms()] == [("ru", "3"), ("tg", "3")]


@pytest.mark.parametrize(
    ("status", "made"),
    [("publish", "live"), ("future", "scheduled"), ("private", "private"), ("pending", "draft"), ("draft", "draft")],
)
def test_states(tmp_path: Path, status: str, made: str) -> None:
    assert only(tmp_path, status=status).status == made


def test_a_post_without_a_status_is_a_draft(tmp_path: Path) -> None:
    item = only(tmp_path, status=None)
    assert item.status == "draft"
    assert "guessed: Its status, ?, is unknown here; it became a draft." in told(item)


def test_what_is_no_article(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"status": "trash"},
        {"type": "wp_block"},
        {"type": "nav_menu_item"},
        {"id": "1"},
        {"id": True},
    ]
    assert not list(
        opened(tmp_path, posts=[post(number, **each) for number, each in enumerate(wrong, 1)], e=[medium(5)]).items()
    )


def test_a_password(tmp_path: Path) -> None:
    item = only(tmp_path, content={"rendered": "", "protected": True}, excerpt={"rendered": "", "protected": True})
    assert (item.status, item.html) == ("draft", "")
    assert "dropped: A password protects it there, so the API gives no text." in told(item)
    assert "dropped: It was shown to those with a password only; it became a draft." in told(item)


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    assert told(only(tmp_path)).splitlines() == [
        "broken: Its author, number 7 there, is in none of the files.",
        "broken: 3 of its categories and tags are in none of the files.",
    ]


@pytest.mark.parametrize(
    ("excerpt", "lead"),
    [
        ("<p>Ҷумҳурии Тоҷикистон Кӯли Искандаркӯл [&hellip;]</p>", ""),
        ("<p>Ҷумҳурии Тоҷикистон Кӯли Искандаркӯл дар баландии 2195 метр.</p>", ""),
        ("<p>Ҷумҳурии Тоҷикистон, кратко</p>", "<p>Ҷумҳурии Тоҷикистон, кратко</p>"),
        ("<p>Что [&hellip;] было</p>", "<p>Что [&hellip;] было</p>"),
        ("", ""),
    ],
)
def test_only_a_written_excerpt_is_a_lead(tmp_path: Path, excerpt: str, lead: str) -> None:
    assert only(tmp_path, excerpt={"rendered": excerpt}).lead == lead


def test_the_addresses_of_sites(tmp_path: Path) -> None:
    homes = {
        "https://a.example/index.php/wp-json/wp/v2/posts/1": "https://a.example",
        "https://a.example/?rest_route=/wp/v2/posts/1": "https://a.example",
        "http://a.example/b/wp-json/wp/v2/posts/1": "https://a.example/b",
    }
    for own, identity in homes.items():
        (tmp_path / "x.json").write_text(json.dumps(post(1, _links={"self": [{"href": own}]})))
        assert WordPressJson().open(tmp_path / "x.json", Options()).identity == identity
    assert opened(tmp_path, x=[post(1, _links={})]).identity == "https://old.example.org"


def test_files_of_the_uploads(tmp_path: Path) -> None:
    """Which addresses lead to none, test_wordpress.py says."""
    uploads = tmp_path / "uploads" / "2019" / "05"
    uploads.mkdir(parents=True)
    (uploads / "lake.png").write_bytes(png())
    archive = opened(tmp_path, Options(media=tmp_path), x=[medium(31)])
    stream = archive.read(next(archive.media()))
    assert stream is not None
    assert stream.read() == png()


def test_recognised_by_content(tmp_path: Path) -> None:
    kinds: dict[str, object] = {"posts": [post(1)], "users": [user(1)], "terms": [term(1, "category", "x")]}
    for name, content in (kinds | {"one": post(1)}).items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content, indent=2), encoding="utf-8-sig")
        assert WordPressJson().recognises(tmp_path / f"{name}.json"), name
    (tmp_path / "all.zip").write_bytes(zipped({"deep/x.JSON": json.dumps([post(1)])}))
    assert WordPressJson().recognises(tmp_path)
    assert WordPressJson().recognises(tmp_path / "all.zip")
    assert [item.key for item in WordPressJson().open(tmp_path / "all.zip", Options()).items()] == ["1"]
    others = tmp_path / "others"
    others.mkdir()
    others.joinpath("a.docx").write_bytes(document(""))
    for name, text in (("b.json", '{"headline": "x"}'), ("c.json", ""), ("d.xml", '<rss>"_links"</rss>')):
        others.joinpath(name).write_text(text)
    for path in (others, others / "missing", *others.iterdir()):
        assert not WordPressJson().recognises(path), path


HOSTILE: dict[str, str | bytes] = {
    "no JSON": "[{",
    "deep": "[" * 200_000,
    "deep objects": '{"a":' * 100_000,
    "a long number": f"[{'9' * 100_000}]",
    "no encoding": b'[{"id": 1, "name": "\xff\xfe"}]',
    "empty": "",
    "too large": b"[" + b" " * LONGEST_FILE + b"]",
    "nothing of WordPress": '[1, null, {}, [], {"id": 1}]',
    "wrong types": json.dumps([{"id": [1], "title": 1, "content": 2}]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_by_a_sentence(name: str, tmp_path: Path) -> None:
    content = HOSTILE[name]
    (tmp_path / "x.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    begin = time.process_time()
    with pytest.raises(ArchiveError) as refusal:
        WordPressJson().open(tmp_path, Options())
    assert str(refusal.value).endswith(".")
    assert time.process_time() - begin < 2


WRONG: list[Any] = [
    None,
    1,
    -1,
    True,
    10**30,
    "x",
    "\ud800",
    "a\0b",
    [],
    {},
    [[]],
    [{}],
    {"rendered": None},
    {"rendered": {}},
    [None],
]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_wrong_properties_hurt_nothing_else(wrong: Any, tmp_path: Path) -> None:
    good = {post: make(50) for post, make in (("p", post), ("m", medium))}
    entries: list[dict[str, Any]] = [*good.values(), user(51), term(52, "category", "x")]
    number = 100
    for made in (post(1, _embedded={}), medium(1), user(1), term(1, "category", "x", lang="ru", translations={})):
        for key in made:
            number += 1
            entries.append({**made, "id": number, key: wrong})
    archive = opened(tmp_path, x=entries)
    items, media = list(archive.items()), list(archive.media())
    assert "50" in {item.key for item in items}
    assert "50" in {each.key for each in media}
    for each in (*items, *media, *archive.terms(), *archive.contributors()):
        assert each.key
        repr(each).encode()
        assert "\\x00" not in repr(each)
    assert len(items) > 10


LINEAR: dict[str, Callable[[int], list[dict[str, Any]]]] = {
    "posts": lambda size: [post(number) for number in range(1, size + 1)],
    "terms": lambda size: [
        post(1, categories=[*range(1, size + 1)]),
        *(term(n, "category", "x") for n in range(1, size + 1)),
    ],
    "a text": lambda size: [
        post(1, content={"rendered": "<p>a&amp;b" * size}, excerpt={"rendered": "[&hellip;] <" * size})
    ],
    "translations": lambda size: [post(1, translations={str(number): number for number in range(size)})],
}


@pytest.mark.parametrize("name", LINEAR)
def test_twice_as_much_takes_twice_as_long(name: str, tmp_path: Path) -> None:
    def lines(size: int) -> int:
        archive = opened(tmp_path, x=LINEAR[name](size))
        return count_lines(lambda: [*archive.items(), *archive.terms()])

    lines(10)
    assert lines(600) < 2.1 * lines(300)
