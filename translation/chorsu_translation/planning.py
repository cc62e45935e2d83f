"""Who is to write or translate what, until when, and what isn't; for many articles and languages at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from typing import Any, Literal
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogContext, log
from wagtail.models import Locale, Page

from chorsu_editorial.drafts import draft_reader
from chorsu_editorial.lock_order import lock_pages
from chorsu_locales.normal_form import clean_reason
from chorsu_locales.request_checks import whole_number
from chorsu_translation import signals
from chorsu_translation.models import NotPlanned, NotPlannedRule, TranslationLink, TranslationRequest
from chorsu_translation.pages import (
    FromDeskView,
    page_in,
    people_of,
    plannable_locales,
    rights_of,
    source_for,
    target_place,
    translatable_pages,
)
from chorsu_translation.published import refresh_link
from chorsu_translation.states import state_row_of

LONGEST_TEXT = 2000
MOST = 500  # articles that are planned at once
NAMED = 10


class PlanningError(Exception):
    """It can't be planned so; the text tells the editor why."""


@transaction.atomic
def request_translation(
    *, page: Page, locale: Locale, user: Any, assignee: Any = None, due: dt.date | None = None, note: str = ""
) -> TranslationRequest:
    """Request an article in a language; ``page`` is its page in any language. Also an original that isn't live yet.

    Raises ``PermissionDenied`` where the user is an editor neither of the language's tree nor of the source's, and
    ``PlanningError`` where it is requested already, up to date, or not planned, or the assignee can't do it.
    Without a ``user``, a publication requests it: nobody's right is asked, nor whether it is up to date.
    """
    source = _begin(page, locale, user) if user else source_for(page, locale)
    if decision := NotPlanned.objects.filter(translation_key=source.translation_key, locale=locale).first():
        raise PlanningError(_("It was decided not to translate it: %(reason)s") % {"reason": decision.reason})
    if open_request(source, locale) is not None:
        raise PlanningError(_("It is requested already."))
    target = page_in(source, locale)
    if target is not None and user and _is_up_to_date(target):
        raise PlanningError(_("It is live and up to date."))
    _check_assignee(assignee, locale)
    request = TranslationRequest.objects.create(
        translation_key=source.translation_key,
        locale=locale,
        assignee=assignee,
        due=due,
        note=note[:LONGEST_TEXT],
        requested_by=user,
    )
    _log(source, "request", user, locale, assignee=get_user_display_name(assignee), due=_iso(due), note=request.note)
    event = {"sender": TranslationRequest, "request": request, "user": user, "page": source}
    signals.translation_requested.send(**event)
    if assignee is not None:
        signals.translation_assigned.send(**event, former=None)
    return request


@transaction.atomic
def assign_translation(*, page: Page, locale: Locale, user: Any, assignee: Any) -> TranslationRequest:
    """Assign a translation to a person, or to nobody; raises what ``request_translation`` raises."""
    return _change(page, locale, user, "assignee", assignee)


@transaction.atomic
def set_due_date(*, page: Page, locale: Locale, user: Any, due: dt.date | None) -> TranslationRequest:
    """Set or remove the due date of a translation; raises what ``request_translation`` raises."""
    return _change(page, locale, user, "due", due)


@transaction.atomic
def take_back_request(*, page: Page, locale: Locale, user: Any) -> None:
    """Delete the open request of a translation; raises ``PermissionDenied``, and ``PlanningError`` without one."""
    source = _begin(page, locale, user)
    if not _delete_request(source, locale, user):
        raise PlanningError(_("It is not requested."))
    _log(source, "take_back_request", user, locale)


@transaction.atomic
def decide_not_planned(*, page: Page, locale: Locale, user: Any, reason: str) -> NotPlanned:
    """Decide that an article isn't translated into a language; raises ``PermissionDenied`` or ``PlanningError``."""
    source = _begin(page, locale, user)
    reason = clean_reason(reason[:LONGEST_TEXT])
    if not reason:
        raise PlanningError(_("Say why it is not planned."))
    if page_in(source, locale) is not None:
        raise PlanningError(_("It has a page in this language."))
    decision, created = NotPlanned.objects.get_or_create(
        translation_key=source.translation_key, locale=locale, defaults={"reason": reason, "decided_by": user}
    )
    if not created:
        raise PlanningError(_("It is so already."))
    _log(source, "not_planned", user, locale, reason=reason)
    _delete_request(source, locale, user)
    return decision


