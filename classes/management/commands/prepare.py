"""Bring everything up to date in one step: database, shipped content and its PDF and EPUB, the demonstration class."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from classes.services.demo import CLASS_NAME, JOIN_CODE, PASSWORD, make_demo
from courses.models import Course
from courses.services.staff import instructor_group
from courses.takeaway.files import FORMS, all_made
from quizzes.management.commands.load_content import Command as LoadContent


class Command(BaseCommand):
    """Migrate, load, and make the demonstration class."""

    help = "Migrate the database and load the shipped content; --demo adds demonstration accounts (development only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--demo", action="store_true", help="make demonstration accounts and a class")
        parser.add_argument("--port", type=int, help="fail now, in words, if this port is taken")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Do each step; every one is safe to repeat."""
        if options["demo"] and not settings.DEBUG:
            raise CommandError("Demonstration accounts have a known password: they are made with DEBUG=1 only.")
        if options["port"]:
            self._check_port(options["port"])
        call_command("migrate", verbosity=0)
        instructor_group()  # an upgrade may bring permissions for what is new
        self.stdout.write("Database is up to date.")
        loader = LoadContent()
        call_command(loader, stdout=self.stdout, verbosity=options["verbosity"])
        is_changed = not all(report.is_empty for report in loader.reports)
        for course in Course.objects.filter(is_published=True):
            if is_changed or len(all_made(course)) < len(FORMS):
                self._take_away(course)
        if options["demo"]:
            self._demo()

    def _take_away(self, course: Course) -> None:
        """Make what readers take away; the course is served also when that fails."""
        try:
            call_command("export_course", course.key, stdout=self.stdout)
        except CommandError as refusal:
            self.stderr.write(str(refusal))

    def _check_port(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                message = f"Port {port} is in use. Choose another: make run PORT={port + 1}"
                raise CommandError(message) from None

    def _demo(self) -> None:
        course = Course.objects.filter(is_published=True).order_by("pk").first()
        if course is None:
            raise CommandError("There is no course to make a class of. Load one first: manage.py load_content FOLDER")
        cohort = make_demo(course=course, now=timezone.now())
        self.stdout.write(f"{CLASS_NAME}: {'made' if cohort else 'there already'}. Its code is {JOIN_CODE}.")
        self.stdout.write(f"Sign in as “instructor” or “student”, password “{PASSWORD}” (development only).")
