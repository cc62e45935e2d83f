"""Joins feedback and delivery: reviewers hear of a reader's correction in what they review, teams of new reports."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.utils import translation
from wagtail.models import Page

from chorsu_articles.lists import open_to_all
from chorsu_delivery.services import send
from chorsu_delivery.telegram import is_on
from chorsu_editorial.links import editor_url
from chorsu_editorial.models import FourEyesTaskState
from chorsu_feedback.mail import quoted
from chorsu_feedback.models import TypoReport
from chorsu_feedback.signals import report_applied, report_received
from cms.models import LanguageChats, User
from cms.newsroom.messages import mail_people, render_mail, team
from cms.wiring.editorial_delivery import reviewers, wants_mail

logger = logging.getLogger("cms.newsroom")


@receiver(report_received, dispatch_uid="chorsu_wiring.report_received")
def reported(*, report: TypoReport, merged: bool, **_: Any) -> None:
    """Tell the language's team of a new report about a page that everybody may read."""
    if merged or report.held or not is_on():
        return
    chats = LanguageChats.objects.filter(locale=report.locale, typo_reports=True).exclude(team_chat="")
    page = open_to_all(Page.objects.filter(pk=report.page_id)).first()
    if page is None or not chats.exists():
        return
    code = report.locale.language_code
    facts = quoted(report, page.specific, settings.WAGTAILADMIN_BASE_URL)
    with translation.override(code):
        message = render_mail("typo_report", {"page": page, **facts})
    text = f"{message['subject']}\n\n{message['body']}"
    try:
        send(channel="telegram", recipient=team(code), subject=message["subject"], body=text, key=f"typo:{report.pk}")
    except ValueError:
        logger.exception("Typo report %s isn't told to the team: see Settings > Telegram.", report.pk)


@receiver(report_applied, dispatch_uid="chorsu_wiring.mended_in_review")
def mended_in_review(*, report: TypoReport, user: User, words: str, **_: Any) -> None:
    """Tell who may approve; where the correction itself began the review, they are told of that."""
    page = Page.objects.get(pk=report.page_id)
    state = page.current_workflow_task_state
    if not isinstance(state, FourEyesTaskState) or state.submitted.pk == page.latest_revision_id:
        return
    context = {
        "page": page.get_latest_revision_as_object(),
        "actor": user,
        "report": report,
        "words": words,
        "edit_url": f"{settings.WAGTAILADMIN_BASE_URL}{editor_url(page)}",
    }
    people = [person for person in reviewers(state) if person != user and wants_mail(person, "mended")]
    mail_people(people, "mended", context, key=f"mended:{report.pk}:{page.latest_revision_id}")
