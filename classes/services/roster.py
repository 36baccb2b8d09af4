"""Importing a list of people: read, shown as a difference, then applied as it was shown, all of it or nothing.

Accounts are written first, in short transactions, and are in no class, so that nobody sees them; the class itself
changes in one short transaction at the end. An import that dies in between leaves accounts that the next one removes.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction

from classes.roster.columns import Column, recognised, twice
from classes.roster.lines import Checked, checked
from classes.roster.reading import Line, Table
from classes.roster.refusals import RosterChanged
from classes.services.difference import Change, Difference, Kind, difference, state_of
from courses.models import (
    AuditEntry,
    Cohort,
    Deed,
    Enrolment,
    Group,
    GroupMember,
    Invitation,
    ManagedAccount,
    NameOrder,
    RosterDraft,
)
from courses.services.audit import entry_of
from courses.services.notices import tell_invited
from courses.services.slips import short_words
from quizzes.services.assignments import Act, follow_groups

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_AT_ONCE = 500
"""Accounts written in one transaction: about a tenth of a second of the database's time."""
_LEFT_BEHIND = timedelta(hours=1)
"""After this time an account without a place is what an import left that died."""


@dataclass(frozen=True)
class Preview:
    """What a draft would change, and how its list was read."""

    draft: RosterDraft
    table: Table
    columns: Sequence[Column]
    has_heading: bool
    difference: Difference
    doubled: Sequence[Column]
    """What two columns are said to hold."""

    @property
    def may_apply(self) -> bool:
        """Say whether nothing stands in the way."""
        has_errors = bool(self.difference.problems) and not self.leaves_out
        return bool(self.difference.real) and not has_errors and not self.doubled

    @property
    def leaves_out(self) -> bool:
        """Say whether lines with errors are left out. Never of a whole class: their people would be dropped."""
        return self.draft.leaves_out and not self.draft.is_whole


def keep_draft(*, cohort: Cohort, table: Table, name: str, actor: User, now: datetime) -> RosterDraft:
    """Keep a list that was read, for its preview; the actor's earlier one of the class goes."""
    RosterDraft.objects.filter(cohort=cohort, made_by=actor).delete()
    columns, _has_heading = recognised(table)
    values = {"made_by": actor, "made_at": now, "name": name[:120], "table": table.as_json()}
    return RosterDraft.objects.create(cohort=cohort, columns=[str(column) for column in columns], **values)


def correct_draft(*, draft: RosterDraft, columns: Sequence[str], cells: dict[int, dict[int, str]]) -> None:
    """Take over what a person says of the columns, and corrected cells by line and column."""
    table = Table.from_json(draft.table)
    lines = [Line(line.number, _corrected(line.cells, cells.get(line.number, {}))) for line in table.lines]
    draft.table = replace(table, lines=lines).as_json()
    draft.columns = list(columns)
    draft.save(update_fields=["table", "columns", "is_whole", "leaves_out"])


def _corrected(cells: Sequence[str], typed: dict[int, str]) -> list[str]:
    found = list(cells)
    for at, text in typed.items():
        found += [""] * (at + 1 - len(found))
        found[at] = text.strip()
    return found


def preview_of(draft: RosterDraft, *, reader: User) -> Preview:
    """Return what a draft would change now."""
    table = Table.from_json(draft.table)
    columns = [Column(column) for column in draft.columns]
    _found, has_heading = recognised(table)
    doubled = twice(columns)
    lines = table.lines[1:] if has_heading else table.lines
    read = Checked() if doubled else checked(lines, columns)
    shown = difference(
        cohort=draft.cohort, read=read, reader=reader, is_whole=draft.is_whole, has_groups=Column.GROUP in columns
    )
    return Preview(draft, table, columns, has_heading, shown, doubled)


def apply_draft(*, draft: RosterDraft, expected: str, actor: User, now: datetime) -> Difference:
    """Do what the preview with the fingerprint `expected` showed. Raises RosterChanged if it would be another now."""
    before = state_of(draft.cohort)
    preview = preview_of(draft, reader=actor)
    if not preview.may_apply or preview.difference.fingerprint != expected:
        raise RosterChanged
    changes = preview.difference.real
    _remove_left_behind(draft.cohort, now)
    made: dict[int, User] = {}
    try:
        for some in _parts([change for change in changes if change.kind == Kind.NEW]):
            made |= _make_accounts(some, draft.cohort, actor, now)
        work = _Import(draft.cohort, actor, now, made)
        work.prepare(changes)
        with transaction.atomic():
            cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=draft.cohort_id)
            if state_of(cohort) != before or not RosterDraft.objects.filter(pk=draft.pk).delete()[0]:
                raise RosterChanged
            work.apply(changes)
    except BaseException:
        get_user_model().objects.filter(pk__in=[user.pk for user in made.values()]).delete()
        raise
    return preview.difference


