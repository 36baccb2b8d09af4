"""Practising what was missed: papers drawn from the missed questions of one student, taken as ordinary attempts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Course
from quizzes.domain.behaviour import Behaviour
from quizzes.domain.certainty import Confidence
from quizzes.domain.draws import Blueprint, Candidate, Stratum, draw
from quizzes.domain.practice import Missed, missed_of
from quizzes.errors import NothingMissed
from quizzes.models import Attempt, ItemResponse, Quiz
from quizzes.models.papers import Banked, attempts_at
from quizzes.services.attempts import finish
from quizzes.services.papers import candidates_for, responses_for, seed_of
from quizzes.services.record import Event
from quizzes.services.released import answers_of, released_to, tells_at_once
from quizzes.services.uses import count_paper

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEY = "_practice"
"""The key of a course's practice: one that no file can have."""
MOST = 12
"""Missed questions in one round; those left over come in the next."""
OTHERS = 1
"""Other questions on an objective that come before the missed ones."""
_Banked = tuple[Candidate, Banked]


@dataclass(frozen=True)
class Scope:
    """Which missed questions are practised: those of one paper, an objective, a lesson, or (nothing named) all."""

    result: UUID | None = None
    objective: str = ""
    lesson: str = ""


@dataclass(frozen=True)
class Misses:
    """What a student missed in a course, as far as its keys are told, and how far each question has come.

    `met` are the questions on papers whose keys are told, `papers` the same by attempt; `withheld` those on papers that
    keep their keys back.
    """

    missed: Mapping[int, Missed]
    met: frozenset[int]
    papers: Mapping[UUID, frozenset[int]]
    withheld: frozenset[int]

    @property
    def left(self) -> list[Missed]:
        """Return the questions that are not finished, those missed last first."""
        unfinished = [each for each in self.missed.values() if not each.is_finished]
        return sorted(unfinished, key=lambda each: each.at, reverse=True)

    def on(self, attempt_id: UUID) -> list[Missed]:
        """Return the questions of one paper that were ever missed."""
        items = self.papers.get(attempt_id, frozenset())
        return [each for item, each in self.missed.items() if item in items]


def misses_of(student: User, course_id: int, *, now: datetime) -> Misses:
    """Return what a student missed in a course: in three queries, and more only where a close decides.

    A question is left out as long as it is on another paper of the student that keeps its key back.
    """
    released = released_to(student, now=now, course_id=course_id)
    answers = answers_of(released)
    withheld: frozenset[int] = frozenset()
    if released.kept:
        withheld = frozenset(released.withheld().values_list("revision__item", flat=True))
    given = [each.answered for each in answers if not (each.is_blank and each.answered.is_practice)]
    missed = {item: each for item, each in missed_of(given).items() if item not in withheld}
    papers: dict[UUID, set[int]] = {}
    for each in answers:
        papers.setdefault(each.attempt.pk, set()).add(each.answered.item)
    met = frozenset().union(*papers.values()) - withheld
    return Misses(missed, met, {pk: frozenset(items) for pk, items in papers.items()}, withheld)


def practice_of(course: Course) -> Quiz:
    """Return the quiz that holds what students practise in a course; it is made when it is first wanted."""
    settings = {
        "unit": course.units.order_by("position")[0],
        "title": _("Practice"),
        "is_retired": True,
        "is_practice": True,
        "behaviour": Behaviour.IMMEDIATE.value,
        "confidence_rule": Confidence.ASK.value,
    }
    found: Quiz = Quiz.objects.get_or_create(course=course, is_for_practice=True, key=KEY, defaults=settings)[0]
    found.course = course
    return found


def open_practice(student: User, course_id: int) -> Attempt | None:
    """Return the round of practice a student has open in a course."""
    rounds = Attempt.objects.of(student).open().filter(quiz__course=course_id, quiz__is_for_practice=True)
    return rounds.select_related("quiz__course").first()


