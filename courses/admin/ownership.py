"""Pages of a course for the people who work on it: who they are, a copy of it, the archive."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.base import staff_of
from courses.errors import ClassesRun, CourseError
from courses.models import Course, CourseRole
from courses.models.base import key_validator
from courses.rendering.licences import forbids_changes
from courses.services.accounts import accounts_named
from courses.services.archiving import archive_course, unarchive_course
from courses.services.duplication import duplicate_course
from courses.services.roles import (
    change_course_role,
    end_course_role,
    invite_to_course,
    withdraw_course_invitation,
)


class InviteForm(forms.Form):
    """A person to invite, by the exact name or address of the account, and the role."""

    name = forms.CharField(
        label=gettext_lazy("User name or e-mail address"),
        max_length=254,
        help_text=gettext_lazy("The exact name or address of an account. The person accepts or declines."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=CourseRole.Role.choices, initial=CourseRole.Role.EDITOR
    )

    def clean_name(self) -> str:
        """Find the one account that is meant."""
        name: str = self.cleaned_data["name"].strip()
        found = list(accounts_named(name).filter(is_active=True)[:2])
        if len(found) != 1:
            raise ValidationError(_("No single account has exactly this user name or e-mail address."))
        self.user = found[0]
        return name


class DuplicateForm(forms.Form):
    """The key and title of a copy."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    key = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=80,
        validators=[key_validator],
        help_text=gettext_lazy("Part of its address; it cannot be changed later. Letters, digits and hyphens."),
    )
    is_permitted = forms.BooleanField(label=gettext_lazy("I have permission to make a changed copy"), required=False)

    def __init__(self, *args: Any, needs_permission: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_permission:
            self.fields["is_permitted"].required = True
        else:
            del self.fields["is_permitted"]

    def clean_key(self) -> str:
        """Refuse the key of another course."""
        key: str = self.cleaned_data["key"]
        if Course.objects.filter(key=key).exists():
            raise ValidationError(_("Another course has this key. Choose another."))
        return key


class OwnedCourse:
    """Adds the pages to the courses of the admin."""

    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        """Add the pages."""
        urls: list[URLPattern] = super().get_urls()  # type: ignore[misc]  # a mixin of ModelAdmin
        pages = {"people": self.people, "duplicate": self.duplicate, "archive": self.archive}
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"courses_course_{name}")
            for name, view in pages.items()
        ]
        return [*own, *urls]

    def people(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show who works on the course; its owners invite, change and remove people, and each person may leave."""
        course = _course(Course.objects.worked_on_by(staff_of(request)), object_id)
        is_owner = Course.objects.owned_by(staff_of(request)).filter(pk=course.pk).exists()
        form = InviteForm(request.POST if "invite" in request.POST else None)
        if request.method == "POST":
            done = self._change_people(request, course, form, is_owner=is_owner)
            if done is not None:
                return done
        places = course.roles.select_related("user__name_order").order_by("role", "user__username")
        context = {
            "title": _("People of this course"), "course": course, "original": course, "form": form,
            "places": places, "is_owner": is_owner, "roles": CourseRole.Role.choices,
            "invitations": course.invitations.select_related("user__name_order", "invited_by__name_order"),
        }  # fmt: skip
        return self._page(request, "people", context, status=422 if form.errors else 200)

    def _change_people(
        self, request: HttpRequest, course: Course, form: InviteForm, *, is_owner: bool
    ) -> HttpResponse | None:
        """Do what was asked for; return where to go, or nothing where the page tells a mistake of the form."""
        user, now = staff_of(request), timezone.now()
        places, posted = course.roles.select_related("user", "course"), request.POST
        if not is_owner and posted.get("remove") != str(places.filter(user=user).values_list("pk", flat=True).first()):
            raise PermissionDenied
        try:
            if "invite" in posted:
                if not form.is_valid():
                    return None
                role = form.cleaned_data["role"]
                invite_to_course(course=course, user=form.user, role=role, actor=user, now=now)
                said = _("Invitation sent. The person finds it under “Classes”.")
            elif "withdraw" in posted:
                offered = _row(course.invitations.all(), posted["withdraw"])
                withdraw_course_invitation(offered=offered, actor=user, now=now)
                said = _("Invitation withdrawn.")
            elif "remove" in posted:
                end_course_role(place=_row(places, posted["remove"]), actor=user, now=now)
                said = _("Removed. What the person wrote stays.")
            else:
                said = self._change_role(places, posted, user, now)
        except CourseError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said)
        if Course.objects.worked_on_by(user).filter(pk=course.pk).exists():
            return redirect("admin:courses_course_people", course.pk)
        return redirect("admin:courses_course_changelist")

    def _change_role(self, places: QuerySet[CourseRole], posted: Any, user: Any, now: Any) -> str:
        place, role = _row(places, posted.get("place", "")), posted.get("role")
        if role not in CourseRole.Role.values:
            raise Http404
        change_course_role(place=place, role=role, actor=user, now=now)
        return _("Role changed.")

    def duplicate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a key and a title, then make a copy that the person owns."""
        user = staff_of(request)
        course = _course(Course.objects.duplicated_by(user), object_id)
        is_owner = Course.objects.owned_by(user).filter(pk=course.pk).exists()
        is_forbidden = forbids_changes(course.licence) and not is_owner
        title = _("Copy of %(title)s") % {"title": course.title}
        form = DuplicateForm(
            request.POST or None, needs_permission=is_forbidden, initial={"title": title, "key": f"{course.key}-copy"}
        )
        if request.method == "POST" and form.is_valid():
            asked = form.cleaned_data
            try:
                copy = duplicate_course(
                    course=course, key=asked["key"], title=asked["title"], user=user, now=timezone.now()
                )
            except CourseError as refusal:
                form.add_error("key", str(refusal))
            else:
                messages.success(request, _("Copied. The copy is yours, and not published yet."))
                return redirect("admin:courses_course_change", copy.pk)
        context = {
            "title": _("Duplicate this course"), "course": course, "original": course, "form": form,
            "is_forbidden": is_forbidden,
        }  # fmt: skip
        return self._page(request, "duplicate", context, status=422 if form.errors else 200)

    def archive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say which classes run, then archive the course, or bring it back."""
        user = staff_of(request)
        course = _course(Course.objects.owned_by(user), object_id)
        if request.method == "POST":
            try:
                if course.archived_at is None:
                    confirmed = bool(request.POST.get("is_confirmed"))
                    archive_course(course=course, actor=user, now=timezone.now(), is_confirmed=confirmed)
                    messages.success(request, _("Archived. People who took the course still find its pages."))
                else:
                    unarchive_course(course=course, actor=user, now=timezone.now())
                    messages.success(request, _("The course is in the catalogue again, if it is published."))
                return redirect("admin:courses_course_change", course.pk)
            except ClassesRun as refusal:
                messages.error(request, str(refusal))
        context = {
            "title": _("Archive this course"), "course": course, "original": course,
            "running": course.cohorts.running().order_by("name"),
        }  # fmt: skip
        return self._page(request, "archive", context)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), **context, "opts": Course._meta}  # noqa: SLF001
        return render(request, f"admin/courses/course/{name}.html", whole, status=status)


def _course(rows: QuerySet[Course], object_id: str) -> Course:
    found: Course = _row(rows, unquote(object_id))
    return found


def _row(rows: QuerySet[Any], pk: str) -> Any:
    """Return one of some rows; raise Http404 for one that is not among them."""
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    return get_object_or_404(rows, pk=pk)
