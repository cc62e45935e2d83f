"""Protected names: where the name is and where not, who reads it, and that two lift the protection."""

from __future__ import annotations

import html
from importlib import import_module
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from wagtail.log_actions import log, registry
from wagtail.models import ModelLogEntry

from chorsu_articles import protected_names as services
from chorsu_articles.models import Person, ProtectedIdentity
from cms.models import User
from tests.factories import make_group, make_person, make_picture, make_user, signed_in
from tests.whole_database import everything_but_the_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

SECRET = "Zulfiqarova"
RIGHTS = ("see_protected_names", "keep_protected_names")


def make_keeper(*rights: str) -> User:
    """Return somebody who may enter the admin and holds these rights about names, all of them unless told otherwise."""
    group = make_group()
    found = Permission.objects.filter(content_type__app_label="chorsu_articles", codename__in=rights or RIGHTS)
    group.permissions.add(*found, *Permission.objects.filter(codename__in=["view_person", "change_person"]))
    return make_user(group.name)


@pytest.fixture
def keeper() -> User:
    return make_keeper()


@pytest.fixture
def identity(keeper) -> ProtectedIdentity:
    person = make_person(
        f"Зульфия {SECRET}", name_en=f"Zulfiya {SECRET}", position_en=f"{SECRET}'s place", about_ru=f"О {SECRET}"
    )
    log(instance=person, action="wagtail.create")
    return services.protect(user=keeper, person=person)


def test_the_name_is_in_no_other_table(identity):
    assert SECRET.lower() not in everything_but_the_names()
    person = Person.objects.get(pk=identity.person_id)
    assert str(person) == f"Автор {identity.pk}"
    assert person.slug == f"avtor-{identity.pk}"
    assert person.public_name == "Editorial staff"
    assert person.get_absolute_url() is None
    assert ProtectedIdentity.objects.get().texts == {
        "name_ru": f"Зульфия {SECRET}",
        "name_en": f"Zulfiya {SECRET}",
        "position_en": f"{SECRET}'s place",
        "about_ru": f"О {SECRET}",
    }


def test_earlier_names_leave_the_log(keeper):
    person = make_person(f"Old {SECRET}")
    log(instance=person, action="wagtail.create", data={"name": SECRET})
    person.name_ru = "Newer name"
    person.save()
    log(instance=person, action="wagtail.edit")
    services.protect(user=keeper, person=person, code_name="Sparrow")
    entries = registry.get_logs_for_instance(person)
    assert {(entry.label, str(entry.data)) for entry in entries} == {("Sparrow", "{}")}
    assert {entry.action for entry in entries} == {"wagtail.create", "wagtail.edit", services.PROTECT_ACTION}


def test_a_new_author_has_a_code_name_from_the_start_and_is_not_protected_twice(keeper):
    identity = services.protect(user=keeper, texts={"name_tg": SECRET}, email="z@example.org", code_name="Sparrow")
    assert (str(identity.person), identity.person.slug) == ("Sparrow", "sparrow")
    assert SECRET.lower() not in everything_but_the_names()
    with pytest.raises(ValueError, match="protected already"):
        services.protect(user=keeper, person=identity.person)


def test_reading_takes_the_right_and_is_logged(keeper, identity):
    for user in (make_keeper("keep_protected_names"), make_user(), make_user(superuser=True)):
        with pytest.raises(PermissionDenied):
            services.read_identity(user=user, identity=identity)
    read = ModelLogEntry.objects.filter(action="chorsu_articles.read_name")
    assert not read.exists()
    assert services.read_identity(user=keeper, identity=identity).texts["name_en"] == f"Zulfiya {SECRET}"
    entry = read.get()
    assert (entry.user, entry.object_id, entry.label) == (keeper, str(identity.person_id), str(identity.person))


def test_chief_editors_name_others(keeper, identity):
    friend = make_user()
    services.let_see_names(user=keeper, reader=friend, allowed=True)
    assert services.read_identity(user=friend, identity=identity).texts
    with pytest.raises(PermissionDenied):
        services.let_see_names(user=friend, reader=make_user(), allowed=True)
    services.let_see_names(user=keeper, reader=friend, allowed=False)
    with pytest.raises(PermissionDenied):
        services.read_identity(user=friend, identity=identity)


