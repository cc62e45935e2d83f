"""Second factors over HTTP: who is asked, what a password alone opens, and how codes and resets hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, ModelLogEntry, PageViewRestriction

from chorsu_articles.models import SectionPage
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due
from cms.models import FactorReset, User
from cms.newsroom.roles import ROLES
from tests.factories import PASSWORD, make_article, make_user

pytestmark = pytest.mark.usefixtures("newsroom_of_module", "db", "_messages_in_english")
PAGE = "/admin/second-factor/"
RESETS = "/admin/second-factors/"


@pytest.fixture
def demanded(settings):
    settings.SECOND_FACTOR = ["approvers", "administrators"]


@pytest.fixture
def clock(monkeypatch) -> Iterator[list[float]]:
    """Return the time of the app's codes, as a list of one that a test changes."""
    now = [1_000_000_000.0]
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.time.time", lambda: now[0])
    return now


def code_of(device: TOTPDevice, now: float) -> str:
    totp = TOTP(device.bin_key)
    totp.time = now
    return f"{totp.token():06}"


def app_of(user: User) -> TOTPDevice:
    return TOTPDevice.objects.create(user=user)


def passkey_of(user: User) -> WebAuthnCredential:
    number = str(WebAuthnCredential.objects.count()).encode()
    return WebAuthnCredential.objects.create(user=user, credential_id=number, public_key=b"x", aaguid="")


