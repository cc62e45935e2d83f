"""Uploaded files of these tests go to a folder of their own, and what they keep into a Redis of their own."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.languages import newsroom_languages


@pytest.fixture(autouse=True)
def _own_media(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> None:
    if "media_of_module" not in request.fixturenames:
        settings.MEDIA_ROOT = tmp_path


@pytest.fixture(scope="module")
def media_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let tests of a module find the files of pictures that were made once for all of them."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="module")
def three_languages() -> Iterator[None]:
    """Publish in the languages of a page and of its translation, and in one that has none of them, like all others."""
    with newsroom_languages("ru", "tg", "en"):
        yield


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Redis that listens in a folder alone, and return its address."""
    program = shutil.which("redis-server") or pytest.skip("There is no redis-server here: apt install redis-server.")
    pytest.importorskip("redis", reason="Python's package for Redis isn't installed: pip install redis.")
    folder = tmp_path_factory.mktemp("redis")
    socket = folder / "socket"
    settings = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", "", "--appendonly", "no"]
    with subprocess.Popen([program, *settings], stdout=subprocess.DEVNULL) as server:
        try:
            while not socket.exists():
                assert server.poll() is None
                time.sleep(0.01)
            yield f"unix://{socket}"
        finally:
            server.terminate()
