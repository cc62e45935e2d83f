"""The demo is loaded once, and removed without a trace of it and without a loss to others."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Page, Revision, WorkflowState

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
from demo.services import load_demo, remove_demo
from tests.cms.crawl import crawl
from tests.demo.chosen import choose
from tests.newsroom_copy import copy_newsroom
from tests.translation.seeded_errors import KINDS, demo_translations, outcomes, seeded_errors

OWN = (User, Picture, Document, Topic, Person, Organisation, Publication, InfoPage, SectionPage, DemoObject)
# Each state of a translation, both kinds, papers, an event ahead, all languages.
SOME = ["air-quality", "digital-fair", "glaciers", "ice-school", "mountain-guests", "mulberry-books", "small-hydro"]
ALL = [article.key for article in content.articles()]


def rows() -> tuple[dict[str, int], set[tuple[str, bool, str]]]:
    """Return the numbers of rows of what the demo makes, and the tree of pages."""
    numbers = {model.__name__: model.objects.count() for model in OWN}
    return numbers, set(Page.objects.values_list("url_path", "live", "title"))


def files_in(folder: Path) -> override_settings:
    """Keep public and private files in a folder inside the block."""
    return override_settings(MEDIA_ROOT=folder, CHORSU_ARTICLES=settings.CHORSU_ARTICLES | {"PRIVATE_FOLDER": ""})


@pytest.fixture(scope="module", params=["some", pytest.param("all", marks=pytest.mark.slow)])
def before(request, kept_in_module, tmp_path_factory):
    """Load the demo once for all tests; return the rows that there were before."""
    with files_in(tmp_path_factory.mktemp("media")), pytest.MonkeyPatch.context() as patch:
        choose(patch, SOME if request.param == "some" else ALL)
        with kept_in_module():
            empty = connection.savepoint()
            copy_newsroom()
            rows_before = rows()
            load_demo(public_passwords=True)
        yield rows_before
        # The module's next demo begins without this one.
        with kept_in_module():
            connection.savepoint_rollback(empty)


@pytest.fixture
def demo(before, db):
    return before


def bar(client, address: str, *, is_own_machine: bool = True) -> Tag | None:
    with override_settings(DEBUG=is_own_machine):
        return BeautifulSoup(client.get(address).content, "html.parser").select_one(".demo-notice")


def version(page: Page, language: str) -> Page:
    return page.get_translations().get(locale__language_code=language).specific


@pytest.mark.thorough
def test_a_second_call_changes_nothing(demo, capsys):
    before = (rows(), Revision.objects.count())
    call_command("load_demo")
    assert "nothing changed" in capsys.readouterr().out
    assert (rows(), Revision.objects.count()) == before


def test_accounts_sign_in_and_have_their_groups_and_a_deployment_with_them_is_reported(demo):
    assert [account.email for account in demo_accounts()] == [account.email for account in ACCOUNTS]
    for user in User.objects.all():
        assert user.check_password(PASSWORD)
        assert user.is_superuser or user.groups.exists()
    translator = User.objects.get(username="nozanin")
    assert [group.name for group in translator.groups.all()] == ["Translators (tg)"]
    (fault,) = check_accounts()
    assert (fault.id, "admin@demo.example" in fault.msg) == ("chorsu_demo.E001", True)


def test_a_bar_says_that_it_is_a_demo_and_how_to_begin_ones_own_but_not_to_strangers(demo, client):
    for address in ("/tg/", "/fa/about/", "/admin/login/"):
        found = bar(client, address)
        assert [each.text for each in found.select("li code")] == [account.email for account in ACCOUNTS]
        assert PASSWORD in found.text
        assert "remove_demo" in found.select_one("pre").text
        assert bool(found.select("a[href='/admin/']")) == (address != "/admin/login/")
        assert bar(client, address, is_own_machine=False) is None
    assert "Тарҷумон (tg)" in " ".join(bar(client, "/tg/").text.split())


def test_blocks_of_an_articles_versions_align(demo):
    page = AnalysisPage.objects.get(locale__language_code="ru", title__startswith="Вода")
    assert page.get_translations().count() == 6
    for translated in page.get_translations():
        assert [block.id for block in translated.body] == [block.id for block in page.body]
        assert translated.get_parent().locale_id == translated.locale_id


def test_history_is_in_the_past_and_in_order(demo):
    for page in Publication.objects.filter(live=True):
        assert page.published_on <= page.last_published_at
        assert page.first_published_at <= page.last_published_at <= timezone.now()
        times = list(Revision.page_revisions.filter(object_id=str(page.pk)).order_by("pk").values_list("created_at"))
        assert times == sorted(times)
        assert page.live_revision_id == page.latest_revision_id
        assert not page.has_unpublished_changes
    made = [each for each in PublishedVersion.objects.filter(source_id__isnull=False) if each.source_since]
    waits = [each.published_at - each.source_since for each in made]
    assert min(waits) >= timedelta(0)
    assert max(waits) >= timedelta(hours=12), "the desk's numbers show how long translations took"


def test_one_translation_waits_one_is_missing_and_one_is_outdated(demo):
    states: dict[str, list[str]] = {}
    for page in Publication.objects.all():
        states.setdefault(page_state(page), []).append(f"{page.locale.language_code} {page.draft_title[:12]}")
    assert states.pop(State.LIVE)
    assert states == {State.OUTDATED: ["tg Чил ҳассоса "], State.IN_REVIEW: ["tg Ярмаркае, ки"]}
    (state,) = WorkflowState.objects.filter(status="in_progress")
    assert not state.content_object.live
    assert state.requested_by.username == "nozanin"
    page = AnalysisPage.objects.get(title__startswith="Восемь коек")
    assert [other.locale.language_code for other in page.get_translations()] == ["en"]
    changed = AnalysisPage.objects.get(title__startswith="Сорок датчиков")
    block = blocks.block_id("air-quality", "hours")
    english, tajik = version(changed, "en"), version(changed, "tg")
    assert outdated_paths(tajik) == [f"body.{block}"]
    for page, word in ((changed, "пятидесяти двух"), (english, "fifty-two")):
        assert word in next(item.value.source for item in page.body if item.id == block)
    assert english.revisions.count() == tajik.revisions.count() + 1
    assert tajik.last_published_at < changed.last_published_at < english.last_published_at


@pytest.mark.thorough
@pytest.mark.usefixtures("memory_cache")
def test_what_readers_ask_for_writes_counts_of_searches_and_sizes_of_pictures_alone(demo, client):
    documents = Document.objects.all()
    assert documents.update(file_size=None, file_hash="")
    allowed = {QueryCount._meta.db_table, PictureRendition._meta.db_table}
    allowed_writes, others = list[str](), list[str]()

    def note(execute, sql, *rest):
        if sql.split(maxsplit=1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
            is_allowed = any(f'"{table}"' in sql for table in allowed)
            (allowed_writes if is_allowed else others).append(sql)
        return execute(sql, *rest)

    starts = [f"/{code}/{path}" for code in LANGUAGES for path in ("", "search/?q=2026")]
    with connection.execute_wrapper(note):
        answers = crawl(client, *starts, "/sitemap.xml", "/robots.txt")
        for document in documents:
            client.get(document.url)
    published = {page.url for page in Page.objects.live().type(Publication)}
    assert {url for url in published if answers[url].status_code == 200} == published
    assert others == []
    assert allowed_writes


def test_fronts_policies_and_papers_are_there(demo, client):
    arranged = [*HomePage.objects.filter(depth=2), *SectionPage.objects.all()]
    assert len(arranged) == 3 * len(LANGUAGES)
    assert all(page.arrangement for page in arranged)
    outlet = Outlet.objects.get()
    about = client.get("/fa/about/").content.decode()
    for policy in (outlet.editorial_policy, outlet.correction_policy):
        assert policy.get_translations().count() == 6
        assert f'href="{version(policy, "fa").get_url()}"' in about
    ahead = EventReportPage.objects.filter(starts_on__gt=timezone.localdate())
    assert {page.locale.language_code for page in ahead} == {"ru", "tg", "en", "fa"}
    (paper,) = EventReportPage.objects.get(title__startswith="A school on the ice").documents
    assert "sleeping bag" in paper.value.file.read().decode()


@pytest.mark.thorough
def test_five_correct_translations_have_one_finding_at_most(demo):
    translations = demo_translations()
    assert len(translations) > 15
    found = [finding for source, target in translations for finding in find(source, target)]
    assert len(found) * 5 <= len(translations), found
    assert not [finding for finding in found if finding.untranslated or finding.check == "names"]


@pytest.mark.thorough
@pytest.mark.parametrize("number", [80, pytest.param(200, marks=pytest.mark.slow)])
def test_nineteen_of_twenty_errors_are_found(demo, number):
    there, found = outcomes(seeded_errors(demo_translations(), number=number))
    assert (there.total(), set(there)) == (number, {*KINDS, "a picture is missing"})
    assert found.total() * 20 >= number * 19, there - found


@pytest.fixture(scope="class")
def removed(before, django_db_blocker, tmp_path_factory):
    """Remove the demo as it was loaded; return the report and the files that it had."""
    folder = shutil.copytree(settings.MEDIA_ROOT, tmp_path_factory.mktemp("removed") / "media")
    with files_in(folder), django_db_blocker.unblock(), transaction.atomic():
        files = list(Picture.objects.values_list("file", flat=True))
        with TestCase.captureOnCommitCallbacks(execute=True):
            report = remove_demo()
        yield report, files
        transaction.set_rollback(True)


@pytest.mark.usefixtures("removed", "db")
class TestRemoved:
    @pytest.mark.thorough
    def test_it_leaves_what_was_there_before(self, before, removed, client):
        report, files = removed
        assert (report.kept, report.edited) == ([], [])
        assert rows() == before
        assert not any(Page.find_problems())
        assert not WorkflowState.objects.exists()
        assert files
        assert not any(default_storage.exists(file) for file in files)
        assert check_accounts() == []
        assert bar(client, "/tg/") is None
        assert remove_demo().removed == {}

    @pytest.mark.thorough
    def test_it_comes_back_only_when_asked_for_and_leaves_what_people_made(self, monkeypatch):
        assert load_demo() is None
        pages = choose(monkeypatch, ["mulberry-books"])
        assert load_demo(again=True, public_passwords=True).pages == pages
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
        assert "About us (en): it was changed" in report.kept
        assert len(report.kept) == 7
