"""Let findings stand, explain them, and keep what isn't translated from being published.

Programs outside the admin submit and publish what they submit and publish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import get_active_log_context, log
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from chorsu_editorial.answers import answer_to
from chorsu_editorial.refusals import AnswerMissing, Refusal
from chorsu_translation.findings import Finding
from chorsu_translation.models import FindingDismissal, FindingsExplained
from chorsu_translation.selectors.findings import (
    is_checked,
    is_explained,
    may_go_live,
    newly_untranslated,
    page_findings,
)

DISMISSED = "chorsu_translation.dismiss_finding"
TAKEN_BACK = "chorsu_translation.list_finding_again"
EXPLAINED = "chorsu_translation.explain_findings"
PUBLISHED_UNTRANSLATED = "chorsu_translation.publish_untranslated"
SUBMITTING, PUBLISHING = "findings", "untranslated"  # the questions, as ``answers`` names them
UNTRANSLATED_STAYS = gettext_lazy(
    "What isn't translated can't be let stand: translate it, or mark it as a passage in another language. Only who has "
    "the right to publish can let it go live, and says why."
)
LISTED = 5
CHECKED_ACTIONS = frozenset({"wagtail.publish", "wagtail.publish.schedule"})


class FindingGoneError(Exception):
    """There is no such finding any more."""


def may_dismiss(*, target: Page, user: Any) -> bool:
    """Return whether a user may let findings stand: whoever may change the text now."""
    permissions = target.permissions_for_user(user)
    return bool(permissions.can_edit() and not permissions.page_locked())


@transaction.atomic
def dismiss_finding(*, target: Page, user: Any, key: tuple[str, str, int], text_hash: str) -> None:
    """Let a finding of the latest version stand until the text changes, and log it.

    Raises ``PermissionDenied`` where the user may not, ``FindingGoneError`` where the text isn't the one that was
    looked at, and ``Refusal`` where it isn't translated.
    """
    if not may_dismiss(target=target, user=user):
        raise PermissionDenied
    found = page_findings(target.get_latest_revision_as_object())
    finding = next((each for each in found.open if each.key == key and each.text_hash == text_hash), None)
    if finding is None:
        raise FindingGoneError(_("The text has changed since, or somebody let this stand already."))
    if finding.untranslated:
        raise Refusal(UNTRANSLATED_STAYS)
    check, path, index = key
    FindingDismissal.objects.update_or_create(
        target_id=target.pk,
        check_name=check,
        path=path,
        index=index,
        defaults={"text_hash": text_hash, "dismissed_by": user},
    )
    data = {"finding": f"{finding.label}: {finding.message}", "excerpt": finding.excerpt}
    log(instance=target.specific, action=DISMISSED, user=user, data=data)


@transaction.atomic
def take_back_dismissal(*, target: Page, user: Any, key: tuple[str, str, int]) -> None:
    """List a finding again that somebody let stand, and log it.

    Raises ``PermissionDenied`` where the user may not, and ``FindingGoneError`` where nobody let it stand.
    """
    if not may_dismiss(target=target, user=user):
        raise PermissionDenied
    found = page_findings(target.get_latest_revision_as_object()).dismissed
    finding = next((each for each in found if each.key == key), None)
    if finding is None:
        raise FindingGoneError(_("There is no such finding."))
    check, path, index = key
    FindingDismissal.objects.filter(target=target.pk, check_name=check, path=path, index=index).delete()
    data = {"finding": f"{finding.label}: {finding.message}", "excerpt": finding.excerpt}
    log(instance=target.specific, action=TAKEN_BACK, user=user, data=data)


def check_submission(*, task_state: TaskState, user: Any) -> None:
    """Raise ``AnswerMissing`` where a translation goes into review with open findings that nobody explained.

    Called in the transaction that submits it; the explanation is stored in it. Later steps of the same review, which
    begin because an earlier one approved, don't ask.
    """
    page = task_state.workflow_state.content_object
    if not isinstance(page, Page) or not _in_admin() or _is_later_step(task_state) or not is_checked(page):
        return
    found = page_findings(task_state.revision.as_object()).open
    if not found or is_explained(page, found):
        return
    text = answer_to(SUBMITTING)
    if not text:
        asked = _("The checks found: %(findings)s. Why does the translation go into review all the same?")
        raise AnswerMissing(asked % {"findings": _listed(found)}, question=SUBMITTING)
    _explain(page, task_state.revision, user=user, text=text, findings=found, action=EXPLAINED)


def check_publication(*, entry: PageLogEntry) -> None:
    """Raise a ``Refusal`` where a person publishes or schedules what isn't translated.

    Called in the transaction that publishes it, with what Wagtail logged, whatever way was taken. Whoever may publish
    the page can say why it goes live all the same, which is stored.
    """
    if entry.action not in CHECKED_ACTIONS or entry.user_id is None or entry.revision is None or not _in_admin():
        return
    _check_live(entry.revision, user=entry.user, before=entry)


def check_held(*, task_state: TaskState, user: Any) -> None:
    """Raise a ``Refusal`` where an approval is held of what isn't translated: whoever publishes it later isn't asked.

    Called in the transaction of the approval.
    """
    if _in_admin():
        _check_live(task_state.revision, user=user)


def _check_live(revision: Revision, *, user: Any, before: PageLogEntry | None = None) -> None:
    page = Page.objects.get(pk=int(revision.object_id))
    if not is_checked(page):
        return
    found = newly_untranslated(revision, before=before)
    if not found or may_go_live(revision, found):
        return
    number = ngettext(
        "%(number)d paragraph of “%(title)s” isn't translated",
        "%(number)d paragraphs of “%(title)s” aren't translated",
        len(found),
    ) % {"number": len(found), "title": page.get_admin_display_title()}
    if not page.permissions_for_user(user).can_publish():
        text = _("%(number)s: %(findings)s. Only who has the right to publish can let it go live, and says why.")
        raise Refusal(text % {"number": number, "findings": _listed(found)})
    reason = answer_to(PUBLISHING)
    if not reason:
        text = _("%(number)s: %(findings)s. Why does it go live all the same?")
        raise AnswerMissing(text % {"number": number, "findings": _listed(found)}, question=PUBLISHING)
    _explain(page, revision, user=user, text=reason, findings=found, action=PUBLISHED_UNTRANSLATED)


def _explain(
    page: Page, revision: Revision, *, user: Any, text: str, findings: Sequence[Finding], action: str
) -> FindingsExplained:
    listed = [asdict(finding) | {"live": action == PUBLISHED_UNTRANSLATED} for finding in findings]
    explained = FindingsExplained.objects.create(
        target_id=page.pk, revision=revision, text=text, findings=listed, explained_by=user
    )
    log(
        instance=page.specific,
        action=action,
        user=user,
        revision=revision,
        data={"reason": text, "findings": len(findings)},
    )
    return explained


def _listed(findings: Sequence[Finding]) -> str:
    said = [
        _("%(check)s: “%(text)s”") % {"check": finding.label, "text": finding.excerpt}
        if finding.excerpt
        else finding.message
        for finding in findings
    ]
    more = [_("and %(number)d more") % {"number": len(said) - LISTED}] if len(said) > LISTED else []
    return "; ".join([*dict.fromkeys(said[:LISTED]), *more])


def _in_admin() -> bool:
    return get_active_log_context().user is not None


def _is_later_step(task_state: TaskState) -> bool:
    others = task_state.workflow_state.task_states.exclude(pk=task_state.pk)
    former = others.order_by("-started_at", "-pk").first()
    return former is not None and former.status in {TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED}
