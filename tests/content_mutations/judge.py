"""What must hold of a load of a changed folder, whatever the change."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from courses.content.problems import ContentInvalid, Problem
from tests.content.sample import everything
from tests.make import load

LIBRARY = ("Input should", "valid tuple", "valid dictionary", "after validation", "pydantic", "ScalarNode", "Decimal(")


def digest() -> str:
    """Return what stands for the whole content of the database."""
    return sha256(repr(everything()).encode()).hexdigest()


def judge(root: Path, made: str) -> tuple[str, list[str]]:
    """Load a folder; return how it went (“loaded” or “refused”) and everything about it that is wrong."""
    before = digest()
    try:
        load(root)
    except ContentInvalid as refusal:
        wrong = [fault for problem in refusal.problems for fault in _faults(problem)]
        wrong += _floods(refusal.problems, made)
        return "refused", [*wrong, *(["half-applied"] if digest() != before else [])]
    report = load(root)
    return "loaded", [] if report.is_empty else [f"a second load changed {report.changed or report.added}"]


def _faults(problem: Problem) -> list[str]:
    """Return what is wrong with the words of one mistake."""
    said = str(problem)
    faults = [f"words of the library: {said}" for words in LIBRARY if words in said]
    if not problem.file or problem.line < 1 or not problem.reason or not problem.suggestion or len(said) > 2_000:
        faults.append(f"not located, or not explained: {said[:300]}")
    if len(said.split("\n")) != 2:
        faults.append(f"not two lines: {said[:300]!r}")
    return faults


def _floods(problems: list[Problem], made: str) -> list[str]:
    """Return whether one file that cannot be parsed made more mistakes than itself."""
    unread = [problem for problem in problems if problem.reason.startswith("This is not YAML")]
    if unread and ";" not in made and len(problems) > 1:
        return [f"one slip is {len(problems)} mistakes: {[str(problem)[:150] for problem in problems[:4]]}"]
    return []
