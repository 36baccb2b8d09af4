"""What is undefined is None, what is impossible is refused, ties do not depend on order, and few answers say little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quizzes.domain.statistics import (
    distractors,
    fisher,
    fit_irt,
    histogram,
    holm,
    item_statistics,
    mantel_haenszel,
    quiz_statistics,
    traces,
    wilson,
)
from quizzes.domain.statistics.judgement import Flag, Stage, discrimination_word, flags, stage


@pytest.mark.parametrize("marks", [[], [[None, None]]])
def test_nothing_is_known_of_a_quiz_that_nobody_took(marks: list[list[float | None]]) -> None:
    found = quiz_statistics(marks, [1, 1])

    assert (found.students, found.mean, found.sd, found.alpha, found.standard_error) == (0, None, None, None, None)
    assert [each.facility for each in item_statistics(marks, [1, 1])] == [None, None]


@pytest.mark.parametrize(
    ("marks", "most", "names"),
    [
        ([[1, 1]], [1, 1], ("sd", "discrimination_index", "discriminative_efficiency", "effective_weight")),
        ([[1, 0], [1, 1]], [1, 1], ("discrimination_index", "point_biserial", "discriminative_efficiency")),
        ([[0, 1], [1, 0]], [0, 1], ("facility", "upper_lower_index")),
        ([[0.1, 0.2], [0.1, 0.2], [0.1, 0.2]], [1, 1], ("effective_weight", "point_biserial")),
    ],
)
def test_undefined_figures_are_none(marks: list[list[float]], most: list[float], names: tuple[str, ...]) -> None:
    first = item_statistics(marks, most)[0]

    assert [name for name in names if getattr(first, name) is not None] == []


def test_alpha_is_none_where_papers_differ() -> None:
    assert quiz_statistics([[1, 0, None], [0, 1, 1], [1, 1, 1]], [1, 1, 1]).alpha is None
    assert quiz_statistics([[1, 0, 0], [0, 1, 1], [1, 1, 1]], [1, 1, 1]).alpha is not None


def test_nothing_is_clipped() -> None:
    found = quiz_statistics([[3, 0], [0, 2.5], [2, 1]], [3, 3])

    assert found.alpha is not None
    assert found.alpha < -100
    assert found.error_ratio is not None
    assert found.error_ratio > 100


def test_a_question_against_the_total_has_no_effective_weight_and_says_so() -> None:
    found = item_statistics([[0, 5, 5], [1, 0, 0], [1, 1, 0], [0, 4, 5]], [1, 5, 5])

    assert found[0].effective_weight is None
    assert found[0].goes_against_total
    assert sum(each.effective_weight or 0 for each in found[1:]) == pytest.approx(100)


def test_the_upper_lower_index_does_not_depend_on_the_order_of_tied_students() -> None:
    chance = np.random.default_rng(5)
    rows = chance.integers(0, 2, size=(31, 4)).astype(float)

    first = [each.upper_lower_index for each in item_statistics(rows, [1] * 4)]
    again = [each.upper_lower_index for each in item_statistics(rows[chance.permutation(31)], [1] * 4)]

    assert first == pytest.approx(again)


def test_the_upper_lower_index_by_hand() -> None:
    # 7 students: g = floor(1.89 + .5) = 2. Totals 3, 2, 2, 2, 1, 1, 0: the three with 2 share one place at the top,
    # the two with 1 share one place at the bottom.
    rows = [[1, 1, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 0, 0]]

    found = item_statistics(rows, [1, 1, 1])[0].upper_lower_index

    assert found == pytest.approx((1 + 2 / 3) / 2 - (0 + 1 / 2) / 2)


@pytest.mark.parametrize("marks", [[[1]], [[1, 2, 3]], [[1, float("inf")]]])
def test_a_table_that_is_none_is_refused(marks: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="mark"):
        item_statistics(marks, [1, 1])


def test_options_with_blanks_and_several_ticks() -> None:
    found = distractors(
        ["a", "a", "b", None, ("b", "c"), "a"], [9, 8, 2, 1, 3, 7], options=["a", "b", "c", "d"], right=["a"]
    )

    assert [(each.option, each.count) for each in found] == [("a", 3), ("b", 2), ("c", 1), ("d", 0), (None, 1)]
    assert found[0].thirds == pytest.approx((0, 0.5, 1))
    assert found[1].share_of_wrong == pytest.approx(2 / 3)
    assert found[1].correlation == pytest.approx(float(np.corrcoef([0, 0, 1, 0, 1, 0], [9, 8, 2, 1, 3, 7])[0, 1]))
    assert [each.is_working for each in found] == [None, True, True, False, None]
    assert found[3].correlation is None


def test_traces_share_tied_students() -> None:
    found = traces(["a", "b", "a", "b"], [1, 1, 1, 2], groups=2)

    assert found["a"] == pytest.approx([2 / 3, 1 / 3])
    assert found["b"] == pytest.approx([1 / 3, 2 / 3])


def test_the_histogram_holds_every_student_once() -> None:
    assert histogram([[0, 1], [1, 1], [1, 0], [-1, 0]], [1, 1], bars=4) == [1, 0, 2, 1]


def test_a_question_that_all_got_right_has_no_place_in_the_model() -> None:
    chance = np.random.default_rng(1)
    rows = np.c_[np.ones(250), (chance.normal(size=(250, 3)) > 0).astype(float)]
    rows[::9, 2] = np.nan

    fit = fit_irt(rows, "1PL")

    assert fit.difficulties[0] is None
    assert all(each is not None for each in fit.difficulties[1:])
    assert len(fit.abilities) == 250
    assert np.isfinite(fit.abilities).all()


def test_slopes_are_held_when_few_answered() -> None:
    chance = np.random.default_rng(2)
    ability = chance.normal(size=60)
    rows = (ability[:, None] + chance.logistic(size=(60, 5)) > 0).astype(float)

    fit = fit_irt(rows, "2PL")

    assert all(each is not None and 0.2 < each < 5 for each in fit.discriminations)


@pytest.mark.parametrize(
    ("rows", "model"), [([[0, 0.5], [1, 0]], "1PL"), ([[1, 1], [1, 1]], "1PL"), ([[1, 0], [0, 1]], "3PL")]
)
def test_what_cannot_be_fitted_is_refused(rows: list[list[float]], model: str) -> None:
    with pytest.raises(ValueError, match=r"answers|right|model"):
        fit_irt(rows, model)  # type: ignore[arg-type]


def test_simulated_difficulties_are_found_again() -> None:
    chance = np.random.default_rng(3)
    wanted = np.linspace(-1.5, 1.5, 12)
    ability = chance.normal(size=3000)
    rows = (ability[:, None] - wanted + chance.logistic(size=(3000, 12)) > 0).astype(float)

    fit = fit_irt(rows, "1PL")

    assert fit.difficulties == pytest.approx(list(wanted), abs=0.2)
    assert float(np.corrcoef(fit.abilities, ability)[0, 1]) > 0.8


def test_bias_of_a_question_that_is_harder_for_one_group() -> None:
    chance = np.random.default_rng(4)
    focal = np.arange(2000) % 2 == 0
    ability = chance.normal(size=2000)
    fair = ability[:, None] + chance.logistic(size=(2000, 9)) > 0
    biased = ability - 1.5 * focal + chance.logistic(size=2000) > 0
    totals = fair.sum(axis=1) + biased

    found = mantel_haenszel(biased.tolist(), focal.tolist(), totals.tolist())
    plain = mantel_haenszel(fair[:, 0].tolist(), focal.tolist(), totals.tolist())

    assert found.size == "large"
    assert found.delta is not None
    assert found.delta < 0
    assert found.p_value is not None
    assert found.p_value < 1e-6
    assert plain.size == "negligible"


def test_bias_without_answers_is_undefined() -> None:
    found = mantel_haenszel([True], [False], [1])

    assert (found.odds_ratio, found.chi_square, found.delta, found.size) == (None, None, None, None)


def test_p_values_are_adjusted_for_how_many_there_are() -> None:
    assert holm([0.01, None, 0.04, 0.03]) == [pytest.approx(0.03), None, pytest.approx(0.06), pytest.approx(0.06)]


@pytest.mark.parametrize(("share", "n"), [(0.0, 5), (1.0, 5), (0.5, 1)])
def test_intervals_of_shares_stay_between_none_and_all(share: float, n: int) -> None:
    interval = wilson(share, n)

    assert interval is not None
    assert -1e-12 <= interval[0] <= share <= interval[1] <= 1 + 1e-12


def test_intervals_that_do_not_exist() -> None:
    assert wilson(0.5, 0) is None
    assert fisher(0.5, 3) is None
    assert fisher(1.0, 30) is None
    assert fisher(0.3, 103) == pytest.approx((0.11304, 0.46645), abs=1e-5)


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        (9, Stage.COUNTS),
        (10, Stage.TENTATIVE),
        (29, Stage.TENTATIVE),
        (30, Stage.FACILITY),
        (99, Stage.FACILITY),
        (100, Stage.CORRELATIONS),
    ],
)
def test_few_answers_say_little(answers: int, wanted: Stage) -> None:
    assert stage(answers) is wanted


def test_a_wrong_key_is_suspected_and_the_right_one_is_not() -> None:
    chance = np.random.default_rng(6)
    rest = chance.normal(size=120)
    chosen = ["good" if value > 0 else "bad" if value > -1 else "worse" for value in rest]

    def found(key: str) -> list[Flag]:
        marks = np.c_[[float(each == key) for each in chosen], rest]
        item = item_statistics(marks, [1, 1])[0]
        return flags(item, distractors(chosen, rest.tolist(), right=[key]))

    assert Flag.KEY_SUSPECT not in found("good")
    assert found("bad")[0] is Flag.KEY_SUSPECT


def test_flags_of_plain_figures() -> None:
    item = item_statistics(np.ones((200, 1)), [1])[0]

    assert flags(item) == [Flag.TOO_EASY]
    assert flags(replace(item, students=20)) == []
    assert flags(replace(item, facility=0.27, point_biserial=0.15), guess=0.25) == [Flag.TOO_HARD, Flag.WEAK]
    assert flags(replace(item, facility=0.5, point_biserial=-0.1)) == [Flag.AGAINST_TOTAL]


@pytest.mark.parametrize(
    ("correlation", "word"),
    [(None, None), (-0.01, "negative"), (0.0, "weak"), (0.2, "fair"), (0.3, "good"), (0.4, "strong")],
)
def test_words_of_discrimination(correlation: float | None, word: str | None) -> None:
    assert discrimination_word(correlation) == word
