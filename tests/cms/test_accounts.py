"""Accounts: the own address, protected authors, and links that let in, which stand in no table."""

from __future__ import annotations

import re
import smtplib
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log, registry
from wagtail.users.models import UserProfile

from chorsu_articles import protected_names
from chorsu_articles.models import Person, ProtectedIdentity
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from cms.models import User
from cms.newsroom.accounts import address_of
from cms.newsroom.invitations import invite
from cms.newsroom.messages import mail_people
from tests.delivery.test_messages import make_due
from tests.factories import PASSWORD, make_person, make_user, signed_in
from tests.whole_database import everything_but_the_names

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")

ACCOUNT = reverse("wagtailadmin_account")
FORMER, NEW = "former@example.org", "new@example.org"


@pytest.fixture
def owner() -> User:
    return make_user("Journalists (ru)", email=FORMER, first_name="Anna", last_name="B")


def change_own(client: Client, address: str, password: str = "", **more: str) -> Any:
    fields = {"name_email-first_name": "Anna", "name_email-last_name": "B", "locale-preferred_language": "en"}
    fields |= {"address-email": address, "address-password": password, "theme-theme": "system"}
    fields |= {"theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on", **more}
    for name in ("assigned", "due", "overdue", "source_changed"):
        fields[f"translation_messages-{name}"] = "mail"
    return client.post(ACCOUNT, fields)


def stored_address(user: User) -> str:
    user.refresh_from_db()
    return user.email


@pytest.mark.parametrize("password", ["", "wrong"])
def test_an_open_session_alone_changes_no_address(owner, password):
    client = signed_in(owner)
    assert (change_own(client, NEW, password).status_code, stored_address(owner)) == (200, FORMER)
    # By the way that it was changed before, too.
    change_own(client, FORMER, **{"name_email-email": NEW})
    assert stored_address(owner) == FORMER
    assert not OutgoingMessage.objects.exists()


def test_with_the_password_it_is_changed_and_the_former_address_is_told(owner):
    UserProfile.objects.filter(user=owner).update(preferred_language="ru")
    assert change_own(signed_in(owner), NEW, PASSWORD).status_code == 302
    assert stored_address(owner) == NEW
    (message,) = OutgoingMessage.objects.all()
    assert message.recipient == FORMER
    assert message.subject.startswith("Адрес электронной почты")
    assert owner.username in message.body
    assert NEW not in message.body


def test_the_rest_of_the_account_asks_for_no_password(owner):
    # A domain in capitals is no other address.
    User.objects.filter(pk=owner.pk).update(email="former@Example.ORG")
    changed = change_own(signed_in(owner), "former@Example.ORG", **{"name_email-first_name": "Zoya"})
    assert changed.status_code == 302
    owner.refresh_from_db()
    assert owner.first_name == "Zoya"


def test_saving_the_rest_of_the_account_allows_no_more_guesses(owner, monkeypatch):
    monkeypatch.setattr("cms.newsroom.login_throttle.PER_ACCOUNT_AND_NETWORK", 3)
    client = signed_in(owner)
    assert [change_own(client, NEW, "wrong").status_code for _ in range(2)] == [200] * 2
    # Wagtail doesn't look at a password that comes without a new one.
    assert change_own(client, FORMER, **{"password-old_password": "wrong"}).status_code == 302
    assert change_own(client, NEW, "wrong").status_code == 429


def test_an_administrator_s_form_changes_others_only(owner):
    chief = make_user(superuser=True, email="chief@example.org")
    client = signed_in(chief)
    for user, status, address in ((chief, 200, "chief@example.org"), (owner, 302, NEW)):
        fields = {"username": user.username, "first_name": "A", "last_name": "B", "email": NEW, "is_active": "on"}
        assert client.post(reverse("wagtailusers_users:edit", args=[user.pk]), fields).status_code == status
        assert stored_address(user) == address
    assert OutgoingMessage.objects.get().recipient == FORMER


def test_a_protected_account_tells_no_address(owner):
    chief = make_user("Chief editors")
    owner.email = NEW
    owner.save()
    OutgoingMessage.objects.update(recipient=FORMER)
    protected_names.protect(user=chief, person=make_person("Anna B"), account=owner, email="")
    assert FORMER not in everything_but_the_names()
    owner.refresh_from_db()
    assert 'name="address-email"' not in signed_in(owner).get(ACCOUNT).content.decode()
    assert OutgoingMessage.objects.filter(key__startswith="address_changed:").count() == 1


def test_what_is_told_to_an_address_that_does_not_work_waits_for_one(owner):
    owner.email = "anna at example"
    owner.save()
    mail_people([owner], "approver", {"person": owner, "actor": owner, "roles": []}, key="1")
    deliver_due()
    message = OutgoingMessage.objects.get(key="1")
    assert (message.sent_at, "Settings > Users" in message.last_error) == (None, True)
    owner.email = NEW
    owner.save()
    deliver_due()
    assert [sent.to for sent in mail.outbox if sent.subject.startswith("May approve")] == [[NEW]]


