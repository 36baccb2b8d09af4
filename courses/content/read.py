"""A folder → a bundle of checked values. Every mistake of every file is found in one run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from courses.content.bodies import read_body
from courses.content.bundle import Bundle, ReadLesson
from courses.content.crosscheck import check_bundle
from courses.content.documents import read_front_matter, read_yaml
from courses.content.explain import nearest
from courses.content.files import BESIDE, files_in, stray_parts, strays_in
from courses.content.maps import MapFile, ReadMap, read_outlines
from courses.content.outline import outline_of_course, outline_of_lesson
from courses.content.problems import Document, Problems, field_names
from courses.content.schema import (
    CourseFile,
    FactsFile,
    FigureFile,
    GlossaryFile,
    LessonFile,
    PeopleFile,
    SourcesFile,
    StudyFile,
    TimelineFile,
)
from courses.rendering.lessons import ParsedSection

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], document: Document, problems: Problems, *more: type[BaseModel]) -> Model | None:
    """Return the document's data as a model, or note every mistake and return None."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems.add_invalid(document, error, field_names(model, *more))
        return None


def read_course(root: Path, problems: Problems) -> Bundle | None:
    """Read everything but the quizzes of a course folder; None when the course itself cannot be read."""
    if not os.path.lexists(root / "course.yaml"):
        problems.add_at(
            "course.yaml",
            1,
            _("There is no course.yaml in %(folder)s.") % {"folder": root.name},
            _("Name a course's folder."),
        )
        return None
    documents: dict[str, Document] = {}
    parts = {
        name: _read_part(root, name, model, documents, problems)
        for name, model in (
            ("course", CourseFile),
            ("sources", SourcesFile),
            ("glossary", GlossaryFile),
            ("people", PeopleFile),
            ("timeline", TimelineFile),
            ("study", StudyFile),
            ("facts", FactsFile),
        )
    }
    unread = {f"{name}.yaml" for name in parts if name not in documents and os.path.lexists(root / f"{name}.yaml")}
    unread |= {f"{name}.yaml" for name in stray_parts(root) if name not in documents}
    if "course" not in documents:
        _read_rest_for_their_mistakes(root, problems)
        return None
    course = parts["course"] if isinstance(parts["course"], CourseFile) else outline_of_course(documents["course"])
    bundle = Bundle(
        root,
        course,
        documents,
        sources=_or_empty(parts["sources"], SourcesFile(references=())),
        glossary=_or_empty(parts["glossary"], GlossaryFile(terms=())),
        people=_or_empty(parts["people"], PeopleFile(people=())),
        timeline=_or_empty(parts["timeline"], TimelineFile.model_construct(lanes=(), events=())),
        study=study if isinstance(study := parts["study"], StudyFile) else None,
        unread=unread,
        facts=facts if isinstance(facts := parts["facts"], FactsFile) else None,
    )
    _read_lessons(bundle, problems)
    _read_maps(bundle, problems)
    _read_figures(bundle, problems)
    check_bundle(bundle, problems)
    return bundle


def _or_empty(value: BaseModel | None, empty: Model) -> Model:
    return value if isinstance(value, type(empty)) else empty


def _read_part(
    root: Path, name: str, model: type[BaseModel], documents: dict[str, Document], problems: Problems
) -> BaseModel | None:
    path = root / f"{name}.yaml"
    if not os.path.lexists(path):
        return None
    document = read_yaml(path, root=root, problems=problems)
    if document is None:
        return None
    documents[name] = document
    return validate(model, document, problems)


def _read_rest_for_their_mistakes(root: Path, problems: Problems) -> None:
    """When course.yaml is not even YAML references cannot be checked, yet the shape of every other file can."""
    for path in files_in(root, "lessons"):
        document = read_front_matter(path, root=root, problems=problems)
        if document is not None:
            validate(LessonFile, document, problems)
    for path in files_in(root, "figures"):
        document = read_yaml(path, root=root, problems=problems)
        if document is not None:
            validate(FigureFile, document, problems)


def _read_lessons(bundle: Bundle, problems: Problems) -> None:
    places = {
        key: (unit.key, position, unit_at)
        for unit_at, unit in enumerate(bundle.course.units)
        for position, key in enumerate(unit.lessons, start=1)
    }
    for path in files_in(bundle.root, "lessons"):
        document = read_front_matter(path, root=bundle.root, problems=problems)
        if document is None:
            bundle.unread.add(f"lessons/{path.name}")
            places.pop(path.stem, None)
            continue
        head = validate(LessonFile, document, problems) or outline_of_lesson(document, path.stem)
        _check_file_name(document, path, "lesson", head.lesson, problems)
        if head.lesson not in places:
            if bundle.has_units:
                reason = _("No unit of course.yaml lists this lesson.")
                problems.add(document, ("lesson",), reason, nearest(head.lesson, places))
            continue
        unit, position, _unit_at = places.pop(head.lesson)
        sections = _sections_of(document, problems)
        bundle.lessons[head.lesson] = ReadLesson(document, head, sections, unit, position)
    known = [path.stem for path in files_in(bundle.root, "lessons")]
    for key in strays_in(bundle.root, "lessons") & places.keys():
        bundle.unread.add(f"lessons/{key}")
        places.pop(key)
    for key, (_unit, position, unit_at) in places.items():
        place = ("units", unit_at, "lessons", position - 1)
        reason = _("There is no file lessons/%(key)s.md.") % {"key": key}
        problems.add(bundle.documents["course"], place, reason, nearest(key, known))


def _sections_of(document: Document, problems: Problems) -> tuple[ParsedSection, ...]:
    sections, faults = read_body(document.body)
    for line, reason, suggestion in faults:
        problems.add_at(document.file, document.body_line + line - 1, reason, suggestion)
    return tuple(sections)


def _read_figures(bundle: Bundle, problems: Problems) -> None:
    for path in files_in(bundle.root, "figures"):
        document = read_yaml(path, root=bundle.root, problems=problems)
        if document is None:
            continue
        bundle.figure_documents.append(document)
        figure = validate(FigureFile, document, problems)
        if figure is None:
            continue
        _check_file_name(document, path, "figure", figure.figure, problems)
        bundle.documents[f"figure:{figure.figure}"] = document
        bundle.figures[figure.figure] = figure


def _read_maps(bundle: Bundle, problems: Problems) -> None:
    for path in files_in(bundle.root, "maps"):
        document = read_yaml(path, root=bundle.root, problems=problems)
        file = None if document is None else validate(MapFile, document, problems)
        beside = path.with_suffix(BESIDE["maps"])
        if not os.path.lexists(beside):
            reason = _("There is no file maps/%(name)s with the outlines of this map.") % {"name": beside.name}
            problems.add_at(str(path.relative_to(bundle.root)), 1, reason, _("Export them as GeoJSON under this name."))
            continue
        outlines = read_outlines(beside, root=bundle.root, problems=problems)
        if document is None or file is None:
            continue
        _check_file_name(document, path, "map", file.map, problems)
        bundle.documents[f"map:{file.map}"] = document
        if outlines is not None:
            if not file.region.shows(outlines):
                reason = _("None of the outlines lies within the extent of the map.")
                problems.add(document, ("extent",), reason, _("Write degrees, west and south with a minus."))
            bundle.maps[file.map] = ReadMap(file, outlines)


def _check_file_name(document: Document, path: Path, what: str, key: str, problems: Problems) -> None:
    if path.stem != key:
        reason = _("The file is named “%(stem)s”, its key is “%(key)s”.") % {"stem": path.stem, "key": key}
        problems.add(document, (what,), reason, _("Give the file the name of its key."))
