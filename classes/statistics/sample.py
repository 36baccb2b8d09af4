"""Whose attempts the statistics of a quiz count, and which one of each student. Permission is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import FloatField, Func, Q
from django.db.models.functions import Cast

from courses.models import Cohort, Course, Enrolment
from courses.models.content import Viewer
from quizzes.models import Attempt, ItemResponse, Quiz
from quizzes.models.attempts import AttemptQuerySet


class Whose(StrEnum):
    """Whose attempts are counted."""

    CLASS = "class"
    CLASSES = "classes"
    EVERYONE = "everyone"


class Which(StrEnum):
    """Which finished attempt of each student is counted."""

    FIRST = "first"
    BEST = "best"


class Versions(StrEnum):
    """Which versions of the questions are counted."""

    ALL = "all"
    CURRENT = "current"


@dataclass(frozen=True)
class Sample:
    """A quiz, the classes whose students are counted (None: everyone), and what of their work is.

    Two people who may see the same get the same sample, so what was worked out for one can be shown to the other.
    """

    quiz: Quiz
    cohorts: tuple[int, ...] | None
    which: Which = Which.FIRST
    versions: Versions = Versions.ALL

    @property
    def key(self) -> str:
        """Return the name of the sample, by which figures are kept."""
        whose = "everyone" if self.cohorts is None else "classes " + " ".join(map(str, self.cohorts))
        return f"{whose} · {self.which.value} · {self.versions.value}"

    def attempts(self) -> AttemptQuerySet:
        """Return the finished attempts among which one of each student is chosen.

        Of everyone, people who run a class of the course are left out: they try the quiz, and know the key.
        """
        if self.cohorts is None:
            staff = Enrolment.objects.filter(role__in=Enrolment.STAFF, cohort__course=self.quiz.course_id)
            return Attempt.objects.submitted().filter(quiz=self.quiz).exclude(student__in=staff.values("user"))
        return Attempt.objects.of_classes(Cohort.objects.filter(pk__in=self.cohorts)).submitted().filter(quiz=self.quiz)


class Seconds(Func):
    """A moment in seconds, as a plain number: quicker to read by the ten thousand than moments with a zone."""

    output_field = FloatField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Count from SQLite's days."""
        return super().as_sql(compiler, connection, template="(julianday(%(expressions)s) * 86400.0)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Count as PostgreSQL does, which gives a decimal."""
        template = "EXTRACT(EPOCH FROM %(expressions)s)::double precision"
        return super().as_sql(compiler, connection, template=template, **extra)


@dataclass(frozen=True)
class Chosen:
    """The attempts that are counted, one for each student, with when each began; `waiting` are not graded whole."""

    attempts: Sequence[Any]
    students: Sequence[int]
    began: Sequence[float]
    waiting: int


def choose(sample: Sample) -> Chosen:
    """Return the attempts of a sample, in one query."""
    rows = sample.attempts().in_order().values_list(
        "pk", "student", "unmarked_count", Cast("score", FloatField()), Cast("max_score", FloatField()),
        Seconds("started_at"),
    )  # fmt: skip
    found: dict[int, Any] = {}
    for row in rows:
        before = found.get(row[1])
        if before is None or (sample.which is Which.BEST and _share(row) > _share(before)):
            found[row[1]] = row
    graded = [row for row in found.values() if not row[2]]
    return Chosen(
        [row[0] for row in graded], [row[1] for row in graded], [row[5] for row in graded], len(found) - len(graded)
    )


def _share(row: Any) -> float:
    return row[3] / row[4] if row[4] else 0.0


@dataclass(frozen=True)
class Offered:
    """The samples a viewer may ask for, each with its words."""

    cohort: Cohort | None
    classes: tuple[int, ...]
    may_see_everyone: bool

    def whose(self) -> list[Whose]:
        """Return the choices that differ: all classes only where there are several, or none is at hand."""
        several = len(self.classes) > 1 or (self.cohort is None and self.classes)
        found = [Whose.CLASS] if self.cohort is not None else []
        return found + ([Whose.CLASSES] if several else []) + ([Whose.EVERYONE] if self.may_see_everyone else [])

    def sample(self, quiz: Quiz, whose: str, which: str, versions: str) -> Sample:
        """Return the sample asked for; the first that may be seen in place of one that may not."""
        allowed = self.whose()
        chosen = Whose(whose) if whose in {each.value for each in allowed} else allowed[0]
        cohorts = {
            Whose.CLASS: (self.cohort.pk,) if self.cohort is not None else (),
            Whose.CLASSES: self.classes,
            Whose.EVERYONE: None,
        }[chosen]
        return Sample(
            quiz,
            cohorts,
            Which.BEST if which == Which.BEST.value else Which.FIRST,
            Versions.CURRENT if versions == Versions.CURRENT.value else Versions.ALL,
        )


def offered_to(user: Viewer, course: Course, cohort: Cohort | None) -> Offered:
    """Return what a viewer may ask for: classes they see, and everyone in courses they edit; in two queries."""
    classes = Cohort.objects.seen_by(user).filter(course=course).order_by("pk").values_list("pk", flat=True)
    everyone = Course.objects.edited_by(user).filter(pk=course.pk).exists()
    return Offered(cohort, tuple(classes), everyone)


def quizzes_with_statistics(user: Viewer) -> Any:
    """Return the quizzes whose statistics a viewer may see: of courses they edit, or see a class of."""
    edited = Course.objects.edited_by(user).values("pk")
    seen = Cohort.objects.seen_by(user).values("course")
    return Quiz.objects.filter(Q(course__in=edited) | Q(course__in=seen)).select_related("course")


def response_count(chosen: Chosen) -> int:
    """Return about how many responses the chosen attempts hold, by the paper of one of them."""
    if not chosen.attempts:
        return 0
    return len(chosen.attempts) * ItemResponse.objects.filter(attempt=chosen.attempts[0]).count()
