"""A page in review: who may approve, and that what goes live is what the screen showed. Requests are forged."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Workflow, WorkflowState, WorkflowTask
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial import signals
from chorsu_editorial.approvers import approval_refusal, authors, possible_approvers
from chorsu_editorial.models import FourEyesTask
from chorsu_editorial.refusals import ChangedSince, NothingApproved, NotInReview, Refusal
from cms.models import User
from tests.editorial.desk import (
    AJAX,
    LEAD,
    MENDED,
    MENDED_AGAIN,
    action_url,
    assert_untouched,
    current_screen,
    dual,
    fresh,
    latest,
    task_state,
    text,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(listen) -> Any:
    """Collect the signals of a review."""
    return listen(signals.submitted, signals.approved, signals.changes_requested, signals.review_ended)


def in_three_hours() -> datetime:
    """Return a time that survives the form's field, which knows no seconds."""
    return (timezone.now() + timedelta(hours=3)).replace(second=0, microsecond=0)


# What should work


@pytest.mark.parametrize("action", ["approve", "approve_and_hold"])
def test_what_lost_its_headline_in_review_is_not_approved(desk, action):
    page = desk.in_review()
    assert desk.press(desk.editor, page, "action-save", title="").status_code == 200
    with pytest.raises(Refusal, match="The headline is missing"):
        desk.decide(desk.other_editor, page, action)
    assert task_state(page).status == "in_progress"
    assert not fresh(page).live


@pytest.mark.sql
def test_what_was_mended_in_the_same_form_is_live_and_the_author_sees_it(desk, sent):
    page = desk.in_review()
    submitted = page.latest_revision
    block = latest(page).body[0].id
    response = desk.act(desk.editor, page, "approve", lead=MENDED, body=[(block, "<p>First word.</p>")])
    assert "You approved “Draft” as your screen showed it. Readers see it now." in text(response)
    assert "See your changes" in text(response)
    live = fresh(page)
    assert (live.live, live.lead, live.workflow_in_progress, live.has_unpublished_changes) == (
        True, MENDED, False, False
    )  # fmt: skip
    assert "First word." in live.body[0].value.source
    assert (live.live_revision_id, live.live_revision.user) == (task_state(page).revision_id, desk.editor)

    (_first, facts), (second, approval) = sent
    assert (facts["occasion"], facts["submitter"]) == ("submitted", desk.author)
    assert (second, approval["approver"], approval["submitter"]) == (signals.approved, desk.editor, desk.author)
    assert approval["finished"]
    assert [(change.path, change.before, change.after) for change in approval["changes"]] == [
        ("lead", LEAD, MENDED),
        (f"body.{block}", "First words.", "First word."),
    ]
    compare = approval["compare_url"]
    assert compare == f"/admin/pages/{page.pk}/revisions/compare/{submitted.pk}...{live.live_revision_id}/"
    history = desk.browser(desk.author).get(f"/admin/pages/{page.pk}/history/")
    assert "Changed in review: Lead; Text: Text (block 1)" in text(history)
    assert f'<a href="{compare}">' in history.text


@pytest.mark.sql
def test_the_dialogue_in_the_editor_carries_a_comment_and_nothing_else(desk, sent):
    """And of the comment nothing that a database refuses."""
    page = desk.in_review()
    extra = {"comment": "Go\0od \ud83d.", "update": False, "screen": "x", "alone": True}
    desk.act(desk.editor, page, "approve", extra=extra)
    assert fresh(page).live
    assert (sent[-1][1]["comment"], sent[-1][1]["alone_reason"]) == ("Good .", "")
    assert task_state(page).comment == "Good ."


def test_a_save_without_change_of_content_is_no_share_and_a_new_version_begins_after_publication(desk):
    page = desk.draft()
    desk.press(desk.editor, page, "action-save", title="Draft")
    assert fresh(page).latest_revision.user == desk.editor
    desk.submit(desk.author, page)
    desk.decide(desk.editor, page)
    desk.submit(desk.author, page, title="Second version")
    assert list(authors(task_state(page))) == [desk.author]


@pytest.mark.sql
def test_an_approved_text_goes_live_at_its_time_and_unchanged(desk, sent):
    page = desk.draft()
    at = in_three_hours()
    desk.submit(desk.author, page, go_live_at=at)
    answer = desk.act(desk.editor, page, "approve", lead=MENDED)
    assert f"Readers see it from {render_timestamp(at)} on." in text(answer)
    assert (fresh(page).live, fresh(page).approved_schedule, sent[-1][1]["go_live_at"]) == (False, True, at)
    revision = fresh(page).scheduled_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert (fresh(page).live, fresh(page).lead) == (True, MENDED)


