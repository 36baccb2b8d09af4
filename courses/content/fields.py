"""What a table of fields is made of: an entry of a file, a field with its columns, and the ways between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from pydantic import BaseModel

from courses.content.merge import UNKNOWN
from courses.content.problems import Document, Place
from courses.models.base import Loaded

_EMPTY: tuple[Any, ...] = (None, "", [], {})

Rows = Mapping[type[Loaded], Mapping[str, Any]]
"""Rows of a course by model and key, to be pointed at."""


@dataclass(frozen=True)
class Entry:
    """One thing as the files have it: its fields, and what only its position says, such as the unit of a lesson."""

    key: str
    file: Any
    hash: str
    document: Document
    at: Place = ()
    place: Mapping[str, str] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """Return the line where it begins."""
        return self.document.line_of(self.at) if self.at else 1


@dataclass(frozen=True)
class Field:
    """A field of an entry: its name in files, the columns it fills, and its value on the way to and from them.

    One without a name spreads over the whole entry. One that is `silent` stands as it is where the file is silent.
    """

    name: str
    columns: tuple[str, ...]
    to_row: Callable[[Entry, Rows], Sequence[Any]]
    from_row: Callable[[Any], Any]
    is_silent: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """How one kind of content stands in files and in rows.

    `what` is its name in commands, `path` its file; `holder` names the list in it, unless the file is the entry.
    `outside` are fields of the file that no row holds.
    """

    model: type[Loaded]
    file: type[BaseModel]
    what: str
    word: Promise
    path: str
    fields: tuple[Field, ...]
    holder: str = ""
    key: str = "key"
    outside: frozenset[str] = frozenset()
    group: tuple[str, ...] | None = None
    """The fields within which entries are counted; None where their order means nothing."""
    related: tuple[str, ...] = ()
    newer: frozenset[str] = frozenset()
    """Columns that older databases have yet to fill: filling them is no change of the content."""
    shape: Callable[[Entry], dict[str, Any]] | None = None
    validate: Callable[[dict[str, Any]], Any] | None = None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that authors fill."""
        return tuple(column for each in self.fields for column in each.columns)

    @cached_property
    def is_whole(self) -> bool:
        """Say whether the columns hold all that authors write."""
        return all(each.columns for each in self.fields)

    @cached_property
    def places(self) -> frozenset[str]:
        """Return the fields that the position in the files says."""
        known = {info.alias or name for name, info in self.file.model_fields.items()}
        return frozenset(each.name for each in self.fields if each.name and each.name not in known)

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        fields = self.file.model_fields.items()
        return {
            info.alias or name: plain(info.get_default(call_default_factory=True))
            for name, info in fields
            if not info.is_required()
        }

    def group_of(self, place: Mapping[str, Any]) -> tuple[str, ...]:
        """Return within what something is counted, by its place in the files."""
        return tuple(str(place.get(name, "")) for name in self.group or ())

    def group_of_row(self, row: Any) -> tuple[str, ...]:
        """Return within what a row is counted."""
        return tuple(str(each.from_row(row)) for each in self.fields if each.name in (self.group or ()))

    def row_values(self, entry: Entry, rows: Rows) -> dict[str, Any]:
        """Return the columns that an entry fills."""
        values: dict[str, Any] = {}
        for each in self.fields:
            if not (each.is_silent and getattr(entry.file, each.name) is None):
                values |= zip(each.columns, each.to_row(entry, rows), strict=True)
        return values

    def of_entry(self, entry: Entry) -> dict[str, Any]:
        """Return an entry in JSON's own types, without what is as if it were not written, and without its key."""
        if self.shape is not None:
            values = self.shape(entry)
        else:
            values = entry.file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return self.lean({**values, **entry.place})

    def of_row(self, row: Any) -> Any:
        """Return a row as `of_entry` returns an entry; UNKNOWN where nothing is there to be compared."""
        values: dict[str, Any] = {}
        for each in self.fields:
            found = each.from_row(row)
            if found is UNKNOWN and not each.name:
                return UNKNOWN
            values |= found if not each.name else {each.name: found}
        return self.lean(values)

    def lean(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Leave out what an author would not write: defaults, what is empty, and what belongs to other rows."""
        left: dict[str, Any] = {}
        for name, value in values.items():
            default = self._defaults.get(name, ...)
            is_default = default is not ... and (value == default or (value in _EMPTY and default in _EMPTY))
            if not is_default and name != self.key and name not in self.outside:
                left[name] = value
        return left

    def read(self, entry: Entry, values: Mapping[str, Any]) -> Entry:
        """Return an entry with other fields; raise ValidationError where they do not go together."""
        place = {name: values[name] for name in self.places if name in values}
        fields = {name: value for name, value in values.items() if name not in self.places}
        beside = {name: plain(getattr(entry.file, name)) for name in self.outside & self.file.model_fields.keys()}
        body = {self.key: entry.key, **fields, **beside}
        file = self.validate(body) if self.validate is not None else self.file.model_validate(body)
        return Entry(entry.key, file, entry.hash, entry.document, entry.at, place or entry.place)


def plain(value: Any) -> Any:
    """Return a value in JSON's own types."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    return value


def is_edited(row: Any) -> bool:
    """Say whether a row holds what no file said: it was made or changed here since the last load."""
    return bool(row.edited_at)


def text(name: str, column: str = "") -> Field:
    """Return a field of text, empty where the file leaves it out."""
    column = column or name
    return Field(
        name, (column,), lambda entry, _rows: (getattr(entry.file, name) or "",), lambda row: getattr(row, column)
    )


def value(name: str, column: str = "", *, is_silent: bool = False) -> Field:
    """Return a field whose value is stored as it is."""
    column = column or name

    def from_row(row: Any) -> Any:
        return getattr(row, column)

    return Field(name, (column,), lambda entry, _rows: (getattr(entry.file, name),), from_row, is_silent)


def listed(name: str, column: str = "") -> Field:
    """Return a field that is a list of texts."""
    column = column or name
    return Field(
        name, (column,), lambda entry, _rows: (list(getattr(entry.file, name)),), lambda row: list(getattr(row, column))
    )


def mapped(name: str) -> Field:
    """Return a field that is a mapping of texts."""
    return Field(
        name, (name,), lambda entry, _rows: (dict(getattr(entry.file, name)),), lambda row: dict(getattr(row, name))
    )


def pointing(name: str, model: type[Loaded]) -> Field:
    """Return a field that names another row by its key, in the entry or by its position."""

    def to_row(entry: Entry, rows: Rows) -> Sequence[Any]:
        key = entry.place.get(name) or getattr(entry.file, name, None)
        return (rows[model][key] if key else None,)

    def from_row(row: Any) -> Any:
        other = getattr(row, name)
        return other.key if other is not None else None

    return Field(name, (name,), to_row, from_row)


def apart(name: str, from_row: Callable[[Any], Any]) -> Field:
    """Return a field that is kept in other rows, which the loader writes."""
    return Field(name, (), lambda _entry, _rows: (), from_row)