def entered(user: User) -> Client:
    """Return a browser in which the password was given, through the form."""
    client = Client(headers={"accept-language": "en"})
    client.post(reverse("wagtailadmin_login"), {"username": user.username, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def is_inside(client: Client) -> bool:
    return client.get(reverse("wagtailadmin_home")).status_code == 200


def verified(user: User, device: Any = None) -> Client:
    """Return a browser in which a factor was given."""
    client = entered(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = (device or passkey_of(user)).persistent_id
    session.save()
    assert is_inside(client)
    return client


def ask_reset(client: Client, user: User) -> int:
    return client.post(RESETS, {"account": user.pk}).status_code


def enter(client: Client, code: str, **options: Any) -> int:
    return client.post(PAGE, {"code": code}, **options).status_code


def forgive() -> None:
    """End the waits that the library imposes after a wrong code."""
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    StaticDevice.objects.update(throttling_failure_timestamp=None)


@pytest.mark.thorough
def test_who_is_asked(demanded, settings):
    assert not is_inside(entered(make_user("Editors (ru)")))
    assert not is_inside(entered(make_user("Chief editors")))
    assert not is_inside(entered(make_user(superuser=True)))
    journalist = make_user("Journalists (ru)")
    client = entered(journalist)
    assert is_inside(client)
    # A role that demands it, given while somebody works.
    journalist.groups.add(Group.objects.get(name="Editors (tg)"))
    assert not is_inside(client)
    journalist.groups.set([Group.objects.get(name="Journalists (ru)")])
    assert is_inside(client)
    # Whoever has one is always asked, in sessions from before too.
    passkey_of(journalist)
    settings.SECOND_FACTOR = []
    assert not is_inside(client)
    settings.SECOND_FACTOR = ["journalists"]
    assert not is_inside(entered(make_user("Journalists (tg)")))
    assert is_inside(entered(make_user("Translators (ru)")))
    words = {role.group.lower().replace(" ", "_") for role in ROLES.values()}
    assert all(f'"{word}"' in Path("cms/settings/production.py").read_text(encoding="utf-8") for word in words)


def test_what_the_password_alone_opens(demanded):
    user = make_user("Chief editors")
    passkey_of(user)
    article = make_article(SectionPage.objects.filter(locale__language_code="ru").first(), title="Private")
    PageViewRestriction.objects.create(page=article, restriction_type="login")
    collection = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    document = Document.objects.create(title="Private", file=ContentFile(b"secret", "a.txt"), collection=collection)
    client, edit = entered(user), reverse("wagtailadmin_pages:edit", args=[article.pk])

    # Readers' side: private pages lead to the factor as well, and there is no user bar.
    for address in (edit, article.url, document.url):
        assert client.get(address, follow=True).redirect_chain[-1][0].startswith(f"{PAGE}?next=%2F"), address
    assert "wagtail-userbar" not in client.get("/ru/").content.decode()
    assert client.get("/member/").status_code == 401
    # As the editor's script asks, and autosave.
    session = reverse("chorsu_articles_admin:session")
    assert client.get(session, headers={"x-requested-with": "XMLHttpRequest"}).status_code == 403
    saved = client.post(edit, {"title": "x"}, headers={"accept": "application/json"})
    assert saved.headers["Location"].startswith("/admin/login/")
    for name in ("wagtailadmin_choose_page", "wagtailimages_chooser:choose", "wagtailadmin_account", "factor_resets"):
        assert client.get(reverse(name)).status_code == 302
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[article.pk])
    assert client.get(preview).status_code == 302
    for method in ("head", "options", "put", "patch", "delete"):
        assert getattr(client, method)(edit).status_code == 302
    assert "elsewhere.example" not in client.get(f"{PAGE}?next=https://elsewhere.example/").content.decode()
    assert ask_reset(client, user) == 302
    assert not FactorReset.objects.exists()
    # Nor does another sign-in, by the form of private pages or of the admin, verify.
    client.post(reverse("wagtailcore_login"), {"username": user.username, "password": PASSWORD})
    assert not is_inside(client)
    client.post(PAGE, {"leave": ""})
    assert "_auth_user_id" not in client.session


def test_a_stolen_password_enrols_nothing(demanded, clock):
    user = make_user("Chief editors")
    owned = passkey_of(user)
    client = entered(user)
    shown = client.get(PAGE).content.decode()
    assert "otpauth" not in shown
    assert "<svg" not in shown
    begin = reverse("otp_webauthn:credential-registration-begin")
    assert client.post(begin, content_type="application/json").status_code == 403
    enter(client, "123456")
    for sent in ({"codes": ""}, {}, {"factor": owned.persistent_id}):
        assert client.post(PAGE, sent).status_code == 302
    assert list(WebAuthnCredential.objects.all()) == [owned]
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    # A new password by mail takes no factor away, and verifies nothing.
    user.set_password("another-password-of-theirs")
    user.save()
    client.post(reverse("wagtailadmin_login"), {"username": user.username, "password": "another-password-of-theirs"})
    assert not is_inside(client)


def test_two_browsers_set_up_the_first_one(demanded, clock, monkeypatch):
    user = make_user("Editors (ru)")
    client, other = entered(user), entered(user)
    client.get(PAGE)
    code = code_of(TOTPDevice(key=client.session["second_factor_key"]), clock[0])

    def meanwhile(*_args, **_kwargs):
        """Let the owner be first, after this request's account was read."""
        passkey_of(user)
        return "192.0.2.1"

    monkeypatch.setattr("cms.newsroom.login_throttle.client_network", meanwhile)
    assert client.post(PAGE, {"code": code}).status_code == 200
    assert not TOTPDevice.objects.exists()
    assert not is_inside(client)
    begin = reverse("otp_webauthn:credential-registration-begin")
    assert other.post(begin, content_type="application/json").status_code == 403


def test_a_stolen_session_from_before(clock):
    """Nobody demands a factor of this account: its session was let in by the password."""
    user = make_user("Journalists (ru)")
    client, thief = entered(user), Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    thief.get(PAGE)
    shown = thief.session["second_factor_key"]
    client.get(PAGE)
    key = client.session["second_factor_key"]
    assert key != shown
    assert client.post(PAGE, {"code": code_of(TOTPDevice(key=key), clock[0])}).status_code == 200
    assert is_inside(client)
    assert not is_inside(thief)
    # Neither is one that was on another device.
    assert thief.get(PAGE).headers["Location"] == "/admin/login/"
    user.is_active = False
    user.save()
    assert client.get(PAGE).headers["Location"] == "/admin/login/"


def test_enrolling_an_app_and_its_codes(demanded, clock):
    user = make_user("Editors (ru)")
    client = entered(user)
    shown = client.get(PAGE)
    assert "<svg" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    key = client.session["second_factor_key"]
    device = TOTPDevice(key=key)
    assert "This code is wrong" in client.post(PAGE, {"code": "000000"}).content.decode()
    assert not TOTPDevice.objects.exists()
    assert client.session["second_factor_key"] == key
    assert not is_inside(client)
    before = client.session.session_key
    answer = client.post(PAGE, {"code": code_of(device, clock[0])}).content.decode()
    codes = re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", answer)
    assert len(set(codes)) == 10
    assert is_inside(client)
    assert client.session.session_key != before
    assert client.session["second_factor_key"] != key
    assert not StaticToken.objects.filter(token__in=[code.replace("-", "") for code in codes]).exists()
    assert deliver_due()
    assert "Second factor added" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == [user.email]
    assert ModelLogEntry.objects.filter(action="chorsu.factor_add", user=user).count() == 1

    # The same code isn't taken twice; the next one is, in a browser whose session gets another key.
    again = entered(user)
    assert enter(again, code_of(device, clock[0])) == 200
    clock[0] += 60
    forgive()
    before = again.session.session_key
    done = again.post(PAGE, {"code": code_of(device, clock[0]), "next": "/admin/account/"})
    assert done.headers["Location"] == "/admin/account/"
    assert again.session.session_key != before

    # A recovery code works once, with or without its hyphen, and leads to no other site.
    third = entered(user)
    recovered = {"code": codes[0].upper().replace("-", " "), "next": "https://elsewhere.example/"}
    assert third.post(PAGE, recovered).headers["Location"] == "/admin/"
    assert is_inside(third)
    assert enter(entered(user), codes[0]) == 200
    forgive()
    # New ones replace those.
    assert third.post(PAGE, {"codes": ""}).content.count(b"<code>") == 10
    assert enter(entered(user), codes[1]) == 200


def test_a_clock_that_is_half_a_minute_off(clock):
    user = make_user("Editors (ru)")
    device = app_of(user)
    assert enter(entered(user), code_of(device, clock[0] - 30)) == 302
    clock[0] += 600
    assert enter(entered(user), code_of(device, clock[0] - 300)) == 200


def test_codes_are_not_guessed(clock):
    user = make_user("Editors (ru)")
    device = app_of(user)
    wrong = {"code": "000000", "leave": ""}
    # Who leaves has guessed nothing right.
    assert entered(user).post(PAGE, wrong).status_code == 200
    statuses = []
    for _number in range(10):
        # Each time a new sign-in, which the right password gets for nothing.
        forgive()
        statuses.append(enter(entered(user), "000000"))
    assert statuses == [200] * 9 + [429]
    code = code_of(device, clock[0])
    assert enter(entered(user), code) == 429
    # No header makes another network.
    forgive()
    assert entered(user).post(PAGE, wrong, headers={"x-forwarded-for": "203.0.113.1"}).status_code == 429
    # From another network its owner gets in, and the app's own throttle holds there as well.
    assert enter(entered(user), code, REMOTE_ADDR="203.0.113.9") == 302


def test_the_library_throttles_too(clock):
    user = make_user("Editors (ru)")
    device, client = app_of(user), entered(user)
    enter(client, "000000")
    assert enter(client, code_of(device, clock[0])) == 200
    # Not until a time that a clock wrote which ran ahead.
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() + timedelta(days=3))
    assert enter(client, code_of(device, clock[0])) == 302


def test_removing(demanded, settings):
    user = make_user("Editors (ru)")
    one = passkey_of(user)
    client = verified(user, one)
    client.post(PAGE, {"codes": ""})
    assert "Remove" not in client.get(PAGE).content.decode()
    client.post(PAGE, {"factor": one.persistent_id})
    assert WebAuthnCredential.objects.count() == 1
    two, other = passkey_of(user), passkey_of(make_user())
    assert "Remove" in client.get(PAGE).content.decode()
    for factor in (other, two):
        client.post(PAGE, {"factor": factor.persistent_id})
    assert list(WebAuthnCredential.objects.order_by("pk")) == [one, other]
    # Where nobody demands it, the last one goes with the codes, and the password is enough again.
    settings.SECOND_FACTOR = []
    client.post(PAGE, {"factor": one.persistent_id})
    assert not StaticDevice.objects.filter(user=user).exists()
    assert is_inside(client)
    assert ModelLogEntry.objects.filter(action="chorsu.factor_remove", user=user).count() == 2


def test_two_people_reset(demanded):
    user = make_user("Editors (ru)")
    one, two, administrator = make_user("Chief editors"), make_user("Chief editors"), make_user(superuser=True)
    theirs = verified(user)
    chief, other, admin = verified(one), verified(two), verified(administrator)
    assert ask_reset(verified(make_user("Editors (tg)")), user) == 302
    assert not FactorReset.objects.exists()

    for _time in range(2):
        ask_reset(chief, user)
    assert deliver_due()
    assert {sent.to[0] for sent in mail.outbox if RESETS in str(sent.body)} >= {one.email, two.email}
    assert user.email in {sent.to[0] for sent in mail.outbox}
    assert "asks to take it away" in other.get(RESETS).content.decode()
    # What was asked long ago, or by who isn't a chief any more, is asked anew.
    FactorReset.objects.update(asked_at=timezone.now() - timedelta(days=4))
    ask_reset(other, user)
    assert FactorReset.objects.get().asked_by == two
    two.groups.clear()
    ask_reset(chief, user)
    assert FactorReset.objects.get().asked_by == one
    assert is_inside(theirs)

    mail.outbox.clear()
    ask_reset(admin, user)
    assert not FactorReset.objects.exists()
    assert not WebAuthnCredential.objects.filter(user=user).exists()
    assert not is_inside(theirs)
    assert "_auth_user_id" not in theirs.session
    # Whoever knew the password is no nearer.
    assert not Client().login(username=user.username, password=PASSWORD)
    assert deliver_due()
    assert any("/password_reset/confirm/" in str(sent.body) for sent in mail.outbox if sent.to == [user.email])
    assert ModelLogEntry.objects.filter(action="chorsu.factor_reset", user=administrator).exists()

    # Nobody confirms for themselves.
    ask_reset(admin, one)
    ask_reset(chief, one)
    assert FactorReset.objects.get().asked_by == one
    assert is_inside(chief)


def test_whoever_has_the_server(demanded):
    user = make_user("Chief editors")
    client = verified(user)
    said = StringIO()
    call_command("reset_second_factor", user.email, stdout=said)
    assert not is_inside(client)
    assert not WebAuthnCredential.objects.exists()
    # Without mail the link is on the screen.
    [link] = re.findall(r"/admin/password_reset/confirm/\S+", said.getvalue())
    assert Client().get(link, follow=True).context["validlink"]
    with pytest.raises(CommandError, match="0 accounts"):
        call_command("reset_second_factor", "nobody")


def test_accounts_without_an_address(demanded):
    user = make_user("Chief editors")
    chief, other, client = verified(make_user("Chief editors")), verified(make_user("Chief editors")), verified(user)
    ask_reset(chief, user)
    User.objects.filter(pk=user.pk).update(email="")
    # Nobody could send them a link.
    shown = other.get(RESETS).content.decode()
    assert f'name="account" value="{user.pk}"' not in shown
    assert 'name="account" value=' in shown
    assert ask_reset(other, user) == 404
    assert is_inside(client)
    call_command("reset_second_factor", user.username, stdout=StringIO())
    assert not is_inside(client)
    assert not OutgoingMessage.objects.filter(channel="password_reset").exists()


def test_malformed_passkeys(demanded):
    client, stranger = entered(make_user("Editors (ru)")), Client()
    whole = '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}'
    for kind in ("registration", "authentication"):
        # The first are no UTF-8, and nested deeper than Python reads. The library raises their errors from themselves.
        for body in (b"\xff", "[" * 100_000, "{", "[]", "1", '{"id": 1}', whole):
            client.post(reverse(f"otp_webauthn:credential-{kind}-begin"), content_type="application/json")
            complete = reverse(f"otp_webauthn:credential-{kind}-complete")
            assert 400 <= client.post(complete, body, content_type="application/json").status_code < 500
            assert stranger.post(complete, body, content_type="application/json").status_code == 302
