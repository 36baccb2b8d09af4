"""Grades from per cent: boundaries, and a display that never rounds across one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

_TENTH = Decimal("0.1")
_SETTLED = 10**9


@dataclass(frozen=True)
class Boundary:
    """A grade and the per cent from which it is given, in whole tenths."""

    grade: str
    at_least: Decimal


@dataclass(frozen=True)
class Scale:
    """Grades, the highest first. Below the last boundary, `below` is given."""

    boundaries: tuple[Boundary, ...] = ()
    below: str = ""

    def __post_init__(self) -> None:
        """Refuse boundaries that a display in tenths could not keep apart, or that do not fall."""
        marks = [each.at_least for each in self.boundaries]
        if any(mark != mark.quantize(_TENTH) for mark in marks):
            raise ValueError("Give boundaries with at most one decimal place.")
        if marks != sorted(set(marks), reverse=True):
            raise ValueError("Each boundary must be lower than the one before it.")

    def grade_of(self, percent: Fraction) -> str:
        """Return the grade of a total in per cent, as it is before rounding; empty where there are no boundaries."""
        for boundary in self.boundaries:
            if percent >= Fraction(boundary.at_least):
                return boundary.grade
        return self.below if self.boundaries else ""

    def next_above(self, percent: Fraction) -> Boundary | None:
        """Return the nearest boundary that is not reached."""
        above = [each for each in self.boundaries if Fraction(each.at_least) > percent]
        return above[-1] if above else None

    def shown(self, percent: Fraction) -> Decimal:
        """Return a total in tenths, half up, but never across a boundary that it does not reach.

        >>> scale = Scale((Boundary("A", Decimal(85)),))
        >>> [str(scale.shown(Fraction(text))) for text in ("84.96", "84.44", "85.05")]
        ['84.9', '84.4', '85.1']
        """
        return shown_in_tenths(percent, [each.at_least for each in self.boundaries])


def settled(percent: Fraction) -> Fraction:
    """Return a per cent to the billionth, half up. Boundaries are tested against it.

    Scores are stored with twelve places: a mean of thirds is not to miss a boundary by the last of its digits.
    """
    return Fraction((2 * percent * _SETTLED + 1) // 2, _SETTLED)


def shown_in_tenths(percent: Fraction, marks: Sequence[Decimal] = ()) -> Decimal:
    """Return a per cent in tenths, half up, but never across a mark that it does not reach."""
    exact = Decimal(percent.numerator) / Decimal(percent.denominator)
    rounded = exact.quantize(_TENTH, rounding=ROUND_HALF_UP)
    if any(percent < Fraction(mark) <= Fraction(rounded) for mark in marks):
        return exact.quantize(_TENTH, rounding=ROUND_FLOOR)
    return rounded + 0  # no minus before a nought
