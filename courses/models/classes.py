"""Who takes a course together: cohorts (on screen "classes"), enrolments, groups, and guests."""

from __future__ import annotations

import secrets
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course, Viewer, is_administrator
from courses.models.names import in_name_order

# No letters or digits that are mistaken for each other when read from a board.
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def zone_validator(name: str) -> None:
    """Refuse what is no name of a time zone."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone. Write a name such as Europe/Lisbon or America/Lima."), params={"name": name}
        )


def new_join_code() -> str:
    """Return a code of eight letters and digits that nobody can guess (about 10^12 of them)."""
    return "".join(secrets.choice(_CODE_LETTERS) for _place in range(8))


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Which classes, and who may see them."""

    def taught_by(self, user: Viewer) -> CohortQuerySet:
        """Classes the user may run: as an active instructor, or as an administrator."""
        return self if is_administrator(user) else self.with_role(user, Enrolment.Role.INSTRUCTOR)

    def seen_by(self, user: Viewer) -> CohortQuerySet:
        """Classes whose students' work the user may see and grade: as instructor, assistant or administrator."""
        return self if is_administrator(user) else self.with_role(user, *Enrolment.STAFF)

    def attended_by(self, user: Viewer) -> CohortQuerySet:
        """Classes in which the user is an active student."""
        return self.with_role(user, Enrolment.Role.STUDENT)

    def running(self) -> CohortQuerySet:
        """Classes that are not archived and have active students."""
        students = Enrolment.objects.active().filter(role=Enrolment.Role.STUDENT)
        return self.filter(archived_at=None, pk__in=students.values("cohort"))

    def with_role(self, user: Viewer, *roles: str) -> CohortQuerySet:
        """Classes in which the user has one of these roles, whatever else the user may do on the site."""
        if user.pk is None:
            return self.none()
        places = Enrolment.objects.active().filter(user=user.pk, role__in=roles)
        return self.filter(pk__in=places.values("cohort"))


class Cohort(models.Model):
    """The people taking a course together; on screen "class"."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("course"))
    name = models.CharField(_("name"), max_length=120)
    join_code = models.CharField(_("class code"), max_length=12, unique=True, default=new_join_code)
    is_open = models.BooleanField(_("open to new students"), default=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[zone_validator],
        help_text=_("Due dates follow this calendar, such as Europe/Lisbon: 23:59 means 23:59 there."),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    code_until = models.DateTimeField(_("code works until"), null=True, blank=True, editable=False)
    seats = models.PositiveIntegerField(_("most students"), null=True, blank=True, editable=False)
    """How many active students the code lets in; those an instructor adds do not count against it."""
    asks_first = models.BooleanField(_("an instructor approves each student"), default=False, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    """Since when it takes nobody in and stands in no list but that of archived classes."""

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> tzinfo:
        """Return the time zone whose calendar its dates follow."""
        return ZoneInfo(self.time_zone)

    @property
    def has_expired_code(self) -> bool:
        """Say whether the time of the class code is over, by now."""
        return self.code_until is not None and self.code_until <= timezone.now()


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Which places in classes."""

    def active(self) -> EnrolmentQuerySet:
        """Places of people who have not left."""
        return self.filter(is_active=True)

    def students(self) -> EnrolmentQuerySet:
        """Active students, by family name."""
        return self.active().filter(role=Enrolment.Role.STUDENT).by_name()

    def by_name(self) -> EnrolmentQuerySet:
        """Places by family name."""
        return self.order_by(*in_name_order("user"))

    def with_names(self) -> EnrolmentQuerySet:
        """Places with all that `display_name` wants of their people."""
        return self.select_related("user__name_order")

    def students_of(self, user: Viewer) -> EnrolmentQuerySet:
        """Places of active students in the classes the user teaches."""
        return self.active().filter(role=Enrolment.Role.STUDENT, cohort__in=Cohort.objects.taught_by(user))

    def showing(self, done_at: datetime | OuterRef) -> EnrolmentQuerySet:
        """Places by which a class sees work that was begun at a moment (of the outer query: `OuterRef("started_at")`).

        A class sees what its student did from joining on, and earlier work where the student chose to share it.
        """
        return self.filter(Q(shares_earlier=True) | Q(joined_at__lte=done_at))


