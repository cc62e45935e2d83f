"""What was brought in, from where, and by which run."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Page

from chorsu_archive.items import sentence_of
from chorsu_delivery.leases import LeasedQuerySet, LeasedRow


class ImportRun(LeasedRow):
    """One reading of an archive: of all its items, or, in a preview, of none for good.

    ``identity`` is the archive's, empty until ``advance`` has opened it. ``position`` counts the items that are done,
    or, while it waits, what is done beside them: an interrupted run goes on behind. ``counts`` has numbers by what
    happened to items: ``created``, ``changed``, ``unchanged``, ``kept`` (an editor touched it since), ``left_out`` (by
    the mapping, or older than was asked for), ``messages`` (of people, which never come), ``failed``; and, once it is
    taken back, of what ``stays``. ``error`` is a sentence of the catalogues, in English, that ``error_values`` fill.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for its turn")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Ended by an error")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    identity = models.CharField(pgettext_lazy("archive", "source"), max_length=255)
    format = models.CharField(_("format"), max_length=40)
    path = models.CharField(_("file"), max_length=500)
    options = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    is_preview = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    error_values = models.JSONField(null=True)

    objects = LeasedQuerySet["ImportRun"].as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ()
        permissions = [("import_archive", _("Can import archives"))]

    def __str__(self) -> str:
        return self.identity or Path(self.path).name

    @property
    def problem(self) -> str:
        """What ended it, in the language of who asks."""
        return sentence_of(self.error, self.error_values)


class ImportedItem(models.Model):
    """An article, file, person or another object that came from an archive, by its key there.

    ``run`` is the last one that had something to say of it, ``made_by`` the one that made the object: ``page``, or what
    else has the key ``object_id``; ``model`` names it where the kind doesn't. ``what`` happened to an article is a key
    of ``ImportRun.counts``; other pages are ``live`` or ``draft``. ``original``: its translations were made from it, as
    far as the source says so. ``digest`` is that of what the source said, so a later run knows what changed there;
    ``content_hash`` that of what was made beside pages, so undoing knows what an editor touched since. ``notes`` are
    the report's: what ``items.Note`` is made of.
    """

    class Kind(models.TextChoices):
        # An article, and any other page.
        PAGE = "page"
        STRUCTURE = "structure"
        PICTURE = "picture"
        DOCUMENT = "document"
        PERSON = "person"
        TOPIC = "topic"
        # A row of any other one.
        VOCABULARY = "vocabulary"
        REDIRECT = "redirect"

    identity = models.CharField(max_length=255)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=255)
    model = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=20, blank=True)
    group = models.CharField(max_length=255, blank=True)
    object_id = models.PositiveBigIntegerField(null=True)
    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    original = models.BooleanField(default=False)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="items")
    made_by = models.ForeignKey(ImportRun, null=True, on_delete=models.SET_NULL, related_name="+")
    # The key of the revision that ``run`` changed, if it did: undoing goes back to it.
    before = models.PositiveBigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=255, blank=True)
    what = models.CharField(max_length=10, blank=True)
    notes = models.JSONField(default=list)
    addresses = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "kind", "key"], name="archive_item_once"),
        ]
        indexes = [
            models.Index(fields=["run", "kind", "what"], name="archive_item_run"),
            models.Index(fields=["identity", "group"], name="archive_item_group"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
