"""A token of the page version that a screen shows; an approval carries it, so that no other version is approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from wagtail.models import Page, Revision

from chorsu_editorial.facts import facts, facts_to_text
from chorsu_editorial.hashing import approval_hash
from chorsu_locales.received import whole_number


@dataclass(frozen=True, slots=True)
class ScreenToken:
    """The approval hash of the version, its revision's id, when that was saved, and what it shows of other objects.

    ``facts`` only serves to say what changed: the digest covers them.
    """

    digest: str
    revision_id: int | None = None
    saved_at: datetime | None = None
    facts: str = ""

    def __str__(self) -> str:
        saved_at = self.saved_at.isoformat() if self.saved_at else ""
        return f"{self.digest} {self.revision_id or ''} {saved_at} {self.facts}".strip()


def screen_token(page: Page, revision: Revision | None = None) -> ScreenToken:
    """Return the token of a version of a page; ``revision`` is where it is stored."""
    if revision is None:
        return ScreenToken(approval_hash(page))
    return ScreenToken(approval_hash(page), revision.pk, revision.created_at, facts_to_text(facts(page)))


def parse_token(token: str) -> ScreenToken:
    """Return the token that a request carries; a malformed one equals the token of no version."""
    digest, revision_id, saved_at, shown = (*str(token).split(" "), "", "", "", "")[:4]
    return ScreenToken(digest, whole_number(revision_id), parse_moment(saved_at), shown)


def parse_moment(text: str) -> datetime | None:
    """Return the time, with its zone, that a request names, or None where it is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
