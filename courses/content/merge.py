"""Three states of one thing → one: as it was loaded, as the file has it now, as it stands in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

import merge3

Side = Literal["file", "database"]


class _Absent:
    """What stands where a side holds nothing."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final[Any] = _Absent()
"""A field that one side does not have."""
UNKNOWN: Final[Any] = _Absent()
"""A base that nobody kept: each difference is then a conflict."""
_BREAK = "\n\n"


@dataclass(frozen=True)
class Conflict:
    """A field that both sides changed, each to something else. `line` is where it stands in the file."""

    what: str
    key: str
    field: str
    base: Any
    file: Any
    database: Any
    path: str = ""
    line: int = 1
    when: str = ""

    @property
    def name(self) -> str:
        """Return the name by which it is settled: lesson/alliance/summary."""
        return f"{self.what}/{self.key}/{self.field}"


class Choices:
    """What was chosen where both sides changed something: for everything, or for conflicts by their names."""

    def __init__(self, default: Side | None = None, by_name: Mapping[str, Side] | None = None) -> None:
        self.default, self.by_name = default, dict(by_name or {})
        self.used: set[str] = set()

    @classmethod
    def parse(cls, texts: Sequence[str]) -> Choices:
        """Read what --take is given: `file`, `database`, or a side, a colon, and a row or a conflict by its name.

        Raises ValueError for anything else.
        """
        default: Side | None = None
        by_name: dict[str, Side] = {}
        for text in texts:
            side, colon, name = text.partition(":")
            if side not in ("file", "database") or (colon and name.count("/") not in (1, 2)):
                raise ValueError(text)
            chosen: Side = "file" if side == "file" else "database"
            if colon:
                by_name[name] = chosen
            else:
                default = chosen
        return cls(default, by_name)

    def side_of(self, conflict: Conflict) -> Side | None:
        """Return the side that wins a conflict: the one chosen for it, for its row, for all; None if none was."""
        for name in (conflict.name, f"{conflict.what}/{conflict.key}"):
            if name in self.by_name:
                self.used.add(name)
                return self.by_name[name]
        return self.default

    @property
    def unused(self) -> list[str]:
        """Return the names that were no conflict's."""
        return sorted(set(self.by_name) - self.used)


Settle = Callable[[str, Any, Any, Any], Side | None]
"""Is told of a conflict (field, base, file, database) and says which side wins; None leaves it open."""


def merge(base: Any, file: Any, database: Any, settle: Settle, field: str = "") -> Any:
    """Return what stands: what only one side changed, and of a conflict the side that `settle` says, else the file's.

    Mappings, and parts stored as pairs, are merged key by key; long texts by paragraphs.
    """
    if same(file, database) or same(base, database):
        return file
    if same(base, file):
        return database
    if isinstance(file, Mapping) and isinstance(database, Mapping):
        return _merge_mappings(base, file, database, settle, field)
    if _is_pairs(file) and _is_pairs(database):
        pairs = dict(base) if base is not UNKNOWN and _is_pairs(base) else base
        merged = _merge_mappings(pairs, dict(file), dict(database), settle, field)
        return [[key, value] for key, value in merged.items()]
    if isinstance(base, str) and isinstance(file, str) and isinstance(database, str):
        text = _merge_paragraphs(base, file, database)
        if text is not None:
            return text
    return database if settle(field, base, file, database) == "database" else file


def _merge_mappings(
    base: Any, file: Mapping[str, Any], database: Mapping[str, Any], settle: Settle, field: str
) -> dict[str, Any]:
    known = base if isinstance(base, Mapping) else None
    found: dict[str, Any] = {}
    for key in dict.fromkeys([*file, *database]):
        before = UNKNOWN if base is UNKNOWN else (known or {}).get(key, ABSENT)
        path = f"{field}.{key}" if field else key
        value = merge(before, file.get(key, ABSENT), database.get(key, ABSENT), settle, path)
        if value is not ABSENT:
            found[key] = value
    order = UNKNOWN if known is None else list(known)
    merged = merge_order(order, list(file), list(database), found)
    return {key: found[key] for key in merged or found}


def _is_pairs(value: Any) -> bool:
    """Say whether a value is a mapping in the form in which its order lasts: a list of pairs, each with another key."""
    if not isinstance(value, list | tuple):
        return False
    are_pairs = all(isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in value)
    return are_pairs and len({pair[0] for pair in value}) == len(value)


def _merge_paragraphs(base: str, file: str, database: str) -> str | None:
    """Return a text in which each side's paragraphs stand; None where both changed the same."""
    parts = merge3.Merge3(_paragraphs(base), _paragraphs(file), _paragraphs(database))
    groups = list(parts.merge_groups())
    if any(group[0] == "conflict" for group in groups):
        return None
    return "".join(piece for group in groups for piece in group[1])


def _paragraphs(text: str) -> list[str]:
    """Return a text in pieces. The break between two paragraphs is one of them, so that neighbours stay apart."""
    pieces: list[str] = []
    for paragraph in text.split(_BREAK):
        pieces += [paragraph, _BREAK]
    return pieces[:-1]


def merge_order(base: Any, file: Sequence[str], database: Sequence[str], members: Any) -> list[str] | None:
    """Return the members in the order of the side that changed it; None where both did, differently.

    What only one side has stands behind what it follows there.
    """
    shared = set(file) & set(database)
    if base is not UNKNOWN:
        shared &= set(base)
    orders = [[key for key in side if key in shared] for side in (file, database)]
    before = None if base is UNKNOWN else [key for key in base if key in shared]
    if orders[0] in (before, orders[1]):
        first, second = database, file
    elif orders[1] == before:
        first, second = file, database
    else:
        return None
    merged = [key for key in first if key in members]
    for at, key in enumerate(second):
        if key in members and key not in merged:
            ahead = next((merged.index(each) + 1 for each in reversed(second[:at]) if each in merged), 0)
            merged.insert(ahead, key)
    return merged


def same(one: Any, other: Any) -> bool:
    """Say whether two values are the same to an author: numbers by their worth, lists by their order."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal):
        return Decimal(str(one)) == Decimal(str(other))
    return bool(one == other)
