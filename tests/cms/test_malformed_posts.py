"""Posts that no screen sends, to every kind of form: each gets an answer, and none an error of the server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import cycle, islice, product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.fields import StreamField
from wagtail.models import Page, Task, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from chorsu_articles.models import AnalysisPage, EventReportPage, HomePage, InfoPage, SectionPage, Topic
from cms.outlet import Outlet
from tests.abuse.sessions import form_fields
from tests.cms.content import soup_of
from tests.factories import make_article, make_person, make_picture, make_user

JSON = {"accept": "application/json"}
# Of the tables below every so many a row: each kind of request is tried by some, and by all in `make slow`.
some_or_all = pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
SENTENCE = "What was sent is incomplete or damaged"
# A field is left out, has no value, has another's, or one of no kind at all.
VALUES: list[Any] = [
    None, "", "{", "[]", "-1", "9" * 400, "1e999", "NaN", "\0", "a\vb", "\ufffe", ["1", "2"], "x" * 70_000,
    "2020-99-99", "../../etc", "0x10", "٣", "&#0;", b"\xff\xfe\x80",
]  # fmt: skip


def draft(text: Any = "x", entities: Any = None, **block: Any) -> str:
    """Return formatted text as Draftail posts it, with one block, changed."""
    plain = {"key": "a", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": [], "data": {}}
    return json.dumps({"blocks": [{**plain, "text": text, **block}], "entityMap": entities or {}})


def linked(**data: Any) -> str:
    return draft(
        entityRanges=[{"offset": 0, "length": 1, "key": 0}],
        entities={"0": {"type": "LINK", "mutability": "MUTABLE", "data": data}},
    )


UNREADABLE_TEXTS = [
    "{", "[]", "1", '"x"', "\0", "1" * 10_000, "[" * 50_000, '{"blocks":' * 3_000, '{"blocks": 1, "entityMap": {}}',
    '{"blocks": [1], "entityMap": []}', draft(5), linked(), linked(url=5),
    draft(entityRanges=[{"offset": 0, "length": 1, "key": 7}]),
    draft(inlineStyleRanges=[{"offset": -5, "length": 9e99, "style": "BOLD"}]),
    draft(inlineStyleRanges=[{"offset": 0, "length": 1, "style": ["BOLD"]}]),
]  # fmt: skip
ODD_TEXTS = [
    "{}", "null", "", draft(type="unknown"), draft(depth=99_999_999), draft("x\0\ud800"), linked(id="x"),
    linked(id=10**30), draft(type="unordered-list-item", depth=4_000), draft(type="unordered-list-item", depth="1"),
    draft(
        entityRanges=[{"offset": 0, "length": 1, "key": 0}],
        entities={"0": {"type": "BOGUS", "mutability": "MUTABLE", "data": {}}},
    ),
]  # fmt: skip
# Values of fields that Wagtail's blocks don't expect, and of fields that answer with an error of their own.
UNREADABLE_BLOCKS: list[tuple[str, Any]] = [
    ("body-count", None), ("body-count", ""), ("body-count", "x"), ("body-count", "99"), ("body-0-type", None),
    ("body-0-order", None), ("body-0-order", "1e999"), ("body-0-deleted", None), ("body-1-value-picture", "{"),
    ("body-2-value-items-count", "NaN"), ("body-2-value-items-0-order", ""), ("body-3-value-caption", None),
    ("body-3-value-column-count", "[]"), ("body-3-value-column-0-type", "unknown"),
    ("body-3-value-column-0-order", "x"), ("body-3-value-row-count", None), ("body-3-value-row-0-order", "\0"),
    ("body-4-value-pages-0-value", "x"), ("body-4-value-pages-count", "2"), ("references-count", "3"),
]  # fmt: skip
ODD_BLOCKS: list[tuple[str, Any]] = [
    ("body-0-type", "unknown"), ("body-0-id", "no-such-block"), ("body-0-id", "\0"), ("body-0-id", ["a", "a"]),
    ("body-1-value-picture", "12345"), ("body-1-value-picture", "9" * 400), ("body-1-value-size", "unknown"),
    ("body-4-value-pages-0-value", "-1"), ("main_picture", "x"), ("main_picture", "9" * 400),
    ("main_picture", "12345"), ("title", None), ("title", b"\xff"), ("topics", "x"), ("countries", ["9" * 400]),
    ("author_links-TOTAL_FORMS", None), ("author_links-TOTAL_FORMS", "x"), ("author_links-TOTAL_FORMS", "5"),
    ("author_links-TOTAL_FORMS", "9" * 10), ("author_links-INITIAL_FORMS", "-1"), ("comments-TOTAL_FORMS", None),
    ("comments-TOTAL_FORMS", "3"), ("comments-INITIAL_FORMS", "7"), ("go_live_at", "NaN"), ("slug", "\u202e"),
    ("published_on", "0000-00-00"), ("overwrite_revision_id", "x"), ("loaded_revision_id", "x"),
    ("expire_at", "9" * 400), ("action-workflow-action", "true"), ("workflow-action-name", "approve"),
]  # fmt: skip


@pytest.fixture
def office(newsroom, settings, tmp_path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client = Client(raise_request_exception=False)
    client.force_login(make_user(superuser=True))
    return client


@pytest.fixture
def section(newsroom) -> SectionPage:
    return SectionPage.objects.get(slug="analysis", locale__language_code="ru")


@pytest.fixture
def article(section) -> AnalysisPage:
    page = make_article(section, title="x", live=False)
    page.save_revision()
    return page


TEXT = rich_text("<p>x</p>")


def item(value: Any) -> dict[str, Any]:
    """Return a list's fields with one item."""
    return {"count": "1", "0": {"value": value, "deleted": "", "order": "0", "type": "item", "id": ""}}


