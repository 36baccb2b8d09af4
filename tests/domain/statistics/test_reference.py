"""The same figures worked out another way, plainly and slowly, on random tables with gaps, ties and constants."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from quizzes.domain.statistics import item_statistics, quiz_statistics

TABLES = 200


def random_table(seed: int) -> tuple[list[list[float | None]], list[float]]:
    """Return marks with gaps, ties, constant columns and negative marks, and the maximum of each question."""
    chance = np.random.default_rng(seed)
    students, questions = int(chance.integers(1, 40)), int(chance.integers(1, 9))
    choices = [0, 1, 2, 5, 0.3] if seed % 7 == 0 else [1, 2, 3, 4, 5]
    most = [float(chance.choice(choices)) for _ in range(questions)]
    ability = chance.normal(size=students)
    rows: list[list[float | None]] = []
    for student in range(students):
        row: list[float | None] = []
        for question in range(questions):
            mark = round(float(ability[student] + chance.normal()) * most[question] / 3, int(chance.integers(0, 3)))
            if seed % 5 == 0 and question == 0:
                mark = 0.0
            row.append(None if seed % 3 == 0 and chance.random() < 0.2 else mark)
        rows.append(row)
    return rows, most


def known(row: Sequence[float | None]) -> float:
    return math.fsum(mark for mark in row if mark is not None)


def paired(rows: Sequence[Sequence[float | None]], place: int) -> tuple[list[float], list[float]]:
    pairs = [(mark, known(row)) for row in rows if (mark := row[place]) is not None]
    return [mark for mark, _ in pairs], [total for _, total in pairs]


def same(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def pearson(first: Sequence[float], second: Sequence[float]) -> float | None:
    if len(first) < 2 or np.ptp(first) < 1e-9 or np.ptp(second) < 1e-9:
        return None
    return float(stats.pearsonr(first, second).statistic)


def cov(first: Sequence[float], second: Sequence[float]) -> float | None:
    return float(np.cov(first, second)[0, 1]) if len(first) > 1 else None


@pytest.mark.parametrize("seed", range(TABLES))
def test_each_question(seed: int) -> None:
    rows, most = random_table(seed)
    columns = [paired(rows, place) for place in range(len(most))]
    against = [cov(marks, sums) for marks, sums in columns]
    roots = sum(math.sqrt(each) for each in against if each is not None and each > 1e-12)

    for place, found in enumerate(item_statistics(rows, most)):
        marks, sums = columns[place]
        rest = [total - mark for mark, total in zip(marks, sums, strict=True)]
        r = pearson(marks, rest)
        assert found.students == len(marks)
        assert same(found.facility, float(np.mean(marks)) / most[place] if marks and most[place] else None)
        assert same(found.sd, float(np.std(marks, ddof=1)) if len(marks) > 1 else None)
        assert same(found.point_biserial, r)
        assert same(found.discrimination_index, None if r is None else 100 * r)
        best = None if r is None else cov(sorted(marks), sorted(rest))
        both = cov(marks, rest)
        assert same(found.discriminative_efficiency, 100 * both / best if best and both is not None else None)
        assert same(found.intended_weight, 100 * most[place] / sum(most) if sum(most) else None)
        part = against[place]
        if part is None or part < -1e-12 or not roots:
            assert found.effective_weight is None
        else:
            assert same(found.effective_weight, 100 * math.sqrt(max(0.0, part if part > 1e-12 else 0)) / roots)


@pytest.mark.parametrize("seed", range(TABLES))
def test_the_whole_quiz(seed: int) -> None:
    rows, most = random_table(seed)
    kept = [row for row in rows if any(mark is not None for mark in row)]
    sums = [known(row) for row in kept]
    found = quiz_statistics(rows, most)
    n, varied = len(sums), len(sums) > 1 and float(np.ptp(sums)) > 1e-9

    assert found.students == n
    assert same(found.mean, float(np.mean(sums)) if sums else None)
    assert same(found.median, float(np.median(sums)) if sums else None)
    assert same(found.sd, float(np.std(sums, ddof=1)) if n > 1 else None)
    assert same(found.skewness, float(stats.skew(sums, bias=False)) if n > 2 and varied else None)
    assert same(found.kurtosis, float(stats.kurtosis(sums, bias=False)) if n > 3 and varied else None)
    alpha = cronbach(kept, len(most)) if varied else None
    assert same(found.alpha, alpha)
    assert same(found.error_ratio, None if alpha is None else 100 * math.sqrt(1 - alpha / 100))
    spread = float(np.std(sums, ddof=1)) if n > 1 else 0.0
    assert same(found.standard_error, None if alpha is None else math.sqrt(1 - alpha / 100) * spread)


def cronbach(rows: Sequence[Sequence[float | None]], questions: int) -> float | None:
    """Alpha from the mean of the covariances between questions, not from the variances."""
    if questions < 2 or any(mark is None for row in rows for mark in row):
        return None
    between = np.cov(np.array(rows, dtype=float), rowvar=False)
    return float(100 * questions / (questions - 1) * (between.sum() - np.trace(between)) / between.sum())
