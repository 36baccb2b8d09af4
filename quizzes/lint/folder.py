"""A course folder → what the rules see, and each finding back to its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from courses import shipped
from courses.content.bundle import Bundle, ReadLesson
from courses.content.documents import read_yaml
from courses.content.problems import ContentInvalid, Document, Problems
from courses.content.read import validate
from courses.content.schema import FactFile, FigureFile
from courses.rendering.markdown import BLOCKS, references_in
from quizzes.content.draws import bank_of
from quizzes.content.folder import Folder, read_folder
from quizzes.content.read import ReadQuiz
from quizzes.domain.described import Where
from quizzes.domain.kinds import AnySpec
from quizzes.lint.findings import Finding, Owner
from quizzes.lint.overrides import Judged, LintFile, Override, judge
from quizzes.lint.run import lint
from quizzes.lint.sources import source_view
from quizzes.lint.view import (
    CourseView,
    FactView,
    ItemView,
    LessonView,
    ObjectiveView,
    QuizView,
    SectionView,
)

OVERRIDES = "lint.yaml"
_TOLD_EARLY = ("interactive", "adaptive")
_WHO = re.compile(r"\b(?:by|source|compiler|account|speaker|whose)\b", re.IGNORECASE)
_BLOCK_ENDS = ("paragraph_close", "heading_close", "table_close")


@dataclass(frozen=True)
class Located:
    """A judged finding at its line."""

    judged: Judged
    file: str
    line: int

    @property
    def finding(self) -> Finding:
        """Return the finding."""
        return self.judged.finding


@dataclass(frozen=True)
class Report:
    """What the rules say of a folder: the findings by file and line, and every item that was looked at."""

    root: Path
    found: tuple[Located, ...]
    items: tuple[tuple[str, AnySpec], ...]

    @property
    def blocking(self) -> tuple[Located, ...]:
        """Return what must be dealt with."""
        return tuple(one for one in self.found if one.judged.is_blocking)


def lint_folder(root: Path, *, pool: Path | None = None) -> Report:
    """Read a folder, with private pools if there are any, and judge it by every rule.

    Raises ContentInvalid if it has mistakes of another kind.
    """
    folder = read_folder(root, pool=pool)
    overrides, document = read_overrides(root)
    view = course_view(folder)
    places = {spec.key: (read, (name, at)) for read in folder.all_read for name, at, spec in read.entries}
    found = [
        Located(judged, *_locate(judged.finding, folder, places, document))
        for judged in judge(lint(view), overrides, view)
    ]
    items = tuple((read.document.file, spec) for read in folder.all_read for _name, _at, spec in read.entries)
    return Report(root, tuple(sorted(found, key=lambda one: (one.file, one.line, one.finding.rule))), items)


def overrides_of(course: str) -> tuple[Override, ...]:
    """Return the overrides shipped with a course, by its key; none where there are none, or where they are faulty."""
    try:
        return read_overrides(shipped.folder("fixtures") / course)[0]
    except ContentInvalid:
        return ()


def read_overrides(root: Path) -> tuple[tuple[Override, ...], Document | None]:
    """Return the overrides of a folder, with the file they are in; raise ContentInvalid if it has mistakes."""
    if not (root / OVERRIDES).is_file():
        return (), None
    problems = Problems()
    document = read_yaml(root / OVERRIDES, root=root, problems=problems)
    read = validate(LintFile, document, problems) if document else None
    problems.stop_if_any()
    return (read.overrides if read else ()), document


def _locate(
    finding: Finding, folder: Folder, places: Mapping[str, tuple[ReadQuiz, Where]], overrides: Document | None
) -> tuple[str, int]:
    document, place = _document_of(finding.owner, folder, places, overrides)
    return document.file, document.line_of((*place, *finding.where))


def _document_of(
    owner: Owner, folder: Folder, places: Mapping[str, tuple[ReadQuiz, Where]], overrides: Document | None
) -> tuple[Document, Where]:
    """Return the file of what a finding is about, and its place there."""
    bundle = folder.bundle
    if owner.item:
        read, place = places[owner.item]
        return read.document, place
    if owner.quiz:
        return next(read.document for read in folder.quizzes if read.spec.quiz == owner.quiz), ()
    if owner.lesson:
        return bundle.lessons[owner.lesson].document, ()
    if owner.override and overrides is not None:
        return overrides, ()
    if owner.figure:
        return bundle.documents[f"figure:{owner.figure}"], ()
    return bundle.documents["study" if owner.statement else "timeline" if owner.event else "course"], ()


def course_view(folder: Folder) -> CourseView:
    """Return a folder as the rules see it."""
    bundle = folder.bundle
    objectives = {
        objective.key: ObjectiveView(objective.key, objective.text, lesson.head.lesson, ("objectives", at))
        for lesson in bundle.lessons.values()
        for at, objective in enumerate(lesson.head.objectives)
    }
    return CourseView(
        quizzes=tuple(_quiz_view(read, folder) for read in folder.all_read),
        lessons=tuple(_lesson_view(lesson, bundle.figures) for lesson in bundle.lessons.values()),
        objectives=objectives,
        sources={
            source.id: source_view(source.id, source.model_dump(mode="json", by_alias=True), source.note or "")
            for source in bundle.sources.references
        },
        alts={key: figure.alt for key, figure in bundle.figures.items()},
        facts={fact.id: _fact_view(fact) for fact in bundle.facts.facts} if bundle.facts else None,
        statements={one.id: one.lessons for one in bundle.study.statements} if bundle.study else {},
        more_facts=tuple(_more_facts(folder)),
        topics={read.spec.quiz: _topic(read, folder.bundle) for read in folder.quizzes},
    )


def _topic(read: ReadQuiz, bundle: Bundle) -> str:
    """Return the words in which course, unit and lesson say what a quiz is about."""
    lesson = bundle.lessons.get(read.spec.lesson or "")
    unit = next((unit for unit in bundle.course.units if unit.key == (lesson.unit if lesson else read.spec.unit)), None)
    texts = [bundle.course.title, bundle.course.subtitle, bundle.course.summary, read.spec.title]
    texts += [unit.title, unit.summary] if unit else []
    texts += [lesson.head.title, lesson.head.subtitle, lesson.head.question] if lesson else []
    return " ".join(filter(None, texts))


def _quiz_view(read: ReadQuiz, folder: Folder) -> QuizView:
    spec = read.spec
    views = (_item_view(item, spec, holder=name) for name, _at, item in read.entries)
    choices: tuple[int, ...] = ()
    if spec.draw is not None and spec.draw.is_reserved and read in folder.quizzes:
        bank = bank_of(spec, folder.bundle, folder.quizzes, folder.pools)
        choices = tuple(sum(map(stratum.fits, bank)) for stratum in spec.draw.strata)
    return QuizView(spec.quiz, spec.title, tuple(views), choices_of_strata=choices)


def _item_view(item: AnySpec, quiz: Any, *, holder: str) -> ItemView:
    """Return an item as the rules see it, in a list of its quiz."""
    source = quiz.sets.get(item.set) if item.set else None
    is_told_early = getattr(quiz, "behaviour", "") in _TOLD_EARLY
    record = source.record if source else None
    return ItemView(
        item,
        quiz=quiz.quiz,
        is_check=holder == "checks",
        is_reserved=holder == "reserved",
        is_told_early=is_told_early and holder != "reserved",
        record=record,
    )


def _fact_view(fact: FactFile) -> FactView:
    return FactView(fact.id, fact.confidence, fact.years, frozenset(fact.sources))


def _more_facts(folder: Folder) -> Iterator[tuple[Owner, Where, str]]:
    for key, figure in folder.bundle.figures.items():
        yield from ((Owner(figure=key), ("facts", at), fact) for at, fact in enumerate(figure.facts))
    for number, event in enumerate(folder.bundle.timeline.events):
        place = ("events", number, "facts")
        yield from ((Owner(event=event.key), (*place, at), fact) for at, fact in enumerate(event.facts))


def _lesson_view(lesson: ReadLesson, figures: Mapping[str, FigureFile]) -> LessonView:
    sections = tuple(
        SectionView(
            section.key,
            tuple(lesson.head.facts.get(section.key, ())),
            (*_paragraphs(section.tokens), *_captions(section.tokens, figures)),
            any(token.type == "container_dispute_open" for token in section.tokens),
        )
        for section in lesson.sections
    )
    return LessonView(lesson.head.lesson, lesson.head.statements, sections, is_written=bool(sections))


def _paragraphs(tokens: Sequence[Token]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each paragraph, or table, with the keys of the sources it cites."""
    text, cited = "", set()
    for token in tokens:
        text += f" {token.content}" if token.type == "inline" else ""
        cited |= {key for what, key, _line in references_in([token]) if what == "source"}
        if token.type in _BLOCK_ENDS and text:
            yield text, frozenset(cited)
            text, cited = "", set()


def _captions(tokens: Sequence[Token], figures: Mapping[str, FigureFile]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what stands with each figure of a section: its caption, and whether its table says by whom."""
    for token in tokens:
        if token.type == "directive" and token.meta["name"] == "figure" and token.meta["key"] in figures:
            figure = figures[token.meta["key"]]
            heads = "according to" if any(_WHO.search(one.label) for one in figure.columns.values()) else ""
            caption = " ".join(text for text, _cited in _paragraphs(BLOCKS.parse(figure.caption)))
            cited = {key for _text, keys in _paragraphs(BLOCKS.parse(figure.caption)) for key in keys}
            yield f"{caption} {heads}", frozenset(cited)
