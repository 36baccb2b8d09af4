"""The floor: a plain Django page that reads and writes the same rows, with the same session and middleware."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from courses.models import Lesson
from quizzes.models import ItemResponse
from tumen.urls import urlpatterns as own


def read(request: HttpRequest) -> HttpResponse:
    """Look up who asks and one lesson, and say its title."""
    lesson = Lesson.objects.only("title").first()
    return HttpResponse(f"{request.user} {lesson}")


@csrf_exempt
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Look up who asks and one response, and write its answer."""
    response = ItemResponse.objects.select_related("attempt").get(pk=pk, attempt__student=request.user.pk)
    response.answer = request.POST.get("answer")
    response.save(update_fields=["answer"])
    return HttpResponse("Saved")


urlpatterns = [path("floor/", read), path("floor/<int:pk>/", write), path("", include(own))]
