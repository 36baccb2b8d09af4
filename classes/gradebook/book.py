"""What a class grades and how: its columns, its rules, and what each student has of them. Read from standing rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum

from courses.models import Cohort, Enrolment, Lesson
from quizzes.domain.gradebook import Basis, Category, Piece, Policy, Sitting, Status, Total, total_of
from quizzes.domain.keeping import Keep
from quizzes.domain.kinds import UNSCORED_KINDS
from quizzes.domain.standing import WorkState
from quizzes.models import (
    Assignment,
    Attempt,
    GradeCategory,
    GradeDecision,
    GradeRules,
    ItemRevision,
    Quiz,
    WorkStanding,
)
from quizzes.models.assignments import groups_of

TOTAL = "total"
_ALL_WORK = Category("")


@dataclass(frozen=True)
class Column:
    """A piece of graded work: a quiz that is not practice, or a lesson that was given a category."""

    key: str
    quiz: Quiz | None
    lesson: Lesson | None
    assignment: Assignment
    """What everyone has it by; where only some people have it, the first of theirs."""
    possible: Decimal

    @property
    def title(self) -> str:
        """Return what it is called."""
        return str(self.quiz or (self.lesson.title if self.lesson else ""))

    @property
    def is_optional(self) -> bool:
        """Say whether it has rows only for students who began it: work of a whole course."""
        return self.assignment.is_whole_course


@dataclass(frozen=True)
class Book:
    """How a class grades. `category_of` gives the category of an assignment; "" is none of those set up."""

    cohort: Cohort
    rules: GradeRules
    policy: Policy
    columns: Sequence[Column]
    assignments: Mapping[int, Assignment]
    categories: Sequence[GradeCategory]

    @property
    def uncounted(self) -> list[Column]:
        """Return work that belongs to no category, although the class has some: it does not count."""
        return [each for each in self.columns if self.categories and not self.category_of(each.assignment)]

    def category_of(self, assignment: Assignment) -> str:
        """Return the category of a piece of work; names are compared without regard to case."""
        return self._names.get(assignment.category.strip().casefold(), "")

    @cached_property
    def _names(self) -> dict[str, str]:
        return {each.name.casefold(): each.name for each in self.categories}

    @cached_property
    def in_order(self) -> list[tuple[Category, list[Column]]]:
        """The columns under their categories."""
        return [
            (category, [each for each in self.columns if self.category_of(each.assignment) == category.key])
            for category in self.policy.categories
        ]

    def column(self, key: str) -> Column | None:
        """Return a column by its key."""
        return next((each for each in self.columns if each.key == key), None)

    def total(self, pieces: Sequence[Piece], basis: Basis, by_hand: Decimal | None = None) -> Total:
        """Return a total of one student."""
        return total_of(self.policy, pieces, basis, by_hand=by_hand)


@dataclass
class Grades:
    """What one student has: a piece for each column that is theirs, and what was decided by hand, by column."""

    place: Enrolment
    pieces: list[Piece] = field(default_factory=list)
    decisions: dict[str, GradeDecision] = field(default_factory=dict)
    rows: dict[str, WorkStanding] = field(default_factory=dict)

    @property
    def total_by_hand(self) -> Decimal | None:
        """Return the total that an instructor set, in per cent."""
        decided = self.decisions.get(TOTAL)
        return decided.points if decided is not None else None


def key_of(*, quiz_id: int | None, lesson_id: int | None) -> str:
    """Return the key of a column, by which addresses name it; that of the total for neither."""
    if quiz_id is not None:
        return f"quiz-{quiz_id}"
    return f"lesson-{lesson_id}" if lesson_id is not None else TOTAL


def book_of(cohort: Cohort) -> Book:
    """Return how a class grades, in five queries."""
    categories = list(GradeCategory.objects.filter(cohort=cohort).order_by("position", "pk"))
    rules = GradeRules.objects.filter(cohort=cohort).first() or GradeRules(cohort=cohort)
    live = Assignment.objects.filter(cohort=cohort, withdrawn_at=None).select_related("quiz", "lesson")
    assignments = {each.pk: each for each in live.order_by("due_at", "pk")}
    for each in assignments.values():
        each.cohort = cohort
    values = tuple(each.value for each in categories) or (_ALL_WORK,)
    policy = Policy(values, rules.late, rules.missing, rules.boundaries)
    columns = _columns(cohort, list(assignments.values()))
    return Book(cohort, rules, policy, columns, assignments, categories)


def _columns(cohort: Cohort, assignments: Sequence[Assignment]) -> list[Column]:
    """Return each piece of graded work once, by its date; what a whole course adds follows in the course's order."""
    found: dict[str, tuple[Quiz | None, Lesson | None, Assignment]] = {}
    for each in sorted(assignments, key=lambda each: not each.is_for_everyone):
        is_graded = bool(each.category) if each.quiz is None else not each.quiz.is_practice
        if is_graded and not each.is_whole_course:
            found.setdefault(key_of(quiz_id=each.quiz_id, lesson_id=each.lesson_id), (each.quiz, each.lesson, each))
    in_order = sorted(found.items(), key=lambda item: _by_date(item[1][2]))
    wholes = [each for each in assignments if each.is_whole_course]
    if wholes:
        for quiz in Quiz.objects.current().filter(course=cohort.course_id, is_practice=False):
            if (key := key_of(quiz_id=quiz.pk, lesson_id=None)) not in found:
                in_order.append((key, (quiz, None, wholes[0])))
    points = _points([quiz for _key, (quiz, _lesson, _assignment) in in_order if quiz is not None])
    columns = [
        Column(key, quiz, lesson, assignment, _possible(assignment, quiz, points))
        for key, (quiz, lesson, assignment) in in_order
    ]
    return [each for each in columns if each.possible]


