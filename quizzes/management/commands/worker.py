"""Do the work that waits for nobody: run background tasks until told to stop."""

from __future__ import annotations

import logging
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.management.commands.db_worker import Worker

from quizzes.tasks import delete_old, enqueue_recurring

logger = logging.getLogger(__name__)
SECONDS = 5.0
ROUNDS_BETWEEN_PRUNING = 60


class Command(BaseCommand):
    """Round after round: enqueue what recurs, run all that waits, rest."""

    help = "Run background tasks: attempts whose time is up are settled, also when nobody looks. Stops on SIGTERM."

    requires_system_checks = ()  # they would load every page and form, which no task needs
    worker: Worker
    is_stopping = False
    is_resting = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--seconds", type=float, default=SECONDS, help="the rest between two rounds")
        parser.add_argument("--once", action="store_true", help="do one round and stop")

    def handle(self, *args: Any, seconds: float, once: bool, **options: Any) -> None:  # noqa: ARG002
        """Go round until stopped. While the database is away, each round ends early and the next tries again."""
        if not isinstance(task_backends["default"], DatabaseBackend):
            raise CommandError("TASKS names a backend that needs no worker.")
        self.worker = _worker()
        if once:
            self._round()
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        at = 0
        while not self.is_stopping:
            try:
                self._round(prune=at % ROUNDS_BETWEEN_PRUNING == 0)
            except (OperationalError, InterfaceError) as failure:
                logger.warning("The database does not answer; trying again in %s seconds: %s", seconds, failure)
                connection.close()
            at += 1
            self._rest(seconds)

    def _round(self, *, prune: bool = True) -> None:
        enqueue_recurring()
        self.worker.run()
        if prune:
            delete_old(now=timezone.now())

    def _rest(self, seconds: float) -> None:
        """Sleep. Saying so comes first, so that a signal is never slept through."""
        self.is_resting = True
        if not self.is_stopping:
            time.sleep(seconds)
        self.is_resting = False

    def _stop(self, *_signal: Any) -> None:
        """Stop after the task in hand; at once when there is none."""
        self.is_stopping = True
        self.worker.running = False
        if self.is_resting:
            raise SystemExit(0)


def _worker() -> Worker:
    """Return what runs tasks: all that wait, of every queue, and then hands back."""
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )
