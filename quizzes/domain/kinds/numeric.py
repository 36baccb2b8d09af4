"""A number, accepted within a tolerance."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal

from quizzes.domain.base import ONE, ZERO, Answer, ItemBase, ReadAs, ReviewRow
from quizzes.domain.described import Asked, Measured, Said, StemIs
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.quantity import Quantity

UNIT_RULES = {
    "times": _("One number with its unit. A missing or unknown unit costs a part of what the number earns."),
    "minus": _("One number with its unit. A missing or unknown unit costs a part of the points."),
}


class NumericSpec(Quantity, ItemBase):
    """A number within a tolerance. An answer is the number as it was typed."""

    new_rules: ClassVar[int] = 2
    stem_is: ClassVar[StemIs] = StemIs.QUESTION
    kind: Literal["numeric"] = "numeric"

    def key_words(self) -> tuple[str, ...]:
        """Return the number."""
        return (self.plain(),)

    def clean(self, raw: Answer) -> Answer:
        """Accept a number in any common spelling; keep it as it was typed."""
        return self.read(raw)

    def mark(self, answer: Answer) -> Decimal:
        """Everything within the tolerance, the stated share for a near answer."""
        return self.earned(answer)

    def right_answer(self) -> Answer:
        """Return the exact answer, written plainly, with its unit where that is to be typed."""
        return self.best()

    def guess_share(self) -> Decimal:
        """Nothing: a number is not guessed blindly."""
        return ZERO

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Set what was typed beside the exact answer."""
        return (self.row("", answer),)

    def read_as(self, answer: Answer) -> tuple[ReadAs, ...]:
        """Return the number where its spelling leaves two readings open."""
        numbers = self.readings(answer) if answer else ()
        return (ReadAs("", answer, numbers),) if numbers else ()

    def describe(self, answer: Answer) -> str:
        """Return the number as typed, with its unit."""
        return self.says(answer)

    def marking_rule(self) -> str:
        """Say whether the number must be exact, or what its unit costs."""
        if self.unit_penalty is not None:
            return UNIT_RULES[self.unit_penalty.rule]
        return _("One exact number.") if self.is_exact else _("One number; close is close enough.")

    def parts(self, order: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002
        """Return the unit that stands behind the field; nothing where it is to be typed."""
        return {"unit": self.shown_unit, "unit_typed": self.unit_typed}

    def quantities(self) -> Iterator[Measured]:
        """Yield the number."""
        yield self.measured()

    def asked(self) -> tuple[Asked, ...]:
        """Return the one place there is, to type in."""
        return (Asked(""),)

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return what was typed."""
        return {"": (self.says(answer),)}

    def explanations(self) -> Iterator[Said]:
        """Yield what is said of right, wrong and near numbers."""
        yield from self.said()

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Type a number that is far off."""
        while self.mark(typed := str(rng.randint(2, 400))) == ONE:
            continue
        return typed
