"""The preview of a list as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from classes.roster.columns import Column
from classes.roster.lines import Problem
from classes.services.difference import Change, Detail, Difference, Kind
from classes.services.roster import Preview


@dataclass(frozen=True)
class Cell:
    """A cell of a line with an error, to be corrected where it stands."""

    name: str
    label: str
    text: str
    is_wrong: bool


@dataclass(frozen=True)
class ProblemLine:
    """A line with an error, and its cells."""

    problem: Problem
    cells: Sequence[Cell]


@dataclass(frozen=True)
class ShownChange:
    """One person, and in words what happens."""

    change: Change
    what: str
    details: dict[str, Detail]


def problem_lines(preview: Preview, most: int) -> list[ProblemLine]:
    """Return the first lines with errors, each with a cell for every column that is read."""
    lines = {line.number: line.cells for line in preview.table.lines}
    found = []
    for problem in preview.difference.problems[:most]:
        cells, given = [], lines[problem.line]
        for at, column in enumerate(preview.columns):
            if column != Column.SKIP:
                text = given[at] if at < len(given) else ""
                cells.append(Cell(f"cell-{problem.line}-{at}", str(column.label), text, column == problem.column))
        found.append(ProblemLine(problem, cells))
    return found


def shown_changes(difference: Difference, kind: str) -> list[ShownChange]:
    """Return the changes of one kind, or all that do change something."""
    changes = [each for each in difference.changes if each.kind == kind] if kind in Kind else difference.real
    return [ShownChange(each, _what(each), {str(detail.what): detail for detail in each.details}) for each in changes]


def _what(change: Change) -> str:
    """Say what happens to the person."""
    if change.kind == Kind.CHANGE:
        what = ", ".join(str(detail.what.label) for detail in change.details)
        return _("Changes: %(what)s") % {"what": what}
    words = {
        Kind.NEW: _("Gets an account and a printed slip to sign in with"),
        Kind.OWN: _("Has an account you made in another class; is added"),
        Kind.INVITE: _("Has an account here; is in the class on accepting"),
        Kind.BACK: _("Was removed; comes back with all earlier work"),
        Kind.DROP: _("Is removed from the class; the work is kept"),
        Kind.SAME: change.note or _("Stays as it is"),
    }
    return words[change.kind]
