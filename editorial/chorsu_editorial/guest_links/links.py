"""Links to a draft for one reader without an account: give, renew, withdraw; the remarks that come by them.

A link shows the latest version of one page to whoever has its token, and lets them leave remarks; it approves nothing
and opens nothing else. The token is stored as a digest alone. A link ends with its last day, when it is withdrawn, when
its page is published, unpublished, made private or deleted, and when its giver may not edit the page any more.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models, transaction
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import Comment, Page, PageLogEntry
from wagtail.users.models import UserProfile

from chorsu_editorial import signals
from chorsu_editorial.comments import GUEST_REMARK, LONGEST_REPLY, open_comment
from chorsu_editorial.conf import get_settings
from chorsu_editorial.links import commentable_path
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.mending import normalise
from chorsu_editorial.reading import public_leaves, units
from chorsu_editorial.refusals import Refusal
from chorsu_locales.limits import AttemptCountBase, Counter, Limits, waiting_at_most
from chorsu_locales.normal_form import permitted

GIVEN = "chorsu_editorial.guest_link_given"
RENEWED = "chorsu_editorial.guest_link_renewed"
WITHDRAWN = "chorsu_editorial.guest_link_withdrawn"
OPENED = "chorsu_editorial.guest_link_opened"
LOGGED = [GIVEN, RENEWED, WITHDRAWN, OPENED, GUEST_REMARK]
LONGEST_TOKEN = 100  # characters of what might be one that are looked at
LONGEST_NAME = 100
LONGEST_REMARK = LONGEST_REPLY
MOST_LINKS = 20  # of one page at a time
MOST_REMARKS = 100  # by one link
QUOTED = 120  # characters of the paragraph in its remark
A_QUARTER = timedelta(minutes=15)
OPENING_WAITS = 2.0  # seconds for SQLite's one writer


class LinkRefused(Refusal):
    """A link can't be given or renewed like this; the text says why."""

    status = 400


class GuestRefused(Refusal):
    """A remark isn't taken; the text tells the guest why."""

    status = 400


class LinkEndedError(Exception):
    """There is no such link, or not any more."""


class GuestLink(models.Model):
    """A link to the draft of a page for one reader.

    ``was_live`` and ``live_revision`` are those of the page when the link was given.
    ``covers_protected``: whoever gave it said that it holds for a text with a protected name too.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    reader = models.CharField(max_length=LONGEST_NAME)
    digest = models.CharField(max_length=64, unique=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    opened_at = models.DateTimeField(null=True)
    remarks = models.PositiveSmallIntegerField(default=0)
    covers_protected = models.BooleanField(default=False)
    was_live = models.BooleanField()
    live_revision = models.BigIntegerField(null=True)

    # Wagtail would call the page used.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = gettext_lazy("link for a reader")
        verbose_name_plural = gettext_lazy("links for readers")
        constraints = [models.UniqueConstraint(fields=("page", "reader"), name="chorsu_one_guest_link")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.reader}"

    @property
    def is_open(self) -> bool:
        """Return whether the link still holds, without regard to protected names."""
        page = self.page
        is_same = (page.live, page.live_revision_id) == (self.was_live, self.live_revision)
        # Published and unpublished since, it looks as it did before.
        was_published = bool(page.last_published_at and page.last_published_at > self.given_at)
        if not is_same or was_published or self.expires_at <= timezone.now():
            return False
        return may_give(page=page, user=self.given_by) and not page.get_view_restrictions().exists()


class GuestCount(AttemptCountBase):
    """How often tokens that open nothing were tried, and remarks left by a link, in a window of time."""


counts = Limits(GuestCount, keyed=str, longest=A_QUARTER)
# Of all networks together, so that none is stored: 256 bits aren't guessed, and a token that opens isn't counted.
WRONG_TOKENS = Counter("wrong", 300, A_QUARTER)
REMARKS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Protection:
    """Whose names a site protects: of which versions of pages, and who may give links to them all the same."""

    protects: Callable[[Page], bool]
    may_lift: Callable[[Any], bool]


_protections: list[Protection] = []


def register_protection(protection: Protection) -> None:
    """Keep links from pages that ``protection`` protects, unless somebody who may says otherwise with each link."""
    _protections.append(protection)


def is_protected(version: Page) -> bool:
    return any(protection.protects(version) for protection in _protections)


def may_lift(user: Any) -> bool:
    """Return whether a user may give links to texts with protected names."""
    return bool(_protections) and all(protection.may_lift(user) for protection in _protections)


def may_give(*, page: Page, user: Any) -> bool:
    """Return whether a user may give, renew and withdraw links to a page's draft: may edit it, or decides on it now."""
    if not user.is_active or page.alias_of_id or page.is_root():
        return False
    return bool(page.permissions_for_user(user).can_edit())


