"""A folder → a bundle of checked values. Every mistake of every file is found in one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from courses.content.documents import read_front_matter, read_yaml
from courses.content.outline import entries, keys, outline_of_course, outline_of_lesson, texts
from courses.content.problems import Document, Problems, field_names, nearest
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
from courses.rendering.lessons import ParsedSection, read_sections
from courses.rendering.markdown import BLOCKS, references_in

Model = TypeVar("Model", bound=BaseModel)


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


def validate(model: type[Model], document: Document, problems: Problems, *more: type[BaseModel]) -> Model | None:
    """Return the document's data as a model, or note every mistake and return None."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems.add_invalid(document, error, field_names(model, *more))
        return None


def read_course(root: Path, problems: Problems) -> Bundle | None:
    """Read everything but the quizzes of a course folder; None when the course itself cannot be read."""
    if not (root / "course.yaml").is_file():
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
    if "course" not in documents:
        _read_rest_for_their_mistakes(root, problems)
        return None
    course = parts["course"] if isinstance(parts["course"], CourseFile) else outline_of_course(documents["course"])
    bundle = Bundle(
        root,
        course,
        documents,
        _or_empty(parts["sources"], SourcesFile(references=())),
        _or_empty(parts["glossary"], GlossaryFile(terms=())),
        _or_empty(parts["people"], PeopleFile(people=())),
        _or_empty(parts["timeline"], TimelineFile(events=())),
        study if isinstance(study := parts["study"], StudyFile) else None,
        facts if isinstance(facts := parts["facts"], FactsFile) else None,
    )
    _read_lessons(bundle, problems)
    _read_figures(bundle, problems)
    _check(bundle, problems)
    return bundle


def _or_empty(value: BaseModel | None, empty: Model) -> Model:
    return value if isinstance(value, type(empty)) else empty


def _read_part(
    root: Path, name: str, model: type[BaseModel], documents: dict[str, Document], problems: Problems
) -> BaseModel | None:
    path = root / f"{name}.yaml"
    if not path.is_file():
        return None
    document = read_yaml(path, root=root, problems=problems)
    if document is None:
        return None
    documents[name] = document
    return validate(model, document, problems)


def _read_rest_for_their_mistakes(root: Path, problems: Problems) -> None:
    """When course.yaml is not even YAML references cannot be checked, yet the shape of every other file can."""
    for path in sorted((root / "lessons").glob("*.md")):
        document = read_front_matter(path, root=root, problems=problems)
        if document is not None:
            validate(LessonFile, document, problems)
    for path in sorted((root / "figures").glob("*.yaml")):
        document = read_yaml(path, root=root, problems=problems)
        if document is not None:
            validate(FigureFile, document, problems)


def _read_lessons(bundle: Bundle, problems: Problems) -> None:
    places = {
        key: (unit.key, position, unit_at)
        for unit_at, unit in enumerate(bundle.course.units)
        for position, key in enumerate(unit.lessons, start=1)
    }
    for path in sorted((bundle.root / "lessons").glob("*.md")):
        document = read_front_matter(path, root=bundle.root, problems=problems)
        if document is None:
            places.pop(path.stem, None)
            continue
        head = validate(LessonFile, document, problems) or outline_of_lesson(document, path.stem)
        _check_file_name(document, path, "lesson", head.lesson, problems)
        if head.lesson not in places:
            problems.add(
                document, ("lesson",), _("No unit of course.yaml lists this lesson."), nearest(head.lesson, places)
            )
            continue
        unit, position, _unit_at = places.pop(head.lesson)
        sections = _sections_of(document, problems)
        bundle.lessons[head.lesson] = ReadLesson(document, head, sections, unit, position)
    known = [path.stem for path in (bundle.root / "lessons").glob("*.md")]
    for key, (_unit, position, unit_at) in places.items():
        place = ("units", unit_at, "lessons", position - 1)
        reason = _("There is no file lessons/%(key)s.md.") % {"key": key}
        problems.add(bundle.documents["course"], place, reason, nearest(key, known))


def _sections_of(document: Document, problems: Problems) -> tuple[ParsedSection, ...]:
    sections, faults = read_sections(document.body)
    for fault in faults:
        line = document.body_line + fault.line - 1
        problems.add_at(document.file, line, str(fault), _("docs/authoring.md shows a lesson."))
    return tuple(sections)


