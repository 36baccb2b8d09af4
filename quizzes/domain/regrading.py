"""Putting marks right: what a regrade does to the share of an answer. Everything is a pure function of what is stored.

Source of the choices: Canvas's regrade options (full credit, both keys, new key, keep), and options always right or
left out as in RELATE's choice questions; that a mark may be told never to fall is our own (F3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from quizzes.domain.base import ONE, ZERO, Answer, InvalidAnswer, points_earned
from quizzes.domain.kinds import AnySpec
from quizzes.domain.messages import gettext_noop as _

Marker = Callable[[Answer], Decimal | None]
"""Gives the raw share of an answer; None: the question does not count for it."""


class Fix(StrEnum):
    """What a regrade does."""

    CREDIT_ALL = "credit_all"
    BOTH_KEYS = "both_keys"
    NEW_KEY = "new_key"
    DISREGARD = "disregard"
    OPTIONS = "options"
    KEEP = "keep"


WORDS: dict[Fix, str] = {
    Fix.CREDIT_ALL: _("full credit to everybody"),
    Fix.BOTH_KEYS: _("the old key and the new one are both right"),
    Fix.NEW_KEY: _("only the new key is right"),
    Fix.DISREGARD: _("the question does not count, neither earned nor possible"),
    Fix.OPTIONS: _("some options are always right, or do not count"),
    Fix.KEEP: _("marks stay as they are"),
}


@dataclass(frozen=True)
class Adjustment:
    """One regrade of one revision. `spec` holds the new key; the option keys are the author's."""

    fix: Fix
    spec: AnySpec | None = None
    always_right: frozenset[str] = frozenset()
    disregarded: frozenset[str] = frozenset()
    never_lower: bool = True
    touches_human: bool = False


@dataclass(frozen=True)
class Marked:
    """One question of a paper as marked: its worth and the share earned; None: it does not count."""

    worth: Decimal
    share: Decimal | None

    @property
    def points(self) -> Decimal:
        """Return the points earned."""
        return ZERO if self.share is None else points_earned(self.share, worth=self.worth)


@dataclass(frozen=True)
class PaperScore:
    """What a paper earns: before and after the credit for when it came in, and what it is out of."""

    raw: Decimal
    score: Decimal
    possible: Decimal


def marker(spec: AnySpec, adjustments: Sequence[Adjustment] = ()) -> Marker:
    """Return what marks answers to a revision once its regrades, in the order they were made, are counted in."""
    mark: Marker = spec.share_of
    for adjustment in adjustments:
        mark = _adjusted(spec, mark, adjustment)
    return mark


def score_of(paper: Sequence[Marked], *, credit_percent: int = 100) -> PaperScore:
    """Add up a paper. Points were rounded question by question; the credit is taken of their sum, to the hundredth."""
    counted = [each for each in paper if each.share is not None]
    raw = sum((each.points for each in counted), ZERO)
    score = points_earned(Decimal(credit_percent) / 100, worth=raw)
    return PaperScore(raw, score, sum((each.worth for each in counted), ZERO))


def _adjusted(spec: AnySpec, before: Marker, adjustment: Adjustment) -> Marker:
    def mark(answer: Answer) -> Decimal | None:
        old, new = before(answer), _fixed(spec, before, adjustment, answer)
        if adjustment.never_lower and old is not None and new is not None:
            return max(old, new)
        return new

    return mark


def _fixed(spec: AnySpec, before: Marker, adjustment: Adjustment, answer: Answer) -> Decimal | None:
    match adjustment.fix:
        case Fix.CREDIT_ALL:
            return ONE
        case Fix.DISREGARD:
            return None
        case Fix.NEW_KEY:
            return _share_by(adjustment.spec, answer)
        case Fix.BOTH_KEYS:
            old = before(answer)
            return None if old is None else max(old, _share_by(adjustment.spec, answer))
        case Fix.OPTIONS:
            return _by_options(spec, before, adjustment, answer)
        case Fix.KEEP:
            return before(answer)


def _share_by(spec: AnySpec | None, answer: Answer) -> Decimal:
    """Mark by the new key; an answer the new words cannot hold earns nothing there."""
    if spec is None:
        return ZERO
    try:
        return spec.share_of(spec.clean(answer))
    except InvalidAnswer:
        return ZERO


def _by_options(spec: Any, before: Marker, adjustment: Adjustment, answer: Answer) -> Decimal | None:
    """Mark with some options always right and some left out.

    Single choice: an option always right earns everything, one left out takes the question out for whoever chose it.
    Multiple response: an option always right counts as right for those who ticked it and is left out for the others.
    """
    if answer is None:
        return before(answer)
    if isinstance(answer, str):
        if answer in adjustment.always_right:
            return ONE
        return None if answer in adjustment.disregarded else before(answer)
    chosen = set(answer)
    out = adjustment.disregarded | (adjustment.always_right - chosen)
    options = {
        key: option.model_copy(update={"correct": True}) if key in adjustment.always_right else option
        for key, option in spec.options.items()
        if key not in out
    }
    if not any(option.correct for option in options.values()):
        return None
    remade = spec.model_copy(update={"options": options})
    return Decimal(remade.share_of(sorted(chosen - out) or None))
