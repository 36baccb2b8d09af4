"""What each table holds about people: one register, which export and erasure work through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

ERASED = "[erased]"
"""What stands where free text of an erased person stood; an answer stays an answer, so no mark changes."""


@dataclass(frozen=True)
class Held:
    """What one table holds about a person.

    `owner` leads from a row to the person it is about. `exported` are the paths that the person gets; nothing that a
    review may still withhold is among them. When the person is erased, the rows go with `is_deleted`; else `erased`
    says what takes the place of a text, `written` names JSON columns that hold free text in the rows of a condition,
    and `typed` those in which only the person's own names are replaced. `plain` are texts that tell of nobody.
    """

    table: str
    owner: str
    exported: tuple[str, ...] = ()
    erased: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    typed: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    is_deleted: bool = False

    @property
    def model(self) -> type[models.Model]:
        """Return the table's model."""
        return apps.get_model(self.table)

    def rows_of(self, user_id: int) -> QuerySet[Any]:
        """Return the rows about a person."""
        return self.model._default_manager.filter(**{self.owner: user_id}).order_by("pk")  # noqa: SLF001


@dataclass(frozen=True)
class Register:
    """All tables that hold something about people, those that do not, and the columns that say who did something.

    What a person did (an edit, a mark given to another) stays, under the nameless row that is left of them.
    """

    held: list[Held] = field(default_factory=list)
    impersonal: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)

    def add(self, *held: Held) -> None:
        """Register tables."""
        self.held.extend(held)

    def add_impersonal(self, *tables: str) -> None:
        """Register tables whose texts tell of no user."""
        self.impersonal.update(tables)

    def add_acts(self, *columns: str) -> None:
        """Register columns that say who did something, as `app.Model.field`."""
        self.acts.update(columns)


