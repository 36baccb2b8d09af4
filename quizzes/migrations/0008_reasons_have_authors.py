"""The reason of an accommodation is seen by its author and by administrators; the admin's history says who wrote it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ADDITION = 1


def name_authors(apps, schema_editor):
    """Name the person who added each accommodation in the admin. Where the history is silent, administrators alone see it."""
    log = apps.get_model("admin", "LogEntry").objects.filter(
        content_type__app_label="quizzes", content_type__model="accommodation", action_flag=ADDITION
    )
    rows = apps.get_model("quizzes", "Accommodation").objects
    for pk, user in log.order_by("action_time").values_list("object_id", "user_id"):
        rows.filter(pk=pk).update(author_id=user)


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("quizzes", "0007_regrades_reach_classes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="accommodation",
            name="author",
            field=models.ForeignKey(
                editable=False,
                help_text="Empty: not known; then only administrators see the reason.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AlterField(
            model_name="accommodation",
            name="reason",
            field=models.TextField(
                blank=True,
                help_text="Only you, who wrote it, and administrators can see this.",
                verbose_name="reason",
            ),
        ),
        migrations.RunPython(name_authors, migrations.RunPython.noop),
    ]
