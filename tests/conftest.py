"""Who and what most tests need."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.cache import cache, caches
from django.db import connection, connections
from django.test import override_settings
from django.urls import get_resolver
from pytest_django import DjangoDbBlocker, Settings

from courses.models import Cohort
from quizzes.models import Attempt, Quiz
from quizzes.models.specs import KEPT
from tests import database, profiles
from tests.make import make_attempt, make_cohort, make_quiz, make_user

profiles.load()
for each in get_resolver().url_patterns:
    getattr(each, "url_patterns", None)  # tests look into the admin, and name what is in the API, before asking for it


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Find out which tests use the database: the others run once, and not once for each kind of database."""
    database.mark(item)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Fail a test that asks for the database while it runs: nothing would have chosen it for PostgreSQL."""
    if fixturedef.argname in database.FIXTURES and isinstance(request.node, pytest.Item):
        assert database.is_marked(request.node), f"name {fixturedef.argname} among the test's arguments"


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
    default: dict[str, Any] = connections.settings["default"]
    if default["ENGINE"].endswith("sqlite3"):
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        default["TEST"]["NAME"] = str(file)
        database.bring_migrated(file)
    default["OPTIONS"].pop("pool", None)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Let Django take over the migrated file on SQLite, which goes with the folder it is in."""
    return bool(connections.settings["default"]["ENGINE"].endswith("sqlite3"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep a migrated SQLite database; see to it that nobody is connected to PostgreSQL's when it is dropped."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            database.keep_migrated()
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def _no_database_by_accident(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not database.is_marked(request.node):
        monkeypatch.setenv("DATABASE_URL", database.NO_DATABASE)


@pytest.fixture(scope="session", autouse=True)
def _plain_serving(django_test_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Serve without TLS or collected files, whatever DEBUG says; do tasks at once; hash quickly."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    folder = tmp_path_factory.mktemp("site")
    with override_settings(
        TAKE_AWAY_DIR=folder / "take-away",
        ERASURES_FILE=folder / "erasures.jsonl",
        SECURE_SSL_REDIRECT=False,
        SESSION_COOKIE_SECURE=False,
        CSRF_COOKIE_SECURE=False,
        STORAGES={**django_settings.STORAGES, "staticfiles": plain},
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
        # Real ones take half a second a password; no test is about how a hash is made.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test folders of its own to write to; forget throttles, and the words that were read."""
    monkeypatch.setattr(KEPT, "_kept", OrderedDict())
    settings.TAKE_AWAY_DIR = tmp_path / "take-away"
    settings.ERASURES_FILE = tmp_path / "erasures.jsonl"
    cache.clear()
    caches["pages"].clear()


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
