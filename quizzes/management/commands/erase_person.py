"""Erase a person who asks for it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.errors import LastAdministrator
from courses.services.privacy import erase_person


class Command(BaseCommand):
    """Erase."""

    help = "Erase an account: name, address and free text go, answers stay under no name. Cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("username")
        parser.add_argument("--yes", action="store_true", help="really do it")

    def handle(self, *args: Any, username: str, yes: bool, **options: Any) -> None:  # noqa: ARG002
        """Erase the account, or say why not."""
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”.")
        if not yes:
            raise CommandError(f"Erasing “{username}” cannot be undone. Nothing was done; add --yes if you mean it.")
        try:
            left = erase_person(user=user, now=timezone.now())
        except LastAdministrator as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Erased. What is left stands under {left.username}.")
