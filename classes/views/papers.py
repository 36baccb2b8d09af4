"""A quiz on paper, for those who may see its key."""

from __future__ import annotations

import re
import secrets

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from classes.reports.papers import MAX_FORMS, forms_of
from courses.http import render_page, viewer_of
from quizzes.models import Quiz

_SEED = re.compile(r"[A-Za-z0-9]{1,12}")


@login_required
@never_cache
@require_GET
def paper(request: HttpRequest, course_key: str, quiz_key: str) -> HttpResponse:
    """Show the forms of a quiz, with answer sheets and keys. The address holds the seed, so it shows the same again."""
    quizzes = Quiz.objects.current().with_key_for(viewer_of(request)).select_related("course", "unit")
    quiz = get_object_or_404(quizzes, course__key=course_key, key=quiz_key)
    typed, number = request.GET.get("seed", "1"), request.GET.get("forms", "2")
    seed = typed if _SEED.fullmatch(typed) else "1"
    count = int(number) if number in {str(each) for each in range(1, MAX_FORMS + 1)} else 2
    context = {
        "quiz": quiz,
        "course": quiz.course,
        "forms": forms_of(quiz, seed=seed, count=count),
        "seed": seed,
        "count": count,
        "counts": range(1, MAX_FORMS + 1),
        "new_seed": secrets.token_hex(3),
    }
    return render_page(request, "classes/papers.html", context)
