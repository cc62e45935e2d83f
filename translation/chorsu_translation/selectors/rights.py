"""What people may do at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail.models import GroupPagePermission, Locale

Rights = Mapping[int, frozenset[str]]


def may_read_drafts(user: Any) -> bool:
    """Return whether the user may begin translations of any language's unpublished pages."""
    allowed: bool = user.has_perm("chorsu_translation.add_translationlink")
    return allowed


def rights_by_locale(user: Any) -> dict[int, frozenset[str]]:
    """Return what the user may do in each locale's tree, by locale id: "add", "change" or both."""
    locales = set(Locale.objects.values_list("pk", flat=True))
    if user.is_superuser:
        return dict.fromkeys(locales, frozenset({"add", "change"}))
    found: dict[int, frozenset[str]] = {}
    granted = GroupPagePermission.objects.filter(
        group__user=user, permission__codename__in=["add_page", "change_page"]
    ).values_list("page__depth", "page__locale_id", "permission__codename")
    for depth, locale_id, codename in granted:
        for reached in locales if depth == 1 else {locale_id}:
            found[reached] = found.get(reached, frozenset()) | {codename.removesuffix("_page")}
    return found


def desk_locales(user: Any) -> list[Locale]:
    """Return the locales that the user works in."""
    if not user.is_active:
        return []
    rights = rights_by_locale(user)
    return [locale for locale in Locale.objects.order_by("pk") if locale.pk in rights]
