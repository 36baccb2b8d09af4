"""Everything that is held about one person, as tables, and as one file to download."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.models.personal import REGISTER, Held
from courses.reports.tables import csv_text

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Row: TypeAlias = Mapping[str, Any]
Tables: TypeAlias = dict[str, Sequence[Row]]


def held_about(user: User) -> Tables:
    """Return the rows about a person by the names of their tables, in one query a table; empty tables are left out."""
    tables = {_name(held): list(_rows(held, user)) for held in REGISTER.held if held.exported}
    return {name: rows for name, rows in tables.items() if rows}


def export_file(tables: Tables, *, now: datetime) -> bytes:
    """Return a zip file with all tables as JSON, each as CSV, and a note that says what they are."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("about.txt", _about(tables, now))
        archive.writestr("data.json", json.dumps(tables, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        for name, rows in tables.items():
            archive.writestr(f"{name}.csv", csv_text(_lines(rows)))
    return out.getvalue()


def _name(held: Held) -> str:
    return slugify(str(held.model._meta.verbose_name_plural))  # noqa: SLF001 (Django's documented accessor)


def _rows(held: Held, user: User) -> Iterable[Row]:
    for row in held.rows_of(user.pk).values(*held.exported):
        yield {path.replace("__", "_").removesuffix("_id"): value for path, value in row.items()}


def _lines(rows: Sequence[Row]) -> Iterable[Sequence[object]]:
    yield list(rows[0])
    for row in rows:
        yield [_plain(value) for value in row.values()]


def _plain(value: object) -> object:
    """Write a moment as ISO 8601 in UTC, and what has parts as JSON."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _about(tables: Tables, now: datetime) -> str:
    told = [
        _("What this site holds about you, as of %(when)s UTC.") % {"when": f"{now:%Y-%m-%d %H:%M}"},
        "",
        _("data.json holds all of it. Each table is there once more as a file for spreadsheets:"),
        *(f"- {name}.csv: {len(rows)}" for name, rows in tables.items()),
        "",
        _("Times are in UTC. Marks appear as soon as the quiz shows them to you."),
    ]
    return "\n".join(told) + "\n"
