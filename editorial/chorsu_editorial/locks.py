"""The lock of a page in review, in words that say who submitted it, who may change it now, and the way back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.locks import WorkflowLock
from wagtail.utils.timestamps import render_timestamp


class ReviewLock(WorkflowLock):
    """Wagtail's lock, with a message of our own."""

    def get_message(self, user: Any) -> str | None:
        """Return why this person can't change the page now, or None where they can."""
        if not self.for_user(user):
            return None
        state = self.object.current_workflow_task_state.specific
        who = get_user_display_name(state.submitted_by) if state.submitted_by else "–"
        sentences = [
            _("Submitted for approval by %(who)s (%(time)s).")
            % {"who": who, "time": render_timestamp(state.started_at)},
            _("Until it is approved or sent back only its reviewers can change it: %(groups)s.")
            % {"groups": ", ".join(self.task.groups.values_list("name", flat=True))},
        ]
        if self.object.current_workflow_state.user_can_cancel(user):
            sentences.append(_("To go on writing, withdraw it from approval."))
        return " ".join(sentences)
