"""The audit, to read: owners see their courses, instructors their classes, administrators all. Nobody writes here."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.admin.base import ClassFilter, LookOnly, ModelAdmin, staff_of
from courses.models import AuditEntry, Cohort, Course
from courses.reports.people import display_name
from courses.services.accounts import accounts_named


class OwnClassFilter(ClassFilter):
    """Keeps what was done in one class."""

    path = "cohort_id"


class OwnCourseFilter(ClassFilter):
    """Keeps what was done in one course."""

    title = _("course")
    parameter_name = "course"
    path = "course_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """List the courses the person owns or teaches."""
        user = staff_of(request)
        taught = Course.objects.filter(pk__in=Cohort.objects.taught_by(user).values("course"))
        owned = Course.objects.owned_by(user)
        courses = Course.objects.filter(Q(pk__in=taught.values("pk")) | Q(pk__in=owned.values("pk")))
        return [(str(pk), title) for pk, title in courses.values_list("pk", "title")]


class SubjectFilter(admin.SimpleListFilter):
    """Keeps the entries about rows of one kind."""

    title = _("kind of row")
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """List the kinds there are entries about."""
        kinds = AuditEntry.objects.order_by("subject_type").values_list("subject_type", flat=True).distinct()
        return [(kind, _kind(kind)) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Keep the kind chosen."""
        return queryset.filter(subject_type=self.value()) if self.value() else queryset


class AuditList(ChangeList):
    """A page of entries with the names their numbers stand for, each kind fetched once for the page."""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the page, then the accounts, courses and classes on it."""
        super().get_results(request)
        entries = list(self.result_list)
        people = {each for entry in entries for each in (entry.actor_id, entry.person_id) if each}
        users = get_user_model().objects.in_bulk(people)
        courses = Course.objects.only("title").in_bulk({entry.course_id for entry in entries if entry.course_id})
        cohorts = Cohort.objects.only("name").in_bulk({entry.cohort_id for entry in entries if entry.cohort_id})
        for entry in entries:
            entry.names = {
                "actor": _named(users, entry.actor_id),
                "person": _named(users, entry.person_id),
                "course": str(courses.get(entry.course_id) or entry.course_id or "–"),
                "cohort": str(cohorts.get(entry.cohort_id) or entry.cohort_id or "–"),
            }
        self.result_list = entries


@admin.register(AuditEntry)
class AuditAdmin(LookOnly, ModelAdmin):
    """The audit."""

    list_display = ["at", "deed", "who", "whom", "row", "course", "class_", "what"]
    list_filter = [OwnCourseFilter, OwnClassFilter, "at", "deed", SubjectFilter]
    list_display_links = None
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["subject_id"]
    search_help_text = _("The exact user name or e-mail address of a person, or the number of a row.")
    actions = None
    fields = readonly_fields = (
        "at", "deed", "actor_id", "person_id", "subject_type", "subject_id", "course_id", "cohort_id", "what",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Decide what may be seen where it is fetched."""
        return AuditEntry.objects.seen_by(staff_of(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002
        """Name what is on the page."""
        return AuditList

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        """Find entries by and about a person, or about a row."""
        term = search_term.strip()
        if not term:
            return queryset, False
        people = list(accounts_named(term).values_list("pk", flat=True))
        return queryset.filter(Q(subject_id=term) | Q(actor_id__in=people) | Q(person_id__in=people)), False

    @admin.display(description=_("by"))
    def who(self, entry: Any) -> str:
        """Return who did it."""
        return str(entry.names["actor"]) if entry.actor_id else str(_("the site"))

    @admin.display(description=_("person"))
    def whom(self, entry: Any) -> str:
        """Return whom it is about."""
        return str(entry.names["person"])

    @admin.display(description=_("row"))
    def row(self, entry: AuditEntry) -> str:
        """Return the row it was done to."""
        return f"{_kind(entry.subject_type)} {entry.subject_id}"

    @admin.display(description=_("course"))
    def course(self, entry: Any) -> str:
        """Return the course."""
        return str(entry.names["course"])

    @admin.display(description=_("class"))
    def class_(self, entry: Any) -> str:
        """Return the class."""
        return str(entry.names["cohort"])

    @admin.display(description=_("details"))
    def what(self, entry: AuditEntry) -> str:
        """Return the details in one line: a pair is before and after."""
        return "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in entry.details.items())


def _kind(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name)  # noqa: SLF001 (Django's documented accessor)
    except (LookupError, ValueError):  # a model that is no more, or none
        return label


def _named(users: dict[int, Any], pk: int | None) -> str:
    return display_name(users[pk]) if pk in users else str(pk or "–")


def _value(value: Any) -> str:
    if isinstance(value, list):
        return (" → " if len(value) == 2 else ", ").join(map(_value, value))
    return "–" if value is None else str(value)
