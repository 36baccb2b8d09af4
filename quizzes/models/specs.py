"""Specs that were read from revisions, so that the words of one revision are read once and not for every paper."""

from __future__ import annotations

from collections import OrderedDict
from copy import deepcopy
from threading import Lock
from typing import Any, NamedTuple

from quizzes.domain.kinds import AnySpec, read_spec

MOST = 1_000
"""How many specs a process keeps: those asked for last. A course has some hundreds; each takes about 10 kB."""


class Name(NamedTuple):
    """What tells the words of a revision from any others: two of these are equal only if the specs are."""

    revision: int
    content_hash: str
    rules: int


class SpecCache:
    """The specs that were asked for last, by what tells them apart."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Name, tuple[AnySpec, dict[str, Any]]] = OrderedDict()
        self._lock = Lock()

    def find(self, name: Name, body: dict[str, Any] | None) -> AnySpec | None:
        """Return a spec that is kept; where the body is at hand, only one that was read from an equal body."""
        with self._lock:
            found = self._kept.get(name)
            if found is None or (body is not None and found[1] != body):
                return None
            self._kept.move_to_end(name)
            return found[0]

    def read(self, name: Name, body: dict[str, Any]) -> AnySpec:
        """Read a body, keep the spec, and forget the one that was not asked for longest."""
        spec = read_spec(body, rules=name.rules)
        with self._lock:
            self._kept[name] = spec, deepcopy(body)  # a body is a dict, which its holder may change
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return spec

    def __len__(self) -> int:
        return len(self._kept)


KEPT = SpecCache()
