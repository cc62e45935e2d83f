"""Who is to translate what, until when, and what isn't translated."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Page

from chorsu_editorial.lock_order import lock_pages
from chorsu_translation import signals
from chorsu_translation.models import NotPlanned, TranslationLink, TranslationRequest
from chorsu_translation.selectors.pages import page_in, source_for, target_place
from chorsu_translation.selectors.rights import Rights, people_of, rights_of
from chorsu_translation.selectors.states import answer_for
from chorsu_translation.services.published import refresh_link

LONGEST_TEXT = 2000


class PlanningError(Exception):
    """It can't be planned so; the text tells the editor why."""


@transaction.atomic
def request_translation(
    *, page: Page, locale: Locale, user: Any, assignee: Any = None, due: dt.date | None = None, note: str = ""
) -> TranslationRequest:
    """Ask for the translation of an article into a language; ``page`` is the article's page in any language.

    Raises ``PermissionDenied`` where the user is no editor of the language's tree nor of the source's, and
    ``PlanningError`` where it is asked for already, up to date, decided against, or not for this assignee to do.
    """
    source = _begin(page, locale, user)
    if (
        decision := NotPlanned.objects.filter(translation_key=source.translation_key, locale=locale).first()
    ) is not None:
        raise PlanningError(_("It was decided not to translate it: %(reason)s") % {"reason": decision.reason})
    if _open_request(source, locale) is not None:
        raise PlanningError(_("It is requested already."))
    target = page_in(source, locale)
    if target is not None and _is_up_to_date(target):
        raise PlanningError(_("It is live and up to date."))
    _check_assignee(assignee, locale)
    request = TranslationRequest.objects.create(
        translation_key=source.translation_key,
        locale=locale,
        assignee=assignee,
        due=due,
        note=note[:LONGEST_TEXT],
        requested_by=user,
    )
    _log(source, "request", user, locale, assignee=_name(assignee), due=_iso(due), note=request.note)
    facts = {"sender": TranslationRequest, "request": request, "user": user, "page": source}
    signals.translation_requested.send(**facts)
    if assignee is not None:
        signals.translation_assigned.send(**facts, former=None)
    return request


@transaction.atomic
def assign_translation(*, page: Page, locale: Locale, user: Any, assignee: Any) -> TranslationRequest:
    """Give a requested translation to somebody, or to nobody; what isn't requested is requested so.

    Raises what ``request_translation`` raises.
    """
    source = _begin(page, locale, user)
    request = _open_request(source, locale)
    if request is None:
        if assignee is None:
            raise PlanningError(_("It is not requested."))
        return request_translation(page=page, locale=locale, user=user, assignee=assignee)
    _check_assignee(assignee, locale)
    former = request.assignee
    if former == assignee:
        raise PlanningError(_("It is so already."))
    request.assignee = assignee
    request.save(update_fields=["assignee"])
    _log(source, "assign", user, locale, assignee=_name(assignee))
    signals.translation_assigned.send(sender=TranslationRequest, request=request, user=user, page=source, former=former)
    return request


@transaction.atomic
def set_due_date(*, page: Page, locale: Locale, user: Any, due: dt.date | None) -> TranslationRequest:
    """Say until when a requested translation is due, or that it has no date; what isn't requested is requested so.

    Raises what ``request_translation`` raises.
    """
    source = _begin(page, locale, user)
    request = _open_request(source, locale)
    if request is None:
        if due is None:
            raise PlanningError(_("It is not requested."))
        return request_translation(page=page, locale=locale, user=user, due=due)
    former = request.due
    if former == due:
        raise PlanningError(_("It is so already."))
    request.due = due
    request.save(update_fields=["due"])
    _log(source, "due", user, locale, due=_iso(due))
    signals.request_changed.send(sender=TranslationRequest, request=request, user=user, page=source, former=former)
    return request


@transaction.atomic
def take_back_request(*, page: Page, locale: Locale, user: Any) -> None:
    """Delete the open request of an article in a language, as where it was made by mistake.

    Raises ``PermissionDenied`` as ``request_translation`` does, and ``PlanningError`` where nothing is requested.
    """
    source = _begin(page, locale, user)
    if not _delete_request(source, locale, user):
        raise PlanningError(_("It is not requested."))
    _log(source, "take_back_request", user, locale)


