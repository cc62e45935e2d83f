"""Take an article, or a page, down at once; retract an article, or bring it back, by two people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.utils import get_user_display_name, get_valid_next_url_from_request
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogContext, log
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.approval import end_review
from chorsu_editorial.approvers import needs_approval
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.held_approvals import end_hold
from chorsu_editorial.lineage import PUBLISHING_ACTIONS, by_approval, with_reason
from chorsu_editorial.lock_order import lock_articles
from chorsu_editorial.models import HeldApproval
from chorsu_locales.desk import MOST, DeskPanel, DeskRow
from chorsu_locales.normal_form import ReasonField, clean_reason, normal_text
from chorsu_locales.request_checks import whole_number
from chorsu_translation.models import Withdrawal, WithdrawalProposal
from chorsu_translation.pages import FromDeskView, rights_of, translatable_pages
from chorsu_translation.retracted import retraction_of

Act = WithdrawalProposal.Act
LONGEST_SENTENCE = 500  # characters


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
    """Return whether the user may take articles down in every language, and confirm what others propose of them."""
    return bool(user.is_active and user.has_perm("chorsu_translation.withdraw_everywhere"))


def may_take_down(user: Any, page: Page) -> bool:
    """Return whether the user may take a page down in its own language: an editor of its place with the right."""
    may = user.is_active and user.has_perm("chorsu_translation.add_withdrawal") and rights_of(user).may_plan(page.path)
    return bool(may and translatable_pages().filter(pk=page.pk).exists())


def may_propose(user: Any, page: Page) -> bool:
    """Return whether the user may propose acts on an article: who may take any page of it down, or all of them."""
    paths = list(translatable_pages().filter(translation_key=page.translation_key).values_list("path", flat=True))
    takes_down = user.is_active and user.has_perm("chorsu_translation.add_withdrawal")
    return bool(paths) and (may_withdraw(user) or (takes_down and rights_of(user).may_plan(*paths)))


def _published(page: Page) -> QuerySet[Page]:
    pages: QuerySet[Page] = Page.objects.filter(translation_key=page.translation_key, depth__gt=1, alias_of=None)
    return pages.filter(Q(live=True) | Q(first_published_at__isnull=False)).select_related("locale").order_by("pk")


def published_pages(page: Page) -> list[Page]:
    """Return the pages of an article that readers see or saw, with the headline they saw; aliases follow theirs."""
    found = list(_published(page))
    withdrawals = open_withdrawals(page.translation_key)
    titles = {entry["page"]: entry["title"] for each in withdrawals for entry in each.pages if entry["live"]}
    for each in [each for each in found if not each.live]:  # the row has what is being written now
        logged = PageLogEntry.objects.filter(page=each.pk, action__in=PUBLISHING_ACTIONS, revision__isnull=False)
        last = logged.select_related("revision").order_by("-timestamp", "-pk").first()
        shown = last.revision.content["title"] if last and last.revision else titles.get(each.pk)
        each.title = shown or each.title
    return found


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


def open_withdrawals(translation_key: uuid.UUID) -> QuerySet[Withdrawal]:
    """Return what wasn't undone of an article, the oldest first, whatever went live since."""
    found = Withdrawal.objects.filter(translation_key=translation_key, undone_at__isnull=True)
    return found.select_related("withdrawn_by", "proposed_by").order_by("pk")


def restorations(translation_key: uuid.UUID) -> list[Restoration]:
    """Return what bringing the article back would do, page by page; of several withdrawals the last one counts."""
    entries = {entry["page"]: entry for each in open_withdrawals(translation_key) for entry in each.pages}
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
    if entry["revision"] is None:  # its row is all that there is, and whoever writes a draft writes into it
        return "" if content_hash(page.specific) == entry.get("digest") else _("The page has been changed since.")
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
    withdrawal = _take_all_down(page, user=user, reason=reason, action="withdraw_everywhere")
    if not withdrawal.pages:
        raise WithdrawalError(_("“%(title)s” is live, or scheduled, in no language.") % {"title": withdrawal.title})
    return withdrawal


def _take_all_down(page: Page, *, user: Any, reason: str, action: str, **facts: Any) -> Withdrawal:
    statuses = [each for each in page_statuses(page.translation_key) if each.is_concerned]
    withdrawal = Withdrawal.objects.create(
        translation_key=page.translation_key,
        title=page.get_admin_display_title(),
        reason=reason,
        # What was down already comes back as it was before that.
        pages=[_entry(each) for each in statuses if each.is_up],
        withdrawn_by=user,
        **facts,
    )
    for each in statuses:
        with LogContext(user=user), by_approval():
            _take_down(each.page.specific, user=user, reason=reason)
    _log(page, user, action, reason=reason)
    return withdrawal


