"""Quizzes that many have answered: rows made in bulk, since thousands of attempts through services take minutes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.contrib.auth.models import User

from courses.models import Cohort, Enrolment
from quizzes.models import Attempt, ItemResponse, ItemRevision, Quiz, SavedAnswer
from tests.make import JOINED, NOW


def add_students(cohort: Cohort, count: int, *, name: str = "pupil") -> list[User]:
    """Add so many students to a class."""
    start = User.objects.count()
    User.objects.bulk_create(User(username=f"{name}-{start + at:05}", password="!") for at in range(count))
    students = list(User.objects.filter(username__gte=f"{name}-{start:05}", username__startswith=name).order_by("pk"))
    Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=each, joined_at=JOINED) for each in students)
    return students


def take_quiz(
    quiz: Quiz,
    students: Sequence[User],
    answers: Sequence[Sequence[object]],
    *,
    number: int = 1,
    seconds: int = 30,
    marked: bool = True,
) -> list[Attempt]:
    """Submit an attempt of each student with these answers by question; marked by the key, or waiting."""
    revisions = list(ItemRevision.objects.current().filter(item__quiz=quiz).order_by("item__position"))
    most = sum((each.points for each in revisions), Decimal(0))
    known: dict[tuple[int, str], Decimal] = {}

    def earned(revision: ItemRevision, answer: object) -> Decimal:
        if answer is None:
            return Decimal(0)
        key = (revision.pk, repr(answer))
        if key not in known:
            known[key] = revision.spec.mark(answer)
        return known[key]

    attempts, responses, saved = [], [], []
    for student, given in zip(students, answers, strict=True):
        shares = [earned(each, answer) for each, answer in zip(revisions, given, strict=True)]
        score = sum((s * each.points for s, each in zip(shares, revisions, strict=True)), Decimal(0))
        attempt = Attempt(
            quiz=quiz, student=student, number=number, started_at=NOW, submitted_at=NOW + timedelta(hours=number),
            state=Attempt.State.SUBMITTED, score=score, raw_score=score, max_score=most,
            unmarked_count=0 if marked else 1,
        )  # fmt: skip
        attempts.append(attempt)
        for at, (revision, answer, share) in enumerate(zip(revisions, given, shares, strict=True), start=1):
            response = ItemResponse(
                attempt=attempt, revision=revision, position=at, answer=answer, share=share,
                points=(share * revision.points).quantize(Decimal("0.01")), sequence=1,
                objective_id=revision.item.objective_id,
            )  # fmt: skip
            responses.append(response)
            if answer is not None:
                when = NOW + timedelta(seconds=seconds * at)
                outcome = SavedAnswer.Outcome.TAKEN
                kept = {"client_key": uuid4(), "sequence": 0, "answer": answer, "outcome": outcome, "saved_at": when}
                saved.append((response, kept))
    Attempt.objects.bulk_create(attempts, batch_size=2_000)
    ItemResponse.objects.bulk_create(responses, batch_size=2_000)
    SavedAnswer.objects.bulk_create((SavedAnswer(response=each, **kept) for each, kept in saved), batch_size=2_000)
    return attempts


def by_ability(count: int, questions: int, *, right: str, wrong: Sequence[str], seed: int = 1) -> list[list[str]]:
    """Return answers to single choices of so many students, the able right more often."""
    rng = random.Random(seed)
    found = []
    for _student in range(count):
        ability = rng.gauss(0.6, 0.2)
        found.append([right if rng.random() < ability else rng.choice(wrong) for _question in range(questions)])
    return found