def test_every_step_of_a_longer_workflow_is_needed(desk, sent):
    second = FourEyesTask.objects.create(name="Second look")
    second.groups.set(desk.editor.groups.all())
    WorkflowTask.objects.create(workflow=desk.task.workflows.get(), task=second, sort_order=1)
    page = desk.in_review()
    assert "It waits for the next approval." in text(desk.act(desk.editor, page, "approve", lead=MENDED))
    assert not fresh(page).live
    state = task_state(page)
    assert (state.task_id, state.submitted_by) == (second.pk, desk.author)
    assert [facts.get("occasion") for _signal, facts in sent] == ["submitted", "next_task", None]
    desk.decide(desk.other_editor, page)
    assert (fresh(page).live, fresh(page).lead) == (True, MENDED)


@pytest.mark.thorough
@pytest.mark.sql
def test_sending_back_needs_a_comment_and_tells_the_submitter(desk, sent):
    page = desk.in_review()
    url, data = desk.dialogue(desk.editor, page, "reject")
    response = desk.browser(desk.editor).post(url, {**data.dict(), "comment": "\u3164"}, headers=AJAX)
    assert response.json()["step"] == "action"
    refused = desk.act(desk.editor, page, "reject", extra={"comment": " "})
    assert "Write what should be changed." in text(refused)
    assert task_state(page).status == "in_progress"
    answer = desk.act(desk.editor, page, "reject", extra={"comment": "Who said so?"})
    assert "You sent “Draft” back to its authors." in text(answer)
    assert fresh(page).current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    signal, facts = sent[-1]
    assert (signal, facts["reviewer"], facts["submitter"]) == (signals.changes_requested, desk.editor, desk.author)
    assert facts["comment"] == "Who said so?"


# The author approves


def test_an_author_is_told_who_approves_and_an_author_of_that_group_why_not(desk):
    both = dual(desk)
    page = desk.in_review(submitter=both)
    state = task_state(page)
    for user, reason in (
        (desk.author, f"Only people of the approving groups can approve here ({desk.task.groups.get().name})."),
        (both, "You submitted this version yourself, so somebody else approves it."),
    ):
        response = desk.act(user, page, "approve", title="Approve me")
        assert response.status_code == 403
        assert reason in text(response)
        assert "\nApprove me</textarea>" in response.text, "the form is kept"
    assert_untouched(page, state)


@pytest.mark.thorough
def test_a_submission_by_somebody_else_doesnt_make_the_author_a_second_person(desk):
    both = dual(desk)
    page = desk.draft()
    desk.save(both, page, title="Written by both")
    desk.submit(desk.author, page)
    state = task_state(page)
    response = desk.act(both, page, "approve")
    assert "You wrote part of this version" in text(response)
    assert_untouched(page, state)
    assert set(possible_approvers(state)) == {desk.editor, desk.other_editor}
    assert {user for user in User.objects.all() if not approval_refusal(state, user)} == set(possible_approvers(state))


@pytest.mark.thorough
@pytest.mark.parametrize("button", ["action-submit", "action-restart-workflow"])
def test_a_resubmission_remembers_who_really_submitted(desk, sent, button):
    first, second = dual(desk), dual(desk)
    page = desk.in_review(submitter=first)
    desk.decide(desk.editor, page, "reject")
    desk.press(second, page, button)
    desk.press(second, page, "action-submit")
    state = task_state(page)
    assert (state.workflow_state.requested_by, state.submitted_by) == (first, second)
    assert sent[-1][1]["occasion"] == "resubmitted"
    assert "You submitted this version yourself" in text(desk.act(second, page, "approve"))
    assert_untouched(page, state)
    desk.decide(first, page)
    assert fresh(page).live, "whoever submitted an earlier version, and wrote nothing, may approve this one"


def test_a_version_that_was_reverted_away_is_no_share_and_one_that_was_brought_back_is(desk):
    both = dual(desk)
    page = desk.draft()
    original = page.latest_revision
    desk.save(both, page, title="Written by both")
    written = fresh(page).latest_revision
    for revision, may in ((original, True), (written, False)):
        revision.as_object().save_revision(user=desk.author, previous_revision=revision, log_action=True)
        desk.submit(desk.author, page)
        assert (both in possible_approvers(task_state(page))) is may
        desk.decide(desk.editor, page, "reject")


