"""Statistics worked out in the background: asked for, done with progress, kept."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from classes.statistics.door import fit, work_out
from classes.statistics.sample import Sample, Versions, Which, choose
from classes.statistics.shapes import to_json
from quizzes.models import StatisticsRun

logger = logging.getLogger(__name__)
What: TypeAlias = StatisticsRun.What
State = StatisticsRun.State
_MAKERS: dict[str, Callable[..., Any]] = {What.FIGURES: work_out, What.MODELS: fit}


def run_of(sample: Sample, what: StatisticsRun.What) -> StatisticsRun | None:
    """Return what was worked out of a sample, or is being; None before it was ever asked for."""
    return StatisticsRun.objects.filter(quiz=sample.quiz, what=what, sample=_hash(sample)).first()


def ask(sample: Sample, what: StatisticsRun.What, *, now: datetime) -> StatisticsRun:
    """Ask for a sample to be worked out, again if it was before; what was kept stays until there is something newer."""
    values = {
        "cohorts": None if sample.cohorts is None else list(sample.cohorts),
        "which": sample.which.value,
        "versions": sample.versions.value,
        "state": State.WORKING,
        "attempt_count": len(choose(sample).attempts),
        "done_count": 0,
        "asked_at": now,
        "beat_at": now,
        "ended_at": None,
    }
    run, _made = StatisticsRun.objects.update_or_create(
        quiz=sample.quiz, what=what, sample=_hash(sample), defaults=values
    )
    return run


def work_on(run_id: int) -> bool:
    """Work out a run that was asked for; say whether it was there to be worked out.

    A failure is logged and told on the page. Where the database is away, the task fails and can be started again.
    """
    run = StatisticsRun.objects.select_related("quiz").filter(pk=run_id, state=State.WORKING).first()
    if run is None:
        return False
    cohorts = None if run.cohorts is None else tuple(run.cohorts)
    sample = Sample(run.quiz, cohorts, Which(run.which), Versions(run.versions))
    try:
        figures = _MAKERS[run.what](sample, choose(sample), lambda count: _beat(run_id, count))
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        logger.exception("Statistics %s could not be worked out.", run_id)
        _end(run_id, State.FAILED)
        return True
    _end(run_id, State.DONE, result=to_json(figures))
    return True


def _beat(run_id: int, count: int) -> None:
    StatisticsRun.objects.filter(pk=run_id).update(done_count=count, beat_at=timezone.now())


def _end(run_id: int, state: StatisticsRun.State, **values: Any) -> None:
    now = timezone.now()
    StatisticsRun.objects.filter(pk=run_id).update(state=state, beat_at=now, ended_at=now, **values)


def _hash(sample: Sample) -> str:
    return hashlib.sha256(sample.key.encode()).hexdigest()
