"""Marks by people: what waits for one, what marking changes, and what a regrade leaves alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from quizzes.models import Attempt, AttemptEvent, HumanMark, ItemResponse, Quiz
from quizzes.reports.results import EVERYTHING, result_of
from quizzes.services.attempts import reopen_attempt
from quizzes.services.grading import mark_by_hand
from quizzes.services.regrading import make_regrade, undo_regrade
from tests.make import LATER, NOW, body, give, make_attempt, make_quiz, quiz_lines, regrade_of, submit

# The rubric of the essay: claim 0, 1 or 3; evidence 0 or 2. Worth 5 points.
ALL, SOME, NONE = {"claim": 2, "evidence": 1}, {"claim": 1, "evidence": 1}, {"claim": 0, "evidence": 0}


@pytest.fixture
def attempt(db, student):
    """An open attempt at an essay of 5 points and a single choice of 1."""
    items = [body("essay", key="e", points=5), body("single", key="s")]
    return make_attempt(make_quiz(items=items), student)


def answered(attempt, *, essay="It lapsed.", single="dollars"):
    give(attempt, essay, position=1)
    give(attempt, single, position=2)
    return submit(attempt)


def mark(attempt, levels, marker, *, comment="", now=LATER):
    response = attempt.responses.select_related("revision").get(position=1)
    return mark_by_hand(response=response, levels=levels, comment=comment, marker=marker, now=now)


def anew(attempt):
    return Attempt.objects.get(pk=attempt.pk)


def test_what_nobody_has_marked_waits_and_earns_nothing_yet(attempt, student):
    found = answered(attempt)

    assert (found.unmarked_count, found.score, found.max_score) == (1, 1, 6)
    assert (found.responses.get(position=1).share, found.responses.get(position=1).points) == (None, None)
    assert result_of(anew(attempt), shown=EVERYTHING).questions[0].state == "waiting"
    assert quiz_lines(Quiz.objects.all(), student)[0].waits


def test_a_blank_waits_for_nobody(attempt):
    found = answered(attempt, essay=None)

    assert (found.unmarked_count, found.score) == (0, 1)
    assert (found.responses.get(position=1).share, found.responses.get(position=1).points) == (0, 0)


@pytest.mark.parametrize(("levels", "share", "score"), [(ALL, "1", 6), (SOME, "0.6", 4), (NONE, "0", 1)])
def test_the_levels_chosen_become_points_and_nothing_waits_any_more(attempt, student, instructor, levels, share, score):
    answered(attempt)

    made = mark(attempt, levels, instructor, comment="  Plain and dated. ")

    assert (anew(attempt).unmarked_count, anew(attempt).score) == (0, score)
    assert attempt.responses.get(position=1).share == Decimal(share)
    assert (made.levels, made.comment, made.marker, made.marked_at) == (levels, "Plain and dated.", instructor, LATER)
    assert not quiz_lines(Quiz.objects.all(), student)[0].waits


@pytest.mark.parametrize(
    ("essay", "waiting", "marks"), [("It lapsed.", 0, 1), ("It did not lapse.", 1, 0), (None, 0, 0)]
)
def test_after_a_reopening_only_words_that_changed_wait_for_another_mark(attempt, instructor, essay, waiting, marks):
    answered(attempt)
    mark(attempt, NONE, instructor)
    later = LATER + timedelta(hours=1)
    reopen_attempt(attempt=anew(attempt), actor=instructor, reason="Power cut.", now=later)

    give(attempt, essay, position=1, sequence=1, now=later + timedelta(minutes=1))
    found = submit(attempt, now=later + timedelta(minutes=2))

    assert (found.unmarked_count, found.score) == (waiting, 1)
    assert HumanMark.objects.count() == marks
    assert AttemptEvent.objects.filter(kind="marked", response__isnull=False).count() == 1


def test_marking_anew_takes_the_place_of_the_first_and_both_are_in_the_record(attempt, student, instructor):
    answered(attempt)

    mark(attempt, SOME, instructor, comment="Vague.")
    mark(attempt, ALL, student, comment="Plain after all.")

    assert HumanMark.objects.get().marker == student
    events = AttemptEvent.objects.filter(kind="marked", response__isnull=False).order_by("pk")
    assert list(events.values_list("actor", "reason", "points_before", "points_after")) == [
        (instructor.pk, "Vague.", None, 3),
        (student.pk, "Plain after all.", 3, 5),
    ]
    totals = AttemptEvent.objects.filter(kind="marked", response=None).order_by("pk")
    assert list(totals.values_list("points_before", "points_after")) == [(1, 4), (4, 6)]


def test_the_same_mark_again_is_no_event(attempt, instructor):
    answered(attempt)
    mark(attempt, SOME, instructor)
    count = AttemptEvent.objects.count()

    mark(attempt, SOME, instructor)

    assert AttemptEvent.objects.count() == count


@pytest.mark.parametrize("levels", [{"claim": 9}, {"claim": -1}, {"style": 1}])
def test_levels_the_rubric_does_not_have_are_refused_and_nothing_is_changed(attempt, instructor, levels):
    answered(attempt)

    with pytest.raises(ValueError, match="rubric has no"):
        mark(attempt, levels, instructor)

    assert not HumanMark.objects.exists()
    assert anew(attempt).unmarked_count == 1


def test_what_is_marked_by_machine_is_not_marked_by_hand(attempt, instructor):
    answered(attempt)
    response = attempt.responses.get(position=2)

    with pytest.raises(TypeError):
        mark_by_hand(response=response, levels=ALL, comment="", marker=instructor, now=LATER)


def test_what_is_marked_before_submission_counts_once_it_is_submitted(attempt, instructor):
    give(attempt, "It lapsed.")
    mark(attempt, SOME, instructor, now=NOW)
    assert anew(attempt).score is None

    assert submit(attempt).score == 3
    assert anew(attempt).unmarked_count == 0


def test_undoing_a_regrade_keeps_the_mark_of_the_person(attempt, instructor):
    answered(attempt)
    revision = attempt.responses.get(position=1).revision
    regrade = regrade_of(revision, "credit_all", instructor, touches_human=True)
    make_regrade(regrade=regrade, now=LATER)
    assert (anew(attempt).score, anew(attempt).unmarked_count) == (6, 0)

    mark(attempt, SOME, instructor)
    undo_regrade(regrade=regrade, actor=instructor, reason="Too much.", now=LATER)

    assert (anew(attempt).score, anew(attempt).unmarked_count) == (4, 0)
    assert HumanMark.objects.get().levels == SOME


def test_a_regrade_of_what_waits_settles_it_and_its_undoing_makes_it_wait_again(attempt, instructor):
    answered(attempt)
    revision = attempt.responses.get(position=1).revision
    for fix, score, out_of in (("credit_all", 6, 6), ("disregard", 1, 1)):
        regrade = regrade_of(revision, fix, instructor)
        make_regrade(regrade=regrade, now=LATER)
        assert (anew(attempt).unmarked_count, anew(attempt).score, anew(attempt).max_score) == (0, score, out_of)

        undo_regrade(regrade=regrade, actor=instructor, reason="No.", now=LATER)

        assert (anew(attempt).unmarked_count, anew(attempt).score, anew(attempt).max_score) == (1, 1, 6)
    assert ItemResponse.objects.get(attempt=attempt, position=1).points is None


@pytest.mark.parametrize("items", [1, 20])
def test_marking_costs_the_same_whatever_the_length_of_the_paper(
    db, student, instructor, items, django_assert_max_num_queries
):
    attempt = make_attempt(make_quiz(items=items, kinds=["essay"]), student)
    give(attempt, "It lapsed.")
    submit(attempt)

    with django_assert_max_num_queries(19):  # of them one each for the audit, the notice, and own grades
        mark(attempt, ALL, instructor)
