"""Reports of questions, for the instructors of a class."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from classes.forms import VerdictForm
from classes.reports.question_reports import reported_questions
from classes.views.overview import seen_class
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.models import QuestionReport, Regrade
from quizzes.services.question_reports import answer_report


@login_required
@require_GET
def queue(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List the questions a class reported, each report with a form to answer it."""
    return _page(request, seen_class(request, cohort_id))


@login_required
@require_POST
def answer(request: HttpRequest, cohort_id: int, report_id: int) -> HttpResponse:
    """Answer a report."""
    cohort = seen_class(request, cohort_id)
    report = get_object_or_404(QuestionReport.objects.of_class(cohort), pk=report_id)
    regrades = list(Regrade.objects.in_force().reaching_class(cohort).filter(revision=report.revision_id))
    form = VerdictForm(report, regrades, data=request.POST)
    if not form.is_valid():
        return _page(request, cohort, failed=(report.pk, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    user = cast("SignedInRequest", request).user
    answer_report(report=report, actor=user, verdict=form.verdict(), now=timezone.now())
    messages.success(request, _("Answer sent."))
    return redirect("classes:question-reports", cohort_id)


def _page(
    request: HttpRequest, cohort: Cohort, *, failed: tuple[int, VerdictForm] | None = None, status: int = 200
) -> HttpResponse:
    questions = reported_questions(cohort)
    forms = {report.pk: VerdictForm(report, question.regrades) for question in questions for report in question.waiting}
    forms |= dict([failed]) if failed is not None else {}
    context = {"cohort": cohort, "course": cohort.course, "questions": questions, "forms": forms, "here": "reports"}
    return render_page(request, "classes/question_reports.html", context, status=status)
