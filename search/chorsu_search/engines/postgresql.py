"""The embedded engine on PostgreSQL: a full-text column over ``Document``, with a GIN index.

Its lexemes are our tokens with their places, and the words as written, which begin with ``EXACT``. PostgreSQL's own
parser and dictionaries have no part in it: what they take for a word depends on the server's locale. Between fields a
place is left out: no phrase runs from one into the next. The columns of words, which other engines read, stay empty.

What ranks a document are lexemes too: a word once more, with a mark, for each field that weighs more than the body, and
for what a text says often. So the index ranks, and no vector is read, which takes longer than all else.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from chorsu_search.documents import EXACT_WEIGHTS, FIELDS, WEIGHTS, SearchDocument
from chorsu_search.engines.base import age_factor
from chorsu_search.engines.full_text import BY_DATE, FullTextEngine, Sql, language_token
from chorsu_search.queries import LEAST_SHARE, Group, Query, Terms, Wanted

DOCUMENTS = "chorsu_search_document"
REBUILT = (DOCUMENTS, "chorsu_search_documentfacet", "chorsu_search_nameword", "chorsu_search_word")
COLUMN = "vector"
INDEX = "chorsu_search_vector"
EXACT = "="
EXACT_HEADLINE = "=^"
OFTEN = "+"
MARKS = dict(zip((name for name in FIELDS if WEIGHTS[name] > 1), "^~@#*", strict=True))
# Functions, so that the planner takes the index. It counts a comparison with a vector as cheap as one of numbers, and
# for a common word would unpack the vectors of all documents instead.
FOUND = "chorsu_search_found"  # which documents fit
SCORES = "chorsu_search_scores"  # the sum of the weights of those of the queries that a document fits
MOST_POSITIONS = 16_383  # PostgreSQL counts no further
LEAST_OFTEN, OFTEN_IN = 3, 200  # a word is said often three times, and once in so many words

_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION {FOUND}(wanted tsquery)
RETURNS TABLE (id bigint, language varchar, published_on timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SET enable_seqscan = off AS $$
    SELECT id, language, published_on FROM {DOCUMENTS} WHERE {COLUMN} @@ wanted
$$;
CREATE OR REPLACE FUNCTION {SCORES}(counted tsquery[], weights float8[])
RETURNS TABLE (id bigint, score float8)
LANGUAGE sql STABLE PARALLEL SAFE SET enable_seqscan = off AS $$
    SELECT id, sum(weight) FROM unnest(counted, weights) AS each (wanted, weight)
    JOIN {DOCUMENTS} ON {COLUMN} @@ wanted GROUP BY id
$$
"""  # noqa: S608 - the parts are constants
WORDS = {**{f"{name}_tokens": "" for name in FIELDS}, "exact_headline": EXACT, "exact_text": EXACT}


