"""Differential functioning: whether students of one ability answer a question unlike, because of their group."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from scipy import special

# Effects in ETS's delta: up to the first negligible, up to the second moderate, beyond it large (Zwick 2012).
NEGLIGIBLE, MODERATE = 1.0, 1.5
# ETS's delta of a common odds ratio.
_DELTA = -2.35


@dataclass(frozen=True)
class Bias:
    """What Mantel and Haenszel's test says of one question. None where a figure is undefined.

    `odds_ratio` compares the odds of a right answer in the reference group with those in the focal group, `delta` is
    the same in ETS's unit (below 0: harder for the focal group) with `delta_error`, its standard error. `p_value` is of
    the test with continuity correction, by itself: with many questions, adjust it (`holm`).
    """

    odds_ratio: float | None
    chi_square: float | None
    p_value: float | None
    delta: float | None
    delta_error: float | None
    reference: int
    focal: int

    @property
    def size(self) -> str | None:
        """Return "negligible", "moderate" or "large" by the size of delta alone."""
        if self.delta is None:
            return None
        if abs(self.delta) <= NEGLIGIBLE:
            return "negligible"
        return "moderate" if abs(self.delta) <= MODERATE else "large"


@dataclass(frozen=True)
class _Stratum:
    """Right and wrong answers of the reference group, then of the focal group, at one level of ability."""

    a: float
    b: float
    c: float
    d: float

    @property
    def size(self) -> float:
        return self.a + self.b + self.c + self.d


def mantel_haenszel(right: Sequence[bool], is_focal: Sequence[bool], totals: Sequence[Hashable]) -> Bias:
    """Return the bias of a question from who was right, who is in the focal group, and the totals to match students by.

    Totals include the question. A stratum of one student is left out. Raises `ValueError` for lists of unequal length.
    """
    cells: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for correct, focal, total in zip(right, is_focal, totals, strict=True):
        cells[total][2 * bool(focal) + (not correct)] += 1
    return mantel_haenszel_of_tables([(a, b, c, d) for a, b, c, d in cells.values()])


def mantel_haenszel_of_tables(strata: Sequence[tuple[float, float, float, float]]) -> Bias:
    """Return the bias from strata of reference right, reference wrong, focal right, focal wrong.

    Mantel and Haenszel 1959; the variance of the logarithm by Phillips and Holland 1987.
    """
    kept = [each for each in (_Stratum(*row) for row in strata) if each.size > 1]
    favour = math.fsum(each.a * each.d / each.size for each in kept)
    against = math.fsum(each.b * each.c / each.size for each in kept)
    ratio = favour / against if against else None
    chi = _chi_square(kept)
    delta = _DELTA * math.log(ratio) if ratio else None
    return Bias(
        odds_ratio=ratio,
        chi_square=chi,
        p_value=None if chi is None else float(special.chdtrc(1, chi)),
        delta=delta,
        delta_error=_delta_error(kept, ratio, favour) if ratio else None,
        reference=int(sum(each.a + each.b for each in kept)),
        focal=int(sum(each.c + each.d for each in kept)),
    )


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values adjusted for how many were tested (Holm 1979); None stays None and is not counted."""
    known = sorted((value, place) for place, value in enumerate(p_values) if value is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (value, place) in enumerate(known):
        least = max(least, min(1.0, (len(known) - rank) * value))
        adjusted[place] = least
    return adjusted


def _chi_square(kept: Sequence[_Stratum]) -> float | None:
    expected = math.fsum((x.a + x.b) * (x.a + x.c) / x.size for x in kept)
    spread = math.fsum((x.a + x.b) * (x.c + x.d) * (x.a + x.c) * (x.b + x.d) / (x.size**2 * (x.size - 1)) for x in kept)
    if not spread:
        return None
    away = abs(math.fsum(x.a for x in kept) - expected) - 0.5
    return away**2 / spread


def _delta_error(kept: Sequence[_Stratum], ratio: float, favour: float) -> float:
    inner = math.fsum((x.a * x.d + ratio * x.b * x.c) * (x.a + x.d + ratio * (x.b + x.c)) / x.size**2 for x in kept)
    return abs(_DELTA) * math.sqrt(inner / (2 * favour**2))
