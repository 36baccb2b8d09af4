"""Bringing the rows of one table to what the files say, merged with what a person changed here since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from django.db import models
from django.utils.translation import gettext as _
from pydantic import ValidationError

from courses.content.fields import Entry, Rows, Table, is_edited
from courses.content.merge import ABSENT, UNKNOWN, Choices, Conflict, Side, merge, merge_order, same
from courses.content.report import LoadReport
from courses.models import Lesson
from courses.models.base import Loaded
from courses.services.history import Edit, has_history, values_of

Row = TypeVar("Row", bound=Loaded)
Entries = Mapping[str, Mapping[str, Entry]]
"""Entries by the name of their table and by key, in the order of the files."""
_MARKS = {"loaded_hash", "edited_at"}
ROW = "row"
"""The field of a conflict that is about a whole row."""


@dataclass
class Run:
    """One load: what was chosen for conflicts, what the files said at the last load, and what is found on the way.

    `read_base` returns the entries of the files as last loaded; nothing where none were kept.
    """

    choices: Choices
    report: LoadReport
    read_base: Callable[[], Entries | None]
    is_renaming: bool = False
    """Whether keys were renamed before: what refers to them is then made again, even if its own file is the same."""
    conflicts: list[Conflict] = field(default_factory=list)

    @cached_property
    def base(self) -> Entries | None:
        """Return the files as last loaded, which are read when a merge first needs them."""
        return self.read_base()

    def settle(self, conflict: Conflict) -> Side | None:
        """Return the side that wins a conflict; note it where none was chosen."""
        side = self.choices.side_of(conflict)
        if side is None:
            self.conflicts.append(conflict)
        return side


@dataclass
class Stand(Generic[Row]):
    """What stands of an entry after the merge: the file's, a mixture, or what was edited here."""

    entry: Entry
    row: Row | None = None
    state: Literal["file", "merged", "kept"] = "file"
    merged: Mapping[str, Any] | None = None
    is_retired: bool = False
    position: int | None = None
    is_moved_here: bool = False
    is_as_in_file: bool = False
    """Whether a row that was edited here says what the file says now."""

    @property
    def key(self) -> str:
        """Return the key."""
        return self.entry.key

    def values(self, table: Table, rows: Rows) -> dict[str, Any]:
        """Return the columns that authors fill: of the entry, or as they stand here."""
        if self.state == "kept":
            return {column: getattr(self.row, column) for column in table.columns}
        return table.row_values(self.entry, rows)

    def place(self, table: Table) -> Mapping[str, Any]:
        """Return what its position says, after the merge."""
        return self.entry.place if self.merged is None else {name: self.merged.get(name, "") for name in table.places}

    def plain(self, table: Table) -> Mapping[str, Any]:
        """Return all fields in JSON's own types."""
        return table.of_entry(self.entry) if self.merged is None else self.merged


