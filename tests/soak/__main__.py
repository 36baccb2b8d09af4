"""Two hundred students answer at once while the server is killed twice: is every acknowledged answer there, once?"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django

from tests.journeys.site import ROOT, environment, execute
from tests.soak import VARIABLES

EPILOG = """
Runs on SQLite, and on PostgreSQL as well when TEST_POSTGRES_URL names a server; each time in a database of its own,
with gunicorn (two workers) and the background worker. Students save through the page's own form and do as its script
does: what got no reply is sent again as it was, and a page that is out of date is loaded again. One in four begins as
a guest and signs up half-way, in another tab. Each database ends with one line, "soak: takers=… saves=… lost=…
duplicated=… p95_ms=…"; after two databases one more follows, with the sums and the worse p95.

lost        acknowledged answers that are not in the log, or do not count although they came last;
            students who could not finish; errors of the server or the worker
duplicated  what is there twice, out of sequence, or marked otherwise than afresh
p95_ms      how long a save took at most, for nineteen of twenty, the killing included

Exits with 1 unless nothing was lost and nothing is there twice.
"""


def say(words: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    """Run on each database; print the lines; return 0 when nothing was lost and nothing counted twice."""
    options = _parser().parse_args()
    if options.database:
        return _one(options)
    lines = []
    for name, url in _databases(options.only):
        say(f"On {name}:")
        with url as address:
            lines.append(_in_a_process(address))
    if len(lines) > 1:
        say(_total(lines))
    return int(any(line["lost"] or line["duplicated"] for line in lines))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "make soak", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--takers", type=int, default=200, help="students (%(default)s)")
    parser.add_argument("--questions", type=int, default=14, help="questions, of all kinds in turn (%(default)s)")
    parser.add_argument("--saves", type=int, default=3, help="times each answer is given (%(default)s)")
    parser.add_argument("--pace", type=float, default=3.0, help="seconds between two saves, on average (%(default)s)")
    parser.add_argument("--retry", type=float, default=5.0, help="seconds until a save is tried again (%(default)s)")
    parser.add_argument("--seconds", type=float, default=600, help="give up after so long (%(default)s)")
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="only one of the databases")
    parser.add_argument("--database", help=argparse.SUPPRESS)
    return parser


def _databases(only: str | None) -> list[tuple[str, AbstractContextManager[str]]]:
    """Return the databases to run on: each with what makes and removes it."""
    server = os.environ.get("TEST_POSTGRES_URL", "")
    if only == "postgres" and not server:
        raise SystemExit("TEST_POSTGRES_URL names no server.")
    found = []
    if only != "postgres":
        found.append(("SQLite", _sqlite()))
    if server and only != "sqlite":
        found.append(("PostgreSQL", _postgres(server)))
    return found


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/soak.sqlite3"


@contextmanager
def _postgres(server: str) -> Iterator[str]:
    name = f"tumen_soak_{os.getpid()}"
    execute(server, f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _in_a_process(url: str) -> dict[str, int]:
    """Soak one database in a process of its own (settings are read once); return the figures of its last line."""
    command = [sys.executable, "-m", "tests.soak", *sys.argv[1:], "--database", url]
    variables = environment(url) | VARIABLES
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = ""
        for line in process.stdout:
            say(line.rstrip())
    if not line.startswith("soak: "):
        raise SystemExit("The soak broke off.")
    return {name: int(value) for name, value in (part.split("=") for part in line.removeprefix("soak: ").split())}


def _total(lines: list[dict[str, int]]) -> str:
    sums = {name: sum(line[name] for line in lines) for name in ("takers", "saves", "lost", "duplicated")}
    return _line({**sums, "p95_ms": max(line["p95_ms"] for line in lines)})


def _line(figures: dict[str, int]) -> str:
    return "soak: " + " ".join(f"{name}={value}" for name, value in figures.items())


def _one(options: argparse.Namespace) -> int:
    django.setup()
    from tests.soak.run import Options, soak  # noqa: PLC0415 (needs the settings)

    wanted = {name: value for name, value in vars(options).items() if name not in ("only", "database")}
    with tempfile.TemporaryDirectory() as folder:
        figures = soak(
            Options(**wanted),
            database_url=options.database,
            folder=Path(folder),
            say=say,
        )
    say(_line(figures))
    return int(bool(figures["lost"] or figures["duplicated"]))


if __name__ == "__main__":
    sys.exit(main())
