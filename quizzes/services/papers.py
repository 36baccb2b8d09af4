"""Making papers: the fixed questions of a quiz, those drawn from the bank, and everything in the order of one seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count
from django.utils.crypto import salted_hmac

from quizzes.domain.draws import BankTooSmall, Candidate, draw, option_rng, shuffled_paper, without
from quizzes.domain.kinds import UNSCORED_KINDS
from quizzes.errors import BankTooSmallNow
from quizzes.models import Attempt, Item, ItemResponse, ItemRevision, Quiz

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def seed_of(attempt_id: UUID) -> str:
    """Return the seed of an attempt's paper: nobody without the site's secret can know it before."""
    return salted_hmac("quizzes.paper", str(attempt_id), algorithm="sha256").hexdigest()


def paper_for(quiz: Quiz, student: User, *, seed: str) -> tuple[list[ItemRevision], list[list[Any]] | None]:
    """Return the revisions of a new paper in order, and the bank as it stood when some were drawn.

    Raises BankTooSmallNow when the rules of the draw cannot be met.
    """
    paper, bank = list(ItemRevision.objects.for_paper().filter(item__quiz=quiz)), None
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
    unmet = [(replace(each, seen=0, used=0), pk) for each, pk in candidates_for(quiz, None)]
    return paper + _drawn(quiz, paper, unmet, seed=seed)[0]


def in_form_order(paper: Sequence[ItemRevision], *, seed: str) -> list[ItemRevision]:
    """Return a paper shuffled by a seed, questions on one source together."""
    return _in_order(paper, seed=seed, is_shuffled=True)


def _drawn(
    quiz: Quiz, own: Sequence[ItemRevision], bank: Sequence[tuple[Candidate, int]], *, seed: str
) -> tuple[list[ItemRevision], list[Candidate]]:
    """Return what a quiz draws beside its own questions, in order, and the candidates it was drawn from."""
    assert quiz.blueprint is not None  # noqa: S101 (both callers have looked)
    found = {each.key: pk for each, pk in bank}
    candidates = list(without((each for each, _pk in bank), {revision.item.key for revision in own}))
    try:
        drawn = draw(candidates, quiz.blueprint, seed=seed)
    except BankTooSmall as problem:
        raise BankTooSmallNow from problem
    chosen = [found[each.key] for each in drawn]
    revisions = ItemRevision.objects.select_related("item").in_bulk(chosen)
    return [revisions[pk] for pk in chosen], candidates


def responses_for(attempt: Attempt, paper: Sequence[ItemRevision]) -> list[ItemResponse]:
    """Return the empty responses of a paper, the parts of each question in the order this paper shows them."""
    return [
        ItemResponse(
            attempt=attempt,
            revision=revision,
            position=position,
            order=revision.spec.order(option_rng(attempt.seed, revision.item.key)),
        )
        for position, revision in enumerate(paper, start=1)
    ]


def candidates_for(quiz: Quiz, student: User | None) -> list[tuple[Candidate, int]]:
    """Return every question a quiz may draw that is marked, with its current revision, in three queries."""
    revisions = ItemRevision.objects.current().filter(item__in=Item.objects.drawn_by(quiz))
    revisions = revisions.exclude(body__kind__in=UNSCORED_KINDS)
    names = [
        "pk",
        "body",
        "item__key",
        "item__quiz__key",
        "item__section__lesson__key",
        "item__section__lesson__unit__key",
    ]
    seen = _counts(ItemResponse.objects.filter(attempt__student=student)) if student is not None else {}
    used = _counts(ItemResponse.objects.filter(attempt__quiz__course=quiz.course_id))
    return [_candidate(*row, seen=seen, used=used) for row in revisions.values_list(*names)]


def _candidate(
    pk: int, body: dict[str, Any], key: str, *places: str, seen: dict[str, int], used: dict[str, int]
) -> tuple[Candidate, int]:
    quiz, lesson, unit = places
    candidate = Candidate(
        key=key,
        kind=body["kind"],
        unit=unit,
        lesson=lesson,
        quiz=quiz,
        objective=body["objective"],
        level=body["level"],
        difficulty=body["difficulty"],
        statements=frozenset(body.get("statements") or ()),
        enemies=frozenset(body.get("enemies") or ()),
        is_contested=bool(body.get("contested")),
        seen=seen.get(key, 0),
        used=used.get(key, 0),
    )
    return candidate, pk


def _counts(responses: Any) -> dict[str, int]:
    counted = responses.order_by().values("revision__item__key").annotate(n=Count("pk"))
    return dict(counted.values_list("revision__item__key", "n"))


def _in_order(paper: Sequence[ItemRevision], *, seed: str, is_shuffled: bool) -> list[ItemRevision]:
    """Keep questions on one source together, where the first of them stands; shuffle the groups if the quiz says so."""
    groups: dict[tuple[int, str], list[str]] = {}
    for revision in paper:
        group = revision.body.get("set") or f"-{revision.item.key}"
        groups.setdefault((revision.item.quiz_id, group), []).append(revision.item.key)
    listed = list(groups.values())
    keys = shuffled_paper(listed, seed=seed) if is_shuffled else [key for group in listed for key in group]
    by_key = {revision.item.key: revision for revision in paper}
    return [by_key[key] for key in keys]
