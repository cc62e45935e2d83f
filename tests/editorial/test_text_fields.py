"""What is read of a page type that isn't ours."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from wagtail import blocks
from wagtail.models import Locale

from chorsu_editorial.reading import all_leaves, block_texts, is_known, public_leaves, text_fields, with_leaf
from tests.factories import make_home
from tests.story.models import LetterBlock, StoryPage, StoryVoice, VerseBlock
from tests.story.stories import make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> StoryPage:
    return make_story(make_home())


def named(story: StoryPage, paths: list[str]) -> list[str]:
    """Return paths with names instead of the keys of the rows, which are others in each test."""
    first, second = story.links.order_by("sort_order")
    keys = {f"links.{first.pk}.": "links.first.", f"links.{second.pk}.": "links.second."}
    keys[f"voices.{story.voices.get().translation_key}."] = "voices.voice."
    for key, name in keys.items():
        paths = [name + path.removeprefix(key) if path.startswith(key) else path for path in paths]
    return paths


PUBLIC = [
    "teaser", "title", "kicker", "introduction", "body.p1", "body.h1", "body.q1", "body.t1.caption",
    "body.t1.rows.0.values.0", "body.t1.rows.0.values.1", "body.t1.rows.1.values.0", "body.t1.rows.1.values.1",
    "body.t1.rows.2.values.0", "body.t2.caption", "body.t2.columns.0.heading", "body.t2.columns.1.heading",
    "body.t2.columns.2.heading", "body.t2.rows.0.values.0", "body.t2.rows.0.values.1", "body.t2.rows.1.values.0",
    "body.t2.rows.1.values.1",
    "body.f1.fact", "body.f1.details", "body.l1.l1a", "body.l1.l1b", "body.v1", "body.b1.b1a", "links.first.remark",
    "voices.voice.name",
]  # fmt: skip
COMPARED = [
    "subtitle", "body.f1.hidden", "body.c1", "links.first.title", "links.second.title", "voices.voice.words", "note",
    "seo_title", "search_description",
]  # fmt: skip


def test_every_text_is_public_or_compared_in_the_order_of_the_form(story):
    leaves = list(all_leaves(story))
    assert named(story, [leaf.path for leaf in leaves if leaf.public]) == PUBLIC
    assert named(story, [leaf.path for leaf in leaves if not leaf.public]) == COMPARED
    assert [leaf.path for leaf in public_leaves(story)] == [leaf.path for leaf in leaves if leaf.public]
    assert all(leaf.compared for leaf in leaves)
    # By name first, then as the form shows them: a row's title stands before its remark.
    order = named(story, [leaf.path for leaf in leaves])
    assert order.index("kicker") < order.index("subtitle") < order.index("introduction")
    assert order.index("links.first.title") < order.index("links.first.remark") < order.index("links.second.title")


def test_a_relation_that_is_named_makes_its_rows_public(story, monkeypatch):
    monkeypatch.setattr(StoryPage, "readable_fields", ["title", "links"])
    found = named(story, [leaf.path for leaf in public_leaves(story)])
    assert found[:4] == ["title", "links.first.title", "links.first.remark", "links.second.title"]
    # Naming fields takes nothing away that was public by itself.
    assert {"kicker", "introduction", "body.p1", "voices.voice.name"} <= set(found)


def test_what_is_left_out_is_read_by_nobody(story, monkeypatch):
    monkeypatch.setattr(StoryPage, "unread_fields", ["introduction", "links", "subtitle"])
    found = named(story, [leaf.path for leaf in all_leaves(story)])
    assert not {"introduction", "subtitle", "links.first.title", "links.first.remark"} & set(found)


def test_what_is_declared_for_wagtail_localize_says_what_is_compared(story, monkeypatch):
    translated = {"subtitle": False, "introduction": False, "mood": True, "voices": False}
    fields = [
        SimpleNamespace(field_name=name, is_translated=lambda _page, answer=answer: answer)
        for name, answer in translated.items()
    ]
    monkeypatch.setattr(StoryPage, "override_translatable_fields", fields, raising=False)
    leaves = list(all_leaves(story))
    facts = dict(zip(named(story, [leaf.path for leaf in leaves]), leaves, strict=True))
    assert "subtitle" not in facts
    assert {
        name: (facts[name].public, facts[name].compared)
        for name in ("introduction", "mood", "voices.voice.name", "voices.voice.words", "note")
    } == {
        "introduction": (True, False),
        "mood": (False, True),
        "voices.voice.name": (True, False),
        "voices.voice.words": (False, False),
        "note": (False, True),
    }


def test_a_kind_of_field_that_is_not_wagtails_is_read_as_what_it_stores(story):
    leaves = {leaf.path: leaf for leaf in all_leaves(story, values=True)}
    assert (leaves["body.v1"].kind, leaves["body.v1"].role) == ("text", "body")
    assert (leaves["body.b1.b1a"].kind, leaves["body.b1.b1a"].text) == ("rich_text", "Liebe Mutter! Uns fehlt nichts.")
    assert leaves["body.r1"].kind == "value"


class _NoteBlock(blocks.FieldBlock):
    """A record, stored as JSON."""

    field = forms.CharField()

    def to_python(self, value: Any) -> Any:
        return None if value is None else json.loads(value)

    def get_searchable_content(self, value: Any) -> list[str]:
        return [value["text"]] if value else []


class _PlaceBlock(blocks.FieldBlock):
    """A chooser of one's own, that stores a key."""

    field = forms.CharField()

    def to_python(self, value: Any) -> Any:
        return Locale.objects.get(language_code=value) if value else None

    def get_searchable_content(self, value: Any) -> list[str]:
        return [value.language_code.upper()] if value else []