def _read_figures(bundle: Bundle, problems: Problems) -> None:
    for path in sorted((bundle.root / "figures").glob("*.yaml")):
        document = read_yaml(path, root=bundle.root, problems=problems)
        if document is None:
            continue
        caption = document.data.get("caption")
        if isinstance(caption, str):
            bundle.captions.append((document, caption))
        figure = validate(FigureFile, document, problems)
        if figure is None:
            continue
        _check_file_name(document, path, "figure", figure.figure, problems)
        bundle.documents[f"figure:{figure.figure}"] = document
        bundle.figures[figure.figure] = figure


def _check_file_name(document: Document, path: Path, what: str, key: str, problems: Problems) -> None:
    if path.stem != key:
        reason = _("The file is named “%(stem)s”, its key is “%(key)s”.") % {"stem": path.stem, "key": key}
        problems.add(document, (what,), reason, _("Give the file the name of its key."))


def _check(bundle: Bundle, problems: Problems) -> None:
    _check_repeats(bundle, problems)
    for lesson in bundle.lessons.values():
        _check_lesson(bundle, lesson, problems)
    for document, caption in bundle.captions:
        check_text(bundle, document, ("caption",), caption, problems)
    _check_events(bundle, problems)
    _check_terms(bundle, problems)
    _check_people(bundle, problems)
    _check_statements(bundle, problems)
    _check_facts(bundle, problems)


def _listed(bundle: Bundle, name: str, holder: str) -> Iterator[tuple[Document, int, dict[str, Any]]]:
    """Yield each entry of a list in a file, with the file and its place."""
    document = bundle.documents.get(name)
    if document is not None:
        yield from ((document, at, entry) for at, entry in enumerate(entries(document, holder)))


def _check_events(bundle: Bundle, problems: Problems) -> None:
    for document, at, event in _listed(bundle, "timeline", "events"):
        place = ("events", at)
        if event.get("unit"):
            check_key(document, (*place, "unit"), _("unit"), event["unit"], bundle.unit_keys, problems)
        if event.get("lesson"):
            check_key(document, (*place, "lesson"), _("lesson"), event["lesson"], bundle.lesson_keys, problems)
        check_text(bundle, document, (*place, "text"), event.get("text"), problems)


def _check_terms(bundle: Bundle, problems: Problems) -> None:
    for document, at, term in _listed(bundle, "glossary", "terms"):
        check_text(bundle, document, ("terms", at, "definition"), term.get("definition"), problems)


def _check_people(bundle: Bundle, problems: Problems) -> None:
    document = bundle.documents.get("people")
    for at, person in enumerate(entries(document, "people")):
        assert document is not None  # noqa: S101 (it has entries)
        for which, key in enumerate(texts(person.get("lessons"))):
            check_key(document, ("people", at, "lessons", which), _("lesson"), key, bundle.lesson_keys, problems)
        check_text(bundle, document, ("people", at, "text"), person.get("text"), problems)


def _check_statements(bundle: Bundle, problems: Problems) -> None:
    for document, at, statement in _listed(bundle, "study", "statements"):
        place = ("statements", at)
        for which, key in enumerate(texts(statement.get("lessons"))):
            check_key(document, (*place, "lessons", which), _("lesson"), key, bundle.lesson_keys, problems)
            if key in bundle.lessons and statement.get("id") not in bundle.lessons[key].head.statements:
                reason = _("The lesson “%(key)s” does not list %(id)s.") % {"key": key, "id": statement.get("id")}
                suggestion = _("Add it to “statements” in the lesson's front matter, or take the lesson out here.")
                problems.add(document, (*place, "lessons", which), reason, suggestion)
        check_text(bundle, document, (*place, "record"), statement.get("record"), problems)


def _check_facts(bundle: Bundle, problems: Problems) -> None:
    for document, at, fact in _listed(bundle, "facts", "facts"):
        for which, key in enumerate(texts(fact.get("sources"))):
            check_key(document, ("facts", at, "sources", which), _("source"), key, bundle.source_keys, problems)
    for lesson in bundle.lessons.values():
        for section, found in lesson.head.facts.items():
            check_facts(bundle, lesson.document, ("facts", section), found, problems)
    for key, figure in bundle.figures.items():
        check_facts(bundle, bundle.documents[f"figure:{key}"], ("facts",), figure.facts, problems)
    for timeline, at, event in _listed(bundle, "timeline", "events"):
        check_facts(bundle, timeline, ("events", at, "facts"), texts(event.get("facts")), problems)


