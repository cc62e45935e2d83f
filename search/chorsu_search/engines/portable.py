"""The embedded engine on a database whose full-text search isn't used yet: right, but it reads every document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import reduce
from operator import add, and_, or_
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db.models import Case, Count, F, FloatField, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from chorsu_search.engines.base import Hit, Results
from chorsu_search.engines.recency import weakening_steps
from chorsu_search.engines.table import TableEngine
from chorsu_search.fields import EXACT_WEIGHTS, FACETS, FIELDS, WEIGHTS
from chorsu_search.models import Document, DocumentFacet
from chorsu_search.queries import Query, Terms, Wanted


def _padded(column: str) -> Any:
    """Put a blank at either end of a column, so that a whole word is a text between blanks."""
    return Concat(Value(" "), F(column), Value(" "), output_field=TextField())


def _holds(name: str, words: tuple[str, ...]) -> Q:
    return Q(**{f"{name}__contains": f" {' '.join(words)} "})


def _fits(wanted: Sequence[Wanted]) -> Q:
    return reduce(or_, map(_fits_one, wanted), Q())


def _fits_one(wanted: Wanted) -> Q:
    groups = (reduce(or_, map(_held, group)) for group in wanted.groups)
    fits = reduce(and_, groups, Q(language=wanted.language))
    return reduce(and_, (~_held(terms) for terms in wanted.excluded), fits)


def _held(terms: Terms) -> Q:
    if not terms.tokens:
        return _holds("in_exact_headline", terms.exact) | _holds("in_exact_text", terms.exact)
    return reduce(or_, (_holds(f"in_{name}", terms.tokens) for name in FIELDS))


def _weakening() -> Any:
    """Return the factor of a document's age, by steps: databases have no common arithmetic of dates."""
    now = timezone.now()
    *steps, (_, oldest) = weakening_steps()
    cases = [When(published_on__gte=now - timedelta(days=age), then=Value(factor)) for age, factor in steps]
    return Case(*cases, default=Value(oldest), output_field=FloatField())


class PortableEngine(TableEngine):
    """Search by LIKE over the stored tokens; runs on every database."""

    def _search(self, query: Query) -> Results:
        matching = self.matching(query)
        if matching is None:
            return Results()
        everything = Document.objects.using(self.using)
        fitting = self.within(everything.filter(pk__in=matching), query)
        filtered = self.filtered(fitting, query.filters)
        languages: dict[str, int] = {}
        if len(query.languages) > 1:
            counted = filtered.values("language").annotate(count=Count("pk"))
            languages = dict(counted.order_by("-count", "language").values_list("language", "count"))
        total = sum(languages.values()) if len(query.languages) > 1 else filtered.count()
        # Where nothing fits, only the filters that are set have something to choose instead.
        wanted = query.with_facets and query.limit and (total or query.filters)
        facets = self._facets(fitting, query) if wanted else {}
        if not (total and query.limit):
            return Results(total, facets=facets, languages=languages)
        keys = self.ranked(query)
        rows = everything.in_bulk(keys)
        found = [rows[key] for key in keys if key in rows]
        hits = [Hit(row.page_id, row.language, row.texts, row.published_on) for row in found]
        return Results(total, hits, facets, languages)

    def matching(self, query: Query) -> list[int] | None:
        """Return the keys of documents that hold the words.

        Fetched, not a subquery: PostgreSQL would read every document again for each facet of each.
        """
        documents = self._matching_documents(query)
        return None if documents is None else list(documents.values_list("pk", flat=True))

    def ranked(self, query: Query) -> list[int]:
        """Return the keys of the documents asked for, by the weights of the fields that hold the words."""
        documents = self._matching_documents(query)
        if documents is None:
            return []
        ranked = self.filtered(self.within(documents, query), query.filters)
        order: list[Any] = [F("published_on").desc(nulls_last=True), "-pk"]
        if query.order == "relevance":
            ranked = ranked.annotate(score=self._score(query))
            order.insert(0, "-score")
            if lower := query.levels()[:-1]:
                ranked = ranked.annotate(level=self._level(query, lower))
                order.insert(0, "level")
        return list(ranked.order_by(*order).values_list("pk", flat=True)[query.offset : query.offset + query.limit])

    def check(self) -> list[CheckMessage]:
        """Say that this is the slow way."""
        return [
            checks.Info(
                f"The embedded search reads every document on {self.connection.vendor}.",
                hint="Set ELASTICSEARCH_URL (or CHORSU_SEARCH['ENGINES']) above some thousand pages.",
                id="chorsu_search.I001",
            )
        ]

    def within(self, documents: QuerySet[Document], query: Query) -> QuerySet[Document]:
        """Keep documents that were published in the query's period."""
        since, until = query.period()
        if since:
            documents = documents.filter(published_on__gte=since)
        return documents.filter(published_on__lt=until) if until else documents

    def filtered(
        self, documents: QuerySet[Document], filters: Mapping[str, str], *, without: str = ""
    ) -> QuerySet[Document]:
        """Keep documents that pass the filters; ``without`` names one to leave out."""
        for name, value in filters.items():
            if name != without:
                fitting = DocumentFacet.objects.using(self.using).filter(name=name, value=value)
                documents = documents.filter(pk__in=fitting.values("document_id"))
        return documents

    def _facets(self, matching: QuerySet[Document], query: Query) -> dict[str, list[tuple[str, int]]]:
        """Count the values of each facet: one query, and one more per filter that is set."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        free = [name for name in FACETS if name not in query.filters]
        for names, without in [(free, ""), *(([name], name) for name in query.filters)]:
            documents = self.filtered(matching, query.filters, without=without)
            counts = (
                DocumentFacet.objects.using(self.using)
                .filter(name__in=names, document__in=documents.values("pk"))
                .values_list("name", "value")
                .annotate(count=Count("pk"))
                .order_by("name", "-count", "value")
            )
            for name, value, count in counts:
                found[name].append((value, count))
        return dict(found)

    def _matching_documents(self, query: Query) -> QuerySet[Any, Any] | None:
        wanted = query.wanted()
        if not wanted:
            return None
        columns = {f"in_{name}": _padded(f"{name}_tokens") for name in FIELDS}
        exact = {"in_exact_headline": _padded("exact_headline"), "in_exact_text": _padded("exact_text")}
        documents = Document.objects.using(self.using).alias(**columns, **exact)
        return documents.filter(_fits(wanted), deleted=False)

    @staticmethod
    def _level(query: Query, lower: Sequence[float]) -> Any:
        """Return how far a document needs what nobody typed: 0 where typed words suffice."""
        cases = [When(_fits(query.wanted(least_weight=level)), then=Value(at)) for at, level in enumerate(lower)]
        return Case(*cases, default=Value(len(lower)), output_field=IntegerField())

    def _score(self, query: Query) -> Any:
        scores = [
            Case(When(_holds(column, words), then=Value(weight)), default=Value(0.0), output_field=FloatField())
            for wanted in query.wanted()
            for group in wanted.groups
            for terms in group
            for column, words, weight in self._weighted(terms)
        ]
        return reduce(add, scores, Value(0.0, output_field=FloatField())) * _weakening()

    @staticmethod
    def _weighted(terms: Terms) -> list[tuple[str, tuple[str, ...], float]]:
        return [
            *((f"in_{name}", terms.tokens, weight) for name, weight in WEIGHTS.items()),
            ("in_exact_headline", terms.exact, EXACT_WEIGHTS["headline"]),
            ("in_exact_text", terms.exact, EXACT_WEIGHTS["body"]),
        ]
