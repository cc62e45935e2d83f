"""What is known of single units of a translation."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page, Revision

from chorsu_translation.models.people import person_field


class UnitOfTranslation(models.Model):
    """A unit of a translation: the content path and index of a paragraph, heading or list item."""

    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=255)
    index = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.target_id}: {self.path} {self.index}"


class UnitMark(UnitOfTranslation):
    """Somebody says that a unit of the translation says what the source's unit says whose hash is ``source_hash``.

    ``kept``: the source has this unit no longer, and the translation keeps it on purpose.
    """

    source_hash = models.CharField(max_length=64)
    kept = models.BooleanField(default=False)
    marked_by = person_field(_("marked by"), related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("unit marked as done")
        verbose_name_plural = _("units marked as done")
        constraints = [
            models.UniqueConstraint(
                fields=("target", "path", "index", "source_hash", "kept"), name="chorsu_translation_one_mark"
            )
        ]


class FindingDismissal(UnitOfTranslation):
    """A finding of a check that somebody looked at and let stand, as long as the unit's text has this hash."""

    check_name = models.CharField(max_length=64)
    text_hash = models.CharField(max_length=64)
    dismissed_by = person_field(_("dismissed by"), related_name="+")
    dismissed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("dismissed finding")
        verbose_name_plural = _("dismissed findings")
        constraints = [
            models.UniqueConstraint(
                fields=("target", "path", "index", "check_name"), name="chorsu_translation_one_dismissal"
            )
        ]


class FindingsExplained(models.Model):
    """Why somebody submitted, or published, a version with open findings; ``findings`` are their texts then."""

    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("explanation"), max_length=2000)
    findings = models.JSONField(default=list)
    explained_by = person_field(_("explained by"), related_name="+")
    explained_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("explanation of findings")
        verbose_name_plural = _("explanations of findings")

    def __str__(self) -> str:
        return f"{self.target_id}: {self.text[:40]}"


class UnitPair(models.Model):
    """A unit of a source and its published translation, offered where the same unit is translated again.

    ``source_hash`` is the SHA-256 of the source unit's inner HTML; ``html`` is the translated unit's.
    """

    source_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    target_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    source_hash = models.CharField(max_length=64)
    html = models.TextField()
    target = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=255)
    index = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("translated unit")
        verbose_name_plural = _("translated units")
        constraints = [models.UniqueConstraint(fields=("target", "path", "index"), name="chorsu_translation_one_pair")]
        indexes = [
            models.Index(fields=("source_locale", "target_locale", "source_hash"), name="chorsu_translation_pair")
        ]

    def __str__(self) -> str:
        return f"{self.target_id}: {self.path} {self.index}"
