"""Rules that say what an order earns that is partly right."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import cache
from itertools import combinations, pairwise, permutations
from typing import Literal, TypeAlias

from quizzes.domain.base import ZERO
from quizzes.domain.messages import gettext_noop as _

OrderRule: TypeAlias = Literal["longest_run", "absolute", "pairs", "closeness", "graph", "all"]
ORDER_RULES: dict[OrderRule, str] = {
    "longest_run": _("The more entries stand in the right order among themselves, the more you earn."),
    "absolute": _("Each entry in its exact place earns an equal part."),
    "pairs": _("Each entry followed by the right one earns an equal part."),
    "closeness": _("The nearer each entry stands to its place, the more you earn."),
    "graph": _(
        "Several orders are right. Each entry that would have to be moved costs what two entries are worth,"
        " each left out what one is worth."
    ),
    "all": _("All or nothing: every entry in its place."),
}
Places: TypeAlias = tuple[int | None, ...]
"""The places given to the entries, listed as their author wrote them; None for an entry that has no place."""
Before: TypeAlias = frozenset[tuple[int, int]]
"""Which entry must stand before which, by their numbers from 0 as their author wrote them, directly or not."""


def share_of_order(rule: OrderRule, places: Places, before: Before = frozenset()) -> Decimal:
    """Return what an order earns.

    Sources: Moodle's ordering question for all but `graph`, which counts the least edits to a valid order as
    PrairieLearn's order blocks do.
    """
    size = len(places)
    match rule:
        case "longest_run":
            return Decimal(_longest_rise([place for place in places if place is not None])) / size
        case "pairs":
            neighbours = sum(second == first + 1 for first, second in pairwise(places) if first and second)
            return Decimal(neighbours) / (size - 1)
        case "closeness":
            near = sum(size - 1 - abs(place - right) for right, place in enumerate(places, start=1) if place)
            return Decimal(near) / (size * (size - 1))
        case "graph":
            return max(ZERO, Decimal(size - edits(places, before)) / size)
        case "absolute" | "all":
            exact = sum(place == right for right, place in enumerate(places, start=1))
            return Decimal(exact) / size if rule == "absolute" or exact == size else ZERO


@cache
def mean_share_of_orders(rule: OrderRule, size: int, before: Before = frozenset()) -> Decimal:
    """Return the mean over all orders, each as likely as another."""
    orders = list(permutations(range(1, size + 1)))
    return sum((share_of_order(rule, order, before) for order in orders), ZERO) / len(orders)


def all_before(after: Sequence[Collection[int]]) -> Before:
    """Return every pair of entries of which one must stand first, given what each entry stands directly after.

    An entry stands only after entries written before it.

    >>> sorted(all_before([[], [0], [1], []]))
    [(0, 1), (0, 2), (1, 2)]
    """
    earlier: list[set[int]] = []
    for direct in after:
        earlier.append(set(direct).union(*(earlier[entry] for entry in direct)))
    return frozenset((first, second) for second, firsts in enumerate(earlier) for first in firsts)


def kept(places: Places, before: Before) -> tuple[int, ...]:
    """Return the most entries that may stay where they are among themselves; those written first, where it is equal."""
    given = [entry for entry, place in enumerate(places) if place]
    clash = {pair for pair in combinations(given, 2) if _clashes(*pair, places, before)}
    for size in range(len(given), 0, -1):
        for entries in combinations(given, size):
            if clash.isdisjoint(combinations(entries, 2)):
                return entries
    return ()


def edits(places: Places, before: Before) -> int:
    """Return how many entries must be taken out and put in, at least, to make an order valid.

    What stays can always be filled up to a valid order, so only the largest such set has to be found.
    """
    given, stay = sum(place is not None for place in places), len(kept(places, before))
    return (given - stay) + (len(places) - stay)


def _clashes(first: int, second: int, places: Places, before: Before) -> bool:
    """Say whether of two entries, as their author listed them, the order given cannot stay; one place fits one only."""
    here, there = places[first] or 0, places[second] or 0
    return here == there or (here > there and (first, second) in before)


def _longest_rise(places: list[int]) -> int:
    """Return the length of the longest strictly increasing subsequence (patience sorting)."""
    tails: list[int] = []
    for place in places:
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
    return len(tails)
