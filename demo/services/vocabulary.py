"""Make the demo's vocabularies, pictures and accounts."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db.models import Model
from wagtail.documents import get_document_model

from chorsu_articles.models import Organisation, Person, Picture, Topic
from chorsu_translation.glossary.admin import bring_in
from chorsu_translation.models import Term
from cms.models import User
from cms.newsroom.roles import group_name
from demo import content
from demo.accounts import ACCOUNTS
from demo.services.record import record


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
    password = {each: make_password(each) for each in {account.password for account in ACCOUNTS}}
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
    """Store the pictures in the library, as JPEG; return primary keys and texts by key."""
    texts = content.read("pictures.toml")
    made = {}
    for key, fields in texts.items():
        opened = content.picture(key)
        stored = BytesIO()
        opened.save(stored, "JPEG", quality=85)
        captions = {code: text for code, text in fields["caption"].items() if text}
        picture = Picture(
            title=fields["title"],
            file=ImageFile(BytesIO(stored.getvalue()), name=f"{key}.jpg"),
            kind=fields["kind"],
            credit=fields["credit"],
            licence=fields.get("licence", "CC BY-SA 4.0"),
            width=opened.width,
            height=opened.height,
            **translated({"caption": captions, "alt_text": fields["alt"]}),
        )
        picture.save()
        made[key] = picture
    record(made.values())
    return {key: picture.pk for key, picture in made.items()}, texts


def make_documents() -> dict[tuple[str, str], int]:
    """Make the papers of the events, a text file for each language; return primary keys by (paper, language)."""
    made = {}
    for key, fields in content.read("documents.toml").items():
        for code, text in fields["text"].items():
            document = get_document_model()(title=fields["title"][code])
            document.file = ContentFile(text.strip().encode() + b"\n", name=f"{key}-{code}.txt")
            document.save()
            made[key, code] = document
    record(made.values())
    return {key: document.pk for key, document in made.items()}


def make_vocabulary[Row: Model](
    model: type[Row], texts: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Row], list[Row]]:
    """Make what is missing of a vocabulary; return all its entries by key, and those made.

    A slug that the newsroom uses already is the newsroom's own entry, and is used as it is.
    """
    entries: dict[str, Row] = {}
    made: list[Row] = []
    for key, fields in texts.items():
        rows = model._default_manager  # noqa: SLF001 - Django's documented way for any model
        entry = rows.filter(slug=key).first()
        if entry is None:
            entry = rows.create(slug=key, **translated(fields))
            made.append(entry)
        entries[key] = entry
    return entries, made


def make_topics() -> dict[str, Topic]:
    topics, made = make_vocabulary(Topic, content.read("topics.toml"))
    record(made)
    return topics


def make_organisations() -> dict[str, Organisation]:
    organisations, made = make_vocabulary(Organisation, content.read("organisations.toml"))
    record(made)
    return organisations


def make_people(portraits: Mapping[str, int]) -> dict[str, Person]:
    """Make the people of the byline, with their portraits."""
    texts = content.read("people.toml")
    for fields in texts.values():
        if "photo" in fields:
            fields["photo_id"] = portraits[fields.pop("photo")]
    people, made = make_vocabulary(Person, texts)
    record(made)
    return people


def make_terms(users: Mapping[str, User]) -> None:
    """Bring in the glossary's terms, those whose languages are switched on: one is left to approve."""
    for name, terms in content.read("terms.toml").items():
        bring_in(terms, users[name])
    record(Term.objects.filter(proposed_by__in=users.values()))
