"""A browser as far as saving goes: cookies, and what got no answer is sent again as it was."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from urllib.parse import urlencode

from tests.soak.page import Fields

SAVE_TIMEOUT, PAGE_TIMEOUT = 10.0, 60.0


class OutOfTimeError(Exception):
    """The soak has to end before a student is done."""


@dataclass
class Tally:
    """What all students have met so far; they count here together."""

    saves: int = 0
    failures: int = 0
    done: int = 0
    latencies: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def counting(self) -> Iterator[Tally]:
        """Count while nobody else does."""
        with self.lock:
            yield self

    @property
    def p95_ms(self) -> int:
        """Return how long a save took at most, for nineteen of twenty."""
        ordered = sorted(self.latencies)
        return round(1000 * ordered[int(0.95 * (len(ordered) - 1))]) if ordered else 0


@dataclass(frozen=True)
class Reply:
    """What the server said, where it sent the browser, and how long it took."""

    status: int
    where: str
    body: str
    seconds: float


@dataclass
class Browser:
    """One student's browser; without a session, a guest's. `retry` is how long it waits before it tries again."""

    port: int
    session: str
    tally: Tally
    stop: Event
    retry: float
    token: str = ""

    def get(self, path: str) -> Reply:
        """Load a page, until it loads."""
        return self._until_answered("GET", path, None, PAGE_TIMEOUT)

    def post(self, path: str, fields: Fields, *, is_save: bool = False) -> Reply:
        """Send a form, until it is answered; a save as the page's script sends it."""
        return self._until_answered("POST", path, fields, SAVE_TIMEOUT if is_save else PAGE_TIMEOUT, is_save=is_save)

    def _until_answered(
        self, method: str, path: str, fields: Fields | None, timeout: float, *, is_save: bool = False
    ) -> Reply:
        while not self.stop.is_set():
            try:
                reply = self._once(method, path, fields, timeout, is_save=is_save)
            except (OSError, http.client.HTTPException):
                pass
            else:
                if reply.status < 500:
                    return reply
                with self.tally.counting() as tally:
                    tally.troubles.append(f"{method} {path} gave {reply.status}")
            with self.tally.counting() as tally:
                tally.failures += 1
            self.stop.wait(self.retry)
        raise OutOfTimeError

    def _once(self, method: str, path: str, fields: Fields | None, timeout: float, *, is_save: bool) -> Reply:
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={self.token}", "Connection": "close"}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if is_save:
            headers["HX-Request"] = "true"
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=None if fields is None else urlencode(fields), headers=headers)
            response = connection.getresponse()
            body = response.read().decode()
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            if name == "csrftoken":
                self.token = value
            elif name == "sessionid":
                self.session = value
        return Reply(response.status, response.headers.get("Location", ""), body, time.monotonic() - began)
