"""The reports: queries, then what changes them. Every service checks, writes and logs in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from wagtail.coreutils import get_content_languages
from wagtail.log_actions import log
from wagtail.models import Page, Revision, Site
from wagtail.permissions import page_permission_policy
from wagtail.signals import page_published

from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.mending import normalise
from chorsu_feedback.anchors import (
    Anchor,
    LeafText,
    Match,
    between_contexts,
    find,
    make_anchor,
    possible_places,
    read_page,
    with_neighbour,
)
from chorsu_feedback.mending import flags_in_context
from chorsu_feedback.models import TypoReport, this_minute
from chorsu_feedback.registry import shown_beside
from chorsu_feedback.signals import report_closed, report_received

_LARGEST_ID = 2**31 - 1
_MOST_NAMED = 5
# A shorter name is in too many words.
_LEAST_NAME = 3
_OPEN = Q(status=TypoReport.Status.OPEN, held=False)


def reportable_page(request: HttpRequest, page_id: int) -> Page | None:
    """Return the specific page that readers may report about, or None.

    None for a page that doesn't exist, isn't live, isn't for everybody, has no address on any site, or is in a
    language that the site doesn't publish in.
    """
    if not 0 < page_id <= _LARGEST_ID:
        return None
    page = Page.objects.live().public().select_related("locale").filter(pk=page_id).first()
    if page is None or page.get_url(request) is None:
        return None
    if page.alias_of_id and page.get_view_restrictions().exists():  # ``public()`` doesn't ask for the original's
        return None
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False) and page.locale.language_code not in get_content_languages():
        return None
    return page.specific


def named_page(request: HttpRequest, anchor: Anchor, beside: Page) -> tuple[Page, Anchor] | None:
    """Return the page of the asked site in whose headline an anchor without a path stands, and the anchor there.

    None where the page ``beside`` holds the words in its own text, or several pages have that headline.
    """
    words = anchor.before + anchor.selected + anchor.after
    site = Site.find_for_request(request)
    roots = [each.root_path for each in Site.get_site_root_paths() if site and each.site_id == site.pk]
    of_site = reduce(or_, (Q(url_path__startswith=root) for root in roots), Q(pk=None))
    pages = Page.objects.live().public().filter(of_site, locale=beside.locale_id)
    pages = pages.filter(title__contains=words).exclude(pk=beside.pk).order_by(Length("title"))
    found = []
    for key, title in pages.values_list("pk", "title")[:_MOST_NAMED]:
        text = normalise(title)
        headline = LeafText("title", text, (0,), (len(text),))
        match = find(anchor, [headline], same_revision=True)
        if match and (page := reportable_page(request, key)):
            found.append((page, make_anchor(headline, match.start, match.end)))
    return found[0] if len(found) == 1 and not find(anchor, read_page(beside), same_revision=True) else None


def things_with(words: str, page: Page, *, within: bool = False) -> list[tuple[Model, str]]:
    """Return what a specific page shows beside its own text with normalised words in it; ``within``: or in them."""
    texts = [(thing, text, normalise(text)) for thing, text in shown_beside(page)]
    return [
        (thing, text)
        for thing, text, name in texts
        if words in name or (within and len(name) >= _LEAST_NAME and name in words)
    ]


def reports_for(user: object) -> QuerySet[TypoReport]:
    """Return the reports about pages that the user may edit."""
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    return TypoReport.objects.filter(page__in=pages)


def open_reports_for(user: object) -> QuerySet[TypoReport]:
    """Return the open reports about pages that the user may edit, without those that are held apart."""
    return reports_for(user).filter(_OPEN)


def open_rows_for(user: object) -> QuerySet[TypoReport]:
    """Return the first open report of each spot, the one that was reported last first: the rows of the list."""
    reports = open_reports_for(user)
    former = reports.filter(page=OuterRef("page"), spot=OuterRef("spot"), pk__lt=OuterRef("pk"))
    return reports.exclude(Exists(former)).order_by("-last_reported_at", "-pk")


def reports_beside(report: TypoReport, user: object) -> tuple[TypoReport | None, TypoReport | None]:
    """Return the open reports of other spots that stand before and behind a report in the list."""
    rows = open_rows_for(user).exclude(page=report.page_id, spot=report.spot)
    behind = Q(last_reported_at__lt=report.last_reported_at)
    behind |= Q(last_reported_at=report.last_reported_at, pk__lt=report.pk)
    return rows.exclude(behind).last(), rows.filter(behind).first()


def open_reports_count(user: object) -> int:
    """Return how many open reports the user sees; whose pages they are is asked only where there are any."""
    return open_reports_for(user).count() if TypoReport.objects.filter(_OPEN).exists() else 0


def same_spot(report: TypoReport) -> QuerySet[TypoReport]:
    """Return the other reports of the same words in the same place, newest first."""
    others = TypoReport.objects.filter(page_id=report.page_id, spot=report.spot).exclude(pk=report.pk)
    return others.order_by("-last_reported_at", "-pk")


def other_spots(report: TypoReport) -> QuerySet[TypoReport]:
    """Return the open reports about the same page of other words, newest first: what a report may repeat."""
    others = TypoReport.objects.filter(page_id=report.page_id, status=TypoReport.Status.OPEN)
    return others.exclude(spot=report.spot).order_by("-last_reported_at", "-pk")


def find_now(report: TypoReport, page: Page, *, revision_id: int | None) -> Match | None:
    """Return where the report's words stand on a version of its page (live or draft), or None."""
    same_revision = revision_id is not None and report.revision_id == revision_id
    return find(report.anchor, read_page(page), same_revision=same_revision)


