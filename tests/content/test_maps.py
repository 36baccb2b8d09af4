"""Maps of a course folder: a file that says what a map is, and the outlines beside it, within bounds."""

from __future__ import annotations

import json

import pytest

from courses.content.maps import MAX_BYTES, MOST_POINTS
from courses.models import Map
from courses.rendering.maps import wound
from quizzes.models import ItemRevision
from tests.content.sample import write_sample
from tests.content.test_mistakes import mistakes, only_mistake
from tests.make import OUTLINE, body, load, quiz_file, write_course, write_map, write_yaml

KOREA, OUTLINES = "maps/korea.yaml", "maps/korea.geojson"


@pytest.fixture
def folder(tmp_path):
    """A course with a map, and a question that asks for a place on it."""
    return write_course(tmp_path / "course", quizzes=[quiz_file(items=[body("map", key="where")])])


def collection(*geometries):
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": None, "geometry": geometry} for geometry in geometries],
    }


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_map_is_kept_with_its_outlines_and_its_path(folder, db):
    load(folder)

    row = Map.objects.get()
    assert (row.key, row.title, row.projection, row.credit_line) == ("korea", "Korea", "mercator", "Nobody (CC0)")
    assert (row.west, row.south, row.east, row.north) == (123.5, 33, 132, 43.5)
    assert row.outlines == [wound([OUTLINE])]
    assert row.path.startswith("M94.1,")
    assert load(folder).is_empty


def test_a_file_may_hold_several_shapes_and_what_is_not_read(folder, db):
    hole = [[127, 36], [128, 36], [128, 37], [127, 36]]
    high = [[*at, 12.5] for at in OUTLINE[::-1]]
    several = {"type": "MultiPolygon", "coordinates": [[hole[::-1]], [high]]}
    whole = collection(polygon(OUTLINE, hole), several) | {"name": "land", "bbox": [1, 2, 3, 4]}
    write_yaml(folder / OUTLINES, whole)

    load(folder)

    assert Map.objects.get().outlines == [wound([OUTLINE, hole]), wound([hole]), wound([OUTLINE])]


def test_a_map_that_is_no_longer_in_the_files_is_retired_and_still_there(folder, db):
    load(folder)
    write_course(folder, quizzes=[quiz_file(items=[body("single", key="where")])])
    for path in (folder / "maps").iterdir():
        path.unlink()

    report = load(folder)

    assert "map korea" in report.retired
    assert Map.objects.get().is_retired


# The file that says what a map is.


@pytest.mark.parametrize(
    ("fields", "place", "reason"),
    [
        ({"projection": "conic"}, "projection", "This value is not one of those possible."),
        ({"extent": {"west": 1, "south": 1, "east": 2}}, "extent.north", "“north” is missing."),
        ({"extent": {"west": 132, "south": 33, "east": 123, "north": 43}}, "extent", "`west` lies west of `east`"),
        ({"extent": {"west": 123, "south": 43, "east": 132, "north": 33}}, "extent", "`west` lies west of `east`"),
        ({"extent": {"west": -190, "south": 33, "east": 132, "north": 43}}, "extent.west", "This must be -180"),
        ({"extent": {"west": True, "south": 33, "east": 132, "north": 43}}, "extent.west", "write the degrees as a"),
        ({"extent": {"west": 0, "south": 0, "east": 90, "north": 86}}, "", "a map in Mercator's projection ends at 85"),
        ({"extent": {"west": 123, "south": 33, "east": 125, "north": 43}}, "", "the map would be more than 3 times"),
        ({"extent": {"west": 100, "south": 33, "east": 150, "north": 43}}, "", "the map would be more than 3 times"),
        ({"extent": {"west": 0, "south": 33, "east": 9, "north": 43}}, "extent", "None of the outlines lies within"),
        ({"licence": None}, "licence", "This must be text."),
        ({"colour": "blue"}, "colour", "“colour” is not known here."),
    ],
)
def test_what_is_wrong_with_a_map_is_told_at_its_place(folder, fields, place, reason):
    write_map(folder, **fields)

    found = next(problem for problem in mistakes(folder) if problem.file == KOREA)

    assert found.place == place
    assert found.reason.startswith(reason)


def test_a_map_goes_by_the_name_of_its_file(folder):
    write_map(folder, map="japan")
    (folder / "maps" / "japan.yaml").rename(folder / "maps" / "china.yaml")
    (folder / "maps" / "japan.geojson").rename(folder / "maps" / "china.geojson")

    found = only_mistake(folder)

    assert (found.file, found.place) == ("maps/china.yaml", "map")


@pytest.mark.parametrize(
    ("gone", "file", "reason"),
    [
        (OUTLINES, KOREA, "There is no file maps/korea.geojson with the outlines of this map."),
        (KOREA, OUTLINES, "“maps/korea.geojson” is not read"),
    ],
)
def test_a_map_is_two_files(folder, gone, file, reason):
    (folder / gone).unlink()

    found = only_mistake(folder)

    assert found.file == file
    assert found.reason.startswith(reason)


# The outlines.


