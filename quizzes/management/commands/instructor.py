"""Make an account an instructor: staff, in the group that may edit content and run classes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from quizzes.services.staff import make_instructor


class Command(BaseCommand):
    """Promote an account."""

    help = "Let an account edit content and run classes in the admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:  # noqa: ARG002
        """Promote the account, or say that there is none."""
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”. Let them sign up first.")
        make_instructor(user)
        self.stdout.write(f"{username} may now work in the admin. Add them to a class as its instructor there.")