def vector(row: Mapping[str, str]) -> str:
    """Return the tsvector of a row's words as text; they are letters, marks and digits, which mean nothing to it."""
    lexemes, place, tokens = [f"'{row['language_token']}'"], 1, list[str]()
    for column, mark in WORDS.items():
        words = row[column].split()[:MOST_POSITIONS]
        lexemes += [f"'{mark}{word}':{at}" for at, word in enumerate(words, place)]
        place += len(words) + 1
        tokens += [] if mark else words
    marked = [(mark, row[f"{name}_tokens"]) for name, mark in MARKS.items()]
    for mark, words_of_field in [*marked, (EXACT_HEADLINE, row["exact_headline"])]:
        lexemes += [f"'{mark}{word}'" for word in set(words_of_field.split())]
    often = max(LEAST_OFTEN, len(tokens) // OFTEN_IN)
    lexemes += [f"'{OFTEN}{word}'" for word, times in Counter(tokens).items() if times >= often]
    return " ".join(lexemes)


_MARKED = [*((mark, WEIGHTS[name]) for name, mark in MARKS.items()), (OFTEN, WEIGHTS["body"])]
_EXACT = [(EXACT, EXACT_WEIGHTS["body"]), (EXACT_HEADLINE, EXACT_WEIGHTS["headline"])]


def _all(words: tuple[str, ...], mark: str = "", operator: str = " & ") -> str:
    """Quote words for a tsquery; they are letters, marks and digits, so nothing in them means anything to it."""
    return operator.join(f"'{mark}{word}'" for word in words)


def _held(terms: Terms, operator: str = " <-> ") -> str:
    words = _all(terms.tokens, "", operator) if terms.tokens else _all(terms.exact, EXACT, operator)
    return f"({words})"


def _any(groups: Iterable[Group], operator: str = " <-> ") -> str:
    return f"({' | '.join(_held(terms, operator) for terms in chain.from_iterable(groups))})"


def _groups(wanted: Wanted, operator: str = " <-> ") -> Iterator[str]:
    yield f"'{language_token(wanted.language)}'"
    for group in wanted.groups:
        yield _any([group], operator)
    if wanted.shares:
        yield _any(wanted.shares, operator)


def match_expression(asked: Iterable[Wanted]) -> str:
    """Return the tsquery of what fits in one of the languages; empty where nothing is asked."""
    return " | ".join(
        f"({' & '.join([*_groups(wanted), *(f'!{_held(terms)}' for terms in wanted.excluded)])})" for wanted in asked
    )


def share_expressions(asked: Iterable[Wanted]) -> dict[str, int]:
    """Return the tsqueries of groups with shares, each with its share."""
    expressions: dict[str, int] = {}
    for wanted in asked:
        language = language_token(wanted.language)
        expressions |= {f"'{language}' & {_any([group])}": share for group, share in wanted.shares.items()}
    return expressions


def counted_expressions(query: Query) -> dict[str, float]:
    """Return tsqueries that the index answers alone, each with what a document that fits it gains.

    Each asks for all groups too, so that it finds few documents that the query doesn't; of phrases all words.
    """
    asked = query.wanted()
    fits = " | ".join(f"({' & '.join(_groups(wanted, ' & '))})" for wanted in asked)
    gains: dict[str, float] = {}
    for terms in chain.from_iterable(wanted.terms() for wanted in asked):
        if terms.tokens:
            gains |= {_all(terms.tokens, mark): weight for mark, weight in _MARKED}
        gains |= {_all(terms.exact, mark): weight for mark, weight in _EXACT}
    return {f"({fits}) & {gain}": weight for gain, weight in gains.items()}


class PostgresqlEngine(FullTextEngine):
    why_missing = "; the owner of the table has the rights for it."

    @staticmethod
    def create(connection: BaseDatabaseWrapper) -> None:
        """Create the column, its index and the functions, where they are missing."""
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {DOCUMENTS} ADD COLUMN IF NOT EXISTS {COLUMN} tsvector NOT NULL DEFAULT ''")
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON {DOCUMENTS} USING gin ({COLUMN})")
            cursor.execute(_FUNCTIONS)

    @staticmethod
    def drop(connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP FUNCTION IF EXISTS {FOUND}(tsquery), {SCORES}(tsquery[], float8[])")
            cursor.execute(f"ALTER TABLE {DOCUMENTS} DROP COLUMN IF EXISTS {COLUMN}")

    @staticmethod
    def missing(connection: BaseDatabaseWrapper) -> list[str]:
        with connection.cursor() as cursor:
            columns = {column.name for column in connection.introspection.get_table_description(cursor, DOCUMENTS)}
            indexes = connection.introspection.get_constraints(cursor, DOCUMENTS)
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE proname IN (%s, %s) AND pg_function_is_visible(oid)", [FOUND, SCORES]
            )
            functions = {name for (name,) in cursor.fetchall()}
        wanted = ((COLUMN, columns), (INDEX, indexes), (FOUND, functions), (SCORES, functions))
        return [name for name, present in wanted if name not in present]

    @staticmethod
    def optimise(connection: BaseDatabaseWrapper) -> None:
        """Put what waits into the index, and count anew what a rebuild has written.

        Until a table is counted the planner reads the whole of it: 60 ms for the filters of 600 results in place of 3.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [INDEX])
            cursor.execute(f"ANALYZE {', '.join(REBUILT)}")

    def row(self, document: SearchDocument) -> dict[str, Any]:
        row = super().row(document)
        return row | dict.fromkeys(WORDS, "") | {COLUMN: vector(row)}

    def found(self, query: Query) -> Sql:
        asked = query.wanted()
        expression = match_expression(asked)
        if not expression:
            return "", []
        fits = f"SELECT id, language, published_on FROM {FOUND}(%s::tsquery)"  # noqa: S608
        if not query.shares:
            return fits, [expression]
        shares = share_expressions(asked)
        sql = (
            f"SELECT fits.*, shares.score AS held FROM ({fits}) AS fits "  # noqa: S608
            f"JOIN {SCORES}(%s::tsquery[], %s::float8[]) AS shares USING (id) WHERE shares.score >= {LEAST_SHARE}"
        )
        return sql, [expression, list(shares), list(shares.values())]

    def best(self, query: Query, fitting: str) -> Sql:
        joins, order, parameters = "", BY_DATE, list[Any]()
        if query.order == "relevance":
            counted = counted_expressions(query)
            joins = f" LEFT JOIN {SCORES}(%s::tsquery[], %s::float8[]) AS scores USING (id)"
            age = f"abs({time.time():.0f} - extract(epoch FROM published_on)::float8) / 86400"
            order = f"(1 + coalesce(score, 0)) * {age_factor(age)} DESC, {order}"
            parameters = [list(counted), list(counted.values())]
            if lower := query.levels()[:-1]:
                known = f"id IN (SELECT id FROM {FOUND}(%s::tsquery))"  # noqa: S608
                cases = " ".join(f"WHEN {known} THEN {place}" for place in range(len(lower)))
                order = f"CASE {cases} ELSE {len(lower)} END, {order}"
                parameters += [match_expression(query.wanted_at(level)) for level in lower]
            if query.shares:
                order = f"held DESC, {order}"
        sql = f"SELECT id FROM {fitting}{joins} ORDER BY {order} LIMIT %s OFFSET %s"  # noqa: S608
        return sql, [*parameters, query.limit, query.offset]
