"""Mail about new reports and about what was mended in people's texts, and the choice in the account how often."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.core.cache import cache
from django.db import transaction
from django.db.models import Max, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_admin_base_url
from wagtail.models import Page, PageLogEntry
from wagtail.permissions import page_permission_policy
from wagtail.users.models import UserProfile

from chorsu_delivery.services import send
from chorsu_editorial.approvers import concerned
from chorsu_feedback.anchors import sentence_at
from chorsu_feedback.applying import APPLIED, UNDONE
from chorsu_feedback.models import MailChoice, TypoReport, a_day_ago
from chorsu_feedback.reports import find_now, open_reports_for
from chorsu_locales.limits import CLOCKS_DIFFER
from chorsu_locales.menus import MessagesPanel

logger = logging.getLogger("chorsu_feedback")

MORNING = 7  # the hour of the mail of a day, in the site's time zone
# A report's transaction may end after its minute.
MARGIN = timedelta(minutes=1)
REMINDED = 24 * 3600  # seconds
MOST_TOLD = 50  # in one mail
LONGEST_SENTENCE = 300  # characters; of a longer one the words around the mistake are quoted


def mail_reports() -> int:
    """Store a mail to each editor whose time has come; return how many. Several processes may do this at once.

    A mail tells what is new since the last one, however long ago that was: open reports about pages that the person may
    edit, and corrections that somebody else put live in what the person wrote or approved.
    """
    reports = TypoReport.objects.filter(status=TypoReport.Status.OPEN, held=False).aggregate(at=Max("created_at"))
    mends = PageLogEntry.objects.filter(action__in=(APPLIED, UNDONE)).aggregate(at=Max("timestamp"))
    newest = max((found["at"] for found in (reports, mends) if found["at"]), default=None)
    if newest is None:
        return 0
    people = functools.cache(concerned)
    MailChoice.objects.filter(told_until__gt=timezone.now() + CLOCKS_DIFFER).update(told_until=timezone.now() - MARGIN)
    users = page_permission_policy.users_with_any_permission({"change"})
    stored = 0
    for user in users.filter(is_active=True).exclude(email="").select_related("typo_mail"):
        choice = getattr(user, "typo_mail", None) or MailChoice(user=user)
        is_due = choice.told_until < period_end(choice.every) and choice.told_until <= newest
        if choice.every and is_due and user.has_perm("wagtailadmin.access_admin"):
            try:
                stored += _mail_to(user, people)
            except ValueError:
                # Rolled back: all of it comes once the address is mended. The sweep asks again every few seconds.
                if cache.add(f"chorsu_feedback.address:{user.pk}", 1, timeout=REMINDED):
                    name = user.get_username()
                    logger.warning("%s has no mail address that works; mend it under Settings > Users.", name)
    return stored


def period_end(every: str) -> datetime:
    """Return the end of the time that a mail of now tells of, for who wants mail ``every`` so often."""
    end = timezone.localtime(timezone.now() - MARGIN).replace(second=0, microsecond=0)
    if every == MailChoice.Every.HOUR:
        return end.replace(minute=0)
    if every == MailChoice.Every.DAY:
        morning = end.replace(hour=MORNING, minute=0)
        return morning if morning <= end else morning - timedelta(days=1)
    return end


@transaction.atomic
def _mail_to(user: Any, people: Callable[[Page], set[Any]]) -> bool:
    choice, _created = MailChoice.objects.select_for_update().get_or_create(user=user)
    end = period_end(choice.every)
    if choice.told_until >= end:  # another process was faster
        return False
    reports = open_reports_for(user).filter(created_at__gte=choice.told_until, created_at__lt=end)
    entries = PageLogEntry.objects.filter(
        action__in=(APPLIED, UNDONE), timestamp__gte=choice.told_until, timestamp__lt=end
    )
    mends = [
        entry
        for entry in entries.exclude(user=user)
        .exclude(data__where__in=("draft", "review"))
        .select_related("user", "page")
        if user.pk in people(entry.page) and entry.page.permissions_for_user(user).can_edit()
    ]
    choice.told_until = end
    choice.save(update_fields=["told_until"])
    count = reports.count()
    if not count and not mends:
        return False
    with translation.override(UserProfile.get_for_user(user).get_preferred_language()):
        subject, _, body = _text(reports, count, mends).partition("\n")
    key = f"typos:{user.pk}:{end:%Y-%m-%dT%H:%M%z}"
    send(channel="mail", recipient=user.email, subject=subject, body=f"{body.strip()}\n", key=key)
    return True


def _text(reports: QuerySet[TypoReport], count: int, mends: Sequence[PageLogEntry]) -> str:
    site = (get_admin_base_url() or "").rstrip("/")
    told = reports.select_related("page", "locale").order_by("page__title", "page_id", "pk")[:MOST_TOLD]
    pages = []
    for _pk, group in groupby(told, key=lambda report: report.page_id):
        together = list(group)
        page = together[0].page.specific
        pages.append({"page": page, "reports": [quoted(report, page, site) for report in together]})
    context = {
        "count": count,
        "more": max(0, count - MOST_TOLD),
        "pages": pages,
        "mends": [
            {"entry": entry, "url": f"{site}{reverse('wagtailadmin_pages:history', args=[entry.page_id])}"}
            for entry in mends[:MOST_TOLD]
        ],
        "mended": len(mends),
        "url": f"{site}{reverse('chorsu_feedback_admin:index')}?status={TypoReport.Status.OPEN}",
        "account_url": f"{site}{reverse('wagtailadmin_account')}",
    }
    return render_to_string("chorsu_feedback/mail/reports.txt", context).strip()


def quoted(report: TypoReport, page: Page, site: str) -> dict[str, Any]:
    """Return a report with its sentence as it is and as it should be, as far as that is known."""
    before, after = report.before, report.after
    match = find_now(report, page, revision_id=page.live_revision_id)
    if match:
        start, end = sentence_at(match.leaf, match.start, match.end, page.locale.language_code)
        if end - start <= LONGEST_SENTENCE:
            before, after = match.leaf.text[start : match.start], match.leaf.text[match.end : end]
    return {
        "report": report,
        "old": f"{before}{report.selected}{after}",
        "new": f"{before}{report.suggestion}{after}" if report.suggestion else "",
        "url": f"{site}{reverse('chorsu_feedback_admin:detail', args=[report.pk])}",
    }


class MailChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """How often; ``instance`` is the user, as Wagtail's account page has it."""

    class Meta:
        model = MailChoice
        fields = ["every"]

    def __init__(self, data: Any = None, files: Any = None, *, instance: Any, prefix: str) -> None:
        choice = getattr(instance, "typo_mail", None) or MailChoice(user=instance)
        super().__init__(data, files, instance=choice, prefix=prefix)

    def save(self, commit: bool = True) -> MailChoice:
        # Who had no choice, or wanted no mail, isn't told of what is older than a day.
        self.instance.told_until = max(self.instance.told_until, a_day_ago())
        choice: MailChoice = super().save(commit)
        return choice


class TypoMailPanel(MessagesPanel):
    """How often somebody gets mail about typo reports."""

    name = "typo_mail"
    title = _("Typo reports")
    order = 200
    form_class = MailChoiceForm
