"""A backup made while answers arrive brings everything back, and a file that is none changes nothing."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tarfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from courses.errors import CannotBackUp, CannotRestore
from courses.services import backup
from tests.journeys.site import ROOT
from tests.make import NOW, make_user

LAST = r"drill: acknowledged=\d+ missing=0 erased=1 went_on=5"


@pytest.mark.database
def test_every_answer_acknowledged_before_the_moment_comes_back_and_students_go_on():
    only = "postgres" if connection.vendor == "postgresql" else "sqlite"
    variables = {**os.environ, "TEST_POSTGRES_URL": os.environ.get("DATABASE_URL", "")}

    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.drill", "--only", only],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(LAST, done.stdout.splitlines()[-1]), done.stdout


def write_backup(path, **about):
    """Write a file that looks like a backup."""
    with tarfile.open(path, "w:gz") as archive:
        for name, body in (("about.json", json.dumps(about).encode()), ("database", b"no database")):
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return path


WHOLE = {"format": 1, "moment": "2026-03-02T09:00:00+00:00"}


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({}, "no backup of this site"),
        ({**WHOLE, "engine": "oracle"}, "the backup is of oracle"),
        ({**WHOLE, "moment": "yesterday", "engine": "sqlite"}, "no backup of this site"),
    ],
)
def test_what_is_no_backup_for_this_site_changes_nothing(tmp_path, db, about, why):
    make_user("here")

    with pytest.raises(CannotRestore, match=why):
        backup.restore(write_backup(tmp_path / "file", **about), now=NOW)


def test_a_file_of_another_kind_is_no_backup(tmp_path, db):
    (tmp_path / "file").write_text("words")

    with pytest.raises(CannotRestore, match="no backup of this site"):
        backup.restore(tmp_path / "file", now=NOW)


def test_a_backup_never_overwrites_a_file_and_names_a_folder_that_is_missing(tmp_path, db):
    (tmp_path / "there").write_text("words")

    with pytest.raises(CannotBackUp, match="is there already"):
        backup.back_up(tmp_path / "there", now=NOW)
    with pytest.raises(CannotBackUp, match="there is no folder"):
        backup.back_up(tmp_path / "no" / "file", now=NOW)
    assert (tmp_path / "there").read_text() == "words"


def test_a_database_in_use_is_replaced_only_on_request(tmp_path, db):
    make_user("here")

    with pytest.raises(CommandError, match="add --replace"):
        call_command("restore", str(tmp_path / "file"))


def test_a_person_is_erased_by_command_only_when_it_is_meant(db):
    user = make_user("here")

    with pytest.raises(CommandError, match="add --yes"):
        call_command("erase_person", "here")
    with pytest.raises(CommandError, match="There is no account"):
        call_command("erase_person", "nobody", "--yes")
    user.refresh_from_db()
    assert user.username == "here"
    call_command("erase_person", "here", "--yes")

    user.refresh_from_db()
    assert user.username.startswith("erased-")
