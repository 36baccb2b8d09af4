"""The class page: students × lessons and quizzes, in five queries whatever the size of the class."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from courses.models import Cohort, Enrolment, Lesson, LessonCompletion, SectionRead
from quizzes.models import Attempt, Quiz


@dataclass(frozen=True)
class Activity:
    """A column: a lesson or a quiz."""

    kind: str
    pk: int
    key: str
    label: str
    title: str
    size: int
    """Sections of a lesson, or nothing for a quiz."""


@dataclass(frozen=True)
class Cell:
    """What one student did in one activity: what a table shows, what it means, and its shade from 0 to 4."""

    text: str
    words: str
    step: int


@dataclass(frozen=True)
class StudentRow:
    """One student of a class."""

    pk: int
    name: str
    last_seen: datetime | None
    cells: Sequence[Cell]
    done: int


@dataclass(frozen=True)
class ClassTable:
    """The whole class page."""

    activities: Sequence[Activity]
    rows: Sequence[StudentRow]

    @property
    def active_count(self) -> int:
        """Return how many students have done anything."""
        return sum(row.last_seen is not None for row in self.rows)

    @property
    def done_percent(self) -> int | None:
        """Return how much of all activities by all students is done, or None when there is nothing to do."""
        possible = len(self.activities) * len(self.rows)
        return round(100 * sum(row.done for row in self.rows) / possible) if possible else None


def class_table(cohort: Cohort) -> ClassTable:
    """Return students × activities of a class's course."""
    activities = list(_activities(cohort))
    places = list(Enrolment.objects.students().filter(cohort=cohort).select_related("user"))
    students = [place.user_id for place in places]
    lessons = _reading(cohort, students)
    scores = _scores(cohort, students)
    completed = set(
        LessonCompletion.objects.filter(student__in=students, lesson__course=cohort.course_id).values_list(
            "student", "lesson"
        )
    )
    rows = [_row(place, activities, lessons, scores, completed) for place in places]
    return ClassTable(activities, rows)


def _activities(cohort: Cohort) -> Iterator[Activity]:
    """Yield the written lessons in order, each followed by its quizzes, and the quizzes of each unit at its end."""
    written = Lesson.objects.current().filter(course=cohort.course_id).written()
    lessons = list(written.with_progress(None).defer("body", "notes"))
    quizzes = list(Quiz.objects.current().filter(course=cohort.course_id))
    for at, lesson in enumerate(lessons):
        size = lesson.section_count  # type: ignore[attr-defined]  # annotated
        yield Activity("lesson", lesson.pk, lesson.key, lesson.number or lesson.title, lesson.title, size)
        yield from (_quiz_activity(quiz, lesson) for quiz in quizzes if quiz.lesson_id == lesson.pk)
        is_last = at + 1 == len(lessons) or lessons[at + 1].unit_id != lesson.unit_id
        if is_last:
            of_unit = [quiz for quiz in quizzes if quiz.lesson_id is None and quiz.unit_id == lesson.unit_id]
            yield from (Activity("quiz", quiz.pk, quiz.key, quiz.title, quiz.title, 0) for quiz in of_unit)


def _quiz_activity(quiz: Quiz, lesson: Lesson) -> Activity:
    return Activity("quiz", quiz.pk, quiz.key, _("Quiz %(number)s") % {"number": lesson.number}, quiz.title, 0)


def _reading(cohort: Cohort, students: Sequence[int]) -> Mapping[tuple[int, int], tuple[int, datetime]]:
    """Return (sections read, last time) by student and lesson."""
    reads = SectionRead.objects.filter(
        student__in=students, section__lesson__course=cohort.course_id, section__is_retired=False
    )
    rows = reads.values_list("student", "section__lesson").annotate(n=Count("pk"), at=Max("read_at"))
    return {(student, lesson): (count, at) for student, lesson, count, at in rows.order_by()}


def _scores(cohort: Cohort, students: Sequence[int]) -> Mapping[tuple[int, int], dict[str, Any]]:
    """Return the best share, the number of attempts and the last time by student and quiz."""
    attempts = Attempt.objects.filter(student__in=students, quiz__course=cohort.course_id).order_by()
    rows = attempts.values("student", "quiz", "score", "max_score", "started_at", "submitted_at")
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        cell = found.setdefault((row["student"], row["quiz"]), {"best": None, "open": False, "tries": 0, "at": None})
        moment = row["submitted_at"] or row["started_at"]
        cell["at"] = max(filter(None, (cell["at"], moment)))
        if row["submitted_at"] is None:
            cell["open"] = True
            continue
        cell["tries"] += 1
        share = (row["score"] or Decimal(0)) / row["max_score"]
        cell["best"] = share if cell["best"] is None else max(cell["best"], share)
    return found


def _row(
    place: Enrolment,
    activities: Sequence[Activity],
    lessons: Mapping[tuple[int, int], tuple[int, datetime]],
    scores: Mapping[tuple[int, int], dict[str, Any]],
    completed: set[tuple[int, int]],
) -> StudentRow:
    student = place.user_id
    cells: list[Cell] = []
    times: list[datetime] = []
    done = 0
    for activity in activities:
        where = (student, activity.pk)
        if activity.kind == "lesson":
            count, at = lessons.get(where, (0, None))
            is_complete = where in completed
            cells.append(_lesson_cell(count, activity.size, is_complete=is_complete))
            done += is_complete
        else:
            found = scores.get(where)
            at = found["at"] if found else None
            cells.append(_quiz_cell(found))
            done += bool(found and found["best"] is not None)
        if at:
            times.append(at)
    return StudentRow(student, display_name(place.user), max(times, default=None), cells, done)


def _lesson_cell(count: int, size: int, *, is_complete: bool) -> Cell:
    if is_complete:
        return Cell("✓", _("lesson complete"), 4)
    if not count:
        return Cell("–", _("not begun"), 0)
    step = 1 if 2 * count < size else 2
    return Cell(f"{count}/{size}", _("%(n)d of %(size)d sections read") % {"n": count, "size": size}, step)


def _quiz_cell(found: dict[str, Any] | None) -> Cell:
    if found is None:
        return Cell("–", _("not begun"), 0)
    if found["best"] is None:
        return Cell("…", _("begun, not submitted"), 1)
    percent = round(100 * found["best"])
    words = _("best score %(percent)d per cent, attempts: %(tries)d") % {"percent": percent, "tries": found["tries"]}
    return Cell(str(percent), words, _shade(found["best"]))


def _shade(share: Decimal) -> int:
    """Return 1 to 4: under a half, under seven tenths, under nine tenths, and above."""
    return 1 + sum(share >= Decimal(bound) for bound in ("0.5", "0.7", "0.9"))


def display_name(user: Any) -> str:
    """Return a person's full name, or the name they sign in with."""
    return str(user.get_full_name() or user.get_username())


def class_csv(table: ClassTable) -> str:
    """Return the table as CSV. Cells that a spreadsheet would run as a formula get an apostrophe in front."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Student"), _("Last seen (UTC)"), *(_safe(f"{a.label} {a.title}") for a in table.activities)])
    for row in table.rows:
        seen = f"{row.last_seen:%Y-%m-%d %H:%M}" if row.last_seen else ""
        writer.writerow([_safe(row.name), seen, *(_safe(cell.text) for cell in row.cells)])
    return out.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
