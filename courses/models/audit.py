"""The audit: who did what to marks, people, roles, publishing and exports. Rows are only ever added."""

from __future__ import annotations

from typing import Any, Never

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.errors import AuditIsKept
from courses.models.classes import Cohort, Enrolment
from courses.models.content import Course, Viewer, is_administrator


class Deed(models.TextChoices):
    """What was done. Each has a function that does it, and that function records it in the same transaction."""

    GRADED = "graded", _("graded an answer")
    GRADES_POSTED = "grades_posted", _("posted the grades of a question")
    NAMES_SHOWN = "names_shown", _("looked up whose answer it is")
    REGRADED = "regraded", _("regraded a question")
    REGRADE_UNDONE = "regrade_undone", _("undid a regrade")
    RULES_ADOPTED = "rules_adopted", _("marked by the newest rules")
    RULES_RESTORED = "rules_restored", _("marked by the earlier rules again")
    LATE_ACCEPTED = "late_accepted", _("accepted a late answer")
    REOPENED = "reopened", _("reopened an attempt")
    MINUTES_GIVEN = "minutes_given", _("gave more minutes")
    GRANTED = "granted", _("granted other dates or limits")
    GRANT_CHANGED = "grant_changed", _("changed dates or limits granted")
    GRANT_ENDED = "grant_ended", _("took back dates or limits granted")
    ASSIGNED = "assigned", _("assigned work to a class")
    ASSIGNMENT_CHANGED = "assignment_changed", _("changed what is assigned")
    ASSIGNMENT_WITHDRAWN = "assignment_withdrawn", _("withdrew an assignment")
    GRADE_DECIDED = "grade_decided", _("changed a grade by hand")
    GRADE_RESTORED = "grade_restored", _("took back a grade changed by hand")
    GRADE_RULES = "grade_rules", _("changed how a class adds up grades")
    GRADES_IMPORTED = "grades_imported", _("imported grades")
    SET_ASIDE = "set_aside", _("set a student who needs help aside")
    CLASS_INVITED = "class_invited", _("invited to a class")
    CLASS_WITHDRAWN = "class_withdrawn", _("withdrew an invitation to a class")
    CLASS_DECLINED = "class_declined", _("declined an invitation to a class")
    CLASS_JOINED = "class_joined", _("joined a class")
    CLASS_ADDED = "class_added", _("added to a class")
    CLASS_REMOVED = "class_removed", _("removed from a class")
    CLASS_RETURNED = "class_returned", _("let back into a class")
    CLASS_ROLE = "class_role", _("changed a role in a class")
    CLASS_CODE = "class_code", _("renewed a class code")
    CLASS_JOINING = "class_joining", _("changed how students join a class")
    CLASS_ASKED = "class_asked", _("asked to join a class")
    CLASS_REFUSED = "class_refused", _("declined a request to join a class")
    CLASS_LEFT = "class_left", _("left a class")
    CLASS_NUMBER = "class_number", _("gave or changed a student number")
    CLASS_IMPORTED = "class_imported", _("imported a list of people")
    ACCOUNT_MADE = "account_made", _("made an account for a student")
    ACCOUNT_NAMED = "account_named", _("renamed the account of a student")
    PASSWORD_RESET = "password_reset", _("reset the password of a student")
    CLASS_SETTINGS = "class_settings", _("changed the name or time zone of a class")
    CLASS_COPIED = "class_copied", _("copied a class")
    CLASS_ARCHIVED = "class_archived", _("archived a class")
    CLASS_UNARCHIVED = "class_unarchived", _("brought a class back")
    COURSE_INVITED = "course_invited", _("invited to work on a course")
    COURSE_WITHDRAWN = "course_withdrawn", _("withdrew an invitation to a course")
    COURSE_DECLINED = "course_declined", _("declined an invitation to a course")
    COURSE_JOINED = "course_joined", _("took a role in a course")
    COURSE_ROLE = "course_role", _("gave or changed a role in a course")
    COURSE_REMOVED = "course_removed", _("removed a role in a course")
    COURSE_LEFT = "course_left", _("left a course")
    COURSE_PUBLISHED = "course_published", _("published a course")
    COURSE_UNPUBLISHED = "course_unpublished", _("unpublished a course")
    CHANGES_PUBLISHED = "changes_published", _("published changes of a course")
    PUBLICATION_UNDONE = "publication_undone", _("undid a publication")
    COURSE_ARCHIVED = "course_archived", _("archived a course")
    COURSE_UNARCHIVED = "course_unarchived", _("brought a course back")
    COURSE_DUPLICATED = "course_duplicated", _("duplicated a course")
    DELETED = "deleted", _("deleted content")
    RIGHTS = "rights", _("changed the rights of an account")
    DATA_EXPORTED = "data_exported", _("downloaded a person's data")
    CLASS_EXPORTED = "class_exported", _("downloaded the table of a class")
    ERASED = "erased", _("erased a person")
    CERTIFICATE_ISSUED = "certificate_issued", _("issued a certificate")
    CERTIFICATE_REVOKED = "certificate_revoked", _("revoked a certificate")
    CERTIFICATE_RESTORED = "certificate_restored", _("restored a certificate")
    VIEW_STARTED = "view_started", _("began to view as a student")
    VIEW_STOPPED = "view_stopped", _("stopped viewing as a student")


