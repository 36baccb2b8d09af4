"""Who may work in the admin: people who teach a class or work on a course. Their rows are chosen when fetched.

The permissions name models of both apps; this is the only place here that knows there are quizzes.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q

# In the admin an instructor edits content, runs classes, grants time and looks at work; marks never change there.
_EDIT = {
    "courses": [
        "course", "unit", "lesson", "learningobjective", "source", "glossaryterm", "person", "figure",
        "lane", "timelineevent", "studystatement", "cohort", "enrolment",
    ],
    "quizzes": ["quiz", "item", "itemrevision"],
}  # fmt: skip
# What students met is never deleted: the admin decides row by row.
_DELETE = {
    "courses": [
        "course", "unit", "lesson", "learningobjective", "source", "glossaryterm", "person", "figure",
        "lane", "timelineevent", "studystatement",
    ],
    "quizzes": ["quiz", "item"],
}  # fmt: skip
_GRANT = {"courses": ["invitation"], "quizzes": ["accommodation", "quizoverride"]}
_LOOK = {
    "courses": ["auditentry", "map", "publication", "section", "sectionread", "lessoncompletion"],
    "quizzes": [
        "attempt", "itemresponse", "savedanswer", "try", "humanmark", "regrade", "attemptevent", "questionreport",
    ],
}  # fmt: skip


def instructor_group() -> Group:
    """Return the group of staff who teach, with exactly the permissions they need; made when missing."""
    group, _is_new = Group.objects.get_or_create(name="Instructors")
    wanted = Q(pk__in=[])
    granting = ("add", "change", "view", "delete")
    edits = ("add", "change", "view")
    for rows, actions in ((_EDIT, edits), (_DELETE, ("delete",)), (_LOOK, ("view",)), (_GRANT, granting)):
        for app, names in rows.items():
            codes = [f"{action}_{name}" for name in names for action in actions]
            wanted |= Q(content_type__app_label=app, codename__in=codes)
    group.permissions.set(Permission.objects.filter(wanted))
    return group


def make_instructor(user: User) -> None:
    """Let a user work in the admin as an instructor."""
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(instructor_group())
