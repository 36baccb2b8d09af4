"""A whole course folder, read and checked, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from courses.content.outline import keys
from courses.content.problems import Document
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


@dataclass(frozen=True)
class ReadLesson:
    """A lesson's front matter with its parsed body."""

    document: Document
    head: LessonFile
    sections: tuple[ParsedSection, ...]
    unit: str
    position: int


@dataclass
class Bundle:
    """A whole course as its files say it. `checks_used` maps a check's key to where a lesson places it.

    Where a file has mistakes, its keys are still known: what refers to them is right.
    """

    root: Path
    course: CourseFile
    documents: dict[str, Document]
    sources: SourcesFile
    glossary: GlossaryFile
    people: PeopleFile
    timeline: TimelineFile
    study: StudyFile | None
    facts: FactsFile | None = None  # a course without a register of facts is not checked against one
    lessons: dict[str, ReadLesson] = field(default_factory=dict)
    figures: dict[str, FigureFile] = field(default_factory=dict)
    captions: list[tuple[Document, str]] = field(default_factory=list)
    checks_used: dict[str, list[tuple[Document, int, str]]] = field(default_factory=dict)

    @cached_property
    def source_keys(self) -> set[str]:
        """Return the keys of all sources."""
        return set(keys(self.documents.get("sources"), "references", "id"))

    @cached_property
    def term_keys(self) -> set[str]:
        """Return the keys of all glossary terms."""
        return set(keys(self.documents.get("glossary"), "terms", "key"))

    @cached_property
    def statement_keys(self) -> set[str]:
        """Return the ids of the study's statements."""
        return set(keys(self.documents.get("study"), "statements", "id"))

    @cached_property
    def fact_keys(self) -> set[str] | None:
        """Return the ids of the register of facts, or None where the course keeps none."""
        document = self.documents.get("facts")
        return set(keys(document, "facts", "id")) if document else None

    @cached_property
    def unit_keys(self) -> set[str]:
        """Return the keys of all units."""
        return {unit.key for unit in self.course.units}

    @cached_property
    def lesson_keys(self) -> set[str]:
        """Return the keys of all lessons that course.yaml lists; one whose file is missing is reported there."""
        return {key for unit in self.course.units for key in unit.lessons}

    @cached_property
    def figure_keys(self) -> set[str]:
        """Return the keys of all figures."""
        return {path.stem for path in (self.root / "figures").glob("*.yaml")} | set(self.figures)
