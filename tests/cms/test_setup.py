"""``setup_newsroom`` makes what is missing, once, and leaves people's work alone."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site, Task, Workflow, WorkflowPage

from chorsu_articles.models import HomePage, InfoPage, SectionPage
from chorsu_articles.vocabularies import names_permission
from chorsu_locales.table import LANGUAGES
from cms.models import SetupStep
from cms.newsroom.roles import ROLES
from cms.newsroom.setup import get_title, setup_newsroom
from tests.cms.conftest import switch_on
from tests.newsroom_copy import copy_newsroom


def snapshot() -> dict[str, list[object]]:
    return {
        "pages": list(Page.objects.order_by("path").values_list("path", "title", "slug", "live", "locale_id")),
        "groups": list(Group.objects.order_by("name").values_list("name", "permissions__codename")),
        "trees": list(GroupPagePermission.objects.order_by("pk").values_list("group", "page", "permission")),
        "workflows": list(Workflow.objects.order_by("pk").values_list("name", "active")),
        "sites": list(Site.objects.values_list("hostname", "port", "root_page", "site_name")),
    }


@pytest.mark.sql
def test_trees_are_joined_and_titled_and_a_second_run_changes_nothing(newsroom):
    homes = list(HomePage.objects.order_by("path"))
    assert [home.locale.language_code for home in homes] == ["ru", "tg", "en"]
    assert len({home.translation_key for home in homes}) == 1
    assert Site.objects.get(is_default_site=True).root_page_id == homes[0].pk
    for slug in ("analysis", "events"):
        sections = SectionPage.objects.filter(slug=slug, live=True).order_by("path")
        titles = [(section.locale.language_code, section.title) for section in sections]
        assert titles == [(code, get_title(slug, code)) for code in ("ru", "tg", "en")]
        assert len({section.translation_key for section in sections}) == 1
    # Nothing empty is shown to readers, and what Wagtail brought is gone.
    assert {page.live for page in InfoPage.objects.all()} == {False}
    assert Page.find_problems() == ([], [], [], [], [])
    assert not Group.objects.filter(name__in=("Editors", "Moderators")).exists()
    assert not Workflow.objects.filter(name="Moderators approval").exists()
    assert not Page.objects.filter(title__startswith="Welcome").exists()
    for role in ROLES.values():
        for name in (*role.permissions, *role.collections, names_permission("tg")):
            app_label, codename = name.split(".")
            assert Permission.objects.filter(content_type__app_label=app_label, codename=codename).exists(), name
    before = snapshot()
    assert setup_newsroom() == []
    assert snapshot() == before


def test_titles_exist_in_every_language():
    for row in LANGUAGES.values():
        assert set(row.titles) == {"analysis", "events", "about"}
    assert get_title("analysis", "xx") == "Analysis"


def test_second_run_respects_what_people_changed(newsroom):
    journalists = Group.objects.get(name="Journalists (tg)")
    journalists.permissions.remove(Permission.objects.get(codename="view_person"))
    GroupPagePermission.objects.filter(group__name="Editors (ru)", permission__codename="lock_page").delete()
    SectionPage.objects.get(slug="events", locale__language_code="tg").delete()
    section = SectionPage.objects.get(slug="analysis", locale__language_code="ru")
    section.title, section.slug = "Мнения", "opinions"
    section.save()
    WorkflowPage.objects.filter(page__locale__language_code="en").delete()
    Site.objects.update(hostname="news.example.org", port=443)
    before = snapshot()
    assert setup_newsroom() == []
    assert snapshot() == before


def test_workflows_that_nobody_renamed_get_the_name_of_their_language_once(newsroom):
    SetupStep.objects.filter(key__startswith="workflow-name:").delete()
    Workflow.objects.filter(name="English").update(name="Проверка (en)")
    Task.objects.filter(name="English").update(name="Second pair of eyes (en)")
    Workflow.objects.filter(name="Тоҷикӣ").update(name="Our own")
    for _run in range(2):
        setup_newsroom()
        assert set(Workflow.objects.values_list("name", flat=True)) == {"Русский", "Our own", "English"}
        assert set(Task.objects.values_list("name", flat=True)) == {"Русский", "Тоҷикӣ", "English"}
    Workflow.objects.filter(name="English").update(name="Approval (en)")
    setup_newsroom()
    assert Workflow.objects.filter(name="Approval (en)").exists()


def test_a_language_can_be_switched_on_later(newsroom, settings):
    before = snapshot()
    switch_on(settings, "ru", "tg", "en", "fa")
    done = setup_newsroom()
    assert "Home page of fa" in done
    home = HomePage.objects.get(locale__language_code="fa")
    assert home.translation_key == HomePage.objects.get(locale__language_code="ru").translation_key
    assert [page.title for page in home.get_children()] == [
        get_title(key, "fa") for key in ("analysis", "events", "about")
    ]
    chief = GroupPagePermission.objects.filter(group__name="Chief editors", page_id=home.pk)
    assert chief.filter(permission__codename="publish_page").exists()
    assert snapshot()["pages"][: len(before["pages"])] == before["pages"]
    assert setup_newsroom() == []


@pytest.mark.django_db
def test_a_newsroom_of_one_language_that_is_not_the_tables_first(settings):
    switch_on(settings, "uz")
    setup_newsroom()
    assert [home.slug for home in HomePage.objects.all()] == ["uz"]
    site = Site.objects.get(is_default_site=True)
    assert site.root_page.locale.language_code == "uz"
    assert Group.objects.filter(name__contains="(").count() == 3
    # The locale that Wagtail's migrations made is nobody's concern.
    assert Locale.all_objects.filter(language_code="uz").count() == 1


def test_the_site_follows_the_settings_until_people_change_it(newsroom, settings):
    switch_on(settings, "en", "ru", "tg")
    settings.WAGTAILADMIN_BASE_URL = "https://news.example.org"
    setup_newsroom()
    assert Site.objects.get(is_default_site=True).root_page.locale.language_code == "en"
    assert Site.objects.values_list("hostname", "port").get() == ("news.example.org", 443)
    Site.objects.update(hostname="other.example.org")
    settings.WAGTAILADMIN_BASE_URL = "http://localhost:9000"
    setup_newsroom()
    assert Site.objects.get().hostname == "other.example.org"


def copied() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows after a copy that is taken back."""
    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        copy_newsroom()
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(map(repr, cursor.fetchall()))
        assert setup_newsroom() == []
        transaction.set_rollback(True)
    assert not HomePage.objects.exists()
    return found


@pytest.mark.sql
@pytest.mark.django_db
def test_a_copy_that_tests_make_has_every_row(settings):
    if connection.vendor != "sqlite":
        pytest.skip("On PostgreSQL the newsroom is set up each time.")
    switch_on(settings, "ru", "kk")
    assert copied() == copied()
    Group.objects.create(name="Made before")
    copy_newsroom()
    assert Group.objects.filter(name="Made before").exists()
