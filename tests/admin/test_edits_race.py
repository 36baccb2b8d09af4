"""Saves at the same moment: a row is locked from being compared until it is saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from courses.models import Course, Lesson
from quizzes.models import ItemRevision
from tests.admin.work import page_of, typed
from tests.make import browser_of, make_course, quiz_file
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def editors(count: int) -> list[Any]:
    return [browser_of(User.objects.create_superuser(f"editor-{at}")) for at in range(count)]


def unpublished(**parts: Any) -> Course:
    """Return a course whose edits are seen at once."""
    course = make_course(**parts)
    Course.objects.update(is_published=False)
    return course


def test_of_edits_of_one_field_one_is_saved_and_the_others_are_asked() -> None:
    lesson = unpublished(lessons=1, sections=1).lessons.get()
    browsers = editors(3)
    sent = [typed(browser, page_of(lesson)) | {"title": f"Title {at}"} for at, browser in enumerate(browsers)]

    answers = race(*(
        lambda at=at: browsers[at].post(page_of(lesson), sent[at]).status_code for at in range(3)
    ))  # fmt: skip

    assert sorted(answers) == [302, 409, 409]
    assert Lesson.objects.get().title == f"Title {answers.index(302)}"


def test_edits_of_different_fields_are_all_saved() -> None:
    lesson = unpublished(lessons=1, sections=1).lessons.get()
    browsers, changes = editors(3), [{"title": "T"}, {"subtitle": "S"}, {"minutes": "9"}]
    sent = [typed(browser, page_of(lesson)) | change for browser, change in zip(browsers, changes, strict=True)]

    answers = race(*(
        lambda at=at: browsers[at].post(page_of(lesson), sent[at]).status_code for at in range(3)
    ))  # fmt: skip

    assert answers == [302, 302, 302]
    saved = Lesson.objects.get()
    assert (saved.title, saved.subtitle, saved.minutes) == ("T", "S", 9)


def test_of_new_revisions_of_one_question_one_is_saved_and_the_other_asked() -> None:
    course = unpublished(lessons=1, sections=1, quizzes=[quiz_file(items=1)])
    item = course.items.get()
    address = f"/admin/quizzes/itemrevision/add/?item={item.pk}"
    browsers = editors(2)
    sent = []
    for at, browser in enumerate(browsers):
        form = typed(browser, address)
        sent.append(form | {"body": form["body"].replace("What happened?", f"What happened in {at}?")})

    answers = race(*(lambda at=at: browsers[at].post(address, sent[at]).status_code for at in range(2)))

    assert sorted(answers) == [302, 409]
    stem = ItemRevision.objects.get(item=item, is_current=True).spec.stem
    assert stem == f"What happened in {answers.index(302)}?"


def test_the_lock_is_asked_of_the_database(django_assert_max_num_queries: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, which is the lock")
    lesson = unpublished(lessons=1, sections=1).lessons.get()
    [browser] = editors(1)
    sent = typed(browser, page_of(lesson)) | {"title": "New"}

    with django_assert_max_num_queries(200) as queries:
        browser.post(page_of(lesson), sent)

    assert any("FOR UPDATE" in query["sql"] for query in queries.captured_queries)
