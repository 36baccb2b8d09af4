"""The drill: answers arrive while the site is backed up, its database is destroyed and restored, students go on.

`python -m tests.soak.drill --only sqlite|postgres`. The last line reads "drill: acknowledged=… missing=… erased=…
went_on=…": the answers acknowledged before the moment that the backup printed, those of them that are not there after
the restore, the people erased after the backup who are erased again, and the students whose next answer was taken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import django

from tests.journeys.site import Site, environment, execute, manage
from tests.soak import VARIABLES
from tests.soak.__main__ import _databases, say
from tests.soak.browser import Browser, Tally
from tests.soak.page import Fields, Page

STUDENTS, QUESTIONS = 6, 4
ERASED = f"taker-{STUDENTS - 1}"
"""Who asks to be erased after the backup."""
BEFORE, BESIDE = 30, 30
"""How many answers are acknowledged before the backup begins, and how many more while it runs and after."""


@dataclass
class Student:
    """One who answers again and again; `acknowledged` holds when the server confirmed each save, and its name."""

    browser: Browser
    attempt: str = ""
    turn: int = 0
    acknowledged: list[tuple[datetime, str]] = field(default_factory=list)

    def begin(self, quiz: str) -> None:
        """Start the quiz."""
        token = Page(self.browser.get(quiz).body).hidden["csrfmiddlewaretoken"]
        self.attempt = self.browser.post(f"{quiz}start/", [("csrfmiddlewaretoken", token)]).where.split("/items/")[0]

    def save(self) -> int:
        """Answer the next question; return the status of the reply."""
        self.turn += 1
        address = f"{self.attempt}/items/{1 + self.turn % QUESTIONS}/"
        sent: Fields = Page(self.browser.get(address).body).filled(self.turn // QUESTIONS)
        reply = self.browser.post(address, sent, is_save=True)
        if reply.status == 200:
            self.acknowledged.append((datetime.now(UTC), dict(sent)["client_key"]))
        return reply.status


def drill(url: str, folder: Path) -> dict[str, int]:
    """Run the whole of it on an empty database; return the figures of the last line."""
    from tests.soak.world import make_world  # noqa: PLC0415 (needs the settings)

    manage(url, "migrate", "--verbosity", "0")
    world = make_world(students=STUDENTS, questions=QUESTIONS)
    quiz = world.quiz
    site, stop = Site(url, folder / "server.log", variables=VARIABLES), Event()
    site.start()
    students = [Student(Browser(site.port, session, Tally(), Event(), 0.2)) for session in world.sessions]
    try:
        for student in students:
            student.begin(f"/courses/{quiz.course.key}/quizzes/{quiz.key}/")
        moment = _back_up_while_they_answer(students, url, folder / "site.backup", stop)
        manage(url, "erase_person", ERASED, "--yes")
        site.kill()
        _destroy(url)
        say(manage(url, "restore", str(folder / "site.backup")).strip())
        site.start()
        went_on = sum(student.save() == 200 for student in students[:-1])
    finally:
        stop.set()
        site.stop()
    return {**_compare(students, moment), "went_on": went_on}


def _back_up_while_they_answer(students: list[Student], url: str, file: Path, stop: Event) -> datetime:
    def answer(student: Student) -> None:
        while not stop.is_set():
            student.save()

    def wait_for(count: int) -> None:
        while sum(len(student.acknowledged) for student in students) < count:
            time.sleep(0.05)

    with ThreadPoolExecutor(len(students)) as pool:
        answering = [pool.submit(answer, student) for student in students]
        wait_for(BEFORE)
        said = manage(url, "backup", str(file))
        wait_for(sum(len(student.acknowledged) for student in students) + BESIDE)
        stop.set()
        for each in answering:
            each.result()
    say(said.strip())
    return datetime.fromisoformat(said.strip().removesuffix(".").split(" before ")[1])


def _destroy(url: str) -> None:
    if url.startswith("postgres"):
        execute(url, "DROP SCHEMA public CASCADE")
        return
    file = Path(urlsplit(url).path.removeprefix("/") if urlsplit(url).path.startswith("//") else urlsplit(url).path)
    file.write_bytes(b"The disk is gone." * 1000)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _compare(students: list[Student], moment: datetime) -> dict[str, int]:
    from django.contrib.auth.models import User  # noqa: PLC0415 (needs the settings)
    from django.db import connection  # noqa: PLC0415 (needs the settings)

    from quizzes.models import SavedAnswer  # noqa: PLC0415 (needs the settings)

    connection.close()
    before = {key for student in students for at, key in student.acknowledged if at < moment}
    there = {str(key) for key in SavedAnswer.objects.filter(client_key__in=before).values_list("client_key", flat=True)}
    erased = User.objects.filter(username__startswith="erased-").count()
    return {"acknowledged": len(before), "missing": len(before - there), "erased": erased}


def main() -> int:
    """Drill on each database; return 0 when nothing is missing and everybody went on."""
    parser = argparse.ArgumentParser("tests.soak.drill", description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    parser.add_argument("--database", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.database:
        return _one(options.database)
    failed = 0
    for _name, made in _databases(options.only):
        with made as url:
            command = [sys.executable, "-m", "tests.soak.drill", "--database", url]
            failed += subprocess.run(command, env=environment(url) | VARIABLES, check=False).returncode
    return int(failed > 0)


def _one(url: str) -> int:
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ERASURES_FILE"] = str(Path(folder) / "erasures.jsonl")
        figures = drill(url, Path(folder))
    say("drill: " + " ".join(f"{name}={value}" for name, value in figures.items()))
    wanted = {"missing": 0, "erased": 1, "went_on": STUDENTS - 1}
    return int(figures["acknowledged"] < BEFORE or any(figures[name] != value for name, value in wanted.items()))


if __name__ == "__main__":
    sys.exit(main())
