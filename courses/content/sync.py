"""Bringing the rows of one model to what the files say, without overwriting what a person changed here since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, Literal, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from courses.content.problems import Document, Problems
from courses.content.report import LoadReport
from courses.models import Lesson
from courses.models.base import Loaded
from courses.services.history import Edit, has_history, values_of

Row = TypeVar("Row", bound=Loaded)
Take = Literal["file", "database"] | None


class Sync(Generic[Row]):
    """Puts rows of one model by key; `scope` names the rows it is about, `word` what they are called in the report."""

    def __init__(
        self, model: type[Row], *, word: str, scope: dict[str, Any], report: LoadReport, problems: Problems, take: Take
    ) -> None:
        self.model, self.word, self.scope = model, word, scope
        self.report, self.problems, self.take = report, problems, take
        rows: Iterable[Row] = model._default_manager.filter(**scope)  # noqa: SLF001 (Django's documented accessor)
        self.stored: dict[str, Row] = {_key(row): row for row in rows}
        self.seen: set[str] = set()
        self.rows: dict[str, Row] = {}
        self.added: list[Row] = []
        self.retired: list[Row] = []

    def put(
        self, key: str, values: dict[str, Any], *, file_hash: str, document: Document, line: int = 1
    ) -> tuple[Row, bool]:
        """Make or update a row; return it and whether the file's values stand in it (False: an edit made here does)."""
        self.seen.add(key)
        row = self.stored.get(key)
        if row is None:
            row = self.model(key=key, loaded_hash=file_hash, **self.scope, **values)
            row.save(force_insert=True)
            self.report.added.append(f"{self.word} {key}")
            self.added.append(row)
            self.rows[key] = row
            return row, True
        self.rows[key] = row
        if row.edited_at and self.take != "file" and not self._file_wins(row, key, file_hash, document, line):
            return row, False
        self._update(row, key, values, file_hash)
        return row, True

    def retire_missing(self) -> None:
        """Retire the rows the files no longer hold; what was made here was never in a file."""
        for key, row in self.stored.items():
            if key not in self.seen and row.loaded_hash and not row.is_retired:
                self._remember(row)
                row.is_retired = True
                row.save(update_fields=["is_retired"])
                self.report.retired.append(f"{self.word} {key}")
                self.retired.append(row)

    def _file_wins(self, row: Row, key: str, file_hash: str, document: Document, line: int) -> bool:
        """Decide about a row edited here: it stays if the file did not change; else a person must choose."""
        if row.loaded_hash == file_hash:
            self.report.kept.append(f"{self.word} {key}")
        elif self.take == "database":
            row.loaded_hash = file_hash
            row.save(update_fields=["loaded_hash"])
            self.report.kept.append(f"{self.word} {key}")
        else:
            reason = _("%(what)s “%(key)s” was changed both in the file and in the admin (%(when)s).") % {
                "what": self.word,
                "key": key,
                "when": f"{row.edited_at:%Y-%m-%d %H:%M} UTC",
            }
            self.problems.add_at(
                document.file, line, reason, _("Compare both, then load with --take file or --take database.")
            )
        return False

    def _update(self, row: Row, key: str, values: dict[str, Any], file_hash: str) -> None:
        wanted = {**values, "loaded_hash": file_hash, "is_retired": False, "edited_at": None}
        different = [name for name, value in wanted.items() if not _holds(row, name, value)]
        if not different:
            self.report.unchanged.append(f"{self.word} {key}")
            return
        self._remember(row)
        for name in different:
            setattr(row, name, wanted[name])
        row.save(update_fields=different)
        self.report.changed.append(f"{self.word} {key}")

    def _remember(self, row: Row) -> None:
        """Remember how a row stands that is about to be changed."""
        if has_history(self.model):
            self.report.edits.append(Edit(row, values_of(row)))


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
