"""A small course of the journeys' own, with the quizzes that the shipped course has no need of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.site import Site, manage
from tests.make import body, quiz_file, write_course

HINTS = ["Think of the year before.", "It was hard currency."]


def _quiz(key: str, *items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    named = [{**item, "key": f"{key}-{at}", "section": "lesson-1#section-1"} for at, item in enumerate(items, start=1)]
    return quiz_file(key=key, unit="unit-1", items=named, **{"practice": False, **fields})


def _plain(kind: str, **fields: Any) -> dict[str, Any]:
    return body(kind, **({"shuffle": False} if kind == "single" else {}), **fields)


SINGLE, TEXT, TRUE_FALSE = _plain("single"), _plain("text"), _plain("true_false")
CERTAIN = {"opens": "2020-01-01T08:00:00Z", "due": "2090-01-01T08:00:00Z", "closes": "2091-01-01T08:00:00Z"}
QUIZZES = [
    _quiz("timed", TEXT, SINGLE, TRUE_FALSE, minutes=30),
    _quiz("interactive", {**SINGLE, "hints": HINTS}, TRUE_FALSE, behaviour="interactive"),
    _quiz("adaptive", {**SINGLE, "hints": HINTS}, behaviour="adaptive"),
    _quiz("practised", SINGLE, behaviour="practice"),
    _quiz("sure", SINGLE, TRUE_FALSE, confidence="certainty", minutes=45, **CERTAIN),
    _quiz("whole", SINGLE, TEXT, _plain("essay"), layout="all"),
    _quiz("onward", SINGLE, TRUE_FALSE, TEXT, navigation="one_way"),
    _quiz("secret", SINGLE, password="Open, please"),
    _quiz("hands", _plain("map"), _plain("cloze"), _plain("mark")),
    _quiz("anyone", TEXT, SINGLE, practice=True),
    _quiz("missed", SINGLE, TRUE_FALSE, TEXT, practice=True),
    _quiz("fields", _plain("numbers"), _plain("timeline"), _plain("essay"), _plain("ordering")),
]


def load(database_url: str, folder: Path) -> str:
    """Put the course into a database; return its address."""
    manage(database_url, "load_content", str(write_course(folder / "own", key="own", quizzes=QUIZZES)))
    return database_url


def front(site: Site, quiz: str) -> str:
    """Return the address of a quiz's front page."""
    return f"{site.url}/courses/own/quizzes/{quiz}/"


def start(page: Page, site: Site, quiz: str) -> None:
    """Start a quiz of the course; one with a clock asks first."""
    page.goto(front(site, quiz))
    with page.expect_navigation():
        page.locator("main form").get_by_role("button").first.click()
    sure = page.get_by_role("button", name="Start quiz", exact=True)
    if sure.count():
        sure.click()
    page.wait_for_url(re.compile("/attempts/.+/items/"))


def shell(site: Site, code: str) -> None:
    """Do something behind the scenes, as staff may, with the models and services at hand."""
    imports = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from quizzes.models import Attempt
from quizzes.models.accommodations import Accommodation
from quizzes.services.clock import refresh_deadlines
"""
    manage(site.database_url, "shell", "--no-imports", "-c", imports + code)


def end_time(site: Site, username: str, *, seconds: int) -> None:
    """Let the time of a student's open attempt end, the leeway of ten seconds included, in so many seconds."""
    of_student = f"Attempt.objects.open().filter(student__username={username!r})"
    shell(site, f"{of_student}.update(deadline=timezone.now() + timedelta(seconds={seconds} - 10))")


def findings(page: Page) -> list[Any]:
    """Return what axe objects to on a page, in both schemes."""
    found: list[Any] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        violations = Axe().run(page).response["violations"]
        found += [(scheme, each["id"], [node["target"] for node in each["nodes"]]) for each in violations]
    return found
