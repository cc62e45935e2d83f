"""The translators' desk in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Locale, Page

from chorsu_translation.selectors import (
    State,
    desk_locales,
    desk_rows,
    may_read_drafts,
    originals,
    originals_in_state,
    rights_by_locale,
)
from chorsu_translation.services import SourceChangedError, TranslationError, declare_up_to_date

PER_PAGE = 25
FILTER_STATES = [state for state in State if state != State.SOURCE_WITHDRAWN]


class DeskFilter(forms.Form):
    """What the desk shows."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    q = forms.CharField(label=gettext_lazy("Headline"), required=False, max_length=100)

    def __init__(self, *args: Any, locales: list[Locale], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(locale.language_code, locale.get_display_name()) for locale in locales]
        self.fields["language"].choices = [("", _("Any")), *names]  # type: ignore[attr-defined]
        states = [(state.value, state.label) for state in FILTER_STATES]
        self.fields["state"].choices = [("", _("Any")), *states]  # type: ignore[attr-defined]


class DeskView(WagtailAdminTemplateMixin, View):
    """Every article with its state in every language."""

    template_name = "chorsu_translation/admin/desk.html"
    page_title = gettext_lazy("Translations")
    header_icon = "globe"
    _show_breadcrumbs = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the desk to those who work in at least one language."""
        if not desk_locales(request.user):
            raise PermissionDenied
        response: HttpResponse = self.render_to_response(self.get_context_data())
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way to the desk."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return ``form``, ``locales``, ``rows`` (see ``selectors.desk_rows``) and ``page_obj``."""
        locales = list(Locale.objects.order_by("pk"))
        form = DeskFilter(self.request.GET or None, locales=locales)
        sources = originals(locales)
        chosen = form.cleaned_data if form.is_valid() else {}
        if text := chosen.get("q"):
            sources = sources.filter(title__icontains=text)
        if state := chosen.get("state"):
            code = chosen.get("language")
            asked = [locale for locale in locales if not code or locale.language_code == code]
            sources = originals_in_state(sources, locales=asked, state=State(state))
        elif code := chosen.get("language"):
            locales.sort(key=lambda locale: locale.language_code != code)
        page_obj = Paginator(sources, PER_PAGE).get_page(self.request.GET.get("p"))
        user = self.request.user
        rows = desk_rows(
            page_obj.object_list,
            locales=locales,
            user_id=user.pk,
            rights=rights_by_locale(user),
            drafts=may_read_drafts(user),
        )
        context: dict[str, Any] = super().get_context_data(
            form=form, locales=locales, rows=rows, page_obj=page_obj, **kwargs
        )
        return context


@require_POST
def up_to_date(request: HttpRequest, page_id: int) -> HttpResponse:
    """Declare a translation up to date with its source."""
    target = get_object_or_404(Page, pk=page_id)
    try:
        declare_up_to_date(target=target, user=request.user, seen=request.POST.get("seen", ""))
    except TranslationError as error:
        messages.error(request, str(error))
    except SourceChangedError as error:
        text = _("“%(title)s” has changed since this list was shown, so nothing was declared. Look at it first.")
        button = messages.button(error.source.get_url(request) or "", _("See the source"), new_window=True)
        messages.error(request, text % {"title": error.source.title}, buttons=[button])
    else:
        messages.success(request, _("“%(title)s” is up to date with its source.") % {"title": target.title})
    return redirect(get_valid_next_url_from_request(request) or reverse("chorsu_translation:desk"))
