"""Windows, accommodations, deadlines, credit and waits."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzes.domain.timing import (
    NAMES,
    Accommodation,
    CreditStep,
    Override,
    Window,
    credit_percent,
    days_later,
    next_start,
    personal_window,
)

T = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOTHING = Accommodation()


def days(n: float) -> timedelta:
    return timedelta(days=n)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


FACTORS = st.decimals(1, 4, places=2)
GRANTS = st.builds(
    Accommodation,
    factor=FACTORS,
    extra_minutes=st.integers(0, 90),
    extra_days=st.integers(0, 20),
    extra_attempts=st.integers(0, 3),
    no_limit=st.booleans(),
)
MOMENTS = st.integers(1, 60 * 24 * 30).map(lambda n: T + minutes(n))
LIMITS = st.integers(1, 300)


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    return Override(
        due=draw(st.none() | MOMENTS),
        closes=draw(st.none() | MOMENTS),
        minutes=draw(st.none() | LIMITS),
        attempts=draw(st.none() | st.integers(1, 9)),
        lifted=draw(st.frozensets(st.sampled_from(NAMES), max_size=2)),
    )


WINDOWS = st.builds(
    Window, closes=MOMENTS, minutes=LIMITS, due=st.none() | MOMENTS, attempts=st.none() | st.integers(1, 5)
)


# Nobody loses a minute.


@given(WINDOWS, GRANTS, st.lists(overrides(), max_size=2), st.integers(0, 10_000))
def test_whoever_starts_by_close_minus_limit_gets_the_whole_of_the_own_limit(quiz, grants, groups, before):
    """Peer failure: extra time cut by the window (Submitty #10441, PrairieLearn's docs)."""
    groups = [group for group in groups if not group.sets("closes")]
    window = personal_window(quiz, accommodation=grants, groups=groups)
    start = quiz.closes - quiz.limit - minutes(before)
    assert quiz.closes is not None

    end = window.deadline(start)

    assert window.closes is not None
    assert window.closes >= quiz.closes
    shorter = [group.minutes for group in groups if group.minutes is not None]
    if window.limit is None:
        assert end == window.closes >= quiz.closes + days(grants.extra_days)
    elif not shorter or max(shorter) >= quiz.minutes:
        assert end - start == window.limit


@given(WINDOWS, GRANTS, st.builds(Override, closes=MOMENTS, minutes=LIMITS), st.integers(0, 10_000))
def test_who_starts_by_the_class_close_minus_the_class_limit_has_all_of_the_own_limit(quiz, grants, group, before):
    window = personal_window(quiz, accommodation=grants, groups=[group])
    start = group.closes - minutes(group.minutes + before)

    if window.limit is None:
        assert window.deadline(start) >= group.closes
    else:
        assert window.deadline(start) - start == window.limit


@given(WINDOWS, GRANTS)
def test_the_limit_is_that_of_the_quiz_times_the_factor_rounded_up_and_the_minutes_added(quiz, grants):
    window = personal_window(quiz, accommodation=grants)

    longer = math.ceil(grants.factor * quiz.minutes) + grants.extra_minutes
    assert window.minutes == (None if grants.no_limit else longer)
    assert window.closes == quiz.closes + minutes(longer - quiz.minutes) + days(grants.extra_days)


@given(WINDOWS, GRANTS)
def test_an_accommodation_never_takes_anything_away(quiz, grants):
    window = personal_window(quiz, accommodation=grants)

    assert window.closes >= quiz.closes
    assert window.minutes is None or window.minutes >= quiz.minutes
    assert window.due is None if quiz.due is None else window.due == quiz.due + days(grants.extra_days)
    assert (
        window.attempts is None if quiz.attempts is None else (window.attempts == quiz.attempts + grants.extra_attempts)
    )
    assert window.opens == quiz.opens


# What is granted adds to what the class has, and never takes anything from it.

HOUR = Window(T, T + days(1), T + days(2), 60, 1)
HALF_MORE = Accommodation(Decimal("1.5"))
LIFTED = frozenset({"minutes"})
ON_TOP = [
    # accommodation, the class's override, what the student then has
    (HALF_MORE, Override(minutes=75), {"minutes": 113}),
    (HALF_MORE, Override(minutes=20), {"minutes": 30}),
    (HALF_MORE, Override(lifted=LIFTED), {"minutes": None}),
    (Accommodation(no_limit=True), Override(minutes=75), {"minutes": None}),
    (Accommodation(extra_minutes=10), Override(minutes=75), {"minutes": 85}),
    (Accommodation(extra_days=2), Override(closes=T + days(3)), {"closes": T + days(5), "due": T + days(3)}),
    (Accommodation(extra_days=2), Override(due=T + days(2)), {"due": T + days(4), "closes": T + days(4)}),
    (Accommodation(extra_attempts=1), Override(attempts=1), {"attempts": 2}),
    (Accommodation(extra_attempts=1), Override(attempts=3), {"attempts": 4}),
    (Accommodation(extra_attempts=1), Override(lifted=frozenset({"attempts"})), {"attempts": None}),
    (HALF_MORE, Override(closes=T + days(3), minutes=80), {"minutes": 120, "closes": T + days(3) + minutes(40)}),
    (HALF_MORE, Override(minutes=80), {"minutes": 120, "closes": T + days(2) + minutes(60)}),
    (NOTHING, Override(closes=T + days(1), minutes=80), {"minutes": 80, "closes": T + days(1)}),
]


@pytest.mark.parametrize(("grants", "group", "expected"), ON_TOP)
def test_an_accommodation_is_applied_to_what_the_class_has(grants, group, expected):
    window = personal_window(HOUR, accommodation=grants, groups=[group])

    assert {name: getattr(window, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("grants", "personal", "expected"),
    [
        (HALF_MORE, Override(minutes=75), {"minutes": 90}),
        (HALF_MORE, Override(minutes=120), {"minutes": 120, "closes": T + days(2) + minutes(60)}),
        (Accommodation(no_limit=True), Override(minutes=75), {"minutes": None}),
        (Accommodation(extra_attempts=2), Override(attempts=2), {"attempts": 3}),
        (Accommodation(extra_days=2), Override(closes=T + days(3)), {"closes": T + days(4)}),
        (NOTHING, Override(closes=T + days(1)), {"closes": T + days(2)}),
        (NOTHING, Override(closes=T + days(9)), {"closes": T + days(9)}),
        (NOTHING, Override(opens=T + days(1)), {"opens": T}),
    ],
)
def test_a_personal_override_counts_as_it_is_written_where_it_gives_more(grants, personal, expected):
    window = personal_window(HOUR, accommodation=grants, personal=personal)

    assert {name: getattr(window, name) for name in expected} == expected


QUIZZES = st.builds(
    Window,
    opens=st.none() | MOMENTS,
    due=st.none() | MOMENTS,
    closes=st.none() | MOMENTS,
    minutes=st.none() | LIMITS,
    attempts=st.none() | st.integers(1, 5),
)
PERSONAL = st.none() | overrides()
GROUPS = st.lists(overrides(), max_size=2)
STARTS = st.integers(-10_000, 60 * 24 * 40).map(lambda n: T + minutes(n))


def gives_no_less(more: Window, less: Window, start: datetime) -> None:
    """Check that a window is nowhere tighter than another, nor the end of an attempt begun at some moment."""
    for name in ("due", "closes", "minutes", "attempts"):
        wide, narrow = getattr(more, name), getattr(less, name)
        assert wide is None or (narrow is not None and wide >= narrow), name
    assert more.opens is None or (less.opens is not None and more.opens <= less.opens)
    end = more.deadline(start)
    assert end is None or (before := less.deadline(start)) is None or end >= before
    assert end is None or less.deadline(start) is not None


@given(QUIZZES, GRANTS, GRANTS, PERSONAL, GROUPS, STARTS)
def test_a_larger_accommodation_never_gives_less(quiz, one, other, personal, groups, start):
    both = one.with_other(other)
    windows = [
        personal_window(quiz, accommodation=grants, personal=personal, groups=groups) for grants in (one, both, NOTHING)
    ]

    gives_no_less(windows[1], windows[0], start)
    gives_no_less(windows[0], windows[2], start)


@given(QUIZZES, GRANTS, overrides(), GROUPS, STARTS)
def test_a_personal_override_never_gives_less_than_none(quiz, grants, personal, groups, start):
    window = personal_window(quiz, accommodation=grants, personal=personal, groups=groups)

    gives_no_less(window, personal_window(quiz, accommodation=grants, groups=groups), start)


@given(QUIZZES, GRANTS, overrides(), overrides(), GROUPS, STARTS)
def test_a_kinder_personal_override_never_gives_less(quiz, grants, personal, other, groups, start):
    kinder = Override(
        due=max(filter(None, (personal.due, other.due)), default=None),
        closes=max(filter(None, (personal.closes, other.closes)), default=None),
        minutes=max(filter(None, (personal.minutes, other.minutes)), default=None),
        attempts=max(filter(None, (personal.attempts, other.attempts)), default=None),
        lifted=personal.lifted | other.lifted,
    )
    windows = [personal_window(quiz, accommodation=grants, personal=each, groups=groups) for each in (kinder, personal)]

    gives_no_less(*windows, start)


@st.composite
def kinder_overrides(draw: st.DrawFn, quiz: Window) -> Override:
    """Return what a class has where nothing of it is less than the quiz says."""
    more = st.none() | st.integers(0, 200)
    due, closes, longer, again = (draw(more) for _field in range(4))
    return Override(
        due=None if due is None or quiz.due is None else quiz.due + minutes(due),
        closes=None if closes is None or quiz.closes is None else quiz.closes + minutes(closes),
        minutes=None if longer is None or quiz.minutes is None else quiz.minutes + longer,
        attempts=None if again is None or quiz.attempts is None else quiz.attempts + again,
        lifted=draw(st.frozensets(st.sampled_from(NAMES), max_size=2)),
    )


@given(st.data(), QUIZZES, GRANTS, PERSONAL, STARTS)
def test_a_class_that_is_kinder_than_the_quiz_takes_nothing_from_its_students(data, quiz, grants, personal, start):
    """The fault this holds off: an override for the class replaced what one of its students was granted."""
    group = data.draw(kinder_overrides(quiz))
    window = personal_window(quiz, accommodation=grants, personal=personal, groups=[group])

    gives_no_less(window, personal_window(quiz, accommodation=grants, personal=personal), start)


@given(GRANTS, GRANTS)
def test_of_two_accommodations_each_field_counts_at_its_most(one, other):
    both = one.with_other(other)

    assert both == other.with_other(one)
    assert both.with_other(one) == both
    assert (both.factor, both.extra_days) == (max(one.factor, other.factor), max(one.extra_days, other.extra_days))
    assert both.no_limit == (one.no_limit or other.no_limit)


def test_a_limit_of_thirty_minutes_times_one_and_a_half_and_five_is_fifty():
    quiz = Window(closes=T + days(1), minutes=30)
    grants = Accommodation(Decimal("1.5"), extra_minutes=5)

    window = personal_window(quiz, accommodation=grants)

    assert (window.minutes, window.closes) == (50, T + days(1) + minutes(20))
    assert window.deadline(T + days(1) - minutes(30)) == T + days(1) + minutes(20)
    assert window.deadline(T + days(1) - minutes(10)) == T + days(1) + minutes(20)  # started late: the close cuts it


def test_a_part_of_a_minute_is_rounded_up():
    assert personal_window(Window(minutes=7), accommodation=Accommodation(Decimal("1.5"))).minutes == 11


def test_without_a_limit_the_close_moves_by_the_days_alone():
    window = personal_window(Window(closes=T, minutes=30), accommodation=Accommodation(no_limit=True, extra_days=2))

    assert (window.minutes, window.closes) == (None, T + days(2))


def test_a_quiz_without_limits_stays_so_under_any_accommodation():
    grants = Accommodation(Decimal(3), 10, 10, 10)

    assert personal_window(Window(), accommodation=grants) == Window()


# Which of several holds.


@given(WINDOWS, st.lists(overrides(), min_size=1, max_size=3))
def test_the_most_lenient_class_goes_before_the_quiz(quiz, groups):
    window = personal_window(quiz, accommodation=NOTHING, groups=groups)

    for name in ("due", "minutes", "attempts"):
        values = [group.value(name) for group in groups if group.sets(name)]
        if None in values:
            assert getattr(window, name) is None, "no limit is the most lenient"
        elif values:
            assert getattr(window, name) == max(values)
        else:
            assert getattr(window, name) == getattr(quiz, name)


@given(WINDOWS, GRANTS, st.lists(overrides(), max_size=3), overrides())
def test_one_class_more_is_never_less_lenient_for_what_a_class_has_set(quiz, grants, groups, added):
    fewer = personal_window(quiz, accommodation=grants, groups=groups)
    more = personal_window(quiz, accommodation=grants, groups=[*groups, added])

    for name in ("due", "minutes", "attempts"):
        if any(group.sets(name) for group in groups):
            before, after = getattr(fewer, name), getattr(more, name)
            assert after is None or (before is not None and after >= before)


def test_for_the_opening_the_earliest_is_the_most_lenient_and_none_more_so():
    early, late = Override(opens=T), Override(opens=T + days(1))
    lifted = Override(lifted=frozenset({"opens"}))
    quiz = Window(opens=T + days(7))

    assert personal_window(quiz, accommodation=NOTHING, groups=[late, early]).opens == T
    assert personal_window(quiz, accommodation=NOTHING, groups=[early, lifted]).opens is None


def test_fields_are_decided_one_by_one():
    quiz = Window(T, T + days(1), T + days(2), 30, 1)
    personal, group = Override(minutes=90), Override(attempts=3, minutes=40)

    window = personal_window(quiz, accommodation=Accommodation(extra_days=5), personal=personal, groups=[group])

    assert (window.minutes, window.attempts, window.due, window.opens) == (90, 3, T + days(6), T)
    assert window.closes == T + days(7) + minutes(60)


def test_a_close_set_for_a_person_stays_as_it_was_set():
    quiz = Window(closes=T, minutes=30)
    personal = Override(closes=T + days(1))

    window = personal_window(quiz, accommodation=Accommodation(Decimal(2)), personal=personal)

    assert (window.closes, window.minutes) == (T + days(1), 60)


def test_a_close_lifted_for_a_class_never_comes():
    window = personal_window(
        Window(closes=T, minutes=30), accommodation=NOTHING, groups=[Override(lifted=frozenset({"closes"}))]
    )

    assert window.closes is None
    assert window.deadline(T + days(9)) == T + days(9) + minutes(30)


# Windows.


@pytest.mark.parametrize(
    ("at", "is_early", "is_closed"),
    [(-1, True, False), (0, False, False), (59, False, False), (60, False, True)],
)
def test_a_quiz_is_open_from_its_opening_until_just_before_its_close(at, is_early, is_closed):
    window, now = Window(opens=T, closes=T + minutes(60)), T + minutes(at)

    assert (window.is_early(now), window.is_closed(now)) == (is_early, is_closed)


def test_the_deadline_is_the_limit_or_the_close_whichever_is_first():
    assert Window().deadline(T) is None
    assert Window(closes=T + days(1)).deadline(T) == T + days(1)
    assert Window(minutes=30).deadline(T) == T + minutes(30)
    assert Window(closes=T + minutes(10), minutes=30).deadline(T) == T + minutes(10)


# Credit.

STEPS = (CreditStep(days=-1, percent=110), CreditStep(days=0, percent=100), CreditStep(days=3, percent=50))


@pytest.mark.parametrize(
    ("late", "percent"),
    [
        (days(-2), 110),
        (days(-1), 110),
        (days(-1) + timedelta(seconds=1), 100),
        (days(0), 100),
        (timedelta(microseconds=1), 50),
        (days(3), 50),
        (days(3) + timedelta(microseconds=1), 0),
    ],
)
def test_credit_steps_hold_until_their_very_moment(late, percent):
    assert credit_percent(STEPS, due=T, at=T + late) == percent
    assert credit_percent(STEPS[::-1], due=T, at=T + late) == percent


def test_without_steps_or_a_due_date_everything_counts():
    assert credit_percent((), due=T, at=T + days(99)) == credit_percent(STEPS, due=None, at=T) == 100


@given(st.lists(st.integers(-20, 20), min_size=1, unique=True), st.integers(-500, 500), st.integers(0, 500))
def test_where_steps_fall_later_work_never_earns_more(ends, at, later):
    steps = [CreditStep(days=end, percent=100 - place) for place, end in enumerate(sorted(ends))]
    one, other = (credit_percent(steps, due=T, at=T + timedelta(hours=hours)) for hours in (at, at + later))

    assert other <= one


# Waits.


@pytest.mark.parametrize(
    ("count", "first", "later", "wait"),
    [(0, 60, 30, None), (1, 60, 30, 60), (2, 60, 30, 30), (3, 60, 30, 30), (1, 0, 30, None), (2, 60, 0, None)],
)
def test_the_first_wait_follows_the_first_attempt_and_the_later_one_those_after(count, first, later, wait):
    ends = [T + days(n) for n in range(count)]

    at = next_start(ends, first_wait=minutes(first), later_wait=minutes(later))

    assert at == (None if wait is None else ends[-1] + minutes(wait))


@given(st.lists(MOMENTS, min_size=1), st.integers(0, 100), st.integers(0, 100))
def test_a_wait_counts_from_the_last_attempt(ends, first, later):
    at = next_start(ends, first_wait=minutes(first), later_wait=minutes(later))
    assume(at is not None)

    assert at - ends[-1] in (minutes(first), minutes(later))


@pytest.mark.parametrize(("closes_after", "left"), [(30, None), (29.9, 29), (10, 10), (0.5, 0), (0, 0), (-5, 0)])
def test_a_close_cuts_a_time_limit_to_the_whole_minutes_that_are_left(closes_after, left):
    window = Window(minutes=30, closes=T + minutes(closes_after))

    assert window.cut_minutes(T) == left


# Days of a class's calendar.

BERLIN, SEOUL, NEW_YORK = (ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Seoul", "America/New_York"))


@pytest.mark.parametrize(
    ("zone", "due", "later", "expected"),
    [
        # clocks go forward in Berlin on 29 March 2026, and back on 25 October
        (BERLIN, "2026-03-27T22:59Z", 1, "2026-03-28T22:59Z"),
        (BERLIN, "2026-03-27T22:59Z", 2, "2026-03-29T21:59Z"),
        (BERLIN, "2026-10-24T21:59Z", 1, "2026-10-25T22:59Z"),
        (BERLIN, "2026-10-24T21:59Z", 7, "2026-10-31T22:59Z"),
        # and in New York on 8 March and 1 November
        (NEW_YORK, "2026-03-08T04:59Z", 1, "2026-03-09T03:59Z"),
        (NEW_YORK, "2026-11-01T03:59Z", 1, "2026-11-02T04:59Z"),
        (SEOUL, "2026-03-27T14:59Z", 2, "2026-03-29T14:59Z"),
        (UTC, "2026-03-27T23:59Z", 2, "2026-03-29T23:59Z"),
    ],
)
def test_a_day_after_2359_is_2359_there_also_when_the_clock_is_changed(zone, due, later, expected):
    due, expected = datetime.fromisoformat(due), datetime.fromisoformat(expected)
    grants = Accommodation(extra_days=later)
    steps = [CreditStep(days=0, percent=100), CreditStep(days=later, percent=50)]

    window = personal_window(Window(due=due, closes=due), accommodation=grants, zone=zone)
    plain = personal_window(Window(due=due), accommodation=NOTHING, zone=zone)

    assert due.astimezone(zone).strftime("%H:%M") == expected.astimezone(zone).strftime("%H:%M") == "23:59"
    assert (window.due, window.closes) == (expected, expected)
    second = timedelta(seconds=1)
    earned = [credit_percent(steps, due=plain.due, at=at) for at in (due, due + second, expected, expected + second)]
    assert earned == [100, 50, 50, 0]


def test_an_hour_that_a_clock_change_leaves_out_comes_an_hour_later():
    due = datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)

    assert days_later(due, 1) == datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN)


def test_minutes_are_minutes_across_a_clock_change():
    """The close moves by what the limit grows, on the clock that never stops, and not on the wall."""
    closes = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    window = personal_window(
        Window(closes=closes, minutes=60), accommodation=Accommodation(extra_minutes=90), zone=BERLIN
    )

    assert window.closes == closes + minutes(90)
