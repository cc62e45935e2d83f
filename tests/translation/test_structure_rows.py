"""Child rows and tables of another site's page type: named where they differ, and left to the person."""

from __future__ import annotations

import pytest

from chorsu_translation.editor.units import bitext_of
from chorsu_translation.findings.running import side_by_side
from chorsu_translation.structure.plan import bring_in_structure
from tests.editorial.desk import latest
from tests.factories import signed_in
from tests.story.models import StoryLink, StoryVoice
from tests.translation.desk_of_two import Pair, publish
from tests.translation.newsroom import at
from tests.translation.stories_of_two import admin, stored, story_pair
from tests.translation.test_structure import plan_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture(scope="module")
def kept_pair(kept_in_module) -> Pair:
    with kept_in_module():
        return story_pair()


def give_links(pair: Pair, *titles: str) -> None:
    """Publish the source with these links; those that it has stay the same rows."""
    source = pair.fresh_source()
    known = {row.title: row for row in source.links.all()}
    rows = [known.get(title) or StoryLink(title=title) for title in titles]
    for number, row in enumerate(rows):
        row.sort_order = number
    source.links = rows
    publish(source)


def test_rows_of_tables_and_child_rows_are_named_and_left_to_the_person(pair):
    give_links(pair, "Spendenkonto", "Hilfe im Rathaus", "Karte der Pegel")
    raw = stored(pair.fresh_source())
    for block in raw:
        if block["id"] == "t1":
            block["value"]["data"].insert(1, ["Neustadt", "mittel"])
        if block["id"] == "t2":
            block["value"]["rows"].pop()
    pair.change_source(body=raw)
    before = latest(pair.target)
    plan = plan_of(pair.target)
    assert [(step.kind, step.path) for step in plan.steps] == [
        ("by_hand", "body.t1"),
        ("by_hand", "body.t2"),
        ("by_hand", "links"),
    ]
    shown = signed_in(admin()).get(at("structure", pair.target)).text
    assert "Change it by hand." in shown
    assert "Bring in what is chosen" not in shown
    assert bring_in_structure(target=pair.fresh_target(), user=admin(), token=plan.token) is None
    # What is done by hand is no longer named, in whatever words.
    draft = latest(pair.target)
    draft.links = [*draft.links.all(), StoryLink(title="Кумак", sort_order=9)]
    draft.save_revision()
    assert [step.path for step in plan_of(pair.target).steps] == ["body.t1", "body.t2"]
    assert stored(latest(pair.target)) == stored(before)


def test_what_the_translation_has_for_itself_is_not_named(pair):
    target = latest(pair.target)
    target.voices = [*target.voices.all(), StoryVoice(name="Худӣ", words="Худӣ.", sort_order=1, locale=target.locale)]
    target.save_revision()
    pair.change_source(subtitle="Anders")
    assert plan_of(pair.target).steps == []


def test_a_row_behind_an_empty_one_is_not_taken_for_it(pair):
    """As in a translation that began empty: whoever translates may begin with any row."""
    version = latest(pair.target)
    first, second = sorted(version.links.all(), key=lambda row: row.sort_order)
    first.title = first.remark = ""
    version.links = [first, second]
    version.save_revision()
    compared = bitext_of(pair.fresh_target())
    assert compared is not None
    units = {unit.source.html: unit for unit in compared.units}
    of_first, of_second = units["Karte der Pegel"], units["Spendenkonto"]
    assert ((of_first.at, of_first.done), (of_second.at, of_second.done)) == ((None, False), (0, True))
    sides = side_by_side(pair.fresh_source(), latest(pair.target))
    assert {each.source.text for each in sides.missing if each.source} == {"Karte der Pegel", "Stündlich neu."}
    assert ("Spendenkonto", second.title) in {
        (each.source.text, each.target.text) for each in sides.pairs if each.source and each.target
    }
