"""The demo is loaded once, and removed without a trace of it and without a loss to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import registry
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Page, PageLogEntry, Revision, WorkflowState

from chorsu_articles.models import (
    AnalysisPage,
    EventReportPage,
    HomePage,
    InfoPage,
    Organisation,
    Person,
    Picture,
    PictureRendition,
    Publication,
    PublicationAuthor,
    SectionPage,
    Topic,
)
from chorsu_locales.table import LANGUAGES
from chorsu_search.models import QueryCount
from chorsu_translation.findings import find
from chorsu_translation.models import PublishedVersion
from chorsu_translation.selectors import State, outdated_paths, page_state
from cms.models import User
from cms.outlet import Outlet
from demo import blocks, content
from demo.accounts import ACCOUNTS, PASSWORD, demo_accounts
from demo.checks import check_accounts
from demo.models import DemoObject
from demo.services import LoadReport, load_demo, remove_demo
from tests.cms.crawl import crawl
from tests.demo.small_pictures import small_pictures
from tests.newsroom_copy import copy_newsroom
from tests.translation.seeded_errors import KINDS, demo_translations, outcomes, seeded_errors

# Articles in all languages, an analysis and a report, for what needs no more than these.
FEW = {"seed-bank", "school-libraries"}
WRITTEN = {code for article in content.articles() for code in article.languages}  # of those that the table has
OWN = (User, Picture, Document, Topic, Person, Organisation, Publication, InfoPage, SectionPage, DemoObject)


def numbers() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in OWN}


def tree() -> set[tuple[str, bool, str]]:
    return set(Page.objects.values_list("url_path", "live", "title"))


@pytest.fixture(scope="module")
def newsroom(kept_in_module, tmp_path_factory):
    """Set the newsroom up once for all tests."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        with kept_in_module():
            copy_newsroom()
        yield


@dataclass(frozen=True)
class Loaded:
    """The demo, and what there was before it."""

    report: LoadReport
    numbers: dict[str, int]
    tree: set[tuple[str, bool, str]]


@pytest.fixture(scope="module", autouse=True)
def _small_pictures():
    with small_pictures():
        yield


@pytest.fixture(scope="module")
def loaded(newsroom, kept_in_module):
    """Load the demo once for all tests."""
    with kept_in_module():
        before = (numbers(), tree())
        return Loaded(load_demo(public_passwords=True), *before)


@pytest.fixture
def demo(loaded, db):
    return loaded


def version(page: Page, language: str) -> Page:
    return page.get_translations().get(locale__language_code=language).specific


def test_a_second_call_changes_nothing(demo, capsys):
    before = (numbers(), Revision.objects.count(), PageLogEntry.objects.count())
    call_command("load_demo")
    assert "nothing changed" in capsys.readouterr().out
    assert (numbers(), Revision.objects.count(), PageLogEntry.objects.count()) == before


def test_a_deployment_with_the_demos_accounts_is_reported(demo):
    (fault,) = check_accounts()
    assert (fault.id, "admin@demo.example" in fault.msg) == ("chorsu_demo.E001", True)
    assert check_accounts in registry.registry.get_checks(include_deployment_checks=True)


def test_accounts_sign_in_and_have_their_groups(demo):
    assert [account.email for account in demo_accounts()] == [account.email for account in ACCOUNTS]
    for user in User.objects.all():
        assert user.check_password(PASSWORD)
        assert user.is_superuser or user.groups.exists()
    translator = User.objects.get(username="nozanin")
    assert [group.name for group in translator.groups.all()] == ["Translators (tg)"]


def test_versions_of_an_article_are_joined_and_their_blocks_align(demo):
    page = AnalysisPage.objects.get(locale__language_code="ru", translator_links=None, title__startswith="Вода")
    versions = page.get_translations()
    assert {version.locale.language_code for version in versions} == {"tg", "en", "kk", "ky", "uz", "fa"}
    ids = [block.id for block in page.body]
    for version in versions:
        assert [block.id for block in version.body] == ids
        assert version.get_parent().locale_id == version.locale_id
        assert version.title != page.title


