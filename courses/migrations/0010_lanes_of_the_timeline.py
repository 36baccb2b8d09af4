"""Lanes of the timeline belong to the course that draws them. Until now each course had the same four."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

LANES = {"moscow": "Moscow", "pyongyang": "Pyongyang", "seoul": "Seoul", "world": "The wider world"}
FROM_FILES = "from before lanes were in files"
"""Marks a lane as one that a load may retire, where the course has come from files."""


def give_lanes(apps, schema_editor):
    """Give each course that has events the lanes they lie in, in the order they were drawn."""
    lanes, events = apps.get_model("courses", "Lane"), apps.get_model("courses", "TimelineEvent")
    for course in apps.get_model("courses", "Course").objects.filter(events__isnull=False).distinct():
        for position, (key, title) in enumerate(LANES.items(), start=1):
            there = events.objects.filter(course=course, lane_key=key)
            if there.exists():
                loaded = FROM_FILES if course.loaded_hash else ""
                lane = lanes.objects.create(
                    course=course, key=key, title=title, position=position, loaded_hash=loaded
                )
                there.update(lane=lane)
    schema_editor.connection.check_constraints()  # PostgreSQL alters no table whose rows are still to be checked


def write_lanes_out(apps, schema_editor):
    """Write the lane of each event as its key; what was none of the four is of the wider world."""
    events = apps.get_model("courses", "TimelineEvent").objects
    events.update(lane_key="world")
    for key in LANES:
        events.filter(lane__key=key).update(lane_key=key)
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [("courses", "0009_unit_colours")]

    operations = [
        migrations.CreateModel(
            name="Lane",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("loaded_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("edited_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="edited here")),
                (
                    "is_retired",
                    models.BooleanField(
                        default=False,
                        help_text="Kept for those who met it; shown to nobody else.",
                        verbose_name="retired",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", "Use letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="The first is drawn on top.", verbose_name="position"
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lanes",
                        to="courses.course",
                        verbose_name="course",
                    ),
                ),
            ],
            options={
                "verbose_name": "lane of the timeline",
                "verbose_name_plural": "lanes of the timeline",
                "ordering": ["course", "position"],
                "constraints": [models.UniqueConstraint(fields=("course", "key"), name="lane_key_unique_in_course")],
            },
        ),
        migrations.RenameField("timelineevent", "lane", "lane_key"),
        migrations.AlterField("timelineevent", "lane_key", models.CharField(default="world", max_length=10)),
        migrations.AddField(
            "timelineevent",
            "lane",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="courses.lane",
                verbose_name="lane",
            ),
        ),
        migrations.RunPython(give_lanes, write_lanes_out),
        migrations.RemoveField("timelineevent", "lane_key"),
        migrations.AlterField(
            "timelineevent",
            "lane",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="courses.lane",
                verbose_name="lane",
            ),
        ),
    ]
