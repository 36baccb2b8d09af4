"""Putting staged marks into force: three statements, whatever the number of papers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, models

from quizzes.models.attempts import Attempt, ItemResponse
from quizzes.models.marks import AttemptEvent, Regrade
from quizzes.models.runs import RegradeRun, StagedMark

TOTALS = ("raw_score", "score", "max_score", "unmarked_count", "unmarked_points")
"""What a regrade may change of an attempt."""
_SHARE = ("share", "points", "is_for_people")


def put_into_force(run: RegradeRun, regrade: Regrade, kind: AttemptEvent.Kind, *, now: datetime) -> None:
    """Copy what is staged into attempts and responses, and record each mark that changed. Call it in a transaction."""
    _copy(run, ItemResponse, "response_id", _SHARE)
    _copy(run, Attempt, "attempt_id", TOTALS)
    said = {
        "kind": kind.value,
        "actor": run.actor_id,
        "reason": run.reason.strip(),
        "regrade": regrade.pk,
        "happened_at": now,
    }
    _record(run, said, "has_other_points", response="response_id", points=("points_before", "points"))
    _record(run, said, "has_other_score", response="CAST(NULL AS bigint)", points=("score_before", "score"))


def _copy(run: RegradeRun, model: type[models.Model], key: str, names: tuple[str, ...]) -> None:
    table, staged = _table(model), _table(StagedMark)
    changes = ", ".join(f"{name} = s.{name}" for name in names)
    where = f"s.run_id = %s AND s.is_changed AND s.{key} = {table}.id"
    # Names of tables and columns are our own, values are given apart.
    _run(f"UPDATE {table} SET {changes} FROM {staged} AS s WHERE {where}", [run.pk])  # noqa: S608


def _record(run: RegradeRun, said: dict[str, Any], flag: str, *, response: str, points: tuple[str, str]) -> None:
    fields: dict[str, Any] = {name: AttemptEvent._meta.get_field(name) for name in said}  # noqa: SLF001
    columns = ", ".join(field.column for field in fields.values())
    values = [field.get_db_prep_save(said[name], connection) for name, field in fields.items()]
    places = ", ".join(f"CAST(%s AS {_cast(field)})" if _cast(field) else "%s" for field in fields.values())
    before, after = points
    # Names of tables and columns are our own, values are given apart.
    _run(
        f"INSERT INTO {_table(AttemptEvent)} (attempt_id, response_id, points_before, points_after, {columns}) "  # noqa: S608
        f"SELECT s.attempt_id, {response}, s.{before}, s.{after}, {places} "
        f"FROM {_table(StagedMark)} AS s WHERE s.run_id = %s AND s.is_changed AND s.{flag} ORDER BY s.id",
        [*values, run.pk],
    )


def _cast(field: Any) -> str:
    """Return the type of a value for PostgreSQL, which cannot guess it in a list of columns; nothing elsewhere."""
    return str(field.rel_db_type(connection)) if connection.vendor == "postgresql" else ""


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001


def _run(sql: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
