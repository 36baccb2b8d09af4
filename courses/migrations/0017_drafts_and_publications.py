"""Changes wait in a draft until they are published; what was published is kept, to be undone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import courses.models.base

DRAFTED = (
    "course", "figure", "glossaryterm", "lane", "learningobjective", "lesson", "map", "person", "source",
    "studystatement", "timelineevent", "unit",
)


def draft_fields():
    """Return the three columns of a draft, by name. No row has one yet: what is there is published."""
    return {
        "draft": models.JSONField(blank=True, default=dict, editable=False, encoder=courses.models.base.Readable),
        "drafted_at": models.DateTimeField(blank=True, editable=False, null=True, verbose_name="draft of"),
        "drafted_by": models.ForeignKey(
            blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
            to=settings.AUTH_USER_MODEL, verbose_name="draft by",
        ),
    }


class Migration(migrations.Migration):

    dependencies = [
        ("courses", "0016_people_of_a_course_and_archives"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.AddField(model_name=model, name=name, field=field)
            for model in DRAFTED
            for name, field in draft_fields().items()
        ),
        migrations.AlterField(
            model_name='course',
            name='is_published',
            field=models.BooleanField(default=False, verbose_name='published'),
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('scheduled', 'scheduled'), ('done', 'published'), ('held', 'held back'), ('cancelled', 'cancelled'), ('undone', 'undone')], max_length=10, verbose_name='state')),
                ('obstacle', models.CharField(blank=True, choices=[('edited', 'a change was edited, published or discarded after it was scheduled'), ('role', 'the person who scheduled it is no longer an owner of the course'), ('failed', 'publishing failed; the log of the worker says why')], max_length=10, verbose_name='why it was held back')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('changes', models.JSONField(default=list, encoder=courses.models.base.Readable, verbose_name='changes')),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('scheduled_for', models.DateTimeField(blank=True, null=True, verbose_name='scheduled for')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='courses.course', verbose_name='course')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
            ],
            options={
                'verbose_name': 'publication',
                'verbose_name_plural': 'publications',
                'ordering': ['-made_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('scheduled_for__isnull', False), _connector='OR'), name='scheduled_publication_has_a_moment')],
            },
        ),
    ]
