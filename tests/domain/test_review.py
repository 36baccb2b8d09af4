"""The review matrix: what is shown when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quizzes.domain.review import (
    AFTER_CLOSE,
    COLUMNS,
    FULL,
    MARKS_ONLY,
    NAMED,
    REVEALING,
    ROWS,
    ReviewMatrix,
    Shown,
    When,
    named_matrix,
    time_of_review,
)
from quizzes.domain.specs import QuizSpec
from tests.domain.make import quiz_file

T = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MATRICES = st.builds(
    ReviewMatrix, **{row.value: st.sets(st.sampled_from(When)).map(lambda found: tuple(sorted(found))) for row in Shown}
)


def test_every_row_and_every_column_has_words_and_a_field():
    assert set(ROWS) == set(Shown) == {Shown(name) for name in ReviewMatrix.model_fields}
    assert set(COLUMNS) == set(When)


@given(MATRICES, st.sampled_from(When))
def test_a_row_is_shown_exactly_at_its_times(matrix, when):
    shown = matrix.at(when)

    assert all((row in shown) == (when in getattr(matrix, row.value)) for row in Shown)


@pytest.mark.parametrize("matrix", NAMED.values())
def test_no_named_matrix_shows_anything_of_the_key_while_one_works(matrix):
    assert matrix.at(When.DURING) == {Shown.ATTEMPT, Shown.MAXIMUM}


def test_the_named_matrices_are_what_their_names_say():
    done = (When.AFTER, When.LATER, When.CLOSED)
    assert [FULL.at(when) for when in done] == [frozenset(Shown)] * 3
    reasons = {Shown.OPTION_FEEDBACK, Shown.GENERAL_FEEDBACK, Shown.RIGHT_ANSWER}
    assert [MARKS_ONLY.at(when) for when in done] == [frozenset(Shown) - reasons] * 3
    own = {Shown.ATTEMPT, Shown.MAXIMUM}
    assert [AFTER_CLOSE.at(when) for when in done] == [own, own, frozenset(Shown)]


@pytest.mark.parametrize("name", NAMED)
def test_a_file_may_name_a_matrix_in_one_word(name):
    assert QuizSpec.model_validate(quiz_file(review=name)).review == NAMED[name] == named_matrix(name)


@pytest.mark.parametrize("review", ["everything", {"solutions": ["after"]}, {"marks": ["sometimes"]}, {"marks": 1}])
def test_what_is_no_matrix_is_refused(review):
    with pytest.raises(ValidationError):
        QuizSpec.model_validate(quiz_file(review=review))


@given(MATRICES)
def test_only_rows_that_tell_answers_before_the_close_leak(matrix):
    leaks = set(matrix.leaks(has_close=True))

    early = matrix.at(When.AFTER) | matrix.at(When.LATER)
    assert leaks == early & REVEALING
    assert list(matrix.leaks(has_close=False)) == []


def test_the_default_leaks_where_others_may_still_start_and_after_close_does_not():
    assert set(FULL.leaks(has_close=True)) == REVEALING
    assert set(MARKS_ONLY.leaks(has_close=True)) == {Shown.CORRECTNESS}
    assert list(AFTER_CLOSE.leaks(has_close=True)) == []


@pytest.mark.parametrize(
    ("submitted", "closes", "after", "when"),
    [
        (None, None, 0, When.DURING),
        (None, 5, 10, When.DURING),  # still open, whatever the clock says
        (0, None, 0, When.AFTER),
        (0, None, 2, When.AFTER),
        (0, None, 3, When.LATER),
        (0, 60, 2, When.AFTER),
        (0, 60, 59, When.LATER),
        (0, 60, 60, When.CLOSED),
        (0, 1, 1, When.CLOSED),  # closed goes before right after
    ],
)
def test_the_time_of_a_review(submitted, closes, after, when):
    moment = None if submitted is None else T
    end = None if closes is None else T + timedelta(minutes=closes)

    assert time_of_review(submitted=moment, closes=end, now=T + timedelta(minutes=after)) is when


def test_files_and_rows_call_the_times_and_rows_of_the_matrix_by_these_words():
    assert [each.value for each in When] == ["during", "after", "later", "closed"]
    assert {each.value for each in Shown} == {
        "attempt", "correctness", "maximum", "marks", "option_feedback", "general_feedback", "right_answer", "overall",
    }  # fmt: skip
