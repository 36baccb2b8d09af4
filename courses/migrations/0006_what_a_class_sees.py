"""A class sees a student's work from joining on; people come in by a code, or by an invitation they accept.

No one was asked before this, and classes have worked with what they saw: places that exist count as shared.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

ROLES = [("student", "student"), ("instructor", "instructor"), ("assistant", "assistant")]


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0005_older_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="shares_earlier",
            field=models.BooleanField(default=True, editable=False, verbose_name="shares earlier work"),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="shares_earlier",
            field=models.BooleanField(default=False, editable=False, verbose_name="shares earlier work"),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="is_active",
            field=models.BooleanField(
                default=True,
                help_text=(
                    "Untick to remove the person. The class code does not let them back in; ticking this does."
                ),
                verbose_name="active",
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="joined_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="joined"),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="role",
            field=models.CharField(choices=ROLES, default="student", max_length=10, verbose_name="role"),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=ROLES, default="student", max_length=10, verbose_name="role")),
                (
                    "invited_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="invited"),
                ),
                ("declined_at", models.DateTimeField(editable=False, null=True, verbose_name="declined")),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="courses.cohort",
                        verbose_name="class",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="class_invitations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["cohort", "-invited_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("cohort", "user"), name="one_invitation_per_person_and_class")
                ],
            },
        ),
    ]
