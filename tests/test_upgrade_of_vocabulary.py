"""A database from before courses brought their own colours, lanes and maps: nothing looks different, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from courses.content.problems import Problems
from courses.content.read import read_course

SHIPPED = Path(settings.BASE_DIR) / "fixtures" / "patron-stranger-balancer"
BEFORE = [("courses", "0008_staff_keep_their_work"), ("quizzes", "0008_reasons_have_authors")]
COLOURS = [
    ("orientation", "grey"), ("patron", "brick"), ("estrangement", "slate"), ("recovery", "green"),
    ("sixparty", "blue"), ("rails", "ochre"), ("debt", "purple"), ("seoul", "teal"), ("epilogue", "umber"),
]  # fmt: skip


def migrate(targets: list[tuple[str, str | None]]) -> Any:
    """Migrate, and return the models as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def latest() -> list[tuple[str, str]]:
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    yield migrate(BEFORE)
    migrate(latest())


def course_in(apps: Any, key: str = "course") -> Any:
    return apps.get_model("courses", "Course").objects.create(key=key, title="Course")


def test_units_keep_their_colours_also_where_they_were_edited_here(before):
    course, unit = course_in(before), before.get_model("courses", "Unit")
    for at, (old, _new) in enumerate(COLOURS):
        edited = timezone.now() if at % 2 else None
        unit.objects.create(course=course, key=f"unit-{at}", title="A unit", hue=old, position=at, edited_at=edited)

    after = migrate(latest()).get_model("courses", "Unit")

    assert list(after.objects.order_by("position").values_list("colour", flat=True)) == [new for _old, new in COLOURS]
    again = migrate(BEFORE).get_model("courses", "Unit")
    assert list(again.objects.order_by("position").values_list("hue", flat=True)) == [old for old, _new in COLOURS]


def events_in(apps: Any, course: Any, lanes: list[str]) -> None:
    unit = apps.get_model("courses", "Unit").objects.create(course=course, key=f"unit-{course.key}", title="A unit")
    for at, lane in enumerate(lanes):
        apps.get_model("courses", "TimelineEvent").objects.create(
            course=course, unit=unit, key=f"event-{at}", title="It happened", date="1961", lane=lane,
            starts_on="1961-01-01", ends_on="1961-12-31",
        )  # fmt: skip


def test_events_stay_in_their_lanes(before):
    all_four = ["world", "moscow", "seoul", "pyongyang", "moscow"]
    events_in(before, course_in(before), all_four)
    events_in(before, course_in(before, "bees"), ["world"])
    course_in(before, "empty")

    after = migrate(latest())

    lanes = after.get_model("courses", "Lane").objects.filter(course__key="course").order_by("position")
    assert list(lanes.values_list("title", flat=True)) == ["Moscow", "Pyongyang", "Seoul", "The wider world"]
    events = after.get_model("courses", "TimelineEvent").objects.order_by("key")
    assert list(events.filter(course__key="course").values_list("lane__key", flat=True)) == all_four
    assert list(after.get_model("courses", "Lane").objects.exclude(course__key="course").values_list("key")) == [
        ("world",)
    ]
    again = migrate(BEFORE).get_model("courses", "TimelineEvent").objects.order_by("key")
    assert list(again.filter(course__key="course").values_list("lane", flat=True)) == all_four


def test_courses_keep_the_maps_that_their_figures_name(before):
    for key, name in (("course", "northeast-asia"), ("bees", None)):
        declaration = {"figure": "rails", "map": name}
        before.get_model("courses", "Figure").objects.create(
            course=course_in(before, key), key="rails", title="Rails", declaration=declaration
        )

    after = migrate(latest()).get_model("courses", "Map").objects

    row = after.get()
    assert (row.course.key, row.key, row.west, row.north, row.projection) == (
        "course", "northeast-asia", 119, 56, "mercator",
    )  # fmt: skip
    shipped = read_course(SHIPPED, Problems()).maps["northeast-asia"]
    assert (row.outlines, row.path) == (shipped.outlines, shipped.values["path"])
    assert not migrate(BEFORE).get_model("courses", "Figure").objects.exclude(key="rails").exists()


def test_charts_keep_the_colours_they_name(before):
    course = course_in(before)
    unit = before.get_model("courses", "Unit").objects.create(course=course, key="unit", title="A unit")
    lesson = before.get_model("courses", "Lesson").objects.create(course=course, unit=unit, key="one", title="One")
    svg = '<svg fill="var(--debt)" stroke="var(--ink)"></svg>'
    before.get_model("courses", "Figure").objects.create(
        course=course, key="trade", title="Trade", html=f"<figure>{svg}</figure>", drawings={"wide": svg},
        declaration={"chart": {"mark": {"color": "var(--debt)"}}},
    )  # fmt: skip
    before.get_model("courses", "Section").objects.create(
        lesson=lesson, key="a", title="A", position=1, parts=[{"html": svg}]
    )

    after = migrate(latest())

    figure, section = after.get_model("courses", "Figure").objects.get(), after.get_model("courses", "Section").objects
    drawn = svg.replace("--debt", "--purple")
    assert (figure.declaration["chart"]["mark"], figure.drawings) == ({"color": "var(--purple)"}, {"wide": drawn})
    assert figure.html == f"<figure>{drawn}</figure>"
    assert section.get().parts == [{"html": drawn}]
    again = migrate(BEFORE).get_model("courses", "Figure").objects.get()
    assert again.drawings == {"wide": svg}
