"""A first course for an author to change: small, whole, commented, with schemas for the editor."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from django.utils.text import slugify

from quizzes.management.schemas import write_schemas

SCHEMAS = ".schemas"
_KEY = "COURSE"


class FolderTaken(Exception):
    """Something is in the way. `name` says what."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def start_course(folder: Path) -> list[Path]:
    """Write a course into a new or empty folder, under a key made of the folder's name; return its files.

    Raises FolderTaken, with the first thing that is in the way; then nothing was written.
    """
    if folder.exists() and not folder.is_dir():
        raise FolderTaken(folder.name)
    if folder.is_dir() and (found := sorted(folder.iterdir())):
        raise FolderTaken(found[0].name)
    key = slugify(folder.resolve().name)[:80].strip("-") or "course"
    written = _copy(files("quizzes.management") / "starter", folder, key.replace("_", "-"))
    write_schemas(folder / SCHEMAS)
    return written


def _copy(source: Traversable, target: Path, key: str) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for each in sorted(source.iterdir(), key=lambda entry: entry.name):
        path = target / each.name
        if each.is_dir():
            written += _copy(each, path, key)
        elif path.suffix in (".yaml", ".md"):
            path.write_text(each.read_text(encoding="utf-8").replace(_KEY, key), encoding="utf-8")
            written.append(path)
    return written
