"""Own sessions are seen and ended; sign-ins, failures, roles and files taken out are logged for those who invite."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as FormerStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from chorsu_articles.protected_names import protect
from cms.models import AccountSession, User
from cms.newsroom.sessions import ACTIONS
from cms.wiring.sweeps import delete_expired
from tests.abuse.sessions import form_fields
from tests.cms.content import soup_of
from tests.cms.test_accounts import change_own
from tests.factories import PASSWORD, make_person, make_user

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")

LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Mobile Safari/537.36 EdgA/1"
)
HISTORY = reverse("wagtailadmin_reports:site_history")
ADMIN = reverse("wagtailadmin_home")


@pytest.fixture
def owner() -> User:
    return make_user("Journalists (ru)", email="owner@example.org", first_name="Anna", last_name="B")


def sign_in(agent: str = LINUX, password: str = PASSWORD, name: str = "owner@example.org") -> Client:
    client = Client(headers={"accept-language": "en", "user-agent": agent})
    client.post(reverse("wagtailadmin_login"), {"username": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(ADMIN).status_code == 200


def test_only_the_button_signs_out(owner):
    client = sign_in()
    address = reverse("wagtailadmin_logout")
    stored = dict(client.session)
    for method in ("get", "head", "options", "put"):
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer.cookies) == (405, {}), method
        assert dict(client.session) == stored, method
    assert is_in(client)
    assert client.post(address).headers["Location"] == reverse("wagtailadmin_login")
    assert not is_in(client)


def panel(client: Client) -> Any:
    soup = soup_of(client, reverse("wagtailadmin_account"))
    assert not [key for key in AccountSession.objects.values_list("pk", flat=True) if key in str(soup)]
    (form,) = soup.select("form#end-sessions")
    assert form["action"] == reverse("newsroom_end")
    assert not form.find_parent("form")
    return soup.select_one("#sessions-content")


def end(client: Client, which: str = "") -> None:
    assert client.post(reverse("newsroom_end"), {"end": which}).status_code == 302


def logged(action: str = "") -> list[tuple[str, str, Any]]:
    """Return action, account and message of what was logged of accounts, in order."""
    entries = ModelLogEntry.objects.filter(action__in=[f"chorsu.{action}"] if action else ACTIONS).order_by("pk")
    return [(entry.action.removeprefix("chorsu."), entry.label, entry.message) for entry in entries]


@pytest.mark.thorough
def test_one_sees_where_one_is_signed_in_and_ends_it_there(owner):
    here, there, elsewhere = sign_in(), sign_in(PHONE), sign_in()
    stranger = sign_in(name=make_user("Journalists (ru)").email)
    shown = panel(here)
    assert [row.get_text(" ", strip=True).partition(" ·")[0] for row in shown.select("li")] == [
        "Firefox, Linux", "Edge, Android", "Firefox, Linux",
    ]  # fmt: skip
    assert shown.select_one("li:last-child").get_text(strip=True).endswith("this browser")
    buttons = shown.select("li button")
    # Enter in a field of the account presses the first button of its form: none of these.
    assert {button["form"] for button in shown.select("button")} == {"end-sessions"}
    end(here, buttons[1]["value"])
    assert [is_in(client) for client in (here, there, elsewhere, stranger)] == [True, False, True, True]
    end(stranger, buttons[0]["value"])
    assert is_in(elsewhere), "of others"
    end(here)
    assert [is_in(client) for client in (here, elsewhere, stranger)] == [True, False, True]
    assert len(panel(here).select("li")) == 1
    assert [entry[0] for entry in logged()] == ["signed_in"] * 4


def test_a_session_that_is_ended_while_a_request_of_it_runs_stays_ended(owner):
    client = sign_in()
    session = client.session
    session["typed"] = "x"
    AccountSession.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not is_in(client)
    assert not AccountSession.objects.filter(account=owner).exists()


def test_a_new_password_and_an_account_switched_off_end_sessions(owner):
    here, there = sign_in(), sign_in(PHONE)
    new = {f"password-{name}": "another-horse-battery" for name in ("new_password1", "new_password2")}
    assert change_own(here, "owner@example.org", **{"password-old_password": PASSWORD, **new}).status_code == 302
    assert [is_in(client) for client in (here, there)] == [True, False]
    assert len(panel(here).select("li")) == 1
    owner = User.objects.get(pk=owner.pk)
    owner.is_active = False
    owner.save()
    owner.is_active = True
    owner.save()
    assert not is_in(here)
    again, stale = sign_in(password="another-horse-battery"), User.objects.get(pk=owner.pk)
    stale.password = "former"
    stale.save(update_fields=["last_login"])
    assert is_in(again), "nothing of it was changed"


def test_sessions_of_before_the_update_go_on(owner):
    Client().force_login(owner)
    former = FormerStore()
    former.update(former.decode(AccountSession.objects.get().session_data))
    former.save()
    migration = importlib.import_module("cms.migrations.0009_account_sessions")
    migration.bring_over(apps, None)
    client = Client()
    client.cookies["sessionid"] = former.session_key
    assert is_in(client)
    assert AccountSession.objects.get(pk=former.session_key).account == owner
    # The former version reads its table until it is stopped; what has ended goes from there too.
    assert FormerStore(former.session_key).load()["_auth_user_id"] == str(owner.pk)
    Session.objects.create(session_key="ended", expire_date=timezone.now() - timedelta(days=1))
    delete_expired()
    assert [row.pk for row in Session.objects.all()] == [former.session_key]
    migration.take_back(apps, None)
    assert {*Session.objects.values_list("pk")} == {*AccountSession.objects.values_list("pk")}
    assert Session.objects.count() == 2


def test_failures_make_one_entry_and_names_without_an_account_none(owner):
    for _number in range(4):
        sign_in(password="wrong-password")
        sign_in(name="nobody@example.org")
    assert logged() == [("sign_in_failed", owner.username, "Tried in vain to sign in")]
    entry = ModelLogEntry.objects.get(action="chorsu.sign_in_failed")
    assert (entry.user_id, entry.data) == (None, {"details": []})
    ModelLogEntry.objects.update(timestamp=timezone.now() - timedelta(days=366))
    delete_expired()
    assert not logged()


def test_nothing_tells_how_a_protected_authors_account_is_signed_in_to(owner):
    chief = make_user("Chief editors")
    protect(user=chief, person=make_person("Anna B"), account=owner, email="")
    assert is_in(sign_in())
    sign_in(password="wrong-password")
    assert not logged()


def test_roles_and_groups_that_people_change_are_logged(owner, client):
    administrator = make_user(superuser=True)
    client.force_login(administrator)
    editors = Group.objects.get(name="Editors (ru)")
    form = {"username": owner.username, "email": owner.email, "first_name": "Anna", "last_name": "B"}
    edit = reverse("wagtailusers_users:edit", args=[owner.pk])
    answer = client.post(edit, {**form, "is_active": "on", "is_superuser": "on", "groups": [editors.pk]})
    assert answer.status_code == 302
    assert sorted(logged()) == [
        ("roles_given", owner.username, "Got a role: Administrator"),
        ("roles_given", owner.username, "Got a role: Editor (Русский)"),
        ("roles_taken", owner.username, "Lost a role: Journalist (Русский)"),
    ]
    with translation.override("ru"):
        assert ("roles_given", owner.username, "Получена роль: Администратор") in logged()
    assert set(ModelLogEntry.objects.filter(action__in=ACTIONS).values_list("user", flat=True)) == {administrator.pk}
    group = reverse("wagtailusers_groups:edit", args=[editors.pk])
    form = form_fields(soup_of(client, group).select_one("main form"))
    assert client.post(group, form).status_code == 302
    edited = ModelLogEntry.objects.get(action="wagtail.edit", object_id=str(editors.pk))
    assert edited.user == administrator


def test_files_taken_out_are_logged_and_chief_editors_read_it_but_not_journalists(owner, client):
    client.force_login(make_user("Chief editors"))
    board, glossary = "/admin/translations/", reverse("chorsu_glossary:index")
    for address, kind in ((HISTORY, "csv"), (HISTORY, "none"), (board, "csv"), (glossary, "tbx")):
        assert client.get(address, {"export": kind}).status_code == 200
    taken = [f"Took a file out: {address}" for address in (HISTORY, board, glossary)]
    assert [message for _action, _account, message in logged()] == taken
    sign_in()
    assert taken[0] in client.get(HISTORY, {"action": "chorsu.exported"}).content.decode()
    assert "Signed in" in client.get(HISTORY).content.decode()
    client.force_login(owner)
    page = client.get(HISTORY).content.decode()
    assert "Took a file out" not in page
    assert "Signed in" not in page
