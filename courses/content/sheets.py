"""What each file of a course holds, as values in the order in which authors write them: of rows, and of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from pydantic import BaseModel, ValidationError

from courses.content.documents import parse_yaml
from courses.content.dump import dump_yaml
from courses.content.fields import Entry, Table, is_edited
from courses.content.files import lines_of
from courses.content.merge import UNKNOWN
from courses.content.problems import Document, Problems
from courses.content.schema import CourseFile, PeopleFile, StudyFile
from courses.content.splice import same_in_order, splice
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
    CourseWhole,
    LessonWhole,
)
from courses.models import Course, LearningObjective, Section

_NOWHERE = Document("", {}, {})
_BOM = "\ufeff"


@dataclass
class Sheet:
    """What one file holds. `body` is the text below the front matter of a lesson."""

    values: dict[str, Any]
    body: str | None = None


@dataclass
class Standing:
    """The rows of a course that its files hold, in the order of the files; `touched` are files that may differ."""

    course: Course
    texts: Mapping[str, str]
    rows: dict[str, list[Any]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def take(self, table: Table, rows: Iterable[Any], path_of: Callable[[Any], str] | None = None) -> None:
        """Take in the rows of a table: the live ones, and the files that edits of any of them may have changed."""
        live = []
        for row in rows:
            path = path_of(row) if path_of else table.path.format(key=row.key)
            if is_edited(row) or not row.loaded_hash or path not in self.texts:
                self.touched.add(path)
                self.touched |= _BESIDE.get(table.what, set())
            if not row.is_retired:
                live.append(row)
            elif "{key}" in table.path and path_of is None:
                self.gone.add(path)
        self.rows[table.what] = live


_BESIDE = {
    "course": {"course.yaml", "study.yaml"},
    "unit": {"course.yaml"},
    "lesson": {"course.yaml", "study.yaml"},
}
"""Files that also hold something of a row, beside its own."""


def rows_of(course: Course, texts: Mapping[str, str]) -> Standing:
    """Fetch everything but the quizzes of a course, in a fixed number of queries."""
    found = Standing(course, texts)
    sections = Prefetch("sections", Section.objects.defer("parts", "mentions"))
    objectives = Prefetch("objectives", LearningObjective.objects.order_by("position", "pk"))
    lessons = course.lessons.order_by("position", "pk").select_related("unit").defer("notes")
    found.take(COURSES, [course])
    found.take(UNITS, course.units.order_by("position", "pk"))
    found.take(LESSONS, lessons.prefetch_related(sections, objectives, "statements"))
    found.take(SOURCES, course.sources.order_by("key"))
    found.take(TERMS, course.terms.order_by("key"))
    found.take(PEOPLE, course.people.order_by("key"))
    found.take(MAPS, course.maps.order_by("key"))
    found.take(FIGURES, course.figures.order_by("key").defer("drawings", "html"))
    found.take(STATEMENTS, course.statements.order_by("position", "pk"))
    found.take(LANES, course.lanes.order_by("position", "pk"))
    found.take(EVENTS, course.events.order_by("starts_on", "key").select_related("lane", "unit", "lesson"))
    return found


def written(table: Table, key: str, values: Mapping[str, Any], order: Sequence[str] = ()) -> dict[str, Any]:
    """Return fields as an author writes them: the key first, the others in the order of the shape of the file."""
    values = {name: value for name, value in values.items() if value is not UNKNOWN}
    names = order or [info.alias or name for name, info in table.file.model_fields.items()]
    return {table.key: key, **{name: values[name] for name in names if name in values and name != table.key}}


def _written_row(table: Table, row: Any) -> dict[str, Any]:
    return written(table, row.key, table.of_row(row))


def _written_file(table: Table, file: BaseModel) -> dict[str, Any]:
    key = str(getattr(file, table.key))
    return written(table, key, table.of_entry(Entry(key, file, "", _NOWHERE)))


def _listed(
    found: Standing, table: Table, old: Sequence[Mapping[str, Any]], *, is_sorted: bool
) -> list[dict[str, Any]]:
    """Return the entries of a list: in their own order, or as the file has them with new ones behind."""
    rows = {row.key: row for row in found.rows[table.what]}
    keys = list(rows)
    if not is_sorted:
        before = [str(entry[table.key]) for entry in old if str(entry[table.key]) in rows]
        keys = list(dict.fromkeys([*before, *keys]))
    return [_written_row(table, rows[key]) for key in keys]


def _course_sheet(found: Standing, old: Sheet) -> Sheet:
    values = _written_row(COURSES, found.course)
    if found.course.is_published and "published" not in old.values:
        values.pop("published", None)  # files publish unless they say otherwise
    values = {name: value for name, value in values.items() if name not in ("study_title", "about_study")}
    values["units"] = [
        {
            **_written_row(UNITS, unit),
            "lessons": [lesson.key for lesson in found.rows["lesson"] if lesson.unit_id == unit.pk],
        }
        for unit in found.rows["unit"]
    ]
    return Sheet(values)


def _study_sheet(found: Standing, old: Sheet) -> Sheet:
    course = found.course
    head = {"title": course.study_title, "about": course.about_study}
    before = {str(entry["id"]): entry for entry in old.values.get("statements", [])}
    statements = []
    for row in found.rows["statement"]:
        taught = [lesson.key for lesson in found.rows["lesson"] if row in lesson.statements.all()]
        listed = before.get(row.key, {}).get("lessons", [])
        lessons = listed if listed and set(listed) <= set(taught) else taught
        entry = _written_row(STATEMENTS, row)
        statements.append({"id": row.key, "text": entry["text"], "lessons": lessons, **entry})
    listed = {"statements": statements} if statements else {}
    return Sheet({**{name: value for name, value in head.items() if value}, **listed})


def _people_sheet(found: Standing, old: Sheet) -> Sheet:
    people = _listed(found, PEOPLE, old.values.get("people", []), is_sorted=False)
    sides = [person["side"] for person in people if person.get("side")]
    groups = list(dict.fromkeys([*old.values.get("groups", []), *found.course.people_groups, *sides]))
    groups = [group for group in groups if group in sides or group in old.values.get("groups", [])]
    is_said = bool(old.values.get("groups")) or groups != list(dict.fromkeys(sides))
    return Sheet({**({"groups": groups} if is_said else {}), "people": people})


def _timeline_sheet(found: Standing, old: Sheet) -> Sheet:
    events = _listed(found, EVENTS, old.values.get("events", []), is_sorted=False)
    return Sheet({"lanes": [_written_row(LANES, row) for row in found.rows["lane"]], "events": events})


def _sources_sheet(found: Standing, old: Sheet) -> Sheet:
    return Sheet({"references": _listed(found, SOURCES, old.values.get("references", []), is_sorted=False)})


def _glossary_sheet(found: Standing, old: Sheet) -> Sheet:
    return Sheet({"terms": _listed(found, TERMS, old.values.get("terms", []), is_sorted=False)})


_SHEETS: dict[str, Callable[[Standing, Sheet], Sheet]] = {
    "course.yaml": _course_sheet,
    "sources.yaml": _sources_sheet,
    "glossary.yaml": _glossary_sheet,
    "people.yaml": _people_sheet,
    "timeline.yaml": _timeline_sheet,
    "study.yaml": _study_sheet,
}
_LISTS = {
    "sources.yaml": (SOURCES,),
    "glossary.yaml": (TERMS,),
    "people.yaml": (PEOPLE,),
    "timeline.yaml": (LANES, EVENTS),
    "study.yaml": (STATEMENTS,),
}


def sheet_of_text(path: str, text: str) -> Sheet | None:
    """Return what a text holds, as `sheets_of_rows` would; None where today's rules refuse it."""
    head, body = _front_matter(text) if path.endswith(".md") else (text.removeprefix(_BOM), None)
    document = parse_yaml(head, file=path, problems=(problems := Problems()))
    if document is None or problems.found:
        return None
    try:
        return Sheet(_values_of(path, document.data), body)
    except (ValidationError, KeyError, TypeError):
        return None


