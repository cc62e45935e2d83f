"""Many rows of one table at once: few statements and their values, without an object for each row.

PostgreSQL takes many rows in one value sooner than in as many statements, or with a parameter for each of their values.
A name that is no field's is that of a column which only the database knows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from django.db import connections, models, router

_AT_ONCE = 500  # rows in one statement


def insert_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, replace: str = ""
) -> None:
    """Insert rows, each the values of the fields ``names``, in their order; the model's defaults don't count.

    A row that has the same value in the unique field ``replace`` gets the others.
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
        values = [[json.dumps(some, ensure_ascii=False, default=_in_json)] for some in batched(records, _AT_ONCE)]
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
    """Add numbers to the field ``name`` of rows, given by their keys; those with the same number at once."""
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
    """Delete rows by one statement. Django reads them first, whole, wherever a receiver listens to all deletions."""
    return int(rows._raw_delete(router.db_for_write(rows.model)) or 0)  # noqa: SLF001


def among(column: str, values: Iterable[Any], using: str) -> tuple[str, Any]:
    """Return the condition that a column has one of the values, and its one parameter, however many they are."""
    if connections[using].vendor == "postgresql":
        return f"{column} = ANY(%s)", list(values)
    return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(values), ensure_ascii=False)  # noqa: S608


def _in_json(value: Any) -> str:
    """Return a value that JSON doesn't know as PostgreSQL reads it."""
    return rf"\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _prepare(field: Any) -> Callable[[Any, Any], Any] | None:
    """Return what makes a value of the database of one of the field; None where it is one already."""
    if field is None or isinstance(
        field, models.CharField | models.TextField | models.IntegerField | models.AutoField | models.ForeignKey
    ):
        return None
    prepare: Callable[[Any, Any], Any] = field.get_db_prep_save
    return prepare
