"""Who did what since a screen showed a text, and what became of it: for the people whom an answer concerns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page, Revision, TaskState
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.differences import changes
from chorsu_editorial.facts import changed_facts, text_to_hashes
from chorsu_editorial.hashing import approval_hash
from chorsu_editorial.lineage import parent_of
from chorsu_editorial.screen_token import ScreenToken


def explain_change(token: ScreenToken, page: Page, user: Any) -> str:
    """Return who changed a page since a screen showed it, and what; an empty string where nothing changed."""
    revision = Revision.objects.filter(pk=page.latest_revision_id).first()
    if revision is None:
        return ""
    version = revision.as_object()
    return "" if token.digest == approval_hash(version) else changed_since(token, revision, version, user)


def explain_end(page: Page) -> str:
    """Return why a page waits for no approval any more: who decided or took it back, and when."""
    state = TaskState.objects.filter(workflow_state__in=page.workflow_states).order_by("-pk").first()
    who = get_user_display_name(state.finished_by) if state and state.finished_by else ""
    texts = {
        TaskState.STATUS_APPROVED: _("%(who)s approved this text (%(time)s)."),
        TaskState.STATUS_REJECTED: _("%(who)s sent this text back to its authors (%(time)s)."),
        TaskState.STATUS_CANCELLED: _("%(who)s took this text back from approval (%(time)s)."),
    }
    if state is None or not who or state.status not in texts:
        ended = _("This text is not waiting for approval any more.")
    else:
        ended = texts[state.status] % {"who": who, "time": render_timestamp(state.finished_at)}
    return f"{ended} {_('Nothing was done here; open the text again to see how it is now.')}"


def approval_outcome(page: Page) -> str:
    """Return a sentence on what became of a version that was approved just now; empty where it stays a draft."""
    now = Page.objects.get(pk=page.pk)
    if hasattr(now, "held_approval"):
        return _("It is held for the other languages.")
    if now.workflow_in_progress:
        return _("It waits for the next approval.")
    scheduled = now.revisions.filter(approved_go_live_at__isnull=False).order_by("-pk").first()
    if scheduled is not None:
        return _("Readers see it from %(time)s on.") % {"time": render_timestamp(scheduled.approved_go_live_at)}
    return _("Readers see it now.") if now.live and not now.has_unpublished_changes else ""


def changed_since(token: ScreenToken, revision: Revision, version: Page, user: Any) -> str:
    """Say who changed the text since the screen showed it, and what."""
    if not token.digest or token.revision_id is None or token.saved_at is None:
        return unknown_screen()
    if token.saved_at == revision.created_at and (changed := explain_facts(token.facts, version)):
        return changed
    newer = Revision.objects.defer("content").filter(
        base_content_type_id=revision.base_content_type_id,
        object_id=revision.object_id,
        created_at__gt=token.saved_at,
    )
    people = {found.user_id: found.user for found in newer.select_related("user")}
    others = [get_user_display_name(person) for key, person in people.items() if person and key != user.pk]
    what = [change.label for change in changes(base.as_object(), version)] if (base := _base(token, revision)) else []
    if not others:
        message = _("This text was saved in another window after you opened it. Changed: %(what)s. Open it again.")
    else:
        message = _("%(who)s changed this text after you opened it. Changed: %(what)s. Open it again to see it.")
    return message % {"who": ", ".join(sorted(others)), "what": "; ".join(what) or _("the text")}


def unknown_screen() -> str:
    """Say that nothing is approved which wasn't looked at."""
    return _("Open the text before you approve it: it isn't known what your screen showed.")


def explain_facts(seen: str, version: Page) -> str:
    """Return which pictures, documents and names show something else than when a screen was loaded, or nothing."""
    changed = changed_facts(text_to_hashes(seen), version)
    if not changed:
        return ""
    return _("Changed after you opened this text: %(what)s. Open it again to see it.") % {"what": "; ".join(changed)}


def _base(token: ScreenToken, latest: Revision) -> Revision | None:
    """Return the revision that was shown, or where autosave has rewritten it since, the one it came from."""
    found = Revision.objects.filter(
        pk=token.revision_id, base_content_type_id=latest.base_content_type_id, object_id=latest.object_id
    ).first()
    if found is None or found.created_at == token.saved_at:
        return found
    return parent_of(found)
