"""A whole course folder, read, checked and loaded in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from courses.content.bundle import Bundle
from courses.content.files import check_unread
from courses.content.load import CourseLoader
from courses.content.problems import ContentInvalid, Problems
from courses.content.read import read_course
from courses.content.renames import Rename
from courses.content.report import LoadReport
from courses.content.sync import Take
from courses.services.history import record_load
from quizzes.content.changes import apply_renames
from quizzes.content.draws import check_draws, leaks
from quizzes.content.load import QuizLoader
from quizzes.content.read import ReadQuiz, read_quizzes, read_shapes


@dataclass(frozen=True)
class Folder:
    """A course folder that was read and found right."""

    bundle: Bundle
    quizzes: list[ReadQuiz]
    notes: Sequence[str] = ()


class _DryRun(Exception):
    """Raised inside the transaction so that nothing of a rehearsal stays."""


def read_folder(root: Path) -> Folder:
    """Read and check a folder; raise ContentInvalid with every mistake."""
    problems = Problems()
    notes = check_unread(root, problems)
    bundle = read_course(root, problems)
    if bundle is None:
        read_shapes(root, problems)
        raise ContentInvalid(problems.found)
    quizzes = read_quizzes(bundle, problems)
    check_draws(bundle, quizzes, problems)
    problems.stop_if_any()
    return Folder(bundle, quizzes, notes)


def load_folder(
    folder: Folder,
    *,
    now: datetime,
    take: Take = None,
    dry_run: bool = False,
    renames: Sequence[Rename] = (),
    progress: Callable[[str], None],
) -> LoadReport:
    """Load a folder: all or nothing. Raises ContentInvalid when an edit made here would be lost."""
    problems = Problems()
    loader = CourseLoader(folder.bundle, problems=problems, take=take, progress=progress)
    try:
        with transaction.atomic():
            apply_renames(renames, course=folder.bundle.course.course, problems=problems)
            problems.stop_if_any()
            loaded = loader.load()
            QuizLoader(loaded, report=loader.report, problems=problems, take=take, now=now).load(folder.quizzes)
            problems.stop_if_any()
            record_load(loader.report.edits, now=now)
            loader.report.notes += [*leaks(folder.quizzes), *folder.notes]
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return loader.report
