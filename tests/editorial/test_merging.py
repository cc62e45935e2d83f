"""Two people in one text: what each changed is joined, both versions stay, and four eyes know who wrote."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st
from wagtail.log_actions import LogContext

from chorsu_editorial.approvers import share_of_changes
from chorsu_editorial.editor import COMPARE_BUTTON
from chorsu_editorial.lineage import writers
from chorsu_editorial.merging import Version, changed_by, merged_content
from chorsu_editorial.refusals import ShareExceeded
from cms.models import User
from tests.editorial.desk import LEAD, MENDED, Desk, fresh, latest, make_desk, post, task_state, text
from tests.factories import make_picture, make_user

BODY = [("paragraph", "<p>One bridge.</p>"), ("paragraph", "<p>Two roads.</p>"), ("paragraph", "<p>Three wells.</p>")]


def version(title: str, blocks: dict[str, str]) -> Version:
    """Return a version of a page with a title and a stream, without a page."""
    made: Any = object.__new__(Version)
    stored = {key: {"id": key, "value": value} for key, value in blocks.items()}
    made.revision = SimpleNamespace(content={"title": title, "body": json.dumps([*stored.values()])})
    made.parts = {"title": title, **{f"body.{key}": value for key, value in blocks.items()}}
    made.blocks = {"body": stored}
    return made


versions = st.builds(
    version,
    st.sampled_from("abc"),
    st.lists(st.tuples(st.sampled_from("klmnopq"), st.sampled_from("xyz")), unique_by=lambda each: each[0]).map(dict),
)


def merged(base: Version | None, theirs: Version, mine: Version, both: str = "theirs") -> dict[str, Any]:
    sides = changed_by(base, theirs, mine)
    taken = {part for part, side in sides.items() if side == "mine" or (side == "both" and both == "mine")}
    content = merged_content(theirs, mine, taken)
    return content | {"body": {item["id"]: item["value"] for item in json.loads(content["body"])}}


@given(versions, versions)
def test_where_one_changed_nothing_the_other_version_comes_out(base, other):
    expected = other.revision.content | {"body": {key: item["value"] for key, item in other.blocks["body"].items()}}
    for found in (merged(base, other, base), merged(base, base, other)):
        assert found == expected
        assert [*found["body"]] == [*expected["body"]]


@given(st.none() | versions, versions, versions, st.sampled_from(["theirs", "mine"]))
def test_what_one_alone_changed_is_never_lost(base, theirs, mine, both):
    found = merged(base, theirs, mine, both)
    parts = {"title": found["title"], **{f"body.{key}": value for key, value in found["body"].items()}}
    sides = changed_by(base, theirs, mine)
    for part in {*theirs.parts, *mine.parts}:
        side = sides.get(part, "theirs")
        taken = {"theirs": theirs, "mine": mine}[both if side == "both" else side]
        assert parts.get(part) == taken.parts.get(part)
    assert len(json.loads(merged_content(theirs, mine, set())["body"])) == len(theirs.blocks["body"])


@pytest.fixture
def desk(request) -> Desk:
    request.getfixturevalue("db")
    return make_desk()


def blocks(page: Any) -> list[tuple[str, str]]:
    return [(block.id, block.value.source) for block in latest(page).body]


def said(page: Any) -> list[str]:
    return [strip_tags(block.value.source) for block in page.body]


def compare(desk: Desk, user: User, page: Any, data: Any) -> str:
    """Post a form by the button that compares, and return where it leads."""
    data[COMPARE_BUTTON] = "0"
    return str(post(desk.browser(user), f"/admin/pages/{page.pk}/edit/", data).redirect_chain[0][0])


def answer(browser: Client, url: str, choice: str, **more: str) -> str:
    """Take one side at each place, and return what is said."""
    shown = browser.get(url)
    parts = {f"part-{row['part']}": choice for row in shown.context["rows"] if row["side"] == "both"}
    return text(post(browser, url, {"screen": shown.context["token"], **parts, **more}))


def conflict(desk: Desk) -> tuple[Any, str]:
    """Let a colleague change the second block and the headline while the author changes the second and the third."""
    page = desk.draft(body=BODY)
    one, two, three = blocks(page)
    own = [one, (two[0], "<p>Two paths.</p>"), (three[0], "<p>Three springs.</p>")]
    form = desk.form(desk.author, page, body=own, lead=MENDED)
    desk.save(desk.colleague, page, title="Theirs", body=[one, (two[0], "<p>Two rails.</p>"), three])
    return page, compare(desk, desk.author, page, form)


@pytest.mark.thorough
@pytest.mark.parametrize(("choice", "second"), [("theirs", "Two rails."), ("mine", "Two paths.")])
def test_both_are_kept_and_joined_as_chosen(desk, choice, second):
    page, url = conflict(desk)
    assert (latest(page).title, latest(page).lead) == ("Theirs", LEAD)
    mine = fresh(page).revisions.get(pk=url.split("/")[-2]).as_object()
    assert (mine.title, mine.lead, said(mine)[1]) == ("Draft", MENDED, "Two paths.")

    shown = desk.browser(desk.author).get(url)
    assert "Bakhrom" in text(shown)
    for word in ("rails.", "paths."):
        assert f"<del>roads.</del><ins>{word}</ins>" in shown.text
    assert "one now" in answer(desk.browser(desk.author), url, choice)
    joined = latest(page)
    assert (joined.title, joined.lead) == ("Theirs", MENDED)
    assert said(joined) == ["One bridge.", second, "Three springs."]
    assert set(writers(joined.latest_revision)) == {desk.author.pk, desk.colleague.pk}


def test_who_takes_the_others_words_did_not_write_them(desk):
    page = desk.draft(user=desk.colleague)
    form = desk.form(desk.author, page, lead=MENDED)
    desk.save(desk.colleague, page, lead="Another lead")
    answer(desk.browser(desk.author), compare(desk, desk.author, page, form), "theirs")
    assert set(writers(latest(page).latest_revision)) == {desk.colleague.pk}
    # Where nobody was faster, the form is just saved.
    assert compare(desk, desk.author, page, desk.form(desk.author, page, lead=MENDED)).endswith("/edit/")
    assert latest(page).lead == MENDED


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("choice", "texts"), [("theirs", ["One", "Two rails", "Four", "Three"]), ("mine", ["Four", "One", "Three"])]
)
def test_a_deleted_block_and_two_orders_are_asked(desk, choice, texts):
    page = desk.draft(body=[("paragraph", f"<p>{word}</p>") for word in ("One", "Two", "Three", "Four")])
    one, two, three, four = blocks(page)
    form = desk.form(desk.author, page, body=[four, one, three])
    desk.save(desk.colleague, page, body=[one, (two[0], "<p>Two rails</p>"), four, three])
    url = compare(desk, desk.author, page, form)
    block, order = desk.browser(desk.author).get(url).context["rows"]
    assert (order["part"], order["side"], order["label"][-5:]) == ("body", "both", "order")
    assert order["shown"] == [["1. One", "3. Four"], ["1. Four", "2. One"]]
    assert (block["part"], block["side"]) == (f"body.{two[0]}", "both")
    assert block["shown"] == [["Two<ins> rails</ins>"], ["<del>Two</del>"]]
    answer(desk.browser(desk.author), url, choice)
    assert said(latest(page)) == texts


@pytest.mark.thorough
def test_what_is_saved_meanwhile_is_noticed(desk):
    page, url = conflict(desk)
    token = desk.browser(desk.author).get(url).context["token"]
    desk.save(desk.colleague, page, lead="Another lead")
    assert "saved again meanwhile" in answer(desk.browser(desk.author), url, "mine", screen=token)
    assert latest(page).lead == "Another lead"


def test_who_may_not_edit_sees_and_joins_nothing(desk):
    page, url = conflict(desk)
    before = fresh(page).latest_revision_id
    assert desk.browser(make_user(first_name="Olim")).get(url).status_code == 302
    other = desk.draft()
    assert desk.browser(desk.author).get(url.replace(f"/{page.pk}/", f"/{other.pk}/")).status_code == 404
    chief = desk.browser(make_user(superuser=True))
    assert chief.get(url.replace(f"/{page.pk}/", f"/{desk.section.pk}/")).status_code == 404
    desk.submit(desk.colleague, page)
    assert post(desk.browser(desk.author), url, {"screen": ""}).redirect_chain[0][0] == f"/admin/pages/{page.pk}/edit/"
    assert fresh(page).latest_revision_id == before


def test_autosave_that_was_overtaken_while_it_was_read_writes_nothing(desk):
    page = desk.draft(body=BODY)
    own = latest(page)
    desk.save(desk.colleague, page, title="Theirs")
    with LogContext(user=desk.author), pytest.raises(PermissionDenied):
        own.save_revision(user=desk.author, overwrite_revision=own.latest_revision, clean=False)
    assert latest(page).title == "Theirs"


@pytest.mark.thorough
def test_autosave_leaves_the_version_with_which_another_form_began(desk):
    page = desk.draft(body=BODY)
    own = fresh(page).latest_revision
    form = desk.form(desk.author, page, lead=MENDED)
    desk.open(desk.colleague, page)
    form["overwrite_revision_id"] = str(own.pk)
    assert desk.autosave(desk.author, page, form)["revision_id"] != own.pk
    own.refresh_from_db()
    assert own.as_object().lead == LEAD


def test_without_a_base_all_that_differs_is_asked(desk):
    page = desk.draft(body=BODY)
    form = desk.form(desk.author, page, lead=MENDED, main_picture=str(make_picture().pk))
    desk.save(desk.colleague, page, title="Theirs")
    form["loaded_revision_created_at"] = "2020-01-01T00:00:00+00:00"
    url = compare(desk, desk.author, page, form)
    sides = {(row["part"], row["side"]) for row in desk.browser(desk.author).get(url).context["rows"]}
    assert sides >= {("title", "both"), ("lead", "both"), ("main_picture", "both")}
    # Who wrote what it began with isn't known either: all who had a share until then.
    mine = fresh(page).revisions.get(pk=url.split("/")[-2])
    assert set(writers(mine)) == {desk.author.pk, desk.colleague.pk}


@pytest.mark.thorough
def test_who_wrote_what_somebody_else_joined_answers_for_it(desk):
    page = desk.in_review()
    form = desk.form(desk.editor, page, title="Another headline", lead="All of this is written by who reviews it.")
    desk.save(desk.other_editor, page, body=[(each.id, "<p>First words!</p>") for each in latest(page).body])
    url = compare(desk, desk.editor, page, form)
    answer(desk.browser(desk.other_editor), url, "mine")
    assert latest(page).title == "Another headline"
    done = share_of_changes(desk.editor, submitted=task_state(page).submitted, latest=fresh(page).get_latest_revision())
    assert "headline" in done.facts
    with pytest.raises(ShareExceeded):
        desk.decide(desk.editor, page)
