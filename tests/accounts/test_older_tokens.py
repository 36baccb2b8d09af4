"""A database of commit 4482b96 keeps its tokens working for a while, and holds none in plain text any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from rest_framework.test import APIClient

from courses.models import ApiToken
from tests.make import make_user

KEYS = {"person": "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b", "closed": "1" * 40}
# As Django REST framework made it.
TABLE = (
    "CREATE TABLE authtoken_token (key varchar(40) NOT NULL PRIMARY KEY, created {moment} NOT NULL,"
    " user_id integer NOT NULL UNIQUE REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED)"
)


def migrate(name: str) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("courses", name)])


@pytest.fixture
def older(transactional_db: None) -> Iterator[None]:
    """Go back to before tokens had names, and leave two tokens there."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    for name in KEYS:
        make_user(name, is_active=name != "closed")
    migrate("0004_api_tokens_and_try_counts")
    moment = "datetime" if connection.vendor == "sqlite" else "timestamp with time zone"
    with connection.cursor() as cursor:
        cursor.execute(TABLE.format(moment=moment))
        for name, key in KEYS.items():
            user = User.objects.get(username=name)
            cursor.execute("INSERT INTO authtoken_token VALUES (%s, %s, %s)", [key, timezone.now(), user.pk])
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE authtoken_token")
    executor = MigrationExecutor(connection)
    executor.migrate(newest)


def test_old_tokens_go_on_for_ninety_days_and_their_plain_text_is_deleted(older: None) -> None:
    migrate("0005_older_tokens")

    token = ApiToken.objects.get()
    assert (token.user.username, token.name, token.has_second_factor) == ("person", "Older token", False)
    assert timedelta(days=89) < token.expires_at - timezone.now() <= timedelta(days=90)
    program = APIClient(HTTP_AUTHORIZATION=f"Token {KEYS['person']}")
    assert program.get("/api/v1/attempts/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM authtoken_token")
        assert cursor.fetchone() == (0,)
    token.user.set_password("another-odd-phrase-8")
    token.user.save()
    assert program.get("/api/v1/attempts/").status_code == 401


def test_going_back_and_forth_makes_no_second_token(older: None) -> None:
    for name in ("0005_older_tokens", "0004_api_tokens_and_try_counts", "0005_older_tokens"):
        migrate(name)

    assert ApiToken.objects.count() == 1
