"""What reaches a person: threads of messages in a class, notices of what was done, and the inbox that lists both."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models.classes import Cohort, Enrolment, Group
from courses.models.content import Viewer
from courses.models.prepared import Given, Prepared

MAX_SUBJECT = 120
MAX_TEXT = 5_000


class ThreadQuerySet(models.QuerySet["Thread"]):
    """Which threads, and who may read and reply to them."""

    def seen_by(self, user: Viewer) -> ThreadQuerySet:
        """Threads of the classes the user sees as staff, those that reached the user, and announcements to them.

        What reached a student stays theirs after they left the class; staff who left it see none of its threads.
        """
        if user.pk is None:
            return self.none()
        reached = InboxEntry.objects.filter(thread=OuterRef("pk"), user=user.pk, as_staff=False)
        announced = Q(audience=Thread.Audience.ANNOUNCEMENT, cohort__in=Cohort.objects.attended_by(user).values("pk"))
        of_class = Q(cohort__in=Cohort.objects.seen_by(user).values("pk"))
        return self.filter(Q(student=user.pk) | Exists(reached) | announced | of_class)

    def may_reply(self, user: Viewer) -> ThreadQuerySet:
        """Threads in which the user may write: instructors to a student of the class, a student to the instructors.

        Neither is possible once the student has left, or the class is archived.
        """
        places = Enrolment.objects.active().filter(cohort=OuterRef("cohort"), role=Enrolment.Role.STUDENT)
        instructs = Q(Exists(places.filter(user=OuterRef("student"))), cohort__in=Cohort.objects.taught_by(user))
        attends = Q(Q(student=user.pk) | Q(student=None), cohort__in=Cohort.objects.attended_by(user))
        return self.seen_by(user).filter(instructs | attends, cohort__archived_at=None)


class Thread(models.Model):
    """Messages in a class on one subject: with one student, or one message to several.

    With `student`, the student and the class's instructors write to each other. Without, an instructor wrote once to
    several; a student who replies has a thread of their own, `about` this one, so that no other student reads it.
    """

    class Audience(models.TextChoices):
        """To whom its first message went."""

        INSTRUCTORS = "instructors", _("instructors")
        STUDENTS = "students", _("students")
        GROUP = "group", _("group")
        CLASS = "class", _("class")
        ANNOUNCEMENT = "announcement", _("announcement")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="threads", verbose_name=_("class"))
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="threads", editable=False,
        verbose_name=_("student"),
    )  # fmt: skip
    audience = models.CharField(_("to"), max_length=12, choices=Audience.choices, editable=False)
    group = models.ForeignKey(
        Group, on_delete=models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("group")
    )
    about = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="replies", editable=False,
        verbose_name=_("message it replies to"),
    )  # fmt: skip
    subject = models.CharField(_("subject"), max_length=MAX_SUBJECT, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False,
        verbose_name=_("started by"),
    )  # fmt: skip
    started_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    last_at = models.DateTimeField(_("last message"), default=timezone.now, editable=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["-last_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["about", "student"], name="one_reply_per_student_and_thread")]
        indexes = [models.Index(fields=["cohort", "-last_at"], name="threads_of_a_class")]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_announcement(self) -> bool:
        """Whether it stands on the class page."""
        return self.audience == self.Audience.ANNOUNCEMENT


class Message(models.Model):
    """What one person wrote in a thread: plain text. It is never changed.

    `client_key` comes with the form, so that what is sent twice is written once.
    """

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages", verbose_name=_("thread"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False,
        editable=False, verbose_name=_("author"),
    )  # fmt: skip
    from_staff = models.BooleanField(_("from an instructor"), editable=False)
    text = models.TextField(_("text"), max_length=MAX_TEXT, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    client_key = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["sent_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["author", "client_key"], name="one_message_per_person_and_key")]

    def __str__(self) -> str:
        return f"{self.thread} · {self.sent_at:%Y-%m-%d %H:%M}"


class InboxQuerySet(models.QuerySet["InboxEntry"]):
    """Which entries."""

    def of(self, user: Viewer) -> InboxQuerySet:
        """Entries of the user, without those of classes whose staff the user has left."""
        if user.pk is None:
            return self.none()
        return self.filter(user=user.pk).still_seen()

    def still_seen(self) -> InboxQuerySet:
        """Entries without those that came to staff of a class who have left it."""
        return self.filter(Q(as_staff=False) | Exists(_still_staff()))

    def unread(self) -> InboxQuerySet:
        """Entries that were not opened since they last changed."""
        return self.filter(read_at=None)


class InboxEntry(models.Model):
    """One line of a person's inbox: a thread, or a notice of something that was done.

    There is one for each person, kind and row that it is `about`: what happens again moves it up, unread. It never
    tells a mark: `link` leads to the page that shows what may be shown.
    """

    class Kind(models.TextChoices):
        """What reached the person."""

        MESSAGE = "message", _("Message")
        ANNOUNCEMENT = "announcement", _("Announcement")
        GRADED = "graded", _("Graded")
        REGRADED = "regraded", _("Regraded")
        REPORT_ANSWERED = "report_answered", _("Report answered")
        TIME = "time", _("Extra time")
        DATES = "dates", _("Dates or limits changed")
        DUE = "due", _("Due soon")
        WEEK = "week", _("Your week")
        HAND = "hand", _("Raised hand answered")
        INVITED = "invited", _("Invitation to a class")
        CERTIFICATE = "certificate", _("Certificate earned")
        UNCERTIFIED = "uncertified", _("Certificate revoked")
        RECERTIFIED = "recertified", _("Certificate restored")

    OF_THREADS = (Kind.MESSAGE, Kind.ANNOUNCEMENT)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inbox", db_index=False, editable=False,
        verbose_name=_("person"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, editable=False)
    about = models.CharField(_("row it is about"), max_length=60, editable=False)
    thread = models.ForeignKey(
        Thread, on_delete=models.CASCADE, null=True, related_name="entries", editable=False, verbose_name=_("thread")
    )
    as_staff = models.BooleanField(_("as staff of the class"), default=False, editable=False)
    title = models.CharField(_("title"), max_length=200, editable=False)
    link = models.CharField(_("link"), max_length=300, editable=False)
    text = models.TextField(_("text"), blank=True, editable=False)
    """What a notice says besides: plain text, such as when something is due. No mark."""
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, editable=False)
    is_mail_due = models.BooleanField(_("copy by email to be sent"), default=False, editable=False)

    objects = InboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of an inbox")
        verbose_name_plural = _("inbox")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "about"], name="one_entry_per_person_kind_and_row")
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="inbox_by_time"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="inbox_unread"),
            models.Index(fields=["at"], condition=Q(is_mail_due=True), name="inbox_mail_due"),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """What it is about: the subject of its thread, or the title of the quiz, course or class."""
        return self.thread.subject if self.thread is not None else self.title

    @property
    def words(self) -> str:
        """What happened, and to what: "Graded: Quiz 3"."""
        return gettext("%(kind)s: %(heading)s") % {"kind": self.get_kind_display(), "heading": self.heading}


def _still_staff() -> models.QuerySet[Enrolment]:
    """Return the places by which the person of an entry is staff of its class now."""
    places = Enrolment.objects.active().filter(role__in=Enrolment.STAFF)
    return places.filter(user=OuterRef("user"), cohort=OuterRef("thread__cohort"))


class MailMute(models.Model):
    """That a person wants no copies by email. The inbox goes on."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mail_mute",
        editable=False, verbose_name=_("person"),
    )  # fmt: skip
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("person without copies by email")
        verbose_name_plural = _("people without copies by email")

    def __str__(self) -> str:
        return str(self.user)


def _unread() -> models.QuerySet[InboxEntry, tuple[object, ...]]:
    entries = InboxEntry.objects.filter(user=Given("user", models.BigIntegerField()), read_at=None).still_seen()
    return entries.order_by().values("user").annotate(count=Count("pk")).values_list("count")


_UNREAD = Prepared(_unread)


def unread_count(user_id: int) -> int:
    """Return how many entries a person has not opened, in one query: every page of theirs asks it."""
    row = _UNREAD.one(user=user_id)
    return int(row[0]) if row is not None else 0