def _log(page: Page, user: Any, action: str, **data: Any) -> None:
    """Log an act in the history of each page of the article; ``act`` names it in their data."""
    data["act"] = str(uuid.uuid4())
    for each in Page.objects.filter(translation_key=page.translation_key, alias_of__isnull=True).specific():
        # Wagtail's history shows only one of the entries of one request, also where they are of several pages.
        log(instance=each, action=f"chorsu_translation.{action}", user=user, uuid=uuid.uuid4(), data=data)


@transaction.atomic
def take_down(*, page: Page, user: Any, reason: str) -> None:
    """Take a page down, cancel its schedule and end its review; raises ``PermissionDenied`` or ``WithdrawalError``."""
    if not may_take_down(user, page):
        raise PermissionDenied
    reason = _required(reason)
    found = lock_articles([page.translation_key]).get(page.pk)
    if found is None or not found.live:
        raise WithdrawalError(_("“%(title)s” is not live.") % {"title": page.get_admin_display_title()})
    with LogContext(user=user), with_reason(reason):
        _take_down(found.specific, user=user, reason=reason)


@transaction.atomic
def propose(*, page: Page, user: Any, act: str, reason: str, sentences: dict[str, str]) -> None:
    """Propose an act, in the place of what was proposed; ``sentences`` are for readers, by language code.

    Raises ``PermissionDenied`` or ``WithdrawalError``.
    """
    if not may_propose(user, page):
        raise PermissionDenied
    reason = _required(reason)
    lock_articles([page.translation_key])
    given = {code: clean_reason(normal_text(" ".join(text.split()))) for code, text in sentences.items()}
    sentences = {code: text for code, text in given.items() if text}
    _check(page, act, sentences)
    WithdrawalProposal.objects.filter(translation_key=page.translation_key).delete()
    facts = {"reason": reason, "sentences": sentences}
    WithdrawalProposal.objects.create(translation_key=page.translation_key, act=act, proposed_by=user, **facts)
    _log(page, user, f"propose_{act}", **facts)


@transaction.atomic
def decide(*, proposal_id: int, page: Page, user: Any, refusal: str | None = None) -> list[Restoration]:
    """Do what another person proposed; with a ``refusal``, its reason, don't. Who proposed it may refuse it, too.

    Returns what was done for each page that is brought back. Raises ``PermissionDenied`` or ``WithdrawalError``.
    """
    lock_articles([page.translation_key])
    rows = WithdrawalProposal.objects.filter(pk=proposal_id, translation_key=page.translation_key)
    # Whoever publishes a page of the article at this moment waits for the row, or has it: see ``retracted``.
    waiting = rows.select_for_update().first()
    if waiting is None:
        raise WithdrawalError(_("This was decided, or proposed anew, meanwhile."))
    if not may_withdraw(user) and (refusal is None or waiting.proposed_by_id != user.pk):
        raise PermissionDenied
    rows.delete()
    if refusal is not None:
        _log(page, user, f"refuse_{waiting.act}", reason=_required(refusal))
        return []
    if waiting.proposed_by_id in {None, user.pk}:
        raise WithdrawalError(_("Whoever proposed it can't confirm it."))
    _check(page, waiting.act, waiting.sentences)
    if waiting.act == Act.BRING_BACK:
        # Versions that were live had their approval then. Without any, the article may be published again.
        found = restorations(page.translation_key)
        open_withdrawals(page.translation_key).update(undone_by=user, undone_at=timezone.now())
        _log(page, user, "confirm_bring_back", reason=waiting.reason)
        return [_publish_again(each, user) if each.brings_back else each for each in found]
    told = {each.locale.language_code: each.title for each in published_pages(page)}
    notices = {code: {"headline": told[code], "sentence": text} for code, text in waiting.sentences.items()}
    facts = {"reason": waiting.reason, "notices": notices, "proposed_by": waiting.proposed_by}
    _take_all_down(page, user=user, action="retract", **facts)
    return []


def _check(page: Page, act: str, sentences: dict[str, str]) -> None:
    """Raise ``WithdrawalError`` where an act can't be done, as its pages are now."""
    pages = {each.locale.language_code: each for each in _published(page)}
    missing = [each.locale.get_display_name() for code, each in pages.items() if each.live and code not in sentences]
    text = ""
    if act == Act.BRING_BACK:
        text = "" if open_withdrawals(page.translation_key) else _("Nothing of “%(title)s” can be brought back.")
    elif retraction_of(page):
        text = _("“%(title)s” is retracted already.")
    elif missing:
        text = _("Readers see it in these languages, and a sentence for them is missing: %(languages)s.")
    elif not sentences or not pages.keys() >= sentences.keys() or max(map(len, sentences.values())) > LONGEST_SENTENCE:
        text = _("Write a sentence for a language in which readers saw the article.")
    if text:
        raise WithdrawalError(text % {"title": page.get_admin_display_title(), "languages": ", ".join(missing)})


