"""What all chief editors are told: what goes past a second pair of eyes, and who comes to approve."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from wagtail.log_actions import LogContext
from wagtail.models import Page
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_delivery.services import deliver_due
from cms.models import User
from cms.newsroom.invitations import invite
from tests.editorial.desk import LEAD, sent_by
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")

CHIEFS = {"chief@example.org", "second@example.org"}


@pytest.fixture
def chief(newsroom: None) -> User:
    make_user("Chief editors", email="gone@example.org", is_active=False)
    second = make_user("Chief editors", email="second@example.org")
    UserProfile.objects.filter(user=second).update(preferred_language="ru")
    return make_user("Chief editors", email="chief@example.org", first_name="Timur")


def sent() -> dict[str, str]:
    mail.outbox.clear()
    while deliver_due():
        pass
    return {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}


def publish(client: Client, **posted: Any) -> Page:
    section = SectionPage.objects.get(slug="analysis", locale__language_code="ru")
    page = AnalysisPage(title="Water & <power>", lead=LEAD, slug="water", live=False, locale=section.locale)
    section.add_child(instance=page)
    page.save_revision()
    url = f"/admin/pages/{page.pk}/edit/"
    data = sent_by(client.get(url).content.decode())
    data.update({"key_points-count": "0", "body-count": "0", "references-count": "0", "action-publish": "1", **posted})
    client.post(url, data)
    return Page.objects.get(pk=page.pk)


def test_all_chief_editors_are_told_of_a_publication_by_right(chief: User, client: Client) -> None:
    client.force_login(chief)
    page = publish(client, publish_reason="A flood.")
    assert page.live
    messages = sent()
    assert set(messages) == CHIEFS
    text = messages["chief@example.org"]
    assert text.startswith("Without a second pair of eyes: Water & <power>\n")
    assert "Published without approval: “Water & <power>” (" in text
    assert "), Timur." in text
    assert "15 words of it were read by nobody else." in text
    assert "A flood." in text
    assert "/admin/reports/exceptions/" in text
    assert f"/admin/pages/{page.pk}/edit/" in text
    assert messages["second@example.org"].startswith("Без второго взгляда: Water & <power>\n")


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("editor", "* Editor (Тоҷикӣ)"),
        ("chief_editor", "* Chief editor (every language)"),
        ("journalist", ""),
        ("translator", ""),
    ],
)
def test_an_invitation_to_approve_is_told_and_one_to_write_is_not(chief: User, role: str, told: str) -> None:
    invite(inviter=chief, address="new@example.org", roles=[role], languages=["tg"], message_language="ru")
    messages = sent()
    assert set(messages) & CHIEFS == (CHIEFS if told else set())
    if told:
        text = messages["chief@example.org"]
        for words in (
            "May approve from now on: ",
            "Timur has given",
            "(new@example.org) a role that approves texts:",
            told,
        ):
            assert words in text


@pytest.mark.parametrize("backwards", [False, True])
def test_a_role_for_an_account_there_is_is_told(chief: User, backwards: bool) -> None:
    person = make_user("Journalists (ru)", email="person@example.org")
    editors = Group.objects.get(name="Editors (ru)")
    with LogContext(user=chief):
        if backwards:
            editors.user_set.add(person)
        else:
            person.groups.add(editors)
        person.groups.add(Group.objects.get(name="Translators (ru)"))
    messages = sent()
    assert set(messages) == CHIEFS
    assert "* Редактор (Русский)" in messages["second@example.org"]


def test_a_new_administrator_is_told(chief: User, client: Client) -> None:
    person = make_user("Journalists (ru)", email="person@example.org", first_name="P", last_name="Q")
    client.force_login(make_user(superuser=True))
    url = f"/admin/users/edit/{person.pk}/"
    data = {"username": "p", "email": person.email, "first_name": "P", "last_name": "Q", "is_superuser": "on"}
    data |= {"is_active": "on", "groups": [group.pk for group in person.groups.all()]}
    client.post(url, data)
    person.refresh_from_db()
    assert person.is_superuser
    assert "* Administrator" in sent()["chief@example.org"]
    client.post(url, data)
    assert not sent(), "once is enough"


def test_what_a_program_does_is_not_told(chief: User) -> None:
    make_user("Editors (ru)")
    make_user(superuser=True)
    assert not sent()
