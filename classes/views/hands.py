"""Raised hands: a student's own page to raise and lower one, and the answer of the class's staff."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from classes.views.overview import seen_class
from courses.http import SignedInRequest, render_page
from courses.models import Course, Enrolment, Lesson
from quizzes.errors import HandLowered
from quizzes.models import ClassStanding, Quiz
from quizzes.services.hands import Where, answer_hand, lower_hand, raise_hand


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def hand(request: HttpRequest, course_key: str) -> HttpResponse:
    """Raise one's hand in a class of the course, where one came from, or lower it."""
    user = cast("SignedInRequest", request).user
    course = get_object_or_404(Course.objects.visible_to(user), key=course_key)
    where = _where(request, course)
    places = Enrolment.objects.active().filter(user=user, role=Enrolment.Role.STUDENT, cohort__archived_at=None)
    places = places.filter(cohort__course=course).select_related("cohort__course", "user", "standing")
    places = places.select_related("standing__hand_lesson", "standing__hand_quiz").order_by("cohort__name")
    if request.method == "POST":
        named = request.POST.get("class", "")
        place = get_object_or_404(places, cohort=int(named) if named.isdecimal() and len(named) < 19 else 0)
        if request.POST.get("lower") == "on":
            lower_hand(place=place, now=timezone.now())
            messages.success(request, _("Your hand is down."))
        else:
            raise_hand(place=place, where=where, now=timezone.now())
            messages.success(request, _("Your hand is up. The instructors of the class see it, and where you are."))
        return redirect(request.get_full_path())
    listed = [(place, getattr(place, "standing", None)) for place in places]
    context = {"course": course, "places": listed, "where": where, "title": title_of(where)}
    return render_page(request, "classes/hand.html", context)


def title_of(where: Where) -> str:
    """Return where a hand is raised, in words; nothing for the course as a whole."""
    return ClassStanding(hand_lesson=where.lesson, hand_quiz=where.quiz, hand_question=where.question).hand_title


def _where(request: HttpRequest, course: Course) -> Where:
    """Return what the address names; what is not of the course is as if nothing had been named."""
    lesson, quiz = request.GET.get("lesson", "")[:80], request.GET.get("quiz", "")[:80]
    number = request.GET.get("question", "")
    if lesson:
        return Where(lesson=Lesson.objects.current().filter(course=course, key=lesson).defer("body", "notes").first())
    if not quiz:
        return Where()
    found = Quiz.objects.current().filter(course=course, key=quiz).first()
    is_number = number.isascii() and number.isdecimal() and len(number) < 4
    return Where(quiz=found, question=int(number) if found is not None and is_number else None)


@login_required
@require_POST
def answer(request: HttpRequest, cohort_id: int, student_id: int) -> HttpResponse:
    """Answer a raised hand, or only lower it."""
    cohort = seen_class(request, cohort_id)
    note = request.POST.get("note", "").strip()[:500]
    try:
        answer_hand(cohort=cohort, student_id=student_id, note=note, now=timezone.now())
    except ClassStanding.DoesNotExist:
        raise Http404 from None
    except HandLowered as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The hand is down, and the student is told."))
    return redirect("classes:overview", cohort_id)
