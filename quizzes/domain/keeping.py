"""Which attempt counts when there are several."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from quizzes.domain.base import ZERO
from quizzes.domain.behaviour import repeated_for_mastery
from quizzes.domain.messages import gettext_noop as _


class Keep(StrEnum):
    """The rule by which several attempts become one result."""

    HIGHEST = "highest"
    MEAN = "mean"
    FIRST = "first"
    LAST = "last"
    MASTERY = "mastery"


WORDS: dict[Keep, str] = {
    Keep.HIGHEST: _("Your best attempt counts."),
    Keep.MEAN: _("The mean of your attempts counts."),
    Keep.FIRST: _("Your first attempt counts."),
    Keep.LAST: _("Your last attempt counts."),
    Keep.MASTERY: _("Attempts add up: two that are all right make the whole, one alone makes half."),
}
MASTERY_BASE = Decimal("0.5")


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
