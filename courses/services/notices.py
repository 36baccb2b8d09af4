"""Telling people of what was done. Call it inside the transaction of the deed, so that one does not stand without the
other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Model

from courses import conf
from courses.models import InboxEntry, Invitation

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_ROWS = 500
_LONGEST = 200
_INVITED = InboxEntry.Kind.INVITED


@dataclass(frozen=True)
class Note:
    """Whom to tell, about which row, under which title, which page shows it, and what else to say. No mark is in it."""

    user_id: int
    about: Model
    title: str
    link: str = ""
    text: str = ""


def notify(kind: InboxEntry.Kind, notes: Iterable[Note], *, at: datetime) -> None:
    """Put a notice into each inbox, in one statement for each 500 people (on SQLite 100).

    Whoever has a notice of this kind about this row already finds it at the top again, unread.
    """
    entries = {}
    for note in notes:
        about = _name(note.about)
        values = {"title": note.title[:_LONGEST], "link": note.link, "text": note.text, "at": at}
        entries[note.user_id, about] = InboxEntry(user_id=note.user_id, kind=kind, about=about, **values)
    put(entries.values())


def with_accounts(user_ids: Iterable[int]) -> set[int]:
    """Return those of these people who can sign in: no readers without an account, and no one who was erased."""
    ids, people = sorted(set(user_ids)), get_user_model().objects.filter(is_active=True)
    chunks = [ids[start : start + _ROWS] for start in range(0, len(ids), _ROWS)]
    return {pk for chunk in chunks for pk in people.filter(pk__in=chunk).values_list("pk", flat=True)}


def tell_invited(offers: Iterable[Invitation], *, at: datetime) -> None:
    """Tell people that a class invites them. Wants the class of each offer."""
    notify(_INVITED, [Note(offered.user_id, offered, offered.cohort.name) for offered in offers], at=at)


def settle_invited(offered: Invitation, *, now: datetime) -> None:
    """Mark the notice of an invitation as read, once it is answered or taken back."""
    mark_read(user=offered.user, now=now, kind=_INVITED, about=_name(offered))


def put(entries: Iterable[InboxEntry]) -> None:
    """Write entries of inboxes; one that is there already moves up, unread unless the new one is read.

    A copy by email becomes due where the site sends mail and the entry is unread.
    """
    listed = list(entries)
    for entry in listed:
        entry.is_mail_due = conf.mail_is_sent() and entry.read_at is None
    InboxEntry.objects.bulk_create(
        listed,
        batch_size=_ROWS,
        update_conflicts=True,
        unique_fields=["user", "kind", "about"],
        update_fields=["title", "link", "text", "at", "read_at", "is_mail_due", "as_staff"],
    )


def mark_read(*, user: User, now: datetime, **which: object) -> int:
    """Mark entries of a person as read, those of `which` or all; a copy that is not sent yet is not sent any more."""
    unread = InboxEntry.objects.filter(user=user).unread()
    return unread.filter(**which).update(read_at=now, is_mail_due=False)


def _name(row: Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"  # noqa: SLF001 (Django's documented accessor)
