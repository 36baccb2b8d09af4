"""The JSON Schemas that editors check files with agree with the loader."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from courses.content.documents import read_front_matter, read_yaml
from courses.content.problems import Problems
from quizzes.management.commands.load_content import shipped_folders
from quizzes.management.schemas import SCHEMAS
from tests.content.sample import edit, write_sample

NAMES = sorted(SCHEMAS)
IN_FOLDERS = {"lessons": "lesson", "quizzes": "quiz", "figures": "figure", "maps": "map"}


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schemas as the command writes them."""
    folder = tmp_path_factory.mktemp("schemas")
    call_command("content_schema", folder, stdout=StringIO())
    return {name: json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8")) for name in NAMES}


def data_of(path: Path, root: Path) -> Any:
    """Return what a file holds as an editor sees it: numbers are numbers."""
    problems = Problems()
    read = read_front_matter if path.suffix == ".md" else read_yaml
    document = read(path, root=root, problems=problems)
    assert document is not None, problems.found
    return json.loads(json.dumps(document.data, default=float))


def faults(schemas: dict[str, Any], path: Path, root: Path) -> list[str]:
    """Return what a schema says against a file."""
    name = IN_FOLDERS.get(path.parent.name, path.stem)
    found = Draft202012Validator(schemas[name]).iter_errors(data_of(path, root))
    return [f"{error.json_path}: {error.message}" for error in found]


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_a_valid_schema(schemas, name):
    Draft202012Validator.check_schema(schemas[name])

    assert schemas[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schemas[name]["additionalProperties"] is False


FILES = [
    pytest.param(path, root, id=str(path.relative_to(root.parent)))
    for root in shipped_folders()
    for path in sorted([*root.rglob("*.yaml"), *root.rglob("*.md")])
    if path.name != "README.md"
]


@pytest.mark.parametrize(("path", "root"), FILES)
def test_every_shipped_file_is_accepted(schemas, path, root):
    assert faults(schemas, path, root) == []


def test_the_sample_course_is_accepted(schemas, tmp_path):
    root = write_sample(tmp_path)
    found = {path.name: faults(schemas, path, root) for path in [*root.rglob("*.yaml"), *root.rglob("*.md")]}

    assert len(found) == 9
    assert not any(found.values()), found


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("course.yaml", "label: Phase 1", "lable: Phase 1"),
        ("sources.yaml", "type: book", "type: papyrus"),
        ("timeline.yaml", "lane: moscow", "lane: [moscow]"),
        ("lessons/trade.md", "title: The trade", "titel: The trade"),
        ("figures/trade.yaml", "rows:", "rows: []\nlines:"),
        ("quizzes/alliance.yaml", "kind: numeric", "kind: number"),
        ("quizzes/alliance.yaml", "pass_percent: 70", "pass_percent: 170"),
        ("quizzes/alliance.yaml", "practice: true", "practice: perhaps"),
    ],
)
def test_a_mistake_is_marked_by_the_editor_too(schemas, tmp_path, file, old, new):
    root = write_sample(tmp_path)
    edit(root, file, old, new)

    assert faults(schemas, root / file, root) != []


def test_the_command_says_how_an_editor_finds_the_schemas(tmp_path):
    said = StringIO()

    call_command("content_schema", tmp_path / "new" / "folder", stdout=said)

    assert f"yaml-language-server: $schema={tmp_path}/new/folder/quiz.schema.json" in said.getvalue()
