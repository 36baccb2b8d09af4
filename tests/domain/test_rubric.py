"""Rubrics, and the two kinds of question that a person marks."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from quizzes.domain.base import InvalidAnswer
from quizzes.domain.kinds import KINDS
from tests.domain.make import RUBRIC, spec

HUMAN = ("constructed", "essay")


def levels(*points: int) -> list[dict]:
    return [{"points": each, "text": f"Worth {each}"} for each in points]


@pytest.mark.parametrize(
    ("chosen", "share"),
    [
        ({}, "0"),
        ({"claim": 0, "evidence": 0}, "0"),
        ({"claim": 1}, "0.2"),
        ({"claim": 1, "evidence": 1}, "0.6"),
        ({"claim": 2, "evidence": 0}, "0.6"),
        ({"claim": 2, "evidence": 1}, "1"),
    ],
)
def test_a_share_is_the_points_of_the_levels_chosen_out_of_the_most(chosen, share):
    assert spec("essay").rubric.share(chosen) == Decimal(share)


@pytest.mark.parametrize("chosen", [{"claim": 3}, {"claim": -1}, {"style": 0}, {"claim": 1, "evidence": 2}])
def test_a_level_that_is_not_in_the_rubric_is_refused(chosen):
    with pytest.raises(ValueError, match="the rubric has no level"):
        spec("essay").rubric.share(chosen)


@pytest.mark.parametrize("kind", HUMAN)
def test_a_higher_level_never_earns_less(kind):
    rubric = spec(kind).rubric
    for claim, evidence in product(range(3), range(2)):
        share = rubric.share({"claim": claim, "evidence": evidence})
        assert 0 <= share <= 1
        assert (share == 1) == ({"claim": claim, "evidence": evidence} == rubric.top())
        if claim:
            assert share > rubric.share({"claim": claim - 1, "evidence": evidence})


@pytest.mark.parametrize("points", [(0,), (1, 2), (0, 2, 1), (0, 1, 1), (0, -1)])
def test_levels_that_do_not_rise_from_nothing_are_refused(points):
    rubric = {"claim": {"title": "Claim", "levels": levels(*points)}}

    with pytest.raises(ValueError, match=r"begin with 0 points|at least 2|greater than or equal"):
        spec("essay", rubric=rubric)


def test_a_rubric_has_a_criterion():
    with pytest.raises(ValueError, match="at least 1"):
        spec("essay", rubric={})


def test_a_rubric_is_judged_when_each_criterion_is():
    rubric = spec("essay").rubric

    assert rubric.is_complete({"claim": 0, "evidence": 1})
    assert not rubric.is_complete({"claim": 2})


def test_two_kinds_are_marked_by_a_person():
    assert sorted(kind for kind in KINDS if spec(kind).is_human_marked) == list(HUMAN)


@pytest.mark.parametrize("kind", HUMAN)
def test_free_words_earn_nothing_until_a_person_has_read_them(kind):
    item = spec(kind)

    assert item.mark(item.clean(item.right_answer())) == 0
    assert item.guess_share() == 0
    assert item.review(item.right_answer()) == ()
    assert list(item.rubric.root) == list(RUBRIC)


# Essays.


def words(count: int) -> str:
    return "word " * count


@pytest.mark.parametrize(("count", "is_read"), [(1, True), (60, True), (180, True), (181, False)])
def test_an_essay_is_read_up_to_three_times_its_words(count, is_read):
    item = spec("essay")
    if is_read:
        assert item.clean(words(count)) == words(count).strip()
        return
    with pytest.raises(InvalidAnswer, match="Shorten it"):
        item.clean(words(count))


def test_an_essay_has_a_greatest_length_in_letters_too():
    item = spec("essay")

    assert item.clean("x" * 20_000)
    with pytest.raises(InvalidAnswer, match="Shorten it"):
        item.clean("x" * 20_001)


def test_lines_of_an_essay_end_alike_whatever_sent_them():
    assert spec("essay").clean(" One.\r\n\r\nTwo.\rThree. ") == "One.\n\nTwo.\nThree."


def test_a_nul_from_a_pasted_pdf_is_dropped():
    assert spec("essay").clean("a\x00b") == "ab"
    assert spec("essay").clean("\x00") is None
    assert spec("constructed").clean({"context": "a\x00b"}) == {"context": "ab"}


@pytest.mark.parametrize("raw", [7, ["text"], {"a": "text"}, "half \ud800"])
def test_only_text_is_an_essay(raw):
    with pytest.raises(InvalidAnswer, match="as text"):
        spec("essay").clean(raw)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"words": {"min": 50, "max": 40}}, "`min` is more than `max`"),
        ({"words": {"min": 0, "max": 10}, "model": words(31)}, "longer than an answer may be"),
    ],
)
def test_an_essay_that_could_not_be_written_is_refused(fields, reason):
    with pytest.raises(ValueError, match=reason):
        spec("essay", **fields)


def test_an_essay_is_said_in_one_line_and_shown_as_it_was_written():
    item = spec("essay")

    assert item.describe("One.\n\nTwo.") == "One. Two."
    assert item.passages("One.\n\nTwo.") == [("", "One.\n\nTwo.")]


# Constructed responses.


def test_boxes_left_empty_are_left_out():
    item = spec("constructed")

    assert item.clean({"context": " Trade fell.\r\n", "sourcing": " "}) == {"context": "Trade fell."}
    assert item.clean({"context": "", "sourcing": None}) is None
    assert not item.is_complete({"context": "Trade fell."})


@pytest.mark.parametrize("raw", ["text", ["text"], {"date": "1993"}, {"context": 7}])
def test_only_texts_in_the_boxes_are_an_answer(raw):
    with pytest.raises(InvalidAnswer):
        spec("constructed").clean(raw)


def test_a_box_takes_three_times_its_words_and_three_hundred_at_least():
    prompts = {"short": {"text": "Who?", "words": 20}, "long": {"text": "Why?", "words": 150}}
    item = spec("constructed", prompts=prompts)

    assert item.clean({"short": words(300), "long": words(450)})
    for key, count in (("short", 301), ("long", 451)):
        with pytest.raises(InvalidAnswer, match="Shorten it"):
            item.clean({key: words(count)})


@pytest.mark.parametrize(
    ("model", "texts"),
    [
        ("For a colleague.\n\nTrade fell.", ["For a colleague.", "Trade fell."]),
        ("All in one.", ["All in one.", "All in one."]),
    ],
)
def test_the_model_answer_is_a_paragraph_for_each_box_or_one_for_all(model, texts):
    assert list(spec("constructed", model=model).right_answer().values()) == texts


def test_a_model_answer_that_no_box_takes_is_refused():
    with pytest.raises(ValueError, match="give each prompt a paragraph"):
        spec("constructed", model=words(301))


def test_a_constructed_response_has_a_source():
    with pytest.raises(ValueError, match="give the source as `stimulus`"):
        spec("constructed", stimulus=None)

    assert spec("constructed", stimulus=None, set="letter").set == "letter"


def test_a_marker_reads_each_prompt_with_its_text():
    assert spec("constructed").passages({"context": "Trade fell."}) == [
        ("Who wrote it, and for whom?", ""),
        ("What had happened before?", "Trade fell."),
    ]


def test_a_paper_names_prompts_by_their_place():
    item = spec("constructed")

    assert item.from_paper({"2": "Trade fell."}, []) == {"context": "Trade fell."}
    assert item.to_paper({"context": "Trade fell."}, []) == {"2": "Trade fell."}
    assert item.parts([])["prompts"]["1"] == {"text": "Who wrote it, and for whom?", "words": 20}
