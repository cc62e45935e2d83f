"""The mail address of an account: how it is changed, who is told, and what waits for one that works."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from chorsu_articles import protected_names
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from cms.models import User
from cms.newsroom.messages import tell
from tests.delivery.test_messages import make_due
from tests.factories import PASSWORD, make_person, make_user
from tests.whole_database import everything_but_the_names

pytestmark = [pytest.mark.usefixtures("newsroom", "_messages_in_english")]

ACCOUNT = reverse("wagtailadmin_account")
FORMER, NEW = "former@example.org", "new@example.org"


@pytest.fixture
def owner() -> User:
    return make_user("Journalists (ru)", email=FORMER, first_name="Anna", last_name="B")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change_own(client: Client, address: str, password: str = "", **more: str) -> Any:
    fields = {"name_email-first_name": "Anna", "name_email-last_name": "B", "locale-preferred_language": "en"}
    fields |= {"address-email": address, "address-password": password, "theme-theme": "system"}
    fields |= {"theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on", **more}
    for name in ("assigned", "due", "overdue", "source_changed"):
        fields[f"translation_messages-{name}"] = "mail"
    return client.post(ACCOUNT, fields)


def address_of(user: User) -> str:
    user.refresh_from_db()
    return user.email


@pytest.mark.parametrize("password", ["", "wrong"])
def test_an_open_session_alone_changes_no_address(owner: User, password: str) -> None:
    client = signed_in(owner)
    answer = change_own(client, NEW, password)
    assert (answer.status_code, address_of(owner)) == (200, FORMER)
    assert 'name="address-password"' in answer.content.decode()
    # By the way that it was changed before, too.
    change_own(client, FORMER, **{"name_email-email": NEW})
    assert address_of(owner) == FORMER
    assert not OutgoingMessage.objects.exists()


def test_with_the_password_it_is_changed_and_the_former_address_is_told(owner: User) -> None:
    UserProfile.objects.filter(user=owner).update(preferred_language="ru")
    assert change_own(signed_in(owner), NEW, PASSWORD).status_code == 302
    assert address_of(owner) == NEW
    (message,) = OutgoingMessage.objects.all()
    assert message.recipient == FORMER
    assert message.subject.startswith("Адрес электронной почты")
    assert owner.username in message.body
    assert NEW not in message.body


def test_the_rest_of_the_account_asks_for_no_password(owner: User) -> None:
    # A domain in capitals is no other address.
    User.objects.filter(pk=owner.pk).update(email="former@Example.ORG")
    changed = change_own(signed_in(owner), "former@Example.ORG", **{"name_email-first_name": "Zoya"})
    assert changed.status_code == 302
    owner.refresh_from_db()
    assert owner.first_name == "Zoya"


def test_saving_the_rest_of_the_account_allows_no_more_guesses(owner: User) -> None:
    client = signed_in(owner)
    assert [change_own(client, NEW, "wrong").status_code for _ in range(9)] == [200] * 9
    # Wagtail doesn't look at a password that comes without a new one.
    assert change_own(client, FORMER, **{"password-old_password": "wrong"}).status_code == 302
    assert change_own(client, NEW, "wrong").status_code == 429


def test_an_administrator_s_form_changes_others_only(owner: User) -> None:
    chief = make_user(superuser=True, email="chief@example.org", first_name="Chief", last_name="C")
    client = signed_in(chief)

    def change(user: User, address: str) -> int:
        fields = {"username": user.username, "first_name": "A", "last_name": "B", "email": address, "is_active": "on"}
        return client.post(reverse("wagtailusers_users:edit", args=[user.pk]), fields).status_code

    assert (change(chief, NEW), address_of(chief)) == (200, "chief@example.org")
    assert (change(owner, NEW), address_of(owner)) == (302, NEW)
    (message,) = OutgoingMessage.objects.all()
    assert message.recipient == FORMER
    assert message.body.startswith("Chief C has changed the e-mail address of your account")


def test_a_protected_account_tells_no_address(owner: User) -> None:
    chief = make_user("Chief editors")
    owner.email = NEW
    owner.save()
    OutgoingMessage.objects.update(recipient=FORMER)
    protected_names.protect(user=chief, person=make_person("Anna B"), account=owner, email="")
    assert not {FORMER, NEW} & set(OutgoingMessage.objects.values_list("recipient", flat=True))
    assert FORMER not in everything_but_the_names()
    owner.refresh_from_db()
    assert 'name="address-email"' not in signed_in(owner).get(ACCOUNT).content.decode()
    assert OutgoingMessage.objects.filter(key__startswith="address_changed:").count() == 1


def test_what_is_told_to_an_address_that_does_not_work_waits_for_one(owner: User) -> None:
    owner.email = "anna at example"
    owner.save()
    tell([owner], "approver", {"person": owner, "actor": owner, "roles": []}, key="1")
    deliver_due()
    message = OutgoingMessage.objects.get(key="1")
    assert (message.sent_at, "Settings > Users" in message.last_error) == (None, True)
    owner.email = NEW
    owner.save()
    deliver_due()
    assert [sent.to for sent in mail.outbox if sent.subject.startswith("May approve")] == [[NEW]]


def test_what_waits_for_a_refused_address_goes_to_the_mended_one_once(owner: User) -> None:
    for recipient, key in ((FORMER, "1"), (FORMER, "2"), (NEW, "2"), ("other@example.org", "1")):
        send(channel="mail", recipient=recipient, subject="S", body="Text", key=key)
    owner.email = NEW
    owner.save()
    found = OutgoingMessage.objects.filter(subject="S").values_list("recipient", "key")
    assert set(found) == {(NEW, "1"), (FORMER, "2"), (NEW, "2"), ("other@example.org", "1")}
    owner.email = FORMER
    owner.save()
    # What tells of a change stays with the address that it tells.
    owner.email = "third@example.org"
    owner.save()
    make_due()
    told = OutgoingMessage.objects.filter(key__startswith="address_changed:").values_list("recipient", flat=True)
    assert sorted(told) == [FORMER, FORMER, NEW]
