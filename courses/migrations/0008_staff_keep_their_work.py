"""Roles decide now; so that no one loses what they did before, staff who edited every course become its editors.

People who teach a class could grade, but needed a shell command to work in the admin: the role is enough from now on.
"""

from django.conf import settings
from django.db import migrations
from django.db.models import Q

GROUP = "Instructors"


def give_roles(apps, schema_editor):
    """Make editors of the staff who may change courses, and let the instructors of classes into the admin."""
    user_model = apps.get_model(*settings.AUTH_USER_MODEL.split("."))
    course_model, role_model = apps.get_model("courses", "Course"), apps.get_model("courses", "CourseRole")
    change = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="courses", codename="change_course"
    )
    may_edit = Q(groups__name=GROUP) | Q(groups__permissions__in=change) | Q(user_permissions__in=change)
    editors = user_model.objects.filter(may_edit, is_staff=True, is_superuser=False).distinct()
    courses = list(course_model.objects.values_list("pk", flat=True))
    for editor in editors.values_list("pk", flat=True):
        for course in courses:
            role_model.objects.get_or_create(course_id=course, user_id=editor, defaults={"role": "editor"})
    teaching = apps.get_model("courses", "Enrolment").objects.filter(role="instructor", is_active=True)
    group, _is_new = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    for teacher in user_model.objects.filter(pk__in=teaching.values("user"), is_superuser=False):
        teacher.groups.add(group)
        if not teacher.is_staff:
            teacher.is_staff = True
            teacher.save(update_fields=["is_staff"])


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("courses", "0007_roles_in_courses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(give_roles, migrations.RunPython.noop)]
