"""The files of a course as last loaded: kept beside its rows, and compared with a folder before it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from courses.content.files import text_files
from courses.models import ContentFile, Course

_MADE_BY = ("courses/content", "courses/models", "courses/rendering", "courses/services", "quizzes/content",
            "quizzes/domain", "quizzes/models", "quizzes/services")  # fmt: skip
_LIBRARIES = ("markdown-it-py", "vl-convert-python", "pydantic", "PyYAML")


@cache
def code_mark() -> str:
    """Return a hash of the code that makes rows of files: other code may make other rows of the same files."""
    mark = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    root = Path(__file__).resolve().parent.parent.parent
    for folder in _MADE_BY:
        for path in sorted((root / folder).rglob("*.py")):
            mark.update(path.read_bytes())
    return mark.hexdigest()


def texts_of(course: Course | None) -> dict[str, str]:
    """Return the files of a course as last loaded, by their paths."""
    return dict(course.files.values_list("path", "text")) if course is not None else {}


def keep(course: Course, texts: Mapping[str, str], before: Mapping[str, str]) -> bool:
    """Keep the files that were loaded, in the transaction of the load; only what changed is written.

    Returns whether other code than at the last load made rows of them.
    """
    new = [ContentFile(course=course, path=path, text=text) for path, text in texts.items() if path not in before]
    ContentFile.objects.bulk_create(new)
    for path in texts.keys() & before.keys():
        if texts[path] != before[path]:
            course.files.filter(path=path).update(text=texts[path])
    if gone := before.keys() - texts.keys():
        course.files.filter(path__in=gone).delete()
    is_other = course.loaded_by != code_mark()
    if is_other:
        Course.objects.filter(pk=course.pk).update(loaded_by=code_mark())
    return is_other


def is_unchanged(root: Path) -> Course | None:
    """Return the course whose files these are, to the byte, as this code loaded them; None where anything differs."""
    texts = text_files(root)
    stored = ContentFile.objects.filter(path="course.yaml", text=texts.get("course.yaml", ""))
    for course in Course.objects.filter(files__in=stored, loaded_by=code_mark()):
        if texts_of(course) == texts:
            return course
    return None


@contextmanager
def as_folder(texts: Mapping[str, str]) -> Iterator[Path]:
    """Write files into a folder that is there for as long as it is read."""
    with TemporaryDirectory() as name:
        root = Path(name)
        for path, text in texts.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())
        yield root
