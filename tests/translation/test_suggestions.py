"""Suggestions beside a unit: published pairs, and names."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, PageViewRestriction

from chorsu_articles.models import AnalysisPage, Organisation, Person
from chorsu_editorial.reading import Unit, public_leaves, units
from chorsu_translation.models import TranslationLink, UnitPair
from chorsu_translation.starting import start_translation
from chorsu_translation.suggestions import Suggestion, suggestions
from cms.models import User
from tests.translation.test_states import publish, section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

TEXTS = {"title": "Обу пиряхҳо", "lead": "Сархат", "body": "<p>Якум.</p><p>Дуюм.</p>"}


def article(title: str = "Вода и ледники") -> Any:
    page = AnalysisPage(title=title, lead="Лид", live=False, body=[("paragraph", "<p>Первый.</p><p>Второй.</p>")])
    section("ru").add_child(instance=page)
    return publish(page)


def translated(source: Page, locale: Locale, translator: Any, **texts: str) -> Any:
    """Return the translation of an article, live."""
    target = start_translation(source=source, locale=locale, user=translator).specific
    for name, text in (TEXTS | texts).items():
        if name == "body":
            (block,) = target.body.get_prep_value()
            target.body = [block | {"value": text}]
        else:
            setattr(target, name, text)
    return publish(target)


def units_of(page: Page) -> list[Unit]:
    return [unit for leaf in public_leaves(page) for unit in units(leaf)]


def offered(target: Page) -> dict[str, list[str]]:
    source = TranslationLink.objects.get(target=target).source.specific
    texts = {(unit.path, unit.index): unit.text for unit in units_of(source)}
    return {texts[key]: [each.html for each in found] for key, found in suggestions(target, units_of(source)).items()}


@pytest.fixture(scope="module")
def kept(kept_newsroom: int, kept_in_module: Any) -> list[int]:
    with kept_in_module():
        tajik, translator = Locale.objects.get(language_code="tg"), User.objects.get(pk=kept_newsroom)
        first = translated(article(), tajik, translator)
        return [first.pk, start_translation(source=article(title="Другая вода"), locale=tajik, user=translator).pk]


@pytest.fixture
def first(kept: list[int], db: None) -> Any:
    return AnalysisPage.objects.get(pk=kept[0])


@pytest.fixture
def second(kept: list[int], db: None) -> Any:
    return Page.objects.get(pk=kept[1])


def test_the_same_paragraph_is_offered_as_another_page_has_it_and_not_ones_own(first: Any, second: Any) -> None:
    assert offered(second) == {"Лид": ["Сархат"], "Первый.": ["Якум."], "Второй.": ["Дуюм."]}
    assert offered(first) == {}
    source = TranslationLink.objects.get(target=second).source.specific
    (found,) = suggestions(second, [unit for unit in units_of(source) if unit.path == "lead"]).values()
    assert found == [Suggestion("Сархат", "Обу пиряхҳо", first.pk, Page.objects.get(pk=first.pk).full_url)]
    assert first.slug in found[0].page_url


def test_three_different_translations_are_offered_the_newest_first(second: Any, tajik: Locale, translator: Any) -> None:
    for number in range(4):
        translated(article(title=f"Вода {number}"), tajik, translator, lead=f"Сархати {number}")
    assert offered(second)["Лид"] == ["Сархати 3", "Сархати 2", "Сархати 1"]


def test_a_publication_replaces_what_it_showed_before(first: Any, second: Any) -> None:
    first.lead = "Сархати нав"
    publish(first)
    assert offered(second)["Лид"] == ["Сархати нав"]
    assert UnitPair.objects.count() == 4


def test_nothing_is_kept_of_a_translation_that_is_out_of_date(first: Any, second: Any) -> None:
    source = AnalysisPage.objects.get(pk=TranslationLink.objects.get(target=first).source_id)
    source.lead = "Другой лид"
    publish(source)
    first.lead = "Сархати нав"
    publish(first)
    assert offered(second) == {}


def test_nothing_is_offered_of_pages_that_readers_cannot_see(first: Any, second: Any) -> None:
    restriction = PageViewRestriction.objects.create(
        page=first.get_parent(), restriction_type=PageViewRestriction.LOGIN
    )
    assert offered(second) == {}
    restriction.delete()
    assert "Лид" in offered(second)
    first.unpublish()
    assert offered(second) == {}


def test_a_draft_and_what_readers_cannot_see_are_not_kept(first: Any, second: Any) -> None:
    second = second.specific
    second.lead = "Тайёр нест"
    second.save_revision()
    assert set(UnitPair.objects.values_list("target_id", flat=True)) == {first.pk}
    assert UnitPair.objects.filter(target=first).count() == len([u for u in units_of(first) if u.path != "slug"])


def test_what_is_the_same_in_both_languages_is_not_kept(tajik: Locale, translator: Any) -> None:
    page = translated(article(title="Wikipedia"), tajik, translator, title="Wikipedia")
    assert "title" not in UnitPair.objects.filter(target=page).values_list("path", flat=True)


def test_names_of_the_vocabularies_are_offered_but_those_that_are_withheld(second: Any) -> None:
    Organisation.objects.create(name_ru="Круг чтения", name_tg="Доираи мутолиа")
    Person.objects.create(name_ru="Рустам Шарифов", name_tg="Рустами Шариф", name_withheld=True)
    text = "Рустам Шарифов из Круга чтения"
    unit = Unit("lead", 0, text, text)
    assert suggestions(second, [unit]) == {
        ("lead", 0): [Suggestion("Доираи мутолиа", "Круг чтения", is_name=True)],
    }


def test_the_number_of_queries_does_not_depend_on_the_number_of_units(
    first: Any, second: Any, tajik: Locale, translator: Any
) -> None:
    for number in range(2):
        translated(article(f"Вода {number}"), tajik, translator, lead=f"Сархати {number}")
    source = TranslationLink.objects.get(target=second).source.specific
    found = units_of(source)
    suggestions(second, found)  # what is cached for good

    def queries(asked: list[Unit]) -> int:
        with CaptureQueriesContext(connection) as captured:
            suggestions(second, asked)
        return len(captured)

    more = [Unit(unit.path, number, unit.text, unit.html) for unit in found for number in range(50)]
    body = [unit for unit in found if unit.path.startswith("body")]
    assert queries(body[:1]) == queries(more) <= 10


def test_the_command_keeps_what_was_published_before(first: Any, second: Any, capsys: Any) -> None:
    UnitPair.objects.all().delete()
    call_command("store_unit_pairs")
    assert offered(second)["Лид"] == ["Сархат"]
    assert capsys.readouterr().out == "4 paragraphs of 1 translations are kept.\n"
