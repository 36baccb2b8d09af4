"""Assigning work to a class: to assign, to change, to withdraw, and what that does to attempts that are open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from courses.models import Cohort, Deed, Group
from courses.services.audit import record
from quizzes.errors import GroupHasWork
from quizzes.models import Assignment, Attempt
from quizzes.models.assignments import closest, groups_of
from quizzes.services.availability import check_circles
from quizzes.services.clock import Refreshed, Shorter, refresh_deadlines
from quizzes.services.notices import tell_dates
from quizzes.services.standing import bring
from quizzes.services.standing_facts import Scope

if TYPE_CHECKING:
    from django.contrib.auth.models import User


_TOLD = frozenset({"opens_at", "due_at", "closes_at", "minutes", "max_attempts"})
"""The fields of an assignment of which students are told when they change."""


@dataclass(frozen=True)
class Act:
    """Who changes what is assigned, when, and what becomes of open attempts that would have less time."""

    actor: User | None
    at: datetime
    shorter: Shorter = Shorter.ASK


@transaction.atomic
def assign(assignments: Sequence[Assignment], act: Act) -> Refreshed:
    """Assign work to a class. Attempts made there for the whole course move to what asks for their quiz more closely.

    Raises WouldShorten where open attempts would have less time and `act` says to ask, and RulesInACircle where
    quizzes would wait for each other; then nothing is assigned.
    """
    for each in assignments:
        each.made_at = act.at
        each.save(force_insert=True)
        _record(Deed.ASSIGNED, each, act)
    check_circles(assignments[0].cohort)
    return _settle(assignments, act)


@transaction.atomic
def change_assignment(assignment: Assignment, act: Act, *, fields: Iterable[str]) -> Refreshed:
    """Save other dates or limits; `fields` are those that changed, for the record. Raises as `assign`."""
    assignment.save()
    check_circles(assignment.cohort)
    changed = sorted(fields)
    _record(Deed.ASSIGNMENT_CHANGED, assignment, act, fields=changed)
    refreshed = _settle([assignment], act)
    if _TOLD.intersection(changed):
        tell_dates([assignment], at=act.at)
    return refreshed


@transaction.atomic
def withdraw_assignment(assignment: Assignment, act: Act) -> Refreshed:
    """Take work back: nobody can start it for the class any more. Open attempts keep their time; results are kept.

    Where the class has the quiz by another assignment as well, attempts move to that.
    """
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=assignment.pk)
    if locked.withdrawn_at is not None:
        return Refreshed()
    locked.withdrawn_at = act.at
    locked.save(update_fields=["withdrawn_at"])
    _record(Deed.ASSIGNMENT_WITHDRAWN, locked, act)
    return _settle([locked], Act(act.actor, act.at, Shorter.KEEP))


@transaction.atomic
def follow_groups(cohort: Cohort, student_ids: Collection[int], act: Act) -> None:
    """Follow a change of who is in which group: these students have the work of their groups from now on.

    Attempts move to what asks for their quiz now. Those under way keep their time where they would have less.
    """
    if not student_ids or not Assignment.objects.live().filter(cohort=cohort).exclude(for_group=None).exists():
        return
    attempts = Attempt.objects.filter(assignment__cohort=cohort, student__in=student_ids)
    moved = _follow(cohort, list(attempts.values_list("pk", "quiz", "student", "assignment")))
    refresh_deadlines(Attempt.objects.filter(pk__in=moved), now=act.at, actor=act.actor, shorter=Shorter.KEEP)
    bring(Scope(cohort, students=set(student_ids), with_dates=True))


@transaction.atomic
def let_go_of_group(group: Group) -> None:
    """Let the work withdrawn from a group stand without it, so that it can be deleted.

    Raises GroupHasWork while it is assigned any.
    """
    own = Assignment.objects.select_for_update(of=("self",)).filter(for_group=group)
    if own.filter(withdrawn_at=None).exists():
        raise GroupHasWork
    own.update(for_group=None)


def settle_class(cohort: Cohort, act: Act) -> None:
    """Bring all attempts and standings of a class to its dates and time zone."""
    refresh_deadlines(
        Attempt.objects.filter(assignment__cohort=cohort), now=act.at, actor=act.actor, shorter=act.shorter
    )
    bring(Scope(cohort, with_dates=True))


def open_attempts(assignment: Assignment) -> int:
    """Return how many attempts for an assignment are under way."""
    return Attempt.objects.open().filter(assignment=assignment).count()


def _settle(assignments: Sequence[Assignment], act: Act) -> Refreshed:
    """Bring the attempts of a class to what asks for them now, and their deadlines with them."""
    cohort = assignments[0].cohort
    scope = Scope(cohort, with_dates=True)
    attempts = Attempt.objects.filter(assignment__cohort=cohort)
    if not any(each.is_whole_course for each in assignments):
        scope.quizzes = {each.quiz_id for each in assignments if each.quiz_id is not None}
        scope.lessons = {each.lesson_id for each in assignments if each.lesson_id is not None}
        attempts = attempts.filter(quiz__in=scope.quizzes)
    moved = _follow(cohort, list(attempts.values_list("pk", "quiz", "student", "assignment")))
    concerned = Q(assignment__in=[each.pk for each in assignments]) | Q(pk__in=moved)
    refreshed = refresh_deadlines(Attempt.objects.filter(concerned), now=act.at, actor=act.actor, shorter=act.shorter)
    bring(scope)
    return refreshed


def _follow(cohort: Cohort, attempts: Sequence[tuple[Any, int, int, int]]) -> list[Any]:
    """Move attempts of a class to the assignment that asks their student for their quiz most closely; return which.

    One that nothing asks for any more stays with the assignment it was taken for.
    """
    live = list(Assignment.objects.live().filter(cohort=cohort, lesson=None).select_related("cohort"))
    groups = groups_of(cohort)
    target: dict[tuple[int, int], Assignment | None] = {}
    moves: dict[int, list[Any]] = {}
    for pk, quiz, student, now_with in attempts:
        if (quiz, student) not in target:
            own = groups.get(student, frozenset())
            asking = [each for each in live if each.quiz_id in (None, quiz) and each.is_for(student, own)]
            target[quiz, student] = next(iter(closest(asking)), None)
        wanted = target[quiz, student]
        if wanted is not None and wanted.pk != now_with:
            moves.setdefault(wanted.pk, []).append(pk)
    for wanted_pk, pks in moves.items():
        Attempt.objects.filter(pk__in=pks).update(assignment=wanted_pk)
    return [pk for pks in moves.values() for pk in pks]


def _record(deed: Deed, assignment: Assignment, act: Act, **details: Any) -> None:
    about = {"course": assignment.cohort.course_id, "cohort": assignment.cohort_id, "person": assignment.student_id}
    asked = {"quiz": assignment.quiz_id, "lesson": assignment.lesson_id}
    if assignment.for_group_id is not None:
        asked["group"] = assignment.for_group_id
    record(act.actor, deed, assignment, at=act.at, **about, **asked, **details)
