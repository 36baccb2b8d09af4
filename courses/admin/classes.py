"""Classes, places in them, and the people who may have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import Count, ForeignKey, Q, QuerySet
from django.forms import ModelChoiceField, Select
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.admin.audited import Places, RecordsPlaces, RecordsRights, record_invitation, record_of_class
from courses.admin.base import (
    ArchivedFilter,
    ClassFilter,
    OwnChoices,
    OwnRows,
    TabularInline,
    is_lookup,
    staff_of,
)
from courses.admin.edits import KeepsEdits, KeptInline
from courses.admin.keeping import KeptForm
from courses.models import Cohort, Course, Deed, Enrolment, Invitation, new_join_code
from courses.services.accounts import accounts_named
from courses.services.archiving import archive_class, unarchive_class
from courses.services.history import Edit, last_recorded, record, values_of
from courses.services.staff import make_instructor

if TYPE_CHECKING:
    from django.contrib.auth.models import User


MOST_PLACES = 100
"""How many places the form of a class shows; a bigger class has its people on its own page alone."""


class OfAdministrators:
    """Places that are given or changed without asking the person: for administrators alone."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Leave it to administrators; instructors invite."""
        return staff_of(request).is_superuser


class PlaceInline(KeptInline, OwnChoices, TabularInline):
    """The places people have in a class. Instructors remove people and let them back in; roles change by invitation."""

    model = Enrolment
    fields = ["user", "role", "is_active", "joined_at", "shares_earlier"]
    readonly_fields = ["user", "joined_at", "shares_earlier"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("people")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrolment]:
        """Fetch the people together, by name."""
        rows = super().get_queryset(request).select_related("user", "cohort")
        return rows.order_by("role", "user__last_name", "user__first_name", "user__username")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fix the roles: no one sees more, or is seen, without having agreed."""
        return [*super().get_readonly_fields(request, obj), *_fixed_roles(request)]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Leave adding to the lists below, where one looks a person up."""
        return False


class NewPlaceForm(KeptForm):
    """A place to give, or to offer, to an account that has none in the class."""

    def clean_user(self) -> Any:
        """Refuse a person who is there already, if only as one who was removed."""
        user = self.cleaned_data["user"]
        if Enrolment.objects.filter(cohort=self.instance.cohort_id, user=user).exists():
            raise ValidationError(_("This person has a place in the class already. Change it in the list above."))
        return user


class NewPlaceInline(OfAdministrators, KeptInline, OwnChoices, TabularInline):
    """Places to give."""

    model = Enrolment
    form = NewPlaceForm
    fields = ["user", "role"]
    autocomplete_fields = ["user"]
    extra = 1
    can_delete = False
    verbose_name_plural = _("add people without asking them")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrolment]:
        """Show no place that exists."""
        return super().get_queryset(request).none()


class InvitationForm(KeptForm):
    """A place to offer: to a new person, or another role to a person who is there."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse what the person has already, and what is offered already."""
        cleaned = super().clean()
        user, role = self.cleaned_data.get("user"), self.cleaned_data.get("role")
        cohort = self.cleaned_data.get("cohort") or getattr(self.instance, "cohort", None)
        if user is None or cohort is None or cohort.pk is None:
            return cleaned
        if Enrolment.objects.active().filter(cohort=cohort, user=user, role=role).exists():
            self.add_error("user", _("This person has this place in the class already."))
        if Invitation.objects.filter(cohort=cohort, user=user).exclude(pk=self.instance.pk).exists():
            self.add_error("user", _("This person has an invitation already. Delete it to send another."))
        return cleaned


