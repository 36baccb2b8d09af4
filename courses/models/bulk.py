"""Writing many rows of one table in one statement, at the cost of their values alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

BATCH = 500
"""Rows in one statement."""


def update_rows(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Save some columns of rows, as `bulk_update` does, without an expression for every value.

    `bulk_update` writes a CASE of as many branches as there are rows for each column, which costs more to build and to
    read than the update itself. Here the values are a table that the rows are joined to.
    """
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        _update(batch, names)


def _update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    meta, quote = rows[0]._meta, connection.ops.quote_name  # noqa: SLF001
    fields: list[Any] = [meta.get_field(name) for name in names]
    own: Any = meta.pk
    columns = [
        f"{quote(field.column)} = {_typed(f'v.column{at}', field.db_type(connection))}"
        for at, field in enumerate(fields, start=2)
    ]
    values = [_values(row, [own, *fields]) for row in rows]
    places = ", ".join(["(" + ", ".join(["%s"] * (1 + len(fields))) + ")"] * len(rows))
    table = quote(meta.db_table)
    # The type of a key where it is referred to names no sequence, as `serial` would.
    key = f"{table}.{quote(own.column)} = {_typed('v.column1', own.rel_db_type(connection))}"
    # Names of columns are quoted, values are given apart.
    sql = f"WITH v AS (VALUES {places}) UPDATE {table} SET {', '.join(columns)} FROM v WHERE {key}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in values for value in row])


def _values(row: models.Model, fields: Sequence[Any]) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


def _typed(column: str, type_: str | None) -> str:
    """Give a column of values its type, which PostgreSQL cannot guess. SQLite converts what it stores by itself."""
    return f"CAST({column} AS {type_})" if connection.vendor == "postgresql" else column
