"""A checked bundle → rows. The caller holds the transaction; nothing here commits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.content.bundle import Bundle, ReadLesson
from courses.content.problems import Document, Problems
from courses.content.renames import notes_on_course, notes_on_lessons, notes_on_sections
from courses.content.report import LoadReport
from courses.content.schema import FigureFile, SourceFile, first_day, hash_of, last_day
from courses.content.sync import Sync, Take, link
from courses.models import (
    Course,
    Figure,
    GlossaryTerm,
    Lane,
    LearningObjective,
    Lesson,
    Map,
    Person,
    Source,
    StudyStatement,
    TimelineEvent,
    Unit,
)
from courses.rendering.engine import Engine
from courses.rendering.figures import draw, is_drawn, render_figure
from courses.rendering.lessons import render_lesson
from courses.rendering.library import FigureEntry, Library, PlainLinker, TermEntry, Unlinked
from courses.rendering.maps import Land
from courses.rendering.markdown import render_blocks, render_inline
from courses.rendering.references import Reference, format_reference
from courses.services.content import entry_from, figure_entry, write_sections
from courses.services.history import Edit, values_of
from courses.services.search import index_course

Progress = Callable[[str], None]


@dataclass
class LoadedCourse:
    """The rows a load made or found, by key, for the loader of the room above."""

    course: Course
    units: Mapping[str, Unit]
    lessons: Mapping[str, Lesson]
    objectives: Mapping[str, LearningObjective]
    statements: Mapping[str, StudyStatement]


class CourseLoader:
    """Loads one bundle. `progress` is told what is being done, for the bar in the terminal."""

    def __init__(self, bundle: Bundle, *, problems: Problems, take: Take, progress: Progress) -> None:
        self.bundle, self.problems, self.take, self.progress = bundle, problems, take, progress
        self.report = LoadReport()

    def load(self) -> LoadedCourse:
        """Write everything but the quizzes."""
        with Engine() as self.engine:
            return self._load()

    def _load(self) -> LoadedCourse:
        self.course = self._load_course()
        # The library is made of the rows: text refers to what was edited here and stays, not to what its file says.
        self.sources = self._load_sources(self._references())
        references = {key: format_reference(source.csl, self.course.language) for key, source in self.sources.items()}
        # Definitions may cite and may name other terms, so they are rendered once all names are known.
        named = {term.key: TermEntry(term.term, term.names, "") for term in self.bundle.glossary.terms}
        self.library = Library(base=reverse("courses:course", args=[self.course.key]), sources=references, terms=named)
        linker = PlainLinker(self.library)
        terms = {
            term.key: replace(named[term.key], html=render_inline(term.definition, linker))
            for term in self.bundle.glossary.terms
        }
        self.terms = self._load_terms(terms)
        entries = {key: TermEntry(term.term, term.names, term.html) for key, term in self.terms.items()}
        self.library = replace(self.library, terms=entries)
        self.people = self._load_people()
        self.library = replace(self.library, people={key: person.name for key, person in self.people.items()})
        self.library = replace(self.library, figures=self._load_figures())
        units = self._load_units()
        statements = self._load_statements()
        lessons = self._load_lessons(units, statements)
        objectives = self._load_objectives(lessons)
        self._load_events(units, lessons)
        index_course(self.course)
        return LoadedCourse(self.course, units, lessons, objectives, statements)

    def _sync(self, model: type[Any], word: str) -> Sync[Any]:
        return Sync(
            model, word=word, scope={"course": self.course}, report=self.report, problems=self.problems, take=self.take
        )

    def _load_course(self) -> Course:
        file, study = self.bundle.course, self.bundle.study
        values = {
            "title": file.title,
            "subtitle": file.subtitle or "",
            "lede": file.lede or "",
            "summary": file.summary,
            "summary_html": render_blocks(file.summary, Unlinked()),
            "about_study": study.about if study else "",
            "about_study_html": render_blocks(study.about, Unlinked()) if study else "",
            "study_title": (study.title if study else None) or "",
            "language": file.language,
            "licence": file.licence or "",
            "hours": file.hours,
        }
        sync: Sync[Course] = Sync(
            Course, word=_("course"), scope={}, report=self.report, problems=self.problems, take=self.take
        )
        document = self.bundle.documents["course"]
        if file.published is not None:
            values["is_published"] = file.published
        elif not Course.objects.filter(key=file.course).exists():
            values["is_published"] = True  # files publish unless they say otherwise; what is here stays as it is
        # What a file does not say is left out: a field that is new here changes no hash of before.
        own = file.model_dump(mode="json", exclude={"units"} if file.published is not None else {"units", "published"})
        title = [study.title] if study and study.title else []
        file_hash = hash_of(own, study.about if study else "", *title)
        course = sync.put(file.course, values, file_hash=file_hash, document=document)[0]
        self.is_new = bool(sync.added)
        if sync.added:
            lessons = [(key, read.head.title) for key, read in self.bundle.lessons.items()]
            self.report.notes += notes_on_course(course, lessons)
        return course

    def _references(self) -> dict[str, Reference]:
        return {
            source.id: format_reference(csl_of(source), self.course.language)
            for source in self.bundle.sources.references
        }

    def _load_sources(self, references: Mapping[str, Reference]) -> Mapping[str, Source]:
        sync = self._sync(Source, _("source"))
        for at, file in enumerate(self.bundle.sources.references):
            reference = references[file.id]
            values = {
                "csl": csl_of(file),
                "html": str(reference.html),
                "sort_key": reference.sort_key,
                "note": file.note or "",
            }
            self._put(sync, file.id, values, hash_of(file), "sources", ("references", at))
        sync.retire_missing()
        return sync.rows

    def _load_terms(self, terms: Mapping[str, TermEntry]) -> Mapping[str, GlossaryTerm]:
        sync = self._sync(GlossaryTerm, _("glossary term"))
        for at, file in enumerate(self.bundle.glossary.terms):
            values = {
                "term": file.term,
                "names": dict(file.names),
                "forms": list(file.forms),
                "definition": file.definition,
                "html": terms[file.key].html,
            }
            self._put(sync, file.key, values, hash_of(file), "glossary", ("terms", at))
        sync.retire_missing()
        return sync.rows

    def _load_people(self) -> Mapping[str, Person]:
        sync = self._sync(Person, _("person"))
        linker = PlainLinker(self.library)
        groups = self.bundle.people.groups or [file.side for file in self.bundle.people.people]
        in_order = list(dict.fromkeys(groups))
        if self.course.people_groups != in_order:
            if not self.is_new:
                self.report.edits.append(Edit(self.course, values_of(self.course)))
            self.course.people_groups = in_order
            self.course.save(update_fields=["people_groups"])
        for at, file in enumerate(self.bundle.people.people):
            values = {
                **{name: getattr(file, name) for name in ("name", "side", "role", "years", "text")},
                "names": dict(file.names),
                "html": render_inline(file.text, linker),
                "listed": list(file.lessons),
            }
            self._put(sync, file.key, values, hash_of(file), "people", ("people", at))
        sync.retire_missing()
        return sync.rows

    def _load_maps(self) -> Mapping[str, Map]:
        sync = self._sync(Map, _("map"))
        for key, read in self.bundle.maps.items():
            document = self.bundle.documents[f"map:{key}"]
            sync.put(key, read.values, file_hash=read.hash, document=document)
        sync.retire_missing()
        return sync.rows

    def _load_figures(self) -> dict[str, FigureEntry]:
        """Draw the charts that are new or changed; the others keep their drawings."""
        sync = self._sync(Figure, _("figure"))
        linker = PlainLinker(self.library)
        entries: dict[str, FigureEntry] = {}
        lands = {key: row.land for key, row in self._load_maps().items()}
        for key, file in self.bundle.figures.items():
            document, file_hash = self.bundle.documents[f"figure:{key}"], hash_of(file)
            stored = sync.stored.get(key)
            over = lands[file.map] if file.map else None
            if stored is not None and stored.loaded_hash == file_hash and is_drawn(stored.drawings, over=over):
                drawings = stored.drawings
            else:
                drawings = self._draw(key, file, document, over)
            declaration = declaration_of(file)
            values = {
                "title": file.title,
                "declaration": declaration,
                "drawings": drawings,
                "html": render_figure(entry_from(declaration, drawings), linker),
            }
            row, _is_file = sync.put(key, values, file_hash=file_hash, document=document)
            entries[key] = figure_entry(row)
        sync.retire_missing()
        return entries

    def _draw(self, key: str, file: FigureFile, document: Document, over: Land | None) -> Mapping[str, str]:
        if file.chart is None:
            return {}
        self.progress(_("drawing %(key)s") % {"key": key})
        try:
            return draw(file.chart, file.rows, over=over, engine=self.engine)
        except ValueError as error:
            reason = _("Vega-Lite cannot draw this chart: %(why)s") % {"why": str(error)}
            self.problems.add(document, ("chart",), reason, _("Check mark, encoding and the names of columns."))
            return {}

    def _load_units(self) -> Mapping[str, Unit]:
        sync = self._sync(Unit, _("unit"))
        for at, file in enumerate(self.bundle.course.units):
            values = {
                "label": file.label,
                "title": file.title,
                "year_from": file.years.start if file.years else None,
                "year_to": file.years.end if file.years else None,
                "colour": file.colour,
                "summary": file.summary,
                "position": at + 1,
            }
            self._put(sync, file.key, values, hash_of(file, str(at)), "course", ("units", at))
        sync.retire_missing()
        return sync.rows

    def _load_statements(self) -> Mapping[str, StudyStatement]:
        sync = self._sync(StudyStatement, _("statement"))
        linker = PlainLinker(self.library)
        for at, file in enumerate(self.bundle.study.statements if self.bundle.study else ()):
            values = {
                "text": file.text,
                "verdict": file.verdict,
                "record": file.record,
                "html": render_blocks(file.record, linker),
                "position": at + 1,
            }
            self._put(sync, file.id, values, hash_of(file), "study", ("statements", at))
        sync.retire_missing()
        return sync.rows

    def _load_lessons(
        self, units: Mapping[str, Unit], statements: Mapping[str, StudyStatement]
    ) -> Mapping[str, Lesson]:
        sync = self._sync(Lesson, _("lesson"))
        cited: dict[str, list[str]] = {}
        used: dict[str, list[str]] = {}
        named: dict[str, list[str]] = {}
        taught: dict[str, list[str]] = {}
        for key, lesson in self.bundle.lessons.items():
            file_hash = hash_of(lesson.head, lesson.document.body, lesson.unit, str(lesson.position))
            marks = len(self.report.changed), len(self.report.unchanged)
            values = _lesson_values(lesson, units)
            row, is_file = sync.put(key, values, file_hash=file_hash, document=lesson.document)
            if not is_file:
                continue
            taught[key] = list(lesson.head.statements)
            rendered = render_lesson(lesson.document.body, self.library)
            written = write_sections(lesson=row, rendered=rendered, facts=lesson.head.facts)
            if written.is_changed:
                self._say_changed(f"{_('lesson')} {key}", marks)
            self.report.notes += notes_on_sections(row, written.gone)
            cited[key] = rendered.source_keys
            used[key] = [term["key"] for term in rendered.terms]
            listed = [person for person, row in self.people.items() if key in row.listed]
            named[key] = list(dict.fromkeys([*rendered.people_keys, *listed]))
        sync.retire_missing()
        self.report.notes += notes_on_lessons(sync.retired, sync.added)
        link(Source.lessons.through, "source", self.sources, cited, sync.rows)
        link(GlossaryTerm.lessons.through, "glossaryterm", self.terms, used, sync.rows)
        link(Person.lessons.through, "person", self.people, named, sync.rows)
        link(Lesson.statements.through, "studystatement", statements, taught, sync.rows)
        return sync.rows

    def _say_changed(self, name: str, marks: tuple[int, int]) -> None:
        """Count a lesson as changed when only what it refers to changed, such as a source or a figure."""
        changed, unchanged = marks
        if len(self.report.unchanged) > unchanged and self.report.unchanged[-1] == name:
            self.report.unchanged.pop()
            self.report.changed.insert(changed, name)

    def _load_objectives(self, lessons: Mapping[str, Lesson]) -> Mapping[str, LearningObjective]:
        """Write the objectives of each lesson; those of a lesson that was edited here stay as they are."""
        objectives = LearningObjective.objects.filter(course=self.course).select_related("lesson")
        stored = {row.key: row for row in objectives}
        rows: dict[str, LearningObjective] = {}
        for key, lesson in self.bundle.lessons.items():
            for at, file in enumerate(lesson.head.objectives, start=1):
                if lessons[key].edited_at and file.key in stored:
                    rows[file.key] = stored[file.key]
                    continue
                values = {
                    "lesson": lessons[key],
                    "text": file.text,
                    "level": file.level,
                    "position": at,
                    "is_retired": False,
                }
                if file.key in stored:
                    self.report.edits.append(Edit(stored[file.key], values_of(stored[file.key])))
                rows[file.key] = _put_objective(stored.get(file.key), self.course, file.key, values)
        gone = [row.pk for key, row in stored.items() if key not in rows and not row.lesson.edited_at]
        LearningObjective.objects.filter(pk__in=gone, is_retired=False).update(is_retired=True)
        return rows

    def _load_lanes(self) -> Mapping[str, Lane]:
        sync = self._sync(Lane, _("lane"))
        for at, file in enumerate(self.bundle.timeline.lanes):
            values = {"title": file.title, "position": at + 1}
            self._put(sync, file.key, values, hash_of(file, str(at)), "timeline", ("lanes", at))
        sync.retire_missing()
        return sync.rows

    def _load_events(self, units: Mapping[str, Unit], lessons: Mapping[str, Lesson]) -> None:
        lanes = self._load_lanes()
        sync = self._sync(TimelineEvent, _("event"))
        linker = PlainLinker(self.library)
        for at, file in enumerate(self.bundle.timeline.events):
            start, _slash, end = file.date.partition("/")
            values = {
                "date": file.date,
                "starts_on": first_day(start),
                "ends_on": last_day(end or start),
                "lane": lanes[file.lane],
                "title": file.title,
                "text": file.text,
                "html": render_inline(file.text, linker),
                "facts": list(file.facts),
                "unit": units[file.unit],
                "lesson": lessons[file.lesson] if file.lesson else None,
            }
            self._put(sync, file.key, values, hash_of(file), "timeline", ("events", at))
        sync.retire_missing()

    def _put(
        self, sync: Sync[Any], key: str, values: dict[str, Any], file_hash: str, file: str, place: tuple[str | int, ...]
    ) -> None:
        document = self.bundle.documents[file]
        sync.put(key, values, file_hash=file_hash, document=document, line=document.line_of(place))


def csl_of(source: SourceFile) -> dict[str, Any]:
    """Return the CSL entry of a source as it is stored."""
    body: dict[str, Any] = source.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"note"})
    return body


def declaration_of(figure: FigureFile) -> dict[str, Any]:
    """Return the figure in JSON's own types, as it will be read back from the database.

    The columns become pairs: PostgreSQL sorts the keys of a JSON mapping, and their order is the table's.
    """
    body = figure.model_dump(mode="python")
    text = json.dumps(body | {"columns": list(body["columns"].items())}, default=float, allow_nan=False)
    declaration: dict[str, Any] = json.loads(text)
    return declaration


def _lesson_values(lesson: ReadLesson, units: Mapping[str, Unit]) -> dict[str, Any]:
    head = lesson.head
    return {
        "unit": units[lesson.unit],
        "position": lesson.position,
        "number": head.number,
        "title": head.title,
        "subtitle": head.subtitle or "",
        "question": head.question or "",
        "summary": head.summary,
        "minutes": head.minutes,
        "body": lesson.document.body,
    }


def _put_objective(
    row: LearningObjective | None, course: Course, key: str, values: dict[str, Any]
) -> LearningObjective:
    if row is None:
        return LearningObjective.objects.create(course=course, key=key, **values)
    if any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return row
