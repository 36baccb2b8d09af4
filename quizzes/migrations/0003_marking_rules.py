from django.db import migrations, models


class Migration(migrations.Migration):
    """Versions that exist keep the rules they were marked by: the first edition."""

    dependencies = [
        ('quizzes', '0002_confidence_of_saved_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='itemrevision',
            name='rules',
            field=models.PositiveSmallIntegerField(default=1, editable=False, help_text='The edition of the marking rules that answers are marked by.', verbose_name='marking rules'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='itemrevision',
            name='rules',
            field=models.PositiveSmallIntegerField(default=2, editable=False, help_text='The edition of the marking rules that answers are marked by.', verbose_name='marking rules'),
        ),
    ]