class Sync(Generic[Row]):
    """Puts rows of one table by key; `scope` names the rows it is about."""

    def __init__(self, table: Table, *, scope: Mapping[str, Any], run: Run) -> None:
        self.table, self.scope, self.run = table, scope, run
        manager = table.model._default_manager  # noqa: SLF001 (Django's documented accessor)
        found: Any = manager.filter(**scope).select_related(*table.related)
        self.stored: dict[str, Row] = {_key(row): row for row in found}
        self.rows: dict[str, Row] = dict(self.stored)
        self.stands: dict[str, Stand[Row]] = {}
        self.added: list[Row] = []
        self.waiting: list[Row] = []
        self.retired: list[Row] = []

    def in_order(self) -> dict[str, Row]:
        """Return all rows, those of the files first and as these list them."""
        return {key: self.rows[key] for key in [*self.stands, *self.rows] if key in self.rows}

    def name(self, key: str) -> str:
        """Return what a row is called in the report."""
        return f"{self.table.word} {key}"

    def merge(self, entries: Iterable[Entry]) -> dict[str, Stand[Row]]:
        """Decide what stands of each entry."""
        for entry in entries:
            row = self.stored.get(entry.key)
            edited = row is not None and is_edited(row)
            self.stands[entry.key] = self._merged(entry, row) if row is not None and edited else Stand(entry, row)
        return self.stands

    def _merged(self, entry: Entry, row: Row) -> Stand[Row]:
        """Merge a row that was edited here with the file, field by field."""
        table = self.table
        file, database = table.of_entry(entry), table.of_row(row)
        if database is UNKNOWN:
            return Stand(entry, row)
        base = file if row.loaded_hash == entry.hash else self._base(entry.key)
        database, base = self._comparable(file, database), self._comparable(file, base)
        database |= {"retired": True} if row.is_retired else {}
        merged = merge(base, file, database, self._settler(entry, row))
        if same(merged, file):
            return Stand(entry, row, is_as_in_file=same(file, database))
        is_retired = bool(merged.pop("retired", False))
        if same(merged, {name: value for name, value in database.items() if name != "retired"}):
            return Stand(self._read(entry, merged) or entry, row, "kept", merged, is_retired)
        read = self._read(entry, merged)
        if read is None:
            together = self._conflict(entry, row, ROW, UNKNOWN, _("as the file has it"), _("as it stands here"))
            if self.run.settle(together) != "database":
                return Stand(entry, row)
            return Stand(entry, row, "kept", database, row.is_retired)
        return Stand(read, row, "merged", merged, is_retired)

    def _comparable(self, file: Mapping[str, Any], other: Any) -> Any:
        """Take over from the file what the other side does not know, and leave out what a silent file leaves alone."""
        if other is UNKNOWN:
            return other
        silent = {each.name for each in self.table.fields if each.is_silent and each.name not in file}
        known = {name: file.get(name) if value is UNKNOWN else value for name, value in other.items()}
        return {name: value for name, value in known.items() if name not in silent and value is not None}

    def _base(self, key: str) -> Any:
        """Return a row's fields as the files had them at the last load."""
        if self.run.base is None:
            return UNKNOWN
        known = self.run.base.get(self.table.what, {}).get(key)
        return self.table.of_entry(known) if known is not None else {}

    def _read(self, entry: Entry, values: Mapping[str, Any]) -> Entry | None:
        try:
            return self.table.read(entry, values)
        except ValidationError:
            return None

    def _settler(self, entry: Entry, row: Row) -> Callable[[str, Any, Any, Any], Side | None]:
        def settle(name: str, base: Any, file: Any, database: Any) -> Side | None:
            return self.run.settle(self._conflict(entry, row, name, base, file, database))

        return settle

    def _conflict(self, entry: Entry, row: Row, name: str, base: Any, file: Any, database: Any) -> Conflict:
        what, when = self.table.what, f"{row.edited_at:%Y-%m-%d %H:%M} UTC" if row.edited_at else ""
        return Conflict(what, entry.key, name, base, file, database, entry.document.file, entry.line, when)

    def put(self, stand: Stand[Row], values: Mapping[str, Any], *, later: bool = False) -> Row:
        """Make or update the row of an entry; `values` are its columns, with those that are made of them.

        A new row is written at once, or together with the others by `write_new` where nothing asks for its id before.
        """
        row, name = stand.row, self.name(stand.key)
        placed = {} if stand.position is None else {"position": stand.position}
        if row is None:
            made: Any = self.table.model
            new: Row = made(key=stand.key, loaded_hash=stand.entry.hash, **self.scope, **values, **placed)
            if later:
                self.waiting.append(new)
            else:
                new.save(force_insert=True)
            self.rows[stand.key] = new
            self.run.report.added.append(name)
            self.added.append(new)
            return new
        wanted: dict[str, Any] = {**values, **placed, "loaded_hash": stand.entry.hash, "is_retired": stand.is_retired}
        if stand.state == "file" and not stand.is_moved_here:
            wanted["edited_at"] = None
        different = [column for column, value in wanted.items() if not _holds(row, column, value)]
        filled = {column for column in self.table.newer if getattr(row, column) is None}
        if different:
            self._remember(row)
        for column in different:
            setattr(row, column, wanted[column])
        if different:
            row.save(update_fields=different)
        is_told_by_columns = self.table.is_whole or stand.is_as_in_file
        self._tell(stand, name, set(different) - filled - (_MARKS if is_told_by_columns else {"edited_at"}))
        return row

    def write_new(self) -> None:
        """Write the new rows that wait, in a few statements."""
        self.table.model._default_manager.bulk_create(self.waiting)  # noqa: SLF001 (Django's documented accessor)
        self.waiting = []

    def _tell(self, stand: Stand[Row], name: str, shown: set[str]) -> None:
        """Put a row into the report; `shown` are the columns that changed and that tell of a change."""
        report = self.run.report
        if stand.state == "merged":
            report.merged.append(name)
            return
        if stand.state == "kept" or (stand.is_moved_here and not shown):
            report.kept.append(name)
        elif not shown:
            report.unchanged.append(name)
        if shown - ({"loaded_hash"} if stand.state == "kept" else set()):
            report.changed.append(name)

    def retire_missing(self) -> None:
        """Retire the rows the files no longer hold; what was made here was never in a file."""
        for key, row in self.stored.items():
            if key in self.stands or not row.loaded_hash:
                continue
            if not row.is_retired and self._stays(key, row):
                self.run.report.kept.append(self.name(key))
            elif not row.is_retired:
                self._remember(row)
                row.is_retired = True
                self.run.report.retired.append(self.name(key))
                self.retired.append(row)
            row.loaded_hash = ""  # no file knows it any more: brought back here, it is what was made here
            row.save(update_fields=["is_retired", "loaded_hash"])

    def _remember(self, row: Row) -> None:
        """Remember how a row stands that is about to be changed."""
        if has_history(self.table.model):
            self.run.report.edits.append(Edit(row, values_of(row)))

    def _stays(self, key: str, row: Row) -> bool:
        """Decide about a row that was edited here and is gone from the files."""
        if not is_edited(row):
            return False
        base = self._base(key)
        if base == {} or (base is not UNKNOWN and same(base, self.table.of_row(row))):
            return not base
        path = self.table.path.format(key=key)
        when = f"{row.edited_at:%Y-%m-%d %H:%M} UTC" if row.edited_at else ""
        conflict = Conflict(self.table.what, key, ROW, base, ABSENT, _("edited here"), path, 1, when)
        return self.run.settle(conflict) == "database"

    def order(self) -> dict[str, int]:
        """Give each entry its position; return those of rows made here that move as well.

        Where nothing was edited here, the files say the order; else it is merged, and where that leaves the rows as
        they lie, their positions stay too.
        """
        groups: dict[tuple[str, ...], list[str]] = {}
        for key, stand in self.stands.items():
            if not stand.is_retired:
                groups.setdefault(self.table.group_of(stand.place(self.table)), []).append(key)
        if not any(map(is_edited, self.stored.values())):
            for keys in groups.values():
                self._number(keys)
            return {}
        return self._merge_orders(groups)

    def _merge_orders(self, groups: dict[tuple[str, ...], list[str]]) -> dict[str, int]:
        placed: dict[tuple[str, ...], list[str]] = {}
        live = [key for key, row in self.stored.items() if not row.is_retired and (key in self.stands or _is_own(row))]
        for key in sorted(live, key=lambda key: (self.stored[key].position, self.stored[key].pk)):  # type: ignore[attr-defined]
            placed.setdefault(self.table.group_of_row(self.stored[key]), []).append(key)
        written = _in_groups(self.table, (stand.entry for stand in self.stands.values()))
        moved: dict[str, int] = {}
        for group in {**groups, **placed}:
            here, own = placed.get(group, []), [key for key in placed.get(group, []) if key not in self.stands]
            members = {*groups.get(group, []), *own}
            order = self._order(group, written.get(group, []), here, members)
            if order != here:
                moved |= self._number(order)
            if [key for key in order if key in self.stands] != [key for key in written.get(group, []) if key in order]:
                self._keep_edits(order)
        return moved

    def _order(self, group: tuple[str, ...], file: Sequence[str], here: Sequence[str], members: set[str]) -> list[str]:
        edited = [self.stored[key] for key in here if is_edited(self.stored[key])]
        if not edited:
            return [key for key in file if key in members]
        is_old = all(_is_own(row) or row.loaded_hash == self.stands[_key(row)].entry.hash for row in edited)
        base: Any = file if is_old else UNKNOWN
        if self.run.base is not None:
            base = _in_groups(self.table, self.run.base.get(self.table.what, {}).values()).get(group, [])
        merged = merge_order(base, file, here, members)
        if merged is not None:
            return merged
        name, path = "-".join(group) or "all", self.table.path.format(key="*")
        side = self.run.settle(Conflict(self.table.what, name, "order", base, list(file), list(here), path))
        return (
            merge_order(file, file, here, members) or []
            if side == "database"
            else list(merge_order(here, file, here, members) or [])
        )

    def _keep_edits(self, keys: Sequence[str]) -> None:
        """Remember that rows lie otherwise than the files have them, whatever else of them is as in the files."""
        for key in keys:
            if key in self.stands and key in self.stored and is_edited(self.stored[key]):
                self.stands[key].is_moved_here = True

    def _number(self, keys: Sequence[str]) -> dict[str, int]:
        """Count positions from one; return those of rows that no entry is about."""
        moved = {}
        for at, key in enumerate(keys, start=1):
            if key in self.stands:
                self.stands[key].position = at
            elif self.stored[key].position != at:  # type: ignore[attr-defined]
                moved[key] = at
        return moved


