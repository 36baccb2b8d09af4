"""The big demonstration class: as many people as asked for, in several scripts, with believable progress."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from courses.models import Cohort, Enrolment, LessonCompletion, SectionRead
from courses.reports.people import display_name
from tests.make import make_course


def made(students: int, **options) -> Cohort:
    call_command("demo_class", students=students, stdout=StringIO(), **options)
    return Cohort.objects.latest("pk")


@pytest.fixture
def course(db, instructor):
    return make_course(lessons=4, sections=3)


def test_the_class_has_its_people_groups_and_numbers(course):
    cohort = made(120)

    places = list(Enrolment.objects.students().filter(cohort=cohort).with_names())
    names = {display_name(place.user) for place in places}
    assert len({place.student_number for place in places}) == 120
    assert cohort.groups.count() == 4
    for start, end in (("A", "z"), ("가", "힣"), ("А", "я"), ("一", "鿿"), ("ء", "ي")):
        assert any(start <= name[0] <= end for name in names), start
    assert not any(place.user.has_usable_password() for place in places)


def test_students_have_read_unequally_far_and_some_not_at_all(course):
    cohort = made(120)

    readers = SectionRead.objects.filter(student__enrolments__cohort=cohort).values("student").distinct().count()
    assert 90 < readers < 120
    assert 0 < LessonCompletion.objects.count() < 4 * 120
    assert cohort.enrolments.filter(role="student", user__last_login=None).count() == 120 - readers


def test_the_same_seed_makes_the_same_people(course):
    first, second, third = (
        [p.user.get_full_name() for p in made(30, seed=seed).enrolments.students().select_related("user")]
        for seed in (7, 7, 8)
    )

    assert first == second != third


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"students": 0}, "from 1 to 20,000"),
        ({"teacher": "nobody"}, "no account “nobody”"),
        ({"course": "x"}, "--course"),
    ],
)
def test_what_cannot_be_made_is_said(course, options, said):
    with pytest.raises(CommandError, match=said):
        made(**{"students": 3, **options})
