"""What is granted goes to people only; what classes had is assigned to them by now."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0013_class_overrides_become_assignments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='quizoverride',
            name='one_override_per_quiz_and_class',
        ),
        migrations.RemoveConstraint(
            model_name='quizoverride',
            name='override_for_a_person_or_a_class',
        ),
        migrations.RemoveField(
            model_name='quizoverride',
            name='cohort',
        ),
        migrations.AlterField(
            model_name='quizoverride',
            name='student',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quiz_overrides', to=settings.AUTH_USER_MODEL, verbose_name='student'),
        ),
    ]
