"""Take an article down in every language in one act, and undo it; take a page down in its own language."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.admin import messages
from wagtail.admin.utils import get_user_display_name, get_valid_next_url_from_request
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogContext, log
from wagtail.models import Page, Revision
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial import signals
from chorsu_editorial.answers import clean_reason
from chorsu_editorial.approvers import needs_approval
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.held_approvals import end_hold
from chorsu_editorial.lineage import by_approval, with_reason
from chorsu_editorial.lock_order import lock_articles
from chorsu_editorial.models import FourEyesTaskState, HeldApproval
from chorsu_translation.models import Withdrawal
from chorsu_translation.pages import FromDeskView, rights_of, translatable_pages


@dataclass(frozen=True, slots=True)
class PageStatus:
    """A page of the article: whether readers see it or will see it, and whether a version waits for approval."""

    page: Page
    scheduled: list[Revision]
    is_in_review: bool
    is_held: bool

    @property
    def is_up(self) -> bool:
        return bool(self.page.live or self.scheduled)

    @property
    def is_concerned(self) -> bool:
        return self.is_up or self.is_in_review or self.is_held


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a withdrawal took from one page, and the ``obstacle`` to restoring it; people schedule again by hand."""

    entry: dict[str, Any]
    page: Page | None
    obstacle: str
    scheduled: list[datetime]

    @property
    def brings_back(self) -> bool:
        return not self.obstacle and bool(self.entry["live"])

    @property
    def stays_away(self) -> list[str]:
        if self.obstacle:
            return [self.obstacle]
        text = _("A version was scheduled for %(time)s. Schedule it again by hand.")
        return [text % {"time": render_timestamp(time)} for time in self.scheduled]


def may_withdraw(user: Any) -> bool:
    """Return whether the user may take articles down in every language, and bring them back."""
    return bool(user.is_active and user.has_perm("chorsu_translation.withdraw_everywhere"))


def may_take_down(user: Any, page: Page) -> bool:
    """Return whether the user may take a page down in its own language: an editor of its place with the right."""
    may = user.is_active and user.has_perm("chorsu_translation.add_withdrawal") and rights_of(user).may_plan(page.path)
    return bool(may and translatable_pages().filter(pk=page.pk).exists())


def page_statuses(translation_key: uuid.UUID) -> list[PageStatus]:
    """Return the status of the article's pages. Aliases follow their pages and aren't among them."""
    pages = Page.objects.filter(translation_key=translation_key, alias_of__isnull=True)
    held = set(HeldApproval.objects.filter(page__in=pages).values_list("page_id", flat=True))
    return [
        PageStatus(
            page,
            list(page.revisions.filter(approved_go_live_at__isnull=False).defer("content")),
            is_in_review=page.current_workflow_state is not None,
            is_held=page.pk in held,
        )
        for page in pages.select_related("locale").order_by("pk")
    ]


def open_withdrawal(translation_key: uuid.UUID) -> Withdrawal | None:
    """Return the last withdrawal of an article that wasn't undone, if no page of it went live since."""
    return _open().filter(translation_key=translation_key).select_related("withdrawn_by").order_by("pk").last()


def withdrawn_at() -> Subquery:
    """Return, to annotate pages with, when the article of each was taken down, as ``open_withdrawal`` has it."""
    found = _open().filter(translation_key=OuterRef("translation_key")).order_by("-pk")
    return Subquery(found.values("withdrawn_at")[:1])


def withdrawn_articles() -> QuerySet[Any, Any]:
    """Return the translation keys of the articles that are taken down in every language."""
    return _open().order_by().values("translation_key")


def _open() -> QuerySet[Withdrawal]:
    live = Page.objects.filter(translation_key=OuterRef("translation_key"), live=True)
    return Withdrawal.objects.filter(~Exists(live), undone_at__isnull=True)


