"""Who may give which role: nobody gives more than they have."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from cms.models import User
from cms.newsroom.roles import CHIEF_EDITOR, group_name


def exceeding_groups(*, giver: User, groups: Iterable[Group]) -> list[Group]:
    """Return those of the groups that hold a right which the giver lacks.

    Administrators and chief editors give every role. To others the right to invite may have been given: a person
    who invites a second account of their own must not win anything by it.
    """
    if giver.is_superuser or giver.groups.filter(name=group_name(CHIEF_EDITOR)).exists():
        return []
    return [group for group in groups if _exceeds(group, giver)]


def _exceeds(group: Group, user: User) -> bool:
    own = user.get_all_permissions()
    wanted = group.permissions.values_list("content_type__app_label", "codename")
    if any(f"{app_label}.{codename}" not in own for app_label, codename in wanted):
        return True
    places = (
        (GroupPagePermission.objects.all(), "page__path"),
        (GroupCollectionPermission.objects.all(), "collection__path"),
    )
    for rights, path in places:
        held = set(rights.filter(group__user=user).values_list("permission", path))
        for permission, place in rights.filter(group=group).values_list("permission", path):
            if not any(permission == other and place.startswith(above) for other, above in held):
                return True
    return False
