"""Comments on places of a text: told with a request for changes, answered during review, kept in the history."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from unittest import mock

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, CommentReply, Page, PageLogEntry, PageSubscription
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial import signals
from chorsu_editorial.approvers import approval_refusal
from chorsu_editorial.comments import (
    LONGEST_REPLY,
    MOST_AT_ONCE,
    MOST_IN_A_DAY,
    MOST_READ,
    ReplyRefused,
    TooManyRemarks,
    check_amount,
    drop_closed,
    give,
    given_to,
    mentioned,
    open_comments,
    reply_to,
)
from chorsu_editorial.desk import remarks_for
from chorsu_editorial.refusals import AnswerMissing
from cms.models import User
from tests.counted_lines import count_queries
from tests.editorial.desk import AJAX, LEAD, MENDED, Desk, fresh, latest, make_desk, post, task_state
from tests.editorial.desk import text as text_of
from tests.factories import make_group, make_user

pytestmark = pytest.mark.django_db


def fields(page: Page, *texts: str, path: str = "lead") -> dict[str, str]:
    """Return what Wagtail's script writes into the form: the comments that there are, and new ones."""
    rows = []
    for stored in Comment.objects.filter(page=page.pk, resolved_at=None):
        replies = [{"id": reply.pk, "text": reply.text} for reply in stored.replies.all()]
        row = {"id": stored.pk, "text": stored.text, "contentpath": stored.contentpath, "position": ""}
        rows.append({**row, "replies": inline_formset(replies, initial=len(replies))})
    new = [
        {"id": "", "text": text, "contentpath": path, "position": "", "replies": inline_formset([])} for text in texts
    ]
    data = nested_form_data({"comments": inline_formset([*rows, *new], initial=len(rows))})
    return {name: str(value) for name, value in data.items()}


def make_comment(desk: Desk, page: Page, text: str = "Which river?", path: str = "lead") -> Comment:
    """Return a comment of the editor on a text in review."""
    return Comment.objects.create(page=page, user=desk.editor, text=text, contentpath=path)


def remark(desk: Desk, page: Page, *texts: str) -> None:
    desk.press(desk.editor, page, "action-save", **fields(page, *texts))


def answer(user: User, comment: Comment, text: str = "", *, resolves: bool = False) -> None:
    reply_to(user=user, comment_id=comment.pk, text=text, resolves=resolves)


def mailed(subject: str) -> list[str]:
    return [row.recipient for row in OutgoingMessage.objects.filter(subject__contains=subject).order_by("pk")]


def test_a_request_for_changes_lists_what_was_remarked(desk):
    page = desk.in_review()
    block = latest(page).body[0].id
    desk.press(desk.editor, page, "action-save", **fields(page, "Whose words?", path=f"body.{block}"))
    desk.act(desk.editor, page, "reject", extra={"comment": "See there."}, **fields(page, "Which river?"))
    assert [(each.label, each.text, each.user) for each in open_comments(page)] == [
        ("Text: Text (block 1)", "Whose words?", desk.editor),
        ("Lead", "Which river?", desk.editor),
    ]
    told = OutgoingMessage.objects.get(recipient=desk.author.email)
    assert "* Lead: Which river?" in told.body
    assert "* Text: Text (block 1): Whose words?" in told.body


def test_who_took_part_is_told_of_an_answer_and_that_it_is_resolved(desk):
    page = desk.in_review()
    comment = make_comment(desk, page)
    desk.press(desk.editor, page, "action-save", lead=MENDED)
    assert [each.text for each in open_comments(page)] == ["Which river?"], "a form without comments changes none"
    OutgoingMessage.objects.all().delete()
    answer(desk.author, comment, "The Zarafshan.")
    answer(desk.author, comment, resolves=True)
    answered, resolved = OutgoingMessage.objects.filter(recipient=desk.editor.email).order_by("pk")
    assert ("Answer to a remark" in answered.subject, "Lead" in answered.body) == (True, True)
    assert "Remark resolved" in resolved.subject
    assert f"{desk.author.get_full_name()} resolved it." in resolved.body
    assert mailed("emark") == [desk.editor.email] * 2
    with pytest.raises(ReplyRefused):
        answer(desk.author, comment, resolves=True)


