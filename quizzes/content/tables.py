"""What files and rows hold of each other, for quizzes and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.content import tables as courses
from courses.content.fields import Entry, Field, Rows, Table, pointing, text
from courses.content.merge import UNKNOWN
from courses.content.schema import hash_of
from courses.models import Lesson, Unit
from quizzes.content.read import LISTS, ReadQuiz
from quizzes.domain.base import ItemBase
from quizzes.domain.kinds import AnySpec, read_spec
from quizzes.domain.specs import QuizHead, QuizSettings, content_hash
from quizzes.models import Item, ItemRevision, Quiz
from quizzes.models.settings import SETTINGS, columns_of

_SETTINGS = tuple(QuizSettings.model_fields)
PURPOSES = dict(zip(LISTS, (Item.Purpose.QUESTION, Item.Purpose.CHECK, Item.Purpose.RESERVED), strict=True))
"""What the questions of each list of a quiz are for."""


def plain_settings(settings: QuizSettings) -> dict[str, Any]:
    """Return settings that are not as they are by default, each moment in UTC, each number by its worth."""
    found: dict[str, Any] = _plain(settings.model_dump(mode="python", include=set(_SETTINGS), exclude_defaults=True))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value) if isinstance(value, str) else value


def _quiz_shape(entry: Entry) -> dict[str, Any]:
    head: QuizHead = entry.file
    rest = head.model_dump(mode="json", exclude={*_SETTINGS, *LISTS}, exclude_defaults=True)
    return {**rest, **plain_settings(head)}


def _settings_columns(entry: Entry, _rows: Rows) -> Sequence[Any]:
    columns = columns_of(entry.file.settings)
    return [columns[name] for name in _SETTING_COLUMNS]


def _draw_of(row: Quiz) -> Any:
    return row.blueprint.model_dump(mode="json", exclude_defaults=True) if row.blueprint is not None else None


def _sets_of(entry: Entry, _rows: Rows) -> Sequence[Any]:
    return ({key: each.model_dump(mode="json", exclude_defaults=True) for key, each in entry.file.sets.items()},)


def _unit_of(entry: Entry, rows: Rows) -> Sequence[Any]:
    """Return the unit a quiz names, else that of its lesson."""
    head: QuizHead = entry.file
    return (rows[Lesson][head.lesson].unit if head.lesson else rows[Unit][head.unit or ""],)


def _words_of(row: Item) -> Any:
    """Return the words of an item as they stand; nothing is known of one that has none yet."""
    revision: ItemRevision | None = row.words  # type: ignore[attr-defined]  # set where items are fetched to be compared
    return UNKNOWN if revision is None else plain_words(revision.spec)


def plain_words(spec: AnySpec) -> dict[str, Any]:
    """Return what an author wrote of a question, in JSON's own types."""
    return {"kind": spec.kind, **spec.model_dump(mode="json", exclude_defaults=True)}


_SETTING_COLUMNS = tuple(SETTINGS.get(name, name) for name in _SETTINGS)
QUIZZES = Table(
    Quiz, QuizHead, "quiz", _("quiz"), "quizzes/{key}.yaml", key="quiz", outside=frozenset(LISTS),
    shape=_quiz_shape, related=("unit", "lesson"), newer=frozenset({"sets"}),
    fields=(
        pointing("lesson", Lesson),
        Field("unit", ("unit",), _unit_of, lambda row: None if row.lesson else row.unit.key),
        text("title"), text("intro"),
        Field("", _SETTING_COLUMNS, _settings_columns, lambda row: plain_settings(row.settings)),
        Field("draw", ("draw",), lambda entry, _rows: (_whole_draw(entry.file),), _draw_of),
        Field("sets", ("sets",), _sets_of, lambda row: UNKNOWN if row.sets is None else row.sets),
    ),
)  # fmt: skip
ITEMS = Table(
    Item, ItemBase, "question", _("question"), "quizzes/{key}.yaml", holder="items", group=("quiz", "purpose"),
    related=("quiz",), shape=lambda entry: plain_words(entry.file), validate=read_spec,
    fields=(
        pointing("quiz", Quiz),
        Field("purpose", ("purpose",), lambda entry, _rows: (entry.place["purpose"],), lambda row: row.purpose),
        Field("", (), lambda _entry, _rows: (), _words_of),
    ),
)  # fmt: skip
TABLES = (*courses.TABLES, QUIZZES, ITEMS)
"""All tables, in the order in which they are loaded."""


def _whole_draw(head: QuizHead) -> Any:
    return head.draw.model_dump(mode="json") if head.draw else None


def entries_of_quizzes(quizzes: Sequence[ReadQuiz]) -> dict[str, dict[str, Entry]]:
    """Return the quizzes and questions that were read, by the name of their table and by key."""
    found: dict[str, dict[str, Entry]] = {QUIZZES.what: {}, ITEMS.what: {}}
    for read in quizzes:
        spec = read.spec
        own = spec.model_dump(mode="json", exclude={*LISTS, "sets"})
        found[QUIZZES.what][spec.quiz] = Entry(spec.quiz, spec, hash_of(own), read.document)
        for name, at, item in read.entries:
            found[ITEMS.what][item.key] = entry_of_item(read, name, at, item)
    return found


def entry_of_item(read: ReadQuiz, name: str, at: int, item: AnySpec) -> Entry:
    """Return the entry of a question in a list of a quiz."""
    place = {"quiz": read.spec.quiz, "purpose": str(PURPOSES[name])}
    return Entry(item.key, item, content_hash(item), read.document, (name, at), place)