def most_days() -> int:
    """Return for how many days a link holds at most; 0 where a site gives none."""
    return get_settings().guest_link_days


@transaction.atomic
def give(*, page: Page, user: Any, reader: str, days: int, covers_protected: bool = False) -> str:
    """Give a link to a page's draft, log it, and return its token, which nobody can read again.

    A former link for a reader of the same name ends. Raises ``PermissionDenied`` and ``LinkRefused``.
    """
    page = _editable(page, user)
    name = normalise(permitted(reader))
    if len(name) > LONGEST_NAME or not any(map(str.isalnum, name)):
        raise LinkRefused(_("Write a name of up to %(count)d characters.") % {"count": LONGEST_NAME})
    _check_days(days)
    if page.live and not page.has_unpublished_changes:
        raise LinkRefused(_("Readers see this text already: there is no draft of it."))
    if page.get_view_restrictions().exists():
        raise LinkRefused(_("This page is private: who may read it is said there, and a link would go past that."))
    if not page.is_previewable():
        raise LinkRefused(_("Pages of this kind have no preview."))
    _check_protection(page, user, covers_protected=covers_protected)
    former = GuestLink.objects.filter(page=page.pk)
    _delete_ended(former)
    if former.exclude(reader=name).count() >= MOST_LINKS:
        raise LinkRefused(_("This page has %(count)d links. Withdraw one first.") % {"count": MOST_LINKS})
    former.filter(reader=name).delete()
    token = secrets.token_urlsafe(32)
    link = GuestLink.objects.create(
        page=page,
        reader=name,
        digest=_digest(token),
        given_by=user,
        expires_at=timezone.now() + timedelta(days=days),
        covers_protected=covers_protected,
        was_live=page.live,
        live_revision=page.live_revision_id,
    )
    _log(link, GIVEN, user)
    return token


@transaction.atomic
def renew(*, link: GuestLink, user: Any, days: int, covers_protected: bool = False) -> None:
    """Let a link hold for so many days from now on; whoever renews it answers for it, and is told of its remarks.

    Raises ``PermissionDenied`` and ``LinkRefused``.
    """
    page = _editable(link.page, user)
    _check_days(days)
    if not link.is_open:
        raise LinkRefused(_("This link has ended. Give another one."))
    _check_protection(page, user, covers_protected=covers_protected)
    link.given_by, link.expires_at = user, timezone.now() + timedelta(days=days)
    link.covers_protected = covers_protected
    link.save(update_fields=["given_by", "expires_at", "covers_protected"])
    _log(link, RENEWED, user)


@transaction.atomic
def withdraw(*, link: GuestLink, user: Any) -> None:
    """End a link at once. Raises ``PermissionDenied``."""
    _editable(link.page, user)
    _log(link, WITHDRAWN, user)
    link.delete()


def _editable(page: Page, user: Any) -> Page:
    """Lock a page and return it as it is now. Raises ``PermissionDenied`` where the user may give no link to it."""
    found = lock_pages([page.pk]).get(page.pk)
    if found is None or not may_give(page=found, user=user):
        raise PermissionDenied
    return found


def _check_days(days: int) -> None:
    if not 0 < days <= most_days():
        raise LinkRefused(_("A link holds for up to %(count)d days.") % {"count": most_days()})


def _check_protection(page: Page, user: Any, *, covers_protected: bool) -> None:
    if covers_protected and not may_lift(user):
        raise PermissionDenied
    if not covers_protected and is_protected(page.get_latest_revision_as_object()):
        raise LinkRefused(
            _(
                "This text is by a person whose name is protected, or says such a name. Only who keeps protected names "
                "gives a link to it, and says so with the link."
            )
        )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _log(link: GuestLink, action: str, user: Any = None, **data: Any) -> None:
    facts = {"reader": link.reader, "until": link.expires_at.isoformat(), "protected": link.covers_protected, **data}
    log(instance=link.page, action=action, user=user, data=facts)


def _links_with(token: str) -> models.QuerySet[GuestLink]:
    return GuestLink.objects.filter(digest=_digest(token[:LONGEST_TOKEN]))


def find(token: str) -> tuple[GuestLink, Page]:
    """Return the link of a token and the version that it shows now. Raises ``LinkEndedError``."""
    link = _links_with(token).select_related("page", "given_by").first()
    if link is None or not link.is_open or not most_days():
        raise LinkEndedError
    version = link.page.get_latest_revision_as_object()
    is_allowed = link.covers_protected and may_lift(link.given_by)
    if not is_allowed and is_protected(version):
        raise LinkEndedError
    return link, version


