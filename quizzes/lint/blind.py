"""A solver that never reads the facts.

It looks at each option only as a test-wise stranger would, weighs what it sees by a softmax fitted on the other
questions of the bank, and answers the ones it was not fitted on. What it hits beyond chance, the bank gives away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from statistics import mean

from quizzes.domain.described import Choice
from quizzes.lint import thresholds as at
from quizzes.lint.cues import article_of, convergence, echoes, fits_an, is_numeric_choice, number_of
from quizzes.lint.options import absolute_in, hedge_in
from quizzes.lint.stats import wilson_lower
from quizzes.lint.words import content

Row = list[float]
Seen = list[Row]
"""What is seen of one question: a row of features for each option."""

_RIDGE = 1.0
_STEPS = 8


@dataclass(frozen=True)
class Verdict:
    """What the solver made of a bank. `hits` counts a tie between options by its share."""

    items: int
    hits: float
    expected: float

    @property
    def lower(self) -> float:
        """Return the lower 95 % bound of what it gains on chance, per question."""
        return wilson_lower(self.hits, self.items) - self.expected / self.items


def solve(choices: Sequence[Choice]) -> Verdict:
    """Answer every single choice by weights fitted on the others; deterministic."""
    seen = [_see(choice) for choice in choices]
    right = [choice.options.index(choice.keys[0]) for choice in choices]
    folds = min(at.BANK_BLIND_FOLDS, len(choices))
    hits = 0.0
    for fold in range(folds):
        held_out = range(fold, len(choices), folds)
        rest = [number for number in range(len(choices)) if number % folds != fold]
        shares = _places([choices[number] for number in rest])
        placed = [_with_place(rows, choice, shares) for rows, choice in zip(seen, choices, strict=True)]
        weights = _fit([placed[number] for number in rest], [right[number] for number in rest])
        hits += sum(_hit(placed[number], right[number], weights) for number in held_out)
    return Verdict(len(choices), hits, sum(1 / len(choice.options) for choice in choices))


def _see(choice: Choice) -> Seen:
    """Return the features of each option: all of them relative to the other options."""
    texts = [option.text for option in choice.options]
    lengths = [float(len(text)) for text in texts]
    shared = [float(number) for number in convergence(choice.options)]
    asked = set(content(choice.stem))
    echoed = [
        float(sum(echoes(one, asked, _stems(texts, number)) for one in content(text)))
        for number, text in enumerate(texts)
    ]
    article = article_of(choice.stem)
    return [
        [
            _above(lengths, number),
            float(_is_alone(lengths, number)),
            float(_is_alone([-length for length in lengths], number)),
            _above(shared, number),
            float(_is_alone(shared, number)),
            min(echoed[number], 2.0),
            float(not absolute_in(text)),
            float(bool(hedge_in(text))),
            float(bool(article) and fits_an(text) == (article == "an")),
            float(_is_in_the_middle(texts, number)),
        ]
        for number, text in enumerate(texts)
    ]


def _stems(texts: Sequence[str], but: int) -> set[str]:
    return {one for number, text in enumerate(texts) if number != but for one in content(text)}


def _above(values: Sequence[float], number: int) -> float:
    """Return how far a value lies above the mean, as a share of it."""
    usual = mean(values)
    return (values[number] - usual) / usual if usual else 0.0


def _is_alone(values: Sequence[float], number: int) -> bool:
    """Say whether a value is greater than every other."""
    return all(values[number] > other for at_, other in enumerate(values) if at_ != number)


def _is_in_the_middle(texts: Sequence[str], number: int) -> bool:
    if not is_numeric_choice(texts):
        return False
    values = [number_of(text) for text in texts]
    return min(values) < values[number] < max(values)


def _places(choices: Sequence[Choice]) -> dict[tuple[int, int], float]:
    """Return how often the key stands at each authored place, for questions whose order students see."""
    counts: dict[tuple[int, int], float] = {}
    fixed = [choice for choice in choices if not choice.is_shuffled]
    for choice in fixed:
        where = (len(choice.options), choice.options.index(choice.keys[0]))
        counts[where] = counts.get(where, 0.0) + 1 / len(fixed)
    return counts


def _with_place(rows: Seen, choice: Choice, shares: dict[tuple[int, int], float]) -> Seen:
    """Add the share of keys at an option's place; on a shuffled paper places tell nothing."""
    size = len(choice.options)
    return [[*row, 0.0 if choice.is_shuffled else shares.get((size, number), 0.0)] for number, row in enumerate(rows)]


def _chances(rows: Seen, weights: Row) -> Row:
    scores = [sum(weight * value for weight, value in zip(weights, row, strict=True)) for row in rows]
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    return [power / sum(powers) for power in powers]


def _hit(rows: Seen, right: int, weights: Row) -> float:
    chances = [round(chance, 9) for chance in _chances(rows, weights)]
    best = [number for number, chance in enumerate(chances) if chance == max(chances)]
    return 1 / len(best) if right in best else 0.0


def _fit(seen: Sequence[Seen], right: Sequence[int]) -> Row:
    """Return the weights of the most likely softmax, held towards nothing by a ridge (Newton's steps)."""
    size = len(seen[0][0]) if seen else 0
    weights = [0.0] * size
    for _step in range(_STEPS):
        slope = [-_RIDGE * weight for weight in weights]
        curve = [[_RIDGE * (row == column) for column in range(size)] for row in range(size)]
        for rows, key in zip(seen, right, strict=True):
            _add(rows, key, _chances(rows, weights), slope, curve)
        step = _solve(curve, slope)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step), default=0.0) < 1e-6:
            break
    return weights


def _add(rows: Seen, key: int, chances: Row, slope: Row, curve: list[Row]) -> None:
    """Add one question's part of the slope and of the curve of the likelihood."""
    size = len(slope)
    usual = [sum(chance * row[one] for chance, row in zip(chances, rows, strict=True)) for one in range(size)]
    for one in range(size):
        slope[one] += rows[key][one] - usual[one]
    for chance, row in zip(chances, rows, strict=True):
        away = [value - middle for value, middle in zip(row, usual, strict=True)]
        for one in range(size):
            part = chance * away[one]
            if part:
                for other in range(size):
                    curve[one][other] += part * away[other]


def _solve(matrix: list[Row], vector: Row) -> Row:
    """Solve a small positive definite system by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    size = len(rows)
    for at_ in range(size):
        for below in range(at_ + 1, size):
            factor = rows[below][at_] / rows[at_][at_]
            for column in range(at_, size + 1):
                rows[below][column] -= factor * rows[at_][column]
    found = [0.0] * size
    for at_ in reversed(range(size)):
        known = sum(rows[at_][column] * found[column] for column in range(at_ + 1, size))
        found[at_] = (rows[at_][size] - known) / rows[at_][at_]
    return found
