"""A course as files, from its page of the admin: downloaded as a zip, and uploaded, looked at and loaded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.base import staff_of
from courses.admin.content import CourseAdmin
from courses.content.archive import MOST_PACKED, ArchiveRefused, texts_in, zip_of
from courses.content.conflicts import shown
from courses.content.merge import Choices, Conflict, Side
from courses.content.problems import ContentInvalid
from courses.models import Course, Upload
from quizzes.content.dump import dump_course
from quizzes.content.uploads import ShownAgain, apply_upload, keep_upload, key_in, rehearse

_SHOWN = 2_000


class UploadForm(forms.Form):
    """A zip with the files of a course."""

    archive = forms.FileField(
        label=gettext_lazy("Zip with the course's files"),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_archive(self) -> dict[str, str]:
        """Return the texts in the archive."""
        packed = self.cleaned_data["archive"]
        try:
            return texts_in(packed, size=packed.size)
        except ArchiveRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None


admin.site.unregister(Course)


@admin.register(Course)
class CourseWithFilesAdmin(CourseAdmin):
    """Courses, with the way from and to files."""

    change_form_template = "admin/course_form.html"
    change_list_template = "admin/course_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of files."""
        pages = (
            ("<int:pk>/files.zip", self.download, "download"),
            ("<int:pk>/upload/", self.upload, "upload"),
            ("upload/", self.upload, "upload_new"),
            ("upload/<uuid:key>/", self.look, "look"),
        )
        views = [path(at, self.admin_site.admin_view(view), name=f"courses_course_{name}") for at, view, name in pages]
        return [*views, *super().get_urls()]

    def download(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the files of a course as it stands."""
        course = self._edited(request, pk)
        answer = HttpResponse(zip_of(dump_course(course).texts, folder=course.key), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{course.key}.zip"'
        return answer

    def upload(self, request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
        """Take an archive, and go on to what loading it would do."""
        course = self._edited(request, pk) if pk is not None else None
        if course is None and not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            texts = form.cleaned_data["archive"]
            try:
                kept = keep_upload(texts, user=staff_of(request), course=course, now=timezone.now())
                return redirect("admin:courses_course_look", key=kept.pk)
            except ArchiveRefused as refusal:
                form.add_error("archive", str(refusal))
        most = MOST_PACKED // 1_000_000
        context = {"form": form, "course": course, "most": most, "title": _("Upload files"), "opts": self.opts}
        return TemplateResponse(request, "admin/upload.html", {**self.admin_site.each_context(request), **context})

    def look(self, request: HttpRequest, key: Any) -> HttpResponseBase:
        """Show what loading an upload would do, and do exactly that."""
        upload = get_object_or_404(Upload, pk=key, user=staff_of(request))
        self._check_course_of(request, upload)
        if request.method == "POST":
            answer = self._apply(request, upload)
            if answer is not None:
                return answer
        found = rehearse(upload, now=timezone.now())
        conflicts = [(at, conflict, *_sides(conflict)) for at, conflict in enumerate(found.conflicts)]
        context = {
            "found": found, "conflicts": conflicts, "lines": found.report.lines(in_full=False), "upload": upload,
            "title": _("Files of %(course)s") % {"course": found.course}, "opts": self.opts,
        }  # fmt: skip
        status = 422 if found.mistakes else 200
        page = {**self.admin_site.each_context(request), **context}
        return TemplateResponse(request, "admin/upload_look.html", page, status=status)

    def _apply(self, request: HttpRequest, upload: Upload) -> HttpResponseBase | None:
        """Load, and lead to the course; None where it is to be looked at again."""
        chosen: dict[str, Side] = {}
        for name, side in request.POST.items():
            if name.startswith("choice:") and side in ("file", "database"):
                chosen[name.removeprefix("choice:")] = "file" if side == "file" else "database"
        seen, user = request.POST.get("seen", ""), staff_of(request)
        try:
            course, report = apply_upload(upload, Choices(None, chosen), seen=seen, user=user, now=timezone.now())
        except ShownAgain as again:
            self.message_user(request, str(again), messages.WARNING)
            return None
        except ContentInvalid:
            return None
        self.message_user(request, _("Loaded: %(report)s") % {"report": report.lines(in_full=False)[-1]})
        return redirect(reverse("admin:courses_course_change", args=[course.pk]))

    def _edited(self, request: HttpRequest, pk: int) -> Course:
        """Return a course that the user may change; raise Http404 for others."""
        return get_object_or_404(Course.objects.edited_by(staff_of(request)), pk=pk)

    def _check_course_of(self, request: HttpRequest, upload: Upload) -> None:
        """Refuse files of a course that the user may no longer change."""
        key = key_in(upload.texts)
        is_new = not Course.objects.filter(key=key).exists()
        if is_new and self.has_add_permission(request):
            return
        if not Course.objects.edited_by(staff_of(request)).filter(key=key).exists():
            raise Http404


def _sides(conflict: Conflict) -> tuple[str, str, str]:
    """Return what was loaded last, the file's and what stands here, to be read."""
    return shown(conflict.base, _SHOWN), shown(conflict.file, _SHOWN), shown(conflict.database, _SHOWN)
