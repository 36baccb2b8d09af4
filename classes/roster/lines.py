"""Each line of a list as a person, or what is wrong with it and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from classes.roster.columns import Column
from classes.roster.reading import Line
from courses.services.names import LONGEST, PersonName, name_of, name_of_parts, tidy

MOST_LETTERS = {Column.NUMBER: 40, Column.EMAIL: 254, Column.USERNAME: 150, Column.GROUP: 120}
_FORMULA = re.compile(r"[=@\t]|[+-](?![\d.]+$)|[＝＋－＠]")
_ERROR_OF_A_SHEET = re.compile(r"#(REF|N/A|NAME|VALUE|DIV/0|NUM|NULL|SPILL|CALC)[!?]?", re.IGNORECASE)
_SHORTENED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
_GROUPS = re.compile(r"[/|;]")


_NOBODY = PersonName("", "")


@dataclass(frozen=True)
class Entry:
    """A person as one line tells of them; what it does not tell is empty."""

    line: int
    number: str = ""
    name: PersonName = _NOBODY
    email: str = ""
    username: str = ""
    groups: tuple[str, ...] = ()

    @property
    def keys(self) -> list[tuple[Column, str]]:
        """What the person is found by, in this order; by the name only where there is nothing else."""
        given = [(Column.NUMBER, self.number), (Column.EMAIL, self.email), (Column.USERNAME, self.username)]
        found = [(column, value.casefold()) for column, value in given if value]
        return found or [(Column.NAME, self.name.shown.casefold())]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line: in which column, in words, and what to do."""

    line: int
    said: str
    todo: str
    column: Column = Column.SKIP
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """The lines of a list, each either an entry or a problem."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def checked(lines: Sequence[Line], columns: Sequence[Column]) -> Checked:
    """Read the lines below the heading. Of two lines for one person, the second is the problem."""
    found = Checked()
    seen: dict[tuple[Column, str], Entry] = {}
    for line in lines:
        told = _entry(line, columns)
        if isinstance(told, Entry):
            told = _met_before(told, seen, line) or told
        if isinstance(told, Entry):
            seen.update(dict.fromkeys(told.keys, told))
            found.entries.append(told)
        else:
            found.problems.append(told)
    return found


def _met_before(entry: Entry, seen: dict[tuple[Column, str], Entry], line: Line) -> Problem | None:
    for key in entry.keys:
        if (first := seen.get(key)) is not None:
            return Problem(
                line.number,
                _("The %(what)s “%(value)s” is also in line %(line)d, for %(name)s.")
                % {"what": key[0].label, "value": _as_written(entry, key[0]), "line": first.line, "name": _who(first)},
                _("Correct one of the two lines, or delete one.")
                if key[0] != Column.NAME
                else _("Give both a student number, so that they can be told apart."),
                key[0],
                tuple(line.cells),
            )
    return None


def _who(entry: Entry) -> str:
    return entry.name.shown or entry.email or entry.username or entry.number


def _as_written(entry: Entry, column: Column) -> str:
    by_column = {Column.NUMBER: entry.number, Column.EMAIL: entry.email, Column.USERNAME: entry.username}
    return by_column.get(column, entry.name.shown)


class _Wrong(Exception):
    """A cell cannot be what its column says."""

    def __init__(self, column: Column, said: str, todo: str) -> None:
        super().__init__(said)
        self.column, self.said, self.todo = column, said, todo


def _entry(line: Line, columns: Sequence[Column]) -> Entry | Problem:
    try:
        cells = _cells(line, columns)
        for column, value in cells.items():
            _check_cell(column, value)
        return _of_cells(line.number, cells)
    except _Wrong as wrong:
        return Problem(line.number, wrong.said, wrong.todo, wrong.column, tuple(line.cells))


def _cells(line: Line, columns: Sequence[Column]) -> dict[Column, str]:
    """Return what stands in the columns that are read; several given names become one."""
    if len(line.cells) > len(columns):
        raise _Wrong(
            Column.SKIP,
            _("The line has %(n)d cells; the others have %(most)d.") % {"n": len(line.cells), "most": len(columns)},
            _("A name may contain a separator: put it in quotation marks, or delete the surplus cell."),
        )
    found: dict[Column, str] = {}
    for column, cell in zip(columns, line.cells, strict=False):
        if column != Column.SKIP and cell:
            text = cell if _FORMULA.match(cell) else tidy(cell)
            found[column] = f"{found[column]} {text}" if column == Column.GIVEN and column in found else text
    if not found:
        raise _Wrong(Column.SKIP, _("None of the columns that are read is filled in."), _("Fill it in, or delete it."))
    return found


def _check_cell(column: Column, value: str) -> None:
    """Refuse what no such cell can hold. Raises _Wrong."""
    for is_wrong, said, todo in _RULES:
        if is_wrong(column, value):
            raise _Wrong(column, said() % {"what": column.label, "value": value[:60]}, todo())
    most = MOST_LETTERS.get(column, LONGEST)
    if len(value) > most:
        raise _Wrong(
            column,
            _("The %(what)s has %(n)d letters.") % {"what": column.label, "n": len(value)},
            _("At most %(most)d are kept. Shorten it.") % {"most": most},
        )


def _is_no_email(column: Column, value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return column == Column.EMAIL
    return False


_NAMES = (Column.NAME, Column.FAMILY_FIRST, Column.FAMILY, Column.GIVEN)
_Rule = tuple[Callable[[Column, str], bool], Callable[[], str], Callable[[], str]]
# What is wrong, what is said of it, and what to do: the first that fits is told.
_RULES: tuple[_Rule, ...] = (
    (
        lambda _column, value: _FORMULA.match(value) is not None,
        lambda: _("The %(what)s is a formula: %(value)s"),
        lambda: _("Formulas are never carried out. Type the value itself."),
    ),
    (
        lambda _column, value: _ERROR_OF_A_SHEET.match(value) is not None,
        lambda: _("The %(what)s is an error of the spreadsheet: %(value)s"),
        lambda: _("Type the value itself."),
    ),
    (
        lambda _column, value: "\ufffd" in value,
        lambda: _("Letters of the %(what)s were lost: %(value)s"),
        lambda: _("Save the file as “CSV UTF-8”, or type the name again."),
    ),
    (
        lambda column, value: column not in (Column.EMAIL, Column.USERNAME) and "@" in value,
        lambda: _("An email address stands in the place of the %(what)s: %(value)s"),
        lambda: _("Put the cells of this line in the order of the others."),
    ),
    (
        lambda column, value: column in _NAMES and not any(letter.isalpha() for letter in value),
        lambda: _("The %(what)s has no letters: %(value)s"),
        lambda: _("Put the cells of this line in the order of the others, or type the name."),
    ),
    (
        lambda column, value: column == Column.NUMBER and _SHORTENED.fullmatch(value) is not None,
        lambda: _("A spreadsheet shortened the student number: %(value)s"),
        lambda: _("Format the column as text, and type the number again."),
    ),
    (
        lambda column, value: column == Column.NUMBER and not any(letter.isdigit() for letter in value),
        lambda: _("The student number has no digit: %(value)s"),
        lambda: _("Put the cells of this line in the order of the others, or type the number."),
    ),
    (
        lambda column, value: column == Column.EMAIL and len(re.findall("@", value)) > 1,
        lambda: _("There is more than one email address: %(value)s"),
        lambda: _("Keep the address that the account has."),
    ),
    (
        _is_no_email,
        lambda: _("“%(value)s” is not an email address."),
        lambda: _("An address is like name@school.example. Correct it, or leave it empty."),
    ),
    (
        lambda column, value: column == Column.USERNAME and " " in value,
        lambda: _("The username contains a space: %(value)s"),
        lambda: _("Names go in the column “name”. Correct it, or leave it empty."),
    ),
)


def _name(cells: dict[Column, str]) -> PersonName:
    if whole := cells.get(Column.FAMILY_FIRST):
        return name_of(whole, whole.split()[0] if " " in whole and "," not in whole else "")
    if whole := cells.get(Column.NAME):
        return name_of(whole)
    return name_of_parts(cells.get(Column.GIVEN, ""), cells.get(Column.FAMILY, ""))


def _of_cells(line: int, cells: dict[Column, str]) -> Entry:
    number = cells.get(Column.NUMBER, "")
    if re.fullmatch(r"\d+\.0", number):  # as programs write whole numbers
        number = number.removesuffix(".0")
    name = _name(cells)
    if len(name.shown) > LONGEST:
        raise _Wrong(Column.FAMILY, _("The name is too long."), _("Shorten it."))
    groups = [tidy(each) for each in _GROUPS.split(cells.get(Column.GROUP, ""))]
    if not (number or name.family or cells.get(Column.EMAIL) or cells.get(Column.USERNAME)):
        raise _Wrong(Column.SKIP, _("The line names nobody."), _("Fill in a name or a number, or delete it."))
    return Entry(
        line, number, name, cells.get(Column.EMAIL, ""), cells.get(Column.USERNAME, ""), tuple(filter(None, groups))
    )
