"""Judge the questions of course folders by the rules of item writing; no database is needed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.content.problems import ContentInvalid
from courses.shipped import shipped_folders
from quizzes.lint.findings import Owner, Severity
from quizzes.lint.folder import OVERRIDES, Report, lint_folder
from quizzes.lint.overrides import short_hash
from quizzes.lint.report import FORMATS
from quizzes.lint.thresholds import REASON_LENGTH
from quizzes.management.commands.load_content import check_folder, pool_of


class Command(BaseCommand):
    """Lint course folders."""

    help = "Judge questions by the rules of item writing. Without FOLDER: every course below fixtures/."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
        parser.add_argument("--pool", type=Path, metavar="FOLDER", help="judge the private pools of a folder as well")
        parser.add_argument("--format", choices=list(FORMATS), default="text")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write the report to a file")
        parser.add_argument(
            "--severity", choices=[str(one) for one in Severity], default="I", help="leave out what weighs less"
        )
        parser.add_argument(
            "--write-override",
            nargs=3,
            metavar=("RULE", "ITEM", "REASON"),
            help="let a warning stand: on an item, a quiz, a lesson, a statement, or “bank”",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Judge each folder; fail if anything must be dealt with."""
        folders: Sequence[Path] = options["folders"] or shipped_folders()
        if not folders:
            raise CommandError(_("There is no course folder below fixtures/. Name one."))
        pool = pool_of(options["pool"], folders)
        reports = [self._read(folder, pool) for folder in folders]
        if options["write_override"]:
            self._override(reports, *options["write_override"])
            return
        text = FORMATS[options["format"]](reports, Severity(options["severity"]))
        if options["output"]:
            options["output"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
        count = sum(len(report.blocking) for report in reports)
        if count:
            words = ngettext("%(n)d finding must be dealt with.", "%(n)d findings must be dealt with.", count)
            raise CommandError(words % {"n": count})

    def _read(self, root: Path, pool: Path | None) -> Report:
        check_folder(root)
        try:
            return lint_folder(root, pool=pool)
        except ContentInvalid as refusal:
            for problem in refusal.problems:
                self.stderr.write(f"{root.name}/{problem}")
            raise CommandError(_("The files have mistakes; correct them first.")) from None

    def _override(self, reports: Sequence[Report], rule: str, subject: str, reason: str) -> None:
        if len(reason.strip()) < REASON_LENGTH:
            raise CommandError(_("Give a reason of %(n)d characters or more.") % {"n": REASON_LENGTH})
        for report in reports:
            entry = _entry(report, rule, subject, reason.strip())
            if entry:
                path = report.root / OVERRIDES
                before = (
                    path.read_text(encoding="utf-8").rstrip("\n").removesuffix(" []")
                    if path.is_file()
                    else "overrides:"
                )
                path.write_text(f"{before}\n  - {entry}\n", encoding="utf-8")
                self.stdout.write(f"{path}: {entry}")
                return
        words = _("There is no warning %(rule)s on %(subject)s; only warnings can be overridden.")
        raise CommandError(words % {"rule": rule, "subject": subject})


def _entry(report: Report, rule: str, subject: str, reason: str) -> str:
    """Return the entry that lets a warning stand; nothing where there is no such warning."""
    for one in report.blocking:
        finding = one.finding
        if (finding.rule, finding.severity, str(finding.owner)) == (rule, Severity.WARNING, subject):
            named = {"rule": rule, **_named(finding.owner, report), "reason": reason}
            return (
                "{" + ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in named.items()) + "}"
            )
    return ""


def _named(owner: Owner, report: Report) -> dict[str, Any]:
    if owner.item:
        spec = next(spec for _file, spec in report.items if spec.key == owner.item)
        return {"item": owner.item, "hash": short_hash(spec)}
    for name in ("quiz", "lesson", "statement"):
        if getattr(owner, name):
            return {name: getattr(owner, name)}
    return {"bank": True}
