"""Pages on which a class is assigned work: dates in its own time, and what would shorten attempts asked about first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from classes.reports.assignments import sentence
from courses.models import Cohort, Lesson
from quizzes.models import Assignment, Attempt
from quizzes.services.assignments import Act, assign
from tests.make import NOW, assign_quiz, browser_of, enrol, make_attempt, make_user

DAY = timedelta(days=1)


@pytest.fixture
def browser(instructor):
    return browser_of(instructor)


@pytest.fixture
def berlin(cohort):
    """The class, in Berlin, with nothing assigned."""
    Cohort.objects.update(time_zone="Europe/Berlin")
    Assignment.objects.all().delete()
    cohort.refresh_from_db()
    return cohort


def page(cohort, name="assignments", *keys):
    return reverse(f"classes:{name}", args=[cohort.pk, *keys])


def filled(**fields):
    return {"weight": "1", **fields}


def text(response):
    return " ".join(response.content.decode().split())


def test_dates_are_those_of_the_classs_own_clock(browser, berlin, quiz):
    """Before and after the clocks go back on 25 October: 23:59 there is another moment of UTC."""
    lesson = Lesson.objects.get(course=quiz.course)
    for value, due in ((f"quiz-{quiz.pk}", "2026-10-24T23:59"), (f"lesson-{lesson.pk}", "2026-10-25T23:59")):
        answer = browser.post(page(berlin, "assign"), filled(work=[value], due_at=due))
        assert answer.status_code == 302

    assert Assignment.objects.get(quiz=quiz).due_at == datetime(2026, 10, 24, 21, 59, tzinfo=UTC)
    assert Assignment.objects.get(lesson=lesson).due_at == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)
    listed = text(browser.get(page(berlin)))
    assert listed.count("October, 23:59") == 2
    assert "Europe/Berlin" in listed


@pytest.mark.parametrize(("due", "said"), [("2026-03-29T02:30", "may not exist"), ("2026-10-25T02:30", "ambiguous")])
def test_an_hour_that_does_not_exist_or_exists_twice_is_refused(browser, berlin, quiz, due, said):
    answer = browser.post(page(berlin, "assign"), filled(work=[f"quiz-{quiz.pk}"], due_at=due))

    assert answer.status_code == 422
    assert said in text(answer)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Tick at least one lesson or quiz."),
        ({"work": ["quiz-0"]}, "Select a valid choice"),
        ({"opens_at": "2026-05-02T09:00", "due_at": "2026-05-01T09:00"}, "This is before the date above it."),
        ({"due_at": "2026-05-02T09:00", "closes_at": "2026-05-02T09:00"}, "This is before the date above it."),
        ({"student": "stranger"}, "No student of this class has the username “stranger”."),
        ({"due_at": "tomorrow"}, "Enter a valid date/time."),
        ({"minutes": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_assigned(browser, berlin, quiz, stranger, fields, said):
    data = filled(**({"work": [f"quiz-{quiz.pk}"]} if fields and "work" not in fields else {}), **fields)

    answer = browser.post(page(berlin, "assign"), data)

    assert answer.status_code == 422
    assert said in text(answer)
    assert not Assignment.objects.exists()


def test_work_may_be_for_one_student(browser, berlin, quiz, student):
    browser.post(page(berlin, "assign"), filled(work=[f"quiz-{quiz.pk}"], student="student"))

    assert Assignment.objects.get().student == student
    again = browser.post(page(berlin, "assign"), filled(work=[f"quiz-{quiz.pk}"], student="student"))
    assert "is assigned already" in text(again)
    assert browser.post(page(berlin, "assign"), filled(work=[f"quiz-{quiz.pk}"])).status_code == 302
    assert Assignment.objects.count() == 2


def test_the_whole_course_is_one_click_and_is_assigned_once(browser, berlin):
    assert "Whole course, no dates" in text(browser.get(page(berlin)))
    for _time in range(2):
        browser.post(page(berlin, "assign-whole-course"))

    assert Assignment.objects.get().is_whole_course
    assert "Whole course, no dates</button>" not in text(browser.get(page(berlin)))


def test_a_whole_course_takes_no_dates(browser, cohort):
    whole = Assignment.objects.get(cohort=cohort)

    browser.post(page(cohort, "assignment", whole.pk), filled(due_at="2026-05-02T09:00"))

    whole.refresh_from_db()
    assert whole.due_at is None


@pytest.mark.parametrize(
    ("fields", "at", "said"),
    [
        (
            {"opens_at": "2026-09-07T07:00Z", "due_at": "2026-09-11T21:59Z", "closes_at": "2026-09-13T21:59Z"},
            "2026-09-01T00:00Z",
            "Opens Monday 7 September, 09:00, due Friday 11 September, 23:59, closes Sunday 13 September, 23:59",
        ),
        (
            {"opens_at": "2026-09-07T07:00Z", "due_at": "2026-09-11T21:59Z"},
            "2026-09-09T00:00Z",
            "Open since Monday 7 September, 09:00, due Friday 11 September, 23:59",
        ),
        (
            {"due_at": "2026-12-31T22:59Z"},
            "2027-01-01T12:00Z",
            "Was due Thursday 31 December 2026, 23:59",
        ),
        ({}, "2026-09-09T00:00Z", ""),
    ],
)
def test_the_sentence_that_dates_make(berlin, quiz, fields, at, said):
    made = Assignment(cohort=berlin, quiz=quiz, **{name: datetime.fromisoformat(each) for name, each in fields.items()})

    plain = "Open now, and nothing is due: students do it when they like."
    assert sentence(made, now=datetime.fromisoformat(at)) == (f"{said}, Berlin time." if said else plain)


def test_a_change_that_shortens_attempts_asks_first_and_does_as_it_is_answered(browser, cohort, quiz, student):
    dated = assign_quiz(cohort, quiz, minutes=60)
    with time_machine.travel(NOW, tick=False):
        running = make_attempt(quiz, student)
        asked = browser.post(page(cohort, "assignment", dated.pk), filled(minutes="20"))
        assert "Attempts in progress would be shortened" in text(asked)
        assert Assignment.objects.get(pk=dated.pk).minutes == 60
        fields = dict(asked.context["fields"])
        late = make_user("late")
        enrol(late, cohort)
        make_attempt(quiz, late)
        stale = browser.post(
            page(cohort, "assignment", dated.pk), {**fields, "seen": asked.context["seen"], "shorter": "shorten"}
        )
        assert len(stale.context["shortenings"]) == 2
        done = browser.post(
            page(cohort, "assignment", dated.pk), {**fields, "seen": stale.context["seen"], "shorter": "shorten"}
        )

    assert done.status_code == 302
    running.refresh_from_db()
    assert running.deadline == NOW + timedelta(minutes=20)


def test_attempts_may_keep_their_time(browser, cohort, quiz, student):
    dated = assign_quiz(cohort, quiz, minutes=60)
    with time_machine.travel(NOW, tick=False):
        running = make_attempt(quiz, student)
        browser.post(page(cohort, "assignment", dated.pk), filled(minutes="20", shorter="keep"))

    running.refresh_from_db()
    dated.refresh_from_db()
    assert (running.deadline, dated.minutes) == (NOW + timedelta(minutes=60), 20)


def test_withdrawing_says_first_what_becomes_of_work_under_way(browser, cohort, quiz, student):
    dated = assign_quiz(cohort, quiz)
    make_attempt(quiz, student)

    asked = text(browser.get(page(cohort, "assignment-withdraw", dated.pk)))
    assert "1 attempt is in progress. It keeps the time it has and can be submitted." in asked
    assert Assignment.objects.get(pk=dated.pk).withdrawn_at is None
    browser.post(page(cohort, "assignment-withdraw", dated.pk))

    assert Assignment.objects.get(pk=dated.pk).withdrawn_at is not None
    assert browser.get(page(cohort, "assignment", dated.pk)).status_code == 404


def test_the_list_counts_who_has_finished_among_those_who_are_there(browser, cohort, quiz, student):
    gone = make_user("gone")
    place = enrol(gone, cohort)
    assign_quiz(cohort, quiz)
    for person in (student, gone):
        attempt = make_attempt(quiz, person)
        Attempt.objects.filter(pk=attempt.pk).update(state="submitted", submitted_at=NOW, score=1)
    browser.get(reverse("classes:overview", args=[cohort.pk]))
    place.is_active = False
    place.save()

    [unit] = browser.get(page(cohort)).context["page"].units
    assert [line.count for line in unit.lines] == [1]


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_the_same_for_any_class(browser, cohort, quiz, count, django_assert_max_num_queries):
    for number in range(count):
        student = make_user(f"student-{number}")
        enrol(student, cohort)
        assign([Assignment(cohort=cohort, quiz=quiz, student=student)], Act(None, NOW))

    with django_assert_max_num_queries(13):
        assert len(browser.get(page(cohort)).context["page"].units[0].lines) == count


def test_an_assistant_sees_and_does_not_change(cohort, quiz):
    helper = make_user("helper")
    cohort.enrolments.create(user=helper, role="assistant")
    dated = assign_quiz(cohort, quiz)

    seen = text(browser_of(helper).get(page(cohort, "assignment", dated.pk)))

    assert "Only an instructor of the class can change this." in seen
    assert "Save dates" not in seen
