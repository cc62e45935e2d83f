"""What the checks find in a version of a translation, and what people said about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wagtail.models import Page, PageLogEntry, Revision

from chorsu_editorial.lineage import PUBLISHING_ACTIONS
from chorsu_translation.findings import Finding, find
from chorsu_translation.models import FindingDismissal, FindingsExplained, TranslationLink
from chorsu_translation.selectors.pages import current_text


@dataclass(frozen=True, slots=True)
class PageFindings:
    """The findings of one version: those that are open, and those that somebody let stand.

    What isn't translated is open whatever anybody said of it.
    """

    open: list[Finding]
    dismissed: list[Finding]

    @property
    def untranslated(self) -> list[Finding]:
        """Return the open ones that keep the page from being published."""
        return [finding for finding in self.open if finding.untranslated]


def is_checked(page: Page) -> bool:
    """Return whether a page is a translation that is compared with its source."""
    return TranslationLink.objects.filter(target=page.pk, source__isnull=False, adapted=False).exists()


def page_findings(version: Page) -> PageFindings:
    """Return what is found in a version of a translation, a specific page in memory, beside what its source says now.

    That is the live version of the source, or the latest draft of one that isn't live. Of a page without a source, and
    of one that tells it in its own way, nothing is found.
    """
    link = TranslationLink.objects.select_related("source").filter(target=version.pk).first()
    if link is None or link.source is None or link.adapted:
        return PageFindings([], [])
    found = find(current_text(link.source), version)
    dismissed = _dismissed(version.pk) if found else set()
    stands = [
        finding for finding in found if not finding.untranslated and (*finding.key, finding.text_hash) in dismissed
    ]
    return PageFindings([finding for finding in found if finding not in stands], stands)


def newly_untranslated(revision: Revision, *, before: PageLogEntry | None = None) -> list[Finding]:
    """Return the findings that keep a version from being published; ``before`` is the log entry that publishes it.

    None of them is a place where the version that was published last wasn't translated either: a mended slip in it is
    published as any other is.
    """
    found = page_findings(revision.as_object()).untranslated
    if not found:
        return []
    entries = PageLogEntry.objects.filter(
        page=int(revision.object_id), action__in=PUBLISHING_ACTIONS, revision__isnull=False
    )
    if before is not None:
        entries = entries.exclude(pk=before.pk)
    former = entries.select_related("revision").order_by("-timestamp", "-pk").first()
    if former is None:
        return found
    places = {finding.key for finding in page_findings(former.revision.as_object()).untranslated}
    return [finding for finding in found if finding.key not in places]


def explanation_for(page: Page) -> FindingsExplained | None:
    """Return what was said last about the findings of a translation since it was published, with who said it."""
    said = FindingsExplained.objects.filter(target=page.pk).select_related("explained_by").order_by("-pk").first()
    published = Page.objects.filter(pk=page.pk).values_list("last_published_at", flat=True).first()
    return said if said and (published is None or said.explained_at > published) else None


def is_explained(page: Page, findings: Iterable[Finding]) -> bool:
    """Return whether the last explanation is about all of these findings, in the same texts."""
    return _says(explanation_for(page), findings)


def may_go_live(revision: Revision, findings: Iterable[Finding]) -> bool:
    """Return whether somebody said of this version why it goes live with these findings."""
    said = FindingsExplained.objects.filter(target=int(revision.object_id), revision=revision).order_by("pk")
    return any(each.findings and each.findings[0].get("live") and _says(each, findings) for each in said)


def _says(said: FindingsExplained | None, findings: Iterable[Finding]) -> bool:
    known = {
        (each["check"], each["path"], each["index"], each["text_hash"]) for each in (said.findings if said else ())
    }
    return all((*finding.key, finding.text_hash) in known for finding in findings)


def _dismissed(page_id: int) -> set[tuple[str, str, int, str]]:
    rows = FindingDismissal.objects.filter(target=page_id)
    return set(rows.values_list("check_name", "path", "index", "text_hash"))
