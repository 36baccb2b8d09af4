"""Statistics of each question of a quiz."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quizzes.domain.statistics import table as tables
from quizzes.domain.statistics.table import Floats, Marks

# The classical size of the upper and the lower group (Kelley 1939).
_GROUP = 0.27


@dataclass(frozen=True)
class ItemStatistics:
    """What one question did, over the students on whose paper it was. None where a figure is undefined.

    `facility` is the mean mark of the maximum (0 to 1 unless marks can be negative), `sd` is in marks, `point_biserial`
    and `upper_lower_index` run from −1 to 1. The discrimination index, the efficiency and the weights are × 100, as
    Moodle prints them. A question that goes against the total has no effective weight and says so.
    """

    students: int
    facility: float | None
    sd: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    intended_weight: float | None
    effective_weight: float | None
    point_biserial: float | None
    upper_lower_index: float | None
    goes_against_total: bool = False


def item_statistics(marks: Marks, max_marks: Sequence[float]) -> list[ItemStatistics]:
    """Return the statistics of each question from students × questions and the maximum of each.

    The discrimination index is the correlation of a mark with the rest of the student's marks, × 100; its efficiency
    compares their covariance with the largest that the same marks could have, sorted and paired by rank. The effective
    weight is a question's share of the square roots of all covariances with the total, in which the question is
    included (Moodle, question/classes/statistics/questions/calculator.php). The upper-lower index compares the 27 per
    cent with the highest totals and the 27 per cent with the lowest; tied students share the places at the edge.
    """
    read = tables.table(marks, len(max_marks))
    sums = tables.totals(read)
    columns = [_Column(read[:, place], sums, float(most)) for place, most in enumerate(max_marks)]
    roots = math.fsum(math.sqrt(each.with_total) for each in columns if each.with_total and each.with_total > 0)
    whole = math.fsum(float(most) for most in max_marks)
    return [each.statistics(whole, roots) for each in columns]


class _Column:
    """One question's marks beside the totals of the students who had it."""

    def __init__(self, marks: Floats, sums: Floats, most: float) -> None:
        had = ~np.isnan(marks)
        self.marks, self.totals, self.most = marks[had], sums[had], most
        self.rest = self.totals - self.marks
        self.with_total = tables.covariance(self.marks, self.totals)

    def statistics(self, whole: float, roots: float) -> ItemStatistics:
        """Return the figures, given the maximum of the quiz and the sum of the roots of all covariances."""
        varied = tables.variance(self.marks)
        correlation = tables.correlation(self.marks, self.rest)
        return ItemStatistics(
            students=len(self.marks),
            facility=float(self.marks.mean()) / self.most if len(self.marks) and self.most else None,
            sd=None if varied is None else math.sqrt(varied),
            discrimination_index=None if correlation is None else 100 * correlation,
            discriminative_efficiency=self._efficiency(),
            intended_weight=100 * self.most / whole if whole else None,
            effective_weight=self._weight(roots),
            point_biserial=correlation,
            upper_lower_index=self._upper_lower(),
            goes_against_total=self.with_total is not None and self.with_total < 0,
        )

    def _efficiency(self) -> float | None:
        best = tables.covariance(np.sort(self.marks), np.sort(self.rest))
        found = tables.covariance(self.marks, self.rest)
        return 100 * found / best if best and found is not None else None

    def _weight(self, roots: float) -> float | None:
        if self.with_total is None or self.with_total < 0 or not roots:
            return None
        return 100 * math.sqrt(self.with_total) / roots

    def _upper_lower(self) -> float | None:
        places = math.floor(_GROUP * len(self.marks) + 0.5)
        if not places or not self.most:
            return None
        upper = tables.top_shares(self.totals, places)
        lower = tables.top_shares(-self.totals, places)
        return float(((upper - lower) * self.marks).sum()) / places / self.most
