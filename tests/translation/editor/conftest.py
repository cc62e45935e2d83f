"""A Russian article and its translation into Tajik."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Locale

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.reading import with_leaf
from chorsu_translation.starting import start_translation
from cms.models import User
from tests.factories import signed_in
from tests.translation.editor.translating import PARAGRAPHS, path_of, rich
from tests.translation.newsroom import article, publish


@pytest.fixture(scope="module")
def kept(kept_newsroom, kept_in_module) -> list[int]:
    with kept_in_module():
        source = article()
        source = publish(with_leaf(source, path_of(source), rich(PARAGRAPHS)))
        translator = User.objects.get(pk=kept_newsroom)
        target = start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=translator)
        return [source.pk, target.pk]


@pytest.fixture
def source(kept, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept[0])


@pytest.fixture
def target(kept, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept[1])


@pytest.fixture
def client(translator) -> Client:
    """Return a browser in which the translator is signed in."""
    return signed_in(translator)
