"""The editor's forms: what they take, what a text lacks, and bodies that nobody means to write."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from chorsu_articles.headings import headings
from chorsu_articles.missing import completeness, missing
from chorsu_articles.models import AnalysisPage, EventReportPage, PublicationAuthor, SectionPage, Topic
from tests.articles.conftest import sign_in_journalist
from tests.editorial.desk import latest, make_desk
from tests.factories import make_article, make_event, make_home, make_person, make_picture, make_section

pytestmark = pytest.mark.django_db


def article_data(**fields):
    """Return what the browser posts for an article."""
    values = {
        "title": "Заголовок",
        "lead": "Лид.",
        "body": streamfield([("paragraph", rich_text("<p>Текст.</p>"))]),
        "key_points": streamfield([]),
        "references": streamfield([]),
        "author_links": inline_formset([]),
        "translator_links": inline_formset([]),
        "corrections": inline_formset([]),
        "comments": inline_formset([]),
        "main_picture": "",
        "main_picture_caption": "",
        "main_picture_alt": "",
        "slug": "",
        "seo_title": "",
        "search_description": "",
        "published_on": "",
        "go_live_at": "",
        "expire_at": "",
    }
    return nested_form_data({**values, **fields})


def add_url(section, model=AnalysisPage):
    return reverse("wagtailadmin_pages:add", args=["chorsu_articles", model._meta.model_name, section.pk])


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@pytest.fixture
def section():
    return make_section(kind="analysis")


@pytest.mark.thorough
@pytest.mark.parametrize("model", [AnalysisPage, EventReportPage])
def test_the_forms_open_for_new_pages_and_for_old_ones(admin, model):
    section = make_section(kind=model.kind)
    page = make_article(section) if model is AnalysisPage else make_event(section)
    for url in (add_url(section, model), edit_url(page)):
        html = admin.get(url).content.decode()
        parts = ["id_title", "id_lead", "body", "id_main_picture", "id_author_links-TOTAL_FORMS", "id_topics"]
        places = [html.index(f'id="{part}"') for part in parts]
        assert places == sorted(places)
        assert "data-articles-completeness" in html


@pytest.mark.thorough
def test_who_begins_an_article_is_its_author_and_nobody_writes_the_day_of_a_correction(admin, section):
    person = make_person(name_en="Lola Nazarova")
    url = add_url(section)
    assert "author_links-0-person" not in admin.get(url).content.decode()
    get_user_model().objects.filter(pk=admin.user.pk).update(first_name="Lola", last_name="Nazarova")
    form = BeautifulSoup(admin.get(url).content, "html.parser")
    names = ("TOTAL_FORMS", "INITIAL_FORMS", "0-person", "0-ORDER")
    shown = {f"author_links-{name}": form.select_one(f"[name=author_links-{name}]")["value"] for name in names}
    empty = BeautifulSoup(form.select_one("#id_corrections-EMPTY_FORM_TEMPLATE").decode_contents(), "html.parser")
    assert empty.select_one("[name=corrections-__prefix__-text]")
    assert not empty.select_one("[name=corrections-__prefix__-date]")
    for deleted, authors in (("", [person]), ("1", [])):
        more = {"author_links-0-id": "", "author_links-0-DELETE": deleted}
        admin.post(url, article_data() | shown | more)
        page = AnalysisPage.objects.latest("pk")
        assert [link.person for link in latest(page).author_links.all()] == authors
    type(person).objects.update(name_withheld=True)
    assert "author_links-0-person" not in admin.get(url).content.decode(), "a code name enters nobody by itself"


def test_a_field_of_one_line_keeps_no_line_break(admin, section):
    body = streamfield([("heading", {"text": "Мосты\r\nи дороги", "level": "h2"})])
    page = saved(admin, add_url(section), title="Две\r\nстроки", body=body)
    assert (page.draft_title, page.slug) == ("Две строки", "dve-stroki")
    assert latest(page).body[0].value["text"] == "Мосты и дороги"


def test_a_new_table_has_three_columns_and_is_not_shown_while_it_is_empty(admin, section):
    block = AnalysisPage.body.field.stream_block.child_blocks["table"]
    table = block.get_default()
    assert [column["block"].name for column in table.columns] == ["text"] * 3
    assert block.render(table) == ""
    empty = {"caption": "", "column-count": "1", "row-count": "1", "column-0-type": "rich_text"}
    empty |= {"column-0-order": "0", "column-0-heading": "", "column-0-deleted": "", "row-0-order": "0"}
    empty |= {"row-0-deleted": "", "cell-0-0": rich_text("<p></p>")}
    page = saved(admin, add_url(section), body=streamfield([("table", empty)]))
    assert list(latest(page).body) == []
    table.row_data[0]["values"][2] = "Хорог"
    assert "Хорог" in block.render(table)
    number = {"columns": [{"type": "number", "heading": ""}], "rows": [{"values": ["0"]}], "caption": ""}
    assert "<table" in block.render(block.to_python(number))


def test_a_section_takes_only_the_kind_that_it_lists(admin, section):
    assert admin.get(add_url(section)).status_code == 200
    assert admin.get(add_url(section, EventReportPage)).status_code != 200


def test_a_long_article_of_which_much_was_deleted_while_writing_is_saved(admin):
    kept, deleted = 120, 280
    page = make_article()
    paragraphs = [("paragraph", rich_text(f"<p>{number}</p>")) for number in range(kept + deleted)]
    data = article_data(title=page.title, slug=page.slug, body=streamfield(paragraphs))
    for number in range(kept + deleted):
        data[f"body-{number}-id"] = str(uuid4())
        if number >= kept:
            data[f"body-{number}-deleted"] = "1"
    assert admin.post(edit_url(page), data, headers={"Accept": "application/json"}).json()["success"]
    assert len(latest(page).body) == kept


@pytest.mark.parametrize(("code", "headline"), [("tg", "Ҷумҳурии Тоҷикистон"), ("fa", "گزارش از دوشنبه")])
def test_a_headline_gives_a_latin_slug_by_its_language(admin, code, headline):
    slug = saved(admin, add_url(make_section(make_home(code))), title=headline).slug
    assert slug.isascii()
    assert not slug.startswith("page-")
    answer = admin.get(reverse("chorsu_articles_admin:slug"), {"text": headline, "language": code})
    assert answer.json() == {"slug": slug}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("slug", "slugs"),
    [("", ["zagolovok", "zagolovok-2"]), ("zagolovok", ["zagolovok", "zagolovok-2"]), ("chosen", ["chosen"])],
)
def test_headlines_alike_get_a_number_and_an_address_that_somebody_chose_is_refused(admin, section, slug, slugs):
    for _ in range(2):
        admin.post(add_url(section), article_data(slug=slug))
    assert sorted(AnalysisPage.objects.values_list("slug", flat=True)) == slugs


def whats(page) -> list[str]:
    return [item.what for item in missing(page)]


def test_an_empty_publication_lacks_everything_in_the_order_of_the_form():
    assert whats(AnalysisPage(title="Заголовок")) == ["lead", "body", "picture", "author", "topic"]
    report = EventReportPage(title="Круглый стол", lead="Лид.")
    assert whats(report) == ["body", "picture", "author", "date", "place", "topic"]
    report.venue = "Дом учёных"
    assert "place" not in whats(report)


def test_a_finished_article_lacks_nothing():
    page = make_article(
        body=[("paragraph", "<p>Текст.</p>")],
        main_picture=make_picture(credit="Фото: Редакция"),
        main_picture_alt="Поле",
        author_links=[PublicationAuthor(person=make_person())],
        topics=[Topic.objects.create(name_ru="Вода")],
    )
    assert not list(missing(page))


def test_pictures_of_the_text_need_alternative_text_and_credit_and_say_where():
    with_credit, without = make_picture(credit="Фото: Редакция"), make_picture(title="Канал")
    page = make_article(
        body=[
            ("picture", {"picture": with_credit, "alt": "Поле", "caption": "", "size": "text"}),
            ("picture", {"picture": without, "alt": " ", "caption": "", "size": "text"}),
            ("gallery", {"pictures": [{"picture": with_credit, "alt": "", "caption": ""}]}),
        ]
    )
    page.save_revision()
    page = latest(page)
    found = [item for item in missing(page) if item.path.startswith("body.")]
    second, gallery = page.body[1].id, page.body[2]
    item = gallery.value["pictures"].bound_blocks[0]
    assert [(one.path, one.what) for one in found] == [
        (f"body.{second}.alt", "alternative_text"),
        (f"body.{second}.picture", "credit"),
        (f"body.{gallery.id}.pictures.{item.id}.alt", "alternative_text"),
    ]
    assert "Канал" in found[0].message


def test_the_outline_lists_headings_with_their_level():
    page = AnalysisPage(
        body=[
            ("heading", {"text": "Фон", "level": "h3"}),
            ("paragraph", RichText("<p>…</p><h2>Вы<b>воды</b></h2><ul><li>…</li></ul><h3>Далее</h3>")),
        ]
    )
    found = [(entry.level, entry.text, entry.path) for entry in completeness(page)["outline"]]
    first, second = (f"body.{block.id}" for block in page.body)
    assert found == [(3, "Фон", first), (2, "Выводы", second), (3, "Далее", second)]


def test_a_heading_inside_a_text_keeps_its_id_when_it_is_edited_and_translated(admin):
    before = '<p data-block-key="p1">…</p><h2 data-block-key="h1">Измеренея</h2><h3 data-block-key="h2">Итог</h3>'
    page = make_article(body=[("paragraph", RichText(before))])
    make_home("tg")
    other = page.copy_for_translation(Locale.objects.get(language_code="tg"), copy_parents=True)
    for each, words in ((page, "Измерения"), (other, "Ченкунӣ")):
        text = rich_text(before.replace("Измеренея", words))
        data = article_data(body=streamfield([("paragraph", text)]), slug=each.slug)
        admin.post(edit_url(each), data)
        found = list(headings(latest(each).body))
        assert [(heading.text, heading.anchor) for heading in found] == [(words, "t-h1"), ("Итог", "t-h2")]


def test_the_editor_asks_about_what_is_in_the_form_and_nothing_is_saved(admin):
    page = make_article(title="Прежний", lead="Лид.")
    page.save_revision()
    url = reverse("chorsu_articles_admin:check", args=[page.pk])
    author = inline_formset([{"person": make_person().pk}])
    answer = admin.post(url, article_data(title="Новый", lead="", slug=page.slug, author_links=author)).json()
    assert [item["what"] for item in answer["missing"]] == ["lead", "picture", "topic"]
    errors = admin.post(url, article_data(published_on="so", slug="a")).json()
    assert errors == {"valid": False}, "errors are left to Wagtail"
    page.refresh_from_db()
    assert (page.title, page.lead, page.author_links.count()) == ("Прежний", "Лид.", 0)
    assert page.revisions.count() == 1


def test_a_new_page_is_checked_below_its_section(admin, section):
    url = reverse("chorsu_articles_admin:check_new", args=[section.pk])
    answer = admin.post(url, article_data(lead="")).json()
    assert [item["what"] for item in answer["missing"]] == ["lead", "picture", "author", "topic"]
    assert not AnalysisPage.objects.exists()
    SectionPage.objects.filter(pk=section.pk).update(kind="of an app that is gone")
    assert admin.post(url).status_code == 404


def test_others_do_not_read_a_draft_by_asking_what_it_lacks(client):
    page = make_article(make_section(make_home("tg")))
    sign_in_journalist(client, make_home("ru"))
    answer = client.post(reverse("chorsu_articles_admin:check", args=[page.pk]), article_data())
    assert answer.status_code in {302, 403}


def test_a_draft_is_saved_however_much_it_lacks_and_the_editor_lists_it(admin):
    nothing = {name: streamfield([]) for name in ("body", "participants", "documents")}
    admin.post(add_url(make_section(kind="events"), EventReportPage), article_data(lead="", **nothing))
    page = EventReportPage.objects.get()
    assert not page.live
    html = admin.get(edit_url(page)).content.decode()
    assert 'data-articles-missing-count="7"' in html
    assert 'data-articles-path="starts_on"' in html


@pytest.mark.parametrize("bad", ["\ud83d", "\0"], ids=["half an emoji", "NUL"])
def test_what_a_database_refuses_costs_nobody_the_text(bad):
    desk = make_desk()
    page = desk.draft()
    data = desk.form(desk.author, page)
    content: dict[str, Any] = json.loads(data["body-0-value"])
    content["blocks"][0]["text"] = f"New {bad}words 🎈."
    data["body-0-value"] = json.dumps(content)
    desk.press(desk.author, page, "action-save", data=data)
    assert "New words 🎈." in str(latest(page).body)


GONE = 987_654
TABLE = {"columns": [{"type": "text", "heading": ""}, {"type": "number", "heading": ""}], "caption": ""}
ODD: dict[str, list[tuple[str, Any]]] = {
    "what is empty, foreign or deleted": [
        ("paragraph", ""),
        ("heading", {"text": "", "level": "h2"}),
        ("quotation", {"text": "", "who": "", "role": "", "language": ""}),
        ("facts", {"title": "", "items": []}),
        ("pull_quote", {"text": ""}),
        ("passage", {"text": "", "language": "tg"}),
        ("footnotes", {"notes": []}),
        ("related", {"pages": []}),
        ("gallery", {"pictures": []}),
        ("video", {"url": "", "caption": ""}),
        ("picture", {"picture": None, "caption": "", "alt": "", "size": "text"}),
        ("file", {"document": None, "title": ""}),
        ("table", {"columns": [], "rows": [], "caption": ""}),
        ("table", None),
        ("table", {**TABLE, "rows": [{"values": ["", None]}, {"values": ["a", "1.50"]}]}),
        ("video", {"url": "https://example.org/clip?x=<b>", "caption": ""}),
        ("picture", {"picture": GONE, "caption": "Caption", "alt": "", "size": "half"}),
        ("gallery", {"pictures": [{"picture": GONE, "caption": "", "alt": ""}]}),
        ("file", {"document": GONE, "title": "Programme"}),
        ("related", {"pages": [GONE]}),
    ],
    "notes that point nowhere": [
        ("paragraph", "<p>One[1], none[7], and [0].</p>"),
        ("footnotes", {"notes": ["<p>First</p>", "<p></p>"]}),
    ],
    "notes without a list": [("paragraph", "<p>One[1].</p>")],
}


def give(page: AnalysisPage, blocks: list[tuple[str, Any]]) -> None:
    """Store blocks as a version of long ago might have left them."""
    page.body = [{"type": kind, "value": value} for kind, value in blocks]
    page.save_revision().publish()


@pytest.mark.thorough
@pytest.mark.parametrize("name", ODD)
def test_the_page_is_shown_and_the_editor_opens(admin, name):
    page = make_article()
    give(page, ODD[name])
    assert admin.get(page.url).status_code == 200
    assert admin.get(edit_url(page)).status_code == 200


def test_related_articles_that_are_withdrawn_deleted_or_the_page_itself(admin, section):
    page, hidden, gone, seen = (make_article(section, title=title) for title in ("Odd", "Withdrawn", "Gone", "Seen"))
    give(page, [("related", {"pages": [hidden.pk, gone.pk, seen.pk, page.pk]})])
    hidden.unpublish()
    gone.delete()
    html = admin.get(page.url).content.decode()
    assert "Withdrawn" not in html
    assert ">Seen<" in html
    assert admin.get(edit_url(page)).status_code == 200


def saved(client, url, **fields):
    """Return the draft that the editor saved by itself."""
    answer = client.post(url, article_data(**fields), headers={"Accept": "application/json"}).json()
    assert answer["success"], answer
    return AnalysisPage.objects.get(pk=answer["pk"])


@pytest.mark.thorough
def test_a_draft_without_a_headline_is_saved_and_named_in_its_language(admin, section):
    first, page = (saved(admin, add_url(section), title="") for _number in range(2))
    assert (page.title, page.draft_title, str(page)) == ("", "Без заголовка", "Без заголовка")
    assert page.latest_revision.object_str == Page.objects.get(pk=page.pk).get_admin_display_title() == "Без заголовка"
    assert first.slug != page.slug
    explorer = admin.get(reverse("wagtailadmin_explore", args=[section.pk])).content.decode()
    assert explorer.count("Без заголовка") >= 2
    assert next(item.what for item in missing(latest(page))) == "title"

    form = BeautifulSoup(admin.get(edit_url(page)).content, "html.parser")
    shown = [form.select_one(f"[name={name}]") for name in ("title", "slug")]
    assert [field.get("value", "") for field in shown] == ["", ""]
    # The slug follows the headline, also where the editor's script came too late to say so.
    assert saved(admin, edit_url(page), title="Вода", slug=page.slug).slug == "voda"
    page = saved(admin, edit_url(page), title="Вода и хлеб", slug="voda")
    assert (page.slug, page.draft_title) == ("voda", "Вода и хлеб")


@pytest.mark.thorough
@pytest.mark.parametrize("action", ["action-submit", "action-publish"])
def test_without_a_headline_nothing_is_submitted_or_published(admin, section, action):
    page = saved(admin, add_url(section), title="")
    for url in (add_url(section), edit_url(page)):
        answer = admin.post(url, article_data(title="", **{action: "1"}))
        assert "The headline is missing: without one nothing is submitted or published." in answer.content.decode()
    page.refresh_from_db()
    assert (page.live, page.current_workflow_state) == (False, None)
    assert AnalysisPage.objects.count() == 1
    with pytest.raises(ValidationError, match="title"):
        page.get_latest_revision().publish()


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("hours", [0, 2])
def test_pages_without_a_headline_are_neither_published_nor_scheduled_in_bulk_or_by_the_api(admin, live, hours):
    page = make_article(live=live)
    draft = latest(page)
    draft.title, draft.go_live_at = "", timezone.now() + timedelta(hours=hours) if hours else None
    draft.save_revision(clean=False)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}"
    answer = admin.post(url, {"reason": "In a hurry."})
    assert "The headline is missing" in answer.content.decode()
    answer = admin.post(f"/admin/api/main/pages/{page.pk}/action/publish/", {"reason": "In a hurry."})
    assert (answer.status_code, list(answer.json())) == (400, ["title"])
    page.refresh_from_db()
    assert (page.live, page.title != "", page.scheduled_revision) == (live, True, None)


def test_what_is_live_keeps_its_headline_and_address_while_a_draft_of_it_has_none(admin):
    page = make_article(title="Вода", slug="voda")
    page = saved(admin, edit_url(page), title="", slug="voda")
    assert (page.title, page.slug, page.draft_title, page.live) == ("Вода", "voda", "Без заголовка", True)
    assert latest(page).title == ""
    assert 'value="voda"' in admin.get(edit_url(page)).content.decode()


@pytest.mark.thorough
def test_an_empty_text_is_shown_and_dropped_but_where_it_was_stored(admin, section):
    empty = ("paragraph", rich_text("<p> </p>"))
    shown = BeautifulSoup(admin.get(add_url(section)).content, "html.parser").select_one("#body")
    assert [block["type"] for block in json.loads(shown["data-w-block-arguments-value"])[0]] == ["paragraph"]
    page = saved(admin, add_url(section), body=streamfield([empty]))
    assert (list(latest(page).body), page.word_count) == ([], 2)
    body = streamfield([empty, ("paragraph", rich_text("<p></p><p>Текст.</p><p></p><p>Ещё.</p>")), empty])
    saved(admin, edit_url(page), slug=page.slug, body=body)
    [block] = latest(page).body
    assert [paragraph.text for paragraph in BeautifulSoup(block.value.source, "html.parser")("p")] == ["Текст.", "Ещё."]

    # A translation that began empty has its source's blocks, and is filled in one by one.
    stored = [{"type": "paragraph", "value": "", "id": str(uuid4())} for _number in range(2)]
    draft = make_article(section, live=False, body=json.dumps(stored))
    data = article_data(slug=draft.slug, body=streamfield([empty, ("paragraph", rich_text("<p>Один.</p>")), empty]))
    for number, key in enumerate([stored[0]["id"], stored[1]["id"], str(uuid4())]):
        data[f"body-{number}-id"] = key
    admin.post(edit_url(draft), data)
    assert [block.id for block in latest(draft).body] == [block["id"] for block in stored]
