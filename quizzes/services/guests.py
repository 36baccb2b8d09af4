"""Readers without an account: what they did is kept, and is theirs when they sign up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from courses.models import LessonCompletion, SectionRead
from courses.services.progress import adopt_reading
from quizzes.models import Attempt, CheckAnswer, ReviewCard, SavedAnswer
from quizzes.models.attempts import AttemptQuerySet
from quizzes.services.attempts import settled, submit_attempt
from quizzes.services.mastery import adopt_check_answers
from quizzes.services.review import adopt_review
from quizzes.services.standing import follow_attempts
from quizzes.services.uses import uncount_papers

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def adopt_guest_work(*, guest: User, user: User, now: datetime) -> int:
    """Give a user everything a guest did in the same browser; return how many attempts came along.

    It stays self-study. Attempts are numbered on after the user's own. The clock first does to each what is due; where
    both still have one open at a quiz, the guest's is submitted with the answers it holds.
    """
    adopt_reading(guest=guest, user=user, now=now)
    adopt_check_answers(guest=guest, user=user)
    own = Attempt.objects.of(user)
    open_quizzes = set(own.open().filter(assignment=None).values_list("quiz", flat=True))
    last = dict(own.values("quiz").annotate(last=Max("number")).values_list("quiz", "last"))
    moved: list[Attempt] = []
    for attempt in Attempt.objects.of(guest).select_related("quiz").order_by("quiz", "number"):
        if not settled(attempt, now=now).is_finished and attempt.quiz_id in open_quizzes:
            submit_attempt(attempt_id=attempt.pk, student=guest, now=now)
        last[attempt.quiz_id] = last.get(attempt.quiz_id, 0) + 1
        attempt.student, attempt.number = user, last[attempt.quiz_id]
        attempt.save(update_fields=["student", "number"])
        moved.append(attempt)
    follow_attempts(moved)
    adopt_review(guest=guest, user=user)
    guest.delete()
    return len(moved)


@transaction.atomic
def forget_guest(*, guest: User) -> None:
    """Delete a reader without an account, with everything they did."""
    _forget(Attempt.objects.filter(student=guest))
    guest.delete()


@transaction.atomic
def forget_guests(*, before: datetime) -> int:
    """Delete readers without an account who did nothing since a time, with what they did; return how many.

    Answering (also a check in the text), starting, submitting and reading count as doing something; a guest with an
    attempt under way that ends later is at work as well.
    """
    at_work = (
        Attempt.objects.filter(
            Q(started_at__gte=before)
            | Q(submitted_at__gte=before)
            | Q(state__in=Attempt.UNFINISHED, deadline__gte=before)
            | Exists(SavedAnswer.objects.filter(response__attempt=OuterRef("pk"), saved_at__gte=before))
        ),
        ReviewCard.objects.filter(reviewed_at__gte=before),
        SectionRead.objects.filter(read_at__gte=before),
        LessonCompletion.objects.filter(completed_at__gte=before),
        CheckAnswer.objects.filter(answered_at__gte=before),
    )
    people = get_user_model().objects.filter(guest__created_at__lt=before)
    for deeds in at_work:
        people = people.exclude(Exists(deeds.filter(student=OuterRef("pk"))))
    ids = list(people.values_list("pk", flat=True))
    _forget(Attempt.objects.filter(student__in=ids))
    get_user_model().objects.filter(pk__in=ids).delete()
    return len(ids)


def _forget(attempts: AttemptQuerySet) -> None:
    """Delete attempts; what was on their papers counts as asked so much less."""
    uncount_papers(attempts)
    attempts.delete()
