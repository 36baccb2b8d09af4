"""A course to take away: its PDF and EPUB, made by a command and kept as files, never made while a reader waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from courses import conf
from courses.models import Course
from courses.takeaway.book import Book
from courses.takeaway.epub import epub_of
from courses.takeaway.fetch import book_of
from courses.takeaway.pdf import pdf_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Form:
    """A form a course can be taken away in."""

    key: str
    name: str
    about: StrOrPromise
    content_type: str
    make: Callable[[Book], bytes]


FORMS: Mapping[str, Form] = {
    form.key: form
    for form in (
        Form("pdf", "PDF", _("For paper and for screens: pages, with notes at their foot."), "application/pdf", pdf_of),
        Form(
            "epub", "EPUB", _("For e-readers and phones: text that fits the screen."), "application/epub+zip", epub_of
        ),
    )
}


@dataclass(frozen=True)
class Made:
    """A form that is there to be taken."""

    form: Form
    path: Path
    size: int
    made_at: datetime


def make(course: Course, form: Form, *, now: datetime, path: Path | None = None) -> Path:
    """Make a form of a course and put it where the page finds it, or at a path. A reader never meets half a file."""
    path = path or _place(course, form)
    content = form.make(book_of(course, now=now))
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)
    return path


def made_of(course: Course, key: str) -> Made | None:
    """Return a form of a course, if it has been made."""
    form = FORMS.get(key)
    if form is None:
        return None
    path = _place(course, form)
    try:
        found = path.stat()
    except OSError:
        return None
    return Made(form, path, found.st_size, datetime.fromtimestamp(int(found.st_mtime), UTC))


def all_made(course: Course) -> list[Made]:
    """Return the forms of a course that have been made."""
    return [made for key in FORMS if (made := made_of(course, key)) is not None]


def _place(course: Course, form: Form) -> Path:
    return conf.take_away_dir() / f"{course.key}.{form.key}"
