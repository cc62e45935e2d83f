"""Queries: the page that may be reported, its reports, and where their words stand."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.coreutils import get_content_languages
from wagtail.models import Page, Revision
from wagtail.permissions import page_permission_policy

from chorsu_feedback.anchors import Match, find, find_all, find_words
from chorsu_feedback.models import TypoReport
from chorsu_feedback.resembling import resembling
from chorsu_feedback.text import read_page

_LARGEST_ID = 2**31 - 1
MOST_PLACES = 10
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


def language_of(page_id: int) -> str:
    """Return the code of a page's language, or the site's default one where there is no such page."""
    code = Page.objects.filter(pk=min(page_id, _LARGEST_ID)).values_list("locale__language_code", flat=True).first()
    return code or settings.LANGUAGE_CODE


def revision_of(page: Page, revision_id: int | None) -> Revision | None:
    """Return the page's revision with this id, or None where it has none such."""
    if revision_id is None or not 0 < revision_id <= _LARGEST_ID:
        return None
    return page.revisions.filter(pk=revision_id).first()


def reports_for(user: object) -> QuerySet[TypoReport]:
    """Return the reports about pages that the user may edit."""
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    return TypoReport.objects.filter(page__in=pages)


def open_reports_for(user: object) -> QuerySet[TypoReport]:
    """Return the open reports about pages that the user may edit, without those that are held apart."""
    return reports_for(user).filter(_OPEN)


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


def possible_places(report: TypoReport, page: Page) -> list[Match]:
    """Return where the report's words could be meant, for people to judge, at most ``MOST_PLACES``.

    With both contexts (there are several such), else apart from the form of marks, else what is most alike, else the
    words alone. Also in leaves that readers may never see (``Match.leaf.public``).
    """
    leaves = read_page(page)
    size = len(report.selected)
    found = [Match("B", leaf, start, start + size) for leaf, start in find_all(report.anchor, leaves)]
    found = found or resembling(report.anchor, leaves)
    found = found or [Match("B", leaf, start, start + size) for leaf, start in find_words(report.selected, leaves)]
    return found[:MOST_PLACES]


def find_now(report: TypoReport, page: Page, *, revision_id: int | None) -> Match | None:
    """Return where the report's words stand on a version of its page (live or draft), or None; say which one it is."""
    same_revision = revision_id is not None and report.revision_id == revision_id
    return find(report.anchor, read_page(page), same_revision=same_revision)