def _required(reason: str) -> str:
    if not (found := clean_reason(reason)):
        raise WithdrawalError(_("Write the reason."))
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


def _take_down(page: Page, *, user: Any, reason: str) -> None:
    if workflow_state := page.current_workflow_state:
        end_review(workflow_state, user=user, reason=reason)
    end_hold(user=user, page=page)
    page.revisions.update(approved_go_live_at=None)
    if page.live and page.first_published_at is None:  # a program made it live: readers saw it all the same
        page.first_published_at = page.last_published_at or timezone.now()
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
    reason = ReasonField(
        label=gettext_lazy("Why is it taken down?"),
        help_text=gettext_lazy("It is logged in the history of each page."),
        widget=forms.Textarea({"rows": 3}),
        max_length=Withdrawal._meta.get_field("reason").max_length,
    )

    def __init__(self, *args: Any, pages: Iterable[Page] = (), **kwargs: Any) -> None:
        """Ask for a sentence for readers of each of the pages, too; readers who see one now need it."""
        super().__init__(*args, **kwargs)
        for page in pages:
            code = page.locale.language_code
            self.fields[code] = ReasonField(
                label=_("Sentence for readers: %(language)s") % {"language": page.locale.get_display_name()},
                help_text=format_html('<span lang="{}" dir="auto">{}</span>', code, page.title),
                widget=forms.Textarea({"rows": 2, "lang": code, "dir": "auto"}),
                max_length=LONGEST_SENTENCE,
                required=page.live,
            )


class WithdrawView(FromDeskView):
    template_name = "chorsu_translation/withdrawal/withdraw.html"
    page_title = gettext_lazy("Withdraw everywhere")
    everywhere = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page: Page = get_object_or_404(Page.objects.filter(depth__gt=1), pk=kwargs["page_id"])
        if not self.is_allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self) -> bool:
        return may_withdraw(self.request.user)

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def next_url(self) -> str:
        onward = get_valid_next_url_from_request(self.request)
        return onward or reverse("wagtailadmin_pages:edit", args=[self.page.pk])

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:  # noqa: ARG002
        return self.show(self.form(), status=200)

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:  # noqa: ARG002
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.do(request, **form.cleaned_data)
            except WithdrawalError as error:
                form.add_error(None, str(error))
            else:
                return redirect(self.next_url())
        return self.show(form, status=422)

    def form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data)

    def do(self, request: HttpRequest, reason: str) -> None:
        withdrawal = withdraw_everywhere(page=self.page, user=request.user, reason=reason)
        taken = ", ".join(entry["locale"] for entry in withdrawal.pages if entry["live"]) or "–"
        text = _("“%(title)s” is taken down (%(languages)s). Two people can bring it back as it was.")
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
        languages = self.page.locale.get_display_name()
        messages.success(request, text % {"title": self.page.get_admin_display_title(), "languages": languages})

    def statuses(self) -> list[PageStatus]:
        return [each for each in super().statuses() if each.page.pk == self.page.pk and each.page.live]


class ProposalView(WithdrawView):
    """Decide on the proposal that waits, or propose an act; with ``?anew``, in other words."""

    template_name = "chorsu_translation/withdrawal/proposal.html"
    act: str = Act.RETRACT

    def is_allowed(self) -> bool:
        self.waiting = WithdrawalProposal.objects.filter(translation_key=self.page.translation_key).first()
        asks = self.waiting is not None and "anew" not in self.request.GET
        self.decides = "proposal" in self.request.POST if self.request.method == "POST" else asks
        self.is_own = bool(self.waiting and self.waiting.proposed_by == self.request.user)
        if self.waiting and self.decides:
            self.act = self.waiting.act
        self.page_title = Act(self.act).label
        return may_propose(self.request.user, self.page)

    def form(self, data: Any = None) -> ReasonForm:
        initial = {"reason": self.waiting.reason, **self.waiting.sentences} if self.waiting and not self.decides else {}
        pages = published_pages(self.page) if self.act == Act.RETRACT and not self.decides else []
        form = ReasonForm(data, pages=pages, initial=initial)
        form.fields["reason"].label = _("Why is it refused?") if self.decides else _("Reason, for the newsroom")
        form.fields["reason"].required = not self.decides
        return form

    def do(self, request: HttpRequest, reason: str, **sentences: str) -> None:
        if not self.decides:
            propose(page=self.page, user=request.user, act=self.act, reason=reason, sentences=sentences)
            messages.success(request, _("It is proposed, and done once a chief editor other than you confirms it."))
            return
        refusal, pk = None if "confirm" in request.POST else reason, whole_number(request.POST["proposal"]) or 0
        done = decide(proposal_id=pk, page=self.page, user=request.user, refusal=refusal)
        text = _("“%(title)s” is retracted in every language.")
        if self.act == Act.BRING_BACK:
            text = _("“%(title)s” is back as it was (%(languages)s).")
        if refusal is not None:
            text = _("“%(title)s” stays as it is: the proposal is refused.")
        back = ", ".join(each.entry["locale"] for each in done if each.brings_back)
        messages.success(request, text % {"title": self.page.get_admin_display_title(), "languages": back or "–"})
        for each in done:
            for why in each.stays_away:
                messages.warning(request, f"{each.entry['title']} ({each.entry['locale']}): {why}")

    def show(self, form: ReasonForm, *, status: int) -> HttpResponse:
        given, key = self.waiting.sentences if self.waiting else {}, self.page.translation_key
        pages = published_pages(self.page) if self.act == Act.RETRACT and self.decides else []
        sentences = [(each, given.get(each.locale.language_code)) for each in pages]
        rows = {"restorations": restorations(key), "withdrawals": open_withdrawals(key), "sentences": sentences}
        return self.respond(status, form=form, may_confirm=may_withdraw(self.request.user), **rows)


