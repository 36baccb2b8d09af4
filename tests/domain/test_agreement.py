"""Agreement of two graders, against the values that other programs give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.domain.agreement import Strength, weighted_kappa


def pairs_of(table):
    """Return the pairs of a table: its rows are the scores of the first grader, its columns those of the second."""
    return [(a, b) for a, row in enumerate(table) for b, n in enumerate(row) for _time in range(n)]


# Kappa as scikit-learn 1.7 (cohen_kappa_score) and statsmodels 0.14 (cohens_kappa) give it with quadratic weights, and
# the interval of statsmodels.
@pytest.mark.parametrize(
    ("table", "kappa", "low", "high"),
    [
        ([[11, 3, 1], [2, 9, 4], [0, 3, 7]], 0.6783919597989949, 0.4882133982759874, 0.8685705213220024),
        ([[5, 1, 0, 0], [2, 4, 1, 0], [0, 2, 6, 1], [0, 0, 1, 7]], 0.8896044158233671, 0.81246706505, 0.96674176659),
        ([[20, 5], [10, 15]], 0.4, 0.15109229047666, 0.64890770952334),
        ([[0, 4], [4, 0]], -1.0, -1.0, -1.0),
        ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], -0.08695652173913, -0.3525558869991, 0.17864284352083),
    ],
)
def test_kappa_and_its_interval_are_those_of_other_programs(table, kappa, low, high):
    found = weighted_kappa(pairs_of(table))

    assert (found.kappa, found.low, found.high) == pytest.approx((kappa, low, high))


@pytest.mark.parametrize("pairs", [[], [(2, 2)], [(3, 3)] * 20])
def test_kappa_is_not_defined_where_nothing_could_differ(pairs):
    found = weighted_kappa(pairs)

    assert (found.count, found.kappa, found.low, found.strength) == (len(pairs), None, None, None)


@pytest.mark.parametrize(
    ("kappa", "strength"),
    [
        (-0.1, Strength.POOR), (0, Strength.POOR), (0.2, Strength.SLIGHT), (0.21, Strength.FAIR),
        (0.6, Strength.MODERATE), (0.74, Strength.GOOD), (0.81, Strength.VERY_GOOD),
    ],
)  # fmt: skip
def test_agreement_in_words(kappa, strength):
    found = weighted_kappa(pairs_of([[1, 0], [0, 1]]))

    assert type(found)(2, kappa).strength is strength


scores = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=60)


@given(scores)
def test_kappa_lies_between_its_bounds_and_has_no_unit(pairs):
    found = weighted_kappa(pairs)
    scaled = weighted_kappa([(3 * a + 7, 3 * b + 7) for a, b in pairs])
    swapped = weighted_kappa([(b, a) for a, b in pairs])

    if found.kappa is None:
        assert scaled.kappa is None
        return
    assert -1.0000001 <= found.low <= found.kappa <= found.high <= 1.0000001
    assert scaled.kappa == pytest.approx(found.kappa)
    assert swapped.kappa == pytest.approx(found.kappa)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=30))
def test_complete_agreement_is_one(scores):
    found = weighted_kappa([(score, score) for score in scores])

    assert found.kappa in (None, pytest.approx(1))
