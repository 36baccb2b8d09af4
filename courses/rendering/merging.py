"""Bringing together what two people made of one text, each without having seen the other's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Any, Literal

from merge3 import Merge3

Unit = Literal["paragraph", "line", "whole"]

_BLANK = re.compile(r"(\n(?:[ \t]*\n)+)")
# The default of the library takes what is frequent in a long text, such as an empty line, for noise.
_Matcher: Any = partial(SequenceMatcher, autojunk=False)


@dataclass(frozen=True)
class Settled:
    """Text on which nothing is to be decided."""

    text: str


@dataclass(frozen=True)
class Collision:
    """A passage that both changed. `base` is what both began from, or None where that is not known."""

    base: str | None
    theirs: str
    mine: str


Region = Settled | Collision


def merge(base: str | None, theirs: str, mine: str, *, unit: Unit) -> list[Region]:
    """Return a text in regions: what only one side changed is taken, what both changed alike as well.

    Changes collide where they touch the same unit. Without a base, every difference is a collision.
    """
    if unit == "whole":
        return [Collision(base, theirs, mine)] if theirs != mine else [Settled(mine)]
    others, own = _units(theirs, unit), _units(mine, unit)
    if base is None:
        return _two_way(others, own)
    regions: list[Region] = []
    for kind, *parts in Merge3(_units(base, unit), others, own, sequence_matcher=_Matcher).merge_groups():
        texts = ["".join(part) for part in parts]
        _add(regions, Collision(*texts) if kind == "conflict" else Settled(texts[0]))
    return regions


def text_of(regions: Sequence[Region]) -> str | None:
    """Return the merged text, or None while something is to be decided."""
    if any(isinstance(region, Collision) for region in regions):
        return None
    return "".join(region.text for region in regions if isinstance(region, Settled))


def _units(text: str, unit: Unit) -> list[str]:
    """Take a text apart; what stands between paragraphs is a unit too, so that neighbours do not touch."""
    parts = text.splitlines(keepends=True) if unit == "line" else _BLANK.split(text)
    return [part for part in parts if part]


def _two_way(theirs: list[str], mine: list[str]) -> list[Region]:
    regions: list[Region] = []
    for tag, one, other, start, end in _Matcher(None, theirs, mine).get_opcodes():
        text, own = "".join(theirs[one:other]), "".join(mine[start:end])
        _add(regions, Settled(text) if tag == "equal" else Collision(None, text, own))
    return regions


def _add(regions: list[Region], region: Region) -> None:
    if isinstance(region, Settled) and regions and isinstance(regions[-1], Settled):
        regions[-1] = Settled(regions[-1].text + region.text)
    else:
        regions.append(region)


def merge_words(base: str, theirs: str, mine: str) -> str | None:
    """Return a short passage merged by its words, as a proposal to read; None where even words collide."""
    words, others, own = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (base, theirs, mine))
    groups: list[Any] = list(Merge3(words, others, own, sequence_matcher=_Matcher).merge_groups())
    if any(kind == "conflict" for kind, *_parts in groups):
        return None
    return "".join("".join(part) for _kind, part in groups)
