"""Measures CPU time of journeys in process, each as a ratio to the floor, and prints a table with the query counts."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

ROUNDS = 30


def main() -> int:
    """Set up a database of its own, measure, print."""
    with TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumen.settings")
        django.setup()
        from tests.bench.journeys import run  # noqa: PLC0415 (models need Django to be set up)

        run(measure)
    return 0


def measure(act: Callable[[], Any], *, rounds: int = ROUNDS) -> float:
    """Return the median CPU time of an act in milliseconds, the first round left out."""
    act()
    times = []
    for _round in range(rounds):
        before = time.process_time()
        act()
        times.append(1000 * (time.process_time() - before))
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