def test_history_is_in_the_past_and_in_order(demo):
    for page in Publication.objects.filter(live=True):
        assert page.published_on <= page.last_published_at
        assert page.first_published_at <= page.last_published_at
        times = list(Revision.page_revisions.filter(object_id=str(page.pk)).order_by("pk").values_list("created_at"))
        assert times == sorted(times)
        assert page.live_revision_id == page.latest_revision_id
        assert not page.has_unpublished_changes
    dates = Publication.objects.filter(live=True).values_list("first_published_at", flat=True)
    assert (max(dates) - min(dates)).days > 60
    made = [each for each in PublishedVersion.objects.filter(source_id__isnull=False) if each.source_since]
    waits = [each.published_at - each.source_since for each in made]
    assert min(waits) >= timedelta(0)
    assert max(waits) >= timedelta(hours=12), "the desk's numbers show how long translations took"


def test_one_translation_waits_for_approval(demo):
    (state,) = WorkflowState.objects.filter(status="in_progress")
    page = state.content_object
    assert page.locale.language_code == "tg"
    assert not page.live
    assert state.requested_by.username == "nozanin"
    assert page.get_latest_revision_as_object().title.startswith("Ярмаркае")


def test_one_translation_is_missing(demo):
    page = AnalysisPage.objects.get(title__startswith="Восемь коек")
    assert [other.locale.language_code for other in page.get_translations()] == ["en"]


def test_one_translation_is_outdated_and_another_was_brought_up_to_date(demo):
    page = AnalysisPage.objects.get(title__startswith="Сорок датчиков")
    block = blocks.block_id("air-quality", "hours")
    first, second = (
        next(item.value.source for item in revision.as_object().body if item.id == block)
        for revision in page.revisions.order_by("pk")
    )
    assert second.startswith(first.partition("</p>")[0])
    assert "пятидесяти двух" in second
    english, tajik = version(page, "en"), version(page, "tg")
    assert "fifty-two" in next(item.value.source for item in english.body if item.id == block)
    assert english.revisions.count() == tajik.revisions.count() + 1
    assert tajik.last_published_at < page.last_published_at < english.last_published_at


def test_states_of_translations_are_as_told(demo):
    states: dict[str, list[str]] = {}
    for page in Publication.objects.all():
        states.setdefault(page_state(page), []).append(f"{page.locale.language_code} {page.draft_title[:12]}")
    assert states.pop(State.LIVE)
    assert states == {State.OUTDATED: ["tg Чил ҳассоса "], State.IN_REVIEW: ["tg Ярмаркае, ки"]}
    outdated = AnalysisPage.objects.get(title__startswith="Чил ҳассоса")
    assert outdated_paths(outdated) == [f"body.{blocks.block_id('air-quality', 'hours')}"]


def test_every_article_answers_readers_in_a_language_of_its_own(demo, client):
    versions: dict[str, list[Page]] = {}
    for page in Publication.objects.order_by("pk"):
        versions.setdefault(page.translation_key, []).append(page)
    chosen = [pages[number % len(pages)] for number, pages in enumerate(versions.values())]
    assert {page.locale.language_code for page in chosen} == WRITTEN
    for page in [*chosen, *Publication.objects.filter(live=False)]:
        assert client.get(page.get_url()).status_code == (200 if page.live else 404), page.get_url()