def _values_of(path: str, data: dict[str, Any]) -> dict[str, Any]:
    if path == "course.yaml":
        return _course_values(CourseFile.model_validate(data))
    if path.startswith("lessons/"):
        return lesson_values(_written_file(LESSONS, LessonWhole.model_validate(data)))
    if path.startswith("figures/"):
        return figure_values(_written_file(FIGURES, FIGURES.file.model_validate(data)))
    found: dict[str, Any] = {}
    if path == "study.yaml":
        study = StudyFile.model_validate(data)
        found = {name: value for name, value in (("title", study.title), ("about", study.about)) if value}
    elif path == "people.yaml" and data.get("groups"):
        found = {"groups": list(PeopleFile.model_validate(data).groups)}
    for table in _LISTS[path]:
        files = [table.file.model_validate(entry) for entry in data.get(table.holder, [])]
        found[table.holder] = [_with_lessons(_written_file(table, file), file) for file in files]
    return found


def _with_lessons(values: dict[str, Any], file: Any) -> dict[str, Any]:
    """Put the lessons of a statement where they are written: they are no field of its row."""
    if "id" not in values or not hasattr(file, "verdict"):
        return values
    return {"id": values["id"], "text": values["text"], "lessons": list(file.lessons), **values}


def _course_values(file: CourseFile) -> dict[str, Any]:
    whole = CourseWhole.model_construct(**{name: getattr(file, name) for name in type(file).model_fields})
    units = [{**_written_file(UNITS, unit), "lessons": list(unit.lessons)} for unit in file.units]
    return {**_written_file(COURSES, whole), "units": units}