def test_what_waits_for_a_refused_address_goes_to_the_mended_one_once(owner):
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
    return protected_names.protect(user=chief, person=person, account=account, email="" if account else ADDRESS)


@pytest.mark.sql
def test_nothing_but_the_table_of_names_has_the_name(chief, account, tmp_path):
    UserProfile.get_for_user(account).avatar.save(f"{SECRET}.png", ContentFile(b"x"))
    log(instance=account, action="chorsu.invite", data={"address": ADDRESS})
    send(channel="mail", recipient=ADDRESS, subject=f"Hello Zulfiya {SECRET.title()}", body=f"To {ADDRESS}", key="1")
    send(channel="mail", recipient="b@example.org", subject="New", body=f"Zulfiya {SECRET.title()} wrote", key="2")
    identity = protect(chief, account)
    assert SECRET not in everything_but_the_names()
    assert not list(tmp_path.rglob(f"*{SECRET}*"))
    account.refresh_from_db()
    assert (account.get_full_name(), account.username) == (str(identity.person), f"author-{identity.pk}")
    assert {entry.label for entry in registry.get_logs_for_instance(account)} == {account.username}
    assert OutgoingMessage.objects.get(key="2").body == f"{identity.person} wrote"


def test_mail_reaches_the_author_and_its_error_does_not_tell_the_address(chief, account, caplog):
    protect(chief, account)
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
    with pytest.raises(ValueError, match="Protected names"):
        address_of(account.email)


def test_the_author_signs_in_by_the_own_address_and_gets_a_new_password(chief, account):
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


def test_a_new_author_is_invited_under_the_code_name(chief):
    identity = protect(chief, None)
    client = signed_in(chief)
    hidden = f"author-{identity.pk}@protected.invalid"
    assert hidden.replace("@", "%40") in client.get(f"/admin/articles/names/{identity.pk}/").text
    form = {"address": hidden, "roles": ["journalist"], "languages": ["ru"], "message_language": "en"}
    client.post("/admin/invite/", form)
    user = User.objects.get(email=hidden)
    assert (user.get_full_name(), user.username) == (str(identity.person), f"author-{identity.pk}")
    identity.refresh_from_db()
    assert identity.account == user
    assert SECRET not in everything_but_the_names()
    deliver_due()
    assert (mail.outbox[0].to, SECRET in str(mail.outbox[0].body)) == ([ADDRESS], False)
    protected_names.ask_to_lift(user=chief, identity=identity)
    protected_names.confirm_lifting(user=make_user("Chief editors"), identity=identity)
    user.refresh_from_db()
    assert (user.get_full_name(), user.email) == (f"Zulfiya {SECRET.title()}", ADDRESS)


def test_only_keepers_invite_a_protected_author(chief):
    identity = protect(chief, None)
    facts: Any = {"roles": ["journalist"], "languages": ["ru"], "message_language": "en"}
    with pytest.raises(PermissionDenied):
        invite(inviter=make_user(superuser=True), address=f"author-{identity.pk}@protected.invalid", **facts)
    with pytest.raises(ValueError, match="No protected author"):
        invite(inviter=chief, address="author-99999@protected.invalid", **facts)


