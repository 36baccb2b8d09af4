"""The code speaks of courses, of none in particular: what the shipped course is about stands in its own files alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHIPPED = re.compile(
    r"""\b(?:
    korea(?!n\b) | (?:north|south)[ -]korean | dprk | pyongyang | seoul | kim[ ](?:il|jong) | juche | rajin |
    tumangang | soviet | ussr | moscow | russia(?!n\b) | kremlin | stalin | khrushchev | gorbachev | yeltsin | putin |
    primakov | shtykov | vladivostok | khasan | patron | sixparty | six-party | estrangement | northeast-asia
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words of the shipped course. Names of languages are none: how Korean is searched is no one course's matter."""
ALLOWED = {
    r"Peking/Beijing|Leningrad/St Petersburg|North Korea/DPRK": "places with two names, in any course",
    r"_RUSSIAN = ": "where the old calendar held until 1918, in any course",
    r"_\(\"side\"\)": "the groups of people are the same in every course still",
}
"""Lines that may hold such a word, and why."""
READ = {".py", ".html", ".css", ".js", ".typ", ".xhtml", ".opf", ".xml", ".svg", ".txt", ".toml"}


def packages() -> list[Path]:
    """Return the folders of code: whatever is a package at the top, the tests apart, and what pages are made of."""
    found = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    return [*sorted(found), ROOT / "templates", ROOT / "static"]


def lines_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each line of a folder's files with its place; migrations carry the past and are left out."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in READ and "migrations" not in path.parts:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                yield f"{path.relative_to(ROOT)}:{number}", line


def is_allowed(line: str) -> bool:
    return any(re.search(pattern, line) for pattern in ALLOWED)


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: folder.name)
def test_no_word_of_the_shipped_course_stands_in_the_code(folder: Path) -> None:
    found = [f"{place}: {line.strip()}" for place, line in lines_of(folder) if SHIPPED.search(line)]

    assert [line for line in found if not is_allowed(line)] == []


def test_every_folder_of_code_is_looked_through() -> None:
    names = {folder.name for folder in packages()}

    assert names >= {"courses", "quizzes", "templates", "static"}
    assert all(any(lines_of(folder)) for folder in packages())


@pytest.mark.parametrize("file", ["course.yaml", "timeline.yaml", "maps/korea.yaml"])
def test_the_shipped_course_is_made_of_these_words(file: str) -> None:
    shipped = ROOT / "fixtures" / "patron-stranger-balancer" / file

    assert SHIPPED.search(shipped.read_text(encoding="utf-8"))
