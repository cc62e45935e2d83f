"""A page type that isn't ours: every change is noticed, every report placed or uncertain, every public word found."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import Locale, Page

from chorsu_editorial.mending import normalise
from chorsu_editorial.reading import Leaf, all_leaves, with_leaf
from chorsu_feedback.anchors import CONTEXT, read_anchor
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import submit_report
from chorsu_search.days import holds_day_words
from chorsu_search.documents import build_document
from chorsu_translation.editor.units import bitext_of
from chorsu_translation.models import Baseline, PublishedUnits
from chorsu_translation.selectors import State, outdated_paths, page_state
from chorsu_translation.starting import start_translation
from tests.factories import make_home
from tests.story.models import StoryPage
from tests.story.stories import BODY, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> StoryPage:
    return make_story(make_home())


def stored(story: StoryPage) -> StoryPage:
    return StoryPage.objects.get(pk=story.pk)


def words_of(leaf: Leaf) -> set[str]:
    return set(re.findall(r"\w{4,}", leaf.text.casefold()))


def test_every_public_word_is_found_and_no_other(story):
    document = build_document(stored(story))
    lines = "\n".join(document.texts.values()).casefold().splitlines()
    found = set(re.findall(r"\w{4,}", " ".join(line for line in lines if not holds_day_words(line))))
    public = {word for leaf in all_leaves(story) if leaf.public for word in words_of(leaf)}
    hidden = {word for leaf in all_leaves(story) if not leaf.public for word in words_of(leaf)}
    assert found == public | {"gesprochen"}
    assert hidden - public
    assert not (hidden - public) & found
    # A boost of 2 or more makes a field count as the lead.
    assert document.texts["lead"].splitlines() == ["Reportage", "Es regnete seit Tagen."]
    assert document.texts["headline"] == story.title


def translate(story: StoryPage) -> Page:
    """Return a live translation of a story that is up to date."""
    english = Locale.objects.get_or_create(language_code="en")[0]
    make_home("en")
    user = get_user_model().objects.create_superuser("t", "t@example.org", "x")
    target = start_translation(source=story, locale=english, user=user)
    target.get_latest_revision().publish()
    assert page_state(target) == State.LIVE
    return target


def test_every_changed_text_is_noticed_and_nothing_else(story):
    target = translate(story)
    numbers = {str(link.pk): number for number, link in enumerate(story.links.all())}

    def number_of(path):
        return f"links.{numbers[path[1]]}"

    former = None
    for leaf in list(all_leaves(story)):
        page = stored(story)
        if former:
            with_leaf(page, former.path, former.source)
        with_leaf(page, leaf.path, f"{leaf.source} Geändert." if leaf.kind == "text" else "<p>Ganz anders.</p>")
        page.save_revision().publish()
        assert page_state(target) == State.OUTDATED, leaf.path
        # A child row is named by its number there: its key is another one after each publication of a new row.
        assert outdated_paths(target.specific) == [re.sub(r"^links\.(\w+)", number_of, leaf.path)]
        former = leaf
    assert former is not None
    unread: Any = with_leaf(stored(story), former.path, former.source)
    unread.mood, unread.origin, unread.draft_ideas = "angry", "https://example.org/anders", "Anders."
    unread.save_revision().publish()
    assert page_state(target) == State.LIVE


VALUES: dict[str, Any] = {
    "people": 121,
    "metres": 4.25,
    "price": "12.60",
    "day": "2026-05-02",
    "hour": "10:31:00",
    "moment": "2026-05-01T10:31:00+02:00",
    "address": "https://example.org/andere",
    "mail": "andere@example.org",
    "rivers": ["elbe"],
}
# What README names as left out.
NOT_COMPARED: dict[str, Any] = {
    "look": "small",
    "framed": True,
    "page": 1,
    "picture": 999,
    "document": 998,
    "unread": 8,
}


def publish_body(story: StoryPage, change: Callable[[dict[str, Any]], object]) -> None:
    """Publish the story with its blocks changed, which ``change`` is given by their ids."""
    page = stored(story)
    body = json.loads(json.dumps(BODY))
    change({each["id"]: each["value"] for each in body})
    page.body = body
    page.save_revision().publish()


@pytest.mark.thorough
def test_a_changed_number_date_address_or_choice_is_noticed_and_never_found(story):
    target = translate(story)
    values = next(each["value"] for each in BODY if each["id"] == "n1")
    assert list(values) == [*VALUES, *NOT_COMPARED]
    for name, value in VALUES.items():
        publish_body(story, lambda blocks, name=name, value=value: blocks["n1"].update({name: value}))
        assert page_state(target) == State.OUTDATED, name
        assert outdated_paths(target.specific) == [f"body.n1.{name}"]
    assert {"121", "zahlen"}.isdisjoint(re.findall(r"\w+", " ".join(build_document(story).texts.values())))
    publish_body(story, lambda blocks: blocks["t2"]["rows"][0]["values"].__setitem__(2, 13.5))
    assert outdated_paths(target.specific) == ["body.t2.rows.0.values.2"]
    publish_body(story, lambda blocks: blocks["t1"]["data"][1].__setitem__(1, 5))
    assert outdated_paths(target.specific) == ["body.t1.rows.1.values.1"]
    publish_body(story, lambda blocks: blocks["n1"].update(NOT_COMPARED))
    assert page_state(target) == State.LIVE


@pytest.mark.thorough
def test_a_value_asks_for_nothing_once_the_translation_has_it_too(story):
    target = translate(story)

    def open_paths():
        found = bitext_of(Page.objects.get(pk=target.pk))
        assert found is not None
        return [unit.source.path for unit in found.units if not unit.done and unit.source.path.startswith("body.n1")]

    assert open_paths() == []
    publish_body(story, lambda blocks: blocks["n1"].update(VALUES, rivers=["elbe", "oder"]))
    assert open_paths() == [f"body.n1.{name}" for name in VALUES if name != "rivers"]
    publish_body(stored(target), lambda blocks: blocks["n1"].update(VALUES, rivers=["elbe", "oder"]))
    assert open_paths() == []


@pytest.mark.parametrize("outdated", [False, True])
def test_a_baseline_that_knows_no_values_stays_as_it_is_until_one_changes(story, outdated):
    target = translate(story)
    if outdated:
        page = stored(story)
        page.teaser = "Was der Tag brachte."
        page.save_revision().publish()
    before = page_state(target), outdated_paths(target.specific)
    # As the reading before stored it.
    values = {leaf.path for leaf in all_leaves(stored(story), values=True) if leaf.kind == "value"}
    for baseline in Baseline.objects.all():
        baseline.units = [unit for unit in baseline.units if unit[0] not in values]
        baseline.digest, baseline.reading = "of then", 2
        baseline.save()
    PublishedUnits.objects.filter(page=story.pk).update(digest="of now" if outdated else "of then", reading=2)
    call_command("migrate", verbosity=0)
    assert (page_state(target), outdated_paths(target.specific)) == before
    page = stored(story)
    page.body = [dict(each, value={**each["value"], **VALUES}) if each["id"] == "n1" else each for each in BODY]
    page.save_revision().publish()
    changed = [f"body.n1.{name}" for name in VALUES]
    assert (page_state(target), outdated_paths(target.specific)) == (State.OUTDATED, before[1] + changed)


def blocks_of(html: str) -> list[str]:
    """Return the texts of the blocks of a page as a browser without content paths sees them."""
    body = BeautifulSoup(html, "html.parser").body
    assert body is not None
    tags = ["p", "h1", "h2", "li", "td", "th", "caption", "blockquote", "div"]
    found = [tag for tag in body.find_all(tags) if not tag.find(tags)]
    return [text for tag in found if (text := normalise(tag.get_text()))]


@pytest.mark.thorough
def test_random_selections_without_markup_are_at_their_place_or_uncertain(story, client):
    # The same sentence in a field that may be a note, in the text and twice in a table.
    story = stored(story)
    story.subtitle = "Niemand ging fort."
    (voice,) = voices = list(story.voices.all())
    voice.words = "Drei Brücken sind gesperrt"
    story.voices = voices
    story.save_revision().publish()
    blocks = blocks_of(client.get(story.get_url()).content.decode())
    live = stored(story)
    texts = {leaf.path: normalise(leaf.text) for leaf in all_leaves(live)}
    public = {leaf.path for leaf in all_leaves(live) if leaf.public}
    chance, placed = random.Random(7), 0
    for _number in range(300):
        (block,) = chance.choices(blocks, weights=[len(block) for block in blocks])
        start = chance.randrange(len(block))
        end = chance.randint(start + 1, min(len(block), start + 30))
        if not block[start:end].strip():
            continue
        anchor = read_anchor(
            selected=block[start:end],
            before=block[max(0, start - CONTEXT) : start],
            after=block[end : end + CONTEXT],
        )
        report = submit_report(page=live, anchor=anchor, suggestion="x")
        holders = [path for path, text in texts.items() if block in text]
        if report.step:
            placed += 1
            assert report.path in public
            # Certain only where this very block stands in one leaf of the page, and nowhere else.
            assert holders == [report.path], (block, report.path)
    assert placed > 50


def test_words_of_a_hidden_field_are_uncertain_and_the_editor_sees_where_they_stand(story, client):
    anchor = read_anchor(selected="lange", before="Eine ", after=" Nacht")
    report = submit_report(page=story, anchor=anchor, suggestion="kurze")
    assert (report.step, report.path) == (TypoReport.Step.NOT_FOUND, "")
    client.force_login(get_user_model().objects.create_superuser("t", "t@example.org", "x"))
    html = client.get(reverse("chorsu_feedback_admin:detail", args=[report.pk])).content.decode()
    assert "Eine <mark>lange</mark> Nacht" in html
    assert escape(f"{reverse('wagtailadmin_pages:edit', args=[story.pk])}#:w:contentpath=subtitle") in html


def test_the_form_says_nothing_of_what_stands_in_a_hidden_field(story, client):
    address = reverse("chorsu_feedback:report_words", args=[story.pk])
    assert "Eine lange Nacht" not in client.get(address).content.decode()

    def answer(words):
        response = client.post(address, {"words": words, "suggestion": "x"}, headers={"sec-fetch-site": "same-origin"})
        return response.status_code, re.sub(r"\s+", " ", response.content.decode()).replace(words, "")

    assert answer("Noch einmal anrufen") == answer("Niemals wieder anrufen")
    # Words that stand in the text once, and in a note too: taken, without a certain place.
    story.note = "Hochwasser bleibt Thema"
    story.save_revision().publish()
    assert answer("Hochwasser")[0] == 303
    assert TypoReport.objects.get().step == TypoReport.Step.NOT_FOUND
