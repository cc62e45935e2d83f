"""A Russian article and its translation into Tajik."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.reading import with_leaf
from chorsu_translation.services import start_translation
from tests.newsroom_copy import copy_newsroom
from tests.translation.editor.translating import PARAGRAPHS, path_of, rich
from tests.translation.test_states import article, member, publish


@pytest.fixture
def newsroom(db: None) -> None:
    copy_newsroom()


@pytest.fixture
def source(newsroom: None) -> AnalysisPage:
    page = article()
    return publish(with_leaf(page, path_of(page), rich(PARAGRAPHS)))


@pytest.fixture
def translator(newsroom: None) -> Any:
    user = member("translator", "Translators (tg)")
    UserProfile.objects.create(user=user, preferred_language="en")
    return user


@pytest.fixture
def target(source: AnalysisPage, translator: Any) -> AnalysisPage:
    page: Page = start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=translator)
    specific: AnalysisPage = page.specific
    return specific
