"""One process of the hunt: collects the tests once, then puts in one fault after another, each in a child of its own.

A fault inside a function is put in by giving the function other code. One that acts on import, and one that survived,
is tried in a process of its own, into which the module is imported with the fault in it.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import json
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper, partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, TextIO

import _hypothesis_pytestplugin
import hypothesis
import pytest
import pytest_django.plugin
from django.db import connections

from tests.mutants.faults import FOLDER, ROOT, Fault

CAUGHT, SURVIVED, UNFIT, BROKEN = 50, 51, 52, 53
WORDS = {CAUGHT: "caught", SURVIVED: "survived", UNFIT: "unfit"}
FILES = [
    "tests/domain",
    "tests/quizzes",
    "tests/classes",
    "tests/api",
    "tests/admin/test_questions.py",
    "tests/content/test_idle.py",
    "tests/content/test_repeats.py",
]


@dataclass(eq=False)
class Session:
    """A session of pytest that runs what it is told instead of every test."""

    do: Callable[[pytest.Session, Session], None]
    failed: str = ""
    items: dict[str, pytest.Item] = field(default_factory=dict)
    caches: list[Any] = field(default_factory=list)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """Try as many examples as ever, and the same ones each time."""
        ours = hypothesis.settings.get_profile("tumen")
        hypothesis.settings.register_profile("mutants", ours, derandomize=True, database=None)
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Make the database, by running a test that needs it, and do the work."""
        if session.testsfailed:
            raise session.Interrupted("some tests could not be collected")
        self.items = {item.nodeid: item for item in session.items}
        self.caches = [each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper) and _is_ours(each)]
        self.do(session, self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first test that failed."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def run(self, names: Iterable[str]) -> str:
        """Run tests until one fails; return its name. None is spared work because another has done it before."""
        items: list[Any] = [self.items[name] for name in names if name in self.items]
        for item, following in zip(items, [*items[1:], *(Rest(item.session) for item in items[-1:])], strict=True):
            for cache in self.caches:
                cache.cache_clear()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                break
        return self.failed


def _is_ours(cache: Any) -> bool:
    return str(getattr(cache, "__module__", "")).startswith("quizzes.")


def pytest_main(files: Sequence[str], do: Callable[[pytest.Session, Session], None]) -> None:
    """Collect the tests of some files and do something with them."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    said = sys.stdout
    with (FOLDER / "pytest.log").open("a", encoding="utf-8") as sys.stdout:
        plugins: list[Any] = [pytest_django.plugin, _hypothesis_pytestplugin, Session(do)]
        code = pytest.main(["-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider", *files], plugins=plugins)
    sys.stdout = said
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"the tests could not be collected ({code}); {FOLDER}/pytest.log says why")


@dataclass(frozen=True)
class Rest:
    """Stands for the next item, of no file: only what belongs to the whole session is kept for it."""

    session: pytest.Session

    def listchain(self) -> list[pytest.Session]:
        """Return what has to stay."""
        return [self.session]


def warm_up(session: pytest.Session, told: Session) -> None:
    """Make the database, and let go of it, since a child must not share the connection."""
    needs = [item for item in session.items if "db" in getattr(item, "fixturenames", ())]
    first = (needs or session.items)[0]
    if told.run([first.nodeid]):
        raise SystemExit(f"{first.nodeid} fails without any fault")
    connections.close_all()


def hunt(faults: Sequence[Fault], tests: dict[str, list[str]], limits: dict[str, float], out: Path) -> None:
    """Put in faults one after another and write what became of each, one line of JSON a fault."""

    def work(session: pytest.Session, told: Session) -> None:
        warm_up(session, told)
        functions = _functions()
        with out.open("a", encoding="utf-8") as results:
            for fault in faults:
                began = time.monotonic()
                act = partial(_with_fault, fault, functions, told, tests[fault.name])
                result = _in_child(act, limits[fault.name])
                _remove_copies()
                _write(results, fault, result, began)

    pytest_main(FILES, work)


def hunt_afresh(faults: Sequence[Fault], tests: dict[str, list[str]], limits: dict[str, float], out: Path) -> None:
    """Try faults in processes into which the module is imported with the fault in it."""
    with out.open("a", encoding="utf-8") as results:
        for fault in faults:
            began = time.monotonic()
            result = _in_child(partial(_imported, fault, tests[fault.name]), limits[fault.name] + 60)
            _write(results, fault, result, began)


def _imported(fault: Fault, names: list[str]) -> tuple[int, str]:
    """Run tests over the module with the fault; tests that cannot even be collected have caught it."""
    sys.meta_path.insert(0, _Finder(fault))
    found: list[str] = []

    def work(session: pytest.Session, told: Session) -> None:
        found.append(told.run(names))

    try:
        pytest_main(sorted({name.partition("::")[0] for name in names}), work)
    except (SystemExit, Exception):  # noqa: BLE001 (without the fault the same tests were collected)
        return CAUGHT, "importing"
    return (CAUGHT, found[0]) if found and found[0] else (SURVIVED, "")


def _with_fault(fault: Fault, functions: list[FunctionType], told: Session, names: list[str]) -> tuple[int, str]:
    _use_own_database()
    if not _put_in(fault, functions):
        return UNFIT, ""
    by = told.run(names)
    return (CAUGHT, by) if by else (SURVIVED, "")


def _use_own_database() -> None:
    """Work on a copy, so that nothing a test leaves behind when it is stopped is met by the next."""
    database = connections["default"].settings_dict
    own = f"{database['NAME']}.{os.getpid()}"
    for ending in ("", "-wal"):
        if Path(f"{database['NAME']}{ending}").exists():
            shutil.copyfile(f"{database['NAME']}{ending}", own + ending)
    database["NAME"] = own


def _remove_copies() -> None:
    database = Path(connections["default"].settings_dict["NAME"])
    for copy in database.parent.glob(f"{database.name}.*"):
        copy.unlink()


def _write(results: TextIO, fault: Fault, result: dict[str, Any], began: float) -> None:
    row = {"name": fault.name, **result, "seconds": round(time.monotonic() - began, 1)}
    results.write(json.dumps(row) + "\n")
    results.flush()


def _functions() -> list[FunctionType]:
    gc.collect()
    ours = str(ROOT / "quizzes")
    every = (each for each in gc.get_objects() if isinstance(each, FunctionType))
    return [each for each in every if each.__code__.co_filename.startswith(ours)]


def _put_in(fault: Fault, functions: list[FunctionType]) -> bool:
    """Give the function that holds the fault the other code; say whether that can be done."""
    file = str(ROOT / fault.path)
    new: dict[str, CodeType] = {}
    _gather(compile(fault.source, file, "exec"), fault.function, new)
    done = False
    for function in functions:
        code = new.get(function.__code__.co_qualname)
        if code is None or function.__code__.co_filename != file:
            continue
        if code.co_freevars != function.__code__.co_freevars:
            return False
        function.__code__ = code
        done = True
    return done


def _gather(code: CodeType, function: str, into: dict[str, CodeType]) -> None:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            name = inner.co_qualname
            if name == function or name.startswith(f"{function}.<locals>"):
                into[name] = inner
            _gather(inner, function, into)


def _in_child(work: Callable[[], tuple[int, str]], limit: float) -> dict[str, Any]:
    """Do work in a child with so many seconds of the processor; one that needs more is caught, for it never ends."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))
        signal.alarm(int(10 * limit))
        try:
            code, by = work()
        except BaseException as problem:  # noqa: BLE001 (the child must end here, whatever happens)
            code, by = BROKEN, repr(problem)
        os.write(write, by.encode()[:1000])
        os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        by = pipe.read().decode(errors="replace")
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return {"outcome": "caught", "by": f"signal {os.WTERMSIG(status)}"}
    return {"outcome": WORDS.get(os.WEXITSTATUS(status), "broken"), "by": by}


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the module that has the fault in it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> Any:  # noqa: ARG002
        """Return the module's own spec, with a loader that compiles the other source."""
        if name != self.fault.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        spec.loader = _Loader(name, str(ROOT / self.fault.path))
        spec.loader.source = self.fault.source
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    source = ""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        """Compile what the module is to be."""
        return compile(self.source, self.path, "exec")