def _remove_left_behind(cohort: Cohort, now: datetime) -> None:
    dead = ManagedAccount.objects.filter(cohort=cohort, made_at__lt=now - _LEFT_BEHIND, user__enrolments=None)
    get_user_model().objects.filter(pk__in=list(dead.values_list("pk", flat=True))).delete()


@transaction.atomic
def _make_accounts(changes: Sequence[Change], cohort: Cohort, actor: User, now: datetime) -> dict[int, User]:
    """Write accounts nobody can sign in to yet, by the lines they are made for; they get no place here."""
    users, accounts, orders = [], [], []
    for change, username in zip(changes, _usernames(len(changes)), strict=True):
        entry = change.entry
        names = {"first_name": entry.name.given, "last_name": entry.name.family, "email": entry.email}
        user = get_user_model()(username=username, password=make_password(None), date_joined=now, **names)
        users.append(user)
        values = {"cohort": cohort, "made_by": actor, "student_number": entry.number, "made_at": now}
        accounts.append(ManagedAccount(user=user, **values))
        if entry.name.order:
            orders.append(NameOrder(user=user, order=entry.name.order))
    get_user_model().objects.bulk_create(users)
    rows: list[ManagedAccount | NameOrder] = [*accounts, *orders]
    for row in rows:
        row.user_id = row.user.pk
    ManagedAccount.objects.bulk_create(accounts)
    NameOrder.objects.bulk_create(orders)
    return {change.entry.line: user for change, user in zip(changes, users, strict=True)}


def _usernames(count: int) -> list[str]:
    """Return free usernames that tell nothing of their owners, and are typed on any keyboard: `maple-4821`."""
    found: dict[str, None] = {}
    while len(found) < count:
        tried = {f"{secrets.choice(short_words())}-{secrets.randbelow(9000) + 1000}": None for _n in range(count)}
        taken = get_user_model().objects.filter(username__in=list(tried)).values_list("username", flat=True)
        found |= {name: None for name in tried if name not in set(taken)}
    return list(found)[:count]


