"""Suggestions beside a unit: published pairs, and names."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page

from chorsu_editorial.reading import Unit, public_leaves, units
from chorsu_translation.memory.search import MOST_SENTENCES, Match, Memory
from chorsu_translation.memory.storing import remember_marked
from chorsu_translation.models import TranslationLink
from chorsu_translation.starting import start_translation
from tests.translation import newsroom
from tests.translation.newsroom import locale, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

TEXTS = {"title": "Обу пиряхҳо", "lead": "Сархат", "body": "<p>Якум.</p><p>Дуюм.</p>"}


def article(title: str = "Вода и ледники") -> Any:
    return newsroom.article(title=title, slug="")


def remembered(page: Page) -> Any:
    """Publish a page, and let the worker store what it shows."""
    found = publish(page)
    assert remember_marked()
    return found


def translated(source: Page, language: Locale, translator: Any, **texts: str) -> Any:
    """Return the translation of an article, live."""
    target = start_translation(source=source, locale=language, user=translator).specific
    for name, text in (TEXTS | texts).items():
        if name == "body":
            (block,) = target.body.get_prep_value()
            target.body = [block | {"value": text}]
        else:
            setattr(target, name, text)
    return remembered(target)


def units_of(page: Page) -> list[Unit]:
    return [unit for leaf in public_leaves(page) for unit in units(leaf)]


def unit(html: str) -> Unit:
    return Unit("lead", 0, html, html)


def source_of(target: Page) -> Any:
    return TranslationLink.objects.get(target=target).source.specific  # type: ignore[union-attr]


def memory_of(target: Page) -> Memory:
    return Memory(target, locale("ru"))


def of_units(target: Page, texts: list[Unit]) -> dict[str, list[Match]]:
    return memory_of(target).of_units(unit.html for unit in texts)


def offered(target: Page) -> dict[str, list[str]]:
    found = of_units(target, units_of(source_of(target)))
    return {html: [each.html for each in matches] for html, matches in found.items()}


def test_the_same_paragraph_is_offered_as_another_page_has_it_and_not_ones_own(first, second):
    assert offered(second) == {"Лид": ["Сархат"], "Первый.": ["Якум."], "Второй.": ["Дуюм."]}
    assert offered(first) == {}
    ((found,),) = of_units(second, [unit("Лид")]).values()
    (pair,) = found.pairs
    assert (found.sentence, found.adapted, found.ratio, pair.target_id) == ("", False, 100, first.pk)


def test_the_number_of_queries_does_not_depend_on_the_number_of_units(first, second, tajik, translator):
    for number in range(2):
        translated(article(f"Вода {number}"), tajik, translator, lead=f"Сархати {number}")
    found = units_of(source_of(second))
    of_units(second, found)  # what is cached for good

    def queries(asked):
        with CaptureQueriesContext(connection) as captured:
            of_units(second, asked)
        return len(captured)

    more = [unit(f"{each.html} {number}.") for number in range(50) for each in found]
    body = [unit for unit in found if unit.path.startswith("body")]
    assert queries(body[:1]) == queries(found + more) <= 12


def test_a_paragraph_is_put_together_of_its_sentences_where_all_are_known(first, second):
    assert first.live
    partly, new = "Совсем другой. Второй. Третий.", "Совсем новый. И ещё."
    found = of_units(second, [unit(partly), unit(new)])
    assert [each.html for each in found[partly]] == ["Дуюм."]
    assert [(each.sentence, each.pairs[0].target_id) for each in found[partly]] == [("Второй.", first.pk)]
    assert new not in found
    for html in ("Первый. Второй.", "<b>Первый. </b><i>Второй.</i>"):
        ((whole,),) = of_units(second, [unit(html)]).values()
        assert (whole.html, whole.sentence, len(whole.pairs)) == ("Якум. Дуюм.", "", 1)
    many = " ".join(f"Первый. Новый {number}." for number in range(9))
    assert len(of_units(second, [unit(many)])[many]) == 1


def test_similar_ones_are_the_best_three_of_the_unit_and_its_unknown_sentences(first, second, monkeypatch):
    asked = []

    def similar(_memory, htmls):
        asked.extend(htmls)
        return {html: [Match(f"like {html}", len(html))] for html in htmls}

    monkeypatch.setattr(Memory, "similar", similar)
    memory = memory_of(second)
    html = "Второй. Один. Три слова тут. Шесть слов тут и тут стоит."
    found = memory.like_unit(html)
    pieces = ["Один.", "Три слова тут.", "Шесть слов тут и тут стоит."]
    assert asked == [html, *pieces], "what is known exactly is offered already"
    assert [(each.sentence, each.ratio) for each in found] == [
        ("", len(html)),
        (pieces[2], len(pieces[2])),
        (pieces[1], len(pieces[1])),
    ]
    asked.clear()
    assert memory.like_unit("Второй.") == []
    memory.like_unit(" ".join(f"Фраза номер {number}." for number in range(9)))
    assert len(asked) == MOST_SENTENCES


def test_names_are_read_once_for_all_sentences_of_a_unit(second, monkeypatch):
    read = []
    monkeypatch.setattr("chorsu_translation.memory.wording.known_names", lambda *codes: read.append(codes) or [])
    memory_of(second).like_unit("Один. Два слова. Три слова тут.")
    assert read == [("ru", "tg")]
