"""What a kind of question tells of its items to code that knows no kinds: the lint, results, printed papers, the demo.

Texts are given as their author wrote them, each with its place in the spec, so that a finding can point at it.
"""

from __future__ import annotations

import random
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from quizzes.domain.messages import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Sequence

Where: TypeAlias = tuple[str | int, ...]
"""The place of a text in a spec: names of fields, keys of parts, numbers in lists."""


class StemIs(StrEnum):
    """What the stem of a kind is to its answer."""

    QUESTION = "question"  # asks for one thing, which is the answer
    STATEMENT = "statement"  # is judged
    TASK = "task"  # says what to do with the parts below it


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen."""

    text: str
    is_right: bool
    feedback: str
    where: Where


@dataclass(frozen=True)
class Choice:
    """Options offered together: those of a choice, of one gap, or of a map. `stem` is what they answer."""

    stem: str
    options: tuple[Option, ...]
    where: Where
    is_single: bool = True
    is_shuffled: bool = True
    is_map: bool = False

    @cached_property
    def keys(self) -> tuple[Option, ...]:
        """Return the options that are right."""
        return tuple(option for option in self.options if option.is_right)

    @cached_property
    def distractors(self) -> tuple[Option, ...]:
        """Return the options that are wrong."""
        return tuple(option for option in self.options if not option.is_right)

    @property
    def key(self) -> Option | None:
        """Return the key where there is exactly one."""
        return self.keys[0] if len(self.keys) == 1 else None


@dataclass(frozen=True)
class Said:
    """One explanation. `is_right`: it is said of what is right (True), of what is wrong (False), or of the whole."""

    text: str
    where: Where
    is_right: bool | None = None


@dataclass(frozen=True)
class Typed:
    """A place for typed words: what is accepted, and which differences do not matter."""

    accept: tuple[str, ...]
    fold: tuple[str, ...]
    where: Where


class _Tolerance(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> Decimal: ...
    def accepts(self, given: Decimal, answer: Decimal) -> bool: ...


class _Near(Protocol):
    @property
    def answer(self) -> Decimal: ...
    @property
    def tolerance(self) -> _Tolerance: ...


@dataclass(frozen=True)
class Measured:
    """A place for a number: the right one, how far from it still counts, its unit, and numbers with comments."""

    answer: Decimal
    tolerance: _Tolerance
    unit: str
    near: Sequence[_Near]
    where: Where


@dataclass(frozen=True)
class Ordered:
    """An entry of an order, with the keys of all entries that must stand before it."""

    key: str
    text: str
    feedback: str
    after: frozenset[str]
    where: Where


@dataclass(frozen=True)
class Asked:
    """One place of a question where something is chosen or typed: for statistics of what was answered there.

    `words` say which place it is, nothing where there is only one. `offered` are the words of the options by key, in
    the author's order; none where the answer is typed. `right` are the keys of the options that are right.
    """

    key: str
    words: str = ""
    offered: Mapping[str, str] = field(default_factory=dict)
    right: frozenset[str] = frozenset()


class _Worded(Protocol):
    @property
    def text(self) -> str: ...


class _NearSaid(Protocol):
    @property
    def share(self) -> Decimal: ...
    @property
    def feedback(self) -> str: ...


def texts_of(name: str, parts: Mapping[str, _Worded]) -> Iterator[tuple[Where, str]]:
    """Yield the words of the parts that stand in one field of a spec, each with its place."""
    yield from (((name, key, "text"), part.text) for key, part in parts.items())


def said_of_near(near: Sequence[_NearSaid], where: Where) -> Iterator[Said]:
    """Yield what is said of numbers that are near; one that earns nothing is wrong."""
    for at, form in enumerate(near):
        yield Said(form.feedback, (*where, "near", at, "feedback"), None if form.share else False)


def some_of(values: Mapping[str, Any], rng: random.Random) -> dict[str, Any] | None:
    """Return some of the parts of an answer, never all; None for none."""
    left = rng.sample(list(values), rng.randrange(len(values)))
    return {key: value for key, value in values.items() if key in left} or None


class Described:
    """What every kind says of its items in words of its own; a kind overrides what it has.

    What it leaves out, the rules of item writing cannot see: `test_kinds.py` and the rule KIND-UNSEEN tell.
    """

    stem_is: ClassVar[StemIs] = StemIs.TASK
    is_arranged: ClassVar[bool] = False
    """Whether an answer only arranges words that are shown anyway, so that none of them gives it away."""
    lettered_parts: ClassVar[tuple[str, ...]] = ()
    """The names of the parts that are chosen from: on paper they have letters. Other parts have numbers."""
    speaks_for_us: ClassVar[bool] = False
    """Whether its answers are words of the interface, to be translated, rather than an author's."""
    count_words: ClassVar[tuple[str, str]] = (
        _("%(right)d of %(of)d part was right in your last try."),
        _("%(right)d of %(of)d parts were right in your last try."),
    )
    """How many parts of a try were right, where that may be told: in the singular and in the plural of `of`."""
    field_in_text: ClassVar[re.Pattern[str] | None] = None
    """What stands in `text` for a field to answer in; its group, if it has one, holds the words that are shown."""

    @property
    def headings(self) -> tuple[str, str]:
        """Return what stands above an answer and above the right one, part by part, in a result."""
        return _("Your answer"), _("Right answer")

    @property
    def is_anonymous(self) -> bool:
        """Say whether students are promised that no instructor reads their answer under their name."""
        return False

    @property
    def truth(self) -> bool | None:
        """Return whether the statement that the stem makes is true; None where the stem makes none."""
        return None

    def key_words(self) -> tuple[str, ...]:
        """Return the words that a hint must not say, since they are the answer."""
        return ()

    def passage(self) -> str:
        """Return running text that stands below the stem and is answered in, gaps numbered; most kinds have none."""
        return ""

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield what is shown before answering beyond stem and stimulus."""
        yield from ()

    def option_sets(self) -> Iterator[Choice]:
        """Yield the options that are offered together, where one or some of them are right."""
        yield from ()

    def explanations(self) -> Iterator[Said]:
        """Yield what is said of single parts once they were answered; the feedback of the whole is not among it."""
        yield from ()

    def typed_words(self) -> Iterator[Typed]:
        """Yield the places for typed words."""
        yield from ()

    def quantities(self) -> Iterator[Measured]:
        """Yield the places for numbers."""
        yield from ()

    def in_order(self) -> tuple[Ordered, ...]:
        """Return the entries that are to be put in order; nothing where none are."""
        return ()

    def to_place(self) -> tuple[Where, int] | None:
        """Return how many things are to be given one of the same choices, and where they stand; None for no such."""
        return None

    def asked(self) -> tuple[Asked, ...]:
        """Return the places where something is chosen or typed; nothing where answers are not to be counted."""
        return ()

    def answered(self, answer: Any) -> Mapping[str, tuple[str, ...]]:  # noqa: ARG002 (most kinds say more)
        """Return what a clean answer chose (keys of options) or typed, by place; places left open are absent."""
        return {}

    def regradable_options(self) -> Mapping[str, str]:
        """Return the words, by key, of options that a regrade may call always right or leave out."""
        return {}

    @abstractmethod
    def wrong_answer(self, rng: random.Random) -> Any:
        """Return a clean answer, or None, that a student who half knows might give: near the right one, never it."""

    @classmethod
    def is_seen_by_lint(cls) -> bool:
        """Say whether the kind tells the rules of item writing more of its items than their stem."""
        told = (cls.texts, cls.option_sets, cls.explanations, cls.typed_words, cls.quantities)
        nothing = (
            Described.texts,
            Described.option_sets,
            Described.explanations,
            Described.typed_words,
            Described.quantities,
        )
        return cls.stem_is is not StemIs.TASK or told != nothing
