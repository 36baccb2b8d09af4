"""A cache that all processes share: what one of them made, the others serve. TEST_REDIS_URL says where one is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from courses.models import Course
from courses.services.progress import mark_read
from tests.make import NOW, browser_of, load, make_user, write_course, write_lesson
from tests.pages.test_cost import counted
from tumen.settings import caches_at


@pytest.fixture
def redis(settings: Settings) -> Iterator[Any]:
    """Keep in Redis for one test; return a client that sees all that is in it."""
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        assert "redis" not in os.environ.get("TUMEN_REQUIRE", ""), "Redis is required here: TEST_REDIS_URL names none"
        pytest.skip("TEST_REDIS_URL names no server")
    settings.CACHES = caches_at(environ.Env.cache_url_config(url))
    backend: Any = caches["pages"]
    client = backend._cache.get_client()
    client.flushdb()
    yield client
    client.flushdb()


def next_process() -> None:
    """Forget all that this process holds by itself."""
    for name in ("default", "pages"):
        assert caches[name]
        del caches[name]


def test_what_one_process_made_the_next_serves(redis: Any, db: None, tmp_path: Path) -> None:
    load(write_course(tmp_path, lessons=2))
    lesson = Course.objects.get().lessons.get(key="lesson-1")
    student = make_user("ada", first_name="Ada Secretive")
    mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)
    assert "Words to read." in Client().get(lesson.get_absolute_url()).text

    next_process()
    reader = browser_of(student)
    with counted() as queries:
        text = reader.get(lesson.get_absolute_url()).text

    assert len(queries) == 4, "session, user, lesson, what is read: nothing is made again"
    assert "Words to read." in text
    assert "You have read the whole lesson" in text
    write_lesson(tmp_path, "lesson-1", "## Section 1 {#section-1}\n\nOther words.", number="1.1")
    load(tmp_path)
    assert "Other words." in reader.get(lesson.get_absolute_url()).text


def test_nothing_of_a_reader_is_in_it(redis: Any, db: None, tmp_path: Path) -> None:
    load(write_course(tmp_path))
    course = Course.objects.get()
    reader = browser_of(make_user("ada", first_name="Ada Secretive"))
    for page in (course.get_absolute_url(), course.lessons.get().get_absolute_url()):
        assert "Secretive" in reader.get(page).text

    kept = [redis.get(key) for key in redis.scan_iter()]

    assert any(b"Words to read." in each for each in kept)
    for personal in ("Secretive", "ada", reader.session.session_key, reader.cookies["csrftoken"].value):
        assert not any(str(personal).encode() in each for each in kept)


def test_counts_and_pages_do_not_meet(redis: Any) -> None:
    caches["default"].set("x", 1)
    assert caches["pages"].get("x") is None
    next_process()
    assert caches["default"].get("x") == 1
