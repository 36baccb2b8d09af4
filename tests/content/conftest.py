"""The sample course in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.models import Course
from tests.content.sample import write_sample
from tests.make import load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the sample course, right as it is."""
    return write_sample(tmp_path / "treaties")


@pytest.fixture
def course(folder: Path, db: None) -> Course:
    """The sample course, loaded."""
    load(folder)
    return Course.objects.get()
