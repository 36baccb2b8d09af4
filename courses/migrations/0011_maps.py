"""Maps belong to courses: outlines, their extent and projection, and whose work they are."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0010_lanes_of_the_timeline'),
    ]

    operations = [
        migrations.CreateModel(
            name='Map',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='edited here')),
                ('is_retired', models.BooleanField(default=False, help_text='Kept for those who met it; shown to nobody else.', verbose_name='retired')),
                ('key', models.CharField(max_length=80, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$', 'Use letters, digits and single hyphens.')], verbose_name='key')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('projection', models.CharField(choices=[('mercator', 'Mercator: shapes are true, north is up'), ('equirectangular', 'equirectangular: a degree is as long everywhere, for maps of the world')], max_length=20, verbose_name='projection')),
                ('west', models.FloatField(help_text='Degrees east of Greenwich.', verbose_name='west')),
                ('south', models.FloatField(help_text='Degrees north of the equator.', verbose_name='south')),
                ('east', models.FloatField(verbose_name='east')),
                ('north', models.FloatField(verbose_name='north')),
                ('credit', models.CharField(max_length=200, verbose_name='credit')),
                ('licence', models.CharField(max_length=100, verbose_name='licence')),
                ('outlines', models.JSONField(default=list, editable=False)),
                ('path', models.TextField(editable=False)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='maps', to='courses.course', verbose_name='course')),
            ],
            options={
                'verbose_name': 'map',
                'verbose_name_plural': 'maps',
                'ordering': ['key'],
                'constraints': [models.UniqueConstraint(fields=('course', 'key'), name='map_key_unique_in_course')],
            },
        ),
    ]
