"""A query in Elasticsearch's language. The tokens are Python's: a field's search analyzer only splits at blanks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Q, Search

from chorsu_search.conf import get_settings
from chorsu_search.engines.base import SHARE, Hit, Results
from chorsu_search.fields import EXACT_WEIGHTS, FACETS, FIELDS, WEIGHTS
from chorsu_search.queries import Group, Query, Terms, Wanted

LANGUAGES = "languages"
VALUES = "values"
_WEIGHTED = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
_WEIGHTED_EXACT = [f"{name}.exact^{weight}" for name, weight in EXACT_WEIGHTS.items()]
# Above every score that words can add up to, and little enough for a float of 32 bits to tell scores apart.
_LEVEL = 10_000


def request(query: Query, client: Elasticsearch, indexes: Sequence[str]) -> Any:
    """Return the search for a query, ready to be executed."""
    search: Any = Search(using=client, index=list(indexes))
    search = search.query(_scored(query)).extra(track_total_hits=True)
    search = search.source(["page_id", "language", "published_on", *FIELDS])
    by_date = [{"published_on": {"order": "desc", "missing": "_last"}}, {"page_id": "desc"}]
    search = search.sort(*(["_score"] if query.order == "relevance" else []), *by_date)
    filters = {name: Q("term", **{f"facet_{name}": value}) for name, value in query.filters.items()}
    if filters:
        search = search.post_filter(Q("bool", filter=list(filters.values())))
    if len(query.languages) > 1:
        everything = Q("bool", filter=list(filters.values()))
        search.aggs.bucket(LANGUAGES, "filter", filter=everything).bucket(
            VALUES, "terms", field="language", size=len(query.languages), order=[{"_count": "desc"}, {"_key": "asc"}]
        )
    if query.limit and query.with_facets:
        for name in FACETS:
            others = [condition for other, condition in filters.items() if other != name]
            # Only where there is something to filter: else the server looks at each document once more.
            within = search.aggs.bucket(name, "filter", filter=Q("bool", filter=others)) if others else search.aggs
            within.bucket(
                VALUES if others else name,
                "terms",
                field=f"facet_{name}",
                size=200,
                order=[{"_count": "desc"}, {"_key": "asc"}],
            )
    return search[query.offset : query.offset + query.limit]


def results_of(response: Any) -> Results:
    """Return what the server answered."""
    hits = [
        Hit(
            found["page_id"],
            found["language"],
            {name: found[name] for name in FIELDS if name in found},
            datetime.fromisoformat(found["published_on"]) if found.get("published_on") else None,
        )
        for found in (hit.to_dict() for hit in response)
    ]
    aggregations = response.aggregations.to_dict()
    counts = {
        name: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found.get(VALUES, found)["buckets"]]
        for name, found in aggregations.items()
    }
    facets = {name: counts[name] for name in FACETS if counts.get(name)}
    return Results(response.hits.total.value, hits, facets, dict(counts.get(LANGUAGES, ())))


def _scored(query: Query) -> Any:
    """Return what fits, with its score: by words, weakened by age, above which levels of weights stand."""
    fits = _fits(query.wanted())
    since, until = query.period()
    conditions = []
    if since or until:
        period = {"gte": since.isoformat() if since else None, "lt": until.isoformat() if until else None}
        conditions.append(Q("range", published_on={key: value for key, value in period.items() if value}))
    if query.order == "date":
        return Q("bool", filter=[fits, *conditions])
    scored = Q("bool", must=[fits], should=_exact_forms(query), filter=conditions)
    if half := get_settings().recency:
        age = {"linear": {"published_on": {"origin": "now", "scale": f"{round(half * 86_400)}s", "decay": 0.5}}}
        dated = {"filter": Q("exists", field="published_on"), "weight": SHARE, **age}
        scored = Q(
            "function_score",
            query=scored,
            functions=[{"weight": 1 - SHARE}, dated],
            score_mode="sum",
            boost_mode="multiply",
        )
    levels = query.levels()
    better = [
        Q("constant_score", filter=_fits(query.wanted(least_weight=level)), boost=_LEVEL) for level in levels[:-1]
    ]
    return Q("bool", must=[scored], should=better) if better else scored


def _fits(wanted: Sequence[Wanted]) -> Any:
    return reduce(or_, map(_fits_one, wanted))


def _fits_one(wanted: Wanted) -> Any:
    return Q(
        "bool",
        must=[Q("bool", should=[_held(terms) for terms in group], minimum_should_match=1) for group in wanted.groups],
        must_not=[_held(terms) for terms in wanted.excluded],
        filter=[Q("term", language=wanted.language)],
    )


def _held(terms: Terms) -> Any:
    return _in_fields(terms.tokens, _WEIGHTED) if terms.tokens else _in_fields(terms.exact, _WEIGHTED_EXACT)


def _exact_forms(query: Query) -> list[Any]:
    """Return what lets words weigh more that are written exactly as they were asked for."""
    groups: list[Group] = [group for wanted in query.wanted() for group in wanted.groups]
    return [_in_fields(terms.exact, _WEIGHTED_EXACT) for group in groups for terms in group if terms.tokens]


def _in_fields(words: tuple[str, ...], fields: list[str]) -> Any:
    if len(words) == 1:
        # One BM25 over all fields, as FTS5 counts too.
        return Q("combined_fields", query=words[0], fields=fields)
    return Q("multi_match", query=" ".join(words), type="phrase", fields=fields)