@transaction.atomic
def plan_again(*, page: Page, locale: Locale, user: Any) -> None:
    """Take ``decide_not_planned`` back; raises ``PermissionDenied``, and ``PlanningError`` without a decision."""
    source = _begin(page, locale, user)
    gone, _kinds = NotPlanned.objects.filter(translation_key=source.translation_key, locale=locale).delete()
    if not gone:
        raise PlanningError(_("Nothing was decided about it alone. What a rule keeps out can be requested."))
    _log(source, "plan_again", user, locale)


@transaction.atomic
def set_adapted(*, page: Page, locale: Locale, user: Any, adapted: bool) -> None:
    """Set whether a translation is adapted, so never compared with its source; raises like ``plan_again``."""
    source = _begin(page, locale, user)
    targets = Page.objects.filter(translation_key=source.translation_key, locale=locale)
    link = TranslationLink.objects.select_related("source", "target").filter(target__in=targets).first()
    if link is None:
        raise PlanningError(_("It has no translation in this language."))
    if link.adapted == adapted:
        raise PlanningError(_("It is so already."))
    link.adapted = adapted
    link.save(update_fields=["adapted"])
    refresh_link(link)
    action = "chorsu_translation.adapted" if adapted else "chorsu_translation.not_adapted"
    log(instance=link.target.specific, action=action, user=user)
    close_request(target=link.target, user=user)


@transaction.atomic
def close_request(*, target: Page, user: Any = None) -> None:
    """Close the open request of a translation if it is live and up to date; called wherever it may have become so."""
    request = open_request(target, target.locale)
    if request is None or not _is_up_to_date(target):
        return
    request.done_at = timezone.now()
    request.save(update_fields=["done_at"])
    page = source_for(target, target.locale)
    signals.request_closed.send(sender=TranslationRequest, request=request, user=user, page=page, done=True)


def reopen_request(*, target: Page, closed_since: dt.datetime) -> None:
    """Open the request again that was closed at ``closed_since`` or later, if no other one is open."""
    requests = TranslationRequest.objects.filter(translation_key=target.translation_key, locale=target.locale_id)
    closed = requests.filter(requested_at__lt=closed_since, done_at__gte=closed_since).order_by("done_at", "pk").last()
    if closed and not requests.filter(done_at__isnull=True).exists():
        closed.done_at = None
        closed.save(update_fields=["done_at"])


def _begin(page: Page, locale: Locale, user: Any) -> Page:
    """Check rights and return the source, locked against others who plan or start the same translation."""
    source = source_for(page, locale)
    if not rights_of(user).may_plan(source.path, target_place(source, locale)):
        raise PermissionDenied
    return lock_pages([source.pk])[source.pk]


def _is_up_to_date(target: Page) -> bool:
    return target.live and state_row_of(target).changed_since is None


def _change(page: Page, locale: Locale, user: Any, what: Literal["assignee", "due"], value: Any) -> TranslationRequest:
    source = _begin(page, locale, user)
    request = open_request(source, locale)
    if request is None:
        if value is None:
            raise PlanningError(_("It is not requested."))
        said: dict[str, Any] = {what: value}
        return request_translation(page=page, locale=locale, user=user, **said)
    if what == "assignee":
        _check_assignee(value, locale)
    former = getattr(request, what)
    if former == value:
        raise PlanningError(_("It is so already."))
    setattr(request, what, value)
    request.save(update_fields=[what])
    event = {"sender": TranslationRequest, "request": request, "user": user, "page": source, "former": former}
    if what == "assignee":
        _log(source, "assign", user, locale, assignee=get_user_display_name(value))
        signals.translation_assigned.send(**event)
    else:
        _log(source, "due", user, locale, due=_iso(value))
        signals.request_changed.send(**event)
    return request


def open_request(page: Page, locale: Locale) -> TranslationRequest | None:
    """Return the request that is open for an article in a language; ``page`` is its page in any language."""
    open_requests = TranslationRequest.objects.filter(done_at__isnull=True, locale=locale)
    return open_requests.select_related("assignee", "requested_by").filter(translation_key=page.translation_key).first()


def due_days(pages: Iterable[int]) -> dict[int, dt.date]:
    """Return by which day translations are requested, by the primary keys of their pages."""
    of_page = {"translation_key": OuterRef("translation_key"), "locale": OuterRef("locale")}
    days = TranslationRequest.objects.filter(**of_page, done_at=None).values("due")[:1]
    due = Page.objects.filter(pk__in=pages).annotate(day=Subquery(days))
    return dict(due.exclude(day=None).values_list("pk", "day"))