def lesson_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return a lesson's front matter: its objectives as a list, and without its text."""
    objectives = [{"key": key, **objective} for key, objective in values.get("objectives", [])]
    values = {name: value for name, value in values.items() if name != "body"}
    return {**values, "objectives": objectives} if objectives else values


def figure_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return a figure with its columns as a mapping; one without a unit is its label alone."""
    columns = {name: column if len(column) > 1 else column["label"] for name, column in values["columns"]}
    return {**values, "columns": columns}


def _front_matter(text: str) -> tuple[str, str]:
    """Return the front matter of a lesson, and its text, of a file that has both."""
    lines = lines_of(text.removeprefix(_BOM))
    end = next(at for at, line in enumerate(lines[1:], start=1) if line.rstrip() == "---")
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]).strip("\n")


def sheets_of_rows(found: Standing) -> dict[str, Callable[[Sheet], Sheet]]:
    """Return for each file what makes its sheet, given the sheet of the text that there is."""
    sheets: dict[str, Callable[[Sheet], Sheet]] = {}
    needed = {"course.yaml": True, "study.yaml": bool(found.course.about_study or found.rows["statement"])}
    for path, tables in _LISTS.items():
        needed.setdefault(path, any(found.rows[table.what] for table in tables))
    for path, make in _SHEETS.items():
        if needed[path] or path in found.texts:
            sheets[path] = _bound(make, found)
    for row in found.rows["lesson"]:
        sheets[f"lessons/{row.key}.md"] = _lesson_sheet(row)
    for row in found.rows["figure"]:
        sheets[f"figures/{row.key}.yaml"] = _figure_sheet(row)
    return sheets


def _bound(make: Callable[[Standing, Sheet], Sheet], found: Standing) -> Callable[[Sheet], Sheet]:
    return lambda old: make(found, old)


def _lesson_sheet(row: Any) -> Callable[[Sheet], Sheet]:
    return lambda _old: Sheet(lesson_values(_written_row(LESSONS, row)), row.body)


def _figure_sheet(row: Any) -> Callable[[Sheet], Sheet]:
    return lambda _old: Sheet(figure_values(_written_row(FIGURES, row)))


def text_of(make: Callable[[Sheet], Sheet], text: str | None, read: Callable[[str], Sheet | None]) -> str:
    """Return the text of a file: the one there is with what changed, or a new one."""
    old = read(text) if text is not None else None
    new = make(old or Sheet({}))
    if text is None or old is None:
        return _whole(new)
    mark = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    if new.body is None:
        changed = text if same_in_order(old.values, new.values) else splice(text, old.values, new.values)
        return mark + changed
    lines = lines_of(text)
    end = next(at for at, line in enumerate(lines[1:], start=1) if line.rstrip() == "---")
    newline = "\r\n" if "\r\n" in text else "\n"
    head = newline.join(lines[1:end]) + newline
    if not same_in_order(old.values, new.values):
        head = splice(head, old.values, new.values)
    rest = newline.join(lines[end + 1 :])
    if old.body != new.body:
        rest = f"{newline}{new.body.replace(chr(10), newline)}{newline}" if new.body else ""
    return f"{mark}{lines[0]}{newline}{head}{lines[end]}{newline}{rest}"


def _whole(sheet: Sheet) -> str:
    if sheet.body is None:
        return dump_yaml(sheet.values)
    return f"---\n{dump_yaml(sheet.values)}---\n" + (f"\n{sheet.body}\n" if sheet.body else "")
