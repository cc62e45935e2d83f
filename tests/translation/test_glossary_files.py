"""The glossary as CSV and TBX: what is taken out comes back, and what is hostile gets a sentence."""

from __future__ import annotations

import csv
import io
import re
import sys
from contextlib import suppress
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from translate.storage import tbx as toolkit
from wagtail.models import Locale

from chorsu_locales.normal_form import no_formula
from chorsu_translation.codes import FileError
from chorsu_translation.glossary import files
from chorsu_translation.glossary.admin import bring_in as store
from chorsu_translation.models import Term
from tests.factories import signed_in
from tests.translation.newsroom import locale, member
from tests.translation.test_glossary import LIST, signed, term

TEXTS = st.text("abЖзӣӯҳқғҷ می‌🙂&<>\"'=+-@;,\t\x0b\x00]» \xa0", min_size=1, max_size=9)
NOTES = st.text("aӣ\"',;=\r\n<&» ", max_size=12)


def stored(source: str, target: str, forbidden: list[str], note: str) -> Any:
    """Return a term as the list takes it out, or None where the admin wouldn't store it."""
    made = Term(source=source, target=target, forbidden="\n".join(forbidden), note=note)
    made.source_locale_id, made.target_locale_id = 1, 2
    with suppress(ValidationError):
        made.full_clean(["source_locale", "target_locale", "proposed_by", "approved_at"], False, False)
        locales = {"source_locale": Locale(language_code="ru"), "target_locale": Locale(language_code="tg")}
        texts = {"source": made.source, "target": made.target}
        # A term that begins with a sign of a formula behind an apostrophe loses that.
        if not any(re.match("'+[^'\\w]", text) for text in (*texts.values(), made.forbidden, made.note)):
            return SimpleNamespace(pk=1, forbidden=made.forbidden, note=made.note, **texts, **locales)
    return None


TERMS = st.builds(stored, TEXTS, TEXTS, st.lists(TEXTS, max_size=2), NOTES).filter(bool)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def texts(row: tuple[Any, ...]) -> list[Any]:
    *codes, source, target, forbidden, note = row
    return [*codes, source, target, lines(forbidden), lines(note)]


def expected(made: Any) -> list[Any]:
    return ["ru", "tg", made.source, made.target, lines(made.forbidden), lines(made.note)]


@given(terms=st.lists(TERMS, min_size=1, max_size=4))
def test_tbx_comes_back_as_it_was(terms):
    written = render_to_string("chorsu_translation/glossary/tbx.xml", {"terms": terms}).encode()
    assert [texts(row) for row in files.read(BytesIO(written))] == [expected(made) for made in terms]
    store = toolkit.tbxfile.parsestring(written, "ru", "tg")
    assert [(unit.source, unit.target) for unit in store.units] == [(made.source, made.target) for made in terms]
    assert [unit.get_target_terms()[0].deprecated for unit in store.units] == [False] * len(terms)
    wrong = [[each.text for each in unit.get_target_terms() if each.deprecated] for unit in store.units]
    assert wrong == [made.forbidden.splitlines() for made in terms]


def table(*terms: Any, mark: bool = False, delimiter: str = ",") -> bytes:
    def rows() -> Any:
        yield files.COLUMNS
        for made in terms:
            cells = [no_formula(getattr(made, name)) for name in files.FIELDS]
            yield ["ru", "tg", *cells]

    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows())
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8")


@given(terms=st.lists(TERMS, min_size=1, max_size=4), mark=st.booleans(), delimiter=st.sampled_from(",;\t"))
def test_csv_comes_back_as_it_was(terms, mark, delimiter):
    found = files.read(BytesIO(table(*terms, mark=mark, delimiter=delimiter)))
    assert [texts(row) for row in found] == [expected(made) for made in terms]


