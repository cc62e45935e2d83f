"""Mend what a reader reported, in every version of the page that has the mistake, by one press of an editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.log_actions import log
from wagtail.models import COMMENTS_RELATION_NAME, GroupPagePermission, Page, PageLogEntry, Revision
from wagtail.signals import page_published, published

from chorsu_editorial.approval import MENDS
from chorsu_editorial.lineage import History, by_approval, minor_edit, record_parent
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.mending import NotMendableError, mend, normalise
from chorsu_editorial.reading import get_leaf, with_leaf
from chorsu_feedback.anchors import Match, find, read_leaf, read_page
from chorsu_feedback.mending import Flag, by_word, flags_of
from chorsu_feedback.models import TypoReport
from chorsu_feedback.registry import correction_adder
from chorsu_feedback.reports import (
    AlreadyClosedError,
    close_report,
    digest,
    find_now,
    locked_report,
    reopen_report,
    same_spot,
)
from chorsu_feedback.signals import report_applied

Kind = Literal["live", "scheduled", "draft"]
# What the log calls a correction that was applied, and one that was taken back.
APPLIED = "chorsu_feedback.apply"
UNDONE = "chorsu_feedback.undo"
MENDS.add(APPLIED)


@dataclass(frozen=True, slots=True)
class Version:
    """A version: ``page`` holds its content, ``revision`` is where it is stored (None: the page's row alone)."""

    kind: Kind
    page: Page
    revision: Revision | None


def versions_of(page: Page) -> list[Version]:
    """Return the versions of a specific page, oldest first: what readers see, will see, and the draft."""
    found: dict[int | None, Version] = {}
    if page.live:
        live = page.live_revision
        found[page.live_revision_id] = Version("live", live.as_object() if live else page, live)
    scheduled = page.revisions.filter(approved_go_live_at__isnull=False).order_by("-created_at", "-pk").first()
    if scheduled and scheduled.pk not in found:
        found[scheduled.pk] = Version("scheduled", scheduled.as_object(), scheduled)
    latest = page.latest_revision
    if latest and latest.pk not in found and (page.has_unpublished_changes or not page.live):
        found[latest.pk] = Version("draft", latest.as_object(), latest)
    return list(found.values()) or [Version("draft", page, None)]


def save(version: Version, *, user: Any) -> Revision:
    """Store the version's content as a new revision that comes from its own, whether or not it is complete."""
    if version.revision is None:  # then the page's row alone says what was there
        Page.objects.get(pk=version.page.pk).specific.save_revision(clean=False)
    revision: Revision = version.page.save_revision(user=user, clean=False)
    if version.revision is not None:
        record_parent(revision=revision, parent=version.revision)
    return revision


def publish(revision: Revision, *, user: Any) -> None:
    """Publish a revision, or schedule it, without the right to publish, and without ending a review of the page."""
    # Whatever else waits for its time goes on waiting: Wagtail lets go of it when a page goes live.
    waiting = Revision.objects.filter(
        base_content_type_id=revision.base_content_type_id,
        object_id=revision.object_id,
        approved_go_live_at__isnull=False,
    )
    times = dict(waiting.exclude(pk=revision.pk).values_list("pk", "approved_go_live_at"))
    with by_approval(), minor_edit():
        _PublishInReview(revision, user=user).execute(skip_permission_checks=True)
    revision.refresh_from_db(fields=["approved_go_live_at"])
    if revision.approved_go_live_at is None:
        for pk, time in times.items():
            Revision.objects.filter(pk=pk).update(approved_go_live_at=time)


class _PublishInReview(PublishPageRevisionAction):
    """Wagtail's action cancels a page's review: what is in review would have to be submitted again for a comma."""

    def _after_publish(self) -> None:
        for comment in getattr(self.object, COMMENTS_RELATION_NAME).all().only("position"):
            comment.save(update_fields=["position"])
        page_published.send(sender=self.object.specific_class, instance=self.object.specific, revision=self.revision)
        published.send(sender=type(self.object), instance=self.object, revision=self.revision)
        self.object.update_aliases(revision=self.revision, _content=self.revision.content)


MENDS_LIVE = "chorsu_feedback.mend_live"
# Rights on a page, one of which a group needs beside ``MENDS_LIVE`` in the page's tree.
_EDITS = ("change_page", "publish_page")

Where = Literal["published", "scheduled", "draft", "review"]
Reason = Literal["changed", "not_mendable", "locked", "not_found", "doubtful"]
Place = tuple[Version, Match | None]


class NotAppliedError(Exception):
    """The correction wasn't applied. ``reason`` says why; ``who`` holds the page where it is locked."""

    def __init__(self, reason: Reason, who: Any = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.who = who


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as it would be applied: the words of a paragraph that go and come, and what is doubtful about it.

    ``token`` is the same as long as the paragraph, the place and the words are.
    """

    before: str
    gone: str
    come: str
    after: str
    flags: frozenset[Flag]
    token: str


def mended_trees(user: Any) -> list[str]:
    """Return the paths of the pages at and below which a user may mend typos on live pages."""
    if not user.is_active:
        return []
    if user.is_superuser:
        return [""]
    app_label, codename = MENDS_LIVE.split(".")
    groups = user.groups.filter(permissions__content_type__app_label=app_label, permissions__codename=codename)
    rights = GroupPagePermission.objects.filter(group__in=groups, permission__codename__in=_EDITS)
    return list(rights.values_list("page__path", flat=True).distinct())


def may_mend(user: Any, page: Page) -> bool:
    """Return whether a user may mend typos on a live page."""
    return bool(page.path.startswith(tuple(mended_trees(user))))


def seen_token(report: TypoReport, words: str) -> str:
    """Return the token of a correction of which somebody saw the words and their contexts, as the list shows them.

    That is enough, since ``find`` is certain only of words between the same contexts.
    """
    return digest(str(report.pk), report.before, report.selected, report.after, normalise(words))


def places_of(report: TypoReport, page: Page) -> list[Place]:
    """Return where the report's words stand in each version of its specific page, oldest first."""
    versions = versions_of(page)
    return [(each, find_now(report, each.page, revision_id=each.revision and each.revision.pk)) for each in versions]


def correction_of(report: TypoReport, words: str, places: Sequence[Place] | None = None) -> Correction | None:
    """Return what a correction to ``words`` would change, or None where the place isn't certain or can't be mended.

    ``places`` are what ``places_of`` returned, where they are known.
    """
    words = normalise(words)
    for version, match in places_of(report, report.page.specific) if places is None else places:
        if match:
            return None if _mended_source(version, match, words) is None else _correction(report, version, match, words)
    return None


@transaction.atomic
def apply_correction(
    *, report: TypoReport, user: Any, words: str, token: str, only_slips: bool = False, notice: str = ""
) -> Where:
    """Put ``words`` in place of the reported ones, close the report and those of the same spot, and say where it went.

    A live page is published anew, a scheduled version is scheduled again, a draft stays the latest version and a review
    goes on. A doubtful correction (``flags_of``) is put into the latest version only, which goes to review where
    nothing else waits in it; the report stays open until it is live. There ``notice`` is added to the corrections that
    the page shows, where it shows any (``registry.register_corrections``).

    Raises ``PermissionDenied``, ``AlreadyClosedError``, and ``NotAppliedError`` where the page is locked by somebody,
    the paragraph isn't what ``token`` (of ``correction_of``, or ``seen_token``) says, the change needs the editor, or
    it is doubtful and ``only_slips`` are wanted.
    """
    page, report = _locked(report, user)
    words = normalise(words)
    if not report.is_open:
        raise AlreadyClosedError(report)
    places = places_of(report, page)
    shown = next(((version, match) for version, match in places if match), None)
    if shown is None:
        raise NotAppliedError("not_found")
    if _mended_source(*shown, words) is None:
        raise NotAppliedError("not_mendable")
    correction = _correction(report, *shown, words)
    if token not in {correction.token, seen_token(report, words)}:
        raise NotAppliedError("changed")
    if correction.flags and only_slips:
        raise NotAppliedError("doubtful")
    if not correction.flags:  # before the publication, which closes what is open as changed by somebody
        TypoReport.objects.filter(pk=report.pk).update(applied=words)
        close_report(report=report, user=user, status=TypoReport.Status.FIXED, with_same_spot=True)
    mended = [(version, _write(version, match, words)) for version, match in places]
    where, made = (_draft(page, mended, user, notice), []) if correction.flags else _everywhere(mended, user)
    facts = {"report": report.pk, "words": report.selected, "new": words, "where": where, "revisions": made}
    # Wagtail's history shows one of the entries of one request: reports of a page may be applied together.
    log(instance=page, action=APPLIED, user=user, uuid=uuid4(), data=facts)
    report.refresh_from_db()
    report_applied.send(sender=TypoReport, report=report, user=user, words=words, where=where)
    return where


@transaction.atomic
def undo_correction(*, report: TypoReport, user: Any) -> Where:
    """Put the reported words back where a correction was applied, and open the reports that it closed.

    Raises ``PermissionDenied``, and ``NotAppliedError`` where the page is locked by somebody, or the words that were
    applied aren't certain to stand there any more.
    """
    page, report = _locked(report, user)
    if report.is_open or not report.applied:
        raise NotAppliedError("not_found")
    anchor = replace(report.anchor, selected=report.applied)
    places = [(version, find(anchor, read_page(version.page))) for version in versions_of(page)]
    restored = [(version, _write(version, match, report.selected)) for version, match in places]
    if not any(is_restored for _version, is_restored in restored):
        raise NotAppliedError("not_found")
    where, made = _everywhere(restored, user)
    facts = {"report": report.pk, "words": report.selected, "new": report.applied, "where": where, "revisions": made}
    log(instance=page, action=UNDONE, user=user, uuid=uuid4(), data=facts)
    together = same_spot(report).filter(closed_at=report.closed_at, closed_by=report.closed_by)
    for each in (report, *together):
        reopen_report(report=each, user=user)
    return where


def _locked(report: TypoReport, user: Any) -> tuple[Page, TypoReport]:
    """Return the specific page and the report, both locked, where this user may mend it now."""
    page = lock_pages([report.page_id])[report.page_id].specific
    report = locked_report(report, user)
    if not may_mend(user, page):
        raise PermissionDenied
    if page.alias_of_id:  # its words are those of its original
        raise NotAppliedError("not_mendable")
    if page.locked and page.locked_by_id != user.pk:
        raise NotAppliedError("locked", page.locked_by)
    return page, report


def _correction(report: TypoReport, version: Version, match: Match, words: str) -> Correction:
    start, end = match.leaf.block_at(match.start)
    text = match.leaf.text
    before, old, after = text[start : match.start], text[match.start : match.end], text[match.end : max(end, match.end)]
    language = match.leaf.language or report.locale.language_code
    mended = before + words + after
    approved = _as_approved(version, match, before + old + after)
    beside = (words for leaf in read_page(version.page) for _start, words in leaf.blocks())
    flags = flags_of(before + old + after, mended, language, kind=match.leaf.role, approved=approved, beside=beside)
    token = digest(match.leaf.path, str(match.start), before, old, after, words)
    return Correction(*by_word(before, old, words, after), flags, token)


def _as_approved(version: Version, match: Match, text: str) -> str:
    """Return what a paragraph with this text said before any corrections since its last approval."""
    if version.revision is None:
        return text
    entries = PageLogEntry.objects.filter(page_id=int(version.revision.object_id), action__in=(APPLIED, UNDONE))
    made = {pk for each in entries.values_list("data", flat=True) for pk in each.get("revisions", ())}
    if version.revision.pk not in made:
        return text
    steps = list(History(version.revision).ancestors(version.revision.pk))
    former = next((step for step in steps if step.pk not in made), steps[-1] if steps else None)
    if former is None:
        return text
    leaf = get_leaf(Revision.objects.get(pk=former.pk).as_object(), match.leaf.path)
    blocks = [words for _start, words in read_leaf(leaf).blocks()] if leaf else []
    # A correction neither joins nor parts paragraphs.
    same = [words for start, words in zip(match.leaf.starts, blocks, strict=False) if start <= match.start]
    return same[-1] if same else text


def _mended_source(version: Version, match: Match, words: str) -> str | None:
    leaf = get_leaf(version.page, match.leaf.path)
    try:
        return mend(leaf, match.start, match.end, words) if leaf else None
    except NotMendableError:
        return None


def _write(version: Version, match: Match | None, words: str) -> bool:
    """Mend a version's page in memory; return False where the words aren't there, or can't be mended as they are."""
    if match is None or (source := _mended_source(version, match, words)) is None:
        return False
    with_leaf(version.page, match.leaf.path, source)
    return True


def _everywhere(versions: list[tuple[Version, bool]], user: Any) -> tuple[Where, list[int]]:
    """Store the mended versions, oldest first so that the latest stays the latest.

    Return where readers are reached, and the keys of the revisions.
    """
    where: Where = "draft"
    made: list[int] = []
    for version, is_mended in versions:
        if not is_mended and not made:
            continue
        # A draft that has other words there already is stored again unchanged, for it to stay the latest version.
        revision = save(version, user=user)
        made.append(revision.pk)
        if version.kind != "draft":
            publish(revision, user=user)
            where = "published" if version.kind == "live" or where == "published" else "scheduled"
    return where, made


def _draft(page: Page, versions: list[tuple[Version, bool]], user: Any, notice: str) -> Where:
    """Store the correction as a draft for another approver; return "review" where it waits for one now."""
    version, is_mended = versions[-1]
    if not is_mended:
        raise NotAppliedError("not_mendable")
    is_alone = version.kind == "live"
    if notice and (add := correction_adder(page)):
        add(version.page, notice)
    save(version, user=user)
    page = Page.objects.get(pk=page.pk).specific
    workflow = page.get_workflow()
    if page.workflow_in_progress:
        return "review"
    if not is_alone or workflow is None:
        return "draft"
    workflow.start(page, user)
    return "review"
