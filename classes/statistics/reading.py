"""Marks, answers and times of a sample, read into arrays: no model instances, a chunk of attempts at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import FloatField, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from classes.statistics.sample import Chosen, Sample, Seconds, Versions
from quizzes.models import ItemResponse, ItemRevision, SavedAnswer

AT_ONCE = 2_500
"""Attempts of a chunk."""

Told = Callable[[int], None]
"""What is told how many attempts have been read."""


@dataclass
class Column:
    """A question of the sample: its versions that were met, the newest of which gives its words, and its place."""

    item_id: int
    revisions: list[ItemRevision] = field(default_factory=list)

    @property
    def newest(self) -> ItemRevision:
        """Return the newest version that was met."""
        return max(self.revisions, key=lambda each: each.number)

    @property
    def most(self) -> float:
        """Return what the question is worth."""
        return float(self.newest.points)


@dataclass(frozen=True)
class Table:
    """What a sample holds. Arrays are students × questions, but for `choices`.

    `marks` are in points, NaN where the question was not on the paper or does not count; marks of another version are
    scaled to what the newest is worth. `versions` are the ids of the revisions, 0 for none; `codes` number the answers
    in `choices`: 0 is a blank. `seconds` and `visits` are NaN where nothing was saved.
    """

    columns: Sequence[Column]
    marks: NDArray[np.float64]
    versions: NDArray[np.int64]
    codes: NDArray[np.int64]
    choices: Sequence[tuple[ItemRevision, Any] | None]
    seconds: NDArray[np.float64]
    visits: NDArray[np.float64]
    students: Sequence[int]
    waiting: int

    @property
    def most(self) -> list[float]:
        """Return what each question is worth."""
        return [column.most for column in self.columns]


@dataclass
class _Rows:
    """The columns of responses as they are read."""

    pk: list[int] = field(default_factory=list)
    student: list[int] = field(default_factory=list)
    revision: list[int] = field(default_factory=list)
    points: list[float] = field(default_factory=list)
    code: list[int] = field(default_factory=list)
    found: dict[tuple[int, str], int] = field(default_factory=dict)

    def read(self, attempts: Sequence[Any], start: int) -> None:
        """Read the responses of a chunk of attempts, of which the first is the student `start`."""
        places = {str(pk): start + at for at, pk in enumerate(attempts)}
        places |= {pk.hex: start + at for at, pk in enumerate(attempts)}  # as SQLite has them
        rows = ItemResponse.objects.filter(attempt__in=attempts).order_by().values_list(
            "pk", Cast("attempt_id", TextField()), "revision_id", Cast("points", FloatField()),
            Cast("answer", TextField()),
        )  # fmt: skip
        found = self.found
        for pk, attempt, revision, points, answer in rows.iterator(chunk_size=20_000):
            self.pk.append(pk)
            self.student.append(places[attempt])
            self.revision.append(revision)
            self.points.append(np.nan if points is None else points)
            is_blank = answer is None or answer == "null"
            self.code.append(0 if is_blank else found.setdefault((revision, answer), len(found) + 1))


def read_table(sample: Sample, chosen: Chosen, told: Told = lambda _count: None) -> Table:
    """Read a sample: two queries for each chunk of attempts, and one for the versions met."""
    rows, saved = _Rows(), _Saved()
    for start in range(0, len(chosen.attempts), AT_ONCE):
        attempts = chosen.attempts[start : start + AT_ONCE]
        rows.read(attempts, start)
        saved.read(attempts)
        told(start + len(attempts))
    wanted = ItemRevision.objects.filter(pk__in=set(rows.revision)).select_related("item")
    revisions = {each.pk: each for each in wanted if each.spec.is_scored}
    columns = _columns(sample, list(revisions.values()))
    return _table(chosen, rows, saved, revisions, columns)


def _columns(sample: Sample, revisions: Sequence[ItemRevision]) -> list[Column]:
    """Return the questions in the order of the quiz; those drawn from others follow."""
    found: dict[int, Column] = {}
    for each in revisions:
        if sample.versions is Versions.ALL or each.is_current:
            found.setdefault(each.item_id, Column(each.item_id)).revisions.append(each)

    def place(column: Column) -> tuple[bool, int, int]:
        item = column.newest.item
        return item.quiz_id != sample.quiz.pk, item.quiz_id, item.position

    return sorted(found.values(), key=place)


def _table(
    chosen: Chosen, rows: _Rows, saved: _Saved, revisions: dict[int, ItemRevision], columns: Sequence[Column]
) -> Table:
    shape = (len(chosen.attempts), len(columns))
    ids, student, revision = np.array(rows.pk), np.array(rows.student, dtype=np.int64), np.array(rows.revision)
    met, inverse = np.unique(revision, return_inverse=True)
    place = {each.pk: at for at, column in enumerate(columns) for each in column.revisions}
    scale = {each.pk: _scale(each, column) for column in columns for each in column.revisions}
    column = np.array([place.get(int(pk), -1) for pk in met], dtype=np.int64)[inverse.reshape(-1)]
    points = np.array(rows.points) * np.array([scale.get(int(pk), 1.0) for pk in met])[inverse.reshape(-1)]
    kept = column >= 0
    at = (student[kept], column[kept])
    marks = np.full(shape, np.nan)
    versions, codes = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    marks[at], versions[at], codes[at] = points[kept], revision[kept], np.array(rows.code, dtype=np.int64)[kept]
    choices = [None, *((revisions.get(key), text) for key, text in rows.found)]
    seconds, visits = saved.spent(ids, student, column, np.array(chosen.began), shape)
    return Table(
        columns, marks, versions, codes, [_answer(each) for each in choices], seconds, visits, chosen.students,
        chosen.waiting,
    )  # fmt: skip


def _scale(revision: ItemRevision, column: Column) -> float:
    return column.most / float(revision.points) if revision.points else 1.0


def _answer(found: Any) -> tuple[ItemRevision, Any] | None:
    return None if found is None or found[0] is None else (found[0], json.loads(found[1]))


@dataclass
class _Saved:
    """When answers were saved, and to which response."""

    response: list[int] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    def read(self, attempts: Sequence[Any]) -> None:
        """Read what was taken of a chunk of attempts."""
        taken = SavedAnswer.objects.filter(response__attempt__in=attempts, outcome=SavedAnswer.Outcome.TAKEN)
        for response, at in taken.order_by().values_list("response_id", Seconds("saved_at")).iterator(20_000):
            self.response.append(response)
            self.at.append(at)

    def spent(
        self,
        ids: NDArray[Any],
        student: NDArray[np.int64],
        column: NDArray[np.int64],
        began: NDArray[np.float64],
        shape: tuple[int, int],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the seconds each student spent on each question, and the visits.

        The time from one saved answer (or the start) to the next counts for the question that was saved next; saves in
        a row of one question are one visit.
        """
        nothing = np.full(shape, np.nan)
        if not self.response or not shape[1]:
            return nothing, nothing
        order = np.argsort(ids)
        found = order[np.searchsorted(ids, np.array(self.response), sorter=order)]
        who, where, at = student[found], column[found], np.array(self.at)
        in_time = np.lexsort((at, who))
        who, where, at = who[in_time], where[in_time], at[in_time]
        is_first = np.concatenate([[True], who[1:] != who[:-1]])
        before = np.where(is_first, began[who], np.concatenate([[0.0], at[:-1]]))
        is_visit = is_first | np.concatenate([[True], where[1:] != where[:-1]])
        kept = where >= 0
        flat = (who * shape[1] + where)[kept]
        size = shape[0] * shape[1]
        times = np.bincount(flat, weights=np.maximum(at - before, 0.0)[kept], minlength=size).reshape(shape)
        visits = np.bincount(flat, weights=is_visit[kept].astype(float), minlength=size).reshape(shape)
        return np.where(visits > 0, times, np.nan), np.where(visits > 0, visits, np.nan)
