"""PostgreSQL's full-text column over ``Document``, and the function that makes it.

A generated column: it follows every row, whoever writes it. Its lexemes are our tokens as they stand in the columns,
with the weight of their field; the words as written begin with ``EXACT``. PostgreSQL's own parser and dictionaries have
no part in it: what they take for a word depends on the server's locale. A field ends with a lexeme of its own: no
phrase runs from one field into the next.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from chorsu_search.fields import WEIGHTS

DOCUMENTS = "chorsu_search_document"
COLUMN = "vector"
INDEX = "chorsu_search_vector"
FUNCTION = "chorsu_search_lexemes"
EXACT = "="
# PostgreSQL has four weights; ``RANK_WEIGHTS`` are theirs from D to A, as parts of the highest.
# Which documents fit: a function, so that the planner takes the index. It counts a comparison with a vector as cheap as
# one of numbers, and for a common word would unpack the vectors of all documents instead.
FOUND = "chorsu_search_found"
LABELS = {10.0: "A", 4.0: "B", 3.0: "C", 1.0: "D"}
RANK_WEIGHTS = "{" + ", ".join(f"{weight / 10:.1f}" for weight in sorted(LABELS)) + "}"
MOST_POSITIONS = 16_383  # of a field: PostgreSQL counts no further

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}(words text, mark text, label text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg('''' || mark || word || ''':' || place || label, ' '), '')::tsvector
    FROM unnest(string_to_array(words || ' .', ' ')) WITH ORDINALITY AS each(word, place)
    WHERE word <> '' AND place <= {MOST_POSITIONS}
$$
"""  # noqa: S608 - the parts are constants
_FOUND = f"""
CREATE OR REPLACE FUNCTION {FOUND}(wanted tsquery)
RETURNS TABLE (id bigint, language varchar, published_on timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SET enable_seqscan = off AS $$
    SELECT id, language, published_on FROM {DOCUMENTS} WHERE {COLUMN} @@ wanted
$$
"""  # noqa: S608 - the parts are constants
_FIELDS = (
    ("language_token", "", "D"),
    *((f"{name}_tokens", "", LABELS[weight]) for name, weight in WEIGHTS.items()),
    ("exact_headline", EXACT, "A"),
    ("exact_text", EXACT, "D"),
)
_VECTOR = " || ".join(f"{FUNCTION}({column}, '{mark}', '{label}')" for column, mark, label in _FIELDS)


def create(connection: BaseDatabaseWrapper) -> None:
    """Create the functions, the column and its index, where they are missing; the column fills itself."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTION)
        cursor.execute(
            f"ALTER TABLE {DOCUMENTS} ADD COLUMN IF NOT EXISTS {COLUMN} tsvector GENERATED ALWAYS AS ({_VECTOR}) STORED"
        )
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON {DOCUMENTS} USING gin ({COLUMN})")
        cursor.execute(_FOUND)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove index, column and functions."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP FUNCTION IF EXISTS {FOUND}(tsquery)")
        cursor.execute(f"ALTER TABLE {DOCUMENTS} DROP COLUMN IF EXISTS {COLUMN}")
        cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}(text, text, text)")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return which of the column, its index and the function don't exist."""
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, DOCUMENTS)}
        indexes = connection.introspection.get_constraints(cursor, DOCUMENTS)
        cursor.execute("SELECT proname FROM pg_proc WHERE proname = %s AND pg_function_is_visible(oid)", [FOUND])
        functions = {name for (name,) in cursor.fetchall()}
    return [name for name, present in ((COLUMN, columns), (INDEX, indexes), (FOUND, functions)) if name not in present]


def optimise(connection: BaseDatabaseWrapper) -> None:
    """Put what waits into the index, and count anew, after a rebuild."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [INDEX])
        cursor.execute(f"ANALYZE {DOCUMENTS}")
