"""The index compared with the database, backups that were restored, and rebuilds that were killed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from chorsu_search import rebuilding, services
from chorsu_search.breaker import reset_breakers
from chorsu_search.checks import check_engines
from chorsu_search.consistency import compare
from chorsu_search.documents import SearchDocument
from chorsu_search.engines import get_engine
from chorsu_search.models import Document, IndexChange, IndexRebuild, IndexVersion
from chorsu_search.progress import ProgressLine
from chorsu_search.rebuilding import rebuild, sweep
from chorsu_search.services import last_version, next_version, sync
from tests.factories import make_article
from tests.search.test_write_path import STUBBORN, StubbornEngine

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
EMBEDDED = {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    reset_breakers()
    monkeypatch.setattr(rebuilding, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(StubbornEngine, "documents", {})
    rebuild()  # the page that Wagtail's migrations make
    yield
    reset_breakers()


def ids() -> list[str]:
    return [str(message.id) for message in check_engines(databases=["default"])]


def test_an_index_that_is_right_has_no_faults() -> None:
    page = make_article(title="Газ", lead="Вода")
    changed = make_article(title="Нефть")
    sync()
    changed.title = "Уголь"
    changed.save()
    found = compare("embedded")
    assert (found.checked >= 2, found.waiting, found.faults) == (True, 1, [])
    assert page.pk in {row.page_id for row in Document.objects.all()}


def test_every_kind_of_difference_is_found_and_mended() -> None:
    missing, outdated, twice, ahead = (make_article(title=f"Газ {number}") for number in range(4))
    sync()
    engine = get_engine("embedded")
    Document.objects.filter(page_id=missing.pk).delete()
    (stored,) = engine.stored([outdated.pk])
    engine.index([replace(stored, texts={"headline": "Старое"}, version=next_version())])
    Document.objects.filter(page_id=twice.pk).update(language="tg")
    Document.objects.filter(page_id=ahead.pk).update(version=last_version() + 1000)
    engine.index([SearchDocument(999_999, next_version(), "ru", {"headline": "Никто"})])
    found = compare("embedded")
    assert found.missing == [missing.pk]
    assert found.outdated == sorted([outdated.pk, twice.pk, ahead.pk])
    assert found.surplus == [999_999]
    with pytest.raises(CommandError, match="5 pages differ"):
        call_command("search_check", stdout=io.StringIO())
    Document.objects.filter(page_id=ahead.pk).update(version=1)
    output = io.StringIO()
    call_command("search_check", repair=True, stdout=output)
    assert "4 pages are written again or deleted" in output.getvalue()
    assert compare("embedded").faults == []


def test_comparing_takes_as_many_queries_and_as_little_memory_however_many_pages(monkeypatch: Any) -> None:
    monkeypatch.setattr("chorsu_search.consistency.BATCH", 2)
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    for number in range(5):
        make_article(title=f"Газ {number}")
    rebuild()
    sizes: list[int] = []
    monkeypatch.setattr(
        "chorsu_search.consistency.specific_pages",
        lambda keys: sizes.append(len(keys)) or services.specific_pages(keys),
    )
    assert compare("embedded").faults == []
    assert len(sizes) >= 3
    assert max(sizes) == 2


def test_a_restored_backup_is_noticed_and_the_index_is_rebuilt(settings: Any) -> None:
    settings.CHORSU_SEARCH = {"ENGINES": {"stubborn": STUBBORN, "embedded": EMBEDDED}, "PAUSE": 0}
    page = make_article(title="Газ")
    sweep()
    assert ids() == []
    # After the backup a page was published and another changed; then the backup came back.
    later = last_version() + 500
    StubbornEngine.documents[999_999] = SearchDocument(999_999, later, "ru", {"headline": "Потом"})
    StubbornEngine.documents[page.pk] = replace(StubbornEngine.documents[page.pk], version=later - 1)
    assert ids() == ["chorsu_search.W007"]
    with pytest.raises(CommandError, match="restored from a backup"):
        call_command("search_check", engine=["stubborn"])
    assert sweep().error == ""
    assert last_version() > later, "the next change is newer than everything that is stored"
    assert StubbornEngine.documents[page.pk].version > later
    assert not IndexRebuild.objects.exists()
    assert next_version() > later


def test_a_rebuild_that_a_restored_backup_forces_is_tried_until_it_succeeds(settings: Any) -> None:
    settings.CHORSU_SEARCH = {"ENGINES": {"stubborn": STUBBORN}, "PAUSE": 0}
    make_article(title="Газ")
    StubbornEngine.documents[999_999] = SearchDocument(999_999, last_version() + 500, "ru", {})

    def fail(*_args: Any, **_values: Any) -> None:
        raise rebuilding.EngineError("the disk is full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StubbornEngine, "rebuild", fail)
        assert "the disk is full" in sweep().error
    assert "the disk is full" in IndexRebuild.objects.get().last_error
    IndexRebuild.objects.update(not_before=timezone.now())
    assert ids() == ["chorsu_search.W007"]
    assert sweep().error == ""
    assert not IndexRebuild.objects.exists()


def test_a_killed_rebuild_is_done_again_by_the_sweep_and_a_running_one_is_left_alone() -> None:
    make_article(title="Газ")
    sync()
    Document.objects.all().delete()
    row = IndexRebuild.objects.create(engine="embedded", claimed_until=timezone.now() + timedelta(seconds=50))
    sweep()
    assert not Document.objects.exists(), "somebody is at it"
    IndexRebuild.objects.filter(pk=row.pk).update(claimed_until=timezone.now())
    rebuild(languages=["tg"])
    assert IndexRebuild.objects.exists(), "one language is not the whole"
    IndexRebuild.objects.update(not_before=timezone.now())
    sweep()
    assert Document.objects.exists()
    assert not IndexRebuild.objects.exists()


def test_numbers_only_grow() -> None:
    first = next_version()
    assert next_version() > first
    assert last_version() > first
    assert IndexVersion.objects.count() == 1
    assert not IndexChange.objects.filter(engine="nobody").exists()


def test_the_progress_line_says_how_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 10.0, 50.0, 100.0])
    monkeypatch.setattr("chorsu_search.progress.time.monotonic", lambda: next(clock))
    output = io.StringIO()
    line = ProgressLine(output, 1000, in_place=False)
    for done in (100, 500, 1000):
        line.show("embedded", done)
    assert output.getvalue().splitlines() == [
        "embedded [###############...............] 500/1000, 10 a second, 0:50 left",
        "embedded [##############################] 1000/1000, 10 a second, 0:00 left",
    ]
