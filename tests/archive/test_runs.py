"""Bringing an archive in: again, in pieces, by several processes, with faults; and its translations."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import Locale, Page

from chorsu_archive import runs
from chorsu_archive.items import Archive, ArchiveError, Medium, Note, Options
from chorsu_archive.mapping import Mapping
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.runs import advance, advance_due, begin, begin_undo, work_on
from chorsu_archive.same_source import source_of
from chorsu_articles.models import AnalysisPage, Picture, SectionPage
from chorsu_translation.baselines import link_translation
from chorsu_translation.models import Baseline, TranslationLink, TranslationRequest, Withdrawal
from chorsu_translation.selectors import State, page_state
from cms.reader.cache_version import current_version
from tests.archive.made import FIRST, item, notes_of, take_back, write
from tests.articles.documents import PDF
from tests.articles.pictures import file_of
from tests.migrated_file import ROOT, put_migrated_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_newsroom")]
ROUNDS = 25


def pages(**chosen: Any) -> Any:
    return AnalysisPage.objects.filter(**chosen).order_by("pk")


def page_of(key: str) -> Any:
    return ImportedItem.objects.get(kind="page", key=key, identity="old.example").page.specific


@pytest.mark.thorough
def test_a_second_run_writes_what_changed_in_the_source_and_nothing_else(imports):
    assert imports(*(item(n) for n in range(4))).counts == {"created": 4}
    before = list(pages().values())
    assert imports().counts == {"unchanged": 4}
    assert list(pages().values()) == before

    page = page_of("1")
    page.title = "Правка редактора"
    page.save_revision().publish()
    page_of("2").delete()
    run = imports(*(item(n, html="<p>Новый текст.</p>") for n in range(3)), item(3), item(4))
    assert run.counts == {"changed": 1, "kept": 2, "unchanged": 1, "created": 1}
    changed, kept = page_of("0"), page_of("1")
    assert "Новый текст." in str(changed.body)
    assert changed.first_published_at == item(0).published
    assert changed.latest_revision_id == changed.live_revision_id
    assert (kept.title, "Новый текст." in str(kept.body)) == ("Правка редактора", False)
    assert not pages(slug="article-2").exists()
    notes = [kind for row in run.items.filter(what="kept") for kind, *_text in row.notes]
    assert notes == ["dropped", "dropped"]
    assert imports().counts == {"unchanged": 3, "kept": 2}


def test_a_date_that_an_editor_corrected_stays(imports):
    """Nor is a page put up that was taken down, or given the text of another language."""
    imports(item(1), item(2), item(3))
    page = page_of("1")
    page.published_on = FIRST
    page.save_revision().publish()
    page_of("2").unpublish()
    other = {"html": "<p>Другое.</p>"}
    run = imports(item(1, **other), item(2, **other), item(3, language="tg", **other))
    assert run.counts == {"kept": 3}
    assert (page_of("1").published_on, page_of("2").live) == (FIRST, False)
    assert "language" in run.items.get(key="3").notes[0][1]
    assert "Первый абзац" in str(page_of("3").body)


def test_that_translations_came_apart_is_told_once_the_source_joins_them(imports, monkeypatch):
    monkeypatch.setattr(runs, "BATCH", 1)
    imports(item(1), item(2, language="tg"))
    run = imports(item(1, group="a"), item(2, language="tg", group="a"))
    assert [len(row.notes) for row in run.items.order_by("key")] == [0, 1]


def test_an_article_without_text_picture_or_film_is_a_draft_and_that_is_told(imports):
    film = '<a href="https://youtu.be/dQw4w9WgXcQ">https://youtu.be/dQw4w9WgXcQ</a>'
    items = [item(1, html="<p> </p>"), item(2, html="", lead="Лид."), item(3, html="", picture="m")]
    items += [item(4, html=f"<p>{film}</p>"), item(5, html="", picture="lost"), item(6, published=None)]
    imports(*items, media=[Medium("m", "docx:a.docx#1.png")], files={"m": file_of("png")})
    assert [page_of(key).live for key in "123456"] == [False, True, True, True, False, True]
    assert page_of("1").first_published_at is None
    rows = ImportedItem.objects.filter(kind="page").order_by("key")
    kinds = [" ".join(kind for kind, *_text in row.notes) for row in rows]
    assert kinds == ["guessed", "", "", "", "broken guessed", "guessed"]
    assert not Redirect.objects.exists(), "the picture has no address"


def test_the_time_in_which_an_archive_is_read_again_is_no_time_of_work(prepare, monkeypatch):
    """A folder of Word files is converted from its beginning: else a long one would come in one batch at a time."""
    now = count(step=100)
    monkeypatch.setattr(runs, "BATCH", 1)
    monkeypatch.setattr(runs, "time", SimpleNamespace(monotonic=lambda: next(now)))
    run = prepare(*(item(n) for n in range(9)))
    advance(run, seconds=350)
    assert run.position == 3


def test_a_live_page_stays_live_where_the_source_took_it_back_and_that_is_told(imports):
    imports(item(1))
    run = imports(item(1, status="draft", html="<p>Другое.</p>"))
    page = page_of("1")
    assert (run.counts, page.live, page.has_unpublished_changes) == ({"changed": 1}, True, True)
    assert "Другое." not in str(page.body)
    assert [kind for kind, *_text in ImportedItem.objects.get(kind="page").notes] == ["guessed"]


def test_translations_are_joined_and_live_whatever_batch_or_run_they_come_in(imports, monkeypatch):
    monkeypatch.setattr(runs, "BATCH", 1)
    of = {"group": "g1", "slug": "water"}
    first = [item(1, language="tg", **of), item(4, language="en", original=True, **of)]
    imports(*first)
    tajik, english = page_of("1"), page_of("4")
    assert tajik.translation_key == english.translation_key
    link = TranslationLink.objects.get(target=tajik)
    assert (link.source_id, link.live_baseline.how) == (english.pk, Baseline.How.LINKED)
    assert page_state(tajik) == page_state(english) == State.LIVE

    imports(*first, item(6, language="ru", **of))
    russian = page_of("6")
    assert russian.translation_key == tajik.translation_key
    assert TranslationLink.objects.get(target=russian).source_id == english.pk
    assert page_state(russian) == State.LIVE
    assert not TranslationLink.objects.filter(target=english).exists()

    imports(item(4, language="en", html="<p>New facts: 15.</p>", original=True, **of))
    assert page_state(tajik) == State.OUTDATED
    english_now = item(4, language="en", html="<p>New facts: 16.</p>", original=True, **of)
    imports(english_now, item(1, language="tg", html="<p>16.</p>", **of))
    assert page_state(tajik) == State.LIVE


def test_without_a_word_of_the_source_the_first_that_is_live_was_first(imports):
    of = [item(1, language="en", group="a"), item(2, language="ru", group="a")]
    of += [item(4, language="en", status="draft", group="b"), item(3, language="tg", group="b")]
    imports(*of)
    sources = dict(TranslationLink.objects.values_list("target_id", "source_id"))
    assert sources == {page_of("2").pk: page_of("1").pk, page_of("4").pk: page_of("3").pk}


def test_linking_in_bulk_is_as_linking_one_by_one(imports):
    imports(item(1, group="a"), item(2, language="tg", group="a"), item(3, language="en", status="draft", group="a"))
    names = ("target", "revision", "source", "digest", "units", "reading", "how", "declared_by", "former")
    links = ("target", "source", "adapted", "live_baseline__digest", "live_baseline__revision")

    def stored():
        baselines = Baseline.objects.order_by("target").values_list(*names)
        return [*baselines, *TranslationLink.objects.order_by("target").values_list(*links)]

    in_bulk = stored()
    assert len(in_bulk) == 4
    Baseline.objects.all().delete()
    TranslationLink.objects.all().delete()
    for key in ("2", "3"):
        link_translation(source=page_of("1"), target=page_of(key))
    assert stored() == in_bulk


def test_blocks_of_translations_stand_beside_their_source(imports):
    imports(item(1, group="a"), item(2, language="tg", group="a"), item(3))
    ids = [[block.id for block in page_of(key).body] for key in ("1", "2", "3")]
    assert ids[0] == ids[1] != ids[2]


def test_a_translation_joins_a_text_that_was_alone_before(imports):
    imports(item(1))
    page = page_of("1")
    tajik = Locale.objects.get(language_code="tg")
    request = TranslationRequest.objects.create(translation_key=page.translation_key, locale=tajik)
    imports(item(1, group="a"), item(2, language="tg", group="a"))
    assert page_of("2").translation_key == page.translation_key
    assert TranslationLink.objects.get(target=page_of("2")).source_id == page.pk
    request.refresh_from_db()
    assert request.done_at, "what was requested is there"


def test_a_second_text_of_a_language_stands_alone(imports):
    run = imports(item(1, group="a"), item(2, group="a"))
    assert run.counts == {"created": 2}
    assert page_of("1").translation_key != page_of("2").translation_key
    assert ImportedItem.objects.get(kind="page", key="2").notes[0][0] == "guessed"


def test_what_cannot_come_in_is_told_and_stops_nothing(imports):
    imports(item(1, group="a"))
    Withdrawal.objects.create(translation_key=page_of("1").translation_key, title="x", reason="x", notices={})
    items = [item(1, group="a"), item(2), item(3, language="de"), item(4, language="en", group="a"), item(5), item(5)]
    items.append(item(6, title="x" * 300, fields={"headline": "x" * 299}))
    run = imports(*items, mapping=Mapping({"fields": {"headline": {"field": "seo_title"}}}))
    assert run.counts == {"unchanged": 2, "created": 3, "failed": 2}
    notes = {row.key: notes_of(row) for row in run.items.filter(kind="page")}
    assert notes["3"] == [("dropped", "The language “de” isn't switched on here.")]
    assert "retracted" in notes["4"][0][1]
    assert ["cut" in text for _kind, text in notes["6"]] == [True, True]
    assert len(page_of("6").title) <= len(page_of("6").seo_title) == 255
    assert not any(Page.find_problems())


def test_failed_items_are_tried_again(imports):
    assert imports(item(1, language="de")).counts == imports().counts == {"failed": 1}
    imports(item(1, language="ru"))
    assert page_of("1").live
    assert ImportedItem.objects.get(kind="page").notes == []


def test_language_and_date_and_drafts_are_chosen_by_whoever_begins(imports, path):
    write(path, [item(1, language=""), item(2, language="tg_TJ"), item(900, language="")])
    call_command("import_archive", str(path), "--language=tg", "--since=2016-01-01", "--draft", verbosity=0)
    assert list(pages().values_list("slug", "live", "locale__language_code")) == [("article-900", False, "tg")]
    assert ImportRun.objects.get().counts == {"left_out": 2, "created": 1}
    imports()
    assert ImportedItem.objects.get(key="1").notes[0][0] == "guessed"
    assert page_of("2").locale.language_code == "tg"


def test_a_preview_counts_and_writes_no_page(imports):
    imports(item(1))
    count = Page.objects.count()
    run = imports(item(1, html="<p>X</p>"), item(2, authors=("anna",)), item(3, language="de"), is_preview=True)
    assert run.counts == {"changed": 1, "created": 1, "failed": 1}
    assert Page.objects.count() == count
    assert "Первый" in str(page_of("1").body)
    assert not ImportedItem.objects.filter(kind="person").exists()
    assert imports().counts == {"changed": 1, "created": 1, "failed": 1}


def test_readers_get_new_pages_once_a_batch_is_in(imports):
    before = current_version()
    imports(item(1))
    assert current_version() != before


def test_two_processes_never_work_on_one_run(prepare, monkeypatch):
    monkeypatch.setattr(runs, "BATCH", 2)
    run = prepare(*(item(n) for n in range(6)))
    first = work_on(run)
    assert [next(first).position, next(first).position] == [0, 2]
    assert advance(run, seconds=9)  # the other one's
    assert (advance_due(), run.position, pages().count()) == (0, 2, 2)
    ImportRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    second = work_on(run)
    assert next(second).position == 4
    # The first one wakes up, and can write nothing.
    with pytest.raises(runs.LeaseLostError):
        next(first)
    assert pages().count() == 4
    (done,) = second
    assert (done.state, done.counts, pages().count()) == (ImportRun.State.DONE, {"created": 6}, 6)


def test_the_worker_brings_in_what_is_due(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "SWEEP_SECONDS", 0)
    begun = [begin(write(tmp_path / f"{n}.made", [item(n)]), options=Options()) for n in range(3)]
    for run in begun:
        ImportRun.objects.filter(pk=run.pk).update(identity=f"{run.pk}.example")
    assert [advance_due(), advance_due()] == [3, 3]
    call_command("import_archive")
    assert set(ImportRun.objects.values_list("state", flat=True)) == {ImportRun.State.DONE}


def test_which_source_a_run_is_of_is_found_by_the_worker(prepare, tmp_path):
    (broken := tmp_path / "broken.made").write_bytes(b"")
    run = prepare(item(1))
    unreadable, given_up = (begin(broken, options=Options()) for _number in range(2))
    assert run.identity == ""
    begin_undo(given_up)
    assert given_up.state == ImportRun.State.UNDONE
    assert advance_due() == 0
    for each in (run, unreadable):
        each.refresh_from_db()
    assert (run.identity, run.counts) == ("old.example", {"created": 1})
    assert (unreadable.state, unreadable.identity, bool(unreadable.error)) == ("failed", "", True)


def break_off(run: ImportRun) -> None:
    """Work on a run, and end as a process that was killed."""
    steps = work_on(run)
    assert [next(steps).position, next(steps).position] == [0, 1]
    steps.close()


def test_another_site_of_the_same_name_is_another_source(imports):
    """Their articles have the same numbers; a part of a site that shares none with the first belongs to it."""
    site = [item(n, addresses=(f"http://localhost/{n}", f"http://localhost/?p={n}")) for n in (1, 2)]
    other = [replace(each, title="Другая", addresses=(f"http://localhost/x{each.key}",)) for each in site]
    brought = [imports(*site), imports(*other), imports(item(3, addresses=("http://localhost/3",)))]
    assert [run.identity for run in brought] == ["old.example", "old.example#2", "old.example"]
    assert ([run.counts["created"] for run in brought], page_of("1").title) == ([2, 2, 1], "Статья 1")
    take_back(brought[0])
    renamed = [replace(each, title="Иная") for each in other]
    run = imports(*renamed)
    assert (run.identity, run.counts) == ("old.example#2", {"changed": 2})


def test_an_archive_is_read_once_for_all_sources_of_its_name(imports):
    """What it shares with each of them is counted in one reading."""

    class Archived(Archive):
        readings = 0

        def items(self):
            self.readings += 1
            return iter(sites[1])

    sites = [[item(1, title=title, addresses=(f"http://localhost/{title}",))] for title in ("a", "b", "c")]
    for site in sites:
        imports(*site)
    archive = Archived()
    assert (source_of(archive, "old.example"), archive.readings) == ("old.example#2", 1)


def test_a_link_to_a_place_of_another_article_is_told(imports):
    imports(item(1, addresses=("https://old.example/1",)))
    imports(item(2, html='<p><a href="https://old.example/1#part">Дальше</a></p>'))
    notes = notes_of(ImportedItem.objects.get(key="2"))
    assert notes == [
        ("dropped", "A link leads to the beginning now, not to its place: https://old.example/1#part"),
    ]


def test_the_command_goes_on_with_what_was_broken_off_and_names_it(prepare, path, monkeypatch, capsys):
    monkeypatch.setattr(runs, "BATCH", 1)
    file = path.with_name("m.toml")
    write(path, [item(n, authors=("anna",)) for n in range(3)])
    call_command("import_archive", path, dry_run=True, mapping=file)
    older = begin(path, options=Options(), mapping=Mapping.read(file))
    break_off(older)
    call_command("import_archive", path, mapping=file)
    told = capsys.readouterr().out
    assert f"Import {older.pk} goes on: {path}" in told
    assert "3 of 3: 3 created" in told
    assert ImportRun.objects.get(is_preview=False) == older
    older = prepare(item(0), item(1))
    break_off(older)
    call_command("import_archive", path, draft=True)
    told = capsys.readouterr().out
    assert f"Import {older.pk} was begun before, and came first: 2 of 2: 2 changed" in told
    assert "2 of 2: 2 unchanged" in told


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_runs_of_one_source_come_one_after_the_other(prepare, monkeypatch):
    monkeypatch.setattr(runs, "BATCH", 1)
    items = [item(1, group="a", original=True), item(2, language="tg", group="a")]
    first, second = prepare(*items), prepare(*items)
    killed = work_on(first)
    assert [next(killed).position, next(killed).position] == [0, 1]
    assert advance(second, seconds=9)
    assert (second.state, advance_due(), pages().count()) == (ImportRun.State.WAITING, 0, 1)
    ImportRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert advance(second, seconds=9)
    first.refresh_from_db()
    assert (first.state, first.counts, TranslationLink.objects.count()) == (ImportRun.State.DONE, {"created": 2}, 1)
    assert not advance(second, seconds=9)
    assert second.counts == {"unchanged": 2}


def test_an_archive_that_breaks_off_ends_the_run_with_a_sentence(prepare, path, tmp_path):
    run = prepare(item(1))
    path.write_bytes(b"")
    assert not advance(run, seconds=9)
    assert (run.state, bool(run.error)) == (ImportRun.State.FAILED, True)
    (tmp_path / "a.txt").touch()
    with pytest.raises(CommandError, match="none of these"):
        call_command("import_archive", tmp_path / "a.txt")
    missing = tmp_path / "b.txt"
    for place, options in ((missing, {}), (path, {"media": missing}), (path, {"groups": missing})):
        with pytest.raises(ArchiveError, match="can't be read"):
            begin(place, options=Options(**options))


def test_what_can_not_be_written_is_told_in_a_sentence(path):
    write(path, [item(1)])
    with pytest.raises(CommandError, match="Not a directory"):
        call_command("import_archive", path, "--dry-run", "--mapping", path / "a.toml")
    with pytest.raises(CommandError, match="Not a directory"):
        call_command("export_archive", path / "out")


def test_characters_that_no_database_stores_end_no_run(imports):
    said: dict[str, Any] = {"title": "A\0\ud800", "language": "de", "addresses": ("https://old.example/\0",)}
    run = imports(item(1, key="a\0", notes=(Note("broken", "b\0"),), **said))
    row = run.items.get()
    assert (run.counts, row.key, row.title, row.addresses) == ({"failed": 1}, "a", "A", ["https://old.example/"])
    assert row.notes[0] == ["broken", "b"]


def test_a_section_that_is_deleted_meanwhile_fails_only_its_items(prepare, monkeypatch):
    monkeypatch.setattr(runs, "BATCH", 2)
    run = prepare(item(1, language="tg"), item(2), item(3), item(4, language="tg"))
    steps = work_on(run)
    assert [next(steps).position, next(steps).position] == [0, 2]
    SectionPage.objects.get(kind="analysis", locale__language_code="tg").delete()
    assert [held.counts for held in steps][-1] == {"created": 3, "failed": 1}
    assert "no section" in ImportedItem.objects.get(kind="page", key="4").notes[0][1]


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_files_that_a_text_links_to_come_and_a_credit_stands_once(imports):
    report = Medium("1", "https://old.example/report.pdf")
    bridge = Medium("2", "https://old.example/bridge.png", caption="Мост. Фото: Анна Ли", language="ru")
    html = '<p><a href="https://old.example/report.pdf">a</a> <a href="/bridge.png">b</a></p>'
    one = item(1, html=html, picture="2", addresses=("https://old.example/1/",), data={"footnotes": "[]"})
    imports(one, media=[report, bridge], files={"1": PDF, "2": file_of("png")})

    page, picture = AnalysisPage.objects.get(), Picture.objects.get()
    links = f'<a linktype="document" id="{Document.objects.get().pk}">a</a> <a href="{picture.file.url}">b</a>'
    assert page.body.raw_data[0]["value"] == f"<p>{links}</p>"
    assert (page.main_picture_caption, picture.credit) == ("Мост.", "Анна Ли")
    assert ImportedItem.objects.get(kind="page").notes == []


@pytest.mark.thorough
def test_a_process_that_is_killed_anywhere_leaves_nothing_half_done(tmp_path):
    put_migrated_file(tmp_path / "newsroom.sqlite3")
    environment = os.environ | {"NEWSROOM_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cms.settings.test"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.archive.killed_import", str(tmp_path / "a.made"), str(ROUNDS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("kills") > 5
    assert found == {
        "state": "done",
        "counts": {"created": 120},
        "pages": 120,
        "problems": [],
        "links": 60,
        "units": 120,
        "unnoted": 0,
        "differing": 0,
    }


def test_a_fault_of_the_database_that_comes_again_and_again_ends_a_run(prepare, monkeypatch):
    def refuse(*_given):
        raise OperationalError("too many SQL variables")

    monkeypatch.setattr(runs, "MOST_ATTEMPTS", 1)
    monkeypatch.setattr(runs.pages, "write", refuse)
    run = prepare(item(0))
    with pytest.raises(OperationalError):
        advance(run, seconds=100)
    assert not advance(run, seconds=100)
    assert (run.state, run.error) == ("failed", "too many SQL variables")


def test_a_run_that_kills_each_process_ends(prepare):
    run = prepare(item(0))
    ImportRun.objects.update(attempts=runs.MOST_ATTEMPTS + 1)
    assert not advance(run, seconds=100)
    assert (run.state, bool(run.error), run.total) == ("failed", True, 0)


def test_while_files_can_not_be_stored_a_run_waits(path, monkeypatch):
    def refuse(_picture):
        raise OSError(errno.EHOSTDOWN, "The bucket is away")

    medium = Medium("m", "https://old.example/m.png")
    write(path, [item(1, picture="m")], media=[medium], files={"m": file_of("png")})
    with monkeypatch.context() as patch:
        patch.setattr(Picture, "save", refuse)
        with pytest.raises(CommandError, match="The bucket is away"):
            call_command("import_archive", path)
    run = ImportRun.objects.get()
    assert (run.state, run.position) == (ImportRun.State.RUNNING, 0)
    assert not advance(run, seconds=100)
    assert (run.counts, page_of("1").main_picture) == ({"created": 1}, Picture.objects.get())


def test_the_words_of_a_picture_that_can_not_be_had_are_told(imports):
    address = "https://old.example/gone.png"
    html = f'<figure><img src="{address}" alt="Река"><figcaption>Разлив у моста</figcaption></figure><p>Текст.</p>'
    imports(item(0, html=html), media=[Medium("m", address)])
    words = {note[-1] for note in ImportedItem.objects.get(kind="page").notes}
    assert {"Разлив у моста", "Река"} <= words


@pytest.mark.django_db(transaction=True)
def test_the_line_under_a_picture_in_a_text_is_that_of_the_main_picture_and_gives_its_credit(imports):
    media = [Medium("1", "https://old.example/a.png", caption="Мост", alt="Мост")]
    html = '<figure><img src="/a.png" alt="Пул"><figcaption>Пул. Акс: Анна Ли</figcaption></figure><p>X</p>'
    items = [item(1, language="tg", html=html, picture="1"), item(2, html=html.replace("Анна Ли", "Лола"), picture="1")]
    for is_preview in (True, False):
        run = imports(*items, media=media, files={"1": file_of("png")}, is_preview=is_preview)
        assert run.items.get(kind="page", key="1").notes == []
    assert [note[-1] for note in run.items.get(kind="page", key="2").notes] == ["Лола"]
    assert Picture.objects.get().credit == "Анна Ли"
    page = page_of("1")
    assert (page.main_picture_caption, page.main_picture_alt) == ("Пул.", "Пул")
    assert page.body.raw_data[0]["value"]["credit"] == ""
