"""What a course's certificate asks for, and how far the reader is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from courses.http import reader_of, render_page, viewer_of
from courses.models import Certificate, Course
from courses.reports.people import shown_name
from courses.services.certificates import issue_certificate
from quizzes.reports.completion import checklist, wording_of


@require_GET
def certificate(request: HttpRequest, course_key: str) -> HttpResponse:
    """List what is asked for, and what of it the reader has done; issue the certificate to a person who has done all.

    A task issues it as well: here no one waits for it.
    """
    course, now = get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key), timezone.now()
    reader = reader_of(request)
    found = checklist(course, reader.user, now=now)
    if found is None:
        raise Http404
    has_account = reader.user is not None and not reader.is_guest
    held = Certificate.objects.of(viewer_of(request)).filter(course=course).first() if has_account else None
    if held is None and has_account and reader.user is not None and found.is_met:
        name, wording = shown_name(reader.user), wording_of(found.rule)
        held = issue_certificate(user=reader.user, course=course, name=name, wording=wording, now=now)
    context = {"course": course, "checklist": found, "certificate": held, "has_account": has_account}
    return render_page(request, "quizzes/certificate.html", context)
