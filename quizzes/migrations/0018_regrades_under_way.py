"""Regrades of many papers are worked out apart, and what they give is staged until all of it is there."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', "0017_standings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RegradeRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.JSONField(default=dict)),
                ('reach', models.JSONField(null=True)),
                ('based_on', models.JSONField(default=list)),
                ('reason', models.TextField(verbose_name='reason')),
                ('state', models.CharField(choices=[('working', 'being worked out'), ('done', 'done'), ('cancelled', 'cancelled'), ('failed', 'failed')], default='working', max_length=10, verbose_name='state')),
                ('paper_count', models.PositiveIntegerField(default=0, verbose_name='papers')),
                ('done_count', models.PositiveIntegerField(default=0, verbose_name='papers worked out')),
                ('changed_count', models.PositiveIntegerField(default=0, verbose_name='results changed')),
                ('asked_at', models.DateTimeField(verbose_name='asked for')),
                ('beat_at', models.DateTimeField(verbose_name='last sign of work')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='quizzes.itemrevision', verbose_name='revision')),
                ('undone', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.regrade', verbose_name='regrade to undo')),
            ],
            options={
                'verbose_name': 'regrade under way',
                'verbose_name_plural': 'regrades under way',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='StagedMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score_before', models.DecimalField(decimal_places=2, max_digits=7)),
                ('possible_before', models.DecimalField(decimal_places=2, max_digits=7)),
                ('share_before', models.DecimalField(decimal_places=6, max_digits=7, null=True)),
                ('points_before', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('raw_score', models.DecimalField(decimal_places=2, max_digits=7)),
                ('score', models.DecimalField(decimal_places=2, max_digits=7)),
                ('max_score', models.DecimalField(decimal_places=2, max_digits=7)),
                ('unmarked_count', models.PositiveSmallIntegerField()),
                ('unmarked_points', models.DecimalField(decimal_places=2, max_digits=7)),
                ('share', models.DecimalField(decimal_places=6, max_digits=7, null=True)),
                ('points', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('is_changed', models.BooleanField()),
                ('has_other_points', models.BooleanField()),
                ('has_other_score', models.BooleanField()),
                ('has_other_result', models.BooleanField()),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.attempt')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='quizzes.itemresponse')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staged', to='quizzes.regraderun')),
            ],
            options={
                'verbose_name': 'mark to come',
                'verbose_name_plural': 'marks to come',
            },
        ),
        migrations.AddConstraint(
            model_name='regraderun',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'working')), fields=('revision',), name='one_regrade_under_way_per_revision'),
        ),
        migrations.AddConstraint(
            model_name='stagedmark',
            constraint=models.UniqueConstraint(fields=('run', 'attempt'), name='a_paper_is_staged_once'),
        ),
    ]
