"""Make a course as PDF and EPUB."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import CannotBeSet
from courses.models import Course
from courses.takeaway.files import FORMS, make


class Command(BaseCommand):
    """Make the forms of a course that readers take away."""

    help = "Make a course as PDF and EPUB, where its download page finds them, or write one of them to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("course", help="the key of a course")
        parser.add_argument("--format", choices=[*FORMS], help="one form only")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write to this file; needs --format")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Make what is asked for."""
        course = Course.objects.filter(key=options["course"]).first()
        if course is None:
            raise CommandError(_("There is no course “%(key)s”.") % {"key": options["course"]})
        if options["output"] and not options["format"]:
            raise CommandError(_("Say which form goes into the file: --format pdf or --format epub."))
        for key in [options["format"]] if options["format"] else FORMS:
            try:
                path = make(course, FORMS[key], now=timezone.now(), path=options["output"])
            except CannotBeSet as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(str(path))
