"""Mastery of the objectives of a course by one student, with the answers each figure rests on.

Only answers count whose marks the student may see, so nothing here tells an exam that keeps its results back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse

from courses.models import Course, LearningObjective
from courses.models.content import Viewer, class_viewed
from courses.services.kept import kept
from quizzes.domain.base import ONE, ZERO
from quizzes.domain.certainty import Certainty, share_before_certainty
from quizzes.domain.markup import plain
from quizzes.domain.mastery import Answered, Mastery, State, first_tries, is_moved, mastery_at, mastery_of
from quizzes.models import Attempt, CheckAnswer, ItemResponse, Try

WEEK = timedelta(days=7)
WEEKS = 4
STRIP = 20
"""How many answers are shown under an objective; older ones count and are only told of by number."""


@dataclass(frozen=True)
class Evidence:
    """One answer that counts, where it was given, and where it can be looked at."""

    answered: Answered
    objective: int
    words: str
    address: str
    place: str
    """The title of the quiz, or of the lesson for a check in its text."""
    is_check: bool = False

    @property
    def state(self) -> str:
        """Return right, partly or wrong."""
        if self.answered.share == ONE:
            return "right"
        return "partly" if self.answered.share else "wrong"


@dataclass(frozen=True)
class ObjectiveLine:
    """An objective with its mastery now and a week ago, and all that this rests on, oldest first."""

    objective: LearningObjective
    evidence: Sequence[Evidence]
    now: datetime

    @cached_property
    def counted(self) -> list[Answered]:
        """Return the answers that count, oldest first."""
        return [each.answered for each in self.evidence]

    @cached_property
    def mastery(self) -> Mastery:
        """Return the mastery now."""
        return mastery_of(self.counted)

    @cached_property
    def before(self) -> Mastery | None:
        """Return the mastery a week ago, where there is a difference worth showing."""
        found = mastery_at(self.counted, self.now - WEEK)
        return found if is_moved(found, self.mastery) else None

    @property
    def newest(self) -> list[Evidence]:
        """Return the answers that are shown under it, newest first."""
        return list(reversed(self.evidence[-STRIP:]))

    @property
    def older_count(self) -> int:
        """Return how many older ones are not shown."""
        return max(0, len(self.evidence) - STRIP)

    @property
    def oldest_first(self) -> list[Evidence]:
        """Return the same, oldest first."""
        return list(self.evidence[-STRIP:])

    @property
    def places(self) -> list[str]:
        """Return the five places that are filled one by one before a bar is drawn: right, partly, wrong or nothing."""
        told = [each.state for each in self.evidence[:5]]
        return told + [""] * (5 - len(told))


@dataclass(frozen=True)
class Week:
    """How many objectives were in each state at a moment, of those with answers."""

    at: datetime
    counts: Mapping[State, int]

    most: int = 1
    """The most that had answers in any week: the height of the drawing."""

    @property
    def bars(self) -> list[tuple[str, float, float]]:
        """Return the bar of each state: its name, the top and the height, in per cent of the drawing."""
        found, top = [], 100.0
        for state in STACKED:
            count = self.counts[state]
            height = round(100 * count / self.most, 1)
            top -= height
            if count:
                found.append((state.value, round(top, 1), height))
        return found


STACKED = (State.MASTERED, State.NEARLY, State.LEARNING, State.FEW)
"""States as a drawing stacks them, from the ground up."""


def objectives_of(course: Course) -> dict[int, LearningObjective]:
    """Return all objectives a course has or had, with their lessons, in order; kept for everyone."""

    def read() -> list[LearningObjective]:
        rows = LearningObjective.objects.filter(course=course).select_related("lesson__unit")
        named = rows.only("key", "text", "position", "is_retired", "lesson__key", "lesson__number", "lesson__title",
                          "lesson__unit__colour", "lesson__unit__key", "course_id", "lesson__course_id")  # fmt: skip
        return list(named.order_by("lesson__unit__position", "lesson__position", "position", "pk"))

    found = kept(course, "objectives", read)
    for objective in found:
        objective.course = objective.lesson.course = course
    return {objective.pk: objective for objective in found}


def lines_of(course: Course, evidence: Iterable[Evidence], *, now: datetime) -> list[ObjectiveLine]:
    """Return the objectives that have answers, weakest first; those that are judged before those that are not."""
    by_objective: dict[int, list[Evidence]] = {}
    for each in evidence:
        by_objective.setdefault(each.objective, []).append(each)
    objectives = objectives_of(course)
    lines = [_line(objectives[pk], given, now) for pk, given in by_objective.items() if pk in objectives]
    order = list(State)
    return sorted(lines, key=lambda line: (order.index(line.mastery.state), line.mastery.share or ZERO))


def _line(objective: LearningObjective, given: Sequence[Evidence], now: datetime) -> ObjectiveLine:
    by_answer = {id(each.answered): each for each in given}
    counted = first_tries(each.answered for each in given)
    return ObjectiveLine(objective, [by_answer[id(answered)] for answered in counted], now)


def weeks_of(lines: Sequence[ObjectiveLine], *, now: datetime) -> list[Week]:
    """Return how mastery moved in four weeks: now and the same hour one to four weeks ago, oldest first."""
    weeks = []
    for back in range(WEEKS, -1, -1):
        at = now - back * WEEK
        found = [mastery_at(line.counted, at) for line in lines]
        states = [mastery.state for mastery in found if mastery.answers]
        weeks.append(Week(at, {state: states.count(state) for state in State}))
    most = max(1, *(sum(week.counts.values()) for week in weeks))
    return [replace(week, most=most) for week in weeks]


def evidence_of(learner: Viewer | None, course: Course, released: Mapping[UUID, Attempt]) -> list[Evidence]:
    """Return a student's answers on the objectives of a course, in two queries; one more where tries were marked.

    `released` are the attempts whose answers count. Checks are the student's own affair: an instructor who views as the
    student sees none.
    """
    found = _of_attempts(released) if released else []
    if learner is not None and learner.pk is not None and class_viewed(learner) is None:
        found += _of_checks(learner.pk, course)
    return found


_ANSWER = (
    "pk", "attempt_id", "position", "objective_id", "objective_size", "revision__item_id", "answered_at", "share",
    "confidence", "hints_shown", "has_second", "revision__body__stem",
)  # fmt: skip


def _of_attempts(released: Mapping[UUID, Attempt]) -> list[Evidence]:
    second = Try.objects.filter(response=OuterRef("pk"), number=2)
    given = ItemResponse.objects.filter(
        attempt__in=list(released), share__isnull=False, answer__isnull=False, answered_at__isnull=False
    )
    rows = list(given.annotate(has_second=Exists(second)).order_by().values(*_ANSWER))
    firsts = _first_tries([row["pk"] for row in rows if row["has_second"]])
    found = []
    for row in rows:
        attempt = released[row["attempt_id"]]
        share, hints = firsts.get(row["pk"], (None, row["hints_shown"]))
        answered = Answered(
            row["revision__item_id"],
            row["answered_at"],
            ZERO if hints else _share_of(row, attempt) if share is None else share,
            row["objective_size"],
        )
        address = f"{reverse('quizzes:result', args=[attempt.pk])}#question-{row['position']}"
        found.append(
            Evidence(
                answered, row["objective_id"], plain(row["revision__body__stem"] or ""), address, attempt.quiz.title
            )
        )
    return found


def _share_of(row: Mapping[str, Any], attempt: Attempt) -> Decimal:
    """Return what an answer earned by itself: certainty says how sure a student is, not what they know."""
    share: Decimal = row["share"]
    if attempt.quiz.is_certainty_marked:
        level = row["confidence"]
        share = share_before_certainty(share, Certainty(level) if level else None)
    return min(ONE, max(ZERO, share))


def _first_tries(responses: Sequence[int]) -> dict[int, tuple[Decimal, int]]:
    """Return what the first of several tries was worth, and the hints before it; a later one says less."""
    if not responses:
        return {}
    rows = Try.objects.filter(response__in=responses, number=1).select_related("response__revision")
    return {row.response_id: (row.response.revision.spec.share_of(row.answer), row.hints_shown) for row in rows}


_CHECK = (
    "objective_id", "objective_size", "revision__item_id", "answered_at", "share",
    "revision__body__stem", "revision__item__key",
    "revision__item__section__lesson__title", "revision__item__section__lesson__key",
)  # fmt: skip


def _of_checks(learner: int, course: Course) -> list[Evidence]:
    rows = CheckAnswer.objects.filter(student=learner, objective__course=course)
    found = []
    for row in rows.order_by().values(*_CHECK):
        answered = Answered(row["revision__item_id"], row["answered_at"], row["share"], row["objective_size"])
        lesson = "revision__item__section__lesson"
        address = reverse("courses:lesson", args=[course.key, row[f"{lesson}__key"]])
        place = f"{address}#check-{row['revision__item__key']}"
        words = plain(row["revision__body__stem"] or "")
        found.append(Evidence(answered, row["objective_id"], words, place, row[f"{lesson}__title"], is_check=True))
    return found
