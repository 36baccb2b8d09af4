"""The background worker: what is done without anybody looking, once, and until it is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from quizzes.domain.lifecycle import State
from quizzes.errors import NoAttemptsLeft
from quizzes.management.commands import worker as command
from quizzes.models import Attempt, AttemptEvent
from quizzes.services import attempts as services
from quizzes.services.attempts import settle_due
from quizzes.tasks import RECURRING, enqueue_recurring, prune_results, settle_attempts
from tests.make import NOW, answer_rightly, make_attempt, make_quiz, make_user
from tests.racing import race

SWEEP = "quizzes.tasks.settle_attempts"
DEADLINE = NOW + timedelta(minutes=30)
DAYS_LATER = NOW + timedelta(days=3)


@pytest.fixture
def database_tasks(settings, transactional_db):
    """Tasks that wait in the database, as in service; the worker looks after its own connection."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def timed(student, **fields):
    """Return an attempt with half an hour, begun and two questions answered, then left alone."""
    attempt = make_attempt(make_quiz(items=3, minutes=30, **fields), student)
    answer_rightly(attempt, count=2)
    return attempt


def events_of(attempt):
    return list(AttemptEvent.objects.filter(attempt=attempt).values_list("kind", "happened_at"))


# What the sweep does.


def test_an_attempt_left_alone_is_submitted_as_of_its_deadline(student):
    attempt = timed(student)

    assert settle_due(now=DAYS_LATER) == 1

    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at, attempt.score) == (State.SUBMITTED, DEADLINE, 2)


def test_nothing_happens_before_the_deadline_and_the_leeway_have_passed(student):
    attempt = timed(student)

    assert settle_due(now=DEADLINE + timedelta(seconds=10)) == 0
    assert settle_due(now=DEADLINE + timedelta(seconds=11)) == 1

    attempt.refresh_from_db()
    assert attempt.submitted_at == DEADLINE


def test_with_grace_an_attempt_is_overdue_then_abandoned(student):
    attempt = timed(student, overdue="grace", grace_minutes=10)
    states = []

    for minutes in (31, 39, 41):
        settle_due(now=NOW + timedelta(minutes=minutes))
        attempt.refresh_from_db()
        states.append(attempt.state)

    assert states == [State.OVERDUE, State.OVERDUE, State.ABANDONED]
    assert attempt.score is None
    assert events_of(attempt) == [("overdue", DEADLINE), ("abandoned", DEADLINE + timedelta(minutes=10))]


def test_running_it_twice_changes_nothing(student):
    attempt = timed(student)
    settle_due(now=DAYS_LATER)
    before = (Attempt.objects.filter(pk=attempt.pk).values().get(), events_of(attempt))

    assert settle_due(now=DAYS_LATER + timedelta(days=1)) == 0

    assert (Attempt.objects.filter(pk=attempt.pk).values().get(), events_of(attempt)) == before


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_settle_each_attempt_once():
    attempt = timed(make_user())

    moved = race(*[lambda: settle_due(now=DAYS_LATER)] * 2)

    assert sorted(moved) in ([0, 1], [1, 1])  # the second may find it moved while it waited
    assert len(events_of(attempt)) == 1


def test_an_attempt_that_cannot_be_settled_does_not_hold_up_the_others(student, stranger, monkeypatch, caplog):
    broken = timed(student)
    sound = make_attempt(broken.quiz, stranger, now=NOW + timedelta(minutes=1))
    finish = services.finish

    def fail_for_one(attempt, **options):
        if attempt.pk == broken.pk:
            raise NoAttemptsLeft
        finish(attempt, **options)

    monkeypatch.setattr(services, "finish", fail_for_one)

    assert settle_due(now=DAYS_LATER) == 1

    sound.refresh_from_db()
    assert sound.state == State.SUBMITTED
    assert str(broken.pk) in caplog.text


# The task and its rows.


def test_the_task_is_found_by_its_name():
    found = import_string(SWEEP)

    assert isinstance(found, Task)
    assert (found, found.module_path) == (settle_attempts, SWEEP)