def _delete_request(source: Page, locale: Locale, user: Any) -> bool:
    """Return whether there was an open request to delete."""
    request = open_request(source, locale)
    if request is None:
        return False
    TranslationRequest.objects.filter(pk=request.pk).delete()
    signals.request_closed.send(sender=TranslationRequest, request=request, user=user, page=source, done=False)
    return True


def _check_assignee(assignee: Any, locale: Locale) -> None:
    if assignee is not None and not people_of([locale]).filter(pk=assignee.pk).exists():
        raise PlanningError(_("%(person)s can’t work in this language.") % {"person": get_user_display_name(assignee)})


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


def _log(source: Page, what: str, user: Any, locale: Locale, **data: str) -> None:
    data["language"] = locale.language_code
    log(instance=source.specific, action=f"chorsu_translation.{what}", user=user, data=data)


class PlanKind(models.TextChoices):
    REQUEST = "request", gettext_lazy("Request: assignee, due date and note")
    ASSIGN = "assign", gettext_lazy("Assign")
    DUE = "due", gettext_lazy("Set the due date")
    TAKE_BACK = "take_back", gettext_lazy("Take the request back")
    NOT_PLANNED = "not_planned", pgettext_lazy("decision about a translation", "Not planned, for a reason")
    PLAN_AGAIN = "plan_again", gettext_lazy("Plan it again")
    ADAPTED = "adapted", gettext_lazy("Adapted: never compared with the source")
    NOT_ADAPTED = "not_adapted", gettext_lazy("Not adapted: compared with the source")


Rows = list[tuple[Page, Locale]]


def plan_together(
    *,
    pages: Iterable[Page],
    locales: Iterable[Locale],
    user: Any,
    kind: PlanKind,
    assignee: Any = None,
    due: dt.date | None = None,
    text: str = "",
) -> tuple[Rows, dict[str, Rows]]:
    """Make one decision for articles in languages, each by itself; return what was done, and by reason what wasn't."""
    decisions: dict[PlanKind, Callable[..., Any]] = {
        PlanKind.REQUEST: partial(request_translation, assignee=assignee, due=due, note=text),
        PlanKind.ASSIGN: partial(assign_translation, assignee=assignee),
        PlanKind.DUE: partial(set_due_date, due=due),
        PlanKind.TAKE_BACK: take_back_request,
        PlanKind.NOT_PLANNED: partial(decide_not_planned, reason=text),
        PlanKind.PLAN_AGAIN: plan_again,
        PlanKind.ADAPTED: partial(set_adapted, adapted=True),
        PlanKind.NOT_ADAPTED: partial(set_adapted, adapted=False),
    }
    done: Rows = []
    refused: dict[str, Rows] = {}
    for page, locale in product(pages, locales):
        try:
            # Wagtail's history shows one entry for all that one request does by the same action, on one page alone.
            with LogContext(user=user), transaction.atomic():
                decisions[kind](page=page, locale=locale, user=user)
        except PlanningError as error:
            refused.setdefault(str(error), []).append((page, locale))
        except PermissionDenied:
            reason = _("You are no editor of this language’s pages, nor of the source’s.")
            refused.setdefault(reason, []).append((page, locale))
        else:
            done.append((page, locale))
    return done, refused


