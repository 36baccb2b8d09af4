"""Delete readers without an account who have not come back."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from quizzes.services.guests import forget_guests


class Command(BaseCommand):
    """Forget old guests."""

    help = "Delete readers without an account who did nothing for DAYS days, with what they did before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: Any, days: int, **options: Any) -> None:  # noqa: ARG002
        """Delete them and say how many there were."""
        count = forget_guests(before=timezone.now() - timedelta(days=days))
        self.stdout.write(f"Forgot {count} readers without an account.")
