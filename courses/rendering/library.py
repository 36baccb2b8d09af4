"""What a course's Markdown may refer to, and the two ways of linking it: with a lesson's numbered notes, or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.rendering.languages import marked
from courses.rendering.references import Reference


@dataclass(frozen=True)
class TermEntry:
    """A glossary term as a lesson shows it."""

    term: str
    names: Mapping[str, str]
    """What it is called in other languages, by their tags."""
    html: str

    @property
    def originals(self) -> SafeString:
        """Return the names in other languages, each marked with its own."""
        return originals_of(self.names)


def originals_of(names: Mapping[str, str]) -> SafeString:
    """Return names in other languages as they follow a term or a person, each marked with its language."""
    return format_html_join("", " · {}", ((marked(words, tag),) for tag, words in sorted(names.items())))


@dataclass(frozen=True)
class FigureEntry:
    """A figure as it was drawn: two drawings (or none, for a table), and what stands around them."""

    key: str
    title: str
    caption: str
    alt: str
    columns: Sequence[Mapping[str, str]]
    rows: Sequence[Sequence[Any]]
    wide: str = ""
    narrow: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Library:
    """Everything of one course that text may refer to, by key. `base` is the course's address, ending in a slash."""

    base: str
    sources: Mapping[str, Reference]
    terms: Mapping[str, TermEntry]
    figures: Mapping[str, FigureEntry] = field(default_factory=dict)
    lessons: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    def lesson_url(self, reference: str) -> str:
        """Return the address of `lesson-key` or `lesson-key#section`."""
        key, _hash, section = reference.partition("#")
        return f"{self.base}lessons/{key}/" + (f"#{section}" if section else "")


class PlainLinker:
    """Links citations and terms to the course's lists: for pages that have no notes of their own."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def cite(self, cited: Sequence[tuple[str, str]]) -> str:
        """Return a short reference in brackets, linked to the list of sources."""
        links = format_html_join(
            "; ",
            '<a href="{}sources/#{}">{}</a>',
            ((self.library.base, key, _short(self.library, key, locator)) for key, locator in cited),
        )
        return format_html(' <span class="cited">({})</span>', links)

    def term(self, key: str, words: str) -> str:
        """Return the words, linked to the glossary."""
        entry = self.library.terms[key]
        return format_html('<a class="term" href="{}glossary/#{}">{}</a>', self.library.base, key, words or entry.term)

    def lesson(self, reference: str) -> str:
        """Return the address of a lesson or one of its sections."""
        return self.library.lesson_url(reference)


class Unlinked:
    """For text that may refer to nothing: options, feedback, summaries."""

    def cite(self, cited: Sequence[tuple[str, str]]) -> str:
        """Return the citation as it was written."""
        return format_html("[{}]", "; ".join(f"@{key}" for key, _locator in cited))

    def term(self, key: str, words: str) -> str:
        """Return the words alone."""
        return format_html("{}", words or key)

    def lesson(self, reference: str) -> str:
        """Return the reference as a fragment, which leads nowhere."""
        return f"#{reference}"


@dataclass(frozen=True)
class Note:
    """One numbered note of a lesson: a source, or a source at a place."""

    number: int
    key: str
    html: SafeString
    short: str


class NotesLinker(PlainLinker):
    """Numbers the citations of one lesson in the order they are met, and remembers which are new for the margin."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.notes: dict[tuple[str, str], Note] = {}
        self.terms: dict[str, TermEntry] = {}
        self._new_notes: list[Note] = []
        self._new_terms: list[str] = []
        self._met: dict[str, list[str]] = {}

    def cite(self, cited: Sequence[tuple[str, str]]) -> str:
        """Return the numbers, linked to the notes at the end of the lesson."""
        links = format_html_join(
            "",
            '<a class="noteref" href="#note-{}" role="doc-noteref" aria-label="{}">{}</a>',
            (
                (note.number, _("Note %(number)d") % {"number": note.number}, note.number)
                for note in map(self._note, cited)
            ),
        )
        return format_html('<sup class="cite">{}</sup>', links)

    def term(self, key: str, words: str) -> str:
        """Return the words, linked to the term's entry at the end of the lesson."""
        self._meet("term", key)
        if key not in self.terms:
            self.terms[key] = self.library.terms[key]
            self._new_terms.append(key)
        return format_html('<a class="term" href="#term-{}">{}</a>', key, words or self.terms[key].term)

    def take_new(self) -> tuple[list[Note], list[tuple[str, TermEntry]]]:
        """Return the notes and terms first met since the last call."""
        notes, terms = self._new_notes, [(key, self.terms[key]) for key in self._new_terms]
        self._new_notes, self._new_terms = [], []
        return notes, terms

    def take_met(self) -> dict[str, list[str]]:
        """Return the keys of the sources and terms met since the last call, by what they are."""
        met, self._met = self._met, {}
        return met

    def _meet(self, what: str, key: str) -> None:
        keys = self._met.setdefault(what, [])
        if key not in keys:
            keys.append(key)

    def _note(self, cited: tuple[str, str]) -> Note:
        self._meet("source", cited[0])
        if cited not in self.notes:
            key, locator = cited
            reference = self.library.sources[key]
            html = format_html("{} {}.", reference.html, locator) if locator else reference.html
            note = Note(len(self.notes) + 1, key, html, _short(self.library, key, locator))
            self.notes[cited] = note
            self._new_notes.append(note)
        return self.notes[cited]


def _short(library: Library, key: str, locator: str) -> str:
    short = library.sources[key].short
    return f"{short}, {locator}" if locator else short
