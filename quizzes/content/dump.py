"""A course → its files: each as it was loaded, with only what changed since written again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from courses.content.documents import parse_yaml
from courses.content.dump import dump_yaml
from courses.content.fields import Entry
from courses.content.geojson import geojson_of
from courses.content.merge import UNKNOWN
from courses.content.problems import Document, Problems
from courses.content.sheets import Sheet, Standing, rows_of, sheet_of_text, sheets_of_rows, text_of, written
from courses.content.stored import texts_of
from courses.content.tables import MAPS
from courses.models import Course
from quizzes.content.load import words_of
from quizzes.content.read import LISTS
from quizzes.content.sets import source_text
from quizzes.content.tables import ITEMS, PURPOSES, QUIZZES
from quizzes.domain.kinds import AnySpec
from quizzes.domain.review import NAMED, ReviewMatrix
from quizzes.domain.specs import QuizSettings, QuizSpec, SourceSet
from quizzes.models import Item, Quiz

_NOWHERE = Document("", {}, {})
_ORDER = ("quiz", "lesson", "unit", "title", "intro", *QuizSettings.model_fields, "draw", "sets", *LISTS)


@dataclass(frozen=True)
class Dump:
    """The files of a course by path, and what should be known about them."""

    texts: dict[str, str]
    notes: Sequence[str] = ()


def dump_course(course: Course) -> Dump:
    """Return the files of a course as it stands. Files whose rows nobody edited are given as they were loaded."""
    texts = texts_of(course)
    found = rows_of(Course.objects.get(pk=course.pk), texts)
    _take_quizzes(found)
    makers = {**sheets_of_rows(found), **_quiz_sheets(found)}
    result = {path: text for path, text in texts.items() if path not in found.gone}
    for path, make in makers.items():
        if path in found.touched or path not in texts:
            read = _reader(path)
            result[path] = text_of(make, texts.get(path), read)
    for row in found.rows[MAPS.what]:
        if f"maps/{row.key}.yaml" not in texts:
            values = {name: value for name, value in MAPS.of_row(row).items() if name != "outlines"}
            result[f"maps/{row.key}.yaml"] = dump_yaml(written(MAPS, row.key, values))
            result[f"maps/{row.key}.geojson"] = geojson_of(row.outlines)
    return Dump(dict(sorted(result.items())), found.notes)


def _reader(path: str) -> Callable[[str], Sheet | None]:
    if path.startswith("quizzes/"):
        return lambda text: _quiz_of_text(path, text)
    return lambda text: sheet_of_text(path, text)


def _take_quizzes(found: Standing) -> None:
    """Fetch quizzes and their questions with the words that stand."""
    found.take(
        QUIZZES, found.course.quizzes.filter(is_for_practice=False).order_by("key").select_related("lesson", "unit")
    )
    items = list(found.course.items.filter(pool="").order_by("position", "pk").select_related("quiz"))
    words_of(items)
    found.take(ITEMS, items, lambda item: f"quizzes/{item.quiz.key}.yaml")
    moved = [item for item in items if item.edited_at]
    for path, text in found.texts.items():
        if path.startswith("quizzes/") and any(f"key: {item.key}" in text for item in moved):
            found.touched.add(path)  # a question that was moved leaves the file of its old quiz


def _quiz_sheets(found: Standing) -> dict[str, Callable[[Sheet], Sheet]]:
    by_quiz: dict[int, list[Item]] = {}
    for item in found.rows[ITEMS.what]:
        by_quiz.setdefault(item.quiz_id, []).append(item)
    quizzes: Iterable[Quiz] = found.rows[QUIZZES.what]
    return {f"quizzes/{quiz.key}.yaml": _quiz_sheet(found, quiz, by_quiz.get(quiz.pk, [])) for quiz in quizzes}


def _quiz_sheet(found: Standing, quiz: Quiz, items: Sequence[Item]) -> Callable[[Sheet], Sheet]:
    def make(old: Sheet) -> Sheet:
        values = QUIZZES.of_row(quiz)
        if values.get("sets") is UNKNOWN:
            values["sets"] = old.values.get("sets", {})
        sets = {key: SourceSet.model_validate(body) for key, body in values.get("sets", {}).items()}
        for name, purpose in PURPOSES.items():
            worded = [item for item in items if item.purpose == purpose and item.words is not None]  # type: ignore[attr-defined]
            if worded:
                values[name] = [_item_values(found, item, sets) for item in worded]
        found.notes += [
            _("%(item)s has no words yet and is left out") % {"item": item.key}
            for item in items
            if item.words is None  # type: ignore[attr-defined]
        ]
        return Sheet(written(QUIZZES, quiz.key, _named(values), _ORDER))

    return make


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """Write a review matrix that has a name by it, and leave out sets where there are none."""
    if "review" in values:
        matrix = ReviewMatrix.model_validate(values["review"])
        name = next((name for name, each in NAMED.items() if each == matrix), None)
        values["review"] = name or values["review"]
    return {name: value for name, value in values.items() if name != "sets" or value}


def _item_values(found: Standing, item: Item, sets: Mapping[str, SourceSet]) -> dict[str, Any]:
    """Return a question as it is written in its quiz: without the source that its set has for all of them."""
    spec: AnySpec = item.words.spec  # type: ignore[attr-defined]
    values = _spec_values(spec)
    if not spec.set:
        return values
    source = source_text(sets[spec.set]) if spec.set in sets else None
    stimulus = spec.stimulus or ""
    if source is None or not stimulus.startswith(source):
        words = _("%(item)s: its source is not that of its set any more, and is written with the question")
        found.notes.append(words % {"item": item.key})
        return {name: value for name, value in values.items() if name != "set"}
    own = stimulus.removeprefix(source).strip("\n")
    return {name: own if name == "stimulus" else value for name, value in values.items() if name != "stimulus" or own}


def _spec_values(spec: AnySpec) -> dict[str, Any]:
    return {"key": spec.key, "kind": spec.kind, **spec.model_dump(mode="python", exclude_defaults=True)}


def _quiz_of_text(path: str, text: str) -> Sheet | None:
    document = parse_yaml(text.removeprefix("\ufeff"), file=path, problems=(problems := Problems()))
    if document is None or problems.found:
        return None
    try:
        spec = QuizSpec.model_validate(document.data)
    except ValidationError:
        return None
    values = QUIZZES.of_entry(Entry(spec.quiz, spec, "", _NOWHERE))
    for name in LISTS:
        if items := [_spec_values(each) for each in getattr(spec, name)]:
            values[name] = items
    return Sheet(written(QUIZZES, spec.quiz, _named(values), _ORDER))
