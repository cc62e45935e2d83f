"""Typo reports as stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale, Page, Revision

from chorsu_feedback.anchors import CONTEXT, Anchor
from chorsu_locales.limits import AttemptCountBase


def this_minute() -> datetime:
    """Return the time without seconds: a finer one could be compared with a web server's log."""
    return timezone.now().replace(second=0, microsecond=0)


class TypoReport(models.Model):
    """A mistake on a page, as a reader saw it. No address and no browser's name is stored.

    ``selected``, ``before``, ``after``, ``path``, ``offset`` and ``total`` are the anchor (``anchors.py``).
    ``revision`` is the live revision that the reader had on the screen, where known. ``step`` is how the words were
    found when the report came, ``applied`` what an editor put there from the report. ``flags`` are what is doubtful
    about the suggestion (``mending.flags_of``), with spaces between. ``spot`` is the same for reports of the same words
    in the same place; ``count`` is how many readers sent exactly this report. ``held``: it came when too many had come
    about its page; ``by_editor``: no reader sent it, an editor found the same mistake elsewhere.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("state of a typo report", "Open")
        FIXED = "fixed", pgettext_lazy("state of a typo report", "Fixed")
        NOT_A_MISTAKE = "not_a_mistake", pgettext_lazy("state of a typo report", "Not a mistake")
        CHANGED = "changed", pgettext_lazy("state of a typo report", "Text changed")
        SPAM = "spam", pgettext_lazy("state of a typo report", "Spam")
        DUPLICATE = "duplicate", pgettext_lazy("state of a typo report", "Duplicate")

    class Step(models.TextChoices):
        SAME_LEAF = "A", _("In the same place")
        OTHER_LEAF = "B", _("In another place")
        NOT_FOUND = "", _("Not found")

    page = models.ForeignKey(Page, verbose_name=_("page"), on_delete=models.CASCADE, related_name="typo_reports")
    locale = models.ForeignKey(Locale, verbose_name=_("language"), on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(
        Revision, verbose_name=_("version"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    path = models.CharField(_("content path"), max_length=500, blank=True)
    offset = models.PositiveIntegerField(_("offset"), null=True, blank=True)
    total = models.PositiveIntegerField(default=1, editable=False)
    selected = models.TextField(_("words"))
    before = models.CharField(_("before"), max_length=CONTEXT, blank=True)
    after = models.CharField(_("after"), max_length=CONTEXT, blank=True)
    step = models.CharField(_("found"), max_length=1, choices=Step, default=Step.NOT_FOUND, blank=True)
    spot = models.CharField(max_length=64, editable=False)
    suggestion = models.TextField(_("suggestion"), blank=True)
    flags = models.CharField(max_length=60, blank=True, editable=False)
    comment = models.TextField(_("comment"), blank=True)
    applied = models.TextField(_("applied"), blank=True, editable=False)
    count = models.PositiveIntegerField(_("times reported"), default=1)
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(_("reported"), default=this_minute, editable=False)
    last_reported_at = models.DateTimeField(_("last reported"), default=this_minute, editable=False)
    held = models.BooleanField(_("held apart"), default=False, editable=False)
    by_editor = models.BooleanField(_("found by an editor"), default=False, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("typo report")
        verbose_name_plural = _("typo reports")
        default_permissions = ()
        permissions = [("mend_live", _("Can mend typos on live pages"))]
        indexes = [
            models.Index(fields=["status", "-last_reported_at"], name="feedback_status_newest"),
            models.Index(fields=["page", "spot"], name="feedback_page_spot"),
        ]

    def __str__(self) -> str:
        return self.selected if len(self.selected) <= 60 else f"{self.selected[:59]}…"

    @property
    def anchor(self) -> Anchor:
        """Return where the reader saw the words."""
        return Anchor(self.selected, self.before, self.after, self.path, self.offset, self.total)

    @property
    def is_open(self) -> bool:
        """Whether nobody has dealt with the report yet."""
        return self.status == self.Status.OPEN


def a_day_ago() -> datetime:
    """Return the minute a day ago: the first mail to somebody tells of what came since."""
    return this_minute() - timedelta(days=1)


class MailChoice(models.Model):
    """How often somebody gets mail about new reports, and the minute before which they were told of what came."""

    class Every(models.TextChoices):
        MINUTE = "minute", pgettext_lazy("mail about typo reports", "At once")
        HOUR = "hour", pgettext_lazy("mail about typo reports", "Every hour")
        DAY = "day", pgettext_lazy("mail about typo reports", "Every day")
        NEVER = "", pgettext_lazy("mail about typo reports", "Never")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="typo_mail"
    )
    every = models.CharField(_("mail about new reports"), max_length=6, choices=Every, default=Every.DAY, blank=True)
    told_until = models.DateTimeField(default=a_day_ago, editable=False)

    def __str__(self) -> str:
        return self.get_every_display()


class ReportCount(AttemptCountBase):
    """How many reports came from a network, or about a page."""


class LimitKey(models.Model):
    """The key of a day (UTC), under which networks are counted."""

    day = models.DateField(unique=True)
    secret = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)
