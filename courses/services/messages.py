"""Messages in a class: from its instructors to students, from a student to its instructors, and replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.errors import CannotReply, NoRecipients
from courses.models import Cohort, Enrolment, Group, InboxEntry, Message, Thread
from courses.models.classes import EnrolmentQuerySet
from courses.services.limits import MESSAGE, take
from courses.services.notices import put

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Audience = Thread.Audience
_KINDS = InboxEntry.Kind


@dataclass(frozen=True)
class Letter:
    """What is sent: plain text. The same `client_key` sends nothing twice."""

    text: str
    subject: str = ""
    client_key: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class To:
    """To which students of a class: listed ones, those of a group, or all of them."""

    audience: Thread.Audience
    student_ids: frozenset[int] = frozenset()
    group: Group | None = None

    def places(self, cohort: Cohort) -> EnrolmentQuerySet:
        """Return the places of the students it reaches: active ones of the class alone."""
        students = cohort.enrolments.students()
        if self.audience == Audience.STUDENTS:
            return students.filter(user__in=self.student_ids)
        return students.filter(groups=self.group) if self.audience == Audience.GROUP else students


def write_to_students(*, cohort: Cohort, actor: User, to: To, letter: Letter, now: datetime) -> Thread:
    """Send a message in the name of the class's instructors. One to a single student can be replied to in its thread.

    Raises TooManyTries, NoRecipients, and CannotReply in an archived class.
    """

    def send() -> Thread:
        if cohort.archived_at is not None:
            raise CannotReply
        ids = list(to.places(cohort).values_list("user", flat=True))
        if not ids:
            raise NoRecipients
        alone = ids[0] if to.audience == Audience.STUDENTS and len(ids) == 1 else None
        thread = _open(cohort, actor, letter, now, audience=to.audience, student_id=alone, group=to.group)
        _write(thread, actor, letter, now, from_staff=True)
        _deliver(thread, now, students=ids)
        _deliver_to_staff(thread, now, author=actor)
        return thread

    return _once(actor, letter, now, send)


def write_to_instructors(*, cohort: Cohort, student: User, letter: Letter, now: datetime) -> Thread:
    """Send a student's message to the instructors of the class. Raises TooManyTries, and CannotReply."""

    def send() -> Thread:
        if not Cohort.objects.attended_by(student).filter(pk=cohort.pk, archived_at=None).exists():
            raise CannotReply
        thread = _open(cohort, student, letter, now, audience=Audience.INSTRUCTORS, student_id=student.pk)
        _write(thread, student, letter, now, from_staff=False)
        _deliver(thread, now, students=[student.pk], author=student)
        _deliver_to_staff(thread, now, author=student)
        return thread

    return _once(student, letter, now, send)


def reply(*, thread: Thread, author: User, letter: Letter, now: datetime) -> Thread:
    """Write in a thread; return the thread it stands in, which is the student's own for a reply to several.

    Raises TooManyTries, and CannotReply where the author may not write any more.
    """

    def send() -> Thread:
        if not Thread.objects.may_reply(author).filter(pk=thread.pk).exists():
            raise CannotReply
        own = thread if thread.student_id is not None else _replying(thread, author, now)
        students = [own.student_id or author.pk]
        _write(own, author, letter, now, from_staff=own.student_id != author.pk)
        Thread.objects.filter(pk=own.pk).update(last_at=now)
        _deliver(own, now, students=students, author=author)
        _deliver_to_staff(own, now, author=author)
        return own

    return _once(author, letter, now, send)


def _once(author: User, letter: Letter, now: datetime, send: Callable[[], Thread]) -> Thread:
    """Count the try and send; return what was sent before under the same key, also by a click a moment ago."""
    sent = _sent_before(author, letter)
    if sent is not None:
        return sent
    take(MESSAGE, str(author.pk), now=now)
    try:
        with transaction.atomic():
            return send()
    except IntegrityError:
        sent = _sent_before(author, letter)
        if sent is None:
            raise
        return sent


def _sent_before(author: User, letter: Letter) -> Thread | None:
    found = Message.objects.filter(client_key=letter.client_key, author=author).select_related("thread").first()
    return found.thread if found is not None else None


def _open(cohort: Cohort, actor: User, letter: Letter, now: datetime, **values: Any) -> Thread:
    moments = {"started_at": now, "last_at": now}
    return Thread.objects.create(cohort=cohort, subject=letter.subject, started_by=actor, **moments, **values)


def _replying(thread: Thread, student: User, now: datetime) -> Thread:
    """Return the student's own thread about a message that went to several, making it at the first reply."""
    values = {
        "cohort": thread.cohort, "audience": Audience.INSTRUCTORS, "subject": thread.subject, "started_by": student,
        "started_at": now, "last_at": now,
    }  # fmt: skip
    own, _is_new = Thread.objects.get_or_create(about=thread, student=student, defaults=values)
    return own


def _write(thread: Thread, author: User, letter: Letter, now: datetime, *, from_staff: bool) -> None:
    values = {"author": author, "from_staff": from_staff, "client_key": letter.client_key}
    Message.objects.create(thread=thread, text=letter.text, sent_at=now, **values)


def _deliver(thread: Thread, now: datetime, *, students: Iterable[int], author: User | None = None) -> None:
    """Put a thread into the inboxes of students; what one wrote oneself is read already."""
    kind = _KINDS.ANNOUNCEMENT if thread.is_announcement else _KINDS.MESSAGE
    put(_entry(thread, pk, kind, now, author=author) for pk in students)


def _deliver_to_staff(thread: Thread, now: datetime, *, author: User) -> None:
    """Put a thread into the inboxes of the class's instructors, and of assistants, who read it.

    A message that instructors sent to several is in the author's alone: the others find it in the class.
    """
    staff = Enrolment.objects.active().filter(cohort=thread.cohort_id, role__in=Enrolment.STAFF)
    if thread.student_id is None:
        staff = staff.filter(user=author)
    ids = list(staff.values_list("user", flat=True))
    put(_entry(thread, pk, _KINDS.MESSAGE, now, author=author, as_staff=True) for pk in ids)


def _entry(
    thread: Thread, user_id: int, kind: InboxEntry.Kind, now: datetime, *, author: User | None, as_staff: bool = False
) -> InboxEntry:
    is_own = author is not None and author.pk == user_id
    about = f"courses.thread:{thread.pk}"
    return InboxEntry(
        user_id=user_id, kind=kind, about=about, thread=thread, as_staff=as_staff, at=now,
        link=reverse("courses:thread", args=[thread.pk]), read_at=now if is_own else None,
    )  # fmt: skip
