"""What watches the server is answered without a session, whatever Host it names."""

from __future__ import annotations

import logging

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

HOSTS = ["testserver", "10.42.0.17:8000", "anything.example", "_bad host_"]


@pytest.fixture(autouse=True)
def _strict(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["tumen.example.org"]
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_watcher_is_answered_whatever_host_it_names(
    db: None, path: str, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = Client().get(path, HTTP_HOST=host)

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert caplog.records == []


def test_being_alive_asks_nothing_of_the_database(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        Client().get("/healthz")


def test_waiting_migrations_are_named(db: None) -> None:
    MigrationRecorder(connection).migration_qs.filter(app="sessions", name="0001_initial").delete()

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.content == b"migrations are not applied: sessions.0001_initial\n"
    assert Client().get("/healthz").status_code == 200


@pytest.mark.parametrize("failure", [OperationalError("no password for secret-host"), DatabaseError("x")])
def test_a_database_that_is_away_is_told_without_its_secrets(
    db: None, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(_self: MigrationRecorder) -> None:
        raise failure

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", fail)
    answer = Client().get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_other_addresses_keep_to_the_allowed_hosts(db: None, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = False

    assert Client().get("/", HTTP_HOST="anything.example").status_code == 400
