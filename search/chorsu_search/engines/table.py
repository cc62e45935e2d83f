"""What the embedded engines share: documents in a table of the site's own database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.checks import CheckMessage
from django.db import DatabaseError, connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from chorsu_search.analysis import get_analyser
from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import Batches, EngineError, Progress, Results
from chorsu_search.fields import FIELDS
from chorsu_search.models import Document, DocumentFacet, IndexVersion
from chorsu_search.queries import Query
from chorsu_search.rows import insert_rows, update_rows

# A word of its own that nobody types (of private use), so that no phrase runs from one field into the next.
_BETWEEN_FIELDS = "\ue000"
_OLDER = "page_id = %s AND version < %s"


def language_token(code: str) -> str:
    """Return a language's code as one word of the index."""
    return "x" + "".join(character for character in code.lower() if character.isalnum())


def _values(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    return (list(row.values()) for row in rows)


class TableEngine(ABC):
    """An engine over ``Document``; what differs is how words are matched."""

    def __init__(self, using: str | None = None) -> None:
        self._using = using

    @property
    def using(self) -> str:
        """Return the name of the database that holds the documents."""
        return self._using or router.db_for_write(Document)

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """Return the connection to that database."""
        return connections[self.using]

    def index(self, documents: Sequence[SearchDocument]) -> None:
        """Store documents; an older one than what is stored is ignored."""
        # In the order of pages in every process, so that none waits for one that waits for it.
        by_page = {document.page_id: document for document in documents}
        rows = [self.row(by_page[page_id]) for page_id in sorted(by_page)]
        if not rows:
            return
        with transaction.atomic(using=self.using):
            held = self._keys(by_page)
            if new := [row for row in rows if row["page_id"] not in held]:
                insert_rows(Document, tuple(new[0]), _values(new), using=self.using, ignore_conflicts=True)
                held = self._keys(by_page)
            if older := [row for row in rows if held[row["page_id"]][1] < row["version"]]:
                # Each one conditional UPDATE that no other process can come between.
                values = ([*row.values(), row["page_id"], row["version"]] for row in older)
                update_rows(Document, tuple(older[0]), _OLDER, values, using=self.using)
                held = self._keys(by_page)
            self._set_facets(
                {
                    key: by_page[page_id]
                    for page_id, (key, version) in held.items()
                    if version == by_page[page_id].version
                }
            )

    def delete(self, page_ids: Iterable[int], *, version: int) -> None:
        """Turn pages into tombstones."""
        page_ids = sorted(page_ids)
        with transaction.atomic(using=self.using):
            held = self._keys(page_ids)
            nothing = {**self.tombstone(), "version": version}
            if new := [{"page_id": page_id, "language": "", **nothing} for page_id in page_ids if page_id not in held]:
                insert_rows(Document, tuple(new[0]), _values(new), using=self.using, ignore_conflicts=True)
            older = Document.objects.using(self.using).filter(page_id__in=page_ids, version__lt=version)
            DocumentFacet.objects.using(self.using).filter(document__in=older).delete()
            values = ([*nothing.values(), page_id, version] for page_id in page_ids if page_id in held)
            update_rows(Document, tuple(nothing), _OLDER, values, using=self.using)

    def row(self, document: SearchDocument) -> dict[str, Any]:
        """Return a document's row, by columns."""
        analyser = get_analyser(document.language)
        texts = document.texts
        lines = {name: analyser.lines(texts[name]) if texts.get(name) else ("", "") for name in FIELDS}
        return {
            "page_id": document.page_id,
            "version": document.version,
            "language": document.language,
            "language_token": language_token(document.language),
            "deleted": False,
            "published_on": document.published_on,
            "texts": dict(texts),
            **{f"{name}_tokens": tokens for name, (tokens, _exact) in lines.items()},
            "exact_headline": lines["headline"][1],
            "exact_text": f" {_BETWEEN_FIELDS} ".join(
                exact for name, (_tokens, exact) in lines.items() if name != "headline" and texts.get(name)
            ),
        }

    def tombstone(self) -> dict[str, Any]:
        """Return what is stored in place of a document that was deleted, by columns."""
        words = dict.fromkeys((*(f"{name}_tokens" for name in FIELDS), "exact_headline", "exact_text"), "")
        return {"deleted": True, "language_token": "", "texts": {}, "published_on": None, **words}

    def search(self, query: Query) -> Results:
        """Answer a query: the results asked for, their number, and the facets."""
        try:
            return self._search(query)
        except DatabaseError as error:
            raise EngineError(f"The database can't search ({error}). Run `manage.py search_rebuild`.") from error

    @abstractmethod
    def _search(self, query: Query) -> Results:
        """Answer a query."""

    def rebuild(self, languages: Sequence[str], batches: Batches, progress: Progress, *, version: int) -> list[int]:
        """Write every page anew; readers see a page's old row until the new one is there."""
        self.prepare()
        for language in languages:
            done = 0
            for batch in batches(language):
                self.index(batch)
                done += len(batch)
                progress(language, done)
            self._forget_older(language, version)
        self.finish_rebuild()
        return []

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        """Return what is stored of pages."""
        rows = Document.objects.using(self.using).filter(page_id__in=page_ids, deleted=False)
        found = []
        for row in rows.prefetch_related("facets"):
            facets: dict[str, tuple[str, ...]] = {}
            for facet in row.facets.all():
                facets[facet.name] = (*facets.get(facet.name, ()), facet.value)
            found.append(SearchDocument(row.page_id, row.version, row.language, row.texts, facets, row.published_on))
        return found

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        """Return the next pages that something is stored of."""
        rows = Document.objects.using(self.using).filter(page_id__gt=after, deleted=False).order_by("page_id")
        return list(rows.values_list("page_id", flat=True)[:limit])

    def newest_version(self) -> int:
        """Return the highest version stored in another database than the one that gives the numbers."""
        if self.using == router.db_for_write(IndexVersion):
            return 0
        return Document.objects.using(self.using).aggregate(newest=models.Max("version"))["newest"] or 0

    def refresh(self) -> None:  # noqa: B027
        """Do nothing: what is committed is visible."""

    @abstractmethod
    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the database."""

    def prepare(self) -> None:  # noqa: B027 - most engines have nothing to do
        """Mend what a rebuild needs."""

    def finish_rebuild(self) -> None:  # noqa: B027
        """Tidy up after a rebuild."""

    def _keys(self, page_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return key and version of what is stored of pages, tombstones included."""
        rows = Document.objects.using(self.using).filter(page_id__in=page_ids)
        return {page_id: (key, version) for page_id, key, version in rows.values_list("page_id", "pk", "version")}

    def _set_facets(self, documents: Mapping[int, SearchDocument]) -> None:
        """Store the facets of documents by their keys; those that are there already stay."""
        facets = DocumentFacet.objects.using(self.using)
        wanted = {
            (key, name, value)
            for key, document in documents.items()
            for name, values in document.facets.items()
            for value in values
        }
        rows = facets.filter(document_id__in=documents).values_list("document_id", "name", "value", "pk")
        held = {row[:3]: row[3] for row in rows}
        if surplus := [pk for facet, pk in held.items() if facet not in wanted]:
            facets.filter(pk__in=surplus).delete()
        insert_rows(DocumentFacet, ("document", "name", "value"), sorted(wanted - held.keys()), using=self.using)

    def _forget_older(self, language: str, version: int) -> None:
        """Delete what neither the rebuild nor a change since its beginning wrote, tombstones included."""
        old = Document.objects.using(self.using).filter(language__in=[language, ""], version__lt=version)
        keys = list(old.values_list("pk", flat=True))
        for start in range(0, len(keys), 500):
            # Asked again: a change may have come between.
            old.filter(pk__in=keys[start : start + 500]).delete()
