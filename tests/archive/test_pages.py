"""A page that is written in bulk is as one that Wagtail made and published."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.models import Page, PageLogEntry, ReferenceIndex

from chorsu_archive.items import Item
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import Ready, row_of, write
from chorsu_articles.models import AnalysisPage, EventReportPage, PublicationAuthor, SectionPage, Topic
from chorsu_articles.services.insertion import hold_rows
from chorsu_editorial.approval import EXCEPTIONS
from tests.archive.made import FIRST, item, use_made
from tests.factories import make_person, make_picture, make_section, make_user
from tests.newsroom_copy import copy_newsroom

pytestmark = pytest.mark.django_db
BLOCK = "0b1c7d0e-0000-4000-8000-000000000001"
KEY = "0b1c7d0e-0000-4000-8000-00000000000a"
# Rows by which work is marked: one more changes nothing.
MARKS = {"chorsu_translation_statemark", "chorsu_translation_memorymark", "chorsu_search_indexchange"}
# What the revision's content says of the page's own bookkeeping, which Wagtail takes from the page.
BOOKKEEPING = {
    *("live", "has_unpublished_changes", "first_published_at", "last_published_at", "latest_revision_created_at"),
    *("latest_revision", "live_revision", "numchild"),
}


@pytest.fixture(autouse=True)
def _made(settings):
    use_made(settings)


def rows() -> Counter[tuple[Any, ...]]:
    """Return every row of every table of a model, without its key and without moments."""
    found: Counter[tuple[Any, ...]] = Counter()
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed:
            continue
        fields = [field for field in model._meta.local_concrete_fields if not _is_key_or_time(field)]
        if model is ReferenceIndex:
            # Of a child row Wagtail stores whichever class it was saved by first.
            fields = [field for field in fields if field.name != "content_type"]
        table = model._meta.db_table
        for row in models.QuerySet(model).values_list(*(field.attname for field in fields)):
            values = [_plain(field, value) for field, value in zip(fields, row, strict=True)]
            found[table, *(f"{field.name}={value}" for field, value in zip(fields, values, strict=True))] += 1
    return found


def _is_key_or_time(field: Any) -> bool:
    is_key = field.primary_key and not field.remote_field
    return is_key or isinstance(field, models.DateTimeField) or (field.model is PageLogEntry and field.name == "uuid")


def _plain(field: Any, value: Any) -> Any:
    if isinstance(field, StreamField):
        return field.get_prep_value(value)
    if isinstance(value, dict):
        # Of each unit, since when it is shown.
        kept = {name: "moment" if isinstance(each, float) else each for name, each in value.items()}
        return json.dumps(
            {name: each for name, each in kept.items() if name not in BOOKKEEPING}, default=str, sort_keys=True
        )
    return value


def changes(made: Any) -> dict[str, Counter[str]]:
    """Return what a way of making a page does to all tables, by table; then it is undone."""

    before = rows()
    found: dict[str, Counter[str]] = {}
    with transaction.atomic():
        made()
        after = rows()
        transaction.set_rollback(True)
    for sign, difference in (("+", after - before), ("-", before - after)):
        for (table, *values), number in difference.items():
            text = f"{sign} {' | '.join(values)}"
            found.setdefault(table, Counter())[text] += 1 if table in MARKS else number
    return found


def test_all_rows_of_all_tables_are_as_wagtail_makes_them():
    if connection.vendor != "sqlite":
        pytest.skip("Keys are the same again only where they are undone, too.")
    section = make_section()
    author, picture, topic = make_person(), make_picture(), Topic.objects.create(name_ru="Вода")
    run = ImportRun.objects.create(identity="old.example", format="made", path="x")

    def page():
        made = AnalysisPage(
            title="Вода в горах",
            locale=section.locale,
            translation_key=KEY,
            lead="О воде.",
            body=[
                {"type": "paragraph", "value": "<h2>Река</h2><p>Первый абзац.</p>", "id": BLOCK},
                {"type": "picture", "value": {"picture": picture.pk, "caption": "Река", "alt": "", "size": "text"}},
            ],
            main_picture=picture,
            published_on=FIRST,
            first_published_at=FIRST,
            last_published_at=FIRST,
        )
        made.body[1].id = made.body.raw_data[1]["id"] = BLOCK.replace("1", "2")
        return made

    def in_bulk():
        made = page()
        made.live, made.has_unpublished_changes = True, False
        hold_rows(made, author_links=[PublicationAuthor(person=author, sort_order=0)], topics=[topic])
        item = Item("1", "Вода в горах", slug="water")
        row = row_of(item, run)
        row.what = "created"
        write([Ready(item, row, section=section, page=made)], run)

    def as_wagtail():
        made = page()
        made.live, made.slug = False, "water"
        made.author_links = [PublicationAuthor(person=author, sort_order=0)]
        made.topics = [topic]
        section.add_child(instance=made)
        revision = made.save_revision()
        revision.publish()

    ours, wagtails = changes(in_bulk), changes(as_wagtail)
    for table in ("chorsu_archive_importeditem", "chorsu_cms_readerstamp"):
        assert ours.pop(table)
    assert wagtails.pop("chorsu_cms_readerstamp")
    log, wagtails_log = ours.pop("wagtailcore_pagelogentry"), wagtails.pop("wagtailcore_pagelogentry")
    differing = {name: (found - wagtails[name], wagtails[name] - found) for name, found in ours.items()}
    found = [f"{name}: {pair}" for name, pair in differing.items() if any(pair)]
    assert not found, "\n".join(found)
    assert ours.keys() == wagtails.keys()
    assert {
        "chorsu_editorial_fileuse",
        "wagtailcore_referenceindex",
        "chorsu_translation_publishedunits",
    } <= ours.keys()
    published = next(text for text in log if "action=wagtail.publish" in text)
    assert published in wagtails_log
    assert sum("action=chorsu_archive.import" in text for text in log) == 1 == len(log) - 1
    with transaction.atomic():
        in_bulk()
    assert not any(Page.find_problems())


def test_the_history_says_where_it_was_approved_and_nothing_is_an_exception(imports, client):
    copy_newsroom()
    boss = make_user(superuser=True)
    imports(item(1), item(2, status="draft"), user=boss)
    client.force_login(boss)
    live, draft = (AnalysisPage.objects.get(slug=f"article-{number}") for number in (1, 2))
    for page, sentence in ((live, "Imported from old.example, approved there"), (draft, "as a draft")):
        assert sentence in client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert not PageLogEntry.objects.filter(action__in=EXCEPTIONS).exists()


def test_what_is_no_live_text_there_is_a_draft_here(imports):
    copy_newsroom()
    states = ["live", "draft", "private", "scheduled"]
    imports(*(item(n, status=state) for n, state in enumerate(states)))
    found = AnalysisPage.objects.order_by("slug").values_list("live", "published_on")
    assert list(found) == [(True, item(0).published), *[(False, None)] * 3]
    notes = dict(ImportedItem.objects.filter(kind="page").values_list("key", "notes"))
    assert [kind for kind, *_text in notes["2"] + notes["3"]] == ["guessed", "dropped"]
    assert not notes["0"] + notes["1"]


def test_drafts_keep_the_day_that_readers_knew(imports):
    copy_newsroom()
    imports(item(1), publish=False)
    page = AnalysisPage.objects.get()
    assert (page.live, page.published_on, page.first_published_at) == (False, item(1).published, None)
    assert (page.live_revision, page.has_unpublished_changes) == (None, True)
    page.get_latest_revision().publish()
    page.refresh_from_db()
    assert (page.live, page.published_on) == (True, item(1).published)


def test_slugs_are_the_sources_where_they_are_free_and_latin(imports):
    copy_newsroom()
    section = SectionPage.objects.get(kind="analysis", locale__language_code="ru")
    section.add_child(instance=AnalysisPage(title="Была", slug="taken", locale=section.locale))
    slugs = ["taken", "Good_one", "%d0%b2%d0%be", "вода", "", "same", "same", *["a" * 250] * 2]
    items = [item(n, slug=slug, title="Ҷумҳурии Тоҷикистон" if n == 4 else f"Вода {n}") for n, slug in enumerate(slugs)]
    imports(*items)
    imports(item(99, slug="a" * 250))
    rows = ImportedItem.objects.filter(kind="page").select_related("page").order_by("pk")
    assert [row.page.slug for row in rows] == [
        "taken-2",
        "Good_one",
        "voda-2",
        "voda-3",
        "jumhurii-tojikiston",
        "same",
        "same-2",
        "a" * 250,
        f"{'a' * 240}-2",
        f"{'a' * 240}-3",
    ]


def test_a_kind_of_publication_is_that_of_its_section(imports):
    copy_newsroom()
    section = SectionPage.objects.get(kind="events", locale__language_code="ru")
    imports(item(1), item(2, language="tg"), sections=[section])
    assert [page.locale.language_code for page in EventReportPage.objects.order_by("pk")] == ["ru", "tg"]
