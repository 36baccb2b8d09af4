"""Deeds on content whose process is killed at every write: each leaves everything as it was, and can be done again.

`python -m tests.soak.killed --only sqlite|postgres`. Publishing with a regrade, undoing it, publishing at a set time,
and loading changed files into a course that was edited here. A child of this process does the deed on a real database
and kills itself before its first write, before its second, and so on, and last of all before the commit. A line for
each deed reads "publish: killed=31 torn=0 done=1".
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import django

from tests.journeys.site import environment, manage
from tests.soak import VARIABLES
from tests.soak.__main__ import _databases, say

Deed = Callable[[], object]
WRITES = ("INSERT", "UPDATE", "DELETE")
FEWEST = 5
"""So many moments to die in has each of these deeds at least: with fewer, the harness counts wrongly."""


def main() -> int:
    """Do every deed on each database; return 0 when none was ever half done."""
    parser = argparse.ArgumentParser("tests.soak.killed", description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    parser.add_argument("--database", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.database:
        return _one(options.database)
    failed = 0
    for _name, made in _databases(options.only):
        with made as url:
            command = [sys.executable, "-m", "tests.soak.killed", "--database", url]
            failed += subprocess.run(command, env=environment(url) | VARIABLES, check=False).returncode
    return int(failed > 0)


def _one(url: str) -> int:
    django.setup()
    from tests.soak.deeds import deeds  # noqa: PLC0415 (needs the settings)

    manage(url, "migrate", "--verbosity", "0")
    torn = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, deed in deeds(Path(folder)):
            torn += _try(name, deed)
    return int(torn > 0)


def _try(name: str, deed: Deed) -> int:
    """Do a deed with one death after another, then whole; return how many of the figures are not as they should be."""
    from tests.soak.deeds import everything  # noqa: PLC0415 (needs the settings)

    before, killed, torn = everything(), 0, 0
    while _dies(deed, at=killed + 1):
        killed += 1
        torn += everything() != before
    done = everything() != before
    say(f"{name}: killed={killed} torn={torn} done={int(done)}")
    return torn + (not done) + (killed < FEWEST)


def _dies(deed: Deed, *, at: int) -> bool:
    """Let a child do the deed and die before its write or commit of this number; return whether it had so many."""
    from django.db import connection  # noqa: PLC0415 (needs the settings)

    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # a connection is not shared with a child
    if pid := os.fork():
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code not in (0, -signal.SIGKILL):
            raise SystemExit(f"The deed failed by itself ({code}).")
        return code != 0
    code = 1
    try:
        _arm(at)
        deed()
        connection.close()
        code = 0
    except Exception:  # noqa: BLE001 (the parent reports it)
        traceback.print_exc()
    finally:
        os._exit(code)


def _arm(at: int) -> None:
    from django.db import connection  # noqa: PLC0415 (needs the settings)

    moments = count(1)

    def come() -> None:
        if next(moments) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_writing(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.lstrip().startswith(WRITES):
            come()
        return execute(sql, *rest)

    def before_committing() -> None:
        come()
        commit()

    commit = connection._commit
    connection._commit = before_committing
    connection.execute_wrappers.append(before_writing)


if __name__ == "__main__":
    sys.exit(main())
