"""From the invitation's form to the first sign-in, through the real views; and what must not work."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due
from cms.models import User
from cms.newsroom.invitations import InvitationTokenGenerator, invite
from tests.cms.content import soup_of
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")

FORM = {
    "address": "Zarina@example.org",
    "first_name": "Zarina",
    "last_name": "",
    "roles": ["journalist", "translator"],
    "languages": ["ru", "tg"],
    "message_language": "en",
}


def visitor() -> Client:
    """Return a browser that prefers English, so that the tests' texts hold whatever is translated."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def chief(client) -> User:
    user = make_user("Chief editors", first_name="Chief")
    client.force_login(user)
    return user


def post(client: Client, **changes: object) -> str:
    response = client.post(reverse("newsroom_invite"), {**FORM, **changes}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def mailed_link() -> str:
    """Send what waits and return the path of the last link to a form of passwords; chief editors may be told too."""
    assert deliver_due()
    found = [link for sent in mail.outbox for link in re.findall(r"http\S+/(?:invitation|confirm)/\S+", str(sent.body))]
    return urlsplit(found[-1]).path


def test_from_invitation_to_sign_in(client, chief):
    assert "zarina@example.org is invited" in post(client)
    user = User.objects.get(email="zarina@example.org")
    assert groups_of(user) == ["Journalists (ru)", "Journalists (tg)", "Translators (ru)", "Translators (tg)"]
    assert not user.has_usable_password()
    path = mailed_link()
    assert mail.outbox[-1].to == ["zarina@example.org"]
    assert "Zarina" in str(mail.outbox[-1].body)
    assert "Journalist (Русский, Тоҷикӣ)" in str(mail.outbox[-1].body)

    guest = visitor()
    response = guest.get(path, follow=True)
    form_path = response.redirect_chain[-1][0]
    # The token leaves the address before a page is shown.
    assert path.rstrip("/").rpartition("/")[2] not in form_path
    assert "Welcome to" in response.content.decode()
    weak = guest.post(form_path, {"new_password1": "12345678", "new_password2": "12345678"})
    assert "at least 10 characters" in weak.content.decode()
    response = guest.post(form_path, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert response.url == reverse("wagtailadmin_home")
    assert guest.get(response.url).status_code == 200

    # The link has done its work.
    assert "no longer valid" in visitor().get(path, follow=True).content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert ModelLogEntry.objects.filter(action="chorsu.invite", user=chief, object_id=str(user.pk)).exists()


def test_administrators_see_roles_and_open_invitations_in_the_list_of_accounts(client, chief):
    post(client)
    administrator = make_user(superuser=True)
    administrator.groups.add(Group.objects.create(name="Guests"))
    client.force_login(administrator)
    soup = soup_of(client, reverse("wagtailusers_users:index"), headers={"accept-language": "en"})
    assert not soup.select('main thead a[href*="is_superuser"]')
    texts = [row.get_text(" ", strip=True) for row in soup.select("main tbody tr")]
    for roles in (
        "Chief editor (every language)",
        "Journalist (Русский, Тоҷикӣ), Translator (Русский, Тоҷикӣ); the invitation isn’t accepted yet",
        "Admin; Guests",
    ):
        assert [roles in text for text in texts].count(True) == 1, roles


def test_a_forged_or_old_link_gets_a_clear_page(client, chief, settings):
    post(client)
    *rest, uid, token = mailed_link().strip("/").split("/")
    now = datetime.now()  # noqa: DTZ005 - Django's tokens count in the time of the process
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    late = now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)
    for user, key, time in ((uid, forged, now), ("MQ", token, now), ("%FF", "x", now), (uid, token, late)):
        with mock.patch.object(InvitationTokenGenerator, "_now", return_value=time):
            response = visitor().get("/" + "/".join([*rest, user, key]) + "/", follow=True)
        assert "no longer valid" in response.content.decode(), (user, key, time)


def test_a_password_reset_link_is_no_invitation(client, chief):
    member = make_user("Journalists (ru)", email="member@example.org")
    visitor().post(reverse("wagtailadmin_password_reset"), {"email": member.email})
    path = mailed_link()
    assert "password_reset" in path
    *_, uid, token = path.strip("/").split("/")
    response = visitor().get(reverse("invitation", args=[uid, token]), follow=True)
    assert "no longer valid" in response.content.decode()
    assert "new password" in visitor().get(path, follow=True).content.decode()


def test_invited_again_the_earlier_link_ends_and_roles_are_replaced(client, chief):
    post(client)
    first = mailed_link()
    page = post(client, address="ZARINA@example.org", roles=["editor"], languages=["tg"])
    assert "had been invited before" in page
    second = mailed_link()
    assert "no longer valid" in visitor().get(first, follow=True).content.decode()
    assert "Welcome to" in visitor().get(second, follow=True).content.decode()
    assert groups_of(User.objects.get(email="zarina@example.org")) == ["Editors (tg)"]


@pytest.mark.parametrize(
    ("fields", "text", "keeps_users"),
    [
        ({}, "has an account already", False),
        ({"is_active": False}, "switched off", True),
        # Its link is made on the server, by create_administrator.
        ({"superuser": True, "password": ""}, "has an account already", True),
    ],
)
def test_a_members_address_is_refused_with_the_way_there(client, chief, fields, text, keeps_users):
    member = make_user("Journalists (ru)", email="member@example.org", **fields)
    if "password" in fields:
        User.objects.filter(pk=member.pk).update(password="!")
    if keeps_users:
        chief.user_permissions.add(Permission.objects.get(codename="change_user"))
    page = post(client, address="Member@Example.org")
    assert text in page
    # A chief editor has no way there unless an administrator gave it.
    assert (reverse("wagtailusers_users:edit", args=[member.pk]) in page) is keeps_users
    assert ("An administrator can change roles" in page) is not keeps_users
    assert "&lt;a" not in page
    assert not OutgoingMessage.objects.exists()
    assert groups_of(member) == ["Journalists (ru)"]


def groups_of(user: User) -> list[str]:
    return sorted(user.groups.values_list("name", flat=True))


def inviting(*groups: str) -> User:
    """Return somebody to whom an administrator gave the right to invite."""
    user = make_user(*groups)
    user.user_permissions.add(Permission.objects.get(codename="invite_user"))
    return user


@pytest.mark.parametrize(
    ("groups", "roles", "languages", "refused"),
    [
        (["Editors (ru)"], ["journalist", "translator", "editor"], ["ru"], ""),
        (["Editors (ru)"], ["journalist", "editor"], ["ru", "tg"], "Editors (tg), Journalists (tg)"),
        (["Editors (ru)"], ["chief_editor"], [], "Chief editors"),
        (["Journalists (ru)"], ["editor"], ["ru"], "Editors (ru)"),
        ([], ["journalist"], ["ru"], "Journalists (ru)"),
        (["Chief editors"], ["chief_editor", "editor"], ["ru", "tg", "en"], ""),
    ],
)
def test_nobody_gives_more_than_they_have(client, groups, roles, languages, refused):
    user = inviting(*groups)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    page = post(client, roles=roles, languages=languages)
    assert User.objects.filter(email="zarina@example.org").exists() is not bool(refused)
    assert (f"rights that you don&#x27;t have yourself: {refused}." in page) is bool(refused)


def test_nobody_takes_away_more_than_they_have(client, chief):
    post(client, roles=["chief_editor"])
    client.force_login(inviting("Editors (ru)"))
    assert "yourself: Chief editors." in post(client, roles=["journalist"], languages=["ru"])
    assert groups_of(User.objects.get(email="zarina@example.org")) == ["Chief editors"]


def test_an_inviter_is_told_that_no_mail_leaves(client, chief):
    assert "not leaving" not in post(client)
    with mock.patch("chorsu_delivery.mail.MailChannel.send", side_effect=OSError("away")):
        deliver_due()
    assert "not leaving at the moment" in post(client, address="second@example.org")
    assert deliver_due() == 1
    assert "not leaving" not in post(client, address="third@example.org"), "only the first one waits, to be tried later"
    OutgoingMessage.objects.unsent().update(not_before=timezone.now() - timedelta(minutes=6))
    assert "not leaving" in post(client, address="fourth@example.org"), "the worker isn't running"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"languages": []}, "Choose the languages"),
        ({"roles": ["superuser"]}, "Select a valid choice"),
        ({"languages": ["kk"]}, "Select a valid choice"),
        ({"address": "nobody"}, "Enter a valid e-mail address"),
    ],
)
def test_mistakes_are_explained(client, chief, changes, text):
    assert text in post(client, **changes)
    assert not User.objects.filter(first_name="Zarina").exists()


