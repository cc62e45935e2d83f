"""Comments on places of a text: told with a request for changes, answered during review, kept in the history."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.models import Comment, CommentReply, Page

from chorsu_delivery.services import deliver_due
from chorsu_editorial.approvers import approval_refusal
from chorsu_editorial.comments import LONGEST_REPLY, ReplyRefused, drop_closed, open_comments, reply_to
from chorsu_editorial.refusals import AnswerMissing
from cms.models import User
from tests.editorial.desk import LEAD, MENDED, Desk, action_url, fresh, latest, make_desk, post, task_state
from tests.factories import make_group, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


def fields(page: Page, *texts: str, path: str = "lead", resolved: bool = False) -> dict[str, str]:
    """Return what Wagtail's script writes into the form: the comments that there are, and new ones."""
    stored = list(Comment.objects.filter(page=page.pk, resolved_at=None))
    data = {"comments-TOTAL_FORMS": str(len(stored) + len(texts)), "comments-INITIAL_FORMS": str(len(stored))}
    rows = [(row.pk, row.text, row.contentpath, list(row.replies.all())) for row in stored]
    for number, (key, text, where, replies) in enumerate([*rows, *(("", text, path, []) for text in texts)]):
        name = f"comments-{number}"
        data |= {f"{name}-id": str(key), f"{name}-text": text, f"{name}-contentpath": where, f"{name}-position": ""}
        data |= {f"{name}-resolved": "on"} if key and resolved else {}
        counts = {"TOTAL_FORMS": len(replies), "INITIAL_FORMS": len(replies)}
        data |= {f"{name}-replies-{field}": str(count) for field, count in counts.items()}
        for place, reply in enumerate(replies):
            data |= {f"{name}-replies-{place}-id": str(reply.pk), f"{name}-replies-{place}-text": reply.text}
    return data


def make_comment(desk: Desk, page: Page, text: str = "Which river?", path: str = "lead") -> Comment:
    """Return a comment of the editor on a text in review."""
    return Comment.objects.create(page=page, user=desk.editor, text=text, contentpath=path)


def history(desk: Desk, user: User, page: Page) -> str:
    html = desk.browser(user).get(f"/admin/pages/{page.pk}/history/").content.decode()
    return " ".join(unescape(strip_tags(html)).split())


def test_a_request_for_changes_lists_what_was_remarked(desk: Desk) -> None:
    page = desk.in_review()
    block = latest(page).body[0].id
    desk.press(desk.editor, page, "action-save", **fields(page, "Whose words?", path=f"body.{block}"))
    mail.outbox.clear()
    desk.act(desk.editor, page, "reject", extra={"comment": "See there."}, **fields(page, "Which river?"))
    found = open_comments(page)
    assert [(each.label, each.text, each.user) for each in found] == [
        ("Text: Text (block 1)", "Whose words?", desk.editor),
        ("Lead", "Which river?", desk.editor),
    ]
    while deliver_due():
        pass
    (told,) = [message for message in mail.outbox if message.to == [desk.author.email]]
    assert "* Lead: Which river?" in told.body
    assert "* Text: Text (block 1): Whose words?" in told.body


@pytest.mark.sql
def test_the_author_answers_during_review_and_the_approval_is_of_the_same_text(desk: Desk) -> None:
    page = desk.in_review()
    comment = make_comment(desk, page)
    form = desk.form(desk.editor, page, **fields(page), **{"answer-remarks": "yes"})
    url = reverse("chorsu_editorial_answer", args=[comment.pk])
    screen = desk.browser(desk.author).get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert f'action="{url}"' in screen
    assert "Which river?" in screen
    locked = desk.press(desk.author, page, "action-save", lead=MENDED)
    assert "could not be saved as it is locked" in locked.content.decode()

    shown = desk.browser(desk.author).post(url, {"text": "The Zarafshan."}, follow=True).content.decode()
    assert "Your answer is stored." in shown
    assert "The Zarafshan." in shown

    # The editor's form was loaded before the answer.
    assert desk.act(desk.editor, page, "approve", data=form).status_code == 200
    assert (fresh(page).live, fresh(page).lead) == (True, LEAD)
    assert CommentReply.objects.get(comment=comment).text == "The Zarafshan."


