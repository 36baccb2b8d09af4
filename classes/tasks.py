"""What classes have done in the background."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from courses.services.slips import make_passphrases


@task()
def make_slips(asked_by: int) -> int:
    """Make the passphrases that a person asked for; return how many. They are in no argument and no result."""
    return make_passphrases(asked_by=asked_by, now=timezone.now())
