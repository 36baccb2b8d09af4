"""What a load prints: short lists by name, long ones as counts, everything on request."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from courses.content.report import LONG, LoadReport
from tests.make import body, quiz_file, write_course

MANY = [f"glossary term t-{at}" for at in range(LONG)] + ["lesson worst-years"]


@pytest.mark.parametrize("outcome", ["added", "changed", "retired"])
def test_a_long_list_of_names_becomes_a_count_of_each_kind(outcome: str) -> None:
    report = LoadReport(**{outcome: MANY})

    [line, _counts] = report.lines(in_full=False)

    assert line == f"  {outcome:9} glossary term ({LONG}), lesson (1) (-v2 prints all)"
    assert report.lines(in_full=True)[:-1] == [f"  {outcome:9} {name}" for name in MANY]


@pytest.mark.parametrize("outcome", ["added", "changed", "retired"])
def test_a_short_list_is_printed_name_by_name(outcome: str) -> None:
    report = LoadReport(**{outcome: MANY[-LONG:]})

    assert report.lines(in_full=False) == report.lines(in_full=True)
    assert report.lines(in_full=False)[:-1] == [f"  {outcome:9} {name}" for name in MANY[-LONG:]]


@pytest.mark.parametrize("told", ["kept", "notes"])
def test_of_many_notes_the_first_are_printed_and_the_rest_counted(told: str) -> None:
    report = LoadReport(**{told: [f"lesson {at}" for at in range(LONG + 15)]})

    short, whole = report.lines(in_full=False), report.lines(in_full=True)

    assert short[:LONG] == whole[:LONG]
    assert short[LONG:-1] == ["  … and 15 more like these (-v2 prints all)"]
    assert short[-1] == whole[-1]
    assert len(whole) == LONG + 16


def test_loading_a_large_course_prints_a_summary_and_every_name_on_request(db: None, tmp_path: Path) -> None:
    quizzes = [quiz_file(items=[body("single", key=f"q-{at}") for at in range(LONG + 5)])]
    folder = write_course(tmp_path / "large", quizzes=quizzes)
    said = {}
    for verbosity in (1, 2):
        out = StringIO()
        call_command("load_content", folder, "--dry-run", verbosity=verbosity, stdout=out)
        said[verbosity] = out.getvalue().splitlines()

    assert f"question ({LONG + 5})" in said[1][1]
    assert len(said[1]) < 10 < LONG < len(said[2])
    assert said[1][0] == "large (rehearsal: nothing was changed)" == said[2][0]
    assert "  added     question q-3" in said[2]
    assert said[1][-1] == said[2][-1]