@transaction.atomic
def decide_not_planned(*, page: Page, locale: Locale, user: Any, reason: str) -> NotPlanned:
    """Decide that an article isn't translated into a language; its open request is deleted.

    Raises ``PermissionDenied`` as ``request_translation`` does, and ``PlanningError`` without a reason, or where the
    article has a page in the language or is decided against already.
    """
    source = _begin(page, locale, user)
    reason = reason.strip()[:LONGEST_TEXT]
    if not reason:
        raise PlanningError(_("Say why it is not planned."))
    if page_in(source, locale) is not None:
        raise PlanningError(_("It has a page in this language."))
    decision, created = NotPlanned.objects.get_or_create(
        translation_key=source.translation_key, locale=locale, defaults={"reason": reason, "decided_by": user}
    )
    if not created:
        raise PlanningError(_("It is so already."))
    _log(source, "not_planned", user, locale, reason=reason)
    _delete_request(source, locale, user)
    return decision


@transaction.atomic
def plan_again(*, page: Page, locale: Locale, user: Any) -> None:
    """Take back the decision not to translate an article into a language.

    Raises ``PermissionDenied`` as ``request_translation`` does, and ``PlanningError`` where nothing was decided; what a
    rule keeps out can be requested all the same.
    """
    source = _begin(page, locale, user)
    gone, _kinds = NotPlanned.objects.filter(translation_key=source.translation_key, locale=locale).delete()
    if not gone:
        raise PlanningError(_("Nothing was decided about it alone. What a rule keeps out can be requested."))
    _log(source, "plan_again", user, locale)


@transaction.atomic
def set_adapted(*, page: Page, locale: Locale, user: Any, adapted: bool) -> None:
    """Say whether a translation tells its source in its own way, so that it is never compared with it.

    Raises ``PermissionDenied`` as ``request_translation`` does, and ``PlanningError`` where there is no translation.
    """
    source = _begin(page, locale, user)
    link = TranslationLink.objects.select_related("source", "target").filter(
        target__translation_key=source.translation_key, target__locale=locale
    ).first()  # fmt: skip
    if link is None:
        raise PlanningError(_("It has no translation in this language."))
    if link.adapted == adapted:
        raise PlanningError(_("It is so already."))
    link.adapted = adapted
    link.save(update_fields=["adapted"])
    refresh_link(link)
    log(
        instance=link.target.specific,
        action="chorsu_translation.adapted" if adapted else "chorsu_translation.not_adapted",
        user=user,
    )
    close_request(target=link.target, user=user)


@transaction.atomic
def close_request(*, target: Page, user: Any = None) -> None:
    """Close the open request of a translation that is live and up to date; called wherever it may have become so."""
    request = _open_request(target, target.locale)
    if request is None or not _is_up_to_date(target):
        return
    request.done_at = timezone.now()
    request.save(update_fields=["done_at"])
    page = source_for(target, target.locale)
    signals.request_closed.send(sender=TranslationRequest, request=request, user=user, page=page, done=True)


def may_plan(*, page: Page, locale: Locale, rights: Rights) -> bool:
    """Return whether the person is an editor of the article's place in the language, or of its source."""
    source = source_for(page, locale)
    return rights.may_plan(source.path, target_place(source, locale))


def _begin(page: Page, locale: Locale, user: Any) -> Page:
    """Return the source, locked: who plans or starts the same translation at this moment is waited for."""
    source = source_for(page, locale)
    if not rights_of(user).may_plan(source.path, target_place(source, locale)):
        raise PermissionDenied
    if source.locale_id == locale.pk:
        raise PlanningError(_("It is the original."))
    return lock_pages([source.pk])[source.pk]


def _is_up_to_date(target: Page) -> bool:
    """Return whether readers see a translation of what they see in the source, whatever waits behind it."""
    return target.live and answer_for(target).changed_since is None


def _open_request(page: Page, locale: Locale) -> TranslationRequest | None:
    open_requests = TranslationRequest.objects.filter(done_at__isnull=True, locale=locale)
    return open_requests.select_related("assignee").filter(translation_key=page.translation_key).first()


def _delete_request(source: Page, locale: Locale, user: Any) -> bool:
    """Delete the open request, and return whether there was one."""
    request = _open_request(source, locale)
    if request is None:
        return False
    TranslationRequest.objects.filter(pk=request.pk).delete()
    signals.request_closed.send(sender=TranslationRequest, request=request, user=user, page=source, done=False)
    return True


def _check_assignee(assignee: Any, locale: Locale) -> None:
    if assignee is not None and not people_of([locale]).filter(pk=assignee.pk).exists():
        raise PlanningError(_("%(person)s can’t work in this language.") % {"person": _name(assignee)})


def _name(person: Any) -> str:
    return (person.get_full_name() or person.get_username()) if person is not None else ""


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


def _log(source: Page, what: str, user: Any, locale: Locale, **data: str) -> None:
    log(
        instance=source.specific,
        action=f"chorsu_translation.{what}",
        user=user,
        data={"language": locale.language_code, **data},
    )
