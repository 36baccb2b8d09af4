"""Every response keeps the objective it was given for, and answers to checks are kept.

Responses there are get the objective that their version names, or that of the question where the version names none of
the course; and the number of questions there are on it now.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MARKED_BY_PEOPLE_OR_NOT_AT_ALL = ("essay", "constructed", "survey")
"""Kinds that do not mark themselves, as they were named when this was written."""


def fill(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each response its objective: a few queries, and one for each objective."""
    responses, revisions, items, objectives = (
        apps.get_model(app, name)
        for app, name in (
            ("quizzes", "ItemResponse"),
            ("quizzes", "ItemRevision"),
            ("quizzes", "Item"),
            ("courses", "LearningObjective"),
        )
    )
    by_key = {(course, key): pk for pk, course, key in objectives.objects.values_list("pk", "course", "key")}
    live = items.objects.filter(is_retired=False, quiz__is_retired=False, purpose__in=("question", "check"))
    kinds = live.filter(revisions__is_current=True).values_list("objective", "revisions__body__kind")
    sizes = Counter(objective for objective, kind in kinds if kind not in MARKED_BY_PEOPLE_OR_NOT_AT_ALL)
    asked: dict[Any, list[int]] = {}
    issued = revisions.objects.filter(responses__isnull=False).distinct()
    for pk, course, own, named in issued.values_list("pk", "item__course", "item__objective", "body__objective"):
        asked.setdefault(by_key.get((course, named), own), []).append(pk)
    for objective, pks in asked.items():
        for at in range(0, len(pks), 500):
            given = responses.objects.filter(revision__in=pks[at : at + 500])
            given.update(objective=objective, objective_size=sizes[objective])


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0028_deeds_of_the_gradebook"),
        ("quizzes", "0023_indexes_of_growing_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="itemresponse",
            name="objective",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="courses.learningobjective",
                verbose_name="objective",
            ),
        ),
        migrations.AddField(
            model_name="itemresponse",
            name="objective_size",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="questions on the objective then"),
        ),
        migrations.CreateModel(
            name="CheckAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "objective_size",
                    models.PositiveSmallIntegerField(default=0, verbose_name="questions on the objective then"),
                ),
                ("answer", models.JSONField(verbose_name="answer")),
                ("share", models.DecimalField(decimal_places=6, max_digits=7, verbose_name="share")),
                ("day", models.DateField(verbose_name="day")),
                ("answered_at", models.DateTimeField(verbose_name="answered")),
                (
                    "objective",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.learningobjective",
                        verbose_name="objective",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_answers",
                        to="quizzes.itemrevision",
                        verbose_name="revision",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE,
                        related_name="check_answers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="student",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a check",
                "verbose_name_plural": "answers to checks",
                "ordering": ["student", "answered_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("student", "revision", "day"), name="one_check_answer_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("share__gte", 0), ("share__lte", 1)), name="check_share_between_its_bounds"
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
