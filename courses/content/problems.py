"""What is wrong with a file, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from courses.content.explain import explain, nearest

Place = tuple[str | int, ...]
_LONGEST_WORD = 200


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: file and line, the place within the file, the reason, and a suggestion."""

    file: str
    line: int
    place: str
    reason: str
    suggestion: str

    def __str__(self) -> str:
        place = f" {self.place}:" if self.place else ""
        return f"{self.file}:{self.line}:{place} {_on_a_line(self.reason)}\n    {_on_a_line(self.suggestion)}"


@dataclass(frozen=True)
class Document:
    """A parsed file: its data, and the line of every place in it."""

    file: str
    data: Any
    places: dict[Place, int]
    body: str = ""
    body_line: int = 0

    def line_of(self, place: Sequence[str | int]) -> int:
        """Return the line of a place, or of the nearest place around it."""
        for end in range(len(place), -1, -1):
            if line := self.places.get(tuple(place[:end])):
                return line
        return 1


def _on_a_line(words: str) -> str:
    """Return words in one line: what an author wrote may stand among them, with line breaks, or without any space."""
    return " ".join(word if len(word) <= _LONGEST_WORD else f"{word[:_LONGEST_WORD]}…" for word in words.split())


class ContentInvalid(Exception):
    """Some content was refused. Nothing was changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(f"{len(self.problems)} problems")


class Problems:
    """Collects every mistake of a run, so that an author sees all at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, document: Document, place: Sequence[str | int], reason: str, suggestion: str) -> None:
        """Note a mistake at a place of a document."""
        self.found.append(Problem(document.file, document.line_of(place), spell(place), reason, suggestion))

    def add_at(self, file: Path | str, line: int, reason: str, suggestion: str) -> None:
        """Note a mistake at a line."""
        self.found.append(Problem(str(file), line, "", reason, suggestion))

    def add_unknown(self, document: Document, line: int, what: str, key: str, known: Iterable[str]) -> None:
        """Note a reference to something that is not there."""
        reason = _("There is no %(what)s “%(key)s”.") % {"what": what, "key": key[:100]}
        self.found.append(Problem(document.file, line, "", reason, nearest(key, known)))

    def add_invalid(self, document: Document, error: ValidationError, known_fields: Iterable[str]) -> None:
        """Note each finding of a pydantic error, in our words, at its line."""
        names = set(known_fields)
        findings = error.errors(include_url=False, include_input=False)
        by_place: dict[Place, list[dict[str, Any]]] = {}
        for finding in findings:
            if finding["type"] == "too_short" and _has_faulty_entry(finding["loc"], findings):
                continue
            by_place.setdefault(_existing(document, finding["loc"], finding["type"]), []).append(dict(finding))
        for place, found in by_place.items():
            reason, suggestion = explain(found, names)
            self.add(document, place, reason, suggestion)

    def stop_if_any(self) -> None:
        """Raise ContentInvalid when anything was found."""
        if self.found:
            raise ContentInvalid(self.found)


def spell(place: Sequence[str | int]) -> str:
    """Write a place as authors say it: items[3].options.a."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def field_names(*models: type[BaseModel]) -> set[str]:
    """Return the names of all fields of the models and of every model inside them."""
    names: set[str] = set()
    seen: set[type[BaseModel]] = set()
    todo: list[Any] = list(models)
    while todo:
        annotation = todo.pop()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
            seen.add(annotation)
            for name, info in annotation.model_fields.items():
                names.add(info.alias or name)
                todo.append(info.annotation)
        todo.extend(get_args(annotation))
    return names


def _existing(document: Document, loc: Sequence[str | int], kind: str) -> Place:
    """Drop from pydantic's location what is no place in the file, such as the name of a union's branch."""
    kept: Place = ()
    for at, part in enumerate(loc):
        is_missing = kind == "missing" and at == len(loc) - 1
        if (*kept, part) in document.places or is_missing:
            kept = (*kept, part)
    return kept


def _has_faulty_entry(loc: Sequence[str | int], findings: Iterable[Any]) -> bool:
    """Say whether a list is only too short because entries with mistakes were not counted."""
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in findings)
