"""Load a folder of content: every mistake at once, all or nothing, twice the same as once."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.content.problems import ContentInvalid
from courses.content.report import LoadReport
from quizzes.content.folder import load_folder, read_folder


class Command(BaseCommand):
    """Read, check and load course folders. `reports` then says what each load did."""

    help = "Load course folders into the database. Without FOLDER: every course below fixtures/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
        parser.add_argument(
            "--take",
            choices=["file", "database"],
            help="what wins where both the file and the admin changed something",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Load each folder in a transaction of its own."""
        folders: list[Path] = options["folders"] or shipped_folders()
        if not folders:
            raise CommandError(_("There is no course folder below fixtures/. Name one."))
        self.reports = [self._load(folder, dry_run=options["dry_run"], take=options["take"]) for folder in folders]

    def _load(self, root: Path, *, dry_run: bool, take: Any) -> LoadReport:
        if not root.is_dir():
            raise CommandError(_("There is no folder %(folder)s.") % {"folder": root})
        try:
            report = load_folder(
                read_folder(root), now=timezone.now(), take=take, dry_run=dry_run, progress=self._progress
            )
        except ContentInvalid as refusal:
            for problem in refusal.problems:
                self.stderr.write(f"{root.name}/{problem}")
            count = len(refusal.problems)
            words = ngettext("%(n)d mistake. Nothing was changed.", "%(n)d mistakes. Nothing was changed.", count)
            raise CommandError(words % {"n": count}) from None
        self.stdout.write(f"{root.name}{_(' (rehearsal: nothing was changed)') if dry_run else ''}")
        for line in report.lines():
            self.stdout.write(line)
        return report

    def _progress(self, what: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"  … {what}")


def shipped_folders() -> list[Path]:
    """Return the course folders below fixtures/."""
    return sorted(path.parent for path in (Path(settings.BASE_DIR) / "fixtures").glob("*/course.yaml"))
