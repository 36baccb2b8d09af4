"""A whole course folder, read, checked and loaded in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.content.bundle import Bundle
from courses.content.conflicts import notes_on_choices, refuse_conflicts
from courses.content.files import check_unread, text_files
from courses.content.load import CourseLoader
from courses.content.merge import Choices
from courses.content.problems import ContentInvalid, Problems
from courses.content.read import read_course
from courses.content.renames import Rename
from courses.content.report import LoadReport
from courses.content.stored import as_folder, is_unchanged, keep, texts_of
from courses.content.sync import Entries, Run
from courses.content.whole import entries_of
from courses.models import Course
from courses.services.history import record_load
from courses.services.kept import renew_edition
from quizzes.content.certificates import check_certificate
from quizzes.content.changes import apply_renames
from quizzes.content.draws import check_draws, leaks
from quizzes.content.load import QuizLoader
from quizzes.content.pools import ReadPool, read_pools
from quizzes.content.read import ReadQuiz, read_quizzes, read_shapes
from quizzes.content.tables import TABLES, entries_of_quizzes


@dataclass(frozen=True)
class Folder:
    """A course folder that was read and found right."""

    bundle: Bundle
    quizzes: list[ReadQuiz]
    notes: Sequence[str] = ()
    pools: Sequence[ReadPool] = ()

    @property
    def all_read(self) -> list[ReadQuiz]:
        """Return the quizzes, and the questions of private pools as those of their exams."""
        return [*self.quizzes, *(pool.read for pool in self.pools)]


class _DryRun(Exception):
    """Raised inside the transaction so that nothing of a rehearsal stays."""


def read_folder(root: Path, *, pool: Path | None = None) -> Folder:
    """Read and check a folder, and the folder of its private pools; raise ContentInvalid with every mistake."""
    problems = Problems()
    notes = check_unread(root, problems)
    bundle = read_course(root, problems)
    if bundle is None:
        read_shapes(root, problems)
        raise ContentInvalid(problems.found)
    quizzes = read_quizzes(bundle, problems)
    pools = read_pools(pool, bundle, quizzes, problems) if pool is not None else []
    check_draws(bundle, quizzes, problems, pools)
    check_certificate(bundle, problems)
    problems.stop_if_any()
    return Folder(bundle, quizzes, notes, pools)


def load_folder(
    folder: Folder,
    *,
    now: datetime,
    choices: Choices | None = None,
    dry_run: bool = False,
    renames: Sequence[Rename] = (),
    progress: Callable[[str], None] = lambda _what: None,
) -> LoadReport:
    """Load a folder: all or nothing. Raises ContentConflict where an edit made here would be lost."""
    problems, choices = Problems(), choices or Choices()
    before: dict[str, str] = {}
    texts = text_files(folder.bundle.root)
    run = Run(choices, LoadReport(), lambda: _entries_before(folder, before, texts), bool(renames))
    loader = CourseLoader(folder.bundle, run=run, problems=problems, progress=progress)
    try:
        with transaction.atomic():
            apply_renames(renames, course=folder.bundle.course.course, problems=problems)
            problems.stop_if_any()
            before |= texts_of(Course.objects.filter(key=folder.bundle.course.course).first())
            loaded = loader.load()
            progress(_("quizzes and questions"))
            QuizLoader(loaded, run=run, problems=problems, now=now).load(folder.quizzes, folder.pools)
            refuse_conflicts(run.conflicts, problems, run.report)
            record_load(run.report.edits, now=now)
            is_other_code = keep(loaded.course, texts, before)
            if is_other_code or renames or not run.report.is_empty:
                renew_edition(loaded.course.pk)
            run.report.notes += [*leaks(folder.quizzes), *folder.notes, *notes_on_choices(choices)]
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return run.report


def _entries_before(folder: Folder, before: Mapping[str, str], texts: Mapping[str, str]) -> Entries | None:
    """Return the entries of the files as last loaded; nothing where none were kept."""
    if not before:
        return None
    if before == texts:
        return {**entries_of(folder.bundle), **entries_of_quizzes(folder.quizzes)}
    with as_folder(before) as root:
        bundle = read_course(root, Problems())
        return None if bundle is None else {
            **entries_of(bundle), **entries_of_quizzes(read_quizzes(bundle, Problems())),
        }  # fmt: skip


def unchanged(root: Path) -> LoadReport | None:
    """Return the report of a load that changes nothing, where the files are those of the last load to the byte."""
    course = is_unchanged(root)
    if course is None:
        return None
    report = LoadReport()
    for table in TABLES:
        scope: Any = {"pk": course.pk} if table.model is Course else {"course": course}
        found: Any = table.model._default_manager  # noqa: SLF001 (Django's documented accessor)
        rows = found.filter(**scope).exclude(loaded_hash="")
        for key, edited_at, is_retired in rows.values_list("key", "edited_at", "is_retired"):
            name = f"{table.word} {key}"
            if edited_at is not None:
                report.kept.append(name)
            elif not is_retired:
                report.unchanged.append(name)
    return report
