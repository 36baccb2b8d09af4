"""Loads many changed course folders, each in a process of its own with limits, and says what went wrong."""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

SECONDS, MEGABYTES = 60, 500
"""What one load may take of the processor, with all it starts, and of memory."""
HANGS = 300
"""Seconds by the clock after which a load counts as hanging, on however busy a machine."""
EVERY_SHIPPED = 20
"""Every so many runs change the shipped course; the others change a small one that has everything."""


@dataclass
class Run:
    """A load that is under way in a child."""

    seed: int
    pid: int
    answers: int
    started: float
    folder: Path
    is_killed: bool = False


def main() -> int:
    """Prepare a database with both courses as they are, then change, load and judge, several at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--at-once", type=int, default=2)
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        seeds = range(options.first, options.first + options.runs)
        bases = _prepare(folder, with_shipped=any(map(_is_shipped, seeds)))
        outcomes: Counter[str] = Counter()
        waiting = list(seeds)[::-1]
        running: list[Run] = []
        while waiting or running:
            while waiting and len(running) < options.at_once:
                seed = waiting.pop()
                running.append(_start(seed, folder, bases[_is_shipped(seed)]))
            for run in list(running):
                if (found := _ended(run)) is not None:
                    running.remove(run)
                    outcomes[_say(run, found)] += 1
                    if not sum(outcomes.values()) % 100:
                        print(f"{sum(outcomes.values())} of {options.runs}", flush=True)
                    shutil.rmtree(run.folder)
            time.sleep(0.02)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())))
    return 1 if outcomes["wrong"] else 0


def _is_shipped(seed: int) -> bool:
    """Say whether a seed changes the shipped course; it takes long to load, so that only some do."""
    return seed % EVERY_SHIPPED == 0


def _prepare(folder: Path, *, with_shipped: bool) -> dict[bool, Path]:
    """Make the databases that runs begin with: of the small course, and of the shipped one."""
    bases = {False: folder / "small.sqlite3", True: folder / "shipped.sqlite3"}
    base = bases[False]
    os.environ["DATABASE_URL"] = f"sqlite:///{base}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumen.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 (Django must be set up)
    from django.db import connection  # noqa: PLC0415

    from tests.content_mutations.course import SHIPPED, write_rich  # noqa: PLC0415
    from tests.make import load  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    connection.close()
    shutil.copy(base, bases[True])
    load(write_rich(folder / "rich"))
    connection.close()
    if with_shipped:
        connection.settings_dict["NAME"] = str(bases[True])
        load(SHIPPED)
        connection.close()
    return bases


def _start(seed: int, folder: Path, base: Path) -> Run:
    own = folder / str(seed)
    own.mkdir()
    answers, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Run(seed, pid, answers, time.monotonic(), own)
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        found = _load(seed, own, base)
    except BaseException:  # noqa: BLE001 (whatever it is, it is what is looked for)
        found = {"outcome": "wrong", "made": "?", "wrong": [traceback.format_exc()[-1_500:]]}
    with os.fdopen(writing, "w") as pipe:
        json.dump(found, pipe)
    os._exit(0)


def _load(seed: int, own: Path, base: Path) -> dict[str, Any]:
    """Change and load one folder, in the child."""
    from django.db import connection  # noqa: PLC0415

    from tests.content_mutations.course import copy_shipped, write_rich  # noqa: PLC0415
    from tests.content_mutations.judge import judge  # noqa: PLC0415
    from tests.content_mutations.mutations import mutate  # noqa: PLC0415

    connection.settings_dict["NAME"] = str(shutil.copy(base, own / "db.sqlite3"))
    root = (copy_shipped if _is_shipped(seed) else write_rich)(own / "course")
    made = mutate(root, seed)
    try:
        outcome, wrong = judge(root, made)
    except Exception:  # noqa: BLE001 (whatever it is, it is what is looked for)
        outcome, wrong = "wrong", [traceback.format_exc()[-1_500:]]
    return {"outcome": "wrong" if wrong else outcome, "made": made, "wrong": wrong}


def _ended(run: Run) -> dict[str, Any] | None:
    """Return what a run found once it is over; stop one that takes too long or too much."""
    seconds = time.monotonic() - run.started
    if not run.is_killed and (seconds > HANGS or _memory(run.pid) > 2 * MEGABYTES):
        os.killpg(run.pid, signal.SIGKILL)
        run.is_killed = True
    pid, _status, usage = os.wait4(run.pid, os.WNOHANG)
    if not pid:
        return None
    with os.fdopen(run.answers) as pipe:
        said = pipe.read()
    peak, spent = usage.ru_maxrss // 1024, usage.ru_utime + usage.ru_stime
    found: dict[str, Any] = json.loads(said) if said else {"made": "?", "wrong": [f"ended after {seconds:.0f} s"]}
    if peak > MEGABYTES or spent > SECONDS:
        found["wrong"].append(f"took {peak} MB and {spent:.0f} s")
    return {**found, "outcome": "wrong"} if found["wrong"] else found


def _memory(pid: int) -> int:
    """Return the megabytes a process takes now, where the system tells."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _say(run: Run, found: dict[str, Any]) -> str:
    if found["wrong"]:
        print(f"seed {run.seed}: {found['made']}")
        for fault in found["wrong"][:3]:
            print(f"    {fault}")
        sys.stdout.flush()
    return str(found["outcome"])


if __name__ == "__main__":
    sys.exit(main())