def test_others_may_not_invite(client):
    user = make_user("Editors (ru)")
    client.force_login(user)
    assert reverse("newsroom_invite") not in client.get(reverse("wagtailadmin_home")).content.decode()
    with pytest.raises(PermissionDenied):
        invite(inviter=user, address="a@example.org", roles=["editor"], languages=["ru"], message_language="en")


def test_user_names_differ_and_a_chief_editor_needs_no_language(client, chief):
    assert reverse("newsroom_invite") in client.get(reverse("wagtailadmin_home")).content.decode()
    post(client)
    post(client, address="zarina@example.com", roles=["chief_editor"], languages=[])
    found = User.objects.filter(username__startswith="zarina").order_by("pk")
    assert [user.username for user in found] == ["zarina", "zarina2"]
    assert groups_of(found[1]) == ["Chief editors"]


def signed_in_as(name: str, password: str) -> str | None:
    """Return whom the form lets in, by key."""
    client = visitor()
    client.post(reverse("wagtailadmin_login"), {"username": name, "password": password})
    return client.session.get("_auth_user_id")


def test_sign_in_by_address_or_name():
    user = make_user("Journalists (ru)", email="member@example.org")
    make_user("Journalists (ru)", email="gone@example.org", is_active=False)
    page = visitor().get(reverse("wagtailadmin_login")).content.decode()
    assert reverse("wagtailadmin_password_reset") in page
    assert "Sign in to the newsroom" in page
    for name in ("member@example.org", "MEMBER@Example.ORG", user.username):
        assert signed_in_as(name, PASSWORD) == str(user.pk)
        assert signed_in_as(name, "wrong") is None
    for name in ("gone@example.org", "nobody@example.org"):
        assert signed_in_as(name, PASSWORD) is None


