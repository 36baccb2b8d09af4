"""Rules that say what an order earns that is partly right."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import cache
from itertools import combinations, pairwise, permutations
from typing import Literal, TypeAlias

from quizzes.domain.base import RULES, ZERO
from quizzes.domain.messages import gettext_noop as _

OrderRule: TypeAlias = Literal["longest_run", "absolute", "pairs", "closeness", "graph", "all"]
ORDER_RULES: dict[OrderRule, str] = {
    "longest_run": _(
        "The more entries stand in the right order among themselves, the more you earn; one alone earns nothing."
    ),
    "absolute": _("Each entry in its exact place earns an equal part."),
    "pairs": _("Each entry directly followed by the right one earns an equal part."),
    "closeness": _("The nearer each entry stands to its place, the more you earn; the order reversed earns nothing."),
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


def share_of_order(rule: OrderRule, places: Places, before: Before = frozenset(), *, rules: int = RULES) -> Decimal:
    """Return the share that an order earns, 0 to 1.

    A place given to several entries places none of them. Entries all in one place, a single entry placed and, under
    `longest_run`, `pairs` and `closeness`, the order exactly reversed earn nothing.

    Sources: Moodle's ordering question for `absolute`, `pairs`, `all` and for counting the longest run of at least two;
    `closeness` is Spearman's footrule, 1 − Σ|d| / ⌊n²/2⌋, where an entry without a place counts n − 1; `graph` counts
    the least edits to a valid order, as PrairieLearn's order blocks do.
    """
    if rules == 1:
        return _first_share(rule, places, before)
    places = each_to_itself(places)
    size = len(places)
    match rule:
        case "longest_run":
            return Decimal(max(0, _longest_rise([place for place in places if place]) - 1)) / (size - 1)
        case "closeness":
            off = sum(abs(place - right) if place else size - 1 for right, place in enumerate(places, start=1))
            return max(ZERO, 1 - Decimal(off) / (size * size // 2))
        case _:
            return _share_of_places(rule, places, before)


def _share_of_places(rule: OrderRule, places: Places, before: Before) -> Decimal:
    """Return what the rules earn that both editions have alike."""
    size = len(places)
    match rule:
        case "pairs":
            neighbours = sum(second == first + 1 for first, second in pairwise(places) if first and second)
            return Decimal(neighbours) / (size - 1)
        case "graph":
            return max(ZERO, Decimal(size - edits(places, before)) / size)
        case _:
            exact = sum(place == right for right, place in enumerate(places, start=1))
            return Decimal(exact) / size if rule == "absolute" or exact == size else ZERO


def _first_share(rule: OrderRule, places: Places, before: Before) -> Decimal:
    """Return what an order earns by the first edition of the rules (docs/decisions/0013-rules.md)."""
    size = len(places)
    match rule:
        case "longest_run":
            return Decimal(_longest_rise([place for place in places if place])) / size
        case "closeness":
            near = sum(size - 1 - abs(place - right) for right, place in enumerate(places, start=1) if place)
            return Decimal(near) / (size * (size - 1))
        case _:
            return _share_of_places(rule, places, before)


def each_to_itself(places: Places) -> Places:
    """Leave out the places that several entries share."""
    taken = Counter(places)
    return tuple(place if taken[place] == 1 else None for place in places)


@cache
def mean_share_of_orders(rule: OrderRule, size: int, before: Before = frozenset(), *, rules: int = RULES) -> Decimal:
    """Return the mean over all orders, each as likely as another."""
    orders = list(permutations(range(1, size + 1)))
    return sum((share_of_order(rule, order, before, rules=rules) for order in orders), ZERO) / len(orders)


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
