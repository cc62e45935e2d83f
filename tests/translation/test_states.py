"""States of translations, computed from facts."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from wagtail.models import GroupApprovalTask, Locale, Page, Workflow, WorkflowTask

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.reading import with_leaf
from chorsu_translation.desk.cells import desk_rows, viewer_of
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink
from chorsu_translation.pages import originals
from chorsu_translation.selectors import State, outdated_paths, page_state, source_digest
from chorsu_translation.services import (
    SourceChangedError,
    TranslationError,
    declare_up_to_date,
    renew_snapshots,
    start_translation,
    write_marked,
)
from chorsu_translation.snapshots import changed_units, take_snapshot
from tests.newsroom_copy import copy_newsroom
from tests.translation.newsroom import article, member, publish, section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture
def newsroom() -> None:
    copy_newsroom()


@pytest.fixture
def source(newsroom: None) -> AnalysisPage:
    return article()


@pytest.fixture
def translator(newsroom: None) -> Any:
    return member("translator", "Translators (tg)")


@pytest.fixture
def tajik(newsroom: None) -> Locale:
    return Locale.objects.get(language_code="tg")


def test_a_front_page_is_translated_by_who_may_add_pages_below_the_root(newsroom: None) -> None:
    home = section("ru").get_parent().specific
    french = Locale.objects.create(language_code="fr")
    with pytest.raises(PermissionDenied):
        start_translation(source=home, locale=french, user=member("chief", "Chief editors"))
    administrator = get_user_model().objects.create_superuser("admin", "admin@example.org", "x")
    target = start_translation(source=home, locale=french, user=administrator)
    assert (target.depth, target.live, target.owner) == (2, False, administrator)


def test_a_translation_is_a_draft_that_belongs_to_the_translator(
    source: AnalysisPage, translator: Any, tajik: Locale
) -> None:
    target = start_translation(source=source, locale=tajik, user=translator)
    assert (target.owner, target.latest_revision.user, target.live) == (translator, translator, False)
    assert page_state(target) == State.DRAFT
    assert TranslationLink.objects.get(target=target).source_id == source.pk
    assert [block.id for block in target.specific.body] == [block.id for block in source.body]
    assert target.permissions_for_user(translator).can_edit()


def test_beginning_twice_gives_the_same_page(source: AnalysisPage, translator: Any, tajik: Locale) -> None:
    first = start_translation(source=source, locale=tajik, user=translator)
    assert start_translation(source=source, locale=tajik, user=translator).pk == first.pk


def test_the_right_is_asked_of_the_target_tree(source: AnalysisPage, tajik: Locale) -> None:
    with pytest.raises(PermissionDenied):
        start_translation(source=source, locale=tajik, user=member("russian", "Translators (ru)"))
    assert not Page.objects.filter(translation_key=source.translation_key, locale=tajik).exists()


def test_an_unpublished_source_can_be_translated(newsroom: None, translator: Any, tajik: Locale) -> None:
    draft = article(live=False)
    draft.title = "Новый заголовок"
    draft.save_revision()
    target = start_translation(source=draft, locale=tajik, user=translator)
    assert target.specific.title == "Новый заголовок"


def test_a_section_without_that_language_is_explained(source: AnalysisPage, translator: Any, tajik: Locale) -> None:
    section("tg").delete()
    with translation.override("en"), pytest.raises(TranslationError, match="has no page in"):
        start_translation(source=source, locale=tajik, user=translator)


def test_a_changed_source_makes_a_live_translation_outdated_until_declared(
    source: AnalysisPage, translator: Any, tajik: Locale
) -> None:
    target = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    assert page_state(target) == State.LIVE
    block_id = source.body[0].id
    source = with_leaf(source, f"body.{block_id}", "<p>Первый.</p><p>Второй, исправленный.</p>")
    source = publish(source)
    assert page_state(target) == State.OUTDATED
    assert outdated_paths(Page.objects.get(pk=target.pk).specific) == [f"body.{block_id}"]
    declare_up_to_date(target=target, user=translator, seen=source_digest(target))
    assert page_state(target) == State.LIVE
    assert Baseline.objects.filter(target=target).latest("pk").declared_by == translator


def test_still_right_holds_for_what_the_screen_showed_alone(
    source: AnalysisPage, translator: Any, tajik: Locale, client: Any
) -> None:
    target = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    source.lead = "Другой лид"
    source = publish(source)
    client.force_login(translator)
    changes = client.get(reverse("chorsu_translation:up_to_date", args=[target.pk])).content.decode()
    seen = source_digest(target)
    assert f'name="seen" value="{seen}"' in changes
    assert "<ins>Другой лид</ins>" in changes
    source.lead = "Ещё другой"
    publish(source)
    answer = client.post(
        reverse("chorsu_translation:up_to_date", args=[target.pk]), {"seen": seen}, follow=True
    ).content.decode()
    assert "Сначала посмотрите, что изменилось" in answer  # the admin's language here
    assert source.get_url() in answer
    assert page_state(target) == State.OUTDATED
    with pytest.raises(SourceChangedError):
        declare_up_to_date(target=target, user=translator, seen="")
    client.post(reverse("chorsu_translation:up_to_date", args=[target.pk]), {"seen": source_digest(target)})
    assert page_state(target) == State.LIVE


@pytest.mark.parametrize(
    "same",
    [
        "<p>Первый.</p>\n<p>Второй.</p>",
        '<p data-block-key="a1b2c">Первый.</p><p data-block-key="d4e5f"> Второй.</p>',
        "<p>&#1055;ервый.</p><p>Второй.</p>",
    ],
)
def test_markup_that_reads_the_same_outdates_nothing(
    source: AnalysisPage, translator: Any, tajik: Locale, same: str
) -> None:
    target = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    publish(with_leaf(source, f"body.{source.body[0].id}", same))
    assert page_state(target) == State.LIVE


@pytest.mark.parametrize("outdated", [False, True])
def test_what_an_earlier_version_stored_is_read_again_and_no_state_changes(
    source: AnalysisPage, translator: Any, tajik: Locale, outdated: bool
) -> None:
    target = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    if outdated:
        source.lead = "Другой лид"
        source = publish(source)
    before = (page_state(target), outdated_paths(Page.objects.get(pk=target.pk)))
    # As version 0.1 wrote it: the stored HTML, of public fields alone, under digests of another form.
    baseline = Baseline.objects.filter(target=target).latest("pk")
    old = [[path, index, f"{html}<br/>"] for path, index, html in baseline.units if path != "search_description"]
    published = {True: "the newer text", False: "the text"}[outdated]
    Baseline.objects.update(units=old, digest="the text", reading=0)
    PublishedUnits.objects.filter(page=source).update(digest=published, reading=0)
    assert page_state(target) == before[0]
    call_command("migrate", verbosity=0)
    assert page_state(target) == before[0]
    assert not Baseline.objects.filter(reading=0).exists()
    assert not PublishedUnits.objects.filter(reading=0).exists()
    if not outdated:
        assert outdated_paths(Page.objects.get(pk=target.pk)) == []
    assert renew_snapshots() == 0


def test_a_draft_change_of_the_source_outdates_nothing(source: AnalysisPage, translator: Any, tajik: Locale) -> None:
    target = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    source.lead = "Другой лид"
    source.save_revision()
    assert page_state(target) == State.LIVE


def test_a_withdrawn_source_is_told(source: AnalysisPage, translator: Any, tajik: Locale) -> None:
    target = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    source.unpublish()
    assert page_state(target) == State.SOURCE_WITHDRAWN


def test_a_page_in_review(source: AnalysisPage, translator: Any, tajik: Locale) -> None:
    target = start_translation(source=source, locale=tajik, user=translator).specific
    workflow = Workflow.objects.create(name="Review")
    WorkflowTask.objects.create(workflow=workflow, task=GroupApprovalTask.objects.create(name="Approve"))
    workflow.start(target, translator)
    assert page_state(target) == State.IN_REVIEW
    target.current_workflow_state.current_task_state.reject(user=None)
    assert page_state(target) == State.CHANGES_REQUESTED


def test_only_who_may_edit_declares(source: AnalysisPage, translator: Any, tajik: Locale) -> None:
    target = start_translation(source=source, locale=tajik, user=translator)
    with pytest.raises(PermissionDenied):
        declare_up_to_date(target=target, user=member("other", "Journalists (ru)"), seen=source_digest(target))


@pytest.mark.parametrize("count", [2, 20])
def test_the_desk_needs_as_many_queries_for_many_articles(
    newsroom: None, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        page = AnalysisPage(title=f"Статья {number}", slug=f"s-{number}", live=True)
        section("ru").add_child(instance=page)
    locales = list(Locale.objects.all())
    sources = originals(locales).select_related("published_units")
    write_marked()
    with django_assert_max_num_queries(7):
        rows = desk_rows(sources[:50], viewer=viewer_of(AnonymousUser()), locales=locales)
    assert len(rows) == count
    assert {cell.state for cell in rows[0].cells} == {State.LIVE, State.MISSING}


def test_the_desk_in_the_admin(source: AnalysisPage, translator: Any, tajik: Locale, client: Any) -> None:
    client.force_login(translator)
    desk = reverse("chorsu_translation:desk")
    assert source.title in client.get(desk).content.decode()
    assert source.title in client.get(desk, {"language": "tg", "state": "missing"}).content.decode()
    response = client.post(reverse("chorsu_translation:start", args=[source.pk, "tg"]))
    target = Page.objects.get(translation_key=source.translation_key, locale=tajik)
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[target.pk])
    assert client.get(response["Location"]).status_code == 200
    assert source.title not in client.get(desk, {"language": "tg", "state": "missing"}).content.decode()
    assert source.title in client.get(desk, {"language": "tg", "state": "draft"}).content.decode()


def test_the_filter_for_any_language_asks_every_one(
    source: AnalysisPage, translator: Any, tajik: Locale, client: Any
) -> None:
    start_translation(source=source, locale=tajik, user=translator)
    client.force_login(translator)
    desk = reverse("chorsu_translation:desk")
    for state, is_found in (("draft", True), ("missing", True), ("outdated", False), ("live", True)):
        html = client.get(desk, {"state": state}).content.decode()
        assert (source.title in html) is is_found, state
    for language, is_found in (("tg", True), ("en", False)):
        html = client.get(desk, {"state": "draft", "language": language}).content.decode()
        assert (source.title in html) is is_found, language


def test_the_desk_offers_only_what_the_person_may_do(
    source: AnalysisPage, translator: Any, tajik: Locale, client: Any
) -> None:
    target = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    source.lead = "Другой лид"
    publish(source)
    edit, declare = (f"/admin/pages/{target.pk}/edit/", reverse("chorsu_translation:up_to_date", args=[target.pk]))
    for user, may in (
        (translator, True),
        (member("other", "Translators (tg)"), False),
        (member("editor", "Editors (tg)"), True),
    ):
        client.force_login(user)
        assert (declare in client.get(reverse("chorsu_translation:desk")).content.decode()) == may
        changes = client.get(declare)
        assert changes.status_code == (200 if may else 302)
        assert (edit in changes.content.decode()) == may


@pytest.mark.parametrize("query", ["?p=abc", "?p=999", "?state=nonsense", "?language=xx&state=draft", "?q=%00"])
def test_the_desk_survives_bad_addresses(source: AnalysisPage, translator: Any, client: Any, query: str) -> None:
    client.force_login(translator)
    assert client.get(reverse("chorsu_translation:desk") + query).status_code == 200


def test_the_desk_is_closed_to_strangers(source: AnalysisPage, client: Any) -> None:
    client.force_login(member("stranger"))
    assert client.get(reverse("chorsu_translation:desk")).status_code == 302
    client.force_login(member("russian", "Translators (ru)"))
    client.post(reverse("chorsu_translation:start", args=[source.pk, "tg"]))
    assert not Page.objects.filter(translation_key=source.translation_key, locale__language_code="tg").exists()


def test_changed_units_names_changes_additions_and_removals() -> None:
    old = [["title", 0, "А"], ["body.1", 0, "Б"], ["body.2", 0, "В"]]
    new = [["title", 0, "А"], ["body.1", 0, "Б!"], ["body.3", 0, "Г"]]
    assert changed_units(old, new) == ["body.1", "body.3", "body.2"]


def test_a_snapshot_sees_text_and_not_bookkeeping(source: AnalysisPage) -> None:
    before = take_snapshot(source).digest
    source.slug, source.show_in_menus = "other", True
    assert take_snapshot(source).digest == before
    source.lead = "Иной лид"
    assert take_snapshot(source).digest != before
