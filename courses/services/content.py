"""Writing content: the one way in for files and for the admin, so that both are rendered and checked alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from courses.models import (
    Course,
    Figure,
    GlossaryTerm,
    Lesson,
    Person,
    Section,
    Source,
    StudyStatement,
    TimelineEvent,
    Unit,
)
from courses.rendering.figures import render_figure
from courses.rendering.lessons import RenderedLesson, render_lesson
from courses.rendering.library import FigureEntry, Library, PlainLinker, TermEntry, Unlinked
from courses.rendering.markdown import render_blocks, render_inline
from courses.rendering.references import format_reference
from courses.services.kept import renew_edition
from courses.services.search import index_course


def library_of(course: Course) -> Library:
    """Return what the course's text refers to, from the database; retired rows too, since older text keeps them."""
    return Library(
        base=reverse("courses:course", args=[course.key]),
        sources={source.key: format_reference(source.csl, course.language) for source in course.sources.all()},
        terms={term.key: TermEntry(term.term, term.names, term.html) for term in course.terms.all()},
        figures={figure.key: figure_entry(figure) for figure in course.figures.all()},
        lessons={lesson.key: str(lesson) for lesson in course.lessons.defer("body", "notes")},
        # A person who was never published is found in no lesson; other new rows are only where a text names them.
        people={person.key: person.name for person in course.people.all() if not person.is_new},
    )


def figure_entry(figure: Figure) -> FigureEntry:
    """Return a stored figure as the renderer wants it."""
    return entry_from(figure.declaration, figure.drawings)


def entry_from(declaration: Mapping[str, Any], drawings: Mapping[str, str]) -> FigureEntry:
    """Return a declared figure with its drawings as the renderer wants it."""
    columns: Mapping[str, Mapping[str, str]] = dict(declaration["columns"])
    return FigureEntry(
        key=declaration["figure"],
        title=declaration["title"],
        caption=declaration["caption"],
        alt=declaration["alt"],
        columns=list(columns.values()),
        rows=[[row.get(name) for name in columns] for row in declaration["rows"]],
        wide=drawings.get("wide", ""),
        narrow=drawings.get("narrow", ""),
        credit=drawings.get("credit", ""),
    )


def notes_of(rendered: RenderedLesson) -> list[dict[str, Any]]:
    """Return what stands at the end of a lesson: its notes and its terms."""
    return [{"kind": "notes", "entries": rendered.notes}, {"kind": "terms", "entries": rendered.terms}]


@dataclass(frozen=True)
class Written:
    """What writing a lesson's sections did: whether anything changed, and the sections that are retired by it."""

    is_changed: bool
    gone: Sequence[Section]


@transaction.atomic
def write_sections(*, lesson: Lesson, rendered: RenderedLesson, facts: Mapping[str, Sequence[str]]) -> Written:
    """Bring a lesson's sections and notes to what was rendered; return what that changed.

    A section that is gone is retired, never deleted: progress and questions refer to it.
    """
    stored = {section.key: section for section in lesson.sections.all()}
    changed = False
    new: list[Section] = []
    for position, section in enumerate(rendered.sections, start=1):
        values = {
            "title": section.title,
            "position": position,
            "parts": section.parts,
            "facts": list(facts.get(section.key, ())),
            "mentions": section.mentions,
            "is_retired": False,
        }
        row = stored.pop(section.key, None)
        if row is None:
            new.append(Section(lesson=lesson, key=section.key, **values))
        else:
            changed |= _put_section(row, values)
    Section.objects.bulk_create(new)
    gone = [section for section in stored.values() if not section.is_retired]
    Section.objects.filter(pk__in=[section.pk for section in gone]).update(is_retired=True)
    notes = notes_of(rendered)
    words = len(lesson.body.split())
    if (lesson.notes, lesson.word_count) != (notes, words):
        lesson.notes, lesson.word_count = notes, words
        lesson.save(update_fields=["notes", "word_count"])
        changed = True
    return Written(changed or bool(new) or bool(gone), gone)


