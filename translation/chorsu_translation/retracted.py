"""Which articles are retracted: nothing of them goes live before two people bring them back."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.refusals import Refusal
from chorsu_translation.models import Withdrawal, WithdrawalProposal


def retractions() -> QuerySet[Withdrawal]:
    """Return the retractions that hold; ``notices`` has a key for each language with a sentence for readers."""
    return Withdrawal.objects.filter(notices__isnull=False, undone_at__isnull=True)


def retraction_of(page: Page) -> Withdrawal | None:
    """Return the retraction of a page's article, whatever the page's language; None where it isn't retracted."""
    return retractions().filter(translation_key=page.translation_key).order_by("pk").last()


def refuse_publication(page: Page) -> None:
    """Raise ``Refusal`` where a page that is to go live belongs to a retracted article."""
    if connection.in_atomic_block:
        # Who confirms a retraction at this moment locks the same: one of the two is first. The proposal stands for
        # pages that were made in this transaction, which the other one can't see.
        lock_pages([page.pk])
        list(WithdrawalProposal.objects.select_for_update().filter(translation_key=page.translation_key))
    if retraction_of(page):
        raise Refusal(_("This article is retracted: nothing of it goes live until it is brought back."))