class Enrolment(models.Model):
    """One person's place in a class, with a role. Removing a person makes it inactive; the work stays.

    `joined_at` is when the person first joined; coming back does not move it.
    """

    class Role(models.TextChoices):
        """An instructor teaches; an assistant sees the class and grades, without its settings."""

        STUDENT = "student", _("student")
        INSTRUCTOR = "instructor", _("instructor")
        ASSISTANT = "assistant", _("assistant")

    STAFF = (Role.INSTRUCTOR, Role.ASSISTANT)

    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, related_name="enrolments", db_index=False, verbose_name=_("class")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.STUDENT)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick to remove the person. The class code does not let them back in; ticking this does."),
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    shares_earlier = models.BooleanField(_("shares earlier work"), default=False, editable=False)
    student_number = models.CharField(_("student number"), max_length=40, blank=True, editable=False)
    """As the school gives it. Not edited in the admin, whose history would remember it beyond an erasure."""
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)
    """When the person left by themselves. Someone who was removed did not, and stays removed."""

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "user"], name="one_place_per_person_and_class"),
            models.UniqueConstraint(
                fields=["cohort", "student_number"],
                condition=~Q(student_number=""),
                name="one_place_per_student_number_and_class",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.cohort}"

    def clean(self) -> None:
        """Refuse to bring someone back who left: they come by an invitation or the code."""
        if self.is_active and self.left_at is not None:
            raise ValidationError({"is_active": _("This person left the class. Invite them again.")})


class Group(models.Model):
    """Some of the people of a class, by a name; a person may be in several. Not the groups of rights in the admin."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="groups", verbose_name=_("class"))
    name = models.CharField(_("name"), max_length=60)
    members = models.ManyToManyField(
        Enrolment, through="GroupMember", related_name="groups", blank=True, verbose_name=_("members")
    )
    """Places in the same class."""

    class Meta:
        verbose_name = _("group of a class")
        verbose_name_plural = _("groups of classes")
        ordering = ["cohort", "name"]
        constraints = [models.UniqueConstraint(fields=["cohort", "name"], name="one_group_per_name_and_class")]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """That a place belongs to a group."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, db_index=False, verbose_name=_("group"))
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, verbose_name=_("enrolment"))

    class Meta:
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of groups")
        constraints = [models.UniqueConstraint(fields=["group", "enrolment"], name="in_a_group_once")]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.group}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Which invitations."""

    def waiting_for(self, user: Viewer) -> InvitationQuerySet:
        """Invitations the user has neither accepted nor declined."""
        if user.pk is None:
            return self.none()
        return self.filter(user=user.pk, declined_at=None)


class Invitation(models.Model):
    """A place in a class that an instructor offers to an account. No one is in a class before they accept.

    Accepting turns it into an enrolment; declining keeps the row, so that the instructor sees it.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("class"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="class_invitations", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Enrolment.Role.choices, default=Enrolment.Role.STUDENT)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, editable=False,
        verbose_name=_("invited by"),
    )  # fmt: skip
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    declined_at = models.DateTimeField(_("declined"), null=True, editable=False)
    student_number = models.CharField(_("student number"), max_length=40, blank=True, editable=False)
    """What the place will have for a number."""

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["cohort", "-invited_at"]
        constraints = [models.UniqueConstraint(fields=["cohort", "user"], name="one_invitation_per_person_and_class")]

    def __str__(self) -> str:
        return f"{self.user} · {self.cohort}"


class JoinRequest(models.Model):
    """That someone with the code asks to be let into a class whose instructors approve each student."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="requests", verbose_name=_("class"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests", verbose_name=_("person")
    )
    shares_earlier = models.BooleanField(_("shares earlier work"), default=False, editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["cohort", "asked_at"]
        constraints = [models.UniqueConstraint(fields=["cohort", "user"], name="one_request_per_person_and_class")]

    def __str__(self) -> str:
        return f"{self.user} · {self.cohort}"


class Guest(models.Model):
    """Marks a user row that stands for a reader without an account, until they sign up or are forgotten."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="guest")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("reader without an account")
        verbose_name_plural = _("readers without an account")

    def __str__(self) -> str:
        return str(_("Reader without an account"))
