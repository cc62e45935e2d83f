"""Rights, and the names of entries in the history of pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.models import Locale


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators give the right to translate unpublished pages to other groups."""
    return Permission.objects.filter(
        Q(codename="add_translationlink") | Q(codename__endswith="_notplannedrule"),
        content_type__app_label="chorsu_translation",
    )


class PlanFormatter(LogFormatter):
    """An entry about an article in a language; ``text`` may hold %(language)s and what the entry's data names."""

    def __init__(self, label: Any, text: Any, comment: str = "") -> None:
        self.label, self.text, self.comment_from = label, text, comment

    def format_message(self, log_entry: Any) -> str:
        """Fill in what the entry's data says."""
        data = log_entry.data or {}
        locale = Locale(language_code=data.get("language", ""))
        facts = {"assignee": "", "due": "", **data, "language": locale.get_display_name() or locale.language_code}
        facts = {name: value or "–" for name, value in facts.items()}
        return str(self.text) % facts

    def format_comment(self, log_entry: Any) -> str:
        """Return the reason or the note."""
        return str((log_entry.data or {}).get(self.comment_from) or "")


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name the plug-in's entries in a page's history."""
    for name, label, text in (
        (
            "declare_up_to_date",
            _("Declare the translation up to date"),
            _("Declared the translation up to date with its source"),
        ),
        (
            "take_back_still_right",
            _("Take back that the translation is still right"),
            _("Took back that the translation is still right"),
        ),
        ("adapted", _("Declare the translation adapted"), _("Declared that the page is adapted")),
        (
            "not_adapted",
            _("Compare the translation again"),
            _("Declared that the page is compared with its source again"),
        ),
        ("declare_minor_edit", _("Submit a minor edit"), _("Submitted as a minor edit")),
        # Nothing logs it any more; what was logged once keeps its words.
        ("confirm_minor_edit", _("Confirm a minor edit"), _("Confirmed that it is a minor edit")),
        ("withdraw_minor_edit", _("Deny a minor edit"), _("Denied that it is a minor edit")),
    ):
        actions.register_action(f"chorsu_translation.{name}", label, text)
    for name, label, text, comment in (
        (
            "request",
            _("Request a translation"),
            _("Requested the translation into %(language)s: %(assignee)s, until %(due)s"),
            "note",
        ),
        (
            "assign",
            _("Assign a translation"),
            _("Gave the translation into %(language)s to: %(assignee)s"),
            "",
        ),
        (
            "due",
            _("Set the due date of a translation"),
            _("Set the due date of the translation into %(language)s: %(due)s"),
            "",
        ),
        (
            "not_planned",
            _("Plan no translation"),
            _("Decided that no translation into %(language)s is planned"),
            "reason",
        ),
        (
            "take_back_request",
            _("Take a request for a translation back"),
            _("Took back the request for the translation into %(language)s"),
            "",
        ),
        (
            "plan_again",
            _("Plan a translation again"),
            _("Took back that no translation into %(language)s is planned"),
            "",
        ),
    ):
        actions.register_action(f"chorsu_translation.{name}")(partial(PlanFormatter, label, text, comment))
