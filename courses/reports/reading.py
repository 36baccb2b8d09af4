"""Reading: a course page with the progress made, and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Max

from courses.models import Course, Lane, Lesson, Section, SectionRead, TimelineEvent, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class LessonLine:
    """A lesson as the course page lists it."""

    lesson: Lesson
    section_count: int
    read_count: int
    is_complete: bool

    @property
    def state(self) -> str:
        """Return outline, new, begun or complete."""
        if not self.lesson.is_written:
            return "outline"
        if self.is_complete:
            return "complete"
        return "begun" if self.read_count else "new"

    @property
    def percent(self) -> int:
        """Return how much of the lesson is read."""
        if self.is_complete:
            return 100
        return round(100 * self.read_count / self.section_count) if self.section_count else 0


@dataclass(frozen=True)
class Scale:
    """Years laid along the width of a drawing, from the first one's start to the last one's end, in per cent."""

    first: int
    last: int

    def place(self, day: date) -> float:
        """Return where a day stands."""
        start, end = date(self.first, 1, 1), date(self.last + 1, 1, 1)
        return round(100 * (day - start).days / (end - start).days, 2)

    def ticks(self) -> list[tuple[float, int]]:
        """Return where round years stand, ten or fewer of them."""
        span = self.last + 1 - self.first
        step = next((step for step in (1, 2, 5, 10, 20, 50) if span / step <= 10), 100)
        years = range(self.first + -self.first % step, self.last + 1, step)
        return [(self.place(date(year, 1, 1)), year) for year in years]


@dataclass(frozen=True)
class UnitSpan:
    """A unit's years on the scale of its course."""

    unit: Unit
    left: float
    width: float
    right: float


@dataclass(frozen=True)
class UnitBlock:
    """A unit with its lessons."""

    unit: Unit
    lessons: Sequence[LessonLine]

    @property
    def percent(self) -> int:
        """Return how much of the unit's written lessons is read."""
        written = [line for line in self.lessons if line.lesson.is_written]
        return round(sum(line.percent for line in written) / len(written)) if written else 0


@dataclass(frozen=True)
class CourseOutline:
    """A course page: units with lessons and progress, and where to go on."""

    course: Course
    units: Sequence[UnitBlock]
    next_lesson: Lesson | None
    next_section: str
    has_begun: bool

    @property
    def written_count(self) -> int:
        """Return how many lessons are written."""
        return sum(line.lesson.is_written for block in self.units for line in block.lessons)

    @property
    def lesson_count(self) -> int:
        """Return how many lessons there are."""
        return sum(len(block.lessons) for block in self.units)

    @property
    def scale(self) -> Scale | None:
        """Return the scale that holds every dated unit, or nothing when none is dated."""
        years = [year for block in self.units for year in (block.unit.year_from, block.unit.year_to) if year]
        if any(block.unit.year_from and not block.unit.year_to for block in self.units):
            years.append(date.today().year)  # noqa: DTZ011 (a drawing to the year)
        return Scale(min(years), max(years)) if years else None

    @property
    def spans(self) -> list[UnitSpan]:
        """Return the dated units, placed to scale."""
        scale = self.scale
        if scale is None:
            return []
        spans = []
        for unit in (block.unit for block in self.units if block.unit.year_from):
            left = scale.place(date(unit.year_from or scale.first, 1, 1))
            right = scale.place(date((unit.year_to or scale.last) + 1, 1, 1))
            spans.append(UnitSpan(unit, left, round(right - left, 2), right))
        return spans


def outline_of(course: Course, learner: User | None) -> CourseOutline:
    """Return a course page's data: three queries, whatever the number of lessons."""
    lessons = Lesson.objects.current().filter(course=course).with_progress(learner)
    lines: dict[int, list[LessonLine]] = {}
    for lesson in lessons.defer("body", "notes", "draft"):
        lesson.course = course  # its address needs the course's key, which is at hand
        line = LessonLine(lesson, lesson.section_count, lesson.read_count, lesson.is_complete)  # type: ignore[attr-defined]
        lines.setdefault(lesson.unit_id, []).append(line)
    units = [UnitBlock(unit, lines.get(unit.pk, [])) for unit in Unit.objects.current().filter(course=course)]
    ordered = [line for block in units for line in block.lessons]
    last = _last_read(course, learner) if learner else None
    following = _where_to_go_on(ordered, last)
    section = _first_unread(following, learner) if following and last == following.pk else ""
    return CourseOutline(course, units, following, section, has_begun=last is not None)


def _last_read(course: Course, learner: User) -> int | None:
    """Return the lesson the learner read in last."""
    reads = SectionRead.objects.filter(student=learner, section__lesson__course=course)
    latest = reads.values("section__lesson").annotate(at=Max("read_at")).order_by("-at").first()
    return latest["section__lesson"] if latest else None


def _where_to_go_on(lines: Sequence[LessonLine], last: int | None) -> Lesson | None:
    """Return the lesson to go on with: the one read in last until complete, then the next not complete."""
    start = next((at for at, line in enumerate(lines) if line.lesson.pk == last), 0)
    for line in [*lines[start:], *lines[:start]]:
        if line.lesson.is_written and not line.is_complete:
            return line.lesson
    return None


def _first_unread(lesson: Lesson, learner: User | None) -> str:
    """Return the key of the first section of a lesson the learner has not read."""
    sections = Section.objects.current().filter(lesson=lesson)
    return sections.exclude(reads__student=learner).values_list("key", flat=True).first() or ""


@dataclass(frozen=True)
class TimelineMark:
    """An event placed on the drawing: per cent of the width, its lane, and its level where the lane is crowded."""

    event: TimelineEvent
    left: float
    width: float
    row: int
    level: int


@dataclass(frozen=True)
class Timeline:
    """The timeline page: the events in order, and the same to scale, in the lanes that any of them lies in."""

    events: Sequence[TimelineEvent]
    lanes: Sequence[Lane]
    marks: Sequence[TimelineMark]
    ticks: Sequence[tuple[float, int]]


# Marks closer than this, in per cent of the width, would touch; so many levels keep them apart.
_ROOM, _LEVELS = 1.6, 3


def timeline_of(events: Sequence[TimelineEvent]) -> Timeline:
    """Place events to scale between the first year's start and the last year's end."""
    if not events:
        return Timeline([], [], [], [])
    scale = Scale(min(event.starts_on.year for event in events), max(event.ends_on.year for event in events))
    lanes = sorted({event.lane.key: event.lane for event in events}.values(), key=lambda lane: lane.position)
    rows = {lane.key: row for row, lane in enumerate(lanes)}
    free_from = {key: [-_ROOM] * _LEVELS for key in rows}
    marks = []
    for event in events:
        left, right = scale.place(event.starts_on), scale.place(event.ends_on)
        ends = free_from[event.lane.key]
        level = next((at for at, end in enumerate(ends) if end <= left), ends.index(min(ends)))
        ends[level] = right + _ROOM
        marks.append(TimelineMark(event, left, round(right - left, 2), rows[event.lane.key], level))
    return Timeline(events, lanes, marks, scale.ticks())
