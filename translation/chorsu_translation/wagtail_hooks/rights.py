"""Rights, and the names of entries in the history of pages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils.translation import gettext
from wagtail import hooks


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators give the right to translate unpublished pages to other groups."""
    return Permission.objects.filter(content_type__app_label="chorsu_translation", codename="add_translationlink")


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name the plug-in's entries in a page's history."""
    actions.register_action(
        "chorsu_translation.declare_up_to_date",
        gettext("Declare the translation up to date"),
        gettext("Declared the translation up to date with its source"),
    )
