"""Changing how a class adds up grades, and deciding about one of them by hand. Each change is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses.models import AuditEntry, Cohort, Deed, Enrolment
from courses.services.audit import entry_of, record
from quizzes.errors import GradeMoved, ReasonNeeded, RulesMoved
from quizzes.models import Assignment, ClassStanding, GradeCategory, GradeDecision, GradeRules

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Subject:
    """Whose grade for what: a quiz, a lesson or, with neither, the total."""

    place: Enrolment
    quiz_id: int | None = None
    lesson_id: int | None = None

    @property
    def names(self) -> dict[str, Any]:
        """Return the columns by which a decision names it."""
        return {"place": self.place, "quiz_id": self.quiz_id, "lesson_id": self.lesson_id}


@dataclass(frozen=True)
class Decided:
    """What is decided. `seen` is the decision in force that was on the page, None for none."""

    kind: str
    reason: str
    points: Decimal | None = None
    possible: Decimal | None = None
    seen: int | None = None


@transaction.atomic
def decide(subject: Subject, decided: Decided, *, actor: User, now: datetime) -> GradeDecision:
    """Decide about a grade by hand; what was decided about it before ends.

    Raises ReasonNeeded without a reason, and GradeMoved where another decision was made meanwhile.
    """
    if not decided.reason.strip():
        raise ReasonNeeded
    _end(subject, decided.seen, actor, now)
    made = GradeDecision.objects.create(
        **subject.names,
        kind=decided.kind,
        points=decided.points,
        possible=decided.possible,
        reason=decided.reason.strip(),
        decided_by=actor,
        decided_at=now,
    )
    _record(Deed.GRADE_DECIDED, made, actor, now, kind=made.kind, points=made.points, possible=made.possible)
    return made


@transaction.atomic
def take_back(subject: Subject, *, seen: int | None, actor: User, now: datetime) -> bool:
    """Take back what was decided about a grade; return whether there was anything. Raises GradeMoved as `decide`."""
    ended = _end(subject, seen, actor, now)
    if ended is not None:
        _record(Deed.GRADE_RESTORED, ended, actor, now, kind=ended.kind)
    return ended is not None


@transaction.atomic
def import_grades(
    cohort: Cohort, decided: Sequence[tuple[Subject, Decided]], *, actor: User, now: datetime
) -> list[GradeDecision]:
    """Make many decisions at once, all of them or none; what was decided about these grades before ends.

    Raises GradeMoved where one of them was decided about since `seen`. In a number of queries that grows by a few for
    every 500 grades.
    """
    places = sorted({subject.place.pk for subject, _each in decided})
    list(Enrolment.objects.select_for_update(of=("self",)).filter(pk__in=places).order_by("pk").values_list("pk"))
    in_force = GradeDecision.objects.in_force().filter(place__in=places)
    there = {(each.place_id, each.quiz_id, each.lesson_id): each for each in in_force}
    ended = []
    for subject, each in decided:
        old = there.get((subject.place.pk, subject.quiz_id, subject.lesson_id))
        if (None if old is None else old.pk) != each.seen:
            raise GradeMoved
        ended += [] if old is None else [old.pk]
    GradeDecision.objects.filter(pk__in=ended).update(ended_by=actor, ended_at=now)
    made = [
        GradeDecision(
            **subject.names,
            **{name: getattr(each, name) for name in ("kind", "points", "possible", "reason")},
            decided_by=actor,
            decided_at=now,
        )
        for subject, each in decided
    ]
    GradeDecision.objects.bulk_create(made, batch_size=500)
    about = {"course": cohort.course_id, "cohort": cohort}
    entries = [
        entry_of(
            actor, Deed.GRADE_DECIDED, each, at=now, person=each.place.user_id, **about, quiz=each.quiz_id,
            lesson=each.lesson_id, kind=each.kind, points=each.points, possible=each.possible,
        )
        for each in made
    ]  # fmt: skip
    entries.append(entry_of(actor, Deed.GRADES_IMPORTED, cohort, at=now, **about, n=len(made)))
    AuditEntry.objects.bulk_create(entries, batch_size=500)
    return made


def _end(subject: Subject, seen: int | None, actor: User, now: datetime) -> GradeDecision | None:
    """End the decision in force. The place is locked first, so that of two decisions at once one is refused."""
    Enrolment.objects.select_for_update(of=("self",)).get(pk=subject.place.pk)
    there = GradeDecision.objects.in_force().filter(**subject.names).first()
    if (None if there is None else there.pk) != seen:
        raise GradeMoved
    if there is not None:
        there.ended_by, there.ended_at = actor, now
        there.save(update_fields=["ended_by", "ended_at"])
    return there


def _record(deed: Deed, decision: GradeDecision, actor: User, now: datetime, **details: Any) -> None:
    cohort, work = decision.place.cohort, {"quiz": decision.quiz_id, "lesson": decision.lesson_id}
    about = {"person": decision.place.user_id, "course": cohort.course_id, "cohort": cohort}
    record(actor, deed, decision, at=now, **about, **work, **details)


@transaction.atomic
def set_rules(
    cohort: Cohort, rules: GradeRules, categories: Sequence[GradeCategory], *, seen: str, actor: User, now: datetime
) -> None:
    """Save how a class adds up grades: its rules and all its categories, in order; what is not listed goes.

    Work of a category that got another name follows it. Raises RulesMoved where someone saved meanwhile: `seen` is
    the stamp of what the form showed.
    """
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if seen != stamp(cohort):
        raise RulesMoved
    rules.cohort, rules.changed_at = cohort, now
    rules.save()
    there = GradeCategory.objects.filter(cohort=cohort).in_bulk()
    kept = {each.pk for each in categories if each.pk is not None}
    GradeCategory.objects.filter(cohort=cohort).exclude(pk__in=kept).delete()
    renamed = {there[each.pk].name: each.name for each in categories if each.pk in there}
    _rename(cohort, {old: new for old, new in renamed.items() if old != new})
    for position, each in enumerate(categories):
        each.cohort, each.position = cohort, position
        each.save()
    record(actor, Deed.GRADE_RULES, cohort, at=now, course=cohort.course_id, cohort=cohort, categories=len(categories))


def _rename(cohort: Cohort, names: Mapping[str, str]) -> None:
    """Give work the new names of its categories, all at once: two may have changed places.

    The categories themselves step aside first, as no two may have one name even for a moment.
    """
    for old in names:
        GradeCategory.objects.filter(cohort=cohort, name=old).update(name=f"\x1f{old}"[:60])
    wanted = {old.casefold(): new for old, new in names.items()}
    moved = [each for each in Assignment.objects.filter(cohort=cohort) if each.category.casefold() in wanted]
    for each in moved:
        each.category = wanted[each.category.casefold()]
    Assignment.objects.bulk_update(moved, ["category"])


def stamp(cohort: Cohort) -> str:
    """Return what tells one state of a class's rules from another; "" before any were set."""
    changed = GradeRules.objects.filter(cohort=cohort).values_list("changed_at", flat=True).first()
    return "" if changed is None else changed.isoformat()


@transaction.atomic
def sort_work(cohort: Cohort, assignments: Sequence[Assignment], *, actor: User, now: datetime) -> None:
    """Save the categories of assigned work, and what each piece is worth there."""
    for each in assignments:
        each.save(update_fields=["category", "points", "weight", "is_extra", "is_never_dropped"])
    ClassStanding.objects.filter(cohort=cohort).update(totals_at=None)
    record(actor, Deed.GRADE_RULES, cohort, at=now, course=cohort.course_id, cohort=cohort, works=len(assignments))
