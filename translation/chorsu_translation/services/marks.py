"""What a translator says while translating: that a unit is done, and that a saved version is up to date."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from chorsu_translation.models import Baseline, UnitMark
from chorsu_translation.selectors.rights import may_read
from chorsu_translation.selectors.units import comparison
from chorsu_translation.services.baselines import SourceChangedError, declare_up_to_date


@transaction.atomic
def mark_unit(*, target: Page, user: Any, path: str, index: int, key: str, done: bool, kept: bool = False) -> None:
    """Mark a unit as done for the source's text whose hash is ``key``, or take the mark back.

    ``index`` is where the person saw it in its leaf; it may stand elsewhere by now. ``kept``: it is one that the source
    has no longer, and the translation keeps it on purpose. No entry of the page's history is written: the mark itself
    says who and when. Raises ``PermissionDenied`` where the user may not edit the translation, and
    ``SourceChangedError`` where the source's leaf has, or with ``kept`` lacks, no such text now.
    """
    if not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    found = comparison(target)
    if found is None or not may_read(user=user, page=found.source):
        raise PermissionDenied
    here = [unit for unit in found.units if unit.source.path == path and (unit.source.state == "removed") == kept]
    places = [unit.source.index for unit in here if unit.key == key]
    if not places:
        raise SourceChangedError(found.source)
    if done:
        said = {"marked_by": user, "marked_at": timezone.now()}
        index = min(places, key=lambda place: abs(place - index))
        UnitMark.objects.update_or_create(
            target_id=target.pk, path=path, index=index, source_hash=key, kept=kept, defaults=said
        )
    else:
        UnitMark.objects.filter(target=target.pk, path=path, source_hash=key, kept=kept).delete()


@transaction.atomic
def declare_saved(*, target: Page, user: Any, seen: str, only_if_done: bool) -> bool:
    """Declare the latest version of a translation up to date with its source, and return whether that was done.

    Nothing is declared where the version is up to date already and, with ``only_if_done``, where a changed unit was
    neither touched nor marked. Raises as ``declare_up_to_date`` does.
    """
    found = comparison(target)
    if found is None or found.link.adapted or not may_read(user=user, page=found.source):
        return False
    if found.snapshot.digest != seen:
        raise SourceChangedError(found.source)
    if not found.behind or (only_if_done and found.open_changes):
        return False
    version = target.latest_revision_id
    declare_up_to_date(target=target, user=user, seen=seen, how=Baseline.How.TRANSLATED, revision_id=version)
    return True
