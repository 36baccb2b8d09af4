"""What an attempt earned, question by question and objective by objective, as far as it may be shown now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from courses.models import LearningObjective, Section
from quizzes.domain.base import ReviewRow, Verdict
from quizzes.domain.certainty import Calibration, Certainty, Judged, by_topic, calibration
from quizzes.domain.kinds import AnySpec
from quizzes.domain.regrading import explained_by, marker
from quizzes.domain.review import Shown, time_of_review
from quizzes.models import Attempt, HumanMark, ItemResponse, Regrade
from quizzes.models.access import grants_of

EVERYTHING = frozenset(Shown)


@dataclass(frozen=True)
class RegradeNote:
    """A regrade in force, as a result tells of it; the options it names only where right answers are shown."""

    regrade: Regrade
    always_right: Sequence[str] = ()
    disregarded: Sequence[str] = ()


@dataclass(frozen=True)
class QuestionResult:
    """One question of a result, with nothing in it that may not be shown.

    `spec` holds the words that were on the paper, `explained` those that explain the answer now: another key may have
    become right since. `rows` hold that key and the reasons; they are cut to what the review matrix allows.
    """

    response: ItemResponse
    spec: AnySpec
    explained: AnySpec
    rows: Sequence[ReviewRow]
    given: str
    shown: frozenset[str]
    human: HumanMark | None = None
    regrades: Sequence[RegradeNote] = ()

    @property
    def state(self) -> str:
        """Return how it went: hidden, unmarked, waiting (for a person), out, blank, right, partly or wrong."""
        if Shown.CORRECTNESS not in self.shown:
            return "hidden"
        if self.response.share is None:
            return self._unshared
        if self.response.answer is None:
            return "blank"
        if self.response.share == 1:
            return "right"
        return "partly" if self.response.share > 0 else "wrong"

    @property
    def _unshared(self) -> str:
        if self.response.attempt.submitted_at is None:
            return "unmarked"
        if self.response.answer is None or not self.spec.is_human_marked:
            return "out"
        return "out" if self.response.is_out else "waiting"  # type: ignore[attr-defined]  # annotated by for_page


@dataclass(frozen=True)
class ObjectiveResult:
    """What an attempt earned on one objective, and the sections that teach what was lost on it."""

    objective: LearningObjective
    points: Decimal
    possible: Decimal
    sections: tuple[Section, ...] = ()

    @property
    def percent(self) -> int:
        """Return how far the bar goes, in per cent; where certainty cost more than was earned there is none."""
        return max(0, round(100 * self.points / self.possible))


@dataclass(frozen=True)
class Result:
    """A whole result page."""

    questions: Sequence[QuestionResult]
    objectives: Sequence[ObjectiveResult]
    shown: frozenset[str]
    calibration: Calibration | None = None
    topics: dict[str, Calibration] | None = None


def shown_to_student(attempt: Attempt, *, now: datetime) -> frozenset[Shown]:
    """Return what the review matrix lets the student see of an attempt now; three queries where a close decides."""
    quiz = attempt.quiz
    closes = None
    if quiz.matrix.waits_for_close:
        closes = grants_of(attempt.student, course_id=quiz.course_id, now=now).window(quiz).closes
    ended = attempt.submitted_at if attempt.is_finished else None
    if attempt.state == Attempt.State.ABANDONED:
        return frozenset({Shown.ATTEMPT, Shown.MAXIMUM})
    return quiz.matrix.at(time_of_review(submitted=ended, closes=closes, now=now))


def result_of(attempt: Attempt, *, shown: frozenset[Shown]) -> Result:
    """Return the result of an attempt in two queries; what may not be shown is left out of it."""
    is_fetched = "responses" in getattr(attempt, "_prefetched_objects_cache", {})
    responses = list(attempt.responses.all() if is_fetched else attempt.responses.for_page())
    for response in responses:
        response.attempt = attempt
    regrades = _regrades_of(responses)
    questions = [_question(response, shown, regrades.get(response.revision_id, [])) for response in responses]
    shows_marks = Shown.MARKS in shown
    objectives = _objectives(responses) if {Shown.MARKS, Shown.MAXIMUM} <= shown else []
    judged = _judged(responses, regrades) if shows_marks else []
    words = frozenset(row.value for row in shown)
    if not judged:
        return Result(questions, objectives, words)
    return Result(questions, objectives, words, calibration(judged), by_topic(judged))


def _regrades_of(responses: Sequence[ItemResponse]) -> dict[int, list[Regrade]]:
    """Return the regrades in force by revision, in the order they were made."""
    revisions = [response.revision_id for response in responses]
    found: dict[int, list[Regrade]] = {}
    for regrade in Regrade.objects.in_force().filter(revision__in=revisions).select_related("new_revision"):
        found.setdefault(regrade.revision_id, []).append(regrade)
    return found


def _question(response: ItemResponse, shown: frozenset[Shown], regrades: Sequence[Regrade]) -> QuestionResult:
    spec = response.revision.spec
    explained = explained_by(spec, response.answer, [regrade.adjustment for regrade in regrades])
    given = spec.describe(response.answer) if response.answer is not None and Shown.ATTEMPT in shown else ""
    human = getattr(response, "human_mark", None) if Shown.MARKS in shown else None
    rows = cut(explained.review(explained.clean(response.answer)), shown) if _shows_rows(shown) else ()
    notes = [_note(spec, regrade, shown) for regrade in regrades] if Shown.MARKS in shown else []
    return QuestionResult(response, spec, explained, rows, given, frozenset(row.value for row in shown), human, notes)


def _note(spec: AnySpec, regrade: Regrade, shown: frozenset[Shown]) -> RegradeNote:
    if Shown.RIGHT_ANSWER not in shown:
        return RegradeNote(regrade)
    words = {key: option.text for key, option in getattr(spec, "options", {}).items()}
    named = [[words[key] for key in keys if key in words] for keys in (regrade.always_right, regrade.disregarded)]
    return RegradeNote(regrade, *named)


def _shows_rows(shown: frozenset[Shown]) -> bool:
    """Say whether anything of an answer beside its key may be shown: each row tells it, and whether it was right."""
    if Shown.ATTEMPT not in shown:
        return False
    return Shown.RIGHT_ANSWER in shown or {Shown.OPTION_FEEDBACK, Shown.CORRECTNESS} <= shown


def cut(rows: Sequence[ReviewRow], shown: frozenset[Shown]) -> tuple[ReviewRow, ...]:
    """Return review rows without what may not be shown.

    Without the right answer only what was given is left, and a row that names a right answer loses it with its reason.
    """
    kept = []
    for row in rows:
        each = row if Shown.OPTION_FEEDBACK in shown else replace(row, feedback="")
        if Shown.RIGHT_ANSWER not in shown:
            if each.verdict in (Verdict.MISSED, Verdict.LEFT):
                continue
            if each.verdict is Verdict.WRONG and each.right:
                each = replace(each, right="", feedback="")
        kept.append(each)
    return tuple(kept)


def _objectives(responses: Sequence[ItemResponse]) -> list[ObjectiveResult]:
    totals: dict[int, ObjectiveResult] = {}
    for response in responses:
        if response.points is None:
            continue
        objective = response.revision.item.objective
        before = totals.get(objective.pk) or ObjectiveResult(objective, Decimal(0), Decimal(0))
        points, possible = response.points, response.revision.points
        lost = (response.revision.item.section,) if points < possible else ()
        sections = tuple(dict.fromkeys(before.sections + lost))
        totals[objective.pk] = ObjectiveResult(objective, before.points + points, before.possible + possible, sections)
    return sorted(totals.values(), key=_by_loss)


def _judged(responses: Sequence[ItemResponse], regrades: dict[int, list[Regrade]]) -> list[Judged]:
    """Return the answers that carry a confidence, with what each earns by itself, by the keys that hold now."""
    found = []
    for response in responses:
        if response.confidence is None or response.answer is None or response.share is None:
            continue
        adjustments = [regrade.adjustment for regrade in regrades.get(response.revision_id, [])]
        raw = marker(response.revision.spec, adjustments)(response.answer)
        if raw is None:
            continue
        found.append(Judged(Certainty(response.confidence), raw, response.revision.item.objective.text))
    return found


def _by_loss(result: ObjectiveResult) -> tuple[Decimal, int]:
    """Order objectives by the points lost on them, most first: what to look at again."""
    return (result.points - result.possible, result.objective.position)
