"""What the rows of `services/standing.py` follow from: assignments, attempts, reading and what is granted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q

from courses.models import Cohort, Enrolment, LessonCompletion, SectionRead
from quizzes.domain import timing
from quizzes.domain.standing import STUCK_TRIES, Progress, Sitting, WorkState, of_lesson, of_quiz
from quizzes.models import Accommodation, Assignment, Attempt, ItemResponse, Quiz, QuizOverride, WorkStanding
from quizzes.models.accommodations import Grants
from quizzes.models.assignments import groups_of


class Work(NamedTuple):
    """A lesson or a quiz, by its id."""

    lesson: int | None
    quiz: int | None


Progresses = dict[tuple[int, Work], Callable[[Assignment], Progress]]
"""By student and work: given the assignment that counts, where the student stands."""


@dataclass(eq=False)
class Scope:
    """Which rows of a class are looked at: of some students and some work; None means all of them.

    Without `with_dates` the dates of rows that are there stand, since nothing that moves them has changed.
    """

    cohort: Cohort
    students: set[int] | None = None
    quizzes: set[int] | None = None
    lessons: set[int] | None = None
    with_dates: bool = False

    def covers(self, work: Work) -> bool:
        """Say whether a piece of work is looked at."""
        if work.quiz is not None:
            return self.quizzes is None or work.quiz in self.quizzes
        return self.lessons is None or work.lesson in self.lessons


@dataclass
class Facts:
    """Everything rows follow from, for some places in one class."""

    assigned: dict[Work | None, list[Assignment]]
    """What is in force, by work (None: the whole course)."""
    groups: Mapping[int, Collection[int]] = field(default_factory=dict)
    """The groups of each student."""
    progress: Progresses = field(default_factory=dict)
    """By student and work, for what was begun."""
    due: Callable[[int, Work, Assignment], datetime | None] = lambda *_each: None

    def wanted(self, place: Enrolment) -> dict[Work, tuple[int, Progress, datetime | None]]:
        """Return what the rows of a place should say: by work the assignment, the progress and the date."""
        student, found = place.user_id, {}
        asking = {work: each for work in self.assigned if (each := self._counting(work, student)) is not None}
        whole = asking.pop(None, None)
        begun = {work for whose, work in self.progress if whose == student}
        for work in asking.keys() | (begun if whole is not None else set()):
            assignment = asking.get(work, whole)
            assert work is not None  # noqa: S101 (the whole course was taken out)
            assert assignment is not None  # noqa: S101 (without the whole course, only what is asked for is looked at)
            progress = self.progress[student, work](assignment) if (student, work) in self.progress else Progress()
            if not assignment.is_whole_course or progress.state != WorkState.NEW:
                found[work] = (assignment.pk, progress, self.due(student, work, assignment))
        return found

    def _counting(self, work: Work | None, student: int) -> Assignment | None:
        """Return the assignment by which a student has some work, or none."""
        own = self.groups.get(student, ())
        return max(
            (each for each in self.assigned[work] if each.is_for(student, own)),
            key=attrgetter("closeness"),
            default=None,
        )


def facts_of(scope: Scope, places: Sequence[Enrolment], there: Mapping[int, Mapping[Work, WorkStanding]]) -> Facts:
    """Fetch what the rows of some places in a class follow from."""
    rows = Assignment.objects.filter(cohort=scope.cohort, withdrawn_at=None).select_related("cohort")
    facts = Facts({})
    for row in rows:
        work = None if row.is_whole_course else Work(row.lesson_id, row.quiz_id)
        if work is None or scope.covers(work):
            facts.assigned.setdefault(work, []).append(row)
    if not facts.assigned:
        return facts
    if any(row.for_group_id is not None for listed in facts.assigned.values() for row in listed):
        facts.groups = groups_of(scope.cohort)
    by_student = {place.user_id: place for place in places}
    facts.progress |= _sat(scope, by_student) if scope.quizzes != set() else {}
    facts.progress |= _read(scope, by_student) if scope.lessons != set() else {}
    facts.due = _dates(scope, by_student, there)
    return facts


def _shows(place: Enrolment, moment: datetime) -> bool:
    """Say whether a class sees what was begun at a moment (the rule of `Enrolment.showing`)."""
    return place.shares_earlier or place.joined_at <= moment


def _sat(scope: Scope, places: Mapping[int, Enrolment]) -> Progresses:
    """Return progress at quizzes: by what was taken for the class, and self-study that the class sees."""
    of_class = Q(assignment=None) | Q(assignment__cohort=scope.cohort)
    attempts = Attempt.objects.filter(
        of_class, student__in=places, quiz__course=scope.cohort.course_id, quiz__is_for_practice=False
    )
    if scope.quizzes is not None:
        attempts = attempts.filter(quiz__in=scope.quizzes)
    listed = [
        each
        for each in attempts.select_related("quiz").defer("bank")
        if _shows(places[each.student_id], each.started_at)
    ]
    stuck = _stuck([each for each in listed if not each.is_finished and each.quiz.is_checked_at_once])
    found: dict[tuple[int, Work], list[Attempt]] = {}
    for each in listed:
        found.setdefault((each.student_id, Work(None, each.quiz_id)), []).append(each)
    return {key: _quiz_progress(sat, stuck) for key, sat in found.items()}


def _quiz_progress(sat: Sequence[Attempt], stuck: Mapping[Any, int]) -> Callable[[Assignment], Progress]:
    def progress(assignment: Assignment) -> Progress:
        counted = [each for each in sat if _counts(each, assignment)]
        questions = sum(stuck.get(each.pk, 0) for each in counted)
        return of_quiz(sat[0].quiz.keep, [_sitting(each) for each in counted], stuck=questions)

    return progress


def _counts(attempt: Attempt, assignment: Assignment) -> bool:
    """Say whether an attempt counts: taken for the class, or self-study begun since the work opened."""
    if attempt.assignment_id is not None or assignment.opens_at is None:
        return True
    return attempt.started_at >= assignment.opens_at


def _sitting(attempt: Attempt) -> Sitting:
    share = attempt.share if attempt.submitted_at is not None else None
    return Sitting(
        attempt.state, attempt.number, attempt.started_at, attempt.submitted_at, share, attempt.unmarked_count
    )


def _stuck(attempts: Sequence[Attempt]) -> dict[Any, int]:
    """Return at how many questions each open attempt is stuck: many tries, none of them right, and more may come."""
    if not attempts:
        return {}
    tried = ItemResponse.objects.filter(attempt__in=attempts, is_over=False).annotate(n=Count("tries"))
    found: dict[Any, int] = {}
    for attempt in tried.filter(n__gte=STUCK_TRIES).values_list("attempt", flat=True):
        found[attempt] = found.get(attempt, 0) + 1
    return found


def _read(scope: Scope, places: Mapping[int, Enrolment]) -> Progresses:
    """Return progress at lessons that the class sees."""
    own = {"student__in": places, "section__lesson__course": scope.cohort.course_id, "section__is_retired": False}
    reads, done = SectionRead.objects.filter(**own), LessonCompletion.objects.filter(student__in=places)
    done = done.filter(lesson__course=scope.cohort.course_id)
    if scope.lessons is not None:
        reads, done = reads.filter(section__lesson__in=scope.lessons), done.filter(lesson__in=scope.lessons)
    shown = Q(student__enrolments__shares_earlier=True) | Q(student__enrolments__joined_at__lte=F("read_at"))
    reads = reads.filter(shown, student__enrolments__cohort=scope.cohort)
    counted = reads.values_list("student", "section__lesson").annotate(n=Count("pk"), at=Max("read_at")).order_by()
    parts = {(student, lesson): (n, at) for student, lesson, n, at in counted}
    ends = {
        (each.student_id, each.lesson_id): each.completed_at
        for each in done
        if _shows(places[each.student_id], each.completed_at)
    }
    found: Progresses = {}
    for where in {*parts, *ends}:
        (student, lesson), (n, at) = where, parts.get(where, (0, None))
        found[student, Work(lesson, None)] = _lesson_progress(n, at, ends.get(where))
    return found


def _lesson_progress(
    n: int, read_at: datetime | None, completed_at: datetime | None
) -> Callable[[Assignment], Progress]:
    progress = of_lesson(parts=n, read_at=read_at, completed_at=completed_at)
    return lambda _assignment: progress


def _dates(
    scope: Scope, places: Mapping[int, Enrolment], there: Mapping[int, Mapping[Work, WorkStanding]]
) -> Callable[[int, Work, Assignment], datetime | None]:
    """Return the function that says when work is due for a student; it fetches what is granted when first asked."""
    memo: list[_Granted] = []

    def due(student: int, work: Work, assignment: Assignment) -> datetime | None:
        row = there[places[student].pk].get(work)
        if row is not None and not scope.with_dates and row.assignment_id == assignment.pk:
            return row.due_at
        if not memo:
            memo.append(_Granted(scope.cohort, places))
        return memo[0].due(student, work, assignment)

    return due


class _Granted:
    """When work is due for students of a class. Days granted count where they are in force on the date itself."""

    def __init__(self, cohort: Cohort, students: Iterable[int]) -> None:
        ids = list(students)
        self.quizzes = Quiz.objects.filter(course=cohort.course_id).in_bulk()
        self.personal: dict[int, dict[int, timing.Override]] = {}
        for row in QuizOverride.objects.filter(student__in=ids, quiz__course=cohort.course_id):
            self.personal.setdefault(row.student_id, {})[row.quiz_id] = row.value
        self.accommodations: dict[int, list[Accommodation]] = {}
        for each in Accommodation.objects.for_course(cohort.course_id).filter(student__in=ids):
            self.accommodations.setdefault(each.student_id, []).append(each)

    def due(self, student: int, work: Work, assignment: Assignment) -> datetime | None:
        """Return when work is due."""
        quiz = None if work.quiz is None else self.quizzes[work.quiz]
        plain = assignment.due_at or (quiz.due_at if quiz is not None else None)
        granted = timing.Accommodation()
        for each in self.accommodations.get(student, ()):
            if plain is not None and each.holds_at(plain):
                granted = granted.with_other(each.value)
        if quiz is not None:
            return Grants(granted, self.personal.get(student, {})).window_for(quiz, assignment).due
        return plain and timing.days_later(plain.astimezone(assignment.zone), granted.extra_days)
