"""Files of a course → a folder, so that at no moment half of a file is there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.utils.translation import gettext as _

from courses.content.documents import parse_yaml
from courses.content.files import text_files
from courses.content.problems import Problems


class FolderNotOurs(Exception):
    """The folder holds something else than this course. Nothing was written."""


def write_folder(root: Path, texts: Mapping[str, str], *, course: str) -> dict[str, str]:
    """Write the files that differ; return what happened to each, by path. Raises FolderNotOurs.

    New texts are all written beside the old before the first takes its place, each in one step: a process that is
    killed leaves every file whole. Files of the course that it no longer has are taken away last.
    """
    _check(root, course)
    before = text_files(root) if root.is_dir() else {}
    waiting: list[tuple[Path, Path]] = []
    changed: dict[str, str] = {}
    try:
        for path, text in texts.items():
            if before.get(path) == text:
                continue
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as beside:
                waiting.append((Path(beside.name), target))
                beside.write(text.encode())
                beside.flush()
                os.fsync(beside.fileno())
            changed[path] = _("changed") if path in before else _("added")
        for made, target in waiting:
            made.chmod(0o644)
            made.replace(target)
    finally:
        for made, _target in waiting:
            made.unlink(missing_ok=True)
    for path in before.keys() - texts.keys():
        (root / path).unlink()
        changed[path] = _("removed")
    return changed


def _check(root: Path, course: str) -> None:
    """Refuse a folder that is no folder, or that holds something else than this course."""
    if root.is_symlink() or (root.exists() and not root.is_dir()):
        raise FolderNotOurs(_("%(folder)s is no folder.") % {"folder": root})
    if not root.exists() or not any(path for path in root.iterdir() if not path.name.startswith(".")):
        return
    found = text_files(root).get("course.yaml")
    document = parse_yaml(found, file="course.yaml", problems=Problems()) if found is not None else None
    if document is None:
        raise FolderNotOurs(
            _("%(folder)s holds something else than a course. Name an empty folder, or a new one.") % {"folder": root}
        )
    key = str(document.data.get("course"))
    if key != course:
        words = _("%(folder)s holds the course “%(other)s”. Name its own folder for “%(course)s”, or a new one.")
        raise FolderNotOurs(words % {"folder": root, "other": key, "course": course})
