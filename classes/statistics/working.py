"""The figures of a quiz, worked out from its table by the core. Loaded when they are first asked for (`door.py`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray

from classes.statistics.reading import Column, Table, Told, read_table
from classes.statistics.sample import Chosen, Sample
from classes.statistics.shapes import COUNTS_ONLY, QuestionFigures, QuizFigures, VersionFigures
from classes.statistics.told import Chose, places_of, suspect_of
from courses.rendering.library import Unlinked
from courses.rendering.markdown import render_inline
from courses.rendering.plain import plain_text
from quizzes.domain.statistics import (
    ItemStatistics,
    QuizStatistics,
    feldt,
    fisher,
    histogram,
    item_statistics,
    quiz_statistics,
    wilson,
)
from quizzes.domain.statistics.judgement import flags, stage
from quizzes.models import QuestionReport


def work_out(sample: Sample, chosen: Chosen, told: Told = lambda _count: None) -> QuizFigures:
    """Return the figures of a sample: four queries, and two more for each further chunk of attempts."""
    table = read_table(sample, chosen, told)
    reports = _reports(sample, table)
    whole = quiz_statistics(table.marks, table.most)
    return _quiz(table, whole, _questions(table, reports))


def _quiz(table: Table, whole: QuizStatistics, questions: tuple[QuestionFigures, ...]) -> QuizFigures:
    had = ~np.isnan(table.marks)
    counts: dict[str, Any] = {
        "students": whole.students,
        "waiting": table.waiting,
        "responses": int(had.sum()),
        "is_same_paper": bool(had.all()),
    }
    if whole.students < COUNTS_ONLY:
        return QuizFigures(**counts, questions=questions)
    possible = np.where(had, np.asarray(table.most), 0.0).sum(axis=1)
    shares = (np.nansum(table.marks, axis=1)[possible > 0] / possible[possible > 0])[:, None]
    told = quiz_statistics(shares, [1.0])
    paper = float(possible[0]) if counts["is_same_paper"] and possible[0] else None
    error = whole.standard_error
    alpha = None if whole.alpha is None else feldt(whole.alpha, whole.students, len(table.columns))
    return QuizFigures(
        **counts,
        possible=paper,
        mean=told.mean,
        mean_interval=_around(told),
        median=told.median,
        sd=told.sd,
        skewness=told.skewness,
        kurtosis=told.kurtosis,
        alpha=None if whole.alpha is None else whole.alpha / 100,
        alpha_interval=None if alpha is None else (alpha[0] / 100, alpha[1] / 100),
        standard_error=None if error is None or paper is None else error / paper,
        histogram=tuple(histogram(shares, [1.0])),
        questions=questions,
    )


def _around(told: QuizStatistics) -> tuple[float, float] | None:
    if told.mean is None or told.sd is None:
        return None
    half = 1.96 * told.sd / math.sqrt(told.students)
    return told.mean - half, told.mean + half


def _reports(sample: Sample, table: Table) -> dict[int, int]:
    """Return how many students of the sample's classes reported each question."""
    revisions = [each.pk for column in table.columns for each in column.revisions]
    rows = QuestionReport.objects.filter(revision__in=revisions, response__attempt__in=sample.attempts().values("pk"))
    counted = rows.order_by().values_list("revision__item").annotate(n=Count("student", distinct=True))
    return dict(counted)


def _questions(table: Table, reports: Mapping[int, int]) -> tuple[QuestionFigures, ...]:
    statistics = item_statistics(table.marks, table.most)
    totals = np.nansum(table.marks, axis=1)
    return tuple(
        _question(table, place, column, statistics[place], totals, reports.get(column.item_id, 0))
        for place, column in enumerate(table.columns)
    )


def _question(
    table: Table, place: int, column: Column, found: ItemStatistics, totals: NDArray[np.float64], reports: int
) -> QuestionFigures:
    had = ~np.isnan(table.marks[:, place])
    codes = table.codes[had, place]
    revision, spec = column.newest, column.newest.spec
    counts: dict[str, Any] = {
        "item_id": column.item_id,
        "revision_id": revision.pk,
        "number": place + 1,
        "stem": plain_text(render_inline(spec.stem, Unlinked())),
        "kind": spec.kind,
        "points": column.most,
        "answers": found.students,
        "blanks": int((codes == 0).sum()),
        "stage": stage(found.students).value,
        "guess": float(spec.guess_share()),
        "reports": reports,
    }
    if found.students < COUNTS_ONLY:
        return QuestionFigures(**counts)
    marks = table.marks[had, place]
    chose = Chose(codes, table.choices, totals[had] - marks, marks / column.most if column.most else marks)
    places, options = places_of(spec, [each.spec for each in column.revisions], chose)
    named = [flag.value for flag in flags(found, options, guess=counts["guess"])]
    return QuestionFigures(
        **counts,
        facility=found.facility,
        facility_interval=_share_interval(found.facility, found.students),
        sd=found.sd,
        discrimination=found.point_biserial,
        discrimination_interval=_interval(found.point_biserial, found.students),
        efficiency=found.discriminative_efficiency,
        intended_weight=found.intended_weight,
        effective_weight=found.effective_weight,
        upper_lower=found.upper_lower_index,
        seconds=_middle(table.seconds[had, place]),
        revisits=_revisits(table.visits[had, place]),
        flags=tuple(named),
        suspect=suspect_of(places),
        places=places,
        versions=_versions(table, place, column),
    )


def _share_interval(share: float | None, n: int) -> tuple[float, float] | None:
    """Return Wilson's interval: exact for right or wrong, and a little wide where points are given in part."""
    return wilson(share, n) if share is not None and 0 <= share <= 1 else None


def _interval(correlation: float | None, n: int) -> tuple[float, float] | None:
    return None if correlation is None else fisher(correlation, n)


def _middle(seconds: NDArray[np.float64]) -> float | None:
    known = seconds[~np.isnan(seconds)]
    return float(np.median(known)) if len(known) >= COUNTS_ONLY else None


def _revisits(visits: NDArray[np.float64]) -> float | None:
    known = visits[~np.isnan(visits)]
    return float((known - 1).mean()) if len(known) >= COUNTS_ONLY else None


def _versions(table: Table, place: int, column: Column) -> tuple[VersionFigures, ...]:
    """Return how each version did, the newest first; nothing where there is one."""
    found: list[VersionFigures] = []
    for revision in sorted(column.revisions, key=lambda each: -each.number):
        marks = table.marks[table.versions[:, place] == revision.pk, place]
        marks = marks[~np.isnan(marks)]
        told = len(marks) >= COUNTS_ONLY and column.most
        share = float(marks.mean()) / column.most if told else None
        interval = _share_interval(share, len(marks))
        found.append(VersionFigures(revision.pk, revision.number, revision.is_current, len(marks), share, interval))
    return tuple(found) if len(found) > 1 else ()


def columns_told(columns: Sequence[Column]) -> list[str]:
    """Return the words of each question on one line, without marks of emphasis."""
    return [plain_text(render_inline(column.newest.spec.stem, Unlinked())) for column in columns]
