"""A retraction as two people make one."""

from __future__ import annotations

from wagtail.models import Page

from chorsu_translation.models import Withdrawal, WithdrawalProposal
from chorsu_translation.retracted import retraction_of
from chorsu_translation.withdrawal import decide, propose
from tests.factories import make_user


def retract(page: Page, **sentences: str) -> Withdrawal:
    """Retract an article with these sentences by language: one for each in which it is live."""
    by_two(page, "retract", sentences)
    found = retraction_of(page)
    assert found
    return found


def bring_back(page: Page) -> None:
    """Bring an article back."""
    by_two(page, "bring_back", {})


def by_two(page: Page, act: str, sentences: dict[str, str]) -> None:
    """Have one person propose an act and another confirm it."""
    propose(page=page, user=make_user(superuser=True), act=act, reason="It was invented.", sentences=sentences)
    waiting = WithdrawalProposal.objects.get(translation_key=page.translation_key)
    decide(proposal_id=waiting.pk, page=page, user=make_user(superuser=True))
