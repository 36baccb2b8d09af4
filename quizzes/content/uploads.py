"""Files of a course from an upload: looked at in a rehearsal, then loaded as they were looked at, or shown again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from courses.content.archive import ArchiveRefused
from courses.content.conflicts import ContentConflict
from courses.content.documents import parse_yaml
from courses.content.merge import Choices, Conflict
from courses.content.problems import ContentInvalid, Problem, Problems
from courses.content.report import LoadReport
from courses.content.stored import as_folder
from courses.models import Course, CourseRole, Upload
from quizzes.content.dump import dump_course
from quizzes.content.folder import load_folder, read_folder

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_KEPT = 5
"""Uploads of one person that wait to be loaded; with the next one, the oldest goes."""
KEPT = timedelta(days=1)
"""How long an upload waits to be loaded."""


@dataclass(frozen=True)
class Rehearsal:
    """What a load of uploaded files would do. `seen` marks what it is about: the files, and the course as it stands.

    With mistakes nothing can be loaded; with conflicts, once each of them is decided.
    """

    course: str
    report: LoadReport
    conflicts: Sequence[Conflict]
    mistakes: Sequence[Problem]
    seen: str


class ShownAgain(Exception):
    """The course is another than when the upload was looked at, or a conflict is not decided. Nothing was changed."""


def keep_upload(texts: Mapping[str, str], *, user: User, course: Course | None, now: datetime) -> Upload:
    """Keep files until they are loaded; raise ArchiveRefused for those of a course that the person may not change."""
    key = key_in(texts)
    if course is not None and key != course.key:
        words = _("These are the files of “%(key)s”. Upload them on its own page, or as a new course.")
        raise ArchiveRefused(words % {"key": key})
    if course is None and Course.objects.filter(key=key).exists():
        words = _("There is a course “%(key)s” already. Upload on its page, or write another key into course.yaml.")
        raise ArchiveRefused(words % {"key": key})
    Upload.objects.filter(made_at__lt=now - KEPT).delete()
    surplus = Upload.objects.filter(user=user).order_by("-made_at").values_list("pk", flat=True)[MOST_KEPT - 1 :]
    Upload.objects.filter(pk__in=list(surplus)).delete()
    return Upload.objects.create(user=user, texts=dict(texts), made_at=now)


def key_in(texts: Mapping[str, str]) -> str:
    """Return the key of the course whose files these are."""
    document = parse_yaml(texts["course.yaml"].removeprefix("\ufeff"), file="course.yaml", problems=Problems())
    key = document.data.get("course") if document is not None else None
    if not isinstance(key, str):
        raise ArchiveRefused(_("course.yaml does not say which course it is: it begins with “course: key”."))
    return key


def rehearse(upload: Upload, *, now: datetime) -> Rehearsal:
    """Return what loading an upload would do. Nothing is changed."""
    key = key_in(upload.texts)
    report, conflicts, mistakes = LoadReport(), [], []
    seen = _mark(upload, key)
    try:
        with as_folder(upload.texts) as root:
            report = load_folder(read_folder(root), now=now, dry_run=True)
    except ContentConflict as found:
        report, conflicts = found.report or report, found.conflicts
    except ContentInvalid as found:
        mistakes = found.problems
    return Rehearsal(key, report, conflicts, mistakes, seen)


def apply_upload(
    upload: Upload, choices: Choices, *, seen: str, user: User, now: datetime
) -> tuple[Course, LoadReport]:
    """Load an upload as it was looked at. Raises ShownAgain, and ContentInvalid as any load.

    Whether a course is published is no matter of files here: a new one is a draft, of which the person is the owner.
    """
    key = key_in(upload.texts)
    with transaction.atomic():
        before = Course.objects.select_for_update().filter(key=key).first()
        if _mark(upload, key) != seen:
            raise ShownAgain(_("The course was changed since you looked at this. Look again: nothing was loaded."))
        with as_folder(upload.texts) as root:
            try:
                report = load_folder(read_folder(root), now=now, choices=choices)
            except ContentConflict:
                raise ShownAgain(_("Decide every conflict. Nothing was loaded.")) from None
        course = Course.objects.get(key=key)
        Course.objects.filter(pk=course.pk).update(is_published=before.is_published if before else False)
        if before is None:
            CourseRole.objects.create(course=course, user=user, role=CourseRole.Role.OWNER)
        upload.delete()
    return course, report


def _mark(upload: Upload, key: str) -> str:
    """Return a mark of an upload and of the course as it stands: its files as they would be written now."""
    course = Course.objects.filter(key=key).first()
    stands = dump_course(course).texts if course is not None else {}
    text = json.dumps([str(upload.pk), sorted(stands.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
