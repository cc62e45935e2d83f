"""What an import tells of itself: in sum and per article, for people and for programs."""

from __future__ import annotations

import json
import tracemalloc
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation

from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.report import NOTES, articles_of, as_json, render, report_of, rows_of, summary_of
from tests.factories import make_article, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def make_run(**fields: Any) -> ImportRun:
    facts = {"identity": "https://old.example", "format": "wordpress", "path": "/srv/in/export.xml", "total": 4}
    facts |= {"state": ImportRun.State.DONE, "counts": {"created": 2, "kept": 1, "failed": 1}}
    return ImportRun.objects.create(**{**facts, **fields})


def add(run: ImportRun, key: str, what: str = "created", **fields: Any) -> ImportedItem:
    facts = {"identity": run.identity, "kind": ImportedItem.Kind.PAGE, "title": key.title(), "language": "ru"}
    return ImportedItem.objects.create(run=run, key=key, what=what, **{**facts, **fields})


def test_sums_are_by_what_happened_by_language_and_by_kind_of_note() -> None:
    run = make_run(started_by=make_user(first_name="Anora"))
    add(run, "one", page=make_article(), notes=[["dropped", "A form."], ["broken", "http://old.example/x"]])
    add(run, "two", language="tg", notes=[["dropped", "A poll."]])
    add(run, "three", "kept")
    add(run, "four", "failed", language="", notes=[["guessed", "Its date."]])
    add(run, "picture", kind=ImportedItem.Kind.PICTURE)
    add(make_run(), "of another run", identity="elsewhere", notes=[["dropped", "A map."]])
    summary = summary_of(run)
    assert summary["items"] == {"created": 2, "changed": 0, "unchanged": 0, "kept": 1, "left_out": 0, "failed": 1}
    assert summary["languages"] == {"ru": 2, "": 1, "tg": 1}
    assert summary["notes"] == {"dropped": 2, "guessed": 1, "broken": 1, "stays": 0}
    assert summary["beside"]["picture"] == 1
    assert (summary["file"], summary["started_by"]) == ("export.xml", "Anora")
    shown = {str(title): {str(label): number for label, number in rows} for title, rows in rows_of(summary)}
    assert shown["Articles"] == {"New": 2, "Left as editors made them": 1, "Not brought in": 1}
    assert shown["By language"] == {"Русский": 2, "–": 1, "Тоҷикӣ": 1}
    assert set(NOTES) == set(summary["notes"])


def test_articles_are_found_by_the_kind_of_a_note_and_not_by_its_words() -> None:
    run = make_run()
    first = add(run, "one", notes=[["guessed", 'It said "dropped" there.'], ["broken", "x"]])
    second = add(run, "two", notes=[["dropped", "guessed"]])
    third = add(run, "three", "kept", notes=[["dropped", "y"]])
    assert list(articles_of(run, note="dropped")) == [second, third]
    assert list(articles_of(run, note="guessed")) == list(articles_of(run, note="broken")) == [first]
    assert list(articles_of(run, what="kept")) == [third]


def test_json_in_pieces_is_the_whole_report() -> None:
    run = make_run()
    page = make_article()
    add(run, "one", page=page, notes=[["broken", "http://old.example/ғ"]], addresses=["http://old.example/?p=1"])
    add(run, "two", title="Ҷумҳурии Тоҷикистон")
    whole = json.loads("".join(as_json(run)))
    assert whole == report_of(run)
    first, second = whole["articles"]
    assert first["notes"] == [{"kind": "broken", "text": "http://old.example/ғ"}]
    assert first["edit"].endswith(f"/admin/pages/{page.pk}/edit/")
    assert (second["page"], second["edit"], second["title"]) == (None, None, "Ҷумҳурии Тоҷикистон")
    assert json.loads("".join(as_json(make_run())))["articles"] == []


def peak(run: ImportRun) -> int:
    """Return the most bytes that are held while a run's JSON is written."""
    tracemalloc.start()
    for _piece in as_json(run):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_memory_for_json_is_the_same_for_many_articles() -> None:
    runs = []
    for number in (1_000, 4_000):
        run = make_run(identity=f"source {number}")
        notes = [["dropped", "A form of the old site that nothing here answers. " * 4]]
        facts = {"identity": run.identity, "kind": ImportedItem.Kind.PAGE, "run": run, "what": "created"}
        rows = [ImportedItem(key=str(n), title=f"Title {n}", notes=notes, **facts) for n in range(number)]
        ImportedItem.objects.bulk_create(rows, batch_size=500)
        runs.append(run)
    peak(runs[0])  # what is imported and compiled at the first time
    small, large = map(peak, runs)
    assert large < 1.5 * small


class Elements(HTMLParser):
    """Collects the names of elements, their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_comes_from_the_source_is_text() -> None:
    run = make_run(identity=HOSTILE, path=f"/srv/{HOSTILE}", error=HOSTILE)
    add(
        run,
        "one",
        title=HOSTILE,
        language=HOSTILE[:20],
        notes=[["dropped", HOSTILE], [HOSTILE, "x"]],
        page=make_article(),
    )
    add(run, HOSTILE, title="")
    parser = Elements()
    parser.feed(render(run))
    assert not {"script", "img"} & set(parser.tags)
    assert not [name for name in parser.attributes if name.startswith("on")]
    assert parser.text.count(HOSTILE) == 7


def test_the_page_speaks_the_language_of_who_asks() -> None:
    run = make_run(is_preview=True)
    add(run, "one", notes=[["dropped", "Форма."]])
    with translation.override("ru"):
        page = render(run)
    assert '<html lang="ru" dir="ltr">' in page
    assert "Предварительный прогон" in page
    assert "Форма." in page
