"""Bring in the changes of structure: a preview that says exactly what will happen, and the press that does it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from chorsu_translation.conf import get_settings
from chorsu_translation.selectors.structure import structure_plan
from chorsu_translation.services.errors import TranslationError
from chorsu_translation.services.structure import StructureChangedError, bring_in_structure, check_editable
from chorsu_translation.structure import Step


class StructureView(WagtailAdminTemplateMixin, View):
    """Show what the source has that the translation hasn't, and bring it in as a draft."""

    template_name = "chorsu_translation/admin/structure.html"
    page_title = gettext_lazy("Bring in the changes of structure")
    header_icon = "list-ul"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in who can edit the page now; the others are told why they can't."""
        self.target = get_object_or_404(Page.objects.select_related("locale"), pk=kwargs["page_id"])
        if not request.user.is_authenticated:
            raise PermissionDenied
        try:
            check_editable(target=self.target, user=request.user)
        except TranslationError as error:
            messages.error(request, str(error))
            return redirect("wagtailadmin_pages:edit", self.target.pk)
        return super().dispatch(request, *args, **kwargs)

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Show what would be done."""
        return self.show()

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Do what was shown, as far as it was chosen."""
        try:
            revision = bring_in_structure(
                target=self.target,
                user=request.user,
                token=request.POST.get("token", ""),
                wanted=frozenset(request.POST.getlist("step")),
            )
        except StructureChangedError as error:
            messages.error(request, str(error))
            return self.show(status=409)
        except TranslationError as error:
            messages.error(request, str(error))
            return redirect("wagtailadmin_pages:edit", self.target.pk)
        if revision is None:
            messages.warning(request, _("Nothing was chosen, so nothing was done."))
            return redirect(request.path)
        history = reverse("wagtailadmin_pages:history", args=[self.target.pk])
        messages.success(
            request,
            _("The changes of structure were brought into the draft. To undo it, go back to the version before."),
            buttons=[messages.button(history, _("History"))],
        )
        return redirect("wagtailadmin_pages:edit", self.target.pk)

    def show(self, status: int = 200) -> HttpResponse:
        """Return the preview."""
        plan = structure_plan(self.target)
        if plan is None:
            messages.error(self.request, _("This page has no source that it could be compared with."))
            return redirect("wagtailadmin_pages:edit", self.target.pk)
        rows = [(step, sentence(step)) for step in plan.steps]
        context = self.get_context_data(
            target=self.target,
            source=plan.source,
            token=plan.token,
            rows=rows,
            can_apply=any(step.kind != "by_hand" for step in plan.steps),
        )
        response: HttpResponse = self.render_to_response(context, status=status)
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way to the page."""
        edit = reverse("wagtailadmin_pages:edit", args=[self.target.pk])
        items = super().get_breadcrumbs_items()
        return [*items, {"url": edit, "label": self.target.title}, {"url": "", "label": self.page_title}]


def sentence(step: Step) -> str:
    """Say what a step does."""
    facts = {"words": step.words, "before": step.before, "after": step.after}
    if step.kind == "insert":
        return " ".join([_insertion(step), _filling()])
    if step.kind == "remove":
        text = (
            _("Only the translation has it: “%(words)s”.") if step.own else _("No longer in the source: “%(words)s”.")
        )
        return text % facts
    if step.kind == "move":
        text = (
            _("Moves behind “%(before)s”: “%(words)s”.") if step.before else _("Moves to the beginning: “%(words)s”.")
        )
        return text % facts
    if step.kind == "by_hand":
        return _("The source's has another shape, or other numbers. Change it by hand.")
    if step.kind == "set" and step.before == step.after:
        return _("Its numbers and settings become those of the source.")
    text = _("Now “%(before)s”, in the source “%(after)s”.")
    return f"{text % facts} {_('It was changed for the translation.')}" if step.own else text % facts


def _insertion(step: Step) -> str:
    facts = {"words": step.words, "before": step.before}
    if step.before:
        return _("New: “%(words)s”, behind “%(before)s”.") % facts
    return _("New, at the beginning: “%(words)s”.") % facts


def _filling() -> str:
    if get_settings().start_with == "empty":
        return _("It comes without text.")
    return _("It comes with the source's text.")
