"""Queries that are built once answer as they would if they were built each time."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from courses.models.prepared import Given, Prepared
from tests.make import make_user


def by_name() -> Prepared:
    def build() -> models.QuerySet[User, tuple[int, str]]:
        named = User.objects.filter(username=Given("name", models.CharField()), is_active=True)
        return named.order_by("pk").values_list("pk", "username")

    return Prepared(build)


def test_each_asking_takes_the_values_of_its_own(db: None) -> None:
    one, other = make_user("one"), make_user("other")
    named = by_name()

    assert named.one(name="one") == (one.pk, "one")
    assert named.one(name="other") == (other.pk, "other")
    assert named.one(name="nobody") is None
    assert named.ask(name="one") == [(one.pk, "one")]


def test_what_is_built_is_built_once(db: None) -> None:
    calls = []

    def build() -> models.QuerySet[User, tuple[int]]:
        calls.append(1)
        return User.objects.filter(pk=Given("pk", models.IntegerField())).values_list("pk")

    prepared = Prepared(build)
    for pk in range(3):
        prepared.ask(pk=pk)

    assert calls == [1]


def test_a_value_is_never_part_of_the_statement(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert by_name().ask(name="x' OR '1'='1") == []
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_through_its_own_connection() -> None:
    make_user("one")
    named, found = by_name(), []
    named.ask(name="one")

    def ask() -> None:
        found.append(named.ask(name="one"))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert [name for [(_pk, name)] in found] == ["one"]
