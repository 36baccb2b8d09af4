"""Questions marked while the attempt is open: checking, hints, tries left, and what submitting makes of the rest."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from quizzes.domain.behaviour import Behaviour
from quizzes.errors import AttemptClosed, HintAfterTry, NoHintLeft, NothingToCheck, QuestionClosed
from quizzes.models import ItemResponse, SavedAnswer, Try
from quizzes.reports.sitting import sitting_of
from quizzes.services.answers import move_on, take_kept_answer
from quizzes.services.attempts import reopen_attempt
from tests.kinds import MACHINE_KINDS
from tests.make import (
    LATER,
    NOW,
    ask_hint,
    body,
    check,
    give,
    make_attempt,
    make_quiz,
    make_user,
    priced,
    submit,
    try_out,
)
from tests.racing import race

HINTS = ["Think of coal.", "Think of rice."]
AT_ONCE = [behaviour for behaviour in Behaviour if behaviour is not Behaviour.DEFERRED]


def sat(student, *, kind="single", hints=(), item=None, **settings):
    """Return an open attempt at a quiz of one question."""
    settings = priced(**{"behaviour": "adaptive", "penalty": "0.25", **settings})
    items = [body(kind, key="q", hints=list(hints), points=4, **(item or {}))]
    return make_attempt(make_quiz(items=items, **settings), student)


def stored(attempt, position=1):
    return ItemResponse.objects.get(attempt=attempt, position=position)


def test_a_checked_answer_is_a_try_with_its_moment_and_its_marks(db, student):
    attempt = sat(student)
    give(attempt, "roubles")

    checked = check(attempt, now=LATER)

    assert (checked.is_new, checked.standing.share, checked.standing.is_over) == (True, 0, False)
    found = Try.objects.get()
    assert (found.number, found.answer, found.tried_at, found.hints_shown) == (1, "roubles", LATER, 0)
    assert (stored(attempt).share, stored(attempt).points, stored(attempt).is_over) == (0, 0, False)


def test_each_further_try_takes_the_penalty_and_a_right_one_ends_the_question(db, student):
    attempt = sat(student)

    shares = try_out(attempt, "roubles", "kind", "dollars")

    assert shares == [0, 0, Decimal("0.5")]
    assert (stored(attempt).points, stored(attempt).is_over) == (2, True)
    assert submit(attempt).score == 2


def test_an_equal_try_changes_nothing_and_costs_nothing(db, student):
    attempt = sat(student, kind="numeric")
    try_out(attempt, "1960")
    before = list(Try.objects.values())

    for again in ("1960", "1 960", " 1960.0 ", "1960 year"):
        give(attempt, again)
        assert not check(attempt).is_new

    assert list(Try.objects.values()) == before
    assert try_out(attempt, "1961") == [Decimal("0.75")]


def test_a_blank_is_no_try(db, student):
    attempt = sat(student)

    with pytest.raises(NothingToCheck):
        check(attempt)
    give(attempt, "roubles")
    give(attempt, None)
    with pytest.raises(NothingToCheck):
        check(attempt)

    assert not Try.objects.exists()


def test_a_question_answered_in_full_marks_takes_no_more(db, student):
    attempt = sat(student)
    try_out(attempt, "dollars")

    with pytest.raises(QuestionClosed):
        check(attempt)
    late = give(attempt, "roubles")

    assert late.outcome == SavedAnswer.Outcome.OVER
    assert stored(attempt).answer == "dollars"
    assert submit(attempt).score == 4


@pytest.mark.parametrize(
    ("rules", "tries"),
    [
        ({"behaviour": "immediate"}, 1),
        ({"behaviour": "interactive"}, 3),
        ({"behaviour": "interactive", "credits": ["1", "0.5"]}, 2),
        ({"behaviour": "adaptive", "credits": ["1", "0.5"]}, 2),
    ],
)
def test_when_its_tries_are_used_a_question_is_closed(db, student, rules, tries):
    attempt = sat(student, kind="numeric", hints=HINTS, **rules)

    for number in range(tries):
        assert not stored(attempt).is_over
        give(attempt, str(number))
        assert check(attempt).standing.tries_left == tries - number - 1

    assert stored(attempt).is_over
    with pytest.raises(QuestionClosed):
        check(attempt)
    assert give(attempt, "1961").outcome == SavedAnswer.Outcome.OVER


@pytest.mark.parametrize("behaviour", ["adaptive", "practice"])
def test_where_tries_are_free_there_is_no_last_one(db, student, behaviour):
    attempt = sat(student, kind="numeric", behaviour=behaviour)

    try_out(attempt, *map(str, range(9)))

    assert check_left(attempt) is None
    assert not stored(attempt).is_over


def check_left(attempt):
    [question] = sitting_of(attempt).questions
    return question.standing.tries_left


def test_parts_are_counted_back_one_by_one_under_interactive(db, student):
    """Two parts; one wrong once: (1 + (1 − 0.25))/2. Source: Moodle, type/match/question.php."""
    attempt = sat(student, kind="matching", hints=HINTS, behaviour="interactive")

    shares = try_out(attempt, {"old": "help", "new": "help"}, {"old": "help", "new": "consult"})

    assert shares == [Decimal("0.5"), Decimal("0.875")]
    assert submit(attempt).score == Decimal("3.50")


# Hints.


def test_a_hint_is_remembered_costs_what_the_quiz_says_and_is_no_try(db, student):
    attempt = sat(student, hints=HINTS, hint_penalty="0.1")

    assert ask_hint(attempt).hints_shown == 1
    assert not Try.objects.exists()
    assert try_out(attempt, "dollars") == [Decimal("0.9")]
    assert Try.objects.get().hints_shown == 1


def test_a_hint_after_a_try_lowers_what_the_question_stands_at(db, student):
    attempt = sat(student, kind="matching", hints=HINTS, hint_penalty="0.1")
    try_out(attempt, {"old": "help", "new": "help"})

    ask_hint(attempt)

    assert (stored(attempt).share, stored(attempt).points) == (Decimal("0.4"), Decimal("1.60"))


def test_there_are_as_many_hints_as_the_author_wrote(db, student):
    attempt = sat(student, hints=HINTS)
    for _hint in HINTS:
        ask_hint(attempt)

    with pytest.raises(NoHintLeft):
        ask_hint(attempt)

    assert stored(attempt).hints_shown == 2


def test_under_interactive_a_hint_follows_each_wrong_try_and_none_comes_for_the_asking(db, student):
    attempt = sat(student, hints=HINTS, behaviour="interactive", penalty="0.3")
    with pytest.raises(HintAfterTry):
        ask_hint(attempt)

    seen = []
    for answer in ("roubles", "kind"):
        try_out(attempt, answer)
        seen.append(sitting_of(attempt).questions[0].hints)

    assert seen == [(HINTS[0],), tuple(HINTS)]
    assert stored(attempt).hints_shown == 0


@pytest.mark.parametrize("act", [check, ask_hint])
def test_where_answers_wait_for_submission_nothing_is_checked_and_no_hint_given(db, student, act):
    attempt = sat(student, hints=HINTS, behaviour="deferred")
    give(attempt, "dollars")

    with pytest.raises(QuestionClosed):
        act(attempt)

    assert stored(attempt).share is None
    assert not Try.objects.exists()


@pytest.mark.parametrize("act", [check, ask_hint])
def test_after_the_end_nothing_is_checked_and_no_hint_given(db, student, act):
    attempt = sat(student, hints=HINTS)
    give(attempt, "dollars")
    submit(attempt)
    tries = Try.objects.count()

    with pytest.raises(AttemptClosed):
        act(attempt)

    assert Try.objects.count() == tries


def test_nobody_checks_for_another(db, student):
    attempt = sat(student)
    give(attempt, "dollars")
    attempt.student = make_user("stranger")

    with pytest.raises(type(attempt).DoesNotExist):
        check(attempt)


@pytest.mark.parametrize("behaviour", AT_ONCE)
@pytest.mark.parametrize("kind", ["essay", "constructed"])
def test_what_a_person_marks_is_never_checked(db, student, kind, behaviour):
    attempt = sat(student, kind=kind, behaviour=behaviour)
    answer = stored(attempt).revision.spec.right_answer()
    give(attempt, answer)

    with pytest.raises(QuestionClosed):
        check(attempt)
    done = submit(attempt)

    assert (done.unmarked_count, done.score) == (1, 0)
    assert not Try.objects.exists()


# Submitting.


def test_an_answer_that_was_never_checked_counts_as_one_try_at_submission(db, student):
    attempt = sat(student)
    try_out(attempt, "roubles")
    give(attempt, "dollars")

    assert submit(attempt).score == 3

    assert list(Try.objects.values_list("number", "answer", "tried_at")) == [(1, "roubles", NOW), (2, "dollars", LATER)]


def test_an_answer_that_was_tried_before_is_not_counted_again_at_submission(db, student):
    attempt = sat(student, kind="matching")
    half, other = {"old": "help", "new": "help"}, {"old": "consult", "new": "help"}
    try_out(attempt, half, other)
    give(attempt, half)

    assert submit(attempt).score == 2
    assert Try.objects.count() == 2


def test_a_worse_answer_left_unchecked_lowers_nothing(db, student):
    attempt = sat(student, kind="matching")
    try_out(attempt, {"old": "help", "new": "help"})
    give(attempt, {"old": "consult", "new": "help"})

    assert submit(attempt).score == 2


def test_a_try_is_recorded_once_though_the_attempt_is_opened_and_submitted_again(db, student, instructor):
    attempt = sat(student)
    give(attempt, "roubles")
    submit(attempt)
    reopen_attempt(attempt=attempt, actor=instructor, reason="Power cut.", now=LATER)

    submit(attempt)

    assert Try.objects.count() == 1


@pytest.mark.parametrize("behaviour", AT_ONCE)
def test_every_kind_earns_everything_at_the_first_try_and_a_blank_nothing(db, student, behaviour):
    quiz = make_quiz(items=len(MACHINE_KINDS), kinds=MACHINE_KINDS, behaviour=behaviour)
    attempt, blank = make_attempt(quiz, student), make_attempt(quiz, make_user("other"))
    for response in attempt.responses.select_related("revision"):
        [share] = try_out(attempt, response.revision.spec.right_answer(), position=response.position)
        assert share == 1, response.revision.spec.kind

    assert submit(attempt).score == attempt.max_score
    assert submit(blank).score == 0


def test_what_each_try_stood_at_is_what_submission_gives(db, student):
    attempt = sat(student, kind="matching", hints=HINTS, behaviour="interactive", penalty="0.333")

    *_earlier, last = try_out(attempt, {"old": "help"}, {"old": "help", "new": "help"})
    done = submit(attempt)

    assert done.responses.get().share == last.quantize(Decimal("0.000001"))


# One way.


def one_way(student):
    items = [body("single", key=f"q{at}") for at in range(2)]
    return make_attempt(make_quiz(items=items, behaviour="adaptive", navigation="one_way"), student)


def test_in_a_one_way_quiz_only_the_question_it_has_come_to_is_checked(db, student):
    attempt = one_way(student)
    give(attempt, "roubles")
    move_on(attempt_id=attempt.pk, student=student, past=1, now=NOW)

    with pytest.raises(ItemResponse.DoesNotExist):
        check(attempt)
    with pytest.raises(ItemResponse.DoesNotExist):
        give(attempt, "dollars")
    assert try_out(attempt, "dollars", position=2) == [1]


def test_in_a_one_way_quiz_an_answer_kept_aside_cannot_be_chosen_once_its_question_is_left(db, student):
    attempt = one_way(student)
    give(attempt, "roubles")
    aside = give(attempt, "dollars", sequence=0).aside
    move_on(attempt_id=attempt.pk, student=student, past=1, now=NOW)

    with pytest.raises(SavedAnswer.DoesNotExist):
        take_kept_answer(
            attempt_id=attempt.pk, saved_id=aside.pk, student=student, client_key=aside.client_key, now=NOW
        )

    assert stored(attempt).answer == "roubles"


# Races and cost.


@pytest.mark.django_db(transaction=True)
def test_of_two_checks_of_one_answer_at_once_one_is_a_try():
    attempt = sat(make_user())
    give(attempt, "roubles")

    results = race(*[partial(check, attempt)] * 2)

    assert sorted(result.is_new for result in results) == [False, True]
    assert list(Try.objects.values_list("number", flat=True)) == [1]


@pytest.mark.django_db(transaction=True)
def test_a_hint_asked_for_twice_at_once_shows_two_and_no_more_than_there_are():
    attempt = sat(make_user(), hints=HINTS)

    results = race(*[partial(ask_hint, attempt)] * 3)

    assert sum(isinstance(result, NoHintLeft) for result in results) == 1
    assert stored(attempt).hints_shown == 2


@pytest.mark.parametrize("items", [1, 30])
@pytest.mark.parametrize("tries", [1, 6])
def test_checking_costs_the_same_whatever_the_length_of_the_paper(db, student, items, tries, django_assert_num_queries):
    attempt = make_attempt(make_quiz(items=items, kinds=["numeric"], behaviour="adaptive"), student)
    try_out(attempt, *map(str, range(tries - 1)))
    give(attempt, "1500")

    with django_assert_num_queries(9 if tries == 6 else 8):  # the last try ends it, which classes are told
        check(attempt)
