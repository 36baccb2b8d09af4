"""A whole course as a book: the values that its printed and electronic forms are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markdown_it.token import Token

from courses.rendering.languages import Name, direction_of, names_in
from courses.rendering.lessons import blocks_in, parse_sections
from courses.rendering.library import FigureEntry, Library

_DRAWING_ONLY = re.compile(r' aria-hidden="true"| focusable="false"')
_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")
_COLOUR = re.compile(r"--([a-z-]+): (?:light-dark\()?(#[0-9a-f]{3,8})\b")


@dataclass(frozen=True)
class Chapter:
    """A lesson: its place, its words, and the colour of its part."""

    key: str
    number: str
    title: str
    subtitle: str
    question: str
    summary: str
    body: str
    colour: str

    @property
    def heading(self) -> str:
        """Return number and title."""
        return f"{self.number} {self.title}".strip()

    def sections(self) -> Iterator[tuple[str, str, list[list[Token]]]]:
        """Yield each section: key, title, and its blocks without the questions that stand between them."""
        for section in parse_sections(self.body):
            yield section.key, section.title, [block for block in blocks_in(section.tokens) if not _is_check(block)]

    def figure_keys(self) -> list[str]:
        """Return the keys of the figures in the order they stand."""
        blocks = (block for _key, _title, blocks in self.sections() for block in blocks)
        return [block[0].meta["key"] for block in blocks if block[0].type == "directive"]


@dataclass(frozen=True)
class Part:
    """A unit with its lessons."""

    title: str
    years: str
    summary: str
    chapters: Sequence[Chapter]


@dataclass(frozen=True)
class Term:
    """An entry of the glossary; the definition is Markdown."""

    key: str
    term: str
    names: Mapping[str, str]
    definition: str

    @property
    def others(self) -> list[Name]:
        """Return the names in other languages, in the order of their tags."""
        return names_in(self.names)


@dataclass(frozen=True)
class Book:
    """A course with everything it refers to. `colours` are those of the light scheme, by name."""

    key: str
    title: str
    subtitle: str
    lede: str
    summary: str
    language: str
    licence: str
    parts: Sequence[Part]
    terms: Sequence[Term]
    library: Library
    made_at: datetime
    colours: Mapping[str, str] = field(default_factory=dict)

    @property
    def direction(self) -> str:
        """Return the direction of the course's language: `ltr` or `rtl`."""
        return direction_of(self.language)

    @property
    def chapters(self) -> list[Chapter]:
        """Return all lessons in order."""
        return [chapter for part in self.parts for chapter in part.chapters]

    def cited(self) -> list[tuple[str, str]]:
        """Return the sources as (key, HTML), sorted."""
        sources = sorted(self.library.sources.items(), key=lambda source: source[1].sort_key)
        return [(key, str(reference.html)) for key, reference in sources]

    def drawing(self, figure: FigureEntry, colour: str, *, font: str) -> str:
        """Return a figure's drawing as an SVG file of its own: its colours and its font stand in it."""
        colours = {**self.colours, "phase": self.colours.get(colour, "#333333"), "sans": font, "serif": font}
        svg = _VARIABLE.sub(lambda name: colours.get(name[1], "#333333"), _DRAWING_ONLY.sub("", figure.wide))
        return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def colours_in(stylesheet: str) -> dict[str, str]:
    """Return the colours a stylesheet names, of its light scheme.

    >>> colours_in("--ink: light-dark(#1d2023, #e9e4da); --gap: 1rem; --edge: #857f72;")
    {'ink': '#1d2023', 'edge': '#857f72'}
    """
    return dict(_COLOUR.findall(stylesheet))


def _is_check(block: list[Token]) -> bool:
    return block[0].type == "directive" and block[0].meta["name"] == "check"
