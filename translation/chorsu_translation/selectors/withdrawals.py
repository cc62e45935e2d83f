"""Where an article stands in its languages, and what of a withdrawal can be brought back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.hashing import content_hash
from chorsu_editorial.models import HeldApproval
from chorsu_translation.models import Withdrawal
from chorsu_translation.selectors.pages import translatable_pages
from chorsu_translation.selectors.rights import rights_of

WITHDRAW = "chorsu_translation.withdraw_everywhere"
TAKE_DOWN = "chorsu_translation.add_withdrawal"


@dataclass(frozen=True, slots=True)
class Standing:
    """A page of the article: what of it readers see or will see, and what is on its way there."""

    page: Page
    scheduled: list[Revision]
    is_in_review: bool
    is_held: bool

    @property
    def is_up(self) -> bool:
        """Return whether readers see the page, or will at its time."""
        return bool(self.page.live or self.scheduled)

    @property
    def is_concerned(self) -> bool:
        """Return whether there is anything to take down or to end."""
        return self.is_up or self.is_in_review or self.is_held


@dataclass(frozen=True, slots=True)
class Return:
    """What a withdrawal took from one page, and why it can't be given back: ``obstacle`` is empty where it can.

    ``scheduled`` are the times for which versions of it were scheduled; people set them again.
    """

    entry: dict[str, Any]
    page: Page | None
    obstacle: str
    scheduled: list[datetime]

    @property
    def brings_back(self) -> bool:
        """Return whether anything of the page comes back."""
        return not self.obstacle and bool(self.entry["live"])

    @property
    def stays_away(self) -> list[str]:
        """Return for people what isn't brought back, and why."""
        if self.obstacle:
            return [self.obstacle]
        text = _("A version was scheduled for %(time)s. Schedule it again by hand.")
        return [text % {"time": render_timestamp(time)} for time in self.scheduled]


def may_withdraw(user: Any) -> bool:
    """Return whether the user may take articles down in every language, and bring them back."""
    return bool(user.is_active and user.has_perm(WITHDRAW))


def may_take_down(user: Any, page: Page) -> bool:
    """Return whether the user may take a page down in its own language: an editor of its place with the right."""
    may = user.is_active and user.has_perm(TAKE_DOWN) and rights_of(user).may_plan(page.path)
    return bool(may and translatable_pages().filter(pk=page.pk).exists())


def article_standing(translation_key: uuid.UUID) -> list[Standing]:
    """Return where the article's pages stand. Aliases follow their pages and aren't among them."""
    pages = Page.objects.filter(translation_key=translation_key, alias_of__isnull=True)
    held = set(HeldApproval.objects.filter(page__in=pages).values_list("page_id", flat=True))
    return [
        Standing(
            page,
            list(page.revisions.filter(approved_go_live_at__isnull=False).defer("content")),
            is_in_review=page.current_workflow_state is not None,
            is_held=page.pk in held,
        )
        for page in pages.select_related("locale").order_by("pk")
    ]


def open_withdrawals(translation_keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Withdrawal]:
    """Return by article the last withdrawal that nobody has undone, where no page of the article is live since."""
    found = _open().filter(translation_key__in=set(translation_keys))
    return {each.translation_key: each for each in found.select_related("withdrawn_by").order_by("pk")}


def withdrawn_at() -> Subquery:
    """Return for a query of pages when the article of each was taken down, as ``open_withdrawals`` has it."""
    found = _open().filter(translation_key=OuterRef("translation_key")).order_by("-pk")
    return Subquery(found.values("withdrawn_at")[:1])


def withdrawn_articles() -> QuerySet[Any, Any]:
    """Return the translation keys of the articles that are taken down in every language."""
    return _open().order_by().values("translation_key")


def _open() -> QuerySet[Withdrawal]:
    live = Page.objects.filter(translation_key=OuterRef("translation_key"), live=True)
    return Withdrawal.objects.filter(~Exists(live), undone_at__isnull=True)


def returns(translation_key: uuid.UUID) -> list[Return]:
    """Return what bringing the article back would do, page by page; of several withdrawals the last one counts."""
    withdrawals = Withdrawal.objects.filter(translation_key=translation_key, undone_at__isnull=True).order_by("pk")
    entries = {entry["page"]: entry for withdrawal in withdrawals for entry in withdrawal.pages}
    pages = Page.objects.select_related("locale").in_bulk(list(entries))
    taken = [entry for _pk, entry in sorted(entries.items()) if entry["live"] or entry["scheduled"]]
    return [
        Return(
            entry,
            pages.get(entry["page"]),
            _obstacle(entry, pages.get(entry["page"])),
            [datetime.fromisoformat(each[-1]) for each in entry["scheduled"]],
        )
        for entry in taken
    ]


def _obstacle(entry: dict[str, Any], page: Page | None) -> str:
    """Return why a page stays as it is."""
    if page is None:
        return _("The page has been deleted.")
    if page.live:
        return _("It is live again already.")
    if _moment(page.last_published_at) != entry["last_published_at"]:
        return _("Another version of it has been published since.")
    if page.current_workflow_state is not None or HeldApproval.objects.filter(page=page).exists():
        return _("A newer version of it is on its way through approval.")
    if page.revisions.filter(approved_go_live_at__isnull=False).exists():
        return _("A newer version of it is scheduled.")
    return _changed(entry, page) if entry["live"] else ""


def _changed(entry: dict[str, Any], page: Page) -> str:
    """Return why the version that was live can't be shown again."""
    if entry["revision"] is None:
        unchanged = content_hash(page.specific) == entry["digest"]
        return "" if unchanged else _("The page has been changed since.")
    revision = Revision.objects.filter(pk=entry["revision"]).first()
    if revision is None:
        return _("The version that was live has been deleted.")
    if _moment(revision.created_at) != entry["saved_at"]:
        return _("The version that was live has been changed since.")
    expires = parse_datetime(revision.content.get("expire_at") or "")
    if expires is not None and expires < timezone.now():
        return _("Its time ended on %(time)s.") % {"time": render_timestamp(expires)}
    return ""


def _moment(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
