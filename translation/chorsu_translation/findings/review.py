"""What the checks find in a version, and what people decide: let it stand, explain it, publish it all the same.

Programs outside the admin submit and publish unchecked, but submit no drafted text that nobody has looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.utils import get_user_display_name
from wagtail.log_actions import get_active_log_context, log
from wagtail.models import Page, PageLogEntry, Revision, TaskState
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.answers import answer_to
from chorsu_editorial.approvers import may_write
from chorsu_editorial.lineage import PUBLISHING_ACTIONS
from chorsu_editorial.refusals import AnswerMissing, Refusal
from chorsu_locales.request_checks import whole_number
from chorsu_translation.drafts import confirm, log_drafts, waiting
from chorsu_translation.findings.running import SHOWN, Finding, find
from chorsu_translation.models import FindingDismissal, FindingsExplained, TranslationLink, UnitDraft
from chorsu_translation.pages import current_text

PUBLISHED_UNTRANSLATED = "chorsu_translation.publish_untranslated"
DRAFTED = "drafted"  # no check: what nobody has looked at
SUBMITTING, PUBLISHING = "findings", "untranslated"  # the questions, as ``answers`` names them
UNTRANSLATED_STAYS = gettext_lazy(
    "What isn't translated can't be let stand: translate it, or mark it as a passage in another language. Only who has "
    "the right to publish can let it go live, and says why."
)
LISTED = 5
CHECKED_ACTIONS = frozenset({"wagtail.publish", "wagtail.publish.schedule"})


@dataclass(frozen=True, slots=True)
class PageFindings:
    """The open findings of a version, what is to do among them, and those that a person let stand.

    What isn't translated is always open.
    """

    open: list[Finding]
    dismissed: list[Finding]

    @property
    def untranslated(self) -> list[Finding]:
        return [finding for finding in self.open if finding.untranslated]


def is_checked(page: Page) -> bool:
    links = TranslationLink.objects.filter(target=page.pk, source__isnull=False, adapted=False)
    return links.exists() or UnitDraft.objects.filter(target=page.pk).exists()


def page_findings(version: Page) -> PageFindings:
    """Return the findings in a version of a translation, in memory, beside ``current_text`` of its source."""
    drafted = _drafted(version)
    link = TranslationLink.objects.select_related("source").filter(target=version.pk).first()
    if link is None or link.source is None or link.adapted:
        return PageFindings(drafted, [])
    found = find(current_text(link.source), version)
    rows = FindingDismissal.objects.filter(target=version.pk) if found else FindingDismissal.objects.none()
    dismissed = set(rows.values_list("check_name", "text_hash"))
    stands = [finding for finding in found if not finding.untranslated and finding.of_text in dismissed]
    return PageFindings([*drafted, *(finding for finding in found if finding not in stands)], stands)


def _drafted(version: Page) -> list[Finding]:
    said, found = _("Nobody has looked at it yet."), []
    for unit, draft in waiting(version):
        at = unit.path, unit.index, said, Truncator(unit.text).chars(SHOWN), draft.text_hash
        found.append(Finding(DRAFTED, capfirst(draft.get_origin_display()), *at, untranslated=False, to_do=True))
    return found


def not_looked_at(version: Page) -> Iterator[tuple[str, str]]:
    """Yield the path of the first drafted text that nobody has looked at, with a sentence about all of them."""
    if found := _drafted(version):
        text = _("Nobody has looked at texts that were put in (%(number)d). Correct or confirm each (“Next to do”):")
        yield found[0].path, f"{text % {'number': len(found)}} {_listed(found)}"


def _looked_at(revision: Revision, *, user: Any) -> Page:
    """Return the version, and log who has looked at drafted texts; a ``Refusal`` where nobody has at one of them."""
    version: Page = revision.as_object()
    for _path, text in not_looked_at(version):
        raise Refusal(text)
    log_drafts(version=version, revision=revision, user=user)
    return version


def newly_untranslated(version: Page, *, before: PageLogEntry | None = None) -> list[Finding]:
    """Return the untranslated findings that the last published version hadn't; ``before``: the entry that publishes."""
    found = page_findings(version).untranslated
    if not found:
        return []
    entries = PageLogEntry.objects.filter(page=version.pk, action__in=PUBLISHING_ACTIONS, revision__isnull=False)
    if before is not None:
        entries = entries.exclude(pk=before.pk)
    former = entries.select_related("revision").order_by("-timestamp", "-pk").first()
    if former is None:
        return found
    before_it = page_findings(former.revision.as_object()).untranslated
    known = {*(finding.key for finding in before_it), *(finding.of_text for finding in before_it)}
    return [finding for finding in found if known.isdisjoint((finding.key, finding.of_text))]


