"""Invitations to work on a course, comments on its rows, and when courses and classes were archived."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0015_an_audit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='cohort',
            name='archived_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived'),
        ),
        migrations.AddField(
            model_name='course',
            name='archived_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived'),
        ),
        migrations.AlterField(
            model_name='courserole',
            name='role',
            field=models.CharField(choices=[('owner', 'owner: changes, publishes, chooses people'), ('editor', 'editor: changes'), ('reviewer', 'reviewer: comments and suggests')], max_length=8, verbose_name='role'),
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(editable=False, max_length=60, verbose_name='kind of row')),
                ('subject_id', models.PositiveBigIntegerField(editable=False, verbose_name='number of the row')),
                ('text', models.TextField(blank=True, max_length=4000, verbose_name='comment')),
                ('field', models.CharField(blank=True, editable=False, max_length=60, verbose_name='field')),
                ('base', models.TextField(blank=True, editable=False, verbose_name='text it was made for')),
                ('suggested', models.TextField(blank=True, verbose_name='suggested text')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('state', models.CharField(choices=[('open', 'open'), ('closed', 'closed'), ('accepted', 'accepted'), ('declined', 'declined')], default='open', editable=False, max_length=8, verbose_name='state')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='courses.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['-made_at', '-pk'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='comments_of_a_row'), models.Index(fields=['course', 'state'], name='comments_of_a_course')],
            },
        ),
        migrations.CreateModel(
            name='CourseInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'owner: changes, publishes, chooses people'), ('editor', 'editor: changes'), ('reviewer', 'reviewer: comments and suggests')], max_length=8, verbose_name='role')),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='invited')),
                ('declined_at', models.DateTimeField(editable=False, null=True, verbose_name='declined')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='courses.course', verbose_name='course')),
                ('invited_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='course_invitations', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'invitation to a course',
                'verbose_name_plural': 'invitations to courses',
                'ordering': ['course', '-invited_at'],
                'constraints': [models.UniqueConstraint(fields=('course', 'user'), name='one_invitation_per_person_and_course')],
            },
        ),
    ]
