"""Reserved questions in files, exams that may draw on them, and private pools from a folder of a school's own."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from courses.content.problems import ContentInvalid
from courses.models import Course
from quizzes.content.dump import dump_course
from quizzes.content.folder import load_folder, read_folder
from quizzes.lint.folder import lint_folder
from quizzes.models import Item, Quiz
from quizzes.services.papers import candidates_for
from tests.make import NOW, body, quiz_file, write_course, write_yaml

RESERVED = {"bank": "reserved", "strata": [{"take": 2}]}


def write(root: Path, *, draw: dict[str, Any] = RESERVED, kept: int = 2, **fields: Any) -> Path:
    """Write a course with an exam, and so many questions reserved for it beside three open ones."""
    bank = quiz_file(
        key="bank", items=[body("single", key=f"open-{at}") for at in range(3)],
        reserved=[body("single", key=f"kept-{at}") for at in range(kept)],
    )  # fmt: skip
    how = {"practice": False, "review": "after_close", **fields}
    return write_course(root / "course", quizzes=[bank, quiz_file(key="exam", items=[], draw=draw, **how)])


def write_pool(root: Path, *keys: str, **fields: Any) -> Path:
    """Write a folder with one pool."""
    items = [body("single", key=key, section="lesson-1#section-1") for key in keys]
    write_yaml(root / "pool" / "autumn.yaml", {"pool": "autumn", "quiz": "exam", "reserved": items, **fields})
    return root / "pool"


def load(root: Path, pool: Path | None = None) -> Any:
    return load_folder(read_folder(root, pool=pool), now=NOW)


def drawn(key: str = "exam") -> set[str]:
    return {candidate.key for candidate, _pk in candidates_for(Quiz.objects.get(key=key), None)}


def reasons(root: Path, pool: Path | None = None) -> list[str]:
    with pytest.raises(ContentInvalid) as refusal:
        read_folder(root, pool=pool)
    return [problem.reason for problem in refusal.value.problems]


def test_an_exam_draws_on_reserved_questions_and_other_quizzes_do_not(db, tmp_path):
    load(write(tmp_path))

    assert drawn() == {"kept-0", "kept-1"}
    Quiz.objects.filter(key="exam").update(draw={"bank": "open", "strata": [{"take": 2}]})
    assert drawn() == {"open-0", "open-1", "open-2"}


@pytest.mark.parametrize("bank", [{"bank": "open"}, {"bank": "reserved"}])
def test_an_exam_that_says_what_it_draws_on_is_loaded(tmp_path, bank):
    assert read_folder(write(tmp_path, draw={**bank, "strata": [{"take": 2}]}))


def test_an_exam_that_draws_on_open_questions_without_saying_so_is_refused_at_its_draw(tmp_path):
    root = write(tmp_path, draw={"strata": [{"take": 2}]})

    with pytest.raises(ContentInvalid) as refusal:
        read_folder(root)

    [problem] = refusal.value.problems
    assert (problem.file, problem.place) == ("quizzes/exam.yaml", "draw")
    assert problem.reason == "It is an exam, and it draws on questions whose answers other quizzes show."
    assert "bank: reserved" in problem.suggestion


@pytest.mark.parametrize("fields", [{"practice": True}, {"review": "full"}])
def test_a_quiz_that_shows_answers_may_not_draw_on_what_is_reserved(tmp_path, fields):
    [reason] = reasons(write(tmp_path, **fields))

    assert reason.startswith("Reserved questions are for exams")


def test_too_few_reserved_questions_are_a_mistake_whatever_is_open(tmp_path):
    assert reasons(write(tmp_path, kept=1)) == ["No paper can be drawn: 2 wanted (any question), 1 in the bank."]


def test_a_reserved_question_is_one_that_is_marked(tmp_path):
    root = write(tmp_path)
    held = [body("survey", key="asked"), *(body("single", key=f"kept-{at}") for at in range(2))]
    write_yaml(root / "quizzes" / "bank.yaml", quiz_file(key="bank", items=2, reserved=held))

    assert any("exams draw questions that are marked" in reason for reason in reasons(root))


def test_reserved_questions_are_written_back_in_their_list(db, tmp_path):
    root = write(tmp_path)
    load(root)
    item = Item.objects.get(key="kept-1")
    item.quiz.title = "Edited here"
    item.quiz.edited_at = NOW
    item.quiz.save()

    text = dump_course(Course.objects.get()).texts["quizzes/bank.yaml"]

    assert "Edited here" in text
    assert text.index("reserved") < text.index("kept-0") < text.index("kept-1")


# Private pools.


def test_a_private_pool_joins_what_the_course_reserves(db, tmp_path):
    root, pool = write(tmp_path), write_pool(tmp_path, "own-1", "own-2")

    report = load(root, pool)

    assert {"question own-1", "question own-2"} <= set(report.added)
    assert drawn() == {"kept-0", "kept-1", "own-1", "own-2"}
    assert set(Item.objects.filter(pool="autumn").values_list("quiz__key", "purpose")) == {("exam", "reserved")}


def test_a_pool_that_is_alone_keeps_the_public_questions_out(db, tmp_path):
    load(write(tmp_path), write_pool(tmp_path, "own-1", "own-2", alone=True))

    assert drawn() == {"own-1", "own-2"}


def test_a_pool_is_drawn_by_its_own_exam_alone(db, tmp_path):
    root = write(tmp_path)
    other = quiz_file(key="resit", items=[], practice=False, review="after_close", draw=RESERVED)
    write_yaml(root / "quizzes" / "resit.yaml", other)
    load(root, write_pool(tmp_path, "own-1", "own-2", alone=True))

    assert drawn("resit") == {"kept-0", "kept-1"}


def test_a_pool_alone_that_cannot_fill_the_paper_is_refused(tmp_path):
    root, pool = write(tmp_path), write_pool(tmp_path, "own-1", alone=True)

    assert reasons(root, pool) == ["No paper can be drawn: 2 wanted (any question), 1 in the bank."]


def test_a_load_without_the_pool_leaves_it_and_never_writes_it_into_the_course(db, tmp_path):
    root, pool = write(tmp_path), write_pool(tmp_path, "own-1", "own-2", alone=True)
    load(root, pool)

    report = load(root)

    assert (report.changed, report.retired) == ([], [])
    assert drawn() == {"own-1", "own-2"}
    assert not [path for path, text in dump_course(Course.objects.get()).texts.items() if "own-1" in text]


def test_the_pool_is_loaded_again_unchanged_and_what_left_it_is_retired(db, tmp_path):
    root = write(tmp_path)
    load(root, write_pool(tmp_path, "own-1", "own-2"))

    assert load(root, tmp_path / "pool").is_empty
    assert load(root, write_pool(tmp_path, "own-2")).retired == ["question own-1"]
    assert drawn() == {"kept-0", "kept-1", "own-2"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quiz": "bank"}, "There is no exam that draws on reserved questions “bank”."),
        ({"reserved": [body("single", key="kept-0", section="lesson-1#section-1")]}, "has the key “kept-0”"),
        ({"reserved": [body("single", key="own", section="lesson-1#nowhere")]}, "There is no section “nowhere”."),
        ({"reserved": [body("single", key="own", objective="other", section="lesson-1#section-1")]}, "no objective"),
        ({"checks": []}, "checks"),
    ],
)
def test_what_is_wrong_in_a_pool_is_told_and_nothing_is_loaded(db, tmp_path, fields, words):
    root, pool = write(tmp_path), write_pool(tmp_path, "own-1", **fields)
    said = StringIO()

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("load_content", root, pool=pool, stderr=said)

    assert words in said.getvalue()
    assert "pools/autumn.yaml:" in said.getvalue()
    assert not Course.objects.exists()


def test_the_course_may_not_take_the_key_of_a_question_in_a_pool(db, tmp_path):
    root = write(tmp_path)
    load(root, write_pool(tmp_path, "own-1", "own-2"))
    more = quiz_file(key="more", items=[body("single", key="own-1")])
    write_yaml(root / "quizzes" / "more.yaml", more)

    with pytest.raises(ContentInvalid) as refusal:
        load(root)

    assert [problem.reason for problem in refusal.value.problems] == [
        "Another question of the course has the key “own-1”."
    ]


def test_the_command_loads_a_pool_into_the_one_course_named(db, tmp_path):
    root, pool = write(tmp_path), write_pool(tmp_path, "own-1", "own-2")

    call_command("load_content", root, pool=pool, stdout=StringIO())

    assert drawn() == {"kept-0", "kept-1", "own-1", "own-2"}
    with pytest.raises(CommandError, match="Name the one course"):
        call_command("load_content", root, root, pool=pool, stdout=StringIO())
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("load_content", root, pool=tmp_path / "nowhere", stdout=StringIO())


def test_a_folder_without_a_pool_says_how_one_is_written(tmp_path):
    (tmp_path / "empty").mkdir()

    assert reasons(write(tmp_path), tmp_path / "empty") == [
        "There is no pool in the folder: no file in it ends in .yaml."
    ]


def test_a_pool_is_judged_with_its_course_and_findings_name_its_file(tmp_path):
    root, pool = write(tmp_path), write_pool(tmp_path, "own-1", "own-2", alone=True)

    report = lint_folder(root, pool=pool)

    assert {key for _file, spec in report.items if (key := spec.key).startswith("own")} == {"own-1", "own-2"}
    assert "pools/autumn.yaml" in {one.file for one in report.found}
    strata = [one.finding for one in report.found if one.finding.rule == "BANK-POOL"]
    assert [(finding.severity, finding.details["n"]) for finding in strata] == [("W", 2)]
