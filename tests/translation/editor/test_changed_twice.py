"""A source that changes again while it is translated asks for nothing that was done for the text it still has."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from chorsu_editorial.reading import with_leaf
from chorsu_translation.baselines import SourceChangedError
from chorsu_translation.editor.units import TranslationUnit, bitext_of
from chorsu_translation.editor.views import declare_saved, mark_unit
from chorsu_translation.models import UnitMark
from chorsu_translation.selectors import source_digest
from tests.translation.desk_of_two import Pair, publish
from tests.translation.stories_of_two import admin, stored, story_pair, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

PARAGRAPHS = ["Der Fluss steigt.", "Helfer kamen mit Booten.", "Niemand ging fort."]
TAJIK = ["Дарё боло меравад.", "Ёрдамчиён бо қаиқҳо омаданд.", "Ҳеҷ кас нарафт."]


def rich(*paragraphs: str) -> str:
    return "".join(f"<p>{text}</p>" for text in paragraphs)


@pytest.fixture(scope="module")
def kept_pair(kept_in_module: Any) -> Pair:
    with kept_in_module():
        pair = story_pair()
        publish(with_leaf(pair.fresh_source(), "body.p1", rich(*PARAGRAPHS)))
        pair.target = publish(with_leaf(pair.fresh_target(), "body.p1", rich(*TAJIK)))
        assert declare_saved(target=pair.target, user=admin(), seen=source_digest(pair.target), only_if_done=False)
        assert to_do(pair) == []
        return pair


def found(pair: Pair) -> list[TranslationUnit]:
    compared = bitext_of(Page.objects.get(pk=pair.target.pk))
    assert compared is not None
    return compared.units


def to_do(pair: Pair) -> list[str]:
    return [unit.source.html or unit.source.was for unit in found(pair) if not unit.done]


def rewrite(pair: Pair, path: str, text: str) -> None:
    publish(with_leaf(pair.fresh_source(), path, text))


def table_with(pair: Pair, row: int, column: int, text: str) -> None:
    raw = stored(pair.fresh_source())
    next(block for block in raw if block["id"] == "t1")["value"]["data"][row][column] = text
    pair.change_source(body=raw)


@pytest.mark.thorough
def test_what_was_translated_after_the_first_change_is_not_asked_for_after_one_elsewhere(pair: Pair) -> None:
    second = "Helfer kamen mit vielen Booten."
    rewrite(pair, "body.p1", rich(PARAGRAPHS[0], second, PARAGRAPHS[2]))
    assert to_do(pair) == [second]
    written(pair.target, "body.p1", rich(TAJIK[0], "Ёрдамчиён бо қаиқҳои бисёр омаданд.", TAJIK[2]))
    assert to_do(pair) == []
    pair.change_source(subtitle="Zwei lange Nächte")
    assert to_do(pair) == ["Zwei lange Nächte"]
    written(pair.target, "subtitle", "Ду шаби дароз")
    rewrite(pair, "body.h1", "Was dann geschah")
    assert to_do(pair) == ["Was dann geschah"]
    written(pair.target, "body.h1", "Баъд чӣ шуд")
    table_with(pair, 1, 1, "sehr hoch")
    assert to_do(pair) == ["sehr hoch"]
    written(pair.target, "body.t1.rows.1.values.1", "хеле баланд")
    pair.source = pair.fresh_source()
    link = pair.source.links.all()[1]
    link.title = "Konto für Spenden"
    pair.source.links = [pair.source.links.all()[0], link]
    publish(pair.source)
    assert to_do(pair) == ["Konto für Spenden"]


def test_paragraphs_put_in_one_after_the_other_are_told_apart(pair: Pair) -> None:
    first, second = "Am Abend wurde es kalt.", "Zuletzt kam die Feuerwehr."
    rewrite(pair, "body.p1", rich(PARAGRAPHS[0], first, *PARAGRAPHS[1:]))
    written(pair.target, "body.p1", rich(TAJIK[0], "Шом хунук шуд.", *TAJIK[1:]))
    assert to_do(pair) == []
    rewrite(pair, "body.p1", rich(second, PARAGRAPHS[0], first, *PARAGRAPHS[1:]))
    assert to_do(pair) == [second]
    places = [unit.at for unit in found(pair) if unit.source.path == "body.p1"]
    assert places == [None, 0, 1, 2, 3]
    written(pair.target, "body.p1", rich("Охир оташнишонҳо омаданд.", TAJIK[0], "Шом хунук шуд.", *TAJIK[1:]))
    assert to_do(pair) == []


def test_a_paragraph_that_goes_after_another_came_is_found_where_it_stands(pair: Pair) -> None:
    first = "Am Abend wurde es kalt."
    rewrite(pair, "body.p1", rich(first, *PARAGRAPHS))
    written(pair.target, "body.p1", rich("Шом хунук шуд.", *TAJIK))
    rewrite(pair, "body.p1", rich(first, *PARAGRAPHS[:2]))
    assert to_do(pair) == [PARAGRAPHS[2]]
    assert [unit.at for unit in found(pair) if not unit.done] == [3]


def test_of_a_source_that_nobody_has_published_each_draft_counts(pair: Pair) -> None:
    pair.fresh_source().unpublish()
    written(pair.source, "subtitle", "Zwei lange Nächte")
    assert to_do(pair) == ["Zwei lange Nächte"]
    written(pair.target, "subtitle", "Ду шаби дароз")
    assert to_do(pair) == []
    written(pair.source, "teaser", "Was beide Nächte brachten.")
    assert to_do(pair) == ["Was beide Nächte brachten."]


@pytest.mark.thorough
def test_marks_hold_for_the_text_that_was_shown(pair: Pair) -> None:
    user = admin()
    second = "Helfer kamen mit vielen Booten."
    rewrite(pair, "body.p1", rich(PARAGRAPHS[0], second, PARAGRAPHS[2]))
    key = next(unit.key for unit in found(pair) if unit.source.html == second)
    # Meanwhile it stands elsewhere: whoever marks it has seen its text.
    rewrite(pair, "body.p1", rich("Am Abend wurde es kalt.", PARAGRAPHS[0], second, PARAGRAPHS[2]))
    mark_unit(target=pair.target, user=user, path="body.p1", index=1, key=key, done=True)
    assert UnitMark.objects.get().index == 2
    assert to_do(pair) == ["Am Abend wurde es kalt."]
    # Another one that is marked at the place where it stood leaves its mark alone.
    rewrite(pair, "body.p1", rich(PARAGRAPHS[0], PARAGRAPHS[2], "Ganz Neues.", second))
    unit = next(unit for unit in found(pair) if unit.source.html == "Ganz Neues.")
    assert unit.source.index == 2
    mark_unit(target=pair.target, user=user, path="body.p1", index=2, key=unit.key, done=True)
    assert second not in to_do(pair)
    with pytest.raises(SourceChangedError):
        mark_unit(target=pair.target, user=user, path="body.p1", index=2, key="0" * 64, done=True)


def test_a_removed_paragraph_is_kept_on_purpose_or_taken_out(pair: Pair, client: Client) -> None:
    user = admin()
    client.force_login(user)
    rewrite(pair, "body.p1", rich(*PARAGRAPHS[:2]))
    url = reverse("chorsu_translation:units", args=[pair.target.pk])
    unit = client.get(url).json()["units"][-1]
    gone = next(each for each in client.get(url).json()["units"] if each["state"] == "removed")
    assert (gone["path"], gone["at"], gone["done"]) == ("body.p1", 2, False)
    fields = {"path": gone["path"], "index": gone["index"], "key": gone["key"]}
    mark = reverse("chorsu_translation:mark_unit", args=[pair.target.pk])
    assert client.post(mark, fields).status_code == 409, "the source has no such text that could be translated"
    answer = client.post(mark, {**fields, "kept": "1"}).json()
    kept = next(each for each in answer["units"] if each["state"] == "removed")
    assert (kept["done"], kept["marked"], answer["ready"]) == (True, True, True)
    assert client.post(mark, {**fields, "kept": "1", "key": unit["key"]}).status_code == 409
    client.post(mark, {**fields, "kept": "1", "done": "0"})
    assert to_do(pair) == [PARAGRAPHS[2]]
    written(pair.target, "body.p1", rich(*TAJIK[:2]))
    assert to_do(pair) == []


def test_a_mark_as_translated_is_none_as_kept(pair: Pair) -> None:
    user: Any = admin()
    third = "Niemand ging fort, und niemand kam."
    rewrite(pair, "body.p1", rich(*PARAGRAPHS[:2], third))
    key = next(unit.key for unit in found(pair) if unit.source.html == third)
    mark_unit(target=pair.target, user=user, path="body.p1", index=2, key=key, done=True)
    assert declare_saved(target=pair.fresh_target(), user=user, seen=source_digest(pair.target), only_if_done=True)
    rewrite(pair, "body.p1", rich(*PARAGRAPHS[:2]))
    assert to_do(pair) == [third]