def editor_fields(client: Client, url: str) -> dict[str, Any]:
    """Return what the editor of an article posts, with blocks of the kinds that are read in different ways."""
    table = {
        "caption": "", "column-count": "1", "column-0-type": "text", "column-0-order": "0", "column-0-heading": "",
        "column-0-deleted": "", "row-count": "1", "row-0-order": "0", "row-0-deleted": "", "cell-0-0": "x",
    }  # fmt: skip
    body = [
        ("paragraph", TEXT),
        ("picture", {"picture": str(make_picture().pk), "caption": "", "alt": "", "size": "text"}),
        ("facts", {"title": "x", "items": item(TEXT)}),
        ("table", table),
        ("related", {"pages": item(str(Page.objects.last().pk))}),
    ]
    streams = {"body": streamfield(body), "key_points": streamfield([]), "references": streamfield([])}
    return {**fields_of(client, url), "title": "x", "slug": "", **nested_form_data(streams)}


def fields_of(client: Client, url: str) -> dict[str, Any]:
    """Return the fields of the longest form on a page."""
    forms = soup_of(client, url).select("form")
    return max((form_fields(form) for form in forms), key=len)


def post(client: Client, url: str, fields: dict[str, Any], **options: Any) -> Any:
    """Post and undo what it changed."""
    with transaction.atomic():
        answer = client.post(url, {name: value for name, value in fields.items() if value is not None}, **options)
        transaction.set_rollback(True)
    return answer


