"""Rules that say what a set of ticks earns, reckoned from four counts."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from functools import cache
from itertools import product
from math import comb
from typing import Literal, TypeAlias

from quizzes.domain.base import ONE, ZERO
from quizzes.domain.messages import gettext_noop as _

CountRule: TypeAlias = Literal["net", "all", "decisions", "coverage", "halves", "proportional"]
COUNT_RULES: dict[CountRule, str] = {
    "net": _("Right choices less wrong ones, never below zero. Ticking everything earns nothing."),
    "all": _("All or nothing: every right option and no other."),
    "decisions": _("Each option counts: ticked if right, left if wrong. Ticking none or all earns nothing."),
    "coverage": _(
        "The part of the right options you ticked, times the part of your ticks that are right."
        " Ticking everything earns nothing."
    ),
    "halves": _(
        "One mistake leaves a half, two leave a quarter, more leave nothing. Ticking none or all earns nothing."
    ),
    "proportional": _("Each right choice earns an equal part; one wrong choice loses everything."),
}


def share_of_ticks(rule: CountRule, ticked: Collection[str], *, right: Collection[str], offered: int) -> Decimal:
    """Return what ticks earn under a rule; `offered` says how many options there were."""
    hits = len(set(ticked) & set(right))
    return _share(rule, hits, len(ticked) - hits, len(right), offered)


def mean_share_of_ticks(rule: CountRule, *, right: int, offered: int) -> Decimal:
    """Return the mean over all sets of ticks, each as likely as another; no tick at all is a blank."""
    return _mean_share(rule, right, offered)


def _share(rule: CountRule, hits: int, misses: int, right: int, offered: int) -> Decimal:
    """Return the share of so many right and wrong ticks.

    Sources: `net` and `coverage` are those of PrairieLearn's checkbox element, `decisions` and `halves` those
    of edX, `proportional` is that of RELATE. That ticking everything earns nothing, unless
    everything is right, is our own, under every rule.
    """
    mistakes = misses + right - hits
    if mistakes == 0:
        return ONE
    if hits + misses in (0, offered):
        return ZERO
    match rule:
        case "net":
            return max(ZERO, Decimal(hits - misses) / right)
        case "decisions":
            return Decimal(offered - mistakes) / offered
        case "coverage":
            return Decimal(hits * hits) / (right * (hits + misses))
        case "proportional":
            return ZERO if misses else Decimal(hits) / right
        case "halves":
            return _halved(mistakes, offered)
        case "all":
            return ZERO


def _halved(mistakes: int, offered: int) -> Decimal:
    if mistakes == 1 and offered >= 3:
        return Decimal("0.5")
    if mistakes == 2 and offered >= 5:
        return Decimal("0.25")
    return ZERO


@cache
def _mean_share(rule: CountRule, right: int, offered: int) -> Decimal:
    total = ZERO
    for hits, misses in product(range(right + 1), range(offered - right + 1)):
        total += comb(right, hits) * comb(offered - right, misses) * _share(rule, hits, misses, right, offered)
    return total / 2**offered
