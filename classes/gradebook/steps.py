"""How a total arose: every step from score to total, for the instructors of a class and for the student."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from classes.gradebook.book import Book, Grades, book_of, grades_of
from classes.gradebook.page import score_text
from classes.gradebook.words import category_words, number, percent, status_words, step_words
from courses.models import Cohort, Enrolment
from quizzes.domain.gradebook import Basis, CategoryTotal, Fate, Line, Mode, Piece, Status, Total
from quizzes.domain.keeping import Keep
from quizzes.domain.scales import Boundary
from quizzes.models import GradeDecision
from quizzes.reports.work import Totals


@dataclass(frozen=True)
class LedgerLine:
    """One piece of work: its score, and how it came about."""

    key: str
    title: str
    value: str
    notes: Sequence[str]
    is_out: bool
    """It was dropped."""
    possible: Decimal


@dataclass(frozen=True)
class LedgerCategory:
    """A category: its work, the sum, and what it adds to the total."""

    name: str
    words: str
    lines: Sequence[LedgerLine]
    sum_words: str
    sum: str
    part_words: str
    contribution: str


@dataclass(frozen=True)
class Ledger:
    """A total with everything it arose from, in words. `total` is empty where nothing counts yet."""

    basis: Basis
    categories: Sequence[LedgerCategory]
    total: str
    exact: str
    grade: str
    next: Boundary | None
    gap: str
    """How many per cent the next boundary is away."""
    by_hand: GradeDecision | None

    @property
    def counted(self) -> list[LedgerCategory]:
        """Return the categories that make a part of the total."""
        return [each for each in self.categories if each.part_words]


@dataclass(frozen=True)
class StudentGrades:
    """One student's grades: both totals with their steps, and what was decided by hand."""

    book: Book
    place: Enrolment
    grades: Grades
    totals: Sequence[Total]
    ledgers: Sequence[Ledger]
    history: Sequence[GradeDecision]
    tried: Ledger | None = None
    """The current total if what the student typed were so."""


def student_grades(
    cohort: Cohort, place: Enrolment, *, now: datetime, tries: Mapping[str, Decimal] | None = None, is_own: bool = False
) -> StudentGrades:
    """Return one student's grades, in twelve queries at most.

    With `is_own` they are as the student may see them: what a quiz does not show yet is not told. `tries` are points
    by column that the student would like to try; nothing of them is kept.
    """
    book = book_of(cohort)
    [grades] = grades_of(book, [place], now=now, with_sittings=True)
    if is_own:
        shown = Totals(place.user, now)
        hidden = {each.key for each in book.columns if each.quiz is not None and not shown.are_shown(each.quiz)}
        grades.pieces = [_hidden(piece) if piece.key in hidden else piece for piece in grades.pieces]
    totals = [book.total(grades.pieces, basis, grades.total_by_hand) for basis in Basis]
    history = GradeDecision.objects.filter(place=place).select_related("quiz", "lesson", "decided_by", "ended_by")
    return StudentGrades(
        book,
        place,
        grades,
        totals,
        [ledger_of(book, grades, total) for total in totals],
        list(history.select_related("decided_by__name_order", "ended_by__name_order")),
        _tried(book, grades, tries) if tries else None,
    )


def _hidden(piece: Piece) -> Piece:
    """Return a piece whose result the student may not see yet, as if it were still to be graded."""
    if piece.status is not Status.SCORED or piece.by_hand:
        return piece
    return replace(piece, status=Status.WAITS, share=None, sittings=(), late_periods=0)


def _tried(book: Book, grades: Grades, tries: Mapping[str, Decimal]) -> Ledger:
    pieces = [
        replace(each, status=Status.SCORED, share=Fraction(tries[each.key]) / Fraction(each.possible), by_hand=True)
        if each.key in tries
        else each
        for each in grades.pieces
    ]
    return ledger_of(book, grades, book.total(pieces, Basis.CURRENT), tried=tries)


def ledger_of(book: Book, grades: Grades, total: Total, *, tried: Collection[str] = ()) -> Ledger:
    """Return a total in words."""
    scale = book.policy.scale
    following = scale.next_above(total.percent) if total.percent is not None else None
    return Ledger(
        total.basis,
        [_category(book, each, tried) for each in total.categories],
        "" if total.percent is None else str(scale.shown(total.percent)),
        "" if total.worked_out is None else number(total.worked_out),
        total.grade,
        following,
        _gap(following, total.percent),
        None if tried else grades.decisions.get("total"),
    )


def _gap(following: Boundary | None, reached: Fraction | None) -> str:
    """Return the distance to a boundary, rounded up so that it is never said to be nothing."""
    if following is None or reached is None:
        return ""
    hundredths = -((reached - Fraction(following.at_least)) * 100 // 1)
    return number(Decimal(int(hundredths)) / 100)


def _category(book: Book, total: CategoryTotal, tried: Collection[str]) -> LedgerCategory:
    mode = total.category.mode
    values = {"earned": number(total.earned, 3), "possible": number(total.possible)}
    if total.percent is None:
        sum_words = _("nothing counts yet, so the other categories share its weight")
    elif mode is Mode.POINTS:
        sum_words = _("%(earned)s of %(possible)s points") % values
    else:
        shares = [line for line in total.lines if line.fate in (Fate.COUNTS, Fate.EXTRA) and line.share is not None]
        listed = " + ".join(score_text(line, mode) for line in shares)
        is_plain = total.possible == len([line for line in shares if line.fate is Fate.COUNTS])
        sum_words = f"({listed}) ÷ {number(total.possible)}" if is_plain else _("weighted mean of what counts")
    return LedgerCategory(
        total.category.key or _("All work"),
        category_words(total.category),
        [_line(book, line, mode, tried) for line in total.lines],
        sum_words,
        "–" if total.percent is None else number(total.percent),
        "" if not total.part else f"{number(total.percent or Fraction(0))} × {number(100 * total.part)}%",
        number(total.contribution),
    )


def _line(book: Book, line: Line, mode: Mode, tried: Collection[str]) -> LedgerLine:
    column = book.column(line.piece.key)
    quiz = column.quiz if column is not None else None
    keep = _(Keep(quiz.keep).words) if quiz is not None else ""
    if line.piece.key in tried:
        notes = [_("what if: %(after)s") % {"after": percent(line.share or Fraction(0))}]
    else:
        notes = [step_words(step, keep=keep, possible=line.piece.possible) for step in line.steps]
    if line.share is None:
        notes.append(status_words(line.piece.status))
    if line.fate in (Fate.LOWEST, Fate.HIGHEST, Fate.EXTRA):
        notes.append(_(line.fate.words))
    return LedgerLine(
        line.piece.key,
        column.title if column is not None else line.piece.key,
        score_text(line, mode),
        notes,
        line.fate in (Fate.LOWEST, Fate.HIGHEST),
        line.piece.possible,
    )
