"""Plan the translations of chosen articles: from the desk, the explorer and the editor."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Locale, Page

from chorsu_locales.received import whole_number
from chorsu_translation.forms import PlanForm
from chorsu_translation.selectors.pages import translatable_pages
from chorsu_translation.selectors.rights import plannable_locales
from chorsu_translation.services.plan_together import Outcome, PlanKind, plan_together
from chorsu_translation.views.from_desk import FromDeskView

MOST = 500
NAMED = 10


class PlanView(FromDeskView):
    """Request, assign, date, or decide against translations of the articles that the address names (``id``)."""

    template_name = "chorsu_translation/admin/desk_plan.html"
    page_title = gettext_lazy("Plan translations")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in who may plan at least one of the articles in some language; the explorer offers it to everyone."""
        keys = {whole_number(key) or 0 for key in request.GET.getlist("id")[:MOST]}
        found = translatable_pages().filter(pk__in=keys).select_related("locale").order_by("-pk")
        # One row for an article whose pages in several languages were chosen.
        self.pages = list({page.translation_key: page for page in found}.values())
        self.locales = plannable_locales(self.pages, request.user)
        if self.pages and not self.locales:
            messages.warning(request, _("Editors plan translations: of their language, and of articles written in it."))
            return redirect(self.next_url())
        response: Any = super().dispatch(request, *args, **kwargs)
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask what is decided."""
        if not self.pages:
            messages.warning(request, _("Choose articles first."))
            return redirect(self.next_url())
        language = request.GET.get("language", "")
        initial = {"languages": [language] if language else [], "kind": PlanKind.REQUEST}
        return self._answer(PlanForm(initial=initial, locales=self.locales))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it where it can be done, and say what was done, and what not and why."""
        form = PlanForm(request.POST, locales=self.locales)
        if not form.is_valid():
            return self._answer(form, status=400)
        _tell(request, plan_together(pages=self.pages, user=request.user, plan=form.plan()))
        return redirect(self.next_url())

    def _answer(self, form: PlanForm, status: int = 200) -> HttpResponse:
        context = self.get_context_data(form=form, pages=self.pages, next=self.next_url())
        response: HttpResponse = self.render_to_response(context, status=status)
        return response


def _tell(request: HttpRequest, outcome: Outcome) -> None:
    if outcome.done:
        facts = {"count": len(outcome.done), "which": _which(outcome.done)}
        messages.success(request, _("Done: %(count)d. %(which)s") % facts)
    for reason, refused in outcome.refused.items():
        text = _("Left as it was: %(which)s. %(reason)s")
        messages.warning(request, text % {"which": _which(refused), "reason": reason})


def _which(rows: list[tuple[Page, Locale]]) -> str:
    named = "; ".join(
        _("“%(title)s” (%(language)s)") % {"title": page.title, "language": locale.get_display_name()}
        for page, locale in rows[:NAMED]
    )
    more = len(rows) - NAMED
    return f"{named}; " + _("%(count)d more") % {"count": more} if more > 0 else named
