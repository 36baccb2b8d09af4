"""Parts of a question that say the same: a student cannot tell them apart, and only one of them is right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from quizzes.domain.markup import plain

Where: TypeAlias = tuple[str | int, ...]
_EDGES = " \t\n.,;:!?\"'"


@dataclass(frozen=True)
class Repeat:
    """A part that says what another before it says: its place in the question, its words, and the other's."""

    where: Where
    text: str
    other: str


def repeats_in(spec: Any) -> Iterator[Repeat]:
    """Yield the parts that are offered beside others of the same words.

    Options of one choice or menu, matches, prompts, categories, entries, events, places and labels are compared with
    each other; markup, capitals, spaces and outer punctuation do not tell parts apart. Spans of a text may repeat:
    their places differ.
    """
    seen: dict[tuple[Where, str], str] = {}
    for where, text in offered(spec):
        group = where[:-2] if where[-1] in ("text", "label") else where[:-1]
        words = (group, _folded(text))
        if words in seen:
            yield Repeat(where, text, seen[words])
        seen.setdefault(words, text)


def offered(spec: Any) -> Iterator[tuple[Where, str]]:
    """Yield the texts of the parts of an item."""
    for name in ("options", "entries", "events", "places", "prompts"):
        parts = getattr(spec, name, None)
        if isinstance(parts, Mapping):
            yield from (((name, key, "text"), part.text) for key, part in parts.items())
    for name in ("matches", "categories"):
        yield from (((name, key), text) for key, text in (getattr(spec, name, None) or {}).items())
    if spec.kind == "cloze":
        for name, gap in spec.gaps.items():
            yield from ((("gaps", name, "options", key), text) for key, text in gap.options.items())
    if spec.kind == "numbers":
        yield from ((("fields", key, "label"), part.label) for key, part in spec.fields.items())


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", plain(text)).casefold().split()).strip(_EDGES)
