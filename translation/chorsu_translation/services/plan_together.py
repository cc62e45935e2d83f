"""Plan several articles in several languages at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.log_actions import LogContext
from wagtail.models import Locale, Page

from chorsu_translation.services.requests import (
    PlanningError,
    assign_translation,
    decide_not_planned,
    plan_again,
    request_translation,
    set_adapted,
    set_due_date,
    take_back_request,
)


class PlanKind(models.TextChoices):
    """What is decided."""

    REQUEST = "request", gettext_lazy("Request: assignee, due date and note")
    ASSIGN = "assign", gettext_lazy("Assign")
    DUE = "due", gettext_lazy("Set the due date")
    TAKE_BACK = "take_back", gettext_lazy("Take the request back")
    NOT_PLANNED = "not_planned", pgettext_lazy("decision about a translation", "Not planned, for a reason")
    PLAN_AGAIN = "plan_again", gettext_lazy("Plan it again")
    ADAPTED = "adapted", gettext_lazy("Adapted: never compared with the source")
    NOT_ADAPTED = "not_adapted", gettext_lazy("Not adapted: compared with the source")


@dataclass(frozen=True, slots=True)
class Plan:
    """A decision for several articles; ``text`` is the note of a request or the reason for planning none."""

    kind: PlanKind
    locales: list[Locale]
    assignee: Any = None
    due: dt.date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, and what wasn't, by reason."""

    done: list[tuple[Page, Locale]] = field(default_factory=list)
    refused: dict[str, list[tuple[Page, Locale]]] = field(default_factory=dict)


def plan_together(*, pages: Iterable[Page], user: Any, plan: Plan) -> Outcome:
    """Decide the same about each article in each language, each in a transaction of its own.

    ``pages`` are the articles' pages in any language.
    """
    outcome = Outcome()
    for page in pages:
        for locale in plan.locales:
            try:
                # Wagtail's history shows one entry for all that one request does by the same action, on one page alone.
                with LogContext(user=user), transaction.atomic():
                    _decide(page, locale, user, plan)
            except PlanningError as error:
                outcome.refused.setdefault(str(error), []).append((page, locale))
            except PermissionDenied:
                reason = _("You are no editor of this language’s pages, nor of the source’s.")
                outcome.refused.setdefault(reason, []).append((page, locale))
            else:
                outcome.done.append((page, locale))
    return outcome


def _decide(page: Page, locale: Locale, user: Any, plan: Plan) -> None:
    where = {"page": page, "locale": locale, "user": user}
    match plan.kind:
        case PlanKind.REQUEST:
            request_translation(**where, assignee=plan.assignee, due=plan.due, note=plan.text)
        case PlanKind.ASSIGN:
            assign_translation(**where, assignee=plan.assignee)
        case PlanKind.DUE:
            set_due_date(**where, due=plan.due)
        case PlanKind.TAKE_BACK:
            take_back_request(**where)
        case PlanKind.NOT_PLANNED:
            decide_not_planned(**where, reason=plan.text)
        case PlanKind.PLAN_AGAIN:
            plan_again(**where)
        case _:
            set_adapted(**where, adapted=plan.kind == PlanKind.ADAPTED)
