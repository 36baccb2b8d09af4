"""Confidence asked with an answer: certainty-based marks, and how well a student's confidence fits.

Source of marks and windows: Moodle's certainty-based marking (question/behaviour/behaviourbase.php).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from quizzes.domain.base import ONE, ZERO, ItemBase, points_earned
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named


class Confidence(Named):
    """What a quiz does with confidence."""

    OFF = "off", _("not asked")
    ASK = "ask", _("asked, never counts")
    CERTAINTY = "certainty", _("asked, certainty-based marks")


class Certainty(IntEnum):
    """How sure a student is."""

    LOW = 1
    MIDDLING = 2
    HIGH = 3


WORDS = {Certainty.LOW: _("not sure"), Certainty.MIDDLING: _("fairly sure"), Certainty.HIGH: _("certain")}
RIGHT = {Certainty.LOW: Decimal(1), Certainty.MIDDLING: Decimal(2), Certainty.HIGH: Decimal(3)}
WRONG = {Certainty.LOW: Decimal(0), Certainty.MIDDLING: Decimal(-2), Certainty.HIGH: Decimal(-6)}
BEST = RIGHT[Certainty.HIGH]
EXPECTED = {Certainty.LOW: Decimal("0.33"), Certainty.MIDDLING: Decimal("0.73"), Certainty.HIGH: Decimal("0.90")}
"""The chance of being right each level stands for: the middle of the window in which it is the best choice (ours)."""

_WINDOWS = {
    Certainty.LOW: (ZERO, Decimal(2) / 3),
    Certainty.MIDDLING: (Decimal(2) / 3, Decimal("0.8")),
    Certainty.HIGH: (Decimal("0.8"), ONE),
}
_NOTABLE = Decimal("0.5")
_PLACES = Decimal("0.0001")


def certainty_mark(share: Decimal, certainty: Certainty | None) -> Decimal:
    """Return the certainty-based mark, −6 to 3, of an answer that earned a share; without a level, the lowest holds.

    A share between is its part of what right earns; nothing at all is wrong as a whole.

    >>> [int(certainty_mark(share, Certainty.HIGH)) for share in (ONE, ZERO)]
    [3, -6]
    """
    level = certainty or Certainty.LOW
    return share * RIGHT[level] if share > 0 else WRONG[level]


def certainty_share(share: Decimal, certainty: Certainty | None) -> Decimal:
    """Return the certainty-based mark as a share of the best, −2 to 1, so that points add up as elsewhere."""
    return certainty_mark(share, certainty) / BEST


def share_before_certainty(share: Decimal, certainty: Certainty | None) -> Decimal:
    """Return what an answer earned by itself, from 0 to 1, given the share that certainty made of it.

    Shares are stored with six places; it has four, so that a third times three is a whole.

    >>> str(share_before_certainty(Decimal("0.333333"), Certainty.LOW))
    '1'
    """
    level = certainty or Certainty.LOW
    return min(ONE, (share * BEST / RIGHT[level]).quantize(_PLACES)) if share > 0 else ZERO


def stakes(certainty: Certainty, *, worth: Decimal) -> tuple[Decimal, Decimal]:
    """Return the points that a right and a wrong answer of a level earn in a question of a worth.

    >>> stakes(Certainty.HIGH, worth=Decimal(1))
    (Decimal('1.00'), Decimal('-2.00'))
    """
    right, wrong = (points_earned(certainty_share(share, certainty), worth=worth) for share in (ONE, ZERO))
    return right, wrong


def needs_level(rule: str, spec: ItemBase) -> bool:
    """Say whether an answer is unfinished without a level: where certainty changes its mark."""
    return rule == Confidence.CERTAINTY and spec.is_machine_marked


@dataclass(frozen=True)
class Judged:
    """One answer with the confidence given to it. `topic` is what the report groups by."""

    certainty: Certainty
    share: Decimal
    topic: str = ""

    @property
    def is_right(self) -> bool:
        """Say whether it earned everything."""
        return self.share == ONE


@dataclass(frozen=True)
class LevelReport:
    """What became of the answers given at one level of confidence."""

    certainty: Certainty
    count: int
    right: int

    @property
    def accuracy(self) -> Decimal | None:
        """Return the share of right answers, or None without any."""
        return Decimal(self.right) / self.count if self.count else None

    @property
    def tendency(self) -> str:
        """Say how confidence fits: `over`, `under`, `slightly over`, `slightly under` or `fits`; empty for none."""
        if self.accuracy is None:
            return ""
        low, high = _WINDOWS[self.certainty]
        if low <= self.accuracy <= high:
            return "fits"
        limit = low if self.accuracy < low else high
        word = "over" if self.accuracy < low else "under"
        is_notable = (self.accuracy - limit) ** 2 * self.count > _NOTABLE
        return word if is_notable else f"slightly {word}"


@dataclass(frozen=True)
class Calibration:
    """How confidence and knowledge meet: per level, the two kinds of surprise, and the Brier score."""

    levels: tuple[LevelReport, ...]
    lucky_guesses: int
    confident_errors: int
    brier: Decimal | None
    """Mean of (expected − right)²: 0 is perfect, 0.25 is a coin; None without answers."""
    average: Decimal | None
    """Mean certainty-based mark, −6 to 3."""


def calibration(judged: Sequence[Judged]) -> Calibration:
    """Return the report on answers that carry a confidence."""
    return Calibration(
        tuple(_level(level, judged) for level in Certainty),
        sum(each.certainty is Certainty.LOW and each.is_right for each in judged),
        sum(each.certainty is Certainty.HIGH and each.share == 0 for each in judged),
        _mean((EXPECTED[each.certainty] - each.share) ** 2 for each in judged),
        _mean(certainty_mark(each.share, each.certainty) for each in judged),
    )


def by_topic(judged: Sequence[Judged]) -> dict[str, Calibration]:
    """Return one report a topic, in the order the topics first occur."""
    topics = dict.fromkeys(each.topic for each in judged)
    return {topic: calibration([each for each in judged if each.topic == topic]) for topic in topics}


def _level(level: Certainty, judged: Sequence[Judged]) -> LevelReport:
    given = [each for each in judged if each.certainty is level]
    return LevelReport(level, len(given), sum(each.is_right for each in given))


def _mean(values: Iterable[Decimal]) -> Decimal | None:
    listed = list(values)
    return sum(listed, ZERO) / len(listed) if listed else None
