"""A list of 3,000 people: the preview is quick, and the database is held for a moment at a time."""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classes.services import roster
from courses.models import Enrolment
from tests.classes.rosters import imported, kinds, seen
from tests.make import make_cohort, make_course

SCRIPTS = ("Nora Haddad-{n}", "김민{n}", "Иванов{n} Пётр Сергеевич")


def listed(count: int) -> str:
    lines = [f"{at};{SCRIPTS[at % 3].format(n=at)};p{at}@x.example;G{at % 20}" for at in range(1, count + 1)]
    return "Number;Name;Email;Group\n" + "\n".join(lines)


@pytest.fixture
def cohort(db, instructor):
    return make_cohort(make_course(lessons=1), instructor=instructor)


@contextmanager
def clocked(monkeypatch, *names: str):
    """Note how long functions of the service take, which each are a transaction."""
    spent: list[float] = []

    def timed(act):
        def run(*args, **kwargs):
            start = time.process_time()
            try:
                return act(*args, **kwargs)
            finally:
                spent.append(time.process_time() - start)

        return run

    monkeypatch.setattr(roster, "_make_accounts", timed(roster._make_accounts))
    monkeypatch.setattr(roster._Import, "apply", timed(roster._Import.apply))
    yield spent


def test_three_thousand_people_are_shown_in_seconds_and_written_in_moments(cohort, instructor, monkeypatch):
    """In seconds of our own processor, so that a busy machine does not decide: 5 for the preview, 1 for each write."""
    start = time.process_time()
    shown = seen(cohort, listed(3_000), instructor)
    assert time.process_time() - start < 5
    assert kinds(shown) == {"new": 3_000}

    with clocked(monkeypatch) as spent:
        imported(cohort, listed(3_000), instructor)

    assert max(spent) < 1, spent
    assert Enrolment.objects.filter(cohort=cohort, role="student").count() == 3_000
    start = time.process_time()
    assert not seen(cohort, listed(3_000), instructor).difference.real
    assert time.process_time() - start < 5


def test_the_preview_asks_no_more_for_four_hundred_people_than_for_forty(cohort, instructor):
    counts = []
    for size in (40, 400):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            seen(cohort, listed(size), instructor)
        counts.append(len(asked))

    assert counts[0] == counts[1]