class _ColourBlock(blocks.FieldBlock):
    """A choice of one's own, that gives search the name behind a key."""

    field = forms.CharField()

    def get_searchable_content(self, value: Any) -> list[str]:
        return [{"e30613": "Red"}.get(value, value)]


@pytest.mark.parametrize(
    ("block", "known", "values"),
    [
        (_NoteBlock(), False, [None, "", "null", '{"text": "x"}', "{"]),
        (_PlaceBlock(), False, [None, "", "ru", "gone"]),
        (_ColourBlock(), True, ["e30613"]),
        (VerseBlock(), True, [7, ["Elbe"]]),
    ],
)
def test_a_key_or_a_record_is_compared_and_never_read_as_text(block, known, values, django_assert_max_num_queries):
    make_home("ru")
    assert is_known(block) is known
    with django_assert_max_num_queries(0):
        found = [each for value in values for each in block_texts(block, [value], 0, "body.x", values=True)]
    assert [(each.kind, each.public, each.value) for each in found] == [("value", False, value) for value in values]


class _SourceBlock(LetterBlock):
    """Rich text that gives search its source, tags and all."""

    def get_searchable_content(self, value: Any) -> list[str]:
        return [value.source]


LETTER = "<p>Die Elbe</p><p>steigt</p>"


@pytest.mark.parametrize(
    ("block", "kind", "value"),
    [
        (VerseBlock(), "text", "Die *Elbe*\n<steigt>"),
        (LetterBlock(), "rich_text", LETTER),
        (_SourceBlock(), "rich_text", LETTER),
    ],
)
def test_a_text_is_one_also_where_it_was_emptied(block, kind, value):
    found = [each for stored in (value, "", None) for each in block_texts(block, [stored], 0, "body.x")]
    assert [(each.kind, each.public) for each in found] == [(kind, True)] * 3


def test_rows_keep_their_paths_through_saving_moving_and_drafts(story):
    before = {leaf.path: leaf.text for leaf in all_leaves(story)}
    story.links.get(title="Spendenkonto").delete()
    rows = list(story.links.all())
    rows[0].sort_order = 7
    story.links = rows
    story.save_revision().publish()
    for page in (StoryPage.objects.get(), story.get_latest_revision_as_object()):
        after = {leaf.path: leaf.text for leaf in all_leaves(page)}
        assert len(after) == len(before) - 1
        assert after.items() <= before.items()


def test_a_translatable_row_has_the_same_path_in_every_language(story):
    locale = Locale.objects.create(language_code="tg")
    make_home("tg")
    copy = story.copy_for_translation(locale, copy_parents=True).specific
    assert StoryVoice.objects.count() == 2
    paths = [[leaf.path for leaf in all_leaves(page) if leaf.path.startswith("voices")] for page in (story, copy)]
    assert paths[0] == paths[1] != []


def test_each_leaf_can_be_rewritten_and_no_other_changes(story):
    sources = {leaf.path: leaf.source for leaf in all_leaves(story)}
    for path in list(sources):
        with_leaf(story, path, f"Anders {path}")
        sources[path] = f"Anders {path}"
        assert {leaf.path: leaf.source for leaf in all_leaves(story)} == sources
    story.save_revision().publish()
    assert {leaf.path: leaf.source for leaf in all_leaves(StoryPage.objects.get())} == sources


def test_a_field_that_the_form_doesnt_offer_is_compared_by_nobody(monkeypatch):
    names = {field.name for field in text_fields(StoryPage)}
    assert {"note", "subtitle"} <= names
    assert not {"mood", "origin", "slug", "draft_title", "url_path", "draft_ideas", "spoken"} & names
