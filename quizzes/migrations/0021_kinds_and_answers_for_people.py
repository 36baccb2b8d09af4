"""Kinds of questions, and whether a person grades an answer, are columns that lists may choose by."""

import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0020_calendar_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='itemresponse',
            name='is_for_people',
            field=models.BooleanField(default=False, editable=False, verbose_name='graded by a person'),
        ),
        migrations.AddField(
            model_name='itemrevision',
            name='kind',
            field=models.GeneratedField(db_index=True, db_persist=True, expression=django.db.models.fields.json.KeyTextTransform('kind', 'body'), output_field=models.CharField(max_length=20, verbose_name='kind'), verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='stagedmark',
            name='is_for_people',
            field=models.BooleanField(default=False),
        ),
    ]