def test_what_readers_ask_for_writes_counts_of_searches_and_sizes_of_pictures_alone(demo, client, settings):
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    documents = Document.objects.all()
    assert documents.update(file_size=None, file_hash="")
    allowed = {QueryCount._meta.db_table, PictureRendition._meta.db_table}
    allowed_writes, others = list[str](), list[str]()

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.split(maxsplit=1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
            is_allowed = any(f'"{table}"' in sql for table in allowed)
            (allowed_writes if is_allowed else others).append(sql)
        return execute(sql, *rest)

    starts = [f"/{code}/{path}" for code in LANGUAGES for path in ("", "search/?q=2026")]
    with connection.execute_wrapper(note):
        answers = crawl(client, *starts, "/sitemap.xml", "/robots.txt")
        for document in documents:
            client.get(document.url)
    assert set(answers) > {page.url for page in Page.objects.live().type(Publication)}
    assert others == []
    assert allowed_writes


def test_fronts_policies_and_papers_are_there(demo, client):
    arranged = [*HomePage.objects.filter(depth=2), *SectionPage.objects.all()]
    assert len(arranged) == 3 * len(LANGUAGES)
    assert all(page.arrangement for page in arranged)
    assert "Календарь" in client.get("/ru/events/").content.decode()
    outlet = Outlet.objects.get()
    for policy in (outlet.editorial_policy, outlet.correction_policy):
        assert policy.get_translations().count() == 6
        translated = version(policy, "fa")
        assert f'href="{translated.get_url()}"' in client.get("/fa/about/").content.decode()
    ahead = EventReportPage.objects.filter(starts_on__gt=timezone.localdate())
    assert {page.locale.language_code for page in ahead} == {"ru", "tg", "en", "fa"}
    (paper,) = EventReportPage.objects.get(title__startswith="A school on the ice").documents
    assert "sleeping bag" in paper.value.file.read().decode()


def test_five_correct_translations_have_one_finding_at_most(demo):
    translations = demo_translations()
    assert len(translations) >= 40
    found = [finding for source, target in translations for finding in find(source, target)]
    assert len(found) * 5 <= len(translations), found
    assert not [finding for finding in found if finding.untranslated or finding.check == "names"]


@pytest.mark.parametrize("number", [80, pytest.param(200, marks=pytest.mark.slow)])
def test_nineteen_of_twenty_errors_are_found(demo, number):
    there, found = outcomes(seeded_errors(demo_translations(), number=number))
    assert (there.total(), set(there)) == (number, {*KINDS, "a picture is missing"})
    assert found.total() * 20 >= number * 19, there - found


@pytest.fixture(scope="class")
def removed(loaded, django_db_blocker):
    """Remove the demo as it was loaded; return the report and the files that it had."""
    with django_db_blocker.unblock(), transaction.atomic():
        files = list(Picture.objects.values_list("file", flat=True))
        with TestCase.captureOnCommitCallbacks(execute=True):
            report = remove_demo()
        yield report, files
        transaction.set_rollback(True)


@pytest.mark.usefixtures("removed", "db")
class TestRemoved:
    def test_it_leaves_what_was_there_before(self, loaded, removed):
        report, _files = removed
        assert not report.kept
        assert not report.edited
        assert tree() == loaded.tree
        assert numbers() == loaded.numbers
        assert not any(Page.find_problems())
        assert not WorkflowState.objects.exists()
        assert remove_demo().removed == {}

    def test_its_files_are_deleted(self, removed):
        _report, files = removed
        assert files
        assert not any(default_storage.exists(file) for file in files)

    def test_a_deployment_is_in_order(self):
        assert check_accounts() == []

    def test_it_comes_back_only_when_asked_for_and_leaves_what_people_made(self, monkeypatch):
        assert load_demo() is None
        few = [article for article in content.articles() if article.key in FEW]
        monkeypatch.setattr(content, "articles", lambda: few)
        assert load_demo(again=True, public_passwords=True).pages == len(WRITTEN) * len(FEW)
        assert InfoPage.objects.filter(live=True).count() == 3 * len(WRITTEN)
        assert load_demo(again=True) is None
        person = Person.objects.get(slug="aigul-osmonova")
        pictures = list(Picture.objects.order_by("pk")[:3])
        topic = Topic.objects.get(slug="water")
        colleague = User.objects.create(username="colleague", email="colleague@newsroom.example")
        section = SectionPage.objects.filter(kind="analysis", locale__language_code="ru").get()
        page = AnalysisPage(
            title="Своя статья", slug="own", main_picture=pictures[0], owner=User.objects.get(username="farhod")
        )
        page.author_links = [PublicationAuthor(person=person)]
        page.topics = [topic]
        page.body = [
            {"type": "picture", "value": {"picture": pictures[1].pk, "caption": "", "alt": "", "size": "text"}}
        ]
        section.add_child(instance=page)
        page.save_revision(user=colleague).publish(user=colleague, skip_permission_checks=True)
        page.main_picture = pictures[2]
        page.save_revision(user=colleague)
        edited = EventReportPage.objects.get(locale__language_code="tg", live=True)
        edited.title = "Сарлавҳаи дигар"
        edited.save_revision(user=colleague)
        about = InfoPage.objects.get(locale__language_code="en", slug="about")
        about.body = "<p>We are a real newsroom now.</p>"
        about.save_revision().publish()

        report = remove_demo()

        page.refresh_from_db()
        assert page.live
        assert [link.person for link in page.author_links.all()] == [person]
        assert list(page.topics.all()) == [topic]
        assert set(Picture.objects.all()) == {*pictures, person.photo}
        assert page.get_latest_revision_as_object().main_picture == pictures[2]
        assert list(User.objects.all()) == [colleague]
        # A demo page goes even where somebody edited it.
        assert len(report.edited) == 1
        assert [found.pk for found in Publication.objects.all()] == [page.pk]
        about.refresh_from_db()
        assert about.live
        assert "About us (en): its text was changed" in report.kept
        assert len(report.kept) == 7
