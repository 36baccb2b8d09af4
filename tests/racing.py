"""Running jobs at the same moment, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def race(*jobs: Callable[[], Any]) -> list[Any]:
    """Start all jobs together; return what each returned, or the exception it raised."""
    barrier = Barrier(len(jobs), timeout=20)

    def run(job: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return job()
        except Exception as refusal:  # noqa: BLE001 (what a job raises is its result)
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
