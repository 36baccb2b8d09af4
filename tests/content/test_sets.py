"""Questions on one source: what they show, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.content.problems import ContentInvalid
from courses.rendering.library import Unlinked
from courses.rendering.markdown import render_blocks
from quizzes.content.folder import read_folder
from quizzes.models import ItemRevision, Quiz
from tests.content.sample import line_of
from tests.make import body, load, make_attempt, make_user, quiz_file, write_course

LETTER = {
    "title": "A letter on losses",
    "stimulus": "The writer asks for *compensation*.",
    "record": {"author": "A deputy minister", "date": "16 June 1993", "place": "Moscow", "genre": "official letter"},
    "sources": ["treaty-1961"],
}


def folder_of(root: Path, items: list[dict], *, sets: dict | None = None, **fields) -> Path:
    """Return a course folder whose one quiz has these questions and sets."""
    sets = {"letter": LETTER} if sets is None else sets
    return write_course(root, quizzes=[quiz_file(items=items, sets=sets, **fields)])


def on_letter(at: int, kind: str = "single", **fields) -> dict:
    return body(kind, key=f"q-{at}", **{"set": "letter", **fields})


def apart(at: int) -> dict:
    return body("single", key=f"q-{at}")


def only_mistake(folder):
    with pytest.raises(ContentInvalid) as refusal:
        read_folder(folder)
    [problem] = refusal.value.problems
    return problem


def specs_of(folder):
    [quiz] = read_folder(folder).quizzes
    return [spec for _name, _at, spec in quiz.entries]


def test_each_question_of_a_set_shows_the_source_with_what_is_known_of_it(tmp_path):
    first, second, third = specs_of(folder_of(tmp_path, [on_letter(1), on_letter(2), apart(3)]))

    assert first.stimulus == second.stimulus
    assert first.stimulus.splitlines() == [
        "**A letter on losses**\\",
        "*Author:* A deputy minister\\",
        "*Date:* 16 June 1993\\",
        "*Place:* Moscow\\",
        "*Kind of source:* official letter",
        "",
        "The writer asks for *compensation*.",
    ]
    assert third.stimulus is None


def test_the_record_is_shown_line_by_line(tmp_path):
    first, _second = specs_of(folder_of(tmp_path, [on_letter(1), on_letter(2)]))

    html = render_blocks(first.stimulus, Unlinked())

    assert "<strong>A letter on losses</strong><br" in html
    assert html.count("<br") == 4
    assert html.count("<p>") == 2


@pytest.mark.parametrize(
    ("items", "sets", "place"),
    [
        (
            [on_letter(1), on_letter(2)],
            {"letter": {**LETTER, "stimulus": "It asks.[@treaty-1961]"}},
            "sets.letter.stimulus",
        ),
        ([body("single", key="q", stimulus="It asks. [@treaty-1961, p. 4]")], {}, "items[0].stimulus"),
    ],
)
def test_a_question_cites_in_its_sources_not_in_its_words(tmp_path, items, sets, place):
    problem = only_mistake(folder_of(tmp_path, items, sets=sets))

    assert (problem.place, problem.line > 0) == (place, True)
    assert "treaty-1961" in problem.reason


def test_a_question_keeps_its_own_stimulus_below_the_source(tmp_path):
    first, _second = specs_of(folder_of(tmp_path, [on_letter(1, stimulus="A table."), on_letter(2)]))

    assert first.stimulus.endswith("asks for *compensation*.\n\nA table.")


def test_a_source_of_which_nothing_else_is_known_has_its_title(tmp_path):
    bare = {name: LETTER[name] for name in ("title", "stimulus", "sources")}

    first, _second = specs_of(folder_of(tmp_path, [on_letter(1), on_letter(2)], sets={"letter": bare}))

    assert first.stimulus == "**A letter on losses**\n\nThe writer asks for *compensation*."


@pytest.mark.django_db
def test_a_revision_holds_the_source_and_a_changed_source_makes_new_ones(tmp_path):
    items = [on_letter(1), on_letter(2), apart(3)]
    load(folder_of(tmp_path, items))
    make_attempt(Quiz.objects.get(), make_user())
    load(folder_of(tmp_path, items, sets={"letter": LETTER | {"stimulus": "The writer asks for payment."}}))

    numbers = {(revision.item.key, revision.number) for revision in ItemRevision.objects.all()}

    assert numbers == {("q-1", 1), ("q-1", 2), ("q-2", 1), ("q-2", 2), ("q-3", 1)}
    assert "asks for payment" in ItemRevision.objects.get(item__key="q-2", number=2).spec.stimulus


def test_a_constructed_response_may_take_its_source_from_a_set(tmp_path):
    _first, second = specs_of(folder_of(tmp_path, [on_letter(1), on_letter(2, "constructed", stimulus=None)]))

    assert second.stimulus.startswith("**A letter on losses**")


@pytest.mark.parametrize(
    ("items", "sets", "place", "reason", "suggestion"),
    [
        (
            [on_letter(1), on_letter(2), on_letter(3, set="leter")],
            None,
            "items[2].set",
            "There is no set “leter”.",
            "Did you mean “letter”?",
        ),
        ([on_letter(1), apart(2)], None, "sets.letter", "The set “letter” has fewer than two", "set: letter"),
        ([apart(1)], None, "sets.letter", "The set “letter” has fewer than two", "set: letter"),
        ([on_letter(1), apart(2), on_letter(3)], None, "items[2].set", "The questions of the set “letter”", "Move"),
        (
            [on_letter(1), on_letter(2)],
            {"letter": LETTER | {"sources": ["treaty-1962"]}},
            "sets.letter.sources[0]",
            "There is no source “treaty-1962”.",
            "Did you mean “treaty-1961”?",
        ),
        (
            [on_letter(1), on_letter(2, stimulus="Much. " * 1_660)],
            None,
            "items[1].set",
            "The source of the set and this question's own stimulus",
            "Shorten",
        ),
        (
            [on_letter(1), on_letter(2)],
            {"letter": LETTER | {"record": {"writer": "A deputy minister"}}},
            "sets.letter.record.writer",
            "“writer” is not known here.",
            "Check the spelling",
        ),
    ],
)
def test_a_set_that_makes_no_sense_is_located(tmp_path, items, sets, place, reason, suggestion):
    folder = folder_of(tmp_path, items, sets=sets)

    found = only_mistake(folder)

    assert (found.file, found.place) == ("quizzes/quiz.yaml", place)
    assert found.reason.startswith(reason)
    assert suggestion in found.suggestion
    assert found.line > line_of(folder, "quizzes/quiz.yaml", '"items"') or place.startswith("sets")


def test_a_check_stands_by_itself(tmp_path):
    checks = [on_letter(3)]

    found = only_mistake(folder_of(tmp_path, [on_letter(1), on_letter(2)], checks=checks))

    assert found.place == "checks[0].set"


def test_sets_are_checked_in_a_file_with_other_mistakes(tmp_path):
    folder = folder_of(tmp_path, [on_letter(1, level="know"), on_letter(2, set="leter")])

    with pytest.raises(ContentInvalid) as refusal:
        read_folder(folder)

    assert {problem.place for problem in refusal.value.problems} == {"items[0].level", "items[1].set", "sets.letter"}
