"""Let an account into the admin, to make classes and courses of its own."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from courses.services.staff import make_instructor


class Command(BaseCommand):
    """Promote an account."""

    help = "Let an account make classes and courses in the admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:  # noqa: ARG002
        """Promote the account, or say that there is none."""
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”. Let them sign up first.")
        make_instructor(user)
        self.stdout.write(
            f"{username} can now make classes and courses in the admin. To have them teach a class or edit a course "
            "that exists, an administrator gives them a place or a role there."
        )
