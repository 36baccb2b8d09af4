"""Practising what was missed: which questions a history leaves to practise, and how far each has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from quizzes.domain.certainty import BEST, RIGHT, Certainty

TWICE = 2
"""So often a question is to be answered right before it is finished; not necessarily in a row."""
GOOD_TEXT = Decimal("0.8")
"""The share from which a text that was graded counts as right: a full mark is rare (ours)."""


@dataclass(frozen=True)
class Answered:
    """An answer whose correctness its student may see. `item` and `objective` are numbers of rows.

    `share` is what it earned by itself, certainty aside; `tries` counts the answers that were checked before and with
    it. `is_practice`: it was given while practising what was missed.
    """

    item: int
    objective: int
    at: datetime
    share: Decimal
    tries: int = 1
    hints: int = 0
    confidence: int | None = None
    is_written: bool = False
    is_practice: bool = False

    @property
    def is_right(self) -> bool:
        """Say whether it was right at the first try and without a hint."""
        return self.share >= (GOOD_TEXT if self.is_written else 1) and self.tries <= 1 and not self.hints

    @property
    def is_missed(self) -> bool:
        """Say whether it is to be practised: wrong, partly right, with help, or right while unsure."""
        return not self.is_right or self.confidence == Certainty.LOW


@dataclass(frozen=True)
class Missed:
    """A question to practise: when it was missed first since it was last finished, and how often right since."""

    item: int
    objective: int
    at: datetime
    rights: int = 0

    @property
    def is_finished(self) -> bool:
        """Say whether it was right often enough."""
        return self.rights >= TWICE


def missed_of(history: Iterable[Answered]) -> dict[int, Missed]:
    """Return every question that was ever missed, by its number, with how far it has come.

    Missing it in a quiz begins the count again. Missing it in practice does not: it need not be right twice in a row.
    """
    found: dict[int, Missed] = {}
    for each in sorted(history, key=lambda answered: answered.at):
        before = found.get(each.item)
        if each.is_practice and before is not None and not before.is_finished:
            if each.is_right:
                found[each.item] = replace(before, rights=before.rights + 1)
        elif each.is_missed:
            found[each.item] = Missed(each.item, each.objective, each.at)
        elif before is not None:
            found[each.item] = replace(before, rights=min(TWICE, before.rights + 1))
    return found


def share_alone(share: Decimal, confidence: int | None) -> Decimal:
    """Return what an answer earned by itself, given its certainty-based share.

    >>> share_alone(Decimal(1) / 3, 1), share_alone(Decimal(-2), 3)
    (Decimal('1.00'), Decimal('0.00'))
    """
    level = Certainty(confidence) if confidence else Certainty.LOW
    return max(Decimal(0), share * BEST / RIGHT[level]).quantize(Decimal("0.01"))
