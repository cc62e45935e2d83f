"""What a screen showed: a token that an approval carries back, so that exactly that is approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from wagtail.models import Page, Revision

from editorial.hashing import approval_hash


@dataclass(frozen=True, slots=True)
class Shown:
    """The hash of what was shown, and of which revision that was, at which time it was saved."""

    digest: str
    revision_id: int | None = None
    saved_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.digest} {self.revision_id or ''} {self.saved_at.isoformat() if self.saved_at else ''}".strip()


def shown(page: Page, revision: Revision | None = None) -> Shown:
    """Return what a screen shows that shows this version of a page, from this revision."""
    if revision is None:
        return Shown(approval_hash(page))
    return Shown(approval_hash(page), revision.pk, revision.created_at)


def parse(token: str) -> Shown:
    """Read a token; one that makes no sense is a version that no page has."""
    digest, revision_id, saved_at = (*str(token).split(" "), "", "", "")[:3]
    try:
        when = parse_datetime(saved_at) if saved_at else None
    except ValueError:
        when = None
    return Shown(digest, int(revision_id) if revision_id.isdecimal() else None, when)
