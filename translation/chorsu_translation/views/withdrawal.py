"""The pages that ask before an article is taken down, in every language or its own, and before it is brought back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from chorsu_translation.models import Withdrawal
from chorsu_translation.selectors.withdrawals import Standing, article_standing, may_take_down, may_withdraw, returns
from chorsu_translation.services.withdrawal import WithdrawalError, bring_back, take_down, withdraw_everywhere


class ReasonForm(forms.Form):
    """Why an article is taken down."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it taken down?"),
        help_text=gettext_lazy("It is logged in the history of each page."),
        widget=forms.Textarea({"rows": 3}),
        max_length=Withdrawal._meta.get_field("reason").max_length,
    )


class ArticleView(WagtailAdminTemplateMixin, View):
    """A page about an article in all its languages, for those who may take articles down."""

    header_icon = "globe"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in who may."""
        self.page: Page = get_object_or_404(Page.objects.filter(depth__gt=1), pk=kwargs["page_id"])
        if not self.is_allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self) -> bool:
        """Return whether this person may do it."""
        return may_withdraw(self.request.user)

    def get_page_subtitle(self) -> str:
        """Return the headline."""
        return str(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("chorsu_translation:desk"), "label": _("Translations")},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where the person came from."""
        context: dict[str, Any] = super().get_context_data(
            article=self.page, next_url=get_valid_next_url_from_request(self.request), **kwargs
        )
        return context

    def leave(self) -> HttpResponse:
        """Go back to where the person came from, else to the editor."""
        onward = get_valid_next_url_from_request(self.request)
        return redirect(onward or reverse("wagtailadmin_pages:edit", args=[self.page.pk]))


class WithdrawView(ArticleView):
    """Show what is live where, and take it down for a written reason."""

    template_name = "chorsu_translation/admin/withdraw.html"
    page_title = gettext_lazy("Withdraw everywhere")
    everywhere = True

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:  # noqa: ARG002
        """Ask."""
        return self._ask(ReasonForm(), status=200)

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:  # noqa: ARG002
        """Do it."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._ask(form, status=422)
        try:
            self.do(request, form.cleaned_data["reason"])
        except WithdrawalError as error:
            form.add_error(None, str(error))
            return self._ask(form, status=422)
        return self.leave()

    def do(self, request: HttpRequest, reason: str) -> None:
        """Take the article down, and say so."""
        withdrawal = withdraw_everywhere(page=self.page, user=request.user, reason=reason)
        taken = ", ".join(entry["locale"] for entry in withdrawal.pages if entry["live"]) or "–"
        text = _("“%(title)s” is taken down (%(languages)s). It can be brought back as it was.")
        address = reverse("chorsu_translation:bring_back", args=[self.page.pk])
        messages.success(
            request,
            text % {"title": withdrawal.title, "languages": taken},
            buttons=[messages.button(address, _("Bring back"))],
        )

    def standing(self) -> list[Standing]:
        """Return what it is about."""
        return [each for each in article_standing(self.page.translation_key) if each.is_concerned]

    def _ask(self, form: ReasonForm, *, status: int) -> HttpResponse:
        standing = self.standing()
        context = self.get_context_data(form=form, standing=standing, is_up=any(each.is_up for each in standing))
        response: HttpResponse = self.render_to_response(context, status=status)
        return response


class TakeDownView(WithdrawView):
    """The same for a page in its own language."""

    page_title = gettext_lazy("Take down in this language")
    everywhere = False

    def is_allowed(self) -> bool:
        """Return whether this person may do it."""
        return may_take_down(self.request.user, self.page)

    def do(self, request: HttpRequest, reason: str) -> None:
        """Take the page down, and say so."""
        take_down(page=self.page, user=request.user, reason=reason)
        text = _("“%(title)s” is taken down (%(languages)s).")
        languages = self.page.locale.language_code
        messages.success(request, text % {"title": self.page.get_admin_display_title(), "languages": languages})

    def standing(self) -> list[Standing]:
        """Return what it is about."""
        return [each for each in super().standing() if each.page.pk == self.page.pk and each.page.live]


class BringBackView(ArticleView):
    """Show what comes back and what can't, and bring it back."""

    template_name = "chorsu_translation/admin/bring_back.html"
    page_title = gettext_lazy("Bring back")

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:  # noqa: ARG002
        """Ask."""
        key = self.page.translation_key
        found = returns(key)
        withdrawals = Withdrawal.objects.filter(translation_key=key, undone_at__isnull=True)
        context = self.get_context_data(
            returns=found,
            can_be_done=any(each.brings_back for each in found),
            withdrawals=withdrawals.select_related("withdrawn_by").order_by("pk"),
        )
        response: HttpResponse = self.render_to_response(context)
        return response

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """Do it, and say what stays as it is."""
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
