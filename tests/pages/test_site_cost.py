"""Pages cost the same on a site with a hundred readers and with three thousand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from courses.models import Cohort, Course, Lesson, LessonCompletion, Section, SectionRead
from courses.services.progress import mark_read
from courses.services.staff import make_instructor
from quizzes.models import Attempt, ItemResponse, Quiz
from tests.api.ask import API
from tests.make import (
    NOW,
    answer_rightly,
    body,
    browser_of,
    make_attempt,
    make_cohort,
    make_course,
    make_user,
    quiz_file,
)
from tests.make import submit as hand_in
from tests.rows import reading

FEW, MANY = 100, 3_000
CLASS = 30


@pytest.fixture
def course(db: None) -> Course:
    """A course of four lessons, with a quiz that has an essay among its questions."""
    quiz = quiz_file(items=[body("single", key="q1"), body("essay", key="q2")])
    return make_course(lessons=4, sections=3, quizzes=[quiz])


@pytest.fixture
def cohort(course: Course) -> Cohort:
    """A class of thirty who have all read and taken the quiz."""
    teacher = make_user("teacher")
    make_instructor(teacher)
    students = [make_user(f"student-{at:02}") for at in range(CLASS)]
    cohort = make_cohort(course, instructor=teacher, students=students)
    for student in students:
        for lesson in course.lessons.all()[:2]:
            mark_read(lesson=lesson, sections=["section-1", "section-2"], student=student, now=NOW)
        attempt = make_attempt(course.quizzes.get(), student)
        answer_rightly(attempt)
        hand_in(attempt)
    return cohort


def add_readers(course: Course, names: Sequence[str]) -> None:
    """Add readers in no class who have read everything and taken the quiz."""
    people = User.objects.bulk_create(User(username=name) for name in names)
    sections = list(Section.objects.filter(lesson__course=course))
    lessons = list(Lesson.objects.filter(course=course))
    quiz = Quiz.objects.get(course=course)
    revisions = [item.revisions.get() for item in quiz.items.all()]
    SectionRead.objects.bulk_create(
        SectionRead(student=person, section=section, read_at=NOW) for person in people for section in sections
    )
    LessonCompletion.objects.bulk_create(
        LessonCompletion(student=person, lesson=lesson, completed_at=NOW) for person in people for lesson in lessons
    )
    attempts = Attempt.objects.bulk_create(
        Attempt(
            quiz=quiz, student=person, number=1, started_at=NOW, submitted_at=NOW + timedelta(minutes=9),
            state="submitted", score=Decimal(1), raw_score=Decimal(1), max_score=Decimal(2), unmarked_count=1,
        )
        for person in people
    )  # fmt: skip
    ItemResponse.objects.bulk_create(
        ItemResponse(
            attempt=attempt,
            revision=revision,
            position=at,
            answer="It lapsed.",
            answered_at=NOW,
            is_for_people=at == 2,
            objective_id=revision.item.objective_id,
        )
        for attempt in attempts
        for at, revision in enumerate(revisions, start=1)
    )


def pages(course: Course, cohort: Cohort) -> Iterator[tuple[str, str, str]]:
    """Yield who reads, and each page: a name and an address."""
    attempt = Attempt.objects.get(student__username="student-00")
    for who in ("student-00", ""):
        for page in ("course", "timeline"):
            yield who, page, reverse(f"courses:{page}", args=[course.key])
        yield who, "catalogue", reverse("courses:catalogue")
        yield who, "lesson", reverse("courses:lesson", args=[course.key, "lesson-1"])
        yield who, "quiz", reverse("quizzes:quiz", args=[course.key, "quiz"])
        for path in ("courses/", "lessons/", "quizzes/", f"courses/{course.key}/", f"quizzes/{course.key}/quiz/"):
            yield who, f"api {path}", f"{API}/{path}"
    yield "student-00", "classes", reverse("classes:list")
    yield "student-00", "result", reverse("quizzes:result", args=[attempt.pk])
    yield "student-00", "api attempts", f"{API}/attempts/"
    yield "student-00", "api progress", f"{API}/progress/?course={course.key}"
    for page in ("overview", "csv", "grading", "question-reports", "surveys", "extra-time"):
        yield "teacher", page, reverse(f"classes:{page}", args=[cohort.pk])
    essay = attempt.responses.get(position=2)
    yield "teacher", "marking one", reverse("classes:grade", args=[cohort.pk, essay.revision_id])
    yield "teacher", "student", reverse("classes:student", args=[cohort.pk, attempt.student_id])
    yield "teacher", "a student's result", reverse("quizzes:result", args=[attempt.pk])
    yield "teacher", "api classes", f"{API}/classes/"
    yield "teacher", "api class", f"{API}/classes/{cohort.pk}/progress/"


def costs(course: Course, cohort: Cohort) -> dict[str, int]:
    """Return what each page reads, once it has been asked for before."""
    found = {}
    for who, page, address in pages(course, cohort):
        browser = browser_of(User.objects.get(username=who)) if who else browser_of(make_user(f"new-{page}"))
        assert browser.get(address).status_code == 200, page
        with reading() as read:
            browser.get(address)
        found[f"{page} for {who or 'a newcomer'}"] = read.amount
    User.objects.filter(username__startswith="new-").delete()
    return found


def test_no_page_reads_more_because_others_read_too(course: Course, cohort: Cohort) -> None:
    add_readers(course, [f"few-{at}" for at in range(FEW)])
    before = costs(course, cohort)
    add_readers(course, [f"many-{at}" for at in range(MANY - FEW)])

    after = costs(course, cohort)

    assert {page: (before[page], read) for page, read in after.items() if read > 1.1 * before[page] + 100} == {}


def test_the_measure_sees_a_query_that_reads_every_reader(course: Course) -> None:
    amounts = []
    for names in (["first"], [f"more-{at}" for at in range(FEW)]):
        add_readers(course, names)
        with reading() as read:
            assert SectionRead.objects.filter(section__title="None").count() == 0
            SectionRead.objects.filter(student__username="nobody", read_at=NOW).count()
            list(SectionRead.objects.exclude(read_at=NOW))
        amounts.append(read.amount)

    assert amounts[1] > 2 * amounts[0] + 100
