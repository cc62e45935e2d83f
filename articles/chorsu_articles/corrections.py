"""Correct a live article: a sentence for its readers goes into the draft, which a second person approves as any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.log_actions import log
from wagtail.models import Page

from chorsu_articles.models import Correction, Publication
from chorsu_editorial.lock_order import lock_pages
from chorsu_locales.normal_form import normal_text

CORRECTED = "chorsu_articles.correct"


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What was wrong, and what is right?"),
        help_text=gettext_lazy(
            "One sentence for readers, in the language of the text. It gets the day on which it goes live."
        ),
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
    )


def may_correct(user: Any, page: Page) -> bool:
    """Return whether the user may begin a correction: who may edit a live article, which nobody keeps locked."""
    if not page.live or page.alias_of_id or not issubclass(page.specific_class or Page, Publication):
        return False
    rights = page.permissions_for_user(user)
    return bool(rights.can_edit() and not rights.page_locked())


def append_correction(page: Publication, text: str) -> None:
    page.corrections.add(Correction(text=text, sort_order=len(page.corrections.all())))


@transaction.atomic
def correct(*, page: Page, user: Any, text: str) -> None:
    """Put a sentence into the latest version of a live article, as a draft; raises ``PermissionDenied``."""
    page = lock_pages([page.pk])[page.pk]
    if not may_correct(user, page):
        raise PermissionDenied
    version = page.get_latest_revision_as_object()
    append_correction(version, text := normal_text(text))
    revision = version.save_revision(user=user, clean=False)  # a draft may lack what a publication needs
    log(instance=version, action=CORRECTED, user=user, revision=revision, data={"text": text})


def correct_view(request: HttpRequest, page_id: int) -> HttpResponse:
    page = get_object_or_404(Page, pk=page_id)
    if not may_correct(request.user, page):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        correct(page=page, user=request.user, text=form.cleaned_data["text"])
        text = _(
            "The sentence is in the draft, under Corrections. Now change the text where it is wrong, and submit it."
        )
        messages.success(request, text)
        return redirect("wagtailadmin_pages:edit", page.pk)
    above = {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.get_admin_display_title()}
    context = {
        "page": page,
        "form": form,
        "header_title": _("Correct"),
        "header_icon": "edit",
        "breadcrumbs_items": [above, {"url": "", "label": _("Correct")}],
        "waiting": [row for row in page.get_latest_revision_as_object().corrections.all() if row.date is None],
    }
    return render(request, "chorsu_articles/admin/correct.html", context, status=422 if form.is_bound else 200)


@hooks.register("register_page_header_buttons")
def offer_correction(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    if may_correct(user, page):
        url = reverse("chorsu_articles_admin:correct", args=[page.pk])
        yield Button(_("Correct"), url, icon_name="edit", priority=59)
