"""Backing the site up while it serves, and bringing it back: database, uploads, and who was erased."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from courses import conf
from courses.errors import CannotBackUp, CannotRestore
from courses.services.privacy import repeat_erasures

_FORMAT = 1
_ABOUT, _DATABASE, _UPLOADS, _ERASURES = "about.json", "database", "uploads", "erasures.jsonl"


@dataclass(frozen=True)
class Restored:
    """What a restore brought back: the moment it stands for, and how many people were erased again."""

    moment: datetime
    erased_count: int


def back_up(file: Path, *, now: datetime) -> datetime:
    """Write everything the site holds to one file, while it serves; return the moment the file stands for.

    Every answer acknowledged before the moment is in it. SQLite is copied by its online backup, PostgreSQL by pg_dump:
    both read one consistent state and let others write. The file appears only when it is whole.
    """
    if file.exists():
        raise CannotBackUp(why=f"{file} is there already")
    with tempfile.TemporaryDirectory(dir=_parent(file)) as folder:
        database, part = Path(folder) / _DATABASE, Path(folder) / "part"
        _dump(database)
        about = {"format": _FORMAT, "moment": now.isoformat(), "engine": connection.vendor}
        (Path(folder) / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        with tarfile.open(part, "w:gz") as archive:
            archive.add(Path(folder) / _ABOUT, _ABOUT)
            archive.add(database, _DATABASE)
            for path, name in ((_uploads(), _UPLOADS), (conf.erasures_file(), _ERASURES)):
                if path is not None and path.exists():
                    archive.add(path, name)
        part.chmod(0o600)
        part.rename(file)
    return now


def restore(file: Path, *, now: datetime) -> Restored:
    """Put what a backup holds in the place of what is here; bring it up to date, and repeat later erasures.

    The database is replaced as a whole or not at all. Raises CannotRestore, with nothing changed, for a file that is no
    backup, is damaged, or is of another kind of database.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        moment = _unpack(file, folder)
        _load(folder / _DATABASE)
        if (folder / _UPLOADS).exists() and (uploads := _uploads()) is not None:
            shutil.copytree(folder / _UPLOADS, uploads, dirs_exist_ok=True)
        _join_erasures(folder / _ERASURES)
    call_command("migrate", interactive=False, verbosity=0)
    return Restored(moment, repeat_erasures(since=moment, now=now))


def holds_people() -> bool:
    """Say whether the database can be read and has accounts in it."""
    with connection.cursor() as cursor:
        if "auth_user" not in connection.introspection.table_names(cursor):
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM auth_user)")
        return bool(cursor.fetchone()[0])


def _parent(file: Path) -> Path:
    if not file.parent.is_dir():
        raise CannotBackUp(why=f"there is no folder {file.parent}")
    return file.parent


def _uploads() -> Path | None:
    return Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None


def _unpack(file: Path, folder: Path) -> datetime:
    """Unpack a backup and look whether it can be used; return the moment it stands for."""
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        made_by, moment = about["engine"], datetime.fromisoformat(about["moment"])
    except (OSError, tarfile.TarError, ValueError, KeyError) as failure:
        raise CannotRestore(why=f"{file} is no backup of this site, or it is damaged ({failure})") from failure
    if made_by != connection.vendor:
        raise CannotRestore(why=f"the backup is of {made_by}, and this site runs on {connection.vendor}")
    return moment.astimezone(UTC)


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_sqlite_file())) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        return
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], CannotBackUp)


def _load(dump: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        _load_sqlite(dump)
        return
    script = dump.with_suffix(".sql")
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump)], CannotRestore)
    # One transaction: what is here goes only if all of the backup comes.
    afresh = "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;"
    command = ["psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    _run([*command, f"--command={afresh}", f"--file={script}"], CannotRestore)


def _load_sqlite(dump: Path) -> None:
    """Copy page by page into the file that is there, so that a process that has it open sees the restored state."""
    with closing(sqlite3.connect(dump)) as source:
        if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise CannotRestore(why="the database in the backup is damaged")
        target = Path(_sqlite_file())
        _set_damaged_aside(target)
        with closing(sqlite3.connect(target, timeout=60)) as there:
            source.backup(there)
            there.execute("PRAGMA journal_mode=WAL")


def _set_damaged_aside(target: Path) -> None:
    try:
        with closing(sqlite3.connect(target)) as there:
            there.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        stamp = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
        for each in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
            if each.exists():
                each.rename(each.with_name(f"{each.name}.damaged-{stamp}"))


def _sqlite_file() -> str:
    return str(connection.settings_dict["NAME"])


def _run(command: list[str], refusal: type[CannotBackUp | CannotRestore]) -> None:
    """Run one of PostgreSQL's own programs on this site's database."""
    wanted: Mapping[str, Any] = connection.settings_dict
    places = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    variables = {name: str(wanted[key]) for name, key in places.items() if wanted.get(key)}
    try:
        subprocess.run(command, env={**os.environ, **variables}, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as failure:
        raise refusal(why=f"{command[0]} is not installed (on Debian: apt install postgresql-client)") from failure
    except subprocess.CalledProcessError as failure:
        raise refusal(why=failure.stderr.strip() or f"{command[0]} failed") from failure


def _join_erasures(backed_up: Path) -> None:
    """Keep what either file of erasures holds."""
    if not backed_up.exists():
        return
    file = conf.erasures_file()
    here = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    missing = [line for line in backed_up.read_text(encoding="utf-8").splitlines() if line not in here]
    if missing:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in missing)