# Others without the right


def test_an_editor_of_one_language_doesnt_approve_another(desk, tajik):
    page, own = desk.in_review(), tajik.in_review()
    state = task_state(page)
    assert tajik.act(tajik.editor, page, "approve").redirect_chain == [("/admin/", 302)]
    for target in (page, own):  # by way of a page that they may approve, too
        url = action_url(target, "approve", state)
        assert tajik.browser(tajik.editor).post(url, {"screen": current_screen(state)}).status_code == 302
    assert_untouched(page, state)


def test_somebody_who_left_the_group_or_the_newsroom_while_the_page_was_open(desk):
    page = desk.in_review()
    state = task_state(page)
    desk.editor.groups.set(desk.author.groups.all())
    desk.other_editor.is_active = False
    desk.other_editor.save()
    for person in (desk.editor, desk.other_editor):
        with pytest.raises(Refusal):
            desk.decide(person, page)
    assert_untouched(page, state)


# The text changed


@pytest.mark.parametrize("in_place", [False, True])
def test_a_text_that_somebody_changed_while_the_form_was_open_isnt_approved(desk, in_place):
    page = desk.in_review()
    desk.save(desk.other_editor, page, lead=MENDED)
    data = desk.form(desk.editor, page)
    data["title"] = "Mine"
    desk.save(desk.other_editor, page, in_place=in_place, lead="Other lead")
    state = task_state(page)
    response = desk.act(desk.editor, page, "approve", data=data)
    assert response.status_code == 409
    assert "Daler changed this text after you opened it." in text(response)
    assert "\nMine</textarea>" in response.text, "what was typed is still there"
    assert (latest(page).title, latest(page).lead) == ("Draft", "Other lead")
    # Pressing again on the page that explained it doesn't approve what it never showed.
    data["loaded_revision_id"] = str(state.revision_id)
    assert desk.act(desk.editor, page, "approve", data=data).status_code == 409
    assert_untouched(page, state)


@pytest.mark.thorough
@pytest.mark.sql
def test_a_form_that_doesnt_say_what_it_showed_approves_nothing(desk):
    page = desk.in_review()
    state = task_state(page)
    data = desk.form(desk.editor, page)
    del data["loaded_revision_id"]
    del data["loaded_revision_created_at"]
    for forged in (
        {},
        {"loaded_revision_id": "9" * 5000},
        {"loaded_revision_created_at": "2026-99-99T10:00:00+05:00"},
        {"overwrite_revision_id": "-1"},
        {"overwrite_revision_id": "999999"},
    ):
        sent = data.copy()
        sent.update(forged)
        assert desk.act(desk.editor, page, "approve", data=sent).status_code == 409, forged
        assert_untouched(page, state)


@pytest.mark.thorough
@pytest.mark.parametrize("known", [True, False], ids=["saved", "still saving"])
def test_the_editors_own_autosave_is_what_the_screen_shows(desk, known):
    page = desk.in_review()
    data = desk.form(desk.editor, page, lead=MENDED)
    saved = desk.autosave(desk.editor, page, data)
    if known:
        data["overwrite_revision_id"] = str(saved["revision_id"])
    data["lead"] = MENDED_AGAIN
    desk.act(desk.editor, page, "approve", data=data)
    assert (fresh(page).live, fresh(page).lead) == (True, MENDED_AGAIN)


def test_the_dialogue_says_that_the_text_was_changed_since(desk):
    page = desk.in_review()
    url, data = desk.dialogue(desk.editor, page, "approve")
    desk.save(desk.other_editor, page, title="Other")
    state = task_state(page)
    answer = json.loads(desk.browser(desk.editor).post(url, data, headers=AJAX).content)
    assert answer["step"] == "action"
    assert "Daler changed this text after you opened it. Changed: Title." in answer["html"]
    assert data["screen"] in answer["html"], "the token isn't renewed by the refusal"
    assert desk.browser(desk.editor).post(url, data).status_code == 302
    assert_untouched(page, state)


