"""Bring a backup back."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from courses.errors import CannotRestore
from courses.services.backup import holds_people, restore


class Command(BaseCommand):
    """Restore."""

    help = "Put what a backup holds in the place of the database; erase again who was erased since."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="replace a database that has accounts in it")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:  # noqa: ARG002
        """Restore, or say why not."""
        if not replace and _is_in_use():
            raise CommandError(
                "This database has accounts in it, and restoring replaces all of it: nothing was done. "
                "Make a backup of it first if it may be needed, then add --replace."
            )
        try:
            done = restore(file, now=timezone.now())
        except CannotRestore as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Restored: every answer acknowledged before {done.moment.isoformat()}.")
        if done.erased_count:
            self.stdout.write(f"Erased again: {done.erased_count}, who had been erased since then.")


def _is_in_use() -> bool:
    """Say whether people would lose something; a database that cannot be read has nothing left to lose."""
    try:
        return holds_people()
    except DatabaseError:
        return False