# What an editor may say of a report alone; a duplicate needs another one.
CLOSING = (TypoReport.Status.FIXED, TypoReport.Status.NOT_A_MISTAKE, TypoReport.Status.SPAM)


class AlreadyClosedError(Exception):
    """Somebody else has dealt with the report in the meantime; ``report`` says who and how."""

    def __init__(self, report: TypoReport) -> None:
        super().__init__(f"Report {report.pk} is {report.status} already.")
        self.report = report


@transaction.atomic
def submit_report(
    *,
    page: Page,
    anchor: Anchor,
    suggestion: str,
    comment: str = "",
    deletion: str = "",
    revision: Revision | None = None,
    held: bool = False,
) -> TypoReport:
    """Store what a reader reports about a specific, live page, and return the report.

    Words that are found are stored with the anchor that the live page gives them; words that aren't, as the reader saw
    them: they may stand outside the text (a name in the byline), or the page has changed. The same report of the same
    place raises the first one's ``count``. Sends ``report_received``.

    With ``deletion`` the words are to go: they and the word beside them are to be that word alone; where there is no
    certain one, the comment says it in these words.
    """
    # One after the other: of equal reports at the same moment, each would find that it is the first.
    lock_pages([page.pk])
    anchor, match = _find_place(anchor, page, revision)
    if match:
        revision = page.live_revision
    if deletion and match and (wider := with_neighbour(match.leaf, match.start, match.end)):
        start, end, suggestion = wider
        anchor = anchor_at(replace(match, start=start, end=end), read_page(page))
    elif deletion:
        comment = f"{deletion} {comment}".strip()
    same = TypoReport.objects.select_for_update().filter(
        page_id=page.pk, spot=spot_of(anchor), suggestion=suggestion, status=TypoReport.Status.OPEN
    )
    report = (same.filter(comment=comment) if comment else same).order_by("pk").first()
    merged = report is not None
    if report is None:
        report = store_report(
            page=page,
            anchor=anchor,
            suggestion=suggestion,
            language=page.locale.language_code,
            revision=revision,
            step=match.step if match else TypoReport.Step.NOT_FOUND,
            comment=comment,
            held=held,
        )
    else:
        TypoReport.objects.filter(pk=report.pk).update(count=F("count") + 1, last_reported_at=this_minute())
        report.refresh_from_db()
    report_received.send(sender=TypoReport, report=report, merged=merged)
    return report


def store_report(*, page: Page, anchor: Anchor, suggestion: str, language: str, **fields: Any) -> TypoReport:
    """Store a new report of the words at an anchor with its spot and flags, by the ``language`` of the passage.

    ``fields`` are other columns of the report. Nobody is told of it.
    """
    return TypoReport.objects.create(
        page=page,
        locale=page.locale,
        path=anchor.path,
        offset=anchor.offset,
        total=anchor.total,
        selected=anchor.selected,
        before=anchor.before,
        after=anchor.after,
        spot=spot_of(anchor),
        suggestion=suggestion,
        flags=flags_in_context(anchor.before, anchor.selected, suggestion, anchor.after, language),
        **fields,
    )


@transaction.atomic
def close_report(*, report: TypoReport, user: Any, status: str, with_same_spot: bool = False) -> int:
    """Close an open report as one of ``CLOSING``, with others of the same spot if asked; return how many.

    Raises ``PermissionDenied`` where the user may not edit the page, ``AlreadyClosedError`` where the report isn't open
    any more, ``ValueError`` for a status that doesn't close.
    """
    if status not in CLOSING:
        raise ValueError(f"{status!r} doesn't close a report.")
    report = locked_report(report, user, is_open=True)
    reports = [report]
    if with_same_spot:
        reports += same_spot(report).select_for_update(of=("self",)).filter(status=TypoReport.Status.OPEN)
    now = timezone.now()
    for each in reports:
        _set_status(each, user=user, status=status, closed_at=now)
    return len(reports)