def check_facts(
    bundle: Bundle, document: Document, place: Sequence[str | int], found: object, problems: Problems
) -> None:
    """Note every fact that the register does not hold, where the course keeps one."""
    if bundle.fact_keys is not None and isinstance(found, list | tuple):
        for at, key in enumerate(found):
            check_key(document, (*place, at), _("fact"), key, bundle.fact_keys, problems)


def _check_repeats(bundle: Bundle, problems: Problems) -> None:
    for name, holder, key_field in (
        ("sources", "references", "id"),
        ("glossary", "terms", "key"),
        ("people", "people", "key"),
        ("timeline", "events", "key"),
        ("course", "units", "key"),
        ("study", "statements", "id"),
        ("facts", "facts", "id"),
    ):
        found = keys(bundle.documents.get(name), holder, key_field)
        for at in repeats(found):
            if found[at]:
                reason = _("The key “%(key)s” is used before.") % {"key": found[at]}
                suggestion = _("Give each entry a key of its own.")
                problems.add(bundle.documents[name], (holder, at, key_field), reason, suggestion)
    objectives = [
        (lesson, at, objective.key)
        for lesson in bundle.lessons.values()
        for at, objective in enumerate(lesson.head.objectives)
    ]
    for which in repeats([key for _lesson, _at, key in objectives]):
        lesson, at, key = objectives[which]
        reason = _("The objective “%(key)s” is used before.") % {"key": key}
        problems.add(lesson.document, ("objectives", at, "key"), reason, _("Give each objective a key of its own."))


def repeats(names: Sequence[str]) -> list[int]:
    """Return the places at which a key stands that stood before."""
    seen: Counter[str] = Counter()
    found = []
    for at, key in enumerate(names):
        seen[key] += 1
        if seen[key] > 1:
            found.append(at)
    return found


def _check_lesson(bundle: Bundle, lesson: ReadLesson, problems: Problems) -> None:
    document, sections = lesson.document, {section.key for section in lesson.sections}
    for at, statement in enumerate(lesson.head.statements):
        check_key(document, ("statements", at), _("statement"), statement, bundle.statement_keys, problems)
    for key in lesson.head.facts:
        check_key(document, ("facts", key), _("section"), key, sections, problems)
    for section in lesson.sections:
        first = document.body_line + section.line
        for token in section.tokens:
            if token.type == "directive" and token.level:
                line = first + (token.map[0] if token.map else 0)
                reason = _("A %(what)s cannot stand inside a box.") % {"what": token.meta["name"]}
                problems.add_at(document.file, line, reason, _("Move its line below the “:::” that closes the box."))
        for what, key, line in references_in(section.tokens, first_line=first):
            if what == "check":
                bundle.checks_used.setdefault(key, []).append((document, line, lesson.head.lesson))
                continue
            _check_reference(bundle, document, line, what, key, problems)


def _check_reference(bundle: Bundle, document: Document, line: int, what: str, key: str, problems: Problems) -> None:
    names = {"source": _("source"), "term": _("glossary term"), "figure": _("figure"), "lesson": _("lesson")}
    known: Iterable[str] = {
        "source": bundle.source_keys,
        "term": bundle.term_keys,
        "figure": bundle.figure_keys,
        "lesson": bundle.lesson_keys,
    }[what]
    lesson_key, _hash, section = key.partition("#")
    if lesson_key not in known:
        problems.add_unknown(document, line, names[what], lesson_key, known)
    elif section and what == "lesson" and lesson_key in bundle.lessons:
        sections = [parsed.key for parsed in bundle.lessons[lesson_key].sections]
        if section not in sections:
            problems.add_unknown(document, line, _("section"), section, sections)


def check_key(
    document: Document, place: Sequence[str | int], what: str, key: object, known: Iterable[str], problems: Problems
) -> None:
    """Note a key that is not among the known ones; what is no text is a mistake of another kind."""
    if isinstance(key, str) and key not in known:
        reason = _("There is no %(what)s “%(key)s”.") % {"what": what, "key": key}
        problems.add(document, place, reason, nearest(key, known))


def check_text(
    bundle: Bundle, document: Document, place: Sequence[str | int], text: object, problems: Problems
) -> None:
    """Note every reference of a short text that leads nowhere; what is no text is a mistake of another kind."""
    if not isinstance(text, str):
        return
    line = document.line_of(place)
    for what, key, _line in references_in(BLOCKS.parse(text)):
        if what != "check":
            _check_reference(bundle, document, line, what, key, problems)