def test_who_took_part_is_told_of_an_answer_and_that_it_is_resolved(desk: Desk) -> None:
    page = desk.in_review()
    comment = make_comment(desk, page)
    desk.press(desk.editor, page, "action-save", lead=MENDED)
    assert [each.text for each in open_comments(page)] == ["Which river?"], "a form without comments changes none"
    mail.outbox.clear()
    reply_to(user=desk.author, comment_id=comment.pk, text="The Zarafshan.")
    assert reply_to(user=desk.author, comment_id=comment.pk, resolves=True) is None
    while deliver_due():
        pass
    answered, resolved = [message for message in mail.outbox if "emark" in message.subject]
    assert "Answer to a remark" in answered.subject
    assert "Lead" in answered.body
    assert "Remark resolved" in resolved.subject
    assert f"{desk.author.get_full_name()} resolved it." in resolved.body
    assert answered.to == resolved.to == [desk.editor.email]
    with pytest.raises(ReplyRefused):
        reply_to(user=desk.author, comment_id=comment.pk, resolves=True)


@pytest.mark.sql
def test_the_author_resolves_during_review_beside_a_form_that_is_open(desk: Desk) -> None:
    page = desk.in_review()
    first, second = make_comment(desk, page), make_comment(desk, page, "Which year?")
    reply_to(user=desk.editor, comment_id=second.pk, text="The first one?")
    form = desk.form(desk.editor, page, **fields(page, "Whose words?"), lead=MENDED)
    url = reverse("chorsu_editorial_answer", args=[first.pk])
    shown = post(desk.browser(desk.author), url, {"text": "The Zarafshan.", "resolve": "1"})
    assert "The remark is resolved; it stays in the page's history." in unescape(shown.content.decode())
    assert [each.text for each in open_comments(page)] == ["Which year?"]
    first.refresh_from_db()
    assert (first.resolved_by, first.replies.get().text) == (desk.author, "The Zarafshan.")

    saved = desk.browser(desk.editor).post(
        f"/admin/pages/{page.pk}/edit/", form, headers={"accept": "application/json"}
    )
    assert saved.json()["success"]
    assert latest(page).lead == MENDED
    assert [(each.text, len(each.replies)) for each in open_comments(page)] == [("Which year?", 1), ("Whose words?", 0)]
    told = history(desk, desk.author, page)
    assert 'Resolved a comment on field Lead: "Which river?"' in told
    assert 'Replied to comment on field Lead: "The Zarafshan."' in told


def test_a_resolved_remark_is_taken_out_of_a_form_only_where_it_is_one() -> None:
    page = make_desk().draft()
    for text in (
        "comments-TOTAL_FORMS=x&comments-0-id=7",
        "comments-TOTAL_FORMS=9&comments-INITIAL_FORMS=9",
        "title=x",
    ):
        posted = QueryDict(text)
        assert drop_closed(posted, page) is posted
    posted = QueryDict(
        "comments-TOTAL_FORMS=2&comments-INITIAL_FORMS=1&comments-0-id=7&comments-1-id=&comments-1-text=x"
    )
    left = "comments-TOTAL_FORMS=1&comments-INITIAL_FORMS=0&comments-0-id=&comments-0-text=x"
    assert drop_closed(posted, page).urlencode() == left


def test_approving_with_an_open_remark_of_ones_own_asks_first(desk: Desk) -> None:
    page = desk.in_review()
    make_comment(desk, page)
    asked = desk.act(desk.editor, page, "approve", **fields(page, "Which year?"))
    assert asked.status_code == AnswerMissing.status
    html = unescape(asked.content.decode())
    assert "Your own remarks are still open: “Which river?”; “Which year?”." in html
    assert "Approve all the same" in html
    assert not fresh(page).live
    url = action_url(page, "approve", task_state(page))
    dialogue = desk.browser(desk.editor).get(url, headers={"x-requested-with": "XMLHttpRequest"})
    assert "Your own remarks are still open: “Which river?”" in dialogue.json()["html"]
    answer = re.search(r'name="(answer-[^"]+)" value="([^"]+)"', html)
    assert answer
    desk.act(desk.editor, page, "approve", **fields(page), **{answer[1]: answer[2]})
    assert fresh(page).live


