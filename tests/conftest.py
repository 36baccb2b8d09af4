"""Who and what most tests need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection, connections
from pytest_django import DjangoDbBlocker, Settings

from courses.models import Cohort
from quizzes.models import Attempt, Quiz
from tests.make import make_attempt, make_cohort, make_quiz, make_user

hypothesis.settings.register_profile(
    "tumen", deadline=None, max_examples=80, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tumen")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what needs the browser last, so that the driver's event loop runs beside no test of the database.

    Django gives a thread another connection while a loop runs in it: each of the two would cut or outlive the other.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Put SQLite's test database in a file: threads that race need connections of their own, as in service.

    On PostgreSQL connections are opened and closed plainly: a pool's helpers may hold one when the database is dropped.
    """
    database: dict[str, Any] = connections.settings["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    database["OPTIONS"].pop("pool", None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """See to it that nobody is connected to PostgreSQL's test database when it is dropped."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def _plain_serving(settings: Settings, tmp_path: Path) -> None:
    """Serve without TLS and without collected files, whatever DEBUG says; forget throttles; do tasks at once."""
    settings.TAKE_AWAY_DIR = tmp_path / "take-away"
    settings.ERASURES_FILE = tmp_path / "erasures.jsonl"
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    cache.clear()


@pytest.fixture
def student(db: None) -> User:
    """The one who may."""
    return make_user("student")


@pytest.fixture
def instructor(db: None) -> User:
    """The one who may look."""
    return make_user("instructor")


@pytest.fixture
def stranger(db: None) -> User:
    """The one who may not."""
    return make_user("stranger")


@pytest.fixture
def quiz(db: None) -> Quiz:
    """A practice quiz with one question of each of the first seven kinds."""
    return make_quiz(items=7)


@pytest.fixture
def attempt(quiz: Quiz, student: User) -> Attempt:
    """The student's open attempt at the quiz."""
    return make_attempt(quiz, student)


@pytest.fixture
def cohort(quiz: Quiz, student: User, instructor: User) -> Cohort:
    """A class of the quiz's course with the student and the instructor in it."""
    return make_cohort(quiz.course, instructor=instructor, students=[student])
