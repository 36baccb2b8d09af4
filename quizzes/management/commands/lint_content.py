"""Check the questions of course folders by the rules of item writing; no database is needed."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from courses.content.problems import ContentInvalid
from quizzes.content.folder import read_folder
from quizzes.content.lint import Located, lint_folder
from quizzes.management.commands.load_content import shipped_folders


class Command(BaseCommand):
    """Lint course folders."""

    help = "Check questions by the rules of item writing. Without FOLDER: every course below fixtures/."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Check each folder."""
        blocking = 0
        for root in options["folders"] or shipped_folders():
            try:
                found = lint_folder(read_folder(root))
            except ContentInvalid as refusal:
                for problem in refusal.problems:
                    self.stderr.write(f"{root.name}/{problem}")
                raise CommandError(_("The folder has mistakes; correct them first.")) from None
            self._write(root, found)
            blocking += sum(one.finding.severity != "I" for one in found)
        if blocking:
            raise CommandError(_("%(n)d findings block.") % {"n": blocking})

    def _write(self, root: Path, found: list[Located]) -> None:
        for file, group in groupby(found, key=lambda one: one.file):
            self.stdout.write(f"{root.name}/{file}")
            for one in group:
                finding = one.finding
                reason = _(finding.reason) % finding.details
                self.stdout.write(f"  {one.line}: {finding.severity} {finding.rule} {finding.owner}: {reason}")
                self.stdout.write(f"      {finding.span[:80]!r}  {_(finding.fix)}")