def _by_date(assignment: Assignment) -> tuple[bool, float, int]:
    due = assignment.due_at
    return (due is None, due.timestamp() if due is not None else 0, assignment.pk)


def _points(quizzes: Sequence[Quiz]) -> dict[int, Decimal]:
    """Return the points of the quizzes' own questions, in one query."""
    own = ItemRevision.objects.for_paper().filter(item__quiz__in=[quiz.pk for quiz in quizzes])
    scored = own.exclude(kind__in=UNSCORED_KINDS).order_by()
    sums = scored.values_list("item__quiz").annotate(Sum("points"))
    return {quiz: Decimal(f"{points.normalize():f}") for quiz, points in sums}  # 4 on each database, not 4.00


def _possible(assignment: Assignment, quiz: Quiz | None, points: Mapping[int, Decimal]) -> Decimal:
    """Return the points of a column: those set, else of the questions; a question that is drawn counts as one."""
    if assignment.points is not None and not assignment.is_whole_course:
        return assignment.points
    if quiz is None:
        return Decimal(1)
    drawn = quiz.blueprint.size if quiz.blueprint else 0
    return points.get(quiz.pk, Decimal(0)) + drawn


def grades_of(book: Book, places: Sequence[Enrolment], *, now: datetime, with_sittings: bool = False) -> list[Grades]:
    """Return what each of some students has, in three queries at most; with every attempt only where asked for."""
    found = {place.pk: Grades(place) for place in places}
    for row in WorkStanding.objects.filter(place__in=found):
        found[row.place_id].rows[key_of(quiz_id=row.quiz_id, lesson_id=row.lesson_id)] = row
    for decision in GradeDecision.objects.in_force().filter(place__in=found):
        found[decision.place_id].decisions[key_of(quiz_id=decision.quiz_id, lesson_id=decision.lesson_id)] = decision
    sat = _sat(book, found.values(), every=with_sittings)
    whole = _have_the_whole_course(book, [place.user_id for place in places])
    for grades in found.values():
        for column in book.columns:
            standing = grades.rows.get(column.key)
            if standing is None and not (column.is_optional and grades.place.user_id in whole):
                continue  # not theirs
            attempts = sat.get((grades.place.user_id, column.quiz.pk if column.quiz else 0), [])
            grades.pieces.append(_Reading(book, column, standing, grades, attempts, now).piece())
    return list(found.values())


def _have_the_whole_course(book: Book, students: Sequence[int]) -> set[int]:
    """Return which students work on the whole course."""
    wholes = [each for each in book.assignments.values() if each.is_whole_course]
    groups = groups_of(book.cohort) if any(each.for_group_id for each in wholes) else {}
    return {each for each in students if any(whole.is_for(each, groups.get(each, ())) for whole in wholes)}


Sat = dict[tuple[int, int], list[Attempt]]


def _sat(book: Book, students: Iterable[Grades], *, every: bool) -> Sat:
    """Return submitted attempts by student and quiz, in one query: all, or only where one may have been late."""
    quizzes = {each.quiz.pk: each.quiz for each in book.columns if each.quiz is not None}
    wanted = {
        (grades.place.user_id, row.quiz_id)
        for grades in students
        for row in grades.rows.values()
        if row.quiz_id in quizzes and (every or _may_be_late(book, quizzes[row.quiz_id], row))
    }
    if not wanted:
        return {}
    of_class = Q(assignment=None) | Q(assignment__cohort=book.cohort)
    attempts = Attempt.objects.of_class(book.cohort).submitted().filter(of_class)
    attempts = attempts.filter(student__in={student for student, _quiz in wanted})
    found: Sat = {}
    for attempt in attempts.filter(quiz__in={quiz for _student, quiz in wanted}).defer("bank").in_order():
        if (attempt.student_id, attempt.quiz_id) in wanted and attempt.max_score:
            found.setdefault((attempt.student_id, attempt.quiz_id), []).append(attempt)
    return found


