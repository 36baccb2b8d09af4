"""A database as the code of commit 4482b96 left it, put in place of the test's own and upgraded to the code of now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

RECORD: dict[str, Any] = json.loads((Path(__file__).parent / "at_4482b96.json").read_text(encoding="utf-8"))
LEAVES: dict[str, str] = RECORD["leaves"]


@contextmanager
def upgraded() -> Iterator[Apps]:
    """Hold the upgraded database; yield the models as they were. Afterwards it is empty, as tests find it."""
    try:
        then = _go_back()
        with transaction.atomic():
            for label, (names, *rows) in RECORD["tables"].items():
                _insert(then.get_model(label), names, rows)
        call_command("migrate", verbosity=0)
        yield then
    finally:
        call_command("migrate", verbosity=0)
        call_command("flush", verbosity=0, interactive=False)


def rows_now(model: type[models.Model], names: Iterable[str]) -> dict[Any, list[Any]]:
    """Return what the columns of a table hold now, by primary key, in the form of the record."""
    primary = model._meta.pk.attname
    listed = [list(row) for row in model._default_manager.values_list(primary, *names)]
    plain = json.loads(json.dumps(listed, cls=DjangoJSONEncoder))
    return {row[0]: row[1:] for row in plain}


def columns_now(model: type[models.Model]) -> set[str]:
    """Return the columns that the table of a model has now; none when the table is gone."""
    with connection.cursor() as cursor:
        if model._meta.db_table not in connection.introspection.table_names(cursor):
            return set()
        described = connection.introspection.get_table_description(cursor, model._meta.db_table)
    return {column.name for column in described}


def _go_back() -> Apps:
    """Undo every migration made since, and return the models of then."""
    executor = MigrationExecutor(connection)
    later = [(app, None) for app in executor.loader.migrated_apps if app not in LEAVES]
    executor.migrate([*LEAVES.items(), *later])
    return MigrationExecutor(connection).loader.project_state(list(LEAVES.items())).apps


def _insert(model: type[models.Model], names: list[str], rows: list[list[Any]]) -> None:
    """Write rows into a table as they are: no default, no present time, no `save` has a say."""
    quote = connection.ops.quote_name
    fields = [next(field for field in model._meta.concrete_fields if field.attname == name) for name in names]
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        for row in rows:
            values = zip(fields, row, strict=True)
            cursor.execute(
                statement, [field.get_db_prep_save(_value(field, kept), connection) for field, kept in values]
            )
        for reset in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(reset)


def _value(field: models.Field[Any, Any], kept: Any) -> Any:
    return kept if isinstance(field, models.JSONField) else field.to_python(kept)
