"""Which work of a category is dropped (F9). Everything is exact; raising a score never lowers what is kept."""

from __future__ import annotations

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
class Dropped:
    """Places of what is dropped, in the order the portions came in."""

    lowest: frozenset[int] = frozenset()
    highest: frozenset[int] = frozenset()


def ratio(portions: Sequence[Portion], without: Collection[int] = ()) -> Fraction | None:
    """Return earned over possible of all portions but some; None where nothing could be earned."""
    kept = [portion for place, portion in enumerate(portions) if place not in without]
    size = sum((portion.size for portion in kept), NOUGHT)
    return sum((portion.earned for portion in kept), NOUGHT) / size if size else None


def drop(portions: Sequence[Portion], *, lowest: int = 0, highest: int = 0) -> Dropped:
    """Return what is dropped: first so many of the lowest, then so many of the highest of the rest.

    The lowest are those without which the ratio is highest: portions of one size lose the smallest shares, portions
    of different sizes may lose another than the smallest share. Where the highest are dropped too, all portions are of
    one size; else a better score could lower the ratio, and `ValueError` is raised. One portion is always kept.
    """
    loose = [place for place, portion in enumerate(portions) if not portion.is_fixed and portion.size]
    if highest and len({portions[place].size for place in loose}) > 1:
        raise ValueError("The highest can be dropped only among portions of one size.")
    spare = 0 if any(portion.is_fixed and portion.size for portion in portions) else 1
    lowest = min(lowest, max(0, len(loose) - spare))
    highest = min(highest, max(0, len(loose) - lowest - spare))
    low = _lowest(portions, loose, lowest)
    rest = sorted((place for place in loose if place not in low), key=lambda place: (-portions[place].earned, place))
    return Dropped(low, frozenset(rest[:highest]))


def _lowest(portions: Sequence[Portion], loose: Sequence[int], count: int) -> frozenset[int]:
    """Return the `count` places without which the ratio is highest.

    The best ratio q is the one at which the largest sums of earned − q·size reach 0 (F9). Each round takes those for
    the ratio of the round before (Dinkelbach, Management Science 13, 1967): it only rises, and ends at the best.
    """
    if not count:
        return frozenset()
    dropped: frozenset[int] = frozenset()
    best = ratio(portions) or NOUGHT
    while True:
        excess = {place: portions[place].earned - best * portions[place].size for place in loose}
        found = frozenset(sorted(loose, key=lambda place: (excess[place], place))[:count])
        reached = ratio(portions, found) or NOUGHT
        if dropped and reached <= best:
            return dropped
        dropped, best = found, reached
