"""Events and units placed to scale."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.schema import first_day, is_date, last_day
from courses.models import Lane, TimelineEvent
from courses.reports import Scale, timeline_of

LANES = [Lane(key=key, title=key, position=at) for at, key in enumerate(("cells", "genes", "fields"), start=1)]


def event(starts: date, ends: date | None = None, lane: Lane = LANES[0]) -> TimelineEvent:
    return TimelineEvent(starts_on=starts, ends_on=ends or starts, lane=lane, title="Something happened")


def test_without_events_there_is_no_drawing():
    timeline = timeline_of([])

    assert (timeline.events, timeline.lanes, timeline.marks, timeline.ticks) == ([], [], [], [])


def test_events_stand_where_their_days_are():
    timeline = timeline_of(
        [event(date(1990, 1, 1)), event(date(1991, 1, 1), date(1991, 12, 31)), event(date(1993, 12, 31))]
    )

    assert [mark.left for mark in timeline.marks] == [0, 24.98, 99.93]
    assert [mark.width for mark in timeline.marks] == pytest.approx([0, 24.91, 0], abs=0.02)


def test_each_lane_is_a_row():
    timeline = timeline_of([event(date(1990, 1, 1), lane=lane) for lane in reversed(LANES)])

    assert timeline.lanes == LANES
    assert [mark.row for mark in timeline.marks] == [2, 1, 0]
    assert [mark.level for mark in timeline.marks] == [0, 0, 0]


def test_only_lanes_in_use_are_drawn():
    timeline = timeline_of([event(date(1990, 1, 1), lane=LANES[2]), event(date(1990, 1, 1), lane=LANES[0])])

    assert timeline.lanes == [LANES[0], LANES[2]]
    assert [mark.row for mark in timeline.marks] == [1, 0]


def test_events_too_close_to_each_other_stand_on_levels_of_their_own():
    timeline = timeline_of([event(date(1990, 1, day)) for day in (1, 2, 3)] + [event(date(2000, 1, 1))])

    assert [mark.level for mark in timeline.marks] == [0, 1, 2, 0]


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (1990, 1990, [1990]),
        (1990, 1995, [1990, 1991, 1992, 1993, 1994, 1995]),
        (1991, 2000, list(range(1991, 2001))),
        (1945, 2026, [1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020]),
        (1600, 2026, [1600, 1650, 1700, 1750, 1800, 1850, 1900, 1950, 2000]),
    ],
)
def test_round_years_are_marked(first, last, years):
    timeline = timeline_of([event(date(first, 6, 1)), event(date(last, 6, 1))])

    assert [year for _left, year in timeline.ticks] == years


@given(st.integers(1, 2200), st.integers(0, 900))
def test_years_are_marked_in_even_steps_and_never_crowd(first, length):
    scale = Scale(first, first + length)
    ticks = scale.ticks()
    steps = {second - first for (_left, first), (_other, second) in pairwise(ticks)}

    assert len(ticks) <= 10
    assert len(steps) <= 1
    assert all(0 <= left <= 100 for left, _year in ticks)


@given(st.lists(st.tuples(st.dates(date(1850, 1, 1), date(2100, 1, 1)), st.integers(0, 4000)), min_size=1))
def test_every_event_lies_on_the_drawing(spans):
    events = [event(start, date.fromordinal(start.toordinal() + days)) for start, days in spans]

    marks = timeline_of(events).marks

    assert [mark.event for mark in marks] == events
    assert all(0 <= mark.left <= mark.left + mark.width <= 100.01 for mark in marks)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2000-02-09", "2000-02-09", "2000-02-09"),
        ("2000-02", "2000-02-01", "2000-02-29"),
        ("1999-02", "1999-02-01", "1999-02-28"),
        ("1990-12", "1990-12-01", "1990-12-31"),
        ("1961", "1961-01-01", "1961-12-31"),
    ],
)
def test_a_date_is_as_long_as_what_is_not_known(text, first, last):
    assert is_date(text)
    assert (str(first_day(text)), str(last_day(text))) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "61", "1961-", "1961-13", "1961-00", "1961-02-30", "1961-7-6", "06.07.1961", "0000"]
)
def test_a_date_that_does_not_exist_is_none(text):
    assert not is_date(text)
