"""What can be told of a file with mistakes, so that whatever refers to it is still checked, and checked rightly."""

from __future__ import annotations

from typing import Any

from courses.content.problems import Document
from courses.content.schema import CourseFile, LessonFile, ObjectiveFile, UnitFile
from courses.models import LearningObjective


def entries(document: Document | None, name: str) -> list[dict[str, Any]]:
    """Return the entries of a list in a file; one that holds no fields counts as empty."""
    found = document.data.get(name) if document else None
    return [entry if isinstance(entry, dict) else {} for entry in found] if isinstance(found, list) else []


def keys(document: Document | None, name: str, field: str) -> list[str]:
    """Return a field of each entry of a list in a file."""
    return [str(entry.get(field, "")) for entry in entries(document, name)]


def texts(value: object) -> tuple[str, ...]:
    """Return the texts in a list."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def outline_of_course(document: Document) -> CourseFile:
    """Return a course of which only the units' keys and lessons are to be relied on."""
    units = tuple(
        UnitFile.model_construct(key=str(unit.get("key", "")), title="", summary="", lessons=texts(unit.get("lessons")))
        for unit in entries(document, "units")
    )
    return CourseFile.model_construct(course="", title="", summary="", units=units)


def outline_of_lesson(document: Document, key: str) -> LessonFile:
    """Return a lesson of which only the key and what refers elsewhere are to be relied on."""
    facts, levels = document.data.get("facts"), LearningObjective.Level
    objectives = tuple(
        ObjectiveFile.model_construct(
            key=str(entry.get("key", "")),
            level=levels(entry["level"]) if entry.get("level") in levels.values else levels.CREATE,
            text="",
        )
        for entry in entries(document, "objectives")
    )
    return LessonFile.model_construct(
        lesson=key,
        title="",
        summary="",
        objectives=objectives,
        statements=texts(document.data.get("statements")),
        facts=facts if isinstance(facts, dict) else {},
    )
