"""The caches themselves, and the bytes of style sheet, scripts and fonts as production serves them."""

from __future__ import annotations

import gzip
import time
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import redis
from django.contrib.staticfiles import finders
from django.core.cache.backends.redis import RedisCache
from django.core.files.base import ContentFile
from django.utils.module_loading import import_string

from cms.reader import caches
from cms.reader.caches import FileCache, SharedCache, StaticFilesStorage
from cms.settings.env import reader_cache
from tests.threads import at_once


def test_one_of_many_adds_a_key_and_the_next_when_it_has_run_out(tmp_path):
    many = [FileCache(str(tmp_path), {}) for _ in range(8)]
    assert sorted(at_once(*[lambda each=each: each.add("turn", 1, 20) for each in many])) == [False] * 7 + [True]
    assert many[0].get("turn") == 1
    many[0].delete("turn")
    assert many[1].add("turn", 2, -1)
    assert many[2].add("turn", 3, 20)
    assert many[3].get("turn") == 3


def test_a_folder_holds_no_more_than_it_may(tmp_path, monkeypatch):
    monkeypatch.setattr(caches, "CULL_PROBABILITY", 1)
    cache = FileCache(str(tmp_path), {"OPTIONS": {"MAX_ENTRIES": 10}})
    for number in range(50):
        cache.set(f"page-{number}", "text")
    assert len(list(tmp_path.iterdir())) <= 10


def test_a_named_redis_takes_the_place_of_files(tmp_path):
    settings = reader_cache("pages", "redis://localhost:6379/0", tmp_path, most=10)
    assert import_string(settings["BACKEND"]) is SharedCache
    assert settings["LOCATION"] == "redis://localhost:6379/0"


def test_without_its_redis_a_site_makes_each_page_anew(monkeypatch):
    monkeypatch.setattr(SharedCache, "away_until", 0.0)
    monkeypatch.setattr(caches, "AWAY_SECONDS", 0)
    cache = SharedCache("redis://127.0.0.1:1/0", {"OPTIONS": {}})
    cache.set("page", "text")
    assert cache.get("page", "nothing") == "nothing"
    assert cache.get_many(["page"]) == {}
    # Nobody waits for anybody.
    assert cache.add("turn", 1, 20)
    assert not cache.has_key("turn")
    assert not cache.delete("turn")


def test_a_redis_that_does_not_answer_is_left_alone_for_a_moment(monkeypatch):
    get = Mock(side_effect=redis.TimeoutError)
    monkeypatch.setattr(SharedCache, "away_until", 0.0)
    monkeypatch.setattr(RedisCache, "get", get)
    every = [SharedCache("redis://127.0.0.1:1/0", {"OPTIONS": {}}) for _ in range(2)]  # each thread has its own
    assert [cache.get("page", "nothing") for cache in every] == ["nothing"] * 2
    assert get.call_count == 1
    monkeypatch.setattr(SharedCache, "away_until", time.monotonic())
    assert every[1].get("page", "nothing") == "nothing"
    assert get.call_count == 2


FONTS = {"cyrillic": 40_000, "latin": 25_000, "persian": 40_000}


def stored(folder: Path, content: bytes) -> bytes:
    """Return what the storage keeps of a style sheet."""
    storage = StaticFilesStorage(location=folder, base_url="/static/")
    return (folder / storage.save("site.css", ContentFile(content))).read_bytes()


def test_comments_and_indents_are_left_out_and_nothing_else(tmp_path):
    kept = b'b::before { content: ", "; inline-size: calc(1px + 2px); }\n'
    assert stored(tmp_path, b"/* why */\na {\n  color: red;\n}\n" + kept) == b"\na {\ncolor: red;\n}\n" + kept


def test_the_style_sheet_of_the_site_is_at_most_13_kb(tmp_path):
    content = Path(str(finders.find("cms/css/site.css"))).read_bytes()
    assert len(gzip.compress(stored(tmp_path, content))) <= 13_000


@pytest.mark.parametrize(("script", "limit"), FONTS.items())
def test_a_page_s_two_fonts_are_small(script, limit):
    folder = Path(str(finders.find("cms/fonts/OFL.txt"))).parent
    files: list[Any] = sorted(folder.glob(f"{script}-[0-9]*.woff2"))
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) <= limit
