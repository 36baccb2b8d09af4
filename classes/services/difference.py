"""What importing a list would change in a class: computed for the preview, and again when it is applied."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classes.roster.columns import Column
from classes.roster.lines import Checked, Entry, Problem
from classes.services.people_found import Found, find_people
from courses.models import Cohort, Enrolment
from courses.reports.people import display_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Kind(TextChoices):
    """What happens to one person."""

    NEW = "new", gettext_lazy("new")
    OWN = "own", gettext_lazy("added")
    INVITE = "invite", gettext_lazy("invited")
    BACK = "back", gettext_lazy("back")
    CHANGE = "change", gettext_lazy("changed")
    DROP = "drop", gettext_lazy("not in the file")
    SAME = "same", gettext_lazy("unchanged")


@dataclass(frozen=True)
class Detail:
    """A fact about a person that changes."""

    what: Column
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What happens to one person, by which line; a person who is not in the file has none."""

    kind: Kind
    entry: Entry
    user: User | None = None
    details: tuple[Detail, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """The name that the class will see."""
        renamed = any(detail.what == Column.NAME for detail in self.details)
        return self.entry.name.shown if self.user is None or renamed else display_name(self.user)

    @property
    def identity(self) -> list[Any]:
        """What has to be the same at applying as it was in the preview."""
        details = [[detail.what, detail.before, detail.after] for detail in self.details]
        return [self.kind, self.entry.line, self.user.pk if self.user else 0, details]


@dataclass
class Difference:
    """All that a list would change, in the order of its lines; then who is not in it."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[Kind, int]]:
        """How many people each kind of change happens to, those that happen to nobody left out."""
        found = Counter(change.kind for change in self.changes)
        return [(kind, found[kind]) for kind in Kind if found[kind]]

    @property
    def real(self) -> list[Change]:
        """What is done: all but the people who stay as they are."""
        return [change for change in self.changes if change.kind != Kind.SAME]

    @property
    def fingerprint(self) -> str:
        """A digest of what is done, by which an old preview is told from the present one."""
        told = json.dumps([change.identity for change in self.real], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


class Unclear(Exception):
    """It cannot be told whom a line means, or what to do with them."""

    def __init__(self, said: str, todo: str, column: Column = Column.SKIP) -> None:
        super().__init__(said)
        self.said, self.todo, self.column = said, todo, column


def difference(*, cohort: Cohort, read: Checked, reader: User, is_whole: bool, has_groups: bool) -> Difference:
    """Return what a checked list would change. People who are not in it stay, unless it is the whole class."""
    found = find_people(cohort, read.entries, reader)
    made = Difference(problems=list(read.problems))
    met: dict[int, Entry] = {}
    for entry in read.entries:
        try:
            user = person_of(entry, found, cohort)
            if user is not None:
                check_once(entry, met.setdefault(user.pk, entry), user)
            made.changes.append(_change(entry, user, found, cohort, has_groups=has_groups))
        except Unclear as unclear:
            made.problems.append(Problem(entry.line, unclear.said, unclear.todo, unclear.column))
    made.problems.sort(key=lambda problem: problem.line)
    if is_whole:
        students = [place for place in found.places.values() if place.is_active and _is_student(place)]
        gone = sorted((place for place in students if place.user_id not in met), key=_by_name)
        made.changes += [Change(Kind.DROP, _of_place(place), place.user) for place in gone]
    return made


def _by_name(place: Enrolment) -> tuple[str, str]:
    return (place.user.last_name or place.user.username).casefold(), place.user.first_name.casefold()


def _is_student(place: Enrolment) -> bool:
    return place.role == Enrolment.Role.STUDENT


def _of_place(place: Enrolment) -> Entry:
    return Entry(0, number=place.student_number, email=place.user.email)


def check_once(entry: Entry, first: Entry, user: User) -> None:
    """Refuse a second line for the same person. Raises Unclear."""
    if first is not entry:
        raise Unclear(
            _("Lines %(line)d and %(other)d are both %(name)s.")
            % {"line": first.line, "other": entry.line, "name": display_name(user)},
            _("Delete one of the two lines."),
        )


def person_of(entry: Entry, found: Found, cohort: Cohort) -> User | None:
    """Return whom an entry means: by number, else address, else username, else a name of the class. Raises Unclear."""
    hits = _hits(entry, found)
    people = {user.pk: (column, user) for column, user in hits}
    if len(people) > 1:
        (one, first), (other, second), *_more = people.values()
        raise Unclear(
            _("The %(one)s is that of %(first)s, the %(other)s that of %(second)s.")
            % {"one": one.label, "first": display_name(first), "other": other.label, "second": display_name(second)},
            _("Correct whichever is wrong, or leave it empty."),
            other,
        )
    if hits:
        return hits[0][1]
    return _by_name_alone(entry, found, cohort)


def _hits(entry: Entry, found: Found) -> list[tuple[Column, User]]:
    hits: list[tuple[Column, User]] = []
    if (user := found.by_number.get(entry.number.casefold())) is not None:
        hits.append((Column.NUMBER, user))
    with_email = found.by_email.get(entry.email.casefold(), set()) if entry.email else set()
    if len(with_email) > 1:
        raise Unclear(
            _("More than one account has the address %(email)s.") % {"email": entry.email},
            _("Give the username instead."),
            Column.EMAIL,
        )
    hits += [(Column.EMAIL, found.users[pk]) for pk in with_email]
    if entry.username:
        if entry.username.casefold() not in found.by_username:
            raise Unclear(
                _("No account has the username “%(name)s”.") % {"name": entry.username},
                _("Correct it, or leave it empty to make a new account."),
                Column.USERNAME,
            )
        hits.append((Column.USERNAME, found.users[found.by_username[entry.username.casefold()]]))
    return hits


def _by_name_alone(entry: Entry, found: Found, cohort: Cohort) -> User | None:
    """Find someone of the class by name, where the list gives nothing else or they have no number yet."""
    people = found.by_name.get(entry.name.shown.casefold(), []) if entry.name.family else []
    if entry.number or entry.email:
        people = [each for each in people if found.is_made_by(each, cohort) and _is_plain(each, entry, found)]
    if len(people) > 1:
        raise Unclear(
            _("%(n)d people of the class are called %(name)s.") % {"n": len(people), "name": entry.name.shown},
            _("Give the student number, so that they can be told apart."),
        )
    return people[0] if people else None


def _is_plain(user: User, entry: Entry, found: Found) -> bool:
    """Say whether a person has neither of the keys that an entry gives: then the entry adds to what is known."""
    has_number = bool(found.places[user.pk].student_number)
    return not ((entry.number and has_number) or (entry.email and user.email))


def _change(entry: Entry, user: User | None, found: Found, cohort: Cohort, *, has_groups: bool) -> Change:
    """Return what happens to the person of an entry. Raises Unclear."""
    if user is None:
        if not entry.name.family:
            raise Unclear(
                _("Nobody is known by this, and there is no name to make an account for."),
                _("Add the name, or correct the number or address."),
            )
        return Change(Kind.NEW, entry)
    place = found.places.get(user.pk)
    if place is None or (not place.is_active and (place.left_at is not None or not _is_student(place))):
        return _without_place(entry, user, found)
    if not _is_student(place):
        raise Unclear(
            _("%(name)s is %(role)s of this class.") % {"name": display_name(user), "role": place.get_role_display()},
            _("Leave the line out: a list changes students only."),
        )
    details = _details(entry, user, place, found, cohort, has_groups=has_groups)
    if not place.is_active:
        return Change(Kind.BACK, entry, user, details)
    return Change(Kind.CHANGE if details else Kind.SAME, entry, user, details)


def _without_place(entry: Entry, user: User, found: Found) -> Change:
    """Return what happens to someone who is not in the class: nobody comes in without a yes, save one's own."""
    offered = found.invitations.get(user.pk)
    if offered is None:
        return Change(Kind.OWN if user.pk in found.own else Kind.INVITE, entry, user)
    if entry.number and offered.student_number != entry.number:
        return Change(Kind.CHANGE, entry, user, (Detail(Column.NUMBER, offered.student_number, entry.number),))
    note = _("declined the invitation") if offered.declined_at else _("is invited, has not answered yet")
    return Change(Kind.SAME, entry, user, note=note)


def _details(
    entry: Entry, user: User, place: Enrolment, found: Found, cohort: Cohort, *, has_groups: bool
) -> tuple[Detail, ...]:
    details = []
    if entry.number and entry.number != place.student_number:
        details.append(Detail(Column.NUMBER, place.student_number, entry.number))
    name = entry.name.shown
    if name and found.is_made_by(user, cohort) and name != display_name(user):
        details.append(Detail(Column.NAME, display_name(user), name))
    if entry.email and not user.email and found.is_made_by(user, cohort):
        details.append(Detail(Column.EMAIL, "", entry.email))
    before, after = sorted(found.groups.get(user.pk, ())), sorted(set(entry.groups))
    if has_groups and before != after:
        details.append(Detail(Column.GROUP, ", ".join(before), ", ".join(after)))
    return tuple(details)


def state_of(cohort: Cohort) -> Sequence[tuple[Any, ...]]:
    """Return what a difference rests on, cheaply: the places and invitations of a class."""
    places = cohort.enrolments.order_by("pk").values_list(
        "pk", "user", "role", "is_active", "left_at", "student_number", "user__first_name", "user__last_name"
    )
    offered = cohort.invitations.order_by("pk").values_list("pk", "user", "student_number", "declined_at")
    return [*places, *offered]
