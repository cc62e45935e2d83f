"""What search stores: changes to index, leases, the embedded engine's documents, words, and counts of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connections, models, router
from django.utils.translation import gettext_lazy as _

from chorsu_delivery.leases import RetriedRow
from chorsu_locales.text import nfc

FACET_LENGTH = 100  # of a value


class IndexChange(RetriedRow):
    """A page has changed since an engine indexed it; it is read when the row is processed.

    ``subtree``: the pages below it have changed too (moved, hidden, shown).
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


class IndexWriter(RetriedRow):
    """The lease of an engine's index: one process writes at a time (docs/decisions/search-engines.md).

    In the site's own database the lease is the lock of this row. Elsewhere it is ``claimed_until``, and ``claim`` grows
    with each holder. ``rebuild``: the index has to be rebuilt, or a process does so until ``rebuild_until``.
    """

    engine = models.CharField(max_length=50, unique=True, editable=False)
    claim = models.BigIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True, editable=False)
    rebuild = models.BooleanField(default=False, editable=False)
    rebuild_until = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.engine


class LettersAsTheyAre(json.JSONEncoder):
    """Writes Cyrillic and Arabic letters as they are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


class Document(models.Model):
    """A page as the embedded engine stores it; the primary key is the page's.

    ``…_tokens`` hold the folded and stemmed words of each field, the two ``exact_…`` columns the words as written;
    SQLite's FTS5 table reads them from here; on PostgreSQL they are empty, see ``chorsu_search.engines.postgresql``. An
    ``AlterField`` on this table drops its trigger on SQLite: see ``chorsu_search.engines.sqlite``.
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
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=FACET_LENGTH)

    class Meta:
        verbose_name = _("facet")
        verbose_name_plural = _("facets")
        constraints = [models.UniqueConstraint(fields=["document", "name", "value"], name="chorsu_search_unique_facet")]
        indexes = [models.Index(fields=["name", "value", "document"], name="chorsu_search_facet")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class NameWord(models.Model):
    """A word of a headline or of a name, for completions and direct answers.

    ``kind`` is ``PAGE``, with the page's key as ``key``, or one of a registered source of names. ``word`` is folded,
    ``token`` stemmed too, and empty for pages; ``of`` is how many different tokens the whole name has. ``start`` are
    the first letters as a number, so that a beginning is a range in any database; the highest ``rank`` is first.
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
    """How often a query was asked on a day, and its last number of results; nothing about who asked."""

    day = models.DateField()
    language = models.CharField(max_length=32)
    text = models.CharField(max_length=100)
    times = models.PositiveIntegerField(default=0)
    results = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("query of readers")
        verbose_name_plural = _("queries of readers")
        constraints = [models.UniqueConstraint(fields=["day", "language", "text"], name="chorsu_search_query_of_day")]

    def __str__(self) -> str:
        return self.text


LONGEST_WORD = 64
MOST_OF_A_GROUP, LONGEST_OF_A_GROUP = 16, 100


class Word(models.Model):
    """A word of the pages in one language, and how many of them hold it.

    ``word`` is folded and not stemmed, ``written`` the word as a page has it, ``token`` what the engines store of it,
    ``latin`` its sound in Latin letters. ``beginning``, ``middle`` and ``ending`` are the three pieces of a long word
    (``chorsu_search.spelling.edit_distance``).
    """

    language = models.CharField(max_length=32)
    word = models.CharField(max_length=LONGEST_WORD)
    written = models.CharField(max_length=2 * LONGEST_WORD)
    token = models.CharField(max_length=LONGEST_WORD)
    latin = models.CharField(max_length=LONGEST_WORD)
    beginning = models.CharField(max_length=24, blank=True)
    middle = models.CharField(max_length=24, blank=True)
    ending = models.CharField(max_length=24, blank=True)
    documents = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("word of the pages")
        verbose_name_plural = _("words of the pages")
        constraints = [models.UniqueConstraint(fields=["word", "language"], name="chorsu_search_unique_word")]
        indexes = [
            models.Index(fields=["token", "language"], name="chorsu_search_word_token"),
            models.Index(fields=["latin", "language"], name="chorsu_search_word_latin"),
            # Each holds the word too, so that candidates are read from the index alone.
            *(
                models.Index(fields=[piece, "language", "word"], name=f"chorsu_search_word_{piece}")
                for piece in ("beginning", "middle", "ending")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.word} ({self.documents})"


class PageWords(models.Model):
    """Which words a page holds: the keys of ``Word``, packed, so that a change takes the old ones back."""

    page_id = models.PositiveBigIntegerField(unique=True)
    language = models.CharField(max_length=32, db_index=True)
    words = models.BinaryField(default=bytes)

    class Meta:
        verbose_name = _("words of a page")
        verbose_name_plural = _("words of pages")

    def __str__(self) -> str:
        return f"{self.language}: page {self.page_id}"


class WordGroup(models.Model):
    """Words that stand for one another in a search: spellings, names, abbreviations. Editors extend them."""

    language = models.CharField(
        _("language"), max_length=32, blank=True, help_text=_("Empty: in searches of every language.")
    )
    words = models.TextField(
        _("words"), help_text=_("One a line, or several separated by commas: “bazar, bazaar”. Each finds the others.")
    )
    weight = models.FloatField(
        _("weight"),
        default=0.5,
        validators=[MinValueValidator(0.1), MaxValueValidator(1)],
        help_text=_("From 0.1 to 1: how much one of the other words counts against the word that was asked for."),
    )
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        verbose_name = _("words that mean the same")
        verbose_name_plural = _("words that mean the same")
        ordering = ["language", "words"]

    def __str__(self) -> str:
        return ", ".join(self.texts())

    def texts(self) -> list[str]:
        parts = (part.strip() for line in self.words.splitlines() for part in line.split(","))
        return list(dict.fromkeys(nfc(part) for part in parts if part))

    def clean(self) -> None:
        """Refuse fewer than two words, and more or longer ones than a query takes."""
        super().clean()
        texts = self.texts()
        if len(texts) < 2:
            raise ValidationError({"words": _("Give at least two words.")})
        if len(texts) > MOST_OF_A_GROUP or any(len(text) > LONGEST_OF_A_GROUP for text in texts):
            limits = {"number": MOST_OF_A_GROUP, "length": LONGEST_OF_A_GROUP}
            raise ValidationError({"words": _("At most %(number)s words of %(length)s characters each.") % limits})


# --- many rows by few statements, without an object for each row ---
#
# PostgreSQL is faster with all rows in one JSON value than with a statement for each row or a parameter for each value.
# A name that no field has is that of a column which only the database knows.

AT_ONCE = 500  # rows in one statement


def insert_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, replace: str = ""
) -> None:
    """Insert rows, each the values of the fields ``names``, without the model's defaults.

    ``replace``: a unique field; a stored row that has the same value in it gets the other values.
    """
    connection = connections[router.db_for_write(model)]
    fields = {field.name: field for field in model._meta.local_concrete_fields}
    keys = [str(fields[name].column) if name in fields else name for name in names]
    quote = connection.ops.quote_name
    columns, table = ", ".join(map(quote, keys)), quote(model._meta.db_table)
    changes = ", ".join(f"{quote(key)} = excluded.{quote(key)}" for key in keys)
    suffix = f"ON CONFLICT ({replace}) DO UPDATE SET {changes}" if replace else ""
    if connection.vendor == "postgresql":
        rows_of = f"SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"  # noqa: S608
        records = (dict(zip(keys, row, strict=True)) for row in rows)
        values = [[json.dumps(some, ensure_ascii=False, default=_in_json)] for some in batched(records, AT_ONCE)]
    else:
        rows_of = f"VALUES ({', '.join(['%s'] * len(names))})"
        prepared = [(place, prepare) for place, name in enumerate(names) if (prepare := _prepare(fields.get(name)))]
        values = [list(row) for row in rows]
        for row in values if prepared else ():
            for place, prepare in prepared:
                row[place] = prepare(row[place], connection)
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) {rows_of} {suffix}", values)


def add_to_rows(model: type[models.Model], name: str, changes: Mapping[int, int]) -> None:
    """Add numbers to the field ``name`` of rows, given by their keys."""
    using = router.db_for_write(model)
    alike: dict[int, list[int]] = defaultdict(list)
    for key, number in changes.items():
        alike[number].append(key)
    alike.pop(0, None)
    with connections[using].cursor() as cursor:
        for number, keys in alike.items():
            condition, value = among("id", keys, using)
            sql = f"UPDATE {model._meta.db_table} SET {name} = {name} + %s WHERE {condition}"  # noqa: S608
            cursor.execute(sql, [number, value])


def delete_rows(rows: models.QuerySet[Any]) -> int:
    """Delete rows by one statement: Django reads them first, if any receiver listens to all deletions."""
    return int(rows._raw_delete(router.db_for_write(rows.model)) or 0)  # noqa: SLF001


def among(column: str, values: Iterable[Any], using: str) -> tuple[str, Any]:
    """Return the condition that a column has one of the values, and its one parameter, however many they are."""
    if connections[using].vendor == "postgresql":
        return f"{column} = ANY(%s)", list(values)
    return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(values), ensure_ascii=False)  # noqa: S608


def _in_json(value: Any) -> str:
    # As PostgreSQL reads it.
    return rf"\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _prepare(field: Any) -> Callable[[Any, Any], Any] | None:
    """Return what makes a value of the field one of the database; None where it is one already."""
    plain = (models.CharField, models.TextField, models.IntegerField, models.AutoField, models.ForeignKey)
    return None if field is None or isinstance(field, plain) else field.get_db_prep_save
