"""What starting and submitting ask of the database, each in one query that is built once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, F, QuerySet

from courses.models.prepared import Given, Part, Prepared, names_of, part, rows_of
from quizzes.domain.kinds import AnySpec
from quizzes.models.attempts import Attempt, ItemResponse
from quizzes.models.authoring import Item, ItemRevision, Quiz
from quizzes.models.marks import HumanMark, Regrade
from quizzes.models.specs import KEPT, Name

_ATTEMPT = (part(Attempt), part(Quiz, "quiz__"))
_OWN = (part(Attempt),)
_REVISION = {"id", "item_id", "content_hash", "rules", "points"}
"""What of a revision a paper needs where its words were read before."""
_MARKED = (part(ItemResponse), part(ItemRevision, "revision__", only=_REVISION), part(HumanMark, "human_mark__"))
_ASKED = (
    part(ItemRevision, only=_REVISION),
    part(Item, "item__", only={"id", "key", "quiz_id", "position", "pool", "objective_id"}),
)


_PK, _ITEM, _RULES, _HASH, _KEY, _QUIZ, _POOL = (
    names_of(_ASKED).index(name)
    for name in ("id", "item_id", "rules", "content_hash", "item__key", "item__quiz_id", "item__pool")
)


def _rows(rows: QuerySet[Any, Any], parts: tuple[Part, ...]) -> QuerySet[Any, tuple[Any, ...]]:
    return rows.values_list(*names_of(parts))


def _attempt() -> QuerySet[Attempt, tuple[Any, ...]]:
    attempt, student = Given("attempt", models.UUIDField()), Given("student", models.BigIntegerField())
    return _rows(Attempt.objects.filter(pk=attempt, student=student).order_by(), _ATTEMPT)


def _attempts() -> QuerySet[Attempt, tuple[Any, ...]]:
    student, quiz = Given("student", models.BigIntegerField()), Given("quiz", models.BigIntegerField())
    return _rows(Attempt.objects.filter(student=student, quiz=quiz).in_order(), _OWN)


def _responses() -> QuerySet[ItemResponse, tuple[Any, ...]]:
    responses = ItemResponse.objects.filter(attempt=Given("attempt", models.UUIDField())).order_by("position")
    return _rows(responses, _MARKED)


def _questions() -> QuerySet[ItemRevision, tuple[Any, ...]]:
    paper = ItemRevision.objects.for_paper().filter(item__quiz=Given("quiz", models.BigIntegerField()))
    return _rows(paper.select_related(None), _ASKED)


def _regraded() -> QuerySet[Regrade, tuple[Any, ...]]:
    responses = ItemResponse.objects.filter(attempt=Given("attempt", models.UUIDField())).order_by()
    in_force = Regrade.objects.filter(undone_at=None, revision__in=responses.values("revision"))
    return in_force.order_by(F("pk")).values_list("pk")[:1]


def _bank() -> QuerySet[ItemRevision, tuple[Any, ...]]:
    purpose = Given("purpose", models.CharField())
    live = {"is_retired": False, "purpose": purpose, "quiz__is_retired": False}
    revisions = ItemRevision.objects.current().filter(**{f"item__{name}": value for name, value in live.items()})
    of_course = revisions.filter(item__course=Given("course", models.BigIntegerField())).order_by()
    places = [f"item__{name}__key" for name in ("quiz", "section__lesson", "section__lesson__unit")]
    return of_course.values_list(*names_of(_ASKED), *places, "item__use__papers")


def _met() -> QuerySet[ItemResponse, tuple[Any, ...]]:
    own = ItemResponse.objects.filter(attempt__student=Given("student", models.BigIntegerField())).order_by()
    return own.values("revision__item").annotate(n=Count("pk")).values_list("revision__item", "n")


_ONE_ATTEMPT = Prepared(_attempt, locks=(Attempt,))
_ATTEMPTS, _RESPONSES, _QUESTIONS = Prepared(_attempts), Prepared(_responses), Prepared(_questions)
_REGRADED, _BANK, _MET = Prepared(_regraded), Prepared(_bank), Prepared(_met)


@dataclass(frozen=True)
class Banked:
    """A question of a course that a paper may draw: its words, where it stands, how many papers held it."""

    spec: AnySpec
    values: Sequence[Any]
    quiz: str
    lesson: str
    unit: str
    used: int

    @property
    def item_id(self) -> int:
        """Return the number of the item."""
        return int(self.values[_ITEM])

    @property
    def key(self) -> str:
        """Return the key of the item."""
        return str(self.values[_KEY])

    def revision(self) -> ItemRevision:
        """Return the current revision, with its item: made for those that are drawn, and not for the whole bank."""
        revision, revision.item = rows_of(_ASKED, self.values)
        return revision  # type: ignore[no-any-return]  # the first part


def lock_attempt(attempt_id: UUID, student_id: int) -> Attempt:
    """Lock a student's attempt and return it with its quiz. Raises Attempt.DoesNotExist."""
    row = _ONE_ATTEMPT.one(attempt=attempt_id, student=student_id)
    if row is None:
        raise Attempt.DoesNotExist
    attempt, attempt.quiz = rows_of(_ATTEMPT, row)
    return attempt  # type: ignore[no-any-return]  # the first part


