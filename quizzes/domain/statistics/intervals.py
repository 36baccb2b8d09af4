"""How sure a figure is: intervals of 95 per cent."""

from __future__ import annotations

import math

from scipy import special

_Z = float(special.ndtri(0.975))


def wilson(share: float, n: int) -> tuple[float, float] | None:
    """Return Wilson's interval (1927) of a share of n; None without observations."""
    if n < 1:
        return None
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return middle - half, middle + half


def fisher(correlation: float, n: int) -> tuple[float, float] | None:
    """Return Fisher's interval of a correlation over n pairs; None for fewer than four, or for −1 and 1."""
    if n < 4 or abs(correlation) >= 1:
        return None
    middle, half = math.atanh(correlation), _Z / math.sqrt(n - 3)
    return math.tanh(middle - half), math.tanh(middle + half)


def feldt(alpha: float, students: int, questions: int) -> tuple[float, float] | None:
    """Return Feldt's interval (1965) of an alpha, all of it × 100; None for fewer than two students or questions."""
    if students < 2 or questions < 2:
        return None
    rows, cells = students - 1, (students - 1) * (questions - 1)
    low, high = (100 - (100 - alpha) * float(special.fdtri(rows, cells, at)) for at in (0.975, 0.025))
    return low, high
