"""Print a link under which a person chooses a new password: for people who get no email, or are locked out."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from courses.accounts.links import password_link


class Command(BaseCommand):
    """Make a link for one account."""

    help = "Print a link under which a person chooses a new password and is signed in. Hand it over in private."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("username")
        parser.add_argument("--site", default="", help="the origin of the site, such as https://tumen.example.org")

    def handle(self, *args: Any, username: str, site: str, **options: Any) -> None:  # noqa: ARG002
        """Print the link, or say why there is none."""
        users = get_user_model().objects.filter(guest__isnull=True)
        user = users.filter(username__iexact=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”.")
        if not user.is_active:
            raise CommandError(f"The account “{user}” is closed. Make it active first.")
        self.stdout.write(f"{site.rstrip('/')}{password_link(user)}")
        hours = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) // timedelta(hours=1)
        self.stderr.write(f"The link works once, within {hours} hours. The current password works until it is used.")
