"""Who grades which answer: a claim holds an answer for a while, so that no two graders are given the same one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from courses.reports.people import display_name
from quizzes.errors import AnswerClaimed
from quizzes.models import AnswerClaim, HeldMark, HumanMark, Round

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CLAIM = timedelta(minutes=20)
"""How long an answer is one grader's. After that another may take it over; until one does it stays theirs."""


@transaction.atomic
def claim(response_id: int, round_: Round, *, marker: User, now: datetime) -> AnswerClaim:
    """Claim an answer, or hold on to it for as long again.

    Raises AnswerClaimed while it is another's. Two statements decide it in the database, so that of two graders who ask
    at once one is refused.
    """
    rows = AnswerClaim.objects.filter(response=response_id, round=round_)
    until = now + CLAIM
    if not rows.filter(Q(marker=marker) | Q(until__lte=now)).update(marker=marker, until=until):
        new = AnswerClaim(response_id=response_id, round=round_, marker=marker, until=until)
        AnswerClaim.objects.bulk_create([new], ignore_conflicts=True)
    found = rows.select_related("marker__name_order").get()
    if found.marker_id != marker.pk:
        raise AnswerClaimed(name=display_name(found.marker), until=f"{found.until:%H:%M}")
    return found


def claim_first(response_ids: Iterable[int], round_: Round, *, marker: User, now: datetime) -> int | None:
    """Claim the first of some answers that is free and has no mark yet; return which, None where all are taken."""
    for response_id in response_ids:
        try:
            claim(response_id, round_, marker=marker, now=now)
        except AnswerClaimed:
            continue
        if not _is_marked(response_id, round_):
            return response_id
        release(response_id, round_, marker=marker)  # marked between being listed and being claimed
    return None


def release(response_id: int, round_: Round, *, marker: User) -> None:
    """Give up one's claim of an answer, if there is one."""
    AnswerClaim.objects.filter(response=response_id, round=round_, marker=marker).delete()


def _is_marked(response_id: int, round_: Round) -> bool:
    if HeldMark.objects.fresh().filter(response=response_id, round=round_).exists():
        return True
    return round_ == Round.FIRST and HumanMark.objects.filter(response=response_id).exists()