def changed(fields: dict[str, Any], step: int) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield forms in each of which one field has another value, all of VALUES in turn, or every so many."""
    for name, value in islice(zip(cycle(fields), cycle(VALUES), strict=False), len(fields) % step, 40, step):
        yield name, value, {**fields, name: value}


@pytest.mark.thorough
@some_or_all
@pytest.mark.parametrize("kind", ["create", "edit", "autosave", "check"])
def test_an_editor_s_form(office, section, article, kind, step):
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    add = reverse("wagtailadmin_pages:add", args=["chorsu_articles", "analysispage", section.pk])
    check = reverse("chorsu_articles_admin:check", args=[article.pk])
    url = {"create": add, "check": check}.get(kind, edit)
    headers = JSON if kind in {"autosave", "check"} else {}
    fields = editor_fields(office, add if kind == "create" else edit)
    assert post(office, url, fields, headers=headers).status_code in {200, 302}
    texts = [(name, text) for name in ("body-0-value", "body-2-value-items-0-value") for text in UNREADABLE_TEXTS]
    # One way to read the form serves them all; a part of the table shows that each is on it.
    step = step if kind == "edit" else 2 * step
    wrong = []
    for name, value in [*texts, *UNREADABLE_BLOCKS][::step]:
        answer = post(office, url, {**fields, name: value}, headers=headers)
        if answer.status_code != 400 or (kind != "check" and SENTENCE not in answer.content.decode()):
            wrong.append((name, value, answer.status_code))
    odd = [{**fields, name: value} for name, value in [*(("body-0-value", text) for text in ODD_TEXTS), *ODD_BLOCKS]]
    for given in [{}, *odd[::step]]:
        assert post(office, url, given, headers=headers).status_code < 500, given
    assert wrong == []


# What a form of rows and blocks says of itself, beside what people type.
ABOUT_ROWS = re.compile(
    r"-(count|type|id|order|deleted|ORDER|DELETE|TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS)$"
)
# Pages of each kind: the section that they stand in, or "" for the front page.
PAGES: list[tuple[type[Page], str]] = [
    (AnalysisPage, "analysis"), (EventReportPage, "events"), (HomePage, "root"), (SectionPage, ""), (InfoPage, ""),
]  # fmt: skip
REPLY = {"id": "", "text": "x"}
REMARK = {**REPLY, "contentpath": "title", "position": "", "resolved": "", "replies": inline_formset([REPLY])}
# The view, the view whose form it takes, and how it is asked.
WAYS: dict[str, tuple[str, str, dict[str, str]]] = {
    "create": ("add", "add", {}),
    "edit": ("edit", "edit", {}),
    "autosave": ("edit", "edit", JSON),
    "preview": ("preview_on_edit", "edit", {}),
    "preview of a new one": ("preview_on_add", "add", {}),
}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "place", "way", "step"),
    [
        *((*page, way, 4) for page, way in zip(PAGES, WAYS, strict=True)),
        *(pytest.param(*page, way, 1, marks=pytest.mark.slow) for page in PAGES for way in WAYS),
    ],
)
def test_each_field_left_out_of_each_kind_of_page(office, kind, place, way, step):
    home = HomePage.objects.get(locale__language_code="ru")
    parent = Page.get_first_root_node() if place == "root" else home
    if place in {"analysis", "events"}:
        parent = SectionPage.objects.get(slug=place, locale=home.locale)
    page = parent.add_child(instance=kind(title="x", slug="xx", live=False, locale=home.locale))
    page.save_revision()
    view, form, headers = WAYS[way]
    arguments = [page.pk] if form == "edit" else ["chorsu_articles", kind._meta.model_name, parent.pk]
    url = reverse(f"wagtailadmin_pages:{view}", args=arguments)
    fields = fields_of(office, reverse(f"wagtailadmin_pages:{form}", args=arguments))
    streams = [field.name for field in kind._meta.get_fields() if isinstance(field, StreamField)]
    values = {name: streamfield([]) for name in streams}
    if "body" in streams:
        values["body"] = streamfield([("paragraph", TEXT), ("facts", {"title": "x", "items": item(TEXT)})])
    fields |= nested_form_data({**values, "comments": inline_formset([REMARK]), "title": "x", "slug": ""})
    answer = post(office, url, fields, headers=headers)
    assert answer.status_code in {200, 302}, answer
    rows: list[tuple[str, Any]] = []
    for name in fields:
        rows += [(name, value) for value in ((None, "", "x", "9" * 20, "-1") if ABOUT_ROWS.search(name) else (None,))]
    wrong = []
    for name, value in rows[:: step**2 if way == "edit" else 4 * step**2]:
        answer = post(office, url, {**fields, name: value}, headers=headers)
        refused = answer.status_code == 400 and SENTENCE not in answer.content.decode()
        # What Wagtail's autosave can read and doesn't save, it says itself.
        if answer.status_code >= 500 or (refused and b"error_message" not in answer.content):
            wrong.append((name, value, answer.status_code))
    assert wrong == []


def test_more_rows_than_anybody_fills_in_are_not_made(office, article, django_assert_max_num_queries):
    url = reverse("wagtailadmin_pages:edit", args=[article.pk])
    fields = editor_fields(office, url)
    assert post(office, url, fields | {"author_links-TOTAL_FORMS": "2"}).status_code in {200, 302}
    for total in ("251", "1000000", "9" * 20, "٩٩٩"):
        with django_assert_max_num_queries(30):
            answer = post(office, url, fields | {"author_links-TOTAL_FORMS": total})
        assert answer.status_code == 400, total
        assert len(answer.content) < 50_000


def test_a_number_in_an_address_that_no_column_holds(office):
    assert office.get("/admin/bulk/wagtailcore/page/delete/", {"id": "9" * 30}).status_code == 400


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_deeper_than_it_is_read(office, article, opening):
    url = f"/admin/api/main/pages/{article.pk}/action/copy/"
    answer = office.post(url, opening * 100_000, content_type="application/json", headers=JSON)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "unreadable_form")


@pytest.mark.thorough
def test_a_field_of_formatted_text(office):
    page = InfoPage.objects.get(locale__language_code="ru")
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    fields = fields_of(office, url)
    for text in UNREADABLE_TEXTS:
        assert post(office, url, {**fields, "body": text}).status_code == 400, text
    for text in ODD_TEXTS:
        assert post(office, url, {**fields, "body": text}).status_code < 500, text


@pytest.mark.thorough
@some_or_all
def test_other_forms_of_the_admin(office, article, step):
    topic, person, picture = Topic.objects.create(name_ru="x"), make_person(), make_picture()
    document = Document.objects.create(title="x", file=ContentFile(b"x", "x.txt"))
    workflow, task = Workflow.objects.all()[0], Task.objects.all()[0]
    outlet = Outlet.objects.get()
    wrong = []
    for url in (
        "/admin/snippets/chorsu_articles/topic/add/",
        f"/admin/snippets/chorsu_articles/topic/edit/{topic.pk}/",
        f"/admin/snippets/chorsu_articles/person/edit/{person.pk}/",
        "/admin/snippets/chorsu_articles/organisation/add/",
        f"/admin/images/{picture.pk}/",
        "/admin/images/add/",
        f"/admin/documents/edit/{document.pk}/",
        "/admin/documents/add/",
        "/admin/account/",
        "/admin/users/new/",
        "/admin/redirects/add/",
        "/admin/collections/add/",
        f"/admin/snippets/chorsu_cms/outlet/edit/{outlet.pk}/",
        "/admin/workflows/add/",
        f"/admin/workflows/edit/{workflow.pk}/",
        f"/admin/workflows/tasks/edit/{task.pk}/",
        f"/admin/pages/{article.pk}/copy/",
        "/admin/invite/",
    ):
        fields = fields_of(office, url)
        assert len(fields) > 1, url
        for name, value, given in [*changed(fields, step), ("all", None, {})]:
            if post(office, url, given).status_code >= 500:
                wrong.append((url, name, value))
    assert wrong == []


@pytest.mark.thorough
def test_forms_of_a_review(office, article):
    article.get_workflow().start(article, make_user("Journalists (ru)"))
    state = article.current_workflow_task_state.pk
    posts: list[tuple[str, dict[str, Any]]] = []
    for action in ("approve", "reject", "unknown", "%00"):
        for view in ("action", "collect_action_data"):
            url = f"/admin/pages/workflow/{view}/{article.pk}/{action}/{state}/"
            comments: list[Any] = ["\0\u202e", ["a", "b"], b"\xff"]
            posts += [(url, {}), (url, {"comment": "x", "screen": "{"}), *((url, {"comment": one}) for one in comments)]
    posts += [(f"/admin/pages/workflow/action/{article.pk}/approve/{number}/", {}) for number in ("0", "9" * 30)]
    for value in VALUES:
        fields = {"action-workflow-action": "true", "workflow-action-name": value, "screen": value}
        posts.append((f"/admin/pages/{article.pk}/edit/", fields))
    for url, fields in posts:
        assert post(office, url, fields).status_code < 500, (url, fields)


@some_or_all
def test_forms_of_readers_and_searches(office, article, step):
    article.get_latest_revision().publish()
    report = reverse("chorsu_feedback:report")
    words = reverse("chorsu_feedback:report_words", args=[article.pk])
    bodies = ["", "{", "[]", "null", "1", '{"page": {}}', '{"page": 1e999}', '{"selected": ["x"], "page": "x"}', "\0"]
    kinds = ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"]
    for body, kind in product(bodies, kinds) if step == 1 else zip(bodies, cycle(kinds), strict=False):
        for url in (report, "/admin/articles/paste/", words):
            assert office.post(url, body, content_type=kind).status_code < 500, (url, body, kind)
    for value in VALUES[::step]:
        given = {} if value is None else {"words": value, "paragraph": value, "suggestion": value, "text": value}
        for url in (words, "/admin/articles/caption-line/", "/admin/articles/pictures/upload/"):
            assert post(office, url, given).status_code < 500, (url, value)
        query = urlencode({"q": value, "p": value, "page": value, "locale": value, "ordering": value}, doseq=True)
        for url in ("/ru/search/", "/admin/pages/search/", "/admin/images/", "/admin/snippets/chorsu_articles/topic/",
                    "/admin/reports/typos/", "/admin/translations/", "/admin/reports/site-history/"):  # fmt: skip
            assert office.get(f"{url}?{query}").status_code < 500, (url, value)
