"""What is stored about translations. Their states are computed from it: see ``chorsu_translation.selectors``."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class TranslationLink(models.Model):
    """The source page that ``target`` was translated from."""

    target = models.OneToOneField(
        Page, verbose_name=_("translation"), on_delete=models.CASCADE, related_name="translation_link"
    )
    source = models.ForeignKey(
        Page, verbose_name=_("source"), null=True, on_delete=models.SET_NULL, related_name="translation_links"
    )

    class Meta:
        verbose_name = _("translation link")
        verbose_name_plural = _("translation links")

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


class Baseline(models.Model):
    """The source as it was when the translation was last brought up to date with it.

    ``units`` is a list of ``[content path, index, inner HTML]``, one per paragraph, heading or list item of the
    source; ``digest`` is its SHA-256 in hexadecimal. ``reading`` says by which way of reading pages it was taken: see
    ``snapshots.READING``.
    """

    target = models.OneToOneField(
        Page, verbose_name=_("translation"), on_delete=models.CASCADE, related_name="translation_baseline"
    )
    digest = models.CharField(max_length=64)
    units = models.JSONField(default=list)
    reading = models.PositiveSmallIntegerField(default=0, editable=False)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    declared_at = models.DateTimeField(_("declared at"))

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")

    def __str__(self) -> str:
        return f"{self.target_id}: {self.digest[:8]}"


class PublishedUnits(models.Model):
    """The digest of a page's published text, and since when it is that; ``reading`` as in ``Baseline``."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="published_units")
    digest = models.CharField(max_length=64)
    reading = models.PositiveSmallIntegerField(default=0, editable=False)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("published units")
        verbose_name_plural = _("published units")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.digest[:8]}"
