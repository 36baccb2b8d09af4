"""How scores become a total, step by step (F9): late and missing work, drops, categories, weights. Exact throughout.

Raising one score never lowers a total. `current` leaves out what has no score yet; `final` counts it as nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction

from quizzes.domain.dropping import NOUGHT, Kept, Portion, keep
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named
from quizzes.domain.scales import Scale, settled

HUNDRED = Fraction(100)
_DAY = timedelta(days=1)


class Mode(Named):
    """How the work of a category becomes one per cent."""

    POINTS = "points", _("points earned of points possible")
    PERCENTS = "percents", _("mean of percents")


class Basis(Named):
    """Which of two totals."""

    CURRENT = "current", _("current")
    FINAL = "final", _("final")


class Status(Named):
    """How far one piece of work is, for the gradebook."""

    SCORED = "scored", _("scored")
    WAITS = "waits", _("to be graded")
    MISSING = "missing", _("missing")
    AHEAD = "ahead", _("not due yet")
    EXCUSED = "excused", _("excused")


class Fate(Named):
    """What becomes of one piece of work in its category."""

    COUNTS = "counts", _("counts")
    EXTRA = "extra", _("extra credit")
    LOWEST = "lowest", _("dropped, the lowest")
    HIGHEST = "highest", _("dropped, the highest")
    LEFT_OUT = "left_out", _("left out")


class StepKind(Named):
    """What changed a score on its way into its category."""

    RAW = "raw", _("score")
    TRIES = "tries", _("attempts")
    CREDIT = "credit", _("credit by time")
    LATE = "late", _("late")
    MISSING = "missing", _("missing")
    NOTHING = "nothing", _("nothing yet, counts as 0")
    BY_HAND = "by_hand", _("set by hand")


@dataclass(frozen=True)
class LateRule:
    """What lateness costs: `rate` per cent of the maximum for each interval begun, never below `floor` per cent."""

    rate: Decimal
    interval: timedelta = _DAY
    floor: Decimal = Decimal(0)

    def deduction(self, share: Fraction, periods: int) -> Fraction:
        """Return what is taken off a share for so many intervals."""
        above = max(share - Fraction(self.floor) / HUNDRED, NOUGHT)
        return min(Fraction(self.rate) * periods / HUNDRED, above)

    def periods(self, due: datetime, at: datetime, zone: tzinfo) -> int:
        """Return how many intervals late something is. Days are days of the calendar in that zone, hours are hours."""
        if at <= due:
            return 0
        late = at - due
        if self.interval % _DAY == timedelta(0):
            late = at.astimezone(zone).replace(tzinfo=None) - due.astimezone(zone).replace(tzinfo=None)
        return max(1, math.ceil(late / self.interval))


@dataclass(frozen=True)
class Category:
    """A part of the total with its weight. Percents are averaged alike, whatever their points, where any is dropped."""

    key: str
    weight: Decimal = Decimal(1)
    mode: Mode = Mode.POINTS
    drop_lowest: int = 0
    drop_highest: int = 0

    def __post_init__(self) -> None:
        """Refuse what would let a better score lower the total."""
        if self.drop_highest and self.mode is Mode.POINTS:
            raise ValueError("The highest can be dropped only from a mean of percents.")
        if self.weight < 0 or self.drop_lowest < 0 or self.drop_highest < 0:
            raise ValueError("A weight and the numbers to drop are 0 or more.")


@dataclass(frozen=True)
class Policy:
    """How a class adds up."""

    categories: tuple[Category, ...]
    late: LateRule | None = None
    missing: Decimal | None = None
    """Per cent that missing work earns; None: it has no score, as work that is not due yet."""
    scale: Scale = field(default_factory=Scale)


@dataclass(frozen=True)
class Sitting:
    """One submitted attempt, to explain what counts: its share before and after the quiz's credit by time."""

    number: int
    raw: Fraction
    credit_percent: Decimal = Decimal(100)
    counts: bool = True

    @property
    def share(self) -> Fraction:
        """Return what it earned."""
        return self.raw * Fraction(self.credit_percent) / HUNDRED


