"""Load a folder of content: every mistake at once, all or nothing, twice the same as once."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.content.conflicts import ContentConflict, notes_on_choices
from courses.content.merge import Choices
from courses.content.problems import ContentInvalid
from courses.content.renames import Rename
from courses.content.report import LoadReport
from courses.shipped import shipped_folders
from quizzes.content.changes import RENAMED
from quizzes.content.folder import load_folder, read_folder, unchanged


class ContentRefused(CommandError):
    """A folder was not loaded: for its mistakes, or because edits made here and in it are in conflict."""

    def __init__(self, words: str, *, is_conflict: bool) -> None:
        super().__init__(words)
        self.is_conflict = is_conflict


class Command(BaseCommand):
    """Read, check and load course folders. `reports` then says what each load did."""

    help = "Load course folders. Without FOLDER: every course that ships with Tumen. -v2 prints every name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
        parser.add_argument(
            "--take",
            action="append",
            default=[],
            metavar="SIDE[:NAME]",
            help=(
                "file or database: what wins where both changed the same thing; with a name, such as "
                "file:lesson/alliance/summary or database:lesson/alliance, in that conflict alone"
            ),
        )
        parser.add_argument(
            "--pool",
            type=Path,
            metavar="FOLDER",
            help="load the private pools of a folder as well: questions reserved for an exam of the course",
        )
        parser.add_argument("--again", action="store_true", help="load files also that have not changed since")
        parser.add_argument(
            "--rename",
            action="append",
            default=[],
            metavar="WHAT:OLD=NEW",
            help=f"keep the work done under a key that is another now; WHAT is {', '.join(RENAMED)}",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Load each folder in a transaction of its own."""
        folders: list[Path] = options["folders"] or shipped_folders()
        if not folders:
            raise CommandError(_("No course ships here. Name a folder."))
        try:
            renames = [Rename.parse(text, RENAMED) for text in options["rename"]]
        except ValueError as refusal:
            raise CommandError(str(refusal)) from None
        if renames and len(folders) > 1:
            raise CommandError(_("Name the one folder whose keys are renamed."))
        self.pool = pool_of(options["pool"], folders)
        try:
            self.choices = Choices.parse(options["take"])
        except ValueError as refusal:
            words = _("“--take %(text)s”: write file or database, and perhaps a colon and what a conflict is called.")
            raise CommandError(words % {"text": refusal}) from None
        how = {"dry_run": options["dry_run"], "renames": renames}
        self.reports = []
        refused: list[ContentRefused] = []
        for folder in folders:
            try:
                report = self._load(folder, again=options["again"] or bool(renames or self.pool), **how)
            except ContentRefused as each:
                refused.append(each)
                continue
            rehearsal = _(" (rehearsal: nothing was changed)") if options["dry_run"] else ""
            self.stdout.write(f"{folder.name}{rehearsal}")
            for line in report.lines(in_full=options["verbosity"] > 1):
                self.stdout.write(line)
            self.reports.append(report)
        if refused:
            raise next((each for each in refused if not each.is_conflict), refused[0])

    def _load(self, root: Path, *, again: bool, dry_run: bool, renames: Sequence[Rename]) -> LoadReport:
        check_folder(root)
        if not again and (report := unchanged(root)) is not None:
            report.notes += notes_on_choices(self.choices)
            return report
        self._progress(_("reading %(folder)s") % {"folder": root.name})
        try:
            return load_folder(
                read_folder(root, pool=self.pool),
                now=timezone.now(),
                choices=self.choices,
                dry_run=dry_run,
                renames=renames,
                progress=self._progress,
            )
        except ContentInvalid as refusal:
            for problem in refusal.problems:
                self.stderr.write(f"{root.name}/{problem}")
            is_conflict, count = isinstance(refusal, ContentConflict), len(refusal.problems)
            words = (
                ngettext("%(n)d conflict. Nothing was changed.", "%(n)d conflicts. Nothing was changed.", count)
                if is_conflict
                else ngettext("%(n)d mistake. Nothing was changed.", "%(n)d mistakes. Nothing was changed.", count)
            )
            raise ContentRefused(words % {"n": count}, is_conflict=is_conflict) from None
        finally:
            self._progress("")

    def _progress(self, what: str) -> None:
        """Say in a terminal what is being done, always in the same line; no words clear it."""
        if self.stdout.isatty():
            self.stdout.write(f"\r\x1b[K  … {what}" if what else "\r\x1b[K", ending="")
            self.stdout.flush()


def pool_of(pool: Path | None, folders: Sequence[Path]) -> Path | None:
    """Return the folder of private pools, once it is there and for one course."""
    if pool is not None:
        check_folder(pool)
        if len(folders) > 1:
            raise CommandError(_("Name the one course that the pool is for."))
    return pool


def check_folder(root: Path) -> None:
    """Refuse what is no folder; name the folder of a file in it."""
    if root.is_file():
        raise CommandError(
            _("%(file)s is a file. Name its folder: %(folder)s") % {"file": root, "folder": root.resolve().parent}
        )
    if not root.is_dir():
        raise CommandError(_("There is no folder %(folder)s.") % {"folder": root})
