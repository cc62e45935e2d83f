"""Approvals that are held: what cancels them, and that several languages go live together or not at all."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, Page, PageLogEntry, TaskState, WorkflowTask

from chorsu_editorial import signals
from chorsu_editorial.approval import approve
from chorsu_editorial.editor import check_move
from chorsu_editorial.file_usage.files import check_deletion
from chorsu_editorial.held_approvals import held_approvals_for, publish_together, release
from chorsu_editorial.models import FourEyesTask, HeldApproval
from chorsu_editorial.refusals import ChangedSince, FileInUse, NotAReviewer, NotHeld, NothingApproved, Refusal
from cms.models import User
from tests.editorial.desk import (
    MENDED,
    Desk,
    current_screen,
    fresh,
    latest,
    like,
    make_desk,
    make_lone_chief,
    post,
    task_state,
)
from tests.factories import make_group, make_picture, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(listen) -> Any:
    """Collect the signals about held approvals."""
    return listen(signals.approved, signals.held_published, signals.hold_ended)


def hold_pair(desk: Desk, tajik: Desk, **values: Any) -> tuple[Any, Any]:
    """Return a page and its translation, both held."""
    russian = desk.hold()
    return russian, tajik.hold(translation_key=russian.translation_key, title="Tajik draft", **values)


COLLECT = "wagtailadmin_pages:collect_workflow_action_data"


def is_held(page: Page) -> bool:
    return HeldApproval.objects.filter(page=page.pk).exists()


def actions(page: Page) -> list[str]:
    return [entry.action for entry in PageLogEntry.objects.filter(page_id=page.pk).order_by("timestamp", "pk")]


def chief(*pages: Page) -> User:
    """Return somebody of no approving group with Wagtail's right to publish below these pages."""
    groups = [make_group("", page, ("add", "change", "publish")) for page in pages]
    return make_user(*(group.name for group in groups))


# Holding


def test_holding_asks_for_what_approving_asks(desk):
    page = desk.in_review()
    state = task_state(page)
    for user, screen, error in (
        (desk.author, current_screen(state), NotAReviewer),
        (desk.editor, "0" * 64, ChangedSince),
    ):
        with pytest.raises(error):
            desk.task.on_action(state, user, "approve_and_hold", screen=screen)
    assert not is_held(page)
    assert task_state(page).status == TaskState.STATUS_IN_PROGRESS


def test_only_the_last_step_holds_and_no_site_in_one_language(desk, settings):
    page = desk.in_review()
    assert is_offered(desk, page)
    settings.WAGTAIL_I18N_ENABLED = False
    assert not is_offered(desk, page)
    settings.WAGTAIL_I18N_ENABLED = True
    second = FourEyesTask.objects.create(name="Second step")
    WorkflowTask.objects.create(workflow=desk.task.workflows.get(), task=second, sort_order=1)
    assert not is_offered(desk, page)
    assert "hold" not in desk.dialogue(desk.editor, page, "approve")[1]
    state = task_state(page)
    with pytest.raises(Refusal, match="Another step"):
        approve(task=desk.task, task_state=state, user=desk.editor, screen=current_screen(state), hold=True)
    assert task_state(page).pk == state.pk
    assert not is_held(page)


def is_offered(desk: Desk, page: Any) -> bool:
    return "approve_and_hold" in [name for name, _label, _modal in desk.task.get_actions(fresh(page), desk.editor)]


@pytest.mark.sql
@pytest.mark.parametrize("way", ["button", "alone in the editor", "dialogue"])
def test_every_approval_can_be_held_with_a_comment(desk, sent, way):
    page = desk.in_review()
    user, action = desk.editor, "approve"
    if way == "alone in the editor":
        user, action = make_user(make_group(name="Night", page=desk.section, rights=("change",)).name), "approve_alone"
        user.user_permissions.add(Permission.objects.get(codename="approve_alone"))
    answers = {"comment": "Wait for the others.", "reason": "At night."}
    if way == "button":
        shown = desk.act(user, page, "approve_and_hold", extra=answers)
        assert "It is held for the other languages" in shown.text
    else:
        url, data = desk.dialogue(user, page, action)
        data = {**data.dict(), **answers, "hold": "on"}
        if way == "dialogue":
            desk.browser(user).post(url, data)
        else:
            collect = reverse(COLLECT, args=[page.pk, action, task_state(page).pk])
            desk.act(user, page, action, extra=desk.browser(user).post(collect, data).json()["cleaned_data"])
    assert is_held(page)
    assert (fresh(page).live, fresh(page).workflow_in_progress) == (False, False)
    assert actions(page)[-2:] == ["chorsu_editorial.held", "wagtail.workflow.approve"]
    assert task_state(page).comment == "Wait for the others."
    assert [(facts["finished"], facts["held"], facts["comment"]) for _signal, facts in sent] == [
        (True, True, "Wait for the others.")
    ]
    assert held_approvals_for(user).get().page_id == page.pk


