"""The glossary: terms in texts in any form, the check of translations, and who proposes, approves and changes them."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from chorsu_editorial import stated_facts
from chorsu_translation.findings import Name
from chorsu_translation.findings import numbers_and_names as names_check
from chorsu_translation.findings.numbers_and_names import check_names
from chorsu_translation.glossary.admin import POLICY
from chorsu_translation.glossary.terms import hits, terms
from chorsu_translation.models import Term
from tests.factories import signed_in
from tests.translation.newsroom import locale, member
from tests.translation.test_findings import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english", "newsroom")]

COMMITTEE = {"source": "Комитет по делам религии", "target": "Кумитаи дин"}
CORPUS = [Name("Душанбе", "Душанбе"), Name("Азиатский банк", "Бонки Осиё"), Name("вода", "об", proper=False)]


def term(source: str, target: str = "", codes: str = "ru tg", *, approved: bool = True, **options: Any) -> Term:
    source_locale, target_locale = map(locale, codes.split())
    options["approved_at"] = timezone.now() if approved else None
    return Term.objects.create(
        source=source, target=target, source_locale=source_locale, target_locale=target_locale, **options
    )


def found(*texts: str, codes: str = "ru tg") -> list[list[Name]]:
    source_locale, target_locale = map(locale, codes.split())
    units = {("body.1.text", number): text for number, text in enumerate(texts)}
    by_unit = hits(units, source_locale=source_locale, target_locale=target_locale)
    return [by_unit.get(("body.1.text", number), []) for number in range(len(texts))]


@pytest.fixture
def _vocabulary(monkeypatch):
    monkeypatch.setattr(names_check, "_sources", [lambda *codes: CORPUS if codes == ("ru", "tg") else [], terms])


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("codes", "source", "text", "written"),
    [
        ("ru tg", "Комитет по делам религии", "комитетами по делам религий", "комитетами по делам религий"),
        ("tg ru", "Кумитаи дин", "Инро ба кумитаи дину маориф гуфтанд", "кумитаи дину"),
        ("en tg", "water committee", "Water committees meet", "Water committees"),
        ("kk ru", "су қоймасы", "Су қоймасының деңгейі", "Су қоймасының"),
        ("ky ru", "суу сактагыч", "Суу сактагычтын деңгээли", "Суу сактагычтын"),
        ("uz ru", "suv ombori", "Suv omborining sathi", "Suv omborining"),
        ("fa ru", "کمیته", "در کمیته‌ها گفتند", "کمیته"),
        ("en ru", "US", "Officials of the US said", "US"),
    ],
)
def test_a_term_is_found_in_any_form(codes, source, text, written):
    term(source, "x", codes)
    assert [hit.source for hit in found(text, codes=codes)[0]] == [written]


def test_without_the_sites_analysis_a_term_is_found_as_written(monkeypatch):
    row = term(**COMMITTEE)
    monkeypatch.setattr(stated_facts, "_vocabularies", [])
    assert found("Комитет по делам религии", "в Комитете по делам религии") == [
        [Name("Комитет по делам религии", "Кумитаи дин", proper=False, term=row)],
        [],
    ]


def test_search_brings_its_analysis_by_itself(monkeypatch):
    monkeypatch.setattr(stated_facts, "_vocabularies", [])
    apps.get_app_config("chorsu_search").ready()
    term("sourdough", "закваска", "en ru")
    [[hit]] = found("Sourdoughs rise slowly", codes="en ru")
    assert hit.source == "Sourdoughs"


def test_only_approved_terms_of_this_direction_are_found():
    term(**COMMITTEE, approved=False)
    term("Кумитаи дин", "Комитет по делам религии", "tg ru")
    term("Комитет по делам религии", "din qoʻmitasi", "ru uz")
    assert found("Комитет по делам религии") == [[]]
    term("US", "США", "en ru")
    assert found("They told us so", codes="en ru") == [[]], "an abbreviation is no other word"


@pytest.mark.usefixtures("_vocabulary")
def test_names_of_vocabularies_are_found_too_and_the_longer_term_wins():
    bank = term("банк", "банка")
    capital = term("Душанбе", "шаҳри Душанбе", note="Столица", forbidden="Душанбей\nДюшамбе")
    texts = "Азиатский банк и другой банк", "воды в Душанбе"
    assert found(*texts) == [
        [Name("Азиатский банк", "Бонки Осиё"), Name("банк", "банка", term=bank)],
        [
            Name("воды", "об", proper=False),
            Name("Душанбе", "шаҳри Душанбе", term=capital),
        ],
    ]


def test_the_number_of_queries_is_fixed():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            found("Комитет по делам религии", *["река"] * 30)
        return len(captured)

    term(**COMMITTEE)
    before = queries()
    for number in range(30):
        term(f"река {number}", "дарё")
    assert queries() == before


@pytest.mark.usefixtures("_vocabulary")
def test_a_term_stands_for_a_vocabularys_name_in_other_letters():
    row = term("азиатский банк", "Бонки рушди Осиё")
    assert found("Азиатский банк") == [[Name("Азиатский банк", "Бонки рушди Осиё", proper=False, term=row)]]
    assert said(check_names, "Азиатский банк", "Бонки Осиё") == "By the glossary or the vocabularies: Бонки рушди Осиё"


@pytest.mark.usefixtures("_vocabulary")
@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("Заявили в Комитете по делам религии.", "Дар Кумитаи дини кишвар гуфтанд.", ""),
        (
            "Заявили в Комитете по делам религии.",
            "Дар Идора гуфтанд.",
            "By the glossary or the vocabularies: Кумитаи дин",
        ),
        ("Комитет по делам религии", "Кумитаи дин, Кумитаи динӣ", "Wrong by the glossary: Кумитаи динӣ"),
        ("Комитет", "Кумитаи динӣ", ""),
        ("в Telegram", "дар Телеграм", "By the glossary or the vocabularies: Telegram"),
        (
            "Комитет по делам религии",
            "Дар идораи дин",
            "By the glossary or the vocabularies: Кумитаи дин Wrong by the glossary: Идораи дин",
        ),
        ("Сборная", "Дастаи мунтахабро", ""),  # a wrong one is a part of the right one in another form
        ("Сборная", "Дастаи мунтахабро, дастаи", "Wrong by the glossary: Дастаи"),
        ("Комитет по делам религии", "Кумитаи дини мо, идораи динҳо", ""),  # a form of a wrong one beside the right one
        ("Азиатский банк", "Хабар", "By the glossary or the vocabularies: Бонки Осиё"),
        ("Азиатский банк", "Бонки Осиё", ""),  # "банк" is no term there
    ],
)
def test_the_check_finds_what_the_translation_says_otherwise(source, target, message):
    term(**COMMITTEE, forbidden="Кумитаи динӣ\nИдораи дин")
    term("Сборная", "Дастаи мунтахаб", forbidden="Дастаи")
    term("Telegram", "Telegram")
    term("Азиатский банк", "Бонки Осиё")
    term("банк", "банка")
    assert said(check_names, source, target) == message


LIST = "/admin/translations/glossary/"
ADD = f"{LIST}new/"


def edit(row: Term, what: str = "edit") -> str:
    return f"{LIST}{what}/{row.pk}/"


def filled(codes: str = "ru tg", **texts: Any) -> dict[str, Any]:
    source, target = (locale(code).pk for code in codes.split())
    return {**COMMITTEE, "forbidden": "", "note": "", "source_locale": source, "target_locale": target, **texts}


def signed(row: Term) -> tuple[Any, bool]:
    row.refresh_from_db()
    return row.proposed_by, row.approved_at is not None


def test_a_translator_proposes_and_an_editor_of_the_language_approves(translator):
    client = signed_in(translator)
    prefilled = client.get(f"{ADD}?source=Комитет&source_locale={locale('ru').pk}&approved_at=2026-01-01&target=<b>x")
    assert (prefilled.context["form"]["source"].value(), "<b>x" in prefilled.text) == ("Комитет", False)
    client.post(ADD, filled(approved_at="2026-01-01", proposed_by="1", forbidden=" Идораи дин \n\nИдора\n"))
    row = Term.objects.get()
    assert (signed(row), row.forbidden) == ((translator, False), "Идораи дин\nИдора")
    assert {client.get(edit(row, what)).status_code for what in ("edit", "delete")} <= {302, 404}
    assert "edit/" not in client.get(LIST).text
    client = signed_in(member("editor", "Editors (tg)"))
    assert f'href="{edit(row)}"' in client.get(f"{LIST}?q=Комитет").text
    assert client.get(f"{edit(row)}?target=x").context["form"]["target"].value() == "Кумитаи дин"
    client.post(edit(row), filled(note="Так в законе"))
    assert (signed(row), row.note) == ((translator, True), "Так в законе")
    assert client.get(edit(row, "history")).status_code == 200


@pytest.mark.parametrize(
    ("groups", "may_add", "may_change"),
    [
        (["Journalists (tg)"], True, False),
        (["Editors (tg)"], True, True),
        (["Chief editors"], True, True),
        (["Editors (ru)"], False, False),
        (["Editors (ru)", "Translators (tg)"], True, False),
    ],
)
def test_who_may_do_what(groups, may_add, may_change):
    row = term("Вода", "Об", approved=False)
    client = signed_in(member("person", *groups))
    client.post(ADD, filled())
    added = Term.objects.filter(source=COMMITTEE["source"]).first()
    assert (added is not None, bool(added and added.approved_at)) == (may_add, may_change)
    client.post(edit(row), filled(source="Вода", target="Оби"))
    assert (signed(row)[1], row.target) == (may_change, "Оби" if may_change else "Об")
    client.post(edit(row, "delete"))
    assert Term.objects.filter(pk=row.pk).exists() != may_change


def test_an_editor_of_another_language_takes_no_term_away():
    row, own = term("Вода", "Об"), term("Об", "Вода", "tg ru")
    client = signed_in(member("editor", "Editors (ru)"))
    assert client.post(edit(row), filled("tg ru", source="Вода")).status_code in {302, 404}
    text = client.get(LIST).text
    offered = [edit(each, what) in text for each in (own, row) for what in ("edit", "delete")]
    assert offered == [True, True, False, False]
    another = signed_in(member("another", "Editors (tg)"))
    assert another.post(edit(row), filled("ru uz", source="Вода")).status_code == 200
    assert signed(row)[1]


def granted_to(person: Any) -> dict[int, bool]:
    """Return the languages of a person's terms, as their next request has them."""
    return POLICY.get_all_permissions_for_user(type(person).objects.get(pk=person.pk))


def test_an_editor_may_change_or_publish_the_pages_of_the_whole_tree(client):
    person = member("person", "Translators (tg)")
    home = Page.objects.get(locale=locale("tg"), depth=2)
    assert granted_to(person) == {locale("tg").pk: False}
    right = GroupPagePermission.objects.create(
        group=person.groups.get(), page=home.get_children()[0], permission_type="publish"
    )
    assert granted_to(person) == {locale("tg").pk: False}
    GroupPagePermission.objects.filter(pk=right.pk).update(page=home)
    assert granted_to(person) == {locale("tg").pk: True}
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert granted_to(person) == {}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"codes": "tg tg"}, "Choose two languages."),
        ({"target": ""}, "This field is required."),
        ({"source": "\x01"}, "This field"),
        ({}, "already exists"),
    ],
)
def test_what_says_nothing_is_refused(texts, message, admin):
    term(**COMMITTEE)
    assert message in signed_in(admin).post(ADD, filled(**texts)).text
    assert Term.objects.count() == 1


def test_texts_are_stored_in_nfc(admin):
    signed_in(admin).post(ADD, filled(source="Комитет  ", target=unicodedata.normalize("NFD", "Кумитаи динӣ")))
    assert Term.objects.get().target == "Кумитаи динӣ"
