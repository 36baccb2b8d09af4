"""Changes of quizzes and questions wait in a draft; a question's new words are a revision that is not current yet."""

import courses.models.base
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0009_maps_of_courses'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='item',
            name='draft',
            field=models.JSONField(blank=True, default=dict, editable=False, encoder=courses.models.base.Readable),
        ),
        migrations.AddField(
            model_name='item',
            name='drafted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='draft of'),
        ),
        migrations.AddField(
            model_name='item',
            name='drafted_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='draft by'),
        ),
        migrations.AddField(
            model_name='itemrevision',
            name='is_draft',
            field=models.BooleanField(default=False, editable=False, verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='draft',
            field=models.JSONField(blank=True, default=dict, editable=False, encoder=courses.models.base.Readable),
        ),
        migrations.AddField(
            model_name='quiz',
            name='drafted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='draft of'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='drafted_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='draft by'),
        ),
        migrations.AddConstraint(
            model_name='itemrevision',
            constraint=models.UniqueConstraint(condition=models.Q(('is_draft', True)), fields=('item',), name='one_draft_revision_per_item'),
        ),
        migrations.AddConstraint(
            model_name='itemrevision',
            constraint=models.CheckConstraint(condition=models.Q(('is_current', True), ('is_draft', True), _negated=True), name='draft_revision_is_not_current'),
        ),
    ]
