"""Pages of classes read where students stand from rows of their own. Rows of a class are worked out when it is first looked at."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0021_time_zones_of_classes'),
        ('quizzes', '0014_overrides_are_for_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClassStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='pieces of work done')),
                ('stuck', models.PositiveIntegerField(default=0, verbose_name='questions stuck at')),
                ('seen_at', models.DateTimeField(null=True, verbose_name='last worked on')),
                ('next_due_at', models.DateTimeField(null=True, verbose_name='earliest date of unfinished work')),
                ('is_falling', models.BooleanField(default=False, verbose_name='results falling')),
                ('changed_at', models.DateTimeField(verbose_name='row changed')),
                ('set_aside_until', models.DateTimeField(null=True, verbose_name='set aside until')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.cohort', verbose_name='class')),
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='standing', to='courses.enrolment', verbose_name='place')),
                ('set_aside_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set aside by')),
            ],
            options={
                'verbose_name': 'standing in a class',
                'verbose_name_plural': 'standings in classes',
                'indexes': [models.Index(fields=['cohort', 'changed_at'], name='class_standing_changes'), models.Index(fields=['cohort', 'seen_at'], name='class_standing_seen'), models.Index(fields=['cohort', 'next_due_at'], name='class_standing_due'), models.Index(fields=['cohort', 'done'], name='class_standing_done')],
            },
        ),
        migrations.CreateModel(
            name='WorkStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('new', 'not started'), ('open', 'in progress'), ('overdue', 'time is up, not submitted'), ('lapsed', 'time was up, nothing submitted'), ('waits', 'to be graded'), ('done', 'done')], default='new', max_length=8, verbose_name='state')),
                ('share', models.DecimalField(decimal_places=12, max_digits=14, null=True, verbose_name='share that counts')),
                ('unmarked', models.PositiveIntegerField(default=0, verbose_name='answers to grade')),
                ('sittings', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('parts', models.PositiveIntegerField(default=0, verbose_name='sections read')),
                ('stuck', models.PositiveIntegerField(default=0, verbose_name='questions stuck at')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due for the student')),
                ('seen_at', models.DateTimeField(null=True, verbose_name='last worked on')),
                ('done_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('changed_at', models.DateTimeField(verbose_name='row changed')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='quizzes.assignment', verbose_name='assignment')),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.cohort', verbose_name='class')),
                ('lesson', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.lesson', verbose_name='lesson')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='work', to='courses.enrolment', verbose_name='place')),
                ('quiz', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.quiz', verbose_name='quiz')),
            ],
            options={
                'verbose_name': 'standing at a piece of work',
                'verbose_name_plural': 'standings at pieces of work',
                'indexes': [models.Index(fields=['cohort', 'changed_at'], name='work_standing_changes'), models.Index(fields=['cohort', 'state'], name='work_standing_states'), models.Index(fields=['assignment', 'state'], name='work_standing_of_assignment')],
                'constraints': [models.UniqueConstraint(fields=('place', 'quiz'), name='one_standing_per_place_and_quiz'), models.UniqueConstraint(fields=('place', 'lesson'), name='one_standing_per_place_and_lesson'), models.CheckConstraint(condition=models.Q(models.Q(('lesson', None), ('quiz__isnull', False)), models.Q(('lesson__isnull', False), ('quiz', None)), _connector='OR'), name='standing_at_a_lesson_or_a_quiz')],
            },
        ),
    ]
