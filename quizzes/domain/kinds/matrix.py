"""Matrix: a table of rows and columns, ticked in the columns that are right for each row."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from quizzes.domain.base import (
    ONE,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Key,
    Line,
    ReviewRow,
    Spec,
    Told,
    key_on_paper,
    name_on_paper,
    shuffled,
)
from quizzes.domain.described import Asked, Said, Where, texts_of
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.wording import typed_verdict

_ONE = _("Choose one of the columns in each row.")
_SEVERAL = _("Tick columns of the table in each row.")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class MatrixRow(Spec):
    """A row: its words, the columns that are right for it, and why."""

    text: Line
    right: Annotated[tuple[Key, ...], BeforeValidator(_listed), Field(min_length=1)]
    feedback: Line


class MatrixSpec(ItemBase):
    """Rows to be ticked in columns: one in each, or as many as are right.

    An answer maps row keys to sorted lists of column keys; rows without a tick are absent.
    """

    is_in_parts: ClassVar[bool] = True
    is_arranged: ClassVar[bool] = True
    lettered_parts: ClassVar[tuple[str, ...]] = ("columns",)
    told_while_trying: ClassVar[Told] = Told.PARTS

    kind: Literal["matrix"] = "matrix"
    choose: Literal["one", "several"] = "one"
    columns: Annotated[InOrder[Line], Field(min_length=2, max_length=6)]
    rows: Annotated[InOrder[MatrixRow], Field(min_length=2, max_length=10)]
    shuffle: StrictBool = True

    @model_validator(mode="after")
    def _rows_name_columns(self) -> MatrixSpec:
        rights = [row.right for row in self.rows.values()]
        if unknown := sorted({key for right in rights for key in right} - set(self.columns)):
            raise ValueError(f"rows name columns that are not listed: {', '.join(unknown)}")
        if any(len(set(right)) < len(right) for right in rights):
            raise ValueError("a row names a column twice")
        if self.choose == "one" and any(len(right) > 1 for right in rights):
            raise ValueError("a row has several right columns: write `choose: several`, or leave it one")
        if len({frozenset(right) for right in rights}) == 1:
            raise ValueError("all rows have the same right columns; let two rows differ at least")
        return self

    def clean(self, raw: Answer) -> Answer:
        """Accept a column or a list of columns by row; empty rows are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, dict):
            raise self._unread()
        if any(row not in self.rows for row, given in raw.items() if given not in (None, "")):
            raise self._unread()
        ticked = {row: self._columns_in(given) for row, given in raw.items()}
        return {row: ticked[row] for row in self.rows if ticked.get(row)} or None

    def mark(self, answer: Answer) -> Decimal:
        """Rows with exactly the right ticks, out of all rows."""
        return Decimal(sum(self._is_right(row, answer) for row in self.rows)) / len(self.rows)

    def right_answer(self) -> Answer:
        """Return every row with its right columns."""
        return {key: sorted(row.right) for key, row in self.rows.items()}

    def guess_share(self) -> Decimal:
        """One in as many as there are columns, or sets of columns where several may be ticked."""
        return ONE / (len(self.columns) if self.choose == "one" else 2 ** len(self.columns))

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each row."""
        given = answer or {}
        return tuple(
            ReviewRow(
                row.text,
                self._words(given.get(key, ())),
                self._words(row.right),
                typed_verdict(given.get(key), Decimal(self._is_right(key, given))),
                row.feedback,
            )
            for key, row in self.rows.items()
        )

    def describe(self, answer: Answer) -> str:
        """Return the rows with the columns ticked in them."""
        return "; ".join(f"{self.rows[key].text} → {self._words(columns)}" for key, columns in answer.items())

    def marking_rule(self) -> str:
        """Say that each row counts."""
        if self.choose == "one":
            return _("Each row with its right column earns an equal part.")
        return _("Each row with all its right ticks and no other earns an equal part.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the rows unless their order means something; the columns keep the author's order."""
        return shuffled(list(self.rows), rng) if self.shuffle else list(self.rows)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the wording of rows and columns, and whether a row takes one tick or several."""
        rows = {name_on_paper(key, order): self.rows[key].text for key in order}
        columns = {str(place): text for place, text in enumerate(self.columns.values(), start=1)}
        return {"choose": self.choose, "rows": rows, "columns": columns}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name rows and columns as their author did. A form may send each tick by itself, named `row.column`."""
        if not isinstance(raw, dict):
            return raw
        columns = list(self.columns)
        ticked: dict[str, list[str]] = {}
        for name, given in raw.items():
            row, _dot, column = str(name).partition(".")
            names = _listed(given)
            if not isinstance(names, list | tuple):
                return raw
            sent = [column] if column and any(names) else [each for each in names if each not in (None, "")]
            key = key_on_paper(row, order)
            ticked[key] = [*ticked.get(key, ()), *(key_on_paper(each, columns) for each in sent)]
        return ticked

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name rows and columns as the paper does."""
        if answer is None:
            return None
        columns = list(self.columns)
        return {
            name_on_paper(row, order): sorted(name_on_paper(column, columns) for column in ticked)
            for row, ticked in answer.items()
        }

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every row has a tick."""
        return answer is not None and len(answer) == len(self.rows)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the wording of the rows and of the columns."""
        yield from texts_of("rows", self.rows)
        yield from ((("columns", key), text) for key, text in self.columns.items())

    def asked(self) -> tuple[Asked, ...]:
        """Return each row, with the columns as options."""
        return tuple(Asked(key, row.text, self.columns, frozenset(row.right)) for key, row in self.rows.items())

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the columns ticked in each row."""
        return {row: tuple(columns) for row, columns in answer.items()}

    def explanations(self) -> Iterator[Said]:
        """Yield why each row has its columns."""
        for key, row in self.rows.items():
            yield Said(row.feedback, ("rows", key, "feedback"))

    def to_place(self) -> tuple[Where, int] | None:
        """Return how many rows there are."""
        return ("rows",), len(self.rows)

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Tick any one column in about half of the rows."""
        right, columns = self.right_answer(), list(self.columns)
        given = {key: ticks if rng.random() < 0.5 else [rng.choice(columns)] for key, ticks in right.items()}
        return given if given != right else dict(list(given.items())[1:])

    def _is_right(self, row: str, answer: Mapping[str, list[str]]) -> bool:
        return answer.get(row) == sorted(self.rows[row].right)

    def _words(self, columns: Sequence[str]) -> str:
        return ", ".join(text for key, text in self.columns.items() if key in columns)

    def _columns_in(self, given: Answer) -> list[str]:
        """Return the columns ticked in a row, or raise InvalidAnswer."""
        names = [] if given in (None, "") else _listed(given)
        if not isinstance(names, list | tuple) or any(name not in list(self.columns) for name in names):
            raise self._unread()
        ticked = sorted(set(names))
        if self.choose == "one" and len(ticked) > 1:
            raise self._unread()
        return ticked

    def _unread(self) -> InvalidAnswer:
        return InvalidAnswer(_ONE if self.choose == "one" else _SEVERAL)
