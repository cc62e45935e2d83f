"""What is found of what was translated before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Locale, Page

from chorsu_translation.memory.search import Match, Memory
from tests.translation.newsroom import publish
from tests.translation.test_suggestions import article, translated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
LONG = "Республиканская конференция переводчиков прошла в прошлую субботу в Душанбе."


def of(html: str, target: Page) -> list[Match]:
    """Return what an editor is offered for a text: exact ones, else similar ones."""
    memory = Memory(target, Locale.objects.get(language_code="ru"))
    return memory.exact([html]).get(html, []) or memory.similar([html]).get(html, [])


@pytest.mark.sql
def test_similar_sentences_are_rated_and_name_where_they_stand(tajik, translator, second):
    source = article(title="О переводе")
    source.body = [("paragraph", f"<p>{LONG} В 2024 году пришло много гостей.</p><p>Совсем другое дело.</p>")]
    page = translated(publish(source), tajik, translator, body="<p>Якум. Дар соли 2024 бисёр.</p><p>Дигар.</p>")
    (match,) = of(LONG.replace("прошлую", "эту"), second)
    assert (match.html, match.pairs[0].source_html, match.adapted) == ("Якум.", f"{LONG} ", False)
    assert 85 < match.ratio < 100
    assert (match.pairs[0].target_id, match.pairs[0].remembered_at) == (page.pk, page.last_published_at)
    (same,) = of(f"<b>{LONG}</b>", second)
    assert (same.ratio, same.adapted) == (100, False)
    (other,) = of("В 2025 году пришло много гостей.", second)
    assert (other.ratio, other.adapted, other.html) == (100, True, "Дар соли 2025 бисёр.")
    assert of(LONG, page) == []
    assert of("Ничего похожего тут никогда не стояло.", second) == []


def test_it_is_used_in_the_direction_in_which_it_was_translated(tajik, translator, second):
    source = article()
    source.lead = "Пришли гости из столицы."
    translated(publish(source), tajik, translator, lead="Меҳмонон омаданд.")
    assert of("Пришли гости из столицы.", second)
    into_russian = Memory(Page(locale=Locale.objects.get(language_code="ru")), second.locale)
    assert into_russian.exact(["Меҳмонон омаданд."]) == into_russian.similar(["Меҳмонон омаданд."]) == {}


def test_without_a_certain_place_for_a_number_it_is_only_similar(tajik, translator, second):
    source = article()
    source.lead = "Пришли 5 гостей из столицы."
    translated(publish(source), tajik, translator, lead="Панҷ меҳмон омад.")
    (found,) = of("Пришли 6 гостей из столицы.", second)
    assert (found.html, found.adapted) == ("Панҷ меҳмон омад.", False)
    assert found.ratio < 100


@pytest.mark.usefixtures("tajik")
@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["<b>", "</b>", "<", "&", "5", "٣", " ", "слово", "\u0301", "'", '<a href="1'])))
def test_whatever_is_asked_for_is_answered(texts):
    html, target = "".join(texts), Page(locale=Locale.objects.get(language_code="tg"))
    memory = Memory(target, Locale.objects.get(language_code="ru"))
    assert memory.exact([html, html * 2000]) == memory.similar([html, html * 2000]) == {}
