"""Which tests run which lines, and how long each takes: made once by running them all, kept in `build/mutants`."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.mutants.faults import ROOT, Fault, modules
from tests.mutants.worker import FILES, Session, pytest_main, warm_up

MOST_SECONDS = 60.0
"""The time that tests for one fault may take; the quickest that run the line go first."""


def test_files() -> dict[str, str]:
    """Return the files of tests with a hash of each."""
    found = [
        path for name in FILES for path in sorted({ROOT / name, *(ROOT / name).rglob("test_*.py")}) if path.is_file()
    ]
    return {str(path.relative_to(ROOT)): _hash(path) for path in found}


def sources() -> str:
    """Return a hash of every module that faults are put into."""
    return hashlib.sha256("".join(_hash(ROOT / path) for path in modules()).encode()).hexdigest()


def trace(files: dict[str, Path]) -> None:
    """Run the tests of some files; write, for each file, which lines each test runs and how long it takes."""
    reached: dict[str, dict[str, Any]] = {}

    def work(session: pytest.Session, told: Session) -> None:
        warm_up(session, told)
        tracer = coverage.Coverage(data_file=None, include=[str(ROOT / path) for path in modules()])
        tracer.start()
        for item in session.items:
            tracer.switch_context(item.nodeid)
            began = time.process_time()
            told.failed = ""
            told.run([item.nodeid])
            reached[item.nodeid] = {"seconds": round(time.process_time() - began, 3), "failed": bool(told.failed)}
        tracer.stop()
        for path in modules():
            for line, names in tracer.get_data().contexts_by_lineno(str(ROOT / path)).items():
                for name in filter(None, names):
                    reached[name].setdefault("lines", {}).setdefault(path, []).append(line)

    pytest_main([*files], work)
    for file, into in files.items():
        own = {name: found for name, found in reached.items() if name.partition("::")[0] == file}
        into.write_text(json.dumps(own), encoding="utf-8")


class Map:
    """The tests by line."""

    def __init__(self, traced: Iterable[dict[str, Any]]) -> None:
        self.seconds: dict[str, float] = {}
        self.by_line: dict[tuple[str, int], set[str]] = {}
        self.by_module: dict[str, set[str]] = {}
        for part in traced:
            for name, found in part.items():
                if found["failed"]:
                    continue
                self.seconds[name] = found["seconds"]
                for path, lines in found.get("lines", {}).items():
                    self.by_module.setdefault(path, set()).add(name)
                    for line in lines:
                        self.by_line.setdefault((path, line), set()).add(name)

    def tests(self, fault: Fault) -> list[str]:
        """Return the tests that run the place of a fault, the quickest first, for as long as there is time."""
        lines = range(fault.first, fault.last + 1) if fault.function else ()
        found = set().union(*(self.by_line.get((fault.path, line), ()) for line in lines))
        found = found or self.by_module.get(fault.path, set())  # what runs on import only is met by every test
        chosen, spent = [], 0.0
        for name in sorted(found, key=lambda name: (self.seconds[name], name)):
            spent += self.seconds[name]
            if spent > MOST_SECONDS and chosen:
                break
            chosen.append(name)
        return chosen

    def limit(self, names: Iterable[str]) -> float:
        """Return the seconds of the processor after which a fault is taken never to end."""
        return 20 + 5 * sum(self.seconds[name] for name in names)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
