"""A text that is divided otherwise among blocks is the same: by its digest, its states, its pairs and its marks."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.markup import paragraphs
from chorsu_editorial.reading import all_leaves, units
from chorsu_translation.baselines import declare_up_to_date
from chorsu_translation.editor.views import mark_unit
from chorsu_translation.findings.review import dismiss_finding, page_findings
from chorsu_translation.findings.running import side_by_side
from chorsu_translation.memory.storing import remember_marked
from chorsu_translation.models import FindingDismissal, MemoryPair, UnitMark
from chorsu_translation.selectors import State, page_state, source_digest
from chorsu_translation.snapshots import take_snapshot
from chorsu_translation.starting import start_translation
from chorsu_translation.structure.division import joined, pieces
from chorsu_translation.structure.plan import bring_in_structure, structure_plan
from tests.factories import make_picture
from tests.translation.desk_of_two import Pair, publish
from tests.translation.editor.translating import ask, units_beside
from tests.translation.newsroom import article
from tests.translation.stories_of_two import admin, story_pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

GERMAN = [
    *(("p", text) for text in ("Der Fluss steigt.", "Helfer kamen.", "Niemand ging fort.")),
    *(("h2", "Was fehlt"), ("li", "Sand"), ("li", "Brot und Wasser"), ("li", "Boote")),
    *(("p", text) for text in ("Niemand ging fort.", "Es wurde still.")),
]
TAJIK = [
    *(("p", text) for text in ("Дарё боло меравад.", "Ёрдамчиён омаданд.", "Ҳеҷ кас нарафт.")),
    *(("h2", "Чӣ намерасад"), ("li", "Рег"), ("li", "Нон ва об"), ("li", "Қаиқҳо")),
    *(("p", text) for text in ("Боз ҳеҷ кас нарафт.", "Хомӯш шуд.")),
]
# After how many units a block ends, and whether a picture stands there.
DIVISIONS = st.dictionaries(st.integers(1, len(GERMAN) - 1), st.booleans(), max_size=4)


def html_of(said: list[tuple[str, str]]) -> str:
    parts = []
    for is_list, group in groupby(said, key=lambda each: each[0] == "li"):
        inside = "".join(f"<{tag}>{text}</{tag}>" for tag, text in group)
        parts.append(f"<ul>{inside}</ul>" if is_list else inside)
    return "".join(parts)


def divided(said: list[tuple[str, str]], division: dict[int, bool]) -> list[dict[str, Any]]:
    """Return stored blocks of a story; pictures keep their ids wherever they stand."""
    ends = sorted(division)
    body = []
    pictures = 0
    for start, end in zip([0, *ends], [*ends, len(said)], strict=True):
        body.append({"type": "paragraph", "id": f"p{start}", "value": html_of(said[start:end])})
        if division.get(end):
            pictures += 1
            body.append({"type": "count", "id": f"picture{pictures}", "value": {"framed": True}})
    return body


def pairs(target: Any) -> list[tuple[str, str]]:
    """Return the pairs of the editor for two, as it puts them side by side."""
    version = Page.objects.get(pk=target.pk).get_latest_revision_as_object()
    there = {(leaf.path, unit.index): unit.html for leaf in all_leaves(version) for unit in units(leaf)}
    beside = units_beside(target)
    assert [unit for unit in beside if not unit.done] == []
    german = {text for _tag, text in GERMAN}
    return [
        (unit.source.html, there.get((unit.beside, -1 if unit.at is None else unit.at), ""))
        for unit in beside
        if unit.source.html in german
    ]


def follow_structure(target: Page, user: Any) -> Any:
    """Bring the structure of the source into a translation, and return its latest version."""
    plan: Any = structure_plan(target)
    bring_in_structure(target=target, user=user, token=plan.token)
    return Page.objects.get(pk=target.pk).get_latest_revision_as_object()


def body_texts(page: Any) -> list[str]:
    return [unit.html for leaf in all_leaves(page) if leaf.path.startswith("body.") for unit in units(leaf)]


@pytest.fixture(scope="module")
def kept_pair(kept_in_module) -> Pair:
    with kept_in_module():
        return story_pair()


@pytest.mark.thorough
@settings(
    max_examples=settings.default.max_examples // 5,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=DIVISIONS, after=DIVISIONS)
def test_splitting_joining_and_pictures_change_no_state_and_no_pair(pair, before, after):
    user = admin()
    with transaction.atomic():
        source = pair.change_source(body=divided(GERMAN, before))
        target = publish(pair.fresh_target(), body=divided(TAJIK, before))
        declare_up_to_date(target=target, user=user, seen=source_digest(target))
        digest = take_snapshot(source).digest
        wanted = list(zip([text for _tag, text in GERMAN], [text for _tag, text in TAJIK], strict=True))
        assert (page_state(target), pairs(target)) == (State.LIVE, wanted)

        source = pair.change_source(body=divided(GERMAN, after))

        assert take_snapshot(source).digest == digest
        assert (page_state(target), pairs(target)) == (State.LIVE, wanted)
        sides = side_by_side(source, pair.fresh_target())
        assert (sides.uneven, sides.missing, sides.extra) == ([], [], [])
        version = follow_structure(target, user)
        assert body_texts(version) == [text for _tag, text in TAJIK]
        assert [item["id"] for item in version.body.raw_data] == [item["id"] for item in source.body.raw_data]
        assert pairs(target) == wanted
        again: Any = structure_plan(target)
        assert again.steps == []
        publish(version)
        assert (page_state(target), pairs(target)) == (State.LIVE, wanted)
        transaction.set_rollback(True)


def test_a_paragraph_that_became_another_block_stays_where_the_translation_has_it(pair):
    texts = ["Der Fluss steigt.", "Helfer kamen.", "Es wurde still."]
    whole = {"type": "paragraph", "id": "p1"}
    user = admin()
    pair.change_source(body=[{**whole, "value": rich(*texts)}])
    there = rich("Дарё боло меравад.", "Ёрдамчиён омаданд.", "Хомӯш шуд.")
    target = publish(pair.fresh_target(), body=[{**whole, "value": there}])
    declare_up_to_date(target=target, user=user, seen=source_digest(target))
    quote = {"type": "quote", "id": "q1", "value": texts[1]}
    cut = [{**whole, "value": rich(texts[0])}, quote, {**whole, "id": "p2", "value": rich(texts[2])}]
    pair.change_source(body=cut)
    assert page_state(target) == State.LIVE
    assert [item["value"] for item in follow_structure(target, user).body.raw_data] == [
        rich("Дарё боло меравад.", "Ёрдамчиён омаданд."),
        texts[1],
        rich("Хомӯш шуд."),
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<p data-block-key="a">One</p><hr/><ol start="3"><li>Two</li><li>Three<ul><li>Four</li></ul></li></ol>',
        "<b>One</b><i>word</i>",
        "One<p>Two</p>three",
        "<p>One</p>\n<ul>\n<li>Two</li></ul>",
        "<p>One",
        "</p><p>One</p>",
        "",
    ],
)
def test_a_rich_text_is_taken_apart_without_loss(html):
    found = pieces(html)
    assert joined(found) == html
    assert sum(piece.units for piece in found) == len(paragraphs(html))


def test_a_list_is_cut_into_two():
    html = '<p>One</p><ol class="x"><li>Two</li><li>Three</li></ol>'
    one, two, three = pieces(html)
    assert joined([one, two]) + joined([three]) == (
        '<p>One</p><ol class="x"><li>Two</li></ol><ol class="x"><li>Three</li></ol>'
    )


Articles = tuple[AnalysisPage, AnalysisPage]
PARAGRAPHS = ["Вода ушла в 2 часа.", "Посёлок ждал.", "«Мы никуда отсюда не ушли», – сказали они."]
TRANSLATED = ["Об соати 2 рафт.", "Деҳа интизор буд.", "Онҳо гуфтанд: мо нарафтем."]


def rich(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def with_picture(page: Any, at: int) -> list[dict[str, Any]]:
    """Return the stored blocks of an article, cut by a picture without words behind so many paragraphs."""
    first, texts = page.body.raw_data[0], body_texts(page)
    picture = {"picture": make_picture(title="Река").pk, "caption": "", "alt": "", "size": "text", "credit": ""}
    return [
        {"type": first["type"], "id": first["id"], "value": rich(*texts[:at])},
        {"type": "picture", "id": "b" * 36, "value": picture},
        {"type": first["type"], "id": "c" * 36, "value": rich(*texts[at:])},
    ]


@pytest.fixture
def articles(translator, tajik) -> Articles:
    """Return an article of one text, and its live translation."""
    source = article(title="Вода", body=[("paragraph", rich(*PARAGRAPHS))])
    target = start_translation(source=source, locale=tajik, user=translator).specific
    target.title, target.lead = "Об", "Муқаддима"
    raw = target.body.raw_data[0]
    return source, publish(target, body=[{**raw, "value": rich(*TRANSLATED)}])


@pytest.mark.thorough
def test_a_picture_in_the_middle_of_a_published_text_outdates_no_translation(articles, client):
    source, target = articles
    stored = MemoryPair.objects.filter(target=target.pk).values_list("source_hash", "html")
    assert remember_marked()
    before = set(stored)
    assert before
    path = f"body.{source.body[0].id}"
    publish(source, body=with_picture(source, 1))
    assert page_state(target) == State.LIVE
    shown = ask(client, target).json()["units"][-3:]
    assert [(unit["field"], unit["at"], unit["count"]) for unit in shown] == [(path, each, 3) for each in range(3)]
    publish(target)
    assert remember_marked()
    assert set(stored.all()) == before


def test_a_changed_paragraph_of_a_cut_text_is_beside_its_translation_and_brought_in_where_it_belongs(
    articles, translator
):
    source, target = articles
    body = with_picture(source, 1)
    body[2]["value"] = rich("Посёлок ждал всю ночь.", "Стало тихо и холодно.", PARAGRAPHS[2])
    publish(source, body=body)
    shown = [(unit.source.state, unit.at) for unit in units_beside(target)[-4:]]
    assert shown == [("unchanged", 0), ("changed", 1), ("new", None), ("unchanged", 2)]
    version = follow_structure(target, translator)
    texts = [block.value.source for block in version.body if block.block_type == "paragraph"]
    assert texts == [rich(TRANSLATED[0]), rich(*TRANSLATED[1:])]


def test_marks_and_dismissals_follow_their_unit_into_another_block(articles, translator):
    source, target = articles
    path = f"body.{source.body[0].id}"
    changed = "Посёлок ждал всю ночь."
    source = publish(source, body=[{**source.body.raw_data[0], "value": rich(PARAGRAPHS[0], changed, PARAGRAPHS[2])}])

    def unit():
        return next(each for each in units_beside(target) if each.source.html == changed)

    mark_unit(target=target, user=translator, path=path, index=1, key=unit().key, done=True)
    finding = next(each for each in page_findings(target).open if each.check == "quotation_marks")
    dismiss_finding(target=target, user=translator, key=finding.key, text_hash=finding.text_hash)

    publish(source, body=with_picture(source, 1))

    assert (unit().source.path, unit().marked, unit().done) == (f"body.{'c' * 36}", True, True)
    assert [each.check for each in page_findings(target).dismissed] == ["quotation_marks"]
    mark_unit(target=target, user=translator, path=unit().source.path, index=0, key=unit().key, done=False)
    assert not UnitMark.objects.exists()
    assert FindingDismissal.objects.count() == 1
