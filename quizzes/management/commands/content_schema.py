"""Write JSON Schemas of the content files, so that editors complete and check them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from quizzes.management.schemas import write_schemas


class Command(BaseCommand):
    """Write one schema a kind of file."""

    help = "Write JSON Schemas of the content files into a folder (default: build/schemas)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("folder", nargs="?", type=Path, default=Path("build/schemas"))

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:  # noqa: ARG002
        """Write the schemas and say how an editor finds them."""
        for path in write_schemas(folder):
            self.stdout.write(str(path))
        self.stdout.write(f"First line of a file: # yaml-language-server: $schema={folder}/quiz.schema.json")
