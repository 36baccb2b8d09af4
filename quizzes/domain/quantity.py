"""A number as people write it, accepted within a tolerance."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, model_validator

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
_FRACTION = re.compile(r"([+-]?)(?:(\d{1,15})\s+)?(\d{1,15})\s*/\s*(\d{1,15})")
_WITH_UNIT = re.compile(r"([-+−\d\s.,/'’_]*(?:[eE][-+]?\d{1,3})?)(.*)", re.DOTALL)
_SPACES = re.compile(r"[\s\u00a0\u202f'’_]")
_NO_NUMBER = _("Give a number, such as 1961 or 10.9.")


class Tolerance(Spec):
    """How far from the answer still counts as right."""

    kind: Literal["absolute", "relative", "geometric", "figures", "decimals"]
    value: Annotated[Number, Field(ge=0)]

    def accepts(self, given: Decimal, answer: Decimal) -> bool:
        """Compare in decimals, both bounds included.

        Sources: absolute (`nominal`), relative and geometric as in Moodle's numerical question type; figures and
        decimals as PrairieLearn's number input, but by rounding both numbers, as schools do, without a margin.
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
            case "decimals":
                return _cut(given, int(self.value)) == _cut(answer, int(self.value))

    def check(self, answer: Decimal) -> None:
        """Refuse a tolerance that makes no sense around an answer."""
        if self.kind in ("relative", "geometric") and answer == 0:
            raise ValueError(f"a {self.kind} tolerance around 0 accepts nothing else; use `absolute`")
        if self.kind == "figures" and (not 1 <= self.value <= 15 or self.value % 1):
            raise ValueError("`figures` wants a whole number of significant figures, 1 to 15")
        if self.kind == "decimals" and (self.value > 15 or self.value % 1):
            raise ValueError("`decimals` wants a whole number of decimals, 0 to 15")


class Near(Spec):
    """Another answer that earns a share of its own, or only a comment."""

    answer: Number
    tolerance: Tolerance = Tolerance(kind="absolute", value=ZERO)
    share: Share
    feedback: Line


class UnitPenalty(Spec):
    """What a right number loses whose unit is missing or unknown: a part of its share, or a share of its own.

    Source: Moodle's numerical question type, a part of the response's mark or of the question's mark.
    """

    rule: Literal["times", "minus"]
    value: Share
    feedback: Line

    def after(self, share: Decimal) -> Decimal:
        """Return what is left of a share."""
        return share * (ONE - self.value) if self.rule == "times" else max(ZERO, share - self.value)