# What ends it


def test_an_edit_cancels_it_and_says_so(desk, sent):
    page = desk.hold()
    assert "Any change cancels the approval." in desk.open(desk.author, page).text
    desk.press(desk.author, page, "action-save", lead=MENDED)
    assert not is_held(page)
    signal, facts = sent[-1]
    assert signal == signals.hold_ended
    assert (facts["user"], facts["approver"], facts["released"]) == (desk.author, desk.editor, False)
    with pytest.raises(NotHeld, match="Draft"):
        publish_together(user=desk.editor, pages=[page.pk])
    assert not fresh(page).live


def test_comments_and_a_save_without_changes_leave_it(desk):
    page = desk.hold()
    version = latest(page)
    version.wagtail_admin_comments.add(Comment(user=desk.author, text="Wait.", contentpath="lead"))
    revision = version.save_revision(user=desk.author)
    assert task_state(page).revision == revision
    publish_together(user=desk.editor, pages=[page.pk])
    assert fresh(page).live_revision == revision


@pytest.mark.parametrize(
    "change", ["autosave into the approved revision", "go_live_at", "expire_at", "submitted again"]
)
def test_what_else_cancels_it(desk, change):
    page = desk.hold()
    if change == "submitted again":
        desk.submit(desk.author, page)
    elif change in {"go_live_at", "expire_at"}:
        desk.save(desk.author, page, **{change: timezone.now() + timedelta(days=1)})
    else:
        desk.save(desk.author, page, in_place=True, lead=MENDED)
    assert not is_held(page)
    assert "chorsu_editorial.hold_cancelled" in actions(page)


def test_it_is_released_by_who_may_edit_the_page(desk, sent):
    page = desk.hold()
    with pytest.raises(NotAReviewer):
        release(user=make_user(), page=page)
    url = reverse("chorsu_editorial_publish_held", args=[page.pk])
    assert "“Draft” is a draft again." in post(desk.browser(desk.author), url, {"release": page.pk}).text
    assert not is_held(page)
    assert sent[-1][1]["released"]
    assert "chorsu_editorial.hold_released" in actions(page)
    assert desk.browser(desk.author).post(url, {"release": page.pk}).status_code == 409


def test_a_held_page_keeps_its_files_and_its_approval(desk, tajik):

    picture = make_picture()
    page = desk.hold(main_picture=picture)
    with pytest.raises(FileInUse):
        check_deletion(picture)
    with pytest.raises(Refusal, match="approved and held"):
        check_move(page=page, destination=tajik.section, user=desk.editor)


# Publishing together


@pytest.mark.sql
def test_all_languages_go_live_together(desk, tajik, sent):
    russian, other = hold_pair(desk, tajik)
    both = like(desk.editor, tajik.editor)
    browser = desk.browser(both)
    url, listed = reverse("chorsu_editorial_publish_held", args=[russian.pk]), reverse("chorsu_editorial_held")
    assert f'href="{url}"' in desk.open(both, russian).text
    for address in (url, listed):
        assert "Tajik draft" in browser.get(address).text
    assert "Tajik draft" not in desk.browser(desk.editor).get(listed).text
    for person, is_told in ((desk.editor, True), (desk.author, False)):
        home = desk.browser(person).get("/admin/").text
        assert ("1 text held for the other languages" in home) == is_told
    assert desk.browser(desk.author).get(listed).status_code == 302
    assert "2 pages were published together." in post(browser, url, {"pages": [russian.pk, other.pk]}).text
    assert (fresh(russian).live, fresh(other).live) == (True, True)
    assert not HeldApproval.objects.exists()
    told = [facts for signal, facts in sent if signal == signals.held_published]
    assert [(facts["user"], facts["submitter"]) for facts in told] == [(both, desk.author), (both, tajik.author)]
    assert not PageLogEntry.objects.filter(action="chorsu_editorial.published_by_right").exists()
    for page in (russian, other):
        shown_in_history = PageLogEntry.objects.filter(page=page.pk).latest_by_uuid_and_action()
        assert shown_in_history.filter(action="wagtail.publish", user=both).count() == 1


