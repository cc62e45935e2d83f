"""Whoever comes to approve texts is told to all chief editors: by an invitation, and by a role for an account there is.

Told is what a person does in the admin, and an invitation; a program that fills groups (the demo) tells nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context

from chorsu_editorial.conf import get_settings
from chorsu_editorial.models import FourEyesTask
from chorsu_locales.selectors import enabled_codes, get_language_row
from cms.models import User
from cms.newsroom.mail import tell_chief_editors
from cms.newsroom.roles import ROLES, group_name


def approving_groups(groups: Iterable[Any]) -> QuerySet[Group]:
    """Return those of these groups (objects or keys) whose people approve, approve alone or publish by right."""
    app_label, _dot, codename = get_settings().approve_alone_permission.partition(".")
    alone = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    rights = Q(permissions__in=alone) | Q(page_permissions__permission__codename="publish_page")
    tasks = Q(pk__in=FourEyesTask.objects.values("groups"))
    return Group.objects.filter(pk__in=groups).filter(tasks | rights).distinct()


def groups_given(*, users: Iterable[Any], groups: Iterable[Any]) -> None:
    """Tell the chief editors, where a person gave these accounts (keys) groups (keys) that approve."""
    actor = get_active_log_context().user
    found = list(approving_groups(groups).order_by("name")) if actor else []
    for person in User.objects.filter(pk__in=users) if found else ():
        _tell(person, actor, lambda: [_label(group) for group in found])


def account_saved(account: User) -> None:
    """Tell the chief editors, where a person makes this account an administrator's: those approve everywhere."""
    actor = get_active_log_context().user
    if actor and account.is_superuser and not User.objects.filter(pk=account.pk, is_superuser=True).exists():
        _tell(account, actor, lambda: [_("Administrator")])


def _tell(person: User, actor: Any, roles: Any) -> None:
    tell_chief_editors("approver", {"person": person, "actor": actor, "roles": roles}, key=f"approver:{uuid4()}")


def _label(group: Group) -> str:
    """Return a group as people call its role, in the active language."""
    for role in ROLES.values():
        for code in enabled_codes():
            if group.name == group_name(role, code):
                return f"{role.label} ({get_language_row(code).name})" if role.per_language else str(role.label)
    return str(group.name)
