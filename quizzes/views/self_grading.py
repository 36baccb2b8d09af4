"""Students grade their own texts: the good answer and the rubric beside what they wrote."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.converters import whole_number
from courses.http import render_page
from quizzes.domain.review import Shown
from quizzes.domain.rubric import HumanMarked
from quizzes.errors import LevelsMissing, NotSelfGraded
from quizzes.models import ItemResponse
from quizzes.reports.figures import load_figures
from quizzes.reports.results import shown_to_student
from quizzes.services.self_grading import grade_self, may_grade_self
from quizzes.views.attempts import sign_in_first, student_of


@never_cache
@require_http_methods(["GET", "POST"])
@sign_in_first
def grade(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Show a text beside a good answer with the rubric, or keep the levels its student chose."""
    student, now = student_of(request), timezone.now()
    responses = ItemResponse.objects.for_page().select_related("attempt__quiz__course", "attempt__quiz__unit")
    response = get_object_or_404(responses, attempt=attempt_id, attempt__student=student, position=position)
    spec, attempt = response.revision.spec, response.attempt
    if not isinstance(spec, HumanMarked) or Shown.RIGHT_ANSWER not in shown_to_student(attempt, now=now):
        raise Http404
    if response.answer is None or hasattr(response, "human_mark") or not may_grade_self(attempt, student):
        raise NotSelfGraded
    own = getattr(response, "self_mark", None)
    levels, error = dict(own.levels) if own is not None else {}, ""
    if request.method == "POST":
        levels = _levels(request, spec)
        try:
            grade_self(response=response, student=student, levels=levels, now=now)
        except LevelsMissing as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("Your grade is saved. It is shown as graded by yourself."))
            return redirect(f"{reverse('quizzes:result', args=[attempt.pk])}#question-{position}")
    load_figures(attempt.quiz.course_id, [response.revision])
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "course": attempt.quiz.course,
        "response": response,
        "spec": spec,
        "criteria": [(key, criterion, levels.get(key)) for key, criterion in spec.rubric.root.items()],
        "most": sum(criterion.most for criterion in spec.rubric.root.values()),
        "error": error,
        "missing": [key for key in spec.rubric.root if key not in levels] if error else [],
        "own": own,
    }
    return render_page(request, "quizzes/self_grade.html", context, status=422 if error else 200)


def _levels(request: HttpRequest, spec: HumanMarked) -> dict[str, int]:
    """Return the levels posted, by criterion; what the rubric does not have is left out."""
    found: dict[str, int] = {}
    for key, criterion in spec.rubric.root.items():
        level = whole_number(request.POST.get(f"level.{key}", ""), most=len(criterion.levels) - 1)
        if level is not None:
            found[key] = level
    return found
