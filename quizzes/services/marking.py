"""Marking papers. A mark is a function of what is stored: answers, tries, revision, regrades, human marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from quizzes.domain.base import ONE, ZERO, Answer
from quizzes.domain.behaviour import is_new_try
from quizzes.domain.certainty import Certainty, certainty_share
from quizzes.domain.kinds import AnySpec
from quizzes.domain.regrading import Adjustment, Fix, Marked, by_levels, earned_by_tries, marker, score_of
from quizzes.domain.timing import CreditFrom, credit_percent
from quizzes.models import Attempt, HumanMark, ItemResponse, ItemRevision, Quiz, Try
from quizzes.models.papers import is_regraded, marked_responses
from quizzes.models.reach import Reach, reach_of

_STEP = Decimal("0.000001")
MARKS = ["share", "points", "is_for_people"]
"""The columns of a response that marking writes."""


@dataclass(frozen=True)
class Basis:
    """Everything the mark of one response rests on."""

    response: ItemResponse
    tries: Sequence[Answer] = ()
    adjustments: Sequence[Adjustment] = ()
    human: HumanMark | None = None

    @property
    def spec(self) -> AnySpec:
        """Return the exact words and key."""
        return self.response.revision.spec


@dataclass(frozen=True)
class Judgement:
    """What a response earns: a share, or None when the question does not count; `waits` for a person to mark it.

    `is_for_people` says whether a person marks it: it waits, or has a person's mark.
    """

    share: Decimal | None
    waits: bool = False
    is_for_people: bool = False


@dataclass
class Papers:
    """The papers of some attempts with all their marks rest on, fetched in four queries."""

    bases: dict[Any, list[Basis]] = field(default_factory=dict)


def load_papers(attempts: Iterable[Attempt], *, extra: dict[int, list[Adjustment]] | None = None) -> Papers:
    """Fetch the papers of attempts; `extra` adjusts revisions (by primary key) by regrades that are not made yet."""
    listed = list(attempts)
    keys = [attempt.pk for attempt in listed]
    responses = list(
        ItemResponse.objects.filter(attempt__in=keys)
        .select_related("revision__item", "human_mark")
        .order_by("attempt", "position")
    )
    tries: dict[int, list[Answer]] = {}
    if any(attempt.quiz.is_checked_at_once for attempt in listed):
        tries = tries_of(keys)
    reach = reach_of(Q(revision__responses__attempt__in=keys), [attempt.student_id for attempt in listed])
    by_key = {attempt.pk: attempt for attempt in listed}
    papers = Papers()
    revisions: dict[int, ItemRevision] = {}
    for response in responses:
        # One object a revision, so that its body is read once for all papers.
        response.revision = revisions.setdefault(response.revision_id, response.revision)
        in_force = reach.on(response.revision_id, by_key[response.attempt_id])
        made = [regrade.adjustment for regrade in in_force] + (extra or {}).get(response.revision_id, [])
        human = getattr(response, "human_mark", None)
        basis = Basis(response, tries.get(response.pk, ()), made, human)
        papers.bases.setdefault(response.attempt_id, []).append(basis)
    return papers


def load_paper(attempt: Attempt) -> list[Basis]:
    """Fetch one paper, for marking alone: in two queries where it has no tries and no regrade touches it."""
    rows = marked_responses(attempt.pk)
    tries: dict[int, list[Answer]] = {}
    if attempt.quiz.is_checked_at_once:
        tries = tries_of([attempt.pk])
    is_touched = is_regraded(attempt.pk)
    reach = reach_of(Q(revision__responses__attempt=attempt.pk), [attempt.student_id]) if is_touched else Reach()
    return [
        Basis(
            response,
            tries.get(response.pk, ()),
            [regrade.adjustment for regrade in reach.on(response.revision_id, attempt)],
            human,
        )
        for response, human in rows
    ]


def tries_of(attempts: Sequence[UUID], revision_id: int | None = None) -> dict[int, list[Answer]]:
    """Return the tries of attempts by response, at all questions or at one."""
    tries: dict[int, list[Answer]] = {}
    rows = Try.objects.filter(response__attempt__in=attempts).order_by("response", "number")
    if revision_id is not None:
        rows = rows.filter(response__revision=revision_id)
    for response_id, answer in rows.values_list("response", "answer"):
        tries.setdefault(response_id, []).append(answer)
    return tries


def basis_of(response: ItemResponse) -> Basis:
    """Return what one response rests on, in two queries; its revision and attempt are fetched with it."""
    tries = list(response.tries.order_by("number").values_list("answer", flat=True))
    reach = reach_of(Q(revision=response.revision_id), [response.attempt.student_id])
    in_force = reach.on(response.revision_id, response.attempt)
    return Basis(response, tries, [regrade.adjustment for regrade in in_force])


def record_tries(attempt: Attempt, bases: Sequence[Basis], *, now: datetime) -> None:
    """Keep as a try what was answered and never checked, when an attempt with tries is submitted."""
    if not attempt.quiz.is_checked_at_once:
        return
    Try.objects.bulk_create(
        Try(
            response=basis.response,
            number=len(basis.tries) + 1,
            answer=basis.response.answer,
            hints_shown=basis.response.hints_shown,
            tried_at=now,
        )
        for basis in bases
        if len(all_tries(basis)) > len(basis.tries) and basis.spec.is_machine_marked
    )


def without_old_marks(bases: Sequence[Basis]) -> list[Basis]:
    """Delete what people gave answers that were changed since, in an attempt opened again; return what is left.

    The new words wait for a person; the old mark stays on record.
    """
    old = [basis for basis in bases if basis.human and _changed_since(basis.response, basis.human)]
    if old:
        HumanMark.objects.filter(response__in=[basis.response for basis in old]).delete()
    return [replace(basis, human=None) if basis in old else basis for basis in bases]


def _changed_since(response: ItemResponse, mark: HumanMark) -> bool:
    return response.answered_at is not None and response.answered_at > mark.marked_at


def judge(basis: Basis, quiz: Quiz) -> Judgement:
    """Return what a response earns."""
    if not basis.spec.is_scored:
        return Judgement(None)
    adjustments = basis.adjustments
    if basis.human is not None:
        share = by_levels(basis.human.share, basis.human.levels, adjustments)
        return Judgement(share, is_for_people=basis.spec.is_human_marked)
    if basis.spec.is_human_marked:
        return _unmarked(basis)
    mark = marker(basis.spec, adjustments)
    if quiz.is_checked_at_once:
        return Judgement(_share_of_tries(basis, quiz))
    share = mark(basis.response.answer)
    is_for_all = mark(None) == ONE  # a blank earns everything: credit to all, whatever confidence says
    if share is not None and quiz.is_certainty_marked and basis.response.answer is not None and not is_for_all:
        level = basis.response.confidence
        share = certainty_share(share, Certainty(level) if level else None)
    return Judgement(share)


def mark_attempt(attempt: Attempt, bases: Sequence[Basis]) -> list[ItemResponse]:
    """Put what a submitted attempt earns into it and its responses (nothing is saved); return the responses.

    The attempt's `credit_percent` stands, as `set_credit` decided it when the work came in, and so does the edition of
    the rules by which its total is added up.
    """
    marked: list[Marked] = []
    waiting = 0
    for basis in bases:
        response, judgement = basis.response, judge(basis, attempt.quiz)
        waiting += judgement.waits
        marked.append(Marked(response.revision.points, judgement.share, judgement.waits))
        put_share(response, judgement)
    result = score_of(marked, credit_percent=attempt.credit_percent, rules=attempt.rules)
    attempt.raw_score, attempt.score, attempt.max_score = result.raw, result.score, result.possible
    attempt.unmarked_count, attempt.unmarked_points = waiting, result.waiting
    return [basis.response for basis in bases]


def put_share(response: ItemResponse, judgement: Judgement) -> None:
    """Put what a response earns into it: nothing while it waits for a person, or where it does not count."""
    share = None if judgement.waits else judgement.share
    response.share = None if share is None else share.quantize(_STEP)
    response.is_for_people = judgement.is_for_people
    response.points = None if share is None else Marked(response.revision.points, share).points


def set_credit(attempt: Attempt, bases: Sequence[Basis], *, due: Any) -> None:
    """Decide the credit for when the work came in: its last answer, or the submission, as the quiz says."""
    quiz = attempt.quiz
    answered = [basis.response.answered_at for basis in bases if basis.response.answered_at is not None]
    at = attempt.submitted_at
    if quiz.credit_from == CreditFrom.LAST_ANSWER:
        at = max(answered, default=at)
    assert at is not None  # noqa: S101 (only what was submitted earns credit)
    attempt.credit_percent = credit_percent(quiz.credit_steps, due=due, at=at)


def raw_shares(basis: Basis, answers: Sequence[Answer]) -> list[Decimal | None]:
    """Return what each of several answers earns by itself."""
    mark = marker(basis.spec, basis.adjustments)
    return [mark(answer) for answer in answers]


def all_tries(basis: Basis) -> list[Answer]:
    """Return the tries of a response; an answer that was saved and never checked is its last one."""
    tries = list(basis.tries)
    answer = basis.response.answer
    if is_new_try(basis.spec, answer, tries) and not basis.response.is_over:
        tries.append(answer)
    return tries


def earned_by(basis: Basis, quiz: Quiz, tries: Sequence[Answer]) -> Decimal | None:
    """Return the share that tries earn; None when the question does not count."""
    hints_shown = basis.response.hints_shown
    return earned_by_tries(basis.spec, tries, quiz.try_rules, hints_shown=hints_shown, adjustments=basis.adjustments)


def _share_of_tries(basis: Basis, quiz: Quiz) -> Decimal | None:
    return earned_by(basis, quiz, all_tries(basis))


def _unmarked(basis: Basis) -> Judgement:
    """An answer nobody has marked yet waits, unless a regrade settles it; a blank earns nothing."""
    for adjustment in reversed(basis.adjustments):
        if adjustment.fix is Fix.DISREGARD:
            return Judgement(None)
        if adjustment.fix is Fix.CREDIT_ALL:
            return Judgement(Decimal(1))
    waits = basis.response.answer is not None
    return Judgement(ZERO, waits=waits, is_for_people=waits)
