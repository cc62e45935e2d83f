"""What many tests of translations begin with: written once for a module, and given fresh to each test.

Tests with a transaction of their own stand in ``test_concurrency``: they find nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage
from chorsu_translation.starting import start_translation
from tests.factories import make_user
from tests.newsroom_copy import copy_newsroom
from tests.translation.desk_of_two import Pair, make_pair
from tests.translation.newsroom import article, member

Kept = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def kept_newsroom(kept_in_module) -> int:
    """Return the key of a translator into Tajik who reads the admin in English."""
    with kept_in_module():
        copy_newsroom()
        user = member("translator", "Translators (tg)")
        UserProfile.objects.create(user=user, preferred_language="en")
        return int(user.pk)


@pytest.fixture(scope="module")
def kept_source(kept_newsroom, kept_in_module) -> int:
    with kept_in_module():
        return int(article(main_picture_alt="Ледник", search_description="О воде").pk)


@pytest.fixture
def newsroom(kept_newsroom, db):
    """The newsroom that ``setup_newsroom`` makes."""


@pytest.fixture
def translator(kept_newsroom, db) -> Any:
    return get_user_model().objects.get(pk=kept_newsroom)


@pytest.fixture
def tajik(newsroom) -> Locale:
    return Locale.objects.get(language_code="tg")


@pytest.fixture
def source(kept_source, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept_source)


@pytest.fixture(scope="module")
def kept_pair(kept_in_module) -> Pair:
    with kept_in_module():
        return make_pair()


@pytest.fixture
def pair(kept_pair, db) -> Pair:
    return Pair(kept_pair.fresh_source(), kept_pair.fresh_target())


@pytest.fixture
def admin(db) -> Any:
    return make_user(superuser=True)


@pytest.fixture(scope="module")
def kept_memory(kept_newsroom, kept_in_module) -> list[int]:
    """Return a translation that the memory knows, and one of another article with the same text that was begun."""
    from tests.translation import test_suggestions as told  # noqa: PLC0415 - it has this fixture too

    with kept_in_module():
        tajik, translator = Locale.objects.get(language_code="tg"), get_user_model().objects.get(pk=kept_newsroom)
        first = told.translated(told.article(), tajik, translator)
        other = told.article(title="Другая вода")
        return [first.pk, start_translation(source=other, locale=tajik, user=translator).pk]


@pytest.fixture
def first(kept_memory, db) -> Any:
    return AnalysisPage.objects.get(pk=kept_memory[0])


@pytest.fixture
def second(kept_memory, db) -> Any:
    return Page.objects.get(pk=kept_memory[1])
