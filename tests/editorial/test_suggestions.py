"""Suggestions of approvers: what they changed becomes remarks that the author takes or leaves, and they may approve."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Comment, Page

from chorsu_articles.models import AnalysisPage
from chorsu_editorial import signals, suggestions
from chorsu_editorial.comments import ARROW, OpenComment, open_comments
from chorsu_editorial.differences import changes
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.lineage import writers
from chorsu_editorial.mending import mend_units, unit_words
from chorsu_editorial.reading import Leaf
from chorsu_editorial.refusals import NotAReviewer
from tests.counted_lines import count_lines
from tests.editorial.desk import Desk, assert_untouched, fresh, latest, task_state, text
from tests.editorial.test_comments import fields
from tests.factories import make_user

pytestmark = pytest.mark.django_db

FIRST = "<p>The lake rose by two metres in May.</p><p>Nobody <b>saw</b> it.</p>"
WANTED = "<p>The lake rose by three metres in June.</p><p>Everybody <b>saw</b> it.</p>"
LEAD = "Nine villages stood under water."
SAID = [
    ("The lake rose by two metres in May.", "The lake rose by three metres in June."),
    ("Nobody saw it.", "Everybody saw it."),
]


def sent_back(desk: Desk, html: str = WANTED, **changed: Any) -> Page:
    """Return a text that its approver, who changed it beyond what is theirs to change, sent back with suggestions."""
    page = desk.in_review(lead="Nine vilages stood under water.", body=[("paragraph", FIRST)])
    block = latest(page).body[0].id
    desk.act(desk.editor, page, "suggest", lead=LEAD, body=[(block, html)], **changed)
    return fresh(page)


def body(page: Page) -> str:
    return str(latest(page).body[0].value.source)


def answer(desk: Desk, page: Page, act: str, number: int | None = None, **changed: Any) -> Any:
    """Press one of the buttons below a suggestion, or the one for all."""
    pressed = act if number is None else f"{act} {open_comments(page)[number].pk}"
    return desk.press(
        desk.author, page, "action-save", data={**desk.form(desk.author, page, **changed), "suggestion": pressed}
    )


@pytest.mark.sql
def test_what_an_approver_changed_comes_back_as_suggestions_and_the_text_as_it_was(desk):
    page = desk.in_review(lead="Nine vilages stood under water.", body=[("paragraph", FIRST)])
    before = latest(page)
    block = before.body[0].id
    # Saved before: the refusal, beside the button, says what is left.
    desk.press(desk.editor, page, "action-save", body=[(block, WANTED)])
    assert "Send back with suggestions" in text(desk.open(desk.editor, page))

    answered = desk.act(desk.editor, page, "suggest", lead=LEAD, body=[(block, WANTED)])
    assert "You sent “Draft” back to its authors." in text(answered)
    assert task_state(page).status == "rejected"
    assert content_hash(latest(page)) == content_hash(before)
    found = open_comments(page)
    assert [each.suggestion for each in found] == [("Nine vilages stood under water.", LEAD), *SAID]
    assert [each.path for each in found] == ["lead", f"body.{block}", f"body.{block}"]
    # Wagtail's field of rich text reads it as JSON.
    assert set(Comment.objects.values_list("position", flat=True)) == {"[]"}
    assert found[1].marked == (
        "The lake rose by <del>two</del><ins>three</ins> metres in <del>May.</del><ins>June.</ins>"
    )
    assert "3 suggestions" in desk.open(desk.author, page).text
    # A browser sends each line with both of its ends.
    form = desk.form(desk.author, page, title="Mine", **fields(page))
    sent = {name: value.replace("\r\n", "\n").replace("\n", "\r\n") for name, value in form.items()}
    assert desk.autosave(desk.author, page, sent)["success"]
    assert len(open_comments(page)) == 3


@pytest.mark.sql
def test_who_takes_all_has_the_approvers_text_and_who_suggested_may_approve_it(desk):
    page = sent_back(desk)
    answer(desk, page, "take")
    assert (latest(page).lead, unit_words(leaf(body(page)))) == (LEAD, [new for _old, new in SAID])
    assert "Everybody <b>saw</b> it." in body(page)
    assert not open_comments(page)
    assert set(Comment.objects.values_list("resolved_by", flat=True)) == {desk.author.pk}

    desk.submit(desk.author, page)
    assert set(writers(task_state(page).submitted)) == {desk.author.pk}
    desk.decide(desk.editor, page)
    assert (fresh(page).live, fresh(page).lead) == (True, LEAD)


@pytest.mark.thorough
def test_who_leaves_all_has_the_text_as_it_was_and_the_approver_is_told(desk):
    page = sent_back(desk)
    before = content_hash(latest(page))
    for _each in range(3):
        answer(desk, page, "leave", 0)
    assert content_hash(latest(page)) == before
    assert not open_comments(page)
    assert [each.replies.get().text for each in Comment.objects.all()] == ["Left as it was."] * 3


def test_unsaved_words_are_kept_and_a_place_that_changed_stays(desk):
    page = sent_back(desk)
    block = latest(page).body[0].id
    mine = FIRST.replace("two metres", "two feet")
    shown = answer(desk, page, "take", 1, body=[(block, mine)], title="My title", **fields(page, "A remark of mine"))
    assert "Text: Text (block 1): the text has changed here since." in text(shown)
    assert latest(page).title == "My title"
    answer(desk, page, "take", 2)
    assert unit_words(leaf(body(page))) == ["The lake rose by two feet in May.", SAID[1][1]]
    assert [each.text.split(ARROW[1])[0].strip() for each in open_comments(page)] == [
        "Nine vilages stood under water.",
        SAID[0][0],
        "A remark of mine",
    ]
    stale = desk.form(desk.author, page, title="Mine again", suggestion="take")
    desk.save(desk.colleague, page, lead="Ten villages")
    refused = desk.press(desk.author, page, "action-save", data=stale)
    assert (refused.status_code, "Mine again" in refused.text) == (409, True)
    assert (latest(page).lead, latest(page).title) == ("Ten villages", "My title")


@pytest.mark.thorough
def test_what_no_words_can_say_is_refused_by_name_and_stays_on_the_screen(desk):
    page = desk.in_review(body=[("paragraph", FIRST)])
    block = latest(page).body[0].id
    state = task_state(page)
    for body_of, number in (
        ([(block, f"{FIRST}<p>One more.</p>")], 1),
        ([(block, FIRST.replace("<b>saw</b>", "<i>saw</i>"))], 1),
        ([(block, FIRST), ("", "<p>A block.</p>")], 2),
    ):
        refused = desk.act(desk.editor, page, "suggest", lead=LEAD, body=body_of)
        assert f"This can't be a suggestion: Text: Text (block {number})." in text(refused)
    assert LEAD in refused.text
    assert "You have changed no text here that could be a suggestion." in text(desk.act(desk.editor, page, "suggest"))
    assert_untouched(page, state)
    assert not Comment.objects.exists()


@pytest.mark.thorough
def test_only_own_changes_are_suggested_and_only_by_who_decides(desk):
    page = desk.in_review(lead="Nine vilages stood under water.", body=[("paragraph", FIRST)])
    block = latest(page).body[0].id
    desk.save(desk.other_editor, page, lead=LEAD)
    desk.save(desk.author, page, title="Mine")
    with pytest.raises(NotAReviewer):
        desk.task.on_action(task_state(page), desk.author, "suggest")
    desk.act(desk.editor, page, "suggest", body=[(block, WANTED)])
    assert [each.suggestion for each in open_comments(page)] == SAID
    assert latest(page).lead == LEAD


def test_nobody_takes_what_they_may_not_edit(desk):
    page = sent_back(desk)
    with pytest.raises(PermissionDenied):
        suggestions.take(page=page, user=make_user())
    desk.submit(desk.author, page)
    with pytest.raises(PermissionDenied):
        suggestions.take(page=page, user=desk.author)
    seen = desk.open(desk.author, page).text
    assert "<del>two</del>" in seen
    assert 'value="take' not in seen
    assert len(open_comments(page)) == 3


def leaf(html: str) -> Leaf:
    return Leaf("body.1", "rich_text", html, html)


WORDS = st.lists(st.sampled_from(["вода", "ӣ", "&", "<", "می\u200cرود", "2", "“да”,"]), min_size=1, max_size=6)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_suggestions_that_are_stored_and_read_back_give_the_wanted_text(
    pairs,
):
    before, after = (
        AnalysisPage(title="x", lead=" ".join(pairs[0][side]), body=[("paragraph", paragraphs(side, pairs))])
        for side in (0, 1)
    )
    before.body[0].id = after.body[0].id = "1"
    was = content_hash(before)
    stored = []
    for path, old, new in suggestions._changed_units(before, after):
        text_of = f"{old}{ARROW}{new}".replace("\n", "\r\n")
        stored.append((path, OpenComment(1, path, "", None, text_of, []).suggestion, (old, new)))
    assert all(read == said for _path, read, said in stored)
    assert content_hash(before) == was
    asked = [(path, *said) for path, _read, said in stored]
    # Two that read the same can't be told apart.
    if suggestions._write(before, asked) == {*asked}:
        assert not changes(before, after)


def paragraphs(side: int, pairs: list[tuple[list[str], list[str]]]) -> str:
    escaped = [" ".join(pair[side]).replace("&", "&amp;").replace("<", "&lt;") for pair in pairs]
    return "".join(f"<p><b>{number}</b> {words}</p>" for number, words in enumerate(escaped))


def test_each_unit_is_mended_by_itself_and_in_long_ones_the_words_that_differ():
    long = " ".join(f"word{number}" for number in range(60))
    html = f"<p>one</p><p>two</p><p><b>first</b> {long} <i>last</i></p><p>six</p><p>six</p>"
    old = unit_words(leaf(html))[2]
    new = old.replace("first", "FIRST").replace("word50", "w50").replace("last", "end")
    wanted = {"one": "two", "two": "three", old: new, "six": "seven", "eight": "nine", "three": ""}
    source, mended = mend_units(leaf(html), wanted)
    assert unit_words(leaf(source)) == ["two", "three", new, "six", "six"]
    assert mended == {"one", "two", old}


def test_many_suggestions_for_one_text_take_time_in_proportion():
    def lines(size):
        html = "".join(f"<p>unit {number}</p>" for number in range(size))
        return count_lines(lambda: mend_units(leaf(html), {f"unit {number}": "word" for number in range(size)}))

    assert lines(200) < 2.2 * lines(100)


@pytest.mark.thorough
def test_a_name_in_a_suggested_text_is_told_to_nobody(desk, listen):
    told = listen(signals.remarks_given)
    page = sent_back(desk, f"{FIRST[:-4]} @Anora.</p>")
    assert (len(open_comments(page)), told) == (2, [])
