"""A correction by one press: what it reaches in every state of a page, and who may press."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.approvers import possible_approvers
from chorsu_editorial.lineage import parent_of
from chorsu_feedback import registry
from chorsu_feedback.anchors import make_anchor, read_page
from chorsu_feedback.applying import NotAppliedError, apply_correction, correction_of, undo_correction
from chorsu_feedback.mail import mail_reports
from chorsu_feedback.models import MailChoice, TypoReport
from chorsu_feedback.reports import AlreadyClosedError, submit_report
from chorsu_feedback.signals import report_applied
from chorsu_search.writing import sync
from tests.editorial.desk import Desk, fresh, latest, make_desk, task_state
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
HTML = "<p>Вчера в городе откылась новая <b>библиотека</b>, куда пришли читатели со всех районов области.</p>"
MENDED = HTML.replace("откылась", "открылась")


@pytest.fixture
def desk() -> Desk:
    return make_mending_desk()


def make_mending_desk() -> Desk:
    desk = make_desk()
    desk.editor.groups.first().permissions.add(right())
    return desk


def right() -> Permission:
    return Permission.objects.get(content_type__app_label="chorsu_feedback", codename="mend_live")


def live_page(desk: Desk, html: str = HTML, **fields: Any) -> Any:
    page = desk.draft(body=[("paragraph", html)], **fields)
    page.get_latest_revision().publish()
    return fresh(page)


def approved_page(desk: Desk, html: str) -> Any:
    """Return a live page that went through the editor, which writes a text in its own form."""
    page = desk.in_review(body=[("paragraph", html)])
    assert desk.act(desk.other_editor, page, "approve").status_code == 200
    return fresh(page)


def reported(page: Any, wrong: str = "откылась", new: str = "открылась") -> TypoReport:
    leaf = next(leaf for leaf in read_page(page) if wrong in leaf.text)
    start = leaf.text.index(wrong)
    return submit_report(page=page, anchor=make_anchor(leaf, start, start + len(wrong)), suggestion=new)


def apply(report: TypoReport, user: Any, words: str = "") -> str:
    report = TypoReport.objects.get(pk=report.pk)
    words = words or report.suggestion
    correction = correction_of(report, words)
    return apply_correction(report=report, user=user, words=words, token=correction.token if correction else "")


def body(page: Any) -> str:
    return re.sub(' data-block-key="[^"]*"', "", "".join(block.value.source for block in page.body))


def edit(page: Any, user: Any, *, mended: bool = False, **fields: Any) -> Any:
    """Store a newer draft."""
    draft = latest(page)
    if mended:
        draft.body[0].value.source = MENDED
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft.save_revision(user=user, clean=False)


def in_an_hour() -> datetime:
    return (timezone.now() + timedelta(hours=1)).replace(microsecond=0)


def test_a_live_page_is_mended_and_published_by_the_editor_who_pressed(desk: Desk) -> None:
    page = live_page(desk)
    report = reported(page)
    assert apply(report, desk.editor) == "published"
    now = fresh(page)
    assert body(now) == MENDED
    assert (now.live, now.has_unpublished_changes, now.latest_revision) == (True, False, now.live_revision)
    assert now.live_revision.user == desk.editor
    assert parent_of(now.live_revision) == page.live_revision
    report.refresh_from_db()
    assert (report.status, report.closed_by) == ("fixed", desk.editor)
    entry = PageLogEntry.objects.get(page=page, action="chorsu_feedback.apply")
    assert (entry.user, entry.data["new"], entry.data["where"]) == (desk.editor, "открылась", "published")
    assert not PageLogEntry.objects.filter(page=page, action="chorsu_editorial.published_by_right").exists()


@pytest.mark.parametrize(
    ("is_mended", "fields"),
    [(False, {"lead": "a longer lead"}), (True, {"lead": "a longer lead"}), (False, {"title": "", "lead": ""})],
    ids=["unmended", "mended", "incomplete"],
)
def test_a_newer_draft_gets_the_fix_and_stays_the_latest(desk: Desk, is_mended: bool, fields: dict[str, str]) -> None:
    page = live_page(desk)
    draft = edit(page, desk.author, mended=is_mended, **fields)
    assert apply(reported(page), desk.editor) == "published"
    now, newest = fresh(page), latest(page)
    assert (body(now), now.title, now.lead, now.has_unpublished_changes) == (MENDED, page.title, page.lead, True)
    assert body(newest) == MENDED
    assert {name: getattr(newest, name) for name in fields} == fields
    assert parent_of(now.latest_revision) == draft


def test_a_page_that_waits_for_its_time_waits_with_the_fix(desk: Desk) -> None:
    page = live_page(desk)
    report = reported(page)
    page.unpublish()
    draft = latest(page)
    draft.go_live_at = in_an_hour()
    draft.save_revision(user=desk.author).publish(user=desk.author, skip_permission_checks=True)
    assert apply(report, desk.editor) == "scheduled"
    now = fresh(page)
    assert not now.live
    assert now.latest_revision.approved_go_live_at == draft.go_live_at
    assert page.revisions.filter(approved_go_live_at__isnull=False).count() == 1
    assert body(latest(page)) == MENDED


@pytest.mark.parametrize("is_mended", [False, True])
def test_a_new_version_that_waits_for_its_time_still_goes_live_then(desk: Desk, is_mended: bool) -> None:
    page = live_page(desk)
    report = reported(page)
    scheduled = edit(page, desk.author, mended=is_mended, lead="tomorrow's lead", go_live_at=in_an_hour())
    scheduled.publish(user=desk.author, skip_permission_checks=True)
    assert apply(report, desk.editor) == "published"
    now = fresh(page)
    assert (body(now), now.lead) == (MENDED, page.lead)
    waiting = page.revisions.get(approved_go_live_at__isnull=False)
    waiting.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    waiting.content["go_live_at"] = waiting.approved_go_live_at.isoformat()
    waiting.save()
    call_command("publish_scheduled")
    now = fresh(page)
    assert (body(now), now.lead) == (MENDED, "tomorrow's lead")


@pytest.mark.parametrize("approver", ["editor", "other_editor"])
def test_a_review_goes_on_with_the_fix_and_both_may_approve(desk: Desk, approver: str) -> None:
    page = live_page(desk)
    report = reported(page)
    edit(page, desk.author, lead="a longer lead")
    desk.press(desk.author, page, "action-submit")
    state = task_state(page)
    OutgoingMessage.objects.all().delete()
    assert apply(report, desk.editor) == "published"
    assert body(fresh(page)) == MENDED
    now = task_state(page)
    assert (now.pk, now.status, now.revision_id) == (state.pk, "in_progress", fresh(page).latest_revision_id)
    message = OutgoingMessage.objects.get()
    assert message.recipient == desk.other_editor.email
    assert message.subject == f"Mended while it waits: {page.title}"
    assert "− Вчера в городе откылась новая библиотека" in message.body
    assert "+ Вчера в городе открылась новая библиотека" in message.body
    assert desk.act(getattr(desk, approver), page, "approve").status_code == 200
    live = fresh(page)
    assert (body(live), live.lead, live.has_unpublished_changes) == (MENDED, "a longer lead", False)


def test_a_correction_out_of_review_tells_nobody_and_one_that_begins_a_review_tells_of_that(desk: Desk) -> None:
    page = live_page(desk)
    apply(reported(page), desk.editor)
    assert not OutgoingMessage.objects.exists()
    page = approved_page(desk, HTML)
    OutgoingMessage.objects.all().delete()
    assert apply(reported(page, "новая", "новая 5"), desk.editor) == "review"
    assert OutgoingMessage.objects.get().subject == f"To approve: {page.title}"


def test_an_alias_is_mended_in_its_original(desk: Desk) -> None:
    page = live_page(desk)
    alias = page.create_alias(parent=page.get_parent(), update_slug="alias").specific
    with pytest.raises(NotAppliedError) as refused:
        apply(reported(alias), desk.editor)
    assert refused.value.reason == "not_mendable"
    assert apply(reported(page), desk.editor) == "published"
    assert "открылась" in body(fresh(alias))


def test_text_that_changed_since_it_was_shown_is_shown_again(desk: Desk) -> None:
    page = live_page(desk)
    report = reported(page)
    shown = correction_of(report, "открылась")
    assert shown
    page.body[0].value.source = f"{HTML}<p>Другое.</p>".replace("области", "страны")
    page.save_revision().publish()
    with pytest.raises(NotAppliedError, match="changed"):
        apply_correction(report=report, user=desk.editor, words="открылась", token=shown.token)
    assert "откылась" in body(fresh(page))
    assert apply(report, desk.editor) == "published"


def test_of_two_editors_one_wins_and_the_other_is_told(desk: Desk) -> None:
    desk.other_editor.groups.first().permissions.add(right())
    report = reported(live_page(desk))
    stale = TypoReport.objects.get(pk=report.pk)
    token = correction_of(report, "открылась").token  # type: ignore[union-attr]
    apply(report, desk.editor)
    with pytest.raises(AlreadyClosedError) as refused:
        apply_correction(report=stale, user=desk.other_editor, words="открылась", token=token)
    assert refused.value.report.closed_by == desk.editor


@pytest.mark.parametrize(
    ("wrong", "new", "flag"),
    [
        ("читатели со всех", "не читатели со всех", "negation"),
        ("откылась", "oткрылась", "alphabet"),
        ("новая", "новая 5", "number"),
        ("читатели", "Читатели", "name"),
        ("откылась новая библиотека, куда", "построена хорошая школа, а", "length"),
        ("города", "города https://example.org", "link"),
    ],
)
def test_what_may_be_more_than_a_slip_waits_for_another_approver(desk: Desk, wrong: str, new: str, flag: str) -> None:
    page = approved_page(desk, HTML.replace("области", "города"))
    report = reported(page, wrong, new)
    correction = correction_of(report, new)
    assert correction
    assert flag in correction.flags
    assert apply(report, desk.editor) == "review"
    assert body(fresh(page)) == body(page)
    assert new.split(maxsplit=1)[0] in body(latest(page))
    assert task_state(page).status == "in_progress"
    report.refresh_from_db()
    assert report.is_open
    assert desk.editor not in possible_approvers(task_state(page))
    assert desk.act(desk.other_editor, page, "approve").status_code == 200
    assert new.split(maxsplit=1)[0] in body(fresh(page))


SENTENCE = "В городе была построена хорошая новая школа."


def test_a_sentence_isnt_rewritten_by_one_mend_after_another(desk: Desk) -> None:
    page = approved_page(desk, f"<p>{SENTENCE}</p>")
    mends = {"городе": "гаруде", "была": "пыло", "построена": "пострайна"}
    ends = [apply(reported(fresh(page), old, new), desk.editor) for old, new in mends.items()]
    assert ends == ["published", "published", "review"]
    assert body(fresh(page)) == "<p>В гаруде пыло построена хорошая новая школа.</p>"


@pytest.mark.parametrize("has_revision", [True, False])
def test_two_mends_of_a_word_are_one_and_what_is_undone_counts_no_more(desk: Desk, *, has_revision: bool) -> None:
    page = live_page(desk, f"<p>{SENTENCE}</p>")
    if not has_revision:
        type(page).objects.update(live_revision=None, latest_revision=None)
        page.revisions.all().delete()
        page = fresh(page)
    first = reported(page, "построена", "пострадена")
    assert apply(first, desk.editor) == "published"
    second = reported(fresh(page), "пострадена", "пострадали")
    assert correction_of(second, "пострадали").flags == {"length"}  # type: ignore[union-attr]
    undo_correction(report=first, user=desk.editor)
    again = reported(fresh(page), "построена", "построина")
    assert correction_of(again, "построина").flags == frozenset()  # type: ignore[union-attr]
    third = reported(fresh(page), "школа", "шкала")
    assert apply(third, desk.editor) == "published"
    fourth = reported(fresh(page), "шкала", "скала")
    assert apply(fourth, desk.editor) == "published"
    fifth = reported(fresh(page), "скала", "скулы")
    assert correction_of(fifth, "скулы").flags == {"length"}  # type: ignore[union-attr]


def test_an_approval_begins_the_count_anew(desk: Desk) -> None:
    page = approved_page(desk, f"<p>{SENTENCE}</p>")
    apply(reported(page, "школа", "шкала"), desk.editor)
    edit(fresh(page), desk.author, lead="a longer lead")
    desk.press(desk.author, page, "action-submit")
    assert desk.act(desk.other_editor, page, "approve").status_code == 200
    assert apply(reported(fresh(page), "шкала", "скулы"), desk.editor) == "review"
    assert apply(reported(fresh(page), "шкала", "скала"), desk.editor) in {"published", "draft"}


def told(*users: Any) -> dict[str, Any]:
    """Return the messages that were stored for these people in an hour."""
    for user in users:
        hour = timezone.now() - timedelta(hours=1)
        MailChoice.objects.update_or_create(user=user, defaults={"every": "minute", "told_until": hour})
    PageLogEntry.objects.update(timestamp=timezone.now() - timedelta(minutes=30))
    OutgoingMessage.objects.all().delete()
    mail_reports()
    return {message.recipient: message for message in OutgoingMessage.objects.all()}


def test_author_and_approver_are_told_of_mends_in_one_message_and_nobody_of_own_ones(desk: Desk) -> None:
    page = approved_page(desk, HTML)
    apply(reported(page), desk.editor)
    apply(reported(fresh(page), "районов", "раёнов"), desk.editor)
    waits = reported(fresh(page), "новая", "новая 5")
    assert apply(waits, desk.editor) == "review"
    TypoReport.objects.update(status="fixed")
    mails = told(desk.author, desk.colleague, desk.editor, desk.other_editor)
    assert set(mails) == {desk.author.email, desk.other_editor.email}
    message = mails[desk.author.email]
    assert message.subject == "2 typos mended in your texts", "what waits for approval is none"
    assert "откылась → открылась" in message.body
    assert "районов → раёнов" in message.body
    assert f"/admin/pages/{page.pk}/history/" in message.body
    assert mail_reports() == 0


def test_the_report_of_exceptions_counts_mends_and_leads_to_them(desk: Desk) -> None:
    page = approved_page(desk, HTML)
    apply(reported(page), desk.editor)
    apply(reported(fresh(page), "новая", "новая 5"), desk.editor)
    browser = desk.browser(make_user(superuser=True))
    buttons = browser.get(reverse("chorsu_editorial_exceptions")).context["header_buttons"]
    button = next(each for each in buttons if each.url)
    assert button.label == "1 typo mended in 30 days"
    listed = browser.get(button.url)
    assert {entry.action for entry in listed.context["object_list"]} == {"chorsu_feedback.apply"}
    assert desk.editor.get_username() in {entry.user.get_username() for entry in listed.context["object_list"]}


def test_what_changes_the_meaning_is_told_readers_where_the_editor_says_so(desk: Desk) -> None:
    page = approved_page(desk, HTML)
    report = reported(page, "новая библиотека", "новая 5 библиотека")
    shown = desk.browser(desk.editor).get(reverse("chorsu_feedback_admin:detail", args=[report.pk])).context
    assert shown["notice"] == "Исправлено: «новая 5 библиотека» вместо «новая библиотека»."
    data = {"words": report.suggestion, "token": shown["correction"].token, "notice": "Исправлено: новая 5."}
    press(desk, report, **data, tell="1")
    assert [item.text for item in latest(page).corrections.all()] == ["Исправлено: новая 5."]
    assert not fresh(page).corrections.exists()
    assert desk.act(desk.other_editor, page, "approve").status_code == 200
    assert [item.text for item in fresh(page).corrections.all()] == ["Исправлено: новая 5."]


def test_readers_are_told_of_nothing_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = approved_page(desk, HTML)
    slip, doubtful = reported(page), reported(page, "новая", "новая 5")
    detail = reverse("chorsu_feedback_admin:detail", args=[slip.pk])
    assert not desk.browser(desk.editor).get(detail).context["notice"]
    token = correction_of(doubtful, "новая 5").token  # type: ignore[union-attr]
    press(desk, doubtful, words="новая 5", token=token, notice="Исправлено.")
    assert not latest(page).corrections.all()
    monkeypatch.setattr(registry, "_add_correction", {})
    other = reverse("chorsu_feedback_admin:detail", args=[reported(page, "областях"[:6], "области 7").pk])
    assert not desk.browser(desk.editor).get(other).context["notice"]


def test_what_needs_the_editor_is_refused(desk: Desk) -> None:
    page = live_page(desk)
    report = reported(page, "библиотека", "")
    assert correction_of(report, "") is None
    with pytest.raises(NotAppliedError, match="not_mendable"):
        apply_correction(report=report, user=desk.editor, words="", token="")
    page.body[0].value.source = HTML * 2
    page.save_revision().publish()
    with pytest.raises(NotAppliedError, match="not_found"):
        apply_correction(report=report, user=desk.editor, words="книги", token="")


def test_receivers_are_told_and_can_refuse(desk: Desk) -> None:
    page = live_page(desk)
    report = reported(page)

    def refuse(**facts: Any) -> None:
        assert (facts["report"].pk, facts["user"], facts["where"]) == (report.pk, desk.editor, "published")
        raise RuntimeError

    report_applied.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            apply(report, desk.editor)
    finally:
        report_applied.disconnect(refuse)
    assert body(fresh(page)) == HTML


def test_a_headline_waits_for_another_approver_unless_the_vocabulary_knows_the_slip(desk: Desk) -> None:
    page = live_page(desk, title="Новая библитека в городе")
    report = reported(page, "библитека", "библиотека")
    assert correction_of(report, "библиотека").flags == {"headline"}  # type: ignore[union-attr]
    for number in range(10):
        live_page(desk, title=f"Другая библиотека {number}", slug=f"other-{number}")
    sync()
    assert correction_of(report, "библиотека").flags == frozenset()  # type: ignore[union-attr]


def test_the_headline_is_mended_everywhere_it_stands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_slips", [lambda *_words: True])
    page = live_page(desk, title="Новая библитека в городе")
    assert apply(reported(page, "библитека", "библиотека"), desk.editor) == "published"
    now = fresh(page)
    assert (now.title, now.draft_title) == ("Новая библиотека в городе", "Новая библиотека в городе")


def press(desk: Desk, report: TypoReport, **data: str) -> Any:
    return desk.browser(desk.editor).post(reverse("chorsu_feedback_admin:apply", args=[report.pk]), data, follow=True)


def test_an_editor_applies_what_the_screen_shows(desk: Desk, shows: Callable[..., bool]) -> None:
    report = reported(live_page(desk))
    url = reverse("chorsu_feedback_admin:detail", args=[report.pk])
    response = desk.browser(desk.editor).get(url)
    assert shows(response, "отк<del></del><ins>р</ins>ылась")
    done = press(desk, report, words="открылась", token=response.context["correction"].token)
    assert shows(done, "Mended, and live.")
    assert body(fresh(report.page)) == MENDED
    assert shows(press(desk, report, words="открылась", token=""), "closed this report already")


def test_a_report_reads_each_version_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = live_page(desk)
    edit(page, desk.author, lead="a longer lead")
    report = reported(page)
    read = Mock(wraps=read_page)
    monkeypatch.setattr("chorsu_feedback.reports.read_page", read)
    assert (
        desk.browser(desk.editor).get(reverse("chorsu_feedback_admin:detail", args=[report.pk])).context["correction"]
    )
    assert read.call_count == 2


def test_another_wording_is_shown_before_it_is_applied(desk: Desk, shows: Callable[..., bool]) -> None:
    report = reported(live_page(desk))
    again = press(desk, report, words="распахнулась", token=correction_of(report, "открылась").token)  # type: ignore[union-attr]
    assert shows(again, "<ins>распахну</ins>")
    assert body(fresh(report.page)) == HTML
    done = press(desk, report, words="распахнулась", token=again.context["correction"].token)
    assert shows(done, "Mended in the draft")
    assert "распахнулась" in body(latest(report.page))
    assert body(fresh(report.page)) == HTML


def test_an_undone_correction_is_gone_everywhere_and_the_reports_are_open_again(desk: Desk) -> None:
    page = live_page(desk)
    draft = edit(page, desk.author, lead="a longer lead")
    report, other = reported(page), reported(page, new="отворилась")
    apply(report, desk.editor)
    assert undo_correction(report=report, user=desk.editor) == "published"
    now = fresh(page)
    assert (body(now), now.has_unpublished_changes) == (HTML, True)
    assert (body(latest(page)), latest(page).lead) == (HTML, "a longer lead")
    assert draft.pk in {parent.pk for parent in ancestors(now.latest_revision)}
    for each in (report, other):
        each.refresh_from_db()
        assert each.is_open
    assert PageLogEntry.objects.filter(page=page, action="chorsu_feedback.undo", user=desk.editor).exists()
    assert apply(report, desk.editor) == "published"


def ancestors(revision: Any) -> Iterator[Any]:
    while revision := parent_of(revision):
        yield revision


def test_what_changed_since_or_was_never_applied_isnt_undone(desk: Desk) -> None:
    page = live_page(desk)
    report = reported(page)
    with pytest.raises(NotAppliedError):
        undo_correction(report=report, user=desk.editor)
    apply(report, desk.editor)
    with pytest.raises(PermissionDenied):
        undo_correction(report=report, user=desk.author)
    draft = latest(page)
    draft.body[0].value.source = "<p>Совсем другой текст.</p>"
    draft.save_revision().publish()
    with pytest.raises(NotAppliedError, match="not_found"):
        undo_correction(report=report, user=desk.editor)


def test_the_list_has_a_row_for_each_spot_and_applies_what_it_shows(desk: Desk, shows: Callable[..., bool]) -> None:
    page = live_page(desk)
    report = reported(page)
    index = reverse("chorsu_feedback_admin:index")
    response = desk.browser(desk.editor).get(index)
    (row,) = [each.row for each in response.context["object_list"]]
    assert (row["state"], row["flags"], row["apply"]) == ("Live", set(), "открылась")
    assert shows(response, "Вчера в городе отк<del></del><ins>р</ins>ылась новая")
    assert shows(response, "читатели со всех…")
    done = press(desk, report, words=row["apply"], token=row["token"])
    assert body(fresh(page)) == MENDED
    assert done.context["applied"] == report
    undo = reverse("chorsu_feedback_admin:undo", args=[report.pk])
    assert shows(done, f'action="{undo}"')
    assert shows(desk.browser(desk.editor).post(undo, follow=True), "The words are as they were")
    assert body(fresh(page)) == HTML


def test_two_suggestions_for_one_spot_are_one_row_and_nobody_applies_one_blindly(desk: Desk) -> None:
    page = live_page(desk)
    first = reported(page)
    for new in ("открылась", "отворилась", "отворилась"):
        reported(page, new=new)
    other = reported(page, "новая", "новая 5")
    response = desk.browser(desk.editor).get(reverse("chorsu_feedback_admin:index"))
    rows = {report.pk: report.row for report in response.context["object_list"]}
    assert set(rows) == {first.pk, other.pk}
    assert [(each["words"], each["count"]) for each in rows[first.pk]["proposed"]] == [
        ("открылась", 2),
        ("отворилась", 2),
    ]
    assert rows[first.pk]["apply"] == ""
    assert rows[other.pk]["flags"] == {"number"}


def test_who_may_not_mend_live_pages_isnt_offered_it(desk: Desk, shows: Callable[..., bool]) -> None:
    report = reported(live_page(desk))
    for user, may in ((desk.author, False), (desk.editor, True)):
        browser = desk.browser(user)
        row = browser.get(reverse("chorsu_feedback_admin:index")).context["object_list"][0].row
        assert bool(row["apply"]) is may
        assert shows(browser.get(reverse("chorsu_feedback_admin:detail", args=[report.pk])), "typo-mend") is may


@pytest.fixture
def shows() -> Callable[..., bool]:
    return lambda response, text: text in response.content.decode()
