"""What is done without anybody looking: the background tasks, and how often they come round."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from courses.models import CertificateCheck
from courses.reports.people import shown_name
from courses.services.certificates import issue_certificate
from courses.services.limits import forget_tries
from courses.services.mailing import send_copies
from courses.services.rosters import forget_drafts
from courses.services.slips import forget_slips
from courses.services.tokens import forget_expired_tokens
from quizzes.reports.completion import checklist, wording_of
from quizzes.services.attempts import settle_due
from quizzes.services.live import end_forgotten, forget_names
from quizzes.services.publishing import publish_due
from quizzes.services.reminders import remind_due, tell_weeks
from quizzes.services.runs import forget_runs, work_on_runs

KEPT_WHEN_DONE = timedelta(hours=1)
KEPT_WHEN_FAILED = timedelta(days=14)


@task()
def settle_attempts() -> int:
    """Do for every attempt what the clock is due to do; return how many were moved."""
    return settle_due(now=timezone.now())


@task()
def publish_scheduled() -> int:
    """Publish what was scheduled for a moment that has come; return how many publications were done."""
    return publish_due(now=timezone.now())


@task()
def work_out_regrades() -> int:
    """Work out the regrades of many papers that were asked for, and put each into force; return how many were ended."""
    return work_on_runs()


@task()
def mail_copies() -> int:
    """Send the copies of messages and notices that are due; return how many were sent."""
    return send_copies(now=timezone.now())


@task()
def remind_students() -> int:
    """Remind students of work that is due soon, and on Mondays of the week; return how many were looked at."""
    now = timezone.now()
    return remind_due(now=now) + tell_weeks(now=now)


@task()
def issue_certificates() -> int:
    """Issue the certificates that what students did has earned; return how many people were looked at."""
    return look_at_certificates(now=timezone.now())


def look_at_certificates(*, now: datetime, most: int = 500) -> int:
    """Look whether people who did something have earned a certificate; return how many were looked at.

    The note goes first: what is done meanwhile makes another.
    """
    waiting = CertificateCheck.objects.select_related("user__name_order", "course")[:most]
    return sum(_look(each, now) for each in waiting)


@transaction.atomic
def _look(check: CertificateCheck, now: datetime) -> int:
    CertificateCheck.objects.filter(pk=check.pk).delete()
    user, course = check.user, check.course
    found = checklist(course, user, now=now) if user.is_active else None
    if found is not None and found.is_met:
        name, wording = shown_name(user), wording_of(found.rule)
        issue_certificate(user=user, course=course, name=name, wording=wording, now=now)
    return 1


RECURRING: tuple[Task[Any, Any], ...] = (
    settle_attempts,
    publish_scheduled,
    work_out_regrades,
    remind_students,
    issue_certificates,
    mail_copies,
)
"""The tasks that the worker enqueues every round."""


def enqueue_recurring() -> int:
    """Enqueue the recurring tasks that are not waiting already; return how many were enqueued."""
    paths = [each.module_path for each in RECURRING]
    waiting = set(
        DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path__in=paths).values_list("task_path")
    )
    due = [each for each in RECURRING if (each.module_path,) not in waiting]
    for each in due:
        each.enqueue()
    return len(due)


def delete_old(*, now: datetime) -> int:
    """Delete all that has had its time, and return how many rows.

    That is results of tasks, counts of tries, expired API tokens, slips and lists of people that nobody fetched, what
    is known of regrades worked out long ago, and who took part in live quizzes. Those that nobody ended are ended.
    """
    end_forgotten(now=now)
    tried = forget_tries(now=now) + forget_expired_tokens(now=now)
    made = forget_slips(now=now) + forget_drafts(now=now) + forget_runs(before=now - KEPT_WHEN_FAILED)
    made += forget_names(now=now)
    return prune_results(now=now) + tried + made


def prune_results(*, now: datetime) -> int:
    """Delete what is known of tasks that ended long enough ago, or whose worker never came back; return how many rows.

    Failures are kept for longer: their traceback is there to be looked into.
    """
    results = DBTaskResult.objects
    done = results.successful().filter(finished_at__lt=now - KEPT_WHEN_DONE)
    failed = results.failed().filter(finished_at__lt=now - KEPT_WHEN_FAILED)
    lost = results.running().filter(started_at__lt=now - KEPT_WHEN_FAILED)
    return sum(each.delete()[0] for each in (done, failed, lost))
