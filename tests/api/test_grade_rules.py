"""How a class adds up grades, by API: the same rules and permissions as on the page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from quizzes.models import Assignment, GradeCategory, GradeRules
from tests.classes.test_gradebook import Room


@pytest.fixture
def room(db):
    return Room()


@pytest.fixture
def program(room):
    client = APIClient()
    client.force_authenticate(room.teacher)
    return client


def address(room):
    return reverse("api-grade-rules", args=[room.cohort.pk])


def told(room, program):
    return program.get(address(room)).json()


CATEGORY = {"name": "Quizzes", "weight": "60", "mode": "percents", "drop_lowest": 1, "drop_highest": 0}


def test_what_is_read_can_be_put_back_and_changes_nothing(room, program):
    room.set({"name": "Quizzes", "weight": 60}, late_rate=Decimal(10), scale=[["A", "85"]], below="F")
    before = told(room, program)

    answer = program.put(address(room), before, format="json")

    after = told(room, program)
    assert answer.status_code == 200
    assert {**after, "seen": ""} == {**before, "seen": ""}
    assert [each["category"] for each in after["works"]] == ["Quizzes"] * 3


def test_categories_rules_and_work_are_set_together(room, program):
    sent = told(room, program) | {"categories": [CATEGORY], "late_rate": "10", "missing": "0"}
    sent["boundaries"] = [{"grade": "A", "percent": "85"}, {"grade": "B", "percent": "70"}]
    sent["works"] = [{**sent["works"][0], "weight": "2", "is_extra": True}]

    answer = program.put(address(room), sent, format="json")

    assert answer.status_code == 200, answer.json()
    assert GradeCategory.objects.get().drop_lowest == 1
    assert GradeRules.objects.get().scale == [["A", "85.0"], ["B", "70.0"]]
    assert Assignment.objects.filter(weight=2, is_extra=True).count() == 1


def test_work_follows_a_category_that_gets_another_name(room, program):
    room.set({"name": "Quizzes"})
    sent = told(room, program)
    sent["categories"][0]["name"] = "Tests"
    del sent["works"]

    program.put(address(room), sent, format="json")

    assert set(Assignment.objects.filter(cohort=room.cohort).values_list("category", flat=True)) == {"Tests"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"categories": [CATEGORY, {**CATEGORY, "name": "quizzes"}]}, "categories"),
        ({"categories": [{**CATEGORY, "id": 9}]}, "categories"),
        ({"categories": [{**CATEGORY, "mode": "points", "drop_highest": 1}]}, "drop_highest"),
        ({"boundaries": [{"grade": "B", "percent": "70"}, {"grade": "A", "percent": "85"}]}, "boundaries"),
        ({"late_rate": "-1"}, "late_rate"),
        (
            {"works": [{"work": "quiz-999999", "category": "", "points": None, "weight": "1", "is_extra": False,
                        "is_never_dropped": False}]},
            "works",
        ),
    ],
)  # fmt: skip
def test_what_the_page_refuses_is_refused_and_nothing_is_saved(room, program, change, field):
    answer = program.put(address(room), told(room, program) | change, format="json")

    assert answer.status_code == 400
    assert field in str(answer.json())
    assert not GradeCategory.objects.exists()
    assert not GradeRules.objects.exists()


def test_rules_saved_meanwhile_are_not_overwritten(room, program):
    sent = told(room, program)
    room.set({"name": "Quizzes"})

    answer = program.put(address(room), sent | {"categories": []}, format="json")

    assert answer.status_code == 409
    assert GradeCategory.objects.count() == 1
