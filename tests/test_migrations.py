"""The models and the migrations say the same."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def test_no_migration_is_missing(db):
    said = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(f"the models have changed without a migration:\n{said.getvalue()}")


@pytest.mark.parametrize("app", ["courses", "quizzes"])
def test_each_app_has_one_line_of_migrations(app):
    loader = MigrationLoader(None)

    assert len(loader.graph.leaf_nodes(app)) == 1
    assert not loader.detect_conflicts()


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_undone_and_done_again():
    executor = MigrationExecutor(connection)
    tables = set(connection.introspection.table_names())
    try:
        executor.migrate([("quizzes", None), ("courses", None)])
        left = set(connection.introspection.table_names())
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    assert not {table for table in left if table.startswith(("courses_", "quizzes_"))}
    assert set(connection.introspection.table_names()) == tables
