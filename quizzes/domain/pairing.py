"""Giving each of several things one of the choices offered to all: what matching and categorising have in common."""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from quizzes.domain.base import (
    ONE,
    Answer,
    InvalidAnswer,
    ItemBase,
    ReviewRow,
    Told,
    key_on_paper,
    name_on_paper,
    read_each,
)
from quizzes.domain.described import Asked, Said, Where
from quizzes.domain.wording import typed_verdict


@dataclass(frozen=True)
class Thing:
    """Something to be given a choice: its words, the right choice, and why."""

    text: str
    right: str
    feedback: str


class Pairing(ItemBase):
    """Things to be given choices. An answer maps the keys of things to the keys of choices; open ones are absent."""

    is_in_parts: ClassVar[bool] = True
    told_while_trying: ClassVar[Told] = Told.PARTS
    is_arranged: ClassVar[bool] = True
    things_field: ClassVar[str]
    choices_field: ClassVar[str]
    """The names of the fields that hold the things and the choices."""
    unread: ClassVar[str]
    """What to say of an answer that names something else."""

    @abstractmethod
    def things(self) -> Mapping[str, Thing]:
        """Return the things by key, in the author's order."""

    @abstractmethod
    def choices(self) -> Mapping[str, str]:
        """Return the words of the choices by key, in the author's order."""

    @abstractmethod
    def names_on(self, order: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """Return the keys of things and of choices in the order in which a paper numbers them."""

    def clean(self, raw: Answer) -> Answer:
        """Accept a mapping; empty places are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, dict):
            raise InvalidAnswer(self.unread)
        things = self.things()
        if any(thing not in things for thing, choice in raw.items() if choice not in (None, "")):
            raise InvalidAnswer(self.unread)
        return read_each(raw, {key: (thing.text, self._read) for key, thing in things.items()})

    def mark(self, answer: Answer) -> Decimal:
        """Things given their right choice, out of all things."""
        things = self.things()
        return Decimal(sum(answer.get(key) == thing.right for key, thing in things.items())) / len(things)

    def right_answer(self) -> Answer:
        """Return every thing with its right choice."""
        return {key: thing.right for key, thing in self.things().items()}

    def guess_share(self) -> Decimal:
        """One in as many as there are choices, for each thing."""
        return ONE / len(self.choices())

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each thing."""
        given, choices = answer or {}, self.choices()
        return tuple(
            ReviewRow(
                thing.text,
                choices[given[key]] if key in given else "",
                choices[thing.right],
                typed_verdict(given.get(key), Decimal(given.get(key) == thing.right)),
                thing.feedback,
            )
            for key, thing in self.things().items()
        )

    def describe(self, answer: Answer) -> str:
        """Return the things with the choices given to them."""
        things, choices = self.things(), self.choices()
        return "; ".join(f"{things[key].text} → {choices[choice]}" for key, choice in answer.items())

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name things and choices as their author did."""
        if not isinstance(raw, dict):
            return raw
        things, choices = self.names_on(order)
        return {key_on_paper(t, things): key_on_paper(c, choices) if c else c for t, c in raw.items()}

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name things and choices as the paper does."""
        if answer is None:
            return None
        things, choices = self.names_on(order)
        return {name_on_paper(thing, things): name_on_paper(choice, choices) for thing, choice in answer.items()}

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every thing has a choice."""
        return answer is not None and len(answer) == len(self.things())

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the words of the things and of the choices."""
        yield from ((((self.things_field, key, "text")), thing.text) for key, thing in self.things().items())
        yield from ((((self.choices_field, key)), text) for key, text in self.choices().items())

    def asked(self) -> tuple[Asked, ...]:
        """Return each thing, with the choices as options."""
        choices = self.choices()
        return tuple(Asked(key, each.text, choices, frozenset({each.right})) for key, each in self.things().items())

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the choice given to each thing."""
        return {thing: (choice,) for thing, choice in answer.items()}

    def explanations(self) -> Iterator[Said]:
        """Yield why each thing has its choice."""
        for key, thing in self.things().items():
            yield Said(thing.feedback, (self.things_field, key, "feedback"))

    def to_place(self) -> tuple[Where, int] | None:
        """Return how many things there are."""
        return (self.things_field,), len(self.things())

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Give about half of the things any choice."""
        right, names = self.right_answer(), list(self.choices())
        given = {key: value if rng.random() < 0.5 else rng.choice(names) for key, value in right.items()}
        return given if given != right else dict(list(given.items())[1:])

    def _read(self, choice: Answer) -> str | None:
        if choice in (None, ""):
            return None
        if choice not in list(self.choices()):
            raise InvalidAnswer(self.unread)
        return str(choice)


def numbered(texts: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    """Return texts by the names a paper gives them: their place in its order of the keys, from 1."""
    return {str(place): texts[key] for place, key in enumerate(keys, start=1)}
