"""What the reviewer's screen says: who submitted, and what changed by word in the text."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.models import Page

from chorsu_editorial.alignment import COMPARED
from chorsu_editorial.differences import changes, passages
from chorsu_editorial.links import editor_url
from chorsu_editorial.models import ReviewLook
from cms.models import User
from tests.counted_lines import count_lines
from tests.editorial.desk import MENDED, MENDED_AGAIN, Desk, fresh, latest, make_desk, sent_by
from tests.factories import make_picture, make_user

pytestmark = pytest.mark.django_db


def panel(desk: Desk, user: User, page: Page) -> str:
    """Return the panel of the editor as this person sees it, or an empty string."""
    html = desk.open(user, page).text
    found = re.search(r'<section class="chorsu-review.*?</section>', html, re.DOTALL)
    return found.group() if found else ""


def told(before: Any, after: Any) -> list[tuple[str, str]]:
    """Return the changed passages, and "…" for each run of others."""
    found: list[tuple[str, str]] = []
    for each in passages(before, after):
        if each.is_changed or not found or found[-1] != ("", "…"):
            found.append((each.path, each.html) if each.is_changed else ("", "…"))
    return found


def test_words_that_came_and_went_are_marked_and_nothing_is_taken_for_html(desk):
    page = desk.draft(title="One <b> bridge was closed")
    before, after = latest(page), latest(page)
    after.title = "Two <b> bridges were closed"
    marked = "<del>One</del><ins>Two</ins> &lt;b&gt; <del>bridge was</del><ins>bridges were</ins> closed"
    assert told(before, after) == [("title", marked), ("", "…")]
    before.title = " ".join(map(str, range(int(COMPARED**0.5) + 1)))
    after.title = " ".join(reversed(before.title.split()))
    assert told(before, after)[0] == ("title", f"<del>{before.title}</del><ins>{after.title}</ins>")


def test_what_differs_is_shown_in_its_place_in_the_text(desk):
    page = desk.draft(body=[("paragraph", "<p>One bridge.</p><p>Nobody said why.</p><p>Gone.</p><p>The end.</p>")])
    before, after = latest(page), latest(page)
    block = after.body[0].id
    after.body = [("paragraph", "<p>One bridge.</p><p>Everybody said why.</p><p>The end.</p>")]
    after.body[0].id = block
    after.main_picture = make_picture()
    assert told(before, after) == [
        ("", "…"),
        (f"body.{block}", "<del>Nobody</del><ins>Everybody</ins> said why."),
        (f"body.{block}", "<del>Gone.</del>"),
        ("", "…"),
        ("main_picture", ""),
    ]


def test_blocks_that_changed_places_or_went_are_shown_beside_other_changes(desk):
    texts = ("First words.", "Second text.", "Third text, much longer.", "Fourth.")
    page = desk.draft(body=[("paragraph", f"<p>{text}</p>") for text in texts])
    first, second, third, fourth = (block.id for block in latest(page).body)
    before = latest(page)
    desk.save(
        desk.author,
        page,
        body=[(third, "<p>Third text, much longer.</p>"), (first, "<p>First words.</p>"), (second, "<p>2nd text.</p>")],
    )
    assert told(before, latest(page)) == [
        ("", "…"),
        ("body", ""),
        (f"body.{third}", "Third text, much longer."),
        ("", "…"),
        (f"body.{second}", "<del>Second</del><ins>2nd</ins> text."),
        (f"body.{fourth}", "<del>Fourth.</del>"),
    ]
    labels = [passage.label for passage in passages(before, latest(page)) if passage.is_changed]
    assert labels[:2] == ["Text: order", "Text: moved here"]


def test_twice_the_blocks_make_at_most_twice_the_steps(desk):
    def steps(number):
        page = desk.draft(slug=f"n{number}", body=[("paragraph", f"<p>One {n}.</p>") for n in range(number)])
        before = latest(page)
        blocks = [(block.id, str(block.value).replace("One", "Two")) for block in before.body]
        desk.save(desk.author, page, body=blocks)
        after = latest(page)
        assert [each.after for each in changes(before, after)] == [f"Two {n}." for n in range(number)]
        return count_lines(lambda: changes(before, after))

    assert steps(80) <= 2.1 * steps(40) + 1000


def test_a_link_that_leads_elsewhere_and_a_new_heading_are_shown(desk):
    linked = '<p>One <a href="https://{}.example/">bridge</a>.</p>'
    page = desk.draft(body=[("paragraph", linked.format("here") + "<p>The end.</p><p>Nobody.</p>")])
    before, after = latest(page), latest(page)
    block = after.body[0].id
    after.body = [("paragraph", linked.format("there") + "<h2>The end.</h2><p>Somebody.</p>")]
    after.body[0].id = block
    here, there = (f'[href="https://{name}.example/"]' for name in ("here", "there"))
    assert [unescape(html) for _path, html in told(before, after)] == [
        "…",
        f"One bridge. <del>{here}</del><ins>{there}</ins>",
        "<ins>Heading: </ins>The end.",
        "<del>Nobody.</del>",
        "<ins>Somebody.</ins>",
    ]


def test_the_editor_asks_once_which_review_a_page_is_in(desk):
    page = desk.in_review()
    for user in (desk.editor, desk.author):
        with CaptureQueriesContext(connection) as queries:
            assert desk.open(user, page).status_code == 200
        asked = [each["sql"] for each in queries if 'FROM "wagtailcore_workflowstate"' in each["sql"]]
        # Those of the menu and of what looks at the stored page.
        assert len(asked) <= 8, asked


@pytest.mark.thorough
def test_a_new_text_names_its_submitter_and_has_nothing_to_compare(desk):
    def note(request, page, task_state):
        return [format_html("<p>Explained by {}: {}</p>", task_state.submitted_by, page.title)]

    page = desk.in_review()
    with hooks.register_temporarily("chorsu_review_notes", note):
        shown = panel(desk, desk.editor, page)
    assert f"<p>Explained by {desk.author}: Draft</p>" in shown
    assert "Submitted by Anora." in shown
    assert "Not live yet." in shown
    frame = f'src="/admin/text-in-review/{page.pk}/{page.latest_revision_id}/"'
    assert shown.index(frame) < shown.index("Explained by"), "the text comes first"
    assert "data-chorsu-text open" in shown
    assert "<iframe" not in panel(desk, desk.author, page), "its author decides nothing"
    assert panel(desk, desk.editor, desk.draft(slug="other")) == ""


@pytest.mark.thorough
def test_a_text_is_framed_as_its_readers_will_see_it_by_who_may_edit_it(desk):
    page = desk.in_review(body=[("paragraph", "<p>Words of the body.</p>")])
    address = reverse("chorsu_editorial_text_in_review", args=[page.pk, page.latest_revision_id])
    answer = desk.browser(desk.editor).get(address)
    assert "Words of the body." in answer.text
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    stranger = desk.browser(make_user(make_desk("tg").editor.groups.get().name)).get(address)
    assert stranger.status_code == 302
    other = desk.draft(slug="other")
    elsewhere = reverse("chorsu_editorial_text_in_review", args=[page.pk, other.latest_revision_id])
    assert desk.browser(desk.editor).get(elsewhere).status_code == 404


@pytest.mark.thorough
def test_what_changed_stands_before_the_notes_and_a_text_seen_before_is_folded(desk):
    page = desk.in_review()
    panel(desk, desk.editor, page)
    desk.act(desk.editor, page, "reject", extra={"comment": "Simpler."})
    desk.submit(desk.author, page, lead=MENDED)
    shown = panel(desk, desk.editor, page)
    assert shown.index("simple</ins>") < shown.index("<iframe")
    assert "data-chorsu-text open" not in shown
    desk.decide(desk.editor, page)
    desk.submit(desk.author, page, lead=MENDED_AGAIN)
    with hooks.register_temporarily("chorsu_review_notes", lambda *_args: ["Explained"]):
        shown = panel(desk, desk.other_editor, page)
    assert shown.index("easy</ins>") < shown.index("Explained")
    assert "<iframe" not in shown


def test_what_changed_since_the_live_version_is_marked_with_links_to_each_place(desk):
    page = desk.in_review(body=[("paragraph", "<p>One bridge was closed.</p><p>Nobody said why.</p>")])
    desk.decide(desk.editor, page)
    desk.submit(desk.author, page, lead=MENDED)
    shown = panel(desk, desk.editor, page)
    assert "Changed since the live version" in shown
    assert "<del>plain</del><ins>simple</ins>" in shown
    assert re.findall(r'data-chorsu-place="([^"]*)"', shown) == ["lead"]
    assert f'href="{editor_url(page, "lead")}"' in shown
    assert "2 paragraphs without changes" in shown
    assert "<ins>simple</ins>" in panel(desk, desk.author, page)
    assert not ReviewLook.objects.filter(user=desk.author).exists(), "authors leave no look"


@pytest.mark.thorough
def test_what_changed_since_the_last_look_stays_marked_until_the_reviewer_decides(desk):
    page = desk.in_review()
    assert "looked last" not in panel(desk, desk.editor, page)
    assert "Nothing has changed since you looked last." in panel(desk, desk.editor, page)
    desk.act(desk.editor, page, "reject", extra={"comment": "Simpler."})
    desk.submit(desk.author, page, lead=MENDED)
    for _again in range(2):
        assert "<del>plain</del><ins>simple</ins>" in panel(desk, desk.editor, page)
    assert "looked last" not in panel(desk, desk.other_editor, page)
    desk.act(desk.editor, page, "reject", extra={"comment": "Once more."})
    desk.submit(desk.author, page, title="New headline")
    shown = panel(desk, desk.editor, page)
    assert "<del>Draft</del><ins>New headline</ins>" in shown
    assert "simple</ins>" not in shown


@pytest.mark.thorough
def test_a_refused_approval_leaves_the_look_as_it_was(desk):
    page = desk.in_review()
    form = desk.form(desk.editor, page, opened=True)
    seen = ReviewLook.objects.get(user=desk.editor).revision_id
    desk.save(desk.other_editor, page, lead=MENDED)
    assert desk.act(desk.editor, page, "approve", data=form).status_code == 409
    assert ReviewLook.objects.get(user=desk.editor).revision_id == seen


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("button", "others_write"),
    [("action-workflow-action", False), ("action-workflow-action", True), ("action-publish", False)],
)
def test_autosave_goes_on_after_a_refusal_unless_somebody_else_wrote(desk, button, others_write):
    page = desk.in_review()
    user = make_user(superuser=True) if button == "action-publish" else desk.editor
    data = desk.form(user, page, lead="Words that nobody has read, and many of them.")
    desk.autosave(user, page, data)
    if others_write:
        latest(page).save_revision(user=desk.other_editor)
    sent = data.copy()
    sent["workflow-action-name"] = "approve"
    response = desk.press(user, page, button, data=sent)
    assert fresh(page).latest_revision.user == (desk.other_editor if others_write else user)
    shown = sent_by(response.text)
    for name in ("loaded_revision_id", "loaded_revision_created_at"):
        data[name] = shown[name]
    answer = desk.autosave(user, page, data)
    assert answer["success"] is not others_write, answer
    assert others_write is (answer.get("error_code") == "invalid_revision")