@pytest.mark.sql
def test_one_missing_right_refuses_all_and_names_the_page(desk, tajik, sent):
    russian, other = hold_pair(desk, tajik)
    url = reverse("chorsu_editorial_publish_held", args=[russian.pk])
    answer = desk.browser(desk.editor).post(url, {"pages": [russian.pk, other.pk]})
    assert (answer.status_code, "“Tajik draft”" in answer.text) == (403, True)
    assert "Tajik draft" not in desk.browser(desk.editor).get(url).text
    assert desk.browser(tajik.author).get(url).status_code == 200
    assert desk.browser(make_user(make_group().name)).get(url).status_code == 302
    # Who may approve alone gave another approval, and who may edit gave none.
    for user in (make_lone_chief(), desk.author):
        with pytest.raises(NotAReviewer):
            publish_together(user=user, pages=[russian.pk])
    assert (fresh(russian).live, is_held(russian)) == (False, True)
    # By the right to publish one goes live, whatever way it takes.
    publish_together(user=chief(desk.section), pages=[russian.pk])
    assert (fresh(russian).live, is_held(russian), fresh(other).live, is_held(other)) == (True, False, False, True)
    other.get_latest_revision().publish(user=chief(tajik.section))
    assert not is_held(other)
    assert signals.hold_ended not in [signal for signal, _facts in sent]


def test_one_that_was_changed_refuses_all(desk, tajik):
    picture = make_picture(credit="Agency")
    russian, other = hold_pair(desk, tajik, main_picture=picture)
    picture.credit = "Somebody else"
    picture.save()
    with pytest.raises(NothingApproved, match="Tajik draft"):
        publish_together(user=make_user(superuser=True), pages=[russian.pk, other.pk])
    assert (fresh(russian).live, is_held(russian), is_held(other)) == (False, True, True)


def test_its_time_to_go_live_is_kept(desk):
    later = timezone.now() + timedelta(hours=3)
    page = desk.hold(go_live_at=later)
    url = reverse("chorsu_editorial_publish_held", args=[page.pk])
    answer = post(desk.browser(desk.editor), url, {"pages": [page.pk]})
    assert "Each goes live at the time" in answer.text
    assert (fresh(page).live, fresh(page).approved_schedule, is_held(page)) == (False, True, False)


def test_pages_of_another_article_are_not_taken(desk):
    page, other = desk.hold(), desk.hold(title="Other", slug="other")
    url = reverse("chorsu_editorial_publish_held", args=[page.pk])
    for chosen in ([other.pk], ["²"], ["x"], []):
        assert desk.browser(desk.editor).post(url, {"pages": chosen}).status_code == 302
    assert not fresh(page).live
    assert not fresh(other).live


@pytest.mark.thorough
@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("in_place", [False, True])
def test_an_edit_and_a_publication_at_once(in_place):
    desk = make_desk()
    for number in range(3):
        page = desk.hold(slug=f"page-{number}")
        approved = page.get_latest_revision_as_object().lead
        answers = at_once(
            partial(desk.save, desk.author, page, in_place=in_place, lead=MENDED),
            partial(publish_together, user=desk.editor, pages=[page.pk]),
        )
        assert answers[0] is None, answers
        assert not is_held(page)
        live = fresh(page)
        if isinstance(answers[1], list):
            assert (live.live, live.lead) == (True, approved)
        else:
            assert isinstance(answers[1], NotHeld), answers
            assert not live.live
        assert latest(page).lead == MENDED


@pytest.mark.thorough
@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patience")
def test_two_people_publish_at_once():
    desk, tajik = make_desk(), make_desk("tg")
    user = make_user(superuser=True)
    russian, other = hold_pair(desk, tajik)
    pages = [russian.pk, other.pk]
    answers = at_once(*(partial(publish_together, user=user, pages=order) for order in (pages, pages[::-1])))
    assert sorted(type(answer) for answer in answers if isinstance(answer, Exception)) == [NotHeld], answers
    for page in (russian, other):
        assert actions(page).count("wagtail.publish") == 1