def explanation_for(page: Page) -> FindingsExplained | None:
    """Return the last explanation of what is open in the latest version, however long ago it was given."""
    found = page_findings(page.get_latest_revision_as_object()).open
    said = _explanations(page, found).values()
    return max(said, key=attrgetter("pk"), default=None)


def _explanations(page: Page, findings: Collection[Finding]) -> dict[tuple[str, str], FindingsExplained]:
    """Return the last explanation of each finding that has one, by its check and text."""
    said = FindingsExplained.objects.filter(target=page.pk).select_related("explained_by").order_by("pk")
    wanted = {finding.of_text for finding in findings}
    return {key: each for each in (said if wanted else ()) for key in _texts_of(each) & wanted}


def _texts_of(said: FindingsExplained) -> set[tuple[str, str]]:
    return {(each["check"], each["text_hash"]) for each in said.findings}


class FindingGoneError(Exception):
    """There is no such finding any more."""


@transaction.atomic
def dismiss_finding(*, target: Page, user: Any, key: tuple[str, str, int], text_hash: str) -> None:
    """Let a finding stand, and log it, as who may change the text now.

    Raises ``PermissionDenied``, ``FindingGoneError`` or, untranslated, ``Refusal``.
    """
    if not may_write(page=target, user=user):
        raise PermissionDenied
    found = page_findings(target.get_latest_revision_as_object())
    finding = next((each for each in found.open if each.key == key and each.text_hash == text_hash), None)
    if finding is None:
        raise FindingGoneError(_("The text has changed since, or somebody let this stand already."))
    if finding.untranslated:
        raise Refusal(UNTRANSLATED_STAYS)
    check, path, index = key
    if check == DRAFTED:
        confirm(target=target, user=user, keys=[text_hash])
        return
    FindingDismissal.objects.update_or_create(
        target_id=target.pk,
        check_name=check,
        text_hash=text_hash,
        defaults={"path": path, "index": index, "dismissed_by": user},
    )
    data = {"finding": f"{finding.label}: {finding.message}", "excerpt": finding.excerpt}
    log(instance=target.specific, action="chorsu_translation.dismiss_finding", user=user, data=data)


@transaction.atomic
def take_back_dismissal(*, target: Page, user: Any, key: tuple[str, str, int]) -> None:
    """List a finding again that a person let stand, and log it; raises ``PermissionDenied`` or ``FindingGoneError``."""
    if not may_write(page=target, user=user):
        raise PermissionDenied
    found = page_findings(target.get_latest_revision_as_object()).dismissed
    finding = next((each for each in found if each.key == key), None)
    if finding is None:
        raise FindingGoneError(_("There is no such finding."))
    FindingDismissal.objects.filter(target=target.pk, check_name=finding.check, text_hash=finding.text_hash).delete()
    data = {"finding": f"{finding.label}: {finding.message}", "excerpt": finding.excerpt}
    log(instance=target.specific, action="chorsu_translation.list_finding_again", user=user, data=data)


def check_submission(*, task_state: TaskState, user: Any) -> None:
    """Raise ``AnswerMissing`` where a translation goes into review with unexplained findings; later steps don't ask."""
    page = task_state.workflow_state.content_object
    if not isinstance(page, Page):
        return
    others = task_state.workflow_state.task_states.exclude(pk=task_state.pk)
    former = others.order_by("-started_at", "-pk").first()
    is_later_step = former is not None and former.status in {TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED}
    if is_later_step:
        return
    version = _looked_at(task_state.revision, user=user)
    if not _in_admin() or not is_checked(page):
        return
    found = page_findings(version).open
    explained = _explanations(page, found)
    found = [finding for finding in found if finding.of_text not in explained]
    if not found:
        return
    text = answer_to(SUBMITTING)
    if not text:
        asked = _("The checks found: %(findings)s. Why does the translation go into review all the same?")
        raise AnswerMissing(asked % {"findings": _listed(found)}, question=SUBMITTING)
    action = "chorsu_translation.explain_findings"
    _explain(page, task_state.revision, user=user, text=text, findings=found, action=action)


def check_publication(*, entry: PageLogEntry) -> None:
    """Raise a ``Refusal`` where a person publishes what isn't translated, unless they may and say why."""
    if entry.action not in CHECKED_ACTIONS or entry.user_id is None or entry.revision is None or not _in_admin():
        return
    _check_live(entry.revision, user=entry.user, before=entry)


def check_held(*, task_state: TaskState, user: Any) -> None:
    """Raise a ``Refusal`` where an approval is held of what isn't translated: publishing it later asks nobody."""
    if _in_admin():
        _check_live(task_state.revision, user=user)