def _in_groups(table: Table, entries: Iterable[Entry]) -> dict[tuple[str, ...], list[str]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for entry in entries:
        groups.setdefault(table.group_of(entry.place), []).append(entry.key)
    return groups


def _is_own(row: Loaded) -> bool:
    """Say whether a row was made here: no file holds it."""
    return not row.loaded_hash


def link(
    through: type[models.Model],
    field: str,
    rows: Mapping[str, Any],
    wanted: Mapping[str, Iterable[str]],
    lessons: Mapping[str, Lesson],
) -> None:
    """Bring a many-to-many table to what was found, in three queries for all lessons together."""
    manager = through._default_manager  # noqa: SLF001 (Django's documented accessor)
    touched = [lessons[key].pk for key in wanted]
    want = {(lessons[key].pk, rows[name].pk) for key, names in wanted.items() for name in names}
    have = {
        (row["lesson_id"], row[f"{field}_id"]): row["pk"]
        for row in manager.filter(lesson_id__in=touched).values("pk", "lesson_id", f"{field}_id")
    }
    manager.filter(pk__in=[pk for pair, pk in have.items() if pair not in want]).delete()
    new = [{"lesson_id": lesson, f"{field}_id": row} for lesson, row in sorted(want - set(have))]
    manager.bulk_create([through(**pair) for pair in new])


def _holds(row: Loaded, name: str, value: Any) -> bool:
    """Say whether a row holds a value; another row is compared by its key, without being fetched."""
    field = row._meta.get_field(name)  # noqa: SLF001 (Django's documented accessor)
    if isinstance(field, models.ForeignKey):
        return bool(getattr(row, field.attname) == (None if value is None else value.pk))
    return bool(getattr(row, name) == value)


def _key(row: Loaded) -> str:
    return str(row.key)  # type: ignore[attr-defined]
