"""Reading: a course page with the progress made, and the timeline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce

from courses.models import Course, Enrolment, Lane, Lesson, LessonCompletion, Section, SectionRead, TimelineEvent, Unit
from courses.models.content import Viewer
from courses.services.kept import kept

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
    next_title: str = ""
    """The title of the next section."""
    just_read: Lesson | None = None
    """The lesson read in last, where it has been read to its end."""

    @property
    def read_count(self) -> int:
        """Return how many lessons have been read to their end."""
        return sum(line.is_complete for block in self.units for line in block.lessons)

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


@dataclass(frozen=True)
class Shape:
    """What a course consists of, for everyone alike: units, lessons in order, and the sections of each lesson."""

    units: Sequence[Unit]
    lessons: Sequence[Lesson]
    sections: Mapping[int, Mapping[int, tuple[str, str]]]
    """The keys and titles of the sections of each lesson, in order, by their ids."""


def _shape_of(course: Course) -> Shape:
    sections: dict[int, dict[int, tuple[str, str]]] = {}
    rows = Section.objects.current().filter(lesson__course=course)
    for pk, lesson, key, title in rows.values_list("pk", "lesson", "key", "title"):
        sections.setdefault(lesson, {})[pk] = key, title
    lessons = Lesson.objects.current().filter(course=course).defer("body", "notes", "draft", "moved_sections")
    return Shape(list(Unit.objects.current().filter(course=course).defer("draft")), list(lessons), sections)


def outline_of(course: Course, learner: User | None) -> CourseOutline:
    """Return a course page's data: one query, whatever the number of lessons; for a reader we have not met, none."""
    shape = kept(course, "shape", lambda: _shape_of(course))
    rows = list(_reads(course, learner)) if learner else []
    reads = [row for row in rows if row[1]]
    done = {lesson for lesson, section, _at in rows if not section}
    read = {section for _lesson, section, _at in reads}
    lines: dict[int, list[LessonLine]] = {}
    for lesson in shape.lessons:
        lesson.course = course  # its address needs the course's key, which is at hand
        sections = shape.sections.get(lesson.pk, {})
        line = LessonLine(lesson, len(sections), len(read & sections.keys()), lesson.pk in done)
        lines.setdefault(lesson.unit_id, []).append(line)
    units = [UnitBlock(unit, lines.get(unit.pk, [])) for unit in shape.units]
    last = max(reads, key=lambda row: row[2])[0] if reads else None
    following = _where_to_go_on([line for block in units for line in block.lessons], last)
    unread = [key for pk, key in shape.sections.get(last or 0, {}).items() if pk not in read]
    section, title = unread[0] if unread and following and last == following.pk else ("", "")
    whole = next((each for each in shape.lessons if each.pk == last and last in done), None)
    return CourseOutline(
        course, units, following, section, has_begun=last is not None, next_title=title, just_read=whole
    )


def _reads(course: Course, learner: User) -> Iterable[tuple[int, int, datetime]]:
    """Return what a learner has read of a course: lesson, section (0 for the lesson as a whole) and when."""
    sections = SectionRead.objects.filter(student=learner, section__lesson__course=course).order_by()
    wholes = LessonCompletion.objects.filter(student=learner, lesson__course=course).order_by()
    rows = sections.values_list("section__lesson", "section", "read_at")
    nought = Value(0, output_field=models.BigIntegerField())
    return rows.union(wholes.annotate(whole=nought).values_list("lesson", "whole", "completed_at"), all=True)


def _where_to_go_on(lines: Sequence[LessonLine], last: int | None) -> Lesson | None:
    """Return the lesson to go on with: the one read in last until complete, then the next not complete."""
    start = next((at for at, line in enumerate(lines) if line.lesson.pk == last), 0)
    for line in [*lines[start:], *lines[:start]]:
        if line.lesson.is_written and not line.is_complete:
            return line.lesson
    return None


def course_taken_by(user: Any) -> Course | None:
    """Return the course that a signed-in reader read in last, else that of the class joined last, in one query."""
    if not getattr(user, "is_authenticated", False):
        return None
    read = SectionRead.objects.filter(student=user.pk).order_by("-read_at").values("section__lesson__course")[:1]
    joined = Enrolment.objects.active().filter(user=user.pk).order_by("-joined_at").values("cohort__course")[:1]
    return Course.objects.visible_to(user).filter(pk=Coalesce(Subquery(read), Subquery(joined))).first()


def lesson_page(lesson_id: int) -> dict[str, Any]:
    """Return what the page of a lesson is made of, for everyone alike: five queries, once for each edition."""
    lesson = Lesson.objects.for_page().get(pk=lesson_id)
    neighbours = list(
        Lesson.objects.current().filter(course=lesson.course_id).only("key", "number", "title", "course").order_by(
            "unit__position", "position"
        )
    )  # fmt: skip
    at = next(place for place, each in enumerate(neighbours) if each.pk == lesson.pk)
    return {
        "lesson": lesson,
        "course": lesson.course,
        "sections": _with_ways_back(list(Section.objects.current().filter(lesson=lesson))),
        "previous": neighbours[at - 1] if at else None,
        "following": neighbours[at + 1] if at + 1 < len(neighbours) else None,
    }


_NOTE_REFERENCE = re.compile(r'<a class="noteref" href="#note-(\d+)"')


def _with_ways_back(sections: list[Section]) -> list[Section]:
    """Mark where each note is first cited, so that the note can lead back there."""
    met: set[str] = set()

    def marked(reference: re.Match[str]) -> str:
        if reference[1] in met:
            return reference[0]
        met.add(reference[1])
        return f'<a id="cited-{reference[1]}"{reference[0][2:]}'

    for section in sections:
        for part in section.parts:
            if "html" in part:
                part["html"] = _NOTE_REFERENCE.sub(marked, part["html"])
    return sections


def sections_read(lesson_id: int, learner: Viewer | None) -> set[str]:
    """Return the keys of the sections of a lesson that a learner has read."""
    if learner is None:
        return set()
    reads = SectionRead.objects.filter(student=learner.pk, section__lesson=lesson_id, section__is_retired=False)
    return set(reads.values_list("section__key", flat=True))


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
