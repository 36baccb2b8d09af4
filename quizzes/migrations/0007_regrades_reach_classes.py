"""A regrade reaches every attempt, or those of some classes. Regrades that exist reach what they reached: all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0006_what_a_class_sees"),
        ("quizzes", "0006_totals_remember_their_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="regrade",
            name="is_for_all",
            field=models.BooleanField(default=True, verbose_name="reaches every class"),
        ),
        migrations.AddField(
            model_name="regrade",
            name="cohorts",
            field=models.ManyToManyField(
                blank=True, related_name="regrades", to="courses.cohort", verbose_name="classes it reaches"
            ),
        ),
    ]