def test_two_lift_the_protection(keeper, identity):
    other = make_keeper()
    services.ask_to_lift(user=keeper, identity=identity)
    assert SECRET.lower() not in everything_but_the_names()
    person = services.confirm_lifting(user=other, identity=identity)
    person.refresh_from_db()
    assert (person.name_ru, person.name_en, person.name_tg) == (f"Зульфия {SECRET}", f"Zulfiya {SECRET}", None)
    assert (person.position_en, person.about_ru) == (f"{SECRET}'s place", f"О {SECRET}")
    assert not person.name_withheld
    assert SECRET.lower() in person.slug
    assert not ProtectedIdentity.objects.exists()
    entry = ModelLogEntry.objects.filter(action=services.LIFT_ACTION).get()
    assert (entry.user, entry.data) == (other, {"asked_by": keeper.pk})


def test_one_alone_lifts_nothing(keeper, identity):
    other = make_keeper()
    with pytest.raises(services.LiftingRefusedError, match="Nobody has asked"):
        services.confirm_lifting(user=keeper, identity=identity)
    services.ask_to_lift(user=keeper, identity=identity)
    with pytest.raises(services.LiftingRefusedError, match="another chief editor"):
        services.confirm_lifting(user=keeper, identity=identity)
    with pytest.raises(PermissionDenied):
        services.confirm_lifting(user=make_user(superuser=True), identity=identity)
    keeper.groups.clear()
    with pytest.raises(services.LiftingRefusedError, match="ask anew"):
        services.confirm_lifting(user=other, identity=identity)
    services.withdraw_lifting(user=other, identity=identity)
    with pytest.raises(services.LiftingRefusedError, match="Nobody has asked"):
        services.confirm_lifting(user=other, identity=identity)
    assert Person.objects.get().name_withheld


def test_two_agree_on_the_same_name(keeper, identity):
    services.ask_to_lift(user=keeper, identity=identity)
    known = services.read_identity(user=keeper, identity=identity)
    services.change_identity(user=keeper, identity=known, texts={"name_ru": "Другое имя"}, email="")
    with pytest.raises(services.LiftingRefusedError, match="Nobody has asked"):
        services.confirm_lifting(user=make_keeper(), identity=identity)
    assert Person.objects.get().name_withheld


def test_an_account_that_comes_too_late_stores_no_name_again(keeper, identity):
    known = services.read_identity(user=keeper, identity=identity)
    services.ask_to_lift(user=keeper, identity=identity)
    services.confirm_lifting(user=make_keeper(), identity=identity)
    with pytest.raises(DatabaseError):
        services.add_account(user=keeper, identity=known, account=make_user())
    assert not ProtectedIdentity.objects.exists()


def test_an_account_leaves_what_somebody_else_asked_for(keeper, identity):
    known = services.read_identity(user=keeper, identity=identity)
    services.ask_to_lift(user=make_keeper(), identity=identity)
    services.add_account(user=keeper, identity=known, account=make_user())
    assert ProtectedIdentity.objects.get().lifting_asked_by == identity.lifting_asked_by


def test_the_pages_from_protection_to_lifting(keeper):
    person = make_person(f"Зульфия {SECRET}")
    chief, other = signed_in(keeper), signed_in(make_keeper())
    form = chief.get(f"/admin/articles/names/add/?person={person.pk}").text
    assert SECRET in form
    assert ">Protect the name</em>" in form
    assert "messages that were sent, backups, copies" in form
    chief.post(f"/admin/articles/names/add/?person={person.pk}", {"email": "z@example.org"})
    identity = ProtectedIdentity.objects.get()
    page = f"/admin/articles/names/{identity.pk}/"
    assert f"<title>{identity} " in " ".join(chief.get(page).text.split())
    shown = chief.post(page, {"action": "show"})
    assert f"Зульфия {SECRET}" in shown.text
    assert "z@example.org" in shown.text
    assert "no-store" in shown["Cache-Control"]
    for silent in (chief.get(page), chief.get("/admin/articles/names/"), other.get(page)):
        assert silent.status_code == 200
        assert SECRET not in silent.text
        assert "z@example.org" not in silent.text
    chief.post(page, {"action": "save", "name_ru": "Исправленное имя", "email": "new@example.org"})
    chief.post(page, {"action": "ask"})
    refused = chief.post(page, {"action": "confirm"}, follow=True)
    assert "another chief editor has to confirm" in refused.text
    other.post(page, {"action": "confirm"})
    assert str(Person.objects.get()) == "Исправленное имя"


