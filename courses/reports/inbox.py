"""What an inbox and a thread show, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from courses.models import InboxEntry, Message, Thread, in_name_order
from courses.models.inbox import InboxQuerySet, ThreadQuerySet
from courses.reports.people import display_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ROWS = 25
MOST_NAMES = 60
"""Recipients that are named one by one; of more, the count is told."""
_EXCERPT = 160


class Show(StrEnum):
    """Which entries of an inbox are listed."""

    ALL = "all"
    UNREAD = "unread"
    MESSAGES = "messages"
    NOTICES = "notices"


SHOWN = {Show.ALL: _("All"), Show.UNREAD: _("Unread"), Show.MESSAGES: _("Messages"), Show.NOTICES: _("Notices")}


@dataclass(frozen=True)
class Line:
    """A thread or an entry in a list: the beginning of its last message, and who wrote that."""

    row: Any
    excerpt: str
    writer: str


@dataclass(frozen=True)
class Lines:
    """One page of such a list."""

    page: Page[Any]
    lines: Sequence[Line]


def entries_of(user: User, show: Show) -> InboxQuerySet:
    """Return the entries that are listed, newest first."""
    entries = InboxEntry.objects.of(user).select_related("thread__cohort")
    if show is Show.UNREAD:
        return entries.unread()
    if show is Show.MESSAGES:
        return entries.filter(kind__in=InboxEntry.OF_THREADS)
    return entries.exclude(kind__in=InboxEntry.OF_THREADS) if show is Show.NOTICES else entries


def inbox_lines(user: User, *, show: Show, page: str | int | None) -> Lines:
    """Return a page of an inbox, in three queries."""
    return _lines(entries_of(user, show), "thread", page)


def thread_lines(threads: ThreadQuerySet, *, page: str | int | None) -> Lines:
    """Return a page of threads, each with the name of its student and how many replied to it, in three queries."""
    rows = threads.select_related("student__name_order", "group", "cohort").annotate(reply_count=Count("replies"))
    return _lines(rows.order_by("-last_at", "-pk"), "pk", page)


def messages_of(thread: Thread) -> list[Message]:
    """Return the messages of a thread with their authors, oldest first; the one it replies to comes first."""
    ids = [thread.pk, *([thread.about_id] if thread.about_id is not None else [])]
    return list(Message.objects.filter(thread__in=ids).select_related("author__name_order"))


@dataclass(frozen=True)
class Reached:
    """How many students a message to several was sent to, and the names of the first of them."""

    count: int
    names: Sequence[str]

    @property
    def further(self) -> int:
        """How many are not named."""
        return self.count - len(self.names)


def reached_by(thread: Thread) -> Reached:
    """Return the students a message was sent to, by family name, in two queries."""
    entries = InboxEntry.objects.filter(thread=thread, as_staff=False)
    first = entries.select_related("user__name_order").order_by(*in_name_order("user"))[:MOST_NAMES]
    return Reached(entries.count(), [display_name(entry.user) for entry in first])


def _lines(rows: QuerySet[Any, Any], thread: str, page: str | int | None) -> Lines:
    newest = Message.objects.filter(thread=OuterRef(thread)).order_by("-sent_at", "-pk")
    told = rows.annotate(
        excerpt=Subquery(newest.annotate(beginning=Left("text", _EXCERPT)).values("beginning")[:1]),
        writer_id=Subquery(newest.values("author")[:1]),
    )
    cut = Paginator(told, ROWS).get_page(page)
    found = list(cut)
    people = get_user_model().objects.select_related("name_order")
    writers = people.in_bulk({row.writer_id for row in found if row.writer_id is not None})
    names = {pk: display_name(user) for pk, user in writers.items()}
    return Lines(cut, [Line(row, row.excerpt or "", names.get(row.writer_id, "")) for row in found])
