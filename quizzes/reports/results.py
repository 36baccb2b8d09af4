"""What an attempt earned, question by question and objective by objective, as far as it may be shown now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from courses.models import LearningObjective, Section
from quizzes.domain.base import ONE, ReviewRow, Verdict
from quizzes.domain.certainty import Calibration, Certainty, Judged, by_topic, calibration
from quizzes.domain.kinds import AnySpec
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named
from quizzes.domain.regrading import Marked, explained_by, marker, score_of
from quizzes.domain.results import percent_shown
from quizzes.domain.review import Release, ReviewMatrix, Shown, release_of, time_of_review
from quizzes.models import Attempt, HumanMark, ItemResponse, Regrade, Try
from quizzes.models.accommodations import grants_of
from quizzes.models.reach import reach_of
from quizzes.reports.history import given_to_staff
from quizzes.reports.how import Grounds, how_of

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
    how: str = ""
    """How its mark arose."""
    raw: Decimal | None = None
    """What the answer earned by itself, before tries and certainty; None where a person marks, or it does not count."""

    @property
    def state(self) -> str:
        """Return how it went: unscored, hidden, unmarked, waiting for a person, out, blank, right, partly or wrong."""
        if not self.spec.is_scored:
            return "unscored"
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
    def is_missed(self) -> bool:
        """Say whether it is known to have cost points: wrong, partly right or left open."""
        return self.state in ("wrong", "partly", "blank")

    @property
    def is_known(self) -> bool:
        """Say whether the answer was right in full, so that there is nothing to read again; certainty aside."""
        response = self.response
        if response.attempt.quiz.is_certainty_marked and self.raw is not None:
            return self.raw == ONE
        return response.share == ONE

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
    def is_whole(self) -> bool:
        """Say whether nothing was lost on it."""
        return self.points >= self.possible

    @property
    def percent(self) -> int:
        """Return how far the bar goes, in per cent; where certainty cost more than was earned there is none."""
        return max(0, int(percent_shown(self.points / self.possible)))


@dataclass(frozen=True)
class Result:
    """A whole result page."""

    questions: Sequence[QuestionResult]
    objectives: Sequence[ObjectiveResult]
    shown: frozenset[str]
    calibration: Calibration | None = None
    topics: dict[str, Calibration] | None = None

    @property
    def work(self) -> list[ObjectiveResult]:
        """Return the objectives on which something was lost, most points first."""
        return [line for line in self.objectives if not line.is_whole]

    @property
    def whole(self) -> list[ObjectiveResult]:
        """Return those on which nothing was lost."""
        return [line for line in self.objectives if line.is_whole]

    def choices(self, named: str) -> list[Choice]:
        """Return the questions that can be chosen to be shown, each choice with its questions; `named` is chosen.

        Choices without questions are left out; where `named` is none of the rest, all questions are shown.
        """
        missed = [question for question in self.questions if question.is_missed]
        waiting = [question for question in self.questions if question.state == "waiting"]
        some = [(Choosing.MISSED, missed), (Choosing.WAITING, waiting)]
        offered = [(word, listed) for word, listed in some if 0 < len(listed) < len(self.questions)]
        chosen = named if named in [word for word, _listed in offered] else Choosing.ALL.value
        return [Choice(word, listed, word == chosen) for word, listed in (*offered, (Choosing.ALL, self.questions))]


class Choosing(Named):
    """Which questions of a result are shown."""

    MISSED = "missed", _("Only what I missed")
    WAITING = "waiting", _("Not graded yet")
    ALL = "all", _("All questions")


@dataclass(frozen=True)
class Choice:
    """Some of the questions of a result."""

    word: Choosing
    questions: Sequence[QuestionResult]
    is_chosen: bool


@dataclass(frozen=True)
class Review:
    """What the review matrix lets a student see of an attempt now, and the close of the quiz for them."""

    matrix: ReviewMatrix
    shown: frozenset[Shown]
    closes: datetime | None = None

    @property
    def answers(self) -> Release:
        """Say when the right answers are shown."""
        return release_of(self.matrix, Shown.RIGHT_ANSWER, closes=self.closes)

    @property
    def total(self) -> Release:
        """Say when the total is shown."""
        return release_of(self.matrix, Shown.OVERALL, closes=self.closes)


def shown_to_student(attempt: Attempt, *, now: datetime) -> frozenset[Shown]:
    """Return what the review matrix lets the student see of an attempt now; three queries where a close decides."""
    return review_of(attempt, now=now).shown


def review_of(attempt: Attempt, *, now: datetime) -> Review:
    """Return what a student may see of an attempt, and when more is shown; three queries where a close decides."""
    quiz, closes = attempt.quiz, None
    if quiz.matrix.waits_for_close:
        grants = grants_of(attempt.student, course_id=quiz.course_id, now=now)
        closes = grants.window_for(quiz, attempt.assignment).closes
    ended = attempt.submitted_at if attempt.is_finished else None
    if attempt.state == Attempt.State.ABANDONED:
        return Review(quiz.matrix, frozenset({Shown.ATTEMPT, Shown.MAXIMUM}), closes)
    return Review(quiz.matrix, quiz.matrix.at(time_of_review(submitted=ended, closes=closes, now=now)), closes)


def result_of(attempt: Attempt, *, shown: frozenset[Shown], is_own: bool = True) -> Result:
    """Return the result of an attempt in two queries, three where tries count; what may not be shown is left out.

    `is_own` is whether its student reads it: nobody else is told an anonymous answer.
    """
    is_fetched = "responses" in getattr(attempt, "_prefetched_objects_cache", {})
    responses = list(attempt.responses.all() if is_fetched else attempt.responses.for_page())
    for response in responses:
        response.attempt = attempt
    reach = reach_of(Q(revision__in=[response.revision_id for response in responses]), [attempt.student_id])
    tries = _tries_of(attempt)
    questions = [
        _question(response, shown, reach.on(response.revision_id, attempt), tries=tries[response.pk])
        for response in responses
    ]
    shows_marks = Shown.MARKS in shown
    objectives = _objectives(questions) if {Shown.MARKS, Shown.MAXIMUM} <= shown else []
    questions = questions if is_own else [_without_anonymous(question) for question in questions]
    judged = _judged(questions) if shows_marks else []
    words = frozenset(row.value for row in shown)
    if not judged:
        return Result(questions, objectives, words)
    return Result(questions, objectives, words, calibration(judged), by_topic(judged))


def _tries_of(attempt: Attempt) -> Counter[int]:
    """Return how many tries each response has, in one query where tries count."""
    if not attempt.quiz.is_checked_at_once:
        return Counter()
    return Counter(Try.objects.filter(response__attempt=attempt).values_list("response", flat=True))


def _question(
    response: ItemResponse, shown: frozenset[Shown], regrades: Sequence[Regrade], *, tries: int
) -> QuestionResult:
    spec = response.revision.spec
    adjustments = [regrade.adjustment for regrade in regrades]
    explained = explained_by(spec, response.answer, adjustments)
    given = spec.describe(response.answer) if response.answer is not None and Shown.ATTEMPT in shown else ""
    human = getattr(response, "human_mark", None) if Shown.MARKS in shown else None
    raw = marker(spec, adjustments)(response.answer) if spec.is_machine_marked else None
    shows_rows = spec.is_machine_marked and _shows_rows(shown)
    rows = cut(explained.review(explained.clean(response.answer)), shown) if shows_rows else ()
    notes = [_note(spec, regrade, shown) for regrade in regrades] if Shown.MARKS in shown else []
    how = how_of(Grounds(response, explained, raw, tries, human), shown)
    words = frozenset(row.value for row in shown)
    return QuestionResult(
        response, spec, explained, rows=rows, given=given, shown=words, human=human, regrades=notes, how=how, raw=raw
    )


def _without_anonymous(question: QuestionResult) -> QuestionResult:
    if not (question.given and question.spec.is_anonymous):
        return question
    return replace(question, given=given_to_staff(question.spec, question.response.answer))


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


def _objectives(questions: Sequence[QuestionResult]) -> list[ObjectiveResult]:
    """Add up each objective as a paper is added up, by the rules of the attempt."""
    asked: dict[LearningObjective, list[QuestionResult]] = {}
    for question in questions:
        if question.response.points is not None:
            asked.setdefault(question.response.revision.item.objective, []).append(question)
    return sorted((_objective(*each) for each in asked.items()), key=_by_loss)


def _objective(objective: LearningObjective, questions: Sequence[QuestionResult]) -> ObjectiveResult:
    responses = [question.response for question in questions]
    marked = [Marked(response.revision.points, response.share) for response in responses]
    score = score_of(marked, rules=responses[0].attempt.rules)
    lost = [question.response.revision.item.section for question in questions if not question.is_known]
    return ObjectiveResult(objective, score.raw, score.possible, tuple(dict.fromkeys(lost)))


def _judged(questions: Sequence[QuestionResult]) -> list[Judged]:
    """Return the answers that carry a confidence, with what each earns by itself, by the keys that hold now."""
    found = []
    for question in questions:
        response = question.response
        if response.confidence is None or response.answer is None or response.share is None or question.raw is None:
            continue
        found.append(Judged(Certainty(response.confidence), question.raw, response.revision.item.objective.text))
    return found


def _by_loss(result: ObjectiveResult) -> tuple[Decimal, int]:
    """Order objectives by the points lost on them, most first: what to look at again."""
    return (result.points - result.possible, result.objective.position)
