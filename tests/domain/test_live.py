"""The steps of a question asked live, and what votes come to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from quizzes.domain.kinds import KINDS
from quizzes.domain.live import MOVES, ROUNDS, Act, Ballots, Step, Tally, acts_at, can_be_asked, gain_of, tally_of
from tests.domain.make import multiple, single, spec


@pytest.mark.parametrize("step", list(Step))
def test_every_step_leads_to_the_end_and_none_leads_on_from_it(step):
    acts = acts_at(step, is_last=False, shows_counts=False)

    assert acts == [] if step is Step.ENDED else acts[-1] is Act.END


def test_no_vote_opens_again_once_the_right_answer_was_shown():
    after = {MOVES[Step.REVEALED, act] for act in acts_at(Step.REVEALED, is_last=True, shows_counts=True)}

    assert after == {Step.ENDED}
    assert not after & ROUNDS.keys()


def test_a_question_goes_through_two_votes():
    step, gone = Step.LOBBY, []
    for act in (Act.ASK, Act.CLOSE, Act.COUNTS, Act.DISCUSS, Act.REVOTE, Act.CLOSE, Act.REVEAL, Act.ASK, Act.END):
        step = MOVES[step, act]
        gone.append(step.value)

    assert gone == ["vote", "closed", "closed", "discuss", "revote", "reclosed", "revealed", "vote", "ended"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_marks_or_nobody_is_not_asked_live(kind):
    assert can_be_asked(spec(kind)) is (kind not in ("essay", "constructed", "survey"))


TRUE = spec("true_false", answer=True)
DOLLARS = single()
SEVERAL = multiple(right="ab", wrong="c")


@pytest.mark.parametrize(
    ("question", "votes", "chosen", "right", "partly"),
    [
        (DOLLARS, [("dollars", 3), ("roubles", 2)], {"dollars": 3, "roubles": 2}, 3, 0),
        (TRUE, [(True, 4), (False, 1)], {"true": 4, "false": 1}, 4, 0),
        (SEVERAL, [(["a", "b"], 2), (["a"], 1), (["c"], 1)], {"a": 3, "b": 2, "c": 1}, 2, 1),
        (spec("numeric"), [("1961", 5), ("1900", 1)], {}, 5, 0),
    ],
    ids=["single", "true or false", "multiple", "numeric"],
)
def test_votes_are_counted_by_option_and_by_what_they_earn(question, votes, chosen, right, partly):
    order = list(getattr(question, "options", {}))
    answers = [(question.clean(given), count) for given, count in votes]

    tally = tally_of(question, order, [Ballots(1, each, question.share_of(each), count) for each, count in answers])

    named = {(order[int(name) - 1] if name.isdecimal() else name): count for name, count in tally.chosen.items()}
    assert (named, tally.right, tally.partly) == (chosen, right, partly)
    assert tally.answered == sum(count for _given, count in votes)


@pytest.mark.parametrize(
    ("before", "after", "gain"),
    [
        (Tally(20, 8), Tally(20, 14), Fraction(1, 2)),
        (Tally(20, 8), Tally(10, 2), Fraction(-1, 3)),
        (Tally(20, 20), Tally(20, 20), None),
        (Tally(20, 20), Tally(20, 10), None),
        (Tally(0, 0), Tally(20, 10), None),
        (Tally(20, 10), Tally(0, 0), None),
    ],
)
def test_the_gain_is_the_share_of_what_was_left_to_gain(before, after, gain):
    assert gain_of(before, after) == gain
