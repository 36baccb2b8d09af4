"""How the tests of the admin work in it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort, Course, Invitation
from courses.services.progress import mark_read
from courses.services.staff import make_instructor
from quizzes.models import Accommodation, Attempt, HumanMark, Quiz, QuizOverride, Regrade, Try
from quizzes.services.publishing import Order, changes_of
from quizzes.services.publishing import publish as publish_changes
from quizzes.services.question_reports import report_question
from quizzes.services.regrading import make_regrade
from tests.make import (
    NOW,
    answer_rightly,
    browser_of,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_user,
    quiz_file,
    submit,
)

EDITED = (
    "course",
    "unit",
    "lesson",
    "learningobjective",
    "source",
    "glossaryterm",
    "person",
    "figure",
    "lane",
    "timelineevent",
)
OF_COURSES = tuple(f"courses_{name}" for name in (*EDITED, "studystatement", "section", "map", "publication"))
CONTENT = (*OF_COURSES, "quizzes_quiz", "quizzes_item", "quizzes_itemrevision", "quizzes_regrade")
CLASSES = (
    "courses_cohort",
    "courses_enrolment",
    "courses_invitation",
    "courses_sectionread",
    "courses_lessoncompletion",
)
RECORD = tuple(f"quizzes_{name}" for name in ("try", "humanmark", "attemptevent", "questionreport"))
WORK = ("quizzes_attempt", "quizzes_itemresponse", "quizzes_savedanswer", *RECORD)
GRANTS = ("quizzes_accommodation", "quizzes_quizoverride")
AUDIT = ("courses_auditentry",)
EVERYTHING = (*CONTENT, *CLASSES, *WORK, *GRANTS, *AUDIT)
FOR_ADMINISTRATORS = ("courses_courserole",)


def listed(name: str) -> str:
    """Return the address of a list."""
    return reverse(f"admin:{name}_changelist")


def page_of(row: Model) -> str:
    """Return the address of the page that edits a row."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


class _Posted(HTMLParser):
    """Gathers what a browser would post of the form of a page: what is hidden, ticked, chosen and typed."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.is_inside = False
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        name, kind = about.get("name") or "", about.get("type")
        if tag == "form":
            self.is_inside = (about.get("id") or "").endswith("_form") or about.get("class") == "collision"
        elif not self.is_inside or "disabled" in about:
            return
        elif tag == "input" and name and kind not in ("submit", "button"):
            if kind not in ("checkbox", "radio") or "checked" in about:
                self.fields.setdefault(name, []).append(about.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self.area, self.fields[name] = name, [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in about:
            self.fields.setdefault(self.select, []).append(about.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea" and self.area:
            self.fields[self.area] = [self.fields[self.area][0].removeprefix("\r").removeprefix("\n")]
            self.area = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area][0] += data


def posted(response: Any) -> dict[str, Any]:
    """Return what a browser would post of the form it was shown, as it stands."""
    parser = _Posted()
    parser.feed(response.content.decode())
    return {name: values[0] if len(values) == 1 else values for name, values in parser.fields.items()}


def typed(browser: Client, address: str, **changes: Any) -> dict[str, Any]:
    """Return what a form would post as it stands, with some fields typed over; False or None leaves one out."""
    page = browser.get(address)
    assert page.status_code == 200, page.status_code
    values = posted(page) | changes
    return {name: value for name, value in values.items() if value is not None and value is not False}


def save(browser: Client, address: str, **changes: Any) -> Any:
    """Post a form as it stands, with some fields typed over."""
    return browser.post(address, typed(browser, address, **changes))


def publish(course: Course) -> None:
    """Publish everything that waits in a course."""
    by = User.objects.filter(username="root").first() or User.objects.create_superuser("publisher")
    seen = {change.key: change.seen for change in changes_of(course)}
    publish_changes(Order(course, by, seen), now=timezone.now())


def saved(browser: Client, row: Any, **changes: Any) -> str:
    """Save a row's form with some fields typed over, and publish it; return every mistake the form tells."""
    mistakes = told(save(browser, page_of(row), **changes))
    course = row if isinstance(row, Course) else getattr(row, "course", None) or row.item.course
    if not mistakes:
        publish(course)
    return mistakes