def test_the_pages_are_closed_to_others(identity):
    for user in (make_user(make_group("writers").name), make_user(superuser=True)):
        client = signed_in(user)
        for path in ("", "add/", f"{identity.pk}/"):
            for answer in (client.get(f"/admin/articles/names/{path}"), client.post(f"/admin/articles/names/{path}")):
                assert answer.status_code in {302, 403}
    reader = signed_in(make_keeper("see_protected_names"))
    page = f"/admin/articles/names/{identity.pk}/"
    assert SECRET in reader.post(page, {"action": "show"}).text
    for action in ("save", "ask", "confirm", "withdraw"):
        assert reader.post(page, {"action": action, "name_ru": "x", "email": ""}).status_code in {302, 403}
    assert ProtectedIdentity.objects.get().lifting_asked_by is None
    assert ProtectedIdentity.objects.get().texts["name_ru"] == f"Зульфия {SECRET}"


def test_an_editor_changes_nothing_of_a_protected_person_and_protects_nobody_by_a_tick(
    identity,
):
    editor = make_keeper("see_protected_names")
    editor.groups.get().permissions.add(*Permission.objects.filter(codename__startswith="change_names_"))
    page = f"/admin/snippets/chorsu_articles/person/edit/{identity.person_id}/"
    assert SECRET not in signed_in(editor).get(page).text
    signed_in(editor).post(page, {"name_ru": "Another", "name_withheld": "", "slug": "another"})
    person = Person.objects.get()
    assert (str(person), person.name_withheld) == (f"Автор {identity.pk}", True)
    assert SECRET not in signed_in(editor).get(page).text
    signed_in(editor).post(page.replace("edit", "delete"))
    assert Person.objects.exists()
    other: Any = make_person("Открытое Имя")
    data = {"name_ru": "Открытое Имя", "name_withheld": "on", "slug": other.slug}
    signed_in(editor).post(f"/admin/snippets/chorsu_articles/person/edit/{other.pk}/", data)
    assert not Person.objects.get(pk=other.pk).name_withheld


def test_a_protected_person_is_not_deleted(keeper, identity):
    keeper.groups.get().permissions.add(Permission.objects.get(codename="delete_person"))
    client, number = signed_in(keeper), identity.person_id
    bulk = f"/admin/bulk/chorsu_articles/person/delete/?id={number}"
    for address in (f"/admin/snippets/chorsu_articles/person/delete/{number}/", bulk):
        answer = client.post(address, follow=True)
        assert "lift the protection first" in html.unescape(answer.text)
    assert Person.objects.filter(pk=number).exists()


def test_withheld_names_of_before_become_protected_ones():
    """The migration, forth and back, on models as it has them."""
    person = make_person(f"Зульфия {SECRET}", name_fa=SECRET, about_en=f"Of {SECRET}", slug=SECRET, name_withheld=True)
    log(instance=person, action="wagtail.edit")
    open_name = make_person("Открытое Имя")
    migration = import_module("chorsu_articles.migrations.0004_protect_withheld_names")
    nodes = [("chorsu_articles", "0004_protect_withheld_names")]
    old_models = MigrationExecutor(connection).loader.project_state(nodes).apps
    migration.protect(old_models, None)
    assert SECRET.lower() not in everything_but_the_names()
    person.refresh_from_db()
    assert str(person) == f"Автор {ProtectedIdentity.objects.get().pk}"
    assert Person.objects.get(pk=open_name.pk).name_ru == "Открытое Имя"
    migration.give_back(old_models, None)
    person.refresh_from_db()
    assert (person.name_ru, person.name_fa, person.about_en) == (f"Зульфия {SECRET}", SECRET, f"Of {SECRET}")
    assert person.name_withheld
    assert not ProtectedIdentity.objects.exists()


def test_pictures_that_hold_a_name_are_listed_and_no_others():
    person = make_person("Зульфия Зульфикарова", name_en="Zulfiya Zulfiqarova")
    holding = [
        make_picture(title="1", credit="Фото: Зульфия Зульфикарова"),
        make_picture(title="2", caption_ru="Слева Зульфия Зульфикарова"),
        make_picture(title="3", alt_text_en="Zulfiya Zulfiqarova at a desk"),
        make_picture(title="4, Zulfiya Zulfiqarova"),
    ]
    make_picture(title="Sparrows", credit="Zulfiya")
    client, address = signed_in(make_keeper()), reverse("chorsu_articles_admin:protect_name")
    shown = client.get(f"{address}?person={person.pk}")
    assert list(shown.context["pictures"]) == holding
    # Who has changed one comes back to the rest.
    back = f"?next={quote(shown.wsgi_request.get_full_path())}"
    assert all(reverse("wagtailimages:edit", args=[picture.pk]) + back in shown.text for picture in holding)
    nobody = client.get(address)
    assert list(nobody.context["pictures"]) == []
    assert "Pictures of the library" not in nobody.text
