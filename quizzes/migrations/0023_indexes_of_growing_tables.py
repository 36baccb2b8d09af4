"""Lists of what waits find it by index; columns that a unique constraint begins with need none of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0029_indexes_that_repeat_another'),
        ('quizzes', '0022_find_answers_for_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='attempt',
            name='quiz',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='quizzes.quiz', verbose_name='quiz'),
        ),
        migrations.AlterField(
            model_name='classstanding',
            name='cohort',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.cohort', verbose_name='class'),
        ),
        migrations.AlterField(
            model_name='itemresponse',
            name='attempt',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='responses', to='quizzes.attempt', verbose_name='attempt'),
        ),
        migrations.AlterField(
            model_name='savedanswer',
            name='response',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved_answers', to='quizzes.itemresponse', verbose_name='response'),
        ),
        migrations.AlterField(
            model_name='stagedmark',
            name='run',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='staged', to='quizzes.regraderun'),
        ),
        migrations.AlterField(
            model_name='try',
            name='response',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='quizzes.itemresponse', verbose_name='response'),
        ),
        migrations.AlterField(
            model_name='workstanding',
            name='assignment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='quizzes.assignment', verbose_name='assignment'),
        ),
        migrations.AlterField(
            model_name='workstanding',
            name='cohort',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.cohort', verbose_name='class'),
        ),
        migrations.AlterField(
            model_name='workstanding',
            name='place',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='work', to='courses.enrolment', verbose_name='place'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('unmarked_count__gt', 0)), fields=['student'], name='attempts_to_mark'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['-started_at'], name='attempts_by_start'),
        ),
        migrations.AddIndex(
            model_name='itemresponse',
            index=models.Index(condition=models.Q(('is_for_people', True)), fields=['attempt', 'revision'], name='responses_for_people'),
        ),
    ]
