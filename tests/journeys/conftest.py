"""A server and a browser for journeys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys import own
from tests.journeys.site import Databases, Site

# Machines are shared: a page may be slow to answer, and slowness is not what these tests are about.
expect.set_options(timeout=30_000)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def _needs_a_browser() -> None:
    if CHROMIUM is None:
        assert "browser" not in os.environ.get("TUMEN_REQUIRE", ""), "Chromium is required here and was not found"
        pytest.skip("no Chromium on this machine: make test promises to run anywhere, and .ci/run requires it")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def own_database(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the journeys' own course besides, to be copied."""
    return own.load(databases.copy(), tmp_path_factory.mktemp("own"))


@pytest.fixture
def site(databases: Databases, tmp_path: Path) -> Iterator[Site]:
    served = Site(databases.copy(), tmp_path / "server.log")
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def shared_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for tests that only look."""
    served = Site(databases.copy(), tmp_path_factory.mktemp("log") / "server.log")
    served.start()
    yield served
    served.stop()


class Watched:
    """A page that remembers what the console complained of and every host that was asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2] if "//" in request.url else "data"))

    def _console(self, message: Any) -> None:
        # The browser itself reports a refused form (409, 422) as an error; it is an answer like any other here.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def plain_context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with JavaScript off."""
    context = browser.new_context(java_script_enabled=False)
    yield context
    context.close()
