"""Who the lines of a list may mean: people of the class, people invited to it, and accounts elsewhere on the site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from classes.roster.lines import Entry
from courses.models import Cohort, Enrolment, GroupMember, Invitation, ManagedAccount
from courses.reports.people import display_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_AT_ONCE = 400
"""How many names one query asks for: SQLite and PostgreSQL both take that many without slowing down."""
_Some = TypeVar("_Some")


@dataclass
class Found:
    """The people, by what a list may call them; texts are in small letters."""

    places: dict[int, Enrolment] = field(default_factory=dict)
    """By user."""
    invitations: dict[int, Invitation] = field(default_factory=dict)
    """By user."""
    by_number: dict[str, User] = field(default_factory=dict)
    """People of the class and invited to it, then accounts that the reader made in other classes."""
    own: dict[int, ManagedAccount] = field(default_factory=dict)
    """Accounts that the reader made in other classes, by user."""
    by_email: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_username: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    """People of the class alone."""
    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Names of groups by user."""

    def add(self, user: User) -> None:
        """Know a user."""
        self.users[user.pk] = user

    def is_made_by(self, user: User, cohort: Cohort) -> bool:
        """Say whether the class made a person's account, so that a list may say what the person is called."""
        managed = getattr(user, "managed", None)
        return managed is not None and managed.cohort_id == cohort.pk


def find_people(cohort: Cohort, entries: Sequence[Entry], reader: User) -> Found:
    """Return who the entries may mean, in a number of queries that grows by one for every few hundred lines."""
    found = Found()
    _of_class(found, cohort)
    _made_by(found, entries, reader)
    _with_accounts(found, entries)
    for group in GroupMember.objects.filter(group__cohort=cohort).select_related("group", "enrolment"):
        found.groups[group.enrolment.user_id].add(group.group.name)
    return found


def _of_class(found: Found, cohort: Cohort) -> None:
    places = Enrolment.objects.filter(cohort=cohort).select_related("user__name_order", "user__managed")
    for place in places:
        found.places[place.user_id] = place
        found.add(place.user)
        found.by_name[display_name(place.user).casefold()].append(place.user)
        if place.student_number:
            found.by_number[place.student_number.casefold()] = place.user
    for offered in Invitation.objects.filter(cohort=cohort).select_related("user__name_order", "user__managed"):
        found.invitations[offered.user_id] = offered
        found.add(offered.user)
        if offered.student_number:
            found.by_number.setdefault(offered.student_number.casefold(), offered.user)


def _made_by(found: Found, entries: Sequence[Entry], reader: User) -> None:
    """Find accounts by the student number they were made for; of two, the one made last."""
    numbers = {entry.number for entry in entries if entry.number}
    for some in _parts(sorted(numbers)):
        accounts = ManagedAccount.objects.made_for(reader).filter(student_number__in=some, user__is_active=True)
        for account in accounts.select_related("user__name_order").order_by("-made_at"):
            is_here = account.user_id in found.places
            if (
                not is_here
                and found.by_number.setdefault(account.student_number.casefold(), account.user) == account.user
            ):
                found.own[account.user_id] = account
                found.add(account.user)


def _with_accounts(found: Found, entries: Sequence[Entry]) -> None:
    """Find accounts by address and username, in any case."""
    emails = sorted({entry.email.lower() for entry in entries if entry.email})
    for some in _parts(emails):
        for user in _accounts().annotate(mail=Lower("email")).filter(mail__in=some):
            found.add(user)
            found.by_email[user.email.casefold()].add(user.pk)
        mails = EmailAddress.objects.annotate(mail=Lower("email")).filter(mail__in=some, user__in=_accounts())
        for mail in mails.select_related("user__name_order", "user__managed"):
            found.add(mail.user)
            found.by_email[mail.email.casefold()].add(mail.user_id)
    for some in _parts(sorted({entry.username.lower() for entry in entries if entry.username})):
        for named in _accounts().annotate(name=Lower("username")).filter(name__in=some):
            found.add(named)
            found.by_username[named.username.casefold()] = named.pk


def _accounts() -> QuerySet[User]:
    """Accounts that a list may name: no guests, none that was erased, and none of an import that is not done."""
    unplaced = Q(managed__isnull=False, enrolments__isnull=True)
    users = get_user_model().objects.filter(guest__isnull=True, is_active=True).exclude(unplaced)
    return users.select_related("name_order", "managed")


def _parts(values: Sequence[_Some]) -> Iterator[Iterable[_Some]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
