"""The editors' screen of the links to a draft for readers without an account, and what the history says of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry, Page
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.comments import GUEST_REMARK
from chorsu_editorial.guest_links import links
from chorsu_editorial.guest_links.links import GuestLink
from chorsu_editorial.refusals import Refusal
from chorsu_locales.request_checks import whole_number

DAYS = (1, 3, 7, 14, 30, 90)
USUAL_DAYS = 7


def is_on() -> bool:
    """Return whether the site gives links: it has their addresses, and a number of days."""
    try:
        reverse("chorsu_editorial:guest", args=["token"])
    except NoReverseMatch:
        return False
    return links.most_days() > 0


class DaysForm(forms.Form):
    days = forms.TypedChoiceField(label=gettext_lazy("Holds for"), coerce=int)
    covers_protected = forms.BooleanField(
        label=gettext_lazy("The name of a person in it is protected. Give the link all the same."), required=False
    )

    def __init__(self, *args: Any, asks_for_protected: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = links.most_days()
        offered = [days for days in DAYS if days <= most] or [most]
        days_field: Any = self.fields["days"]
        days_field.choices = [
            (days, ngettext("%(count)d day", "%(count)d days", days) % {"count": days}) for days in offered
        ]
        days_field.initial = max(days for days in offered if days <= max(USUAL_DAYS, offered[0]))
        if not asks_for_protected:
            del self.fields["covers_protected"]


class LinkForm(DaysForm):
    reader = forms.CharField(
        label=gettext_lazy("Who reads it"),
        max_length=links.LONGEST_NAME,
        help_text=gettext_lazy("Remarks come under this name. A former link for the same name ends."),
    )
    field_order = ("reader", "days", "covers_protected")


class GuestLinksView(WagtailAdminTemplateMixin, TemplateView):
    page_title = gettext_lazy("Links for readers")
    header_icon = "link"
    template_name = "chorsu_editorial/guest_links/links.html"
    request: HttpRequest
    page: Page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(Page, pk=kwargs["page_id"]).specific
        if not is_on() or not links.may_give(page=self.page, user=request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        editor = {"url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]), "label": self.get_page_subtitle()}
        return [*super().get_breadcrumbs_items(), editor, {"url": "", "label": self.page_title}]

    @cached_property
    def asks_for_protected(self) -> bool:
        """Return whether the person may give a link although a name is protected here, so that it is asked."""
        return links.may_lift(self.request.user) and links.is_protected(self.page.get_latest_revision_as_object())

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """Give a link, renew or withdraw one; answer a refusal with its reason and what the form held."""
        actions = {"give": self._give, "renew": self._renew, "withdraw": self._withdraw}
        action = actions.get(request.POST.get("action", ""), self._give)
        try:
            return action()
        except Refusal as refusal:
            messages.error(request, str(refusal))
            form = LinkForm(request.POST if action == self._give else None, asks_for_protected=self.asks_for_protected)
            return self.render_to_response(self.get_context_data(form=form, page_id=page_id), status=refusal.status)

    def _give(self) -> HttpResponse:
        form = LinkForm(self.request.POST, asks_for_protected=self.asks_for_protected)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        token = links.give(page=self.page, user=self.request.user, **form.cleaned_data)
        site = self.page.get_site()
        root = site.root_url if site else f"{self.request.scheme}://{self.request.get_host()}"
        address = root + reverse("chorsu_editorial:guest", args=[token])
        facts = {"address": address, "reader": form.cleaned_data["reader"]}
        return self.render_to_response(self.get_context_data(**facts))

    def _renew(self) -> HttpResponse:
        form = DaysForm(self.request.POST, asks_for_protected=self.asks_for_protected)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=400)
        link = self._chosen()
        links.renew(link=link, user=self.request.user, **form.cleaned_data)
        facts = {"reader": link.reader, "time": render_timestamp(link.expires_at)}
        messages.success(self.request, _("The link for “%(reader)s” holds until %(time)s.") % facts)
        return redirect(self.request.path)

    def _withdraw(self) -> HttpResponse:
        link = self._chosen()
        links.withdraw(link=link, user=self.request.user)
        messages.success(self.request, _("The link for “%(reader)s” opens nothing any more.") % {"reader": link.reader})
        return redirect(self.request.path)

    def _chosen(self) -> GuestLink:
        key = whole_number(self.request.POST.get("link", ""))
        return get_object_or_404(GuestLink.objects.select_related("page", "given_by"), page=self.page.pk, pk=key)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asks = self.asks_for_protected
        stored = GuestLink.objects.filter(page=self.page.pk).select_related("page", "given_by").order_by("expires_at")
        context["links"] = [link for link in stored if link.is_open]
        context.setdefault("form", LinkForm(asks_for_protected=asks))
        context["renewal"] = DaysForm(asks_for_protected=asks, auto_id=False)
        context["page"] = self.page
        context["most_remarks"] = links.MOST_REMARKS
        return context


def register_admin_urls() -> list[URLPattern]:
    return [path("guest-links/<int:page_id>/", GuestLinksView.as_view(), name="chorsu_editorial_guest_links")]


def offer_links(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:  # noqa: ARG001
    if not page.pk or not is_on() or not links.may_give(page=page, user=user):
        return []
    url = reverse("chorsu_editorial_guest_links", args=[page.pk])
    return [Button(_("Link for a reader"), url, icon_name="link", priority=70)]


class LinkFormatter(LogFormatter):
    """Say what happened to a link with its reader's name, which stands in the entry."""

    text: Any

    def format_message(self, log_entry: BaseLogEntry) -> str:
        data = log_entry.data
        until = dt.datetime.fromisoformat(data["until"])
        message = self.text % {"reader": data["reader"], "time": render_timestamp(until)}
        return f"{message} {_('It holds for a protected name too.')}" if data["protected"] else message

    def format_comment(self, log_entry: BaseLogEntry) -> str:
        return str(log_entry.data.get("comment", {}).get("text", ""))


def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(links.GIVEN)
    class GivenFormatter(LinkFormatter):
        label = gettext_lazy("Give a link to a reader")
        text = gettext_lazy("Gave “%(reader)s” a link to the draft until %(time)s.")

    @actions.register_action(links.RENEWED)
    class RenewedFormatter(LinkFormatter):
        label = gettext_lazy("Renew a reader's link")
        text = gettext_lazy("Renewed the link of “%(reader)s” until %(time)s.")

    @actions.register_action(links.WITHDRAWN)
    class WithdrawnFormatter(LinkFormatter):
        label = gettext_lazy("Withdraw a reader's link")
        text = gettext_lazy("Withdrew the link of “%(reader)s”.")

    @actions.register_action(links.OPENED)
    class OpenedFormatter(LinkFormatter):
        label = gettext_lazy("Draft opened by a reader's link")
        text = gettext_lazy("The draft was opened by the link of “%(reader)s” for the first time.")

    @actions.register_action(GUEST_REMARK)
    class RemarkFormatter(LinkFormatter):
        label = gettext_lazy("Remark by a reader's link")
        text = gettext_lazy("A remark came by the link of “%(reader)s”.")
