"""The overview of a class: who needs help and why, and a page of students × assigned work from standing rows."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.urls import reverse

from classes.reports.help import help_page
from classes.reports.overview import Asked, grid
from courses.models import AuditEntry, Enrolment, Lesson
from courses.services.progress import mark_read
from quizzes.domain.standing import Reason
from quizzes.models import Assignment, ClassStanding, WorkStanding
from quizzes.services.standing import catch_up, set_aside
from tests.make import (
    JOINED,
    NOW,
    answer_rightly,
    assign_quiz,
    browser_of,
    enrol,
    make_attempt,
    make_cohort,
    make_course,
    make_quiz,
    make_user,
    quiz_file,
    submit,
)

DAY = timedelta(days=1)


def cells(cohort, *, now=NOW, **asked):
    catch_up(cohort)
    page = grid(cohort, Asked(**asked), now=now)
    titles = [each.title for each in page.columns]
    return {
        row.name: dict(zip(titles, [(cell.text, cell.look) for cell in row.cells], strict=True)) for row in page.rows
    }


def helped(cohort, *, now=NOW):
    catch_up(cohort)
    return {each.name: list(each.reasons) for each in help_page(cohort, now=now).first}


def test_only_what_is_assigned_has_a_column(db, student):
    course = make_course(lessons=2, quizzes=[quiz_file(key="one"), quiz_file(key="two")])
    cohort = make_cohort(course, students=[student])
    assert len(cells(cohort)["student"]) == 4
    Assignment.objects.all().delete()
    assign_quiz(cohort, course.quizzes.get(key="two"))

    assert len(cells(cohort)["student"]) == 1


def test_cells_tell_what_was_done(db, student):
    quiz = make_quiz(items=2, pass_percent=60)
    cohort = make_cohort(quiz.course, students=[student])
    assert cells(cohort)["student"][quiz.title] == ("–", "new")
    dated = assign_quiz(cohort, quiz, due_at=NOW + DAY)
    assert cells(cohort, now=NOW + 4 * DAY)["student"][quiz.title] == ("3 d", "late")

    attempt = make_attempt(quiz, student)
    assert cells(cohort)["student"][quiz.title] == ("…", "open")
    answer_rightly(attempt, count=1)
    submit(attempt)

    assert cells(cohort, now=NOW + 4 * DAY)["student"][quiz.title] == ("50", "fail")
    assert dated.standings.get().state == "done"


def test_reading_is_told_in_sections(db, student):
    course = make_course(lessons=1, sections=3)
    cohort = make_cohort(course, students=[student])
    title = "1.1 Title of lesson-1"
    for count, told in ((1, ("1/3", "open")), (3, ("✓", "ok"))):
        sections = [f"section-{at}" for at in range(1, count + 1)]
        mark_read(lesson=Lesson.objects.get(), sections=sections, student=student, now=NOW)
        assert cells(cohort)["student"][title] == told


def test_a_score_of_which_some_is_to_be_graded_is_no_verdict(db, student):
    quiz = make_quiz(items=1, pass_percent=60)
    cohort = make_cohort(quiz.course, students=[student])
    submit(make_attempt(quiz, student))
    WorkStanding.objects.update(state="waits", unmarked=1, share="0.5")

    assert cells(cohort)["student"][quiz.title] == ("≥50", "wait")


def test_a_score_just_below_the_pass_mark_fails_and_is_not_rounded_across_it(db, student):
    quiz = make_quiz(items=1, pass_percent=85)
    cohort = make_cohort(quiz.course, students=[student])
    submit(make_attempt(quiz, student))
    WorkStanding.objects.update(share="0.849999999999")

    assert cells(cohort)["student"][quiz.title] == ("84.9", "fail")


@pytest.fixture
def five(db):
    """A class of five, each with another reason to help, or none."""
    quiz = make_quiz(items=1)
    cohort = make_cohort(quiz.course)
    for name in ("busy", "falling", "late", "stuck", "unseen"):
        enrol(make_user(name), cohort, now=NOW - 30 * DAY)
    catch_up(cohort)
    ClassStanding.objects.update(seen_at=NOW - DAY)
    of = {each.place.user.username: each for each in ClassStanding.objects.select_related("place__user")}
    for name, values in (
        ("falling", {"is_falling": True}),
        ("late", {"next_due_at": NOW - DAY}),
        ("stuck", {"stuck": 1}),
        ("unseen", {"seen_at": NOW - 8 * DAY}),
    ):
        ClassStanding.objects.filter(pk=of[name].pk).update(**values)
    return cohort


def test_each_reason_to_help_is_told_and_who_has_none_is_left_alone(five):
    assert helped(five) == {
        "late": [Reason.OVERDUE],
        "stuck": [Reason.STUCK],
        "unseen": [Reason.UNSEEN],
        "falling": [Reason.FALLING],
    }


def test_the_list_and_the_count_say_the_same_as_the_rule_for_one(five):
    page = help_page(five, now=NOW)

    assert page.count == len(page.first) == 4
    assert set(cells(five, show="help")) == {"falling", "late", "stuck", "unseen"}


def test_who_joined_this_week_is_not_missed_yet(db, student):
    cohort = make_cohort(make_quiz().course)
    enrol(student, cohort, now=NOW - 3 * DAY)

    assert helped(cohort) == {}
    assert helped(cohort, now=NOW + 5 * DAY) == {"student": [Reason.UNSEEN]}


def test_a_student_set_aside_comes_back_after_a_week_or_with_something_new(five):
    late = User.objects.get(username="late")
    set_aside(cohort=five, student_id=late.pk, actor=make_user("teacher"), note=" Written to. ", now=NOW)

    assert "late" not in helped(five)
    assert AuditEntry.objects.get(deed="set_aside").person_id == late.pk
    [aside] = help_page(five, now=NOW).set_aside
    assert (aside.note, aside.set_aside_until) == ("Written to.", NOW + 7 * DAY)
    assert "late" in helped(five, now=NOW + 7 * DAY)


def test_setting_aside_holds_until_the_next_date_at_most(db, student):
    quiz = make_quiz()
    cohort = make_cohort(quiz.course, students=[student])
    assign_quiz(cohort, quiz, due_at=NOW + 2 * DAY)

    done = set_aside(cohort=cohort, student_id=student.pk, actor=make_user("teacher"), note="", now=NOW)

    assert done.set_aside_until == NOW + 2 * DAY


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["busy", "falling", "late", "stuck", "unseen"]),
        ({"sort": "-name"}, ["unseen", "stuck", "late", "falling", "busy"]),
        ({"sort": "seen", "show": "help"}, ["unseen", "falling", "late", "stuck"]),
        ({"sort": "nonsense"}, ["busy", "falling", "late", "stuck", "unseen"]),
        ({"find": "LA"}, ["late"]),
        ({"find": "nobody"}, []),
        ({"show": "overdue"}, ["late"]),
        ({"show": "grade"}, []),
        ({"page": "99"}, ["busy", "falling", "late", "stuck", "unseen"]),
        ({"page": "x", "unit": "x"}, ["busy", "falling", "late", "stuck", "unseen"]),
    ],
)
def test_filters_sorting_and_search(five, asked, names):
    assert list(cells(five, **asked)) == names


def test_a_removed_student_is_gone_from_list_and_table(five):
    Enrolment.objects.filter(user__username="late").update(is_active=False)

    assert "late" not in helped(five)
    assert "late" not in cells(five)


def test_a_cell_leads_to_the_attempts_behind_it(db, student, instructor):
    quiz = make_quiz(items=1)
    cohort = make_cohort(quiz.course, instructor=instructor, students=[student])
    attempt = submit(make_attempt(quiz, student))
    browser, overview = browser_of(instructor), reverse("classes:overview", args=[cohort.pk])

    page = browser.get(overview).content.decode()

    address = f"students/{student.pk}/?quiz={quiz.pk}"
    assert f'href="{address}"' in page
    behind = browser.get(overview + address).content.decode()
    assert reverse("quizzes:result", args=[attempt.pk]) in behind
    assert (
        reverse("quizzes:result", args=[attempt.pk])
        not in browser.get(overview + f"students/{student.pk}/?quiz=0").content.decode()
    )


def test_the_page_is_told_of_changes_only_when_there_are_any(db, student, instructor, django_assert_num_queries):
    quiz = make_quiz(items=1)
    cohort = make_cohort(quiz.course, instructor=instructor, students=[student])
    browser = browser_of(instructor)
    since = browser.get(reverse("classes:overview", args=[cohort.pk])).context["since"]
    address = reverse("classes:changes", args=[cohort.pk])

    with django_assert_num_queries(2):
        quiet = browser.get(address, {"since": since})
    make_attempt(quiz, student)
    told = browser.get(address, {"since": since})

    assert (quiet.status_code, quiet.get("HX-Trigger")) == (204, None)
    assert (told.status_code, told.get("HX-Trigger")) == (204, "class-changed")


def filled_class(course, count):
    """Return a class of so many students with 40 pieces of work each, written as rows."""
    cohort = make_cohort(course)
    Assignment.objects.all().delete()
    lessons = list(Lesson.objects.filter(course=course))
    assignments = Assignment.objects.bulk_create([Assignment(cohort=cohort, lesson=each) for each in lessons])
    first = User.objects.count()
    names = [
        {"username": f"s{first + n}", "first_name": f"Given {n}", "last_name": f"Family {n}"} for n in range(count)
    ]
    users = User.objects.bulk_create(User(**each) for each in names)
    places = Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=each, joined_at=JOINED) for each in users)
    ClassStanding.objects.bulk_create(
        ClassStanding(place=each, cohort=cohort, changed_at=NOW, done=at % 40, seen_at=NOW - at % 9 * DAY)
        for at, each in enumerate(places)
    )
    WorkStanding.objects.bulk_create(
        WorkStanding(
            place=place, cohort=cohort, assignment=made, lesson=lesson, changed_at=NOW, seen_at=NOW,
            state=("done", "open", "new")[(at + n) % 3], parts=(at + n) % 3,
        )
        for at, place in enumerate(places)
        for n, (made, lesson) in enumerate(zip(assignments, lessons, strict=True))
    )  # fmt: skip
    return cohort


def test_a_page_costs_the_same_for_30_and_300_students_and_is_small(db, django_assert_max_num_queries):
    course = make_course(lessons=40, sections=1)
    teacher = make_user("teacher")
    counts, sizes = [], []
    for size in (30, 300):
        cohort = filled_class(course, size)
        cohort.enrolments.create(user=teacher, role="instructor")
        browser = browser_of(teacher)
        with time_machine.travel(NOW, tick=False), django_assert_max_num_queries(26) as queries:
            page = browser.get(reverse("classes:overview", args=[cohort.pk]))
        counts.append(len(queries))
        sizes.append(len(gzip.compress(page.content)))
        assert len(page.context["grid"].rows) == min(size, 60)
        assert len(page.context["grid"].columns) == 40

    assert counts[0] == counts[1]
    assert max(sizes) <= 60_000


def test_a_class_with_nothing_assigned_says_how_to_begin(db, student, instructor):
    cohort = make_cohort(make_quiz().course, instructor=instructor, students=[student])
    Assignment.objects.all().delete()

    page = browser_of(instructor).get(reverse("classes:overview", args=[cohort.pk])).content.decode()

    assert "Nothing is assigned yet" in page
