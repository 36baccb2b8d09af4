"""Ungraded checks in the text of a lesson: answer one, be told at once. The day's first answer counts for mastery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from courses.http import render_page, viewer_of, writer_of
from courses.models import Course
from quizzes.domain.base import InvalidAnswer
from quizzes.forms import form_for, posted, steady_order
from quizzes.models import Item, ItemRevision
from quizzes.reports.figures import maps_for
from quizzes.services.mastery import keep_check_answer

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, course_key: str, item_key: str) -> HttpResponse:
    """Show a check, or what an answer to it is worth and why. htmx gets only the check."""
    courses = Course.objects.visible_to(viewer_of(request))
    revisions = ItemRevision.objects.current().filter(item__purpose=Item.Purpose.CHECK, item__is_retired=False)
    revision = get_object_or_404(
        revisions.filter(item__course__in=courses).select_related("item__section__lesson__course"),
        item__course__key=course_key,
        item__key=item_key,
    )
    spec = revision.spec
    order = steady_order(spec)
    maps = maps_for(revision, spec)
    form = form_for(spec, order=order, prefix=item_key, maps=maps)
    context: dict[str, Any] = {
        "revision": revision,
        "spec": spec,
        "form": form,
        "course": revision.item.section.lesson.course,
    }
    status = 200
    if request.method == "POST":
        raw = posted(request.POST, item_key)
        try:
            answer = spec.clean(spec.from_paper(raw, order))
        except InvalidAnswer as error:
            form.tell(raw, error)
            status = 422
        else:
            if answer is not None:
                keep_check_answer(student=_writer(request), revision=revision, answer=answer, now=timezone.now())
            context |= {
                "form": form_for(spec, order=order, answer=answer, prefix=item_key, maps=maps),
                "is_answered": answer is not None,
                "rows": spec.review(answer),
                "share": spec.share_of(answer),
            }
    return render_page(request, "quizzes/check.html", context, partial="check", status=status)


def _writer(request: HttpRequest) -> User:
    user = writer_of(request).user
    assert user is not None  # noqa: S101 (a writer always has a user)
    return user
