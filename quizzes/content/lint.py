"""A course folder → what the rules see, and each finding back to its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses.content.schema import SourceFile
from quizzes.content.folder import Folder
from quizzes.content.read import ReadQuiz
from quizzes.domain.lint.findings import Finding
from quizzes.domain.lint.run import lint
from quizzes.domain.lint.view import CourseView, ItemView, ObjectiveView, QuizView, SourceView

_TERTIARY = ("entry", "entry-encyclopedia")
_OF_LAW = ("treaty", "legislation", "bill")


@dataclass(frozen=True)
class Located:
    """A finding at its line."""

    finding: Finding
    file: str
    line: int


def lint_folder(folder: Folder) -> list[Located]:
    """Return every finding of a course folder, by file and line."""
    places = {key: place for read in folder.quizzes for key, place in _places(read)}
    found = [Located(finding, *_locate(finding, folder, places)) for finding in lint(course_view(folder))]
    return sorted(found, key=lambda one: (one.file, one.line, one.finding.rule))


def _places(read: ReadQuiz) -> Iterator[tuple[str, tuple[ReadQuiz, tuple[str | int, ...]]]]:
    for name, at, spec in read.entries():
        yield spec.key, (read, (name, at))


def _locate(finding: Finding, folder: Folder, places: dict[str, Any]) -> tuple[str, int]:
    owner = finding.owner
    if owner.item in places:
        read, place = places[owner.item]
        return read.document.file, read.document.line_of((*place, *finding.where))
    for read in folder.quizzes:
        if read.spec.quiz == owner.quiz:
            return read.document.file, read.document.line_of(finding.where)
    if owner.lesson in folder.bundle.lessons:
        document = folder.bundle.lessons[owner.lesson].document
        return document.file, document.line_of(finding.where)
    name = "study" if owner.statement else "course"
    document = folder.bundle.documents[name]
    return document.file, document.line_of(finding.where)


def course_view(folder: Folder) -> CourseView:
    """Return a folder as the rules see it."""
    bundle = folder.bundle
    objectives = {
        objective.key: ObjectiveView(objective.key, objective.text, lesson.head.lesson, ("objectives", at))
        for lesson in bundle.lessons.values()
        for at, objective in enumerate(lesson.head.objectives)
    }
    return CourseView(
        quizzes=tuple(_quiz_view(read) for read in folder.quizzes),
        objectives=objectives,
        sources={source.id: source_view(source) for source in bundle.sources.references},
        alts={key: figure.alt for key, figure in bundle.figures.items()},
        titles={read.spec.quiz: read.spec.title for read in folder.quizzes},
        title=bundle.course.title,
    )


def _quiz_view(read: ReadQuiz) -> QuizView:
    spec = read.spec
    items = tuple(
        ItemView(
            item,
            quiz=spec.quiz,
            is_check=name == "checks",
            is_told_early=getattr(spec, "behaviour", "deferred") in ("interactive", "adaptive"),
            record=record_of(item, getattr(spec, "sets", {})),
        )
        for name, _at, item in read.entries()
    )
    return QuizView(spec.quiz, spec.title, items)


def record_of(item: Any, sets: Any) -> Any:
    """Return what is known of the source of an item's set."""
    found = sets.get(getattr(item, "set", None))
    return found.record if found else None


def source_view(source: SourceFile) -> SourceView:
    """Return what the rules want to know of a source."""
    where = f"{source.container_title or ''} {source.publisher or ''}".casefold()
    in_print = source.container_title or source.publisher or source.author or source.type in _OF_LAW
    return SourceView(
        key=source.id,
        is_dated=source.issued is not None,
        is_tertiary=source.type in _TERTIARY or "wikipedia" in where or "encyclop" in where,
        has_locator=bool(source.URL or source.page or source.volume or source.issue or (source.issued and in_print)),
    )