@transaction.atomic
def start_practice(*, course: Course, student: User, scope: Scope, now: datetime) -> Attempt:
    """Draw a round of practice from what a student missed and open it; a round that is open is submitted first.

    On each objective another question comes before the missed ones, in their newest version. The round is an attempt
    like any other, taken for no class. Raises NothingMissed.
    """
    under_way = open_practice(student, course.pk)
    if under_way is not None:
        locked = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=under_way.pk)
        finish(locked, at=now, now=now, kind=Event.SUBMITTED, actor=student)
    quiz = practice_of(course)
    misses = misses_of(student, course.pk, now=now)
    bank = {banked.item_id: (each, banked) for each, banked in candidates_for(quiz, student)}
    sat = attempts_at(quiz, student.pk)
    attempt = Attempt(pk=uuid4(), quiz=quiz, student=student, started_at=now, number=len(sat) + 1)
    attempt.seed = seed_of(attempt.pk)
    paper = _paper(quiz, misses, scope, bank, seed=attempt.seed)
    attempt.bank = [[each.key, each.seen, each.used] for each, _banked in paper]
    revisions = [banked.revision() for _each, banked in paper]
    attempt.max_score = sum((each.points for each in revisions), Decimal(0))
    attempt.save(force_insert=True)
    ItemResponse.objects.bulk_create(responses_for(attempt, revisions))
    count_paper(each.item_id for each in revisions)
    return attempt


def _paper(quiz: Quiz, misses: Misses, scope: Scope, bank: Mapping[int, _Banked], *, seed: str) -> list[_Banked]:
    """Return the questions of a round, in the order of their objectives. Raises NothingMissed."""
    wanted = [bank[each.item] for each in misses.left if each.item in bank and _is_in(scope, each, misses, bank)]
    if not wanted:
        raise NothingMissed
    objectives = Counter(each.objective for each, _banked in wanted)
    missed = _drawn(wanted, _shared_out(objectives), seed=seed)
    free = _free_quizzes(quiz.course_id)
    others = [
        (each, banked)
        for item, (each, banked) in bank.items()
        if item not in misses.missed
        and item not in misses.withheld
        and (item in misses.met or banked.quiz in free)
        and banked.spec.is_machine_marked
    ]
    there = Counter(each.objective for each, _banked in others)
    extra = {name: OTHERS for name in dict.fromkeys(each.objective for each, _banked in missed) if there[name]}
    first = _drawn(others, extra, seed=seed) if extra else []
    names = list(dict.fromkeys(each.objective for each, _banked in missed))
    return sorted([*first, *missed], key=lambda pair: names.index(pair[0].objective))


def _is_in(scope: Scope, missed: Missed, misses: Misses, bank: Mapping[int, _Banked]) -> bool:
    each, banked = bank[missed.item]
    if scope.result is not None and missed.item not in misses.papers.get(scope.result, ()):
        return False
    return scope.objective in ("", each.objective) and scope.lesson in ("", banked.lesson)


def _shared_out(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many questions of each objective a round takes: all, until it is full."""
    taken: dict[str, int] = {}
    for name, count in counts.items():
        room = MOST - sum(taken.values())
        if room:
            taken[name] = min(count, room)
    return taken


def _drawn(bank: Sequence[_Banked], takes: Mapping[str, int], *, seed: str) -> list[_Banked]:
    """Draw so many questions on each objective. Their keys are told, so questions that tell each other's may meet."""
    found = {each.key: banked for each, banked in bank}
    strata = tuple(Stratum(take=count, objectives=(name,)) for name, count in takes.items())
    candidates = [replace(each, enemies=frozenset()) for each, _banked in bank]
    return [(each, found[each.key]) for each in draw(candidates, Blueprint(strata=strata), seed=seed)]


def _free_quizzes(course_id: int) -> frozenset[str]:
    """Return the quizzes whose questions anyone may take at any time, and whose keys are told at once."""
    quizzes = Quiz.objects.current().filter(course=course_id, is_practice=True, password="", opens_at=None)
    return frozenset(quiz.key for quiz in quizzes if tells_at_once(quiz))
