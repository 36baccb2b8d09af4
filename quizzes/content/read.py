"""The quizzes of a course folder → checked specs, with every mistake of every file in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.utils.translation import gettext as _
from pydantic import ValidationError

from courses.content.bundle import Bundle
from courses.content.crosscheck import check_facts, check_key, repeats
from courses.content.documents import read_yaml
from courses.content.files import files_in, strays_in
from courses.content.outline import entries, keys
from courses.content.problems import Document, Problems
from courses.content.read import validate
from quizzes.content.sets import check_set_sources, check_sets, take_source
from quizzes.content.words import check_words
from quizzes.domain.base import Level
from quizzes.domain.idle import Idle, idle_in, idle_settings
from quizzes.domain.kinds import AnySpec, read_spec
from quizzes.domain.repeats import Repeat, repeats_in
from quizzes.domain.specs import QuizSpec

LISTS, _PLACES = ("items", "checks", "reserved"), ("lesson", "unit")
_RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True)
class ReadQuiz:
    """A quiz with the file it came from, and its questions and checks as (list name, place in it, item).

    Where the file has mistakes, `entries` holds the items that have none.
    """

    document: Document
    spec: QuizSpec
    entries: tuple[tuple[str, int, AnySpec], ...]


def read_quizzes(bundle: Bundle, problems: Problems) -> list[ReadQuiz]:
    """Read and check every quiz of a course."""
    documents = list(_documents(bundle.root, problems))
    quizzes = [_read_quiz(document, problems) for document in documents if document is not None]
    for quiz in quizzes:
        check_quiz(bundle, quiz, problems)
    _check_keys(quizzes, problems)
    is_whole = None not in documents and not strays_in(bundle.root, "quizzes")
    if is_whole:
        _check_enemies(quizzes, problems)
    _check_placed_checks(bundle, quizzes, problems, is_whole=is_whole)
    return quizzes


def read_shapes(root: Path, problems: Problems) -> None:
    """Note the mistakes every quiz has by itself, when there is no course to check it against."""
    for document in _documents(root, problems):
        if document is not None:
            validate(QuizSpec, document, problems)
            check_sets(document, problems)


def _documents(root: Path, problems: Problems) -> Iterator[Document | None]:
    for path in files_in(root, "quizzes"):
        yield read_yaml(path, root=root, problems=problems)


def _read_quiz(document: Document, problems: Problems) -> ReadQuiz:
    spec, stem = validate(QuizSpec, document, problems), PurePath(document.file).stem
    check_sets(document, problems)
    if spec is None:
        lesson, unit = (value if isinstance(value := document.data.get(name), str) else None for name in _PLACES)
        outline = QuizSpec.model_construct(
            quiz=stem, lesson=lesson, unit=unit, title="", items=(), checks=(), reserved=()
        )
        return ReadQuiz(document, outline, tuple(_right_items(document)))
    if stem != spec.quiz:
        reason = _("The file is named “%(stem)s”, its key is “%(key)s”.") % {"stem": stem, "key": spec.quiz}
        problems.add(document, ("quiz",), reason, _("Give the file the name of its key."))
    listed = [
        (name, at, take_source(document, (name, at), item, spec.sets, problems))
        for name in LISTS
        for at, item in enumerate(getattr(spec, name))
    ]
    return ReadQuiz(document, spec, tuple(listed))


def _right_items(document: Document) -> Iterator[tuple[str, int, AnySpec]]:
    for name in LISTS:
        for at, body in enumerate(entries(document, name)):
            try:
                yield name, at, read_spec(body)
            except ValidationError:
                continue  # noted with the whole file


def section_of(spec: AnySpec, quiz: QuizSpec) -> tuple[str, str]:
    """Return the (lesson, section) that answers an item; a unit's quiz writes both, a lesson's only the section."""
    lesson, hash_, section = spec.section.partition("#")
    return (lesson, section) if hash_ else (quiz.lesson or "", lesson)


def check_quiz(bundle: Bundle, quiz: ReadQuiz, problems: Problems) -> None:
    """Note whatever a quiz refers to that is not there, and what in it could never count."""
    check_words(bundle, quiz.document, problems)
    check_set_sources(quiz.document, quiz.spec.sets, bundle.source_keys, problems)
    _check_questions(bundle, quiz, problems)


def _check_questions(bundle: Bundle, quiz: ReadQuiz, problems: Problems) -> None:
    document, spec = quiz.document, quiz.spec
    _note_idle(document, (), idle_settings(spec, spec.model_fields_set), problems)
    if spec.lesson:
        check_key(document, ("lesson",), _("lesson"), spec.lesson, bundle.lesson_keys, problems)
    if spec.unit:
        check_key(document, ("unit",), _("unit"), spec.unit, bundle.unit_keys, problems)
    levels = {
        objective.key: objective.level for lesson in bundle.lessons.values() for objective in lesson.head.objectives
    }
    for name, at, item in quiz.entries:
        place = (name, at)
        if bundle.is_every_lesson_read and (spec.unit or spec.lesson in bundle.lessons):
            check_key(document, (*place, "objective"), _("objective"), item.objective, levels, problems)
        if item.objective in levels and _RANK[item.level] > _RANK[Level(levels[item.objective])]:
            reason = _("The question is at a higher level than its objective (%(level)s).") % {
                "level": levels[item.objective]
            }
            problems.add(
                document, (*place, "level"), reason, _("Lower the question's level or choose another objective.")
            )
        for which, key in enumerate(item.sources):
            check_key(document, (*place, "sources", which), _("source"), key, bundle.source_keys, problems)
        for which, key in enumerate(item.statements):
            check_key(document, (*place, "statements", which), _("statement"), key, bundle.statement_keys, problems)
        check_facts(bundle, document, (*place, "facts"), item.facts, problems)
        if item.figure:
            check_key(document, (*place, "figure"), _("figure"), item.figure, bundle.figure_keys, problems)
        _check_map(bundle, document, place, item, problems)
        _check_section(bundle, quiz, place, item, problems)
        for repeat in repeats_in(item):
            problems.add(document, (*place, *repeat.where), repeat_words(repeat), _("Word one of them differently."))
        _note_idle(document, place, idle_in(item), problems)


def _note_idle(document: Document, place: tuple[str | int, ...], found: Iterable[Idle], problems: Problems) -> None:
    for idle in found:
        problems.add(document, (*place, *idle.where), idle_words(idle), _(idle.suggestion))


def idle_words(idle: Idle) -> str:
    """Say why something that was written never counts."""
    return _(idle.reason) % idle.values if idle.values else _(idle.reason)


def _check_map(
    bundle: Bundle, document: Document, place: tuple[str | int, ...], item: AnySpec, problems: Problems
) -> None:
    """Note a map that is not there, and each place that is not on it."""
    if item.map_key:
        check_key(document, (*place, "map"), _("map"), item.map_key, bundle.map_keys, problems)
    if item.map_key in bundle.maps:
        for key in item.places_off(bundle.maps[item.map_key].file.region.holds):
            problems.add(document, (*place, "places", key, "at"), *words_off_map(key))


def words_off_map(key: str) -> tuple[str, str]:
    """Say that a place is not on its map, and how a place is written."""
    reason = _("The place “%(key)s” is not on the map.") % {"key": key}
    return reason, _("Write [degrees east, degrees north], within the extent of the map.")


def repeat_words(repeat: Repeat) -> str:
    """Say that two parts of a question say the same."""
    return _("“%(text)s” says the same as “%(other)s”: students cannot tell them apart.") % {
        "text": repeat.text, "other": repeat.other,
    }  # fmt: skip


def _check_section(
    bundle: Bundle, quiz: ReadQuiz, place: tuple[str | int, ...], item: AnySpec, problems: Problems
) -> None:
    lesson, section = section_of(item, quiz.spec)
    place = (*place, "section")
    if not lesson:
        reason = _("A quiz of a unit names the lesson as well.")
        problems.add(quiz.document, place, reason, _("Write it as lesson-key#section."))
    elif lesson not in bundle.lessons:
        if lesson != quiz.spec.lesson:
            check_key(quiz.document, place, _("lesson"), lesson, bundle.lesson_keys, problems)
    else:
        sections = [parsed.key for parsed in bundle.lessons[lesson].sections]
        check_key(quiz.document, place, _("section"), section, sections, problems)


def _check_keys(quizzes: list[ReadQuiz], problems: Problems) -> None:
    entries = [(quiz, name, at, item.key) for quiz in quizzes for name, at, item in quiz.entries]
    for which in repeats([key for _quiz, _name, _at, key in entries]):
        quiz, name, at, key = entries[which]
        first = next(entry[0].document.file for entry in entries if entry[3] == key)
        reason = _("The question “%(key)s” is used before, in %(file)s.") % {"key": key, "file": first}
        problems.add(quiz.document, (name, at, "key"), reason, _("Give each question of the course a key of its own."))


def _check_enemies(quizzes: list[ReadQuiz], problems: Problems) -> None:
    known = [key for quiz in quizzes for name in LISTS for key in keys(quiz.document, name, "key")]
    for quiz in quizzes:
        for name, at, item in quiz.entries:
            for which, key in enumerate(item.enemies):
                check_key(quiz.document, (name, at, "enemies", which), _("question"), key, known, problems)


def _check_placed_checks(bundle: Bundle, quizzes: list[ReadQuiz], problems: Problems, *, is_whole: bool) -> None:
    defined = {key: (quiz, at) for quiz in quizzes for at, key in enumerate(keys(quiz.document, "checks", "key"))}
    if is_whole:
        for key, uses in bundle.checks_used.items():
            for document, line, _lesson in uses:
                if key not in defined:
                    problems.add_unknown(document, line, _("check"), key, defined)
    for key, (quiz, at) in defined.items():
        if key not in bundle.checks_used and bundle.is_every_lesson_read:
            reason = _("No lesson places the check “%(key)s”.") % {"key": key}
            suggestion = _("Put {{ check %(key)s }} on a line of its own in the lesson.") % {"key": key}
            problems.add(quiz.document, ("checks", at, "key"), reason, suggestion)
