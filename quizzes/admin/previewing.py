"""A course as a student would see it with all changes published, at any moment. None of it stays."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.base import staff_of
from courses.http import render_page
from courses.models import Course
from quizzes.domain.draws import option_rng
from quizzes.errors import BankTooSmallNow
from quizzes.forms import form_for
from quizzes.models import Quiz
from quizzes.reports.figures import load_figures
from quizzes.reports.mistakes import mistakes_in
from quizzes.reports.start import start_page
from quizzes.services.papers import paper_for
from quizzes.services.publishing import changes_of, rehearsed
from quizzes.views.attempts import quiz as quiz_page

NOW = "now"
_LINKS = re.compile(r'\b(href|action|formaction|hx-get|hx-post)="(/courses/[^"]*)"')
_LEFT_OUT = ("take-away", "take-away-file")
"""Pages made in the background from what is published, which a preview has none of."""


@dataclass(frozen=True)
class Preview:
    """What a preview says of itself on every page: which course it is of, as on which day, and the way out."""

    course: Course
    at: str
    moment: datetime
    left_out: int
    """How many changes are not shown, because they cannot be published as they are."""

    def address(self, page: str) -> str:
        """Return a page of the site within the preview."""
        return reverse("admin:courses_publication_preview", args=[self.course.pk, self.at, page.lstrip("/")])

    @property
    def way_out(self) -> str:
        """Return the page on which the changes are published."""
        return reverse("admin:courses_publication_publish", args=[self.course.pk])

    @property
    def is_now(self) -> bool:
        """Say whether it shows the course as of this moment."""
        return self.at == NOW


def preview_page(request: HttpRequest, course_id: int, at: str, page: str) -> HttpResponse:
    """Show a page of a course as a student would see it, to a person who may see its drafts; links stay in the preview.

    The drafts are published, the page is made for a student who has just come, and all of it is rolled back.
    """
    course = get_object_or_404(Course.objects.worked_on_by(staff_of(request)), pk=course_id)
    if "at" in request.GET:
        chosen = request.GET["at"] if _moment(request.GET["at"]) else NOW
        return redirect("admin:courses_publication_preview", course.pk, chosen or NOW, page)
    moment = _moment(at)
    match = _match(course, page)
    if moment is None or match is None:
        raise Http404
    changes = changes_of(course)
    flawed = mistakes_in(course, changes)[0]
    preview = Preview(course, at, moment, len(flawed))
    sound = [change for change in changes if change.key not in flawed]
    with rehearsed(course, sound, by=staff_of(request), now=timezone.now()):
        Course.objects.filter(pk=course.pk).update(is_published=True)
        student = User.objects.create(username=f"preview-{uuid4()}", first_name=_("Preview"))
        response = _shown(_as_student(request, student, preview, page), match)
    return _within(response, preview)


def _moment(at: str) -> datetime | None:
    """Return the moment an address names, in UTC; None where it names none."""
    if at == NOW:
        return timezone.now()
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _match(course: Course, page: str) -> ResolverMatch | None:
    if not page.startswith(f"courses/{course.key}/"):
        return None
    try:
        match = resolve(f"/{page}")
    except Resolver404:
        return None
    return None if match.url_name in _LEFT_OUT else match


def _as_student(request: HttpRequest, student: User, preview: Preview, page: str) -> Any:
    """Return the request as the student's browser would have sent it."""
    own: Any = copy(request)
    own.user, own.preview, own.moment = student, preview, preview.moment
    own.path = own.path_info = f"/{page}"
    return own


def _shown(request: Any, match: ResolverMatch) -> HttpResponse:
    if match.view_name != "quizzes:start":
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response
    return _questions(request, **match.kwargs)


def _questions(request: Any, course_key: str, quiz_key: str) -> HttpResponse:
    """Show the questions of a quiz as they would be asked, or why it cannot be started; they are only looked at."""
    quizzes = Quiz.objects.current().visible_to(request.user).select_related("course", "unit", "lesson__unit")
    quiz = get_object_or_404(quizzes, course__key=course_key, key=quiz_key)
    obstacle = start_page(quiz, request.user, now=request.moment).obstacle
    seed = "preview"
    try:
        paper = [] if obstacle else paper_for(quiz, request.user, seed=seed)[0]
    except BankTooSmallNow:
        paper = []
    if not paper:
        request.method = "GET"
        return quiz_page(request, course_key, quiz_key)
    load_figures(quiz.course_id, paper)
    questions = []
    for number, revision in enumerate(paper, start=1):
        order = revision.spec.order(option_rng(seed, revision.item.key))
        form = form_for(revision.spec, order=order, prefix=f"q{number}", maps=revision.maps)
        questions.append({"number": number, "revision": revision, "spec": revision.spec, "form": form})
    context = {"quiz": quiz, "course": quiz.course, "questions": questions, "read_only": True}
    return render_page(request, "quizzes/preview_questions.html", context)


def _within(response: HttpResponse, preview: Preview) -> HttpResponse:
    """Lead every link of the course's own pages back into the preview."""
    own = f"/courses/{preview.course.key}/"

    def inside(found: re.Match[str]) -> str:
        name, address = found[1], found[2]
        return f'{name}="{preview.address(address)}"' if address.startswith(own) else found[0]

    if response.get("Location", "").startswith(own):
        response["Location"] = preview.address(response["Location"])
    if response.get("Content-Type", "").startswith("text/html"):
        response.content = _LINKS.sub(inside, response.content.decode()).encode()
    return response
