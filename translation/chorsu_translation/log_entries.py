"""How entries of the plug-in read in the history of pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter
from wagtail.models import Locale, Page

from chorsu_editorial.approval import PUBLIC_ACTS

ACTS = ("withdraw_everywhere", "propose_retract", "retract", "propose_bring_back", "confirm_bring_back", "bring_back")
PUBLIC_ACTS |= {f"chorsu_translation.{action}" for action in ACTS}
# By action: its name in filters, what the history says, with what the entry's data names, and which datum is a comment.
ACTIONS: dict[str, tuple[Any, ...]] = {
    "dismiss_finding": (_("Let a finding stand"), _("Let a finding of the checks stand"), "finding"),
    "list_finding_again": (_("List a finding again"), _("Listed a finding of the checks again"), "finding"),
    "explain_findings": (_("Explain findings"), _("Submitted the translation with findings of the checks"), "reason"),
    "submit_drafts": (
        _("Submit texts from memory or a machine"),
        _("From memory: %(memory)s; machine: %(machine)s; confirmed: %(people)s; changed: %(changed)s"),
    ),
    "publish_untranslated": (
        _("Publish what isn't translated"),
        _("Published, or scheduled, with paragraphs that aren't translated"),
        "reason",
    ),
    "link": (_("Link pages of two languages"), _("Linked “%(page)s” as a translation of “%(other)s”")),
    "unlink": (_("Part pages of two languages"), _("Parted “%(page)s” from “%(other)s”")),
    # Nothing logs it any more; what was logged once keeps its words. So with "confirm_minor_edit".
    "swap": (
        _("Change the roles of source and translation"),
        _("“%(page)s” is translated from “%(other)s” from now on"),
    ),
    "make_original": (_("Make a page the original"), _("Made “%(page)s” the original instead of “%(other)s”")),
    "declare_up_to_date": (
        _("Declare the translation up to date"),
        _("Declared the translation up to date with its source"),
    ),
    "take_back_still_right": (
        _("Take back that the translation is still right"),
        _("Took back that the translation is still right"),
    ),
    "adapted": (_("Declare the translation adapted"), _("Declared that the page is adapted")),
    "not_adapted": (_("Compare the translation again"), _("Declared that the page is compared with its source again")),
    "declare_minor_edit": (_("Submit a minor edit"), _("Submitted as a minor edit")),
    "confirm_minor_edit": (_("Confirm a minor edit"), _("Confirmed that it is a minor edit")),
    "withdraw_minor_edit": (_("Deny a minor edit"), _("Denied that it is a minor edit")),
    "request": (
        _("Request a text"),
        _("Requested the text in %(language)s: %(assignee)s, until %(due)s"),
        "note",
    ),
    "assign": (_("Assign a text"), _("Gave the text in %(language)s to: %(assignee)s")),
    "due": (_("Set the due date of a text"), _("Set the due date of the text in %(language)s: %(due)s")),
    "not_planned": (_("Plan no translation"), _("Decided that no translation into %(language)s is planned"), "reason"),
    "take_back_request": (
        _("Take a request for a text back"),
        _("Took back the request for the text in %(language)s"),
    ),
    "plan_again": (_("Plan a translation again"), _("Took back that no translation into %(language)s is planned")),
    "bring_in_structure": (
        _("Bring in the changes of structure"),
        _("Brought in the changes of the source's structure"),
    ),
    "take_out_file": (_("File for translators outside: taken out"),) * 2,
    "bring_in_file": (
        _("File for translators outside: brought in"),
        _("File for translators outside: brought in, texts: %(count)s"),
    ),
    "withdraw_everywhere": (_("Withdraw everywhere"), _("Taken down in every language"), "reason"),
    "propose_retract": (_("Propose to retract"), _("Proposed to retract the article"), "reason"),
    "retract": (_("Retract"), _("Retracted in every language"), "reason"),
    "refuse_retract": (_("Refuse to retract"), _("Refused to retract the article"), "reason"),
    "propose_bring_back": (_("Propose to bring back"), _("Proposed to bring the article back"), "reason"),
    "confirm_bring_back": (_("Confirm bringing back"), _("Confirmed that the article is brought back"), "reason"),
    "refuse_bring_back": (_("Refuse to bring back"), _("Refused to bring the article back"), "reason"),
    "bring_back": (_("Bring back"), _("Brought back as it was before it was taken down")),
}


class Entry(LogFormatter):
    """An entry whose text may name what its data hold: pages, a language, an assignee, a day."""

    def __init__(self, label: Any, text: Any, comment_from: str = "") -> None:
        self.label, self.text, self.comment_from = label, text, comment_from

    def format_message(self, log_entry: Any) -> str:
        """Fill in what the entry's data says, with pages as they were called then.

        Others that aren't live are not named: whoever reads this may not know them.
        """
        data = log_entry.data or {}
        locale = Locale(language_code=data.get("language", ""))
        values = {"assignee": "", "due": "", "page": "", "other": "", **data}
        values["language"] = locale.get_display_name() or locale.language_code
        pages = {name: value for name, value in values.items() if isinstance(value, dict)}
        others = {page.get("id") for page in pages.values()} - {log_entry.page_id}
        live = set(Page.objects.live().filter(pk__in=others).values_list("pk", flat=True)) if others else set()
        for name, page in pages.items():
            is_known = page.get("id") in {log_entry.page_id, *live}
            values[name] = page.get("title") if is_known else _("Unpublished text")
        return str(self.text) % {name: value or "–" for name, value in values.items()}

    def format_comment(self, log_entry: Any) -> str:
        return str((log_entry.data or {}).get(self.comment_from) or "")


def register_log_actions(actions: Any) -> None:
    for action, texts in ACTIONS.items():
        actions.register_action(f"chorsu_translation.{action}")(partial(Entry, *texts))
