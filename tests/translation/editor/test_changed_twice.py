"""A source that changes again while it is translated asks for nothing that was done for the text it still has."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from chorsu_editorial.reading import with_leaf
from chorsu_translation.baselines import SourceChangedError
from chorsu_translation.editor.views import declare_saved, mark_unit
from chorsu_translation.models import UnitMark
from chorsu_translation.selectors import source_digest
from chorsu_translation.snapshots import unit_hash
from tests.factories import signed_in
from tests.translation.desk_of_two import Pair, publish
from tests.translation.editor.translating import to_do, units_beside
from tests.translation.stories_of_two import admin, story_pair, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

PARAGRAPHS = ["Der Fluss steigt.", "Helfer kamen mit Booten.", "Niemand ging fort."]
TAJIK = ["Дарё боло меравад.", "Ёрдамчиён бо қаиқҳо омаданд.", "Ҳеҷ кас нарафт."]


def rich(*paragraphs: str) -> str:
    return "".join(f"<p>{text}</p>" for text in paragraphs)


@pytest.fixture(scope="module")
def kept_pair(kept_in_module) -> Pair:
    with kept_in_module():
        pair = story_pair()
        publish(with_leaf(pair.fresh_source(), "body.p1", rich(*PARAGRAPHS)))
        pair.target = publish(with_leaf(pair.fresh_target(), "body.p1", rich(*TAJIK)))
        assert declare_saved(target=pair.target, user=admin(), seen=source_digest(pair.target), only_if_done=False)
        assert to_do(pair.target) == []
        return pair


def rewrite(pair: Pair, path: str, text: str) -> None:
    publish(with_leaf(pair.fresh_source(), path, text))


SECOND = "Helfer kamen mit vielen Booten."
CHANGES = [
    ("subtitle", "Zwei lange Nächte", "Ду шаби дароз"),
    ("body.h1", "Was dann geschah", "Баъд чӣ шуд"),
    ("body.t1.rows.1.values.1", "sehr hoch", "хеле баланд"),
]


@pytest.mark.thorough
def test_what_was_translated_after_the_first_change_is_not_asked_for_after_one_elsewhere(pair):
    rewrite(pair, "body.p1", rich(PARAGRAPHS[0], SECOND, PARAGRAPHS[2]))
    assert to_do(pair.target) == [SECOND]
    written(pair.target, "body.p1", rich(TAJIK[0], "Ёрдамчиён бо қаиқҳои бисёр омаданд.", TAJIK[2]))
    assert to_do(pair.target) == []
    for path, german, tajik in CHANGES:
        rewrite(pair, path, german)
        assert to_do(pair.target) == [german]
        written(pair.target, path, tajik)
    rewrite(pair, "links.1.title", "Konto für Spenden")
    assert to_do(pair.target) == ["Konto für Spenden"]


def test_paragraphs_put_in_one_after_the_other_are_told_apart(pair):
    first, second = "Am Abend wurde es kalt.", "Zuletzt kam die Feuerwehr."
    rewrite(pair, "body.p1", rich(PARAGRAPHS[0], first, *PARAGRAPHS[1:]))
    written(pair.target, "body.p1", rich(TAJIK[0], "Шом хунук шуд.", *TAJIK[1:]))
    assert to_do(pair.target) == []
    rewrite(pair, "body.p1", rich(second, PARAGRAPHS[0], first, *PARAGRAPHS[1:]))
    assert to_do(pair.target) == [second]
    places = [unit.at for unit in units_beside(pair.target) if unit.source.path == "body.p1"]
    assert places == [None, 0, 1, 2, 3]
    written(pair.target, "body.p1", rich("Охир оташнишонҳо омаданд.", TAJIK[0], "Шом хунук шуд.", *TAJIK[1:]))
    assert to_do(pair.target) == []


def test_a_paragraph_that_goes_after_another_came_is_found_where_it_stands(pair):
    first = "Am Abend wurde es kalt."
    rewrite(pair, "body.p1", rich(first, *PARAGRAPHS))
    written(pair.target, "body.p1", rich("Шом хунук шуд.", *TAJIK))
    rewrite(pair, "body.p1", rich(first, *PARAGRAPHS[:2]))
    assert to_do(pair.target) == [PARAGRAPHS[2]]
    assert [unit.at for unit in units_beside(pair.target) if not unit.done] == [3]


def test_of_a_source_that_nobody_has_published_each_draft_counts(pair):
    pair.fresh_source().unpublish()
    written(pair.source, "subtitle", "Zwei lange Nächte")
    assert to_do(pair.target) == ["Zwei lange Nächte"]
    written(pair.target, "subtitle", "Ду шаби дароз")
    assert to_do(pair.target) == []
    written(pair.source, "teaser", "Was beide Nächte brachten.")
    assert to_do(pair.target) == ["Was beide Nächte brachten."]


def test_marks_hold_for_the_text_that_was_shown(pair):
    user = admin()
    evening = "Am Abend wurde es kalt."

    def mark(index, key):
        mark_unit(target=pair.target, user=user, path="body.p1", index=index, key=key, done=True)

    rewrite(pair, "body.p1", rich(PARAGRAPHS[0], SECOND, PARAGRAPHS[2]))
    key = unit_hash(SECOND)
    # Meanwhile it stands elsewhere: whoever marks it has seen its text.
    rewrite(pair, "body.p1", rich(evening, PARAGRAPHS[0], SECOND, PARAGRAPHS[2]))
    mark(1, key)
    assert (UnitMark.objects.get().index, UnitMark.objects.get().marked_by) == (2, user)
    assert to_do(pair.target) == [evening]
    # Another one that is marked at the place where it stood leaves its mark alone.
    rewrite(pair, "body.p1", rich(PARAGRAPHS[0], PARAGRAPHS[2], "Ganz Neues.", f"<b>{SECOND}</b>"))
    mark(2, unit_hash("Ganz Neues."))
    assert to_do(pair.target) == [PARAGRAPHS[1]], "it is gone"
    with pytest.raises(SourceChangedError):
        mark(2, "0" * 64)


def test_a_removed_paragraph_is_kept_on_purpose_or_taken_out(pair):
    client = signed_in(admin())
    rewrite(pair, "body.p1", rich(*PARAGRAPHS[:2]))
    units, mark = (reverse(f"chorsu_translation:{name}", args=[pair.target.pk]) for name in ("units", "mark_unit"))

    def removed(answer):
        return next(unit for unit in answer.json()["units"] if unit["state"] == "removed")

    gone = removed(client.get(units))
    assert (gone["path"], gone["at"], gone["done"]) == ("body.p1", 2, False)
    fields = {"path": gone["path"], "index": gone["index"], "key": gone["key"]}
    assert client.post(mark, fields).status_code == 409, "the source has no such text that could be translated"
    answer = client.post(mark, {**fields, "kept": "1"})
    assert (removed(answer)["done"], removed(answer)["marked"], answer.json()["ready"]) == (True, True, True)
    assert client.post(mark, {**fields, "kept": "1", "key": unit_hash(PARAGRAPHS[1])}).status_code == 409
    client.post(mark, {**fields, "kept": "1", "done": "0"})
    assert to_do(pair.target) == [PARAGRAPHS[2]]
    written(pair.target, "body.p1", rich(*TAJIK[:2]))
    assert to_do(pair.target) == []


def test_a_mark_as_translated_is_none_as_kept(pair):
    user: Any = admin()
    third = "Niemand ging fort, und niemand kam."
    rewrite(pair, "body.p1", rich(*PARAGRAPHS[:2], third))
    mark_unit(target=pair.target, user=user, path="body.p1", index=2, key=unit_hash(third), done=True)
    assert declare_saved(target=pair.fresh_target(), user=user, seen=source_digest(pair.target), only_if_done=True)
    rewrite(pair, "body.p1", rich(*PARAGRAPHS[:2]))
    assert to_do(pair.target) == [third]
