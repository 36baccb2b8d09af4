"""A number as people write it, accepted within a tolerance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator

from quizzes.domain import edition1
from quizzes.domain.base import ONE, ZERO, Answer, InvalidAnswer, Line, Number, ReviewRow, Ruled, Share, Spec
from quizzes.domain.cleaning import NOT_TEXT, read_typed
from quizzes.domain.described import Measured, Said, Where, said_of_near
from quizzes.domain.numerals import EXACT, NO_NUMBER, plainly
from quizzes.domain.units import Reading, read_typed_unit, read_with_unit
from quizzes.domain.wording import typed_verdict


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

    def covers(self, answer: Decimal, other: Tolerance, other_answer: Decimal) -> bool:
        """Say whether every number that another tolerance accepts around another answer is accepted here as well.

        What is accepted is one stretch of numbers, so its ends decide. Of one that is rounded the upper end is itself
        not accepted: it counts all the same, so that a close call is no.
        """
        return all(self.accepts(end, answer) for end in other.ends(other_answer))

    def ends(self, answer: Decimal) -> tuple[Decimal, Decimal]:
        """Return the least and the greatest number accepted around an answer; for a rounding, the bounds of it."""
        match self.kind:
            case "absolute":
                return answer - self.value, answer + self.value
            case "relative":
                off = self.value * abs(answer)
                return answer - off, answer + off
            case "geometric":
                low, high = sorted((answer / (ONE + self.value), answer * (ONE + self.value)))
                return low, high
            case "figures":
                middle = _rounded(answer, int(self.value))
                step = Decimal(1).scaleb(middle.adjusted() - int(self.value) + 1)
            case "decimals":
                middle, step = _cut(answer, int(self.value)), Decimal(1).scaleb(-int(self.value))
        return middle - step / 2, middle + step / 2

    def check(self, answer: Decimal) -> None:
        """Refuse a tolerance that makes no sense around an answer."""
        if self.kind in ("relative", "geometric") and answer == 0:
            raise ValueError(f"a {self.kind} tolerance around 0 accepts nothing else; use `absolute`")
        if self.kind == "figures" and (not 1 <= self.value <= 15 or self.value % 1):
            raise ValueError("`figures` wants a whole number of significant figures, 1 to 15")
        if self.kind == "decimals" and (self.value > 15 or self.value % 1):
            raise ValueError("`decimals` wants a whole number of decimals, 0 to 15")


EXACTLY = Tolerance(kind="absolute", value=ZERO)


class Near(Spec):
    """Another answer that earns a share of its own, or only a comment."""

    answer: Number
    tolerance: Tolerance = EXACTLY
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


class Quantity(Ruled):
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
        check_tolerances(self.answer, self.tolerance, self.near)
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
        if unreadable := [unit for unit in self._known() if edition1.split_unit(f"1 {unit}") != ("1", unit)]:
            raise ValueError(f"these units cannot be told from the number before them: {', '.join(unreadable)}")
        return self

    def measured(self, where: Where = ()) -> Measured:
        """Return it as the rules of item writing see it."""
        return Measured(self.answer, self.tolerance, self.unit, self.near, where)

    def said(self, where: Where = ()) -> Iterator[Said]:
        """Yield what is said of right, wrong and near numbers."""
        yield Said(self.feedback_right, (*where, "feedback_right"), is_right=True)
        yield Said(self.feedback_wrong, (*where, "feedback_wrong"), is_right=False)
        yield from said_of_near(self.near, where)

    def read(self, raw: Answer) -> str | None:
        """Return what was typed if it is a number in any common spelling, or None for a blank."""
        typed = self._typed(raw)
        if typed is not None:
            self.reading(typed)
        return typed

    def reading(self, typed: str) -> Reading:
        """Return the number typed, in the unit of the answer, in each of its readings; raise InvalidAnswer in words."""
        known = self._known() if self.unit_typed else None
        if self.rules == 1:
            number, has_unit = edition1.quantity_of(typed, self.unit, known)
            return Reading((number,), has_unit, (number,))
        return read_with_unit(typed, self.unit) if known is None else read_typed_unit(typed, known)

    def gist(self, typed: str) -> tuple[frozenset[Decimal], bool]:
        """Return the readings of the number, however it was written, and whether it has a unit that is known."""
        reading = self.reading(typed)
        return frozenset(reading.numbers), reading.has_unit

    def earned(self, typed: str | None) -> Decimal:
        """Everything within the tolerance, the stated share for a near answer; the first that fits wins.

        Of two readings of one spelling the better one counts.
        """
        if typed is None:
            return ZERO
        reading = self.reading(typed)
        share = max(map(self._share, reading.numbers))
        return self.unit_penalty.after(share) if self.unit_penalty and not reading.has_unit else share

    def readings(self, typed: str) -> tuple[str, ...]:
        """Return the numbers that one spelling may mean, where it leaves two open."""
        written = self.reading(typed).written
        return tuple(map(plainly, written)) if len(written) > 1 else ()

    def plain(self) -> str:
        """Return the exact answer, written plainly."""
        return plain_number(self.answer)

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
        read_as = self.readings(typed) if typed else ()
        return ReviewRow(label, typed or "", right, verdict, self._feedback(typed), read_as=read_as)

    @property
    def is_exact(self) -> bool:
        """Say whether one number only is right."""
        return self.tolerance.kind == "absolute" and self.tolerance.value == 0

    @property
    def shown_unit(self) -> str:
        """Return the unit that stands behind the field, or nothing where it is to be typed."""
        return "" if self.unit_typed else self.unit

    def _typed(self, raw: Answer) -> str | None:
        """Return what was typed, or is a number in JSON, as text."""
        if self.rules == 1:
            return edition1.read_words(None if raw is None else str(raw))
        is_number = isinstance(raw, int | float | Decimal) and not isinstance(raw, bool)
        try:
            return read_typed(str(raw) if is_number else raw)
        except InvalidAnswer as error:
            raise InvalidAnswer(NO_NUMBER) if error.problems[0].message == NOT_TEXT else error from None

    def _feedback(self, typed: str | None) -> str:
        if typed is None:
            return self.feedback_wrong
        reading = self.reading(typed)
        given = max(reading.numbers, key=self._fitness)
        if self.tolerance.accepts(given, self.answer):
            penalty = None if reading.has_unit else self.unit_penalty
            return penalty.feedback if penalty else self.feedback_right
        near = self._near(given)
        return near.feedback if near else self.feedback_wrong

    def _share(self, given: Decimal) -> Decimal:
        if self.tolerance.accepts(given, self.answer):
            return ONE
        return near.share if (near := self._near(given)) else ZERO

    def _fitness(self, given: Decimal) -> tuple[Decimal, bool]:
        return self._share(given), self._near(given) is not None

    def _near(self, given: Decimal) -> Near | None:
        return next((near for near in self.near if near.tolerance.accepts(given, near.answer)), None)

    def _known(self) -> dict[str, Decimal]:
        return {self.unit: ONE, **self.units}


def plain_number(number: Decimal) -> str:
    """Return a number without an exponent and without idle zeros."""
    return f"{number.normalize():f}"


def check_tolerances(answer: Decimal, tolerance: Tolerance, near: Iterable[Near]) -> None:
    """Refuse tolerances that make no sense around the right answer and those near it."""
    tolerance.check(answer)
    for each in near:
        each.tolerance.check(each.answer)


def _cut(number: Decimal, decimals: int) -> Decimal:
    """Round to so many decimals, halves away from zero; the precision is that of the longest number one may type."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT)


def _rounded(number: Decimal, figures: int) -> Decimal:
    """Round to so many significant figures, halves away from zero as schools teach it."""
    return Context(prec=figures, rounding=ROUND_HALF_UP).plus(number)