def _parts(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    for start in range(0, len(changes), _AT_ONCE):
        yield changes[start : start + _AT_ONCE]


@dataclass
class _Import:
    """One import while it is written."""

    cohort: Cohort
    actor: User
    now: datetime
    made: dict[int, User]
    places: list[Enrolment] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)

    def prepare(self, changes: Sequence[Change]) -> None:
        """Make the rows that are added for many people, before the database is held."""
        added = [change for change in changes if change.kind in (Kind.NEW, Kind.OWN)]
        values = {"cohort": self.cohort, "role": Enrolment.Role.STUDENT, "joined_at": self.now}
        self.places = [
            Enrolment(user=self.user_of(change), student_number=change.entry.number, **values) for change in added
        ]
        about = {"course": self.cohort.course_id, "cohort": self.cohort}
        self.entries = [
            entry_of(self.actor, deed, self.cohort, at=self.now, person=self.user_of(change), **about)
            for change in changes
            for deed in _deeds_of(change)
        ]
        whole = {"n": len(changes), **about}
        self.entries.append(entry_of(self.actor, Deed.CLASS_IMPORTED, self.cohort, at=self.now, **whole))

    def apply(self, changes: Sequence[Change]) -> None:
        """Write the changes of the class, a statement for each sort of row, and an entry of the audit for each."""
        by_kind: dict[Kind, list[Change]] = defaultdict(list)
        for change in changes:
            by_kind[change.kind].append(change)
        changed = [*by_kind[Kind.CHANGE], *by_kind[Kind.BACK]]
        self._remove([change.user for change in by_kind[Kind.DROP] if change.user])
        self._correct(changed)
        Enrolment.objects.bulk_create(self.places, batch_size=_AT_ONCE)
        self._invite(by_kind[Kind.INVITE])
        self._group([change for change in changes if change.kind not in (Kind.DROP, Kind.INVITE)])
        self._record()

    def user_of(self, change: Change) -> User:
        """Return the account of a change, which may just have been made."""
        return change.user or self.made[change.entry.line]

    def _remove(self, users: Sequence[User]) -> None:
        places = self.cohort.enrolments.filter(user__in=[user.pk for user in users])
        places.update(is_active=False)

    def _invite(self, changes: Sequence[Change]) -> None:
        values = {"cohort": self.cohort, "invited_by": self.actor, "invited_at": self.now}
        offers = [Invitation(user=change.user, student_number=change.entry.number, **values) for change in changes]
        tell_invited(Invitation.objects.bulk_create(offers, batch_size=_AT_ONCE), at=self.now)

    def _correct(self, changes: Sequence[Change]) -> None:
        """Write numbers, and let people back in. Numbers are freed first, as some may change hands."""
        users = _users(changes)
        places = {place.user_id: place for place in self.cohort.enrolments.filter(user__in=users)}
        offered = {each.user_id: each for each in self.cohort.invitations.filter(user__in=users)}
        made = {each.user_id: each for each in self.cohort.managed.filter(user__in=users)}
        numbered = [change for change in changes if _after(change, Column.NUMBER)]
        self.cohort.enrolments.filter(user__in=_users(numbered)).update(student_number="")
        for change in changes:
            user = self.user_of(change).pk
            number = _after(change, Column.NUMBER)
            rows: list[Enrolment | Invitation | ManagedAccount | None] = [
                places.get(user), offered.get(user), made.get(user)
            ]  # fmt: skip
            for row in rows:
                if row is not None:
                    row.student_number = number or row.student_number
            if change.kind == Kind.BACK:
                places[user].is_active = True
        Enrolment.objects.bulk_update(places.values(), ["student_number", "is_active"], batch_size=_AT_ONCE)
        Invitation.objects.bulk_update(offered.values(), ["student_number"], batch_size=_AT_ONCE)
        ManagedAccount.objects.bulk_update(made.values(), ["student_number"], batch_size=_AT_ONCE)
        self._rename([change for change in changes if _after(change, Column.NAME) or _after(change, Column.EMAIL)])

    def _rename(self, changes: Sequence[Change]) -> None:
        """Say what accounts are called that the class made, and what their addresses are."""
        users, orders, renamed = [], [], []
        for change in changes:
            user, name = self.user_of(change), change.entry.name
            if _after(change, Column.NAME):
                user.first_name, user.last_name = name.given, name.family
                renamed.append(user.pk)
                orders += [NameOrder(user=user, order=name.order)] if name.order else []
            user.email = _after(change, Column.EMAIL) or user.email
            users.append(user)
        get_user_model().objects.bulk_update(users, ["first_name", "last_name", "email"], batch_size=_AT_ONCE)
        NameOrder.objects.filter(user__in=renamed).delete()
        NameOrder.objects.bulk_create(orders, batch_size=_AT_ONCE)

    def _group(self, changes: Sequence[Change]) -> None:
        """Put people into the groups that the list names, and out of those it does not, where it has groups."""
        told = [change for change in changes if change.entry.groups or _details_of(change, Column.GROUP)]
        if not told:
            return
        names = sorted({name for change in told for name in change.entry.groups})
        Group.objects.bulk_create([Group(cohort=self.cohort, name=name) for name in names], ignore_conflicts=True)
        groups = dict(self.cohort.groups.filter(name__in=names).values_list("name", "pk"))
        users = [self.user_of(change).pk for change in told]
        places = dict(self.cohort.enrolments.filter(user__in=users).values_list("user", "pk"))
        GroupMember.objects.filter(enrolment__in=list(places.values())).delete()
        members = [
            GroupMember(group_id=groups[name], enrolment_id=places[user])
            for change in told
            if (user := self.user_of(change).pk) in places
            for name in sorted(set(change.entry.groups))
        ]
        GroupMember.objects.bulk_create(members, batch_size=_AT_ONCE)
        follow_groups(self.cohort, set(places), Act(self.actor, self.now))

    def _record(self) -> None:
        AuditEntry.objects.bulk_create(self.entries, batch_size=_AT_ONCE)


_DEEDS = {
    Kind.NEW: Deed.ACCOUNT_MADE,
    Kind.OWN: Deed.CLASS_ADDED,
    Kind.INVITE: Deed.CLASS_INVITED,
    Kind.BACK: Deed.CLASS_RETURNED,
    Kind.DROP: Deed.CLASS_REMOVED,
}


def _deeds_of(change: Change) -> Iterator[Deed]:
    if change.kind in _DEEDS:
        yield _DEEDS[change.kind]
    if _after(change, Column.NUMBER):
        yield Deed.CLASS_NUMBER
    if _after(change, Column.NAME) or _after(change, Column.EMAIL):
        yield Deed.ACCOUNT_NAMED


def _details_of(change: Change, what: Column) -> bool:
    return any(detail.what == what for detail in change.details)


def _after(change: Change, what: Column) -> str:
    return next((detail.after for detail in change.details if detail.what == what), "")


def _users(changes: Sequence[Change]) -> list[int]:
    return [change.user.pk for change in changes if change.user]