def line_of_last(text: str, part: str) -> int:
    return text[: text.rindex(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("shape", "place", "reason"),
    [
        ({"type": "LineString", "coordinates": OUTLINE}, "features[1].geometry", "This value is not one of those"),
        ({"coordinates": [OUTLINE]}, "features[1].geometry", "“type” is missing."),
        (None, "features[1].geometry", "This must be fields with values."),
        ({"type": "Polygon"}, "features[1].geometry.coordinates", "“coordinates” is missing."),
        (polygon(OUTLINE[:3]), "features[1].geometry.coordinates[0]", "There must be 4 or more here."),
        (polygon(OUTLINE[:-1]), "features[1].geometry.coordinates[0]", "this ring is not closed"),
        (polygon([*OUTLINE[:-1], [126]]), "features[1].geometry.coordinates[0][4]", "a position is ["),
        (polygon([[14_000_000, 4], *OUTLINE]), "features[1].geometry.coordinates[0][0][0]", "This must be at most 180"),
        (polygon([[126, -91], *OUTLINE]), "features[1].geometry.coordinates[0][0][1]", "This must be -90"),
        (polygon([["126", 3], *OUTLINE]), "features[1].geometry.coordinates[0][0][0]", "write the degrees as a number"),
        (polygon([[True, 3], *OUTLINE]), "features[1].geometry.coordinates[0][0][0]", "write the degrees as a number"),
    ],
)
def test_what_is_wrong_with_outlines_is_told_at_its_line(folder, shape, place, reason):
    text = json.dumps(collection(polygon(OUTLINE), shape), indent=1)
    (folder / OUTLINES).write_text(text, encoding="utf-8")

    found = only_mistake(folder)

    assert (found.file, found.place) == (OUTLINES, place)
    assert found.reason.startswith(reason)
    assert found.line >= line_of_last(text, '"geometry"')


def test_a_mistake_in_one_long_line_is_still_found_by_its_place(folder):
    (folder / OUTLINES).write_text(json.dumps(collection(polygon(OUTLINE, [[200, 0], *OUTLINE]))), encoding="utf-8")

    found = next(problem for problem in mistakes(folder) if "180" in problem.reason)

    assert (found.line, found.place) == (1, "features[0].geometry.coordinates[1][0][0]")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "This is not JSON"),
        ('{\n"type": "FeatureCollection",\n}', 3, "This is not JSON"),
        ('{"type": NaN}', 1, "This is not JSON: NaN is not a number."),
        ("[" * 100_000, 1, "The lists in this file stand too deep"),
        ('{"type": "FeatureCollection", "features": []}', 1, "There must be 1 or more here."),
        ("[]", 1, "This must be fields with values."),
        ('{"type": "Topology"}', 1, "“features” is missing."),
        ('{"type": "FeatureCollection", "features": [1' + "0" * 5_000 + "]}", 1, "This must be fields with values."),
    ],
)
def test_what_is_no_geojson_is_refused(folder, text, line, reason):
    (folder / OUTLINES).write_text(text, encoding="utf-8")

    found = next(problem for problem in mistakes(folder) if problem.file == OUTLINES)

    assert found.line == line
    assert found.reason.startswith(reason)


def test_outlines_have_no_more_points_than_a_page_can_carry(folder):
    ring = [[126 + at / 10_000, 35] for at in range(MOST_POINTS)]
    write_map(folder, [*ring, ring[0]])

    found = only_mistake(folder)

    assert found.reason.startswith(f"the outlines have {MOST_POINTS + 1} points")


def test_a_file_of_outlines_is_not_read_beyond_its_bound(folder):
    (folder / OUTLINES).write_text(" " * (MAX_BYTES + 1), encoding="utf-8")

    assert only_mistake(folder).reason == f"The file is larger than {MAX_BYTES} bytes."


def test_many_mistakes_are_told_in_little_time(folder):
    write_map(folder, [[1_000 + at, 1_000] for at in range(4_000)])

    found = mistakes(folder)

    assert {problem.file for problem in found} == {OUTLINES}
    assert len(found) < 200


# What names a map.


def test_a_question_asks_on_a_map_of_its_course(folder):
    item = body("map", key="where", map="japan")
    write_yaml(folder / "quizzes" / "quiz.yaml", quiz_file(items=[item]))

    found = only_mistake(folder)

    assert (found.place, found.reason) == ("items[0].map", "There is no map “japan”.")


def test_a_question_asks_for_places_on_its_map(folder):
    places = body("map")["places"]
    item = body("map", key="where", places=places | {"strait": places["strait"] | {"at": [39, 126]}})
    write_yaml(folder / "quizzes" / "quiz.yaml", quiz_file(items=[item]))

    found = only_mistake(folder)

    assert (found.place, found.reason) == ("items[0].places.strait.at", "The place “strait” is not on the map.")


def test_a_figure_is_drawn_over_a_map_of_its_course(tmp_path, db):
    folder = write_sample(tmp_path / "treaties")
    figure = folder / "figures" / "trade.yaml"
    chart = "map: korae\nchart: {mark: point, encoding: {longitude: {field: year}, latitude: {field: value}}}\n"
    figure.write_text(figure.read_text(encoding="utf-8") + chart, encoding="utf-8")
    write_map(folder)

    found = only_mistake(folder)

    assert (found.file, found.place, found.reason) == ("figures/trade.yaml", "map", "There is no map “korae”.")
    assert "“korea”" in found.suggestion


def test_what_refers_to_a_map_that_cannot_be_read_is_right(folder):
    (folder / KOREA).write_text("map: [", encoding="utf-8")

    assert {problem.file for problem in mistakes(folder)} == {KOREA}


def test_another_map_changes_no_question(folder, db):
    load(folder)
    before = ItemRevision.objects.get()
    write_map(folder, [[127, 36], [127, 40], [130, 40], [127, 36]])

    report = load(folder)

    assert report.changed == ["map korea"]
    assert ItemRevision.objects.get() == before
