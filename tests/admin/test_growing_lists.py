"""Lists of what students do: a page reads the newest rows, whatever there is besides, and a search finds the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from courses.admin import growing
from courses.admin.growing import GrowingRows
from courses.models import Cohort, Course
from courses.models.bulk import update_rows
from courses.services.staff import make_instructor
from quizzes.models import Attempt, AttemptEvent, ItemResponse, SavedAnswer
from tests.admin.work import listed, root, taught_course, teacher_of
from tests.make import NOW, body, browser_of, make_cohort, make_course, make_user, quiz_file
from tests.pages.test_site_cost import add_readers
from tests.rows import reading

NAMES = sorted(
    model._meta.label_lower.replace(".", "_") for model, each in site._registry.items() if isinstance(each, GrowingRows)
)
NEWEST, FEW, MANY = 60, 100, 1_000


@pytest.fixture(autouse=True)
def _window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "NEWEST", NEWEST)


def test_what_students_add_to_is_listed_so() -> None:
    assert {
        "courses_lessoncompletion", "courses_sectionread", "quizzes_attempt", "quizzes_attemptevent",
        "quizzes_humanmark", "quizzes_itemresponse", "quizzes_questionreport", "quizzes_savedanswer", "quizzes_try",
    } == set(NAMES)  # fmt: skip


def add_work(course: Course, names: list[str]) -> None:
    """Add readers who have read and answered everything, with what is kept of their answers."""
    add_readers(course, names)
    responses = ItemResponse.objects.filter(attempt__student__username__in=names)
    SavedAnswer.objects.bulk_create(
        SavedAnswer(response=each, client_key=uuid4(), sequence=0, answer="It lapsed.", outcome="taken", saved_at=NOW)
        for each in responses
    )
    attempts = list(Attempt.objects.filter(student__username__in=names))
    for at, attempt in enumerate(attempts):
        attempt.started_at = NOW + timedelta(seconds=at)
    update_rows(attempts, ["started_at"])
    AttemptEvent.objects.bulk_create(AttemptEvent(attempt=each, kind="submitted", happened_at=NOW) for each in attempts)


def test_no_list_reads_more_because_others_have_worked(db: None) -> None:
    course = make_course(
        lessons=2, sections=2, quizzes=[quiz_file(items=[body("essay", key="q1"), body("essay", key="q2")])]
    )
    browsers = {"administrator": root(), "instructor": browser_of(instructor_of(course)[0])}
    costs = []
    for names in (range(FEW), range(FEW, MANY)):
        add_work(course, [f"reader-{at}" for at in names])
        costs.append({(name, who): cost(browser, name) for name in NAMES for who, browser in browsers.items()})

    few, many = costs
    assert {key: (few[key], read) for key, read in many.items() if read > 1.2 * few[key] + 200} == {}


def instructor_of(course: Course) -> tuple[User, Cohort]:
    teacher = make_user("teacher")
    make_instructor(teacher)
    return teacher, make_cohort(course, instructor=teacher, students=[make_user("own")])


def cost(browser: Client, name: str) -> int:
    browser.get(listed(name))
    with reading() as read:
        assert browser.get(listed(name)).status_code == 200
    return read.amount


@pytest.mark.parametrize("name", NAMES)
def test_a_list_says_that_it_holds_the_newest(db: None, name: str) -> None:
    html = root().get(listed(name)).content.decode()

    assert f"The newest {NEWEST} are listed. Search to find older ones." in html


def test_an_older_row_is_found_by_its_student_and_its_question_and_opens(db: None, monkeypatch: Any) -> None:
    course = taught_course()
    browser, _cohort = teacher_of(course, name="teacher", students=2)
    oldest = ItemResponse.objects.order_by("pk").first()
    assert oldest is not None
    monkeypatch.setattr(growing, "NEWEST", 1)

    def rows(**query: str) -> list[ItemResponse]:
        return list(browser.get(listed("quizzes_itemresponse"), query).context["cl"].queryset)

    assert oldest not in rows()
    assert oldest in rows(q=oldest.attempt.student.username)
    assert oldest in rows(q=oldest.revision.item.key)
    assert rows(q="no one of this name") == []
    assert browser.get(reverse("admin:quizzes_itemresponse_change", args=[oldest.pk])).status_code == 200


def test_an_instructor_finds_only_the_work_of_own_classes(db: None) -> None:
    course = taught_course()
    browser, _cohort = teacher_of(course, name="teacher", students=1)
    teacher_of(course, name="other", students=1)

    for name in ("quizzes_attempt", "quizzes_itemresponse", "quizzes_savedanswer", "quizzes_attemptevent"):
        for query in ({}, {"q": "student-0"}):
            shown = browser.get(listed(name), query).content.decode()
            assert "teacher-student-0" in shown, (name, query)
            assert "other-student-0" not in shown, (name, query)


def test_the_filter_by_class_keeps_the_work_of_its_students(db: None) -> None:
    course = taught_course()
    _browser, cohort = teacher_of(course, name="teacher", students=1)
    teacher_of(course, name="other", students=1)

    shown = root().get(listed("quizzes_attempt"), {"class": cohort.pk}).context["cl"].queryset

    assert {each.student.username for each in shown} == {"teacher-student-0"}
    assert len(shown) == 2