def test_who_has_read_in_the_dialogue_that_remarks_are_open_is_not_asked_again(desk: Desk) -> None:
    page = desk.in_review()
    make_comment(desk, page, "Which\nriver?")
    _url, sent = desk.dialogue(desk.editor, page, "approve")
    collect = reverse("wagtailadmin_pages:collect_workflow_action_data", args=[page.pk, "approve", task_state(page).pk])
    extra = post(desk.browser(desk.editor), collect, {**sent, "comment": "Thanks."}).json()["cleaned_data"]
    # Of what the form adds the dialogue said nothing.
    assert desk.act(desk.editor, page, "approve", extra=extra, **fields(page, "Which year?")).status_code == 403
    desk.act(desk.editor, page, "approve", extra=extra, **fields(page))
    assert fresh(page).live


def test_another_ones_open_remark_asks_nothing(desk: Desk) -> None:
    page = desk.in_review()
    make_comment(desk, page)
    desk.act(desk.other_editor, page, "approve", **fields(page))
    assert fresh(page).live


def test_answers_are_refused_to_strangers_and_where_they_say_nothing(desk: Desk) -> None:
    page = desk.in_review()
    comment = make_comment(desk, page)
    for stranger in (make_user(), make_user(make_group().name)):
        for resolves in (False, True):
            with pytest.raises(PermissionDenied):
                reply_to(user=stranger, comment_id=comment.pk, text="Mine.", resolves=resolves)
    with pytest.raises(PermissionDenied):
        reply_to(user=desk.author, comment_id=comment.pk + 1, text="Mine.")
    for text, resolves in (("", False), ("  ", False), ("x" * (LONGEST_REPLY + 1), True)):
        with pytest.raises(ReplyRefused):
            reply_to(user=desk.author, comment_id=comment.pk, text=text, resolves=resolves)
    assert not Comment.objects.get().resolved_at
    url = reverse("chorsu_editorial_answer", args=[comment.pk])
    assert "Write an answer" in post(desk.browser(desk.author), url, {"text": ""}).content.decode()
    assert not CommentReply.objects.exists()


def test_what_was_resolved_stays_in_the_history_after_publication(desk: Desk) -> None:
    page = desk.in_review()
    desk.press(desk.editor, page, "action-save", **fields(page, "Which river?"))
    reply_to(user=desk.author, comment_id=Comment.objects.get().pk, text="The Zarafshan.")
    desk.act(desk.editor, page, "approve", **fields(page, resolved=True))
    assert fresh(page).live
    assert open_comments(page) == []
    told = history(desk, desk.author, page)
    assert 'Added a comment on field Lead: "Which river?"' in told
    assert 'Replied to comment on field Lead: "The Zarafshan."' in told
    assert 'Resolved a comment on field Lead: "Which river?"' in told


@pytest.mark.django_db(transaction=True)
def test_mail_about_a_comment_is_not_sent_with_a_refused_decision() -> None:
    desk = make_desk()
    page = desk.in_review()
    desk.press(desk.author, page, "action-cancel-workflow", comment_notifications="on")
    fresh(page).get_workflow().start(fresh(page), desk.author)
    form = desk.form(desk.editor, page, **fields(page, "Which river?"))
    version = latest(page)
    version.lead = MENDED
    version.save_revision(user=desk.other_editor)
    mail.outbox.clear()
    assert desk.act(desk.editor, page, "approve", data=form).status_code == 409
    assert not Comment.objects.exists()
    assert mail.outbox == []


def test_who_only_comments_on_a_page_that_is_live_can_approve_it(desk: Desk) -> None:
    page = desk.in_review()
    desk.decide(desk.editor, page)
    assert fresh(page).published_on.microsecond
    desk.submit(desk.author, page, lead=MENDED)
    make_comment(desk, page)
    assert approval_refusal(task_state(page), desk.editor) is None
    desk.act(desk.editor, page, "approve", **fields(page), **{"answer-remarks": "yes"})
    assert fresh(page).lead == MENDED