def test_one_persons_user_name_is_anothers_address():
    owner = make_user("Journalists (ru)", email="member@example.org")
    other = make_user("Journalists (ru)")
    other.username = "member@example.org"
    other.set_password("another-long-password")
    other.save()
    for user, password in ((owner, PASSWORD), (other, "another-long-password")):
        assert signed_in_as("member@example.org", password) == str(user.pk)


def test_addresses_are_unique_whatever_their_case():
    make_user(email="member@example.org")
    user = User(username="other", email="Member@example.org")
    with translation.override("en"), pytest.raises(ValidationError, match="address exists already"):
        user.validate_constraints()


def test_create_administrator(capsys):
    call_command("create_administrator", "boss@example.org")
    path = urlsplit(capsys.readouterr().out.split()[-1]).path
    guest = visitor()
    form_path = guest.get(path, follow=True).redirect_chain[-1][0]
    guest.post(form_path, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    boss = User.objects.get(email="boss@example.org")
    assert boss.is_superuser
    assert boss.check_password(PASSWORD)
    assert guest.get(reverse("newsroom_invite")).status_code == 200

    call_command("create_administrator", "Boss@example.org")
    assert "nothing was changed" in capsys.readouterr().out
    make_user(email="member@example.org")
    with pytest.raises(CommandError, match="without an administrator's rights"):
        call_command("create_administrator", "member@example.org")
    with pytest.raises(CommandError, match="no mail address"):
        call_command("create_administrator", "boss")
