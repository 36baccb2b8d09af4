"""What the forms of all kinds have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from quizzes.domain.base import Answer, InvalidAnswer, name_on_paper


@dataclass(frozen=True)
class Choice:
    """One thing to tick or choose."""

    value: str
    text: str
    is_chosen: bool
    id: str


@dataclass(frozen=True)
class Row:
    """One line with a menu of its own."""

    text: str
    name: str
    id: str
    choices: list[Choice]


@dataclass(frozen=True)
class Blank:
    """One field to fill in: typed, or a menu if it has choices."""

    place: str
    name: str
    id: str
    value: str = ""
    label: str = ""
    unit: str = ""
    choices: list[Choice] | None = None
    is_unread: bool = False


def words_of(problem: InvalidAnswer) -> str:
    """Say why an answer cannot be read, and where."""
    reason = problem.filled(_(problem.message))
    return f"{problem.where}: {reason}" if problem.where else reason


def words_of_reading(typed: str, numbers: Sequence[str], *, label: str = "") -> str:
    """Say how a number was read whose spelling leaves two readings open."""
    details = {"typed": typed, "numbers": _(" or as ").join(numbers)}
    said = _("%(typed)s: read as %(numbers)s, whichever fits.") % details
    return f"{label} {said}" if label else said


def readings_of(spec: Any, answer: Answer) -> list[str]:
    """Say of each number in a clean answer how it was read, where its spelling leaves two readings open."""
    return [words_of_reading(each.typed, each.numbers, label=each.label) for each in spec.read_as(answer)]


class AnswerForm:
    """The form of one item. When what was posted cannot be read, `read` sets `error`; what was typed stays on show.

    `shown` is what its fields hold, `answer` the clean answer once there is one.
    """

    def __init__(
        self, spec: Any, *, order: list[str], answer: Answer, data: QueryDict | None, prefix: str = "answer"
    ) -> None:
        self.spec, self.order, self.data, self.prefix = spec, order, data, prefix
        self.answer = answer if data is None else None
        self.shown = answer if data is None else spec.from_paper(self.raw(data), order)
        self.error = ""

    @property
    def template_name(self) -> str:
        """Return the template of the kind."""
        return f"quizzes/kinds/{self.spec.kind}.html"

    def read(self) -> Answer:
        """Return what was posted as a clean answer; raise InvalidAnswer, keeping what was typed on show."""
        try:
            self.answer = self.spec.clean(self.shown)
        except InvalidAnswer as problem:
            self.error = words_of(problem)
            raise
        return self.answer

    @property
    def read_as(self) -> list[str]:
        """Return how numbers were read whose spelling leaves two readings open."""
        return readings_of(self.spec, self.answer)

    @property
    def drawing(self) -> str:
        """Return the template of the picture that stands beside the answer; most kinds have none."""
        return ""

    @property
    def signs(self) -> list[str]:
        """Return the sign by which the picture of a result names each row of the review; most kinds have none."""
        return []

    @abstractmethod
    def raw(self, data: QueryDict) -> Answer:
        """Gather the posted fields into what the spec cleans."""

    def posted_map(self, data: QueryDict) -> dict[str, str]:
        """Gather the fields `answer.<key>` into a mapping."""
        start = f"{self.prefix}."
        return {
            name.removeprefix(start): value
            for name, value in data.items()
            if name.startswith(start) and isinstance(value, str) and value
        }

    def choices(self, texts: Mapping[str, str], chosen: Sequence[str], *, row: str = "") -> list[Choice]:
        """Return choices in the order and by the names of the paper; what is not shuffled keeps its own names."""
        return list(self._choices(texts, chosen, row))

    def _choices(self, texts: Mapping[str, str], chosen: Sequence[str], row: str) -> Iterator[Choice]:
        for key in self.order or list(texts):
            name = name_on_paper(key, self.order) if self.order else key
            yield Choice(name, texts[key], key in chosen, "-".join(filter(None, (self.prefix, row, name))))
