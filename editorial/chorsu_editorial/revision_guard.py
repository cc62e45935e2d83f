"""Guard approved pages: no autosave overwrites a published revision, no move evades another section's approval."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from wagtail.models import Page

from chorsu_editorial.lineage import published_ids
from chorsu_editorial.models import HeldApproval
from chorsu_editorial.refusals import Refusal
from chorsu_editorial.screen_token import parse_moment
from chorsu_locales.received import whole_number


def drop_malformed_ids(posted: QueryDict) -> QueryDict:
    """Return the editor's POST data without revision ids and times that can't be any, which raise in Wagtail's view.

    Without them an edit is saved as a new revision, and an approval is refused.
    """
    wrong = [name for name in ("overwrite_revision_id", "loaded_revision_id") if not _is_id(posted.get(name, ""))]
    saved_at = posted.get("loaded_revision_created_at", "")
    if saved_at and parse_moment(saved_at) is None:
        wrong.append("loaded_revision_created_at")
    if not wrong:
        return posted
    posted = posted.copy()
    for name in wrong:
        del posted[name]
    return posted


def _is_id(text: str) -> bool:
    return not text or whole_number(text) is not None


def save_as_new_revision(posted: QueryDict, page: Page) -> QueryDict:
    """Return the editor's POST data, changed to save a new revision where the one to overwrite has been published.

    A session saves into its own revision again and again. Somebody else's approval may publish that revision
    meanwhile; from then on it is what readers see, and further words are a new version with an author.
    """
    saved_here = posted.get("overwrite_revision_id", "")
    revision = page.get_latest_revision()
    if revision is None or saved_here != str(revision.pk) or revision.pk not in published_ids(revision):
        return posted
    posted = posted.copy()
    del posted["overwrite_revision_id"]
    posted["loaded_revision_id"] = str(revision.pk)
    posted["loaded_revision_created_at"] = revision.created_at.isoformat()
    return posted


def check_move(*, page: Page, destination: Page, user: Any) -> None:
    """Raise a ``Refusal`` where a page that waits for approval, or for its time, would come under another approval.

    Wagtail asks for the publish right only where a page is live already: so a text could be approved by the editors of
    one section and appear in another, whose editors never saw it.
    """
    if page.get_workflow() == destination.get_workflow():
        return
    if destination.permissions_for_user(user).can_publish_subpage():
        return
    for found in page.get_descendants(inclusive=True):
        if found.workflow_in_progress:
            text = _("“%(title)s” waits for approval, and others approve there. Withdraw it first.")
        elif HeldApproval.objects.filter(page=found.pk).exists():
            text = _("“%(title)s” is approved and held, and others approve there. Publish or release it first.")
        elif found.approved_schedule:
            text = _("“%(title)s” is approved and waits for its time, and others approve there. It stays where it is.")
        else:
            continue
        raise Refusal(text % {"title": found.get_admin_display_title()})
