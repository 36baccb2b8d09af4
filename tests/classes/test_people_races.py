"""Two people act on one class at the same moment: one after the other, or one is refused; never half of each."""

from __future__ import annotations

import pytest

from classes.roster.refusals import RosterChanged
from classes.services.roster import apply_draft
from courses.errors import ClassFull
from courses.models import Cohort, Enrolment, ManagedAccount
from courses.services.classes import join_class
from tests.classes.rosters import seen
from tests.make import NOW, make_cohort, make_course, make_user
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_imports_at_once_do_not_both_happen() -> None:
    teachers = [make_user("first"), make_user("second")]
    cohort = make_cohort(make_course(lessons=1), instructor=teachers[0])
    cohort.enrolments.create(user=teachers[1], role="instructor")
    lines = "Number;Name\n" + "".join(f"{at};Person {at}\n" for at in range(1, 40))
    shown = [seen(cohort, lines, teacher) for teacher in teachers]

    def imports(at):
        expected = shown[at].difference.fingerprint
        return lambda: apply_draft(draft=shown[at].draft, expected=expected, actor=teachers[at], now=NOW)

    told = race(imports(0), imports(1))

    refused = [each for each in told if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [RosterChanged], told
    assert Enrolment.objects.students().filter(cohort=cohort).count() == 39
    assert ManagedAccount.objects.count() == 39


def test_the_last_seat_is_taken_by_one() -> None:
    cohort = make_cohort(make_course(lessons=1))
    Cohort.objects.update(seats=1)
    users = [make_user(f"p{at}") for at in range(4)]

    told = race(*[lambda user=user: join_class(code=cohort.join_code, user=user, now=NOW) for user in users])

    assert sorted(type(each).__name__ for each in told) == ["ClassFull"] * 3 + ["Enrolment"], told
    assert Enrolment.objects.students().filter(cohort=cohort).count() == 1
    assert ClassFull in {type(each) for each in told}
