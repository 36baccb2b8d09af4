"""A timeline as one year an event, beside the scale."""

from __future__ import annotations

from dataclasses import dataclass

from quizzes.domain.base import Answer, name_on_paper
from quizzes.domain.kinds.timeline import TimelineEvent, TimelineSpec
from quizzes.forms.base import AnswerForm, Blank

_WIDTHS = {"wide": 640, "narrow": 320}
_MARGIN, _LANE, _BELOW = 20, 22, 24
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_LABEL = 36  # room for a year


@dataclass(frozen=True)
class Lane:
    """One event on the scale: where it belongs, how far from there is near enough, and where it was placed."""

    sign: str
    y: int
    right: str
    near: tuple[str, str]
    given: str
    is_right: bool


class Scale:
    """The years of a timeline on a line of some width, with a lane above it for each event that is shown."""

    start = _MARGIN

    def __init__(self, spec: TimelineSpec, width: int, *, lanes: int) -> None:
        self.spec, self.width, self.end = spec, width, width - _MARGIN
        self.y = lanes * _LANE + 8
        self.height = self.y + _BELOW

    def x(self, year: int) -> str:
        """Return the place of a year; one that is not on the scale is put at its end."""
        start, end = self.spec.start, self.spec.end
        share = (min(max(year, start), end) - start) / (end - start)
        return f"{self.start + share * (self.end - self.start):.1f}"

    @property
    def ticks(self) -> list[tuple[str, str]]:
        """Return the round years with their places, as many as there is room for."""
        start, end = self.spec.start, self.spec.end
        most = (self.end - self.start) / _LABEL
        step = next(each for each in _STEPS if (end - start) / each <= most)
        return [(self.x(year), str(year)) for year in range(-(-start // step) * step, end + 1, step)]


class Form(AnswerForm):
    """A year for each event."""

    drawing = "quizzes/_timeline.html"

    @property
    def blanks(self) -> list[Blank]:
        """Return the events in the order of the paper, each with a field for its year."""
        return [self._blank(name_on_paper(key, self.order), key) for key in self.order]

    @property
    def signs(self) -> list[str]:
        """Return the numbers of the events, in the order of their years."""
        return [str(number) for number in range(1, len(self.spec.events) + 1)]

    @property
    def scales(self) -> dict[str, tuple[Scale, list[Lane]]]:
        """Return the scale, wide and narrow, as it stands on a paper: without events."""
        return {name: (Scale(self.spec, width, lanes=0), []) for name, width in _WIDTHS.items()}

    @property
    def judged_scales(self) -> dict[str, tuple[Scale, list[Lane]]]:
        """Return the scale, wide and narrow, with the events in the order of their years. Holds the key."""
        size = len(self.spec.events)
        scales = {name: Scale(self.spec, width, lanes=size) for name, width in _WIDTHS.items()}
        return {name: (scale, self._lanes(scale)) for name, scale in scales.items()}

    def _lanes(self, scale: Scale) -> list[Lane]:
        events = sorted(self.spec.events.items(), key=_by_year)
        return [_lane(scale, at, event, (self.answer or {}).get(key)) for at, (key, event) in enumerate(events)]

    def _blank(self, name: str, key: str) -> Blank:
        field_id = f"{self.prefix}-{name}"
        return Blank(
            place=name,
            name=f"{self.prefix}.{name}",
            id=field_id,
            value=str(self.held.get(key, "")),
            label=self.spec.events[key].text,
            error=self.error_at(field_id),
        )


def _by_year(entry: tuple[str, TimelineEvent]) -> int:
    return entry[1].year


def _lane(scale: Scale, at: int, event: TimelineEvent, given: Answer) -> Lane:
    year = int(given) if given else None
    return Lane(
        sign=str(at + 1),
        y=_LANE * at + _LANE // 2,
        right=scale.x(event.year),
        near=(scale.x(event.year - event.tolerance), scale.x(event.year + event.tolerance)),
        given="" if year is None else scale.x(year),
        is_right=year is not None and event.accepts(year),
    )
