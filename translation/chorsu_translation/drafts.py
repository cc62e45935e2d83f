"""Texts that the memory or a machine put into a translation: who has looked at them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Max
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.utils import get_user_display_name
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, Revision

from chorsu_editorial.markup import fold, readable_text
from chorsu_editorial.reading import Unit, all_leaves, units
from chorsu_locales.normal_form import LOST, permitted
from chorsu_translation.conf import get_settings
from chorsu_translation.models import UnitDraft

SUBMITTED = "chorsu_translation.submit_drafts"


def text_key(html: str) -> str:
    """Return the SHA-256 in hexadecimal of what a reader reads of a unit.

    Markup and white space don't count, nor what goes when a site stores texts in their ``normal_form``.
    """
    text = permitted(readable_text(html, rich=True)).replace(LOST, "")
    return hashlib.sha256(fold(text).encode()).hexdigest()


def record_drafts(
    *, target: Page, texts: Iterable[str], origin: UnitDraft.Origin, user: Any = None, service: str = ""
) -> None:
    """Remember that these units, as inner HTML, came from the memory or a machine; in the caller's transaction."""
    keys = dict.fromkeys(map(text_key, texts))
    rows = [
        UnitDraft(target_id=target.pk, text_hash=key, origin=origin, service=service[:100], drafted_by=user)
        for key in keys
    ]
    UnitDraft.objects.bulk_create(rows, ignore_conflicts=True)


def unconfirmed(target: Page) -> dict[str, UnitDraft]:
    """Return what nobody has looked at by ``text_key``; what of it stands in a version still, ``waiting`` says."""
    return {row.text_hash: row for row in UnitDraft.objects.filter(target=target.pk, confirmed_at=None)}


def waiting(version: Page) -> list[tuple[Unit, UnitDraft]]:
    """Return the units of a version, in memory, that nobody has looked at, in reading order."""
    known = unconfirmed(version)
    if not known:
        return []
    found = (unit for leaf in all_leaves(version) for unit in units(leaf))
    return [(unit, known[key]) for unit in found if (key := text_key(unit.html)) in known]


def confirm(*, target: Page, user: Any, keys: Iterable[str], confirmed: bool = True) -> None:
    """Record that a person has looked at texts with these keys and lets them stand, or takes that back."""
    drafts = UnitDraft.objects.filter(target=target.pk, text_hash__in=keys)
    drafts.update(confirmed_by=user if confirmed else None, confirmed_at=timezone.now() if confirmed else None)


def copy_drafts(_request: HttpRequest, page: Page, new_page: Page) -> None:
    """Keep in mind of copies, or aliases, of a page and those below it what nobody has looked at."""
    originals, copies = (
        each.get_descendants(inclusive=True).order_by("path").values_list("pk", flat=True) for each in (page, new_page)
    )
    pairs = dict(zip(originals, copies, strict=False))
    rows = list(UnitDraft.objects.filter(target__in=originals[: len(pairs)]))
    for row in rows:
        row.pk, row.target_id = None, pairs[row.target_id]
    UnitDraft.objects.bulk_create(rows)


def log_drafts(*, version: Page, revision: Revision, user: Any) -> None:
    """Log what came from the memory or a machine since this was logged last, who confirmed it, what was changed."""
    logged = PageLogEntry.objects.filter(page=version.pk, action=SUBMITTED).aggregate(last=Max("timestamp"))["last"]
    drafts = UnitDraft.objects.filter(target=version.pk).select_related("confirmed_by")
    rows = [row for row in drafts if logged is None or row.drafted_at > logged]
    there = {text_key(unit.html) for leaf in all_leaves(version) for unit in units(leaf)} if rows else ()
    machine = [row.service for row in rows if row.origin == UnitDraft.Origin.MACHINE]
    people = [get_user_display_name(row.confirmed_by) for row in rows if row.text_hash in there]
    data: dict[str, Any] = {"memory": len(rows) - len(machine), "changed": len(rows) - len(people)}
    for name, said in (("machine", machine), ("people", people)):
        data[name] = ", ".join(f"{each or '?'} ({number})" for each, number in Counter(said).items())
    if rows:
        log(instance=version, action=SUBMITTED, user=user, revision=revision, data=data)


def machine_helped(page: Page) -> bool:
    """Return whether readers are told that a machine drafted texts of a page, kept or not, before its live version."""
    drafts = UnitDraft.objects.filter(target=page.pk, target__live=True, origin=UnitDraft.Origin.MACHINE)
    before = drafts.filter(drafted_at__lte=F("target__live_revision__created_at"))
    return get_settings().machine_notice and before.exists()
