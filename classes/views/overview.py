"""The class, for its instructors and assistants."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from classes.reports.changes import changes_of, token_of, with_changes
from classes.reports.help import help_page
from classes.reports.overview import Asked, grid
from classes.reports.progress import class_csv
from classes.reports.regrading import regrades_by_others
from courses.http import SignedInRequest, render_page
from courses.models import Cohort, Deed, Enrolment
from courses.reports.people import display_name
from courses.services.audit import record
from quizzes.models import Attempt, ClassStanding, ItemRevision
from quizzes.reports.scores import so_far
from quizzes.services.standing import catch_up, set_aside


@login_required
@require_GET
def class_page(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show who needs help, and how far each student is in what is assigned."""
    cohort, now = seen_class(request, cohort_id), timezone.now()
    catch_up(cohort)
    asked = Asked(**{name: request.GET.get(name, "")[:80] or default for name, default in _ASKED.items()})
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "since": changes_of(cohort),
        "asked": asked,
        "grid": grid(cohort, asked, now=now),
        "help": help_page(cohort, now=now),
        "may_write": cohort.archived_at is None and teaches(request, cohort),
        "shows": _SHOWS,
        "regrades": regrades_by_others(cohort),
        "here": "class",
    }
    return render_page(request, "classes/overview.html", context)


@login_required
@require_GET
def class_changes(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Say whether where students stand has changed since a page was made: 204, with an event for htmx if it has."""
    user = cast("SignedInRequest", request).user
    cohort = get_object_or_404(with_changes(Cohort.objects.seen_by(user)), pk=cohort_id)
    response = HttpResponse(status=204)
    if token_of(cohort) != request.GET.get("since", ""):
        response["HX-Trigger"] = "class-changed"
    return response


@login_required
@require_POST
def set_student_aside(request: HttpRequest, cohort_id: int, student_id: int) -> HttpResponse:
    """Take a student off the list of students who need help for a while, with a note."""
    cohort = seen_class(request, cohort_id)
    actor, note = cast("SignedInRequest", request).user, request.POST.get("note", "")[:500]
    try:
        set_aside(cohort=cohort, student_id=student_id, actor=actor, note=note, now=timezone.now())
    except ClassStanding.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Set aside for a week, or until there is something new."))
    return redirect("classes:overview", cohort_id)


@login_required
@require_GET
def class_csv_file(request: HttpRequest, cohort_id: int) -> StreamingHttpResponse:
    """Give everyone's progress as CSV, written while it is read from the database."""
    cohort = seen_class(request, cohort_id)
    user = cast("SignedInRequest", request).user
    record(user, Deed.CLASS_EXPORTED, cohort, course=cohort.course_id, cohort=cohort)
    response = StreamingHttpResponse(class_csv(cohort), content_type="text/csv; charset=utf-8")
    name = slugify(cohort.name) or "class"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@login_required
@require_GET
def student(request: HttpRequest, cohort_id: int, student_id: int) -> HttpResponse:
    """Show one student's attempts."""
    cohort = seen_class(request, cohort_id)
    place = get_object_or_404(Enrolment.objects.students().filter(cohort=cohort).with_names(), user=student_id)
    attempts = Attempt.objects.of_class(cohort).filter(student=student_id).select_related("quiz__course")
    one = request.GET.get("quiz", "")
    if one.isascii() and one.isdecimal() and len(one) < 19:
        attempts = attempts.filter(quiz=int(one))
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "name": display_name(place.user),
        "place": place,
        "may_view": teaches(request, cohort),
        "is_one_quiz": bool(one),
        "attempts": [(attempt, so_far(attempt)) for attempt in attempts.with_counts().order_by("-started_at")],
    }
    return render_page(request, "classes/student.html", context)


_ASKED = {"find": "", "unit": "", "group": "", "show": "", "sort": "name", "page": "1"}
_SHOWS = (
    ("", gettext_lazy("All students")),
    ("help", gettext_lazy("Need help")),
    ("overdue", gettext_lazy("Overdue")),
    ("grade", gettext_lazy("To be graded")),
    ("new", gettext_lazy("Never started")),
)


def seen_class(request: HttpRequest, cohort_id: int) -> Cohort:
    """Return a class the reader sees and grades, with whether its course has surveys; to others it is not there."""
    user = cast("SignedInRequest", request).user
    surveys = ItemRevision.objects.surveys().current().filter(item__course=OuterRef("course"), item__is_retired=False)
    seen = Cohort.objects.seen_by(user).select_related("course").annotate(has_surveys=Exists(surveys))
    return get_object_or_404(seen, pk=cohort_id)


def teaches(request: HttpRequest, cohort: Cohort) -> bool:
    """Say whether the reader may also change what holds for a class, as an assistant may not."""
    user = cast("SignedInRequest", request).user
    return Cohort.objects.taught_by(user).filter(pk=cohort.pk).exists()
