"""Exports of WordPress: what is made of them, and that no file does harm."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from chorsu_archive.formats import wordpress
from chorsu_archive.formats.wordpress import WordPress, WordPressArchive
from chorsu_archive.items import ArchiveError, Contributor, Item, Medium, Options, Term
from tests.counted_lines import count_lines

DATA = Path(__file__).parent / "data"
UPLOADS = "https://old.example.org/wp-content/uploads/2026/02"
ADDRESS = f"<wp:attachment_url>{UPLOADS}/a.jpg</wp:attachment_url>"

pytestmark = pytest.mark.usefixtures("_messages_in_english")


def wxr(*parts: str, before: str = "", version: str = "1.2", encoding: str = "UTF-8") -> str:
    return f"""<?xml version="1.0" encoding="{encoding}" ?>
{before}<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/{version}/"
>
<channel>
	<title>Листок</title>
	<link>https://old.example.org</link>
	<wp:wxr_version>{version}</wp:wxr_version>
	<wp:base_blog_url>https://old.example.org</wp:base_blog_url>
	{"".join(parts)}
</channel>
</rss>
"""


def post(
    number: int | str = 1, *inside: str, content: str = "Текст.", status: str = "publish", kind: str = "post"
) -> str:
    return f"""<item>
		<title><![CDATA[Статья {number}]]></title>
		<link>https://old.example.org/{number}/</link>
		<dc:creator><![CDATA[anna]]></dc:creator>
		<content:encoded><![CDATA[{content}]]></content:encoded>
		<excerpt:encoded><![CDATA[]]></excerpt:encoded>
		<wp:post_id>{number}</wp:post_id>
		<wp:post_date><![CDATA[2026-01-01 10:00:00]]></wp:post_date>
		<wp:post_date_gmt><![CDATA[2026-01-01 05:00:00]]></wp:post_date_gmt>
		<wp:post_name><![CDATA[statya-{number}]]></wp:post_name>
		<wp:status><![CDATA[{status}]]></wp:status>
		<wp:post_type><![CDATA[{kind}]]></wp:post_type>
		{"".join(inside)}
	</item>
	"""


def meta(key: str, value: str) -> str:
    return f"""<wp:postmeta>
		<wp:meta_key><![CDATA[{key}]]></wp:meta_key>
		<wp:meta_value><![CDATA[{value}]]></wp:meta_value>
		</wp:postmeta>"""


def opened(path: Path, **options: Any) -> WordPressArchive:
    return WordPress().open(path, Options(**options))


def written(folder: Path, content: str | bytes, name: str = "export.xml") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def first(folder: Path, export: str) -> Item:
    return next(opened(written(folder, export)).items())


def said(item: Item) -> list[tuple[str, str]]:
    return [(note.kind, str(note)) for note in item.notes]


@pytest.fixture(scope="module")
def polylang() -> WordPressArchive:
    return opened(DATA / "polylang.xml")


@pytest.fixture(scope="module")
def articles(polylang) -> dict[str, Item]:
    with translation.override("en"):
        return {item.key: item for item in polylang.items()}


# What is made of it


def test_article(articles):
    item = articles["101"]
    assert (item.title, item.slug, item.kind, item.status) == ("Канал &amp; вода", "kanal", "post", "live")
    assert (item.lead, item.texts, item.picture) == ("Воду обещают к маю.", "wordpress", "201")
    assert item.html.startswith("<!-- wp:paragraph -->\n<p>Канал у села")
    assert item.html.endswith("<!-- wp:footnotes /-->")
    assert item.published == datetime(2026, 2, 10, 9, 30, tzinfo=UTC)
    assert item.modified == datetime(2026, 2, 12, 3, 0, tzinfo=UTC)
    assert item.terms == (
        ("category", "ekonomika"),
        ("post_tag", "voda"),
        ("post_tag", "%d0%be%d0%b1"),
        ("region", "sughd"),
    )
    assert item.addresses == (
        "https://old.example.org/2026/02/kanal/",
        "https://old.example.org/?p=101",
        "https://old.example.org/2026/02/kanal-staryj/",
        "https://old.example.org/2026/02/%d0%ba%d0%b0%d0%bd%d0%b0%d0%bb/",
    )


def test_a_text_has_the_pictures_and_blocks_that_stand_elsewhere_in_the_export(tmp_path):
    parent = "<wp:post_parent>1</wp:post_parent>"
    pictures = (post(n, parent, f"<wp:menu_order>{9 - n}</wp:menu_order>", ADDRESS, kind="attachment") for n in (5, 6))
    ref = '<!-- wp:block {{"ref":{}}} /-->'.format
    blocks = (post(n, content=f"{n}{ref(7)}{ref(8)}", kind="wp_block") for n in (7, 8))
    shown = f'[gallery][gallery columns="2" exclude="5"][gallery id="3"][[gallery]]{ref(7)}{ref(99)}'
    assert first(tmp_path, wxr(post(content=shown), *pictures, *blocks)).html == (
        f'[gallery ids="6,5"][gallery ids="6"][gallery id="3"][[gallery]]7{ref(7)}8{ref(7)}{ref(8)}{ref(99)}'
    )


def test_text_that_is_no_cdata_is_whole(tmp_path):
    export = wxr(post().replace("<![CDATA[Текст.]]>", "Раз <p>Два <b>три</b></p> четыре"))
    html = first(tmp_path, export).html
    assert "".join(document_fromstring(html).itertext()) == "Раз Два три четыре"


def test_fields_are_those_of_people_and_not_of_plugins(articles):
    fields = dict(articles["101"].fields)
    assert articles["101"].data["footnotes"].startswith('[{"content":"По данным')
    assert fields == {"istochnik": "Управление мелиорации", "metka": "а\nб", "search_description": "x"}
    assert articles["125"].fields == {"event_start": "2026-03-05"}


def test_a_plug_in_s_description_is_the_article_s_unless_it_has_variables_or_is_another(tmp_path):
    texts = {"_yoast_wpseo_metadesc": "%%excerpt%%", "rank_math_description": "Б &amp; В", "_aioseo_description": "Г"}
    fields = first(tmp_path, wxr(post(1, *(meta(*each) for each in texts.items())))).fields
    assert fields == {
        "search_description": "Б & В",
        "_yoast_wpseo_metadesc": "%%excerpt%%",
        "_aioseo_description": "Г",
    }


def test_status(articles):
    """In the language of its locale: the site names Tajik "tj". What no reader saw is left out."""
    assert {key: (item.status, item.language) for key, item in articles.items()} == {
        "101": ("live", "ru_RU"),
        "102": ("live", "tg_TJ"),
        "103": ("live", "en_GB"),
        "110": ("draft", "ru_RU"),
        "112": ("private", "ru_RU"),
        "113": ("draft", "ru_RU"),
        "114": ("scheduled", "ru_RU"),
        "115": ("live", "ru_RU"),
        "120": ("live", "ru_RU"),
        "125": ("live", "ru_RU"),
    }
    assert {articles[key].group for key in ("101", "102", "103")} == {"pll_67a9f00200001"}
    assert articles["112"].group == ""


def test_what_is_told(articles):
    assert said(articles["101"]) == [("dropped", "Comments and pings left out: 3.")]
    assert said(articles["113"]) == [("dropped", "It was shown to those with a password only; it became a draft.")]
    assert "vesna" not in repr(articles["113"]), "the password"
    assert (articles["110"].published, said(articles["110"])) == (None, [("guessed", "It was a draft there.")])
    assert "CDATA may end: ]]&gt; and ]]> too." in articles["103"].html
    assert articles["102"].slug == "канал-ва-об"


@pytest.mark.parametrize(
    ("kinds", "admission"),
    [
        ("post page", "by_itself"),
        ("event product", "by_choice"),
        (
            "feedback flamingo_inbound flamingo_outbound flamingo_contact nf_sub shop_order leyka_donation ticket",
            "never",
        ),
    ],
)
def test_articles_come_by_themselves_other_kinds_by_choice_and_messages_never(tmp_path, kinds, admission):
    for kind in kinds.split():
        assert first(tmp_path, wxr(post(kind=kind))).admission == admission, kind


def test_date_without_gmt_is_in_the_zone_of_the_newsroom(tmp_path, settings):
    settings.TIME_ZONE = "Asia/Dushanbe"
    old = post().replace("2026-01-01 05:00:00", "0000-00-00 00:00:00")
    item = first(tmp_path, wxr(old))
    assert item.published == datetime(2026, 1, 1, 5, 0, tzinfo=UTC)
    assert said(item) == [("guessed", "Its date is in a time zone that the export doesn't say.")]


def test_page_has_both_short_addresses(articles):
    assert articles["120"].addresses == (
        "https://old.example.org/o-nas/",
        "https://old.example.org/?page_id=120",
        "https://old.example.org/?p=120",
    )


def test_authors(polylang, articles):
    people = list(polylang.contributors())
    assert people == [
        Contributor("salim", "Салим Қодиров"),
        Contributor("mira", "Мира Эшонова"),
        Contributor("guest-lola", "Лола Раҳимова"),
    ]
    assert "@" not in repr(people)
    assert articles["101"].authors == ("salim", "guest-lola")
    assert articles["102"].authors == ("mira",)


def test_zip_that_leads_outside_or_unfolds_to_too_much_is_refused(tmp_path, settings):
    """Which others are, tests/articles/test_documents.py says."""
    with pytest.raises(ArchiveError, match=r"site\.zip: .*evil\.xml"):
        opened(zipped(tmp_path, "../evil.xml", wxr(post(2))))
    settings.CHORSU_ARCHIVE = {"LARGEST_UPLOAD": 1_000_000}
    path = zipped(tmp_path, "zeros.xml", bytes(5_000_000), compress_type=zipfile.ZIP_DEFLATED)
    with pytest.raises(ArchiveError, match="unfolds to too much"):
        opened(path)


def test_terms_know_their_translations(polylang):
    assert list(polylang.terms()) == [
        Term("category", "ekonomika", "Экономика & рынки", "ru_RU", "pll_67a9f00100001"),
        Term("category", "iqtisod", "Иқтисод", "tg_TJ", "pll_67a9f00100001"),
        Term("category", "economy", "Economy", "en_GB", "pll_67a9f00100001"),
        # Nothing says its language but the articles that have it.
        Term("category", "raznoe", "Разное", "ru_RU"),
        Term("post_tag", "voda", "Вода", "ru_RU"),
        Term("post_tag", "%d0%be%d0%b1", "Об", "ru_RU"),
        Term("region", "sughd", "Согд", "ru_RU"),
    ]


def test_media(polylang):
    media = {each.key: each for each in polylang.media()}
    assert list(media) == ["201", "202", "203"]
    assert media["201"] == Medium(
        key="201",
        address=f"{UPLOADS}/canal-scaled.jpg",
        title="canal",
        caption="Работы у канала",
        alt='Экскаватор у "воды"',
        credit="Фото: Лола",
        page_addresses=("https://old.example.org/?attachment_id=201", f"{UPLOADS}/canal.jpg"),
        language="ru_RU",
    )
    assert media["203"].page_addresses == (
        "https://old.example.org/plan/",
        "https://old.example.org/?attachment_id=203",
    )


def test_identity_stays_when_the_site_gets_a_certificate(tmp_path, polylang):
    plain = (DATA / "polylang.xml").read_text().replace("https://old.example.org", "http://OLD.example.org/")
    assert opened(written(tmp_path, plain)).identity == polylang.identity == "https://old.example.org"


def test_wpml():
    archive = opened(DATA / "wpml.xml", groups=DATA / "icl_translations.csv")
    assert archive.identity == "https://wpml.example.org/ru-site"
    assert [(each.key, each.language, each.group, each.original) for each in archive.items()] == [
        ("301", "ru", "w-301", True),
        ("302", "tg", "w-301", False),
        ("303", "kk", "trid 77", False),
        ("304", "ru", "trid 77", True),
        ("305", "ru", "trid 90", True),
        ("306", "en", "trid 90", False),
        ("307", "pt-br", "", False),
    ]
    assert [(each.key, each.language, each.group) for each in archive.terms()] == [
        ("politika", "ru", "cat-7"),
        ("siyosat", "tg", "cat-7"),
        ("bez-gruppy", "ru", "trid 92"),
    ]


def test_terms_of_wpml_are_known_by_their_own_numbers(tmp_path):
    """The table has others, which no export says: without a column of theirs, what contradicts the articles is none."""
    term = "<wp:category><wp:term_id>{0}</wp:term_id><wp:category_nicename>c{0}</wp:category_nicename></wp:category>"
    export = wxr(*map(term.format, (1, 2)), post(5, '<category domain="category" nicename="c2"/>'))
    head = "element_type,element_id,trid,language_code,source_language_code,"
    rows = "\npost_post,5,9,ru,,\ntax_category,2,7,tg,,1\ntax_category,3,7,ru,,2"
    found = [
        [(each.key, each.language, each.group) for each in opened(written(tmp_path, export), groups=table).terms()]
        for table in (written(tmp_path, head + name + rows, f"{name}.csv") for name in ("term_id", "other"))
    ]
    assert found == [[("c1", "tg", "trid 7"), ("c2", "ru", "trid 7")], [("c1", "", ""), ("c2", "ru", "")]]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_older_versions(tmp_path, version):
    """WordPress before 3.1 wrote no list of authors, and texts without CDATA."""
    old = (
        "<wp:category><wp:category_nicename>novosti</wp:category_nicename>"
        "<wp:cat_name><![CDATA[Новости]]></wp:cat_name></wp:category>"
    )
    text = post(5, '<category domain="category" nicename="novosti"><![CDATA[Новости]]></category>')
    archive = opened(written(tmp_path, wxr(old, text.replace("<![CDATA[Статья 5]]>", "Статья 5"), version=version)))
    (item,) = archive.items()
    assert (item.title, item.terms, item.authors) == ("Статья 5", (("category", "novosti"),), ("anna",))
    assert [each.name for each in archive.terms()] == ["Новости"]


def test_export_of_posts_alone_has_names_of_terms(tmp_path):
    item = post(5, '<category domain="post_tag" nicename="voda"><![CDATA[Вода &amp; лес]]></category>')
    assert list(opened(written(tmp_path, wxr(item))).terms()) == [Term("post_tag", "voda", "Вода & лес")]


def test_credit_with_quotation_marks_is_whole(tmp_path):
    about = meta("_wp_attachment_metadata", 'a:1:{s:6:"credit";s:18:"Фото "Лола"";}')
    path = written(tmp_path, wxr(post(5, ADDRESS, about, kind="attachment")))
    assert [each.credit for each in opened(path).media()] == ['Фото "Лола"']


def test_prefixes_are_told_by_their_namespaces(tmp_path):
    """WordPress.com writes https in them; elements of other ones say nothing."""
    other = '<other:post_id xmlns:other="https://example.org/">2</other:post_id><status xmlns="urn:x">trash</status>'
    export = wxr(post(1, other))
    prefixes = export.replace("wp:", "x:").replace(":wp=", ":x=").replace("content:", "c:").replace(":content=", ":c=")
    for each in (export, export.replace('"http://wordpress.org', '"https://wordpress.org'), prefixes):
        assert WordPress().recognises(written(tmp_path, each))
        item = first(tmp_path, each)
        assert (item.key, item.html, item.status) == ("1", "Текст.", "live")


@pytest.mark.parametrize("status", ["archive", ""])
def test_other_status_becomes_a_draft(tmp_path, status):
    item = first(tmp_path, wxr(post(status=status)))
    assert item.status == "draft"
    assert said(item) == [("guessed", f"Its status, {status or '?'}, is unknown here; it became a draft.")]


# What it is read from


def test_encodings(tmp_path):
    for encoding in ("UTF-8", "UTF-16", "windows-1251"):
        path = written(tmp_path, wxr(post(1), encoding=encoding).encode(encoding))
        assert WordPress().recognises(path)
        assert [each.html for each in opened(path).items()] == ["Текст."], encoding


def test_folder_or_zip_of_parts_is_one_archive(tmp_path):
    folder = tmp_path / "site"
    (folder / "__MACOSX").mkdir(parents=True)
    for name, content in (("2.xml", wxr(post(2), post(3))), ("1.xml", wxr(post(1), post(3)))):
        written(folder, content, f"site.wordpress.2026-01-01.00{name}")
    for name in ("readme.txt", "sitemap.xml", "__MACOSX/._site.xml"):
        written(folder, "<urlset/>", name)
    for path in (folder, Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))):
        assert WordPress().recognises(path)
        assert [each.key for each in opened(path).items()] == ["1", "3", "2", "3"]


def without_home(export: str) -> str:
    return export.replace("<wp:base_blog_url>https://old.example.org</wp:base_blog_url>", "")


@pytest.mark.parametrize("change", [str, without_home])
def test_exports_of_two_sites_are_refused(tmp_path, change):
    """Their articles have the same numbers. An export that doesn't name its blog is known by its channel's link."""
    written(tmp_path, change(wxr(post(1))), "ru.xml")
    assert opened(tmp_path).identity == "https://old.example.org"
    written(tmp_path, change(wxr(post(1))).replace("//old.", "//tg.old."), "tg.xml")
    with pytest.raises(ArchiveError, match="exports of several sites"):
        list(opened(tmp_path).items())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xml", b""),
        ("feed.xml", b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>'),
        ("page.html", b"<!DOCTYPE html><html></html>"),
        ("picture.png", b"\x89PNG\r\n\x1a\n"),
        ("zeros.xml", bytes(100_000)),
        ("late.xml", b"<rss>" + b" " * 100_000 + b"http://wordpress.org/export/1.2/"),
        ("short.zip", b"PK\x03\x04"),
    ],
)
def test_other_files_are_not_recognised(tmp_path, name, content):
    path = written(tmp_path, content, name)
    assert not WordPress().recognises(path)
    with pytest.raises(ArchiveError, match=name.replace(".", r"\.")):
        opened(path)


def test_missing_file_is_not_recognised(tmp_path):
    for path in (tmp_path, tmp_path / "none.xml"):
        assert not WordPress().recognises(path)


def test_medium_is_read_from_the_folder(tmp_path, polylang):
    medium = next(polylang.media())
    assert polylang.read(medium) is None
    for folder in ("wp-content/uploads/2026/02", "uploads/2026/02", "2026/02"):
        top = tmp_path / folder.replace("/", "_")
        (top / folder).mkdir(parents=True)
        written(top / folder, b"picture", "canal-scaled.jpg")
        file = opened(DATA / "polylang.xml", media=top).read(medium)
        assert file is not None, folder
        assert file.read() == b"picture"


@pytest.mark.parametrize(
    "address",
    [
        "https://old.example.org/wp-content/uploads/../../secret.txt",
        "https://old.example.org/wp-content/uploads/%2e%2e/%2e%2e/secret.txt",
        "https://old.example.org//etc/passwd",
        "file:///etc/passwd",
        "https://old.example.org/uploads/link.txt",
        "https://old.example.org/a%00b.txt",
        "https://[broken/secret.txt",
        "https://old.example.org/" + "x" * 5000,
        "https://old.example.org/" + "x/" * 5000,
        "",
        "..",
    ],
)
def test_medium_outside_of_the_folder_is_not_read(tmp_path, polylang, address):
    written(tmp_path, b"secret", "secret.txt")
    folder = tmp_path / "files" / "uploads"
    folder.mkdir(parents=True)
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    archive = opened(DATA / "polylang.xml", media=folder.parent)
    assert archive.read(Medium(key="1", address=address)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"element_type,element_id,trid\npost_post,1,1\n",
        b'element_type,element_id,trid,language_code,source_language_code\n"post_post,1,' + b"x" * 200_000,
    ],
)
def test_table_that_is_none_is_refused(tmp_path, content):
    table = written(tmp_path, content, "table.csv")
    archive = opened(written(tmp_path, wxr(post())), groups=table)
    with pytest.raises(ArchiveError, match=r"table\.csv isn't WPML's table icl_translations"):
        list(archive.items())


# Files that do harm, or nothing good

ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{ENTITIES}]>'
ENCODING = "Invalid bytes in character encoding"
NONE = "it is no export of WordPress"
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "entity bomb": (
        wxr(post(content="]]>&l9;<![CDATA["), before=LAUGHS),
        "Maximum entity amplification factor exceeded",
    ),
    "external entity": (wxr(before='<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), NONE),
    "plain document type": (wxr(before="<!DOCTYPE rss>"), NONE),
    "unknown entity": (
        wxr("<wp:tag>&nbsp;</wp:tag>"),
        "Line 13 of export.xml can't be read: Entity 'nbsp' not defined",
    ),
    "lone ampersand": (
        "\n\ufeff\n" + wxr("<wp:tag a='?b=1&c=2'/>"),
        "Line 15 of export.xml can't be read: there is a lone “&”",
    ),
    "no site": (re.sub("<(link|wp:base_blog_url)>.*", "", wxr(post())), "export.xml doesn't say of which site it is"),
    "cut off": (wxr(post())[:-300], "it ends in the middle"),
    "wrong tag": (wxr("<wp:tag></wp:category>"), "tag mismatch"),
    "NUL": (wxr(post(content="a\0b")), "there is a control character"),
    "surrogates": (wxr(post(content="~")).encode().replace(b"~", b"\xed\xa0\x80"), ENCODING),
    "UTF-8 that says UTF-16": (wxr(post(), encoding="UTF-16"), "Line 1 of export.xml can't be read"),
    "unknown encoding": (wxr(post(), encoding="x-mac-klingon"), "Unsupported encoding: x-mac-klingon"),
    "forbidden reference": (wxr("<wp:tag>&#0;</wp:tag>"), "there is a control character"),
    "deep nesting": (wxr("<a>" * 50_000 + "</a>" * 50_000), "Excessive depth"),
    "many names": (wxr("".join(f"<n{n}/>" for n in range(20_000))), NONE),
    "many namespaces": (wxr("".join(f'<n xmlns:a{n}="urn:x"/>' for n in range(20_000))), NONE),
    "another root": ('<html xmlns="http://wordpress.org/export/1.2/"/>', NONE),
    "a page that quotes one": ('<html><!-- "http://wordpress.org/export/1.2/" --></html>', NONE),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_a_sentence(tmp_path, name):
    content, sentence = HOSTILE[name]
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError) as refused:
            list(opened(written(tmp_path, content)).items())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 300
    assert peak < 24_000_000


@example(386, 2, b"")  # in the declaration of a prefix
@given(st.integers(0, 39_000), st.integers(0, 2000), st.binary(max_size=8))
def test_damaged_file_is_read_or_refused(at, cut, put):
    whole = (DATA / "polylang.xml").read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), whole[:at] + put + whole[at + cut :])
        with contextlib.suppress(ArchiveError):
            archive = opened(path)
            list(archive.media())
            list(archive.items())


ODD: dict[str, str] = {
    "lines before its declaration": f"\n\ufeff\n{wxr(post())}",
    "nothing in it": wxr("<item></item>", post()),
    "no id": wxr(post("")),
    "id that is no number": wxr(post("../../etc")),
    "huge id": wxr(post("9" * 5000)),
    "dates that are none": wxr(post().replace("2026-01-01", "9999-99-99")),
    "date before all others": wxr(post().replace("2026-01-01", "0001-01-01")),
    "script": wxr(post(content="<script>alert(1)</script>")),
    "address of a script": wxr(post().replace("https://old.example.org/1/", "javascript:alert(1)")),
    "slug of another encoding": wxr(post().replace("statya-1", "%ff%fe")),
    "elements in texts": wxr(post().replace("<wp:status>", "<wp:status><b>x</b>")),
    "field without a name": wxr(post(1, "<wp:postmeta><wp:meta_value>x</wp:meta_value></wp:postmeta>")),
    "field in a field": wxr(post(1, f"<wp:postmeta>{meta('a', 'b')}</wp:postmeta>")),
    "item in an item": wxr(post(1, post(2))),
    "term without anything": wxr("<wp:term></wp:term>", post(1, "<category/>", '<category domain=""></category>')),
    "wrong map of translations": wxr(post(1, meta("_translations", 'O:8:"Evil":1:{s:2:"ru";i:99;'))),
    "map that never ends": wxr(post(1, meta("_translations", "a:1:{" * 10_000))),
    "thousand statuses": wxr(post(1, "<wp:status>trash</wp:status>" * 1000)),
    "fields without end": wxr(post(1, *[meta(f"f{n}", "x") for n in range(1000)])),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_file_is_read(tmp_path, name):
    archive = opened(written(tmp_path, ODD[name]))
    (item,) = archive.items()
    assert len(item.key) <= 255
    for address in item.addresses:
        assert address.startswith("https://old.example.org")
        assert len(address) <= 2000
    assert list(archive.media()) == []


def zipped(folder: Path, name: str, content: str | bytes, **more: Any) -> Path:
    path = folder / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("export.xml", wxr(post()))
        made.writestr(zipfile.ZipInfo(name), content, **more)
    return path


def test_damaged_zip_is_refused(tmp_path):
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("export.xml", wxr(*map(post, range(200))))
    content = path.read_bytes()
    path.write_bytes(content.replace("Статья 150".encode(), "Статья 151".encode(), 1))
    with pytest.raises(ArchiveError, match=r"export\.xml is damaged"):
        list(opened(path).items())


# Sizes


def test_fields_that_are_too_long_become_a_note(tmp_path, settings):
    settings.CHORSU_ARCHIVE = {"LARGEST_TEXT": 100_000}
    long, short = (post(number, meta("story", "x" * size)) for number, size in enumerate((400_001, 399_999)))
    cut, whole = opened(written(tmp_path, wxr(long, short))).items()
    assert (cut.html, cut.fields) == ("Текст.", {})
    assert said(cut) == [("dropped", "postmeta is too long and was left out.")]
    assert (whole.fields, said(whole)) == ({"story": "x" * 399_999}, [])


ENDLESS: dict[str, tuple[str, bytes]] = {
    "letters": (post(content="~"), b"x" * 65_536),
    "sections of CDATA": (post(content="~"), b"]]>&amp;<![CDATA[x" * 5000),
    "text without CDATA": ("<wp:tag>~</wp:tag>", b"x" * 65_536),
    "attribute": ('<wp:tag a="~"/>', b"x" * 65_536),
    "comment": ("<!--~-->", b"x" * 65_536),
    "instruction": ("<?php ~?>", b"x" * 65_536),
    "name": ("<~/>", b"x" * 65_536),
    "elements": (post(1, "~"), b"<a/>x" * 13_000),
    "elements in elements": (post(1, "~"), b"<channel><item/></channel>" * 2500),
    "fields": (post(1, "~"), meta("f", "x" * 60_000).encode()),
    "beside the channel": ("</channel>~<channel>", b"<a/>" * 16_000),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_refused_before_it_fills_memory(name, monkeypatch):
    monkeypatch.setattr(wordpress, "LARGEST_RECORD", 12_000_000)
    place, piece = ENDLESS[name]
    begin, end = wxr(place).encode().split(b"~")
    read = []

    def pieces():
        for each in (begin, *(piece for _ in range(1_000_000_000 // len(piece))), end):
            read.append(len(each))
            yield each

    tracemalloc.start()
    try:
        with pytest.raises(
            ArchiveError, match=r"Line \d+ of export.xml .*: this is larger than any article of WordPress"
        ):
            list(wordpress._read("export.xml", pieces()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(read) < 13_000_000
    assert peak < 16_000_000


def test_no_name_fills_memory(tmp_path):
    category = f'<category domain="post_tag" nicename="{"y" * 3000}"><![CDATA[{"x" * 300_000}]]></category>'
    archive = opened(written(tmp_path, wxr(*(post(number, category) for number in range(20)))))
    assert [(len(each.key), len(each.name)) for each in archive.terms()] == [(255, 255)]
    assert {key for item in archive.items() for _kind, key in item.terms} == {"y" * 255}


def test_many_terms_and_people_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(wordpress, "MOST_HELD", 1000)
    terms = "".join(f"<wp:tag><wp:tag_slug>t{number}</wp:tag_slug></wp:tag>" for number in range(1100))
    head = "element_id,trid,element_type,language_code,source_language_code\n"
    groups = written(tmp_path, head + "".join(f"{n},{n},post_post,ru,\n" for n in range(1100)), "table.csv")
    with pytest.raises(ArchiveError, match="more articles, people and terms"):
        list(opened(written(tmp_path, wxr(terms))).terms())
    with pytest.raises(ArchiveError, match="more articles, people and terms"):
        list(opened(written(tmp_path, wxr(post())), groups=groups).items())


def test_time_is_linear(tmp_path):
    inside = ('<category domain="category" nicename="c"/>', meta("_wp_old_slug", "a"), meta("f", "x"))

    def lines(number):
        archive = opened(written(tmp_path, wxr(*(post(each, *inside) for each in range(number)))))
        return count_lines(lambda: [*archive.items(), *archive.media()])

    assert lines(400) < 2.1 * lines(200)


READ = """
    import resource, sys
    import django
    django.setup()
    from pathlib import Path
    from chorsu_archive.formats.wordpress import WordPress
    from chorsu_archive.items import Options

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    archive = WordPress().open(Path(sys.argv[1]), Options())
    found = [sum(1 for _ in each()) for each in (archive.contributors, archive.terms, archive.media, archive.items)]
    print(*found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.thorough
def test_memory_is_small_for_a_hundred_megabytes(tmp_path):
    path, text = tmp_path / "export.xml", "<p>Вода идёт по новому каналу.</p>\n" * 350
    begin, end = wxr("~").split("~")
    with path.open("w") as file:
        file.write(begin)
        for number in range(5000):
            tag = f'<category domain="post_tag" nicename="t{number % 500}">t</category>'
            pictures = (post(f"{number}-{picture}", ADDRESS, kind="attachment") for picture in range(2))
            file.writelines((post(number, tag, content=text), *pictures))
        file.write(end)
    assert path.stat().st_size > 100_000_000
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(READ), str(path)], capture_output=True, text=True, check=True
    )
    *counts, kilobytes = map(int, done.stdout.split())
    assert counts == [0, 500, 10_000, 5000]
    assert kilobytes < 32_000
