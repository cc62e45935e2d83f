"""What changed in the source of a translation, that the translation is still right, and taking that back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.models import Page

from chorsu_translation.selectors.source_changes import source_changes
from chorsu_translation.selectors.structure import structure_plan
from chorsu_translation.selectors.units import editor_url
from chorsu_translation.services import (
    SourceChangedError,
    TranslationError,
    declare_up_to_date,
    take_back_still_right,
)
from chorsu_translation.views.from_desk import FromDeskView


class ChangesView(FromDeskView):
    """The changes by word; whoever may edit the translation declares from here that it is still right."""

    template_name = "chorsu_translation/admin/desk_changes.html"
    page_title = gettext_lazy("Changes of the source")

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """Show what changed."""
        target = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
        if not target.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        found = source_changes(target)
        if found is None:
            messages.error(request, _("This page has no source that it could be compared with."))
            return redirect(self.next_url())
        plan = structure_plan(target)
        context = self.get_context_data(
            target=target,
            found=found,
            editor=editor_url(target),
            brings_in=bool(plan and plan.steps),
            next=self.next_url(),
        )
        response: HttpResponse = self.render_to_response(context)
        return response

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