def publish_by_page(browser: Client, course: Course, **fields: Any) -> Any:
    """Publish everything that waits by its page, or what `change` names, with other fields typed over."""
    address = reverse("admin:courses_publication_publish", args=[course.pk])
    page = browser.get(address)
    assert page.status_code == 200, page.status_code
    lines = page.context["page"].lines
    sent = {"change": [line.key for line in lines], "when": "now", "note": ""}
    sent |= {f"seen-{line.key}": line.change.seen for line in lines}
    return browser.post(address, {**sent, **fields})


def told(response: Any) -> str:
    """Return every mistake a form tells, or nothing when it was saved."""
    if response.status_code == 302:
        return ""
    form = response.context["adminform"].form
    return " ".join(str(mistake) for mistakes in form.errors.values() for mistake in mistakes)


def root() -> Client:
    """Return a browser in which a superuser has signed in."""
    return browser_of(User.objects.create_superuser("root"))


def teacher_of(course: Course, *, name: str, students: int = 1) -> tuple[Client, Cohort]:
    """Return the browser of a staff instructor, and a class of theirs whose students have done some of everything."""
    user = make_user(name)
    make_instructor(user)
    cohort = make_cohort(course, instructor=user)
    Cohort.objects.filter(pk=cohort.pk).update(name=f"Class of {name}")
    for number in range(students):
        student = make_user(f"{name}-student-{number}")
        enrol(student, cohort)
        Invitation.objects.create(cohort=cohort, user=make_user(f"{name}-invited-{number}"))
        work_of(student, course)
        record_of(student, course, by=user)
    cohort.refresh_from_db()
    return browser_of(user), cohort


def work_of(student: User, course: Course) -> None:
    """Read a lesson, submit one attempt, and leave another open with an answer kept aside."""
    lesson = course.lessons.get(key="lesson-1")
    mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)
    for quiz in course.quizzes.all():
        attempt = make_attempt(quiz, student)
        answer_rightly(attempt)
        submit(attempt)
        second = make_attempt(quiz, student)
        give(second, second.responses.get(position=1).revision.spec.right_answer())
        give(second, None, sequence=0)


def record_of(student: User, course: Course, *, by: User) -> None:
    """Leave a row of each thing that marks rest on, and grant the student more time."""
    quiz = quiz_of(course)
    attempt = Attempt.objects.submitted().get(quiz=quiz, student=student)
    response = attempt.responses.select_related("revision").get(position=1)
    Try.objects.create(response=response, number=1, answer=response.answer, tried_at=NOW)
    HumanMark.objects.create(response=response, share=1, marker=by, marked_at=NOW)
    report_question(
        attempt_id=attempt.pk, position=1, student=student, text="Unclear.", wants_regrade=False, now=NOW
    )  # fmt: skip
    make_regrade(regrade=Regrade(revision=response.revision, fix="keep", reason="Looked at.", actor=by), now=NOW)
    Accommodation.objects.create(student=student, course=course, extra_minutes=10, reason="Dyslexia.")
    QuizOverride.objects.create(quiz=quiz, student=student, minutes=90)


def taught_course(*, key: str = "course", size: int = 1) -> Course:
    """Return a course with so many lessons, each with a quiz of as many questions."""
    quizzes = [quiz_file(key=f"{key}-{at}", lesson=f"lesson-{at}", items=size) for at in range(1, size + 1)]
    return make_course(key=key, lessons=size, sections=1, quizzes=quizzes)


def quiz_of(course: Course) -> Quiz:
    """Return the first quiz of a course."""
    quiz = course.quizzes.order_by("key").first()
    assert quiz is not None
    return quiz
