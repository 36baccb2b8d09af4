"""Write JSON Schemas of the content files, so that editors complete and check them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from pydantic import BaseModel

from courses.content.maps import MapFile
from courses.content.schema import (
    CourseFile,
    FactsFile,
    FigureFile,
    GlossaryFile,
    LessonFile,
    PeopleFile,
    SourcesFile,
    StudyFile,
    TimelineFile,
)
from quizzes.domain.specs import QuizSpec
from quizzes.lint.overrides import LintFile

SCHEMAS: dict[str, type[BaseModel]] = {
    "course": CourseFile,
    "lesson": LessonFile,
    "sources": SourcesFile,
    "glossary": GlossaryFile,
    "people": PeopleFile,
    "timeline": TimelineFile,
    "study": StudyFile,
    "facts": FactsFile,
    "lint": LintFile,
    "figure": FigureFile,
    "map": MapFile,
    "quiz": QuizSpec,
}


class Command(BaseCommand):
    """Write one schema a kind of file."""

    help = "Write JSON Schemas of the content files into a folder (default: build/schemas)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("folder", nargs="?", type=Path, default=Path("build/schemas"))

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:  # noqa: ARG002
        """Write the schemas and say how an editor finds them."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, model in SCHEMAS.items():
            path = folder / f"{name}.schema.json"
            schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
            path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            self.stdout.write(str(path))
        self.stdout.write(f"First line of a file: # yaml-language-server: $schema={folder}/quiz.schema.json")
