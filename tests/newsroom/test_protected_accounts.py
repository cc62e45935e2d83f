"""Accounts of protected authors: what they show, how mail reaches them, how they sign in, and how names come back."""

from __future__ import annotations

import smtplib
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log, registry
from wagtail.users.models import UserProfile

from chorsu_articles import protected_names as services
from chorsu_articles.models import Person, ProtectedIdentity
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from cms.models import User
from cms.newsroom.accounts import address_of
from cms.newsroom.invitations import invite
from tests.factories import PASSWORD, make_person, make_user
from tests.whole_database import everything_but_the_names

pytestmark = [pytest.mark.usefixtures("newsroom", "_messages_in_english")]

SECRET = "zulfiqarova"
ADDRESS = f"z.{SECRET}@example.org"


@pytest.fixture
def chief() -> User:
    return make_user("Chief editors", first_name="Chief")


@pytest.fixture
def account() -> User:
    user = make_user("Journalists (ru)", email=ADDRESS, first_name="Zulfiya", last_name=SECRET.title())
    user.username = f"z-{SECRET}"
    user.save()
    return user


def protect(chief: User, account: User | None) -> ProtectedIdentity:
    person = make_person(f"Zulfiya {SECRET.title()}")
    return services.protect(user=chief, person=person, account=account, email="" if account else ADDRESS)


@pytest.mark.sql
def test_nothing_but_the_table_of_names_has_the_name(chief: User, account: User) -> None:
    UserProfile.objects.filter(user=account).update(avatar=f"avatar_images/{SECRET}.png")
    log(instance=account, action="chorsu.invite", data={"groups": ["Journalists (ru)"], "address": ADDRESS})
    send(channel="mail", recipient=ADDRESS, subject=f"Hello Zulfiya {SECRET.title()}", body=f"To {ADDRESS}", key="1")
    send(channel="mail", recipient="b@example.org", subject="New", body=f"Zulfiya {SECRET.title()} wrote", key="2")
    identity = protect(chief, account)
    assert SECRET not in everything_but_the_names()
    account.refresh_from_db()
    assert (account.get_full_name(), account.username) == (str(identity.person), f"author-{identity.pk}")
    assert {entry.label for entry in registry.get_logs_for_instance(account)} == {account.username}
    assert registry.get_logs_for_instance(account).get(action="chorsu.invite").data["groups"]
    assert OutgoingMessage.objects.get(key="2").body == f"{identity.person} wrote"


def test_mail_reaches_the_author_and_its_error_does_not_tell_the_address(
    chief: User, account: User, caplog: Any
) -> None:
    identity = protect(chief, account)
    account.refresh_from_db()
    send(channel="mail", recipient=account.email, subject="Approved", body="Text", key="3")
    refused = smtplib.SMTPRecipientsRefused({ADDRESS: (550, f"no {ADDRESS}".encode())})
    with mock.patch("django.core.mail.backends.locmem.EmailBackend.send_messages", side_effect=refused):
        deliver_due()
    assert "SMTPRecipientsRefused" in OutgoingMessage.objects.get().last_error
    assert SECRET not in everything_but_the_names() + caplog.text
    OutgoingMessage.objects.update(not_before=timezone.now())
    deliver_due()
    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]
    ProtectedIdentity.objects.update(email="")
    for missing in (identity.pk, 99_999):
        with pytest.raises(ValueError, match="Protected names"):
            address_of(f"author-{missing}@protected.invalid")
    assert address_of("b@example.org") == "b@example.org"


def test_the_author_signs_in_by_the_own_address_and_gets_a_new_password(chief: User, account: User) -> None:
    identity = protect(chief, account)
    for name in (ADDRESS.upper(), f"author-{identity.pk}"):
        answer = Client().post("/admin/login/", {"username": name, "password": PASSWORD, "next": "/admin/"})
        assert answer.status_code == 302, name
    Client().post("/admin/password_reset/", {"email": ADDRESS})
    assert SECRET not in everything_but_the_names()
    deliver_due()
    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]
    assert f"author-{identity.pk}" in str(mail.outbox[0].body)
    assert SECRET not in str(mail.outbox[0].body)