class InvitationInline(KeptInline, OwnChoices, TabularInline):
    """Places on offer: an account is in the class once its owner accepts."""

    model = Invitation
    form = InvitationForm
    fields = ["user", "role", "invited_at", "declined_at"]
    readonly_fields = ["invited_at", "declined_at"]
    autocomplete_fields = ["user"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        """Fetch the people together."""
        return super().get_queryset(request).select_related("user", "cohort")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Refuse: the person answers what was offered."""
        return False


def _fixed_roles(request: HttpRequest) -> list[str]:
    return [] if staff_of(request).is_superuser else ["role"]


@admin.register(Cohort)
class CohortAdmin(RecordsPlaces, KeepsEdits, OwnChoices, OwnRows):
    """Classes. An instructor who makes one teaches it."""

    change_form_template = "admin/courses/cohort/change_form.html"
    list_display = ["name", "course", "join_code", "student_count", "is_open", "created_at"]
    list_filter = [ArchivedFilter, "course", "is_open"]
    list_select_related = ["course"]
    search_fields = ["name", "join_code", "course__title"]
    ordering = ["name"]
    readonly_fields = ["join_code", "created_at", "archived_at"]
    fields = ["course", "name", "time_zone", "is_open", "join_code", "created_at", "archived_at"]
    inlines = [PlaceInline, InvitationInline, NewPlaceInline]
    actions = ["renew_join_code", "archive", "unarchive"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the time zones as a list."""
        if db_field.name == "time_zone":
            kwargs["widget"] = Select(choices=[(name, name) for name in sorted(available_timezones())])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Leave the people of a big class to its own page: a form for each would be more than a browser can send."""
        inlines = list(super().get_inlines(request, obj))
        if obj is not None and obj.enrolments.count() > MOST_PLACES:
            inlines.remove(PlaceInline)
        return inlines

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the classes the user teaches."""
        return rows.filter(pk__in=Cohort.objects.taught_by(user).values("pk"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the students of each class."""
        students = Q(enrolments__is_active=True, enrolments__role=Enrolment.Role.STUDENT)
        rows: QuerySet[Any] = super().get_queryset(request).annotate(student_count=Count("enrolments", filter=students))
        return rows

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer every course the user may see: a class can be made of any of them."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "course":
            field.queryset = Course.objects.visible_to(staff_of(request)).in_use()
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Fix the course once the class is made, whose work belongs to it, and the time zone, which moves its dates.

        The class's own page of settings changes that, and shows what would move.
        """
        return (*super().get_readonly_fields(request, obj), *(("course", "time_zone") if obj else ()))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Offer no archived class in a picker."""
        rows = queryset.filter(archived_at=None) if is_lookup(request) else queryset
        return super().get_search_results(request, rows, search_term)

    @admin.display(description=_("students"), ordering="student_count")
    def student_count(self, cohort: Any) -> int:
        """Return the number of active students."""
        return int(cohort.student_count)

    @admin.action(description=_("Renew the class code"), permissions=["change"])
    def renew_join_code(self, request: HttpRequest, queryset: QuerySet[Cohort]) -> None:
        """Give each class a new code; the old one stops working, and nobody loses a place."""
        for cohort in queryset:
            cohort.join_code = new_join_code()
            cohort.save(update_fields=["join_code"])
            record_of_class(staff_of(request), Deed.CLASS_CODE, cohort)
            values = values_of(cohort)
            known = last_recorded(Cohort, [cohort.pk]).get(cohort.pk)
            note = gettext("The class code was renewed.")
            record([Edit(cohort, values, values, known)], editor=staff_of(request), note=note, now=timezone.now())
        words = ngettext("%(n)d class has a new code.", "%(n)d classes have new codes.", len(queryset))
        self.message_user(request, words % {"n": len(queryset)}, messages.SUCCESS)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Note who invites."""
        if formset.model is Invitation:
            for each in formset.forms:
                each.instance.invited_by = each.instance.invited_by or staff_of(request)
        super().save_formset(request, form, formset, change)

    @admin.action(description=_("Archive the class"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Cohort]) -> None:
        """Take classes out of the lists. They take nobody in; their pages stay."""
        now, user = timezone.now(), staff_of(request)
        count = sum(archive_class(cohort=cohort, actor=user, now=now) for cohort in queryset)
        words = ngettext("%(n)d class archived.", "%(n)d classes archived.", count)
        self.message_user(request, words % {"n": count}, messages.SUCCESS)

    @admin.action(description=_("Bring the class back from the archive"), permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: QuerySet[Cohort]) -> None:
        """Put archived classes into the lists again."""
        now, user = timezone.now(), staff_of(request)
        count = sum(unarchive_class(cohort=cohort, actor=user, now=now) for cohort in queryset)
        words = ngettext("%(n)d class is in the lists again.", "%(n)d classes are in the lists again.", count)
        self.message_user(request, words % {"n": count}, messages.SUCCESS)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Make the person who made the class its instructor, or they would not see it again."""
        super().save_related(request, form, formsets, change)
        user = staff_of(request)
        if not user.is_superuser:
            if not change:
                values = {"user": user, "role": Enrolment.Role.INSTRUCTOR}
                Places([]).record(user, [Enrolment.objects.create(cohort=form.instance, **values)])
            return
        for place in form.instance.enrolments.active().filter(role=Enrolment.Role.INSTRUCTOR).select_related("user"):
            make_instructor(place.user)


@admin.register(Enrolment)
class EnrolmentAdmin(OfAdministrators, KeepsEdits, OwnChoices, OwnRows):
    """Places in classes. Removing a person makes it inactive; the work stays."""

    list_display = ["user", "name", "cohort", "role", "is_active", "joined_at"]
    list_filter = [ClassFilter, "role", "is_active"]
    list_select_related = ["user", "cohort"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "user__email", "cohort__name"]
    autocomplete_fields = ["cohort", "user"]
    date_hierarchy = "joined_at"
    readonly_fields = ["joined_at", "shares_earlier"]
    fields = ["cohort", "user", "role", "is_active", "joined_at", "shares_earlier"]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the places in classes the user teaches."""
        return rows.filter(cohort__in=Cohort.objects.taught_by(user))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fix whose place it is, and where; roles change by invitation."""
        return [
            *super().get_readonly_fields(request, obj),
            *(("cohort", "user") if obj else ()),
            *_fixed_roles(request),
        ]

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:
        """Let a new instructor into the admin."""
        places = Places([obj])
        super().save_model(request, obj, form, change)
        places.record(staff_of(request), [obj])
        if obj.is_active and obj.role == Enrolment.Role.INSTRUCTOR:
            make_instructor(obj.user)

    @admin.display(description=_("name"), ordering="user__last_name")
    def name(self, place: Enrolment) -> str:
        """Return the person's full name."""
        return str(place.user.get_full_name())


@admin.register(Invitation)
class InvitationAdmin(OwnChoices, OwnRows):
    """Places on offer. Deleting one takes the offer back."""

    form = InvitationForm
    list_display = ["user", "cohort", "role", "invited_by", "invited_at", "declined_at"]
    list_filter = [ClassFilter, "role"]
    list_select_related = ["user", "cohort", "invited_by"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "cohort__name"]
    autocomplete_fields = ["cohort", "user"]
    date_hierarchy = "invited_at"
    readonly_fields = ["invited_by", "invited_at", "declined_at"]
    fields = ["cohort", "user", "role", "invited_by", "invited_at", "declined_at"]

    def own(self, rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Keep the invitations to classes the user teaches."""
        return rows.filter(cohort__in=Cohort.objects.taught_by(user))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Refuse: the person answers what was offered."""
        return False

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Note who invites."""
        obj.invited_by = staff_of(request)
        super().save_model(request, obj, form, change)
        record_invitation(staff_of(request), Deed.CLASS_INVITED, obj)

    def delete_model(self, request: HttpRequest, obj: Invitation) -> None:
        """Take an invitation back."""
        record_invitation(staff_of(request), Deed.CLASS_WITHDRAWN, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Take several invitations back."""
        for offered in queryset.select_related("cohort"):
            record_invitation(staff_of(request), Deed.CLASS_WITHDRAWN, offered)
        super().delete_queryset(request, queryset)


class PersonAdmin(RecordsRights, UserAdmin):  # type: ignore[type-arg]
    """Accounts, for those who may see them; readers without an account are not among them.

    Instructors may not look through the accounts, only look a person up to give them a place in a class.
    """

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out the user rows that stand for readers without an account."""
        return super().get_queryset(request).filter(guest__isnull=True)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those who enrol people look them up."""
        return super().has_view_permission(request, obj) or (
            is_lookup(request) and request.user.has_perm("courses.add_enrolment")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find people. Without the right to see all accounts: those of one's own classes by part of a name, others by
        the whole user name or email address. A look-up for nothing finds no one, with or without the right.
        """
        if is_lookup(request) and not search_term.strip():
            return queryset.none(), False
        if super().has_view_permission(request):
            return super().get_search_results(request, queryset, search_term)
        taught = Cohort.objects.taught_by(staff_of(request))
        own = queryset.filter(pk__in=Enrolment.objects.filter(cohort__in=taught).values("user"))
        found, has_duplicates = super().get_search_results(request, own, search_term)
        named = accounts_named(search_term.strip())
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=named.values("pk"))), has_duplicates

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Keep email addresses from being found out letter by letter."""
        fields = tuple(super().get_search_fields(request))
        return fields if super().has_view_permission(request) else tuple(name for name in fields if name != "email")


if admin.site.is_registered(get_user_model()):
    admin.site.unregister(get_user_model())
    admin.site.register(get_user_model(), PersonAdmin)
