"""Parts of a question that say the same: a student cannot tell them apart, and only one of them is right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.domain.described import Where
from quizzes.domain.kinds import AnySpec
from quizzes.domain.markup import plain

_EDGES = " \t\n.,;:!?\"'"


@dataclass(frozen=True)
class Repeat:
    """A part that says what another before it says: its place in the question, its words, and the other's."""

    where: Where
    text: str
    other: str


def repeats_in(spec: AnySpec) -> Iterator[Repeat]:
    """Yield the parts that are offered beside others of the same words.

    Options of one choice or menu, matches, prompts, categories, entries, events, places and labels are compared with
    each other; markup, capitals, spaces and outer punctuation do not tell parts apart. Spans of a text may repeat:
    their places differ.
    """
    seen: dict[tuple[Where, str], str] = {}
    for where, text in spec.texts():
        if len(where) == 1:  # running text, which has no parts
            continue
        group = where[:-2] if where[-1] in ("text", "label") else where[:-1]
        words = (group, _folded(text))
        if words in seen:
            yield Repeat(where, text, seen[words])
        seen.setdefault(words, text)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", plain(text)).casefold().split()).strip(_EDGES)
