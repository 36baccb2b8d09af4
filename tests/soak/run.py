"""One soak on one database: everybody at once, the server killed twice, then the comparison."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from django.core.management import call_command
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from tests.journeys.site import ROOT, Site, environment
from tests.soak import VARIABLES
from tests.soak.browser import Browser, OutOfTimeError, Tally
from tests.soak.compare import compare
from tests.soak.taker import Taker
from tests.soak.world import World, make_world

Say = Callable[[str], None]
EVERY_FOURTH = 4
"""Of so many students one begins as a guest, and signs up half-way in another tab."""
KILLS = (1 / 3, 2 / 3)
"""After which share of the saves the server is killed."""


@dataclass(frozen=True)
class Options:
    """How much, how fast, and for how long at most."""

    takers: int
    questions: int
    saves: int
    pace: float
    retry: float
    seconds: float


def soak(options: Options, *, database_url: str, folder: Path, say: Say) -> dict[str, int]:
    """Run the whole of it on an empty database; return the figures of the last line."""
    call_command("migrate", verbosity=0)
    guests = options.takers // EVERY_FOURTH
    world = make_world(students=options.takers - guests, questions=options.questions)
    say(f"A quiz of {options.questions} questions, {options.takers} students, {options.saves} saves a question;")
    say(f"{guests} of the students begin as guests and sign up half-way, in another tab.")
    site = Site(database_url, folder / "server.log", variables=VARIABLES)
    site.start()
    tally, stop = Tally(), Event()
    sessions = [*world.sessions, *[""] * guests]
    browsers = [Browser(site.port, session, tally, stop, options.retry) for session in sessions]
    takers = [_taker(at, browser, world, options) for at, browser in enumerate(browsers)]
    try:
        with _worker(database_url, folder / "worker.log"), _troubled(site, tally, options, stop, say):
            _sit(takers, tally, options, stop, say)
    finally:
        site.stop()
    say(f"{sum(taker.reloads for taker in takers)} pages were out of date, and saved once they were loaded again.")
    verdict = compare(takers)
    verdict.lost.extend(_troubles(tally, folder))
    for trouble in (verdict.lost + verdict.duplicated)[:20]:
        say(f"  {trouble}")
    return {
        "takers": options.takers,
        "saves": tally.saves,
        "lost": len(verdict.lost),
        "duplicated": len(verdict.duplicated),
        "p95_ms": tally.p95_ms,
    }


def _taker(number: int, browser: Browser, world: World, options: Options) -> Taker:
    quiz = world.quiz if browser.session else world.open_quiz
    address = reverse("quizzes:quiz", args=[quiz.course.key, quiz.key])
    half = None if browser.session else options.questions // 2 + 1
    return Taker(number, browser, address, options.saves, options.pace, signs_up_at=half)


def _sit(takers: Sequence[Taker], tally: Tally, options: Options, stop: Event, say: Say) -> None:
    """Let everybody start at once; tell how it goes."""

    def take(taker: Taker) -> None:
        try:
            taker.take()
        except OutOfTimeError:
            trouble = "is not done in time"
        except Exception as failure:  # noqa: BLE001 (whatever stops a student is the finding)
            trouble = f"{type(failure).__name__}: {failure}"
        else:
            return
        with tally.counting():
            tally.troubles.append(f"taker {taker.number} {trouble}")

    began = said = time.monotonic()
    with ThreadPoolExecutor(len(takers)) as pool:
        waiting = [pool.submit(take, taker) for taker in takers]
        while not all(each.done() for each in waiting):
            time.sleep(0.2)
            now = time.monotonic()
            if now - said > 5:
                said = now
                say(f"{now - began:4.0f} s  {tally.saves} saves, {tally.failures} tried again, {tally.done} done")
            if now - began > options.seconds:
                stop.set()
    say(f"{time.monotonic() - began:4.0f} s  {tally.saves} saves, {tally.failures} tried again, {tally.done} done")


@contextmanager
def _troubled(site: Site, tally: Tally, options: Options, stop: Event, say: Say) -> Iterator[None]:
    """Kill the server and start it again, twice, while something else goes on."""
    total, over = options.takers * options.questions * options.saves, Event()

    def trouble() -> None:
        for share in KILLS:
            while tally.saves < share * total:
                if stop.is_set() or over.wait(0.05):
                    return
            say(f"        after {tally.saves} saves the server is killed")
            site.kill()
            time.sleep(0.5)
            site.start()

    thread = Thread(target=trouble)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _worker(database_url: str, log: Path) -> Iterator[None]:
    """Run the background worker beside: it writes to the same database."""
    command = [sys.executable, "manage.py", "worker", "--seconds", "1"]
    with log.open("ab") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(database_url) | VARIABLES, stdout=said, stderr=said
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _troubles(tally: Tally, folder: Path) -> list[str]:
    """Return what went wrong on the way: errors of the server, students turned away, failures of the worker."""
    said = (folder / "worker.log").read_text().splitlines()
    failed = [f"a task failed: {row.exception_class_path}" for row in DBTaskResult.objects.failed()]
    return tally.troubles + [f"the worker said: {line}" for line in said[-5:]] + failed
