"""Long lists made short to use: by letter, by kind, by lesson."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from courses.models import Lesson, Source
from courses.rendering.folding import fold
from courses.reports.uses import Use

Row = TypeVar("Row")

# What CSL calls the kinds of works that courses cite, as a reader would look for them.
KINDS = {
    "article-journal": _("Articles in journals"),
    "article-magazine": _("Articles in magazines"),
    "article-newspaper": _("Newspapers and news sites"),
    "bill": _("Laws and bills"),
    "book": _("Books"),
    "broadcast": _("Broadcasts"),
    "chapter": _("Chapters"),
    "dataset": _("Data"),
    "document": _("Documents"),
    "entry-encyclopedia": _("Encyclopedias"),
    "hearing": _("Hearings"),
    "interview": _("Interviews"),
    "legal_case": _("Judgments"),
    "legislation": _("Laws and bills"),
    "letter": _("Letters"),
    "manuscript": _("Documents"),
    "map": _("Maps"),
    "paper-conference": _("Conference papers"),
    "personal_communication": _("Letters"),
    "post-weblog": _("Web pages"),
    "report": _("Reports"),
    "speech": _("Speeches"),
    "thesis": _("Theses"),
    "treaty": _("Treaties"),
    "webpage": _("Web pages"),
}
_OTHER_KIND = _("Other works")


@dataclass(frozen=True)
class Part(Generic[Row]):
    """The rows of a list under one letter; `anchor` is where a link to it leads."""

    letter: str
    rows: Sequence[Row]

    @property
    def anchor(self) -> str:
        """Return the name of the place on the page."""
        return f"letter-{self.letter}"


def by_letter(rows: Iterable[Row], name_of: Callable[[Row], str]) -> list[Part[Row]]:
    """Return rows in the order of their names, under the letters these begin with; figures stand first, under 0–9."""
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: fold(name_of(row))):
        found.setdefault(_letter(name_of(row)), []).append(row)
    return [Part(letter, members) for letter, members in sorted(found.items())]


def _letter(name: str) -> str:
    first = fold(name)[:1]
    if not first or first.isdigit():
        return "0–9"
    # Of a Korean syllable its first consonant.
    return unicodedata.normalize("NFD", first)[0].upper()


def kind_of(source: Source) -> str:
    """Return the kind of work a source is, in words."""
    return str(KINDS.get(str(source.csl.get("type", "")), _OTHER_KIND))


def lessons_of(uses: Mapping[str, Sequence[Use]]) -> list[Lesson]:
    """Return the lessons that use any entry of a list, by their numbers' order in the course."""
    return sorted({use.lesson for each in uses.values() for use in each}, key=lambda lesson: _by_number(lesson.number))


def _by_number(number: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in number.split(".")]
