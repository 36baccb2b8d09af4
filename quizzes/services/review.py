"""Spaced review: cards made from what was missed, the queue of a day, and what a review does to its card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from courses.models import Course, GlossaryTerm
from courses.models.content import Viewer
from quizzes.domain.base import Answer
from quizzes.domain.kinds import AnySpec
from quizzes.domain.practice import Answered
from quizzes.domain.spaced_review import Face, Grade, Memory, Review, due_day, grade_of, replayed, reviewed
from quizzes.errors import CardGone
from quizzes.models import Attempt, ItemRevision, ReviewCard, ReviewEntry, ReviewPlan
from quizzes.models.review import DAILY_CAP, ReviewCardQuerySet
from quizzes.services.marking import Basis, raw_shares
from quizzes.services.released import OwnAnswer, answers_of, released_to, tells_at_once

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NEW_TERMS = 5
"""Flashcards that begin each day."""
_MEMORY = ["stability", "difficulty", "reviewed_at", "due_on", "not_before"]


@dataclass(frozen=True)
class Known:
    """An answer on a paper, as its card takes it."""

    item: int
    grade: Grade
    is_missed: bool
    at: datetime
    response: int


@dataclass(frozen=True)
class Queue:
    """What a day still asks of a student: cards in order, the least well remembered first, and how many are done."""

    cards: Sequence[ReviewCard]
    done: int
    cap: int

    @property
    def left(self) -> int:
        """Return how many are still asked today, by the cap."""
        return min(len(self.cards), max(0, self.cap - self.done))

    @property
    def total(self) -> int:
        """Return how many the whole day has."""
        return self.done + self.left

    @property
    def first(self) -> ReviewCard | None:
        """Return the next card."""
        return self.cards[0] if self.left else None


@dataclass(frozen=True)
class Given:
    """What a student answered in a session, named by its form."""

    grade: Grade
    client_key: UUID
    revision: ItemRevision | None = None
    order: Sequence[str] = ()
    answer: Answer = None
    share: Decimal | None = None
    confidence: int | None = None
    hints: int = 0


def askable(student: Viewer | None, *, now: datetime) -> ReviewCardQuerySet:
    """Return a student's cards but those whose question is on a paper that keeps its key back; one query by itself."""
    cards = ReviewCard.objects.of(student)
    released = released_to(student, now=now)
    if not released.kept:
        return cards
    return cards.exclude(item__in=released.withheld().values("revision__item"))


def queue_of(student: Viewer | None, *, now: datetime, today: date) -> Queue:
    """Return what a day still asks of a student, in two queries, and more only where a close decides."""
    plans = ReviewPlan.objects.filter(student=OuterRef("student")).values("daily_cap")
    asked = _done(today).filter(card__student=OuterRef("student")).order_by().values("card__student")
    rows = (
        askable(student, now=now)
        .due(today)
        .annotate(
            cap=Coalesce(Subquery(plans), DAILY_CAP),
            done=Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0),
        )
    )
    listed = list(rows)
    listed.sort(key=lambda card: (card.memory.recall(now) if card.memory else 1.0, card.pk))
    if not listed:
        return Queue([], done_today(student, today=today), DAILY_CAP)
    first: Any = listed[0]
    return Queue(listed, first.done, first.cap)


def due_today(student: Viewer | None, *, now: datetime, today: date) -> int:
    """Return how many cards a student is still asked today."""
    return queue_of(student, now=now, today=today).left


def done_today(student: Viewer | None, *, today: date) -> int:
    """Return how many cards a student has reviewed in sessions today."""
    return 0 if student is None else _done(today).filter(card__student=student.pk).count()


def _done(today: date) -> Any:
    return ReviewEntry.objects.filter(response=None, asked_on=today)


def plan_of(student: User) -> ReviewPlan:
    """Return how a student wants to review; not saved where nothing was said."""
    return ReviewPlan.objects.filter(student=student.pk).first() or ReviewPlan(student=student)


def follow_paper(attempt: Attempt, bases: Sequence[Basis]) -> None:
    """Make or move the cards of a paper that is being submitted, where its keys are told at once.

    In one query where nothing was missed and no card concerned. Reserved questions never become cards.
    """
    blueprint = attempt.quiz.blueprint
    if not tells_at_once(attempt.quiz) or (blueprint is not None and blueprint.is_reserved):
        return
    keep_answers(attempt.student_id, [known for basis in bases if (known := _known(attempt, basis)) is not None])


def _known(attempt: Attempt, basis: Basis) -> Known | None:
    response = basis.response
    is_blank = response.answer is None
    if not basis.spec.is_machine_marked or response.share is None or (is_blank and attempt.quiz.is_for_practice):
        return None
    share = response.share
    if attempt.quiz.is_certainty_marked:
        share = raw_shares(basis, [response.answer])[0] or Decimal(0)
    answered = Answered(
        response.revision.item_id,
        0,
        response.answered_at or attempt.submitted_at or attempt.started_at,
        share,
        len(basis.tries),
        response.hints_shown,
        response.confidence,
    )
    return _as_known(answered, response.pk)


