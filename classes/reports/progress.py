"""Students × lessons and quizzes of a class, for files and programs: a page or a hundred students at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q, Sum
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from courses.models import Cohort, Enrolment, Lesson, LessonCompletion, SectionRead
from courses.models.classes import EnrolmentQuerySet
from courses.reports.people import display_name
from courses.reports.tables import csv_lines
from quizzes.domain.keeping import Keep, Kept
from quizzes.domain.messages import gettext_noop
from quizzes.models import Attempt, ClassStanding, Quiz
from quizzes.reports.work import Work, percent_of

PAGE = 50
"""Students on a page."""
_BATCH = 100
"""Students of whom a file is made at a time."""


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
    keep: str = ""
    """By which rule the attempts at a quiz count."""
    pass_percent: int = 0


@dataclass(frozen=True)
class Cell:
    """What one student did in one activity: what a table shows, what it means, and its shade from 0 to 4."""

    text: str
    words: str
    step: int


@dataclass
class Sat(Work):
    """What one student did at one quiz, for who teaches: also what ended unmarked, and when it was last touched."""

    at: datetime | None = None
    is_overdue: bool = False
    abandoned_count: int = 0
    submitted_count: int = 0


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
    """A page of a class: `count` students on `pages` pages."""

    activities: Sequence[Activity]
    rows: Sequence[StudentRow]

    count: int
    pages: int
    page: int
    active_count: int
    """How many students of the whole class have done anything."""
    done_percent: int | None
    """How much of what is assigned to the whole class is done; None when there is nothing to do."""


def class_table(cohort: Cohort, page: int = 1, *, size: int = PAGE) -> ClassTable:
    """Return a page of students × activities of a class's course, in a fixed number of queries; past the end the last.

    Only what these students did is read.
    """
    shown = Paginator(_places(cohort), size).get_page(page)
    activities = list(_activities(cohort))
    rows = _rows(cohort, activities, list(shown.object_list))
    paged = (shown.paginator.count, shown.paginator.num_pages, shown.number)
    return ClassTable(activities, rows, *paged, *_whole(cohort, len(activities) * shown.paginator.count))


def _whole(cohort: Cohort, possible: int) -> tuple[int, int | None]:
    """Return how many students have done anything, and how much of all is done, from the standing rows."""
    told = ClassStanding.objects.in_class(cohort).aggregate(
        active=Count("pk", filter=Q(seen_at__isnull=False)), done=Sum("done")
    )
    return told["active"], round(100 * (told["done"] or 0) / possible) if possible else None


def _places(cohort: Cohort) -> EnrolmentQuerySet:
    return Enrolment.objects.students().filter(cohort=cohort).with_names()


def _rows(cohort: Cohort, activities: Sequence[Activity], places: Sequence[Enrolment]) -> list[StudentRow]:
    students = [place.user_id for place in places]
    lessons = _reading(cohort, students)
    scores = _scores(cohort, students)
    completed = _completed(cohort, students)
    return [_row(place, activities, lessons, scores, completed) for place in places]


def _activities(cohort: Cohort) -> Iterator[Activity]:
    """Yield the written lessons in order, each followed by its quizzes, and the quizzes of each unit at its end."""
    written = Lesson.objects.current().filter(course=cohort.course_id).written()
    lessons = list(written.with_section_count().defer("body", "notes"))
    quizzes = list(Quiz.objects.current().filter(course=cohort.course_id))
    for at, lesson in enumerate(lessons):
        size = lesson.section_count  # type: ignore[attr-defined]  # annotated
        yield Activity("lesson", lesson.pk, lesson.key, lesson.number or lesson.title, lesson.title, size)
        yield from (_quiz_activity(quiz, lesson) for quiz in quizzes if quiz.lesson_id == lesson.pk)
        is_last = at + 1 == len(lessons) or lessons[at + 1].unit_id != lesson.unit_id
        if is_last:
            of_unit = [quiz for quiz in quizzes if quiz.lesson_id is None and quiz.unit_id == lesson.unit_id]
            yield from (_activity_of(quiz, quiz.title) for quiz in of_unit)


def _quiz_activity(quiz: Quiz, lesson: Lesson) -> Activity:
    return _activity_of(quiz, _("Quiz %(number)s") % {"number": lesson.number})


def _activity_of(quiz: Quiz, label: str) -> Activity:
    return Activity("quiz", quiz.pk, quiz.key, label, quiz.title, 0, quiz.keep, quiz.pass_percent)


def _shown(cohort: Cohort, moment: str) -> Exists:
    """Keep rows of students whose places show the class what they did at a moment."""
    places = Enrolment.objects.filter(cohort=cohort, user=OuterRef("student"))
    return Exists(places.showing(OuterRef(moment)))


def _reading(cohort: Cohort, students: Sequence[int]) -> Mapping[tuple[int, int], tuple[int, datetime]]:
    """Return (sections read, last time) by student and lesson."""
    reads = SectionRead.objects.filter(
        _shown(cohort, "read_at"),
        student__in=students,
        section__lesson__course=cohort.course_id,
        section__is_retired=False,
    )
    rows = reads.values_list("student", "section__lesson").annotate(n=Count("pk"), at=Max("read_at"))
    return {(student, lesson): (count, at) for student, lesson, count, at in rows.order_by()}


def _completed(cohort: Cohort, students: Sequence[int]) -> set[tuple[int, int]]:
    """Return the lessons completed, as pairs of student and lesson."""
    completions = LessonCompletion.objects.filter(
        _shown(cohort, "completed_at"), student__in=students, lesson__course=cohort.course_id
    )
    return set(completions.values_list("student", "lesson"))


def _scores(cohort: Cohort, students: Sequence[int]) -> Mapping[tuple[int, int], Sat]:
    """Return what was sat by student and quiz, the attempts in the order they were submitted."""
    attempts = Attempt.objects.of_class(cohort).filter(student__in=students).in_order()
    fields = [
        "student", "quiz", "state", "score", "max_score", "unmarked_count", "unmarked_points", "started_at",
        "submitted_at",
    ]  # fmt: skip
    found: dict[tuple[int, int], Sat] = {}
    for row in attempts.values(*fields):
        _add(found.setdefault((row["student"], row["quiz"]), Sat()), row)
    return found


def _add(sat: Sat, row: dict[str, Any]) -> None:
    sat.attempt_count += 1
    sat.at = max(filter(None, (sat.at, row["submitted_at"], row["started_at"])))
    sat.is_overdue |= row["state"] == Attempt.State.OVERDUE
    sat.abandoned_count += row["state"] == Attempt.State.ABANDONED
    if row["state"] != Attempt.State.SUBMITTED:
        return
    sat.submitted_count += 1
    sat.waits |= row["unmarked_count"] > 0
    sat.take(row)


def _row(
    place: Enrolment,
    activities: Sequence[Activity],
    lessons: Mapping[tuple[int, int], tuple[int, datetime]],
    scores: Mapping[tuple[int, int], Sat],
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
            sat = scores.get(where)
            at = sat.at if sat else None
            cells.append(_quiz_cell(sat, activity))
            done += bool(sat and sat.submitted_count)
        if at:
            times.append(at)
    return StudentRow(student, display_name(place.user), max(times, default=None), cells, done)


def _lesson_cell(count: int, size: int, *, is_complete: bool) -> Cell:
    if is_complete:
        return Cell("✓", _("lesson complete"), 4)
    if not count:
        return Cell("–", _("not started"), 0)
    step = 1 if 2 * count < size else 2
    return Cell(f"{count}/{size}", _("%(n)d of %(size)d sections read") % {"n": count, "size": size}, step)


_KEPT = {
    Keep.HIGHEST: gettext_noop("best score %(percent)s%%"),
    Keep.MEAN: gettext_noop("mean of the attempts %(percent)s%%"),
    Keep.FIRST: gettext_noop("first attempt %(percent)s%%"),
    Keep.LAST: gettext_noop("last attempt %(percent)s%%"),
    Keep.MASTERY: gettext_noop("attempts add up to %(percent)s%%"),
}


def _quiz_cell(sat: Sat | None, activity: Activity) -> Cell:
    """Show what counts by the quiz's rule; while some of it is unmarked the points so far, as in `17/17…`, unshaded."""
    if sat is None:
        return Cell("–", _("not started"), 0)
    kept = sat.kept(activity.keep)
    text, words, shade = _kept_words(sat, activity, kept)
    if sat.submitted_count:
        words += [_("attempts: %(n)d") % {"n": sat.submitted_count}] if kept is not None else []
    words += _standing(sat)
    return Cell(text, ", ".join(words), shade)


