"""Many rows of one table at once: one statement and its values, without an object for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connections, models
from django.db.models.constants import OnConflict

Values = Sequence[Any]


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
    operations = connections[using].ops
    conflict = OnConflict.IGNORE if ignore_conflicts else None
    sql = (
        f"{operations.insert_statement(on_conflict=conflict)} {_table(model, using)} "
        f"({', '.join(_columns(model, names, using))}) VALUES ({', '.join(['%s'] * len(names))}) "
        f"{operations.on_conflict_suffix_sql([], conflict, [], [])}"
    )
    _execute(model, names, sql, rows, using)


def update_rows(
    model: type[models.Model], names: Sequence[str], condition: str, rows: Iterable[Values], *, using: str
) -> None:
    """Update rows one by one: each the values of the fields ``names``, then those that ``condition`` asks for.

    ``condition`` is SQL without anything that came from outside.
    """
    changes = ", ".join(f"{column} = %s" for column in _columns(model, names, using))
    _execute(model, names, f"UPDATE {_table(model, using)} SET {changes} WHERE {condition}", rows, using)  # noqa: S608


def add_to_rows(model: type[models.Model], name: str, changes: Iterable[tuple[int, int]], *, using: str) -> None:
    """Add numbers to the field ``name`` of rows, given with their keys."""
    column, key = _columns(model, [name, "id"], using)
    sql = f"UPDATE {_table(model, using)} SET {column} = {column} + %s WHERE {key} = %s"  # noqa: S608
    _execute(model, (), sql, changes, using)


def _table(model: type[models.Model], using: str) -> str:
    return str(connections[using].ops.quote_name(model._meta.db_table))


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _columns(model: type[models.Model], names: Sequence[str], using: str) -> list[str]:
    quote = connections[using].ops.quote_name
    return [str(quote(_field(model, name).column)) for name in names]


def _execute(model: type[models.Model], names: Sequence[str], sql: str, rows: Iterable[Values], using: str) -> None:
    connection = connections[using]
    prepared = [(place, prepare) for place, name in enumerate(names) if (prepare := _prepare(_field(model, name)))]
    values = []
    for row in rows:
        ready = list(row)
        for place, prepare in prepared:
            ready[place] = prepare(ready[place], connection)
        values.append(ready)
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(sql, values)


def _prepare(field: Any) -> Callable[[Any, Any], Any] | None:
    """Return what makes a value of the database of one of the field; None where it is one already."""
    if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.ForeignKey):
        return None
    prepare: Callable[[Any, Any], Any] = field.get_db_prep_save
    return prepare
