"""A class sorted by total across its pages, by totals that are kept and worked out again when something changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from classes.gradebook import page as pages
from classes.gradebook.book import book_of
from classes.gradebook.page import Wanted, gradebook_page
from classes.gradebook.totals import bring_totals
from quizzes.domain.gradebook import Basis
from quizzes.models import Assignment, ClassStanding, GradeDecision
from quizzes.services.assignments import Act, withdraw_assignment
from quizzes.services.gradebook import Decided, Subject, decide, sort_work, take_back
from quizzes.services.standing import catch_up
from tests.classes.test_gradebook import Room
from tests.make import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def room(db, monkeypatch):
    """A class of five on pages of two; the first three have 4, 1 and 2 points of 4."""
    monkeypatch.setattr(pages, "PAGE", 2)
    made = Room(students=5, quizzes=2)
    for student, right in ((0, 4), (1, 1), (2, 2)):
        made.sit(0, right, student=student)
    catch_up(made.cohort)
    return made


def order(room, sort, *, basis=Basis.CURRENT, now=None):
    """Return the usernames of the class in the order of all its pages."""
    found = []
    for number in (1, 2, 3):
        wanted = Wanted(basis, sort=sort, page=number)
        shown = gradebook_page(room.cohort, wanted, now=now or timezone.now() + MINUTE)
        found += [int(row.place.user.username.removeprefix("student-")) for row in shown.rows]
    return found


def test_the_order_goes_on_from_page_to_page(room):
    best = order(room, "-total")

    assert best[:3] == [0, 2, 1]
    assert set(best[3:]) == {3, 4}
    assert order(room, "total")[2:] == [1, 2, 0]


def test_the_final_total_has_an_order_of_its_own(room):
    room.sit(1, 4, student=1)

    assert order(room, "-total", basis=Basis.CURRENT)[:3] == [0, 1, 2]
    assert order(room, "-total", basis=Basis.FINAL)[:3] == [1, 0, 2]


def changes():
    """Return what may change a total: a name, and what is done to a class."""
    return {
        "an attempt": lambda room: room.sit(1, 4, student=3),
        "a decision": lambda room: decide(
            Subject(room.place(3)), Decided("total", "So.", Decimal(120), Decimal(100)), actor=room.teacher,
            now=timezone.now(),
        ),
        "weights": lambda room: sort_work(
            room.cohort, list(Assignment.objects.filter(cohort=room.cohort)), actor=room.teacher, now=timezone.now()
        ),
        "a withdrawal": lambda room: withdraw_assignment(
            Assignment.objects.get(cohort=room.cohort, quiz=room.quizzes[0]), Act(room.teacher, timezone.now())
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(changes()))
def test_what_changes_totals_is_noticed(room, name):
    now = timezone.now()
    bring_totals(book_of(room.cohort), now=now)
    assert bring_totals(book_of(room.cohort), now=now) == 0

    changes()[name](room)

    assert bring_totals(book_of(room.cohort), now=timezone.now() + MINUTE) >= 1
    kept = ClassStanding.objects.get(place=room.place(3)).current_total
    percent = room.total(student=3, now=timezone.now()).percent
    assert kept == (None if percent is None else Decimal(percent.numerator) / percent.denominator)


def test_a_decision_taken_back_is_noticed(room):
    made = decide(
        Subject(room.place(3)), Decided("total", "So.", Decimal(120), Decimal(100)), actor=room.teacher, now=NOW
    )
    assert order(room, "-total", now=timezone.now())[0] == 3

    take_back(Subject(room.place(3)), seen=made.pk, actor=room.teacher, now=timezone.now())

    assert order(room, "-total")[0] == 0
    assert not GradeDecision.objects.in_force().exists()


def test_a_date_that_passes_is_noticed(room):
    later = NOW + timedelta(days=7)
    Assignment.objects.filter(cohort=room.cohort).update(due_at=later)
    bring_totals(book_of(room.cohort), now=later - MINUTE)

    assert bring_totals(book_of(room.cohort), now=later + timedelta(days=2)) == 5


def test_sorting_again_works_out_nothing(room):
    order(room, "-total")

    with CaptureQueriesContext(connection) as queries:
        gradebook_page(room.cohort, Wanted(sort="-total"), now=timezone.now() + MINUTE)

    assert len(queries) <= 13
    assert not [each for each in queries if each["sql"].startswith("UPDATE")]
