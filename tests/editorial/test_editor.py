"""The editor's requests: nothing approved is rewritten or moved elsewhere, and who can't go on is told why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Comment, Page, Revision, WorkflowPage

from chorsu_articles.models import SectionPage
from chorsu_editorial.approvers import authors
from chorsu_editorial.hashing import content_hash
from cms.models import User
from tests.editorial.desk import Desk, fresh, latest, make_desk, post, task_state, text
from tests.factories import make_group, make_home, make_review, make_section, make_user

pytestmark = pytest.mark.django_db


def test_a_session_goes_on_in_a_new_revision_when_somebody_else_approved_its_words(desk):
    page = desk.in_review()
    data = desk.form(desk.editor, page)

    def autosave(title):
        data["title"] = title
        data["overwrite_revision_id"] = str(desk.autosave(desk.editor, page, data)["revision_id"])

    autosave("Mended")
    desk.decide(desk.other_editor, page)
    live = fresh(page)
    assert (live.live, live.title) == (True, "Mended")

    autosave("Written after the approval")
    now = fresh(page)
    assert content_hash(now.live_revision.as_object()) == content_hash(live)
    assert now.latest_revision_id != now.live_revision_id
    assert (now.title, now.has_unpublished_changes) == ("Mended", True)
    autosave("Written and mended")
    assert fresh(page).latest_revision_id == now.latest_revision_id, "the new revision is written into again"
    assert latest(page).title == "Written and mended"

    desk.submit(desk.author, page)
    assert set(authors(task_state(page))) == {desk.author, desk.editor}


def test_what_was_published_once_isnt_rewritten_after_it_was_taken_down(desk):
    page = desk.in_review()
    desk.decide(desk.editor, page)
    published = fresh(page).live_revision
    fresh(page).unpublish()
    data = desk.form(desk.editor, page)
    data["title"] = "Forged"
    data["overwrite_revision_id"] = str(published.pk)
    desk.autosave(desk.editor, page, data)
    assert latest(page).title == "Forged"
    assert fresh(page).latest_revision_id != published.pk


def scheduled(desk: Desk) -> Page:
    page = desk.draft()
    desk.submit(desk.author, page, go_live_at=timezone.now() + timedelta(hours=3))
    desk.decide(desk.editor, page)
    assert fresh(page).approved_schedule
    return page


def other_section(desk: Desk, *, approval: str) -> SectionPage:
    """Return another section where the same journalists write, under the same approval or one of its own."""
    section = make_section(make_home("ru"), title=approval, slug=f"{approval}-approval")
    desk.author.groups.add(make_group("Elsewhere", section, ("add", "change")))
    if approval == "other":
        make_review(section, make_group("Editors elsewhere"))
    else:
        WorkflowPage.objects.create(workflow=desk.task.workflows.get(), page=section)
    return section


def move(desk: Desk, user: User, page: Page, destination: Page, way: str = "view") -> str:
    browser = desk.browser(user)
    if way == "view":
        url, data = f"/admin/pages/{page.pk}/move/{destination.pk}/confirm/", {}
    else:
        url, data = f"/admin/bulk/wagtailcore/page/move/?id={page.pk}&next=/admin/", {"chooser": destination.pk}
    return text(post(browser, url, data))


@pytest.mark.parametrize(
    ("approval", "state", "said"),
    [
        ("other", "draft", "moved"),
        ("other", "in review", "“Draft” waits for approval, and others approve there."),
        ("other", "scheduled", "“Draft” is approved and waits for its time,"),
        ("same", "in review", "moved"),
        ("same", "scheduled", "moved"),
    ],
)
def test_what_one_desk_approved_isnt_carried_to_another(desk, approval, state, said):
    section = other_section(desk, approval=approval)
    page = {"draft": desk.draft, "in review": desk.in_review, "scheduled": lambda: scheduled(desk)}[state]()
    back = desk.section if said == "moved" else section
    for way, destination in (("view", section), ("bulk", back)):
        assert said in move(desk, desk.author, page, destination, way)
        assert (fresh(page).get_parent().pk == destination.pk) is (said == "moved")


def test_no_page_is_moved_into_another_language_and_who_may_publish_moves_what_is_in_review(desk):
    page, user = desk.in_review(), make_user(superuser=True)
    move(desk, user, page, make_desk("tg").section)
    assert fresh(page).get_parent().pk == desk.section.pk
    section = other_section(desk, approval="other")
    assert "moved" in move(desk, user, page, section)
    assert fresh(page).get_parent().pk == section.pk


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ("withdrawn", "Anora took this text back from approval"),
        ("approve", "Daler approved this text"),
        ("reject", "Daler sent this text back to its authors"),
    ],
)
def test_an_approval_that_comes_too_late_saves_nothing_and_says_who_was_first(desk, ended, said):
    page = desk.in_review()
    late = desk.form(desk.editor, page, title="Mended too late")
    if ended == "withdrawn":
        page.current_workflow_state.cancel(user=desk.author)
    else:
        desk.decide(desk.other_editor, page, ended)
    before = list(Revision.objects.values_list("pk", "created_at"))
    response = desk.act(desk.editor, page, "approve", data=late)
    assert response.status_code == 409
    assert said in text(response)
    assert "\nMended too late</textarea>" in response.text, "what was typed is still there"
    assert list(Revision.objects.values_list("pk", "created_at")) == before
    assert fresh(page).live is (ended == "approve")


def test_the_author_reads_in_the_editor_what_is_wanted_until_it_is_submitted_again(desk):
    page = desk.in_review()
    desk.decide(desk.editor, page, "reject", "Who said so?\nName <somebody>.")
    remark = Comment.objects.create(page=page, user=desk.editor, text="Which river?", contentpath="lead")
    shown = desk.open(desk.author, page)
    assert "Zarina asks for changes: Who said so?Name <somebody>." in text(shown)
    assert f'/admin/pages/{page.pk}/edit/?comment={remark.pk}#:w:contentpath=lead">1 open remark</a>' in shown.text
    desk.submit(desk.author, page)
    assert "asks for changes" not in text(desk.open(desk.author, page))


@pytest.mark.thorough
def test_whoever_is_locked_out_learns_why_and_the_way_back(desk):
    page = desk.in_review()
    shown = text(desk.open(desk.author, page))
    assert "Submitted for approval by Anora (" in shown
    assert f"only its reviewers can change it: {desk.task.groups.get().name}." in shown
    assert "To go on writing, withdraw it from approval." in shown
    assert "To go on writing" not in text(desk.open(desk.colleague, page)), "it isn't the colleague's to withdraw"
    assert "Submitted for approval" not in text(desk.open(desk.editor, page))


@pytest.mark.thorough
def test_the_steps_have_the_newsrooms_names_in_each_persons_language(desk):
    page = desk.in_review()
    russian = make_user(desk.editor.groups.get().name)
    russian.wagtail_userprofile.preferred_language = "ru"
    russian.wagtail_userprofile.save()
    for user, name in ((desk.editor, "Withdraw from approval"), (russian, "Отозвать с проверки")):
        assert name in text(desk.open(user, page))
    desk.decide(desk.editor, page, "reject")
    returned = text(desk.open(desk.author, page))
    assert not [name for name in ("Restart workflow", "Cancel workflow", "Withdraw") if name in returned]
