"""What several test modules need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def _messages_in_english() -> Iterator[None]:
    """Give what is called without a request its messages in English, whatever the newsroom's default language is."""
    with translation.override("en"):
        yield
