"""What happened; kept when pages are deleted."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chorsu_translation.models.people import name_of, person_field
from chorsu_translation.models.requests import ArticleInLanguage


class PublishedVersion(ArticleInLanguage):
    """That a version of a page went live with another text than before: kept when the page is deleted.

    ``page_id``, ``revision_id`` and ``source_id`` are keys of what may be gone. ``words`` are those of the version,
    ``translated_words`` those of the source's units that were new or changed since the version before.
    ``translators`` changed the version since the one before; in an original they are its authors. People are known by
    their accounts; the names stand here once an account is deleted, so that a protected author's never does.
    """

    page_id = models.PositiveIntegerField(db_index=True)
    revision_id = models.PositiveIntegerField(null=True, db_index=True)
    title = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    words = models.PositiveIntegerField(default=0)
    translated_words = models.PositiveIntegerField(default=0)
    source_id = models.PositiveIntegerField(null=True)
    source_title = models.CharField(max_length=255, blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    source_since = models.DateTimeField(null=True)
    translators = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("translators"), related_name="+")
    translator_names = models.JSONField(default=list)
    reviewer = person_field(_("reviewer"), related_name="+")
    reviewer_name = models.CharField(max_length=255, blank=True)
    publisher = person_field(_("publisher"), related_name="+")
    publisher_name = models.CharField(max_length=255, blank=True)
    published_at = models.DateTimeField(_("published at"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")

    @property
    def translated_by(self) -> str:
        """Return the names of the translators, or of the authors of an original."""
        return ", ".join([*map(name_of, self.translators.all()), *self.translator_names])

    @property
    def reviewed_by(self) -> str:
        """Return the reviewer's name."""
        return name_of(self.reviewer) or self.reviewer_name

    @property
    def published_by(self) -> str:
        """Return the publisher's name; empty where a program published it, for example on time."""
        return name_of(self.publisher) or self.publisher_name


class Withdrawal(models.Model):
    """An article was taken down in every language.

    ``pages`` holds per page what bringing it back needs: its id, language, revision, and schedule.
    """

    translation_key = models.UUIDField(db_index=True)
    title = models.CharField(max_length=255)
    reason = models.TextField(_("reason"), max_length=2000)
    pages = models.JSONField(default=list)
    withdrawn_by = person_field(_("withdrawn by"), related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), default=timezone.now)
    undone_by = person_field(_("brought back by"), related_name="+")
    undone_at = models.DateTimeField(_("brought back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        permissions: ClassVar = [
            ("withdraw_everywhere", "Can take an article down in every language, and bring it back")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.withdrawn_at:%Y-%m-%d})"
