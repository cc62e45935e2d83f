"""A correction by one press: what it reaches in every state of a page, and who may press."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.approvers import possible_approvers
from chorsu_editorial.lineage import parent_of
from chorsu_feedback import registry
from chorsu_feedback.applying import NotAppliedError, apply_correction, correction_of, undo_correction
from chorsu_feedback.mail import mail_reports
from chorsu_feedback.models import MailChoice, TypoReport
from chorsu_feedback.reports import AlreadyClosedError, close_report
from chorsu_feedback.signals import report_applied
from chorsu_feedback.wagtail_hooks import MendItem
from chorsu_search.writing import sync
from tests.editorial.desk import Desk, fresh, latest, make_desk, task_state
from tests.factories import make_group, make_home, make_user
from tests.feedback.pages import HTML, MENDED, admin_url, apply, body, edit, live_page, publish_text, reported, right

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
DOUBTFUL = "новая 5"


def flags_of(report: TypoReport) -> frozenset[str]:
    report = TypoReport.objects.get(pk=report.pk)
    correction = correction_of(report, report.suggestion)
    assert correction
    return correction.flags


def press(desk: Desk, report: TypoReport, **data: str) -> Any:
    return desk.browser(desk.editor).post(admin_url("apply", report), data, follow=True)


def seen(desk: Desk, report: TypoReport) -> Any:
    return desk.browser(desk.editor).get(admin_url("detail", report))


# Every state of a page with every right.


def newer_draft(desk: Desk, page: Any) -> None:
    edit(page, desk.author, lead="a longer lead")


def mended_draft(desk: Desk, page: Any) -> None:
    edit(page, desk.author, mended=True, lead="a longer lead")


def incomplete_draft(desk: Desk, page: Any) -> None:
    edit(page, desk.author, title="", lead="")


def unscheduled_draft(desk: Desk, page: Any) -> None:
    edit(page, desk.author, lead="another lead", go_live_at=None)


def unpublished(_desk: Desk, page: Any) -> None:
    page.unpublish()


def locked_by_another(desk: Desk, page: Any) -> None:
    lock(desk.other_editor, page)


def locked_by_oneself(desk: Desk, page: Any) -> None:
    lock(desk.editor, page)


def scheduled(desk: Desk, page: Any) -> None:
    at = (timezone.now() + timedelta(hours=1)).replace(microsecond=0)
    edit(page, desk.author, lead="a longer lead", go_live_at=at).publish(user=desk.author, skip_permission_checks=True)


def in_review(desk: Desk, page: Any) -> None:
    newer_draft(desk, page)
    desk.submit(desk.author, page)


def lock(user: Any, page: Any) -> None:
    page.locked, page.locked_by = True, user
    page.save()


# What makes a state, where a slip and a doubtful correction go in it (empty: refused), how many versions get the slip.
CASES: list[tuple[list[Callable[[Desk, Any], None]], str, str, int]] = [
    ([], "published", "review", 1),
    ([newer_draft], "published", "draft", 2),
    ([mended_draft], "published", "", 2),
    ([incomplete_draft], "published", "draft", 2),
    ([scheduled], "published", "draft", 2),
    ([scheduled, unscheduled_draft], "published", "draft", 3),
    ([unpublished, scheduled], "scheduled", "draft", 1),
    ([in_review], "published", "review", 2),
    ([unpublished], "draft", "draft", 1),
    ([unpublished, in_review], "draft", "review", 1),
    ([locked_by_another], "", "", 0),
    ([locked_by_oneself], "published", "review", 1),
]


@pytest.fixture(scope="module")
def strangers(kept_in_module, _kept_desk) -> dict[str, Any]:
    """Return people without the right to mend this page, by what they have instead."""
    desk = _kept_desk
    with kept_in_module():
        elsewhere = make_group("elsewhere", make_desk("tg").section, ("change", "publish"))
        elsewhere.permissions.add(right())
        only_mends = make_group("only mends")
        only_mends.permissions.add(right())
        publishes = make_group("publishes", desk.section, ("change", "publish"))
        gone = make_user(desk.editor.groups.first().name)
        gone.is_active = False
        gone.save()
        return {
            "changes": desk.author,
            "changes and publishes": make_user(publishes.name),
            "mends and changes in another tree": make_user("elsewhere", desk.author.groups.first().name),
            "mends without a right on pages": make_user("only mends"),
            "is not active": gone,
        }


def facts(page: Any) -> Any:
    return (
        list(Revision.objects.filter(object_id=str(page.pk)).order_by("pk").values_list("pk", "approved_go_live_at")),
        body(fresh(page)),
        list(TypoReport.objects.values_list("status", "applied")),
    )


def kept(page: Any) -> Any:
    """Return what no correction changes: the state of a page, its times, and what else its versions say."""
    now = fresh(page)
    return (
        now.live,
        now.workflow_in_progress,
        set(page.revisions.values_list("approved_go_live_at", flat=True)),
        now.lead,
        (latest(page).title, latest(page).lead),
    )


def held(page: Any, words: str) -> set[int]:
    """Return the versions, live, scheduled and latest, that hold these words."""
    now = fresh(page)
    versions = {each.pk: each.as_object() for each in now.revisions.filter(approved_go_live_at__isnull=False)}
    if now.live:
        versions[now.live_revision_id] = now
    versions[now.latest_revision_id] = latest(page)
    return {pk for pk, version in versions.items() if words in body(version)}


def ancestors(revision: Any) -> Iterator[Any]:
    while revision := parent_of(revision):
        yield revision


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.thorough
@pytest.mark.parametrize(("steps", "slip_goes", "doubtful_goes", "versions"), CASES)
def test_every_state_with_every_right(
    desk,
    page,
    strangers,
    steps,
    slip_goes,
    doubtful_goes,
    versions,
):
    slip, doubtful = reported(page), reported(page, "новая", DOUBTFUL)
    for step in steps:
        step(desk, fresh(page))
    before, was, newest = facts(page), kept(page), fresh(page).latest_revision
    for what, user in strangers.items():
        with pytest.raises(PermissionDenied):
            apply(slip, user)
        assert facts(page) == before, what
    if not slip_goes:
        for report in (slip, doubtful):
            with pytest.raises(NotAppliedError, match="locked") as refusal:
                apply(report, desk.editor)
            assert refusal.value.who == desk.other_editor
        return
    with taken_back():  # what is doubtful waits in the latest version alone
        if doubtful_goes:
            assert apply(doubtful, desk.editor) == doubtful_goes
            now = fresh(page)
            assert held(page, DOUBTFUL) == {now.latest_revision_id}
            assert (body(now), now.workflow_in_progress) == (before[1], doubtful_goes == "review")
            doubtful.refresh_from_db()
            assert doubtful.is_open
        else:
            with pytest.raises(NotAppliedError, match="not_mendable"):
                apply(doubtful, desk.editor)
    assert apply(slip, desk.editor) == slip_goes
    assert len(held(page, "открылась")) == versions
    assert not held(page, "откылась")
    assert kept(page) == was
    assert body(latest(page)) == MENDED
    assert newest in ancestors(fresh(page).latest_revision)
    slip.refresh_from_db()
    assert (slip.status, slip.applied, slip.closed_by) == ("fixed", "открылась", desk.editor)


def test_a_live_page_is_mended_and_published_by_who_pressed(desk, page):
    report = reported(page)
    OutgoingMessage.objects.all().delete()
    with taken_back():
        user = make_user(superuser=True)
        lock(user, fresh(page))
        assert apply(report, user) == "published"
    assert apply(report, desk.editor) == "published"
    now = fresh(page)
    assert (now.live, now.has_unpublished_changes, now.latest_revision) == (True, False, now.live_revision)
    assert (now.live_revision.user, parent_of(now.live_revision)) == (desk.editor, page.live_revision)
    entry = PageLogEntry.objects.get(page=page, action="chorsu_feedback.apply")
    assert (entry.user, entry.data["new"], entry.data["where"]) == (desk.editor, "открылась", "published")
    assert not PageLogEntry.objects.filter(page=page, action="chorsu_editorial.published_by_right").exists()
    assert not OutgoingMessage.objects.exists()
    assert apply(reported(now, "новая", DOUBTFUL), desk.editor) == "review"
    assert OutgoingMessage.objects.get().subject == f"To approve: {page.title}"


def test_a_review_goes_on_with_the_fix_and_both_may_approve(desk, page):
    report = reported(page)
    in_review(desk, page)
    state = task_state(page)
    OutgoingMessage.objects.all().delete()
    assert apply(report, desk.editor) == "published"
    now = task_state(page)
    assert (now.pk, now.status, now.revision_id) == (state.pk, "in_progress", fresh(page).latest_revision_id)
    message = OutgoingMessage.objects.get()
    assert message.recipient == desk.other_editor.email
    assert message.subject == f"Mended while it waits: {page.title}"
    assert "+ Вчера в городе открылась новая библиотека" in message.body
    assert {desk.editor, desk.other_editor} <= set(possible_approvers(now))
    desk.decide(desk.editor, page)
    assert (body(fresh(page)), fresh(page).lead) == (MENDED, "a longer lead")


def test_an_alias_is_mended_in_its_original(desk, page):
    alias = page.create_alias(parent=page.get_parent(), update_slug="alias").specific
    with pytest.raises(NotAppliedError, match="not_mendable"):
        apply(reported(alias), desk.editor)
    assert apply(reported(page), desk.editor) == "published"
    assert "открылась" in body(fresh(alias))


def test_text_that_changed_since_it_was_shown_is_shown_again(desk, page):
    report = reported(page)
    shown = correction_of(report, "открылась")
    assert shown
    publish_text(page, HTML.replace("области", "страны"))
    with pytest.raises(NotAppliedError, match="changed"):
        apply_correction(report=report, user=desk.editor, words="открылась", token=shown.token)
    assert "откылась" in body(fresh(page))
    assert apply(report, desk.editor) == "published"
    # Of two editors one wins, and the other is told.
    desk.other_editor.groups.first().permissions.add(right())
    with pytest.raises(AlreadyClosedError) as refused:
        apply_correction(report=report, user=desk.other_editor, words="открылась", token=shown.token)
    assert refused.value.report.closed_by == desk.editor


def test_what_may_be_more_than_a_slip_waits_for_another_approver_and_is_told_readers(desk, page, monkeypatch):
    report = reported(page, "новая библиотека", "новая 5 библиотека")
    shown = seen(desk, report).context
    assert shown["correction"].flags == {"number"}
    assert shown["notice"] == "Исправлено: «новая 5 библиотека» вместо «новая библиотека»."
    assert not seen(desk, reported(page)).context["notice"], "readers are told of no slip"
    data = {"words": report.suggestion, "token": shown["correction"].token, "notice": "Исправлено: новая 5."}
    # Readers would see nothing of it, or who presses doesn't say so.
    for nothing in ({**data, "notice": "\u3164", "tell": "1"}, data):
        with taken_back():
            press(desk, report, **nothing)
            assert (DOUBTFUL in body(latest(page)), latest(page).corrections.count()) == (True, 0)
    press(desk, report, **data, tell="1")
    assert (body(fresh(page)), fresh(page).corrections.exists()) == (body(page), False)
    report.refresh_from_db()
    assert report.is_open
    assert desk.editor not in possible_approvers(task_state(page))
    desk.decide(desk.other_editor, page)
    assert DOUBTFUL in body(fresh(page))
    assert [item.text for item in fresh(page).corrections.all()] == ["Исправлено: новая 5."]
    # A page may have no such list.
    monkeypatch.setattr(registry, "_add_correction", {})
    assert not seen(desk, reported(fresh(page), "новая", "новая 7")).context["notice"]


@pytest.mark.thorough
@pytest.mark.parametrize("has_revision", [True, False])
def test_two_mends_of_a_word_are_one_and_what_is_undone_counts_no_more(desk, *, has_revision):
    page = live_page(desk, "<p>В городе была построена хорошая новая школа.</p>")
    if not has_revision:
        type(page).objects.filter(pk=page.pk).update(live_revision=None, latest_revision=None)
        page.revisions.all().delete()
        page = fresh(page)
    desk.other_editor.groups.first().permissions.add(right())
    first = reported(page, "построена", "пострадена")
    assert apply(first, desk.editor) == "published"
    assert flags_of(reported(fresh(page), "пострадена", "пострадали")) == {"length"}
    undo_correction(report=first, user=desk.editor)
    assert flags_of(reported(fresh(page), "построена", "построина")) == frozenset()
    # Whoever applies them.
    for old, new, editor in (("школа", "шкала", desk.other_editor), ("шкала", "скала", desk.editor)):
        assert apply(reported(fresh(page), old, new), editor) == "published"
    assert apply(reported(fresh(page), "скала", "скулы"), desk.editor) == "review"


def test_an_approval_begins_the_count_anew(desk, page):
    assert apply(reported(page, "области", "облосты"), desk.editor) == "published"
    report = reported(fresh(page), "облосты", "аблосты")
    assert flags_of(report) == {"length"}
    in_review(desk, page)
    assert desk.act(desk.other_editor, page, "approve").status_code == 200
    assert flags_of(report) == frozenset()


def test_author_and_approver_are_told_of_mends_and_exceptions_count_them(desk, page):
    former = make_user(make_group(page=make_home("tg"), rights=("change",)).name)
    type(page).objects.update(owner=former)
    apply(reported(page), desk.editor)
    apply(reported(fresh(page), "районов", "раёнов"), desk.editor)
    assert apply(reported(fresh(page), "новая", DOUBTFUL), desk.editor) == "review"
    browser = desk.browser(make_user(superuser=True))
    buttons = browser.get(reverse("chorsu_editorial_exceptions")).context["header_buttons"]
    button = next(each for each in buttons if each.url)
    assert button.label == "2 typos mended in 30 days"
    listed = browser.get(button.url).context["object_list"]
    assert {(entry.action, entry.user.pk) for entry in listed} == {("chorsu_feedback.apply", desk.editor.pk)}
    TypoReport.objects.update(status="fixed")
    hour = timezone.now() - timedelta(hours=1)
    for user in (desk.author, desk.colleague, desk.editor, desk.other_editor, former):
        MailChoice.objects.update_or_create(user=user, defaults={"every": "minute", "told_until": hour})
    PageLogEntry.objects.update(timestamp=timezone.now() - timedelta(minutes=30))
    OutgoingMessage.objects.all().delete()
    mail_reports()
    mails = {message.recipient: message for message in OutgoingMessage.objects.all()}
    assert set(mails) == {desk.author.email, desk.other_editor.email}
    message = mails[desk.author.email]
    assert message.subject == "2 typos mended in your texts", "what waits for approval is none"
    for words in ("откылась → открылась", "районов → раёнов", f"/admin/pages/{page.pk}/history/"):
        assert words in message.body
    assert mail_reports() == 0


def test_what_needs_the_editor_is_refused(desk, page):
    report = reported(page, "библиотека", "")
    assert correction_of(report, "") is None
    with pytest.raises(NotAppliedError, match="not_mendable"):
        apply_correction(report=report, user=desk.editor, words="", token="")
    publish_text(page, HTML * 2)
    with pytest.raises(NotAppliedError, match="not_found"):
        apply_correction(report=report, user=desk.editor, words="книги", token="")


def test_a_receiver_that_raises_refuses_the_correction(desk, page):
    def refuse(**_facts):
        raise RuntimeError

    report_applied.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            apply(reported(page), desk.editor)
    finally:
        report_applied.disconnect(refuse)
    assert body(fresh(page)) == HTML


@pytest.mark.thorough
def test_a_headline_waits_for_another_approver_unless_the_vocabulary_knows_the_slip(desk):
    page = live_page(desk, title="Новая библитека в городе")
    report = reported(page, "библитека", "библиотека")
    assert flags_of(report) == {"headline"}
    for number in range(10):
        live_page(desk, title=f"Другая библиотека {number}", slug=f"other-{number}")
    sync()
    assert flags_of(report) == frozenset()
    assert apply(report, desk.editor) == "published"
    now = fresh(page)
    assert (now.title, now.draft_title) == ("Новая библиотека в городе", "Новая библиотека в городе")


def test_an_editor_applies_what_the_screen_shows(desk, page):
    newer_draft(desk, page)
    report = reported(page)
    response = seen(desk, report)
    assert "<del>откылась</del><ins>открылась</ins>" in response.text
    token = response.context["correction"].token
    again = press(desk, report, words="распахнулась", token=token)
    assert "<ins>распахнулась</ins>" in again.text
    assert body(fresh(page)) == HTML
    with taken_back():
        done = press(desk, report, words="распахнулась", token=again.context["correction"].token)
        assert "Mended in the draft" in done.text
        assert (body(fresh(page)), "распахнулась" in body(latest(page))) == (HTML, True)
    assert "Mended, and live." in press(desk, report, words="открылась", token=token).text
    assert body(fresh(page)) == MENDED
    assert "closed this report already" in press(desk, report, words="открылась", token="").text


def test_an_undone_correction_is_gone_everywhere_and_the_reports_are_open_again(desk, page):
    edit(page, desk.author, lead="a longer lead")
    report, other, spam = reported(page), reported(page, new="отворилась"), reported(page, new="купите")
    close_report(report=spam, user=desk.editor, status="spam")
    with pytest.raises(NotAppliedError):  # nothing was applied
        undo_correction(report=report, user=desk.editor)
    apply(report, desk.editor)
    report.refresh_from_db()
    with pytest.raises(PermissionDenied):
        undo_correction(report=report, user=desk.author)
    assert undo_correction(report=report, user=desk.editor) == "published"
    assert (body(fresh(page)), fresh(page).has_unpublished_changes) == (HTML, True)
    assert (body(latest(page)), latest(page).lead) == (HTML, "a longer lead")
    assert set(TypoReport.objects.filter(status="open")) == {report, other}
    assert PageLogEntry.objects.filter(page=page, action="chorsu_feedback.undo", user=desk.editor).exists()
    assert apply(report, desk.editor) == "published"
    report.refresh_from_db()
    publish_text(latest(page), "<p>Совсем другой текст.</p>")
    with pytest.raises(NotAppliedError, match="not_found"):
        undo_correction(report=report, user=desk.editor)


@pytest.mark.thorough
def test_on_a_live_page_with_reports_mending_is_the_next_act_of_who_may(desk):
    page = live_page(desk, title="Вода & “мост” 5 %")

    def shown(user):
        bar = desk.open(user, page).text.partition("chorsu-action-bar")[2].partition("</div>")[0]
        return ">Mend</a>" in bar.replace("\n", "")

    assert not shown(desk.editor)
    report = reported(page)
    assert (shown(desk.editor), shown(desk.author)) == (True, False)
    assert admin_url("detail", report) in desk.browser(desk.editor).get(MendItem().get_url({"page": page})).text
    desk.save(desk.editor, page, lead="Another lead.")
    assert not shown(desk.editor), "what one has begun to write comes first"
