"""Grading by people: marks are held until they are posted, and posting marks their attempts again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from courses.models import AuditEntry, Cohort, Deed
from courses.reports.people import display_name
from courses.services.audit import entry_of, record
from quizzes.domain.rubric import HumanMarked
from quizzes.errors import GradedByAnother, MarkedMeanwhile, NothingToCompare, OwnMark, PostingMoved
from quizzes.models import Attempt, HeldMark, HumanMark, ItemResponse, ItemRevision, Round
from quizzes.services.claims import claim, release
from quizzes.services.notices import tell_graded
from quizzes.services.record import Cause, Event
from quizzes.services.regrading import Change, Preview, remark_each

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_AT_ONCE = 500


@dataclass(frozen=True)
class GradeGiven:
    """What a grader decided about one answer: a level of each criterion, and words for the student."""

    levels: dict[str, int]
    comment: str = ""


@transaction.atomic
def mark_by_hand(
    *, response: ItemResponse, levels: dict[str, int], comment: str, marker: User, now: datetime
) -> HumanMark:
    """Give a response the levels of its rubric and post that at once. Raises ValueError for levels it does not have.

    Marked before, the new mark takes its place, and both are in the record.
    """
    held = HeldMark(response=response, **_values(response, GradeGiven(levels, comment), marker, now))
    _post([held], now)
    return HumanMark.objects.get(response=response)


@transaction.atomic
def hold_mark(
    *, response: ItemResponse, round_: Round, given: GradeGiven, marker: User, now: datetime, seen: datetime | None
) -> HeldMark:
    """Keep a mark that no student sees until it is posted, in place of the one before; the claim of the answer ends.

    Raises AnswerClaimed while the answer is another's, MarkedMeanwhile where another mark was given since the one this
    marker saw (of that time; None: there was none), GradedByAnother where the marker may not see that one, OwnMark and
    NothingToCompare for a second mark that compares with nothing, and ValueError for levels the rubric does not have.
    """
    Attempt.objects.select_for_update(of=("self",)).get(pk=response.attempt_id)
    claim(response.pk, round_, marker=marker, now=now)
    if round_ == Round.SECOND:
        _check_second(response, marker)
    standing = mark_in_force(response, round_)
    if standing is not None and not may_see(standing, response, marker):
        raise GradedByAnother(name=display_name(standing.marker))
    if standing is not None and standing.marked_at != seen:
        raise MarkedMeanwhile(name=display_name(standing.marker))
    held, _is_new = HeldMark.objects.update_or_create(
        response=response, round=round_, defaults=_values(response, given, marker, now)
    )
    release(response.pk, round_, marker=marker)
    return held


def _check_second(response: ItemResponse, marker: User) -> None:
    first = HeldMark.objects.fresh().filter(response=response, round=Round.FIRST).first()
    if first is None:
        raise NothingToCompare
    if first.marker_id == marker.pk:
        raise OwnMark


def mark_in_force(response: ItemResponse, round_: Round) -> HeldMark | HumanMark | None:
    """Return the mark of a round: the one that waits to be posted, else (of the first round) the one that was."""
    held = HeldMark.objects.fresh().filter(response=response, round=round_).select_related("marker__name_order").first()
    if held is not None or round_ == Round.SECOND:
        return held
    return HumanMark.objects.filter(response=response).select_related("marker__name_order").first()


def may_see(mark: HeldMark | HumanMark, response: ItemResponse, marker: User) -> bool:
    """Say whether a marker may see a mark: it is posted, or theirs, or they have given the other one.

    So a second mark is given without knowing the first, whichever page or program asks.
    """
    if isinstance(mark, HumanMark) or mark.marker_id == marker.pk:
        return True
    return HeldMark.objects.fresh().filter(response=response, marker=marker).exists()


def waiting_marks(cohort: Cohort, revision: ItemRevision) -> list[HeldMark]:
    """Return the marks of a class's answers to a question that wait to be posted.

    `is_again` says which of them would replace one that was posted before.
    """
    handed_in = Attempt.objects.of_class(cohort).submitted()
    held = HeldMark.objects.fresh().filter(round=Round.FIRST, response__revision=revision)
    found = held.filter(response__attempt__in=handed_in).select_related("response", "marker")
    posted = HumanMark.objects.filter(response=OuterRef("response"))
    return list(found.annotate(is_again=Exists(posted)).order_by("pk"))


def fingerprint_of(held: Sequence[HeldMark]) -> str:
    """Return a name for exactly these marks: posting does what the preview showed, or is refused."""
    rows = [f"{each.pk} {each.share} {each.marked_at.isoformat()}" for each in held]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


@transaction.atomic
def post_marks(*, cohort: Cohort, revision: ItemRevision, expected: str, actor: User, now: datetime) -> Preview:
    """Post the marks of a class's answers to a question, all of them at once.

    Raises PostingMoved where other marks wait than those of the fingerprint `expected`; then nothing is posted.
    """
    papers = [each.response.attempt_id for each in waiting_marks(cohort, revision)]
    list(Attempt.objects.select_for_update(of=("self",)).filter(pk__in=papers).order_by("pk").values_list("pk"))
    held = waiting_marks(cohort, revision)
    if not held or fingerprint_of(held) != expected:
        raise PostingMoved
    done = _post(held, now)
    HeldMark.objects.filter(pk__in=[each.pk for each in held]).delete()
    about = {"course": cohort.course_id, "cohort": cohort}
    record(actor, Deed.GRADES_POSTED, revision, at=now, **about, answers=len(held))
    return done


def _post(held: Sequence[HeldMark], now: datetime) -> Preview:
    """Put marks in force and mark their attempts again; each is in the record and in the audit under its marker."""
    by_attempt = {each.response.attempt_id: each for each in held}
    rows = Attempt.objects.select_for_update(of=("self",)).filter(pk__in=by_attempt).order_by("pk")
    attempts = list(rows.select_related("quiz"))
    marks = [
        HumanMark(
            response=each.response,
            **{name: getattr(each, name) for name in ("share", "levels", "comment", "marker", "marked_at")},
        )
        for each in held
    ]
    HumanMark.objects.bulk_create(
        marks,
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["response"],
        update_fields=["share", "levels", "comment", "marker", "marked_at"],
    )
    causes = {key: Cause(each.marker, now, each.comment) for key, each in by_attempt.items()}
    done = remark_each(attempts, causes, Event.MARKED)
    changes = {change.attempt.pk: change for change in done.changes}
    entries = [_entry(by_attempt[each.pk], each, changes.get(each.pk), now) for each in attempts]
    AuditEntry.objects.bulk_create(entries, batch_size=_AT_ONCE)
    tell_graded(attempts, at=now)
    return done


def _entry(held: HeldMark, attempt: Attempt, change: Change | None, now: datetime) -> AuditEntry:
    scores = [] if change is None else [(change.score_before, change.score_after)]
    about = {"person": attempt.student_id, "course": attempt.quiz.course_id, "attempt": attempt.pk, "score": scores}
    return entry_of(held.marker, Deed.GRADED, held.response, at=now, **about)


def _values(response: ItemResponse, given: GradeGiven, marker: User, now: datetime) -> dict[str, object]:
    spec = response.revision.spec
    if not isinstance(spec, HumanMarked):
        raise TypeError(f"{response.revision} is not marked by people")
    share = spec.rubric.share(given.levels)
    said = {"levels": given.levels, "comment": given.comment.strip()}
    return {"share": share, **said, "marker": marker, "marked_at": now}


def show_names(*, cohort: Cohort, response: ItemResponse, actor: User, now: datetime) -> str:
    """Return whose answer it is, and record that it was looked up."""
    attempt = Attempt.objects.select_related("student__name_order", "quiz").get(pk=response.attempt_id)
    about = {"person": attempt.student_id, "course": attempt.quiz.course_id, "cohort": cohort, "attempt": attempt.pk}
    record(actor, Deed.NAMES_SHOWN, response, at=now, **about)
    return display_name(attempt.student)
