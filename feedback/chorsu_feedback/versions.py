"""The versions of a page that a correction has to reach, and what a version was before corrections changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import COMMENTS_RELATION_NAME, Page, PageLogEntry, Revision
from wagtail.signals import page_published, published

from chorsu_editorial import past_approval
from chorsu_editorial.lineage import History, minor_edit, record_parent

Kind = Literal["live", "scheduled", "draft"]
# What the log calls a correction that was applied, and one that was taken back.
APPLIED = "chorsu_feedback.apply"
UNDONE = "chorsu_feedback.undo"


@dataclass(frozen=True, slots=True)
class Version:
    """A version: ``page`` holds its content, ``revision`` is where it is stored (None: the page's row alone)."""

    kind: Kind
    page: Page
    revision: Revision | None


def versions_of(page: Page) -> list[Version]:
    """Return the versions of a specific page, oldest first: what readers see, will see, and the draft."""
    found = []
    seen = set()
    if page.live:
        live = page.live_revision
        found.append(Version("live", live.as_object() if live else page, live))
        seen.add(page.live_revision_id)
    scheduled = page.revisions.filter(approved_go_live_at__isnull=False).order_by("-created_at", "-pk").first()
    if scheduled is not None and scheduled.pk not in seen:
        found.append(Version("scheduled", scheduled.as_object(), scheduled))
        seen.add(scheduled.pk)
    latest = page.latest_revision
    if latest is not None and latest.pk not in seen and (page.has_unpublished_changes or not page.live):
        found.append(Version("draft", latest.as_object(), latest))
    return found or [Version("draft", page, None)]


def before_corrections(revision: Revision) -> Revision:
    """Return the revision that this one comes from by corrections alone, whoever applied them; itself without any."""
    data = PageLogEntry.objects.filter(page_id=int(revision.object_id), action__in=(APPLIED, UNDONE))
    made = {pk for each in data.values_list("data", flat=True) for pk in each.get("revisions", ())}
    if revision.pk not in made:
        return revision
    steps = list(History(revision).ancestors(revision.pk))
    first = next((step for step in steps if step.pk not in made), steps[-1] if steps else None)
    return Revision.objects.get(pk=first.pk) if first else revision


def save(version: Version, *, user: Any) -> Revision:
    """Store the version's content as a new revision that comes from its own, whether or not it is complete.

    What a page's row alone holds is kept as a revision first, so that it is known what was there.
    """
    if version.revision is None:
        Page.objects.get(pk=version.page.pk).specific.save_revision(clean=False)
    revision: Revision = version.page.save_revision(user=user, clean=False)
    if version.revision is not None:
        record_parent(revision=revision, parent=version.revision)
    return revision


def publish(revision: Revision, *, user: Any) -> None:
    """Publish a revision, or schedule it, without the right to publish, and without ending a review that is going on.

    Whatever else waits for its time goes on waiting: Wagtail lets go of it when a page goes live.
    """
    waiting = Revision.objects.filter(
        base_content_type_id=revision.base_content_type_id,
        object_id=revision.object_id,
        approved_go_live_at__isnull=False,
    )
    times = dict(waiting.exclude(pk=revision.pk).values_list("pk", "approved_go_live_at"))
    with past_approval.by_approval(), minor_edit():
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
