"""A first course: it loads, lints and fits its schemas as it was written, and overwrites nothing."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from jsonschema import Draft202012Validator

from courses.models import Course
from quizzes.models import Quiz
from tests.admin.work import root
from tests.content.test_schema import data_of
from tests.make import answer_rightly, load, make_attempt, make_user, submit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "My first_course"
    call_command("start_course", target, stdout=StringIO())
    return target


def files_of(folder: Path) -> list[Path]:
    return sorted([*folder.glob("**/*.yaml"), *folder.glob("**/*.md")])


def test_it_loads_as_it_is_as_a_draft_and_can_be_worked_with(folder, db):
    load(folder)

    course = Course.objects.get(key="my-first-course")
    assert not course.is_published
    assert Client().get(course.get_absolute_url()).status_code == 404
    assert root().get(course.get_absolute_url()).status_code == 200
    attempt = make_attempt(Quiz.objects.get(), make_user())
    answer_rightly(attempt)
    assert submit(attempt).percent == 100


def test_it_lints_clean(folder):
    call_command("lint_content", folder, stdout=(said := StringIO()))

    assert "0 errors, 0 warnings" in said.getvalue()


def test_every_yaml_file_names_a_schema_that_is_there_and_fits_it(folder):
    looked_at = 0
    for path in files_of(folder):
        if path.suffix != ".yaml":
            continue
        first = path.read_text(encoding="utf-8").splitlines()[0]
        schema = json.loads((path.parent / first.partition("$schema=")[2]).read_text(encoding="utf-8"))
        assert list(Draft202012Validator(schema).iter_errors(data_of(path, folder))) == [], path
        looked_at += 1
    assert looked_at == 5


def test_every_file_says_how_it_is_changed(folder):
    assert all("# " in path.read_text(encoding="utf-8") for path in files_of(folder) if path.suffix == ".yaml")


@pytest.mark.parametrize("name", ["notes.txt", ".gitignore", "course.yaml"])
def test_a_folder_that_holds_something_is_left_alone(tmp_path, name):
    (tmp_path / name).write_text("mine")

    with pytest.raises(CommandError, match=r"is not empty: it holds .* Nothing was written"):
        call_command("start_course", tmp_path)

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_file_in_its_place_is_left_alone(tmp_path):
    (tmp_path / "course").write_text("mine")

    with pytest.raises(CommandError, match="is not empty"):
        call_command("start_course", tmp_path / "course")

    assert (tmp_path / "course").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_said_in_words(tmp_path):
    (tmp_path / "file").write_text("mine")

    with pytest.raises(CommandError, match="cannot be written"):
        call_command("start_course", tmp_path / "file" / "course")


@pytest.mark.parametrize(("name", "key"), [("tides", "tides"), ("קורס", "course"), ("A_b c!", "a-b-c")])
def test_the_key_is_made_of_the_name_of_the_folder(tmp_path, name, key):
    call_command("start_course", tmp_path / name, stdout=StringIO())

    assert f"course: {key} " in (tmp_path / name / "course.yaml").read_text(encoding="utf-8")
