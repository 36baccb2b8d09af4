"""The models and the migrations say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from quizzes.models import Attempt, AttemptEvent


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


@pytest.mark.django_db(transaction=True)
def test_what_was_recorded_of_deadlines_keeps_its_meaning_in_an_upgrade():
    """An event by hand was an extension; another may have moved a deadline either way. An endless attempt stays so."""
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    executor = MigrationExecutor(connection)
    then = [("courses", "0002_search_index"), ("quizzes", "0002_confidence_of_saved_answers")]
    executor.migrate(then)
    try:
        apps = executor.loader.project_state(then).apps
        attempts = _attempts_before(apps, moment)
        events = apps.get_model("quizzes", "AttemptEvent")
        for name, kind, reason in (
            ("by hand", "extended", "Fire alarm."),
            ("moved", "extended", ""),
            ("endless", "reopened", "Power cut."),
            ("until", "reopened", "Power cut."),
            ("done", "reopened", "Power cut."),
        ):
            events.objects.create(attempt=attempts[name], kind=kind, reason=reason, happened_at=moment)
        before = {name: (row.deadline, row.extended_to, row.state) for name, row in attempts.items()}
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    found = {row.student.username: row for row in Attempt.objects.select_related("student")}
    assert {name: (row.deadline, row.extended_to, row.state) for name, row in found.items()} == before
    assert {name for name, row in found.items() if row.is_endless} == {"endless"}
    assert {row.extra_minutes for row in found.values()} == {0}
    kinds = dict(AttemptEvent.objects.values_list("attempt__student__username", "kind"))
    assert kinds == {
        "by hand": "extended", "moved": "moved", "endless": "reopened", "until": "reopened", "done": "reopened",
    }  # fmt: skip


def _attempts_before(apps, moment):
    """Return attempts as the schema before had them, by the names of their students."""
    course = apps.get_model("courses", "Course").objects.create(key="course", title="Course")
    unit = apps.get_model("courses", "Unit").objects.create(course=course, key="unit", title="Unit", position=1)
    quiz = apps.get_model("quizzes", "Quiz").objects.create(course=course, unit=unit, key="quiz", title="Quiz")
    fields = {"quiz": quiz, "number": 1, "started_at": moment, "max_score": 1}
    done = {"state": "submitted", "submitted_at": moment, "score": 1}
    made = {}
    for name, own in (
        ("by hand", {"deadline": moment, "extended_to": moment}),
        ("moved", {"deadline": moment}),
        ("endless", {}),
        ("until", {"deadline": moment, "extended_to": moment}),
        ("done", done),
    ):
        student = apps.get_model("auth", "User").objects.create(username=name)
        made[name] = apps.get_model("quizzes", "Attempt").objects.create(student=student, **fields, **own)
    return made
