"""What is told of a try while the question may be tried again is never more than what the try costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.domain.base import ONE, Told, Verdict
from quizzes.domain.behaviour import Behaviour, RightCount, TryRules, count_told, is_new_try, rows_told
from quizzes.domain.kinds import HUMAN_KINDS, UNSCORED_KINDS
from tests.domain.anything import given_to, of_kind
from tests.domain.make import BODIES, spec
from tests.domain.twins import OTHER_KEY, costs, right_of, twins_of
from tests.kinds import MACHINE_KINDS as MARKED

RULES = [
    TryRules(Behaviour.ADAPTIVE, Decimal("0.1")),
    TryRules(Behaviour.ADAPTIVE, credits=(ONE, Decimal("0.5"), Decimal("0.25"), Decimal("0.1"))),
    TryRules(Behaviour.INTERACTIVE, Decimal("0.3")),
    TryRules(Behaviour.PRACTICE),
]


def test_every_kind_that_is_marked_at_once_is_tried_here():
    assert sorted(OTHER_KEY) == sorted(MARKED)


@pytest.mark.parametrize("kind", MARKED)
@settings(max_examples=25)
@given(data=st.data(), rules=st.sampled_from(RULES))
def test_keys_by_which_tries_earn_the_same_cannot_be_told_apart(kind, data, rules):
    """No sequence of tries tells more of the key than it costs.

    Of many keys to the same words, those by which every try so far earns the same and has as much right must be told
    the same: the student learns which group the key is in, and nothing else.
    """
    keys = data.draw(twins_of(data.draw(of_kind(kind))))
    tries: list[Any] = []
    for _time in range(data.draw(st.integers(1, 3))):
        answer = keys[0].clean(data.draw(given_to(keys[0])))
        if is_new_try(keys[0], answer, tries):
            tries.append(answer)
    told = defaultdict(set)
    for key in keys:
        if ONE in [key.share_of(answer) for answer in tries]:
            continue  # right: the question is over
        said = tuple((rows_told(key, answer), count_told(key, answer)) for answer in tries)
        told[costs(key, tries, rules)].add(said)

    assert all(len(each) == 1 for each in told.values())


@pytest.mark.parametrize("kind", MARKED)
@settings(max_examples=25)
@given(data=st.data())
def test_the_count_told_is_that_of_the_key(kind, data):
    item = data.draw(of_kind(kind))
    answer = item.clean(data.draw(given_to(item)))

    count = count_told(item, answer)

    assert (count and count.right) == right_of(item, answer)
    assert count is None or 0 <= count.right <= count.of


@pytest.mark.parametrize("kind", MARKED)
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_told_of_parts_is_at_most_the_one_thing_chosen(kind, data):
    item = data.draw(of_kind(kind))
    answer = item.clean(data.draw(given_to(item)))

    rows = rows_told(item, answer)

    assert len(rows) <= 1
    assert all(row.right == "" for row in rows)
    assert [row.verdict for row in rows] in ([], [Verdict.RIGHT if item.mark(answer) == ONE else Verdict.WRONG])


def test_a_kind_that_says_nothing_of_it_tells_nothing():
    """A new kind is safe before anybody has thought of it."""
    silent = {kind for kind in BODIES if spec(kind).told_while_trying is Told.NOTHING}

    assert silent == {"text", "numeric", "ordering", *HUMAN_KINDS, *UNSCORED_KINDS}
    assert all(rows_told(item, item.right_answer()) == () for kind in silent if (item := spec(kind)))
    assert all(count_told(item, item.right_answer()) is None for kind in silent if (item := spec(kind)))


def sets(letters: str) -> Iterator[list[str]]:
    for bits in range(1, 2 ** len(letters)):
        yield [letter for at, letter in enumerate(letters) if bits >> at & 1]


@pytest.mark.parametrize("rule", ["net", "decisions", "coverage", "halves", "proportional", "all"])
def test_ticking_everything_tells_how_many_are_right_and_not_which(rule):
    """The fault this holds off: one try with all four ticked told the verdict and the reason of each."""
    told = defaultdict(set)
    for right in sets("abcd"):
        options = {key: {"text": f"Option {key}", "correct": key in right, "feedback": "Why."} for key in "abcd"}
        item = spec("multiple", rule=rule, options=options)
        assert rows_told(item, list("abcd")) == ()
        told[len(right)].add(count_told(item, list("abcd")))

    assert told == {size: {RightCount(size, 4)} for size in (1, 2, 3, 4)}
