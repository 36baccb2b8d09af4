"""Write a small course for an author to begin with."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from quizzes.management.start import FolderTaken, start_course


class Command(BaseCommand):
    """Write a course that loads as it is."""

    help = "Write a small commented course, with schemas for editors, into a new or empty folder."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:  # noqa: ARG002
        """Write the files, and say what to do next."""
        try:
            written = start_course(folder)
        except FolderTaken as refusal:
            words = _("%(folder)s is not empty: it holds “%(name)s”. Nothing was written. Name a new or empty folder.")
            raise CommandError(words % {"folder": folder, "name": refusal.name}) from None
        except OSError as error:
            words = _("%(folder)s cannot be written: %(why)s.") % {"folder": folder, "why": error.strerror}
            raise CommandError(words) from None
        for path in written:
            self.stdout.write(str(path))
        self.stdout.write(_("Next: manage.py load_content %(folder)s") % {"folder": folder})
