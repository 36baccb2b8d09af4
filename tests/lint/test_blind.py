"""The blind solver: what it is given away, it takes; what is balanced, it cannot."""

from __future__ import annotations

import random

import pytest

from quizzes.domain.described import Choice, Option
from quizzes.lint.blind import solve

WORDS = "coal oil gas rice wheat iron steel ships rails timber gold salt fish wool silk paper"


def bank(size, make, *, seed=7, options=4, is_shuffled=True):
    """Return questions whose options `make(rng, is_right)` words; the key stands anywhere."""
    rng = random.Random(seed)
    for at in range(size):
        right = rng.randrange(options)
        texts = [make(rng, number == right) for number in range(options)]
        made = tuple(Option(text, number == right, "", ()) for number, text in enumerate(texts))
        yield Choice(f"Question {at}: what came of it?", made, (), is_shuffled=is_shuffled)


def random_words(rng, _is_right):
    return " ".join(rng.sample(WORDS.split(), rng.randint(2, 5)))


def long_key(rng, is_right):
    return " ".join(rng.sample(WORDS.split(), 6 if is_right else rng.randint(2, 4)))


def absolute_distractor(rng, is_right):
    words = rng.sample(WORDS.split(), 3)
    return " ".join(words if is_right else ["all", *words[:2]])


def middle_number(rng, is_right):
    return str(rng.randint(400, 600) if is_right else rng.choice([rng.randint(1, 90), rng.randint(900, 990)]))


@pytest.mark.parametrize("rigged", [long_key, absolute_distractor, middle_number])
def test_a_rigged_bank_is_solved(rigged):
    verdict = solve(list(bank(60, rigged)))

    assert verdict.hits > 40
    assert verdict.lower > 0.3


@pytest.mark.parametrize("seed", range(8))
def test_a_balanced_bank_is_not(seed):
    verdict = solve(list(bank(80, random_words, seed=seed)))

    assert verdict.expected == 20
    assert verdict.lower <= 0.05


def test_the_verdict_is_the_same_every_time():
    questions = list(bank(40, random_words))

    assert solve(questions) == solve(list(questions))


def test_an_authored_place_is_a_cue_only_where_students_see_it():
    def first_is_right(is_shuffled):
        for at in range(60):
            rng = random.Random(at)
            made = tuple(Option(random_words(rng, None), number == 1, "", ()) for number in range(4))
            yield Choice(f"Question {at}?", made, (), is_shuffled=is_shuffled)

    assert solve(list(first_is_right(False))).hits > 50
    assert solve(list(first_is_right(True))).lower <= 0.05


def test_options_that_look_alike_count_by_their_share():
    questions = [
        Choice("Which?", tuple(Option(text, at == 0, "", ()) for at, text in enumerate(["ab", "cd", "ef", "gh"])), ())
        for _number in range(20)
    ]

    assert solve(questions).hits == pytest.approx(5)