@pytest.mark.sql
def test_the_author_answers_and_resolves_during_review_beside_a_form_that_is_open(desk):
    page = desk.in_review()
    first, second = make_comment(desk, page), make_comment(desk, page, "Which year?")
    form = desk.form(desk.editor, page, **fields(page, "Whose words?"), lead=MENDED)
    author = desk.browser(desk.author)
    url, other = (reverse("chorsu_editorial_answer", args=[comment.pk]) for comment in (first, second))
    assert f'action="{url}"' in desk.open(desk.author, page).text
    assert "Your answer is stored." in post(author, other, {"text": "The first one?"}).text
    shown = post(author, url, {"text": "The Zarafshan.", "resolve": "1"})
    assert "The remark is resolved; it stays in the page's history." in unescape(shown.text)
    first.refresh_from_db()
    assert (first.resolved_by, first.replies.get().text) == (desk.author, "The Zarafshan.")

    saved = desk.autosave(desk.editor, page, form)
    assert [(each.text, len(each.replies)) for each in open_comments(page)] == [("Which year?", 1), ("Whose words?", 0)]
    told = text_of(author.get(f"/admin/pages/{page.pk}/history/"))
    assert 'Resolved a comment on field Lead: "Which river?"' in told
    assert 'Replied to comment on field Lead: "The Zarafshan."' in told
    # The approval is of the same text.
    form.update({**fields(page), "overwrite_revision_id": str(saved["revision_id"]), "answer-remarks": "yes"})
    answer(desk.author, second, "In 1999.")
    assert desk.act(desk.editor, page, "approve", data=form).status_code == 200
    assert (fresh(page).live, fresh(page).lead, second.replies.count()) == (True, MENDED, 2)


def test_a_resolved_remark_is_taken_out_of_a_form_only_where_it_is_one():
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


@pytest.mark.thorough
def test_approving_with_an_open_remark_of_ones_own_asks_first(desk):
    page = desk.in_review()
    make_comment(desk, page)
    Comment.objects.create(page=page, user=desk.other_editor, text="Another one’s asks nothing.", contentpath="lead")
    asked = desk.act(desk.editor, page, "approve", **fields(page, "Which year?"))
    assert asked.status_code == AnswerMissing.status
    html = unescape(asked.text)
    assert "Your own remarks are still open: “Which river?”; “Which year?”." in html
    assert not fresh(page).live
    answer = re.search(r'name="(answer-[^"]+)" value="([^"]+)"', html)
    assert answer
    desk.act(desk.editor, page, "approve", **fields(page), **{answer[1]: answer[2]})
    assert fresh(page).live


@pytest.mark.thorough
def test_who_has_read_in_the_dialogue_that_remarks_are_open_is_not_asked_again(desk):
    page = desk.in_review()
    make_comment(desk, page, "Which\nriver?")
    url, sent = desk.dialogue(desk.editor, page, "approve")
    shown = desk.browser(desk.editor).get(url, headers=AJAX).json()["html"]
    assert "Your own remarks are still open: “Which" in shown
    collect = reverse("wagtailadmin_pages:collect_workflow_action_data", args=[page.pk, "approve", task_state(page).pk])
    extra = post(desk.browser(desk.editor), collect, {**sent, "comment": "Thanks."}).json()["cleaned_data"]
    # Of what the form adds the dialogue said nothing.
    assert desk.act(desk.editor, page, "approve", extra=extra, **fields(page, "Which year?")).status_code == 403
    desk.act(desk.editor, page, "approve", extra=extra, **fields(page))
    assert fresh(page).live


def test_answers_are_refused_to_strangers_and_where_they_say_nothing(desk):
    comment = make_comment(desk, desk.in_review())
    for resolves in (False, True):
        with pytest.raises(PermissionDenied):
            answer(make_user(make_group().name), comment, "Mine.", resolves=resolves)
    with pytest.raises(PermissionDenied):
        reply_to(user=desk.author, comment_id=comment.pk + 1, text="Mine.")
    for text, resolves in (("  ", False), ("x" * (LONGEST_REPLY + 1), True)):
        with pytest.raises(ReplyRefused):
            answer(desk.author, comment, text, resolves=resolves)
    url = reverse("chorsu_editorial_answer", args=[comment.pk])
    assert "Write an answer" in post(desk.browser(desk.author), url, {"text": ""}).text
    assert not Comment.objects.get().resolved_at
    assert not CommentReply.objects.exists()


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_mail_about_a_comment_is_not_sent_with_a_refused_decision():
    desk = make_desk()
    page = desk.in_review()
    PageSubscription.objects.create(page=page, user=desk.author, comment_notifications=True)
    form = desk.form(desk.editor, page, **fields(page, "Which river?"))
    desk.save(desk.other_editor, page, lead=MENDED)
    mail.outbox.clear()
    assert desk.act(desk.editor, page, "approve", data=form).status_code == 409
    assert not Comment.objects.exists()
    assert mail.outbox == []


