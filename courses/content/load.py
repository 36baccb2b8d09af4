"""A checked bundle → rows. The caller holds the transaction; nothing here commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.content.bundle import Bundle
from courses.content.fields import Entry, Table
from courses.content.merge import same
from courses.content.problems import Problems
from courses.content.renames import notes_on_course, notes_on_lessons, notes_on_sections
from courses.content.schema import first_day, last_day
from courses.content.stored import code_mark
from courses.content.sync import Run, Stand, Sync, link
from courses.content.tables import (
    COURSES,
    EVENTS,
    FIGURES,
    LANES,
    LESSONS,
    MAPS,
    PEOPLE,
    SOURCES,
    STATEMENTS,
    TERMS,
    UNITS,
)
from courses.content.whole import entries_of
from courses.models import (
    Course,
    Figure,
    GlossaryTerm,
    LearningObjective,
    Lesson,
    Map,
    Person,
    Source,
    StudyStatement,
    Unit,
)
from courses.models.base import Loaded
from courses.rendering.figures import Chart, draw_all, is_drawn, render_figure
from courses.rendering.lessons import render_lesson
from courses.rendering.library import Library, PlainLinker, TermEntry, Unlinked
from courses.rendering.maps import outline_path
from courses.rendering.markdown import render_blocks, render_inline
from courses.rendering.references import format_reference
from courses.services.content import entry_from, figure_entry, write_sections
from courses.services.history import Edit, values_of
from courses.services.search import index_course

Progress = Callable[[str], None]
Derive = Callable[[Stand[Any], dict[str, Any]], dict[str, Any]]
"""Given what stands of an entry and its columns, returns the columns that are made of them."""


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

    def __init__(self, bundle: Bundle, *, run: Run, problems: Problems, progress: Progress) -> None:
        self.bundle, self.run, self.problems, self.progress = bundle, run, problems, progress
        self.report = run.report
        self.entries = entries_of(bundle)
        self.rows: dict[type[Loaded], Mapping[str, Any]] = {}

    def load(self) -> LoadedCourse:
        """Write everything but the quizzes."""
        self.course = self._load_course()
        # The library is made of the rows: text refers to what stands here after the merge, not to what its file says.
        self._put_all(SOURCES, self._reference)
        language = self.course.language
        sources = {key: format_reference(row.csl, language) for key, row in self._of(Source).items()}
        self.library = Library(base=reverse("courses:course", args=[self.course.key]), sources=sources, terms={})
        self._load_terms()
        self._load_people()
        self._put_all(MAPS, _path)
        self._load_figures()
        figures = {key: figure_entry(row) for key, row in self._of(Figure).items()}
        self.library = replace(self.library, figures=figures)
        self._put_all(UNITS)
        self._put_all(STATEMENTS, lambda _stand, values: {"html": render_blocks(values["record"], self.linker)})
        objectives = self._load_lessons()
        self._put_all(LANES)
        self._put_all(EVENTS, self._dated)
        if not self._is_as_before:
            self.progress(_("search index"))
            index_course(self.course)
        return LoadedCourse(self.course, self._of(Unit), self._of(Lesson), objectives, self._of(StudyStatement))

    @property
    def _is_as_before(self) -> bool:
        """Say whether nothing was changed so far, and the same code loaded the course: what was made of it stands."""
        is_same_code = self.course.loaded_by == code_mark()
        return is_same_code and self.report.is_empty and not self.run.is_renaming

    @property
    def linker(self) -> PlainLinker:
        """Return what turns references in short texts into links."""
        return PlainLinker(self.library)

    def _of(self, model: type[Any]) -> Mapping[str, Any]:
        return self.rows[model]

    def _sync(self, table: Table) -> Sync[Any]:
        """Return a table's rows merged with its entries."""
        sync: Sync[Any] = Sync(table, scope={"course": self.course}, run=self.run)
        sync.merge(self.entries[table.what].values())
        self.rows[table.model] = sync.rows
        return sync

    def _put_all(self, table: Table, derive: Derive = lambda _stand, _values: {}) -> Sync[Any]:
        """Write all entries of a table, and retire what the files no longer hold."""
        sync = self._sync(table)
        moved = sync.order() if table.group is not None else {}
        for stand in sync.stands.values():
            values = stand.values(table, self.rows)
            sync.put(stand, {**values, **derive(stand, values)}, later=True)
        sync.write_new()
        rows: Any = table.model._default_manager  # noqa: SLF001 (Django's documented accessor)
        for key, position in moved.items():
            rows.filter(pk=sync.stored[key].pk).update(position=position)
        sync.retire_missing()
        self.rows[table.model] = sync.in_order()
        return sync

    def _load_course(self) -> Course:
        sync: Sync[Course] = Sync(COURSES, scope={}, run=self.run)
        [stand] = sync.merge(self.entries[COURSES.what].values()).values()
        values = stand.values(COURSES, {})
        if stand.row is None:
            values.setdefault("is_published", True)  # files publish unless they say otherwise
        html = {f"{name}_html": render_blocks(values[name], Unlinked()) for name in ("summary", "about_study")}
        course = sync.put(stand, {**values, **html})
        self.is_new = bool(sync.added)
        if sync.added:
            lessons = [(key, read.head.title) for key, read in self.bundle.lessons.items()]
            self.report.notes += notes_on_course(course, lessons)
        return course

    def _reference(self, _stand: Stand[Source], values: dict[str, Any]) -> dict[str, Any]:
        reference = format_reference(values["csl"], self.course.language)
        return {"html": str(reference.html), "sort_key": reference.sort_key}

    def _load_terms(self) -> None:
        """Definitions may cite and may name other terms, so they are rendered once all names are known."""
        sync = self._sync(TERMS)
        values = {key: stand.values(TERMS, self.rows) for key, stand in sync.stands.items()}
        named = {key: (of["term"], of["names"]) for key, of in values.items()}
        named |= {key: (row.term, row.names) for key, row in sync.rows.items() if key not in named}
        terms = {key: TermEntry(term, names, "") for key, (term, names) in named.items()}
        self.library = replace(self.library, terms=terms)
        for key, stand in sync.stands.items():
            html = {"html": render_inline(values[key]["definition"], self.linker)}
            sync.put(stand, {**values[key], **html}, later=True)
        sync.write_new()
        sync.retire_missing()
        self.rows[GlossaryTerm] = sync.in_order()
        terms = {key: TermEntry(row.term, row.names, row.html) for key, row in sync.in_order().items()}
        self.library = replace(self.library, terms=terms)

    def _load_people(self) -> None:
        sync = self._put_all(PEOPLE, lambda _stand, values: {"html": render_inline(values["text"], self.linker)})
        live = {key: row for key, row in sync.in_order().items() if not row.is_retired}
        groups = self.bundle.people.groups or [live[key].side for key in sync.stands if key in live]
        in_order = list(dict.fromkeys(groups))
        if self.course.people_groups != in_order:
            if not self.is_new:
                self.report.edits.append(Edit(self.course, values_of(self.course)))
            self.course.people_groups = in_order
            self.course.save(update_fields=["people_groups"])
        self.library = replace(self.library, people={key: row.name for key, row in live.items()})

    def _load_figures(self) -> None:
        """Draw the charts that are new or changed, several at a time; others keep their drawings."""
        sync: Sync[Figure] = self._sync(FIGURES)
        values = {key: stand.values(FIGURES, self.rows) for key, stand in sync.stands.items()}
        drawings: dict[str, Mapping[str, str]] = {}
        charts: dict[str, Chart] = {}
        for key, stand in sync.stands.items():
            declaration, row = values[key]["declaration"], stand.row
            over = self._of(Map)[declaration["map"]].land if declaration["map"] else None
            if row is not None and same(row.declaration, declaration) and is_drawn(row.drawings, over=over):
                drawings[key] = row.drawings
            elif declaration["chart"]:
                charts[key] = Chart(declaration["chart"], declaration["rows"], over)
        for at, (key, drawn) in enumerate(zip(charts, draw_all(list(charts.values())), strict=True), start=1):
            self.progress(_("figures drawn: %(n)d of %(all)d") % {"n": at, "all": len(charts)})
            drawings[key] = self._drawn(sync.stands[key].entry, drawn)
        for key, stand in sync.stands.items():
            made = drawings.get(key, {})
            html = render_figure(entry_from(values[key]["declaration"], made), self.linker)
            sync.put(stand, {**values[key], "drawings": made, "html": html}, later=True)
        sync.write_new()
        sync.retire_missing()
        self.rows[Figure] = sync.in_order()

    def _drawn(self, entry: Entry, drawn: Mapping[str, str] | ValueError) -> Mapping[str, str]:
        if not isinstance(drawn, ValueError):
            return drawn
        reason = _("Vega-Lite cannot draw this chart: %(why)s") % {"why": str(drawn)}
        self.problems.add(entry.document, ("chart",), reason, _("Check mark, encoding and the names of columns."))
        return {}

    def _dated(self, _stand: Stand[Any], values: dict[str, Any]) -> dict[str, Any]:
        start, _slash, end = values["date"].partition("/")
        days = {"starts_on": first_day(start), "ends_on": last_day(end or start)}
        return {**days, "html": render_inline(values["text"], self.linker)}

    def _load_lessons(self) -> Mapping[str, LearningObjective]:
        """Write lessons with their sections and objectives, and link them with what they refer to."""
        sync = self._sync(LESSONS)
        moved = sync.order()
        links = _Links()
        is_as_before = self._is_as_before  # text refers to nothing that was changed
        for key, stand in sync.stands.items():
            marks = len(self.report.changed), len(self.report.unchanged)
            stands = is_as_before and _stands(stand)
            row = sync.put(stand, stand.values(LESSONS, self.rows))
            if stands:
                continue
            self.progress(_("lesson %(key)s") % {"key": key})
            fields = stand.plain(LESSONS)
            rendered = render_lesson(row.body, self.library)
            written = write_sections(lesson=row, rendered=rendered, facts=fields.get("facts", {}))
            if written.is_changed:
                self._say_changed(sync.name(key), marks)
            self.report.notes += notes_on_sections(row, written.gone)
            listed = [person for person, each in self._of(Person).items() if key in each.listed and not each.is_retired]
            links.taught[key] = fields.get("statements", [])
            links.cited[key], links.used[key] = rendered.source_keys, [term["key"] for term in rendered.terms]
            links.named[key] = list(dict.fromkeys([*rendered.people_keys, *listed]))
        for key, position in moved.items():
            Lesson.objects.filter(pk=sync.stored[key].pk).update(position=position)
        sync.retire_missing()
        self.report.notes += notes_on_lessons(sync.retired, sync.added)
        link(Source.lessons.through, "source", self._of(Source), links.cited, sync.rows)
        link(GlossaryTerm.lessons.through, "glossaryterm", self._of(GlossaryTerm), links.used, sync.rows)
        link(Person.lessons.through, "person", self._of(Person), links.named, sync.rows)
        link(Lesson.statements.through, "studystatement", self._of(StudyStatement), links.taught, sync.rows)
        return self._load_objectives(sync)

    def _say_changed(self, name: str, marks: tuple[int, int]) -> None:
        """Count a lesson as changed when only what it refers to changed, such as a source or a figure."""
        changed, unchanged = marks
        if len(self.report.unchanged) > unchanged and self.report.unchanged[-1] == name:
            self.report.unchanged.pop()
            self.report.changed.insert(changed, name)

    def _load_objectives(self, sync: Sync[Lesson]) -> Mapping[str, LearningObjective]:
        """Write the objectives of each lesson; those of lessons made here stay as they are."""
        objectives = LearningObjective.objects.filter(course=self.course).select_related("lesson")
        stored = {row.key: row for row in objectives}
        rows: dict[str, LearningObjective] = {}
        for key, stand in sync.stands.items():
            found: Sequence[tuple[str, dict[str, Any]]] = stand.plain(LESSONS).get("objectives", [])
            for at, (name, fields) in enumerate(found, start=1):
                values = {**fields, "lesson": sync.rows[key], "position": at, "is_retired": False}
                if name in stored:
                    self.report.edits.append(Edit(stored[name], values_of(stored[name])))
                rows[name] = _put_objective(stored.get(name), self.course, name, values)
        own = {key for key, row in sync.stored.items() if key not in sync.stands and not row.is_retired}
        gone = [row.pk for key, row in stored.items() if key not in rows and row.lesson.key not in own]
        LearningObjective.objects.filter(pk__in=gone, is_retired=False).update(is_retired=True)
        return {**stored, **rows}


def _stands(stand: Stand[Lesson]) -> bool:
    """Say whether a lesson is as the same file made it, and nobody edited it since: it needs no rendering."""
    row = stand.row
    return row is not None and row.loaded_hash == stand.entry.hash and row.edited_at is None and not row.is_retired


class _Links:
    """What each lesson refers to, by the keys of both."""

    def __init__(self) -> None:
        self.cited: dict[str, Iterable[str]] = {}
        self.used: dict[str, Iterable[str]] = {}
        self.named: dict[str, Iterable[str]] = {}
        self.taught: dict[str, Iterable[str]] = {}


def _path(_stand: Stand[Map], values: dict[str, Any]) -> dict[str, Any]:
    region = Map(**values).region
    return {"path": outline_path(region, values["outlines"])}


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
