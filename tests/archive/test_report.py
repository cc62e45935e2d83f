"""What an import tells of itself: in sum and per article, for people and for programs."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect

from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.report import OTHERS, WRITERS, articles_of, as_html, as_json, numbers_of
from tests.factories import make_article

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def make_run(**fields: Any) -> ImportRun:
    facts = {"identity": "https://old.example", "format": "wordpress", "path": "/srv/in/export.xml", "total": 4}
    facts |= {"state": ImportRun.State.DONE, "counts": {"created": 2, "kept": 1, "failed": 1}}
    return ImportRun.objects.create(**{**facts, **fields})


def add(run: ImportRun, key: str, what: str = "created", **fields: Any) -> ImportedItem:
    facts = {"identity": run.identity, "kind": ImportedItem.Kind.PAGE, "title": key.title(), "language": "ru"}
    return ImportedItem.objects.create(run=run, key=key, what=what, **{**facts, **fields})


def test_sums_are_by_what_happened_by_language_and_by_kind_of_note():
    run = make_run()
    add(run, "one", page=make_article(), notes=[["dropped", "A form."], ["broken", "http://old.example/x"]])
    add(run, "two", language="tg", notes=[["dropped", "A poll."]])
    add(run, "three", "kept")
    add(run, "four", "failed", language="", notes=[["guessed", "Its date."]])
    add(run, "picture", kind=ImportedItem.Kind.PICTURE)
    add(make_run(), "of another run", identity="elsewhere", notes=[["dropped", "A map."]])
    Redirect.objects.create(old_path="/one", redirect_page=run.items.get(key="one").page)
    numbers = numbers_of(run)

    def rows(name):
        return {label: number for _key, label, number in numbers[name]["rows"]}

    assert rows("articles") == {"New": 2, "Left as editors made them": 1, "Not brought in": 1}
    assert rows("languages") == {"Русский": 2, "–": 1, "Тоҷикӣ": 1}
    assert [number for _key, _label, number in numbers["notes"]["rows"]] == [2, 1, 1]
    assert rows("others") == {"Pictures": 1, "Old addresses that lead on": 1}


def test_notes_of_one_text_are_counted_together_the_worst_first():
    run = make_run()
    form, block = ["dropped", "A formula was left out:", None, "$x$"], "A block that the old site filled by itself:"
    add(run, "one", notes=[["guessed", "Its date."], *(["dropped", block, None, str(n)] for n in range(794)), form])
    add(run, "two", notes=[["broken", "%(address)s: this link leads nowhere here.", {"address": "/ғ"}, ""]])
    add(run, "three", "failed", notes=[["dropped", "x"]])
    numbers = numbers_of(run)
    assert [[row[1:] for row in numbers[kind]["rows"]] for kind in ("dropped", "broken")] == [
        [("A block that the old site filled by itself", 794), ("A formula was left out", 1), ("x", 1)],
        [("…: this link leads nowhere here.", 1)],
    ]
    for kind, found in (("dropped", ["three", "one"]), ("broken", ["two"])):
        assert [row.key for row in articles_of(run, kind)] == found
    assert [row.key for row in articles_of(run)] == ["three", "one", "two"]
    assert [row.key for row in articles_of(run, numbers["dropped"]["rows"][1][0])] == ["one"]
    page = BeautifulSoup(as_html(run), "html.parser")
    assert [len(each("li")) for each in page.select(".archive-articles details")] == [794]


def test_every_kind_of_object_has_a_label():
    assert set(OTHERS) == set(ImportedItem.Kind) - {ImportedItem.Kind.PAGE}


def test_articles_are_found_by_the_kind_of_a_note_and_not_by_its_words():
    run = make_run()
    first = add(run, "one", notes=[["guessed", 'It said "dropped" there.'], ["broken", "x"]])
    second = add(run, "two", notes=[["dropped", "guessed"]])
    third = add(run, "three", "kept", notes=[["dropped", "y"]])
    assert list(articles_of(run, "dropped")) == [second, third]
    assert list(articles_of(run, "guessed")) == list(articles_of(run, "broken")) == [first]
    assert list(articles_of(run, "kept")) == [third]


def test_json_is_the_whole_report():
    run = make_run()
    page = make_article()
    add(run, "one", page=page, notes=[["broken", "http://old.example/ғ"]], addresses=["http://old.example/?p=1"])
    add(run, "two", title="Ҷумҳурии Тоҷикистон")
    report = json.loads(as_json(run))
    assert (report["file"], report["identity"], report["total"]) == ("export.xml", "https://old.example", 4)
    first, second = report["articles"]
    label = "Broken links and files"
    address = "http://old.example/ғ"
    assert first["notes"] == [{"kind": "broken", "label": label, "heading": address, "text": address}]
    assert (first["page_id"], first["addresses"], first["happened"]) == (page.pk, ["http://old.example/?p=1"], "New")
    assert (second["page_id"], second["title"], second["notes"]) == (None, "Ҷумҳурии Тоҷикистон", [])
    assert json.loads(as_json(make_run()))["articles"] == []


@pytest.mark.thorough
@pytest.mark.parametrize("write", WRITERS.values())
def test_a_report_of_many_articles_needs_little_memory(write):
    run = make_run()
    notes = [["dropped", "A form of the old site that nothing here answers. " * 4]]
    facts = {"identity": run.identity, "kind": ImportedItem.Kind.PAGE, "run": run, "what": "created"}
    rows = [ImportedItem(key=str(n), title=f"Title {n}", notes=notes, **facts) for n in range(2_000)]
    ImportedItem.objects.bulk_create(rows, batch_size=500)
    write(make_run())  # what is imported and compiled at the first time
    tracemalloc.start()
    write(run)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000 * len(rows)


def test_what_comes_from_the_source_is_text():
    run = make_run(identity=HOSTILE, path=f"/srv/{HOSTILE}", error=HOSTILE)
    notes = [["dropped", HOSTILE], [HOSTILE, "x"]]
    add(run, "one", title=HOSTILE, language=HOSTILE[:20], notes=notes, page=make_article())
    add(run, HOSTILE, title="")
    page = BeautifulSoup(as_html(run), "html.parser")
    assert not page(["script", "img"])
    assert not [name for tag in page(True) for name in tag.attrs if name.startswith("on")]
    assert page.get_text().count(HOSTILE) == 8


def test_the_page_speaks_the_language_of_who_asks():
    """Of what an earlier version stored the words are as they were."""
    facts = {"line": 3, "name": "a.xml", "reason": "there is a control character; remove it"}
    error = "Line %(line)d of %(name)s can't be read: %(reason)s."
    run = make_run(is_preview=True, error=error, error_values=facts)
    add(run, "one", notes=[["dropped", "Форма."], ["dropped", "Comments and pings left out: %d.", 3, ""]])
    with translation.override("ru"):
        page = as_html(run)
    assert '<html lang="ru" dir="ltr">' in page
    assert "Пробный импорт" in page
    assert "Форма." in page
    assert "Пропущено комментариев и уведомлений: 3." in page
    assert "Строку 3 файла a.xml прочитать не удаётся: есть управляющий символ; удалите его." in page
