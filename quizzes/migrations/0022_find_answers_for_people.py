"""Answers handed in that wait for a person, or have a person's mark, are told from the rest once."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, F, OuterRef, Q

HUMAN_KINDS = ("essay", "constructed")
"""The kinds that people marked at the time."""


def find(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Find them by what made them so until now. Regrades under way are worked out again from the beginning."""
    model = {name: apps.get_model("quizzes", name) for name in ("ItemResponse", "ItemRevision", "RegradeRun")}
    out = {"regrades__fix": "disregard", "regrades__undone_at": None}
    for_all = model["ItemRevision"].objects.filter(**out, regrades__is_for_all=True, pk=OuterRef("revision"))
    when = Q(joined_at__lte=OuterRef("attempt__started_at"))
    when |= Q(shares_earlier=True, joined_at__lte=F("cohort__regrades__made_at"))
    in_class = apps.get_model("courses", "Enrolment").objects.filter(
        when,
        **{f"cohort__{name}": value for name, value in out.items()},
        cohort__regrades__revision=OuterRef("revision"),
        user=OuterRef("attempt__student"),
    )
    answered = model["ItemResponse"].objects.filter(
        revision__kind__in=HUMAN_KINDS, attempt__state="submitted", answer__isnull=False
    )
    is_out = Exists(for_all.order_by()) | Exists(in_class)
    waits = answered.filter(~is_out, share=None, human_mark=None)
    waits.update(is_for_people=True)
    answered.filter(human_mark__isnull=False).update(is_for_people=True)
    runs = model["RegradeRun"].objects.filter(state="working")
    apps.get_model("quizzes", "StagedMark").objects.filter(run__in=runs.values("pk")).delete()
    runs.update(done_count=0)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0021_kinds_and_answers_for_people")]
    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
