"""What is wanted of an article, and that a page is adapted, goes with its pages and comes back with them."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Locale, Page

from chorsu_translation.models import NotPlanned, TranslationLink, TranslationRequest
from chorsu_translation.selectors import State, page_state
from chorsu_translation.services import decide_not_planned, request_translation, set_adapted
from chorsu_translation.services.linking import link_pages, make_original, swap_with_source, unlink_page
from tests.factories import make_user
from tests.story.stories import make_story
from tests.translation.desk_of_two import publish, section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture
def chief() -> Any:
    for code in ("ru", "tg", "en", "kk"):
        section(code)
    return make_user(superuser=True)


@pytest.fixture
def russian(chief: Any) -> Any:
    return make_story(section("ru"))


@pytest.fixture
def tajik(chief: Any) -> Any:
    return make_story(section("tg"), slug="ob")


@pytest.fixture
def english(chief: Any) -> Any:
    return make_story(section("en"), slug="water")


def locale(code: str) -> Locale:
    return Locale.objects.get(language_code=code)


def fresh(page: Page) -> Any:
    return Page.objects.get(pk=page.pk).specific


def wanted(page: Page) -> dict[str, str]:
    """Return what is open or decided of a page's article, by language."""
    key = fresh(page).translation_key
    requests = TranslationRequest.objects.filter(translation_key=key, done_at__isnull=True)
    found = {request.locale.language_code: f"requested: {request.note}" for request in requests}
    return found | {each.locale.language_code: each.reason for each in NotPlanned.objects.filter(translation_key=key)}


def adapted() -> dict[str, str]:
    """Return of each adapted page the language of its source."""
    found = TranslationLink.objects.filter(adapted=True)
    return dict(found.values_list("target__locale__language_code", "source__locale__language_code"))


def ask(page: Page, code: str, user: Any, note: str) -> None:
    request_translation(page=page, locale=locale(code), user=user, note=note)


def test_what_was_wanted_of_a_page_goes_with_it_into_an_article_and_back(russian: Any, tajik: Any, chief: Any) -> None:
    ask(tajik, "en", chief, "from Tajik")
    decide_not_planned(page=tajik, locale=locale("kk"), user=chief, reason="Not for them")
    before = wanted(tajik)
    assert before == {"en": "requested: from Tajik", "kk": "Not for them"}
    key = fresh(tajik).translation_key
    link_pages(source=russian, target=tajik, user=chief)
    assert wanted(russian) == before
    unlink_page(target=fresh(tajik), user=chief)
    assert (wanted(tajik), wanted(russian)) == (before, {})
    assert fresh(tajik).translation_key == key
    link_pages(source=fresh(russian), target=fresh(tajik), user=chief)
    assert wanted(russian) == before


def test_what_the_article_says_of_a_language_stands_and_the_rest_waits_for_the_parting(
    russian: Any, tajik: Any, english: Any, chief: Any
) -> None:
    link_pages(source=russian, target=english, user=chief)
    decide_not_planned(page=russian, locale=locale("kk"), user=chief, reason="Never")
    ask(tajik, "en", chief, "from Tajik")
    ask(tajik, "kk", chief, "from Tajik")
    link_pages(source=fresh(russian), target=tajik, user=chief)
    assert wanted(russian) == {"kk": "Never"}
    unlink_page(target=fresh(tajik), user=chief)
    assert wanted(tajik) == {"en": "requested: from Tajik", "kk": "requested: from Tajik"}
    assert wanted(russian) == {"kk": "Never"}


def test_what_was_begun_meanwhile_stays_with_the_article(russian: Any, tajik: Any, english: Any, chief: Any) -> None:
    ask(tajik, "en", chief, "from Tajik")
    link_pages(source=russian, target=tajik, user=chief)
    fresh(english).unpublish()
    link_pages(source=fresh(russian), target=english, user=chief)
    assert wanted(russian) == {"en": "requested: from Tajik"}
    unlink_page(target=fresh(tajik), user=chief)
    assert (wanted(russian), wanted(tajik)) == ({"en": "requested: from Tajik"}, {})


def test_a_live_page_that_joins_does_what_was_asked_for_in_its_language_until_it_is_parted(
    russian: Any, tajik: Any, chief: Any
) -> None:
    ask(russian, "tg", chief, "please")
    link_pages(source=russian, target=tajik, user=chief)
    assert wanted(russian) == {}
    unlink_page(target=fresh(tajik), user=chief)
    assert wanted(russian) == {"tg": "requested: please"}
    fresh(tajik).unpublish()
    link_pages(source=fresh(russian), target=fresh(tajik), user=chief)
    assert wanted(russian) == {"tg": "requested: please"}, "a draft does nothing yet"


def test_adapted_stays_with_both_pages_through_swaps_and_partings(
    russian: Any, tajik: Any, english: Any, chief: Any
) -> None:
    link_pages(source=russian, target=tajik, user=chief)
    link_pages(source=fresh(tajik), target=english, user=chief)
    set_adapted(page=russian, locale=locale("tg"), user=chief, adapted=True)
    assert adapted() == {"tg": "ru"}
    swap_with_source(target=fresh(tajik), user=chief)
    assert adapted() == {"ru": "tg"}
    publish(fresh(tajik), teaser="Дигар")
    assert page_state(russian) == State.LIVE
    swap_with_source(target=fresh(russian), user=chief)
    assert adapted() == {"tg": "ru"}
    swap_with_source(target=fresh(english), user=chief)
    assert adapted() == {"en": "ru"}, "the pair tells the first one in its own way"
    swap_with_source(target=fresh(tajik), user=chief)
    assert adapted() == {"tg": "ru"}
    make_original(page=fresh(english), user=chief)
    assert adapted() == {"ru": "tg"}
    make_original(page=fresh(russian), user=chief)
    assert adapted() == {"tg": "ru"}
    link_pages(source=fresh(russian), target=fresh(english), user=chief)
    unlink_page(target=fresh(tajik), user=chief)
    assert adapted() == {}
    link_pages(source=fresh(english), target=fresh(tajik), user=chief)
    assert adapted() == {}, "it was adapted from another page"
    unlink_page(target=fresh(tajik), user=chief)
    set_again = fresh(tajik)
    link_pages(source=fresh(russian), target=set_again, user=chief)
    set_adapted(page=fresh(russian), locale=locale("tg"), user=chief, adapted=True)
    unlink_page(target=fresh(tajik), user=chief)
    link_pages(source=fresh(russian), target=fresh(tajik), user=chief)
    assert adapted() == {"tg": "ru"}
