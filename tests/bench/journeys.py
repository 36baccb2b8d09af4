"""What students and instructors do, over HTTP, and what the server spent on it."""

from __future__ import annotations

import http.client
import itertools
import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench.peers import Peer

CSRF = "c" * 32
OPTIONS = ("1", "2")


@dataclass(frozen=True)
class Phase:
    """What one sort of request cost in one round: seconds of each request, CPU seconds of all, how many failed."""

    seconds: list[float]
    cpu: float
    failures: int


@dataclass
class Browser:
    """One person at work: a session made beforehand, and the attempt that is under way."""

    peer: Peer
    session: str
    attempt: str = ""

    def get(self, name: str) -> bool:
        """Read a page; say whether it came."""
        return self._ask("GET", self.peer.where["paths"][name])[0] == 200

    def start(self, name: str) -> bool:
        """Start a quiz and remember the attempt."""
        status, location = self._ask("POST", self.peer.where["paths"][name], {"sure": "1"})
        self.attempt = "/".join(location.split("/")[:3])
        return status == 302

    def save(self, position: int, *, sequence: int = 0) -> bool:
        """Save an answer, as the page's script does."""
        data = {"answer": OPTIONS[sequence % 2], "sequence": str(sequence), "client_key": str(uuid4())}
        return self._ask("POST", f"{self.attempt}/items/{position}/", data)[0] == 200

    def submit(self) -> bool:
        """Submit the attempt."""
        return self._ask("POST", f"{self.attempt}/submit/", {})[0] == 302

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
        headers |= {"Accept-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
        if "/items/" in path:
            headers["HX-Request"] = "true"
        connection = http.client.HTTPConnection("127.0.0.1", self.peer.port, timeout=60)
        try:
            connection.request(method, path, urlencode(data) if data is not None else None, headers)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
        return response.status, response.headers.get("Location", "")


def phase(peer: Peer, clients: int, acts: Iterable[Callable[[], bool]]) -> Phase:
    """Do acts, so many at a time, and say what they cost."""

    def timed(act: Callable[[], bool]) -> tuple[bool, float]:
        began = time.perf_counter()
        return act(), time.perf_counter() - began

    before = peer.cpu()
    with ThreadPoolExecutor(clients) as pool:
        done = list(pool.map(timed, acts))
    return Phase([seconds for _good, seconds in done], peer.cpu() - before, sum(not good for good, _ in done))


def round_of(peer: Peer, clients: int, requests: int) -> Iterator[tuple[str, Phase]]:
    """Go through every journey once; yield each with what it cost."""
    takers = [Browser(peer, session) for session in peer.where["students"][: max(clients, min(requests // 4, 16))]]
    teacher = Browser(peer, peer.where["teacher"])
    for name in (name for name in peer.where["paths"] if not name.startswith("start")):
        readers = [teacher] if "class" in name else takers
        of = itertools.islice(itertools.cycle(readers), requests // 4 if "class" in name else requests)
        yield name, phase(peer, clients, [lambda each=each, name=name: each.get(name) for each in of])
    for name in (name for name in peer.where["paths"] if name.startswith("start")):
        yield name, phase(peer, clients, [lambda each=each, name=name: each.start(name) for each in takers])
        if name == "start":
            saves = [lambda each=each, at=at: each.save(at) for at in range(1, 11) for each in takers]
            yield "save", phase(peer, clients, saves)
            yield "submit", phase(peer, clients, [each.submit for each in takers])
        else:
            phase(peer, clients, [each.submit for each in takers])


def crowd(peer: Peer, *, students: int, name: str, seconds: float = 5, answers: int = 10) -> dict[str, Any]:
    """Let many students start within some seconds and then save answers, one every second on average."""
    dice = random.Random(1)
    plans = [(Browser(peer, session), dice.uniform(0, seconds)) for session in peer.where["students"][:students]]
    times: dict[str, list[float]] = {"start": [], "save": []}
    failures = []

    def sit(plan: tuple[Browser, float]) -> None:
        browser, wait = plan
        time.sleep(wait)
        _timed("start", lambda: browser.start(name))
        for position in range(1, answers + 1):
            time.sleep(dice.uniform(0, 2))
            _timed("save", lambda position=position: browser.save(position))

    def _timed(what: str, act: Callable[[], bool]) -> None:
        began = time.perf_counter()
        if not act():
            failures.append(what)
        times[what].append(time.perf_counter() - began)

    with ThreadPoolExecutor(students) as pool:
        list(pool.map(sit, plans))
    return {"times": times, "failures": len(failures)}
