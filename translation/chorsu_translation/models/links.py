"""Which page was translated from which, and from what text of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from chorsu_translation.models.people import person_field


class Baseline(models.Model):
    """The source as it was when a version of the translation was brought up to date with it.

    It counts for ``revision`` and for those that are made from it, until one of them has a baseline of its own;
    without a revision it counts for all that have none. ``units`` is a list of ``[content path, index, inner HTML]``,
    one per paragraph, heading or list item of the source; ``digest`` is its SHA-256 in hexadecimal. ``reading`` says by
    which way of reading pages it was taken: see ``snapshots.READING``. ``former`` is what counted for the version
    before somebody found it still right: see ``services.still_right``.
    """

    class How(models.TextChoices):
        """What the person did."""

        STARTED = "started", _("Began the translation")
        LINKED = "linked", _("Linked the pages")
        TRANSLATED = "translated", _("Translated the changes")
        STILL_RIGHT = "still_right", _("Found the translation still right")

    target = models.ForeignKey(
        Page, verbose_name=_("translation"), on_delete=models.CASCADE, related_name="translation_baselines"
    )
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    source = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    digest = models.CharField(max_length=64)
    units = models.JSONField(default=list)
    reading = models.PositiveSmallIntegerField(default=0, editable=False)
    how = models.CharField(max_length=16, choices=How.choices, default=How.STARTED)
    declared_by = person_field(_("declared by"), related_name="+")
    declared_at = models.DateTimeField(_("declared at"))
    former = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")

    def __str__(self) -> str:
        return f"{self.target_id}: {self.digest[:8]}"


class TranslationLink(models.Model):
    """The source page that ``target`` was translated from.

    ``adapted``: the target tells it in its own way and is never compared. ``live_baseline`` is the one that the live
    version of the target carries. The counts say what of the source has changed since that baseline; they are kept
    here for lists, renewed whenever either side is published (``services.refresh_link``), and never decide a state.
    """

    target = models.OneToOneField(
        Page, verbose_name=_("translation"), on_delete=models.CASCADE, related_name="translation_link"
    )
    source = models.ForeignKey(
        Page, verbose_name=_("source"), null=True, on_delete=models.SET_NULL, related_name="translation_links"
    )
    adapted = models.BooleanField(_("adapted"), default=False)
    live_baseline = models.ForeignKey(Baseline, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    changed_units = models.PositiveIntegerField(_("changed paragraphs"), default=0, editable=False)
    changed_words = models.PositiveIntegerField(_("changed words"), default=0, editable=False)
    changed_since = models.DateTimeField(_("changed since"), null=True, editable=False)

    class Meta:
        verbose_name = _("translation link")
        verbose_name_plural = _("translation links")

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


class PublishedUnits(models.Model):
    """The digest of a page's published text, its length, and since when it is that; ``reading`` as in ``Baseline``.

    ``unit_since`` says since when readers have been shown each unit, in seconds of the epoch by
    ``selectors.source_texts.unit_key``; empty where nothing was published since this is kept.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="published_units")
    digest = models.CharField(max_length=64)
    reading = models.PositiveSmallIntegerField(default=0, editable=False)
    unit_count = models.PositiveIntegerField(default=0)
    words = models.PositiveIntegerField(_("words"), default=0)
    since = models.DateTimeField(_("since"))
    unit_since = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("published units")
        verbose_name_plural = _("published units")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.digest[:8]}"