def restorations(translation_key: uuid.UUID) -> list[Restoration]:
    """Return what bringing the article back would do, page by page; of several withdrawals the last one counts."""
    withdrawals = Withdrawal.objects.filter(translation_key=translation_key, undone_at__isnull=True).order_by("pk")
    entries = {entry["page"]: entry for withdrawal in withdrawals for entry in withdrawal.pages}
    pages = Page.objects.select_related("locale").in_bulk(list(entries))
    found = []
    for key, entry in sorted(entries.items()):
        if entry["live"] or entry["scheduled"]:
            times = [datetime.fromisoformat(each[-1]) for each in entry["scheduled"]]
            found.append(Restoration(entry, pages.get(key), _obstacle(entry, pages.get(key)), times))
    return found


def _obstacle(entry: dict[str, Any], page: Page | None) -> str:
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


class WithdrawalError(Exception):
    """Nothing is done; the text tells the person why."""


@transaction.atomic
def withdraw_everywhere(*, page: Page, user: Any, reason: str) -> Withdrawal:
    """Take an article down in every language; raises ``PermissionDenied``, or ``WithdrawalError`` if nothing is up."""
    if not may_withdraw(user):
        raise PermissionDenied
    reason = _required(reason)
    # Others who withdraw, bring back, approve or translate the article wait.
    lock_articles([page.translation_key])
    statuses = [each for each in page_statuses(page.translation_key) if each.is_concerned]
    if not any(each.is_up for each in statuses):
        text = _("“%(title)s” is live, or scheduled, in no language.")
        raise WithdrawalError(text % {"title": page.get_admin_display_title()})
    withdrawal = Withdrawal.objects.create(
        translation_key=page.translation_key,
        title=page.get_admin_display_title(),
        reason=reason,
        pages=[_entry(each) for each in statuses],
        withdrawn_by=user,
    )
    for each in statuses:
        # Wagtail's history shows only one of the entries of one request, also where they are of several pages.
        with LogContext(user=user), by_approval():
            _take_down(each, user=user, reason=reason)
            action = "chorsu_translation.withdraw_everywhere"
            log(instance=each.page.specific, action=action, user=user, data={"reason": reason})
    return withdrawal


@transaction.atomic
def take_down(*, page: Page, user: Any, reason: str) -> None:
    """Take a page down, cancel its schedule and end its review; raises ``PermissionDenied`` or ``WithdrawalError``."""
    if not may_take_down(user, page):
        raise PermissionDenied
    reason = _required(reason)
    lock_articles([page.translation_key])
    status = next((each for each in page_statuses(page.translation_key) if each.page.pk == page.pk), None)
    if status is None or not status.page.live:
        raise WithdrawalError(_("“%(title)s” is not live.") % {"title": page.get_admin_display_title()})
    with LogContext(user=user), with_reason(reason):
        _take_down(status, user=user, reason=reason)


@transaction.atomic
def bring_back(*, page: Page, user: Any) -> list[Restoration]:
    """Publish the versions again that were live, which had their approval then, and return what was done for each page.

    Raises ``PermissionDenied``, and ``WithdrawalError`` where nothing comes back.
    """
    if not may_withdraw(user):
        raise PermissionDenied
    lock_articles([page.translation_key])
    done = [_publish_again(each, user) if each.brings_back else each for each in restorations(page.translation_key)]
    if not any(each.brings_back for each in done):
        text = _("Nothing of “%(title)s” can be brought back.")
        raise WithdrawalError(text % {"title": page.get_admin_display_title()})
    Withdrawal.objects.filter(translation_key=page.translation_key, undone_at__isnull=True).update(
        undone_by=user, undone_at=timezone.now()
    )
    return done


def _required(reason: str) -> str:
    if not (found := clean_reason(reason)):
        raise WithdrawalError(_("Write why the article is taken down."))
    return found


