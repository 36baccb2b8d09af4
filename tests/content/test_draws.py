"""A draw that the course's own questions cannot meet is refused at load; a matrix that tells too early is noted."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.content.problems import ContentInvalid
from quizzes.content.folder import read_folder
from quizzes.models import Quiz
from tests.make import body, load, make_attempt, make_user, quiz_file, write_course, write_yaml

CLOSES = "2026-06-01T12:00:00+00:00"


def write(root, *, strata, own=(), bank=6, **fields):
    """Write a course with a bank of singles and a quiz that draws from it; return the course's folder."""
    plan = {"strata": strata, **fields.pop("rules", {})}
    items = [
        body("single", key=f"b{at}", difficulty=at % 3 + 1, **({"enemies": ["own"]} if own and at == 0 else {}))
        for at in range(bank)
    ]
    quizzes = [
        quiz_file(key="bank", items=items, checks=[body("single", key="check")]),
        quiz_file(key="final", items=list(own), draw=plan, **fields),
    ]
    return write_course(root, quizzes=quizzes)


def problems_of(root):
    with pytest.raises(ContentInvalid) as refusal:
        read_folder(root)
    return refusal.value.problems


def test_a_draw_that_can_be_met_is_loaded_and_starts(db, tmp_path):
    load(write(tmp_path, strata=[{"take": 6, "units": ["unit-1"], "lessons": ["lesson-1"], "quizzes": ["bank"]}]))

    assert make_attempt(Quiz.objects.get(key="final"), make_user()).responses.count() == 6


def test_a_bank_smaller_than_the_draw_is_refused_at_the_line_of_the_draw(db, tmp_path):
    """Peer failure: found out at the start (adapt_framework #1980)."""
    root = write(tmp_path, strata=[{"take": 7}])

    [problem] = problems_of(root)

    lines = (root / "quizzes" / "final.yaml").read_text().splitlines()
    assert (problem.file, problem.place) == ("quizzes/final.yaml", "draw")
    assert '"draw"' in lines[problem.line - 1]
    assert problem.reason == "No paper can be drawn: 7 wanted (any question), 6 in the bank."
    assert problem.suggestion


def test_a_draw_covers_statements_that_there_are(tmp_path):
    problems = problems_of(write(tmp_path, strata=[{"take": 2}], rules={"cover": ["S01"]}))

    assert [problem.reason for problem in problems] == ["There is no statement “S01”."]


@pytest.mark.parametrize(
    ("strata", "rules", "reason"),
    [
        ([{"take": 3, "difficulties": [1]}], {}, "3 wanted (difficulties: 1), 2 in the bank"),
        ([{"take": 1, "kinds": ["essay"]}], {}, "1 wanted (kinds: essay), 0 in the bank"),
        ([{"take": 4}, {"take": 3}], {}, "the strata compete for the same questions"),
        ([{"take": 2}], {"per_objective": 1}, "more than 1 questions on one objective"),
        ([{"take": 2}], {"contested": 1}, "at least 1 questions on contested matters"),
        ([{"take": 3}], {"difficulties": {"1": {"min": 3}}}, "3 to 1000 questions of difficulty 1"),
    ],
)
def test_each_rule_that_cannot_hold_is_named(tmp_path, strata, rules, reason):
    assert [problem.reason for problem in problems_of(write(tmp_path, strata=strata, rules=rules))] == [
        f"No paper can be drawn: {reason}."
    ]


def test_what_the_quiz_asks_anyhow_its_enemies_and_checks_in_the_text_are_not_in_the_bank(tmp_path):
    own = [body("single", key="own", enemies=["b1"])]
    write(tmp_path / "fits", strata=[{"take": 4}], own=own)
    write(tmp_path / "short", strata=[{"take": 5}], own=own)

    read_folder(tmp_path / "fits")
    assert "4 in the bank" in problems_of(tmp_path / "short")[0].reason


def test_a_bank_with_mistakes_in_it_is_not_judged(tmp_path):
    root = write(tmp_path, strata=[{"take": 7}])
    write_yaml(root / "quizzes" / "more.yaml", quiz_file(key="more", items=[body("single", key="m", level="know")]))

    assert {problem.file for problem in problems_of(root)} == {"quizzes/more.yaml"}


def test_the_command_says_so_and_changes_nothing(db, tmp_path):
    said = StringIO()

    with pytest.raises(CommandError, match="1 mistake"):
        call_command("load_content", write(tmp_path, strata=[{"take": 7}]), stderr=said)

    assert "quizzes/final.yaml" in said.getvalue()
    assert not Quiz.objects.exists()


# Matrices.


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ({"review": "full"}, None),
        ({"review": "after_close", "closes": CLOSES}, None),
        ({"review": "marks", "closes": CLOSES}, "whether each was right"),
        (
            {"review": "full", "closes": CLOSES},
            ", ".join([*("whether each was right", "why each option is right or wrong"),
                       *("the explanation of each question", "the right answers")]),
        ),
        ({"review": {"correctness": ["closed"], "general_feedback": ["closed"], "option_feedback": ["closed"],
                     "right_answer": ["later"]}, "closes": CLOSES}, "the right answers"),
    ],
)  # fmt: skip
def test_a_matrix_that_shows_answers_while_others_may_start_is_noted_and_loaded(db, tmp_path, fields, rows):
    report = load(write_course(tmp_path, quizzes=[quiz_file(**fields)]))

    words = "quiz quiz: shown to those who are done while others may still start: "
    assert report.notes == ([] if rows is None else [words + rows])
    assert Quiz.objects.count() == 1


def test_a_note_is_no_change(db, tmp_path):
    root = write_course(tmp_path, quizzes=[quiz_file(closes=CLOSES)])
    load(root)

    again = load(root)

    assert again.is_empty
    assert len(again.notes) == 1