class DayInput(forms.DateInput):
    """The browser's own field for a day. Wagtail's puts today in for what is typed in another form than its own."""

    def __init__(self) -> None:
        super().__init__({"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=PlanKind.choices, widget=forms.RadioSelect)
    languages = forms.MultipleChoiceField(label=gettext_lazy("Languages"), widget=forms.CheckboxSelectMultiple)
    assignee = forms.ChoiceField(label=gettext_lazy("Assignee"), required=False)
    due = forms.DateField(label=gettext_lazy("Due"), required=False, widget=DayInput)
    text = forms.CharField(
        label=gettext_lazy("Note, or reason"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, locales: list[Locale], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locales = {locale.language_code: locale for locale in locales}
        self.people: dict[str, Any] = {}
        fields: Any = self.fields
        fields["languages"].choices = [(code, locale.get_display_name()) for code, locale in self.locales.items()]
        # By language: the script offers only those of the chosen ones.
        groups = []
        for locale in locales:
            people = {str(person.pk): person for person in people_of([locale])}
            self.people |= people
            groups.append(
                (locale.get_display_name(), [(key, get_user_display_name(each)) for key, each in people.items()])
            )
        fields["assignee"].choices = [("", gettext_lazy("Nobody")), *groups]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == PlanKind.NOT_PLANNED and not clean_reason(cleaned.get("text", "")):
            self.add_error("text", gettext_lazy("Say why it is not planned."))
        return cleaned


class PlanView(FromDeskView):
    """Request, assign, date, or decide against translations of the articles that the address names (``id``)."""

    template_name = "chorsu_translation/desk/plan.html"
    page_title = gettext_lazy("Plan texts")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in who may plan at least one of the articles in some language: the explorer leads everybody here."""
        keys = {whole_number(key) or 0 for key in request.GET.getlist("id")[:MOST]}
        known = translatable_pages().filter(draft_reader(request.user).known(), pk__in=keys)
        found = known.select_related("locale").order_by("-pk")
        # One row for an article whose pages in several languages were chosen.
        self.pages = list({page.translation_key: page for page in found}.values())
        self.locales = plannable_locales(self.pages, request.user)
        if self.pages and not self.locales:
            messages.warning(request, _("Editors plan texts of their language, and translations from it."))
            return redirect(self.next_url())
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.pages:
            messages.warning(request, _("Choose articles first."))
            return redirect(self.next_url())
        language = request.GET.get("language", "")
        initial = {"languages": [language] if language else [], "kind": PlanKind.REQUEST}
        return self.show(PlanForm(initial=initial, locales=self.locales))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PlanForm(request.POST, locales=self.locales)
        if not form.is_valid():
            return self.show(form, status=400)
        data = form.cleaned_data
        done, refused = plan_together(
            pages=self.pages,
            locales=[form.locales[code] for code in data["languages"]],
            user=request.user,
            kind=PlanKind(data["kind"]),
            assignee=form.people.get(data["assignee"]),
            due=data["due"],
            text=data["text"],
        )
        if done:
            text = _("Done: %(count)d. %(which)s")
            messages.success(request, text % {"count": len(done), "which": _which(done)})
        for reason, rows in refused.items():
            text = _("Left as it was: %(which)s. %(reason)s")
            messages.warning(request, text % {"which": _which(rows), "reason": reason})
        return redirect(self.next_url())

    def show(self, form: PlanForm, status: int = 200) -> HttpResponse:
        return self.respond(status, form=form, pages=self.pages, next=self.next_url())


def _which(rows: Rows) -> str:
    named = "; ".join(
        _("“%(title)s” (%(language)s)") % {"title": page.title, "language": locale.get_display_name()}
        for page, locale in rows[:NAMED]
    )
    more = len(rows) - NAMED
    return f"{named}; " + _("%(count)d more") % {"count": more} if more > 0 else named


class PlanBulkAction(PageBulkAction):
    display_name = gettext_lazy("Plan texts")
    action_type = "plan_translations"
    aria_label = gettext_lazy("Plan the texts of the selected pages")
    action_priority = 200

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        pages, _refused = self.get_actionable_objects()
        chosen: list[tuple[str, Any]] = [("id", page.pk) for page in pages[:MOST]]
        return redirect(f"{reverse('chorsu_translation:plan')}?{urlencode([*chosen, ('next', self.next_url)])}")

    post = get


def plan_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    if view_name != "edit" or page.alias_of_id or not plannable_locales([page], user):
        return []
    query = urlencode({"id": page.pk, "next": next_url or reverse("wagtailadmin_pages:edit", args=[page.pk])})
    address = f"{reverse('chorsu_translation:plan')}?{query}"
    return [Button(_("Plan texts"), address, icon_name="globe", priority=85)]


class RuleForm(WagtailAdminModelForm):
    class Meta:
        model = NotPlannedRule
        fields = ("locale", "section", "older_than_days")
        widgets = {"section": AdminPageChooser}

    def clean(self) -> dict[str, Any]:
        """Ask for what the rule is about: without it nothing would be translated any more."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("section") and cleaned.get("older_than_days") is None:
            self.add_error(None, _("Choose a section, an age, or both."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        self.instance.decided_by = self.for_user
        return super().save(commit=commit)


class RuleViewSet(ModelViewSet):
    model = NotPlannedRule
    name = "translation_rules"
    url_prefix = "translations/rules"
    menu_label = gettext_lazy("Rules for translations")
    index_results_template_name = "chorsu_translation/findings/rules_results.html"
    menu_order = 700
    icon = "no-view"
    add_to_settings_menu = True
    list_display = (
        Column("locale", label=gettext_lazy("Language"), accessor=lambda rule: rule.locale.get_display_name()),
        Column("section", label=gettext_lazy("Section")),
        Column("older_than_days", label=pgettext_lazy("rule for translations", "Older than, days")),
        Column("decided_by", label=gettext_lazy("Decided by")),
    )
    inspect_view_enabled = False

    def get_form_class(self, *_args: Any, **_kwargs: Any) -> type[WagtailAdminModelForm]:
        return RuleForm
