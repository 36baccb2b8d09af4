"""What the admin records in the audit: places in classes, invitations, rights of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from courses.models import Cohort, Deed, Enrolment, Invitation
from courses.services.audit import record
from courses.services.notices import settle_invited, tell_invited

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_FLAGS = ("is_active", "is_staff", "is_superuser")
_RIGHTS = ("groups", "user_permissions")


class Places:
    """Places in classes as they were before a form is saved; afterwards, what became of them is recorded."""

    def __init__(self, places: Iterable[Enrolment]) -> None:
        rows = Enrolment.objects.filter(pk__in=[place.pk for place in places if place.pk])
        self.before = {pk: (role, is_active) for pk, role, is_active in rows.values_list("pk", "role", "is_active")}

    def record(self, actor: User, places: Iterable[Enrolment]) -> None:
        """Record each place that is new, or that changed."""
        for place in places:
            for deed, details in self._deeds(place):
                about: dict[str, Any] = {
                    "person": place.user_id,
                    "course": place.cohort.course_id,
                    "cohort": place.cohort_id,
                }
                record(actor, deed, place, **about, **details)

    def _deeds(self, place: Enrolment) -> Iterable[tuple[Deed, dict[str, Any]]]:
        if place.pk not in self.before:
            yield Deed.CLASS_ADDED, {"role": place.role}
            return
        role, is_active = self.before[place.pk]
        if is_active != place.is_active:
            yield Deed.CLASS_RETURNED if place.is_active else Deed.CLASS_REMOVED, {"role": place.role}
        if role != place.role:
            yield Deed.CLASS_ROLE, {"role": [role, place.role]}


def record_invitation(actor: User, deed: Deed, offered: Invitation, *, pk: int | None = None) -> None:
    """Record an invitation to a class that was sent or taken back; `pk` is its number where it is deleted already."""
    offered.pk = offered.pk or pk
    about: dict[str, Any] = {"person": offered.user_id, "course": offered.cohort.course_id, "cohort": offered.cohort_id}
    record(actor, deed, offered, **about, role=offered.role)
    if deed is Deed.CLASS_INVITED:
        tell_invited([offered], at=offered.invited_at)
    elif deed is Deed.CLASS_WITHDRAWN:
        settle_invited(offered, now=timezone.now())


def record_of_class(actor: User, deed: Deed, cohort: Cohort) -> None:
    """Record what was done to a class as a whole."""
    record(actor, deed, cohort, course=cohort.course_id, cohort=cohort)


class RecordsPlaces:
    """Records the places that a form of a class gives, changes and takes, and the invitations it sends."""

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Save the rows of an inline; record what that did."""
        rows = [each.instance for each in formset.forms]
        places = Places(rows) if formset.model is Enrolment else None
        gone = [(each.instance, each.instance.pk) for each in getattr(formset, "deleted_forms", ())]
        super().save_formset(request, form, formset, change)  # type: ignore[misc]  # a mixin of ModelAdmin
        if places is not None:
            places.record(request.user, [place for place in rows if place.pk])
        if formset.model is Invitation:
            for offered in formset.new_objects:
                record_invitation(request.user, Deed.CLASS_INVITED, offered)
            for offered, pk in gone:
                if pk is not None:
                    record_invitation(request.user, Deed.CLASS_WITHDRAWN, offered, pk=pk)


class RecordsRights:
    """Records who may work in the admin, and who runs the site."""

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save an account; record each right that changed."""
        was = get_user_model().objects.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)  # type: ignore[misc]  # a mixin of ModelAdmin
        before = {name: getattr(was, name, name == "is_active") for name in _FLAGS}
        moved: dict[str, Any] = {
            name: [before[name], getattr(obj, name)] for name in _FLAGS if before[name] != getattr(obj, name)
        }
        named = [name for name in _RIGHTS if name in form.changed_data]
        if named:
            moved["changed"] = named
        if moved:
            record(request.user, Deed.RIGHTS, obj, person=obj, **moved)
