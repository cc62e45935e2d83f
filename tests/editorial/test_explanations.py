"""What people are told in the editor: why they can't go on, who did what, and what is wanted of them."""

from __future__ import annotations

import pytest
from wagtail.models import Comment, Page, Revision

from cms.models import User
from tests.editorial.desk import Desk, fresh, latest, text
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


def editor_of(desk: Desk, user: User, page: Page) -> str:
    return text(desk.browser(user).get(f"/admin/pages/{page.pk}/edit/"))


@pytest.mark.parametrize("ended", ["withdrawn", "approved", "sent back"])
def test_an_approval_that_comes_too_late_saves_nothing_and_says_who_was_first(desk: Desk, ended: str) -> None:
    page = desk.in_review()
    late = desk.form(desk.editor, page)
    late["title"] = "Mended too late"
    if ended == "withdrawn":
        page.current_workflow_state.cancel(user=desk.author)
    else:
        desk.decide(desk.other_editor, page, "approve" if ended == "approved" else "reject")
    before = list(Revision.objects.values_list("pk", "created_at"))

    response = desk.act(desk.editor, page, "approve", data=late)
    said = {
        "withdrawn": "Anora took this text back from approval",
        "approved": "Daler approved this text",
        "sent back": "Daler sent this text back to its authors",
    }
    assert response.status_code == 409
    assert said[ended] in text(response)
    assert "Nothing was done here" in text(response)
    assert 'value="Mended too late"' in response.content.decode(), "what was typed is still there"
    assert list(Revision.objects.values_list("pk", "created_at")) == before
    assert (latest(page).title, fresh(page).live) == ("Draft", ended == "approved")


def test_the_author_reads_in_the_editor_what_is_wanted_until_it_is_submitted_again(desk: Desk) -> None:
    page = desk.in_review()
    desk.decide(desk.editor, page, "reject", "Who said so?\nName <somebody>.")
    assert "Zarina asks for changes: Who said so?Name <somebody>." in editor_of(desk, desk.author, page)
    assert "asks for changes" not in text(desk.browser(desk.author).get(f"/admin/pages/{page.pk}/history/"))
    Comment.objects.create(page=page, user=desk.editor, text="Which river?", contentpath="lead")
    assert "Beside the text: 1 open remark." in editor_of(desk, desk.author, page)
    desk.submit(desk.author, page)
    assert "asks for changes" not in editor_of(desk, desk.author, page)


def test_whoever_is_locked_out_learns_why_and_the_way_back(desk: Desk) -> None:
    page = desk.in_review()
    shown = editor_of(desk, desk.author, page)
    assert "Submitted for approval by Anora (" in shown
    assert f"only its reviewers can change it: {desk.task.groups.get().name}." in shown
    assert "To go on writing, withdraw it from approval." in shown
    assert "To go on writing" not in editor_of(desk, desk.colleague, page), "it isn't the colleague's to withdraw"
    assert "Submitted for approval" not in editor_of(desk, desk.editor, page)


def test_the_steps_have_the_newsrooms_names_in_each_persons_language(desk: Desk) -> None:
    page = desk.in_review()
    russian = make_user(desk.editor.groups.get().name)
    russian.wagtail_userprofile.preferred_language = "ru"
    russian.wagtail_userprofile.save()
    for _again in range(2):
        assert "Withdraw from approval" in editor_of(desk, desk.editor, page)
        assert "Отозвать с проверки" in editor_of(desk, russian, page)
    desk.decide(desk.editor, page, "reject")
    returned = editor_of(desk, desk.author, page)
    assert not [name for name in ("Restart workflow", "Cancel workflow", "Withdraw") if name in returned]
