"""The few exact tests the bank rules use."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, erfc, exp, gamma, sqrt

_Z = 1.959963984540054
"""Of a two-sided interval of 95 %."""


def hits_tail(hits: int, chances: Sequence[float]) -> float:
    """Return the probability of so many hits or more, each try with a chance of its own (Poisson binomial).

    >>> round(hits_tail(11, [0.25] * 20), 4), round(hits_tail(10, [0.25] * 20), 4)
    (0.0039, 0.0139)
    """
    row = [1.0]
    for chance in chances:
        row = [
            (row[at] if at < len(row) else 0.0) * (1 - chance) + (row[at - 1] * chance if at else 0.0)
            for at in range(len(row) + 1)
        ]
    return min(1.0, sum(row[max(hits, 0) :]))


def two_sided(hits: int, tries: int, chance: float = 0.5) -> float:
    """Return the probability of a number of hits as unlikely as this one, or more so.

    >>> round(two_sided(15, 20), 4)
    0.0414
    """
    weights = [comb(tries, at) * chance**at * (1 - chance) ** (tries - at) for at in range(tries + 1)]
    return min(1.0, sum(weight for weight in weights if weight <= weights[hits] * (1 + 1e-9)))


def chi_square(counts: Sequence[int]) -> float:
    """Return the distance of counts from equal ones.

    >>> round(chi_square([10, 40, 38, 12]), 2)
    31.52
    """
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 for count in counts) / expected


def chi_square_tail(value: float, degrees: int) -> float:
    """Return the probability of such a distance or more, in closed form for whole degrees of freedom.

    >>> round(chi_square_tail(11.345, 3), 3), round(chi_square_tail(9.21, 2), 3)
    (0.01, 0.01)
    """
    half = value / 2
    start, total = (0.5, erfc(sqrt(half))) if degrees % 2 else (0.0, 0.0)
    terms = ((degrees - 1) // 2) if degrees % 2 else degrees // 2
    return total + exp(-half) * sum(float(half ** (at + start)) / gamma(at + start + 1) for at in range(terms))


def fisher_tail(in_first: int, first: int, in_second: int, second: int) -> float:
    """Return the probability that so many of the marked ones, or more, fall into the first group by chance.

    >>> round(fisher_tail(3, 4, 1, 4), 4)
    0.2429
    """
    marked = in_first + in_second
    ways = comb(first + second, marked)
    return sum(comb(first, at) * comb(second, marked - at) for at in range(in_first, min(first, marked) + 1)) / ways


def wilson_lower(hits: float, tries: int) -> float:
    """Return the lower end of Wilson's interval of 95 % for a rate.

    >>> round(wilson_lower(44, 80), 3)
    0.441
    """
    rate, square = hits / tries, _Z**2
    spread = _Z * sqrt(rate * (1 - rate) / tries + square / (4 * tries**2))
    return (rate + square / (2 * tries) - spread) / (1 + square / tries)
