"""Statistics of a whole quiz."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizzes.domain.statistics import table as tables
from quizzes.domain.statistics.table import Floats, Marks


@dataclass(frozen=True)
class QuizStatistics:
    """What a quiz measured. None where a figure is undefined.

    Mean, median, `sd` and `standard_error` are in marks; `alpha` (Cronbach's, the coefficient of internal consistency)
    and `error_ratio` are × 100, as Moodle prints them: a negative alpha and an error ratio above 100 can occur.
    """

    students: int
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    error_ratio: float | None
    standard_error: float | None


def quiz_statistics(marks: Marks, max_marks: Sequence[float]) -> QuizStatistics:
    """Return the statistics of the totals from students × questions; a student without any question is left out.

    Skewness and kurtosis (excess) are those of k-statistics, for more than two and three students. Alpha is given only
    where all students had the same questions, at least two, and the totals differ; the error ratio and the standard
    error of a total follow from it (Moodle, mod/quiz/report/statistics/classes/calculator.php).
    """
    read = tables.table(marks, len(max_marks))
    read = read[~np.isnan(read).all(axis=1)]
    sums = tables.totals(read)
    varied = tables.variance(sums)
    sd = None if varied is None else math.sqrt(varied)
    alpha = _alpha(read, varied)
    ratio = None if alpha is None else 100 * math.sqrt(1 - alpha / 100)
    skewness, kurtosis = _shape(sums)
    return QuizStatistics(
        students=len(sums),
        mean=float(sums.mean()) if len(sums) else None,
        median=float(np.median(sums)) if len(sums) else None,
        sd=sd,
        skewness=skewness,
        kurtosis=kurtosis,
        alpha=alpha,
        error_ratio=ratio,
        standard_error=None if ratio is None or sd is None else ratio * sd / 100,
    )


def histogram(marks: Marks, max_marks: Sequence[float], bars: int = 10) -> list[int]:
    """Return how many students earned each tenth (or other part) of what their paper was worth, lowest first.

    A score at an edge belongs to the higher part, full marks to the last, and less than nothing to the first.
    """
    read = tables.table(marks, len(max_marks))
    possible = np.where(np.isnan(read), 0.0, np.asarray(max_marks, dtype=np.float64)).sum(axis=1)
    earned = tables.totals(read)[possible > 0] / possible[possible > 0]
    places = np.clip(np.floor(earned * bars + 1e-9), 0, bars - 1).astype(int)
    return [int(count) for count in np.bincount(places, minlength=bars)]


def _alpha(read: Floats, varied: float | None) -> float | None:
    students, questions = len(read), int(read.shape[1])
    if questions < 2 or students < 2 or not varied or np.isnan(read).any():
        return None
    parts = math.fsum(tables.variance(read[:, place]) or 0.0 for place in range(questions))
    return 100 * questions / (questions - 1) * (1 - parts / varied)


def _shape(sums: Floats) -> tuple[float | None, float | None]:
    n = len(sums)
    if n < 3 or not tables.varies(sums):
        return None, None
    away = sums - float(sums.mean())
    m2, m3, m4 = (float(np.mean(away**power)) for power in (2, 3, 4))
    k2 = n * m2 / (n - 1)
    k3 = n**2 * m3 / ((n - 1) * (n - 2))
    if n < 4:
        return k3 / float(k2**1.5), None
    k4: float = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    return k3 / float(k2**1.5), k4 / k2**2
