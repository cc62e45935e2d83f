"""Many rows of one table at once: one statement and its values, without an object for each row.

A name that is no field's is that of a column which only the database knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import batched, chain
from typing import Any

from django.db import connections, models
from django.db.models.constants import OnConflict

Values = Sequence[Any]
_AT_ONCE = 500  # rows in one statement


def insert_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Values],
    *,
    using: str,
    ignore_conflicts: bool = False,
) -> None:
    """Insert rows, each the values of the fields ``names``, in their order; the model's defaults don't count.

    With ``ignore_conflicts`` a row that another process has written meanwhile stays as it is.
    """
    connection = connections[using]
    conflict = OnConflict.IGNORE if ignore_conflicts else None
    insert = f"{connection.ops.insert_statement(on_conflict=conflict)} {_table(model, using)} "
    insert += f"({', '.join(_columns(model, names, using))}) VALUES "
    suffix = f" {connection.ops.on_conflict_suffix_sql([], conflict, [], [])}"
    row = f"({', '.join(['%s'] * len(names))})"
    values = _prepared(model, names, rows, using)
    if connection.vendor == "sqlite":
        _execute(f"{insert}{row}{suffix}", values, using)
        return
    # A server takes many rows in one statement sooner than as many statements.
    for some in batched(values, _AT_ONCE):
        _execute(f"{insert}{', '.join([row] * len(some))}{suffix}", [[*chain.from_iterable(some)]], using)


def update_rows(
    model: type[models.Model], names: Sequence[str], condition: str, rows: Iterable[Values], *, using: str
) -> None:
    """Update rows one by one: each the values of the fields ``names``, then those that ``condition`` asks for.

    ``condition`` is SQL without anything that came from outside.
    """
    changes = ", ".join(f"{column} = %s" for column in _columns(model, names, using))
    sql = f"UPDATE {_table(model, using)} SET {changes} WHERE {condition}"  # noqa: S608
    _execute(sql, _prepared(model, names, rows, using), using)


def add_to_rows(model: type[models.Model], name: str, changes: Iterable[tuple[int, int]], *, using: str) -> None:
    """Add numbers to the field ``name`` of rows, given with their keys."""
    column, key = _columns(model, [name, "id"], using)
    sql = f"UPDATE {_table(model, using)} SET {column} = {column} + %s WHERE {key} = %s"  # noqa: S608
    _execute(sql, list(changes), using)


def _table(model: type[models.Model], using: str) -> str:
    return str(connections[using].ops.quote_name(model._meta.db_table))


def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field for field in model._meta.local_concrete_fields}


def _columns(model: type[models.Model], names: Sequence[str], using: str) -> list[str]:
    quote, fields = connections[using].ops.quote_name, _fields(model)
    return [str(quote(fields[name].column if name in fields else name)) for name in names]


def _prepared(model: type[models.Model], names: Sequence[str], rows: Iterable[Values], using: str) -> list[Values]:
    connection, fields = connections[using], _fields(model)
    changed = [(place, prepare) for place, name in enumerate(names) if (prepare := _prepare(fields.get(name)))]
    values: list[Values] = []
    for row in rows:
        ready = list(row)
        for place, prepare in changed:
            ready[place] = prepare(ready[place], connection)
        values.append(ready)
    return values


def _execute(sql: str, values: Sequence[Values], using: str) -> None:
    if values:
        with connections[using].cursor() as cursor:
            cursor.executemany(sql, values)


def _prepare(field: Any) -> Callable[[Any, Any], Any] | None:
    """Return what makes a value of the database of one of the field; None where it is one already."""
    if field is None or isinstance(
        field, models.CharField | models.TextField | models.IntegerField | models.ForeignKey
    ):
        return None
    prepare: Callable[[Any, Any], Any] = field.get_db_prep_save
    return prepare
