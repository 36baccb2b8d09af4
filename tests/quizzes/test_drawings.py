"""Pictures beside questions: letters on a map, years on a scale. On a paper they tell nothing of the key."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from math import dist

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from quizzes.domain.base import InvalidAnswer
from quizzes.forms import form_for
from quizzes.templatetags.quiz_written import signed
from tests.domain.anything import maps, timelines
from tests.make import WHY, maps_of_one, spec

ORDER = ["strait", "port", "capital"]
MAPS = maps_of_one()


def drawn(item, *, reveal, **options):
    form = form_for(item, **{"order": item.order(random.Random(3)), "maps": MAPS, **options})
    return render_to_string(form.drawing, {"form": form, "reveal": reveal})


# Maps.


@given(maps(), st.integers())
def test_every_letter_stands_on_the_map(item, seed):
    form = form_for(item, order=item.order(random.Random(seed)), maps=MAPS)

    for spot in form.spots:
        assert form.radius <= float(spot.letter_x) <= form.width - form.radius
        assert form.radius <= float(spot.letter_y) <= form.height - form.radius
    assert [spot.letter for spot in form.spots] == list("ABCDEFGH")[: len(form.spots)]


def test_letters_of_places_close_together_cover_neither_each_other_nor_a_place():
    at = {"khasan": [130.64, 42.43], "rajin": [130.3, 42.25], "border": [130.7, 42.3], "vladivostok": [131.9, 43.12]}
    places = {
        key: {"at": place, "text": key.title(), "correct": key == "khasan", "feedback": WHY}
        for key, place in at.items()
    }
    item = spec("map", places=places)
    form = form_for(item, order=list(at), maps=maps_of_one(west=119, south=38, east=143, north=56))
    points = [(float(spot.x), float(spot.y)) for spot in form.spots]
    letters = [(float(spot.letter_x), float(spot.letter_y)) for spot in form.spots]

    assert all(dist(letter, point) > form.radius for letter in letters for point in points)
    assert all(dist(one, other) >= form.size - 0.2 for one in letters for other in letters if one is not other)


def test_a_point_stands_where_its_place_is():
    form = form_for(spec("map"), order=ORDER, maps=MAPS)
    found = {spot.letter: (float(spot.x), float(spot.y)) for spot in form.spots}

    assert found["B"] == pytest.approx(MAPS["korea"].region.place(130.3, 42.25, form.width), abs=0.1)


def test_a_place_that_a_newer_map_does_not_hold_stands_at_its_edge():
    form = form_for(spec("map"), order=ORDER, maps=maps_of_one(west=127, south=36))
    found = {spot.letter: (float(spot.x), float(spot.y)) for spot in form.spots}

    assert found["A"] == (pytest.approx(131.2), form.height)
    assert found["C"] == (0, pytest.approx(form.map.region.place(127, 39.02, form.width)[1], abs=0.1))


def test_each_letter_is_a_label_of_its_button_in_the_list():
    form = form_for(spec("map"), order=ORDER, prefix="q", maps=MAPS)

    html = drawn(spec("map"), reveal=False, order=ORDER, prefix="q")

    assert re.findall(r'<label class="spot" for="(.*?)">', html) == [choice.id for choice in form.options]
    assert re.findall(r'class="s(\d)"', html) == [choice.value for choice in form.options]
    assert form.options[0].text == "**A** On the coast, in the south-east"


@pytest.mark.parametrize("answer", [None, "capital", "port"])
def test_a_map_on_a_paper_looks_the_same_whichever_place_is_right_or_chosen(answer):
    item = spec("map")
    places = {key: {**place.model_dump(), "correct": key == "strait"} for key, place in item.places.items()}

    papers = {drawn(each, reveal=False, answer=answer, order=ORDER) for each in (item, spec("map", places=places))}

    assert len(papers) == 1
    assert "var(--right)" not in papers.pop()


@pytest.mark.parametrize(("answer", "right", "wrong"), [(None, 1, 0), ("capital", 1, 1), ("port", 1, 0)])
def test_a_map_of_a_result_shows_what_is_right_and_what_was_chosen(answer, right, wrong):
    html = drawn(spec("map"), reveal=True, answer=answer)

    assert (html.count("var(--right)"), html.count("var(--wrong)")) == (right, wrong)
    assert "<label" not in html


def test_whose_outlines_a_map_shows_stands_below_it():
    assert "Map: Nobody (CC0)" in drawn(spec("map"), reveal=False)


def test_without_its_map_a_question_is_asked_in_words_alone():
    form = form_for(spec("map"), order=ORDER)

    html = render_to_string(form.template_name, {"form": form})

    assert "<svg" not in html
    assert all(choice.text.split("** ")[1] in html for choice in form.options)


def test_the_rows_of_a_map_go_by_its_letters():
    item = spec("map")

    rows = signed(item.review("capital"), form_for(item, order=ORDER))

    assert [(row.label, row.verdict) for row in rows] == [
        ("A. On the coast, in the south-east", "left"),
        ("B. On the coast, in the north-east", "missed"),
        ("C. Inland, in the west", "wrong"),
    ]


def test_rows_without_a_picture_stay_as_they_are():
    item = spec("single")

    assert signed(item.review("kind"), form_for(item, order=list(item.options))) == item.review("kind")


# Timelines.


@given(timelines(), st.integers())
def test_a_scale_on_a_paper_tells_nothing_of_the_years(item, seed):
    order = item.order(random.Random(seed))
    events = {key: {**event.model_dump(), "year": item.start} for key, event in item.events.items()}
    other = type(item).model_validate({**item.model_dump(), "events": events})

    assert drawn(item, reveal=False, order=order) == drawn(other, reveal=False, order=order)


@given(timelines())
def test_a_scale_has_round_years_with_room_between(item):
    for scale, lanes in form_for(item, order=list(item.events)).scales.values():
        places = [float(x) for x, _year in scale.ticks]
        assert lanes == []
        assert len(places) >= 2
        assert places == sorted(places)
        assert scale.start <= places[0] < places[-1] <= scale.end
        assert all(after - before >= 35 for before, after in pairwise(places))


def test_the_lanes_of_a_result_run_by_year_and_show_both_years():
    item = spec("timeline")
    form = form_for(item, order=["new", "old"], answer={"new": 1999})

    scale, lanes = form.judged_scales["narrow"]

    assert [lane.sign for lane in lanes] == form.signs == ["1", "2"]
    assert [(lane.right, lane.given, lane.is_right) for lane in lanes] == [
        (scale.x(1961), "", False),
        (scale.x(2000), scale.x(1999), True),
    ]
    assert lanes[1].near == (scale.x(1999), scale.x(2001))
    assert [row.label for row in signed(item.review({"new": 1999}), form)] == [
        "1. Treaty with a duty to help",
        "2. Treaty with a promise to consult",
    ]


@pytest.mark.parametrize(("year", "wrong"), [(1961, 0), (1960, 2)])
def test_a_year_that_is_wrong_has_a_ring_of_its_own(year, wrong):
    html = drawn(spec("timeline"), reveal=True, answer={"old": year})

    assert html.count("var(--wrong)") == wrong  # once wide, once narrow


def test_a_year_that_cannot_be_read_is_marked_and_stays_on_show():
    item, order, raw = spec("timeline"), ["new", "old"], {"1": "soon", "2": "1961"}
    form = form_for(item, order=order)

    with pytest.raises(InvalidAnswer) as refusal:
        item.clean(item.from_paper(raw, order))
    form.tell(raw, refusal.value)

    assert [(blank.value, bool(blank.error)) for blank in form.blanks] == [("soon", True), ("1961", False)]
