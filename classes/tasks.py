"""What classes have done in the background."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from classes.statistics.runs import work_on
from courses.services.slips import make_passphrases


@task()
def make_slips(asked_by: int) -> int:
    """Make the passphrases that a person asked for; return how many. They are in no argument and no result."""
    return make_passphrases(asked_by=asked_by, now=timezone.now())


@task()
def work_out_statistics(run_id: int) -> bool:
    """Work out the statistics of a large quiz, or models, that were asked for; return whether there were any."""
    return work_on(run_id)