def _may_be_late(book: Book, quiz: Quiz, row: WorkStanding) -> bool:
    """Say whether the class's late rule may cost something. A quiz with credit by time sees to lateness itself."""
    if book.policy.late is None or row.due_at is None or row.done_at is None or quiz.credit_steps:
        return False
    return row.done_at > row.due_at


@dataclass(frozen=True)
class _Reading:
    """One student's standing at one column, to be read as the core wants it."""

    book: Book
    column: Column
    row: WorkStanding | None
    grades: Grades
    attempts: Sequence[Attempt]
    now: datetime

    def piece(self) -> Piece:
        """Return the piece."""
        decided = self.grades.decisions.get(self.column.key)
        kind = decided.kind if decided is not None else ""
        status, share = self._standing()
        late = 0
        if kind == GradeDecision.Kind.EXCUSED:
            status, share = Status.EXCUSED, None
        elif kind == GradeDecision.Kind.SCORE and decided is not None:
            status, share = Status.SCORED, decided.share
        elif share is not None and kind != GradeDecision.Kind.ON_TIME:
            share, late = self._late(share)
        by_hand = kind == GradeDecision.Kind.SCORE
        assignment = self._assignment()
        return Piece(
            self.column.key,
            self.book.category_of(assignment),
            self.column.possible,
            status,
            share,
            weight=assignment.weight,
            is_extra=assignment.is_extra,
            never_dropped=assignment.is_never_dropped,
            late_periods=late,
            by_hand=by_hand,
            sittings=self._sittings(share) if status is Status.SCORED and not by_hand else (),
        )

    def _assignment(self) -> Assignment:
        if self.row is None:
            return self.column.assignment
        return self.book.assignments.get(self.row.assignment_id, self.column.assignment)

    def _standing(self) -> tuple[Status, Fraction | None]:
        """Return how far it is, and what counts. Of a lesson, finishing it earns all."""
        row = self.row
        if row is None:
            return Status.AHEAD, None
        if row.share is not None:
            return Status.SCORED, Fraction(row.share)
        if row.lesson_id is not None and row.state == WorkState.DONE:
            return Status.SCORED, Fraction(1)
        if row.state == WorkState.DONE:
            return Status.EXCUSED, None  # submitted, and no question of it counts
        if row.state == WorkState.WAITS:
            return Status.WAITS, None
        is_past = row.due_at is not None and row.due_at < self.now
        return (Status.MISSING if is_past or row.state == WorkState.LAPSED else Status.AHEAD), None

    def _late(self, share: Fraction) -> tuple[Fraction, int]:
        """Return the share and the intervals late of the attempt that counts: of the best, what is best when late."""
        row, rule = self.row, self.book.policy.late
        if row is None or row.due_at is None or row.done_at is None or rule is None or row.done_at <= row.due_at:
            return share, 0
        due, zone = row.due_at, ZoneInfo(self.book.cohort.time_zone)
        if self.column.quiz is None:
            return share, rule.periods(due, row.done_at, zone)
        if self.column.quiz.credit_steps or not self.attempts:
            return share, 0
        found = [
            (Fraction(each.share or 0), rule.periods(due, each.submitted_at or due, zone)) for each in self.attempts
        ]
        match self.column.quiz.keep:
            case Keep.FIRST:
                return share, found[0][1]
            case Keep.HIGHEST:
                marked = [pair for pair, each in zip(found, self.attempts, strict=True) if not each.unmarked_count]
                if not marked:
                    return share, found[-1][1]
                best, late = max(marked, key=lambda pair: pair[0] - rule.deduction(*pair))
                return min(best, share), late
            case _:
                return share, found[-1][1]

    def _sittings(self, share: Fraction | None) -> tuple[Sitting, ...]:
        """Return the attempts, with which of them counts: its share is what the standing row holds."""
        if share is None or not self.attempts or self.column.quiz is None:
            return ()
        chosen = _chosen(self.column.quiz.keep, self.attempts, share)
        listed = []
        for each in self.attempts:
            counts = chosen is None or each is chosen
            raw = Fraction(each.raw_score or 0) / Fraction(each.max_score)
            if each is chosen and each.credit_percent:
                raw = share * 100 / each.credit_percent
            listed.append(Sitting(each.number, raw, Decimal(each.credit_percent), counts=counts))
        return tuple(listed)


def _chosen(keep: str, attempts: Sequence[Attempt], share: Fraction) -> Attempt | None:
    """Return the attempt that counts; None where all of them do."""
    if len(attempts) == 1 or keep == Keep.FIRST:
        return attempts[0]
    if keep == Keep.LAST:
        return attempts[-1]
    if keep != Keep.HIGHEST:
        return None
    return min(attempts, key=lambda each: abs(Fraction(each.share or 0) - share))