@transaction.atomic
def close_duplicate(*, report: TypoReport, other: TypoReport, user: Any) -> None:
    """Close an open report as a duplicate of ``other``, an open one about the same page, and give it that one's spot.

    Raises ``PermissionDenied`` and ``AlreadyClosedError`` as ``close_report`` does, ``ValueError`` for another that
    isn't such a report.
    """
    report = locked_report(report, user, is_open=True)
    if other.page_id != report.page_id or other.pk == report.pk or not other.is_open:
        raise ValueError(f"Report {report.pk} can't be a duplicate of {other.pk}.")
    TypoReport.objects.filter(pk=report.pk).update(spot=other.spot)
    _set_status(report, user=user, status=TypoReport.Status.DUPLICATE, closed_at=timezone.now())


@transaction.atomic
def close_changed(page: Page) -> int:
    """Close the open reports of a live, specific page whose words no longer stand where they were; return how many.

    Where the words stand there among other words, in several places, or nobody ever found them, a person decides.
    """
    found = TypoReport.objects.select_for_update(of=("self",)).select_related("page")
    found = found.filter(page_id=page.pk, status=TypoReport.Status.OPEN).exclude(step=TypoReport.Step.NOT_FOUND)
    reports = list(found)
    leaves = read_page(page) if reports else []
    now = timezone.now()
    count = 0
    for report in reports:
        place = next(iter(possible_places(report.anchor, leaves)), None)
        # Rule C finds the same words in other quotation marks; what another finds must hold the words themselves.
        if place is None or (place.step != "C" and report.selected not in place.leaf.text[place.start : place.end]):
            _set_status(report, user=None, status=TypoReport.Status.CHANGED, closed_at=now)
            count += 1
    return count


@transaction.atomic
def reopen_report(*, report: TypoReport, user: Any) -> None:
    """Open a closed report again. Raises ``PermissionDenied`` where the user may not edit the page."""
    report = locked_report(report, user)
    if report.status == TypoReport.Status.DUPLICATE:
        TypoReport.objects.filter(pk=report.pk).update(spot=spot_of(report.anchor))
    if not report.is_open:
        _set_status(report, user=user, status=TypoReport.Status.OPEN, closed_at=None)


def digest(*parts: str) -> str:
    """Return a hash that is the same for the same texts in the same order."""
    return sha256("\x1f".join(parts).encode()).hexdigest()


def spot_of(anchor: Anchor) -> str:
    """Return a hash that reports of the same words in the same place have in common; it outlives edits elsewhere."""
    number = str(anchor.offset) if anchor.total > 1 else ""
    return digest(anchor.path, anchor.before, anchor.selected, anchor.after, number)


def _find_place(anchor: Anchor, page: Page, revision: Revision | None) -> tuple[Anchor, Match | None]:
    """Return the anchor, made anew from the live page where its words are found there, and that place or None.

    A page out of a cache may be older than the live one. Where its revision is known the words are looked up in it
    first: it tells in which leaf they stood, and how often.
    """
    leaves = read_page(page)
    if revision is None or revision.pk == page.live_revision_id:
        match = find(anchor, leaves, same_revision=revision is not None)
        return anchor_at(match, leaves) if match else anchor, match
    then = read_page(revision.as_object())
    if seen := find(anchor, then, same_revision=True):
        anchor = anchor_at(seen, then)
    match = find(anchor, leaves)
    return anchor_at(match, leaves) if match else anchor, match


def anchor_at(match: Match, leaves: Sequence[LeafText]) -> Anchor:
    """Return the anchor of a place on the page whose leaves are given, with how often it stands there."""
    anchor = make_anchor(match.leaf, match.start, match.end)
    return replace(anchor, total=len(between_contexts(anchor, leaves)))


def locked_report(report: TypoReport, user: Any, *, is_open: bool = False) -> TypoReport:
    """Return the report, locked, with page and language.

    Raises ``PermissionDenied`` for who may not edit the page, and ``AlreadyClosedError`` where it has to be open.
    """
    if not report.page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    report = TypoReport.objects.select_for_update(of=("self",)).select_related("page", "locale").get(pk=report.pk)
    if is_open and not report.is_open:
        raise AlreadyClosedError(report)
    return report


def _set_status(report: TypoReport, *, user: Any, status: str, closed_at: datetime | None) -> None:
    report.status = status
    report.closed_at = closed_at
    report.closed_by = user if closed_at else None
    report.save(update_fields=["status", "closed_at", "closed_by"])
    log(
        instance=report.page,
        action="chorsu_feedback.close" if closed_at else "chorsu_feedback.reopen",
        user=user,
        uuid=uuid4(),  # Wagtail's history shows one of the entries of one request
        data={"report": report.pk, "words": str(report), "status": status},
    )
    report_closed.send(sender=TypoReport, report=report, user=user)


@receiver(page_published, dispatch_uid="chorsu_feedback.page_went_live")
def page_went_live(sender: type, instance: Page, **_kwargs: Any) -> None:  # noqa: ARG001
    """Close the reports whose mistake is gone."""
    if instance.live:
        close_changed(instance)
