"""What the reviewer's screen says: who submitted, what changed by word, and what is next."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext
from django.utils.html import format_html
from wagtail import hooks
from wagtail.models import Page

from chorsu_editorial.alignment import COMPARED
from chorsu_editorial.differences import marked_words, passages
from chorsu_editorial.links import editor_url
from chorsu_editorial.models import ReviewLook
from chorsu_editorial.review_screen import next_to_review
from cms.models import User
from tests.editorial.desk import LEAD, MENDED, Desk, fresh, latest, make_desk, sent_by, task_state
from tests.factories import make_picture, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


def panel(desk: Desk, user: User, page: Page) -> str:
    """Return the panel of the editor as this person sees it, or an empty string."""
    html = desk.browser(user).get(f"/admin/pages/{page.pk}/edit/").content.decode()
    found = re.search(r'<section class="chorsu-review.*?</section>', html, re.DOTALL)
    return found.group() if found else ""


def live_and_in_review_again(desk: Desk, **changes: Any) -> Any:
    """Return a page that is live and whose author has submitted another version."""
    page = desk.in_review(body=[("paragraph", "<p>One bridge was closed.</p><p>Nobody said why.</p>")])
    desk.decide(desk.editor, page)
    desk.submit(desk.author, page, **changes)
    return fresh(page)


def test_words_that_came_and_went_are_marked_and_nothing_is_taken_for_html() -> None:
    assert marked_words("One <b> bridge was closed", "Two <b> bridges were closed") == (
        "<del>One</del><ins>Two</ins> &lt;b&gt; <del>bridge was</del><ins>bridges were</ins> closed"
    )
    long = " ".join(str(number) for number in range(int(COMPARED**0.5) + 1))
    turned = " ".join(reversed(long.split()))
    assert marked_words(long, turned) == f"<del>{long}</del><ins>{turned}</ins>"


def test_only_the_paragraphs_that_differ_are_shown(desk: Desk) -> None:
    page = desk.draft(body=[("paragraph", "<p>One bridge.</p><p>Nobody said why.</p><p>The end.</p>")])
    before, after = latest(page), latest(page)
    block = after.body[0].id
    after.body = [("paragraph", "<p>One bridge.</p><p>Everybody said why.</p>")]
    after.body[0].id = block
    after.main_picture = make_picture()
    found = passages(before, after)
    assert [(passage.path, passage.html) for passage in found] == [
        (f"body.{block}", "<del>Nobody</del><ins>Everybody</ins> said why."),
        (f"body.{block}", "<del>The end.</del>"),
        ("main_picture", ""),
    ]
    assert passages(before, latest(page)) == []


def test_a_link_that_leads_elsewhere_and_a_new_heading_are_shown(desk: Desk) -> None:
    linked = '<p>One <a href="https://{}.example/">bridge</a>.</p>'
    page = desk.draft(body=[("paragraph", linked.format("here") + "<p>The end.</p><p>Nobody.</p>")])
    before, after = latest(page), latest(page)
    block = after.body[0].id
    after.body = [("paragraph", linked.format("there") + "<h2>The end.</h2><p>Somebody.</p>")]
    after.body[0].id = block
    here, there = (f'[href="https://{name}.example/"]' for name in ("here", "there"))
    assert [unescape(passage.html) for passage in passages(before, after)] == [
        f"One bridge. <del>{here}</del><ins>{there}</ins>",
        "<ins>## </ins>The end.",
        "<del>Nobody.</del><ins>Somebody.</ins>",
    ]


def test_the_editor_asks_once_which_review_a_page_is_in(desk: Desk) -> None:
    page = desk.in_review()
    for user in (desk.editor, desk.author):
        with CaptureQueriesContext(connection) as queries:
            assert desk.browser(user).get(f"/admin/pages/{page.pk}/edit/").status_code == 200
        asked = [each["sql"] for each in queries if 'FROM "wagtailcore_workflowstate"' in each["sql"]]
        # Those of the menu and of what looks at the stored page.
        assert len(asked) <= 8, asked


def test_a_new_text_names_its_submitter_and_has_nothing_to_compare(desk: Desk) -> None:
    def note(request: HttpRequest, page: Page, task_state: Any) -> list[Any]:
        return [format_html("<p>Explained by {}: {}</p>", task_state.submitted_by, page.title)]

    page = desk.in_review()
    with hooks.register_temporarily("chorsu_review_notes", note):
        shown = panel(desk, desk.editor, page)
    assert f"<p>Explained by {desk.author}: Draft</p>" in shown
    assert "Submitted by Anora." in shown
    assert "Not live yet." in shown
    assert "<details" not in shown
    assert panel(desk, desk.editor, desk.draft(slug="other")) == ""


def test_what_changed_since_the_live_version_is_marked_with_links_to_each_place(desk: Desk) -> None:
    page = live_and_in_review_again(desk, lead=MENDED)
    shown = panel(desk, desk.editor, page)
    assert "Changed since the live version" in shown
    assert "<del>plain</del><ins>simple</ins>" in shown
    assert re.findall(r'data-chorsu-place="([^"]*)"', shown) == ["lead"]
    assert f'href="{editor_url(page, "lead")}"' in shown
    assert "Changed since you looked last" not in shown
    assert "<ins>simple</ins>" in panel(desk, desk.author, page)
    assert not ReviewLook.objects.filter(user=desk.author).exists(), "authors leave no look"


def test_what_changed_since_the_last_look_stays_marked_until_the_reviewer_decides(desk: Desk) -> None:
    page = desk.in_review()
    assert "looked last" not in panel(desk, desk.editor, page)
    assert "Nothing has changed since you looked last." in panel(desk, desk.editor, page)
    desk.act(desk.editor, page, "reject", extra={"comment": "Simpler."})
    desk.submit(desk.author, page, lead=MENDED)
    for _again in range(2):
        shown = panel(desk, desk.editor, page)
        assert "Changed since you looked last" in shown
        assert "<del>plain</del><ins>simple</ins>" in shown
    assert "looked last" not in panel(desk, desk.other_editor, page)
    desk.act(desk.editor, page, "reject", extra={"comment": "Once more."})
    desk.submit(desk.author, page, title="New headline")
    shown = panel(desk, desk.editor, page)
    assert "<del>Draft</del><ins>New headline</ins>" in shown
    assert "simple" not in shown


def test_a_refused_approval_leaves_the_look_as_it_was(desk: Desk) -> None:
    page = desk.in_review()
    form = desk.form(desk.editor, page, opened=True)
    seen = ReviewLook.objects.get(user=desk.editor).revision_id
    version = latest(page)
    version.lead = MENDED
    version.save_revision(user=desk.other_editor)
    assert desk.act(desk.editor, page, "approve", data=form).status_code == 409
    assert ReviewLook.objects.get(user=desk.editor).revision_id == seen
    assert task_state(page).approved_hash == ""
    assert LEAD != MENDED


# What is next


def test_after_a_decision_the_next_text_is_offered_in_the_same_language_first(desk: Desk) -> None:
    tajik = make_desk("tg")
    both = make_user(*(group.name for group in (*desk.editor.groups.all(), *tajik.editor.groups.all())))
    older = tajik.in_review(title="Tajik", slug="tajik")
    page = desk.in_review()
    own = desk.in_review(submitter=both, title="Own", slug="own")
    other = desk.in_review(title="Russian", slug="russian")
    assert next_to_review(user=both, after=page) == Page.objects.get(pk=other.pk)
    answer = desk.act(both, page, "approve").content.decode()
    assert "Next: “Russian”" in answer
    assert f'href="{editor_url(other)}"' in answer
    assert "Next: “Tajik”" in desk.act(both, other, "reject", extra={"comment": "No."}).content.decode()
    assert next_to_review(user=both, after=older) is None
    assert next_to_review(user=make_user(superuser=True), after=older) == Page.objects.get(pk=own.pk)
    assert next_to_review(user=desk.author, after=page) is None


@pytest.mark.parametrize(
    ("refused", "others_write"),
    [("approval", False), ("approval", True), ("publication without a reason", False), ("form", False)],
)
def test_autosave_goes_on_after_a_refusal_unless_somebody_else_wrote(
    desk: Desk, refused: str, others_write: bool
) -> None:
    page = desk.in_review()
    user = desk.editor if refused == "approval" else make_user(superuser=True)
    data = desk.form(user, page, lead="Words that nobody has read, and many of them.")

    def autosave() -> Any:
        address, accept = f"/admin/pages/{page.pk}/edit/", {"accept": "application/json"}
        return desk.browser(user).post(address, data, headers=accept).json()

    assert autosave()["success"]
    if others_write:
        latest(page).save_revision(user=desk.other_editor)
    if refused == "approval":
        response = desk.act(user, page, "approve", data=data.copy())
    else:
        pressed = data.copy()
        pressed["title"] = "" if refused == "form" else "Draft"
        response = desk.press(user, page, "action-publish", data=pressed)
    assert response.status_code != 302
    assert fresh(page).latest_revision.user == (desk.other_editor if others_write else user)
    shown = sent_by(response.content.decode())
    for name in ("loaded_revision_id", "loaded_revision_created_at"):
        data[name] = shown[name]
    answer = autosave()
    assert answer["success"] is not others_write, answer
    assert others_write is (answer.get("error_code") == "invalid_revision")
