"""Every address, tried by everyone: owner, teacher, another class's teacher, another student, a stranger, nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses import urls as course_urls
from courses.models import ApiToken, Cohort, Course
from courses.reports.takeaway import FORMS, make
from courses.services.tokens import make_token
from quizzes import urls as quiz_urls
from quizzes.models import Attempt, ItemResponse, QuestionReport, Quiz, Regrade, SavedAnswer
from quizzes.services.regrading import make_regrade
from quizzes.services.reports import report_question
from tests.make import LATER, NOW, body, give, make_attempt, make_cohort, make_course, make_user, quiz_file, submit

PEOPLE = ("owner", "teacher", "other_teacher", "other_student", "stranger", "nobody")
OPEN = dict.fromkeys(PEOPLE, 200)
SIGNED_IN = {**OPEN, "nobody": 302}
TEACHER_ONLY = {**dict.fromkeys(PEOPLE, 404), "teacher": 200, "nobody": 302}
TEACHERS_OF_THE_COURSE = {**TEACHER_ONLY, "other_teacher": 200}
TEACHER_ACTS = {**TEACHER_ONLY, "teacher": 302}
TEACHERS_ACT = {**TEACHER_ACTS, "other_teacher": 302}
OWNER_ONLY = {**dict.fromkeys(PEOPLE, 404), "owner": 200}
OWNER_READS = {**OWNER_ONLY, "nobody": 302}
OWNER_ACTS = {**dict.fromkeys(PEOPLE, 404), "owner": 302}
ANYONE_ACTS = dict.fromkeys(PEOPLE, 302)

# Name of the address → what a GET (or, for `post:`, a POST) answers to each person.
EXPECTED: dict[str, dict[str, int]] = {
    "courses:catalogue": OPEN,
    "courses:course": OPEN,
    "courses:timeline": OPEN,
    "courses:sources": OPEN,
    "courses:glossary": OPEN,
    "courses:people": OPEN,
    "courses:search": OPEN,
    "courses:print": OPEN,
    "courses:take-away": OPEN,
    "courses:take-away-file": OPEN,
    "courses:lesson": OPEN,
    "post:courses:lesson-read": ANYONE_ACTS,
    "courses:classes": SIGNED_IN,
    "courses:join": SIGNED_IN,
    "quizzes:personal": OPEN,  # one's own, and nobody else's: test_privacy.py
    "quizzes:personal-file": OPEN,
    "courses:tokens": SIGNED_IN,
    "post:courses:token-revoke": {**OWNER_ACTS, "nobody": 302},
    "quizzes:study": OPEN,
    "quizzes:check": OPEN,
    "quizzes:quiz": OPEN,
    "quizzes:paper": {**TEACHER_ONLY, "other_teacher": 200},
    "quizzes:rules": TEACHERS_OF_THE_COURSE,
    "post:quizzes:start": {**ANYONE_ACTS, "nobody": 403},
    "quizzes:attempt-item": OWNER_READS,
    "post:quizzes:attempt-item": OWNER_ACTS,
    "post:quizzes:attempt-flag": OWNER_ACTS,
    "post:quizzes:attempt-hint": {**OWNER_ACTS, "owner": 409},
    "quizzes:attempt-clock": OWNER_ONLY,
    "post:quizzes:attempt-choose": dict.fromkeys(PEOPLE, 404),
    "quizzes:attempt-confirm": OWNER_READS,
    "quizzes:result": {**OWNER_READS, "owner": 302, "teacher": 200},
    "post:quizzes:attempt-submit": OWNER_ACTS,
    "quizzes:class": TEACHER_ONLY,
    "quizzes:class-csv": TEACHER_ONLY,
    "quizzes:class-student": TEACHER_ONLY,
    "quizzes:marking": TEACHER_ONLY,
    "quizzes:marking-answer": TEACHER_ONLY,
    "quizzes:class-reports": TEACHER_ONLY,
    "quizzes:class-time": TEACHER_ONLY,
    "post:quizzes:class-report-answer": TEACHER_ACTS,
    "post:quizzes:attempt-report": OWNER_ACTS,
    "post:quizzes:attempt-reopen": {**TEACHER_ACTS, "teacher": 409},
    "post:quizzes:attempt-accept": {**TEACHER_ACTS, "teacher": 409},
    "quizzes:regrade": TEACHERS_OF_THE_COURSE,
    "post:quizzes:regrade-undo": TEACHERS_ACT,
}


@dataclass
class World:
    """Two classes of one course, and two attempts of a student of the first: one open, one with an essay handed in."""

    course: Course
    quiz: Quiz
    cohort: Cohort
    attempt: Attempt
    handed_in: Attempt
    people: dict[str, User | None]
    token: ApiToken

    @property
    def essay(self) -> ItemResponse:
        """Return the essay that was handed in."""
        return self.handed_in.responses.get(position=1)

    @property
    def regrade(self) -> Regrade:
        """Return the regrade of the essay."""
        return Regrade.objects.get()

    @property
    def saved(self) -> SavedAnswer:
        """Return the answer of the essay, which came in time: accepting it is refused."""
        return SavedAnswer.objects.get(response=self.essay)

    @property
    def report(self) -> QuestionReport:
        """Return the report of the essay."""
        return QuestionReport.objects.get(response=self.essay)

    def address(self, name: str) -> str:
        """Return an address of this world by its name."""
        arguments: dict[str, list[Any]] = {
            "courses:catalogue": [],
            "courses:classes": [],
            "quizzes:personal": [],
            "quizzes:personal-file": [],
            "courses:join": [],
            "courses:tokens": [],
            "courses:token-revoke": [self.token.pk],
            "courses:take-away-file": [self.course.key, "epub"],
            "courses:lesson": [self.course.key, "lesson-1"],
            "courses:lesson-read": [self.course.key, "lesson-1"],
            "quizzes:check": [self.course.key, "check-1"],
            "quizzes:quiz": [self.course.key, self.quiz.key],
            "quizzes:paper": [self.course.key, self.quiz.key],
            "quizzes:rules": [self.course.key, self.quiz.key],
            "quizzes:start": [self.course.key, self.quiz.key],
            "quizzes:class": [self.cohort.pk],
            "quizzes:class-csv": [self.cohort.pk],
            "quizzes:class-student": [self.cohort.pk, self.attempt.student_id],
            "quizzes:attempt-accept": [self.handed_in.pk, self.saved.pk],
            "quizzes:class-reports": [self.cohort.pk],
            "quizzes:class-time": [self.cohort.pk],
            "quizzes:class-report-answer": [self.cohort.pk, self.report.pk],
            "quizzes:regrade": [self.essay.revision_id],
            "quizzes:regrade-undo": [self.essay.revision_id, self.regrade.pk],
            "quizzes:marking": [self.cohort.pk],
            "quizzes:marking-answer": [self.cohort.pk, self.essay.revision_id],
        }
        if name in arguments:
            return reverse(name, args=arguments[name])
        if name.startswith("quizzes:attempt") or name == "quizzes:result":
            one_question = name in (
                "quizzes:attempt-item",
                "quizzes:attempt-flag",
                "quizzes:attempt-hint",
                "quizzes:attempt-choose",
                "quizzes:attempt-report",
            )
            return reverse(name, args=[self.attempt.pk, 1] if one_question else [self.attempt.pk])
        return reverse(name, args=[self.course.key])


@pytest.fixture
def world(db: None) -> World:
    essay = quiz_file(key="written", items=[body("essay", key="essay")], practice=False)
    first = quiz_file(items=2, practice=False, checks=[body("single", key="check-1")])
    course = make_course(lessons=1, sections=1, quizzes=[first, essay])
    quiz = course.quizzes.get(key="quiz")
    owner, teacher, other_teacher, other_student, stranger = (
        make_user(name) for name in ("owner", "teacher", "other-teacher", "other-student", "stranger")
    )
    cohort = make_cohort(quiz.course, instructor=teacher, students=[owner])
    make(quiz.course, FORMS["epub"], now=NOW)
    make_cohort(quiz.course, instructor=other_teacher, students=[other_student])
    people = {
        "owner": owner,
        "teacher": teacher,
        "other_teacher": other_teacher,
        "other_student": other_student,
        "stranger": stranger,
        "nobody": None,
    }
    handed_in = make_attempt(course.quizzes.get(key="written"), owner)
    give(handed_in, "It lapsed.")
    submit(handed_in)
    keep = Regrade(revision=handed_in.responses.get().revision, fix="keep", reason="Looked at.", actor=teacher)
    make_regrade(regrade=keep, now=LATER)
    token, _secret = make_token(user=owner, name="script", days=365, now=timezone.now())
    report_question(attempt_id=handed_in.pk, position=1, student=owner, text="Unclear.", wants_regrade=False, now=LATER)
    return World(course, quiz, cohort, make_attempt(quiz, owner), handed_in, people, token)


def test_no_address_is_forgotten() -> None:
    names = {f"courses:{url.name}" for url in course_urls.urlpatterns}
    names |= {f"quizzes:{url.name}" for url in quiz_urls.urlpatterns}

    assert {name.removeprefix("post:") for name in EXPECTED} == names


@pytest.mark.parametrize("person", PEOPLE)
def test_each_address_answers_each_person_as_it_should(world: World, person: str) -> None:
    found = {}
    for name in EXPECTED:
        browser = Client()
        user = world.people[person]
        if user is not None:
            browser.force_login(user)
        address = world.address(name.removeprefix("post:"))
        data = {f"report-{world.report.pk}-state": "kept", f"report-{world.report.pk}-text": "It stays."}
        data |= {"report-1-text": "Unclear."}
        data |= {
            "section": "section-1",
            "answer": "",
            "saved": "1",
            "client_key": str(uuid4()),
            "reason": "Said.",
            "reopen-reason": "Said.",
        }
        response = browser.post(address, data) if name.startswith("post:") else browser.get(address)
        found[name] = response.status_code

    assert found == {name: expected[person] for name, expected in EXPECTED.items()}


@pytest.mark.parametrize("person", [person for person in PEOPLE if person != "owner"])
def test_nobody_else_changes_an_attempt(world: World, person: str) -> None:
    browser = Client()
    if (user := world.people[person]) is not None:
        browser.force_login(user)

    for name in ("quizzes:attempt-item", "quizzes:attempt-flag", "quizzes:attempt-submit"):
        browser.post(world.address(name), {"answer": "1", "flag": "on", "client_key": str(uuid4())})

    world.attempt.refresh_from_db()
    first = world.attempt.responses.get(position=1)
    assert (world.attempt.submitted_at, first.answer, first.is_flagged, first.sequence) == (None, None, False, 0)


def test_an_instructor_who_left_the_class_sees_it_no_more(world: World) -> None:
    teacher = world.people["teacher"]
    assert teacher is not None
    browser = Client()
    browser.force_login(teacher)
    teacher.enrolments.update(is_active=False)

    assert browser.get(world.address("quizzes:class")).status_code == 404
    assert browser.get(world.address("quizzes:result")).status_code == 404


def test_a_student_who_left_the_class_is_seen_by_its_instructor_no_more(world: World) -> None:
    owner, teacher = world.people["owner"], world.people["teacher"]
    assert owner is not None
    assert teacher is not None
    browser = Client()
    browser.force_login(teacher)
    owner.enrolments.update(is_active=False)

    assert browser.get(world.address("quizzes:result")).status_code == 404
    assert browser.get(world.address("quizzes:class-student")).status_code == 404


def test_a_draft_course_is_shown_to_nobody(world: World) -> None:
    Course.objects.update(is_published=False)

    for name in (
        "courses:course",
        "courses:lesson",
        "courses:timeline",
        "courses:people",
        "courses:search",
        "courses:print",
        "courses:take-away",
        "courses:take-away-file",
        "quizzes:quiz",
        "quizzes:study",
        "quizzes:check",
    ):
        assert Client().get(world.address(name)).status_code == 404, name


def test_posts_without_a_token_are_refused(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    owner = world.people["owner"]
    assert owner is not None
    browser.force_login(owner)

    for name in (name.removeprefix("post:") for name in EXPECTED if name.startswith("post:")):
        assert browser.post(world.address(name)).status_code == 403, name
