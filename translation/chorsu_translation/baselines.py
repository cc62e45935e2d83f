"""Link translations to their sources; what changed there; declare a translation up to date, and take that back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from chorsu_editorial.alignment import AlignedUnit, align, marked_html, shown_html
from chorsu_editorial.lineage import published_ids
from chorsu_editorial.lock_order import lock_pages
from chorsu_translation.editor.units import editor_url
from chorsu_translation.history import found_still_right
from chorsu_translation.models import Baseline, TranslationLink, TranslationRequest
from chorsu_translation.pages import FromDeskView, TranslationError, current_text
from chorsu_translation.planning import close_request
from chorsu_translation.published import carried_baseline, refresh_link, shown_version
from chorsu_translation.snapshots import READING, Snapshot, snapshot_of, take_snapshot
from chorsu_translation.structure_plan import structure_plan

_SAID = ("digest", "units", "reading", "how")


class SourceChangedError(Exception):
    """The source has changed since the screen showed it to the person."""

    def __init__(self, source: Page) -> None:
        super().__init__(f"Page {source.pk} has changed.")
        self.source = source


@transaction.atomic
def link_translation(
    *,
    source: Page,
    target: Page,
    user: Any = None,
    how: Baseline.How = Baseline.How.LINKED,
    text: Page | None = None,
) -> TranslationLink:
    """Store from which page a page was translated, with the source's text as the baseline of its versions.

    That is ``text``, a version of the source, where it is given, else what readers see, else the latest draft. Where
    the page had another source, nothing that was said of that one counts any longer.
    """
    lock_pages([source.pk, target.pk])
    link, _created = TranslationLink.objects.update_or_create(target=target, defaults={"source": source})
    snapshot = take_snapshot(text or current_text(source))
    for revision_id in dict.fromkeys((shown_version(target), target.latest_revision_id)):
        _store_baseline(link, snapshot=snapshot, revision_id=revision_id, user=user, how=how)
    refresh_link(link)
    link.refresh_from_db()
    return link


@transaction.atomic
def declare_untranslated(*, target: Page) -> None:
    """Store that what readers see of a translation holds nothing of its source: all of that is to be translated."""
    link = TranslationLink.objects.get(target=target)
    nothing, version = snapshot_of([]), target.live_revision_id
    _store_baseline(link, snapshot=nothing, revision_id=version, user=None, how=Baseline.How.STARTED)
    refresh_link(link)


@transaction.atomic
def declare_up_to_date(
    *, target: Page, user: Any, seen: str, how: Baseline.How = Baseline.How.STILL_RIGHT, revision_id: int | None = None
) -> None:
    """Declare that a version of a translation says what its source says now, and log it.

    ``seen`` is the digest of the source's text that the person was shown (``selectors.source_digest``). The version is
    ``revision_id``, else the live one, else the latest. It holds for what is made from that version too, and for
    readers once such a version is live. Raises ``PermissionDenied`` where the user may not edit the translation or the
    revision is of another page, ``TranslationError`` where the page has no source, and ``SourceChangedError`` where
    the source says something else by now.
    """
    if not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    fresh = lock_pages([target.pk])[target.pk]
    # Who publishes the source at this moment is waited for, or waits: both lock the link, and its page may be locked
    # by now together with the target's in no order.
    link = TranslationLink.objects.select_for_update().filter(target=fresh).first()
    if link is None or link.source is None:
        raise TranslationError(_("This page has no source that it could be compared with."))
    snapshot = take_snapshot(current_text(link.source))
    if snapshot.digest != seen:
        raise SourceChangedError(link.source)
    version = revision_id or shown_version(fresh)
    if version is not None and not fresh.revisions.filter(pk=version).exists():
        raise PermissionDenied
    former = None
    if how == Baseline.How.STILL_RIGHT:
        former = former_of(carried_baseline(fresh, version), revision_id=version, digest=snapshot.digest)
    _store_baseline(link, snapshot=snapshot, revision_id=version, user=user, how=how, former=former)
    refresh_link(link)
    log(instance=fresh.specific, action="chorsu_translation.declare_up_to_date", user=user)
    close_request(target=fresh, user=user)


@transaction.atomic
def move_baselines(*, revision: Revision, children: list[int]) -> None:
    """Bind the baseline of a revision that is about to be deleted to the revisions that were made from it.

    Where each of them has one of its own, and the revision isn't live, no version can need it any more.
    """
    target = Page.objects.filter(pk=int(revision.object_id)).first()
    # The link before its baselines, as who publishes the source locks them.
    link = TranslationLink.objects.select_for_update().filter(target=int(revision.object_id)).first()
    if target is None or not Baseline.objects.filter(target=target).exists():
        return
    baselines = list(Baseline.objects.filter(revision=revision).order_by("pk"))
    if not baselines and revision.pk in published_ids(revision):
        # The lineage ends at published revisions that are gone, so what it carried until then is copied.
        inherited = carried_baseline(target, revision.pk)
        baselines = [_copy(inherited)] if inherited and inherited.revision_id else []
    for baseline in baselines:
        same = Baseline.objects.filter(target=target, source_id=baseline.source_id)
        own = set(same.filter(revision__in=children).values_list("revision_id", flat=True))
        heirs: list[int | None] = [child for child in children if child not in own]
        if target.live_revision_id == revision.pk:
            same.filter(revision=None).delete()
            heirs.append(None)
        for number, heir in enumerate(heirs):
            bound = _copy(baseline)
            # The first heir takes the row over: links point to it.
            bound.pk = None if number else baseline.pk
            bound.revision_id = heir
            bound.save()
        if not heirs and baseline.pk:
            baseline.delete()
    if link is not None:
        refresh_link(link)


def _copy(baseline: Baseline) -> Baseline:
    names = [field.attname for field in Baseline._meta.concrete_fields if not field.primary_key]
    copy = Baseline(**{name: getattr(baseline, name) for name in names})
    # Of the copy that began a translation alone it is known that nobody wrote it.
    copy.how = Baseline.How.LINKED if copy.how == Baseline.How.STARTED else copy.how
    return copy


def _store_baseline(
    link: TranslationLink,
    *,
    snapshot: Snapshot,
    revision_id: Any,
    user: Any,
    how: Baseline.How,
    former: dict[str, Any] | None = None,
) -> None:
    Baseline.objects.update_or_create(
        target_id=link.target_id,
        revision_id=revision_id,
        # What was declared of another source counts again once the page has that source again.
        source_id=link.source_id,
        defaults={
            "digest": snapshot.digest,
            "units": snapshot.units,
            "reading": READING,
            "how": how,
            "declared_by": user,
            "declared_at": timezone.now(),
            "former": former,
        },
    )


def former_of(baseline: Baseline | None, *, revision_id: int | None, digest: str) -> dict[str, Any] | None:
    """Return what counted for a version, to be kept beside what is said of it now, as JSON.

    ``given`` is what is said now: the revision, the digest and the reading of its baseline.
    """
    if baseline is None:
        return None
    said = {name: getattr(baseline, name) for name in _SAID}
    # Of the copy that began a translation alone it is known that nobody wrote it.
    said["how"] = said["how"] if baseline.revision_id == revision_id else Baseline.How.LINKED
    at = baseline.declared_at.isoformat()
    # A host's users may have UUIDs as keys, which are no JSON.
    by = None if baseline.declared_by_id is None else str(baseline.declared_by_id)
    return {**said, "declared_by": by, "declared_at": at, "given": [revision_id, digest, READING]}


@transaction.atomic
def take_back_still_right(*, target: Page, user: Any, given: str) -> None:
    """Let count again what counted before a translation was found still right, and log it.

    ``given`` is when that was said, in ISO format, as the person was shown it. The request that was done by it is open
    again. Raises ``PermissionDenied`` where the user may not edit the translation, and ``TranslationError`` where
    something has happened since, or it was never said.
    """
    if not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    # The locks of who declares, in their order.
    fresh = lock_pages([target.pk])[target.pk]
    link = TranslationLink.objects.select_for_update().filter(target=fresh).first()
    baseline = found_still_right(fresh)
    if link is None or baseline is None or baseline.former is None or baseline.declared_at.isoformat() != given:
        raise TranslationError(_("It can't be taken back: something has changed or was declared since."))
    said, former = baseline.declared_at, baseline.former
    for name in _SAID:
        setattr(baseline, name, former[name])
    baseline.declared_by = get_user_model().objects.filter(pk=former["declared_by"]).first()
    baseline.declared_at, baseline.former = datetime.fromisoformat(former["declared_at"]), None
    baseline.save()
    refresh_link(link)
    _open_request_again(fresh, said)
    log(instance=fresh.specific, action="chorsu_translation.take_back_still_right", user=user)


def _open_request_again(target: Page, said: datetime) -> None:
    requests = TranslationRequest.objects.filter(translation_key=target.translation_key, locale=target.locale_id)
    closed = requests.filter(requested_at__lt=said, done_at__gte=said).order_by("done_at", "pk").last()
    if closed and not requests.filter(done_at__isnull=True).exists():
        closed.done_at = None
        closed.save(update_fields=["done_at"])


def source_changes(target: Page) -> dict[str, Any] | None:
    """Return what changed in what readers see of the source; None where the page is compared with nothing.

    It is compared with what the live version was brought up to date with; of a draft alone, with what that was. Each
    of the ``changes`` is a ``state`` and ``html``, with ins and del for what changed; ``digest`` is the source's.
    """
    link = TranslationLink.objects.select_related("source", "live_baseline").filter(target=target).first()
    if link is None or link.source is None or link.adapted:
        return None
    baseline = link.live_baseline or carried_baseline(target, target.latest_revision_id)
    if baseline is None:
        return None
    snapshot = take_snapshot(link.source.specific)
    units = align(baseline.units, snapshot.units)
    changes = [{"state": unit.state, "html": _html(unit)} for unit in units if unit.state != "unchanged"]
    return {"source": link.source, "changes": changes, "digest": snapshot.digest}


def _html(unit: AlignedUnit) -> SafeString:
    """Return HTML that holds what ``shown_html`` lets through and nothing else."""
    if unit.state == "changed":
        html = marked_html(unit.was, unit.html)
    elif unit.state == "new":
        html = f"<ins>{shown_html(unit.html)}</ins>"
    elif unit.state == "removed":
        html = f"<del>{shown_html(unit.was)}</del>"
    else:
        html = shown_html(unit.html)
    return mark_safe(html)  # noqa: S308 - made of escaped text and tags of a list


class ChangesView(FromDeskView):
    """The changes by word; whoever may edit the translation declares from here that it is still right."""

    template_name = "chorsu_translation/desk/changes.html"
    page_title = gettext_lazy("Changes of the source")

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:
        target = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
        if not target.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        found = source_changes(target)
        if found is None:
            messages.error(request, _("This page has no source that it could be compared with."))
            return redirect(self.next_url())
        plan = structure_plan(target)
        return self.answer(
            target=target,
            found=found,
            editor=editor_url(target),
            brings_in=bool(plan and plan.steps),
            next=self.next_url(),
        )

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """Declare the translation up to date with what was shown."""
        target = get_object_or_404(Page, pk=page_id)
        try:
            declare_up_to_date(target=target, user=request.user, seen=request.POST.get("seen", ""))
        except TranslationError as error:
            messages.error(request, str(error))
        except SourceChangedError as error:
            text = _("“%(title)s” has changed since this list was shown, so nothing was declared. Look at it first.")
            button = messages.button(error.source.get_url(request) or "", _("See the source"), new_window=True)
            messages.error(request, text % {"title": error.source.title}, buttons=[button])
            return redirect("chorsu_translation:up_to_date", target.pk)
        else:
            messages.success(request, _("“%(title)s” is up to date with its source.") % {"title": target.title})
        return redirect(self.next_url())


@require_POST
def take_back(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take back that a translation was found still right, as its history offers."""
    target = get_object_or_404(Page, pk=page_id)
    try:
        take_back_still_right(target=target, user=request.user, given=request.POST.get("given", ""))
    except TranslationError as error:
        messages.error(request, str(error))
    else:
        button = messages.button(reverse("chorsu_translation:up_to_date", args=[page_id]), _("See the changes"))
        text = _("“%(title)s” is no longer marked as still right.") % {"title": target.title}
        messages.success(request, text, buttons=[button])
    return redirect("chorsu_translation:article_history", target.translation_key)
