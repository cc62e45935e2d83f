"""The embedded engine on a database whose full-text search isn't used yet: right, but it reads every document."""

from __future__ import annotations

from functools import reduce
from operator import add, or_
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db.models import Case, F, FloatField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat

from chorsu_search.engines.table import TableEngine
from chorsu_search.fields import EXACT_WEIGHTS, FIELDS, WEIGHTS
from chorsu_search.models import Document
from chorsu_search.queries import Query, Terms


def _padded(column: str) -> Any:
    """Put a blank at either end of a column, so that a whole word is a text between blanks."""
    return Concat(Value(" "), F(column), Value(" "), output_field=TextField())


def _holds(name: str, words: tuple[str, ...]) -> Q:
    return Q(**{f"{name}__contains": f" {' '.join(words)} "})


class PortableEngine(TableEngine):
    """Search by LIKE over the stored tokens; runs on every database."""

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
        scores = [
            Case(When(_holds(column, words), then=Value(weight)), default=Value(0.0), output_field=FloatField())
            for language in query.languages
            for terms in query.terms(language)
            for column, words, weight in self._weighted(terms)
        ]
        ranked = self.filtered(documents, query.filters).annotate(score=reduce(add, scores))
        order = ("-score", F("published_on").desc(nulls_last=True), "-pk")
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

    def _matching_documents(self, query: Query) -> QuerySet[Any, Any] | None:
        alternatives = []
        for language in query.languages:
            if terms := query.terms(language):
                words = [reduce(or_, (_holds(f"in_{name}", each.tokens) for name in FIELDS)) for each in terms]
                alternatives.append(reduce(Q.__and__, words, Q(language=language)))
        if not alternatives:
            return None
        columns = {f"in_{name}": _padded(f"{name}_tokens") for name in FIELDS}
        exact = {"in_exact_headline": _padded("exact_headline"), "in_exact_text": _padded("exact_text")}
        documents = Document.objects.using(self.using).alias(**columns, **exact)
        return documents.filter(reduce(or_, alternatives), deleted=False)

    @staticmethod
    def _weighted(terms: Terms) -> list[tuple[str, tuple[str, ...], float]]:
        return [
            *((f"in_{name}", terms.tokens, weight) for name, weight in WEIGHTS.items()),
            ("in_exact_headline", terms.exact, EXACT_WEIGHTS["headline"]),
            ("in_exact_text", terms.exact, EXACT_WEIGHTS["body"]),
        ]
