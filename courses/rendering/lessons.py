"""A lesson's Markdown → sections with parts, and the notes at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from markdown_it.token import Token

from courses.rendering.figures import render_figure
from courses.rendering.library import Library, NotesLinker
from courses.rendering.markdown import BLOCKS, render_tokens
from courses.rendering.names import Names, orders_of
from courses.rendering.plain import plain_text, with_id

_HEADING = re.compile(r"##[ \t]+(?P<title>[^\s].*)\{#(?P<key>[a-z0-9-]+)\}\s*")
_NO_SPACE = re.compile(r"##+[^#\s]")


class BadLesson(ValueError):
    """A body that is not made of sections. `line` counts from 1 within the body."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class ParsedSection:
    """A section as written: its heading, its parsed blocks, and the line it begins on within the body."""

    key: str
    title: str
    tokens: list[Token]
    line: int


@dataclass(frozen=True)
class RenderedSection:
    """A section as a page shows it."""

    key: str
    title: str
    parts: list[dict[str, str]]
    mentions: dict[str, list[str]]


@dataclass(frozen=True)
class RenderedLesson:
    """A whole lesson: its sections, and its notes and terms as HTML by kind."""

    sections: list[RenderedSection]
    notes: list[dict[str, Any]]
    terms: list[dict[str, str]]
    source_keys: list[str]

    @property
    def people_keys(self) -> list[str]:
        """Return the keys of the people named anywhere in the lesson."""
        return list(dict.fromkeys(key for section in self.sections for key in section.mentions.get("person", [])))


def parse_sections(body: str) -> list[ParsedSection]:
    """Split a body at its `## Title {#key}` headings; raise BadLesson where it has none first or repeats a key."""
    sections, faults = read_sections(body)
    if faults:
        raise faults[0]
    return sections


def read_sections(body: str) -> tuple[list[ParsedSection], list[BadLesson]]:
    """Split a body at its headings as well as can be; return the sections and everything that is wrong with them."""
    sections: list[tuple[str, str, int, list[str]]] = []
    faults: list[BadLesson] = []
    is_early = False
    for number, line in enumerate(body.split("\n"), start=1):
        heading = _HEADING.fullmatch(line)
        if heading:
            key = heading["key"]
            if key in {section[0] for section in sections}:
                faults.append(BadLesson(_("The section key “%(key)s” is used twice.") % {"key": key}, number))
            sections.append((key, heading["title"].rstrip(), number, []))
        elif line.startswith("## ") or _NO_SPACE.match(line):
            faults.append(BadLesson(_("This heading has no key. Write it as: ## Title {#key}"), number))
            is_early = True
        elif sections:
            sections[-1][3].append(line)
        elif line.strip() and not is_early:
            faults.append(BadLesson(_("A lesson begins with a section. Write first: ## Title {#key}"), number))
            is_early = True
    parsed = [ParsedSection(key, title, BLOCKS.parse("\n".join(lines)), line) for key, title, line, lines in sections]
    return parsed, faults


def render_lesson(body: str, library: Library) -> RenderedLesson:
    """Render a body whose references all exist in the library."""
    linker = NotesLinker(library)
    names = Names({key: orders_of(name) for key, name in library.people.items()})
    sections = [_section(section, linker, names) for section in parse_sections(body)]
    notes = [{"number": note.number, "key": note.key, "html": str(note.html)} for note in linker.notes.values()]
    terms = [
        {"key": key, "term": entry.term, "originals": str(entry.originals), "html": entry.html}
        for key, entry in linker.terms.items()
    ]
    return RenderedLesson(sections, notes, terms, list(dict.fromkeys(key for key, _locator in linker.notes)))


def _section(section: ParsedSection, linker: NotesLinker, names: Names) -> RenderedSection:
    parts = list(_parts(section, linker))
    mentions = linker.take_met()
    if people := names.found_in(plain_text("".join(part.get("html", "") for part in parts))):
        mentions["person"] = people
    return RenderedSection(section.key, section.title, parts, mentions)


def _parts(section: ParsedSection, linker: NotesLinker) -> Iterator[dict[str, str]]:
    """Yield the parts of a section: runs of HTML, figures, and the checks between them.

    Every block has an id, its section's key and its place there (`trade-p3`), so that a search leads to it.
    """
    html, place = "", 0
    for block in blocks_in(section.tokens):
        opening = block[0]
        if opening.type == "directive" and opening.meta["name"] == "check":
            if html:
                yield {"html": html}
            yield {"check": opening.meta["key"]}
            html = ""
            continue
        place += 1
        rendered = with_id(_block(block, linker), f"{section.key}-p{place}")
        html += _with_margin(rendered, linker)
    if html:
        yield {"html": html}


def _block(block: list[Token], linker: NotesLinker) -> str:
    if block[0].type == "directive":
        return render_figure(linker.library.figures[block[0].meta["key"]], linker)
    return render_tokens(block, linker)


def blocks_in(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the top-level blocks, each as the tokens from its opening to its close."""
    block: list[Token] = []
    depth = 0
    for token in tokens:
        block.append(token)
        depth += token.nesting
        if depth == 0:
            yield block
            block = []


def _with_margin(block: str, linker: NotesLinker) -> str:
    """Return a rendered block after what stands beside it in the margin: the notes and terms first met in it.

    The margin comes first because a float begins level with what follows it.
    """
    notes, terms = linker.take_new()
    if not notes and not terms:
        return block
    return render_to_string("courses/_margin.html", {"notes": notes, "terms": terms}) + block
