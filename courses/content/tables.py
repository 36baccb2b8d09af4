"""What files and rows hold of each other, field by field: one table for each kind of content.

Loading, writing files, merging, and whatever asks which columns an author fills, go by these tables alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.content.fields import Entry, Field, Rows, Table, apart, listed, mapped, plain, pointing, text, value
from courses.content.maps import MapFile, ReadMap
from courses.content.schema import (
    CourseFile,
    EventFile,
    FigureFile,
    LaneFile,
    LessonFile,
    PersonFile,
    SourceFile,
    StatementFile,
    TermFile,
    UnitFile,
)
from courses.models import (
    Course,
    Figure,
    GlossaryTerm,
    Lane,
    Lesson,
    Map,
    Person,
    Source,
    StudyStatement,
    TimelineEvent,
    Unit,
)


class CourseWhole(CourseFile):
    """What is known of a course itself: course.yaml without its units, and the head of study.yaml."""

    units: tuple[UnitFile, ...] = ()
    study_title: str = ""
    about_study: str = ""


class LessonWhole(LessonFile):
    """A lesson: its front matter and its text."""

    body: str = ""


def _years(row: Unit) -> Any:
    years = {"from": row.year_from, "to": row.year_to}
    return None if row.year_from is None else {name: year for name, year in years.items() if year is not None}


def _year_columns(entry: Entry, _rows: Rows) -> Sequence[Any]:
    years = entry.file.years
    return (years.start, years.end) if years else (None, None)


def _rule_columns(entry: Entry, _rows: Rows) -> Sequence[Any]:
    rule = entry.file.certificate
    return (None if rule is None else rule.as_stored(),)


def _objectives(row: Lesson) -> Any:
    live = sorted((each.position, each.pk, each) for each in row.objectives.all() if not each.is_retired)
    return [[each.key, {"level": each.level, "text": each.text}] for _position, _pk, each in live]


def _facts(row: Lesson) -> Any:
    sections = [each for each in row.sections.all() if each.facts and not each.is_retired]
    return {each.key: list(each.facts) for each in sorted(sections, key=lambda each: each.position)}


def _lesson_shape(entry: Entry) -> dict[str, Any]:
    """Put objectives by their keys, so that each of them merges; statements have no order of their own."""
    values: dict[str, Any] = entry.file.model_dump(mode="json", exclude_defaults=True)
    objectives = [[each.pop("key"), each] for each in values.get("objectives", [])]
    return {**values, "objectives": objectives, "statements": sorted(values.get("statements", []))}


def _lesson_of(values: dict[str, Any]) -> LessonWhole:
    objectives = [{"key": key, **objective} for key, objective in values.get("objectives", [])]
    return LessonWhole.model_validate({**values, "objectives": objectives})


def csl_of(source: SourceFile) -> dict[str, Any]:
    """Return the CSL entry of a source as it is stored."""
    body: dict[str, Any] = source.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"note"})
    return body


def declaration_of(figure: FigureFile) -> dict[str, Any]:
    """Return the figure in JSON's own types, as it will be read back from the database.

    The columns become pairs: PostgreSQL sorts the keys of a JSON mapping, and their order is the table's.
    """
    body = figure.model_dump(mode="python")
    written = json.dumps(body | {"columns": list(body["columns"].items())}, default=float, allow_nan=False)
    declaration: dict[str, Any] = json.loads(written)
    return declaration


def _lean_declaration(declaration: Mapping[str, Any]) -> dict[str, Any]:
    columns = [
        [name, {key: value for key, value in column.items() if value is not None}]
        for name, column in declaration["columns"]
    ]
    return {**declaration, "columns": columns}


def _figure_of(values: dict[str, Any]) -> FigureFile:
    return FigureFile.model_validate({**values, "columns": dict(values.get("columns", []))})


def _map_columns(entry: Entry, _rows: Rows) -> Sequence[Any]:
    read: ReadMap = entry.file
    return [read.values[name] for name in _MAP_COLUMNS]


def _map_of(row: Map) -> dict[str, Any]:
    extent = {side: getattr(row, side) for side in ("west", "south", "east", "north")}
    return {
        "title": row.title, "projection": row.projection, "extent": extent, "credit": row.credit,
        "licence": row.licence, "outlines": row.outlines,
    }  # fmt: skip


def _map_shape(entry: Entry) -> dict[str, Any]:
    read: ReadMap = entry.file
    return {**read.file.model_dump(mode="json", exclude_defaults=True), "outlines": plain(read.outlines)}


_MAP_COLUMNS = ("title", "projection", "credit", "licence", "west", "south", "east", "north", "outlines")
_STATEMENTS = apart("statements", lambda row: sorted(each.key for each in row.statements.all()))

COURSES = Table(
    Course, CourseWhole, "course", _("course"), "course.yaml", key="course", outside=frozenset({"units"}),
    fields=(
        text("title"), text("subtitle"), text("lede"), text("summary"), value("language"), text("licence"),
        value("hours"), Field("certificate", ("certificate",), _rule_columns, lambda row: row.certificate),
        value("published", "is_published", is_silent=True), text("study_title"), text("about_study"),
    ),
)  # fmt: skip
UNITS = Table(
    Unit, UnitFile, "unit", _("unit"), "course.yaml", holder="units", outside=frozenset({"lessons"}), group=(),
    fields=(
        text("label"), text("title"), Field("years", ("year_from", "year_to"), _year_columns, _years),
        value("colour"), text("summary"),
    ),
)  # fmt: skip
SOURCES = Table(
    Source, SourceFile, "source", _("source"), "sources.yaml", holder="references", key="id",
    fields=(
        Field(
            "", ("csl", "note"), lambda entry, _rows: (csl_of(entry.file), entry.file.note or ""),
            lambda row: {**row.csl, "note": row.note},
        ),
    ),
)  # fmt: skip
TERMS = Table(
    GlossaryTerm, TermFile, "term", _("glossary term"), "glossary.yaml", holder="terms",
    fields=(text("term"), mapped("names"), listed("forms"), text("definition")),
)  # fmt: skip
PEOPLE = Table(
    Person, PersonFile, "person", _("person"), "people.yaml", holder="people",
    fields=(
        text("name"), text("family"), mapped("names"), text("side"), text("role"), text("years"), text("text"),
        listed("lessons", "listed"),
    ),
)  # fmt: skip
MAPS = Table(
    Map, MapFile, "map", _("map"), "maps/{key}.yaml", key="map", shape=_map_shape,
    fields=(Field("", _MAP_COLUMNS, _map_columns, _map_of),),
)  # fmt: skip
FIGURES = Table(
    Figure, FigureFile, "figure", _("figure"), "figures/{key}.yaml", key="figure",
    shape=lambda entry: _lean_declaration(declaration_of(entry.file)), validate=_figure_of,
    fields=(
        Field(
            "", ("title", "declaration"), lambda entry, _rows: (entry.file.title, declaration_of(entry.file)),
            lambda row: _lean_declaration(row.declaration),
        ),
    ),
)  # fmt: skip
STATEMENTS = Table(
    StudyStatement, StatementFile, "statement", _("statement"), "study.yaml", holder="statements", key="id",
    outside=frozenset({"lessons"}), group=(), fields=(text("text"), value("verdict"), text("record")),
)  # fmt: skip
LESSONS = Table(
    Lesson, LessonWhole, "lesson", _("lesson"), "lessons/{key}.md", key="lesson", shape=_lesson_shape,
    validate=_lesson_of, group=("unit",), related=("unit",),
    fields=(
        pointing("unit", Unit), text("number"), text("title"), text("subtitle"), text("question"), text("summary"),
        value("minutes"), _STATEMENTS, apart("objectives", _objectives), apart("facts", _facts), text("body"),
    ),
)  # fmt: skip
LANES = Table(
    Lane, LaneFile, "lane", _("lane"), "timeline.yaml", holder="lanes", group=(), fields=(text("title"),),
)  # fmt: skip
EVENTS = Table(
    TimelineEvent, EventFile, "event", _("event"), "timeline.yaml", holder="events",
    related=("lane", "unit", "lesson"),
    fields=(
        text("date"), pointing("lane", Lane), text("title"), text("text"), pointing("unit", Unit),
        pointing("lesson", Lesson), listed("facts"),
    ),
)  # fmt: skip
TABLES = (COURSES, UNITS, SOURCES, TERMS, PEOPLE, MAPS, FIGURES, STATEMENTS, LESSONS, LANES, EVENTS)
"""In the order in which they are loaded: what is pointed at comes first."""
