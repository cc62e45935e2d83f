from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.dispatch import Signal

from tests.editorial.desk import Desk, make_desk

PATIENCE_SECONDS = 600
Told = list[tuple[Signal, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _english(_messages_in_english):
    """Let the messages of the admin be in English."""


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def tajik() -> Desk:
    return make_desk("tg")


@pytest.fixture
def patience(monkeypatch):
    """Let whoever waits for SQLite's one writer wait: on a machine under load the limit says nothing of a deadlock."""
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", PATIENCE_SECONDS)
        monkeypatch.setattr("cms.request_checks.MOST_SECONDS", PATIENCE_SECONDS)


@pytest.fixture
def listen() -> Iterator[Callable[..., Told]]:
    """Return a function that collects what these signals tell, in order, until the test ends."""
    told: Told = []
    listened: list[Signal] = []

    def receive(signal, **facts):
        told.append((signal, facts))

    def start(*signals):
        for signal in signals:
            signal.connect(receive)
        listened.extend(signals)
        return told

    yield start
    for signal in listened:
        signal.disconnect(receive)
