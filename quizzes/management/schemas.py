"""JSON Schemas of the content files, by which editors complete and check them."""

from __future__ import annotations

import json
from pathlib import Path

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
from quizzes.domain.specs import PoolSpec, QuizSpec
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
    "pool": PoolSpec,
}


def write_schemas(folder: Path) -> list[Path]:
    """Write one schema a kind of file, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, model in SCHEMAS.items():
        path = folder / f"{name}.schema.json"
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
        path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        written.append(path)
    return written