@dataclass(frozen=True)
class Piece:
    """One piece of assigned work of one student: the share that counts of several attempts, and what is known of it."""

    key: str
    category: str
    possible: Decimal
    """Points at most, more than 0."""
    status: Status = Status.AHEAD
    share: Fraction | None = None
    """0 to 1; more is possible where a quiz gives credit for early work. Only work with status SCORED has one."""
    weight: Decimal = Decimal(1)
    is_extra: bool = False
    never_dropped: bool = False
    late_periods: int = 0
    by_hand: bool = False
    """The share was set by a person: no late rule applies to it."""
    sittings: tuple[Sitting, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of a piece's score: the share before and after it, with the number that it goes by.

    That number is which attempt (0 where none is told apart), how many there were, per cent of credit, intervals late,
    or per cent for missing work.
    """

    kind: StepKind
    before: Fraction | None
    after: Fraction
    number: Decimal = Decimal(0)


@dataclass(frozen=True)
class Line:
    """One piece with its way into the total. `share` is None where it has no score and is left out."""

    piece: Piece
    steps: tuple[Step, ...]
    share: Fraction | None
    fate: Fate = Fate.LEFT_OUT

    @property
    def earned(self) -> Fraction | None:
        """Return what it earned in points."""
        return None if self.share is None else self.share * Fraction(self.piece.possible)


@dataclass(frozen=True)
class CategoryTotal:
    """A category with its lines. `earned` of `possible` is in points, or in pieces for a mean of percents."""

    category: Category
    lines: tuple[Line, ...]
    earned: Fraction
    possible: Fraction
    percent: Fraction | None
    """None: nothing in it counts, so that the others share its weight."""
    part: Fraction = NOUGHT
    """The part of the total that it makes, 0 to 1, after the weights were shared out."""

    @property
    def contribution(self) -> Fraction:
        """Return what it adds to the total, in per cent."""
        return self.part * self.percent if self.percent is not None else NOUGHT


@dataclass(frozen=True)
class Total:
    """A total with everything it arose from. `percent` is None where nothing counts yet."""

    basis: Basis
    categories: tuple[CategoryTotal, ...]
    percent: Fraction | None
    worked_out: Fraction | None
    """What the categories add up to; `percent` differs where a person set the total."""
    grade: str = ""


def total_of(policy: Policy, pieces: Sequence[Piece], basis: Basis, *, by_hand: Decimal | None = None) -> Total:
    """Return a student's total. Pieces of no category of the policy do not count; excused ones count nowhere."""
    found = [_category_total(policy, each, pieces, basis) for each in policy.categories]
    weights = sum((Fraction(each.category.weight) for each in found if each.percent is not None), NOUGHT)
    parts = tuple(_with_part(each, weights) for each in found)
    worked_out = settled(sum((each.contribution for each in parts), NOUGHT)) if weights else None
    percent = worked_out if by_hand is None else Fraction(by_hand)
    return Total(basis, parts, percent, worked_out, "" if percent is None else policy.scale.grade_of(percent))


def _with_part(total: CategoryTotal, weights: Fraction) -> CategoryTotal:
    if total.percent is None or not weights:
        return total
    part = Fraction(total.category.weight) / weights
    return CategoryTotal(total.category, total.lines, total.earned, total.possible, total.percent, part)


def line_of(policy: Policy, piece: Piece, basis: Basis) -> Line:
    """Return how one piece's score arose, before its category drops anything."""
    if piece.status is Status.SCORED and piece.share is not None:
        steps = _scored(policy, piece, piece.share)
    else:
        steps = _unscored(policy, piece, basis)
    return Line(piece, steps, steps[-1].after if steps else None)


def _scored(policy: Policy, piece: Piece, share: Fraction) -> tuple[Step, ...]:
    if piece.by_hand:
        return (Step(StepKind.BY_HAND, None, share),)
    steps = [Step(StepKind.RAW, None, each.raw, Decimal(each.number)) for each in piece.sittings]
    steps = steps or [Step(StepKind.RAW, None, share)]
    counted = [each for each in piece.sittings if each.counts]
    if len(piece.sittings) > 1:
        raw = counted[0].raw if len(counted) == 1 else share
        steps.append(Step(StepKind.TRIES, None, raw, Decimal(len(piece.sittings))))
    if len(counted) == 1 and counted[0].credit_percent != HUNDRED:
        steps.append(Step(StepKind.CREDIT, counted[0].raw, share, counted[0].credit_percent))
    if policy.late is not None and piece.late_periods:
        late = share - policy.late.deduction(share, piece.late_periods)
        steps.append(Step(StepKind.LATE, share, late, Decimal(piece.late_periods)))
    return tuple(steps)


def _unscored(policy: Policy, piece: Piece, basis: Basis) -> tuple[Step, ...]:
    """Return what becomes of work without a score. Extra credit that was not done is never missing."""
    if piece.status is Status.EXCUSED or piece.is_extra:
        return ()
    if piece.status is Status.MISSING and policy.missing is not None:
        return (Step(StepKind.MISSING, None, Fraction(policy.missing) / HUNDRED, policy.missing),)
    return (Step(StepKind.NOTHING, None, NOUGHT),) if basis is Basis.FINAL else ()


def _category_total(policy: Policy, category: Category, pieces: Sequence[Piece], basis: Basis) -> CategoryTotal:
    lines = [line_of(policy, piece, basis) for piece in pieces if piece.category == category.key]
    counted = [line for line in lines if line.share is not None]
    kept = keep(
        [_portion(category, line) for line in counted], lowest=category.drop_lowest, highest=category.drop_highest
    )
    fates = {id(line): _fate(line, place, kept) for place, line in enumerate(counted)}
    return CategoryTotal(
        category,
        tuple(Line(line.piece, line.steps, line.share, fates.get(id(line), Fate.LEFT_OUT)) for line in lines),
        kept.earned,
        kept.size,
        None if kept.ratio is None else HUNDRED * kept.ratio,
    )


def _fate(line: Line, place: int, kept: Kept) -> Fate:
    if place in kept.lowest:
        return Fate.LOWEST
    if place in kept.highest:
        return Fate.HIGHEST
    return Fate.EXTRA if line.piece.is_extra else Fate.COUNTS


def _portion(category: Category, line: Line) -> Portion:
    """Return a piece in the unit of its category. Extra credit adds to what is earned, not to what is possible.

    Where percents are averaged and some dropped, each weighs the same: with weights of their own, the mean could fall
    when a better score lets another be dropped.
    """
    size = Fraction(line.piece.possible) if category.mode is Mode.POINTS else Fraction(1)
    if category.mode is Mode.POINTS or not (category.drop_lowest or category.drop_highest):
        size *= Fraction(line.piece.weight)
    earned = size * (line.share if line.share is not None else NOUGHT)
    is_fixed = line.piece.is_extra or line.piece.never_dropped
    return Portion(earned, NOUGHT if line.piece.is_extra else size, is_fixed)
