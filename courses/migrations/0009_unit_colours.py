"""Units are coloured by the name of a colour, no longer by the names of one course's parts; charts use them so too."""

import json
import re

from django.db import migrations, models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

COLOURS = {
    "orientation": "grey",
    "patron": "brick",
    "estrangement": "slate",
    "recovery": "green",
    "sixparty": "blue",
    "rails": "ochre",
    "debt": "purple",
    "seoul": "teal",
    "epilogue": "umber",
}
DRAWN = {"Figure": ("declaration", "drawings", "html"), "Section": ("parts",)}
"""Where charts that name a colour are kept, as they were declared and as they were drawn."""


def carry_over(apps, names):
    """Give each unit its colour by the new name, and each chart that uses such a colour by name."""
    units = apps.get_model("courses", "Unit")
    for old, new in names.items():
        units.objects.filter(colour=old).update(colour=new)
    variable = re.compile(rf"var\(--({'|'.join(names)})\)")
    for model, fields in DRAWN.items():
        rows = apps.get_model("courses", model).objects.annotate(
            **{f"{field}_text": Cast(field, TextField()) for field in fields}
        )
        for old in names:
            uses = Q(*((f"{field}_text__contains", f"var(--{old})") for field in fields), _connector=Q.OR)
            for row in rows.filter(uses).iterator():
                for field in fields:
                    setattr(row, field, renamed(getattr(row, field), variable, names))
                row.save(update_fields=fields)


def renamed(value, variable, names):
    """Return a text, or a value of JSON, in which the variables have their other names."""
    text = value if isinstance(value, str) else json.dumps(value)
    text = variable.sub(lambda found: f"var(--{names[found[1]]})", text)
    return text if isinstance(value, str) else json.loads(text)


def forwards(apps, schema_editor):
    """Give units and charts the colours by their names."""
    carry_over(apps, COLOURS)


def backwards(apps, schema_editor):
    """Give units and charts the names of before."""
    carry_over(apps, {new: old for old, new in COLOURS.items()})


class Migration(migrations.Migration):
    dependencies = [("courses", "0008_staff_keep_their_work")]

    operations = [
        migrations.RenameField("unit", "hue", "colour"),
        migrations.AlterField(
            "unit",
            "colour",
            models.CharField(
                choices=[(name, name) for name in COLOURS.values()],
                default="grey",
                max_length=20,
                verbose_name="colour",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
