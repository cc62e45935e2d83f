"""Correct a live article: a sentence for its readers goes into the draft, which a second person approves as any."""

from __future__ import annotations

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
from chorsu_editorial.approval import PUBLIC_ACTS
from chorsu_editorial.lock_order import lock_pages

CORRECTED = "chorsu_articles.correct"
PUBLIC_ACTS.add(CORRECTED)


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What was wrong, and what is right?"),
        help_text=gettext_lazy("One sentence for readers, in the language of the text. They see the day it went live."),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        max_length=500,
    )


def may_correct(user: Any, page: Page) -> bool:
    """Return whether the user may begin a correction: who may edit a live article that isn't locked."""
    rights = page.permissions_for_user(user)
    is_article = page.live and not page.alias_of_id and issubclass(page.specific_class or Page, Publication)
    return bool(is_article and rights.can_edit() and not rights.page_locked())


def append_correction(page: Publication, text: str) -> None:
    page.corrections.add(Correction(text=text, sort_order=len(page.corrections.all())))


@transaction.atomic
def correct(*, page: Page, user: Any, text: str) -> None:
    """Put a sentence into the latest version of a live article, as a draft; raises ``PermissionDenied``."""
    page = lock_pages([page.pk])[page.pk]
    if not may_correct(user, page):
        raise PermissionDenied
    version = page.get_latest_revision_as_object()
    append_correction(version, text)
    revision = version.save_revision(user=user, clean=False)  # a draft may lack what a publication needs
    log(instance=version, action=CORRECTED, user=user, revision=revision, data={"reason": text})


def correct_view(request: HttpRequest, page_id: int) -> HttpResponse:
    page = get_object_or_404(Page, pk=page_id)
    if not may_correct(request.user, page):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        correct(page=page, user=request.user, text=form.cleaned_data["text"])
        text = _("The sentence is in the draft, under Corrections. Now change the text where it was wrong, and submit.")
        messages.success(request, text)
        return redirect("wagtailadmin_pages:edit", page.pk)
    context, status = {"page": page, "form": form}, 422 if form.is_bound else 200
    return render(request, "chorsu_articles/admin/correct.html", context, status=status)


@hooks.register("register_page_header_buttons")
def offer_correction(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:  # noqa: ARG001
    url = reverse("chorsu_articles_admin:correct", args=[page.pk])
    return [Button(_("Correct"), url, icon_name="warning", priority=59)] if may_correct(user, page) else []
