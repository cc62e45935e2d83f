"""What several test modules need."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import settings

# Other examples on every run and more of them; `make slow` uses it.
settings.register_profile("seeds", max_examples=500, deadline=None, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the seed of the order that tests run in."""
    parser.addoption("--shuffle", type=int, help="run modules, and the tests in each, in a random order of this seed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle, before pytest-django puts the tests that empty the database behind the others."""
    if (seed := config.getoption("--shuffle")) is not None:
        order = random.Random(seed)
        places = {path: order.random() for path in sorted({item.path for item in items})}
        items.sort(key=lambda item: (places[item.path], order.random()))


@pytest.fixture
def _messages_in_english() -> Iterator[None]:
    """Give what is called without a request its messages in English, whatever the newsroom's default language is."""
    with translation.override("en"):
        yield
