"""Which articles are retracted; none of their pages goes live until they are brought back by two people."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.refusals import Refusal
from chorsu_translation.models import Withdrawal, WithdrawalProposal


def retractions() -> QuerySet[Withdrawal]:
    """Return the retractions that hold; ``notices`` has a key for each language with a sentence for readers."""
    return Withdrawal.objects.filter(notices__isnull=False, undone_at__isnull=True)


def retraction_of(page: Page) -> Withdrawal | None:
    """Return the retraction of a page's article, whatever the page's language; None where it isn't retracted."""
    return retractions().filter(translation_key=page.translation_key).order_by("pk").last()


def retracted_articles() -> QuerySet[Any, Any]:
    """Return the translation keys of the retracted articles."""
    return retractions().order_by().values("translation_key")


def refuse_page(page: Page, update_fields: Any = None) -> None:
    """Refuse to save a page as live, by whatever way, where its article is retracted. Raises ``Refusal``."""
    if page.live and (update_fields is None or "live" in update_fields):
        _refuse(page)


def refuse_schedule(revision: Revision) -> None:
    """Refuse to schedule a version of a retracted article. Raises ``Refusal``."""
    model = revision.base_content_type.model_class()
    if revision.approved_go_live_at and model is not None and issubclass(model, Page):
        page = Page.objects.filter(pk=revision.object_id).first()
        if page is not None:
            _refuse(page)


def _refuse(page: Page) -> None:
    if connection.in_atomic_block:
        # Who confirms a retraction at this moment goes first, or sees what was published here: the rows are locked in
        # their order, and a page that is made in this transaction is one that nobody else can lock.
        lock_pages([page.pk])
        proposals = WithdrawalProposal.objects.filter(translation_key=page.translation_key)
        list(proposals.select_for_update().order_by("pk"))
    if retraction_of(page):
        raise Refusal(_("This article is retracted: nothing of it goes live until it is brought back."))