def attempts_at(quiz: Quiz, student_id: int) -> list[Attempt]:
    """Return a student's attempts at a quiz, in the order in which they count."""
    attempts: list[Attempt] = [rows_of(_OWN, row)[0] for row in _ATTEMPTS.ask(student=student_id, quiz=quiz.pk)]
    for attempt in attempts:
        attempt.quiz = quiz
    return attempts


def marked_responses(attempt_id: UUID) -> list[tuple[ItemResponse, HumanMark | None]]:
    """Return the responses of a paper in order, each with its revision and what a person gave it."""
    found = []
    for row in _RESPONSES.ask(attempt=attempt_id):
        response, response.revision, human = rows_of(_MARKED, row)
        found.append((response, human))
    _fetch_words([response.revision for response, _human in found])
    return found


def own_questions(quiz_id: int) -> list[ItemRevision]:
    """Return the current revisions of a quiz's own questions, in order, each with its item."""
    found: list[ItemRevision] = []
    for row in _QUESTIONS.ask(quiz=quiz_id):
        revision, revision.item = rows_of(_ASKED, row)
        found.append(revision)
    _fetch_words(found)
    return found


def bank_of(quiz: Quiz) -> list[Banked]:
    """Return the live questions among which a quiz draws, in one query.

    They are what the quizzes of its course ask; of an exam that says so, what is reserved: the course's own and the
    private pools that are for this exam, or these alone.
    """
    is_reserved = quiz.blueprint is not None and quiz.blueprint.is_reserved
    if is_reserved and not quiz.settings.is_exam:
        return []
    purpose = Item.Purpose.RESERVED if is_reserved else Item.Purpose.QUESTION
    rows = _BANK.ask(course=quiz.course_id, purpose=purpose.value)
    if is_reserved:
        rows = [row for row in rows if _is_for(quiz, row)]
    names = [Name(row[_PK], row[_HASH], row[_RULES]) for row in rows]
    specs = [KEPT.find(name, None) for name in names]
    unread = [name for name, spec in zip(names, specs, strict=True) if spec is None]
    bodies = _bodies(name.revision for name in unread)
    return [
        Banked(spec or KEPT.read(name, bodies[name.revision]), values, place, lesson, unit, papers or 0)
        for (*values, place, lesson, unit, papers), name, spec in zip(rows, names, specs, strict=True)
    ]


def _is_for(quiz: Quiz, row: Sequence[Any]) -> bool:
    """Say whether an exam draws a reserved question: one of the course's own, or of a private pool that is for it."""
    return row[_QUIZ] == quiz.pk if row[_POOL] else not quiz.draws_pools_alone


def met_by(student_id: int) -> dict[int, int]:
    """Return on how many of a student's papers each question was, by the number of the question."""
    return dict(_MET.ask(student=student_id))


def _fetch_words(revisions: Sequence[ItemRevision]) -> None:
    """Fetch, in one query, the bodies of revisions whose words this process has not read yet."""
    bodies = _bodies(revision.pk for revision in revisions if not revision.is_read)
    for revision in revisions:
        if revision.pk in bodies:
            revision.body = bodies[revision.pk]


def _bodies(revisions: Iterable[int]) -> dict[int, dict[str, Any]]:
    keys = list(revisions)
    return dict(ItemRevision.objects.filter(pk__in=keys).values_list("pk", "body")) if keys else {}


def is_regraded(attempt_id: UUID) -> bool:
    """Say whether a regrade in force touches a question of a paper."""
    return bool(_REGRADED.ask(attempt=attempt_id))
