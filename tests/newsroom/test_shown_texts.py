"""Names and other texts of vocabularies: changed by editors of the language, logged, told, put back."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from chorsu_articles.models import Country, Organisation, Person, Topic
from chorsu_articles.protected_names import protect
from chorsu_articles.vocabularies import TEXTS_CHANGED, put_back, record_change, text_changes, texts_of
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due
from chorsu_editorial.refusals import Refusal
from cms.models import User
from tests.factories import make_person, make_user

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")
NAMES = {"name_ru": "Вода", "name_en": "Water"}


@pytest.fixture
def topic(newsroom: None) -> Topic:
    return Topic.objects.create(**NAMES, description_ru="О воде", slug="voda")


@pytest.fixture
def organisation(newsroom: None) -> Organisation:
    return Organisation.objects.create(**NAMES, slug="voda", website="https://water.example/")


def address(row: Any) -> str:
    return reverse(f"wagtailsnippets_chorsu_articles_{row._meta.model_name}:edit", args=[row.pk])


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def edit(user: User, row: Any, **changes: str) -> dict[str, str]:
    """Send the row's form as a forger would; return what differs then."""
    before = texts_of(type(row).objects.get(pk=row.pk))
    browser(user).post(address(row), {**before, "photo": "", **changes})
    after = texts_of(type(row).objects.get(pk=row.pk))
    return {name: text for name, text in after.items() if text != before[name]}


def changes(row: Any) -> Any:
    entries = ModelLogEntry.objects.filter(action=TEXTS_CHANGED, object_id=str(row.pk))
    return entries.filter(content_type__model=row._meta.model_name).order_by("pk")


def sent() -> dict[str, str]:
    mail.outbox.clear()
    while deliver_due():
        pass
    return {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}


OTHERS = {"name_ru": "Forged", "name_en": "Forged", "description_ru": "", "slug": "forged"}


def test_a_translator_changes_no_text_that_stands(topic: Topic) -> None:
    translator = make_user("Translators (ru)", "Translators (tg)")
    for name, forged in OTHERS.items():
        assert edit(translator, topic, **{name: forged}) == {}
    assert not changes(topic).exists()
    assert sent() == {}


def test_a_translator_fills_what_is_empty_in_the_own_languages(topic: Topic) -> None:
    translator = make_user("Translators (tg)")
    make_user("Chief editors", email="chief@example.org")
    filled = {"name_tg": "Об", "description_tg": "Дар бораи об"}
    assert edit(translator, topic, **filled, description_en="Forged") == filled
    assert changes(topic).get().data["after"] == filled
    assert sent() == {}, "it is a translator's work"
    assert edit(translator, topic, name_tg="Forged") == {}, "now it stands"


@pytest.mark.parametrize("row", ["topic", "organisation", "person"])
def test_an_editor_of_one_language_changes_nothing_in_another(row: str, request: pytest.FixtureRequest) -> None:
    found = make_person("Иван", name_en="Ivan") if row == "person" else request.getfixturevalue(row)
    editor = make_user("Editors (ru)", "Translators (en)")
    assert edit(editor, found, name_en="Forged", slug="forged") == {}
    assert edit(editor, found, name_ru="Воды", name_en="Forged") == {"name_ru": "Воды"}


def test_only_chief_editors_change_an_address(topic: Topic) -> None:
    editor = make_user("Editors (ru)", "Editors (tg)", "Editors (en)")
    assert edit(editor, topic, slug="forged") == {}
    assert edit(editor, topic, slug="") == {}, "nor is it made anew from the name"
    assert "only those who may delete the entry can change it" in browser(editor).get(address(topic)).content.decode()
    assert edit(make_user("Chief editors"), topic, slug="water") == {"slug": "water"}
    assert changes(topic).get().data == {"before": {"slug": "voda"}, "after": {"slug": "water"}}


def test_a_link_that_readers_see_is_changed_by_editors(organisation: Organisation) -> None:
    assert edit(make_user("Translators (ru)"), organisation, website="https://forged.example/") == {}
    changed = {"website": "https://rivers.example/"}
    assert edit(make_user("Editors (ru)"), organisation, **changed) == changed


