"""Classes are assigned work, and attempts belong to what they were taken for."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0021_time_zones_of_classes'),
        ('quizzes', '0012_reserved_questions_and_private_pools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='closes')),
                ('minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='time limit in minutes')),
                ('max_attempts', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='attempts allowed')),
                ('lifted', models.JSONField(blank=True, default=list, verbose_name='limits lifted')),
                ('category', models.CharField(blank=True, max_length=60, verbose_name='category')),
                ('weight', models.DecimalField(decimal_places=2, default=Decimal('1'), max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='weight')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='assigned')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'ordering': ['cohort', 'due_at', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='attempt',
            name='one_open_attempt_per_student',
        ),
        migrations.AddField(
            model_name='assignment',
            name='cohort',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='courses.cohort', verbose_name='class'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='lesson',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='courses.lesson', verbose_name='lesson'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='quiz',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='quizzes.quiz', verbose_name='quiz'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='student',
            field=models.ForeignKey(blank=True, help_text='Empty: everyone in the class.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL, verbose_name='student'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='assignment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='attempts', to='quizzes.assignment', verbose_name='assignment'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'overdue'])), fields=('quiz', 'student', 'assignment'), name='one_open_attempt_per_assignment'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'overdue']), ('assignment', None)), fields=('quiz', 'student'), name='one_open_attempt_in_self_study'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(models.F('cohort'), django.db.models.functions.comparison.Coalesce(models.F('lesson'), models.Value(0)), django.db.models.functions.comparison.Coalesce(models.F('quiz'), models.Value(0)), django.db.models.functions.comparison.Coalesce(models.F('student'), models.Value(0)), condition=models.Q(('withdrawn_at', None)), name='assigned_once_to_the_same_people'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('lesson', None), ('quiz', None), _connector='OR'), name='assignment_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('quiz__isnull', False), models.Q(('closes_at', None), ('max_attempts', None), ('minutes', None)), _connector='OR'), name='only_an_assigned_quiz_has_limits'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lesson', None), ('quiz', None), _negated=True), models.Q(('due_at', None), ('opens_at', None)), _connector='OR'), name='a_whole_course_is_assigned_without_dates'),
        ),
    ]