HEAD = ",".join(files.COLUMNS)
BOMB = "".join(f'<!ENTITY {chr(98 + each)} "{f"&{chr(97 + each)};" * 10}">' for each in range(9))
ENTRY = "<termEntry><langSet xml:lang='ru'><tig><term>&j;</term></tig></langSet></termEntry>"
ENTRY_OF = "<martif><termEntry>"
NOT_CSV, TOO_MANY = "with all columns", "The file has no terms, or too many."
HOSTILE = {
    "empty": (b"", NOT_CSV),
    "bomb": (f'<!DOCTYPE martif [<!ENTITY a "aaaaaaaaaa">{BOMB}]><martif>{ENTRY}</martif>', "declares a document type"),
    "external": ('<!DOCTYPE martif [<!ENTITY j SYSTEM "file:///etc/passwd">]><martif/>', "declares a document type"),
    "attributes": ('<!DOCTYPE martif [<!ATTLIST term x CDATA "y">]><martif/>', "declares a document type"),
    "parameter": ('<!DOCTYPE martif [<!ENTITY % a "b">%a;]><martif/>', "isn't XML"),
    "no entity": (f'<!DOCTYPE martif SYSTEM "file:///etc/passwd"><martif>{ENTRY}</martif>', TOO_MANY),
    "another": ("<xliff/>", "The file isn’t in TBX."),
    "damaged": ("<martif><text>", "isn't XML"),
    "nothing in it": ("<martif><text/></martif>", TOO_MANY),
    "NUL in XML": ("<martif>\0</martif>", "isn't XML"),
    "no table": ("\0" * 99, NOT_CSV),
    "encoding": (HEAD.encode() + b"\r\nru,tg," + "Вода,Об,,".encode("cp1251"), NOT_CSV),
    "UTF-16": (f"{HEAD}\nru,tg,a,b,,".encode("utf-16"), NOT_CSV),
    "quotation": (f'{HEAD}\nru,tg,a,b,,\nru,tg,"a,b,,\n', NOT_CSV),
    "cells lack": (f"{HEAD}\nru,tg,a\n", NOT_CSV),
    "columns lack": ("from,into,term\nru,tg,a\n", NOT_CSV),
    "a million columns": ("a," * 1_000_000 + "\n" + "b\n" * 100_000, NOT_CSV),
    "a million columns more": (HEAD + ",a" * 1_000_000 + "\n" + "b\n" * 100_000, NOT_CSV),
    "too long a cell": (f"{HEAD}\nru,tg,{'a' * 200_000},b,,\n", NOT_CSV),
    "zeros": (b"\0" * 6_000_000, "The file is too large."),
    "too many": (f"{HEAD}\n" + "ru,tg,a,b,,\n" * 10_001, TOO_MANY),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("_messages_in_english")
def test_a_hostile_file_gets_a_sentence(name):
    content, sentence = HOSTILE[name]
    with pytest.raises(FileError, match=sentence):
        files.read(BytesIO(content.encode() if isinstance(content, str) else content))


@pytest.mark.usefixtures("_messages_in_english")
@pytest.mark.parametrize("start", [b"<martif>", HEAD.encode()])
def test_of_a_file_of_100_megabytes_only_the_start_is_read(start):
    class Huge(io.RawIOBase):
        at = 0

        def seek(self, offset, whence=0):
            self.at = offset if whence == 0 else 100_000_000
            return self.at

        def read(self, size=-1):
            assert 0 <= size <= 5_000_001
            return (start + b"\n" * size)[:size]

    with pytest.raises(FileError, match="too large"):
        files.read(Huge())  # type: ignore[arg-type]


def test_files_of_other_programs_are_read():
    store = toolkit.tbxfile(sourcelanguage="ru", targetlanguage="tg")
    store.addsourceunit("Вода").settarget("Об", "tg")
    store.units[0].addnote("Чистая")
    assert [texts(row) for row in files.read(BytesIO(bytes(store)))] == [["ru", "tg", "Вода", "Об", [], ["Чистая"]]]
    by_namespaces = """<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
        xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic"><text><body>
        <conceptEntry id="c1"><langSec xml:lang="ru-RU">
        <descripGrp><basic:definition>Сводка</basic:definition></descripGrp>
        <termSec><term>Река</term></termSec></langSec><langSec xml:lang="tg"><termSec><term>рӯд</term>
        <min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec><termSec><term>
        дарё</term></termSec></langSec><langSec xml:lang="en"><termSec><term>river</term></termSec></langSec>
        </conceptEntry></body></text></tbx>"""
    assert [texts(row) for row in files.read(BytesIO(by_namespaces.encode("utf-16")))] == [
        ["ru-RU", "tg", "Река", "дарё", ["рӯд"], ["Сводка"]],
        ["ru-RU", "en", "Река", "river", [], ["Сводка"]],
    ]


@pytest.mark.parametrize(
    "content",
    [
        lambda number: f"{HEAD}\n" + "ru,tg,a,b,,\n" * number,
        lambda number: f"{HEAD}{',a' * number}\n" + "ru,tg,a,b,,\n" * number,
        lambda number: f"<martif>{'<tig><term>a</term></tig>' * number}</martif>",
        lambda number: (
            f"<martif><termEntry>{'<langSet><tig><term>a</term></tig></langSet>' * number}</termEntry></martif>"
        ),
        lambda number: (
            f"<martif><termEntry><langSet><tig>{'<term>a</term>' * number}</tig></langSet></termEntry></martif>"
        ),
    ],
)
def test_the_work_grows_with_the_file(content):
    def work(number):
        events = 0

        def count(*_event):
            nonlocal events
            events += 1

        sys.setprofile(count)
        try:
            with suppress(FileError):
                files.read(BytesIO(content(number).encode()))
        finally:
            sys.setprofile(None)
        return events

    assert work(2000) < 2.2 * work(1000)


def bring_in(client: Client, content: bytes) -> Any:
    return client.post(LIST, {"file": SimpleUploadedFile("terms.csv", content)}).context["view"].report


@pytest.mark.django_db
@pytest.mark.usefixtures("newsroom", "_messages_in_english")
def test_who_approves_brings_in_terms_and_others_proposals(translator):
    term("Вода", "Об", note="Чистая")
    term("Село", "Деҳа", approved=False)
    there = "Река,Дарё", "Telegram,Telegram", "Вода,Оби", "Село,Қишлоқ"
    rows = [f'ru,tg,{pair},\'=1+1,"a\r\nb"' for pair in there]
    rows += ["ru,tg,Вода,Об,,Чистая", "ru,tg,Река,Рӯд,,"]
    bad = "ru,uz,Река,daryo,,", "xx,tg,a,b,,", "tg,tg,a,b,,", "ru,tg,a,,,", f"ru,tg,{'a' * 256},b,,"
    content = "\r\n".join([HEAD, *rows, *bad, ""])
    client = signed_in(translator)
    left = ["Река → daryo", "a → b", "a → b", "a → ", f"{'a' * 256} → b"]
    for brought in (2, 0):
        report = bring_in(client, content.encode())
        assert (report["new"], report["same"], [*map(str, report["left"])]) == (brought, 6 - brought, left)
    assert Term.objects.get(source="Вода").target == "Об"
    river = Term.objects.get(source="Река")
    assert (signed(river), river.forbidden) == ((translator, False), "=1+1")
    assert Term.objects.get(source="Telegram").target == "Telegram"
    editor = member("editor", "Editors (tg)")
    assert bring_in(signed_in(editor), content.replace("Река", "Реки").encode())["new"] == 1
    assert signed(Term.objects.get(source="Реки")) == (editor, True)


@pytest.mark.django_db
@pytest.mark.usefixtures("newsroom", "_messages_in_english")
def test_approved_terms_of_the_list_are_taken_out_and_come_back(translator):
    term("=Вода", "Об", forbidden="Обь\nOb", note="a, «b»\r\nc")
    term("Telegram", "Telegram")
    term("Проект", "Лоиҳа", approved=False)
    term("river", "дарё", "en tg")
    client = signed_in(translator)
    exported = f"{LIST}?source_locale={locale('ru').pk}&export="
    taken = {form: client.get(f"{exported}{form}").getvalue() for form in ("csv", "tbx", "xlsx")}
    assert b"'=" in taken["csv"]
    sheet = load_workbook(BytesIO(taken.pop("xlsx"))).active
    assert [cell.data_type for row in sheet for cell in row if cell.value and "=" in str(cell.value)] == ["s"]
    for content in taken.values():
        assert bring_in(client, content) == {"new": 0, "same": 2, "left": []}
    for form, line_end in (("csv", "\r\n"), ("tbx", "\n")):
        Term.objects.all().delete()
        brought = bring_in(client, taken[form])
        assert (brought["new"], brought["left"]) == (2 - brought["same"], [])
        assert set(Term.objects.values_list("source", "target", "forbidden", "note")) == {
            ("=Вода", "Об", "Обь\nOb", f"a, «b»{line_end}c"),
            ("Telegram", "Telegram", "", ""),
        }
    assert bring_in(client, b"<martif>") == {"error": "The file isn't XML, or it is damaged."}


def test_a_text_that_many_terms_share_is_cut():
    languages = "<langSet><tig><term>a</term></tig></langSet>" * 9
    rows = files.read(BytesIO(f"{ENTRY_OF}<note>{'a' * 100_000}</note>{languages}</termEntry></martif>".encode()))
    assert [len(note) for *_rest, note in rows] == [2001] * 8


@pytest.mark.django_db
@pytest.mark.usefixtures("newsroom")
def test_the_number_of_queries_is_fixed_for_any_number_of_terms(translator):
    def queries(number):
        rows = [("ru", "tg", f"{number} {each}", "b", "", "") for each in range(number)]
        with CaptureQueriesContext(connection) as captured:
            store(rows, translator)
        return len(captured)

    queries(1)
    assert queries(2) == queries(40)
