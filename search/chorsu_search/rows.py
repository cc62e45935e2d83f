"""Many rows of one table at once: one statement and its values, without an object for each row.

PostgreSQL takes many rows in one value sooner than in as many statements, or with a parameter for each of their values.
A name that is no field's is that of a column which only the database knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
from typing import Any

from django.db import connections, models, router

Values = Sequence[Any]
_AT_ONCE = 500  # rows in one statement


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Values], *, replace: str = "") -> None:
    """Insert rows, each the values of the fields ``names``, in their order; the model's defaults don't count.

    A row that has the same value in the unique field ``replace`` gets the others.
    """
    using = router.db_for_write(model)
    columns = _columns(model, names, using)
    suffix = ""
    if replace:
        changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
        suffix = f"ON CONFLICT ({replace}) DO UPDATE SET {changes}"
    insert = f"INSERT INTO {_table(model, using)} ({', '.join(columns)})"
    if connections[using].vendor != "postgresql":
        row = ", ".join(["%s"] * len(names))
        _execute(f"{insert} VALUES ({row}) {suffix}", _prepared(model, names, rows, using), using)
        return
    keys = [field.column if (field := _fields(model).get(name)) else name for name in names]
    records = (dict(zip(keys, row, strict=True)) for row in rows)
    sql = (
        f"{insert} SELECT {', '.join(columns)} FROM json_populate_recordset(NULL::{_table(model, using)}, %s) {suffix}"  # noqa: S608
    )
    for some in batched(records, _AT_ONCE):
        _execute(sql, [[json.dumps(some, ensure_ascii=False, default=_in_json)]], using)


def add_to_rows(model: type[models.Model], name: str, changes: Sequence[tuple[int, int]]) -> None:
    """Add numbers to the field ``name`` of rows, given with their keys."""
    using = router.db_for_write(model)
    column, key = _columns(model, [name, "id"], using)
    add = f"UPDATE {_table(model, using)} SET {column} = {column} + "  # noqa: S608
    if connections[using].vendor != "postgresql":
        _execute(f"{add}%s WHERE {key} = %s", changes, using)
        return
    sql = f"{add}number FROM unnest(%s::bigint[], %s::bigint[]) AS each (number, row_key) WHERE {key} = row_key"
    for some in batched(changes, _AT_ONCE):
        _execute(sql, [[list(each) for each in zip(*some, strict=True)]], using)


def delete_rows(rows: models.QuerySet[Any]) -> int:
    """Delete rows by one statement. Django reads them first, whole, wherever a receiver listens to all deletions."""
    return int(rows._raw_delete(router.db_for_write(rows.model)) or 0)  # noqa: SLF001


def among(column: str, values: Iterable[Any], using: str) -> tuple[str, Any]:
    """Return the condition that a column has one of the values, and its one parameter, however many they are."""
    if connections[using].vendor == "postgresql":
        return f"{column} = ANY(%s)", list(values)
    return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(values), ensure_ascii=False)  # noqa: S608


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


def _in_json(value: Any) -> str:
    """Return a value that JSON doesn't know as PostgreSQL reads it."""
    return rf"\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _execute(sql: str, values: Sequence[Values], using: str) -> None:
    if values:
        with connections[using].cursor() as cursor:
            cursor.executemany(sql, values)


def _prepare(field: Any) -> Callable[[Any, Any], Any] | None:
    """Return what makes a value of the database of one of the field; None where it is one already."""
    if field is None or isinstance(
        field, models.CharField | models.TextField | models.IntegerField | models.AutoField | models.ForeignKey
    ):
        return None
    prepare: Callable[[Any, Any], Any] = field.get_db_prep_save
    return prepare
