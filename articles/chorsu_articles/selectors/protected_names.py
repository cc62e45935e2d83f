"""Who may see and keep the names of protected authors, and what is known of each without the name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from wagtail.log_actions import registry

from chorsu_articles.columns import columns
from chorsu_articles.models import Person, Picture, ProtectedIdentity

SEE = "see_protected_names"
KEEP = "keep_protected_names"
READ_ACTION = "chorsu_articles.read_name"


def _right(codename: str) -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="chorsu_articles", codename=codename)


def holders(codename: str) -> QuerySet[Any]:
    """Return the active users who were given a right, themselves or by a group, administrators alike."""
    right = _right(codename).values("pk")
    given = Q(user_permissions__in=right) | Q(groups__permissions__in=right)
    users: QuerySet[Any] = get_user_model().objects.filter(given, is_active=True).distinct()
    return users


def may_see_names(user: Any) -> bool:
    """Tell whether a user may read the names of protected authors."""
    return user.is_authenticated and holders(SEE).filter(pk=user.pk).exists()


def may_keep_names(user: Any) -> bool:
    """Tell whether a user is one of those who protect names, and of whom two lift a protection."""
    return user.is_authenticated and holders(KEEP).filter(pk=user.pk).exists()


def named_readers() -> QuerySet[Any]:
    """Return the users to whom the right to see names was given by name."""
    return holders(SEE).filter(user_permissions__in=_right(SEE).values("pk"))


def identity_of(person: Person) -> ProtectedIdentity | None:
    """Return what is kept of a protected person, without the name and address; None where there is nothing."""
    return identities().filter(person=person).first()


def identities() -> QuerySet[ProtectedIdentity]:
    """Return all protected authors without their names and addresses, the newest first."""
    secrets = ("texts", "email", "account_texts")
    return ProtectedIdentity.objects.select_related("person", "lifting_asked_by").defer(*secrets).order_by("-pk")


def readings(identity: ProtectedIdentity) -> QuerySet[Any]:
    """Return the log of who read a name and when, the newest first."""
    entries: QuerySet[Any] = registry.get_logs_for_instance(identity.person)
    return entries.filter(action=READ_ACTION).select_related("user")


def pictures_with_name(person: Person) -> QuerySet[Picture]:
    """Return the pictures of the library whose credit, title or suggested texts hold a name that a person has."""
    told = Q(pk__in=[])
    for name in filter(None, (getattr(person, each) for each in columns("name"))):
        for field in ("credit", "title", *columns("caption", "alt_text")):
            told |= Q(**{f"{field}__contains": name})
    found: QuerySet[Picture] = Picture.objects.filter(told).order_by("title", "pk")
    return found
