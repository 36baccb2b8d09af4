"""Map: a place to be found among places marked with letters."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StrictBool, field_validator

from quizzes.domain.base import (
    ONE,
    ZERO,
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
from quizzes.domain.described import Asked, Choice, Option, Said, StemIs, Where, texts_of
from quizzes.domain.kinds.single import option_verdict
from quizzes.domain.messages import gettext_noop as _


def _plain_number(value: object) -> object:
    """Refuse what is no number, such as true or the text “nan”."""
    if isinstance(value, bool | str):
        raise ValueError("write the degrees as a number, east and north")  # noqa: TRY004 (pydantic collects these)
    return value


_Degrees = Annotated[float, BeforeValidator(_plain_number)]


class MapPlace(Spec):
    """A place in degrees east and north, described without its name."""

    at: tuple[_Degrees, _Degrees]
    text: Line
    correct: StrictBool = False
    feedback: Line


class MapSpec(ItemBase):
    """Places on a map, exactly one of them right. An answer is the key of a place."""

    stem_is: ClassVar[StemIs] = StemIs.QUESTION
    lettered_parts: ClassVar[tuple[str, ...]] = ("places",)
    told_while_trying: ClassVar[Told] = Told.CHOICE

    kind: Literal["map"] = "map"
    map: Key
    places: Annotated[InOrder[MapPlace], Field(min_length=3, max_length=8)]

    @field_validator("places")
    @classmethod
    def _one_place_is_right(cls, places: dict[str, MapPlace]) -> dict[str, MapPlace]:
        right = sum(place.correct for place in places.values())
        if right != 1:
            raise ValueError(f"{right} places are marked `correct: true`; exactly one is right")
        return places

    @property
    def map_key(self) -> str:
        """Return the key of the map."""
        return self.map

    def places_off(self, holds: Callable[[float, float], bool]) -> list[str]:
        """Return the keys of the places that lie off the map."""
        return [key for key, place in self.places.items() if not holds(*place.at)]

    def key_words(self) -> tuple[str, ...]:
        """Return the description of the right place."""
        return (self.places[self.right_answer()].text,)

    def clean(self, raw: Answer) -> Answer:
        """Accept the key of a place."""
        if raw in (None, ""):
            return None
        if not isinstance(raw, str) or raw not in self.places:
            raise InvalidAnswer(_("Choose one of the places on the map."))
        return raw

    def mark(self, answer: Answer) -> Decimal:
        """Everything for the right place, nothing for another."""
        return ONE if self.places[answer].correct else ZERO

    def right_answer(self) -> Answer:
        """Return the key of the right place."""
        return next(key for key, place in self.places.items() if place.correct)

    def guess_share(self) -> Decimal:
        """One in as many as there are places."""
        return ONE / len(self.places)

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each place."""
        return tuple(
            ReviewRow(place.text, "", "", option_verdict(key == answer, place.correct), place.feedback)
            for key, place in self.places.items()
        )

    def describe(self, answer: Answer) -> str:
        """Return the description of the place chosen."""
        return self.places[answer].text

    def marking_rule(self) -> str:
        """Say that one place is right."""
        return _("One of the places on the map is right.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the places, and with them their letters."""
        return shuffled(list(self.places), rng)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the map and the places on it, by the names of the paper."""
        places = {name_on_paper(key, order): self.places[key] for key in order}
        return {"map": self.map, "places": {name: {"at": p.at, "text": p.text} for name, p in places.items()}}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name the place as its author did."""
        return raw if raw in (None, "") else key_on_paper(raw, order)

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name the place as the paper does."""
        return None if answer is None else name_on_paper(answer, order)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the description of each place."""
        yield from texts_of("places", self.places)

    def option_sets(self) -> Iterator[Choice]:
        """Yield the places."""
        places = tuple(
            Option(place.text, place.correct, place.feedback, ("places", key, "text"))
            for key, place in self.places.items()
        )
        yield Choice(self.stem, places, ("places",), is_map=True)

    def asked(self) -> tuple[Asked, ...]:
        """Return the one place there is."""
        right = frozenset(key for key, option in self.places.items() if option.correct)
        return (Asked("", offered={key: option.text for key, option in self.places.items()}, right=right),)

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the place chosen."""
        return {"": (answer,)}

    def explanations(self) -> Iterator[Said]:
        """Yield why each place is right or wrong."""
        for key, place in self.places.items():
            yield Said(place.feedback, ("places", key, "feedback"), place.correct)

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Choose one of the wrong places."""
        return rng.choice([key for key, place in self.places.items() if not place.correct])
