"""A process that is killed while it publishes, undoes or loads leaves everything as it was."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.db import connection

from tests.journeys.site import ROOT

DEEDS = ("publish", "undo", "scheduled", "merge")


@pytest.mark.database
def test_a_deed_killed_before_any_of_its_writes_leaves_nothing_behind_and_can_be_done_again() -> None:
    only = "postgres" if connection.vendor == "postgresql" else "sqlite"
    variables = {**os.environ, "TEST_POSTGRES_URL": os.environ.get("DATABASE_URL", "")}

    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.killed", "--only", only],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    lines = re.findall(r"^(\w+): killed=(\d+) torn=0 done=1$", done.stdout, re.MULTILINE)
    assert tuple(name for name, _killed in lines) == DEEDS
