"""Every attempt, against a running newsroom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.abuse.attempts import all_attempts
from tests.abuse.newsroom import Newsroom
from tests.abuse.server import running_newsroom

pytestmark = pytest.mark.abuse


@pytest.fixture(scope="session")
def newsroom() -> Iterator[Newsroom]:
    """Serve a newsroom of its own for all attempts."""
    with running_newsroom() as address:
        yield Newsroom(address)


ATTEMPTS = [
    pytest.param(one, id=f"{one.subject}: {one.title}", marks=pytest.mark.slow if one.slow else ())
    for one in all_attempts()
]


@pytest.mark.parametrize("one", ATTEMPTS)
def test_it_is_refused(newsroom, one):
    assert one.run(newsroom), "says how it was refused"
