"""What a history of answers leaves to practise."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from quizzes.domain.practice import Answered, missed_of, share_alone
from tests.domain.make import NOW

R, W, H, HALF, UNSURE, TRIED = "right", "wrong", "hint", "half", "unsure", "second try"
SHARES = {W: Decimal(0), HALF: Decimal("0.5")}


def history(*events: str) -> list[Answered]:
    """Return answers to one question, an hour apart; those after `p:` are given in practice."""
    found = []
    for hour, event in enumerate(events):
        word = event.removeprefix("p:")
        found.append(
            Answered(
                1,
                7,
                NOW + timedelta(hours=hour),
                SHARES.get(word, Decimal(1)),
                tries=2 if word == TRIED else 1,
                hints=int(word == H),
                confidence=1 if word == UNSURE else 3,
                is_practice=event.startswith("p:"),
            )
        )
    return found


@pytest.mark.parametrize(
    ("events", "rights"),
    [
        ((R,), None),
        ((W,), 0),
        ((HALF,), 0),
        ((H,), 0),
        ((TRIED,), 0),
        ((UNSURE,), 0),
        ((W, R), 1),
        ((W, "p:right"), 1),
        ((W, "p:right", "p:right"), 2),
        # Not twice in a row, and help does not count.
        ((W, "p:right", "p:wrong", "p:right"), 2),
        ((W, "p:hint", "p:right"), 1),
        # Missing it in a quiz begins the count again; so does missing it in practice once it was finished.
        ((W, "p:right", W), 0),
        ((W, "p:right", "p:right", "p:wrong"), 0),
        # Another question on the objective that is missed in practice is practised from then on.
        (("p:right",), None),
        (("p:wrong",), 0),
        ((W, R, R, R), 2),
    ],
)
def test_a_question_is_practised_until_it_was_right_twice(events: tuple[str, ...], rights: int | None) -> None:
    found = missed_of(history(*events)).get(1)

    assert (None if found is None else found.rights) == rights
    assert found is None or found.is_finished is (rights == 2)


def test_the_order_in_which_answers_are_read_does_not_matter() -> None:
    answers = history(W, "p:right", "p:wrong", "p:right")

    assert missed_of(reversed(answers)) == missed_of(answers)


@pytest.mark.parametrize(("share", "is_right"), [("0.79", False), ("0.8", True), ("1", True)])
def test_a_text_is_right_from_four_fifths(share: str, is_right: bool) -> None:
    answer = Answered(1, 7, NOW, Decimal(share), is_written=True)

    assert answer.is_right is is_right
    assert not Answered(1, 7, NOW, Decimal("0.8")).is_right


@pytest.mark.parametrize(
    ("share", "level", "alone"),
    [
        ("1", 3, "1"),
        ("0.666667", 2, "1"),
        ("0.333333", 1, "1"),
        ("0.333333", None, "1"),
        ("-2", 3, "0"),
        ("0.5", 3, "0.5"),
    ],
)
def test_certainty_is_taken_out_of_a_share(share: str, level: int | None, alone: str) -> None:
    assert share_alone(Decimal(share), level) == Decimal(alone)