def add_withdrawal(page: Page, user: Any, next_url: str = "", view_name: str = "") -> Iterator[Button]:  # noqa: ARG001
    key = page.translation_key
    if not may_propose(user, page):
        return
    is_live = page.live and page.alias_of_id is None
    takes_one = page.live and not page.permissions_for_user(user).can_unpublish() and may_take_down(user, page)
    takes_all = may_withdraw(user) and (is_live or any(each.is_up for each in page_statuses(key)))
    acts = (
        ("take_down", gettext_lazy("Take down in this language"), "download", takes_one),
        ("withdraw", gettext_lazy("Withdraw everywhere"), "download", takes_all),
        ("bring_back", gettext_lazy("Bring back everywhere"), "upload", not page.live and open_withdrawal(key)),
        ("retract", Act.RETRACT.label, "warning", (is_live or _published(page).exists()) and not retraction_of(page)),
    )
    for priority, (name, label, icon, wanted) in enumerate(acts, start=60):
        if wanted:
            url = reverse(f"chorsu_translation:{name}", args=[page.pk])
            yield Button(label, url, icon_name=icon, priority=priority)


def require_reason(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Ask for a reason where Wagtail would take a page down without one."""
    if request.POST.get("include_descendants") or not needs_approval(page) or not may_take_down(request.user, page):
        return None
    return redirect("chorsu_translation:take_down", page.pk)


def warn_of_withdrawal(request: HttpRequest, page: Page) -> None:
    """Say in the editor when and by whom the article was taken down in every language, or what is proposed."""
    if request.method != "GET":
        return
    if waiting := WithdrawalProposal.objects.filter(translation_key=page.translation_key).first():
        text, act = _("Waits to be confirmed since %(date)s"), Act(waiting.act)
        when, who = waiting.proposed_at, waiting.proposed_by
    elif not page.live and (found := open_withdrawal(page.translation_key)):
        text = _("Withdrawn everywhere %(date)s") if found.notices is None else _("Retracted %(date)s")
        act, when, who = Act.BRING_BACK, found.withdrawn_at, found.withdrawn_by
    else:
        return
    date = date_format(timezone.localtime(when), "DATETIME_FORMAT")
    parts = (str(act.label) if waiting else "", text % {"date": date}, get_user_display_name(who))
    said = " · ".join(filter(None, parts))
    label = _("See the proposal") if waiting else act.label
    button = messages.button(reverse(f"chorsu_translation:{act}", args=[page.pk]), label)
    messages.warning(request, said, buttons=[button] if may_propose(request.user, page) else [])


def to_confirm(user: Any) -> list[DeskRow]:
    """Return what others proposed, for who may confirm it, the longest waiting first."""
    others = WithdrawalProposal.objects.exclude(proposed_by=user).select_related("proposed_by").order_by("proposed_at")
    waiting = others[:MOST] if may_withdraw(user) else ()
    keys = [each.translation_key for each in waiting]
    pages = translatable_pages().filter(translation_key__in=keys).select_related("locale").order_by("-pk")
    first = {page.translation_key: page for page in pages}
    return [
        DeskRow(
            page.get_admin_display_title(),
            reverse(f"chorsu_translation:{each.act}", args=[page.pk]),
            page.locale.language_code,
            facts=list(filter(None, (each.get_act_display(), get_user_display_name(each.proposed_by)))),
            remark=each.reason,
            when=each.proposed_at,
        )
        for each in waiting
        if (page := first.get(each.translation_key))
    ]


def add_panel(_request: HttpRequest, panels: list[Component]) -> None:
    panels.append(DeskPanel("translation_to_confirm", gettext_lazy("To confirm"), 115, to_confirm))
