"""Parts of a question that say the same are refused where questions are written, and stay readable where they are."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from courses.content.dump import dump_yaml
from courses.content.problems import ContentInvalid
from quizzes.content.folder import read_folder
from quizzes.domain.kinds import read_spec
from quizzes.domain.repeats import repeats_in
from quizzes.lint.findings import E, Finding
from quizzes.lint.run import lint_item
from quizzes.lint.view import ItemView
from quizzes.models import ItemRevision
from tests.admin.work import root, save, told
from tests.lint.make import COURSE
from tests.make import body, make_attempt, make_quiz, make_user, quiz_file, submit, write_course

# By kind: the list, the part that repeats another, and where its words stand in the part.
CASES: list[tuple[str, tuple[str, ...], str, str]] = [
    ("single", ("options", "roubles", "text"), "Paid in roubles", "paid  in ROUBLES."),
    ("multiple", ("options", "gold", "text"), "Coal", "*coal*"),
    ("map", ("places", "strait", "text"), "Inland, in the west", "Inland, in the west"),
    ("matching", ("matches", "command"), "A duty to help", "A duty to help"),
    ("matching", ("prompts", "new", "text"), "Treaty of 1961", "treaty of 1961"),
    ("categorise", ("categories", "place"), "Council seat", "Council  seat"),
    ("categorise", ("entries", "veto", "text"), "Trained its army", "Trained its army."),
    ("ordering", ("entries", "debt", "text"), "War", "war"),
    ("cloze", ("gaps", "russian", "options", "high"), "83 million", "83 million"),
    ("timeline", ("events", "new", "text"), "Treaty with a duty to help", "Treaty with a duty to help"),
    ("numbers", ("fields", "border", "label"), "Gas line", "gas line"),
]

REPEATED = [(kind, where, words) for kind, where, _other, words in CASES]


def repeating(kind: str, where: tuple[str, ...], words: str) -> dict[str, Any]:
    """Return an item in which one part says what another says."""
    made = deepcopy(body(kind, key="q"))
    part = made
    for name in where[:-1]:
        part = part[name]
    part[where[-1]] = words
    if kind == "single":
        made["options"]["kind"]["text"] = "Paid in roubles"
    return made


@pytest.mark.parametrize(("kind", "where", "other", "words"), CASES)
def test_a_file_with_a_repeated_part_is_refused_at_its_line(
    tmp_path: Path, kind: str, where: tuple[str, ...], other: str, words: str
) -> None:
    made = repeating(kind, where, words)
    with pytest.raises(ContentInvalid) as refusal:
        read_folder(write_course(tmp_path, quizzes=[quiz_file(items=[made])]))

    [problem] = refusal.value.problems
    assert problem.file == "quizzes/quiz.yaml"
    assert problem.line > 1
    assert "students cannot tell them apart" in problem.reason
    assert {other, words} >= set(problem.reason.replace("”", "“").split("“")[1::2]) or kind == "single"


def duplicates(made: dict[str, Any]) -> list[Finding]:
    found = lint_item(ItemView(read_spec(made), quiz="quiz"), COURSE)
    return [finding for finding in found if finding.rule == "OPT-DUP"]


@pytest.mark.parametrize(("kind", "where", "words"), REPEATED)
def test_the_linter_names_it_as_an_error(kind: str, where: tuple[str, ...], words: str) -> None:
    [found] = duplicates(repeating(kind, where, words))

    assert found.severity == E
    assert not duplicates(body(kind))


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "where", "words"), REPEATED)
def test_the_admin_refuses_it_and_keeps_what_was_typed(kind: str, where: tuple[str, ...], words: str) -> None:
    quiz = make_quiz(items=[body(kind, key="q")])
    item = quiz.items.get()
    address = f"{reverse('admin:quizzes_itemrevision_add')}?item={item.pk}"

    answer = save(root(), address, body=dump_yaml(repeating(kind, where, words)))

    assert "students cannot tell them apart" in told(answer)
    assert words in answer.context["adminform"].form["body"].value()
    assert ItemRevision.objects.count() == 1


@pytest.mark.django_db
def test_a_stored_version_that_repeats_itself_is_still_read_and_marked() -> None:
    quiz = make_quiz(items=[body("matching", key="q")])
    stored = read_spec(repeating("matching", ("matches", "command"), "A duty to help"))
    ItemRevision.objects.update(body=stored.model_dump(mode="json"))
    attempt = make_attempt(quiz, make_user())

    assert submit(attempt).score == 0
    assert attempt.responses.get().revision.spec == stored


@pytest.mark.parametrize(
    ("one", "other"),
    [("10²", "102"), ("Trade with A", "Trade with B"), ("-5", "5"), ("rose", "rosé"), ("re-sign", "resign")],
)
def test_what_differs_to_the_eye_is_no_repeat(one: str, other: str) -> None:
    options = {
        "a": {"text": one, "correct": True, "feedback": "Why."},
        "b": {"text": other, "feedback": "Why."},
        "c": {"text": "Something else", "feedback": "Why."},
    }

    assert not list(repeats_in(read_spec(body("single", options=options))))


def test_words_that_stand_twice_in_a_text_may_both_be_marked() -> None:
    text = "It was [[a|Moscow]] and then [[b|Moscow]] and [[c|Seoul]]."
    spans = {key: {"correct": key == "b", "feedback": "Why."} for key in "abc"}

    assert not list(repeats_in(read_spec(body("mark", text=text, spans=spans))))
