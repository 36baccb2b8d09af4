"""My progress: where a reader stands, what comes next, and what each figure rests on."""

from __future__ import annotations

from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses.http import moment_of, reader_of, render_page, viewer_of
from courses.models import Course
from quizzes.domain import mastery
from quizzes.reports.progress import courses_of, progress_page
from quizzes.reports.steps import review_step
from quizzes.views.review import today_of


@never_cache
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Show where the reader stands in a course: the one named, or the one worked on last."""
    reader = reader_of(request)
    visible = Course.objects.visible_to(viewer_of(request))
    now = moment_of(request)
    begun = courses_of(reader.user, visible, today=today_of(request, now))
    named = request.GET.get("course", "")
    course = next((each for each in begun if each.key == named), None) if named else next(iter(begun), None)
    if named and course is None:
        if not slug_re.match(named):
            raise Http404
        course = get_object_or_404(visible, key=named)
    if course is None:
        course = visible.order_by("title", "pk").first()
    review = review_step(begun[0].cards if begun else 0)
    page = progress_page(course, reader.user, now=now, courses=begun, extra=review) if course is not None else None
    context = {"page": page, "course": course, "reader": reader, "gates": mastery}
    return render_page(request, "quizzes/progress.html", context)
