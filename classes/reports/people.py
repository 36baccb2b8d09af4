"""The people of a class as a page shows them, in the same number of queries whatever its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from courses.models import Cohort, Enrolment, Group, Invitation, JoinRequest, ManagedAccount, Slip
from courses.models.content import Viewer
from courses.reports.people import display_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PER_PAGE = 100
_ROLES = (Enrolment.Role.INSTRUCTOR, Enrolment.Role.ASSISTANT)


@dataclass(frozen=True)
class Filters:
    """Which people are listed: by words of their name or number, by group, or people who have left."""

    words: str = ""
    group: int | None = None
    is_gone: bool = False

    def keep(self, places: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        """Keep the places that are asked for."""
        places = places.filter(is_active=not self.is_gone)
        if self.group is not None:
            places = places.filter(groups=self.group)
        for word in self.words.split()[:5]:
            places = places.filter(
                Q(user__last_name__icontains=word)
                | Q(user__first_name__icontains=word)
                | Q(user__username__icontains=word)
                | Q(student_number__icontains=word)
            )
        return places


@dataclass(frozen=True)
class PeoplePage:
    """One page of a class list, and all that waits for an answer."""

    page: Page[Enrolment]
    staff: Sequence[Enrolment]
    requests: Sequence[JoinRequest]
    invitations: Sequence[Invitation]
    groups: Sequence[Group]
    active_count: int
    gone_count: int
    slipless: int
    """Accounts made by the class that nobody has been given a passphrase for."""


def people_page(cohort: Cohort, filters: Filters, number: Any, reader: Viewer) -> PeoplePage:
    """Return a page of the students of a class, its staff, and who was asked or asks."""
    places = Enrolment.objects.filter(cohort=cohort).with_names().prefetch_related("groups").by_name()
    students = filters.keep(places.filter(role=Enrolment.Role.STUDENT).select_related("user__managed"))
    counts = Enrolment.objects.filter(cohort=cohort, role=Enrolment.Role.STUDENT).aggregate(
        active=Count("pk", filter=Q(is_active=True)), gone=Count("pk", filter=Q(is_active=False))
    )
    return PeoplePage(
        Paginator(students, PER_PAGE).get_page(number),
        list(places.active().filter(role__in=_ROLES)),
        list(JoinRequest.objects.filter(cohort=cohort).select_related("user__name_order")[:PER_PAGE]),
        list(Invitation.objects.filter(cohort=cohort).select_related("user__name_order")[:PER_PAGE]),
        list(Group.objects.filter(cohort=cohort).annotate(size=Count("members", filter=Q(members__is_active=True)))),
        counts["active"],
        counts["gone"],
        len(without_passphrase(cohort, reader)),
    )


def without_passphrase(cohort: Cohort, reader: Viewer) -> list[int]:
    """Return the active students of a class that it made accounts for, whose passphrase was never made."""
    accounts = ManagedAccount.objects.resettable_by(reader).filter(
        user__enrolments__cohort=cohort, user__enrolments__is_active=True
    )
    accounts = accounts.filter(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return list(accounts.filter(user__slip=None).values_list("pk", flat=True))


@dataclass(frozen=True)
class SlipsWaiting:
    """How far the passphrases are that a person asked for in a class."""

    asked: int
    made: int

    @property
    def is_done(self) -> bool:
        """Say whether all are there."""
        return self.asked == self.made


def slips_waiting(cohort: Cohort, reader: User) -> SlipsWaiting:
    """Return how many passphrases were asked for, and how many are made."""
    slips = Slip.objects.filter(cohort=cohort, asked_by=reader)
    counts = slips.aggregate(asked=Count("pk"), made=Count("pk", filter=~Q(sealed="")))
    return SlipsWaiting(counts["asked"], counts["made"])


def member_choices(cohort: Cohort) -> list[tuple[int, str]]:
    """Return the active students of a class as choices, by family name, each with the number where there is one."""
    places = Enrolment.objects.students().filter(cohort=cohort).with_names()
    return [(place.pk, " · ".join(filter(None, (display_name(place.user), place.student_number)))) for place in places]
