"""What search stores in the database: changes that wait, who writes, and the embedded engine's documents."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chorsu_search.fields import FACET_LENGTH
from chorsu_search.forgiving.models import PageWords, Word, WordGroup

__all__ = [
    "Document",
    "DocumentFacet",
    "IndexChange",
    "IndexWriter",
    "NameWord",
    "PageWords",
    "QueryCount",
    "Word",
    "WordGroup",
]


class Retried(models.Model):
    """Work that is tried again after ``not_before``; ``attempts`` counts the failures."""

    not_before = models.DateTimeField(_("not before"), default=timezone.now, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)

    class Meta:
        abstract = True


class IndexChange(Retried):
    """A page changed and one engine doesn't know yet. The page is read when the row is processed, not now.

    ``subtree``: the pages below it changed with it (moved, hidden, shown).
    """

    engine = models.CharField(max_length=50, editable=False)
    page_id = models.PositiveBigIntegerField(editable=False)
    subtree = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        verbose_name = _("change to index")
        verbose_name_plural = _("changes to index")
        indexes = [models.Index(fields=["engine", "not_before"], name="chorsu_search_due")]

    def __str__(self) -> str:
        return f"{self.engine}: page {self.page_id}{' and below' if self.subtree else ''}"


class IndexWriter(Retried):
    """The lease of an engine's index: one process writes at a time (docs/decisions/search-engines.md).

    In the site's own database the lease is the lock of this row. Elsewhere it is ``claimed_until``, and ``claim`` grows
    with each holder. ``rebuild``: the index has to be filled anew, or somebody is at it until ``rebuild_until``.
    """

    engine = models.CharField(max_length=50, unique=True, editable=False)
    claim = models.BigIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True, editable=False)
    rebuild = models.BooleanField(default=False, editable=False)
    rebuild_until = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.engine


class LettersAsTheyAre(json.JSONEncoder):
    """Writes Cyrillic and Arabic letters as they are, not as six characters each."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


class Document(models.Model):
    """A page as the embedded engine stores it; the primary key is the page's.

    ``…_tokens`` hold the folded and stemmed words of each field, the two ``exact_…`` columns the words as written;
    SQLite's FTS5 table reads them from here; on PostgreSQL they are empty, see ``chorsu_search.engines.tsvector``. An
    ``AlterField`` on this table drops its trigger on SQLite: see ``chorsu_search.engines.fts``.
    """

    language = models.CharField(max_length=32, db_index=True)
    language_token = models.CharField(max_length=40)
    published_on = models.DateTimeField(null=True, blank=True)
    texts = models.JSONField(default=dict, encoder=LettersAsTheyAre)
    headline_tokens = models.TextField(blank=True)
    lead_tokens = models.TextField(blank=True)
    body_tokens = models.TextField(blank=True)
    quotations_tokens = models.TextField(blank=True)
    captions_tokens = models.TextField(blank=True)
    people_tokens = models.TextField(blank=True)
    places_tokens = models.TextField(blank=True)
    topics_tokens = models.TextField(blank=True)
    exact_headline = models.TextField(blank=True)
    exact_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return f"{self.language}: page {self.pk}"


class DocumentFacet(models.Model):
    """One value of a facet of a document."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=FACET_LENGTH)

    class Meta:
        verbose_name = _("facet")
        verbose_name_plural = _("facets")
        constraints = [
            models.UniqueConstraint(fields=["document", "name", "value"], name="chorsu_search_unique_facet"),
        ]
        indexes = [models.Index(fields=["name", "value", "document"], name="chorsu_search_facet")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class NameWord(models.Model):
    """A word of a headline or of a name, by which readers are offered it as they type.

    ``kind`` is ``PAGE``, with the page's number as ``key``, or one of a registered source of names. ``word`` is folded,
    ``token`` stemmed too, and empty for pages; ``of`` is how many different tokens the whole name has. ``start`` are
    the first letters as a number, so that a beginning is a range whatever the database's order of letters is; ``rank``
    orders, highest first.
    """

    PAGE = "page"

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    language = models.CharField(max_length=32)
    word = models.CharField(max_length=64)
    token = models.CharField(max_length=64, blank=True)
    of = models.PositiveSmallIntegerField(default=0)
    start = models.BigIntegerField()
    rank = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("word of a name")
        verbose_name_plural = _("words of names")
        indexes = [
            models.Index(fields=["language", "kind", "start", "rank", "key"], name="chorsu_search_start"),
            models.Index(fields=["kind", "key"], name="chorsu_search_name"),
            models.Index(fields=["token", "language"], condition=~models.Q(token=""), name="chorsu_search_name_token"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.word}"


class QueryCount(models.Model):
    """How often readers asked for something on a day, and what they got last. Nothing tells who asked."""

    day = models.DateField()
    language = models.CharField(max_length=32)
    text = models.CharField(max_length=100)
    times = models.PositiveIntegerField(default=0)
    results = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("query of readers")
        verbose_name_plural = _("queries of readers")
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "text"], name="chorsu_search_query_of_day"),
        ]

    def __str__(self) -> str:
        return self.text
