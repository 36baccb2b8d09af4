"""The gradebook of a class: students with totals, categories and graded work, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from classes.gradebook.book import TOTAL, Book, Column, Grades, book_of, grades_of
from classes.gradebook.totals import COLUMNS, bring_totals
from courses.models import Cohort, Enrolment, Group
from courses.models.classes import EnrolmentQuerySet
from courses.reports.people import display_name
from quizzes.domain.gradebook import Basis, CategoryTotal, Fate, Line, Mode, Status, Total
from quizzes.domain.scales import shown_in_tenths
from quizzes.models import GradeDecision, WorkStanding

PAGE = 50
"""Students on a page."""
_DIGITS = 10
"""Numbers in addresses have fewer."""


@dataclass(frozen=True)
class Wanted:
    """What a reader asked to see: which students, in which order, which total, which page."""

    basis: Basis = Basis.CURRENT
    search: str = ""
    group: int | None = None
    sort: str = "name"
    """`name`, `total` or the key of a column, with a minus for the other direction."""
    page: int = 1

    @classmethod
    def asked_by(cls, asked: Any) -> Wanted:
        """Return what a query asks to see; what is not understood is as if it were not there."""
        group, page = asked.get("group", ""), asked.get("page", "")
        return cls(
            Basis.FINAL if asked.get("total") == Basis.FINAL else Basis.CURRENT,
            asked.get("q", "").replace("\0", "").strip()[:100],
            int(group) if group.isdecimal() and len(group) < _DIGITS else None,
            asked.get("sort", "")[:40] or "name",
            int(page) if page.isdecimal() and len(page) < _DIGITS else 1,
        )

    @property
    def key(self) -> str:
        """Return what is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def is_reversed(self) -> bool:
        """Say whether the last come first."""
        return self.sort.startswith("-")

    def query(self, **other: object) -> str:
        """Return the query of an address that asks for the same, but for some values."""
        asked: dict[str, object] = {
            "total": self.basis.value, "q": self.search, "group": self.group, "sort": self.sort, "page": self.page
        }  # fmt: skip
        plain = {"total": Basis.CURRENT.value, "sort": "name", "page": 1}
        said = {name: value for name, value in {**asked, **other}.items() if value and value != plain.get(name)}
        return urlencode(said)


@dataclass(frozen=True)
class Cell:
    """One piece of work of one student: what a table shows, the class of its style, and what is said besides."""

    key: str
    text: str
    style: str = ""
    words: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Row:
    """One student."""

    place: Enrolment
    total: Total
    shown: Decimal | None
    is_by_hand: bool
    categories: Sequence[Decimal | None]
    cells: Sequence[Cell]

    @property
    def name(self) -> str:
        """Return what the student is called."""
        return display_name(self.place.user)


@dataclass(frozen=True)
class Head:
    """A category over its columns."""

    name: str
    weight: Decimal | None
    """Per cent of the total, where there is more than one category."""
    columns: Sequence[Column]
    mode: Mode


@dataclass(frozen=True)
class GradebookPage:
    """What the page shows."""

    book: Book
    wanted: Wanted
    page: Page[Enrolment]
    rows: Sequence[Row]
    groups: Sequence[Group]

    @cached_property
    def heads(self) -> list[Head]:
        """Return the categories with their work."""
        weights = sum((each.weight for each in self.book.policy.categories), Decimal(0))
        listed = self.book.in_order
        return [
            Head(
                each.key or _("All work"),
                shown_in_tenths(Fraction(100 * each.weight) / Fraction(weights))
                if weights and len(listed) > 1
                else None,
                columns,
                each.mode,
            )
            for each, columns in listed
        ]

    @property
    def previous(self) -> str:
        """Return the query of the page before this."""
        return f"?{self.wanted.query(page=self.page.previous_page_number())}"

    @property
    def next(self) -> str:
        """Return the query of the page after this."""
        return f"?{self.wanted.query(page=self.page.next_page_number())}"