def test_in_tests_the_task_is_done_at_once(student):
    attempt = timed(student)

    result = settle_attempts.enqueue()

    attempt.refresh_from_db()
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, 1)
    assert attempt.state == State.SUBMITTED


def test_the_worker_settles_what_is_due(student, database_tasks):
    attempt = timed(student)

    call_command("worker", "--once")

    attempt.refresh_from_db()
    assert attempt.submitted_at == DEADLINE
    row = DBTaskResult.objects.get(task_path=SWEEP)
    assert (row.task_path, row.status, row.return_value) == (SWEEP, TaskResultStatus.SUCCESSFUL, 1)


def test_a_sweep_that_is_still_waiting_is_not_enqueued_twice(database_tasks):
    assert [enqueue_recurring(), enqueue_recurring()] == [len(RECURRING), 0]
    call_command("worker", "--once")

    assert enqueue_recurring() == len(RECURRING)
    assert DBTaskResult.objects.count() == 2 * len(RECURRING)


def test_a_sweep_that_a_killed_worker_left_does_not_stop_the_next(database_tasks):
    enqueue_recurring()
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=NOW)

    assert enqueue_recurring() == len(RECURRING)


@pytest.mark.parametrize(
    ("status", "age", "is_kept"),
    [
        (TaskResultStatus.SUCCESSFUL, timedelta(minutes=59), True),
        (TaskResultStatus.SUCCESSFUL, timedelta(minutes=61), False),
        (TaskResultStatus.FAILED, timedelta(days=13), True),
        (TaskResultStatus.FAILED, timedelta(days=15), False),
        (TaskResultStatus.RUNNING, timedelta(days=13), True),
        (TaskResultStatus.RUNNING, timedelta(days=15), False),
        (TaskResultStatus.READY, timedelta(days=99), True),
    ],
)
def test_rows_of_finished_tasks_are_pruned(database_tasks, status, age, is_kept):
    settle_attempts.enqueue()
    ended = None if status in ("READY", "RUNNING") else NOW - age
    DBTaskResult.objects.update(status=status, started_at=NOW - age, finished_at=ended)

    assert prune_results(now=NOW) == (0 if is_kept else 1)

    assert DBTaskResult.objects.exists() is is_kept


def test_without_a_backend_that_waits_the_worker_says_so(db):
    with pytest.raises(CommandError, match="needs no worker"):
        call_command("worker", "--once")


# The process.


@pytest.fixture
def worker(database_tasks):
    """Start a worker of its own on the test's database; it is stopped at the end if it still runs."""
    started = []

    def start():
        name = connection.settings_dict["NAME"]
        url = f"sqlite:///{name}" if connection.vendor == "sqlite" else connection_url(name)
        line = [sys.executable, "manage.py", "worker", "--seconds", "0.2"]
        environment = {"DEBUG": "1", "DATABASE_URL": url}
        process = subprocess.Popen(line, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def connection_url(name):
    parts = connection.settings_dict
    return f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{name}"


def wait_for(what, *, seconds=30):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def test_the_process_settles_attempts_and_stops_on_sigterm(worker):
    attempt = timed(make_user())

    process = worker()

    wait_for(lambda: Attempt.objects.get(pk=attempt.pk).is_finished)
    process.send_signal(signal.SIGTERM)
    _out, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (0, "")
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    assert not running.exists()


def test_the_process_goes_on_after_a_restart_of_the_database(worker):
    process = worker()
    wait_for(DBTaskResult.objects.successful().exists)

    restart_database()
    since = timezone.now()

    wait_for(DBTaskResult.objects.successful().filter(started_at__gt=since).exists)
    assert process.poll() is None


def restart_database():
    """Cut every connection but ours, as a restart does. SQLite has no server: its file is always there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def test_while_the_database_is_away_it_tries_again(database_tasks, monkeypatch, caplog):
    rounds = []

    def enqueue():
        rounds.append(len(rounds))
        if len(rounds) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(command, "enqueue_recurring", enqueue)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        call_command("worker", "--seconds", "0.01")
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)

    assert len(rounds) == 3
    assert caplog.text.count("The database does not answer") == 3
