"""Which tests use the database, and a migrated SQLite database to copy instead of migrating for every run."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

FIXTURES = frozenset({"db", "transactional_db", "live_server", "django_db_setup", "databases"})
"""A test that asks for one of these, itself or through others, uses the database."""
NO_DATABASE = "sqlite:////no/database/for/a/test/without/the/marker.sqlite3"
"""What DATABASE_URL says in a test that uses none: a process it starts cannot open one by accident."""
_FOLDER = Path(__file__).resolve().parent.parent / "build" / "tests"


def mark(item: pytest.Item) -> None:
    """Mark a test that uses the database, so that `-m database` chooses it."""
    asked = FIXTURES.intersection(getattr(item, "fixturenames", ()))
    if asked or item.get_closest_marker("django_db"):
        item.add_marker("database")


def is_marked(node: object) -> bool:
    """Say whether a test uses the database, as far as pytest could see before it began."""
    return isinstance(node, pytest.Item) and node.get_closest_marker("database") is not None


@contextmanager
def shared_rows(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Hold a transaction around the tests of a module, which all begin with the rows made inside it.

    What a test itself writes is rolled back after it, as ever; the rows go when the module is done.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def bring_migrated(target: Path) -> None:
    """Put a copy of the migrated database where the test database will be, if there is one of these migrations."""
    migrated = _migrated()
    if migrated.exists():
        shutil.copyfile(migrated, target)


def keep_migrated() -> None:
    """Keep the test database, which was just migrated, for the runs that follow; drop those of other migrations."""
    migrated = _migrated()
    if migrated.exists():
        return
    migrated.parent.mkdir(parents=True, exist_ok=True)
    for older in migrated.parent.glob("migrated-*.sqlite3"):
        older.unlink(missing_ok=True)
    own = migrated.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(own)])
    own.replace(migrated)


def _migrated() -> Path:
    """Return the file of a database made by these migrations; permissions come from the models."""
    whole = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for file in sorted(_sources()):
        whole.update(str(file).encode() + file.read_bytes())
    return _FOLDER / f"migrated-{whole.hexdigest()[:16]}.sqlite3"


def _sources() -> Iterator[Path]:
    for app in apps.get_app_configs():
        for pattern in ("apps.py", "models.py", "models/**/*.py", "migrations/*.py"):
            yield from Path(app.path).glob(pattern)