def _as_known(answered: Answered, response: int) -> Known:
    help_ = {"tries": answered.tries, "hints": answered.hints, "confidence": answered.confidence}
    return Known(answered.item, grade_of(answered.share, **help_), answered.is_missed, answered.at, response)  # type: ignore[arg-type]


@transaction.atomic
def gather(student: User, *, now: datetime) -> None:
    """Make the cards of answers whose keys have been told since, or that are older than review: in four queries.

    An answer that is older than the last review of its card changes nothing, so that the log stays in order.
    """
    if not ReviewCard.objects.of(student).exists() and not Attempt.objects.of(student).exists():
        return
    answers = [each for each in answers_of(released_to(student, now=now)) if _is_carded(each)]
    keep_answers(student.pk, [_as_known(each.answered, each.response) for each in answers])


def _is_carded(each: OwnAnswer) -> bool:
    return not each.answered.is_written and not (each.is_blank and each.answered.is_practice)


def keep_answers(student_id: int, answers: Iterable[Known]) -> None:
    """Take answers into the cards of their questions, each once; what was missed and has none gets one."""
    by_item: dict[int, list[Known]] = {}
    for each in sorted(answers, key=lambda known: known.at):
        by_item.setdefault(each.item, []).append(each)
    if not by_item:
        return
    cards = {card.item_id: card for card in ReviewCard.objects.filter(student=student_id, item__in=by_item)}
    missed = {item: since for item, listed in by_item.items() if item not in cards and (since := _from_miss(listed))}
    if not cards and not missed:
        return
    logged: set[int | None] = set()
    if cards:
        logged.update(ReviewEntry.objects.filter(card__in=cards.values()).values_list("response", flat=True))
    exam = ReviewPlan.objects.filter(student=student_id).values_list("exam_on", flat=True).first()
    new = {item: ReviewCard(student_id=student_id, item_id=item, made_at=since[0].at) for item, since in missed.items()}
    entries: list[ReviewEntry] = []
    for item, card in [*cards.items(), *new.items()]:
        listed = missed.get(item or 0) or by_item[item or 0]
        entries += [_taken(card, each, exam) for each in listed if each.response not in logged and _is_next(card, each)]
    _create(new.values())
    moved = {entry.card_id: entry.card for entry in entries if entry.card.item_id in cards}
    if moved:
        ReviewCard.objects.bulk_update(moved.values(), _MEMORY)
    ReviewEntry.objects.bulk_create(entries)


def _from_miss(answers: Sequence[Known]) -> Sequence[Known]:
    """Return the answers to a question from the first that was missed; nothing where none was."""
    first = next((at for at, each in enumerate(answers) if each.is_missed), len(answers))
    return answers[first:]


def _is_next(card: ReviewCard, known: Known) -> bool:
    """Say whether an answer came after all that its card was reviewed by, so that the log stays in order."""
    return card.reviewed_at is None or known.at >= card.reviewed_at


def _create(cards: Iterable[ReviewCard]) -> None:
    """Insert cards; where two papers make the same at once, it is one row for both."""
    ReviewCard.objects.bulk_create(
        cards, update_conflicts=True, update_fields=["made_at"], unique_fields=["student", "item"]
    )


def _taken(card: ReviewCard, known: Known, exam: date | None) -> ReviewEntry:
    """Move a card by an answer on a paper and return the entry, which is not saved."""
    today = known.at.astimezone(UTC).date()
    _move(card, Review(known.grade, known.at), today=today, exam=exam)
    return ReviewEntry(
        card=card, grade=known.grade, reviewed_at=known.at, asked_on=today, due_on=card.due_on,
        response_id=known.response,
    )  # fmt: skip


def _move(card: ReviewCard, review: Review, *, today: date, exam: date | None) -> None:
    card.memory = memory = reviewed(card.memory, review)
    card.due_on, card.not_before = due_day(memory, today=today, exam=exam), None


@transaction.atomic
def review_card(*, student: User, card_id: int, given: Given, now: datetime, today: date) -> ReviewEntry:
    """Keep a review of a card and decide when it comes back; the same form sent again changes nothing.

    Raises ReviewCard.DoesNotExist, and CardGone when its question or term has been withdrawn meanwhile.
    """
    card = ReviewCard.objects.of(student).select_for_update(of=("self",)).get(pk=card_id)
    before = card.entries.filter(client_key=given.client_key).first()
    if before is not None:
        return before
    if not ReviewCard.objects.live().filter(pk=card.pk).exists():
        raise CardGone
    exam = plan_of(student).exam_on
    _move(card, Review(given.grade, now), today=today, exam=exam)
    card.save(update_fields=_MEMORY)
    return ReviewEntry.objects.create(
        card=card, grade=given.grade, reviewed_at=now, asked_on=today, due_on=card.due_on, revision=given.revision,
        order=list(given.order), answer=given.answer, share=given.share, confidence=given.confidence,
        hints_shown=given.hints, client_key=given.client_key,
    )  # fmt: skip


