"""What of a page is kept for everyone: it is right at once after every change, and nothing of a reader is in it."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Course, CourseRole, LearningObjective, Lesson, Publication
from courses.services.deletion import delete_content
from courses.services.kept import keeping_nothing
from courses.services.progress import mark_read
from courses.services.staff import make_instructor
from quizzes.models import Quiz
from quizzes.services.authoring import draft_item, edit_item
from quizzes.services.unpublishing import undo
from tests.admin.work import page_of, publish, save
from tests.make import (
    NOW,
    answer_rightly,
    body,
    browser_of,
    load,
    make_attempt,
    make_cohort,
    make_user,
    quiz_file,
    submit,
    write_course,
    write_lesson,
    write_yaml,
)

CHANGED = "Said otherwise"
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    quizzes = [quiz_file(items=2, kinds=["single", "single"], checks=[body("single", key="check-1")], title="Quiz")]
    return write_course(tmp_path, lessons=2, sections=2, quizzes=quizzes)


@pytest.fixture
def course(folder: Path, db: None) -> Course:
    load(folder)
    return Course.objects.get()


@pytest.fixture
def owner(course: Course) -> Client:
    user = make_user("owner")
    make_instructor(user)
    CourseRole.objects.create(course=course, user=user, role="owner")
    return browser_of(user)


def pages(course: Course) -> list[str]:
    return [course.get_absolute_url(), *(each.get_absolute_url() for each in course.lessons.filter(is_retired=False))]


def texts(browser: Client, course: Course) -> str:
    """Return every page, without what is drawn by lot for each request."""
    found = ""
    for page in pages(course):
        found += TOKEN.sub("token", browser.get(page).text)
    return found


def reload_lesson(course: Course, folder: Path, _owner: Client) -> None:
    write_lesson(folder, "lesson-2", f"## Section 1 {{#section-1}}\n\n{CHANGED}.", number="1.2")
    load(folder)


def reload_quiz(course: Course, folder: Path, _owner: Client) -> None:
    quiz = quiz_file(items=2, kinds=["single", "single"], checks=[body("single", key="check-1")], title=CHANGED)
    write_yaml(folder / "quizzes" / "quiz.yaml", quiz)
    load(folder)


def reload_check(course: Course, folder: Path, _owner: Client) -> None:
    check = body("single", key="check-1", stem=CHANGED)
    write_yaml(folder / "quizzes" / "quiz.yaml", quiz_file(items=2, kinds=["single"] * 2, checks=[check]))
    load(folder)


def publish_title(course: Course, _folder: Path, owner: Client) -> None:
    save(owner, page_of(course.lessons.get(key="lesson-1")), title=CHANGED)
    publish(course)


def publish_check(course: Course, _folder: Path, _owner: Client) -> None:
    item = course.items.get(key="check-1")
    words = item.revisions.get().spec.model_copy(update={"stem": CHANGED})
    draft_item(item=item, spec=words, editor=User.objects.get(username="owner"), now=NOW)
    publish(course)


def publish_objective(course: Course, _folder: Path, owner: Client) -> None:
    save(owner, page_of(LearningObjective.objects.earliest("pk")), text=CHANGED)
    publish(course)


def publish_unit(course: Course, _folder: Path, owner: Client) -> None:
    save(owner, page_of(course.units.get()), title=CHANGED)
    publish(course)


def edit_check_at_once(course: Course, _folder: Path, _owner: Client) -> None:
    item = course.items.get(key="check-1")
    words = item.revisions.get().spec.model_copy(update={"stem": CHANGED})
    edit_item(item=item, spec=words, editor=User.objects.get(username="owner"), now=NOW)


def edit_objective_at_once(course: Course, _folder: Path, owner: Client) -> None:
    Course.objects.update(is_published=False)
    save(owner, page_of(LearningObjective.objects.earliest("pk")), text=CHANGED)
    Course.objects.update(is_published=True)


def edit_course_at_once(course: Course, _folder: Path, owner: Client) -> None:
    Course.objects.update(is_published=False)
    save(owner, page_of(Course.objects.get()), summary=CHANGED)
    Course.objects.update(is_published=True)


def edit_quiz_at_once(course: Course, _folder: Path, owner: Client) -> None:
    Course.objects.update(is_published=False)
    save(owner, page_of(Quiz.objects.get()), title=CHANGED)
    Course.objects.update(is_published=True)


DEEDS: tuple[Callable[[Course, Path, Client], None], ...] = (
    reload_lesson, reload_quiz, reload_check, publish_title, publish_check, publish_objective, publish_unit,
    edit_check_at_once, edit_objective_at_once, edit_course_at_once, edit_quiz_at_once,
)  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_every_change_is_on_the_pages_at_once(
    course: Course, folder: Path, owner: Client, student: User, deed: Callable[[Course, Path, Client], None]
) -> None:
    reader, guest = browser_of(student), Client()
    before = [texts(browser, course) for browser in (reader, guest)]
    assert not any(CHANGED in text for text in before)

    deed(course, folder, owner)

    course = Course.objects.get()
    for browser in (reader, guest):
        shown = texts(browser, course)
        assert CHANGED in shown
        with keeping_nothing():
            assert shown == texts(browser, course)


def test_a_publication_that_is_undone_is_off_the_pages_at_once(course: Course, owner: Client, student: User) -> None:
    reader = browser_of(student)
    before = texts(reader, course)
    publish_title(course, Path(), owner)
    assert CHANGED in texts(reader, course)

    undo(Publication.objects.get(), by=User.objects.get(username="owner"), now=timezone.now())

    assert texts(reader, course) == before


def test_what_is_deleted_is_off_the_pages_at_once(course: Course, owner: Client, student: User) -> None:
    reader = browser_of(student)
    doomed = course.objectives.get(key="objective-2")
    doomed.text = CHANGED
    doomed.save()
    assert CHANGED in texts(reader, course)

    delete_content([doomed], actor=User.objects.get(username="owner"))

    assert CHANGED not in texts(reader, course)


# Readers.


def stored() -> str:
    """Return all that is kept, as text."""
    kept: Any = caches["pages"]
    return "".join(repr(pickle.loads(each)) for each in kept._cache.values())  # noqa: S301 (our own)


def worked(student: User, course: Course) -> Client:
    """Return the browser of a student who has read and taken a quiz."""
    mark_read(lesson=course.lessons.get(key="lesson-1"), sections=["section-1"], student=student, now=NOW)
    attempt = make_attempt(course.quizzes.get(), student)
    answer_rightly(attempt)
    submit(attempt)
    return browser_of(student)


def test_readers_see_their_own_work_and_nothing_of_it_is_kept(course: Course) -> None:
    quill = make_user("quill", first_name="Quill Secretive")
    first, second, guest = worked(quill, course), browser_of(make_user("ben")), Client()
    lesson = course.lessons.get(key="lesson-1").get_absolute_url()

    for _again in range(2):
        hers, his, nobodys = (browser.get(lesson).text for browser in (first, second, guest))
        assert hers.count('class="tick done"') == 2  # in the contents, and at the end of the section
        assert "1 of 2 sections read" in hers
        assert "Your best score: 100%" in hers
        assert "Quill Secretive" in hers
        for text in (his, nobodys):
            assert "tick done" not in text
            assert "0 of 2 sections read" in text
            assert "best score" not in text
            assert "Secretive" not in text
        assert "best score 100%" in first.get(course.get_absolute_url()).text
        assert "best score" not in second.get(course.get_absolute_url()).text

    kept = stored()
    assert "Title of lesson-1" in kept
    cookies = [browser.cookies["csrftoken"].value for browser in (first, second, guest)]
    for personal in ("quill", "Secretive", "ben", *cookies, first.session.session_key or "none"):
        assert personal.lower() not in kept.lower()


def test_forms_on_a_kept_page_are_taken(course: Course) -> None:
    lesson = course.lessons.get(key="lesson-1")
    for _reader in range(2):
        browser = Client(enforce_csrf_checks=True)
        tokens = TOKEN.findall(browser.get(lesson.get_absolute_url()).text)
        [token] = set(tokens)
        assert len(tokens) == 3, "two sections and a check"
        sent = {"csrfmiddlewaretoken": token, "section": "section-1"}
        assert browser.post(reverse("courses:lesson-read", args=[course.key, lesson.key]), sent).status_code == 302
        assert browser.get(lesson.get_absolute_url()).text.count('class="tick done"') == 2


def test_who_views_as_a_student_sees_the_students_page_and_its_forms_send_nothing_by_script(course: Course) -> None:
    teacher, student = make_user("teacher"), make_user("student")
    cohort = make_cohort(course, instructor=teacher, students=[student])
    worked(student, course)
    browser, lesson = browser_of(teacher), course.lessons.get(key="lesson-1").get_absolute_url()
    own = browser.get(lesson).text
    assert browser.post(reverse("classes:view", args=[cohort.pk, student.pk])).status_code == 302

    seen = browser.get(lesson).text

    assert ("tick done" in own, "tick done" in seen) == (False, True)
    assert own.count('hx-swap="none"') == 2
    assert 'hx-swap="none"' not in seen
    assert "You are viewing as" in seen
    assert "You are viewing as" not in browser_of(student).get(lesson).text


def test_a_preview_of_drafts_is_not_kept(course: Course, owner: Client, student: User) -> None:
    reader = browser_of(student)
    before = texts(reader, course)
    save(owner, page_of(course.lessons.get(key="lesson-1")), title=CHANGED)

    for page in ("", "lessons/lesson-1/"):
        at = [course.pk, "now", f"courses/{course.key}/{page}"]
        assert CHANGED in owner.get(reverse("admin:courses_publication_preview", args=at)).text

    assert CHANGED not in stored()
    assert texts(reader, course) == before


# Guests whose browser has the page already.


def again(browser: Client, page: str, etag: str) -> int:
    return browser.get(page, headers={"If-None-Match": etag}).status_code


@pytest.mark.parametrize("page", ["courses:course", "courses:lesson"])
def test_a_guest_gets_a_page_again_only_after_it_changed(
    course: Course, folder: Path, owner: Client, page: str
) -> None:
    guest = Client()
    address = reverse(page, args=[course.key, "lesson-2"] if page == "courses:lesson" else [course.key])
    first = guest.get(address)

    assert first["Cache-Control"] == "private, no-cache"
    assert again(guest, address, first["ETag"]) == 304
    reload_lesson(course, folder, owner)
    assert again(guest, address, first["ETag"]) == 200


def test_what_a_guest_holds_is_good_only_with_the_cookie_its_forms_were_made_for(course: Course) -> None:
    guest, page = Client(), course.get_absolute_url()
    etag = guest.get(page)["ETag"]
    assert again(Client(), page, etag) == 200
    guest.cookies["csrftoken"] = "d" * 32
    assert again(guest, page, etag) == 200


def test_readers_with_a_session_get_the_page_each_time(course: Course, student: User) -> None:
    page = course.lessons.get(key="lesson-1")
    reader, guest = browser_of(student), Client()
    guest.post(reverse("courses:lesson-read", args=[course.key, page.key]), {"section": "section-1"})
    for browser in (reader, guest):
        assert settings.SESSION_COOKIE_NAME in browser.cookies
        assert "ETag" not in browser.get(page.get_absolute_url()).headers


def test_an_edition_is_never_that_of_work_that_was_rolled_back(course: Course, owner: Client) -> None:
    before = course.edition
    save(owner, page_of(Lesson.objects.get(key="lesson-1")), title=CHANGED)
    owner.get(reverse("admin:courses_publication_preview", args=[course.pk, "now", f"courses/{course.key}/"]))
    course.refresh_from_db()
    assert course.edition == before, "a draft changes nothing that readers see"
