"""The table of marks, and the moments that everything here is made of. Variances and covariances divide by n − 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Marks: TypeAlias = Sequence[Sequence[float | None]] | Floats

# Sums of marks such as 0.1 + 0.2 differ in their last digits: what varies by less than this share is constant.
_NOISE = 1e-12


def table(marks: Marks, columns: int) -> Floats:
    """Return the marks as students × columns, with NaN where a question was not on a paper.

    Raises `ValueError` where a row has another number of columns, or a mark is not a finite number.
    """
    if not isinstance(marks, np.ndarray) and any(len(row) != columns for row in marks):
        raise ValueError(f"Each student needs {columns} marks, one for each question.")
    read = np.array(marks, dtype=np.float64)
    if read.size == 0:
        return np.empty((len(read), columns))
    if read.ndim != 2 or read.shape[1] != columns:
        raise ValueError(f"Each student needs {columns} marks, one for each question.")
    if np.isinf(read).any():
        raise ValueError("A mark must be a finite number.")
    return read


def totals(read: Floats) -> Floats:
    """Return what each student earned in all; NaN for a student whose paper had no question."""
    sums: Floats = np.nansum(read, axis=1)
    sums[np.isnan(read).all(axis=1)] = np.nan
    return sums


def varies(values: Floats) -> bool:
    """Say whether values differ by more than the noise of adding up."""
    if len(values) < 2:
        return False
    low, high = float(values.min()), float(values.max())
    return high - low > _NOISE * max(1.0, abs(low), abs(high))


def variance(values: Floats) -> float | None:
    """Return the sample variance: 0 for constants, None for fewer than two values."""
    if len(values) < 2:
        return None
    return float(values.var(ddof=1)) if varies(values) else 0.0


def covariance(first: Floats, second: Floats) -> float | None:
    """Return the sample covariance: 0 where either is constant, None for fewer than two pairs."""
    if len(first) < 2:
        return None
    if not (varies(first) and varies(second)):
        return 0.0
    return _summed((first - first.mean()) * (second - second.mean())) / (len(first) - 1)


def correlation(first: Floats, second: Floats) -> float | None:
    """Return Pearson's correlation, −1 to 1; None where either is constant."""
    if not (varies(first) and varies(second)):
        return None
    one, two = first - first.mean(), second - second.mean()
    return _summed(one * two) / math.sqrt(_summed(one * one) * _summed(two * two))


def _summed(products: Floats) -> float:
    # A sum of products: for vectors of this size faster than a dot product, which wakes other threads for nothing.
    return float(products.sum())


def top_shares(scores: Floats, places: float) -> Floats:
    """Return the share of each student in a group of so many with the highest scores.

    Students who are tied at the edge share the places that remain in equal fractions, so that nothing depends on the
    order of the rows. The shares add up to `places`.
    """
    size = len(scores)
    if places <= 0 or places >= size:
        return np.full(size, float(places > 0))
    lowest = size - math.ceil(places)
    edge = np.partition(scores, lowest)[lowest]
    above, tied = scores > edge, scores == edge
    shares: Floats = above + tied * ((places - above.sum()) / tied.sum())
    return shares