class Quantity(Spec):
    """A number with what else it may be said to be. The kinds `numeric` and `numbers` are made of it."""

    answer: Number
    tolerance: Tolerance
    unit: Line
    unit_typed: StrictBool = False
    units: dict[Line, Annotated[Number, Field(gt=0)]] = Field(default_factory=dict)
    unit_penalty: UnitPenalty | None = None
    near: tuple[Near, ...] = ()
    feedback_right: Line
    feedback_wrong: Line

    @model_validator(mode="after")
    def _tolerances_make_sense(self) -> Self:
        self.tolerance.check(self.answer)
        for near in self.near:
            near.tolerance.check(near.answer)
        return self

    @model_validator(mode="after")
    def _units_make_sense(self) -> Self:
        if not self.unit_typed:
            if self.units or self.unit_penalty:
                raise ValueError("`units` and `unit_penalty` belong to `unit_typed: true`")
            return self
        if self.unit_penalty is None:
            raise ValueError("with `unit_typed` say by `unit_penalty` what a missing or unknown unit costs")
        if self.units.get(self.unit, ONE) != ONE:
            raise ValueError(f"`answer` is in {self.unit}, so {self.unit} counts 1 in `units`")
        if unreadable := [unit for unit in self._known() if _split(f"1 {unit}") != ("1", unit)]:
            raise ValueError(f"these units cannot be told from the number before them: {', '.join(unreadable)}")
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
        self.number(typed)
        return typed

    def number(self, typed: str) -> Decimal:
        """Return the number typed, in the unit of the answer."""
        if not self.unit_typed:
            return read_number(typed, unit=self.unit)
        number, unit = _split(typed)
        return read_number(number) * self._known().get(unit, ONE)

    def gist(self, typed: str) -> tuple[Decimal, bool]:
        """Return the number, however it was written, and whether it has a unit that is known."""
        return self.number(typed), self._has_unit(typed)

    def earned(self, typed: str | None) -> Decimal:
        """Everything within the tolerance, the stated share for a near answer; the first that fits wins."""
        if typed is None:
            return ZERO
        given = self.number(typed)
        if self.tolerance.accepts(given, self.answer):
            share = ONE
        else:
            share = near.share if (near := self._near(given)) else ZERO
        return self.unit_penalty.after(share) if self.unit_penalty and not self._has_unit(typed) else share

    def plain(self) -> str:
        """Return the exact answer, written plainly."""
        return f"{self.answer.normalize():f}"

    def best(self) -> str:
        """Return an answer that earns everything."""
        return f"{self.plain()} {self.unit}" if self.unit_typed else self.plain()

    def says(self, typed: str) -> str:
        """Return the number as typed, with its unit."""
        return typed if self.unit_typed else f"{typed} {self.unit}"

    def row(self, label: str, typed: str | None) -> ReviewRow:
        """Set what was typed beside the exact answer."""
        verdict = typed_verdict(typed, self.earned(typed))
        right = f"{self.plain()} {self.unit}"
        return ReviewRow(label, typed or "", right, verdict, self._feedback(typed))

    @property
    def is_exact(self) -> bool:
        """Say whether one number only is right."""
        return self.tolerance.kind == "absolute" and self.tolerance.value == 0

    @property
    def shown_unit(self) -> str:
        """Return the unit that stands behind the field, or nothing where it is to be typed."""
        return "" if self.unit_typed else self.unit

    def _feedback(self, typed: str | None) -> str:
        if typed is None:
            return self.feedback_wrong
        given = self.number(typed)
        if self.tolerance.accepts(given, self.answer):
            penalty = None if self._has_unit(typed) else self.unit_penalty
            return penalty.feedback if penalty else self.feedback_right
        near = self._near(given)
        return near.feedback if near else self.feedback_wrong

    def _near(self, given: Decimal) -> Near | None:
        return next((near for near in self.near if near.tolerance.accepts(given, near.answer)), None)

    def _known(self) -> dict[str, Decimal]:
        return {self.unit: ONE, **self.units}

    def _has_unit(self, typed: str) -> bool:
        return _split(typed)[1] in self._known()


def read_number(typed: str, *, unit: str = "") -> Decimal:
    """Read a number as people write it; raise InvalidAnswer in words fit to show.

    >>> [str(read_number(typed)) for typed in ("1 000,5", "1,000.5", "1.000,5", "2.2e3")]
    ['1000.5', '1000.5', '1000.5', '2.2E+3']
    >>> str(read_number("90 %", unit="per cent")), str(read_number("1 1/2"))
    ('90', '1.5')
    """
    text = typed.strip().replace("−", "-")
    for ending in filter(None, (unit, unit.rstrip("s"), "%" if unit in ("per cent", "%") else "")):
        text = text.removesuffix(ending)
    if "/" in text:
        return _fraction(text.strip())
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
        raise InvalidAnswer(_NO_NUMBER) from None


def _fraction(text: str) -> Decimal:
    """Read 1/3, or 1 1/2; a space is no mark of thousands here, so 1 000/3 is refused."""
    found = _FRACTION.fullmatch(text)
    if not found or not int(found[4]) or (found[2] and (found[3][0] == "0" or int(found[3]) >= int(found[4]))):
        raise InvalidAnswer(_NO_NUMBER)
    sign, whole, above, below = found.groups()
    number = Decimal(whole or 0) + Decimal(above) / Decimal(below)
    return -number if sign == "-" else number


def _split(typed: str) -> tuple[str, str]:
    """Return the number and the unit typed behind it.

    >>> _split("1 100 km"), _split("2e3"), _split("90%")
    (('1 100', 'km'), ('2e3', ''), ('90', '%'))
    """
    found = _WITH_UNIT.fullmatch(typed.strip())
    number, unit = found.groups() if found else (typed, "")
    return number.strip(), " ".join(unit.split())


def _cut(number: Decimal, decimals: int) -> Decimal:
    """Round to so many decimals, halves away from zero; the precision is that of the longest number one may type."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=3 * MAX_TYPED + 100))


def _rounded(number: Decimal, figures: int) -> Decimal:
    """Round to so many significant figures, halves away from zero as schools teach it."""
    return Context(prec=figures, rounding=ROUND_HALF_UP).plus(number)
