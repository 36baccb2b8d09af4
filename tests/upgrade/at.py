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
NOT_INSTALLED = "authtoken"
"""The app of REST framework's tokens, which the site had then and has no more; a migration reads its table."""
LEAVES: dict[str, str] = {app: name for app, name in RECORD["leaves"].items() if app != NOT_INSTALLED}
TABLES: dict[str, Any] = {
    label: rows for label, rows in RECORD["tables"].items() if not label.startswith(NOT_INSTALLED)
}
TOKENS: list[dict[str, Any]] = [
    dict(zip(names, row, strict=True)) for names, *rows in [RECORD["tables"]["authtoken.Token"]] for row in rows
]
_TOKENS_AS_MADE_THEN = (
    "CREATE TABLE authtoken_token (key varchar(40) NOT NULL PRIMARY KEY, created {moment} NOT NULL,"
    " user_id integer NOT NULL UNIQUE REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED)"
)


@contextmanager
def upgraded() -> Iterator[Apps]:
    """Hold the upgraded database; yield the models as they were. Afterwards it is empty, as tests find it."""
    try:
        then = _go_back()
        with transaction.atomic():
            for label in reversed(TABLES):
                then.get_model(label)._base_manager.all().delete()  # what migrations put into an empty database
            for label, (names, *rows) in TABLES.items():
                _insert(then.get_model(label), names, rows)
            _insert_tokens()
        call_command("migrate", verbosity=0)
        yield then
    finally:
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS authtoken_token")
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


def _insert_tokens() -> None:
    moment = "datetime" if connection.vendor == "sqlite" else "timestamp with time zone"
    with connection.cursor() as cursor:
        cursor.execute(_TOKENS_AS_MADE_THEN.format(moment=moment))
        for token in TOKENS:
            row = [token["key"], token["created"], token["user_id"]]
            cursor.execute("INSERT INTO authtoken_token (key, created, user_id) VALUES (%s, %s, %s)", row)


def _value(field: models.Field[Any, Any], kept: Any) -> Any:
    return kept if isinstance(field, models.JSONField) else field.to_python(kept)
