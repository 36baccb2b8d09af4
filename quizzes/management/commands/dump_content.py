"""Write a course into a folder, as its authors write it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from courses.content.folder import FolderNotOurs, write_folder
from courses.models import Course
from quizzes.content.dump import dump_course


class Command(BaseCommand):
    """Write the files of a course, with everything that was changed in the admin."""

    help = "Write a course into a folder: files as they were loaded, with what was changed here since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("course", metavar="COURSE")
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Write the files that differ from those in the folder."""
        course = Course.objects.filter(key=options["course"]).first()
        if course is None:
            known = ", ".join(Course.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(
                _("There is no course “%(key)s”. Courses: %(known)s") % {"key": options["course"], "known": known}
            )
        dump = dump_course(course)
        try:
            changed = write_folder(options["folder"], dump.texts, course=course.key)
        except FolderNotOurs as refusal:
            raise CommandError(str(refusal)) from None
        for path, what in changed.items():
            self.stdout.write(f"  {what:9} {path}")
        for note in dump.notes:
            self.stdout.write(f"  {note}")
        self.stdout.write(
            _("%(n)d files, %(changed)d of them changed") % {"n": len(dump.texts), "changed": len(changed)}
        )
