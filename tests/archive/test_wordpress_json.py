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
from tests.archive.word import document, png, zipped
from tests.counted_lines import count_lines

pytestmark = pytest.mark.usefixtures("_messages_in_english")

SITE = "https://Old.example.org/news"


def links(path: str, **others: Any) -> dict[str, Any]:
    return {"_links": {"self": [{"href": f"{SITE}/wp-json/wp/v2/{path}"}], **others}}


def post(number: int, **facts: Any) -> dict[str, Any]:
    """Return a post as version 6 of WordPress answers it."""
    relations = [
        {"taxonomy": name, "href": f"{SITE}/?rest_route=%2Fwp%2Fv2%2F{path}&post={number}"}
        for name, path in (("category", "categories"), ("place", "places"))
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
        "meta": {"footnotes": "[]", "_edit_last": "1", "source": "Агентство", "rating": 4, "off": False, "tags": ["б"]},
        "categories": [3],
        "tags": [4],
        "places": [5],
        **links(f"posts/{number}", **{"wp:term": relations}),
        **facts,
    }


def term(number: int, taxonomy: str, name: str, **facts: Any) -> dict[str, Any]:
    found = {"id": number, "name": name, "slug": f"slug-{number}", "taxonomy": taxonomy}
    return {**found, **links(f"terms/{number}"), **facts}


def user(number: int) -> dict[str, Any]:
    about = {"name": "Зарина Қодирова", "slug": "zarina", "description": "Пишет о воде &amp; лесе."}
    return {"id": number, "avatar_urls": {"24": "x"}, **about, **links(f"users/{number}")}


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
        "media_details": {"image_meta": {"credit": "А. Берг", "copyright": ""}},
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
    return "\n".join(f"{note.kind}: {note}" for note in item.notes)


def test_a_site(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "1.json").write_text(json.dumps([post(20, type="page", featured_media=0)]))
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
        fields={"source": "Агентство", "rating": "4", "tags": '["б"]'},
        addresses=(f"{SITE}/2019/05/1/", f"{SITE}/?p=1"),
    )
    assert (second.key, second.status, second.published) == ("2", "draft", None)
    assert (page.key, page.kind, page.picture, page.admission) == ("20", "page", "", "by_itself")
    assert f"{SITE}/?page_id=20" in page.addresses


def test_what_is_embedded_counts(tmp_path):
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


@pytest.mark.parametrize(
    ("russian", "tajik"),
    [
        ({"lang": "ru", "translations": {"ru": 12, "tg": 11}}, {"lang": "tg", "translations": {"ru": 12, "tg": 11}}),
        (
            {"wpml_current_locale": "ru_RU", "wpml_translations": [{"locale": "tg_TJ", "id": 11}]},
            {"wpml_current_locale": "tg_TJ", "wpml_translations": [{"locale": "ru_RU", "id": 12}]},
        ),
        (
            {"polylang_current_lang": "ru", "polylang_translations": [{"locale": "tg", "id": 11}]},
            {"polylang_current_lang": "tg", "polylang_translations": [{"locale": "ru", "id": 12}]},
        ),
    ],
    ids=["Polylang Pro", "WPML REST API", "wp-rest-polylang"],
)
def test_languages(tmp_path, russian, tajik):
    posts = [post(12, **russian), post(11, **tajik), post(14, lang="en", translations={"en": 14}), post(15)]
    terms = [term(12, "category", "Вода", **russian), term(11, "category", "Об", **tajik)]
    archive = opened(tmp_path, posts=posts, terms=terms)
    facts = [(each.language[:2], each.group) for each in (*archive.items(), *archive.terms())]
    assert facts == [("ru", "11"), ("tg", "11"), ("en", ""), ("", ""), ("ru", "11"), ("tg", "11")]


@pytest.mark.parametrize(
    ("status", "made"),
    [("publish", "live"), ("future", "scheduled"), ("private", "private"), ("pending", "draft"), ("draft", "draft")],
)
def test_states(tmp_path, status, made):
    assert only(tmp_path, status=status).status == made


def test_the_description_that_search_engines_get(tmp_path):
    item = only(tmp_path, yoast_head_json={"description": "Вода &amp; лес", "og_description": "x"})
    assert item.fields["search_description"] == "Вода & лес"