def _check_live(revision: Revision, *, user: Any, before: PageLogEntry | None = None) -> None:
    page = Page.objects.get(pk=int(revision.object_id))
    if not is_checked(page):
        return
    found = newly_untranslated(_looked_at(revision, user=user), before=before)
    said = FindingsExplained.objects.filter(target=page.pk, revision=revision).order_by("pk")
    texts = {finding.of_text for finding in found}
    if any(each.findings and each.findings[0].get("live") and texts <= _texts_of(each) for each in said) or not found:
        return
    number = ngettext(
        "%(number)d paragraph of “%(title)s” isn't translated",
        "%(number)d paragraphs of “%(title)s” aren't translated",
        len(found),
    ) % {"number": len(found), "title": page.get_admin_display_title()}
    if not page.permissions_for_user(user).can_publish():
        text = _("%(number)s: %(findings)s. Only who has the right to publish can let it go live, and says why.")
        raise Refusal(text % {"number": number, "findings": _listed(found)})
    reason = answer_to(PUBLISHING)
    if not reason:
        text = _("%(number)s: %(findings)s. Why does it go live all the same?")
        raise AnswerMissing(text % {"number": number, "findings": _listed(found)}, question=PUBLISHING)
    _explain(page, revision, user=user, text=reason, findings=found, action=PUBLISHED_UNTRANSLATED)


def _explain(page: Page, revision: Revision, *, user: Any, text: str, findings: Sequence[Finding], action: str) -> None:
    listed = [asdict(finding) | {"live": action == PUBLISHED_UNTRANSLATED} for finding in findings]
    FindingsExplained.objects.create(
        target_id=page.pk, revision=revision, text=text, findings=listed, explained_by=user
    )
    data = {"reason": text, "findings": len(findings)}
    log(instance=page.specific, action=action, user=user, revision=revision, data=data)


def _listed(findings: Sequence[Finding]) -> str:
    said = [
        _("%(check)s: “%(text)s”") % {"check": finding.label, "text": finding.excerpt}
        if finding.excerpt
        else finding.message
        for finding in findings
    ]
    more = [_("and %(number)d more") % {"number": len(said) - LISTED}] if len(said) > LISTED else []
    return "; ".join([*dict.fromkeys(said[:LISTED]), *more])


def _in_admin() -> bool:
    return get_active_log_context().user is not None


@require_GET
def findings(request: HttpRequest, page_id: int) -> JsonResponse:
    """Answer as JSON with the findings of the latest version, and apart what is to do.

    Who may not change it gets no ``dismiss_url``.
    """
    page = _editable(request, page_id)
    if not is_checked(page):
        return JsonResponse({"checked": False})
    found = page_findings(page.get_latest_revision_as_object())
    to_do = [finding for finding in found.open if finding.to_do]
    said = dict.fromkeys(_explanations(page, found.open).values())
    words = {
        "title": _("Checks of the translation"),
        "none": _("The checks found nothing."),
        "to_do": f"{_('To do')}: {len(to_do)}",
        "show": _("Show"),
        "dismiss": _("Let it stand"),
        "take_back": _("List it again"),
        "dismissed": _("Let stand: %(number)d") % {"number": len(found.dismissed)},
        "blocks": _("keeps the page from being published"),
        "rule": UNTRANSLATED_STAYS if found.untranslated else "",
        "explained": _("Explanation:"),
    }
    explanations = [
        {
            "text": each.text,
            "who": get_user_display_name(each.explained_by) if each.explained_by else "",
            "when": render_timestamp(each.explained_at),
        }
        for each in said
    ]
    dismiss_url = reverse("chorsu_translation:dismiss_finding", args=[page.pk])
    return JsonResponse(
        {
            "checked": True,
            "findings": [asdict(finding) for finding in found.open if not finding.to_do],
            "to_do": [asdict(finding) for finding in to_do],
            "dismissed": [asdict(finding) for finding in found.dismissed],
            "explanations": explanations,
            "dismiss_url": dismiss_url if may_write(page=page, user=request.user) else "",
            "language": page.locale.language_code,
            "words": words,
        }
    )


@require_POST
def dismiss(request: HttpRequest, page_id: int) -> HttpResponse:
    """Let a finding stand: ``check``, ``path``, ``index`` and ``text_hash`` say which; ``take_back`` lists it again."""
    page = _editable(request, page_id)
    posted = request.POST
    index = whole_number(posted.get("index", ""))
    if index is None:
        return JsonResponse({"error": _("There is no such finding.")}, status=400)
    key = (posted.get("check", ""), posted.get("path", ""), index)
    try:
        if "take_back" in posted:
            take_back_dismissal(target=page, user=request.user, key=key)
        else:
            dismiss_finding(target=page, user=request.user, key=key, text_hash=posted.get("text_hash", ""))
    except (FindingGoneError, Refusal) as error:
        return JsonResponse({"error": str(error)}, status=409)
    return JsonResponse({})


def _editable(request: HttpRequest, page_id: int) -> Page:
    page = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
    user: Any = request.user
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    return page
