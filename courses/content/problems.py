"""What is wrong with a file, where, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

Path_ = tuple[str | int, ...]


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
        return f"{self.file}:{self.line}:{place} {self.reason}\n    {self.suggestion}"


@dataclass(frozen=True)
class Document:
    """A parsed file: its data, and the line of every place in it."""

    file: str
    data: Any
    places: dict[Path_, int]
    body: str = ""
    body_line: int = 0

    def line_of(self, place: Sequence[str | int]) -> int:
        """Return the line of a place, or of the nearest place around it."""
        for end in range(len(place), -1, -1):
            if line := self.places.get(tuple(place[:end])):
                return line
        return 1


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
        reason = _("There is no %(what)s “%(key)s”.") % {"what": what, "key": key}
        self.found.append(Problem(document.file, line, "", reason, nearest(key, known)))

    def add_invalid(self, document: Document, error: ValidationError, known_fields: Iterable[str]) -> None:
        """Note each finding of a pydantic error, in our words, at its line."""
        names = set(known_fields)
        findings = error.errors(include_url=False)
        for finding in findings:
            if finding["type"] == "too_short" and _has_faulty_entry(finding["loc"], findings):
                continue
            place = tuple(part for part in _existing(document, finding["loc"]))
            reason, suggestion = _explain(dict(finding), names)
            self.add(document, place, reason, suggestion)

    def stop_if_any(self) -> None:
        """Raise ContentInvalid when anything was found."""
        if self.found:
            raise ContentInvalid(self.found)


def spell(place: Sequence[str | int]) -> str:
    """Write a place as authors say it: items[3].options.a."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def nearest(key: str, known: Iterable[str]) -> str:
    """Suggest the known key that looks most like a wrong one."""
    found = get_close_matches(key, sorted(known), n=1, cutoff=0.6)
    if found:
        return _("Did you mean “%(key)s”?") % {"key": found[0]}
    return _("Check the spelling, or add what is missing.")


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


def _existing(document: Document, loc: Sequence[str | int]) -> Iterable[str | int]:
    """Drop from pydantic's location what is no place in the file, such as the name of a union's branch."""
    kept: Path_ = ()
    for at, part in enumerate(loc):
        is_last = at == len(loc) - 1
        if (*kept, part) in document.places or (is_last and not _is_branch(part)):
            kept = (*kept, part)
            yield part


def _has_faulty_entry(loc: Sequence[str | int], findings: Iterable[Any]) -> bool:
    """Say whether a list is only too short because entries with mistakes were not counted."""
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in findings)


def _is_branch(part: str | int) -> bool:
    return isinstance(part, str) and bool(re.search(r"[\[(-]", part))


def _explain(finding: dict[str, Any], names: set[str]) -> tuple[str, str]:
    kind, last = finding["type"], str(finding["loc"][-1]) if finding["loc"] else ""
    context = finding.get("ctx", {})
    if kind == "extra_forbidden":
        return _("“%(name)s” is not known here.") % {"name": last}, nearest(last, names)
    if kind == "missing":
        return _("“%(name)s” is missing.") % {"name": last}, _("Add “%(name)s: …”.") % {"name": last}
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        expected = str(context.get("expected") or context.get("expected_tags"))
        return _("This value is not one of those possible."), _("Use one of: %(names)s.") % {"names": expected}
    if kind == "union_tag_not_found":
        return _("“kind” is missing."), _("Say which kind of question this is: “kind: single”, for instance.")
    if kind == "string_pattern_mismatch":
        return (
            _("This is not written as it should be."),
            _("It must match %(pattern)s; keys are lower-case words joined by hyphens.") % context,
        )
    if kind == "string_type":
        return _("This must be text."), _("Put it in quotes.")
    if kind == "bool_type":
        return _("This must be true or false."), _("Write the one word without quotes.")
    if kind == "value_error":
        return str(context.get("error", finding["msg"])), _(
            "Correct it as the sentence says; docs/authoring.md has the rule."
        )
    return str(finding["msg"]), _("docs/authoring.md says what belongs here.")
