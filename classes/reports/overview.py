"""The overview of a class, read from standing rows: who needs help, then a page of students × assigned work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OrderBy, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.reports.columns import Column, columns
from classes.reports.help import in_need
from courses.models import Cohort, Enrolment, Group, Unit, in_name_order
from courses.reports.people import display_name
from quizzes.domain.results import passes, percent_shown
from quizzes.domain.standing import WorkState
from quizzes.models import WorkStanding

PAGE = 60
_NAMES = ("user__last_name", "user__first_name", "user__username")
_BY_NAME = tuple(in_name_order("user"))
SORTS: Mapping[str, tuple[Any, ...]] = {
    "name": _BY_NAME,
    "-name": tuple(OrderBy(each.expression, descending=True) for each in _BY_NAME),
    "done": (F("standing__done").asc(nulls_first=True), *_BY_NAME),
    "-done": (F("standing__done").desc(nulls_last=True), *_BY_NAME),
    "seen": (F("standing__seen_at").asc(nulls_first=True), *_BY_NAME),
    "-seen": (F("standing__seen_at").desc(nulls_last=True), *_BY_NAME),
}


@dataclass(frozen=True)
class Asked:
    """Which part of the overview is asked for. What is unknown is as if nothing had been said."""

    find: str = ""
    unit: str = ""
    group: str = ""
    show: str = ""
    sort: str = "name"
    page: str = "1"


@dataclass(frozen=True)
class GridCell:
    """What one student did at one piece of work: what the table shows, what it means, and how it looks.

    `look` is ok, low, fail, late, wait, open, new or none: one that is not assigned to the student.
    """

    text: str
    words: str
    look: str
    address: str = ""


@dataclass(frozen=True)
class GridRow:
    """One student."""

    pk: int
    name: str
    done: int
    seen_at: datetime | None
    cells: Sequence[GridCell]

    @property
    def address(self) -> str:
        """Return the page of the student, as seen from the overview: short, for there are many."""
        return f"students/{self.pk}/"


@dataclass(frozen=True)
class Grid:
    """A page of students × assigned work, after filters."""

    columns: Sequence[Column]
    units: Sequence[tuple[Unit, int]]
    """The units of the columns shown, with how many stand in each."""
    all_units: Sequence[Unit]
    groups: Sequence[Group]
    rows: Sequence[GridRow]
    page: Page[Enrolment]
    student_count: int


def grid(cohort: Cohort, asked: Asked, *, now: datetime) -> Grid:
    """Return a page of the overview: rows in proportion to the page, in a fixed number of queries."""
    listed = columns(cohort)
    all_units = list({each.unit.pk: each.unit for each in listed}.values())
    shown = [each for each in listed if str(each.unit.pk) == asked.unit] or listed
    students = Enrolment.objects.active().filter(cohort=cohort, role=Enrolment.Role.STUDENT)
    groups = list(Group.objects.filter(cohort=cohort))
    if asked.group not in {str(each.pk) for each in groups}:
        asked = replace(asked, group="")
    found = _filtered(students, asked, now).select_related("user__name_order", "standing")
    order = SORTS.get(asked.sort, _BY_NAME)
    page = Paginator(found.order_by(*order), PAGE).get_page(asked.page)
    places = list(page.object_list)
    work = _work(places, shown)
    rows = [_row(place, shown, work.get(place.pk, {}), now) for place in places]
    counts: dict[int, int] = {}
    for each in shown:
        counts[each.unit.pk] = counts.get(each.unit.pk, 0) + 1
    units = [(unit, counts[unit.pk]) for unit in all_units if unit.pk in counts]
    return Grid(shown, units, all_units, groups, rows, page, students.count())


def _filtered(students: Any, asked: Asked, now: datetime) -> Any:
    for word in asked.find.split()[:4]:
        names = Q()
        for field in _NAMES:
            names |= Q(**{f"{field}__icontains": word})
        students = students.filter(names)
    if asked.group:
        students = students.filter(groups=int(asked.group))
    if asked.show == "help":
        return students.filter(in_need(now, prefix="standing__"))
    if asked.show == "overdue":
        return students.filter(standing__next_due_at__lt=now)
    if asked.show == "grade":
        waiting = WorkStanding.objects.filter(place=OuterRef("pk"), state=WorkState.WAITS.value)
        return students.filter(Exists(waiting))
    if asked.show == "new":
        return students.filter(standing__seen_at=None)
    return students


def _work(places: Sequence[Enrolment], shown: Sequence[Column]) -> dict[int, dict[tuple[int | None, int | None], Any]]:
    """Return the standing rows of some students by lesson and quiz."""
    here = Q(lesson__in=[each.lesson for each in shown if each.lesson]) | Q(
        quiz__in=[each.quiz for each in shown if each.quiz]
    )
    found: dict[int, dict[tuple[int | None, int | None], Any]] = {}
    for row in WorkStanding.objects.filter(here, place__in=places).defer("changed_at", "done_at"):
        found.setdefault(row.place_id, {})[row.lesson_id, row.quiz_id] = row
    return found


def _row(
    place: Enrolment, shown: Sequence[Column], work: Mapping[tuple[int | None, int | None], Any], now: datetime
) -> GridRow:
    cells = [_cell(work.get((each.lesson, each.quiz)), each, place.user_id, now) for each in shown]
    standing = getattr(place, "standing", None)
    done, seen = (standing.done, standing.seen_at) if standing is not None else (0, None)
    return GridRow(place.user_id, display_name(place.user), done, seen, cells)


def _cell(row: WorkStanding | None, column: Column, student: int, now: datetime) -> GridCell:
    if row is None and not column.is_for_all:
        return GridCell("", _("not assigned to this student"), "none")
    if row is None:
        return GridCell("–", _("not started"), "new")
    address = f"students/{student}/?quiz={column.quiz}" if column.quiz and row.sittings else ""
    text, words, look = _lesson_look(row, column) if column.lesson else _quiz_look(row, column)
    is_done = row.state in (WorkState.DONE, WorkState.WAITS)
    if row.due_at is not None and row.due_at < now and not is_done:
        days = (now - row.due_at).days
        late = ngettext("%(n)d day overdue", "%(n)d days overdue", days) % {"n": days}
        text = text if row.parts else _("%(n)d d") % {"n": days}
        return GridCell(text, f"{late}, {words}", "late", address)
    if row.stuck:
        stuck = ngettext("stuck at %(n)d question", "stuck at %(n)d questions", row.stuck) % {"n": row.stuck}
        return GridCell(text, f"{words}, {stuck}", f"{look} stuck", address)
    return GridCell(text, words, look, address)


def _lesson_look(row: WorkStanding, column: Column) -> tuple[str, str, str]:
    if row.state == WorkState.DONE:
        return "✓", _("done"), "ok"
    if not row.parts:
        return "–", _("not started"), "new"
    return f"{row.parts}/{column.size}", _("sections read"), "open"


def _quiz_look(row: WorkStanding, column: Column) -> tuple[str, str, str]:
    if row.state in (WorkState.DONE, WorkState.WAITS):
        return _score_look(row, column)
    signs = {WorkState.OVERDUE: "!", WorkState.LAPSED: "×", WorkState.OPEN: "…"}
    state = WorkState(row.state)
    return signs.get(state, "–"), _(state.words), "new" if state is WorkState.NEW else "open"


def _score_look(row: WorkStanding, column: Column) -> tuple[str, str, str]:
    """Return how a score looks; one of which something is to be graded yet is no verdict."""
    if row.share is None:
        return ("…", _("to be graded"), "wait") if row.unmarked else ("✓", _("done"), "ok")
    percent = percent_shown(row.share, column.pass_percent)
    if row.unmarked:
        return f"≥{percent}", _("at least %(percent)s%%, some to be graded") % {"percent": percent}, "wait"
    look = "ok" if passes(row.share, column.pass_percent) else "fail"
    return str(percent), _("%(percent)s%%") % {"percent": percent}, look
