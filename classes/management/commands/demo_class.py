"""Make a big demonstration class, to look at pages and to measure them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from classes.services.big_demo import big_demo
from courses.models import Course


class Command(BaseCommand):
    """Make a class with so many students."""

    help = "Make a class with many students, names in several scripts, groups and reading progress, for a teacher."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--students", type=int, default=300, help="how many (default 300)")
        parser.add_argument("--teacher", default="instructor", help="the username of who teaches it")
        parser.add_argument("--course", help="the key of its course; needed where there are several")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same class")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Make the class. Each run makes another."""
        if not 1 <= options["students"] <= 20_000:
            raise CommandError("--students is from 1 to 20,000.")
        teacher = get_user_model().objects.filter(username=options["teacher"], is_active=True).first()
        if teacher is None:
            raise CommandError(f"There is no account “{options['teacher']}”. Name one with --teacher.")
        cohort = big_demo(
            course=self._course(options["course"]),
            teacher=teacher,
            students=options["students"],
            now=timezone.now(),
            seed=options["seed"],
        )
        address = reverse("classes:people", args=[cohort.pk])
        self.stdout.write(f"{cohort.name}: made, taught by {teacher.username}. Its people are at {address}")

    def _course(self, key: str | None) -> Course:
        courses = Course.objects.filter(archived_at=None, **({"key": key} if key else {}))
        if len(courses) != 1:
            known = ", ".join(Course.objects.values_list("key", flat=True)) or "none is loaded"
            raise CommandError(f"Name the course with --course: {known}.")
        return courses[0]
