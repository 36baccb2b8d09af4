"""Which attempt counts when there are several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from quizzes.domain.base import ONE, ZERO
from quizzes.domain.behaviour import repeated_for_mastery
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named
from quizzes.domain.results import passes


class Keep(Named):
    """The rule by which several attempts become one result."""

    HIGHEST = "highest", _("the best")
    MEAN = "mean", _("the mean")
    FIRST = "first", _("the first")
    LAST = "last", _("the last")
    MASTERY = "mastery", _("they add up")


WORDS: dict[Keep, str] = {
    Keep.HIGHEST: _("Your best attempt counts."),
    Keep.MEAN: _("The mean of your attempts counts."),
    Keep.FIRST: _("Your first attempt counts."),
    Keep.LAST: _("Your last attempt counts."),
    Keep.MASTERY: _("Attempts add up: two that are all right make the whole, one alone makes half."),
}
MASTERY_BASE = Decimal("0.5")


@dataclass(frozen=True)
class Outcome:
    """What one submitted attempt earned so far; `waits`: a person has yet to mark some of it."""

    share: Decimal
    waits: bool = False


@dataclass(frozen=True)
class Kept:
    """What counts of several attempts.

    `waits`: something that counts is not marked yet, so that `share` says nothing of passing. `at_least` is what counts
    whatever becomes of it, where that is known; `at` the place of the one attempt that counts, where it is one.
    """

    share: Decimal
    waits: bool = False
    at_least: Decimal | None = None
    at: int | None = None

    def is_passed(self, pass_percent: int) -> bool | None:
        """Say whether it passes; None: that cannot be said before the rest is marked."""
        if not self.waits:
            return passes(self.share, pass_percent)
        return True if self.at_least is not None and passes(self.at_least, pass_percent) else None


def kept_of(rule: Keep, outcomes: Sequence[Outcome]) -> Kept | None:
    """Return what counts of attempts in the order they were submitted; None without any."""
    shares = [each.share for each in outcomes]
    share = kept_share(rule, shares)
    if share is None:
        return None
    if rule in (Keep.FIRST, Keep.LAST):
        at = 0 if rule is Keep.FIRST else len(outcomes) - 1
        return Kept(share, outcomes[at].waits, None, at)
    waits = any(each.waits for each in outcomes)
    if rule is Keep.HIGHEST:
        at_least = max((each.share for each in outcomes if not each.waits), default=None)
        return Kept(share, waits and at_least != ONE, at_least, shares.index(share))
    return Kept(share, waits)


def in_order(submitted_at: datetime | None, number: int) -> tuple[bool, datetime | None, int]:
    """Return what sorts attempts by when they were submitted, those not submitted last, else by number.

    The number says in which order attempts were started, or came along from a browser: an attempt opened again, or
    adopted from a guest, may have been submitted before others of a lower number.
    """
    return (submitted_at is None, submitted_at, number)


def kept_share(rule: Keep, shares: Sequence[Decimal]) -> Decimal | None:
    """Return the share that counts of attempts in the order they were submitted; None without any."""
    if not shares:
        return None
    match rule:
        case Keep.HIGHEST:
            return max(shares)
        case Keep.MEAN:
            return sum(shares, ZERO) / len(shares)
        case Keep.FIRST:
            return shares[0]
        case Keep.LAST:
            return shares[-1]
        case Keep.MASTERY:
            return repeated_for_mastery(shares, base=MASTERY_BASE)
