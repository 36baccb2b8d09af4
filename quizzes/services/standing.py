"""Keeping the rows that say where students stand in their classes, in the transaction of whatever changes it.

Every function ends in `bring`, which works out rows from what is stored and writes those that are not so yet. A row is
therefore the same whether it was kept up to date or worked out afresh (`rebuild`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone

from courses.models import Cohort, Deed, Enrolment
from courses.models.prepared import Given, Prepared, names_of, part, rows_of
from courses.services.audit import record
from courses.services.progress import FOLLOWERS
from quizzes.domain.standing import FINISHED, UNSEEN, Line, overall
from quizzes.models import Attempt, ClassStanding, Quiz, WorkStanding
from quizzes.models.standing import OVERALL, PROGRESS
from quizzes.services.completion import note_finished
from quizzes.services.standing_facts import Facts, Scope, Work, facts_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_STUDENT = Enrolment.Role.STUDENT
_BATCH = 200
_FINISHED = [each.value for each in FINISHED]
_PARTS = (part(Enrolment), part(Cohort, "cohort__"))


def _placed() -> models.QuerySet[Enrolment, tuple[Any, ...]]:
    student, quiz = Given("student", models.BigIntegerField()), Given("quiz", models.BigIntegerField())
    places = Enrolment.objects.filter(user=student, role=_STUDENT, cohort__course__quizzes=quiz)
    return places.order_by("pk").values_list(*names_of(_PARTS))


_PLACES = Prepared(_placed)


def follow_attempts(attempts: Iterable[Attempt]) -> None:
    """Follow a change of attempts, their scores or states, in every class that their students have a place in."""
    wanted: dict[int, set[int]] = {}
    listed = list(attempts)
    for each in listed:
        wanted.setdefault(each.student_id, set()).add(each.quiz_id)
    if not wanted:
        return
    note_finished(listed)
    quizzes = set().union(*wanted.values())
    by_class: dict[int, list[Enrolment]] = {}
    for place in _places_at(quizzes, set(wanted)):
        by_class.setdefault(place.cohort_id, []).append(place)
    for places in by_class.values():
        students = {place.user_id for place in places}
        scope = Scope(places[0].cohort, students=students, quizzes=quizzes, lessons=set())
        _bring_all(scope, places)


def _places_at(quizzes: set[int], students: set[int]) -> list[Enrolment]:
    """Return the places of students in classes of the courses that some quizzes are of, with their classes."""
    if len(quizzes) == len(students) == 1:  # someone starts or submits: the query that is asked most
        rows = _PLACES.ask(student=min(students), quiz=min(quizzes))
        found = []
        for values in rows:
            place, place.cohort = rows_of(_PARTS, values)
            found.append(place)
        return found
    courses = Quiz.objects.filter(pk__in=quizzes).values("course")
    places = Enrolment.objects.filter(user__in=students, role=_STUDENT, cohort__course__in=courses)
    return list(places.select_related("cohort").order_by("pk"))


def follow_reading(student_id: int, lesson_ids: Collection[int]) -> None:
    """Follow what a student has read."""
    places = Enrolment.objects.filter(user=student_id, role=_STUDENT, cohort__course__lessons__in=lesson_ids)
    for place in places.select_related("cohort").distinct():
        bring(Scope(place.cohort, students={student_id}, quizzes=set(), lessons=set(lesson_ids)))


def follow_dates(*, course_id: int | None, quiz: Quiz | None = None, student_id: int | None = None) -> None:
    """Follow a change of dates: of a quiz, or granted to a student, in one course or (None) in all."""
    cohorts = Cohort.objects.all() if course_id is None else Cohort.objects.filter(course=course_id)
    if student_id is not None:
        cohorts = cohorts.filter(enrolments__user=student_id, enrolments__role=_STUDENT)
    whose = {"students": None if student_id is None else {student_id}}
    what = {} if quiz is None else {"quizzes": {quiz.pk}, "lessons": set()}
    for cohort in cohorts:
        bring(Scope(cohort, **whose, **what, with_dates=True))


def catch_up(cohort: Cohort) -> None:
    """Work out the rows of students whose places are new; costs one query while there are none."""
    new = Enrolment.objects.filter(cohort=cohort, role=_STUDENT, standing=None).values_list("user", flat=True)
    students = set(new)
    if students:
        bring(Scope(cohort, students=students, with_dates=True))


def rebuild(cohort: Cohort) -> int:
    """Work out every row of a class afresh; return how many were not as they should be: none, if nothing is wrong."""
    return bring(Scope(cohort, with_dates=True))


def bring(scope: Scope) -> int:
    """Bring the rows of a scope to what is stored; return how many were written or removed."""
    places = Enrolment.objects.filter(cohort=scope.cohort, role=_STUDENT).order_by("pk")
    if scope.students is not None:
        places = places.filter(user__in=scope.students)
    return _bring_all(scope, list(places))


def _bring_all(scope: Scope, places: list[Enrolment]) -> int:
    return sum(_bring(scope, places[at : at + _BATCH]) for at in range(0, len(places), _BATCH))


@transaction.atomic
def _bring(scope: Scope, places: list[Enrolment]) -> int:
    """Bring the rows of some places up to date; those of a place that had none yet are worked out whole."""
    now = timezone.now()
    wholes, new = _locked(scope.cohort, places, now)
    known = [place for place in places if place.pk not in new]
    fresh = [place for place in places if place.pk in new]
    changed = _bring_rows(scope, known, wholes, now) if known else 0
    if fresh:
        whole = Scope(scope.cohort, students={place.user_id for place in fresh}, with_dates=True)
        changed += _bring_rows(whole, fresh, wholes, now)
    return changed


def _bring_rows(scope: Scope, places: list[Enrolment], wholes: dict[int, ClassStanding], now: datetime) -> int:
    there: dict[int, dict[Work, WorkStanding]] = {place.pk: {} for place in places}
    for row in WorkStanding.objects.filter(place__in=there):
        there[row.place_id][Work(row.lesson_id, row.quiz_id)] = row
    facts = facts_of(scope, places, there)
    changed = _write_work(scope, facts, places, there, now)
    moved = [each for place in places if (each := _moved(wholes[place.pk], there[place.pk].values(), now))]
    ClassStanding.objects.bulk_update(moved, [*OVERALL, "changed_at", "set_aside_until"], batch_size=_BATCH)
    return changed + len(moved)


def _locked(cohort: Cohort, places: list[Enrolment], now: datetime) -> tuple[dict[int, ClassStanding], set[int]]:
    """Return the standings of some places, locked in order, so that two changes at once add up, and which are new."""
    rows = ClassStanding.objects.filter(place__in=places).select_for_update(of=("self",)).order_by("place")
    found = {row.place_id: row for row in rows}
    missing = [place for place in places if place.pk not in found]
    if missing:
        new = [ClassStanding(place=each, cohort=cohort, changed_at=now) for each in missing]
        ClassStanding.objects.bulk_create(new, ignore_conflicts=True)
        found = {row.place_id: row for row in rows.all()}
    return found, {place.pk for place in missing}


def _write_work(
    scope: Scope, facts: Facts, places: list[Enrolment], there: dict[int, dict[Work, WorkStanding]], now: datetime
) -> int:
    """Write the rows that are other than they should be into the database and `there`; return how many."""
    new: list[WorkStanding] = []
    other: list[WorkStanding] = []
    gone: list[int] = []
    for place in places:
        rows, wanted = there[place.pk], facts.wanted(place)
        gone += [rows.pop(work).pk for work in list(rows) if scope.covers(work) and work not in wanted]
        for work, (assignment, progress, due) in wanted.items():
            values = {name: getattr(progress, name) for name in PROGRESS}
            values |= {"assignment_id": assignment, "due_at": due}
            row = rows.get(work)
            if row is None:
                whose = {"place": place, "cohort": scope.cohort, "lesson_id": work.lesson, "quiz_id": work.quiz}
                rows[work] = WorkStanding(changed_at=now, **whose, **values)
                new.append(rows[work])
            elif any(getattr(row, name) != value for name, value in values.items()):
                row.is_reminded = row.is_reminded and row.due_at == due
                for name, value in {**values, "changed_at": now}.items():
                    setattr(row, name, value)
                other.append(row)
    WorkStanding.objects.filter(pk__in=gone).delete()
    WorkStanding.objects.bulk_create(new, batch_size=500)
    WorkStanding.objects.bulk_update(
        other, [*PROGRESS, "assignment", "due_at", "is_reminded", "changed_at"], batch_size=_BATCH
    )
    return len(new) + len(other) + len(gone)


def _moved(whole: ClassStanding, rows: Iterable[WorkStanding], now: datetime) -> ClassStanding | None:
    """Put what its work adds up to into a standing; return it if that is something else than before.

    What an instructor set aside comes up again when there is something new: one more question stuck at, or a fall.
    """
    found = overall([Line(row.progress, row.due_at) for row in rows])
    if found == whole.overall:
        return None
    if found.stuck > whole.stuck or (found.is_falling and not whole.is_falling):
        whole.set_aside_until = None
    for name in OVERALL:
        setattr(whole, name, getattr(found, name))
    whole.changed_at = now
    return whole


@transaction.atomic
def set_aside(*, cohort: Cohort, student_id: int, actor: User, note: str, now: datetime) -> ClassStanding:
    """Take a student off the list of students who need help, with a note for the other instructors.

    For a week, or until the next date of unfinished work if that is sooner; a new question stuck at, or a fall, brings
    the student back as well. Raises ClassStanding.DoesNotExist for who is no student of the class.
    """
    rows = ClassStanding.objects.in_class(cohort).select_for_update(of=("self",))
    standing = rows.get(place__user=student_id)
    left = WorkStanding.objects.filter(place=standing.place_id, due_at__gt=now).exclude(state__in=_FINISHED)
    dates = left.order_by("due_at").values_list("due_at", flat=True)[:1]
    standing.set_aside_until = min([now + UNSEEN, *filter(None, dates)])
    standing.set_aside_by, standing.note = actor, note.strip()
    standing.changed_at = timezone.now()
    standing.save(update_fields=["set_aside_until", "set_aside_by", "note", "changed_at"])
    about = {"person": student_id, "course": cohort.course_id, "cohort": cohort}
    record(actor, Deed.SET_ASIDE, standing, at=now, **about, until=standing.set_aside_until)
    return standing


FOLLOWERS.append(follow_reading)
