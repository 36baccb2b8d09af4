"""Bring everything up to date in one step: database, shipped content and its PDF and EPUB, the demonstration class."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.crypto import get_random_string

from classes.services.demo import (
    CLASS_NAME,
    JOIN_CODE,
    PASSWORD,
    demo_accounts,
    make_demo,
    set_password,
    with_published_password,
)
from courses.models import Course
from courses.services.staff import instructor_group
from courses.takeaway.files import FORMS, all_made
from quizzes.management.commands.load_content import Command as LoadContent
from quizzes.management.commands.load_content import ContentRefused


class Command(BaseCommand):
    """Migrate, load, and make the demonstration class."""

    help = "Migrate the database and load the shipped content; --demo adds demonstration accounts (development only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--demo", action="store_true", help="make demonstration accounts and a class")
        parser.add_argument(
            "--lan", action="store_true", help="others reach the server: give demonstration accounts a new password"
        )
        parser.add_argument("--port", type=int, help="fail now, in words, if this port is taken")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Do each step; every one is safe to repeat."""
        if options["demo"] and not (settings.DEBUG or options["lan"]):
            raise CommandError(
                "Demonstration accounts have a published password: they are made with DEBUG=1 only, "
                "or with --lan, which gives them another."
            )
        if options["port"]:
            self._check_port(options["port"])
        call_command("migrate", verbosity=0)
        instructor_group()  # an upgrade may bring permissions for what is new
        self.stdout.write("Database is up to date.")
        loader = LoadContent()
        self._load(loader, options["verbosity"])
        is_changed = not all(report.is_empty for report in loader.reports)
        for course in Course.objects.filter(is_published=True):
            if is_changed or len(all_made(course)) < len(FORMS):
                self._take_away(course)
        if options["demo"]:
            self._demo()
        if options["demo"] or options["lan"]:
            self._demo_password(is_shown=options["demo"], is_lan=options["lan"])

    def _load(self, loader: LoadContent, verbosity: int) -> None:
        """Load what ships. An edit made here that is in conflict with a file stays, and the course is served."""
        try:
            call_command(loader, stdout=self.stdout, stderr=self.stderr, verbosity=verbosity)
        except ContentRefused as refusal:
            if not refusal.is_conflict:
                raise
            self.stderr.write(
                f"{refusal} The course is served as it stands. Decide each conflict as it says above: "
                "manage.py load_content --take …"
            )

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
                message = (
                    f"Port {port} is in use. Choose another: make run PORT={port + 1}, or tumen run --port {port + 1}"
                )
                raise CommandError(message) from None

    def _demo(self) -> None:
        course = Course.objects.filter(is_published=True).order_by("pk").first()
        if course is None:
            raise CommandError("There is no course to make a class of. Load one first: manage.py load_content FOLDER")
        cohort = make_demo(course=course, now=timezone.now())
        self.stdout.write(f"{CLASS_NAME}: {'made' if cohort else 'there already'}. Its code is {JOIN_CODE}.")

    def _demo_password(self, *, is_shown: bool, is_lan: bool) -> None:
        """Keep the published password to the own machine: where others reach the server, accounts get one made now."""
        accounts = demo_accounts()
        published = with_published_password(accounts)
        password = get_random_string(10, "abcdefghjkmnpqrstuvwxyz23456789") if is_lan else PASSWORD
        if is_lan:
            accounts = accounts if is_shown else published
        else:
            accounts = [account for account in accounts if account not in published]
        if accounts:
            set_password(accounts, password)
        if is_lan and accounts:
            self.stdout.write("Demonstration accounts have a new password, since others reach this server.")
        if is_shown or accounts:
            scope = "made for this start" if is_lan else "development only"
            self.stdout.write(f"Sign in as “instructor” or “student”, password “{password}” ({scope}).")
