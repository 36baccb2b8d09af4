"""Numbers: several numbers asked for by one question, each accepted within a tolerance of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from quizzes.domain.base import (
    ONE,
    ZERO,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Line,
    ReadAs,
    ReviewRow,
    Told,
    Weight,
    key_on_paper,
    name_on_paper,
    read_each,
)
from quizzes.domain.described import Asked, Measured, Said, Where, some_of
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.quantity import Quantity


class NumberField(Quantity):
    """One of the numbers: what it is of, and how much it counts."""

    label: Line
    weight: Weight = ONE


class NumbersSpec(ItemBase):
    """Several numbers. An answer maps field keys to numbers as they were typed; fields left open are absent."""

    new_rules: ClassVar[int] = 2
    told_while_trying: ClassVar[Told] = Told.PARTS
    kind: Literal["numbers"] = "numbers"
    fields: Annotated[InOrder[NumberField], Field(min_length=2, max_length=8)]

    def key_words(self) -> tuple[str, ...]:
        """Return the numbers."""
        return tuple(field.plain() for field in self.fields.values())

    def clean(self, raw: Answer) -> Answer:
        """Accept a mapping of numbers in any common spelling; empty fields are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, dict) or any(key not in self.fields for key in raw):
            raise InvalidAnswer(_("Give a number for each field."))
        return read_each(raw, {key: (field.label, field.read) for key, field in self.fields.items()})

    def mark(self, answer: Answer) -> Decimal:
        """Weight times share of each number, out of all weights."""
        won = sum((field.weight * field.earned(answer.get(key)) for key, field in self.fields.items()), ZERO)
        return won / sum((field.weight for field in self.fields.values()), ZERO)

    def gist(self, answer: Answer) -> Any:
        """Return the numbers, however they were written."""
        return {key: self.fields[key].gist(typed) for key, typed in answer.items()}

    def right_answer(self) -> Answer:
        """Return the exact numbers, written plainly, with their units where those are to be typed."""
        return {key: field.best() for key, field in self.fields.items()}

    def guess_share(self) -> Decimal:
        """Nothing: a number is not guessed blindly."""
        return ZERO

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Set each number beside the exact one."""
        typed = answer or {}
        return tuple(field.row(field.label, typed.get(key)) for key, field in self.fields.items())

    def read_as(self, answer: Answer) -> tuple[ReadAs, ...]:
        """Return the numbers whose spelling leaves two readings open, by the labels of their fields."""
        given = ((self.fields[key], typed) for key, typed in (answer or {}).items())
        found = (ReadAs(field.label, typed, field.readings(typed)) for field, typed in given)
        return tuple(each for each in found if each.numbers)

    def under(self, rules: int) -> Self:
        """Return the same fields, each marked by an edition of the rules."""
        fields = {key: field.under(rules) for key, field in self.fields.items()}
        return super().under(rules).model_copy(update={"fields": fields})

    def describe(self, answer: Answer) -> str:
        """Return the numbers as typed, with their labels and units."""
        said = ((self.fields[key], typed) for key, typed in answer.items())
        return "; ".join(f"{field.label}: {field.says(typed)}" for field, typed in said)

    def marking_rule(self) -> str:
        """Say whether all numbers count alike."""
        if len({field.weight for field in self.fields.values()}) == 1:
            return _("Each right number earns an equal part.")
        return _("Each right number earns a part; some count for more.")

    def parts(self, order: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002
        """Return the label and the unit of each field; no unit where it is to be typed."""
        fields = {
            str(place): {"label": field.label, "unit": field.shown_unit, "unit_typed": field.unit_typed}
            for place, field in enumerate(self.fields.values(), start=1)
        }
        return {"fields": fields}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Name the fields as their author did."""
        if not isinstance(raw, dict):
            return raw
        keys = list(self.fields)
        return {key_on_paper(name, keys): typed for name, typed in raw.items()}

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:  # noqa: ARG002
        """Name the fields as the paper does."""
        if answer is None:
            return None
        keys = list(self.fields)
        return {name_on_paper(key, keys): typed for key, typed in answer.items()}

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every field has a number."""
        return answer is not None and len(answer) == len(self.fields)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the labels."""
        for key, field in self.fields.items():
            yield ("fields", key, "label"), field.label

    def quantities(self) -> Iterator[Measured]:
        """Yield the number of each field."""
        for key, field in self.fields.items():
            yield field.measured(("fields", key))

    def asked(self) -> tuple[Asked, ...]:
        """Return each field, to type in."""
        return tuple(Asked(key, field.label) for key, field in self.fields.items())

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return what was typed in each field."""
        return {key: (self.fields[key].says(typed),) for key, typed in answer.items()}

    def explanations(self) -> Iterator[Said]:
        """Yield what is said of right, wrong and near numbers, field by field."""
        for key, field in self.fields.items():
            yield from field.said(("fields", key))

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Fill in some of the fields only."""
        return some_of(self.right_answer(), rng)
