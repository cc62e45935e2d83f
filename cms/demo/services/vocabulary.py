"""Make the demo's vocabularies, pictures and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from django.db.models import Model

from articles.models import Organisation, Person, Picture, Topic
from cms.demo import content, pictures
from cms.demo.accounts import ACCOUNTS
from cms.demo.services.record import record
from cms.models import User
from cms.newsroom.roles import group_name

Row = TypeVar("Row", bound=Model)


def translated(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return modeltranslation's columns for tables ``{language: text}``; other values stay as they are."""
    columns: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            columns.update({f"{name}_{code}": text for code, text in value.items()})
        else:
            columns[name] = value
    return columns


def make_accounts() -> dict[str, User]:
    """Make the demo's accounts, with the groups of the languages that are switched on; return them by user name."""
    groups = {group.name: group for group in Group.objects.all()}
    password = {account.password: make_password(account.password) for account in ACCOUNTS}
    users = {}
    for account in ACCOUNTS:
        user = User.objects.create(
            username=account.username if not User.objects.filter(username=account.username).exists() else account.email,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            password=password[account.password],
            is_superuser=account.is_superuser,
            is_staff=account.is_superuser,
        )
        names = [group_name(role, code or None) for role, code in account.roles]
        user.groups.set([groups[name] for name in names if name in groups])
        users[account.username] = user
    record(users.values())
    return users


def make_pictures() -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """Draw the pictures into the library; return primary keys and texts by key."""
    texts = content.read("pictures.toml")
    made = {}
    for key, fields in texts.items():
        drawing = pictures.draw(key)
        stored = BytesIO()
        drawing.save(stored, "JPEG", quality=85, optimize=False)
        captions = {code: text for code, text in fields["caption"].items() if text}
        picture = Picture(
            title=fields["title"],
            file=ImageFile(BytesIO(stored.getvalue()), name=f"{key}.jpg"),
            credit=fields["credit"],
            licence="CC BY-SA 4.0",
            width=drawing.width,
            height=drawing.height,
            **translated({"caption": captions, "alt_text": fields["alt"]}),
        )
        picture.save()
        made[key] = picture
    record(made.values())
    return {key: picture.pk for key, picture in made.items()}, texts


def make_vocabulary(model: type[Row], name: str) -> tuple[dict[str, Row], list[Row]]:
    """Make what is missing of a vocabulary; return all its entries by key, and those made.

    A slug that the newsroom uses already is the newsroom's own entry, and is used as it is.
    """
    entries: dict[str, Row] = {}
    made: list[Row] = []
    for key, fields in content.read(name).items():
        entry = model._default_manager.filter(slug=key).first()
        if entry is None:
            entry = model._default_manager.create(slug=key, **translated(fields))
            made.append(entry)
        entries[key] = entry
    return entries, made


def make_topics() -> dict[str, Topic]:
    topics, made = make_vocabulary(Topic, "topics.toml")
    record(made)
    return topics


def make_organisations() -> dict[str, Organisation]:
    organisations, made = make_vocabulary(Organisation, "organisations.toml")
    record(made)
    return organisations


def make_people(portraits: Mapping[str, int]) -> dict[str, Person]:
    """Make the people of the byline, with their portraits."""
    people, made = make_vocabulary(Person, "people.toml")
    photos = {key: fields["photo"] for key, fields in content.read("people.toml").items() if "photo" in fields}
    for person in made:
        if person.slug in photos:
            person.photo_id = portraits[photos[person.slug]]
            person.save(update_fields=["photo"])
    record(made)
    return people
