"""One article as a file: Word, Markdown and ninjs say all that it says, in its language, to whoever may edit it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import yaml
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from docx import Document as WordDocument
from docx.oxml.ns import qn
from lxml import html
from markdown_it import MarkdownIt
from wagtail import blocks
from wagtail.documents.models import Document
from wagtail.models import ModelLogEntry

from chorsu_archive.export.article import as_docx, as_markdown, as_ninjs
from chorsu_archive.export.word import proofing_language
from chorsu_archive.formats.docx import Docx
from chorsu_archive.items import Note, Options
from chorsu_archive.texts import convert
from chorsu_articles.models import AnalysisPage, Picture, Publication, PublicationAuthor, Topic
from tests.factories import (
    days_ago,
    make_article,
    make_event,
    make_group,
    make_home,
    make_person,
    make_picture,
    make_section,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

TEXT = (
    "<h2>Дар соҳил</h2><p>Об <b>ду метр</b> боло рафт[1], ва <i>ҳама</i> мунтазиранд. "
    '<a href="https://example.org/suv?a=1&amp;b=2">Ҳисобот</a> дар ин ҷост.<br/>Сатри дуюм.</p>'
    "<h3>Чӣ кор кардан</h3><ul><li>нон гиред;</li><li>об гиред.</li></ul><ol><li>якум</li><li>дуюм</li></ol>"
)
LATER = "<p>CO<sub>2</sub> ва 10<sup>3</sup></p><ol><li>аз нав якум</li></ol>"


def body_of(picture: Picture) -> list[tuple[str, Any]]:
    quoted = {"text": "<p>Мо тайёрем.</p>", "who": "Анна Ӯрунова", "role": "раиси кумита", "language": "ru"}
    table = {
        "columns": [{"type": "text", "heading": "Сол"}, {"type": "number", "heading": "Сатҳ"}],
        "rows": [{"values": ["2025", "1.5"]}, {"values": ["2026", "2"]}],
        "caption": "Сатҳи об",
    }
    return [
        ("paragraph", TEXT),
        ("quotation", quoted),
        (
            "picture",
            {"picture": picture.pk, "caption": "Пули кӯҳна.", "alt": "Пул аз боло", "size": "text", "credit": ""},
        ),
        ("facts", {"title": "Дарё", "items": ["<p>дарозӣ: 524 км</p>", "<p>ҳавза: 39 100 км²</p>"]}),
        ("table", table),
        ("pull_quote", {"text": "Об намеистад."}),
        ("passage", {"text": "<p>آب بالا آمد.</p>", "language": "fa"}),
        ("video", {"url": "https://youtu.be/abcdefghijk", "caption": "Аз ҳаво"}),
        ("paragraph", LATER),
        ("footnotes", {"notes": ["<p>Ҳисоби хадамоти обуҳаво.</p>"]}),
    ]


def make_full_article(**fields: Any) -> AnalysisPage:
    """Return a Tajik article with every kind of block that stands in its text, by an author and a withheld one."""
    picture = make_picture(title="Пул", credit="Зафар Маҳмуд", licence="CC BY 4.0")
    values = {"title": "Об боло рафт", "lead": "Дарё аз соҳил баромад.", "published_on": days_ago(0)}
    section = make_section(make_home("tg"))
    page = make_article(section, **{**values, "body": streamed(body_of(picture)), **fields})
    for person in (make_person("Фируз", name_tg="Фирӯз Қодир"), make_person("Рамз", name_withheld=True)):
        page.author_links.add(PublicationAuthor(person=person))
    page.topics.add(Topic.objects.create(name_tg="Об", name_ru="Вода"))
    page.save_revision().publish()
    return AnalysisPage.objects.get(pk=page.pk)


def streamed(blocks: list[tuple[str, Any]]) -> Any:
    """Return blocks as the field stores them."""
    stream = Publication._meta.get_field("body").stream_block
    return stream.to_python([{"type": name, "value": value} for name, value in blocks])


def opened(page: Publication) -> Any:
    return WordDocument(BytesIO(as_docx(page)))


def paragraphs(document: Any) -> list[tuple[str, str]]:
    return [(each.style.name, each.text) for each in document.paragraphs if each.text.strip()]


def test_word_has_headline_text_and_what_stands_between():
    document = opened(make_full_article())
    assert {
        ("Title", "Об боло рафт"),
        ("Subtitle", "Дарё аз соҳил баромад."),
        ("Byline", "Фирӯз Қодир, Таҳририя, 1 ноябри соли 2026"),
        ("Heading 2", "Дар соҳил"),
        ("List Bullet", "об гиред."),
        ("List Number", "аз нав якум"),
        ("Quote Source", "Анна Ӯрунова, раиси кумита"),
        ("Caption", "Пули кӯҳна. Акс: Зафар Маҳмуд, CC BY 4.0"),
        ("Pull Quote", "Об намеистад."),
        ("Normal", "Аз ҳаво"),
        ("Notes Heading", "Эзоҳҳо"),
        ("Note", "Ҳисоби хадамоти обуҳаво."),
    } <= set(paragraphs(document))
    (levels,) = document.tables
    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in levels.rows] == [True, False, False]
    (shape,) = document.inline_shapes
    assert shape.width * 72 == shape.height * 96
    assert document.core_properties.language == "tg"


def test_a_main_picture_that_the_text_lacks_stands_above_it():
    picture = make_picture(credit="Зафар")
    page = make_full_article(main_picture=picture, main_picture_caption="Дарё", main_picture_alt="Мавҷҳо", body="")
    document = opened(page)
    assert paragraphs(document)[-1] == ("Caption", "Дарё. Акс: Зафар")
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "Мавҷҳо"


def test_a_picture_whose_file_is_gone_is_a_link_to_it():
    page = make_full_article()
    (picture,) = Picture.objects.all()
    default_storage.delete(picture.file.name)
    document = opened(page)
    assert not document.inline_shapes
    (link,) = (link for each in document.paragraphs for link in each.hyperlinks if link.text == "Пул аз боло")
    assert link.address.endswith(picture.file.url)
    assert picture.file.url in as_markdown(page)


def test_word_is_read_back_as_the_same_article(tmp_path):
    page = make_full_article()
    path = tmp_path / "об.tg.docx"
    path.write_bytes(as_docx(page))
    archive = Docx().open(path, Options())
    (item,) = archive.items()
    made = convert(item, language="tg", media={each.key: each for each in archive.media()}.get)
    assert (made.headline, made.lead, item.language) == (page.title, page.lead, "tg")
    assert item.authors == ("Фирӯз Қодир", "Таҳририя")
    assert item.published == page.published_on
    byline = Note("dropped", "Its byline was left out: %s", "Фирӯз Қодир, Таҳририя, 1 ноябри соли 2026")
    assert (item.notes, made.notes) == ((byline,), ())
    text, quotation, picture, facts, table, pull_quote, passage, video, later, notes = (
        (block["type"], block["value"]) for block in page.body.raw_data
    )
    (key,) = (each.key for each in archive.media())
    picture[1].update(picture=f"medium:{key}", credit="Зафар Маҳмуд, CC BY 4.0")
    # What Word has no word for: the language of a quotation and a passage, numbers of a table, a box, a film's caption.
    quotation[1]["language"] = ""
    table[1]["columns"][1]["type"] = "text"
    table[1]["rows"][0]["values"][1] = "1,5"
    box = "".join(f"<li>{item[3:-4]}</li>" for item in facts[1]["items"])
    boxed = ("paragraph", f"<h3>{facts[1]['title']}</h3><ul>{box}</ul>")
    caption, video[1]["caption"] = video[1]["caption"], ""
    under = ("paragraph", f"<p>{caption}</p>{later[1]}")
    words = ("paragraph", passage[1]["text"])
    expected = [text, quotation, picture, boxed, table, pull_quote, words, video, under, notes]
    assert [(block["type"], block["value"]) for block in made.blocks] == expected


class Timetable(blocks.StructBlock):
    title = blocks.CharBlock(label="Ном")
    starts_on = blocks.DateBlock()
    text = blocks.RichTextBlock()
    language = blocks.ChoiceBlock(choices=[("fa", "fa")])
    note = blocks.CharBlock()
    note.search_index = False


class BodyOfASite(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock()
    timetable = Timetable(label="Ҷадвали қатор")


def test_a_kind_without_a_form_comes_with_its_texts_and_says_so(tmp_path):
    shown = {"title": "Самти <шимол>", "starts_on": "2026-05-01", "text": "<p>قطار <b>نو</b></p>", "language": "fa"}
    raw = [
        {"type": "paragraph", "value": "<p>Пеш.</p>"},
        {"type": "timetable", "value": {**shown, "note": "барои муҳаррир"}},
    ]
    page = make_article(make_section(make_home("tg")), title="Роҳи оҳан", lead="")
    page.body = BodyOfASite().to_python(raw)
    expected = ["Пеш.", "[Ҷадвали қатор]", "Самти <шимол>", "2026-05-01", "قطار نو"]
    document = opened(page)
    assert [text for _style, text in paragraphs(document)][-5:] == expected
    assert dict(languages_of(document))["نو"] == "fa-IR"
    made = html.fromstring(as_ninjs(page)["bodies"][0]["value"])
    assert [text.strip() for text in made.itertext() if text.strip()] == [*expected[:4], "قطار", "نو"]
    assert r"\[Ҷадвали қатор\]" in as_markdown(page)
    path = tmp_path / "роҳ.tg.docx"
    path.write_bytes(as_docx(page))
    (item,) = Docx().open(path, Options()).items()
    assert "Ҷадвали қатор" not in item.html  # which is no text of the article
    assert "Самти" in item.html


def test_a_site_gives_a_kind_of_its_own_a_form(settings, tmp_path):
    (tmp_path / "chorsu_archive/article/blocks").mkdir(parents=True)
    form = "{% load i18n %}<h3>{{ value.title }}</h3><p>{{ value.starts_on.year }}</p>"
    (tmp_path / "chorsu_archive/article/blocks/timetable.html").write_text(form)
    settings.TEMPLATES = [each | {"DIRS": [tmp_path]} for each in settings.TEMPLATES]
    page = make_article(make_section(make_home("tg")), title="Роҳи оҳан", lead="")
    page.body = BodyOfASite().to_python([{"type": "timetable", "value": {"title": "Шимол", "starts_on": "2026-05-01"}}])
    text = as_ninjs(page)["bodies"][0]["value"]
    assert "<h3>Шимол</h3><p>2026</p>" in text
    assert "without-form" not in text


def test_every_kind_of_the_newsroom_has_its_form():
    picture, other = make_picture(), make_article(make_section(make_home("ru")), title="Другое")
    file = Document.objects.create(title="Қарор", file=ContentFile(b"%PDF-1.4", "qaror.pdf"))
    seen = [("heading", {"text": "Дар соҳил", "level": "h2"})]
    seen += [("gallery", {"pictures": [{"picture": picture.pk, "caption": "Мавҷҳо", "alt": "Об", "credit": ""}]})]
    seen += [("file", {"document": file.pk, "title": "Қарор"}), ("related", {"pages": [other.pk]})]
    page = make_full_article(body=streamed([*body_of(picture), *seen]))
    text = as_ninjs(page)["bodies"][0]["value"]
    assert {block.block_type for block in page.body} == set(page.body.stream_block.child_blocks)
    assert "without-form" not in text
    assert all(words in text for words in ("Дар соҳил", "Мавҷҳо", "Қарор", "Другое"))


def languages_of(document: Any) -> Iterator[tuple[str, str]]:
    for run in document.element.body.iter(qn("w:r")):
        if text := "".join(run.xpath("w:t/text()")):
            (named,) = run.xpath("w:rPr/w:lang")
            yield text, named.get(qn("w:bidi")) or named.get(qn("w:val"))


def test_every_word_has_its_language_and_a_passage_its_own():
    found = dict(languages_of(opened(make_full_article())))
    assert found["Об боло рафт"] == found["2025"] == found["дарозӣ: 524 км"] == "tg-Cyrl-TJ"
    assert found["آب بالا آمد."] == "fa-IR"
    assert found["Мо тайёрем."] == "ru-RU"
    codes = ("ru", "tg", "en", "kk", "ky", "uz", "fa", "de", "pt-br")
    known = ("ru-RU", "tg-Cyrl-TJ", "en-US", "kk-KZ", "ky-KG", "uz-Latn-UZ", "fa-IR", "de-DE", "pt-br")
    assert tuple(map(proofing_language, codes)) == known


def test_persian_runs_from_right_to_left():
    section = make_section(make_home("fa"))
    table = {"columns": [{"type": "text", "heading": "سال"}], "rows": [{"values": ["۱۴۰۴"]}], "caption": ""}
    blocks = [("paragraph", "<p>آب <b>بالا</b> آمد.</p><ul><li>نان</li></ul>"), ("table", table)]
    document = opened(make_article(section, title="سیل", lead="", body=streamed(blocks)))
    written = [each for each in document.element.body.iter(qn("w:p")) if each.xpath(".//w:t")]
    assert len(written) == 6
    assert all(each.xpath("w:pPr/w:bidi") for each in written)
    assert all(each.xpath("w:rPr/w:rtl") for each in document.element.body.iter(qn("w:r")))
    assert next(run for each in document.paragraphs for run in each.runs if run.bold).font.cs_bold
    assert document.tables[0].table_direction is not None


def test_an_event_says_where_and_when():
    page = make_event(
        make_section(make_home("ru"), kind="events"),
        title="Круглый стол",
        starts_on=days_ago(3).date(),
        venue="Дом книги",
        city="Худжанд",
        body=streamed([("paragraph", "<p>Говорили о воде.</p>")]),
        participants=[("participant", {"name": "Анна", "role": "эколог", "organisation": "Вода"})],
    )
    lines = [text for _style, text in paragraphs(opened(page))]
    assert "Когда: 29 октября 2026 г." in lines
    assert "Где: Дом книги, Худжанд" in lines
    assert lines[-2:] == ["Участники", "Анна, эколог (Вода)"]


def rendered(markdown: str) -> Any:
    return html.fromstring(f"<div>{MarkdownIt('commonmark').enable('table').render(markdown)}</div>")


def test_markdown_has_a_head_and_reads_as_the_article():
    page = make_full_article()
    _nothing, head, text = as_markdown(page).split("---\n", 2)
    assert yaml.safe_load(head) == {
        "title": "Об боло рафт",
        "lead": "Дарё аз соҳил баромад.",
        "authors": ["Фирӯз Қодир", "Таҳририя"],
        "date": "2026-11-01T14:00:00+05:00",
        "topics": ["Об"],
        "language": "tg",
    }
    made = rendered(text)
    assert made.xpath("//h2/text()") == ["Дар соҳил", "Эзоҳҳо"]
    assert made.xpath("//strong/text()")[0] == "ду метр"
    assert made.xpath("//a[1]/@href")[0] == "https://example.org/suv?a=1&b=2"
    quoted = [each.strip() for each in made.xpath("//blockquote//text()") if each.strip()]
    assert quoted == ["Мо тайёрем.", "Анна Ӯрунова, раиси кумита"]
    assert made.xpath("//td/text()") == ["2025", "1,5", "2026", "2"]
    (picture,) = made.xpath("//img")
    assert (picture.get("alt"), picture.get("title")) == ("Пул аз боло", "Пули кӯҳна.")
    assert picture.get("src") == f"http://localhost{Picture.objects.get().file.url}"
    assert "боло рафт\\[1\\]" in text
    assert "CO<sub>2</sub>" in text


@pytest.mark.thorough
@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "1. Январь был холодным",
        "- не список",
        "# не заголовок",
        "> не цитата",
        "=== не черта",
        "*не* _так_ `код` ~~нет~~ \\ и [не](ссылка)",
        "[нет]: http://example.org",
        "&lt; и AT&T; &amp;",
        "a | b | c",
        "Сноска[1] и [12].",
    ],
)
def test_what_means_something_in_markdown_stays_what_it_is(words):
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    page = make_article(make_section(make_home("ru")), body=streamed([("paragraph", f"<p>{escaped}</p>")]))
    made = rendered(as_markdown(page).split("---\n", 2)[2])
    (paragraph,) = made
    assert (paragraph.tag, list(paragraph), paragraph.text) == ("p", [], words)


def test_brackets_in_an_alternative_text_end_no_picture():
    page = make_full_article(main_picture=make_picture(), main_picture_alt="a](b) [c", body="")
    (picture,) = rendered(as_markdown(page)).xpath("//img")
    assert picture.get("alt") == "a](b) [c"


def test_ninjs_has_what_it_has_fields_for():
    page = make_full_article()
    item = as_ninjs(page)
    assert item["uri"] == f"urn:chorsu:{page.translation_key}:tg"
    assert item["descriptions"][0]["value"] == page.lead
    assert item["by"] == "Фирӯз Қодир, Таҳририя"
    assert item["people"] == [{"name": name, "rel": "author"} for name in ("Фирӯз Қодир", "Таҳририя")]
    assert item["subjects"] == [{"name": "Об", "rel": "about"}]
    assert item["language"] == "tg"
    assert item["renditions"][0]["href"] == page.full_url
    (body,) = item["bodies"]
    assert body["wordCount"] == page.word_count > 10
    assert "Эзоҳҳо</h2>" in body["value"]
    (picture,) = item["associations"]
    assert (picture["name"], picture["by"]) == ("Пули кӯҳна.", "Акс: Зафар Маҳмуд, CC BY 4.0")
    assert picture["renditions"][0]["width"] == 96


def test_the_names_of_withheld_authors_are_in_no_file():
    page = make_full_article()
    words = "".join(text for _style, text in paragraphs(opened(page)))
    for written in (as_markdown(page), json.dumps(as_ninjs(page), ensure_ascii=False), words):
        assert ("Рамз" in written, "Таҳририя" in written) == (False, True)


def address(page: Publication, ending: str) -> str:
    return reverse("chorsu_archive_article", args=[page.pk, ending])


@pytest.fixture
def draft() -> AnalysisPage:
    """Return a live article with a later draft."""
    page = make_full_article()
    page.title = "Об паст шуд"
    page.save_revision()
    return page


def signed_in(page: Publication, *rights: str) -> Client:
    user, client = make_user(), Client()
    user.groups.add(make_group(page=page.get_parent(), rights=rights))
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("ending", "media_type", "begin"),
    [
        ("docx", "application/vnd.openxmlformats-", "PK"),
        ("md", "text/markdown", '---\ntitle: "Об паст шуд"'),
        ("json", "application/json", "{"),
    ],
)
def test_who_may_edit_gets_the_latest_version_and_it_is_logged(draft, ending, media_type, begin):
    answer = signed_in(draft, "change").get(address(draft, ending))
    assert answer["Content-Type"].startswith(media_type)
    assert answer["Content-Disposition"] == f'attachment; filename="{draft.slug}-tg.{ending}"'
    assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"]
    assert answer.content.startswith(begin.encode())
    entry = ModelLogEntry.objects.get(action="chorsu.exported")
    assert entry.data["details"] == [address(draft, ending)]


@pytest.mark.thorough
@pytest.mark.parametrize("rights", [(), ("add",)])
def test_nobody_else_gets_it(draft, rights):
    other = make_section(make_home("ru"))
    for client in (Client(), signed_in(draft, *rights), signed_in(other, "change")):
        answer = client.get(address(draft, "docx"))
        assert answer.status_code in {302, 403}
        assert "Content-Disposition" not in answer
    assert not ModelLogEntry.objects.filter(action="chorsu.exported").exists()


def test_what_is_no_article_or_no_file_is_not_found(draft):
    client = signed_in(draft, "change")
    pages = ((draft.pk, "exe"), (draft.get_parent().pk, "md"), (10**9, "md"))
    for args in pages:
        assert client.get(reverse("chorsu_archive_article", args=args)).status_code == 404, args


def test_the_editor_offers_the_files(draft):
    client = signed_in(draft, "change")
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert all(address(draft, ending) in shown for ending in ("docx", "md", "json"))
    parent = client.get(reverse("wagtailadmin_pages:edit", args=[draft.get_parent().pk])).content.decode()
    assert "archive/articles/" not in parent
