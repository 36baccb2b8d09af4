"""Rules that say what a set of ticks earns, worked out from four counts."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import cache
from itertools import product
from math import comb
from typing import Literal, TypeAlias

from quizzes.domain.base import ONE, ZERO, Workings
from quizzes.domain.messages import gettext_noop as _

CountRule: TypeAlias = Literal["net", "all", "decisions", "coverage", "halves", "proportional"]
COUNT_RULES: dict[CountRule, str] = {
    "net": _(
        "Right choices less wrong ones, never below zero. Ticking everything earns nothing, unless everything is right."
    ),
    "all": _("All or nothing: every right option and no other."),
    "decisions": _("Each option counts: ticked if right, left if wrong. Ticking none or all earns nothing."),
    "coverage": _(
        "How many of the right options you ticked, times how many of your ticks are right, both as parts of one."
        " Ticking everything earns nothing, unless everything is right."
    ),
    "halves": _("One mistake leaves a half, two a quarter, more nothing. Ticking none or all earns nothing."),
    "proportional": _("Each right choice earns an equal part; one wrong choice loses everything."),
}

_COUNT = _("%(hits)d right and %(misses)d wrong chosen, %(right)d right in all: %(share)s")
_SUMS: dict[CountRule, str] = {
    "net": _(
        "%(hits)d right and %(misses)d wrong chosen, %(right)d right in all:"
        " (%(hits)d − %(misses)d)/%(right)d = %(share)s"
    ),
    "all": _COUNT,
    "decisions": _("%(well)d of %(offered)d options ticked or left as they should be: %(share)s"),
    "coverage": _(
        "%(hits)d right and %(misses)d wrong chosen, %(right)d right in all:"
        " %(hits)d/%(right)d × %(hits)d/(%(hits)d + %(misses)d) = %(share)s"
    ),
    "halves": _COUNT,
    "proportional": _COUNT,
}


def share_of_ticks(rule: CountRule, ticked: Collection[str], *, right: Collection[str], offered: int) -> Decimal:
    """Return what ticks earn under a rule; `offered` says how many options there were."""
    hits = len(set(ticked) & set(right))
    return _share(rule, hits, len(ticked) - hits, len(right), offered)


def workings_of_ticks(rule: CountRule, ticked: Collection[str], *, right: Collection[str], offered: int) -> Workings:
    """Return the count behind what ticks earn, with the sum where the rule is one."""
    hits = len(set(ticked) & set(right))
    misses = len(ticked) - hits
    share = _share(rule, hits, misses, len(right), offered)
    values = {
        "hits": hits,
        "misses": misses,
        "right": len(right),
        "offered": offered,
        "well": hits + offered - misses - len(right),
        "share": f"{share:.2f}",
    }
    return Workings(_SUMS[rule] if share > 0 else _COUNT, values, tells_key=True)


def ticked_nearly(right: Sequence[str], offered: Sequence[str], rng: random.Random) -> list[str] | None:
    """Return ticks that are nearly right: without the first right one, with one that is wrong; None for no tick."""
    others = [key for key in offered if key not in right]
    return sorted([*right[1:], *rng.sample(others, min(1, len(others)))]) or None


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
def mean_share_of_ticks(rule: CountRule, *, right: int, offered: int) -> Decimal:
    """Return the mean over all sets of ticks, each as likely as another; no tick at all is a blank."""
    counts = product(range(right + 1), range(offered - right + 1))
    shares = (
        comb(right, hits) * comb(offered - right, misses) * _share(rule, hits, misses, right, offered)
        for hits, misses in counts
    )
    return sum(shares, ZERO) / Decimal(2) ** offered
