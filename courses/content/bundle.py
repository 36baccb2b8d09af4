"""A whole course folder, read and checked, as one value."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from courses.content.files import files_in, strays_in
from courses.content.maps import ReadMap
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


class _EveryKey(frozenset[str]):
    """Holds whatever it is asked for."""

    def __contains__(self, _key: object) -> bool:
        return True


EVERY_KEY = _EveryKey()


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

    Where a file has mistakes, its keys are still known: what refers to them is right. Where a file cannot be read at
    all its keys are not, and nothing that refers to them is judged; `unread` names such files.
    """

    root: Path
    course: CourseFile
    documents: dict[str, Document]
    sources: SourcesFile
    glossary: GlossaryFile
    people: PeopleFile
    timeline: TimelineFile
    study: StudyFile | None
    unread: set[str]
    facts: FactsFile | None = None  # a course without a register of facts is not checked against one
    lessons: dict[str, ReadLesson] = field(default_factory=dict)
    figures: dict[str, FigureFile] = field(default_factory=dict)
    maps: dict[str, ReadMap] = field(default_factory=dict)
    figure_documents: list[Document] = field(default_factory=list)
    checks_used: dict[str, list[tuple[Document, int, str]]] = field(default_factory=dict)

    @cached_property
    def source_keys(self) -> Set[str]:
        """Return the keys of all sources."""
        return self._keys("sources", "references", "id")

    @cached_property
    def term_keys(self) -> Set[str]:
        """Return the keys of all glossary terms."""
        return self._keys("glossary", "terms", "key")

    @cached_property
    def statement_keys(self) -> Set[str]:
        """Return the ids of the study's statements."""
        return self._keys("study", "statements", "id")

    @cached_property
    def lane_keys(self) -> Set[str]:
        """Return the keys of the lanes of the timeline; that a timeline has none is noted once, not at each event."""
        return self._keys("timeline", "lanes", "key") or EVERY_KEY

    @cached_property
    def fact_keys(self) -> Set[str] | None:
        """Return the ids of the register of facts, or None where the course keeps none."""
        return self._keys("facts", "facts", "id") if "facts" in self.documents else None

    @cached_property
    def objective_keys(self) -> Set[str]:
        """Return the keys of all objectives."""
        if not self.is_every_lesson_read:
            return EVERY_KEY
        return {objective.key for lesson in self.lessons.values() for objective in lesson.head.objectives}

    @property
    def is_every_lesson_read(self) -> bool:
        """Say whether what lessons hold, such as objectives and places of checks, is known in full."""
        return self.has_units and not any(file.startswith("lessons/") for file in self.unread)

    @property
    def has_units(self) -> bool:
        """Say whether course.yaml lists units, however wrong they are; without, no lesson has a place."""
        return isinstance(self.documents["course"].data.get("units"), list)

    def _keys(self, name: str, holder: str, key_field: str) -> Set[str]:
        """Return the keys in a list of a file; all keys there can be where the file, or the list, cannot be read."""
        document = self.documents.get(name)
        if f"{name}.yaml" in self.unread or (document and not isinstance(document.data.get(holder), list)):
            return EVERY_KEY
        return set(keys(document, holder, key_field))

    @cached_property
    def unit_keys(self) -> Set[str]:
        """Return the keys of all units."""
        return {unit.key for unit in self.course.units} if self.has_units else EVERY_KEY

    @cached_property
    def lesson_keys(self) -> Set[str]:
        """Return the keys of all lessons that course.yaml lists; one whose file is missing is reported there."""
        return {key for unit in self.course.units for key in unit.lessons} if self.has_units else EVERY_KEY

    @cached_property
    def figure_keys(self) -> set[str]:
        """Return the keys of all figures."""
        return self._files_in("figures") | self.figures.keys()

    @cached_property
    def map_keys(self) -> set[str]:
        """Return the keys of all maps."""
        return self._files_in("maps") | self.maps.keys()

    def _files_in(self, folder: str) -> set[str]:
        """Return the names of the files in a folder, also of those that cannot be read."""
        return {path.stem for path in files_in(self.root, folder)} | strays_in(self.root, folder)
