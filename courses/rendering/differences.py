"""What changed from one text to another, by words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Kind = Literal["same", "added", "removed"]

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# A word or a sign with the space behind it. Han and kana are written without spaces: each letter is a word.
_WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+[^\S\n]*|[^\w\s][^\S\n]*|\n|[^\S\n]+"
)
_MOST_WORDS = 3_000
"""Comparing takes time that grows with the square of the words: beyond this a passage is told as replaced whole."""
_LONGEST_SAME = 300
"""Characters of unchanged text shown around changes; more is left out between them."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, came or went."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """Return the pieces of which both texts are made; those that stayed or went make the first, the others the second.

    Lines are compared first and words only within lines that changed, so that a lesson is compared in milliseconds.
    """
    old, new = _LINES.findall(before), _LINES.findall(after)
    pieces: list[Piece] = []
    for tag, one, other, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[one:other]), "".join(new[start:end])
        if tag == "equal":
            pieces.append(Piece("same", removed))
        else:
            pieces.extend(_by_words(removed, added))
    return list(_joined(pieces))


def _by_words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS or not old or not new:
        yield from (Piece("removed", before), Piece("added", after))
        return
    for tag, one, other, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[one:other]))
        else:
            yield from (Piece("removed", "".join(old[one:other])), Piece("added", "".join(new[start:end])))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Join neighbours of one kind and leave empty ones out."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def marked(before: str, after: str) -> SafeString:
    """Return the difference as HTML: `ins` and `del`, each with a word for screen readers."""
    pieces = compare(before, after)
    last = len(pieces) - 1
    return format_html_join("", "{}", ((_shown(piece, at == 0, at == last),) for at, piece in enumerate(pieces)))


def _shown(piece: Piece, is_first: bool, is_last: bool) -> SafeString | str:
    if piece.kind == "same":
        return _shortened(piece.text, is_first=is_first, is_last=is_last)
    name, word = ("ins", _("added:")) if piece.kind == "added" else ("del", _("removed:"))
    words = '<{} class="diff"><span class="visually-hidden">[{} </span>{}<span class="visually-hidden">]</span></{}>'
    return format_html(words, name, word, piece.text, name)


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """Leave out what is far from every change; a text without any change is shown as it is."""
    if len(text) <= 2 * _LONGEST_SAME or (is_first and is_last):
        return text
    head = "" if is_first else text[:_LONGEST_SAME]
    tail = "" if is_last else text[-_LONGEST_SAME:]
    return f"{head} … {tail}".strip(" ") if not (head and tail) else f"{head} … {tail}"
