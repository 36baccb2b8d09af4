"""Making papers: the fixed questions of a quiz, those drawn from the bank, and everything in the order of one seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.crypto import salted_hmac

from quizzes.domain.draws import BankTooSmall, Candidate, draw, option_rng, shuffled_paper, without
from quizzes.errors import BankTooSmallNow
from quizzes.models import Attempt, ItemResponse, ItemRevision, Quiz
from quizzes.models.papers import Banked, bank_of, met_by, own_questions
from quizzes.services.mastery import sizes_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def seed_of(attempt_id: UUID) -> str:
    """Return the seed of an attempt's paper: nobody without the site's secret can know it before."""
    return salted_hmac("quizzes.paper", str(attempt_id), algorithm="sha256").hexdigest()


def paper_for(quiz: Quiz, student: User, *, seed: str) -> tuple[list[ItemRevision], list[list[Any]] | None]:
    """Return the revisions of a new paper in order, and the bank as it stood when some were drawn.

    Raises BankTooSmallNow when the rules of the draw cannot be met.
    """
    paper, bank = own_questions(quiz.pk), None
    if quiz.blueprint is not None:
        drawn, candidates = _drawn(quiz, paper, candidates_for(quiz, student), seed=seed)
        paper += drawn
        bank = [[each.key, each.seen, each.used] for each in candidates]
    return _in_order(paper, seed=seed, is_shuffled=quiz.shuffle), bank


def printed_paper(quiz: Quiz, *, seed: str) -> list[ItemRevision]:
    """Return the revisions that printed forms hold: those of the quiz, and those drawn as if nobody had met any yet.

    The same seed draws the same, no matter who has taken the quiz meanwhile. Raises BankTooSmallNow.
    """
    paper = list(ItemRevision.objects.for_paper().filter(item__quiz=quiz))
    if quiz.blueprint is None:
        return paper
    unmet = [(replace(each, seen=0, used=0), banked) for each, banked in candidates_for(quiz, None)]
    drawn = [revision.pk for revision in _drawn(quiz, paper, unmet, seed=seed)[0]]
    whole = ItemRevision.objects.select_related("item").in_bulk(drawn)
    return paper + [whole[pk] for pk in drawn]


def in_form_order(paper: Sequence[ItemRevision], *, seed: str) -> list[ItemRevision]:
    """Return a paper shuffled by a seed, questions on one source together."""
    return _in_order(paper, seed=seed, is_shuffled=True)


def _drawn(
    quiz: Quiz, own: Sequence[ItemRevision], bank: Sequence[tuple[Candidate, Banked]], *, seed: str
) -> tuple[list[ItemRevision], list[Candidate]]:
    """Return what a quiz draws beside its own questions, in order, and the candidates it was drawn from."""
    assert quiz.blueprint is not None  # noqa: S101 (both callers have looked)
    found = {each.key: banked for each, banked in bank}
    candidates = list(without((each for each, _banked in bank), {revision.item.key for revision in own}))
    try:
        drawn = draw(candidates, quiz.blueprint, seed=seed)
    except BankTooSmall as problem:
        raise BankTooSmallNow from problem
    return [found[each.key].revision() for each in drawn], candidates


def responses_for(attempt: Attempt, paper: Sequence[ItemRevision]) -> list[ItemResponse]:
    """Return the empty responses of a paper, the parts of each question in the order this paper shows them.

    Each keeps the objective it is asked on.
    """
    sizes = sizes_of(attempt.quiz.course)
    return [
        ItemResponse(
            attempt=attempt,
            revision=revision,
            position=position,
            order=revision.spec.order(option_rng(attempt.seed, revision.item.key)),
            objective_id=revision.item.objective_id,
            objective_size=sizes.get(revision.item.objective_id, 1),
        )
        for position, revision in enumerate(paper, start=1)
    ]


def candidates_for(quiz: Quiz, student: User | None) -> list[tuple[Candidate, Banked]]:
    """Return every question a quiz may draw that is marked, in two queries."""
    met = met_by(student.pk) if student is not None else {}
    return [(_candidate(each, met), each) for each in bank_of(quiz) if each.spec.is_scored]


def _candidate(banked: Banked, met: Mapping[int, int]) -> Candidate:
    spec = banked.spec
    return Candidate(
        key=banked.key,
        kind=spec.kind,
        unit=banked.unit,
        lesson=banked.lesson,
        quiz=banked.quiz,
        objective=spec.objective,
        level=spec.level.value,
        difficulty=spec.difficulty,
        statements=frozenset(spec.statements),
        enemies=frozenset(spec.enemies),
        is_contested=spec.contested,
        seen=met.get(banked.item_id, 0),
        used=banked.used,
    )


def _in_order(paper: Sequence[ItemRevision], *, seed: str, is_shuffled: bool) -> list[ItemRevision]:
    """Keep questions on one source together, where the first of them stands; shuffle the groups if the quiz says so."""
    groups: dict[tuple[int, str], list[str]] = {}
    for revision in paper:
        group = revision.spec.set or f"-{revision.item.key}"
        groups.setdefault((revision.item.quiz_id, group), []).append(revision.item.key)
    listed = list(groups.values())
    keys = shuffled_paper(listed, seed=seed) if is_shuffled else [key for group in listed for key in group]
    by_key = {revision.item.key: revision for revision in paper}
    return [by_key[key] for key in keys]
