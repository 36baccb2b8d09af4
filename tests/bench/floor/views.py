"""The pages of the floor, and their addresses."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from floor.models import Attempt, Cell, Lesson, Question, Response, SectionRead


@login_required
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a lesson with what the student has read."""
    found = get_object_or_404(Lesson, pk=pk)
    reads = SectionRead.objects.filter(section=OuterRef("pk"), user=request.user)
    sections = found.sections.annotate(is_read=Exists(reads)).order_by("pk")
    best = Attempt.objects.filter(user=request.user, submitted_at__isnull=False).order_by("-score").first()
    return render(request, "floor/lesson.html", {"lesson": found, "sections": sections, "best": best})


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Start an attempt of ten questions."""
    with transaction.atomic():
        attempt = Attempt.objects.create(user=request.user)
        questions = Question.objects.order_by("pk")[:10]
        Response.objects.bulk_create(
            Response(attempt=attempt, question=question, position=at) for at, question in enumerate(questions, 1)
        )
    return redirect("item", attempt.pk, 1)


@login_required
def item(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Save an answer."""
    with transaction.atomic():
        own = Response.objects.select_for_update(of=("self",)).select_related("attempt")
        response = get_object_or_404(own, attempt=pk, attempt__user=request.user, position=position)
        response.answer, response.sequence = request.POST["answer"], response.sequence + 1
        response.save(update_fields=["answer", "sequence"])
    return render(request, "floor/saved.html", {"response": response})


@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark ten answers and close the attempt."""
    with transaction.atomic():
        attempt = get_object_or_404(Attempt.objects.select_for_update(), pk=pk, user=request.user)
        responses = list(attempt.responses.select_related("question"))
        for response in responses:
            response.points = int(response.answer == response.question.key)
        Response.objects.bulk_update(responses, ["points"])
        attempt.submitted_at, attempt.score = timezone.now(), sum(response.points for response in responses)
        attempt.save(update_fields=["submitted_at", "score"])
    return redirect("lesson", 1)


@login_required
def table(request: HttpRequest) -> HttpResponse:
    """Show fifty students with ten marks each."""
    rows: dict[str, list[Any]] = {}
    for name, percent in Cell.objects.order_by("user", "quiz").values_list("user__username", "percent"):
        rows.setdefault(name, []).append(percent)
    return render(request, "floor/table.html", {"rows": rows})


urlpatterns = [
    path("lesson/<int:pk>/", lesson, name="lesson"),
    path("start/", start),
    path("attempts/<int:pk>/items/<int:position>/", item, name="item"),
    path("attempts/<int:pk>/submit/", submit),
    path("table/", table),
]