def _entry(status: PageStatus) -> dict[str, Any]:
    page = status.page
    revision = page.live_revision if page.live else None
    return {
        "page": page.pk,
        "locale": page.locale.language_code,
        "title": page.title,
        "live": page.live,
        "revision": revision.pk if revision else None,
        # Autosave rewrites a revision in place.
        "saved_at": revision.created_at.isoformat() if revision else None,
        "digest": content_hash(page.specific) if page.live and not revision else "",
        "last_published_at": _moment(page.last_published_at),
        "scheduled": [[each.pk, each.approved_go_live_at.isoformat()] for each in status.scheduled],
    }


def _take_down(status: PageStatus, *, user: Any, reason: str) -> None:
    page = status.page.specific
    if workflow_state := page.current_workflow_state:
        state = workflow_state.current_task_state.specific
        workflow_state.cancel(user=user)
        if isinstance(state, FourEyesTaskState):
            signals.review_ended.send(
                sender=type(state.task.specific),
                task_state=state,
                page=page.get_latest_revision_as_object(),
                submitter=state.submitted_by,
                user=user,
                reason=reason,
            )
    end_hold(user=user, page=page)
    page.revisions.update(approved_go_live_at=None)
    # The right to do this is one of its own: Wagtail would ask for the right to publish in each tree.
    UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)


def _publish_again(found: Restoration, user: Any) -> Restoration:
    page: Any = found.page
    try:
        with LogContext(user=user), transaction.atomic(), by_approval():
            if (revision := found.entry["revision"]) is not None:
                Revision.objects.get(pk=revision).publish(user=user, skip_permission_checks=True)
            else:
                shown = page.specific
                shown.live = True
                shown.save()
            log(instance=page.specific, action="chorsu_translation.bring_back", user=user)
    except ValidationError as error:  # its address is another page's by now
        return replace(found, obstacle=" ".join(error.messages))
    return found


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is it taken down?"),
        help_text=gettext_lazy("It is logged in the history of each page."),
        widget=forms.Textarea({"rows": 3}),
        max_length=Withdrawal._meta.get_field("reason").max_length,
    )


class ArticleView(FromDeskView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page: Page = get_object_or_404(Page.objects.filter(depth__gt=1), pk=kwargs["page_id"])
        if not self.is_allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self) -> bool:
        return may_withdraw(self.request.user)

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_context_data(self, **kwargs: Any) -> Any:
        return super().get_context_data(
            article=self.page, next_url=get_valid_next_url_from_request(self.request), **kwargs
        )

    def leave(self) -> HttpResponse:
        onward = get_valid_next_url_from_request(self.request)
        return redirect(onward or reverse("wagtailadmin_pages:edit", args=[self.page.pk]))


class WithdrawView(ArticleView):
    template_name = "chorsu_translation/withdrawal/withdraw.html"
    page_title = gettext_lazy("Withdraw everywhere")
    everywhere = True

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:  # noqa: ARG002
        return self.show(ReasonForm(), status=200)

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:  # noqa: ARG002
        form = ReasonForm(request.POST)
        if form.is_valid():
            try:
                self.do(request, form.cleaned_data["reason"])
            except WithdrawalError as error:
                form.add_error(None, str(error))
            else:
                return self.leave()
        return self.show(form, status=422)

    def do(self, request: HttpRequest, reason: str) -> None:
        withdrawal = withdraw_everywhere(page=self.page, user=request.user, reason=reason)
        taken = ", ".join(entry["locale"] for entry in withdrawal.pages if entry["live"]) or "–"
        text = _("“%(title)s” is taken down (%(languages)s). It can be brought back as it was.")
        back = messages.button(reverse("chorsu_translation:bring_back", args=[self.page.pk]), _("Bring back"))
        messages.success(request, text % {"title": withdrawal.title, "languages": taken}, buttons=[back])

    def statuses(self) -> list[PageStatus]:
        return [each for each in page_statuses(self.page.translation_key) if each.is_concerned]

    def show(self, form: ReasonForm, *, status: int) -> HttpResponse:
        statuses = self.statuses()
        return self.respond(status, form=form, statuses=statuses, is_up=any(each.is_up for each in statuses))