def gradebook_page(cohort: Cohort, wanted: Wanted, *, now: datetime) -> GradebookPage:
    """Return a page of the gradebook, in thirteen queries at most whatever the size of the class.

    Sorted by total, a few more where totals changed since they were last sorted by.
    """
    book = book_of(cohort)
    if wanted.key == TOTAL:
        bring_totals(book, now=now)
    places = _sorted(_chosen(cohort, wanted), wanted)
    page = Paginator(places, PAGE).get_page(wanted.page)
    rows = [row_of(book, grades, wanted.basis) for grades in grades_of(book, list(page.object_list), now=now)]
    return GradebookPage(book, wanted, page, rows, list(Group.objects.filter(cohort=cohort)))


def _chosen(cohort: Cohort, wanted: Wanted) -> EnrolmentQuerySet:
    """Return the places of the students asked for."""
    places = Enrolment.objects.students().filter(cohort=cohort).with_names()
    if wanted.group is not None:
        places = places.filter(groups=wanted.group, groups__cohort=cohort)
    for word in wanted.search.split():
        named = Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
        places = places.filter(named | Q(user__username__icontains=word) | Q(student_number__icontains=word))
    return places


def _sorted(places: EnrolmentQuerySet, wanted: Wanted) -> EnrolmentQuerySet:
    if wanted.key == TOTAL:
        total = F(f"standing__{COLUMNS[wanted.basis]}")
        ordered = total.desc(nulls_last=True) if wanted.is_reversed else total.asc(nulls_first=True)
        return places.order_by(ordered, *places.query.order_by)
    kind, _dash, number = wanted.key.partition("-")
    if kind in ("quiz", "lesson") and number.isdecimal() and len(number) < _DIGITS:
        rows = WorkStanding.objects.filter(place=OuterRef("pk"), **{kind: int(number)})
        places = places.annotate(reached=Subquery(rows.values("share")[:1]))
        reached = F("reached")
        first = reached.desc(nulls_last=True) if wanted.is_reversed else reached.asc(nulls_first=True)
        return places.order_by(first, *places.query.order_by)
    return places.reverse() if wanted.key == "name" and wanted.is_reversed else places


def row_of(book: Book, grades: Grades, basis: Basis) -> Row:
    """Return the line of one student."""
    total = book.total(grades.pieces, basis, grades.total_by_hand)
    lines = {line.piece.key: (line, each) for each in total.categories for line in each.lines}
    cells = []
    for _category, columns in book.in_order:
        cells += [_cell(column, grades, *lines.get(column.key, (None, None))) for column in columns]
    return Row(
        grades.place,
        total,
        None if total.percent is None else book.policy.scale.shown(total.percent),
        grades.total_by_hand is not None,
        [None if each.percent is None else shown_in_tenths(each.percent) for each in total.categories],
        cells,
    )


def _cell(column: Column, grades: Grades, line: Line | None, category: CategoryTotal | None) -> Cell:
    if line is None or category is None:
        return Cell(column.key, "", "none", _("not assigned"))
    status, decided = line.piece.status, grades.decisions.get(column.key)
    if status is Status.EXCUSED:
        return Cell(column.key, _("exc"), "none", _("excused"))
    if status in (Status.WAITS, Status.AHEAD):
        return Cell(column.key, "–", "none", _(status.words))
    text = score_text(line, category.category.mode)
    if status is Status.MISSING:
        words = [_("missing")]
        style, sign = "over", ""
    else:
        words, style = [], ""
        sign = (
            "✎"
            if decided is not None and decided.kind == GradeDecision.Kind.SCORE
            else "L" * bool(line.piece.late_periods)
        )
        words += [_("set by hand")] if sign == "✎" else [_("late")] if sign else []
    if line.fate in (Fate.LOWEST, Fate.HIGHEST):
        style, words = f"{style} dropped".strip(), [*words, _(line.fate.words)]
    return Cell(column.key, text, style, ", ".join(words), sign)


def score_text(line: Line, mode: Mode) -> str:
    """Return a score as its category counts it: points, or per cent in tenths; without noughts at the end."""
    if line.share is None:
        return "–"
    if mode is Mode.POINTS:
        value = line.share * Fraction(line.piece.possible)
        return _plain((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01")))
    return _plain(shown_in_tenths(100 * line.share))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
