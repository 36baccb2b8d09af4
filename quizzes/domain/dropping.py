"""Which work of a category is dropped. Everything is exact; raising a score never lowers what is kept."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

NOUGHT = Fraction(0)


@dataclass(frozen=True)
class Portion:
    """One piece of work as its category counts it: what it earned of what it is worth, in the category's own unit.

    A fixed one is never dropped. Extra credit is worth nothing by itself, and is never dropped either.
    """

    earned: Fraction
    size: Fraction
    is_fixed: bool = False


@dataclass(frozen=True)
class Kept:
    """What a category counts: earned of possible over all that is kept, and the places of what is dropped."""

    earned: Fraction
    size: Fraction
    lowest: frozenset[int] = frozenset()
    highest: frozenset[int] = frozenset()

    @property
    def ratio(self) -> Fraction | None:
        """Return earned over possible; None where nothing could be earned."""
        return self.earned / self.size if self.size else None


def keep(portions: Sequence[Portion], *, lowest: int = 0, highest: int = 0) -> Kept:
    """Return what counts when so many of the lowest are dropped, then so many of the highest of the rest.

    The lowest are those without which the ratio is highest: portions of one size lose the smallest shares, portions
    of different sizes may lose another than the smallest share. Where the highest are dropped too, all portions are of
    one size; else a better score could lower the ratio, and `ValueError` is raised. One portion is always kept.
    """
    unit = math.lcm(*(part.denominator for each in portions for part in (each.earned, each.size)))
    whole = [(_in(unit, each.earned), _in(unit, each.size)) for each in portions]
    loose = [place for place, each in enumerate(portions) if not each.is_fixed and each.size]
    if highest and len({whole[place][1] for place in loose}) > 1:
        raise ValueError("The highest can be dropped only among portions of one size.")
    spare = 0 if any(each.is_fixed and each.size for each in portions) else 1
    lowest = min(lowest, max(0, len(loose) - spare))
    highest = min(highest, max(0, len(loose) - lowest - spare))
    low = _lowest(whole, loose, lowest) if lowest else frozenset()
    rest = sorted((place for place in loose if place not in low), key=lambda place: (-whole[place][0], place))
    high = frozenset(rest[:highest])
    earned, size = _sums(whole, low | high)
    return Kept(Fraction(earned, unit), Fraction(size, unit), low, high)


def _in(unit: int, part: Fraction) -> int:
    """Return how many units something is: whole numbers are summed and compared many times faster than fractions."""
    return part.numerator * (unit // part.denominator)


def _sums(whole: Sequence[tuple[int, int]], without: Collection[int] = ()) -> tuple[int, int]:
    kept = [each for place, each in enumerate(whole) if place not in without]
    return sum(earned for earned, _size in kept), sum(size for _earned, size in kept)


def _lowest(whole: Sequence[tuple[int, int]], loose: Sequence[int], count: int) -> frozenset[int]:
    """Return the `count` places without which the ratio is highest; some size is left without them.

    The best ratio q is the one at which the largest sums of earned − q·size reach 0 Each round takes those for
    the ratio of the round before (Dinkelbach, Management Science 13, 1967): it only rises, and ends at the best.
    """
    earned, size = _sums(whole)
    dropped: frozenset[int] = frozenset()
    while True:
        excess = {place: whole[place][0] * size - earned * whole[place][1] for place in loose}
        found = frozenset(sorted(loose, key=lambda place: (excess[place], place))[:count])
        new_earned, new_size = _sums(whole, found)
        if dropped and new_earned * size <= earned * new_size:
            return dropped
        dropped, earned, size = found, new_earned, new_size
