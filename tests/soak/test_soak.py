"""The soak itself, small: a dozen students, the server killed twice, on the database of these tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.db import connection

from tests.journeys.site import ROOT

LAST = r"soak: takers=12 saves=\d+ lost=0 duplicated=0 p95_ms=\d+"


@pytest.mark.database
def test_a_dozen_students_lose_nothing_when_the_server_is_killed():
    options = ["--takers", "12", "--questions", "5", "--saves", "2", "--pace", "0.2", "--retry", "0.5"]
    only = "postgres" if connection.vendor == "postgresql" else "sqlite"
    variables = {**os.environ, "TEST_POSTGRES_URL": os.environ.get("DATABASE_URL", "")}

    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", *options, "--only", only],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(LAST, lines[-1]), lines[-1]
    assert sum("is killed" in line for line in lines) == 2
    assert any(re.fullmatch(r"[1-9]\d* pages were out of date, .*", line.strip()) for line in lines), lines
