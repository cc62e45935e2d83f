from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from wagtail.models import Page

from tests.editorial.desk import Desk, fresh
from tests.feedback.pages import HTML, approved_page, make_article, make_mending_desk

Kept = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _memory_cache(memory_cache):
    """Count in a cache of this process: the table of the database's cache is made by a command."""


@pytest.fixture(scope="package", autouse=True)
def _plain_base_template() -> Iterator[None]:
    """Extend a plain base template: the plug-in is tested here, not the site's design."""
    # Once for the folder: all templates are read anew where this changes.
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]):
        yield


@pytest.fixture(scope="module")
def _kept_desk(kept_in_module) -> Desk:
    with kept_in_module():
        return make_mending_desk()


@pytest.fixture
def desk(_kept_desk, db) -> Desk:
    """Return a desk whose editor may mend live pages."""
    return deepcopy(_kept_desk)


@pytest.fixture(scope="module")
def _kept_page(kept_in_module, _kept_desk) -> Any:
    with kept_in_module():
        page = approved_page(_kept_desk, HTML)
    _kept_desk.browsers.clear()
    return page


@pytest.fixture
def page(_kept_page, desk) -> Any:
    """Return a page that the desk approved and put live."""
    return fresh(_kept_page)


@pytest.fixture(scope="module")
def _kept_article(kept_in_module) -> int:
    with kept_in_module():
        return make_article().pk


@pytest.fixture
def article(_kept_article, db) -> Any:
    """Return a published article of several paragraphs."""
    return Page.objects.get(pk=_kept_article).specific