def _put_section(section: Section, values: dict[str, Any]) -> bool:
    if all(getattr(section, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(section, name, value)
    section.save()
    return True


@transaction.atomic
def rerender_lesson(lesson: Lesson) -> None:
    """Render a lesson again from its text, after an edit in the admin."""
    _rerender_lesson(lesson, library_of(lesson.course))
    index_course(lesson.course)
    renew_edition(lesson.course_id)


def _rerender_lesson(lesson: Lesson, library: Library) -> None:
    rendered = render_lesson(lesson.body, library)
    facts = {section.key: section.facts for section in lesson.sections.all()}
    write_sections(lesson=lesson, rendered=rendered, facts=facts)
    lesson.sources.set(lesson.course.sources.filter(key__in=rendered.source_keys))
    lesson.terms.set(lesson.course.terms.filter(key__in=[term["key"] for term in rendered.terms]))
    people = [person.pk for person in lesson.course.people.all() if lesson.key in person.listed]
    named = lesson.course.people.filter(key__in=rendered.people_keys).values_list("pk", flat=True)
    lesson.people.set({*people, *named})


SHOWN_IN_TEXT = (Course, Source, GlossaryTerm, Person, Figure, TimelineEvent, StudyStatement)
"""What is shown in more places than its own: a change of it renders the whole course again."""


@transaction.atomic
def rerender(course: Course, rows: Iterable[Any]) -> None:
    """Render again what these rows of a course are shown as, once they were changed; the course has a new edition."""
    changed = list(rows)
    course = next((row for row in changed if isinstance(row, Course)), course)  # as it was changed
    if any(isinstance(row, SHOWN_IN_TEXT) for row in changed):
        rerender_course(course)
        return
    lessons = [row for row in changed if isinstance(row, Lesson)]
    if lessons:
        library = library_of(course)
        for lesson in lessons:
            _rerender_lesson(lesson, library)
    if any(isinstance(row, Lesson | Unit) for row in changed):
        index_course(course)
    renew_edition(course.pk)


@transaction.atomic
def rerender_course(course: Course) -> None:
    """Render everything of a course again, after an edit in the admin of something that its text may refer to.

    Charts are not drawn again: their drawings are kept with them.
    """
    course.summary_html = render_blocks(course.summary, Unlinked())
    course.about_study_html = render_blocks(course.about_study, Unlinked())
    course.save(update_fields=["summary_html", "about_study_html"])
    _rerender_sources(course)
    _rerender_texts(course, library_of(course))
    library = library_of(course)
    for lesson in course.lessons.exclude(body="").select_related("course"):
        _rerender_lesson(lesson, library)
    index_course(course)
    renew_edition(course.pk)


def _rerender_sources(course: Course) -> None:
    sources = list(course.sources.all())
    for source in sources:
        reference = format_reference(source.csl, course.language)
        source.html, source.sort_key = str(reference.html), reference.sort_key
    Source.objects.bulk_update(sources, ["html", "sort_key"])


def _rerender_texts(course: Course, library: Library) -> None:
    """Render the short texts that cite: terms, figures, events, statements."""
    linker = PlainLinker(library)
    terms, figures = list(course.terms.all()), list(course.figures.all())
    events, statements, people = list(course.events.all()), list(course.statements.all()), list(course.people.all())
    for term in terms:
        term.html = render_inline(term.definition, linker)
    for figure in figures:
        figure.html = render_figure(library.figures[figure.key], linker)
    for event in events:
        event.html = render_inline(event.text, linker)
    for person in people:
        person.html = render_inline(person.text, linker)
    for statement in statements:
        statement.html = render_blocks(statement.record, linker)
    GlossaryTerm.objects.bulk_update(terms, ["html"])
    Figure.objects.bulk_update(figures, ["html"])
    TimelineEvent.objects.bulk_update(events, ["html"])
    Person.objects.bulk_update(people, ["html"])
    StudyStatement.objects.bulk_update(statements, ["html"])