@pytest.mark.thorough
def test_who_only_comments_on_a_page_that_is_live_can_approve_it(desk):
    page = desk.in_review()
    desk.decide(desk.editor, page)
    assert fresh(page).published_on.microsecond
    desk.submit(desk.author, page, lead=MENDED)
    make_comment(desk, page)
    assert approval_refusal(task_state(page), desk.editor) is None
    desk.act(desk.editor, page, "approve", **fields(page), **{"answer-remarks": "yes"})
    assert fresh(page).lead == MENDED


@dataclass(frozen=True)
class Someone:
    full_name: str
    username: str

    def get_full_name(self) -> str:
        return self.full_name

    def get_username(self) -> str:
        return self.username


STAFF = [
    Someone("Зарина Саидова", "zarina"),
    Someone("Зарина", "z.short"),
    Someone("Ӯктам Ҷӯраев", "oktam"),
    Someone("Андрей Цой", "andrey@desk"),
    Someone("Aziz  Karimov", "aziz.one"),
    Someone("Aziz Karimov", "aziz.two"),
    Someone("", "nameless"),
    Someone("رضا کریمی", "reza"),
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Зарина Саидова, откуда это?", ["zarina"]),
        ("Спросите @зарина саидова", ["zarina"]),
        ("@Зарина Саидовад", ["z.short"]),  # the longest name that stands there
        ("(@Зарина) @Зарина @Зарина Саидова", ["z.short", "zarina"]),
        ("@Заринаю и @Зари", []),
        (unicodedata.normalize("NFD", "@ӯктам ҷӯраев @Андрей Цой"), ["oktam", "andrey@desk"]),
        ("@Андрей\n Цой: @andrey@desk", ["andrey@desk"]),
        ("@Aziz Karimov", []),  # two have this name
        ("@aziz.two @AZIZ.ONE", ["aziz.two", "aziz.one"]),
        ("@رضا کریمی کجا؟", ["reza"]),
        ("@nameless @ @@ @nobody", ["nameless"]),
        ("post@nameless, мир@зарина", []),
        (f"{'x ' * MOST_READ}@nameless", []),
    ],
)
def test_a_name_behind_an_at_is_somebodys(text, names):
    assert [each.username for each in mentioned(text, STAFF)] == names


def test_a_text_full_of_names_costs_no_more_where_it_is_longer_than_what_is_read():
    assert mentioned("@zarina", []) == []
    for bit in ("@", "@ ", "@Зарина ", "@aziz.", "@Зарина Саидова", "@рضا", "@x\u0301\u0327"):
        assert mentioned(bit * MOST_READ, STAFF) == mentioned((bit * MOST_READ)[:MOST_READ], STAFF)


@pytest.mark.sql
def test_a_remark_with_a_name_is_given_and_told_once(desk, listen):
    sent = listen(signals.remarks_given)
    page = desk.draft()
    remark(desk, page, "@Anora and @Zarina: which river?")
    ((_signal, told),) = sent
    (given,) = told["given"]
    assert (given.people, given.reply, given.remark.label) == ([desk.author, desk.editor], None, "Lead")
    assert (told["user"], told["page"].pk) == (desk.editor, page.pk)
    assert mailed("A remark for you") == [desk.author.email], "not to who wrote it"
    (comment,) = given_to(desk.author)
    assert f"/edit/?comment={comment.pk}" in OutgoingMessage.objects.get().body

    form = fields(page)
    desk.press(desk.editor, page, "action-save", **form, lead=MENDED)
    desk.press(desk.editor, page, "action-save", **{**form, "comments-0-text": "@Anora, @Daler: which river?"})
    # A reply is said anew, and one mail tells of it, although she took part.
    answer(desk.author, comment, "@Zarina, the Zarafshan.")
    answer(desk.other_editor, comment, "@Anora, sure? @nobody")
    assert [each.people for _signal, facts in sent[1:] for each in facts["given"]] == [
        [desk.author, desk.other_editor],  # the mails tell who is new
        [desk.editor],
        [desk.author],
    ]
    assert mailed("emark") == [
        *(each.email for each in (desk.author, desk.other_editor, desk.editor, desk.author)),
        desk.editor.email,  # the answer to her remark that names somebody else
    ]


@pytest.mark.sql
def test_a_save_tells_each_person_once_of_all_that_it_gives(desk):
    page = desk.draft()
    remark(desk, page, "@Anora: which?", "@Anora, @Daler: when?", "Why?")
    mails = {row.recipient: row for row in OutgoingMessage.objects.all()}
    assert mails.keys() == {desk.author.email, desk.other_editor.email}
    assert mails[desk.author.email].subject == "Remarks for you (2): Draft"
    assert [text in mails[desk.author.email].body for text in ("which?", "when?", "Why?")] == [True, True, False]
    assert mails[desk.other_editor.email].subject == "A remark for you: Draft"


