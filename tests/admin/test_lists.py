"""Every list of the admin: it opens, it is searched and filtered, and it costs the same whatever there is in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import Client

from courses.models import Figure, GlossaryTerm, Lane, Person, Publication, Source, StudyStatement, TimelineEvent
from tests.admin.work import EVERYTHING, FOR_ADMINISTRATORS, listed, root, taught_course, teacher_of
from tests.api.ask import counted
from tests.make import NOW, make_guest, maps_of_one


def with_references(course: Any, size: int) -> None:
    """Add rows of what files alone would bring."""
    unit, lesson = course.units.get(), course.lessons.first()
    for at in range(size):
        key = f"{course.key}-{at}"
        term = GlossaryTerm.objects.create(course=course, key=key, term=key, definition="A word.")
        source = Source.objects.create(course=course, key=key, csl={"title": key, "type": "book"}, html=key)
        term.lessons.add(lesson)
        source.lessons.add(lesson)
        Person.objects.create(course=course, key=key, name=key, side="North Korean", role="Envoy", text="He went.")
        Figure.objects.create(course=course, key=key, title=key)
        [chart] = maps_of_one(key).values()
        chart.course = course
        chart.save()
        lane = Lane.objects.create(course=course, key=key, title=key, position=at)
        TimelineEvent.objects.create(
            course=course, key=key, date="1961", starts_on="1961-01-01", ends_on="1961-12-31", lane=lane, title=key,
            text="It was.", unit=unit, lesson=lesson,
        )  # fmt: skip
        by = User.objects.get_or_create(username="publisher")[0]
        Publication.objects.create(course=course, state="done", by=by, made_at=NOW, published_at=NOW)
        StudyStatement.objects.create(course=course, key=f"S{at:02}", text="It was so.", verdict="confirmed")


@pytest.mark.parametrize("name", [*EVERYTHING, *FOR_ADMINISTRATORS])
def test_each_list_opens_and_is_searched_and_filtered(db: None, name: str) -> None:
    course = taught_course()
    with_references(course, 1)
    teacher_of(course, name="teacher")
    browser = root()

    assert browser.get(listed(name)).status_code == 200
    assert browser.get(listed(name), {"q": "a"}).status_code == 200
    page = browser.get(listed(name))
    for each in page.context["cl"].filter_specs:
        for choice in list(each.choices(page.context["cl"]))[:3]:
            assert browser.get(listed(name) + choice["query_string"]).status_code == 200


def test_each_list_costs_the_same_for_a_little_and_for_much(db: None) -> None:
    """The rows are made once for all lists: making them is what takes long."""
    browser, found = root(), []
    for size in (2, 12):
        course = taught_course(key=f"course-{size}", size=size)
        with_references(course, size)
        teacher_of(course, name=f"teacher-{size}", students=size // 2)
        found.append({name: length_and_cost(browser, name) for name in EVERYTHING})

    few, many = found
    assert [name for name in EVERYTHING if few[name][0] >= many[name][0]] == []
    assert {name: many[name][1] for name in EVERYTHING if not few[name][1] == many[name][1] <= 12} == {}


def length_and_cost(browser: Client, name: str) -> tuple[int, int]:
    """Return how many rows a list has, and how many queries it makes once it was opened before."""
    browser.get(listed(name))
    with counted() as queries:
        page = browser.get(listed(name))
    return page.context["cl"].result_count, len(queries)


def test_a_teachers_list_of_attempts_costs_the_same_for_a_small_class_and_a_large_one(db: None) -> None:
    course, costs = taught_course(), []
    for size in (1, 12):
        browser, _cohort = teacher_of(course, name=f"teacher-{size}", students=size)
        browser.get(listed("quizzes_attempt"))
        with counted() as queries:
            assert browser.get(listed("quizzes_attempt")).context["cl"].result_count == 2 * size
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_every_model_of_ours_is_in_the_workshop() -> None:
    ours = {model._meta.label_lower.replace(".", "_") for model in site._registry if model.__module__.startswith(APPS)}

    assert ours == {*EVERYTHING, *FOR_ADMINISTRATORS}


APPS = ("courses.", "quizzes.")


def test_lists_of_rows_with_many_relations_fetch_them_together() -> None:
    for model, model_admin in site._registry.items():
        if model.__module__.startswith(APPS):
            assert isinstance(model_admin, admin.ModelAdmin)
            assert model_admin.search_fields, model


def test_accounts_leave_out_readers_without_one(db: None) -> None:
    guest = make_guest()
    browser = root()

    page = browser.get("/admin/auth/user/")

    assert list(page.context["cl"].queryset) == [User.objects.get(username="root")]
    lookup = {"term": "guest", "app_label": "courses", "model_name": "enrolment", "field_name": "user"}
    assert browser.get("/admin/autocomplete/", lookup).json()["results"] == []
    assert guest.username.startswith("guest")