def _kept_words(sat: Sat, activity: Activity, kept: Kept | None) -> tuple[str, list[str], int]:
    """Return the text, the words and the shade of what counts."""
    if kept is None:
        return _sign(sat), [_("submitted; no question of it counts")] if sat.submitted_count else [], 1
    if known := sat.so_far(kept):
        return f"{floatformat(known.score, '-2')}/{floatformat(known.marked, '-2')}…", [str(known)], 1
    percent = percent_of(kept, activity.pass_percent)
    if percent is None:
        return "…", [], 1
    words = [_(_KEPT[Keep(activity.keep)]) % {"percent": percent}]
    return f"{percent}…" if kept.waits else str(percent), words, 1 if kept.waits else _shade(kept.share)


def _standing(sat: Sat) -> list[str]:
    """Say what is not finished, or ended without a mark."""
    words = [_("an answer is still to be graded")] if sat.waits else []
    if sat.is_overdue:
        words.append(_("time is up, not submitted yet"))
    elif sat.attempt_count > sat.submitted_count + sat.abandoned_count:
        words.append(_("started, not submitted"))
    if sat.abandoned_count:
        words.append(_("time was up and nothing submitted: %(n)d") % {"n": sat.abandoned_count})
    return words


def _sign(sat: Sat) -> str:
    """Return the sign of a quiz that has no score: submitted, overdue, under way, abandoned."""
    if sat.submitted_count:
        return "✓"
    if sat.is_overdue:
        return "!"
    return "×" if sat.abandoned_count == sat.attempt_count else "…"


def _shade(share: Decimal) -> int:
    """Return 1 to 4: under a half, under seven tenths, under nine tenths, and above."""
    return 1 + sum(share >= Decimal(bound) for bound in ("0.5", "0.7", "0.9"))


def class_csv(cohort: Cohort) -> Iterator[str]:
    """Yield the table of everyone as CSV, read a hundred students at a time."""
    return csv_lines(_lines(cohort))


def _lines(cohort: Cohort) -> Iterator[Sequence[object]]:
    activities, places = list(_activities(cohort)), _places(cohort)
    yield [_("Student"), _("Last seen (UTC)"), *(f"{a.label} {a.title}" for a in activities)]
    ids = list(places.values_list("pk", flat=True))
    for at in range(0, len(ids), _BATCH):
        batch = list(places.filter(pk__in=ids[at : at + _BATCH]))
        yield from (_line(row) for row in _rows(cohort, activities, batch))


def _line(row: StudentRow) -> list[str]:
    seen = f"{row.last_seen:%Y-%m-%d %H:%M}" if row.last_seen else ""
    return [row.name, seen, *(cell.text for cell in row.cells)]
