"""How much a database reads: a page may run few queries and still read every row there is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

_STEP = 20

_AS_IF_LARGE = "SET LOCAL enable_seqscan = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashjoin = off"
"""Rows of a small table are rightly read in one go, and which table is small depends on what was rolled back before.
What is asked here is whether a plan exists that reads only what it needs; where no index serves, all rows still count.
"""


@dataclass
class Reading:
    """What was read: on SQLite in steps of its virtual machine, on PostgreSQL in rows that its plans scanned."""

    amount: int = 0


@contextmanager
def reading() -> Iterator[Reading]:
    """Measure what the queries run inside read. Neither measure is a time, so that a busy machine changes nothing."""
    found = Reading()
    yield from _steps(found) if connection.vendor == "sqlite" else _rows(found)


def _steps(found: Reading) -> Iterator[Reading]:
    connection.ensure_connection()

    def step() -> int:
        found.amount += _STEP
        return 0

    connection.connection.set_progress_handler(step, _STEP)
    try:
        yield found
    finally:
        connection.connection.set_progress_handler(None, 0)


def _rows(found: Reading) -> Iterator[Reading]:
    with CaptureQueriesContext(connection) as queries:
        yield found
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(_AS_IF_LARGE)
        found.amount = sum(_read(cursor, query["sql"]) for query in queries.captured_queries)
        transaction.set_rollback(True)


def _read(cursor: CursorWrapper, sql: str) -> int:
    if not sql.lstrip("(").startswith("SELECT") or "FOR UPDATE" in sql:
        return 0
    cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
    [plan] = cursor.fetchone()
    return _scanned((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def _scanned(node: dict[str, Any]) -> int:
    parts = node.get("Plans", ())
    below = sum(_scanned(part) for part in parts)
    if parts and "Scan" not in node["Node Type"]:
        return below
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return below + int((node["Actual Rows"] + removed) * node["Actual Loops"])
