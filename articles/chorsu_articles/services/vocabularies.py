"""Texts of vocabularies that readers see: a change is logged, and can be put back."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from chorsu_articles.permissions import closed_texts
from chorsu_articles.selectors.vocabularies import TEXTS_CHANGED, texts_of
from chorsu_articles.signals import shown_texts_changed
from chorsu_editorial.refusals import ChangedSince, Refusal


def record_change(*, user: Any, row: models.Model, before: models.Model) -> None:
    """Log which texts of a row have changed, and report those that stood; ``before`` is as it was stored.

    Raises ``Refusal`` where the user may not change one of them. Call it in the transaction of the change, with the row
    locked since ``before`` was read.
    """
    former, now = texts_of(before), texts_of(row)
    changed = [name for name in former if former[name] != now[name]]
    closed = closed_texts(user=user, row=before)
    if refused := [closed[name] for name in changed if name in closed]:
        raise Refusal(refused[0])
    if changed:
        old, new = ({name: texts[name] for name in changed} for texts in (former, now))
        log(instance=row, action=TEXTS_CHANGED, user=user, data={"before": old, "after": new})
        if any(old.values()):
            shown_texts_changed.send(sender=type(row), row=row, user=user, before=old, after=new)


@transaction.atomic
def put_back(*, user: Any, entry: ModelLogEntry) -> None:
    """Give a row the texts back that it had before a logged change; that is logged as a change too.

    Raises ``PermissionDenied`` and, with a sentence to show, ``Refusal``: where the user may not change one of the
    texts, and where they have been changed since.
    """
    model = entry.content_type.model_class()
    if not user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"):
        raise PermissionDenied
    before, after = entry.data.get("before", {}), entry.data.get("after", {})
    row = model.objects.select_for_update().filter(pk=entry.object_id).first()
    if row is None or not after or not after.items() <= texts_of(row).items():
        raise ChangedSince(_("This has been changed since, so nothing was put back."))
    stored = copy(row)
    for name, text in before.items():
        setattr(row, name, text)
    if not row.localized_name():
        raise Refusal(_("Enter the name in at least one language."))
    try:
        row.validate_unique()
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    row.save()
    record_change(user=user, row=row, before=stored)
