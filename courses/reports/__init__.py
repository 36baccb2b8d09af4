"""A page's worth of joined data, in a fixed number of queries."""

from courses.reports.reading import CourseOutline, LessonLine, Scale, Timeline, UnitBlock, outline_of, timeline_of
from courses.reports.uses import Use, event_uses, uses_of

__all__ = [
    "CourseOutline",
    "LessonLine",
    "Scale",
    "Timeline",
    "UnitBlock",
    "Use",
    "event_uses",
    "outline_of",
    "timeline_of",
    "uses_of",
]
