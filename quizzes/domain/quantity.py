"""A number as people write it, accepted within a tolerance."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from quizzes.domain.base import (
    MAX_TYPED,
    ONE,
    ZERO,
    Answer,
    InvalidAnswer,
    Line,
    ReviewRow,
    Share,
    Spec,
)
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.wording import typed_verdict


def _exact(value: object) -> object:
    """Take a float by its shortest decimal form: 0.1 in a file means one tenth exactly."""
    return str(value) if isinstance(value, float) else value


Number = Annotated[Decimal, BeforeValidator(_exact)]
_THOUSANDS_BY_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_THOUSANDS_BY_POINT = re.compile(r"[+-]?[1-9]\d{0,2}((\.\d{3}){2,}|(\.\d{3})+,\d+)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_SPACES = re.compile(r"[\s\u00a0\u202f'’_]")


class Tolerance(Spec):
    """How far from the answer still counts as right."""

    kind: Literal["absolute", "relative", "geometric", "figures"]
    value: Annotated[Number, Field(ge=0)]

    def accepts(self, given: Decimal, answer: Decimal) -> bool:
        """Compare in decimals, both bounds included.

        Source: absolute (`nominal`), relative and geometric as in Moodle's numerical question type; figures as
        PrairieLearn's comparison by significant figures.
        """
        match self.kind:
            case "absolute":
                return abs(given - answer) <= self.value
            case "relative":
                return abs(given - answer) <= self.value * abs(answer)
            case "geometric":
                low, high = sorted((answer / (ONE + self.value), answer * (ONE + self.value)))
                return low <= given <= high
            case "figures":
                return _rounded(given, int(self.value)) == _rounded(answer, int(self.value))


class Near(Spec):
    """Another answer that earns a share of its own, or only a comment."""

    answer: Number
    tolerance: Tolerance = Tolerance(kind="absolute", value=ZERO)
    share: Share
    feedback: Line


class Quantity(Spec):
    """A number with what else it may be said to be. The kinds `numeric` and `numbers` are made of it."""

    answer: Number
    tolerance: Tolerance
    unit: Line
    near: tuple[Near, ...] = ()
    feedback_right: Line
    feedback_wrong: Line

    @model_validator(mode="after")
    def _tolerances_make_sense(self) -> Self:
        for answer, tolerance in [
            (self.answer, self.tolerance),
            *((near.answer, near.tolerance) for near in self.near),
        ]:
            if tolerance.kind in ("relative", "geometric") and answer == 0:
                raise ValueError(f"a {tolerance.kind} tolerance around 0 accepts nothing else; use `absolute`")
            if tolerance.kind == "figures" and (not 1 <= tolerance.value <= 15 or tolerance.value % 1):
                raise ValueError("`figures` wants a whole number of significant figures, 1 to 15")
        return self

    def read(self, raw: Answer) -> str | None:
        """Return what was typed if it is a number in any common spelling, or None for a blank."""
        if raw is None:
            return None
        typed = str(raw).strip()
        if not typed:
            return None
        if len(typed) > MAX_TYPED:
            raise InvalidAnswer(_("This answer is too long; give one number."))
        read_number(typed, unit=self.unit)
        return typed

    def earned(self, typed: str | None) -> Decimal:
        """Everything within the tolerance, the stated share for a near answer; the first that fits wins."""
        if typed is None:
            return ZERO
        given = read_number(typed, unit=self.unit)
        if self.tolerance.accepts(given, self.answer):
            return ONE
        near = self._near(given)
        return near.share if near else ZERO

    def plain(self) -> str:
        """Return the exact answer, written plainly."""
        return f"{self.answer.normalize():f}"

    def row(self, label: str, typed: str | None) -> ReviewRow:
        """Set what was typed beside the exact answer."""
        share = self.earned(typed)
        near = None if typed is None or share == ONE else self._near(read_number(typed, unit=self.unit))
        feedback = near.feedback if near else self.feedback_right if share == ONE else self.feedback_wrong
        return ReviewRow(label, typed or "", f"{self.plain()} {self.unit}", typed_verdict(typed, share), feedback)

    @property
    def is_exact(self) -> bool:
        """Say whether one number only is right."""
        return self.tolerance.kind == "absolute" and self.tolerance.value == 0

    def _near(self, given: Decimal) -> Near | None:
        return next((near for near in self.near if near.tolerance.accepts(given, near.answer)), None)


def read_number(typed: str, *, unit: str = "") -> Decimal:
    """Read a number as people write it; raise InvalidAnswer in words fit to show.

    >>> [str(read_number(typed)) for typed in ("1 000,5", "1,000.5", "1.000,5", "2.2e3")]
    ['1000.5', '1000.5', '1000.5', '2.2E+3']
    >>> str(read_number("90 %", unit="per cent"))
    '90'
    """
    text = typed.strip().replace("−", "-")
    for ending in filter(None, (unit, unit.rstrip("s"), "%" if unit in ("per cent", "%") else "")):
        text = text.removesuffix(ending)
    text = _SPACES.sub("", text)
    if _THOUSANDS_BY_COMMA.fullmatch(text):
        text = text.replace(",", "")
    elif _THOUSANDS_BY_POINT.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", ".", 1)
    try:
        if not _NUMBER.fullmatch(text):
            raise InvalidOperation
        return Decimal(text)
    except InvalidOperation:
        raise InvalidAnswer(_("Give a number, such as 1961 or 10.9.")) from None


def _rounded(number: Decimal, figures: int) -> Decimal:
    """Round to so many significant figures, halves away from zero as schools teach it."""
    return Context(prec=figures, rounding=ROUND_HALF_UP).plus(number)
