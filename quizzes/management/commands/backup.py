"""Back the site up to one file, while it serves."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.errors import CannotBackUp
from courses.services.backup import back_up


class Command(BaseCommand):
    """Back up."""

    help = "Write everything the site holds to FILE while it serves; print the moment the file stands for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:  # noqa: ARG002
        """Back up, or say why not."""
        try:
            moment = back_up(file, now=timezone.now())
        except CannotBackUp as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{file} holds every answer acknowledged before {moment.isoformat()}.")
