"""A read bundle → the entries of all its tables, in the order of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from courses.content.bundle import Bundle, ReadLesson
from courses.content.fields import Entry, Table
from courses.content.problems import Document
from courses.content.schema import hash_of
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


def entries_of(bundle: Bundle) -> dict[str, dict[str, Entry]]:
    """Return everything but the quizzes, by the name of its table and by key."""
    documents = bundle.documents
    lists: dict[Table, Iterable[BaseModel]] = {
        UNITS: bundle.course.units,
        SOURCES: bundle.sources.references,
        TERMS: bundle.glossary.terms,
        PEOPLE: bundle.people.people,
        STATEMENTS: bundle.study.statements if bundle.study else (),
        LANES: bundle.timeline.lanes,
        EVENTS: bundle.timeline.events,
    }
    found = {
        table.what: _listed(table, documents.get(table.path.removesuffix(".yaml")), of) for table, of in lists.items()
    }
    found[COURSES.what] = {bundle.course.course: _course(bundle)}
    listed = [key for unit in bundle.course.units for key in unit.lessons if key in bundle.lessons]
    found[LESSONS.what] = {key: _lesson(bundle.lessons[key]) for key in listed}
    found[FIGURES.what] = {
        key: Entry(key, file, hash_of(file), documents[f"figure:{key}"]) for key, file in bundle.figures.items()
    }
    found[MAPS.what] = {key: Entry(key, read, read.hash, documents[f"map:{key}"]) for key, read in bundle.maps.items()}
    return found


def _listed(table: Table, document: Document | None, files: Iterable[Any]) -> dict[str, Entry]:
    """Return the entries of a list in a file. The hash of some counts their place in it, as ever since."""
    if document is None:
        return {}
    hashed: Callable[[Any, int], str] = _hash_with_place if table in (UNITS, LANES) else _hash_alone
    return {
        (key := getattr(file, table.key)): Entry(key, file, hashed(file, at), document, (table.holder, at))
        for at, file in enumerate(files)
    }


def _hash_alone(file: BaseModel, _at: int) -> str:
    return hash_of(file)


def _hash_with_place(file: BaseModel, at: int) -> str:
    return hash_of(file, str(at))


def _course(bundle: Bundle) -> Entry:
    file, study = bundle.course, bundle.study
    # What a file does not say is left out: a field that is new here changes no hash of before.
    unsaid = {"units"} if file.published is not None else {"units", "published"}
    title = [study.title] if study and study.title else []
    file_hash = hash_of(file.model_dump(mode="json", exclude=unsaid), study.about if study else "", *title)
    fields: Mapping[str, Any] = {**_fields(file), "units": ()}
    head: dict[str, Any] = {
        "study_title": (study.title if study else None) or "",
        "about_study": study.about if study else "",
    }
    return Entry(file.course, CourseWhole.model_construct(**fields, **head), file_hash, bundle.documents["course"])


def _lesson(read: ReadLesson) -> Entry:
    head, document = read.head, read.document
    file_hash = hash_of(head, document.body, read.unit, str(read.position))
    whole = LessonWhole.model_construct(**_fields(head), body=document.body)
    return Entry(head.lesson, whole, file_hash, document, place={"unit": read.unit})


def _fields(file: BaseModel) -> dict[str, Any]:
    return {name: getattr(file, name) for name in type(file).model_fields}
