"""How many papers have held each item is kept, and counted once from the papers there are."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count


def count(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Count the papers of each item, in one query."""
    responses, use = apps.get_model("quizzes", "ItemResponse"), apps.get_model("quizzes", "ItemUse")
    counted = responses.objects.order_by().values("revision__item").annotate(n=Count("pk"))
    rows = counted.values_list("revision__item", "n")
    use.objects.bulk_create((use(item_id=item, papers=papers) for item, papers in rows), batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0012_reserved_questions_and_private_pools")]
    operations = [
        migrations.CreateModel(
            name="ItemUse",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="quizzes.item",
                        verbose_name="item",
                    ),
                ),
                ("papers", models.PositiveIntegerField(default=0, verbose_name="papers")),
            ],
            options={
                "verbose_name": "use of an item on papers",
                "verbose_name_plural": "uses of items on papers",
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