def test_a_change_is_logged_told_and_put_back(topic: Topic) -> None:
    editor = make_user("Editors (ru)", first_name="Anna", email="me@example.org")
    make_user("Chief editors", email="chief@example.org")
    make_user("Editors (ru)", email="colleague@example.org")
    assert edit(editor, topic, name_ru="Воды") == {"name_ru": "Воды"}
    entry = changes(topic).get()
    assert (entry.user, entry.data) == (editor, {"before": {"name_ru": "Вода"}, "after": {"name_ru": "Воды"}})

    mails = sent()
    assert set(mails) == {"chief@example.org"}
    for words in ("topic", "Anna", "− Name (Русский): Вода", "+ Name (Русский): Воды", address(topic)):
        assert words in mails["chief@example.org"]
    history = reverse("wagtailsnippets_chorsu_articles_topic:history", args=[topic.pk])
    assert "Name (Русский): Вода → Name (Русский): Воды" in browser(editor).get(history).content.decode()

    back = reverse("chorsu_articles_admin:put_text_back", args=[entry.pk])
    for refused in (make_user("Translators (ru)"), make_user("Editors (en)")):
        assert back not in browser(refused).get(address(topic)).content.decode()
        answer = browser(refused).post(back, follow=True)
        assert "only editors of this language" in unescape(answer.content.decode()) or "may not edit" in unescape(
            answer.content.decode()
        )
    assert browser(make_user("Journalists (ru)")).post(back).status_code == 302
    assert str(Topic.objects.get().name_ru) == "Воды"

    colleague = make_user("Editors (ru)")
    assert back in browser(colleague).get(address(topic)).content.decode()
    assert browser(colleague).get(back).status_code == 405
    browser(colleague).post(back)
    assert Topic.objects.get().name_ru == "Вода"
    assert changes(topic).last().data == {"before": {"name_ru": "Воды"}, "after": {"name_ru": "Вода"}}
    assert set(sent()) == {"chief@example.org"}
    answer = browser(colleague).post(back, follow=True)
    assert "has been changed since" in answer.content.decode()


def test_putting_back_leaves_a_row_with_a_name_and_an_address_of_its_own(topic: Topic) -> None:
    chief = make_user("Chief editors")
    edit(chief, topic, slug="water")
    Topic.objects.create(name_ru="Другая", slug="voda")
    with pytest.raises(Refusal, match="already exists"):
        put_back(user=chief, entry=changes(topic).get())
    edit(chief, topic, name_tg="Об")
    Topic.objects.filter(pk=topic.pk).update(name_ru="", name_en="")
    with pytest.raises(Refusal, match="at least one language"):
        put_back(user=chief, entry=changes(topic).last())
    Topic.objects.filter(pk=topic.pk).delete()
    with pytest.raises(Refusal, match="changed since"):
        put_back(user=chief, entry=changes(topic).last())


def test_a_country_is_changed_and_put_back_by_chief_editors() -> None:
    country, chief = Country.objects.get(code="TJ"), make_user("Chief editors")
    assert edit(chief, country, name_ru="Forged") == {"name_ru": "Forged"}
    entry = changes(country).get()
    with pytest.raises(PermissionDenied):
        put_back(user=make_user("Editors (ru)"), entry=entry)
    put_back(user=chief, entry=entry)
    assert Country.objects.get(code="TJ").name_ru == "Таджикистан"


def test_a_program_without_a_user_changes_what_it_wants(topic: Topic) -> None:
    stored = Topic.objects.get()
    topic.name_ru = "Воды"
    record_change(user=None, row=topic, before=stored)
    assert changes(topic).get().user is None


def test_a_name_that_is_protected_later_stays_in_no_log_and_no_mail() -> None:
    chief: User = make_user("Chief editors", email="chief@example.org")
    person: Any = make_person("Зульфия Першина", slug="zulfiya")
    assert edit(chief, person, name_ru="Зульфия Вершина") == {"name_ru": "Зульфия Вершина"}
    (message,) = OutgoingMessage.objects.filter(recipient="chief@example.org")
    assert "ершин" not in f"{message.subject} {message.body}"
    stale = Person.objects.get()
    protect(user=chief, person=person)
    entry = changes(person).get()
    assert (entry.data, "ершин" in entry.label) == ({}, False)
    person = Person.objects.get()
    assert [each.may_put_back for each in text_changes(row=person, user=chief)] == [False]
    with pytest.raises(Refusal):
        put_back(user=chief, entry=entry)
    # A form that was opened before, sent in the moment of the protection.
    with pytest.raises(Refusal, match="protected"):
        record_change(user=chief, row=stale, before=person)
    assert edit(chief, person, name_ru="Forged", slug="forged") == {}
    assert "ершин" not in browser(chief).get(address(person)).content.decode()