def note_opening(link: GuestLink) -> None:
    """Remember and log that the reader has opened the draft, the first time alone.

    Where somebody else writes all the time, the next opening is noted: the reader reads all the same.
    """
    if link.opened_at is not None:
        return
    with suppress(OperationalError), waiting_at_most(OPENING_WAITS), transaction.atomic():
        if GuestLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=timezone.now()):
            _log(link, OPENED)


def count_wrong_token() -> None:
    """Count an attempt at a token; where somebody else writes at that moment, do without. May raise
    ``TooManyAttemptsError``.
    """
    with suppress(OperationalError), waiting_at_most(0):
        counts.take(WRONG_TOKENS)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a remark can be left on: ``key`` names it as long as it reads so."""

    key: str
    path: str
    text: str
    language: str | None
    is_heading: bool


def paragraphs_of(version: Page) -> list[Paragraph]:
    """Return the public units of a version in reading order."""
    found = []
    for leaf in public_leaves(version):
        for unit in units(leaf):
            key = f"{unit.index}-{sha256(unit.text.encode()).hexdigest()[:12]}-{leaf.path}"
            is_heading = unit.role in {"heading", "headline"}
            found.append(Paragraph(key, leaf.path, unit.text, leaf.language, is_heading))
    return found


@transaction.atomic
def remark(*, token: str, place: str, text: str) -> Comment:
    """Leave a remark on a paragraph of a draft, or on the whole text where ``place`` is empty, and log it.

    It is a comment of Wagtail's by whoever gave the link, which begins with the guest's name; what was sent twice is
    one. Raises ``LinkEndedError``, ``GuestRefused`` and ``TooManyAttemptsError``.
    """
    # Locked first, so that no publication or withdrawal comes between what is found and what is written.
    lock_pages(_links_with(token).values_list("page", flat=True))
    link, version = find(token)
    # In one line: none of it can look like a suggestion, which its author would take with one click.
    words = normalise(permitted(text))
    if not 0 < len(words) <= LONGEST_REMARK:
        # Translators: readers see this
        raise GuestRefused(_("Write a remark of up to %(count)d characters.") % {"count": LONGEST_REMARK})
    if link.remarks >= MOST_REMARKS:
        # Translators: readers see this
        raise GuestRefused(_("You have left as many remarks as one link allows. Ask the editors for another link."))
    paragraph = next((each for each in paragraphs_of(version) if each.key == place), None)
    if place and paragraph is None:
        # Translators: readers see this
        raise GuestRefused(_("This paragraph has changed. Your remark stands below, on the whole text."))
    language = UserProfile.get_for_user(link.given_by).get_preferred_language()
    with translation.override(language):
        stored = _comment_text(link, paragraph, words)
    path = commentable_path(paragraph.path) if paragraph else "title"
    same = Comment.objects.filter(page=link.page_id, resolved_at=None, contentpath=path, text=stored).first()
    if same is not None:
        return same
    counts.take(Counter(f"remarks:{link.pk}", REMARKS_AT_ONCE, A_QUARTER))
    comment = Comment.objects.create(
        page_id=link.page_id,
        user=link.given_by,
        contentpath=path,
        text=stored,
        position="[]",
        revision_created=version.latest_revision,
    )
    GuestLink.objects.filter(pk=link.pk).update(remarks=models.F("remarks") + 1)
    said = {"id": comment.pk, "contentpath": path, "text": stored}
    _log(link, GUEST_REMARK, comment=said, given={str(link.given_by_id): True})
    with translation.override(language):
        remark_left = open_comment(comment, version)
    signals.guest_remarked.send(Comment, page=version, link=link, remark=remark_left, people=[link.given_by])
    return comment


def _comment_text(link: GuestLink, paragraph: Paragraph | None, words: str) -> str:
    """Return the text of a comment; lines end as browsers send them."""
    if paragraph is None:
        head = _("%(reader)s (without an account):") % {"reader": link.reader}
    else:
        quotation = Truncator(" ".join(paragraph.text.split())).chars(QUOTED)
        facts = {"reader": link.reader, "words": quotation}
        head = _("%(reader)s (without an account) on “%(words)s”:") % facts
    return f"{head}\r\n{words}"


def forget_ended() -> int:
    """Delete links that have ended, counts of windows that are over, and what is logged of links to deleted pages.

    Return how many links.
    """
    counts.forget_ended()
    # Wagtail keeps the history of a page that is deleted; who read a draft of it is nobody's business then.
    has_page = models.Exists(Page.objects.filter(pk=models.OuterRef("page")))
    PageLogEntry.objects.filter(~has_page, action__in=LOGGED).delete()
    return _delete_ended(GuestLink.objects.all())


def _delete_ended(links: models.QuerySet[GuestLink]) -> int:
    ended = [link.pk for link in links.select_related("page", "given_by") if not link.is_open]
    GuestLink.objects.filter(pk__in=ended).delete()
    return len(ended)
