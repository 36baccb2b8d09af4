from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

WRITTEN = ["essay", "constructed"]
CHANGED = {
    'kind': models.CharField(choices=[('submitted', 'submitted'), ('timed_out', 'submitted when time was up'), ('overdue', 'time was up'), ('abandoned', 'abandoned'), ('reopened', 'reopened'), ('extended', 'time extended'), ('shortened', 'time shortened'), ('moved', 'deadline moved'), ('marked', 'marked by a person'), ('regraded', 'regraded'), ('undone', 'regrade undone'), ('rules', 'marked by other rules'), ('accepted', 'a late answer was accepted')], max_length=10, verbose_name='what'),
    'fix': models.CharField(choices=[('credit_all', 'full credit to everybody'), ('both_keys', 'the old key and the new one are both right'), ('new_key', 'only the new key is right'), ('disregard', 'the question does not count'), ('options', 'some options are always right, or do not count'), ('new_rules', 'the key stays, and answers are marked by the newest rules'), ('keep', 'marks stay as they are')], max_length=12, verbose_name='what is done'),
}  # fmt: skip


def edition(default, **words):
    return models.PositiveSmallIntegerField(default=default, editable=False, **words)


def tell_apart(apps, schema_editor):
    """What is not submitted yet will be added up by the newest rules; what a person has yet to mark is counted.

    An answer without the level that its mark depends on is unfinished, in attempts that are still open.
    """
    attempts = apps.get_model("quizzes", "Attempt").objects
    responses = apps.get_model("quizzes", "ItemResponse").objects
    revisions = apps.get_model("quizzes", "ItemRevision").objects
    attempts.exclude(state="submitted").update(rules=2, submitted_rules=2)
    is_out = Exists(revisions.filter(pk=OuterRef("revision"), regrades__fix="disregard", regrades__undone_at=None))
    waiting = responses.filter(
        ~is_out, attempt=OuterRef("pk"), answer__isnull=False, share=None, human_mark=None,
        revision__body__kind__in=WRITTEN,
    )  # fmt: skip
    points = waiting.order_by().values("attempt").annotate(worth=Sum("revision__points")).values("worth")
    submitted = attempts.filter(state="submitted", unmarked_count__gt=0)
    submitted.update(unmarked_points=Coalesce(Subquery(points), F("unmarked_points")))
    unsure = responses.filter(attempt__state__in=["open", "overdue"], attempt__quiz__confidence_rule="certainty")
    unsure = unsure.filter(confidence=None, is_complete=True).exclude(revision__body__kind__in=WRITTEN)
    responses.filter(pk__in=list(unsure.values_list("pk", flat=True))).update(is_complete=False)


class Migration(migrations.Migration):
    """Attempts and regrades keep the rules they were made by: the first edition."""

    dependencies = [
        ('quizzes', '0005_deadlines_moved_and_attempts_without_end'),
    ]

    operations = [
        migrations.AddField('attempt', 'rules', edition(1, verbose_name='marking rules')),
        migrations.AddField('attempt', 'submitted_rules', edition(1)),
        migrations.AddField('regrade', 'rules', edition(1, verbose_name='marking rules')),
        migrations.AlterField('attempt', 'rules', edition(2, verbose_name='marking rules')),
        migrations.AlterField('attempt', 'submitted_rules', edition(2)),
        migrations.AlterField('regrade', 'rules', edition(2, verbose_name='marking rules')),
        migrations.AddField(
            'attempt', 'unmarked_points',
            models.DecimalField(decimal_places=2, default=0, max_digits=7, verbose_name='points that wait for a person'),
        ),
        migrations.AlterField('attemptevent', 'kind', CHANGED['kind']),
        migrations.AlterField('regrade', 'fix', CHANGED['fix']),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
