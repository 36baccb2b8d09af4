"""Drafts are published together, now or at a set time, whole or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from courses.models import Course, CourseRole, Lesson, Publication
from courses.services import drafts
from courses.services.drafts import changes_of as rows_changed
from quizzes.errors import DraftsMoved, NothingToPublish
from quizzes.services import publishing
from quizzes.services.clock import Shorter, WouldShorten
from quizzes.services.publishing import Order, changes_of, discard, publish, publish_due, schedule
from tests.make import (
    LATER,
    NOW,
    make_attempt,
    make_course,
    make_user,
)
from tests.quizzes.drafting import (
    SOON,
    draft,
    everything,
    lesson_of,
    new_words,
    order_of,
    owned_course,
    publish_all,
)
from tests.racing import race


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def course(owner: User) -> Course:
    return owned_course(owner)


# Publishing.


def test_only_what_was_chosen_is_published(course: Course, owner: User) -> None:
    one, two = lesson_of(course, "lesson-1"), lesson_of(course, "lesson-2")
    draft(one, owner, title="One")
    draft(two, owner, title="Two")

    publish(order_of(course, owner, f"courses.lesson:{one.pk}", note="Why."), now=SOON)

    titles = dict(course.lessons.values_list("key", "title"))
    assert titles == {"lesson-1": "One", "lesson-2": "Title of lesson-2"}
    publication = Publication.objects.get()
    assert (publication.state, publication.by, publication.published_at, publication.note) == (
        "done",
        owner,
        SOON,
        "Why.",
    )
    assert publication.changes == [
        {
            "row": f"courses.lesson:{one.pk}",
            "name": "1.1 Title of lesson-1",
            "is_new": False,
            "by": owner.pk,
            "fields": {"title": {"before": "Title of lesson-1", "after": "One"}},
        }
    ]
    assert [change.row.key for change in changes_of(course)] == ["lesson-2"]


def test_publishing_renders_the_text_and_marks_it_as_edited_here(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, body="## Fresh {#fresh}\n\nNew *words*.\n")
    assert not lesson.sections.filter(key="fresh").exists()

    publish_all(course, owner)

    lesson.refresh_from_db()
    assert "<em>words</em>" in lesson.sections.get(key="fresh").parts[0]["html"]
    assert lesson.edited_at == SOON
    assert lesson.sections.get(key="section-1").is_retired


def test_an_objective_is_published_as_an_edit_of_its_lesson(course: Course, owner: User) -> None:
    objective = course.objectives.get(key="objective-1")
    draft(objective, owner, text="Say why.")

    publish_all(course, owner)

    objective.refresh_from_db()
    assert (objective.text, objective.lesson.edited_at) == ("Say why.", SOON)


@pytest.mark.parametrize("how", ["edited", "published", "discarded"])
def test_what_is_not_as_it_was_read_is_not_published(course: Course, owner: User, how: str) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="Read")
    draft(course.quizzes.get(), owner, title="Read too")
    order = order_of(course, owner)
    if how == "edited":
        draft(lesson, owner, title="Written since")
    elif how == "published":
        publish(order_of(course, owner, f"courses.lesson:{lesson.pk}"), now=SOON)
    else:
        discard(rows_changed(course)[0])

    with pytest.raises(DraftsMoved):
        publish(order, now=SOON)

    assert course.quizzes.get().title == "Quiz quiz"


def test_nothing_chosen_is_nothing_published(course: Course, owner: User) -> None:
    with pytest.raises(NothingToPublish):
        publish(Order(course, owner, {}), now=SOON)


@pytest.mark.parametrize("at", ["drafts.apply", "rerender", "_publish_words", "refresh_moved"])
def test_a_failure_half_way_leaves_everything_as_it_was(
    course: Course, owner: User, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    draft(lesson_of(course), owner, title="Typed")
    draft(course.quizzes.get(), owner, minutes=30)
    new_words(course.items.get(key="quiz-1"), owner, stem="Typed?")
    order, before = order_of(course, owner), everything(course)
    target, name = (drafts, "apply") if at == "drafts.apply" else (publishing, at)
    real = getattr(target, name)

    def killed(*args: Any, **options: Any) -> Any:
        real(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(target, name, killed)
    with pytest.raises(KeyboardInterrupt):
        publish(order, now=SOON)

    monkeypatch.undo()
    assert everything(course) == before
    publish(order, now=SOON)
    assert changes_of(course) == []


def test_a_shorter_limit_is_asked_about_when_it_is_published_not_when_it_is_drafted(
    course: Course, owner: User
) -> None:
    quiz = course.quizzes.get()
    attempt = make_attempt(quiz, make_user("student"))
    draft(quiz, owner, minutes=10)
    order = order_of(course, owner)

    with pytest.raises(WouldShorten):
        publish(order, now=NOW)
    attempt.refresh_from_db()
    assert (attempt.deadline, course.quizzes.get().minutes) == (None, None)
    done = publish(order, now=NOW, shorter=Shorter.SHORTEN)

    attempt.refresh_from_db()
    assert (done.refreshed.shortened, attempt.deadline) == (1, NOW + timedelta(minutes=10))


# Later.


def test_a_scheduled_publication_is_done_once_when_its_moment_has_come(course: Course, owner: User) -> None:
    draft(lesson_of(course), owner, title="Typed")
    waiting = schedule(order_of(course, owner, note="For week two."), at=SOON, now=NOW)

    assert publish_due(now=SOON - timedelta(seconds=1)) == 0
    assert lesson_of(course).title == "Title of lesson-1"
    assert publish_due(now=SOON) == 1
    assert publish_due(now=SOON) == 0

    waiting.refresh_from_db()
    assert (waiting.state, waiting.published_at, waiting.note) == ("done", SOON, "For week two.")
    assert lesson_of(course).title == "Typed"
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(
    ("obstacle", "act"),
    [
        ("edited", lambda owner: draft(Lesson.objects.get(key="lesson-1"), owner, title="Edited since")),
        ("role", lambda _owner: CourseRole.objects.update(role="editor")),
        ("role", lambda _owner: User.objects.update(is_active=False)),
    ],
)
def test_a_scheduled_publication_is_held_back_where_something_changed(
    course: Course, owner: User, obstacle: str, act: Any
) -> None:
    draft(lesson_of(course), owner, title="Typed")
    waiting = schedule(order_of(course, owner), at=SOON, now=NOW)
    act(owner)

    assert publish_due(now=LATER) == 0

    waiting.refresh_from_db()
    assert (waiting.state, waiting.obstacle) == ("held", obstacle)
    assert lesson_of(course).title == "Title of lesson-1"
    assert publishing.cancel(waiting)


def test_one_that_fails_holds_up_no_other(course: Course, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("lesson-1", "lesson-2"):
        draft(lesson_of(course, key), owner, title=f"Typed {key}")
        only = order_of(course, owner, f"courses.lesson:{lesson_of(course, key).pk}")
        schedule(only, at=SOON, now=NOW)
    real = publishing.rerender

    def fails_for_one(course: Course, rows: Any) -> None:
        if any(row.key == "lesson-1" for row in rows):
            raise ValueError
        real(course, rows)

    monkeypatch.setattr(publishing, "rerender", fails_for_one)

    assert publish_due(now=LATER) == 1

    assert [each.obstacle for each in Publication.objects.order_by("pk")] == ["failed", ""]
    assert [each.title for each in course.lessons.order_by("key")] == ["Title of lesson-1", "Typed lesson-2"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OperationalError])
def test_a_scheduled_publication_that_is_killed_half_way_is_done_by_the_next_round(
    course: Course, owner: User, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    draft(lesson_of(course), owner, title="Typed")
    schedule(order_of(course, owner), at=SOON, now=NOW)
    before = everything(course)

    def killed(*_args: Any, **_options: Any) -> None:
        raise failure

    monkeypatch.setattr(publishing, "refresh_moved", killed)
    with pytest.raises(failure):
        publish_due(now=LATER)
    monkeypatch.undo()

    assert everything(course) == before
    assert publish_due(now=LATER) == 1
    assert lesson_of(course).title == "Typed"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_once() -> None:
    by = make_user("owner")
    course = make_course(lessons=1)
    CourseRole.objects.create(course=course, user=by, role=CourseRole.Role.OWNER)
    draft(lesson_of(course), by, title="Typed")
    schedule(order_of(course, by), at=SOON, now=NOW)

    done = race(*[lambda: publish_due(now=LATER)] * 2)

    assert sorted(done) == [0, 1]
    assert lesson_of(course).title == "Typed"
    assert [each.state for each in Publication.objects.all()] == ["done"]


def test_at_its_moment_a_shorter_limit_spares_attempts_in_progress(course: Course, owner: User) -> None:
    quiz = course.quizzes.get()
    attempt = make_attempt(quiz, make_user("student"))
    draft(quiz, owner, minutes=10)
    schedule(order_of(course, owner), at=SOON, now=NOW)

    assert publish_due(now=SOON) == 1

    attempt.refresh_from_db()
    assert (attempt.deadline, attempt.is_endless, course.quizzes.get().minutes) == (None, True, 10)