OF_MARKS = (
    Deed.GRADED, Deed.LATE_ACCEPTED, Deed.REOPENED, Deed.MINUTES_GIVEN, Deed.GRANTED, Deed.GRANT_CHANGED,
    Deed.GRANT_ENDED,
)  # fmt: skip
"""Deeds about one student's work, which belongs to no class by itself: every class that sees the work sees them."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Which entries, and who may read them. No method changes or removes any."""

    def seen_by(self, user: Viewer) -> AuditQuerySet:
        """Entries of courses the user owns and classes the user teaches; all of them, for administrators.

        What was done to a student's work is seen by the classes that see the work: from joining on, or shared.
        """
        if is_administrator(user):
            return self
        if user.pk is None:
            return self.none()
        taught = Cohort.objects.taught_by(user)
        students = Enrolment.objects.active().filter(role=Enrolment.Role.STUDENT, cohort__in=taught.values("pk"))
        here = students.filter(user=OuterRef("person_id"), cohort__course=OuterRef("course_id"))
        owned = Q(course_id__in=Course.objects.owned_by(user).values("pk"), cohort_id=None) & ~Q(deed__in=OF_MARKS)
        of_class = Q(cohort_id__in=taught.values("pk"))
        of_marks = Q(deed__in=OF_MARKS, person_id__in=students.values("user"))
        return self.filter(owned | of_class | (of_marks & Exists(here.showing(OuterRef("at")))))

    def update(self, **_kwargs: Any) -> Never:
        """Refuse: what is recorded stays. Raises AuditIsKept."""
        raise AuditIsKept

    def delete(self) -> Never:
        """Refuse: what is recorded stays. Raises AuditIsKept."""
        raise AuditIsKept

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own: no template may call it
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> Never:
        """Refuse: what is recorded stays. Raises AuditIsKept."""
        raise AuditIsKept

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """Add entries; refuse to write over any. Raises AuditIsKept."""
        if kwargs.get("update_conflicts"):
            raise AuditIsKept
        return super().bulk_create(objs, *args, **kwargs)


class AuditEntry(models.Model):
    """One deed: who, what, to which row, when. It holds numbers and values that name nobody, and no arrows.

    Accounts, classes and courses are held by number, so that an entry outlasts them all. `details` are ids and values
    before and after. On PostgreSQL a trigger refuses changes also from outside Django.
    """

    actor_id = models.PositiveBigIntegerField(_("number of who did it"), null=True, editable=False)
    """None: the clock, or a command."""
    deed = models.CharField(_("deed"), max_length=24, choices=Deed.choices, editable=False)
    subject_type = models.CharField(_("kind of row"), max_length=60, editable=False)
    subject_id = models.CharField(_("number of the row"), max_length=36, editable=False)
    person_id = models.PositiveBigIntegerField(_("number of the person it is about"), null=True, editable=False)
    course_id = models.PositiveBigIntegerField(_("number of the course"), null=True, editable=False)
    cohort_id = models.PositiveBigIntegerField(_("number of the class"), null=True, editable=False)
    details = models.JSONField(_("details"), default=dict, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit")
        ordering = ["-at", "-pk"]
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
            models.Index(fields=["course_id", "-at"], name="audit_by_course"),
            models.Index(fields=["cohort_id", "-at"], name="audit_by_class"),
            models.Index(fields=["person_id", "-at"], name="audit_by_person"),
            models.Index(fields=["actor_id", "-at"], name="audit_by_actor"),
            models.Index(fields=["deed", "-at"], name="audit_by_deed"),
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()} · {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry. Raises AuditIsKept for one that is there."""
        if not self._state.adding:
            raise AuditIsKept
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        """Refuse: what is recorded stays. Raises AuditIsKept."""
        raise AuditIsKept
