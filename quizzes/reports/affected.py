"""Whom a change concerns: attempts in progress and finished, and readers, in three queries for all changes together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from courses.models import Lesson, SectionRead
from courses.services.drafts import Change
from quizzes.models import Attempt, Item, ItemResponse, ItemRevision, Quiz


@dataclass(frozen=True)
class Affected:
    """How many attempts are finished or in progress, and how many people have read."""

    finished: int = 0
    in_progress: int = 0
    readers: int = 0
    in_classes: bool = False
    """Whether classes take the course."""

    @property
    def is_any(self) -> bool:
        """Say whether anybody has met what is changed."""
        return bool(self.finished or self.in_progress or self.readers)


def affected_by(changes: Sequence[Change]) -> dict[str, Affected]:
    """Return whom each change concerns, by its key."""
    items, quizzes = _counts_of_items(_ids(changes, Item)), _counts_of_quizzes(_ids(changes, Quiz))
    reads = SectionRead.objects.filter(section__lesson__in=_ids(changes, Lesson)).order_by()
    readers = {
        row["section__lesson"]: Affected(readers=row["n"])
        for row in reads.values("section__lesson").annotate(n=Count("student", distinct=True))
    }
    by_model: dict[type[Any], dict[int, Affected]] = {Item: items, Quiz: quizzes, Lesson: readers}
    found = {}
    for change in changes:
        row = change.row.item if isinstance(change.row, ItemRevision) else change.row
        found[change.key] = by_model.get(type(row), {}).get(row.pk, Affected())
    return found


def _ids(changes: Iterable[Change], model: type[Any]) -> set[int]:
    rows = (change.row.item if isinstance(change.row, ItemRevision) else change.row for change in changes)
    return {row.pk for row in rows if isinstance(row, model)}


def _counts_of_items(items: set[int]) -> dict[int, Affected]:
    """Count the attempts whose paper holds an item. One in progress keeps the words it began with."""
    rows = ItemResponse.objects.filter(revision__item__in=items).order_by().values("revision__item")
    submitted, unfinished = Q(attempt__state=Attempt.State.SUBMITTED), Q(attempt__state__in=Attempt.UNFINISHED)
    counted = rows.annotate(
        done=Count("attempt", distinct=True, filter=submitted), open=Count("attempt", distinct=True, filter=unfinished)
    )
    return {row["revision__item"]: Affected(row["done"], row["open"]) for row in counted}


def _counts_of_quizzes(quizzes: set[int]) -> dict[int, Affected]:
    rows = Attempt.objects.filter(quiz__in=quizzes).order_by().values("quiz")
    submitted, unfinished = Q(state=Attempt.State.SUBMITTED), Q(state__in=Attempt.UNFINISHED)
    counted = rows.annotate(done=Count("pk", filter=submitted), open=Count("pk", filter=unfinished))
    return {row["quiz"]: Affected(row["done"], row["open"]) for row in counted}