def test_no_form_names_the_account(chief, account):
    identity = protect(chief, account)
    account.refresh_from_db()
    names = {"first_name": "Zulfiya", "last_name": SECRET, "email": ADDRESS}
    own = {f"name_email-{name}": text for name, text in names.items()}
    assert signed_in(account).post(ACCOUNT, own).status_code == 200
    administrator = signed_in(make_user(superuser=True))
    path = f"/admin/users/edit/{account.pk}/"
    fields = {"username": account.username, "is_active": "on", "groups": [account.groups.get().pk]}
    assert "Protected names" in administrator.post(path, {**fields, **names}).text
    same = {name: getattr(account, name) for name in names}
    assert administrator.post(path, {**fields, **same}).status_code == 302
    account.refresh_from_db()
    assert account.get_full_name() == str(identity.person)
    taken = {**names, "username": "new", "email": "author-9@protected.invalid"}
    administrator.post("/admin/users/new/", {**taken, "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="new").exists()


@pytest.mark.sql
def test_lifting_gives_the_account_its_names_back(chief, account):
    identity = protect(chief, account)
    protected_names.ask_to_lift(user=chief, identity=identity)
    rival = make_user(email=ADDRESS)
    with pytest.raises(protected_names.LiftingRefusedError, match="Another account"):
        protected_names.confirm_lifting(user=make_user("Chief editors"), identity=identity)
    assert Person.objects.get(pk=identity.person_id).name_withheld
    rival.delete()
    protected_names.confirm_lifting(user=make_user("Chief editors"), identity=identity)
    account.refresh_from_db()
    assert (account.get_full_name(), account.email) == (f"Zulfiya {SECRET.title()}", ADDRESS)
    assert account.username == f"z-{SECRET}"


@pytest.mark.sql
def test_an_account_is_added_later_and_once(chief, account):
    identity = protect(chief, None)
    client = signed_in(chief)
    data = {"action": "save", "name_ru": "Имя", "email": ADDRESS, "account": account.pk}
    assert client.post(f"/admin/articles/names/{identity.pk}/", data).status_code == 302
    account.refresh_from_db()
    assert account.email == f"author-{identity.pk}@protected.invalid"
    second = protected_names.protect(user=chief, person=make_person("Другой"))
    answer = client.post(f"/admin/articles/names/{second.pk}/", {**data, "email": "o@example.org"})
    assert "belongs to a protected author already" in answer.text


def ask(address: str, **extra: str) -> str:
    answer = Client(headers={"accept-language": "en"}).post(
        reverse("wagtailadmin_password_reset"), {"email": address}, follow=True, **extra
    )
    text = re.sub(r'CSRF_TOKEN": "\w+', "", answer.content.decode())
    return f"{answer.status_code} {answer.redirect_chain} {text}"


def deliver_all() -> None:
    while deliver_due():
        pass


def token_of(body: object) -> str:
    """Return in lower case the secret part of the link in a mail."""
    return re.findall(r"http://localhost:8000/admin/\S+/([\w]+-[\w]+)/", str(body))[0].lower()


def test_no_table_holds_the_link_of_a_reset_and_no_mail_a_forged_host():
    make_user("Journalists (ru)", email="member@example.org")
    ask("Member@Example.org", HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil.example")
    with mock.patch("chorsu_delivery.mail.EmailMultiAlternatives.send", side_effect=OSError("away")):
        deliver_due()
    OutgoingMessage.objects.update(not_before=timezone.now())
    before = everything_but_the_names()
    assert deliver_due() == 1
    assert mail.outbox[-1].to == ["member@example.org"]
    assert token_of(mail.outbox[-1].body) not in before + everything_but_the_names()
    assert "evil" not in str(mail.outbox[-1].message())


def test_no_table_holds_the_link_of_an_invitation_and_one_that_was_answered_is_not_sent():
    roles = {"roles": ["journalist"], "languages": ["ru"], "message_language": "en"}
    chief = make_user("Chief editors")
    answered, _again = invite(inviter=chief, address="answered@example.org", **roles)  # type: ignore[arg-type]
    answered.set_password("x" * 12)
    answered.save()
    invite(inviter=chief, address="new@example.org", **roles)  # type: ignore[arg-type]
    before = everything_but_the_names()
    deliver_all()
    (sent,) = mail.outbox
    assert "invites you to work" in str(sent.body)
    assert token_of(sent.body) not in before + everything_but_the_names()
    assert not OutgoingMessage.objects.unsent().exists()


def test_one_mail_per_address_in_ten_minutes(monkeypatch):
    make_user("Journalists (ru)", email="member@example.org")
    answers = {ask("MEMBER@example.org", REMOTE_ADDR=f"198.51.100.{number}") for number in range(5)}
    deliver_all()
    assert len(mail.outbox) == 1
    assert len(answers) == 1, "who asks again is told the same"
    later = timezone.now() + timedelta(minutes=10)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    ask("member@example.org")
    assert deliver_due() == 1
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("state", ["nobody", "switched off", "invited"])
def test_an_address_without_an_account_gets_the_same_answer_and_no_mail(state):
    make_user("Journalists (ru)", email="member@example.org")
    other = make_user("Journalists (ru)", email="other@example.org", is_active=state != "switched off")
    if state == "nobody":
        other.delete()
    elif state == "invited":
        User.objects.filter(pk=other.pk).update(password="!")
    ask("warm@example.org")
    answers = []
    for address in ("member@example.org", "other@example.org"):
        with CaptureQueriesContext(connection) as asked:
            answers.append((ask(address), len(asked)))
    assert answers[0] == answers[1], "in the same number of steps"
    deliver_all()
    assert [message.to for message in mail.outbox] == [["member@example.org"]]


def test_what_has_done_its_work_is_deleted():
    ask("stranger@example.org")
    send(channel="mail", recipient="a@example.org", subject="S", body="Text", html="<p>Text", key="k")
    deliver_all()
    call_command("delete_expired")
    assert "stranger@example.org" not in everything_but_the_names()
    assert OutgoingMessage.objects.get().body == "Text"
    OutgoingMessage.objects.update(sent_at=timezone.now() - timedelta(days=7, seconds=1))
    send(channel="mail", recipient="b@example.org", subject="S", body="Not sent yet", key="k")
    call_command("delete_expired")
    assert list(OutgoingMessage.objects.order_by("pk").values_list("body", "html")) == [("", ""), ("Not sent yet", "")]
    assert send(channel="mail", recipient="a@example.org", subject="S", body="Again", key="k").sent_at, "one occasion"
