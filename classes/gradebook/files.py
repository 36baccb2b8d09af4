"""The gradebook as files: CSV and XLSX, and the forms that Canvas and Moodle import. Written student by student."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from classes.gradebook.book import Book, Column, Grades, book_of, grades_of
from courses.later import later
from courses.models import Cohort, Enrolment
from courses.reports.people import display_name
from courses.reports.tables import cell
from quizzes.domain.gradebook import Basis, Line, Status, Total
from quizzes.domain.messages import gettext_noop

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = later("openpyxl")

_BATCH = 100
"""Students whose grades are in memory at a time."""
_CHUNK = 65_536
_LINES = {"\r", "\n"}


@dataclass(frozen=True)
class _Student:
    """One line: who, what they have, and their totals."""

    grades: Grades
    current: Total
    final: Total

    @property
    def lines(self) -> dict[str, Line]:
        """Return the student's work by column, as the current total has it."""
        return {line.piece.key: line for each in self.current.categories for line in each.lines}


@dataclass(frozen=True)
class Form:
    """A form of the file: its name for people, its ending, and how its rows are made."""

    words: str
    ending: str
    rows: Callable[[Book, Iterator[_Student]], Iterator[Sequence[object]]]


def students_of(book: Book, *, now: datetime) -> Iterator[_Student]:
    """Yield the students of a class with their grades, by name, a batch at a time."""
    places = Enrolment.objects.students().filter(cohort=book.cohort).with_names()
    ids = list(places.values_list("pk", flat=True))
    for at in range(0, len(ids), _BATCH):
        listed = places.filter(pk__in=ids[at : at + _BATCH])
        for grades in grades_of(book, list(listed), now=now):
            by_hand = grades.total_by_hand
            totals = [book.total(grades.pieces, basis, by_hand) for basis in (Basis.CURRENT, Basis.FINAL)]
            yield _Student(grades, *totals)


def file_rows(cohort: Cohort, form: Form, *, now: datetime) -> Iterator[Sequence[object]]:
    """Yield the rows of a file."""
    book = book_of(cohort)
    return form.rows(book, students_of(book, now=now))


def xlsx_chunks(rows: Iterator[Sequence[object]], title: str) -> Iterator[bytes]:
    """Yield an Excel workbook, written row by row to a temporary file. Text that begins like a formula stays text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or None)
    for row in rows:
        sheet.append([_for_excel(value) for value in row])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _for_excel(value: object) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, str):
        return cell("".join(letter for letter in value if letter.isprintable() or letter in _LINES))
    return value


def _everything(book: Book, students: Iterator[_Student]) -> Iterator[Sequence[object]]:
    """Make a line for each student: names, numbers, totals, then points and date of each piece of work."""
    zone = ZoneInfo(book.cohort.time_zone)
    columns = [column for _category, listed in book.in_order for column in listed]
    heads: list[object] = [
        _("Family name"),
        _("Given name"),
        _("Name"),
        _("Username"),
        _("Student number"),
        _("E-mail"),
    ]
    heads += [_("Current total (%)"), _("Current grade"), _("Final total (%)"), _("Final grade")]
    categories = [each.key or _("All work") for each in book.policy.categories]
    heads += [_("%(category)s (%%)") % {"category": name} for name in categories]
    blank = [""] * (len(heads) - 1)
    yield heads + [text for each in columns for text in (each.title, _("Handed in"))]
    yield [_("Points possible"), *blank, *(value for each in columns for value in (each.possible, ""))]
    due = [_local(each.assignment.due_at, zone) for each in columns]
    yield [_("Due"), *blank, *(value for moment in due for value in (moment or "", ""))]
    for student in students:
        totals = [value for each in (student.current, student.final) for value in (_total(book, each), each.grade)]
        parts = [_rounded(each.percent) for each in student.current.categories]
        work = [value for column in columns for value in _work(student, column, zone)]
        yield [*_who(student), *totals, *parts, *work]


def _who(student: _Student) -> list[object]:
    place = student.grades.place
    user = place.user
    names = [user.last_name, user.first_name, display_name(user), user.get_username()]
    return [*names, place.student_number, user.email]


def _work(student: _Student, column: Column, zone: ZoneInfo) -> list[object]:
    """Return the points of one piece, or why there are none, and when it was handed in."""
    line, row = student.lines.get(column.key), student.grades.rows.get(column.key)
    if line is None:
        return ["", ""]
    done = _local(row.done_at, zone) if row is not None else None
    if line.earned is not None:
        return [_rounded(line.earned), done or ""]
    return [_("excused") if line.piece.status is Status.EXCUSED else "", done or ""]


def _total(book: Book, total: Total) -> Decimal | str:
    return "" if total.percent is None else book.policy.scale.shown(total.percent)


def _rounded(value: Fraction | None) -> Decimal | str:
    if value is None:
        return ""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"))


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment is not None else None


def _for_canvas(book: Book, students: Iterator[_Student]) -> Iterator[Sequence[object]]:
    """Make the columns that Canvas exports and takes in: who, the section, then one for each piece of work.

    Canvas finds a student by any of the ids, so the school's number stands in SIS User ID and the username in SIS
    Login ID. A second row gives the points possible; excused work is EX.
    """
    columns = [column for _category, listed in book.in_order for column in listed]
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *_titles(columns)]
    yield ["    Points Possible", "", "", "", "", *(each.possible for each in columns)]
    for student in students:
        place = student.grades.place
        user = place.user
        name = f"{user.last_name}, {user.first_name}" if user.last_name and user.first_name else display_name(user)
        who = [name, "", place.student_number, user.get_username(), book.cohort.name]
        yield [*who, *(_points(student, column, excused="EX") for column in columns)]


def _for_moodle(book: Book, students: Iterator[_Student]) -> Iterator[Sequence[object]]:
    """Make the columns that Moodle exports, and maps by their names when it imports; excused work is left empty."""
    columns = [column for _category, listed in book.in_order for column in listed]
    titles = [
        f"{'Quiz' if each.quiz else 'Lesson'}: {title} (Real)"
        for each, title in zip(columns, _titles(columns), strict=True)
    ]
    yield ["First name", "Last name", "ID number", "Username", "Email address", *titles]
    for student in students:
        place = student.grades.place
        user = place.user
        who = [user.first_name, user.last_name, place.student_number, user.get_username(), user.email]
        yield [*who, *(_points(student, column, excused="") for column in columns)]


def _titles(columns: Sequence[Column]) -> list[str]:
    """Return titles that tell columns apart: a second of the same name gets its key."""
    found: list[str] = []
    for each in columns:
        found.append(f"{each.title} ({each.key})" if each.title in found else each.title)
    return found


def _points(student: _Student, column: Column, *, excused: str) -> Decimal | str:
    line = student.lines.get(column.key)
    if line is None:
        return ""
    if line.piece.status is Status.EXCUSED:
        return excused
    return _rounded(line.earned)


FORMS: dict[str, Form] = {
    "xlsx": Form(gettext_noop("Excel (XLSX)"), "xlsx", _everything),
    "csv": Form(gettext_noop("CSV, everything"), "csv", _everything),
    "canvas": Form(gettext_noop("CSV for Canvas"), "csv", _for_canvas),
    "moodle": Form(gettext_noop("CSV for Moodle"), "csv", _for_moodle),
}
