"""What is held about oneself: to download, and to have erased."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.errors import CourseError
from courses.http import GUEST_KEY, Reader, reader_of, render_page
from courses.models import Deed
from courses.reports.personal import export_file
from courses.services.audit import record
from courses.services.privacy import erase_person
from quizzes.forms.personal import EraseForm
from quizzes.reports.personal import everything_about
from quizzes.services.guests import forget_guest


@never_cache
@require_http_methods(["GET", "POST"])
def personal(request: HttpRequest) -> HttpResponse:
    """Say what is held about the reader; on request, erase it."""
    reader = reader_of(request)
    form = EraseForm(request.POST or None, reader=reader)
    if request.method == "POST" and reader.user is not None and form.is_valid():
        try:
            _erase(request, reader)
        except CourseError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your data has been erased."))
            return redirect(settings.LOGOUT_REDIRECT_URL or "/")
    tables = everything_about(reader.user, now=timezone.now()) if reader.user else {}
    counts = {name.replace("-", " ").capitalize(): len(rows) for name, rows in tables.items()}
    context = {"reader": reader, "counts": counts, "form": form}
    return render_page(request, "quizzes/personal.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def personal_file(request: HttpRequest) -> HttpResponse:
    """Give the reader everything that is held about them as one file; readers who left nothing get an empty one."""
    reader, now = reader_of(request), timezone.now()
    tables = everything_about(reader.user, now=now) if reader.user else {}
    if reader.user is not None and not reader.is_guest:
        record(reader.user, Deed.DATA_EXPORTED, reader.user, at=now, person=reader.user)
    response = HttpResponse(export_file(tables, now=now), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{now:%Y-%m-%d}.zip"'
    return response


def _erase(request: HttpRequest, reader: Reader) -> None:
    """Erase an account, or all trace of a reader without one, and end the session."""
    user = reader.user
    assert user is not None  # noqa: S101 (the caller saw to it)
    if reader.is_guest:
        forget_guest(guest=user)
        request.session.pop(GUEST_KEY, None)
        return
    erase_person(user=user, now=timezone.now(), actor=user)
    logout(request)
