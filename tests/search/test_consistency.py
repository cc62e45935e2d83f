"""The index compared with the database, backups that were restored, and rebuilds that were killed."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from chorsu_search import writing
from chorsu_search.checks import check_engines
from chorsu_search.documents import SearchDocument
from chorsu_search.engines import get_engine
from chorsu_search.engines.base import EngineError
from chorsu_search.management.commands import search_check, search_rebuild
from chorsu_search.management.commands.search_check import compare
from chorsu_search.models import Document, IndexChange, IndexWriter
from chorsu_search.writing import rebuild, sweep, sync
from tests.factories import make_article, make_section
from tests.search.stubborn import StubbornEngine

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture(autouse=True)
def _rebuilt():
    rebuild()  # the page that Wagtail's migrations make


def ids() -> list[str]:
    return [str(message.id) for message in check_engines(databases=["default"])]


def test_every_kind_of_difference_is_found_and_mended():
    section = make_section()
    missing, outdated, moved, changed = (make_article(section, title=f"Газ {number}") for number in range(4))
    sync()
    changed.title = "Уголь"
    changed.save()
    found = compare("embedded")
    assert (found.checked >= 4, found.waiting, found.faults) == (True, 1, []), "what waits is no fault"
    engine = get_engine("embedded")
    Document.objects.filter(pk=missing.pk).delete()
    (stored,) = engine.stored([outdated.pk])
    engine.index([replace(stored, texts={"headline": "Старое"})], claim=1)
    Document.objects.filter(pk=moved.pk).update(language="tg")
    engine.index([SearchDocument(999_999, "ru", {"headline": "Никто"})], claim=1)
    found = compare("embedded")
    assert (found.missing, found.surplus) == ([missing.pk], [999_999])
    assert found.outdated == sorted([outdated.pk, moved.pk])
    with pytest.raises(CommandError, match="4 pages differ"):
        call_command("search_check", stdout=io.StringIO())
    call_command("search_check", repair=True, stdout=io.StringIO())
    assert compare("embedded").faults == []


def test_comparing_and_rebuilding_take_as_little_memory_however_many_pages(monkeypatch):
    monkeypatch.setattr(search_check, "BATCH", 2)
    monkeypatch.setattr(writing, "BATCH", 2)
    section = make_section()
    for number in range(5):
        make_article(section, title=f"Газ {number}")
    sizes: list[int] = []
    for module in (search_check, writing):
        read = module.specific_pages
        monkeypatch.setattr(module, "specific_pages", lambda keys, read=read: sizes.append(len(keys)) or read(keys))
    rebuild()
    assert compare("embedded").faults == []
    assert len(sizes) >= 6
    assert max(sizes) == 2


@pytest.fixture
def restored(two_engines) -> int:
    """An index elsewhere that knows later changes than the database, and a page that is to be written there."""
    page = make_article(title="Газ")
    sweep()
    assert ids() == []
    StubbornEngine.claim += 500
    StubbornEngine.documents[999_999] = SearchDocument(999_999, "ru", {"headline": "Потом"})
    page.save()
    return int(page.pk)


def test_a_restored_backup_is_noticed_with_the_next_change_and_the_index_is_rebuilt(restored):
    assert "a backup was restored" in sync().error
    assert ids() == ["chorsu_search.W007"]
    assert sweep().error == ""
    assert not IndexWriter.objects.filter(rebuild=True).exists()
    assert not IndexChange.objects.exists()
    assert restored in StubbornEngine.documents
    writer = IndexWriter.objects.get(engine="stubborn")
    assert writer.claim == StubbornEngine.claim, "above everything that is stored"


def test_a_rebuild_that_has_to_be_is_tried_until_it_succeeds(restored, monkeypatch):
    def fail(*_args, **_values):
        raise EngineError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(StubbornEngine, "rebuilding", fail)
        assert "the disk is full" in sweep().error
        row = IndexWriter.objects.get(engine="stubborn")
        assert (row.rebuild, row.last_error) == (True, "the disk is full")
        assert row.not_before > timezone.now()
    IndexWriter.objects.update(not_before=timezone.now())
    assert ids() == ["chorsu_search.W007"]
    assert sweep().error == ""
    assert restored in StubbornEngine.documents
    assert ids() == []


def test_a_killed_rebuild_is_done_again_by_the_sweep_and_a_running_one_is_left_alone():
    make_article(title="Газ")
    sync()
    Document.objects.all().delete()
    rows = IndexWriter.objects.filter(engine="embedded")
    rows.update(rebuild=True, rebuild_until=timezone.now() + timedelta(seconds=50))
    sweep()
    assert not Document.objects.exists(), "somebody is at it"
    rows.update(rebuild_until=timezone.now())
    rebuild(languages=["tg"])
    assert rows.get().rebuild, "one language is not the whole"
    sweep()
    assert Document.objects.exists()
    assert not rows.get().rebuild


def test_the_progress_line_says_how_long_it_takes(monkeypatch):
    clock = iter([0.0, 10.0, 50.0, 100.0])
    # The command's clock alone: other threads ask the real one.
    monkeypatch.setattr(search_rebuild, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    output = io.StringIO()
    with search_rebuild.progress_line(output, 1000) as show:
        for done in (100, 500, 1000):
            show("embedded", done)
    assert output.getvalue().splitlines() == [
        "embedded [###############...............] 500/1000, 10 a second, 0:50 left",
        "embedded [##############################] 1000/1000, 10 a second, 0:00 left",
    ]
