"""What a class is assigned: the list by unit, and what could be assigned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from courses.models import Cohort, Enrolment, Group, Lesson, Unit
from courses.rendering.moments import in_words, zone_name
from quizzes.domain.standing import FINISHED
from quizzes.models import Assignment, Quiz, WorkStanding


@dataclass(frozen=True)
class AssignedLine:
    """One assignment, with how many of the students it is for have finished it."""

    assignment: Assignment
    finished: int
    count: int

    @property
    def title(self) -> str:
        """Return the title of what is assigned."""
        return title_of(self.assignment)

    @property
    def whom(self) -> str:
        """Say for whom it is."""
        return whom(self.assignment)


@dataclass
class AssignedUnit:
    """What is assigned of one unit of the course."""

    unit: Unit
    lines: list[AssignedLine] = field(default_factory=list)


@dataclass(frozen=True)
class AssignedPage:
    """What a class is assigned: the whole course or not, and single pieces of work by unit."""

    whole: Sequence[Assignment]
    units: Sequence[AssignedUnit]
    student_count: int

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is assigned."""
        return not self.whole and not self.units


@dataclass(frozen=True)
class Offer:
    """A lesson or a quiz that can be assigned; `value` names it in a form."""

    value: str
    title: str
    kind: str
    unit: Unit
    is_assigned: bool


def title_of(assignment: Assignment) -> str:
    """Return the title of what is assigned."""
    if assignment.lesson is not None:
        return f"{assignment.lesson.number} {assignment.lesson.title}".strip()
    return assignment.quiz.title if assignment.quiz is not None else _("The whole course")


def assigned_page(cohort: Cohort) -> AssignedPage:
    """Return what a class is assigned, in five queries whatever its size."""
    live = Assignment.objects.live().filter(cohort=cohort)
    rows = list(
        live.select_related("lesson__unit", "quiz__unit", "quiz__lesson__unit", "student", "for_group", "cohort")
    )
    students = Enrolment.objects.active().filter(cohort=cohort, role=Enrolment.Role.STUDENT).count()
    sizes = group_sizes(cohort)
    done = dict(_finished(cohort))
    units: dict[int, AssignedUnit] = {}
    for row in sorted((each for each in rows if not each.is_whole_course), key=_in_order):
        unit = unit_of(row)
        count = 1 if row.student_id else sizes.get(row.for_group_id, 0) if row.for_group_id else students
        line = AssignedLine(row, done.get(row.pk, 0), count)
        units.setdefault(unit.pk, AssignedUnit(unit)).lines.append(line)
    return AssignedPage([each for each in rows if each.is_whole_course], list(units.values()), students)


def group_sizes(cohort: Cohort) -> dict[int, int]:
    """Return how many active students are in each group of a class."""
    here = Q(members__is_active=True, members__role=Enrolment.Role.STUDENT)
    groups = Group.objects.filter(cohort=cohort).annotate(size=Count("members", filter=here))
    return dict(groups.values_list("pk", "size"))


def whom(assignment: Assignment) -> str:
    """Say for whom work is assigned, as it stands in a table."""
    if assignment.student is not None:
        return assignment.student.get_full_name() or assignment.student.get_username()
    return assignment.for_group.name if assignment.for_group is not None else _("Everyone")


def _finished(cohort: Cohort) -> Iterator[tuple[int, int]]:
    """Yield how many students have finished each assignment."""
    here = Q(place__is_active=True, place__role=Enrolment.Role.STUDENT, state__in=[each.value for each in FINISHED])
    rows = WorkStanding.objects.filter(here, cohort=cohort).values_list("assignment").annotate(n=Count("pk"))
    yield from rows.order_by()


def unit_of(assignment: Assignment) -> Unit:
    """Return the unit that what is assigned stands in."""
    work = assignment.lesson or assignment.quiz
    assert work is not None  # noqa: S101 (asked of single pieces of work only)
    unit = work.unit
    if unit is None and assignment.quiz is not None and assignment.quiz.lesson is not None:
        unit = assignment.quiz.lesson.unit
    assert unit is not None  # noqa: S101 (a quiz has a unit, or a lesson that has one)
    return unit


def _in_order(assignment: Assignment) -> tuple[int, int, bool, str]:
    """Return what sorts work as the course has it: a lesson before its quizzes, those of the unit last."""
    quiz = assignment.quiz
    lesson = assignment.lesson if quiz is None else quiz.lesson
    place = lesson.position if lesson is not None else 1_000
    return unit_of(assignment).position, place, quiz is not None, title_of(assignment)


def offers(cohort: Cohort) -> list[Offer]:
    """Return what can be assigned to a class in the order of the course, in three queries."""
    live = Assignment.objects.live().filter(cohort=cohort, student=None, for_group=None)
    assigned = set(live.values_list("lesson", "quiz"))
    lessons = Lesson.objects.current().filter(course=cohort.course_id).written().select_related("unit")
    quizzes = Quiz.objects.current().filter(course=cohort.course_id).select_related("unit", "lesson__unit")
    found = [Assignment(cohort=cohort, lesson=each) for each in lessons.defer("body", "notes")] + [
        Assignment(cohort=cohort, quiz=each) for each in quizzes
    ]
    return [
        _offer(each, is_assigned=(each.lesson_id, each.quiz_id) in assigned) for each in sorted(found, key=_in_order)
    ]


def _offer(offered: Assignment, *, is_assigned: bool) -> Offer:
    is_lesson = offered.lesson_id is not None
    value = f"lesson-{offered.lesson_id}" if is_lesson else f"quiz-{offered.quiz_id}"
    kind = _("lesson") if is_lesson else _("quiz")
    return Offer(value, title_of(offered), kind, unit_of(offered), is_assigned)


def sentence(assignment: Assignment, *, now: datetime) -> str:
    """Say in words what the dates of an assignment make of it, in the time of its class."""
    if assignment.is_whole_course:
        return _("Students work through the whole course at their own pace; nothing is due.")
    zone = assignment.cohort.time_zone
    quiz = assignment.quiz
    found: list[str] = []
    for name, (coming, past) in _WORDS.items():
        own = getattr(assignment, name)
        at = own or (getattr(quiz, name) if quiz is not None else None)
        if at is not None and name.removesuffix("_at") not in assignment.lifted:
            found.append(_(past if at <= now else coming) % {"at": in_words(at, zone, now=now)})
    first = _first(assignment)
    if not found and not first:
        return _("Open now, and nothing is due: students do it when they like.")
    if not found:
        return first
    said: str = capfirst(_("%(dates)s, %(zone)s time.") % {"dates": ", ".join(found), "zone": zone_name(zone)})
    return f"{said} {first}".strip()


def _first(assignment: Assignment) -> str:
    """Say what comes first, or nothing."""
    found = []
    if assignment.after_lesson is not None:
        found.append(_("Only after reading “%(title)s”.") % {"title": assignment.after_lesson.title})
    if assignment.after_quiz is not None:
        plain, with_score = _("Only after submitting “%(title)s”."), _("Only with %(n)d%% or more in “%(title)s”.")
        words = with_score if assignment.after_percent else plain
        found.append(words % {"title": assignment.after_quiz.title, "n": assignment.after_percent})
    return " ".join(found)


_WORDS = {
    "opens_at": (gettext_noop("opens %(at)s"), gettext_noop("open since %(at)s")),
    "due_at": (gettext_noop("due %(at)s"), gettext_noop("was due %(at)s")),
    "closes_at": (gettext_noop("closes %(at)s"), gettext_noop("closed %(at)s")),
}
