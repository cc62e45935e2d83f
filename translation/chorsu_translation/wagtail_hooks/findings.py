"""The findings of a translation in its editor, and in the history of pages."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.models import BaseLogEntry

from chorsu_translation.services.findings import DISMISSED, EXPLAINED, PUBLISHED_UNTRANSLATED, TAKEN_BACK


@hooks.register("insert_editor_js")
def insert_findings() -> SafeString:
    """Load the script that lists the findings, and its styles."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}" data-findings-url="{}"></script>',
        static("chorsu_translation/findings.css"),
        static("chorsu_translation/findings.js"),
        reverse("chorsu_translation:findings", args=[0]),
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name what was done about findings in a page's history."""

    class WithReason(LogFormatter):
        def format_comment(self, log_entry: BaseLogEntry) -> str:
            """Give what was said."""
            return str(log_entry.data.get("reason") or log_entry.data.get("finding", ""))

    @actions.register_action(DISMISSED)
    class Dismissed(WithReason):
        label = gettext_lazy("Let a finding stand")
        message = gettext_lazy("Let a finding of the checks stand")

    @actions.register_action(TAKEN_BACK)
    class TakenBack(WithReason):
        label = gettext_lazy("List a finding again")
        message = gettext_lazy("Listed a finding of the checks again")

    @actions.register_action(EXPLAINED)
    class Explained(WithReason):
        label = gettext_lazy("Explain findings")
        message = gettext_lazy("Submitted the translation with findings of the checks")

    @actions.register_action(PUBLISHED_UNTRANSLATED)
    class PublishedUntranslated(WithReason):
        label = gettext_lazy("Publish what isn't translated")
        message = gettext_lazy("Published, or scheduled, with paragraphs that aren't translated")
