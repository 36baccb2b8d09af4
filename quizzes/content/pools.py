"""Private pools: questions a school reserves for an exam, in files outside the course's folder; read, and loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _

from courses.content.bundle import Bundle
from courses.content.crosscheck import check_key, repeats
from courses.content.documents import read_yaml
from courses.content.problems import Document, Problems
from courses.content.read import validate
from quizzes.content.read import ReadQuiz, check_quiz
from quizzes.content.sets import check_sets, take_source
from quizzes.domain.specs import PoolSpec

FOLDER = "pools/"
"""What stands before the names of files of pools in reports, which are none of the course's."""


@dataclass(frozen=True)
class ReadPool:
    """A pool that was read. `read` holds its questions as those of the exam that they are for."""

    key: str
    exam: str
    is_alone: bool
    read: ReadQuiz


def read_pools(root: Path, bundle: Bundle, quizzes: Sequence[ReadQuiz], problems: Problems) -> list[ReadPool]:
    """Read and check every pool of a folder against the course it is for."""
    documents = list(_documents(root, problems))
    if not documents and not problems.found:
        reason = _("There is no pool in the folder: no file in it ends in .yaml.")
        problems.add_at(root.name, 1, reason, _("Write a file such as autumn.yaml, as docs/authoring.md says."))
    read = [_read_pool(document, bundle, quizzes, problems) for document in documents]
    pools = [pool for pool in read if pool is not None]
    _check_keys(pools, quizzes, problems)
    return pools


def _documents(root: Path, problems: Problems) -> Iterator[Document]:
    for path in sorted(root.glob("*.yaml")):
        if not path.name.startswith("."):
            document = read_yaml(path, root=root, problems=problems)
            if document is not None:
                yield replace(document, file=f"{FOLDER}{document.file}")


def _read_pool(document: Document, bundle: Bundle, quizzes: Sequence[ReadQuiz], problems: Problems) -> ReadPool | None:
    check_sets(document, problems)
    pool = validate(PoolSpec, document, problems)
    if pool is None:
        return None
    exams = {quiz.spec.quiz: quiz.spec for quiz in quizzes if quiz.spec.draw is not None and quiz.spec.draw.is_reserved}
    check_key(document, ("quiz",), _("exam that draws on reserved questions"), pool.quiz, exams, problems)
    if pool.quiz not in exams:
        return None
    spec = exams[pool.quiz].model_copy(update={"items": (), "checks": (), "sets": pool.sets, "reserved": pool.reserved})
    entries = tuple(
        ("reserved", at, take_source(document, ("reserved", at), item, pool.sets, problems))
        for at, item in enumerate(pool.reserved)
    )
    read = ReadQuiz(document, spec, entries)
    check_quiz(bundle, read, problems)
    return ReadPool(pool.pool, pool.quiz, pool.alone, read)


def _check_keys(pools: Sequence[ReadPool], quizzes: Sequence[ReadQuiz], problems: Problems) -> None:
    """Note pools of one name, and questions whose key another question has."""
    for which in repeats([pool.key for pool in pools]):
        document, key = pools[which].read.document, pools[which].key
        reason = _("Another file has the pool “%(key)s”.") % {"key": key}
        problems.add(document, ("pool",), reason, _("Give it a key of its own."))
    asked = {item.key for quiz in quizzes for _name, _at, item in quiz.entries}
    for pool in pools:
        note_taken(pool.read, asked, problems)
        asked |= {item.key for _name, _at, item in pool.read.entries}


def note_taken(read: ReadQuiz, taken: Collection[str], problems: Problems) -> None:
    """Note each question of a file whose key another question of the course has."""
    for name, at, item in read.entries:
        if item.key in taken:
            reason = _("Another question of the course has the key “%(key)s”.") % {"key": item.key}
            problems.add(read.document, (name, at, "key"), reason, _("Give it a key of its own."))
