from django.db import migrations


def carry_forward(apps, _schema_editor):
    """Keep the meaning of what is stored.

    An event "extended" without a reason was recorded for a deadline that moved in either direction. An unfinished
    attempt that was reopened without a new end had none until it was submitted.
    """
    events = apps.get_model("quizzes", "AttemptEvent").objects
    events.filter(kind="extended", reason="").update(kind="moved")
    reopened = events.filter(kind="reopened").values("attempt")
    attempts = apps.get_model("quizzes", "Attempt").objects
    attempts.filter(pk__in=reopened, state__in=["open", "overdue"], extended_to=None).update(is_endless=True)


def carry_back(apps, _schema_editor):
    """Record moved and shortened deadlines by the one word there was."""
    events = apps.get_model("quizzes", "AttemptEvent").objects
    events.filter(kind__in=["moved", "shortened"]).update(kind="extended")


class Migration(migrations.Migration):
    """Carry forward what was recorded of deadlines before."""

    dependencies = [
        ("quizzes", "0004_minutes_by_hand_and_shortened_time"),
    ]

    operations = [migrations.RunPython(carry_forward, carry_back)]
