"""Every kind of question is whole: each place that a kind has to fill is filled, and if not, the test says which."""

from __future__ import annotations

import inspect
import random
import re
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest

from quizzes.domain.base import InvalidAnswer, Problem
from quizzes.domain.described import Described
from quizzes.domain.kinds import KINDS, SPECS
from tests.domain.make import BODIES, body, spec
from tests.kinds import FIRST_FIFTEEN, NEEDED, NEEDED_IF_MARKED, SAMPLES

ROOT = Path(__file__).resolve().parents[2]


def lacks_of(kind: str) -> list[str]:
    """Return, in words, what a kind has yet to get."""
    return [*_files_lacking(kind), *_words_lacking(kind), *_samples_lacking(kind)]


def _files_lacking(kind: str) -> list[str]:
    lacks = []
    if not (ROOT / f"quizzes/forms/{kind}.py").exists():
        lacks.append(f"quizzes/forms/{kind}.py, whose Form has the fields by which it is shown")
    if not (ROOT / f"templates/quizzes/kinds/{kind}.html").exists():
        lacks.append(f"templates/quizzes/kinds/{kind}.html, by which it is asked")
    return lacks


def _words_lacking(kind: str) -> list[str]:
    lacks = []
    authoring = (ROOT / "docs/authoring.md").read_text(encoding="utf-8")
    if not re.search(rf"^### {kind}(:.*)?$", authoring, re.MULTILINE):
        lacks.append(f"a section “### {kind}: …” with a YAML example in docs/authoring.md")
    made = SPECS.get(kind)
    if made is not None and not (made.is_seen_by_lint() or made.is_human_marked):
        names = ", ".join(name for name, _value in inspect.getmembers(Described, inspect.isfunction))
        lacks.append(f"anything for the rules of item writing to look at: override what it has of {names}")
    return lacks


def _samples_lacking(kind: str) -> list[str]:
    if kind in FIRST_FIFTEEN:
        return []
    if kind not in SAMPLES:
        return [f"tests/kinds/{kind}.py, with {'; '.join(NEEDED.values())}"]
    is_marked = SPECS[kind].is_scored and not SPECS[kind].is_human_marked
    needed = NEEDED | (NEEDED_IF_MARKED if is_marked else {})
    lacking = [words for name, words in needed.items() if not hasattr(SAMPLES[kind], name)]
    return [f"in tests/kinds/{kind}.py: {words}" for words in lacking]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_lacks_nothing(kind):
    lacks = lacks_of(kind)

    assert not lacks, f"The kind “{kind}” lacks:\n- " + "\n- ".join(lacks)


def test_what_a_kind_lacks_is_said_in_words():
    said = "\n".join(lacks_of("riddle"))

    for place in ("quizzes/forms/riddle.py", "kinds/riddle.html", "docs/authoring.md", "tests/kinds/riddle.py"):
        assert place in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_answer_is_clean_and_earns_less_than_everything(kind):
    item = spec(kind)
    for seed in range(20):
        answer = item.wrong_answer(random.Random(seed))
        assert item.clean(answer) == answer
        assert item.share_of(answer) < 1


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_survey_may_promise_that_answers_are_read_without_names(kind):
    assert not spec(kind).is_anonymous


@pytest.mark.parametrize("kind", KINDS)
def test_how_many_parts_were_right_can_be_said(kind):
    one, several = spec(kind).count_words

    assert re.match("0 of (the )?1 ", one % {"right": 0, "of": 1})
    assert re.match("2 of (the )?3 ", several % {"right": 2, "of": 3})


@pytest.mark.parametrize(("kind", "fewest"), [("essay", 2), ("constructed", 1)])
def test_what_is_written_at_length_rests_on_so_many_sources(kind, fewest):
    assert spec(kind).fewest_sources == fewest


def test_an_answer_unread_as_a_whole_has_one_problem_that_is_of_no_field():
    error = InvalidAnswer("%(n)d is too many", n=3)

    assert (str(error), error.readable) == ("3 is too many", None)
    assert error.problems == (Problem("%(n)d is too many", "", "", {"n": 3}),)


def places_in(item):
    """Return every place that a kind names in describing itself."""
    for choice in item.option_sets():
        yield from (choice.where, *(option.where for option in choice.options))
    yield from (each.where for each in (*item.explanations(), *item.typed_words(), *item.quantities()))
    yield from (entry.where for entry in item.in_order())
    if placed := item.to_place():
        yield placed[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_is_found_where_it_says(kind):
    for where, text in spec(kind).texts():
        assert reduce(getitem, where, body(kind)) == text


@pytest.mark.parametrize("kind", KINDS)
def test_every_place_named_is_there(kind):
    for where in places_in(spec(kind)):
        assert reduce(getitem, where, body(kind)), where


@pytest.mark.parametrize("kind", KINDS)
def test_parts_with_letters_are_fields_of_the_kind(kind):
    item = spec(kind)

    assert {*type(item).model_fields, "options"}.issuperset(item.lettered_parts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_is_not_marked_is_worth_nothing(kind):
    item = spec(kind)

    assert item.is_scored == (item.points > 0)
    assert item.is_scored or (item.right_answer(), item.guess_share(), item.review(None)) == (None, 0, ())


def test_every_sample_is_of_a_kind():
    assert set(SAMPLES) | FIRST_FIFTEEN == set(KINDS) == set(BODIES)