class TakeDownView(WithdrawView):
    page_title = gettext_lazy("Take down in this language")
    everywhere = False

    def is_allowed(self) -> bool:
        return may_take_down(self.request.user, self.page)

    def do(self, request: HttpRequest, reason: str) -> None:
        take_down(page=self.page, user=request.user, reason=reason)
        text = _("“%(title)s” is taken down (%(languages)s).")
        languages = self.page.locale.language_code
        messages.success(request, text % {"title": self.page.get_admin_display_title(), "languages": languages})

    def statuses(self) -> list[PageStatus]:
        return [each for each in super().statuses() if each.page.pk == self.page.pk and each.page.live]


class BringBackView(ArticleView):
    template_name = "chorsu_translation/withdrawal/bring_back.html"
    page_title = gettext_lazy("Bring back")

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:  # noqa: ARG002
        key = self.page.translation_key
        found = restorations(key)
        withdrawals = Withdrawal.objects.filter(translation_key=key, undone_at__isnull=True)
        return self.respond(
            restorations=found,
            can_be_done=any(each.brings_back for each in found),
            withdrawals=withdrawals.select_related("withdrawn_by").order_by("pk"),
        )

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        try:
            done = bring_back(page=self.page, user=request.user)
        except WithdrawalError as error:
            messages.error(request, str(error))
            return redirect("chorsu_translation:bring_back", page_id)
        back = ", ".join(each.entry["locale"] for each in done if each.brings_back)
        text = _("“%(title)s” is back as it was (%(languages)s).")
        messages.success(request, text % {"title": self.page.get_admin_display_title(), "languages": back})
        for each in done:
            for reason in each.stays_away:
                messages.warning(request, f"{each.entry['title']} ({each.entry['locale']}): {reason}")
        return self.leave()


def add_withdrawal(page: Page, user: Any, next_url: str = "", view_name: str = "") -> Iterator[Button]:  # noqa: ARG001
    if page.live and not page.permissions_for_user(user).can_unpublish() and may_take_down(user, page):
        url = reverse("chorsu_translation:take_down", args=[page.pk])
        yield Button(gettext_lazy("Take down in this language"), url, icon_name="download", priority=60)
    if not may_withdraw(user) or not translatable_pages().filter(pk=page.pk).exists():
        return
    if any(each.is_up for each in page_statuses(page.translation_key)):
        url = reverse("chorsu_translation:withdraw", args=[page.pk])
        yield Button(gettext_lazy("Withdraw everywhere"), url, icon_name="download", priority=61)
    elif open_withdrawal(page.translation_key):
        url = reverse("chorsu_translation:bring_back", args=[page.pk])
        yield Button(gettext_lazy("Bring back everywhere"), url, icon_name="upload", priority=61)


def require_reason(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Ask for a reason where Wagtail would take a page down without one."""
    if request.POST.get("include_descendants") or not needs_approval(page) or not may_take_down(request.user, page):
        return None
    return redirect("chorsu_translation:take_down", page.pk)


def warn_of_withdrawal(request: HttpRequest, page: Page) -> None:
    """Say in the editor of a page whose article was withdrawn everywhere when that was and by whom."""
    withdrawal = open_withdrawal(page.translation_key) if request.method == "GET" else None
    if withdrawal is None:
        return
    date = date_format(timezone.localtime(withdrawal.withdrawn_at), "SHORT_DATETIME_FORMAT")
    parts = (_("Withdrawn everywhere %(date)s") % {"date": date}, get_user_display_name(withdrawal.withdrawn_by))
    back = messages.button(reverse("chorsu_translation:bring_back", args=[page.pk]), _("Bring back"))
    messages.warning(request, " · ".join(filter(None, parts)), buttons=[back] if may_withdraw(request.user) else [])
