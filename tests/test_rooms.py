"""Arrows between the apps that no import shows: addresses and template tags named in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ABOVE = {"courses": ["quizzes", "classes"], "quizzes": ["classes"]}
"""What stands above each app, which must not know of it."""


def named_in(folder: Path, pattern: str) -> list[str]:
    """Return where files of a folder match, as path:line."""
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in (".py", ".html", ".js")]
    return [
        f"{file.relative_to(ROOT)}:{at}"
        for file in files
        for at, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]


@pytest.mark.parametrize(("app", "higher"), [(app, each) for app, all_above in ABOVE.items() for each in all_above])
def test_no_app_names_an_address_of_an_app_above_it(app: str, higher: str) -> None:
    """Its pages lead there through a template tag of the higher app, which is found by its import."""
    pattern = rf"""["']{higher}:[a-z-]+["']"""
    assert named_in(ROOT / app, pattern) + named_in(ROOT / "templates" / app, pattern) == []


@pytest.mark.parametrize("app", ["courses", "quizzes", "classes"])
def test_no_app_names_the_site(app: str) -> None:
    """The site knows the apps; an app that imported its settings by name would work in this project alone."""
    assert named_in(ROOT / app, r"\btumen\.(settings|urls|wsgi|failures)\b") == []
