"""No response is without an objective: apart from the migration that fills them, since PostgreSQL wants it so."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0028_deeds_of_the_gradebook"),
        ("quizzes", "0024_objectives_of_answers"),
    ]
    operations = [
        migrations.AlterField(
            model_name="itemresponse",
            name="objective",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="courses.learningobjective",
                verbose_name="objective",
            ),
        ),
    ]
