"""Take an article down in every language in one act, and undo it; take a page down in its own language."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext, log
from wagtail.models import Page, Revision

from chorsu_editorial import signals
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.holding import end_hold
from chorsu_editorial.lock_order import lock_articles
from chorsu_editorial.models import FourEyesTaskState
from chorsu_editorial.past_approval import by_approval, with_reason, written
from chorsu_translation.models import Withdrawal
from chorsu_translation.selectors.withdrawals import (
    Return,
    Standing,
    article_standing,
    may_take_down,
    may_withdraw,
    returns,
)

WITHDRAWN = "chorsu_translation.withdraw_everywhere"
BROUGHT_BACK = "chorsu_translation.bring_back"


class WithdrawalError(Exception):
    """Nothing is done; the text tells the person why."""


@transaction.atomic
def withdraw_everywhere(*, page: Page, user: Any, reason: str) -> Withdrawal:
    """Take the article of a page down in every language, cancel its schedules and end its reviews, and log it.

    Nothing is deleted, and drafts stay as they are. Raises ``PermissionDenied``, and ``WithdrawalError`` where no
    reason is written or there is nothing to take down.
    """
    if not may_withdraw(user):
        raise PermissionDenied
    reason = _required(reason)
    # Others who withdraw, bring back, approve or translate the article wait.
    lock_articles([page.translation_key])
    standing = [each for each in article_standing(page.translation_key) if each.is_concerned]
    if not any(each.is_up for each in standing):
        text = _("“%(title)s” is live, or scheduled, in no language.")
        raise WithdrawalError(text % {"title": page.get_admin_display_title()})
    withdrawal = Withdrawal.objects.create(
        translation_key=page.translation_key,
        title=page.get_admin_display_title(),
        reason=reason,
        pages=[_entry(each) for each in standing],
        withdrawn_by=user,
    )
    for each in standing:
        # Wagtail's history shows only one of the entries of one request, also where they are of several pages.
        with LogContext(user=user), by_approval():
            _take_down(each, user=user, reason=reason)
            log(instance=each.page.specific, action=WITHDRAWN, user=user, data={"reason": reason})
    return withdrawal


@transaction.atomic
def take_down(*, page: Page, user: Any, reason: str) -> None:
    """Take a live page down, cancel its schedule and end its review; ``past_approval`` enters it with the reason.

    Nothing is deleted, and it comes back as any page goes live. Raises ``PermissionDenied``, and ``WithdrawalError``
    where no reason is written or the page isn't live.
    """
    if not may_take_down(user, page):
        raise PermissionDenied
    reason = _required(reason)
    lock_articles([page.translation_key])
    standing = next((each for each in article_standing(page.translation_key) if each.page.pk == page.pk), None)
    if standing is None or not standing.page.live:
        raise WithdrawalError(_("“%(title)s” is not live.") % {"title": page.get_admin_display_title()})
    with LogContext(user=user), with_reason(reason):
        _take_down(standing, user=user, reason=reason)


@transaction.atomic
def bring_back(*, page: Page, user: Any) -> list[Return]:
    """Put the versions back that were live, and log it; schedules are people's to set again.

    A version that was live had its approval, or its reason, when it was published: it needs none again. Returns what
    was done for each page, and why not. Raises ``PermissionDenied``, and ``WithdrawalError`` where nothing comes back.
    """
    if not may_withdraw(user):
        raise PermissionDenied
    lock_articles([page.translation_key])
    done = [_give_back(each, user) if each.brings_back else each for each in returns(page.translation_key)]
    if not any(each.brings_back for each in done):
        text = _("Nothing of “%(title)s” can be brought back.")
        raise WithdrawalError(text % {"title": page.get_admin_display_title()})
    Withdrawal.objects.filter(translation_key=page.translation_key, undone_at__isnull=True).update(
        undone_by=user, undone_at=timezone.now()
    )
    return done


def _required(reason: str) -> str:
    if not (found := written(reason)):
        raise WithdrawalError(_("Write why the article is taken down."))
    return found


def _entry(standing: Standing) -> dict[str, Any]:
    """Return what bringing a page back needs: see ``selectors.returns``."""
    page = standing.page
    revision = page.live_revision if page.live else None
    return {
        "page": page.pk,
        "locale": page.locale.language_code,
        "title": page.title,
        "live": page.live,
        "revision": revision.pk if revision else None,
        # Autosave rewrites a revision in place.
        "saved_at": revision.created_at.isoformat() if revision else None,
        "digest": content_hash(page.specific) if page.live and not revision else "",
        "last_published_at": page.last_published_at.isoformat() if page.last_published_at else None,
        "scheduled": [[each.pk, each.approved_go_live_at.isoformat()] for each in standing.scheduled],
    }


def _take_down(standing: Standing, *, user: Any, reason: str) -> None:
    page = standing.page.specific
    _end_review(page, user=user, reason=reason)
    end_hold(user=user, page=page)
    page.revisions.update(approved_go_live_at=None)
    # The right to do this is one of its own: Wagtail would ask for the right to publish in each tree.
    UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)


def _end_review(page: Page, *, user: Any, reason: str) -> None:
    workflow_state = page.current_workflow_state
    if workflow_state is None:
        return
    state = workflow_state.current_task_state.specific
    workflow_state.cancel(user=user)
    if isinstance(state, FourEyesTaskState):
        signals.review_ended.send(
            sender=type(state.task.specific),
            task_state=state,
            page=page.get_latest_revision_as_object(),
            submitter=state.submitted_by,
            user=user,
            reason=reason,
        )


def _give_back(found: Return, user: Any) -> Return:
    """Publish the very version again; return why that failed, if it did."""
    page: Any = found.page
    try:
        with LogContext(user=user), transaction.atomic(), by_approval():
            _publish_again(page, found.entry["revision"], user)
            log(instance=page.specific, action=BROUGHT_BACK, user=user)
    except ValidationError as error:  # its address is another page's by now
        return Return(found.entry, page, " ".join(error.messages), found.scheduled)
    return found


def _publish_again(page: Page, revision_id: int | None, user: Any) -> None:
    if revision_id is not None:
        Revision.objects.get(pk=revision_id).publish(user=user, skip_permission_checks=True)
        return
    shown = page.specific
    shown.live = True
    shown.save()
