"""What is wanted of translations, and what isn't."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale, Page

from chorsu_translation.models.people import person_field


class ArticleInLanguage(models.Model):
    """One article in one language, whether a page of it is there or not."""

    translation_key = models.UUIDField(db_index=True)
    locale = models.ForeignKey(Locale, verbose_name=_("language"), on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.translation_key} ({self.locale_id})"


class TranslationRequest(ArticleInLanguage):
    """Somebody wants a translation made or brought up to date; done when it is live and up to date."""

    assignee = person_field(_("assignee"), related_name="translation_requests")
    due = models.DateField(_("due"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    requested_by = person_field(_("requested by"), related_name="+")
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("translation request")
        verbose_name_plural = _("translation requests")
        constraints = [
            models.UniqueConstraint(
                fields=("translation_key", "locale"),
                condition=Q(done_at__isnull=True),
                name="chorsu_translation_one_open_request",
            )
        ]


class NotPlanned(ArticleInLanguage):
    """The decision that an article isn't translated into a language."""

    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    decided_by = person_field(_("decided by"), related_name="+")
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("decision about a translation", "not planned")
        verbose_name_plural = pgettext_lazy("decision about a translation", "not planned")
        constraints = [
            models.UniqueConstraint(fields=("translation_key", "locale"), name="chorsu_translation_one_not_planned")
        ]


class NotPlannedRule(models.Model):
    """Articles of originals below ``section``, or older than so many days, aren't translated into a language.

    Where both are given both must hold; one of them must be given.
    """

    locale = models.ForeignKey(Locale, verbose_name=_("language"), on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(
        Page,
        verbose_name=pgettext_lazy("rule for translations", "section"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    older_than_days = models.PositiveIntegerField(_("older than (days)"), null=True, blank=True)
    decided_by = person_field(_("decided by"), related_name="+", editable=False)
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rule for what is not translated")
        verbose_name_plural = _("rules for what is not translated")

    def __str__(self) -> str:
        return f"{self.locale_id}: {self.section_id or '*'}, {self.older_than_days or '*'}"
