"""Tests with a database are told apart from those without, so that the latter need not run on each kind of database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests import database

ROOT = Path(__file__).resolve().parent.parent


def test_a_test_that_asks_for_the_database_is_marked(db: None, request: pytest.FixtureRequest) -> None:
    assert database.is_marked(request.node)


def test_a_test_that_asks_for_it_through_another_fixture_is_marked(
    student: User, request: pytest.FixtureRequest
) -> None:
    assert database.is_marked(request.node)


@pytest.mark.django_db
def test_a_test_that_asks_for_it_by_a_marker_is_marked(request: pytest.FixtureRequest) -> None:
    assert database.is_marked(request.node)


def test_a_test_that_asks_for_none_is_not_marked_and_can_open_none(request: pytest.FixtureRequest) -> None:
    assert not database.is_marked(request.node)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        User.objects.exists()


def test_a_test_cannot_ask_for_the_database_while_it_runs(request: pytest.FixtureRequest) -> None:
    with pytest.raises(AssertionError, match="name db among the test's arguments"):
        request.getfixturevalue("db")


def test_a_process_started_by_a_test_without_the_mark_opens_no_database() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "showmigrations"],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "unable to open database file" in done.stderr