@pytest.mark.thorough
@pytest.mark.sql
def test_a_token_that_means_nothing_approves_nothing(desk):
    page = desk.in_review()
    state = task_state(page)
    for token in ("", "x", "0" * 64, "a b c d", f"{'0' * 64} 99999999999999999999 yesterday"):
        with translation.override("en"), pytest.raises(ChangedSince, match="Open"):
            desk.task.on_action(state, desk.editor, "approve", screen=token)
    assert_untouched(page, state)


def test_approving_an_earlier_version_publishes_that_version(desk):
    page = desk.draft()
    first = page.latest_revision
    desk.submit(desk.author, page, lead=MENDED)
    url = f"/admin/pages/{page.pk}/revisions/{first.pk}/revert/"
    data = desk.form(desk.editor, page)
    data.update({"lead": LEAD, "action-workflow-action": "1", "workflow-action-name": "approve"})
    desk.browser(desk.editor).post(url, data)
    assert (fresh(page).live, fresh(page).lead) == (True, LEAD)


# Wagtail's own ways of finishing a workflow


@pytest.mark.sql
def test_a_task_that_is_deactivated_publishes_nothing(desk, sent):
    page = desk.in_review()
    state = task_state(page)
    url = reverse("wagtailadmin_workflows:disable_task", args=[desk.task.pk])
    desk.browser(make_user(superuser=True)).post(url)
    assert (fresh(page).live, fresh(page).workflow_in_progress) == (False, False)
    assert task_state(page).status == "cancelled"
    assert sent[-1][0] is signals.review_ended
    with pytest.raises(NotInReview):
        desk.task.on_action(state, desk.editor, "approve", screen=current_screen(state))
    # A workflow without an active task ends at once.
    response = desk.press(desk.author, page, "action-submit", title="Slips through")
    assert response.status_code == 403
    assert "Nobody approved this text, so it was not published." in text(response)
    assert (fresh(page).live, latest(page).title) == (False, "Draft")


def test_a_command_ends_what_runs_before_the_plug_in_is_removed(desk, sent):
    waiting, sent_back = desk.in_review(), desk.in_review()
    desk.decide(desk.editor, sent_back, "reject", comment="Not yet")
    workflow = desk.task.workflows.get()
    # Wagtail would publish what is submitted to it, also where somebody has disabled its task alone.
    for _again in range(2):
        call_command("end_reviews", verbosity=0, stdout=StringIO())
        workflow.refresh_from_db()
        assert not workflow.active
        Workflow.objects.filter(pk=workflow.pk).update(active=True)
    for page in (waiting, sent_back):
        assert (fresh(page).current_workflow_state, fresh(page).live) == (None, False)
    assert [each for each, _facts in sent].count(signals.review_ended) == 1
    assert not FourEyesTask.objects.filter(active=True).exists()


def test_no_shortcut_through_the_models_publishes(desk):
    page = desk.in_review()
    submitted = task_state(page).submitted_revision
    with pytest.raises(NothingApproved), transaction.atomic():
        task_state(page).workflow_state.finish()
    with pytest.raises(NothingApproved), transaction.atomic():
        task_state(page).approve()
    for end in (
        lambda: task_state(page).cancel(resume=False),
        lambda: task_state(page).cancel(resume=True),
        desk.task.workflows.get().deactivate,
    ):
        with transaction.atomic():
            end()
            assert not fresh(page).live
            now = task_state(page)
            assert (now.submitted_by, now.submitted_revision) == (desk.author, submitted)
            transaction.set_rollback(True)


def test_an_approval_isnt_valid_for_another_revision(desk):
    page = desk.in_review()
    desk.decide(desk.editor, page)
    state = task_state(page).workflow_state
    desk.save(desk.author, page, title="Never looked at")
    state.copy_approved_task_states_to_revision(fresh(page).latest_revision)
    with pytest.raises(NothingApproved):
        task_state(page).publish_approved()
    WorkflowState.objects.filter(pk=state.pk).update(status="in_progress")
    with pytest.raises(NothingApproved):
        WorkflowState.objects.get(pk=state.pk).finish()
    assert fresh(page).title == "Draft"


@pytest.mark.sql
def test_what_a_receiver_raises_undoes_the_approval(desk):
    page = desk.in_review()
    state = task_state(page)

    def fail(**_facts):
        raise RuntimeError("no room for a message")

    signals.approved.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            desk.act(desk.editor, page, "approve", lead=MENDED)
    finally:
        signals.approved.disconnect(fail)
    assert_untouched(page, state)
