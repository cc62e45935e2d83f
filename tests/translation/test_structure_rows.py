"""Child rows and tables of another site's page type are brought in: a preview, one version, no word lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from chorsu_editorial.leaves import all_leaves
from chorsu_translation.findings import align
from chorsu_translation.selectors.structure import Plan, structure_plan
from chorsu_translation.selectors.units import comparison
from chorsu_translation.services.structure import bring_in_structure
from tests.story.models import StoryLink, StoryVoice
from tests.translation.desk_of_two import Pair, publish
from tests.translation.stories_of_two import admin, stored, story_pair, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture
def pair() -> Pair:
    return story_pair()


def links(page: Any) -> list[str]:
    return [row.title for row in sorted(page.links.all(), key=lambda row: row.sort_order)]


def latest(pair: Pair) -> Any:
    return Page.objects.get(pk=pair.target.pk).get_latest_revision_as_object()


def give_links(pair: Pair, *titles: str) -> None:
    """Publish the source with these links; those that it has stay the same rows."""
    source = pair.fresh_source()
    known = {row.title: row for row in source.links.all()}
    rows = [known.get(title) or StoryLink(title=title) for title in titles]
    for number, row in enumerate(rows):
        row.sort_order = number
    source.links = rows
    publish(source)


def plan_of(pair: Pair) -> Plan:
    plan = structure_plan(pair.fresh_target())
    assert plan is not None
    return plan


def bring_in(pair: Pair, *wanted: str) -> None:
    plan = plan_of(pair)
    keys = wanted or [step.key for step in plan.steps]
    bring_in_structure(target=pair.fresh_target(), user=admin(), token=plan.token, wanted=set(keys))


def test_nothing_is_to_bring_in_after_a_translation_of_every_text(pair: Pair) -> None:
    assert plan_of(pair).steps == []


def test_new_rows_come_at_their_place_and_removed_ones_are_offered(pair: Pair, client: Client) -> None:
    give_links(pair, "Spendenkonto", "Hilfe im Rathaus")
    client.force_login(admin())
    address = reverse("chorsu_translation:structure", args=[pair.target.pk])
    shown = client.get(address).content.decode()
    for text in (
        "New: “Hilfe im Rathaus”, behind “Тоҷикӣ Spendenkonto”. It comes with the source&#x27;s text.",
        "No longer in the source: “Тоҷикӣ Karte der Pegel · Тоҷикӣ Stündlich neu.”.",
    ):
        assert text in shown, text
    plan = plan_of(pair)
    client.post(address, {"token": plan.token, "step": [step.key for step in plan.steps]})
    version = latest(pair)
    assert links(version) == ["Тоҷикӣ Spendenkonto", "Hilfe im Rathaus"]
    assert links(pair.fresh_target()) == ["Тоҷикӣ Karte der Pegel", "Тоҷикӣ Spendenkonto"], "a draft"
    assert plan_of(pair).steps == []
    assert links(publish(version)) == links(version)
    assert links(pair.fresh_source()) == ["Spendenkonto", "Hilfe im Rathaus"], "the source keeps its rows"


def test_rows_come_empty_where_the_settings_say_so(pair: Pair, settings: Any) -> None:
    settings.CHORSU_TRANSLATION = {"START_WITH": "empty"}
    give_links(pair, "Karte der Pegel", "Hilfe im Rathaus", "Spendenkonto")
    bring_in(pair)
    assert links(latest(pair)) == ["Тоҷикӣ Karte der Pegel", "", "Тоҷикӣ Spendenkonto"]


def test_a_row_behind_an_empty_one_is_not_taken_for_it(pair: Pair) -> None:
    """As in a translation that began empty: whoever translates may begin with any row."""
    version = latest(pair)
    first, second = sorted(version.links.all(), key=lambda row: row.sort_order)
    first.title = first.remark = ""
    version.links = [first, second]
    version.save_revision()
    compared = comparison(pair.fresh_target())
    assert compared is not None
    units = {unit.source.html: unit for unit in compared.units}
    of_first, of_second = units["Karte der Pegel"], units["Spendenkonto"]
    assert ((of_first.at, of_first.done), (of_second.at, of_second.done)) == ((None, False), (0, True))
    sides = align(pair.fresh_source(), latest(pair))
    assert {each.source.text for each in sides.missing if each.source} == {"Karte der Pegel", "Stündlich neu."}
    assert ("Spendenkonto", second.title) in {
        (each.source.text, each.target.text) for each in sides.pairs if each.source and each.target
    }


def test_what_was_brought_in_is_what_the_next_change_is_compared_with(pair: Pair) -> None:
    give_links(pair, "Spendenkonto", "Hilfe im Rathaus")
    bring_in(pair)
    written(pair.target, "links.new1.title", "Кумак дар ҳокимият")
    assert links(latest(pair)) == ["Тоҷикӣ Spendenkonto", "Кумак дар ҳокимият"]
    assert plan_of(pair).steps == [], "two rows as before, but not those of the baseline"
    give_links(pair, "Hilfe im Rathaus", "Spendenkonto")
    bring_in(pair)
    assert links(latest(pair)) == ["Кумак дар ҳокимият", "Тоҷикӣ Spendenkonto"]


def test_a_removed_row_that_was_translated_since_stays_by_default_and_then_is_left_to_the_person(pair: Pair) -> None:
    row = next(leaf.path for leaf in all_leaves(latest(pair)) if leaf.text == "Тоҷикӣ Karte der Pegel")
    written(pair.target, row, "Харита")
    give_links(pair, "Spendenkonto")
    assert [(step.kind, step.chosen) for step in plan_of(pair).steps] == [("remove", False)]
    give_links(pair, "Spendenkonto", "Hilfe im Rathaus")
    bring_in(pair, *[step.key for step in plan_of(pair).steps if step.chosen])
    assert links(latest(pair)) == ["Харита", "Тоҷикӣ Spendenkonto", "Hilfe im Rathaus"]
    assert [step.kind for step in plan_of(pair).steps] == ["by_hand"]


def test_rows_with_a_translation_key_are_told_by_it(pair: Pair) -> None:
    source = pair.fresh_source()
    first = source.voices.all()[0]
    new = StoryVoice(name="Herr Tal", words="Wir kamen zu spät.", sort_order=0, locale=source.locale)
    first.sort_order = 1
    source.voices = [new, first]
    publish(source)
    assert [step.kind for step in plan_of(pair).steps] == ["insert"]
    bring_in(pair)
    rows = sorted(latest(pair).voices.all(), key=lambda row: row.sort_order)
    assert [row.name for row in rows] == ["Herr Tal", "Тоҷикӣ Frau Berg"]
    tajik = Locale.objects.get(language_code="tg")
    assert {row.locale_id for row in rows} == {tajik.pk}
    keys = [row.translation_key for row in pair.fresh_source().voices.order_by("sort_order")]
    assert [row.translation_key for row in rows] == keys
    publish(latest(pair))
    assert plan_of(pair).steps == []


def test_an_own_row_of_the_translation_stays(pair: Pair) -> None:
    target = latest(pair)
    own = StoryVoice(name="Худӣ", words="Худӣ.", sort_order=1, locale=target.locale)
    target.voices = [*target.voices.all(), own]
    target.save_revision()
    steps = plan_of(pair).steps
    assert [(step.kind, step.own, step.chosen) for step in steps] == [("remove", True, False)]


def test_tables_follow_and_one_draft_undoes_it(pair: Pair) -> None:
    raw = stored(pair.fresh_source())
    for block in raw:
        if block["id"] == "t1":
            block["value"]["data"].insert(1, ["Neustadt", "mittel"])
        if block["id"] == "t2":
            table = block["value"]
            table["columns"].insert(0, {"type": "text", "heading": "Nummer"})
            for number, row in enumerate(table["rows"]):
                row["values"].insert(0, f"Nr. {number}")
    pair.change_source(body=raw)
    before = latest(pair)
    texts = {leaf.text for leaf in all_leaves(before)}
    assert {(step.kind, step.labels[-1]) for step in plan_of(pair).steps} == {
        ("insert", "row 2"),
        ("insert", "column 1"),
    }
    bring_in(pair)
    after = latest(pair)
    tables = {block["id"]: block["value"] for block in stored(after) if block["id"] in {"t1", "t2"}}
    assert [row[0] for row in tables["t1"]["data"]] == ["Тоҷикӣ Ort", "Neustadt", "Тоҷикӣ Bruckdorf", "Тоҷикӣ Talheim"]
    headings = [column["heading"] for column in tables["t2"]["columns"]]
    assert headings == ["Nummer", "Тоҷикӣ Gruppe", "Тоҷикӣ Aufgabe", "Тоҷикӣ Stunden"]
    assert [row["values"][:2] for row in tables["t2"]["rows"]] == [
        ["Nr. 0", "Тоҷикӣ Feuerwehr"],
        ["Nr. 1", "Тоҷикӣ Jugend"],
    ]
    assert texts <= {leaf.text for leaf in all_leaves(after)}
    assert plan_of(pair).steps == []
    # Going back to the version before undoes it, and it is offered again.
    former = pair.fresh_target().revisions.order_by("-pk")[1]
    former.as_object().save_revision(previous_revision=former, log_action="wagtail.revert")
    assert stored(latest(pair)) == stored(before)
    assert [step.kind for step in plan_of(pair).steps] == ["insert", "insert"]
