"""A whole course, fetched to be made into a book."""

from __future__ import annotations

from datetime import datetime

from courses import shipped
from courses.models import Course, Lesson, Unit
from courses.services.content import library_of
from courses.takeaway.book import Book, Chapter, Part, Term, colours_in


def book_of(course: Course, *, now: datetime) -> Book:
    """Return a course as a book: its live units, lessons and terms, and every source."""
    chapters: dict[int, list[Chapter]] = {}
    for lesson in Lesson.objects.current().filter(course=course).select_related("unit").defer("notes"):
        names = ("key", "number", "title", "subtitle", "question", "summary", "body")
        chapter = Chapter(**{name: getattr(lesson, name) for name in names}, colour=lesson.unit.colour)
        chapters.setdefault(lesson.unit_id, []).append(chapter)
    parts = [
        Part(str(unit), str(unit.years), unit.summary, chapters.get(unit.pk, []))
        for unit in Unit.objects.current().filter(course=course)
    ]
    terms = [Term(term.key, term.term, term.names, term.definition) for term in course.terms.filter(is_retired=False)]
    stylesheet = (shipped.folder("static") / "css" / "tumen.css").read_text(encoding="utf-8")
    own = ("key", "title", "subtitle", "lede", "summary", "language", "licence")
    return Book(
        **{name: getattr(course, name) for name in own},
        parts=parts,
        terms=terms,
        library=library_of(course),
        made_at=now,
        colours=colours_in(stylesheet),
    )
