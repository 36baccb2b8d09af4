"""Timeline: events to be placed on a scale of years."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import (
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Line,
    ReviewRow,
    Spec,
    Told,
    Verdict,
    Whole,
    key_on_paper,
    name_on_paper,
    read_each,
    shuffled,
)
from quizzes.domain.cleaning import NOT_TEXT, read_typed
from quizzes.domain.described import Asked, Said, Where, texts_of
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.numerals import NO_NUMBER, TOO_LARGE
from quizzes.domain.units import read_with_unit

Year = Annotated[Whole, Field(ge=1, le=2200)]
_NO_YEAR = _("Give a year as a whole number, such as %(start)s.")


class TimelineEvent(Spec):
    """A thing that happened in one year, and how far from it still counts."""

    text: Line
    year: Year
    tolerance: Annotated[Whole, Field(ge=0, le=50)] = 0
    feedback: Line

    def accepts(self, year: int) -> bool:
        """Say whether a year is near enough."""
        return abs(year - self.year) <= self.tolerance


class TimelineSpec(ItemBase):
    """Events to be dated. An answer maps event keys to years; events left open are absent."""

    new_rules: ClassVar[int] = 2
    is_arranged: ClassVar[bool] = True
    told_while_trying: ClassVar[Told] = Told.PARTS
    kind: Literal["timeline"] = "timeline"
    start: Year
    end: Year
    events: Annotated[InOrder[TimelineEvent], Field(min_length=1, max_length=6)]

    @model_validator(mode="after")
    def _events_are_on_the_scale(self) -> TimelineSpec:
        if self.end - self.start < 5:
            raise ValueError("the scale runs over five years at least, from `start` to `end`")
        outside = sorted(key for key, event in self.events.items() if not self.start <= event.year <= self.end)
        if outside:
            raise ValueError(f"these events are not between `start` and `end`: {', '.join(outside)}")
        return self

    def key_words(self) -> tuple[str, ...]:
        """Return the years."""
        return tuple(str(event.year) for event in self.events.values())

    def clean(self, raw: Answer) -> Answer:
        """Accept years by event, as numbers or as they are typed; empty places are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, dict) or any(key not in self.events for key in raw):
            raise InvalidAnswer(_("Give each event a year."))
        return read_each(raw, {key: (event.text, self._year) for key, event in self.events.items()})

    def mark(self, answer: Answer) -> Decimal:
        """Events placed near enough, out of all events."""
        placed = sum(key in answer and event.accepts(answer[key]) for key, event in self.events.items())
        return Decimal(placed) / len(self.events)

    def right_answer(self) -> Answer:
        """Return the year of every event."""
        return {key: event.year for key, event in self.events.items()}

    def guess_share(self) -> Decimal:
        """Years that count out of all years of the scale, on average over the events."""
        span = self.end - self.start + 1
        near = (
            min(self.end, event.year + event.tolerance) - max(self.start, event.year - event.tolerance) + 1
            for event in self.events.values()
        )
        return Decimal(sum(near)) / (span * len(self.events))

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each event, in the order in which they happened."""
        given = answer or {}
        return tuple(
            ReviewRow(
                event.text,
                str(given.get(key, "")),
                str(event.year),
                _verdict(event, given.get(key)),
                event.feedback,
            )
            for key, event in sorted(self.events.items(), key=_by_year)
        )

    def describe(self, answer: Answer) -> str:
        """Return the events with the years given."""
        return "; ".join(f"{self.events[key].text}: {year}" for key, year in answer.items())

    def marking_rule(self) -> str:
        """Say that each event counts."""
        if any(event.tolerance for event in self.events.values()):
            return _("Each event placed in its year, or near enough, earns an equal part.")
        return _("Each event placed in its year earns an equal part.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the events."""
        return shuffled(list(self.events), rng)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the scale, and the events without their years."""
        events = {name_on_paper(key, order): self.events[key].text for key in order}
        return {"start": self.start, "end": self.end, "events": events}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name the events as their author did."""
        return {key_on_paper(name, order): year for name, year in raw.items()} if isinstance(raw, dict) else raw

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name the events as the paper does."""
        return None if answer is None else {name_on_paper(key, order): year for key, year in answer.items()}

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every event has a year."""
        return answer is not None and len(answer) == len(self.events)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the wording of the events."""
        yield from texts_of("events", self.events)

    def asked(self) -> tuple[Asked, ...]:
        """Return each event, to be given a year."""
        return tuple(Asked(key, event.text) for key, event in self.events.items())

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the year given to each event."""
        return {key: (str(year),) for key, year in answer.items()}

    def explanations(self) -> Iterator[Said]:
        """Yield why each event has its year."""
        for key, event in self.events.items():
            yield Said(event.feedback, ("events", key, "feedback"))

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Be some years off, and leave out the first event if that is near enough everywhere."""
        off = {key: event.year + rng.choice((-3, 0, 2)) for key, event in self.events.items()}
        given = {key: min(max(year, self.start), self.end) for key, year in off.items()}
        return given if self.mark(given) < 1 else dict(list(given.items())[1:]) or None

    def _year(self, raw: Answer) -> int | None:
        """Return a year of the scale, or None for a blank; every edition of the rules reads it so, and keeps the year.

        Of two readings the one on the scale is meant: 2.000 is 2000 where the scale runs from 1945.
        """
        try:
            typed = read_typed(str(raw) if type(raw) in (int, float) else raw)
            readings = read_with_unit(typed, "year").numbers if typed else ()
        except InvalidAnswer as error:
            if error.problems[0].message not in (NOT_TEXT, NO_NUMBER, TOO_LARGE):
                raise
            raise InvalidAnswer(_NO_YEAR, start=self.start) from None
        if not typed:
            return None
        whole = [year for year in readings if year == year.to_integral_value()]
        if not whole:
            raise InvalidAnswer(_NO_YEAR, start=self.start)
        for year in whole:
            if self.start <= year <= self.end:
                return int(year)
        off = _("%(year)s is off the scale %(start)s–%(end)s.")
        raise InvalidAnswer(off, year=typed, start=self.start, end=self.end)


def _by_year(entry: tuple[str, TimelineEvent]) -> int:
    return entry[1].year


def _verdict(event: TimelineEvent, given: int | None) -> Verdict:
    if given is None:
        return Verdict.MISSED
    return Verdict.RIGHT if event.accepts(given) else Verdict.WRONG
