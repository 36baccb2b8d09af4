"""The published figures of known data come out to the digits that were printed."""

from __future__ import annotations

import pytest

from quizzes.domain.statistics import (
    feldt,
    fit_irt,
    item_statistics,
    likelihood_ratio,
    mantel_haenszel_of_tables,
    quiz_statistics,
    wilson,
)
from tests.domain.statistics.published import ADMISSIONS, LSAT6, LSAT7, answers


@pytest.mark.parametrize(("patterns", "alpha"), [(LSAT6, 0.294997), (LSAT7, 0.453409)])
def test_alpha_of_the_law_school_tests(patterns: tuple[int, ...], alpha: float) -> None:
    found = quiz_statistics(answers(patterns), [1] * 5).alpha

    assert found is not None
    assert found / 100 == pytest.approx(alpha, abs=5e-7)


def test_facility_and_rest_correlation_of_lsat6() -> None:
    found = item_statistics(answers(LSAT6), [1] * 5)

    assert [each.facility for each in found] == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.87])
    assert found[2].point_biserial == pytest.approx(0.1728, abs=5e-5)


@pytest.mark.parametrize(
    ("patterns", "model", "slopes", "likelihood"),
    [
        (LSAT6, "1PL", [0.755] * 5, -2466.938),
        (LSAT6, "2PL", [0.826, 0.723, 0.891, 0.688, 0.657], -2466.653),
        (LSAT7, "1PL", [1.011] * 5, -2664.901),
        (LSAT7, "2PL", [0.988, 1.081, 1.707, 0.765, 0.736], -2658.805),
    ],
)
def test_models_of_the_law_school_tests(patterns, model, slopes, likelihood) -> None:  # type: ignore[no-untyped-def]
    fit = fit_irt(answers(patterns), model)

    assert fit.has_converged
    assert fit.discriminations == pytest.approx(slopes, abs=6e-4)
    assert fit.log_likelihood == pytest.approx(likelihood, abs=5e-4)


def test_difficulties_of_lsat6_in_the_one_parameter_model() -> None:
    fit = fit_irt(answers(LSAT6), "1PL")

    assert fit.discriminations[0] == pytest.approx(0.75513, abs=1e-5)
    assert fit.difficulties == pytest.approx([-3.615, -1.322, -0.318, -1.730, -2.780], abs=5e-4)
    assert fit.discrimination_errors[0] == pytest.approx(0.0694, abs=5e-5)
    assert fit.difficulty_errors == pytest.approx([0.3266, 0.1422, 0.0977, 0.1691, 0.2510], abs=6e-5)


@pytest.mark.parametrize(("patterns", "statistic", "p"), [(LSAT6, 0.57, 0.967), (LSAT7, 12.19, 0.016)])
def test_the_larger_model_is_compared_with_the_smaller(patterns: tuple[int, ...], statistic: float, p: float) -> None:
    rows = answers(patterns)

    found, degrees, chance = likelihood_ratio(fit_irt(rows, "1PL"), fit_irt(rows, "2PL"))

    assert found == pytest.approx(statistic, abs=5e-3)
    assert degrees == 4
    assert chance == pytest.approx(p, abs=1e-3)


def test_admissions_at_berkeley() -> None:
    found = mantel_haenszel_of_tables(ADMISSIONS)

    assert found.odds_ratio == pytest.approx(0.904697, abs=5e-7)
    assert found.chi_square == pytest.approx(1.42695, abs=5e-6)
    assert found.p_value == pytest.approx(0.2323, abs=5e-5)
    assert found.size == "negligible"


def test_intervals_of_known_figures() -> None:
    assert wilson(0.9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert feldt(52.5, 200, 12) == pytest.approx((42, 62), abs=0.5)