def test_a_post_without_a_status_is_a_draft(tmp_path):
    item = only(tmp_path, status=None)
    assert item.status == "draft"
    assert "guessed: Its status, ?, is unknown here; it became a draft." in told(item)


def test_what_is_no_article(tmp_path):
    wrong: list[dict[str, Any]] = [{"status": "trash"}, {"type": "wp_block"}, {"id": "1"}, {"id": True}]
    posts = [post(number, **facts) for number, facts in enumerate(wrong, 1)]
    assert not list(opened(tmp_path, posts=posts, media=[medium(5)]).items())


def test_a_password(tmp_path):
    item = only(tmp_path, content={"rendered": "", "protected": True}, excerpt={"rendered": "", "protected": True})
    assert (item.status, item.html) == ("draft", "")
    assert "dropped: A password protects it there, so the API gives no text." in told(item)
    assert "dropped: It was shown to those with a password only; it became a draft." in told(item)


def test_what_is_missing_is_told(tmp_path):
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
def test_only_a_written_excerpt_is_a_lead(tmp_path, excerpt, lead):
    assert only(tmp_path, excerpt={"rendered": excerpt}).lead == lead


def test_the_addresses_of_sites(tmp_path):
    homes = {
        "https://a.example/index.php/wp-json/wp/v2/posts/1": "https://a.example",
        "https://a.example/?rest_route=/wp/v2/posts/1": "https://a.example",
        "http://a.example/b/wp-json/wp/v2/posts/1": "https://a.example/b",
    }
    for own, identity in homes.items():
        (tmp_path / "x.json").write_text(json.dumps(post(1, _links={"self": [{"href": own}]})))
        assert WordPressJson().open(tmp_path / "x.json", Options()).identity == identity
    assert opened(tmp_path, x=[post(1, _links={})]).identity == "https://old.example.org"


def test_files_of_the_uploads(tmp_path):
    """Which addresses lead to none, test_wordpress.py says."""
    (tmp_path / "uploads" / "2019" / "05").mkdir(parents=True)
    (tmp_path / "uploads" / "2019" / "05" / "lake.png").write_bytes(png())
    archive = opened(tmp_path, Options(media=tmp_path), x=[medium(31)])
    stream = archive.read(next(archive.media()))
    assert stream is not None
    assert stream.read() == png()


def test_recognised_by_content(tmp_path):
    kinds = {"posts": [post(1)], "users": [user(1)], "terms": [term(1, "category", "x")], "one": post(1)}
    for name, content in kinds.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content, indent=2), encoding="utf-8-sig")
    (tmp_path / "all.zip").write_bytes(zipped({"deep/x.JSON": json.dumps([post(1)])}))
    for path in (tmp_path, *tmp_path.iterdir()):
        assert WordPressJson().recognises(path), path
    assert [item.key for item in WordPressJson().open(tmp_path / "all.zip", Options()).items()] == ["1"]
    others = tmp_path / "others"
    others.mkdir()
    (others / "a.docx").write_bytes(document(""))
    (others / "b.json").write_text('{"headline": "x"}')
    (others / "d.xml").write_text('<rss>"_links"</rss>')
    for path in (others, others / "missing", *others.iterdir()):
        assert not WordPressJson().recognises(path), path


HOSTILE: dict[str, str | bytes] = {
    "no JSON": "[{",
    "deep": "[" * 200_000,
    "a long number": f"[{'9' * 100_000}]",
    "no encoding": b'[{"id": 1, "name": "\xff\xfe"}]',
    "empty": "",
    "too large": b"[" + b" " * LONGEST_FILE + b"]",
    "nothing of WordPress": '[1, null, {}, [], {"id": 1}]',
    "articles without a text": json.dumps([{"id": 2, "link": SITE, "title": {"rendered": "x"}}, post(1)]),
    "wrong types": json.dumps([{"id": [1], "title": 1, "content": 2}]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_by_a_sentence(name, tmp_path):
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
def test_wrong_properties_hurt_nothing_else(wrong, tmp_path):
    entries = [post(50), medium(50), user(51), term(52, "category", "x")]
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
def test_twice_as_much_takes_twice_as_long(name, tmp_path):
    def lines(size):
        archive = opened(tmp_path, x=LINEAR[name](size))
        return count_lines(lambda: [*archive.items(), *archive.terms()])

    lines(10)
    assert lines(600) < 2.1 * lines(300)
