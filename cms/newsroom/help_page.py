"""The newsroom's own page of help in the admin: roles, keys, and what happens to a text that was submitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from chorsu_editorial.conf import get_settings
from chorsu_feedback.inbox import KEYS as TYPO_KEYS
from chorsu_locales.selectors import enabled_languages
from cms.newsroom.roles import ROLES, roles_of

# By the key of a role; an administrator has none.
DUTIES = {
    "journalist": _("Writes texts in the language, and submits them. Edits only the own ones."),
    "translator": _(
        "Translates into the language, also from drafts of other languages, and submits. Fills in names of topics and "
        "organisations."
    ),
    "editor": _(
        "Edits all texts and translations of the language, and approves what others wrote or translated. Mends typos, "
        "takes texts down, looks after topics, people and organisations."
    ),
    "chief_editor": _(
        "Does the same in every language, and can publish without a second person, for a reason that stands in a "
        "report. Invites people, arranges outlet, menu and front pages, imports archives."
    ),
}


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys that work in one place of the admin, each with what it does."""

    heading: Promise
    keys: dict[str, Any]


# What Wagtail's own keys are, its dialog says.
KEY_GROUPS = (
    KeyGroup(
        _("In every text"),
        {
            "Ctrl+S": _("Save the draft"),
            "Ctrl+H": _("Find and replace in the whole text"),
            "Ctrl+Alt+O": _("Take everything that “From the text” offers"),
            "Ctrl+Alt+M": _("Write a remark, or see those that there are"),
            "/": _("In an empty line: a heading, a list or another block"),
        },
    ),
    KeyGroup(
        _("In a table"),
        {"Tab": _("To the next cell; from the last one to a new row"), "Enter": _("To the cell below")},
    ),
    KeyGroup(
        _("In a translation"),
        {
            "Alt+↓": _("To the next paragraph to do"),
            "Alt+↑": _("To the previous paragraph to do"),
            "Alt+C": _("Copy the paragraph of the source"),
            "Alt+Enter": _("Mark the paragraph as done"),
            "Alt+1": _("Put in the first suggestion; Alt+2 and Alt+3 the others"),
        },
    ),
    KeyGroup(_("In the list of typo reports"), TYPO_KEYS),
)


def show_help(request: HttpRequest) -> HttpResponse:
    context = {
        "roles": [(role.label, DUTIES[role.key]) for role in ROLES.values()],
        "own_roles": roles_of(request.user),
        "share": get_settings().approver_share,
        "key_groups": KEY_GROUPS,
        "languages": enabled_languages(),
    }
    return render(request, "newsroom/help.html", context)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    return [path("help/", show_help, name="newsroom_help")]


@hooks.register("register_help_menu_item")
def register_menu_item() -> MenuItem:
    return MenuItem(_("How the newsroom works"), reverse("newsroom_help"), icon_name="help", order=1100)


@hooks.register("construct_help_menu")
def leave_out_wagtails_pages(_request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out Wagtail's guide and its news: both are in English, and of another admin than this one."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith(("editor-guide", "whats-new"))]
