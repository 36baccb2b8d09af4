"""What needs an instructor today, then their classes and courses: counts by class in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from classes.reports.help import in_need
from courses.models import Cohort, Course, CourseRole, Enrolment, JoinRequest, Publication, UnsavedText
from courses.models.content import is_administrator
from courses.services.drafts import drafted_models
from quizzes.domain.standing import FINISHED
from quizzes.models import (
    Assignment,
    Attempt,
    ClassStanding,
    ItemRevision,
    QuestionReport,
    RegradeRun,
    StatisticsRun,
    WorkStanding,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SOON = timedelta(days=7)
FAILED_FOR = timedelta(days=14)
_MOST_DUE = 8
_DONE = [each.value for each in FINISHED]


@dataclass(frozen=True)
class Waiting:
    """One sort of work that waits: how many, of what, where, and the pages where it is done."""

    count: int
    words: str
    where: str
    links: Sequence[tuple[str, str]]
    is_urgent: bool = False


@dataclass
class TaughtClass:
    """A class with what its instructors want to know first."""

    cohort: Cohort
    students: int = 0
    seen: int = 0
    need_help: int = 0
    due: int = 0
    done: int = 0
    to_grade: int = 0
    next_due: datetime | None = None

    @property
    def done_percent(self) -> int | None:
        """Return how much of the work that is due has been done, in whole per cent."""
        return 100 * self.done // self.due if self.due else None


@dataclass(frozen=True)
class WorkedOn:
    """A course with the role in it, and the changes that wait to be published."""

    course: Course
    role: str
    drafts: int


@dataclass(frozen=True)
class DueSoon:
    """Work of a class that is due within a week, with how many have finished it."""

    assignment: Assignment
    done: int
    students: int


@dataclass(frozen=True)
class Today:
    """The front page of an instructor."""

    waiting: Sequence[Waiting]
    classes: Sequence[TaughtClass]
    archived: int
    courses: Sequence[WorkedOn]
    due: Sequence[DueSoon] = field(default_factory=tuple)


def today_of(user: User, *, now: datetime) -> Today:
    """Return what needs a person today; the number of queries does not depend on how much there is."""
    own = list(Cohort.objects.with_role(user, *Enrolment.STAFF).select_related("course").order_by("name", "pk"))
    classes = {each.pk: TaughtClass(each) for each in own if each.archived_at is None}
    _count(classes, now)
    courses = _courses(user)
    waiting = [
        *_of_classes(list(classes.values())),
        *_reports(classes),
        *_requests(user, classes),
        *_of_courses(user, courses),
        *_failed(user, now),
    ]
    return Today(waiting, list(classes.values()), len(own) - len(classes), courses, _due(classes, now))


def _count(classes: dict[int, TaughtClass], now: datetime) -> None:
    """Count students, standings, work and dates of the classes, in a query each."""
    student = {"place__is_active": True, "place__role": Enrolment.Role.STUDENT}
    places = Enrolment.objects.active().filter(role=Enrolment.Role.STUDENT, cohort__in=classes)
    for key, n in places.order_by().values_list("cohort").annotate(n=Count("pk")):
        classes[key].students = n
    standings = ClassStanding.objects.filter(cohort__in=classes, **student).order_by().values("cohort")
    is_seen = Q(seen_at__gte=now - SOON)
    for row in standings.annotate(seen=Count("pk", filter=is_seen), need_help=Count("pk", filter=in_need(now))):
        classes[row["cohort"]].seen, classes[row["cohort"]].need_help = row["seen"], row["need_help"]
    work = WorkStanding.objects.filter(cohort__in=classes, **student).order_by().values("cohort")
    is_due = Q(due_at__lt=now)
    done = Count("pk", filter=is_due & Q(state__in=_DONE))
    for each in work.annotate(due=Count("pk", filter=is_due), done=done, to_grade=Sum("unmarked")):
        found = classes[each["cohort"]]
        found.due, found.done, found.to_grade = each["due"], each["done"], each["to_grade"] or 0
    dates = Assignment.objects.live().filter(cohort__in=classes, due_at__gte=now).order_by().values_list("cohort")
    for key, at in dates.annotate(at=Min("due_at")):
        classes[key].next_due = at


def _of_classes(classes: Sequence[TaughtClass]) -> Iterator[Waiting]:
    """Yield students who need help and answers to grade."""
    help_in = [each for each in classes if each.need_help]
    if n := sum(each.need_help for each in help_in):
        words = ngettext("student may need help", "students may need help", n)
        links = _links(_("See who and why"), "classes:overview", [each.cohort for each in help_in])
        yield Waiting(n, words, _where((each.cohort, each.need_help) for each in help_in), links, is_urgent=True)
    graded_in = [each for each in classes if each.to_grade]
    if n := sum(each.to_grade for each in graded_in):
        links = _links(_("Grade answers"), "classes:grading", [each.cohort for each in graded_in])
        words = ngettext("answer to grade", "answers to grade", n)
        yield Waiting(n, words, _where((each.cohort, each.to_grade) for each in graded_in), links)


def _reports(classes: dict[int, TaughtClass]) -> Iterator[Waiting]:
    """Yield reports of questions that wait for an answer, in two queries."""
    shown = Attempt.objects.of_classes(Cohort.objects.filter(pk__in=classes)).values("pk")
    open_ = QuestionReport.objects.unanswered().filter(response__attempt__in=shown)
    rows = list(open_.values_list("student", "revision__item__course"))
    places = Enrolment.objects.active().filter(cohort__in=classes, user__in={student for student, _course in rows})
    classes_of = list(places.values_list("user", "cohort__course", "cohort"))
    counted = Counter(
        cohort for student, course in rows for user, taken, cohort in classes_of if (user, taken) == (student, course)
    )
    if rows and counted:
        words = ngettext("report from a student", "reports from students", len(rows))
        listed = [(classes[key].cohort, n) for key, n in counted.items()]
        links = _links(_("Answer reports"), "classes:question-reports", [each for each, _n in listed])
        yield Waiting(len(rows), words, _where(listed), links)


def _requests(user: User, classes: dict[int, TaughtClass]) -> Iterator[Waiting]:
    """Yield requests to join classes the user teaches, which an assistant does not answer."""
    taught = Cohort.objects.with_role(user, Enrolment.Role.INSTRUCTOR).filter(pk__in=classes)
    rows = JoinRequest.objects.filter(cohort__in=taught.values("pk")).order_by().values_list("cohort")
    listed = [(classes[key].cohort, n) for key, n in rows.annotate(n=Count("pk"))]
    if n := sum(each for _cohort, each in listed):
        links = _links(_("Answer requests"), "classes:people", [each for each, _n in listed])
        yield Waiting(n, ngettext("request to join", "requests to join", n), _where(listed), links)


def _courses(user: User) -> list[WorkedOn]:
    """Return the courses a person works on, with how many changes wait, in two queries."""
    roles = CourseRole.objects.filter(user=user, course__archived_at=None).select_related("course")
    listed = list(roles.order_by("course__title", "pk"))
    drafts = _drafts([each.course_id for each in listed])
    return [WorkedOn(each.course, each.role, drafts.get(each.course_id, 0)) for each in listed]


def _drafts(courses: Sequence[int]) -> dict[int, int]:
    """Return how many rows of each course have changes that wait, all models asked in one query."""
    asked: list[QuerySet[Any, Any]] = []
    for model in drafted_models():
        name = "pk" if model is Course else "course"
        rows = model._default_manager.filter(drafted_at__isnull=False, **{f"{name}__in": courses})  # noqa: SLF001
        asked.append(rows.order_by().values_list(name).annotate(n=Count("pk")))
    words = ItemRevision.objects.drafts().filter(item__course__in=courses, item__drafted_at=None).order_by()
    asked.append(words.values_list("item__course").annotate(n=Count("pk")))
    found: Counter[int] = Counter()
    for course, n in asked[0].union(*asked[1:], all=True):
        found[course] += n
    return found


def _of_courses(user: User, courses: Sequence[WorkedOn]) -> Iterator[Waiting]:
    """Yield text that was typed and not saved, publications held back, and drafts."""
    kept = list(UnsavedText.objects.filter(user=user).order_by("-saved_at").values_list("form", flat=True))
    if kept:
        words = ngettext("text typed and not saved", "texts typed and not saved", len(kept))
        where = _("Kept since the page was left, or someone else saved first. Open it to go on.")
        yield Waiting(len(kept), words, where, _forms(kept), is_urgent=True)
    keys = [each.course.pk for each in courses]
    held = Publication.objects.filter(state=Publication.State.HELD, course__in=keys).order_by()
    listed = list(held.values_list("course", "course__title").annotate(n=Count("pk")))
    if n := sum(each[2] for each in listed):
        links = [(_("See why"), reverse("admin:courses_publication_publish", args=[pk])) for pk, _title, _n in listed]
        words = ngettext("publication held back", "publications held back", n)
        yield Waiting(n, words, ", ".join(title for _pk, title, _n in listed), links, is_urgent=True)
    drafted = [each for each in courses if each.drafts]
    if n := sum(each.drafts for each in drafted):
        links = [
            (_("Review changes"), reverse("admin:courses_publication_publish", args=[each.course.pk]))
            for each in drafted
        ]
        words = ngettext("change waits to be published", "changes wait to be published", n)
        yield Waiting(n, words, ", ".join(each.course.title for each in drafted), links)


def _forms(kept: Sequence[str]) -> list[tuple[str, str]]:
    """Return the page on which work on the newest of the texts can continue."""
    found = []
    for form in kept[:3]:
        model, _colon, row = form.partition(":")
        if row.isdigit():
            address = reverse(f"admin:{model.replace('.', '_')}_change", args=[row])
            found.append((_("Go on"), f"{address}?take_up=1"))
    return found


def _failed(user: User, now: datetime) -> Iterator[Waiting]:
    """Yield background work that failed: one's own regrades and, for administrators, every task."""
    since = now - FAILED_FOR
    runs = RegradeRun.objects.filter(state=RegradeRun.State.FAILED, actor=user, ended_at__gte=since)
    failed = list(runs.values_list("revision", flat=True))
    if failed:
        words = ngettext("regrade failed", "regrades failed", len(failed))
        links = [(_("Try again"), reverse("classes:regrade", args=[pk])) for pk in failed[:3]]
        yield Waiting(len(failed), words, _("No result was changed."), links, is_urgent=True)
    if not is_administrator(user):
        return
    tasks = DBTaskResult.objects.failed().filter(finished_at__gte=since).count()
    tasks += StatisticsRun.objects.filter(state=StatisticsRun.State.FAILED, ended_at__gte=since).count()
    if tasks:
        words = ngettext("background task failed", "background tasks failed", tasks)
        yield Waiting(tasks, words, _("In the last two weeks. The log of the worker says why."), [], is_urgent=True)


