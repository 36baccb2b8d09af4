"""A file of grades as a difference: what it would change, person by person and piece by piece. Nothing is written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from classes.gradebook.book import Book, Column, Grades, book_of, grades_of
from classes.gradebook.words import number
from classes.roster.columns import Column as Who
from classes.roster.columns import recognised
from classes.roster.lines import Entry, Problem, checked
from classes.roster.reading import Line, Table
from classes.services.difference import Unclear, check_once, person_of
from classes.services.people_found import Found, find_people
from courses.models import Cohort, Enrolment
from courses.reports.people import display_name
from quizzes.domain.gradebook import Basis, Status
from quizzes.services.gradebook import Decided, Subject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_BATCH = 200
"""Students whose grades are in memory at a time."""
_HUNDREDTH = Decimal("0.01")
_AROUND = re.compile(r"^(quiz|lesson|тест|урок|퀴즈):\s*|\s*\((real|points|\d+)\)$", re.IGNORECASE)
"""What Moodle and Canvas write around the title of a piece of work."""
_POSSIBLE = re.compile(r"points possible|\(read only\)", re.IGNORECASE)
_EXCUSED = frozenset({"ex", "exc", "excused"})


@dataclass(frozen=True)
class GradeChange:
    """One grade that the file changes: `after` is in points, None where it excuses the work."""

    line: int
    place: Enrolment
    column: Column
    before: str
    after: Decimal | None
    seen: int | None
    """The decision in force that it would replace."""

    @property
    def name(self) -> str:
        """Return what the student is called."""
        return display_name(self.place.user)

    @property
    def identity(self) -> list[Any]:
        """Return what has to be the same at applying as it was in the preview."""
        after = None if self.after is None else f"{self.after}"
        return [self.place.pk, self.column.key, self.before, after, self.seen]

    @property
    def decision(self) -> tuple[Subject, Decided]:
        """Return the decision it becomes."""
        column = self.column
        subject = Subject(
            self.place, column.quiz.pk if column.quiz else None, column.lesson.pk if column.lesson else None
        )
        if self.after is None:
            return subject, Decided("excused", "imported", seen=self.seen)
        return subject, Decided("score", "imported", self.after, column.possible, self.seen)


@dataclass
class GradesDifference:
    """All that a file of grades would change, in the order of its lines."""

    changes: list[GradeChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Headings of columns that are no piece of graded work and tell of no person."""
    same: int = 0
    """Grades in the file that are so already."""

    @property
    def may_apply(self) -> bool:
        """Say whether something would change and nothing stands in the way."""
        return bool(self.changes) and not self.problems

    @property
    def fingerprint(self) -> str:
        """Return a name for exactly these changes."""
        told = json.dumps([change.identity for change in self.changes], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


def grades_difference(cohort: Cohort, table: Table, *, reader: User, now: datetime) -> GradesDifference:
    """Return what a file of grades would change in a class.

    Students are found as in a list of people; work by the title of its column, as the gradebook's own files have it, or
    by its key. An empty cell changes nothing.
    """
    book = book_of(cohort)
    head, lines = table.lines[0], [line for line in table.lines[1:] if not _is_no_student(line)]
    who = _who(recognised(table)[0], head)
    works = _works(book, head, who)
    found = GradesDifference(columns=list(works.values()))
    found.left_out = [cell for at, cell in enumerate(head.cells) if cell and at not in works and who[at] == Who.SKIP]
    if not works:
        said = _("No column has the title of a piece of graded work.")
        found.problems.append(Problem(head.number, said, _("Give a column the title that the gradebook shows.")))
        return found
    found.problems += _other_points(table, works)
    read = checked([_people_alone(line, who) for line in lines], who)
    found.problems += read.problems
    _compare(found, _Reading(book, works, {line.number: line for line in lines}, now), read.entries, reader)
    found.problems.sort(key=lambda problem: problem.line)
    return found


@dataclass(frozen=True)
class _Reading:
    book: Book
    works: Mapping[int, Column]
    lines: Mapping[int, Line]
    now: datetime


def _compare(found: GradesDifference, reading: _Reading, entries: Sequence[Entry], reader: User) -> None:
    people = find_people(reading.book.cohort, entries, reader)
    placed: list[tuple[Entry, Enrolment]] = []
    met: dict[int, Entry] = {}
    for entry in entries:
        try:
            placed.append((entry, _place(entry, people, reading.book.cohort, met)))
        except Unclear as unclear:
            found.problems.append(Problem(entry.line, unclear.said, unclear.todo, unclear.column))
    for at in range(0, len(placed), _BATCH):
        some = placed[at : at + _BATCH]
        grades = grades_of(reading.book, [place for _entry, place in some], now=reading.now)
        for (entry, _whose), each in zip(some, grades, strict=True):
            _compare_line(found, reading, reading.lines[entry.line], each)


def _place(entry: Entry, people: Found, cohort: Cohort, met: dict[int, Entry]) -> Enrolment:
    """Return the student's place that a line means. Raises Unclear."""
    if entry.number.casefold() in people.by_number and entry.username.casefold() not in people.by_username:
        entry = replace(entry, username="")  # the name by which another program signs the student in
    user = person_of(entry, people, cohort)
    place = people.places.get(user.pk) if user is not None else None
    if user is None or place is None or not place.is_active or place.role != Enrolment.Role.STUDENT:
        raise Unclear(
            _("The line names no student of the class."), _("Correct the number, address or name, or delete the line.")
        )
    check_once(entry, met.setdefault(user.pk, entry), user)
    return place


def _compare_line(found: GradesDifference, reading: _Reading, line: Line, grades: Grades) -> None:
    total = reading.book.total(grades.pieces, Basis.FINAL)
    had = {each.piece.key: each for category in total.categories for each in category.lines}
    for at, column in reading.works.items():
        cell = line.cells[at].strip() if at < len(line.cells) else ""
        if not cell:
            continue
        try:
            after = _points_of(cell, column)
        except ValueError as wrong:
            found.problems.append(Problem(line.number, str(wrong), _("Give points, EX, or leave it empty.")))
            continue
        there = had.get(column.key)
        if there is None:
            said = _("“%(title)s” is not assigned to this student.") % {"title": column.title}
            found.problems.append(Problem(line.number, said, _("Leave the cell empty.")))
            continue
        is_scored = there.piece.status is Status.SCORED or there.piece.status is Status.MISSING
        before = "EX" if there.piece.status is Status.EXCUSED else _shown(there.earned) if is_scored else ""
        if there.piece.status is Status.MISSING and reading.book.policy.missing is None:
            before = ""
        if before == ("EX" if after is None else f"{after}"):
            found.same += 1
            continue
        decided = grades.decisions.get(column.key)
        seen = decided.pk if decided is not None else None
        found.changes.append(GradeChange(line.number, grades.place, column, before, after, seen))


def _shown(earned: Any) -> str:
    if earned is None:
        return ""
    return f"{(Decimal(earned.numerator) / Decimal(earned.denominator)).quantize(_HUNDREDTH)}"


def _points_of(cell: str, column: Column) -> Decimal | None:
    """Return the points in a cell, None for excused. Raises ValueError in words."""
    values = {"title": column.title, "value": cell[:40], "most": number(2 * column.possible)}
    if cell.casefold() in _EXCUSED or cell.casefold() == _("excused").casefold():
        return None
    try:
        points = Decimal(cell.replace(",", ".")) if re.fullmatch(r"\d{1,6}([.,]\d+)?", cell) else Decimal("NaN")
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite():
        raise ValueError(_("“%(title)s”: “%(value)s” is no number of points.") % values)
    if points > 2 * column.possible:
        raise ValueError(_("“%(title)s”: %(value)s is more than twice the maximum, %(most)s.") % values)
    return points.quantize(_HUNDREDTH)


def _who(columns: Sequence[Who], head: Line) -> list[Who]:
    """Return what columns tell of the person. Canvas has ids of its own beside the school's number."""
    found = list(columns)
    numbers = [at for at, each in enumerate(found) if each == Who.NUMBER]
    plain = [at for at in numbers if head.cells[at].strip().casefold() == "id"]
    for at in plain if len(numbers) > 1 else []:
        found[at] = Who.SKIP
    if Who.FAMILY in found or Who.GIVEN in found:
        found = [Who.SKIP if each in (Who.NAME, Who.FAMILY_FIRST) else each for each in found]
    return [Who.SKIP if each == Who.GROUP else each for each in found]


def _works(book: Book, head: Line, who: Sequence[Who]) -> dict[int, Column]:
    """Return the columns of work by their place in the file; of two for the same work the first counts."""
    names: dict[str, Column] = {}
    for each in book.columns:
        names.setdefault(each.title.casefold(), each)
        names |= {each.key: each, f"{each.title} ({each.key})".casefold(): each}
    found: dict[int, Column] = {}
    for at, cell in enumerate(head.cells):
        column = names.get(cell.strip().casefold()) or names.get(
            _AROUND.sub("", _AROUND.sub("", cell.strip())).casefold()
        )
        if column is not None and who[at] == Who.SKIP and column not in found.values():
            found[at] = column
    return found


def _is_no_student(line: Line) -> bool:
    """Say whether a line tells of the columns: what is possible, and when it is due."""
    first = next((cell.strip() for cell in line.cells if cell.strip()), "")
    return bool(_POSSIBLE.search(first)) or first in (_("Points possible"), _("Due"))


def _other_points(table: Table, works: Mapping[int, Column]) -> Iterator[Problem]:
    """Name work that is out of other points in the file than here: its grades would mean something else."""
    for line in table.lines[1:]:
        first = next((cell.strip() for cell in line.cells if cell.strip()), "")
        if not (_POSSIBLE.search(first) or first == _("Points possible")):
            continue
        for at, column in works.items():
            cell = line.cells[at].strip().replace(",", ".") if at < len(line.cells) else ""
            if re.fullmatch(r"\d+(\.\d+)?", cell) and Decimal(cell) != column.possible:
                values = {"title": column.title, "file": cell, "here": number(column.possible)}
                said = _("“%(title)s” is out of %(file)s in the file and out of %(here)s here.") % values
                yield Problem(line.number, said, _("Change the grades to this maximum, or leave the column out."))


def _people_alone(line: Line, who: Sequence[Who]) -> Line:
    """Return a line with what tells of the person alone."""
    cells = [cell if at < len(who) and who[at] != Who.SKIP else "" for at, cell in enumerate(line.cells)]
    return Line(line.number, cells[: len(who)])