def test_a_new_author_is_invited_under_the_code_name(chief: User) -> None:
    identity = protect(chief, None)
    client = Client()
    client.force_login(chief)
    page = client.get(f"/admin/articles/names/{identity.pk}/").text
    hidden = f"author-{identity.pk}@protected.invalid"
    assert hidden.replace("@", "%40") in page
    assert hidden in client.get("/admin/invite/", {"address": hidden}).text
    form = {"address": hidden, "roles": ["journalist"], "languages": ["ru"], "message_language": "en"}
    client.post("/admin/invite/", form)
    user = User.objects.get(email=hidden)
    assert (user.get_full_name(), user.username) == (str(identity.person), f"author-{identity.pk}")
    identity.refresh_from_db()
    assert identity.account == user
    assert SECRET not in everything_but_the_names()
    deliver_due()
    assert mail.outbox[0].to == [ADDRESS]
    assert SECRET not in str(mail.outbox[0].body)
    other = make_user("Chief editors")
    services.ask_to_lift(user=chief, identity=identity)
    services.confirm_lifting(user=other, identity=identity)
    user.refresh_from_db()
    assert (user.get_full_name(), user.email) == (f"Zulfiya {SECRET.title()}", ADDRESS)


def test_only_keepers_invite_a_protected_author(chief: User) -> None:
    identity = protect(chief, None)
    facts: Any = {"roles": ["journalist"], "languages": ["ru"], "message_language": "en"}
    with pytest.raises(PermissionDenied):
        invite(inviter=make_user(superuser=True), address=f"author-{identity.pk}@protected.invalid", **facts)
    with pytest.raises(ValueError, match="No protected author"):
        invite(inviter=chief, address="author-99999@protected.invalid", **facts)


def test_no_form_names_the_account(chief: User, account: User) -> None:
    identity = protect(chief, account)
    account.refresh_from_db()
    client = Client()
    client.force_login(account)
    names = {"first_name": "Zulfiya", "last_name": SECRET, "email": ADDRESS}
    answer = client.post("/admin/account/", {f"name_email-{name}": text for name, text in names.items()})
    assert answer.status_code == 200
    administrator = Client()
    administrator.force_login(make_user(superuser=True))
    path = f"/admin/users/edit/{account.pk}/"
    answer = administrator.post(path, {**names, "username": account.username, "is_active": "on"})
    assert "Protected names" in answer.text
    same = {"first_name": account.first_name, "last_name": account.last_name, "email": account.email}
    roles = [group.pk for group in account.groups.all()]
    answer = administrator.post(path, {**same, "username": account.username, "is_active": "on", "groups": roles})
    assert answer.status_code == 302
    account.refresh_from_db()
    assert account.get_full_name() == str(identity.person)
    taken = {"username": "new", "email": "author-9@protected.invalid", "first_name": "N", "last_name": "N"}
    passwords = {"password1": "correct-horse-battery", "password2": "correct-horse-battery"}
    administrator.post("/admin/users/new/", {**taken, **passwords})
    assert not User.objects.filter(username="new").exists()


@pytest.mark.sql
def test_lifting_gives_the_account_its_names_back(chief: User, account: User) -> None:
    identity = protect(chief, account)
    services.ask_to_lift(user=chief, identity=identity)
    rival = make_user(email=ADDRESS)
    with pytest.raises(services.LiftingRefusedError, match="Another account"):
        services.confirm_lifting(user=make_user("Chief editors"), identity=identity)
    assert Person.objects.get(pk=identity.person_id).name_withheld
    rival.delete()
    services.confirm_lifting(user=make_user("Chief editors"), identity=identity)
    account.refresh_from_db()
    assert (account.get_full_name(), account.email) == (f"Zulfiya {SECRET.title()}", ADDRESS)
    assert account.username == f"z-{SECRET}"


@pytest.mark.sql
def test_an_account_is_added_later_and_once(chief: User, account: User) -> None:
    identity = protect(chief, None)
    client = Client()
    client.force_login(chief)
    data = {"action": "save", "name_ru": "Имя", "email": ADDRESS, "account": account.pk}
    assert client.post(f"/admin/articles/names/{identity.pk}/", data).status_code == 302
    account.refresh_from_db()
    assert account.email == f"author-{identity.pk}@protected.invalid"
    second = services.protect(user=chief, person=make_person("Другой"))
    answer = client.post(f"/admin/articles/names/{second.pk}/", {**data, "email": "o@example.org"})
    assert "belongs to a protected author already" in answer.text


def test_an_avatar_goes_with_the_name(chief: User, account: User, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    UserProfile.get_for_user(account).avatar.save(f"{SECRET}.png", ContentFile(b"x"))
    assert [path for path in tmp_path.rglob("*.png") if SECRET in path.name]
    protect(chief, account)
    assert not [path for path in tmp_path.rglob("*") if SECRET in path.name]
