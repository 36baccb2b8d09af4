"""Timelines and maps: events placed in their years, a place found among others."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from quizzes.domain.kinds import KINDS
from tests.domain.make import WHY, spec


def event(year: int, tolerance: int = 0) -> dict:
    return {"text": f"What happened in {year}", "year": year, "tolerance": tolerance, "feedback": WHY}


@pytest.mark.parametrize(
    ("old", "new", "share"),
    [
        (1961, 2000, "1"),
        (1961, 2001, "1"),
        (1961, 1999, "1"),
        (1961, 1998, "0.5"),
        (1960, 2002, "0"),
        (None, 2000, "0.5"),
    ],
)
def test_each_event_near_enough_earns_its_part(old, new, share):
    item = spec("timeline")

    assert item.mark(item.clean({"old": old, "new": new})) == Decimal(share)


@pytest.mark.parametrize(
    ("events", "share"),
    [
        ({"a": event(1985)}, Decimal(1) / 81),
        ({"a": event(1985, 2)}, Decimal(5) / 81),
        ({"a": event(1945, 2)}, Decimal(3) / 81),
        ({"a": event(2025, 1), "b": event(1985, 2)}, Decimal(7) / 162),
    ],
)
def test_a_guess_is_worth_the_years_that_count_on_the_scale(events, share):
    assert spec("timeline", events=events).guess_share() == share


@pytest.mark.parametrize(
    "typed",
    ["1961", " 1961 ", 1961, "１９６１", "1 961", "1,961", "1.961", "1961.", "1961.0", 1961.0, "1961\u200b", "in 1961"],
)
def test_a_year_is_read_as_a_number(typed):
    assert spec("timeline").clean({"old": typed, "new": ""}) == {"old": 1961}


@pytest.mark.parametrize("typed", ["1944", "2026", "61", "-1961", "1.944", 2026])
def test_a_year_off_the_scale_is_named_with_the_scale(typed):
    with pytest.raises(InvalidAnswer) as refusal:
        spec("timeline").clean({"old": typed})

    assert str(refusal.value) == f"{typed} is off the scale 1945–2025."
    assert refusal.value.problems[0].where == "Treaty with a duty to help"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("196l", "“l” was not understood"),
        ("1961 or 1962", "“or 1962” was not understood"),
        ("1961/1962", "“1961/1962” was not understood"),
        ("1961.5", "as a whole number"),
        ("soon", "as a whole number"),
        (True, "as a whole number"),
        (["1961"], "as a whole number"),
        ("9" * 501, "Shorten it"),
        ("1e999999", "as a whole number"),
    ],
)
def test_what_is_no_year_is_refused_with_its_own_reason(typed, reason):
    with pytest.raises(InvalidAnswer, match=reason):
        spec("timeline").clean({"old": typed})


@pytest.mark.parametrize("raw", ["1961", [1961], {"other": 1961}, {"?": ""}])
def test_only_years_by_event_are_an_answer(raw):
    with pytest.raises(InvalidAnswer, match="each event a year"):
        spec("timeline").clean(raw)


def test_the_result_runs_in_the_order_of_the_years():
    item = spec("timeline", events={"late": event(2000), "early": event(1961)})

    assert [(row.right, row.given, row.verdict) for row in item.review({"late": 1990})] == [
        ("1961", "", Verdict.MISSED),
        ("2000", "1990", Verdict.WRONG),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"end": 1990}, "not between `start` and `end`: new"),
        ({"start": 1999}, "not between `start` and `end`: old"),
        ({"start": 1961, "end": 1965}, "five years"),
        ({"events": {}}, "at least 1"),
        ({"events": {"a": event(1961, 51)}}, "less than or equal to 50"),
    ],
)
def test_a_timeline_that_makes_no_sense_is_refused(fields, reason):
    with pytest.raises(ValueError, match=reason):
        spec("timeline", **fields)


def test_the_rule_tells_whether_near_is_enough():
    assert "near enough" in spec("timeline").marking_rule()
    assert "near enough" not in spec("timeline", events={"a": event(1961)}).marking_rule()


# Maps.


def place(longitude: float, latitude: float, *, correct: bool = False) -> dict:
    return {"at": [longitude, latitude], "text": f"At {latitude} north", "correct": correct, "feedback": WHY}


@pytest.mark.parametrize(("chosen", "share"), [("port", 1), ("capital", 0)])
def test_the_right_place_earns_everything(chosen, share):
    assert spec("map").mark(chosen) == share


def test_a_guess_among_three_places_earns_a_third():
    assert spec("map").guess_share() == Decimal(1) / 3


@pytest.mark.parametrize("raw", ["A", "1", ["port"], 1, "Port"])
def test_only_a_place_on_the_map_is_an_answer(raw):
    with pytest.raises(InvalidAnswer, match="places on the map"):
        spec("map").clean(raw)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"a": place(126, 39)}, "0 places are marked"),
        ({"b": place(127, 38, correct=True)}, "2 places are marked"),
    ],
)
def test_a_map_that_makes_no_sense_is_refused(changed, reason):
    places = {"a": place(126, 39, correct=True), "b": place(127, 38), "c": place(129, 35)}

    with pytest.raises(ValueError, match=reason):
        spec("map", places=places | changed)


def test_places_off_the_map_are_named():
    places = {"a": place(126, 39, correct=True), "b": place(127, 38), "c": place(129, 35)}
    item = spec("map", places=places)

    assert item.map_key == "korea"
    assert item.places_off(lambda east, north: (east, north) != (127, 38)) == ["b"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "map"])
def test_other_kinds_ask_for_no_map(kind):
    assert (spec(kind).map_key, spec(kind).places_off(lambda _east, _north: False)) == ("", [])


def test_hints_do_not_hide_that_no_place_is_right():
    places = {"a": place(126, 39), "b": place(127, 38), "c": place(129, 35)}

    with pytest.raises(ValueError, match="0 places are marked"):
        spec("map", places=places, hints=["Look north."])


def test_a_paper_shows_where_the_places_are_and_not_which_is_right():
    assert spec("map").parts(["strait", "port", "capital"]) == {
        "map": "korea",
        "places": {
            "1": {"at": (129.05, 35.1), "text": "On the coast, in the south-east"},
            "2": {"at": (130.3, 42.25), "text": "On the coast, in the north-east"},
            "3": {"at": (125.75, 39.02), "text": "Inland, in the west"},
        },
    }


def test_a_year_that_cannot_be_read_says_of_which_event():
    item = spec("timeline")
    first, second = list(item.events)[:2]

    with pytest.raises(InvalidAnswer) as refusal:
        item.clean({first: str(item.start), second: "12"})

    [problem] = refusal.value.problems
    assert (problem.key, problem.where) == (second, item.events[second].text)
    assert refusal.value.readable == {first: item.start}