REGISTER = Register()
REGISTER.add(
    Held(
        "auth.User",
        "pk",
        ("username", "first_name", "last_name", "email", "date_joined", "last_login", "is_staff"),
        plain=("username", "first_name", "last_name", "email", "password"),  # replaced one by one in `erase_person`
    ),
    Held("account.EmailAddress", "user", ("email", "verified", "primary"), is_deleted=True),
    Held("account.EmailConfirmation", "email_address__user", is_deleted=True),
    Held("mfa.Authenticator", "user", ("type", "created_at", "last_used_at"), is_deleted=True),
    Held("courses.ApiToken", "user", ("name", "created_at", "expires_at", "last_used_at"), is_deleted=True),
    Held("courses.Session", "user", ("expire_date",), is_deleted=True),
    Held("courses.Guest", "user", ("created_at",), is_deleted=True),
    Held("courses.CourseRole", "user", ("course__title", "role", "given_at"), is_deleted=True),
    Held(
        "courses.CourseInvitation",
        "user",
        ("course__title", "role", "invited_at", "declined_at"),
        is_deleted=True,
    ),
    Held(
        "courses.Enrolment",
        "user",
        (
            "cohort__name",
            "cohort__course__title",
            "role",
            "is_active",
            "joined_at",
            "left_at",
            "shares_earlier",
            "student_number",
        ),
        erased={"student_number": ""},
    ),
    Held("courses.GroupMember", "enrolment__user", ("group__cohort__name", "group__name"), is_deleted=True),
    Held("courses.JoinRequest", "user", ("cohort__name", "shares_earlier", "asked_at"), is_deleted=True),
    Held(
        "courses.ManagedAccount",
        "user",
        ("cohort__name", "student_number", "made_at", "reset_at"),
        is_deleted=True,
    ),
    Held("courses.Slip", "user", ("asked_at",), is_deleted=True),
    # What others import about the person goes with the drafts of the person's classes: `erase_person`.
    Held("courses.RosterDraft", "made_by", ("name", "made_at"), is_deleted=True),
    Held("courses.NameOrder", "user", ("order",), is_deleted=True),
    Held(
        "courses.Invitation",
        "user",
        ("cohort__name", "cohort__course__title", "role", "student_number", "invited_at", "declined_at"),
        is_deleted=True,
    ),
    Held(
        "courses.Comment",
        "author",
        ("course__title", "text", "field", "suggested", "made_at", "state", "answer"),
        erased={"text": ERASED, "answer": ""},
        plain=("subject_type", "field", "base", "suggested"),  # texts of the course
    ),
    Held(
        "courses.InboxEntry",
        "user",
        ("kind", "title", "text", "thread__cohort__name", "thread__subject", "at", "read_at"),
        is_deleted=True,
    ),
    Held(
        "courses.Certificate",
        "user",
        ("number", "name", "title", "wording", "issued_at", "revoked_at", "reason"),
        erased={"name": "", "reason": "", "is_erased": True},
        plain=("number", "title", "wording", "language", "edition"),  # the course's own words
    ),
    Held("courses.CertificateCheck", "user", ("course__title", "asked_at"), is_deleted=True),
    Held("courses.MailMute", "user", ("since",), is_deleted=True),
    # What a student and the instructors wrote to each other goes with either of them (`services/privacy.py`).
    Held(
        "courses.Thread",
        "student",
        ("cohort__name", "subject", "started_at", "messages__from_staff", "messages__text", "messages__sent_at"),
        erased={"subject": ERASED},
    ),
    Held(
        "courses.Message",
        "author",
        ("thread__cohort__name", "thread__subject", "text", "sent_at"),
        erased={"text": ERASED},
    ),
    # Numbers only: an entry stays valid when the person is erased, so nothing of it goes.
    Held("courses.AuditEntry", "person_id", ("deed", "at"), plain=("subject_type", "subject_id", "details")),
    # Offered by the form it was typed into, to its author alone.
    Held("courses.UnsavedText", "user", ("form", "fields", "saved_at"), is_deleted=True),
    Held("courses.Upload", "user", ("made_at",), is_deleted=True),
    Held("courses.SectionRead", "student", ("section__lesson__title", "section__title", "read_at")),
    Held("courses.LessonCompletion", "student", ("lesson__title", "completed_at")),
    # Its words name the people that were edited: `erase_person` looks for those of the person in all of it.
    Held(
        "admin.LogEntry",
        "user",
        ("action_time", "object_repr", "action_flag"),
        plain=("object_id", "object_repr", "change_message"),
    ),
)
REGISTER.add_acts("courses.Comment.answered_by", "courses.CourseInvitation.invited_by", "courses.Invitation.invited_by")
REGISTER.add_acts("courses.ManagedAccount.made_by", "courses.ManagedAccount.reset_by", "courses.Slip.asked_by")
REGISTER.add_acts("courses.Thread.started_by", "courses.Certificate.revoked_by")
REGISTER.add_acts("courses.Publication.by", "courses.Publication.undone_by")
REGISTER.add_acts(
    *(
        f"courses.{name}.drafted_by"
        for name in (
            "Course", "Unit", "Lesson", "LearningObjective", "Source", "GlossaryTerm", "Person", "Map", "Figure",
            "Lane", "TimelineEvent", "StudyStatement",
        )
    )
)  # fmt: skip
# What was changed and the note that came with it. Notes of others may name the person, as the log may.
REGISTER.add(Held("reversion.Revision", "user", ("date_created", "comment"), plain=("comment",)))
REGISTER.add_impersonal(
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
    "sessions.Session",
    "django_tasks_database.DBTaskResult",
    "courses.Cohort",
    "courses.ContentFile",
    "courses.Course",
    "courses.Erasure",
    "courses.Figure",
    "courses.GlossaryTerm",
    "courses.Group",
    "courses.Lane",
    "courses.LearningObjective",
    "courses.Lesson",
    "courses.Map",
    "courses.Person",
    "courses.Publication",
    "courses.SearchEntry",
    "courses.SearchWord",
    "courses.Section",
    "courses.Source",
    "courses.StudyStatement",
    "courses.TimelineEvent",
    "courses.TryCount",
    "courses.Unit",
    "reversion.Version",
)


class Erasure(models.Model):
    """That a person was erased, and when. It holds no name, and no arrow to the person's row."""

    user_id = models.PositiveBigIntegerField(_("number of the account"))
    erased_at = models.DateTimeField(_("erased"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["erased_at"]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.erased_at:%Y-%m-%d}"