def given_answer(revision: ItemRevision, order: Sequence[str], answer: Answer, **told: Any) -> Given:
    """Return an answer to a question with its grade; `told` are the name of the form, confidence and hints."""
    spec: AnySpec = revision.spec
    share = spec.share_of(answer)
    grade = grade_of(share, hints=told.get("hints", 0), confidence=told.get("confidence"))
    return Given(grade, revision=revision, order=order, answer=answer, share=share, **told)


def memory_of(card: ReviewCard) -> Memory | None:
    """Return what the log of a card makes known of it: the same as its columns."""
    rows = card.entries.order_by("reviewed_at", "pk").values_list("grade", "reviewed_at")
    return replayed(Review(Grade(grade), at) for grade, at in rows)


@transaction.atomic
def save_plan(
    *, student: User, daily_cap: int, exam_on: date | None, sides: dict[str, list[str]], today: date, now: datetime
) -> ReviewPlan:
    """Keep how a student wants to review; dates of cards follow the exam, and flashcards begin or end."""
    plan = plan_of(student)
    before = plan.exam_on
    plan.daily_cap, plan.exam_on, plan.sides = daily_cap, exam_on, {key: each for key, each in sides.items() if each}
    plan.save()
    if before != exam_on:
        _date_again(student, exam_on)
    for course in Course.objects.filter(key__in=sides):
        _bring_terms(student, course, sides[course.key], today=today, now=now)
    return plan


def _date_again(student: User, exam: date | None) -> None:
    """Work out the dates of all cards for another exam, from the day each was reviewed."""
    cards = list(ReviewCard.objects.of(student).exclude(reviewed_at=None))
    for card in cards:
        memory = card.memory
        if memory is not None:
            card.due_on = due_day(memory, today=memory.reviewed_at.date(), exam=exam)
    ReviewCard.objects.bulk_update(cards, ["due_on"], batch_size=200)


def _bring_terms(student: User, course: Course, sides: Sequence[str], *, today: date, now: datetime) -> None:
    """Begin the flashcards of the sides wanted, a few each day; end the others, and keep what was reviewed paused."""
    own = ReviewCard.objects.of(student).filter(term__course=course)
    wanted = Q(pk__in=[])
    for side in sides:
        face, language = side.split(":")
        wanted |= Q(face=face, language=language)
    own.exclude(wanted).filter(reviewed_at=None).delete()
    own.exclude(wanted).update(is_paused=True)
    own.filter(wanted).update(is_paused=False)
    have = set(own.values_list("term", "face", "language"))
    new: list[ReviewCard] = []
    for term in GlossaryTerm.objects.filter(course=course, is_retired=False).order_by("term"):
        for side in sides:
            face, language = side.split(":")
            if (term.pk, face, language) in have or (language and language not in term.names):
                continue
            due = date.fromordinal(today.toordinal() + len(new) // NEW_TERMS)
            new.append(
                ReviewCard(
                    student=student, term=term, face=Face(face).value, language=language, made_at=now, due_on=due
                )
            )
    ReviewCard.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)


@transaction.atomic
def put_aside(*, student: User, card_id: int, how: str, today: date) -> ReviewCard:
    """Pause a card, put it off until tomorrow, or never ask it again; `resume` takes each of them back.

    Raises ReviewCard.DoesNotExist, and KeyError for another word.
    """
    card = ReviewCard.objects.of(student).select_for_update(of=("self",)).get(pk=card_id)
    changes: dict[str, dict[str, Any]] = {
        "pause": {"is_paused": True},
        "bury": {"not_before": date.fromordinal(today.toordinal() + 1)},
        "known": {"is_known": True},
        "resume": {"is_paused": False, "is_known": False, "not_before": None},
    }
    for name, value in changes[how].items():
        setattr(card, name, value)
    card.save(update_fields=list(changes[how]))
    return card


@transaction.atomic
def adopt_review(*, guest: User, user: User) -> None:
    """Give a user the cards of a guest, with their reviews; where both have a card, the user's stays."""
    own = ReviewCard.objects.filter(student=user)
    twice = Q(item__in=own.exclude(item=None).values("item"))
    cards = ReviewCard.objects.filter(student=guest).exclude(twice)
    sides = set(own.exclude(term=None).values_list("term", "face", "language"))
    moved = [card.pk for card in cards if card.item_id or (card.term_id, card.face, card.language) not in sides]
    ReviewCard.objects.filter(pk__in=moved).update(student=user)
    if not ReviewPlan.objects.filter(student=user).exists():
        ReviewPlan.objects.filter(student=guest).update(student=user)