def test_more_remarks_than_anybody_reads_are_refused_and_nothing_is_stored(desk):
    page = desk.draft()
    form = desk.form(desk.editor, page, **fields(page, *["@Anora @Daler"] * (MOST_AT_ONCE // 3 + 1)), lead=MENDED)
    refused = desk.press(desk.editor, page, "action-save", data=form.copy())
    assert refused.status_code == 400
    for sentence in (unescape(refused.text), desk.autosave(desk.editor, page, form)["error_message"]):
        assert f"At most {MOST_AT_ONCE} remarks" in sentence
    assert (Comment.objects.count(), OutgoingMessage.objects.count(), latest(page).lead) == (0, 0, LEAD)


def test_a_person_writes_so_many_remarks_a_day(desk):
    page = desk.draft()
    comment = make_comment(desk, page)
    for _number in range(MOST_IN_A_DAY - 2):
        comment.log_create(page_revision=page.get_latest_revision(), user=desk.author)
    check_amount(user=desk.author, texts=["One.", "Two."])
    check_amount(user=desk.editor, texts=["One.", "@Anora."])
    with pytest.raises(TooManyRemarks):
        check_amount(user=desk.author, texts=["One.", "@Anora."])
    answer(desk.author, comment, "@Zarina, the Zarafshan.")
    with pytest.raises(TooManyRemarks):
        answer(desk.author, comment, "And the Vakhsh.")
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    with mock.patch("django.utils.timezone.now", return_value=tomorrow):
        answer(desk.author, comment, "And the Vakhsh.")


def test_giving_twice_as_many_remarks_asks_at_most_twice_as_much(desk):
    def asked(number):
        page = desk.draft()
        for _number in range(number):
            comment = make_comment(desk, page, "@Anora: which?")
            comment.log_create(page_revision=page.get_latest_revision(), user=desk.editor)
        entries = PageLogEntry.objects.filter(page=page.pk, action="wagtail.comments.create")
        return count_queries(lambda: give(page=page, user=desk.editor, entries=entries))

    assert asked(20) <= 2.1 * asked(10)


def test_a_remark_is_given_to_who_may_work_on_the_page_alone(desk):
    decides = make_user(make_group().name, first_name="Decider")
    make_user(make_group().name, first_name="Stranger")
    make_user(desk.editor.groups.get().name, first_name="Gone", is_active=False)
    page = desk.draft()
    desk.task.groups.add(decides.groups.get())
    names = "@Decider @Stranger @Gone"
    remark(desk, page, names)
    assert list(given_to(decides)) == []
    desk.submit(desk.author, page)
    reply_to(user=desk.author, comment_id=Comment.objects.get().pk, text=names)
    assert mailed("A remark for you") == [decides.email]
    assert [row.title for row in remarks_for(decides)] == ["Draft"]


def test_messages_about_remarks_can_be_switched_off(desk):
    profile = desk.author.wagtail_userprofile
    profile.updated_comments_notifications = False
    profile.save()
    page = desk.draft()
    remark(desk, page, "@Anora?")
    assert mailed("A remark for you") == []
    assert len(remarks_for(desk.author)) == 1


@pytest.mark.sql
def test_the_home_page_lists_open_remarks_until_they_are_done(desk):
    page = desk.draft()
    remark(desk, page, "@Anora: which river?", "@Anora: when?", "Mine.")
    first, _second = remarks_for(desk.author)
    assert (first.title, first.remark, list(first.facts)) == ("Draft", "@Anora: when?", ["Zarina", "3 open remarks"])
    newest, comment = given_to(desk.author)
    assert first.address == f"/admin/pages/{page.pk}/edit/?comment={newest.pk}#:w:contentpath=lead"
    home = desk.browser(desk.author).get("/admin/").text
    assert first.address in home
    assert "Remarks for me" in home
    answer(desk.author, comment, resolves=True)
    assert [row.remark for row in remarks_for(desk.author)] == [first.remark]
    # Who may not open the page any more reads nothing of it.
    desk.author.groups.clear()
    assert remarks_for(User.objects.get(pk=desk.author.pk)) == []


def test_names_are_told_to_who_may_edit_the_page(desk):
    make_user(desk.editor.groups.get().name, first_name="Daler")  # another one
    url = reverse("chorsu_editorial_names", args=[desk.draft().pk])
    author, stranger = desk.browser(desk.author), desk.browser(make_user(make_group().name))
    assert author.get(url).json() == {"people": ["Anora", "Bakhrom", "Zarina"]}
    assert stranger.get(url).status_code in {302, 403}
    assert author.get(reverse("chorsu_editorial_names", args=[0])).status_code == 404
