"""Work that a class assigns to one of its groups: who has it, what goes before what, and who joins or leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.urls import reverse

from classes.gradebook.book import book_of, grades_of
from classes.services.people import change_person, delete_group, save_group
from courses.models import Enrolment, Group
from quizzes.domain.gradebook import Status
from quizzes.errors import GroupHasWork
from quizzes.models import Assignment, Attempt, WorkStanding
from quizzes.models.assignments import assignment_for
from quizzes.services.assignments import Act, assign, withdraw_assignment
from quizzes.services.standing import catch_up
from tests.make import LATER, NOW, assign_quiz, browser_of, enrol, make_attempt, make_user

DAY = timedelta(days=1)


def grouped(cohort, name, *students):
    places = Enrolment.objects.filter(cohort=cohort, user__in=students).values_list("pk", flat=True)
    return save_group(cohort=cohort, group=None, name=name, places=places, actor=None, now=NOW)


def regrouped(group, *students):
    places = Enrolment.objects.filter(cohort=group.cohort, user__in=students).values_list("pk", flat=True)
    save_group(cohort=group.cohort, group=group, name=group.name, places=places, actor=None, now=NOW)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def other(cohort):
    """Another student of the class."""
    user = make_user("other")
    enrol(user, cohort)
    return user


def test_only_the_members_of_a_group_have_its_work(quiz, cohort, student, other):
    Assignment.objects.all().delete()
    group = grouped(cohort, "Tuesday", student)

    made = assign_quiz(cohort, quiz, for_group=group, due_at=NOW + DAY)

    assert [assignment_for(quiz, each) for each in (student, other)] == [made, None]
    assert [row.place.user for row in WorkStanding.objects.filter(quiz=quiz)] == [student]


def test_a_person_goes_before_a_group_and_a_group_before_everyone(quiz, cohort, student):
    group = grouped(cohort, "Tuesday", student)
    days = {}
    for fields in ({}, {"for_group": group}, {"student": student}):
        made = assign_quiz(cohort, quiz, due_at=NOW + (1 + len(days)) * DAY, **fields)
        days[made.due_at] = made
        assert assignment_for(quiz, student) == made
        assert WorkStanding.objects.get(place__user=student, quiz=quiz).due_at == made.due_at


@pytest.mark.parametrize(("tuesday", "friday", "wins"), [(1, 2, 2), (2, 1, 2), (1, None, None), (1, 1, 1)])
def test_of_two_groups_the_later_date_counts(quiz, cohort, student, tuesday, friday, wins):
    made = []
    for name, days in (("Tuesday", tuesday), ("Friday", friday)):
        due = None if days is None else NOW + days * DAY
        made.append(assign_quiz(cohort, quiz, for_group=grouped(cohort, name, student), due_at=due))

    found = assignment_for(quiz, student)

    assert found.due_at == (None if wins is None else NOW + wins * DAY)
    assert tuesday != friday or found == made[0]  # of equal dates, what was assigned first
    assert WorkStanding.objects.get(place__user=student, quiz=quiz).assignment == found


def test_who_joins_a_group_has_its_work_and_who_leaves_has_it_no_more(quiz, cohort, student, other):
    Assignment.objects.all().delete()
    group = grouped(cohort, "Tuesday", student)
    assign_quiz(cohort, quiz, for_group=group, due_at=NOW + DAY)

    regrouped(group, other)

    assert [row.place.user for row in WorkStanding.objects.filter(quiz=quiz)] == [other]
    place = Enrolment.objects.get(cohort=cohort, user=student)
    change_person(place=place, number="", groups=[group], actor=None, now=NOW)
    assert WorkStanding.objects.filter(quiz=quiz).count() == 2


def test_an_open_attempt_follows_its_student_into_a_group_and_keeps_its_time(quiz, cohort, student):
    everyone = assign_quiz(cohort, quiz, minutes=60)
    group = grouped(cohort, "Tuesday")
    short = assign_quiz(cohort, quiz, for_group=group, minutes=10)
    attempt = make_attempt(quiz, student)
    assert (attempt.assignment, attempt.deadline) == (everyone, NOW + timedelta(minutes=60))

    regrouped(group, student)

    attempt = Attempt.objects.get()
    assert (attempt.assignment, attempt.deadline) == (short, NOW + timedelta(minutes=60))


def test_a_group_with_work_is_not_deleted_until_that_is_withdrawn(quiz, cohort, instructor, student):
    group = grouped(cohort, "Tuesday", student)
    made = assign_quiz(cohort, quiz, for_group=group)
    with pytest.raises(GroupHasWork):
        delete_group(group=group)
    with pytest.raises(RestrictedError):  # from any other door as well
        group.delete()
    page = reverse("classes:group", args=[cohort.pk, group.pk])
    said = browser_of(instructor).post(page, {"delete": "on"}, follow=True)
    assert "This group is assigned work, so it was not deleted." in text(said)

    withdraw_assignment(made, Act(None, LATER))
    delete_group(group=group)

    assert not Group.objects.exists()
    assert Assignment.objects.get(pk=made.pk).withdrawn_at == LATER


def test_a_class_is_deleted_with_its_groups_and_their_work(quiz, cohort, student):
    assign_quiz(cohort, quiz, for_group=grouped(cohort, "Tuesday", student))

    cohort.delete()

    assert not Assignment.objects.exists()


@pytest.mark.parametrize("twice", [False, True])
def test_the_database_refuses_a_student_and_a_group_and_the_same_twice(quiz, cohort, student, twice):
    group = grouped(cohort, "Tuesday", student)
    assign_quiz(cohort, quiz, for_group=group)
    fields = {} if twice else {"student": student}

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(cohort=cohort, quiz=quiz, for_group=group, **fields)


def test_work_is_assigned_to_a_group_on_the_page(quiz, cohort, student, other, instructor):
    Assignment.objects.all().delete()
    group = grouped(cohort, "Tuesday", student)
    teacher = browser_of(instructor)
    fields = {"work": [f"quiz-{quiz.pk}"], "weight": "1", "for_group": group.pk}

    both = teacher.post(reverse("classes:assign", args=[cohort.pk]), {**fields, "student": student.username})
    assert "Choose a student or a group, not both." in text(both)
    assert teacher.post(reverse("classes:assign", args=[cohort.pk]), fields).status_code == 302

    listed = text(teacher.get(reverse("classes:assignments", args=[cohort.pk])))
    assert "Tuesday" in listed
    assert "0/1" in listed
    again = teacher.post(reverse("classes:assign", args=[cohort.pk]), fields)
    assert "is assigned already." in text(again)
    assert Assignment.objects.get().for_group == group


def test_a_group_of_another_class_cannot_be_chosen(quiz, cohort, instructor):
    grouped(cohort, "Tuesday")
    elsewhere = Group.objects.create(cohort=type(cohort).objects.create(course=quiz.course, name="B"), name="B")
    fields = {"work": [f"quiz-{quiz.pk}"], "weight": "1", "for_group": elsewhere.pk}

    answer = browser_of(instructor).post(reverse("classes:assign", args=[cohort.pk]), fields)

    assert answer.status_code == 422
    assert "Select a valid choice" in text(answer)


def test_the_overview_shows_one_group_and_no_cell_for_work_of_others(quiz, cohort, student, other, instructor):
    Assignment.objects.all().delete()
    group = grouped(cohort, "Tuesday", student)
    assign_quiz(cohort, quiz, for_group=group)
    teacher, page = browser_of(instructor), reverse("classes:overview", args=[cohort.pk])

    everyone = text(teacher.get(page))
    assert "not assigned to this student" in everyone
    of_group = text(teacher.get(page, {"group": group.pk}))
    assert "not assigned to this student" not in of_group
    assert f"students/{student.pk}/" in of_group
    assert f"students/{other.pk}/" not in of_group.split('id="grid-title"')[1]
    assert f"students/{other.pk}/" in text(teacher.get(page, {"group": "nonsense"}))


def test_work_of_another_group_is_in_no_total(cohort, quiz, student, other):
    quiz.is_practice = False
    quiz.save()
    Assignment.objects.all().delete()
    assign_quiz(cohort, quiz, for_group=grouped(cohort, "Tuesday", student))
    catch_up(cohort)
    places = [Enrolment.objects.with_names().get(user=each) for each in (student, other)]

    own, others = grades_of(book_of(cohort), places, now=LATER)

    assert [piece.status for piece in own.pieces] == [Status.AHEAD]
    assert not others.pieces


def test_the_whole_course_of_a_group_is_in_the_totals_of_its_members_alone(cohort, quiz, student, other):
    quiz.is_practice = False
    quiz.save()
    Assignment.objects.all().delete()
    assign([Assignment(cohort=cohort, for_group=grouped(cohort, "Tuesday", student))], Act(None, NOW))
    catch_up(cohort)
    places = [Enrolment.objects.with_names().get(user=each) for each in (student, other)]

    own, others = grades_of(book_of(cohort), places, now=LATER)

    assert [piece.status for piece in own.pieces] == [Status.AHEAD]
    assert not others.pieces


def test_by_api_a_group_is_named_by_its_id(quiz, cohort, student, instructor):
    Assignment.objects.all().delete()
    group = grouped(cohort, "Tuesday", student)
    address = reverse("api-class-assignments", args=[cohort.pk])
    teacher = browser_of(instructor)

    made = teacher.post(address, {"quiz": quiz.key, "group": group.pk}, content_type="application/json")
    assert (made.status_code, made.json()["group"]) == (201, group.pk)
    again = teacher.post(address, {"quiz": quiz.key, "group": group.pk}, content_type="application/json")
    assert again.status_code == 409
    wrong = teacher.post(address, {"quiz": quiz.key, "group": group.pk + 1}, content_type="application/json")
    assert wrong.status_code == 400
