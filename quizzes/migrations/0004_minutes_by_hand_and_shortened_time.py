from django.db import migrations, models


class Migration(migrations.Migration):
    """Remember minutes given by hand and attempts without an end; tell shortened deadlines from extended ones."""

    dependencies = [
        ("quizzes", "0003_marking_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="extra_minutes",
            field=models.PositiveIntegerField(default=0, verbose_name="minutes given by hand"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="is_endless",
            field=models.BooleanField(default=False, verbose_name="stays open until it is submitted"),
        ),
        migrations.AlterField(
            model_name="attemptevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "submitted"),
                    ("timed_out", "submitted when time was up"),
                    ("overdue", "time was up"),
                    ("abandoned", "abandoned"),
                    ("reopened", "reopened"),
                    ("extended", "time extended"),
                    ("shortened", "time shortened"),
                    ("moved", "deadline moved"),
                    ("marked", "marked by a person"),
                    ("regraded", "regraded"),
                    ("undone", "regrade undone"),
                    ("accepted", "a late answer was accepted"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
    ]
