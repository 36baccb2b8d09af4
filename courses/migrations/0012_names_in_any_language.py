"""Names in other languages stand in one column by language; those in Korean and Russian move there.

Going back, the two columns take what they can hold; names in further languages have no place in them and are lost.
"""

from django.db import migrations, models

import courses.models.base

MODELS = ("GlossaryTerm", "Person")
COLUMNS = ("ko", "ru")


def gather(apps, schema_editor):
    """Move the two columns into one; edits made in the admin move like everything else."""
    for name in MODELS:
        model = apps.get_model("courses", name)
        rows = list(model.objects.exclude(ko="", ru=""))
        for row in rows:
            row.names = {tag: words for tag in COLUMNS if (words := getattr(row, tag))}
        model.objects.bulk_update(rows, ["names"], batch_size=100)


def scatter(apps, schema_editor):
    """Give the two columns back what they held."""
    for name in MODELS:
        model = apps.get_model("courses", name)
        rows = list(model.objects.exclude(names={}))
        for row in rows:
            for tag in COLUMNS:
                setattr(row, tag, row.names.get(tag, ""))
        model.objects.bulk_update(rows, COLUMNS, batch_size=100)


def column(of, name):
    return migrations.AddField(
        of,
        name,
        models.JSONField(
            blank=True, default=dict, encoder=courses.models.base.Readable, verbose_name="names in other languages"
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("courses", "0011_maps")]

    operations = [
        column("glossaryterm", "names"),
        column("person", "names"),
        migrations.RunPython(gather, scatter),
        migrations.RemoveField("glossaryterm", "ko"),
        migrations.RemoveField("glossaryterm", "ru"),
        migrations.RemoveField("person", "ko"),
        migrations.RemoveField("person", "ru"),
    ]
