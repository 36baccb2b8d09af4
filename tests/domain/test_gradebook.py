"""The gradebook's arithmetic: a better score never lowers a total, and every total can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.domain.dropping import Portion, keep
from quizzes.domain.gradebook import (
    Basis,
    Category,
    Fate,
    LateRule,
    Mode,
    Piece,
    Policy,
    Sitting,
    Status,
    StepKind,
    line_of,
    total_of,
)
from quizzes.domain.scales import Boundary, Scale, settled, shown_in_tenths

SHARES = st.fractions(0, 1, max_denominator=60)
LATE = LateRule(Decimal(10), floor=Decimal(40))
LETTERS = Scale((Boundary("A", Decimal(85)), Boundary("B", Decimal("69.5"))), below="C")


def piece(earned, possible=100, **more):
    """A scored piece of so many points; `None`: nothing was handed in."""
    scored = {} if earned is None else {"status": Status.SCORED, "share": Fraction(str(earned)) / possible}
    return Piece(
        **{"key": f"{earned}/{possible}", "category": "quizzes", "possible": Decimal(possible)} | scored | more
    )


def policy(mode=Mode.POINTS, **more):
    """One category of everything."""
    of_class = {name: more.pop(name) for name in ("late", "missing", "scale") if name in more}
    return Policy((Category("quizzes", mode=mode, **more),), **of_class)


def percent(rules, pieces, basis=Basis.CURRENT):
    """The total, exactly."""
    return total_of(rules, pieces, basis).percent


def dropped(rules, pieces, basis=Basis.CURRENT):
    """Keys of what is dropped."""
    lines = [line for each in total_of(rules, pieces, basis).categories for line in each.lines]
    return {line.piece.key for line in lines if line.fate in (Fate.LOWEST, Fate.HIGHEST)}


@st.composite
def categories(draw):
    mode = draw(st.sampled_from(Mode))
    highest = draw(st.integers(0, 2)) if mode is Mode.PERCENTS else 0
    key, weight = draw(st.sampled_from("ab")), Decimal(draw(st.integers(0, 60)))
    return Category(key, weight, mode, drop_lowest=draw(st.integers(0, 3)), drop_highest=highest)


@st.composite
def pieces_of_a_student(draw):
    status = draw(st.sampled_from([Status.SCORED] * 4 + list(Status)))
    return Piece(
        key=str(draw(st.integers(0, 10**6))),
        category=draw(st.sampled_from("ab")),
        possible=Decimal(draw(st.sampled_from([1, 5, 10, 17, 50, 200]))),
        status=status,
        share=draw(SHARES) if status is Status.SCORED else None,
        weight=Decimal(draw(st.sampled_from(["0", "0.5", "1", "1", "3"]))),
        is_extra=draw(st.integers(0, 4)) == 0,
        never_dropped=draw(st.integers(0, 4)) == 0,
        late_periods=draw(st.sampled_from([0, 0, 0, 1, 3, 20])),
        by_hand=draw(st.integers(0, 9)) == 0,
    )


POLICIES = st.builds(
    Policy,
    st.lists(categories(), min_size=1, max_size=2, unique_by=lambda each: each.key).map(tuple),
    st.sampled_from([None, LATE, LateRule(Decimal(100)), LateRule(Decimal("2.5"), floor=Decimal(90))]),
    st.sampled_from([None, Decimal(0), Decimal(50)]),
    st.sampled_from([Scale(), LETTERS]),
)
GRADEBOOKS = st.lists(pieces_of_a_student(), min_size=1, max_size=7)


# Raising a score


@given(POLICIES, GRADEBOOKS, st.sampled_from(Basis), st.data())
def test_raising_one_score_never_lowers_a_total(rules, pieces, basis, data):
    scored = [place for place, each in enumerate(pieces) if each.share is not None]
    if not scored:
        return
    at = data.draw(st.sampled_from(scored))
    raised = [*pieces]
    raised[at] = replace(pieces[at], share=data.draw(st.fractions(pieces[at].share, Fraction(6, 5))))
    before, after = total_of(rules, pieces, basis), total_of(rules, raised, basis)

    assert (after.percent is None) == (before.percent is None)
    assert after.percent is None or after.percent >= before.percent
    for old, new in zip(before.categories, after.categories, strict=True):
        assert old.percent is None or new.percent >= old.percent


def test_a_better_score_on_extra_credit_or_big_work_does_not_fall_into_the_known_trap():
    """Where what is dropped is chosen without the extra credit, 10 more points on the big piece cost per cents."""
    rules = policy(drop_lowest=1)
    extra = piece(60, 100, is_extra=True)

    def totalled(big):
        return percent(rules, [piece(40, 100), piece(big, 400), extra])

    assert [totalled(big) <= totalled(big + 10) for big in range(0, 390, 10)] == [True] * 39


# What is dropped


@given(GRADEBOOKS, st.integers(0, 3))
def test_in_points_the_subset_with_the_best_ratio_is_kept(pieces, count):
    portions = [Portion(each.share * Fraction(each.possible), Fraction(each.possible), each.never_dropped)
                for each in pieces if each.share is not None]  # fmt: skip
    loose = [place for place, each in enumerate(portions) if not each.is_fixed]
    takes = min(count, max(0, len(loose) - (0 if len(loose) < len(portions) else 1)))
    found = keep(portions, lowest=count)
    best = max((ratio(portions, gone) for gone in combinations(loose, takes)), key=nothing_first)

    assert len(found.lowest) == takes
    assert found.ratio == ratio(portions, found.lowest) == best


def ratio(portions, gone):
    """Earned over possible of all but some."""
    kept = [each for place, each in enumerate(portions) if place not in gone]
    size = sum(each.size for each in kept)
    return sum(each.earned for each in kept) / size if size else None


@pytest.mark.parametrize("big_first", [True, False])
def test_a_mean_of_percents_drops_50_of_200_before_40_of_50(big_first):
    pieces = [piece(40, 50), piece(50, 200), piece(9, 10)]
    pieces = [pieces[1], pieces[0], pieces[2]] if big_first else pieces

    assert dropped(policy(Mode.PERCENTS, drop_lowest=1), pieces) == {"50/200"}


@given(st.lists(SHARES, min_size=2, max_size=8), st.integers(0, 3), st.integers(0, 3), st.data())
def test_a_mean_of_percents_drops_the_lowest_and_the_highest_whatever_their_points_and_weights(shares, low, high, data):
    sizes = st.tuples(st.sampled_from([1, 20, 400]), st.sampled_from(["1", "2", "9"]))
    pieces = []
    for share in shares:
        possible, weight = data.draw(sizes)
        pieces.append(replace(piece(0, possible, weight=Decimal(weight)), share=share))
    low, high = min(low, len(shares) - 1), high if low + high else 1
    high = min(high, len(shares) - low - 1)
    if not low + high:
        return
    kept = sorted(shares)[low : len(shares) - high]

    assert percent(policy(Mode.PERCENTS, drop_lowest=low, drop_highest=high), pieces) == settled(
        100 * sum(kept, Fraction(0)) / len(kept)
    )


def test_what_may_never_be_dropped_stays_and_leaves_the_next_lowest_to_go():
    pieces = [piece(1, 10, never_dropped=True), piece(2, 10), piece(9, 10)]

    assert dropped(policy(drop_lowest=1), pieces) == {"2/10"}


def test_one_piece_always_counts_however_many_are_to_be_dropped():
    assert percent(policy(drop_lowest=5), [piece(3, 10), piece(5, 10)]) == 50
    assert percent(policy(Mode.PERCENTS, drop_lowest=5, drop_highest=5), [piece(3, 10), piece(5, 10)]) == 50
    assert percent(policy(drop_lowest=5), [piece(3, 10), piece(5, 10, never_dropped=True)]) == 50


def test_extra_credit_is_never_dropped_and_does_not_count_among_what_is():
    pieces = [piece(1, 10, is_extra=True), piece(5, 10), piece(10, 10)]

    assert dropped(policy(drop_lowest=1), pieces) == {"5/10"}
    assert percent(policy(drop_lowest=1), pieces) == 110


def test_the_highest_cannot_be_dropped_by_points():
    with pytest.raises(ValueError, match="mean of percents"):
        policy(Mode.POINTS, drop_highest=1)
    with pytest.raises(ValueError, match="one size"):
        keep([Portion(Fraction(1), Fraction(2)), Portion(Fraction(1), Fraction(3))], highest=1)


# A slow reference


def slow_total(rules, pieces, basis):
    """Work a total out from the sentences of the rule: try every way of dropping, and take the best for the student."""
    parts = []
    for category in rules.categories:
        mine = [each for each in pieces if each.category == category.key and each.status is not Status.EXCUSED]
        scores = [(each, slow_share(rules, each, basis)) for each in mine]
        value = slow_category(category, [(each, share) for each, share in scores if share is not None])
        if value is not None:
            parts.append((Fraction(category.weight), value))
    weights = sum(weight for weight, _value in parts)
    return sum(weight * value for weight, value in parts) / weights if weights else None


def slow_share(rules, each, basis):
    if each.share is not None:
        share = each.share
        if rules.late and each.late_periods and not each.by_hand:
            lowest = min(share, Fraction(rules.late.floor) / 100)
            share = max(lowest, share - Fraction(rules.late.rate) * each.late_periods / 100)
        return share
    if each.is_extra:
        return None
    if each.status is Status.MISSING and rules.missing is not None:
        return Fraction(rules.missing) / 100
    return Fraction(0) if basis is Basis.FINAL else None


def slow_category(category, scores):
    drops = category.drop_lowest or category.drop_highest
    rows = []
    for each, share in scores:
        size = Fraction(each.possible) if category.mode is Mode.POINTS else Fraction(1)
        if category.mode is Mode.POINTS or not drops:
            size *= Fraction(each.weight)
        rows.append((size * share, Fraction(0) if each.is_extra else size, each.never_dropped or each.is_extra))
    loose = [row for row in rows if not row[2] and row[1]]
    fixed = [row for row in rows if row[2] or not row[1]]
    spare = 0 if any(row[1] for row in fixed) else 1
    low = min(category.drop_lowest, max(0, len(loose) - spare))
    high = min(category.drop_highest, max(0, len(loose) - low - spare))

    def value(kept):
        size = sum(row[1] for row in kept)
        return 100 * sum(row[0] for row in kept) / size if size else None

    def after_the_highest(kept):
        rests = combinations(kept, len(kept) - high)
        return min((value([*fixed, *(loose[place] for place in rest)]) for rest in rests), key=nothing_first)

    found = [after_the_highest(kept) for kept in combinations(range(len(loose)), len(loose) - low)]
    return max(found, key=nothing_first)


def nothing_first(value):
    return -1 if value is None else value


@given(POLICIES, GRADEBOOKS, st.sampled_from(Basis))
def test_totals_equal_a_slow_reference_that_tries_every_subset(rules, pieces, basis):
    expected = slow_total(rules, pieces, basis)

    assert percent(rules, pieces, basis) == (None if expected is None else settled(expected))


# Excused, missing, late, extra


@given(POLICIES, GRADEBOOKS, st.sampled_from(Basis), st.data())
def test_excused_work_counts_as_if_it_had_not_been_assigned(rules, pieces, basis, data):
    at = data.draw(st.integers(0, len(pieces) - 1))
    excused = [*pieces]
    excused[at] = replace(pieces[at], status=Status.EXCUSED, share=None)

    assert percent(rules, excused, basis) == percent(rules, pieces[:at] + pieces[at + 1 :], basis)


@pytest.mark.parametrize(
    ("status", "missing", "basis", "expected"),
    [
        (Status.MISSING, None, Basis.CURRENT, "80"),
        (Status.MISSING, "0", Basis.CURRENT, "40"),
        (Status.MISSING, "30", Basis.CURRENT, "55"),
        (Status.MISSING, None, Basis.FINAL, "40"),
        (Status.MISSING, "30", Basis.FINAL, "55"),
        (Status.AHEAD, "30", Basis.CURRENT, "80"),
        (Status.AHEAD, "30", Basis.FINAL, "40"),
        (Status.WAITS, "30", Basis.CURRENT, "80"),
        (Status.WAITS, "30", Basis.FINAL, "40"),
        (Status.EXCUSED, "30", Basis.FINAL, "80"),
    ],
)
def test_work_without_a_score_counts_by_what_it_is(status, missing, basis, expected):
    rules = policy(missing=None if missing is None else Decimal(missing))

    assert percent(rules, [piece(8, 10), piece(None, 10, status=status)], basis) == Decimal(expected)


@pytest.mark.parametrize(
    ("score", "periods", "expected"),
    [(90, 0, 90), (90, 1, 80), (90, 3, 60), (90, 9, 40), (45, 1, 40), (30, 2, 30), (100, 6, 40)],
)
def test_late_work_loses_a_tenth_a_day_but_never_falls_below_the_floor(score, periods, expected):
    assert percent(policy(late=LATE), [piece(score, late_periods=periods)]) == expected


SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "due", "at", "interval", "expected"),
    [
        (SEOUL, "2026-05-01T14:59", "2026-05-01T14:59", 24, 0),
        (SEOUL, "2026-05-01T14:59", "2026-05-01T15:00", 24, 1),
        (SEOUL, "2026-05-01T14:59", "2026-05-02T14:59", 24, 1),
        (SEOUL, "2026-05-01T14:59", "2026-05-02T15:00", 24, 2),
        (BERLIN, "2026-10-24T21:59", "2026-10-25T22:59", 24, 1),  # 23:59 both days, across the clock change
        (BERLIN, "2026-10-24T21:59", "2026-10-25T22:59", 1, 25),
        (BERLIN, "2026-10-25T00:30", "2026-10-25T01:10", 24, 1),  # the hour that comes twice
        (SEOUL, "2026-05-01T14:59", "2026-05-10T14:59", 168, 2),
    ],
)
def test_days_late_are_days_of_the_class_calendar(zone, due, at, interval, expected):
    due, at = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (due, at))

    assert LateRule(Decimal(10), timedelta(hours=interval)).periods(due, at, zone) == expected


@pytest.mark.parametrize("mode", Mode)
def test_extra_credit_adds_to_what_is_earned_and_not_to_what_is_possible(mode):
    pieces = [piece(5, 10), piece(5, 10), piece(1, 10, is_extra=True)]

    assert percent(policy(mode), pieces) == 55
    assert percent(policy(mode), [*pieces[:2], piece(None, 10, is_extra=True, status=Status.MISSING)]) == 50


def test_extra_credit_alone_makes_no_total():
    assert percent(policy(), [piece(1, 10, is_extra=True)]) is None


def test_weights_of_pieces_count_where_nothing_is_dropped():
    pieces = [piece(5, 10, weight=Decimal(3)), piece(10, 20, weight=Decimal(0)), piece(20, 20)]

    assert percent(policy(Mode.PERCENTS), pieces) == Fraction(250, 4)
    assert percent(policy(Mode.POINTS), pieces) == 70


# Current and final


THREE = Policy(
    (
        Category("quizzes", Decimal(50), Mode.PERCENTS, drop_lowest=1),
        Category("seminar", Decimal(20)),
        Category("reading", Decimal(10)),
        Category("exam", Decimal(20)),
    ),
    LATE,
    scale=Scale((Boundary("A", Decimal(85)), Boundary("B", Decimal(70))), below="F"),
)
DARIA = [
    piece("24.6", 30), piece("14.96", 17), piece("10.54", 17), piece("14.5", 17, late_periods=1),
    piece(None, 17, key="ahead"),
    piece(17, 20, category="seminar"), piece(8, 10, category="seminar"), piece(8, 8, category="reading"),
    piece(None, 60, category="exam", key="exam"),
]  # fmt: skip


def test_the_current_total_leaves_out_what_is_ahead_and_shares_its_weight_out():
    """As in a gradebook worked out on paper: 82, 88 and 75.29…, 25 of 30, 8 of 8; 50, 20 and 10 of 80."""
    total = total_of(THREE, DARIA, Basis.CURRENT)
    quizzes, seminar, reading, exam = total.categories

    assert [float(each.part) for each in total.categories] == [0.625, 0.25, 0.125, 0]
    assert quizzes.percent == (82 + 88 + Fraction(145, 17) * 10 - 10) / 3
    assert (seminar.percent, reading.percent, exam.percent) == (Fraction(250, 3), 100, None)
    assert total.percent == settled(sum(each.contribution for each in total.categories))
    assert (str(THREE.scale.shown(total.percent)), total.grade) == ("84.4", "B")
    assert THREE.scale.next_above(total.percent) == Boundary("A", Decimal(85))


def test_the_final_total_counts_what_is_ahead_as_nothing():
    total = total_of(THREE, DARIA, Basis.FINAL)

    assert [float(each.part) for each in total.categories] == [0.5, 0.2, 0.1, 0.2]
    assert dropped(THREE, DARIA, Basis.FINAL) == {"ahead"}
    assert total.categories[3].percent == 0


def test_a_total_set_by_hand_keeps_what_was_worked_out():
    total = total_of(THREE, DARIA, Basis.CURRENT, by_hand=Decimal(85))

    assert (total.percent, total.grade) == (85, "A")
    assert str(THREE.scale.shown(total.worked_out)) == "84.4"


def test_without_anything_that_counts_there_is_no_total():
    assert total_of(THREE, [], Basis.FINAL).percent is None
    assert total_of(THREE, [piece(9, 10, category="none of them")], Basis.FINAL).percent is None


# The steps


def test_every_step_of_a_score_starts_where_the_one_before_it_ended():
    sittings = (
        Sitting(1, Fraction(1, 2), counts=False),
        Sitting(2, Fraction(9, 10), Decimal(80)),
    )
    line = line_of(policy(late=LATE), piece(72, sittings=sittings, late_periods=2), Basis.CURRENT)

    assert [(step.kind, step.before, step.after, step.number) for step in line.steps] == [
        (StepKind.RAW, None, Fraction(1, 2), 1),
        (StepKind.RAW, None, Fraction(9, 10), 2),
        (StepKind.TRIES, None, Fraction(9, 10), 2),
        (StepKind.CREDIT, Fraction(9, 10), Fraction(72, 100), 80),
        (StepKind.LATE, Fraction(72, 100), Fraction(52, 100), 2),
    ]
    assert sittings[1].share == Fraction(72, 100)
    assert (line.share, line.earned) == (Fraction(52, 100), 52)


def test_a_score_set_by_hand_is_not_lowered_by_the_late_rule():
    line = line_of(policy(late=LATE), piece(90, by_hand=True, late_periods=3), Basis.CURRENT)

    assert [(step.kind, step.after) for step in line.steps] == [(StepKind.BY_HAND, Fraction(9, 10))]


@given(POLICIES, GRADEBOOKS, st.sampled_from(Basis))
def test_every_total_is_the_sum_of_the_steps_that_are_shown(rules, pieces, basis):
    total = total_of(rules, pieces, basis)

    for each in total.categories:
        kept = [line for line in each.lines if line.fate in (Fate.COUNTS, Fate.EXTRA)]
        assert all(line.share is not None for line in kept)
        assert all(not line.steps or line.steps[-1].after == line.share for line in each.lines)
        assert each.percent is None or each.percent == 100 * each.earned / each.possible
    if total.percent is not None:
        assert total.percent == settled(sum(each.contribution for each in total.categories))
        assert sum(each.part for each in total.categories) == 1


# Boundaries


@given(st.fractions(0, 110), st.lists(st.decimals(0, 100, places=1), max_size=5, unique=True))
def test_what_is_shown_is_never_across_a_boundary_from_the_grade(value, marks):
    scale = Scale(tuple(Boundary(str(mark), mark) for mark in sorted(marks, reverse=True)), below="none")
    shown = scale.shown(settled(value))

    assert scale.grade_of(settled(value)) == scale.grade_of(Fraction(shown))
    assert abs(Fraction(shown) - value) <= Fraction(1, 10)


@pytest.mark.parametrize(
    ("value", "expected", "grade"),
    [
        ("84.96", "84.9", "B"),
        ("85", "85.0", "A"),
        ("84.949", "84.9", "B"),
        ("69.45", "69.4", "C"),
        ("12.25", "12.3", "C"),
    ],
)
def test_a_total_is_rounded_half_up_after_the_boundary_test(value, expected, grade):
    total = Fraction(value)

    assert (str(LETTERS.shown(total)), LETTERS.grade_of(total)) == (expected, grade)


def test_a_mean_of_stored_thirds_reaches_its_boundary():
    third, two_thirds = Decimal("0.333333333333"), Decimal("0.666666666666")  # as scores are stored
    pieces = [replace(piece(0), share=Fraction(each)) for each in (third, two_thirds)]
    scale = Scale((Boundary("pass", Decimal(50)),), below="fail")

    assert total_of(policy(Mode.PERCENTS, scale=scale), pieces, Basis.CURRENT).grade == "pass"


@pytest.mark.parametrize("marks", [["70", "85"], ["85", "85"], ["84.95"]])
def test_boundaries_that_cannot_be_kept_apart_are_refused(marks):
    with pytest.raises(ValueError, match=r"one decimal place|lower than"):
        Scale(tuple(Boundary(mark, Decimal(mark)) for mark in marks))


def test_without_boundaries_there_is_a_number_and_no_grade():
    assert (Scale().grade_of(Fraction(90)), Scale().next_above(Fraction(90))) == ("", None)
    assert str(shown_in_tenths(Fraction(2, 3) * 100)) == "66.7"
