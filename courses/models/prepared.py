"""Queries asked so often that building their SQL each time would cost more than asking the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet


class Given(Expression):
    """A value that is not known when a query is built: it stands in a condition by its name."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002
        """Put a placeholder into the statement, and itself among what fills the placeholders."""
        return "%s", (self,)


class Prepared:
    """A query of values that is built once for each connection, then asked with other values for its `Given`.

    `build` returns it as `values_list`; what it selects is read as the columns of models are. `locks` are models whose
    rows it locks where the database locks rows: a query of values cannot name them itself.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]], *, locks: tuple[type[models.Model], ...] = ()) -> None:
        self._build, self._locks = build, locks
        self._made: WeakKeyDictionary[BaseDatabaseWrapper, _Statement] = WeakKeyDictionary()

    def ask(self, **given: Any) -> list[tuple[Any, ...]]:
        """Return the rows for these values."""
        connection = connections[DEFAULT_DB_ALIAS]
        statement = self._made.get(connection)
        if statement is None:
            statement = self._made[connection] = _Statement(self._build(), connection, self._locks)
        return statement.ask(connection, given)

    def one(self, **given: Any) -> tuple[Any, ...] | None:
        """Return the only row for these values, or None."""
        return next(iter(self.ask(**given)), None)


@dataclass(frozen=True)
class Part:
    """The columns of one model in what a query selects; `path` leads to the model, such as `attempt__quiz__`."""

    model: type[models.Model]
    path: str
    columns: Sequence[str]
    """In the order of the model's columns, as `from_db` wants them; the first is the primary key."""


def part(model: type[models.Model], path: str = "", *, only: Iterable[str] | None = None) -> Part:
    """Return all columns of a model, or only some; any other is fetched when it is asked for."""
    columns = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001
    wanted = set(columns if only is None else only)
    return Part(model, path, [name for name in columns if name in wanted])


def names_of(parts: Iterable[Part]) -> list[str]:
    """Return what to select for some parts."""
    return [each.path + name for each in parts for name in each.columns]


def rows_of(parts: Sequence[Part], values: Iterable[Any]) -> list[Any]:
    """Return a row of each part from what was selected; None for one that a left join did not find."""
    left = iter(values)
    found = []
    for each in parts:
        own = [next(left) for _name in each.columns]
        found.append(None if own[0] is None else each.model.from_db(DEFAULT_DB_ALIAS, each.columns, own))
    return found


class _Statement:
    """The SQL of one query for one connection, what fills its placeholders, and how its columns are read."""

    def __init__(
        self, queryset: QuerySet[Any, Any], connection: BaseDatabaseWrapper, locks: tuple[type[models.Model], ...]
    ) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.sql, params = compiler.as_sql()
        if locks and connection.features.has_select_for_update:
            names = [connection.ops.quote_name(model._meta.db_table) for model in locks]  # noqa: SLF001
            self.sql += f" {connection.ops.for_update_sql(of=names)}"
        self.params = tuple(params)
        # The queries that use this outlive a connection: what is kept must not hold on to it.
        converters = compiler.get_converters(column[0] for column in compiler.select)
        self.converters = [(at, found, expression) for at, (found, expression) in converters.items()]

    def ask(self, connection: BaseDatabaseWrapper, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        params = [
            each.output_field.get_db_prep_value(given[each.name], connection) if isinstance(each, Given) else each
            for each in self.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        return [self._read(connection, row) for row in rows] if self.converters else rows

    def _read(self, connection: BaseDatabaseWrapper, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for at, converters, expression in self.converters:
            for convert in converters:
                values[at] = convert(values[at], expression, connection)
        return tuple(values)