def _due(classes: dict[int, TaughtClass], now: datetime) -> list[DueSoon]:
    """Return the first work of all classes that is due within a week, in two queries."""
    live = Assignment.objects.live().filter(cohort__in=classes, student=None, due_at__range=(now, now + SOON))
    rows = live.select_related("cohort", "quiz", "lesson").defer("lesson__body", "lesson__notes")
    listed = list(rows.order_by(F("due_at").asc(), "pk")[:_MOST_DUE])
    finished = WorkStanding.objects.filter(assignment__in=listed, state__in=_DONE, place__is_active=True).order_by()
    done = dict(finished.values_list("assignment").annotate(n=Count("pk")))
    return [DueSoon(each, done.get(each.pk, 0), classes[each.cohort_id].students) for each in listed]


def _links(words: str, name: str, cohorts: Sequence[Cohort]) -> list[tuple[str, str]]:
    """Return the page of each class where it is done; several are told apart by the names of the classes."""
    return [(words if len(cohorts) == 1 else each.name, reverse(name, args=[each.pk])) for each in cohorts]


def _where(counted: Any) -> str:
    listed = list(counted)
    if len(listed) == 1:
        return str(listed[0][0].name)
    return ", ".join(_("%(name)s: %(n)d") % {"name": cohort.name, "n": n} for cohort, n in listed)
