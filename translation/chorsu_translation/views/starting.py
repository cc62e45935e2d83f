"""Begin a translation: at once, or on a page that asks from what, with what, and says what else will be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.models import Locale, Page

from chorsu_translation.conf import get_settings
from chorsu_translation.selectors import may_start, missing_parents, starting_points, translatable_pages
from chorsu_translation.selectors.starting import StartingPoint
from chorsu_translation.services import ParentsMissingError, TranslationError, start_translation
from chorsu_translation.services.starting import COPY, EMPTY
from chorsu_translation.views.from_desk import FromDeskView


@dataclass(frozen=True, slots=True)
class Option:
    """A version that this person can start from, and the pages that would be made above the translation."""

    point: StartingPoint
    missing: list[Page]


class StartForm(forms.Form):
    """What the page asks; what a button elsewhere leaves out is as the settings say."""

    source = forms.ChoiceField(required=False)
    start_with = forms.ChoiceField(required=False, choices=[(COPY, COPY), (EMPTY, EMPTY)])
    parents = forms.BooleanField(required=False)

    def __init__(self, *args: Any, options: list[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(option.point.value, option.point.value) for option in options]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]


class StartView(FromDeskView):
    """Begin the translation of an article into one language, and open its editor."""

    template_name = "chorsu_translation/admin/start.html"
    page_title = gettext_lazy("Begin a translation")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead to the translation that is there already, and nobody further who could begin nothing."""
        self.article = get_object_or_404(translatable_pages(), pk=kwargs["page_id"])
        self.locale = get_object_or_404(Locale, language_code=kwargs["language"])
        existing = self.article.get_translation_or_none(self.locale)
        if existing is not None and not existing.alias_of_id:
            return redirect("wagtailadmin_pages:edit", existing.pk)
        if not self.choices:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def choices(self) -> list[Option]:
        """Return what the person may start from."""
        user, locale = self.request.user, self.locale
        points = starting_points(article=self.article, locale=locale, user=user)
        return [
            Option(point, missing_parents(point.page, locale))
            for point in points
            if may_start(user=user, source=point.page, locale=locale, parents=True, draft=point.draft)
        ]

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Ask."""
        return self.show()

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Begin, or ask where something has to be said first."""
        form = StartForm(request.POST, options=self.choices)
        if not form.is_valid():
            messages.error(request, _("Choose one of what is offered here."))
            return self.show(status=400)
        chosen = form.cleaned_data
        option = next((each for each in self.choices if each.point.value == chosen["source"]), self.choices[0])
        try:
            target = start_translation(
                source=option.point.page,
                locale=self.locale,
                user=request.user,
                start_with=chosen["start_with"],
                parents=chosen["parents"],
                draft=option.point.draft,
            )
        except ParentsMissingError:
            return redirect(request.path)
        except TranslationError as error:
            messages.error(request, str(error))
            return redirect("chorsu_translation:desk")
        if option.missing:
            text = ngettext(
                "%(count)d page above it was made as a draft. Readers come here once that is published too.",
                "%(count)d pages above it were made as drafts. Readers come here once those are published too.",
                len(option.missing),
            )
            messages.warning(request, text % {"count": len(option.missing)})
        return redirect("wagtailadmin_pages:edit", target.pk)

    def show(self, status: int = 200) -> HttpResponse:
        """Return the page that asks."""
        response: HttpResponse = self.render_to_response(self.get_context_data(), status=status)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return ``article``, ``locale``, ``options``, and ``start_with`` as the settings say."""
        context: dict[str, Any] = super().get_context_data(
            article=self.article,
            locale=self.locale,
            options=self.choices,
            start_with=get_settings().start_with,
            **kwargs,
        )
        return context
