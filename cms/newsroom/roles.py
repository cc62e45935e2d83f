"""The roles of the newsroom and what each may do. Rights follow the language tree: a role is given per language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chorsu_locales.selectors import get_language_row

# What everybody who writes needs: the admin, and the vocabularies to choose from.
WRITES = (
    "wagtailadmin.access_admin",
    *(f"chorsu_articles.view_{model}" for model in ("topic", "country", "person", "organisation")),
)
# To begin with a page of another language that readers can't see yet.
TRANSLATES_DRAFTS = "chorsu_translation.add_translationlink"
# Names of the vocabularies go live without review, so adding and mending them is an editor's work.
# Without people: whose name is withheld from readers is for editors to say.
TRANSLATES_VOCABULARIES = ("chorsu_articles.change_topic", "chorsu_articles.change_organisation")
KEEPS_VOCABULARIES = tuple(
    f"chorsu_articles.{action}_{model}" for model in ("topic", "person", "organisation") for action in ("add", "change")
)
# A reader's correction goes live with an editor's approval; doubtful ones go through review.
MENDS_TYPOS = ("chorsu_feedback.mend_live",)
# A page of one's own languages, for a written reason.
TAKES_DOWN = ("chorsu_translation.add_withdrawal",)
# Spellings and names that search takes for one another.
KEEPS_SEARCH = tuple(f"chorsu_search.{action}_wordgroup" for action in ("add", "change", "delete"))
RUNS_THE_DESK = (
    *(f"chorsu_articles.delete_{model}" for model in ("topic", "person", "organisation")),
    "chorsu_articles.change_country",
    "chorsu_articles.see_protected_names",
    "chorsu_articles.keep_protected_names",
    "chorsu_archive.import_archive",
    "chorsu_cms.invite_user",
    *(f"chorsu_cms.{action}_outlet" for action in ("view", "change")),
    *(f"chorsu_cms.{action}_languagechats" for action in ("add", "change", "delete")),
    *(f"chorsu_translation.{action}_notplannedrule" for action in ("view", "add", "change", "delete")),
    "chorsu_editorial.approve_alone",
    "chorsu_translation.withdraw_everywhere",
    "chorsu_delivery.view_outgoingmessage",
    "chorsu_delivery.change_outgoingmessage",
    *(f"wagtailredirects.{action}_redirect" for action in ("add", "change", "delete")),
)
USES_LIBRARY = (
    "wagtailimages.add_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.choose_document",
)
KEEPS_LIBRARY = ("wagtailimages.change_image", "wagtaildocs.change_document")


@dataclass(frozen=True, slots=True)
class Role:
    """One role.

    ``pages`` are Wagtail's page rights ("add" covers one's own pages: edit, preview and submit, never publish);
    ``permissions`` and ``collections`` are ``app_label.codename``, the latter given on the root collection. A role
    with ``per_language`` has a group for each language, with the page rights on that language's tree only. Every role
    may write its languages' texts in what languages share: in the vocabularies that it may change, and for pictures.
    """

    key: str
    group: str
    label: Promise | str
    pages: tuple[str, ...]
    permissions: tuple[str, ...]
    collections: tuple[str, ...]
    per_language: bool = True

    def label_in(self, codes: Iterable[str]) -> str:
        """Return the label in the active language, with the names of the languages in which the role holds."""
        names = ", ".join(get_language_row(code).name for code in codes)
        return f"{self.label} ({names})" if self.per_language else str(self.label)


JOURNALIST = Role("journalist", "Journalists", _("Journalist"), ("add",), WRITES, USES_LIBRARY)
TRANSLATOR = Role(
    "translator",
    "Translators",
    _("Translator"),
    ("add",),
    (*WRITES, TRANSLATES_DRAFTS, *TRANSLATES_VOCABULARIES),
    USES_LIBRARY,
)
EDITOR = Role(
    "editor",
    "Editors",
    _("Editor"),
    ("add", "change", "lock", "unlock"),
    (*WRITES, TRANSLATES_DRAFTS, *KEEPS_VOCABULARIES, *KEEPS_SEARCH, *MENDS_TYPOS, *TAKES_DOWN),
    (*USES_LIBRARY, *KEEPS_LIBRARY),
)
CHIEF_EDITOR = Role(
    "chief_editor",
    "Chief editors",
    _("Chief editor (every language)"),
    ("add", "change", "publish", "bulk_delete", "lock", "unlock"),
    (*WRITES, TRANSLATES_DRAFTS, *KEEPS_VOCABULARIES, *KEEPS_SEARCH, *MENDS_TYPOS, *TAKES_DOWN, *RUNS_THE_DESK),
    (*USES_LIBRARY, *KEEPS_LIBRARY),
    per_language=False,
)
ROLES = {role.key: role for role in (JOURNALIST, TRANSLATOR, EDITOR, CHIEF_EDITOR)}


def group_name(role: Role, code: str | None = None) -> str:
    """Return the name of a role's group, such as "Editors (tg)"; raise ``ValueError`` where the language is missing."""
    if not role.per_language:
        return role.group
    if not code:
        raise ValueError(f"The role {role.key!r} needs a language.")
    return f"{role.group} ({code})"


def group_label(group: Group) -> str:
    """Return a group as people call its role, in the active language."""
    return labels({group.name})


def roles_of(user: Any) -> str:
    """Return the roles of an account with their languages, and the names of its other groups."""
    return labels({group.name for group in user.groups.all()})


def labels(names: set[str]) -> str:
    """Return groups (names) as people call their roles, in the active language."""
    found: list[str] = []
    for role in ROLES.values():
        held = {code: name for code, _own in settings.LANGUAGES if (name := group_name(role, code)) in names}
        names -= set(held.values())
        found += [role.label_in(held)] if held else []
    return ", ".join([*found, *sorted(names)])
