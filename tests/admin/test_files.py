"""A course as files in the admin: downloaded, uploaded, looked at, and loaded as it was looked at."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from courses.content.archive import texts_in, zip_of
from courses.models import Course, CourseRole, Lesson, Upload
from courses.services.staff import make_instructor
from quizzes.content.dump import dump_course
from quizzes.content.uploads import keep_upload
from tests.content.sample import FILES, edit, everything
from tests.content.test_merging import edited_here
from tests.make import NOW, browser_of, load, make_user


@pytest.fixture
def folder(tmp_path):
    """The sample course in a folder."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def course(folder, db) -> Course:
    """The sample course, loaded."""
    load(folder)
    return Course.objects.get()


def person(course: Course | None, role: str = "") -> User:
    """Return someone who works in the admin, perhaps with a role in the course."""
    user = make_user(role or "instructor")
    make_instructor(user)
    if role:
        CourseRole.objects.create(course=course, user=user, role=role)
    return user


def upload(browser: Client, course: Course | None, texts: dict[str, str], **changed: str) -> Any:
    """Upload files with some changes, and go where that leads."""
    address = reverse("admin:courses_course_upload", args=[course.pk]) if course else NEW()
    file = SimpleUploadedFile("course.zip", zip_of({**texts, **changed}, folder="x"), "application/zip")
    return browser.post(address, {"archive": file}, follow=True)


def NEW() -> str:  # noqa: N802 (an address)
    """Return the address for a new course."""
    return reverse("admin:courses_course_upload_new")


def seen_in(page: Any) -> dict[str, str]:
    """Return what the page says it was looked at."""
    return {"seen": page.context["found"].seen}


@pytest.mark.parametrize("role", ["owner", "editor"])
def test_the_files_of_a_course_are_downloaded_as_it_stands(course, role):
    edited_here(Lesson, "trade", title="Trade")
    browser = browser_of(person(course, role))
    page = browser.get(reverse("admin:courses_course_change", args=[course.pk]))

    answer = browser.get(reverse("admin:courses_course_download", args=[course.pk]))

    assert "Download as files" in page.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="treaties.zip"'
    texts = texts_in(io.BytesIO(answer.content), size=len(answer.content))
    assert texts == {**FILES, "lessons/trade.md": FILES["lessons/trade.md"].replace("The trade\n", "Trade\n", 1)}


@pytest.mark.parametrize("role", ["", "reviewer"])
def test_who_does_not_edit_a_course_gets_no_files_and_uploads_none(course, role):
    browser = browser_of(person(course, role))

    for name in ("download", "upload"):
        assert browser.get(reverse(f"admin:courses_course_{name}", args=[course.pk])).status_code == 404
    assert upload(browser, course, FILES).status_code == 404
    assert not Upload.objects.exists()


def test_an_upload_is_looked_at_before_anything_is_changed(course):
    before = {name: rows for name, rows in everything().items() if name != "Upload"}
    browser = browser_of(person(course, "editor"))
    words = FILES["course.yaml"].replace("title: Treaties", "title: Pacts")

    page = upload(browser, course, FILES, **{"course.yaml": words})

    html = page.content.decode()
    assert "Nothing has been changed yet" in html
    assert "changed   course treaties" in html
    after = everything()
    for name in ("Course", "Lesson", "ItemRevision", "ContentFile", "SearchEntry"):
        assert after[name] == before[name]


def test_what_was_looked_at_is_loaded(course):
    browser = browser_of(person(course, "editor"))
    words = FILES["course.yaml"].replace("title: Treaties", "title: Pacts")
    page = upload(browser, course, FILES, **{"course.yaml": words})

    answer = browser.post(page.request["PATH_INFO"], seen_in(page), follow=True)

    course.refresh_from_db()
    assert course.title == "Pacts"
    assert "Loaded: 0 added, 1 changed, 0 retired" in answer.content.decode()
    assert dump_course(course).texts == {**FILES, "course.yaml": words}
    assert not Upload.objects.exists()


def test_what_changed_meanwhile_is_shown_again(course):
    browser = browser_of(person(course, "editor"))
    words = FILES["course.yaml"].replace("title: Treaties", "title: Pacts")
    page = upload(browser, course, FILES, **{"course.yaml": words})
    edited_here(Lesson, "trade", title="Trade")

    again = browser.post(page.request["PATH_INFO"], seen_in(page), follow=True)

    course.refresh_from_db()
    assert course.title == "Treaties"
    assert "was changed since you looked" in again.content.decode()
    assert "kept      lesson trade" in again.content.decode()
    browser.post(page.request["PATH_INFO"], seen_in(again))
    course.refresh_from_db()
    assert course.title == "Pacts"


@pytest.mark.parametrize(("side", "title"), [("file", "Filed"), ("database", "Edited"), (None, "Edited")])
def test_conflicts_are_decided_one_by_one(course, side, title):
    edited_here(Lesson, "trade", title="Edited", summary="Stays.")
    browser = browser_of(person(course, "editor"))
    words = FILES["lessons/trade.md"].replace("title: The trade", "title: Filed")
    page = upload(browser, course, FILES, **{"lessons/trade.md": words})
    html = page.content.decode()
    assert all(text in html for text in ("lesson/trade/title", "“The trade”", "“Filed”", "“Edited”"))
    choice = {"choice:lesson/trade/title": side} if side else {}

    answer = browser.post(page.request["PATH_INFO"], {**seen_in(page), **choice}, follow=True)

    lesson = Lesson.objects.get(key="trade")
    assert (lesson.title, lesson.summary) == (title, "Stays.")
    assert ("Decide every conflict" in answer.content.decode()) is (side is None)


def test_mistakes_are_told_by_file_and_line_and_nothing_can_be_loaded(course):
    browser = browser_of(person(course, "editor"))

    page = upload(browser, course, FILES, **{"course.yaml": FILES["course.yaml"].replace("title: Treaties\n", "")})

    assert page.status_code == 422
    assert "course.yaml:1" in page.content.decode()
    assert "Load these files" not in page.content.decode()
    browser.post(page.request["PATH_INFO"], seen_in(page))
    course.refresh_from_db()
    assert course.title == "Treaties"


def test_a_new_course_begins_as_a_draft_of_who_uploaded_it(db):
    user = person(None)
    browser = browser_of(user)
    words = (
        FILES["course.yaml"]
        .replace("language", "language")
        .replace("course: treaties", "course: treaties\npublished: true")
    )
    page = upload(browser, None, FILES, **{"course.yaml": words})

    browser.post(page.request["PATH_INFO"], seen_in(page))

    course = Course.objects.get()
    assert not course.is_published
    assert list(course.roles.values_list("user", "role")) == [(user.pk, "owner")]
    assert Client().get(course.get_absolute_url()).status_code == 404


def test_an_upload_neither_publishes_nor_withdraws(course):
    browser = browser_of(person(course, "editor"))
    words = FILES["course.yaml"].replace("course: treaties", "course: treaties\npublished: false")
    page = upload(browser, course, FILES, **{"course.yaml": words})

    browser.post(page.request["PATH_INFO"], seen_in(page))

    course.refresh_from_db()
    assert course.is_published


@pytest.mark.parametrize("key", ["pacts", "treaties"])
def test_files_of_another_course_are_refused(course, key):
    browser = browser_of(person(course, "editor"))
    words = FILES["course.yaml"].replace("course: treaties", f"course: {key}")

    page = upload(browser, course if key == "pacts" else None, FILES, **{"course.yaml": words})

    assert ("These are the files of “pacts”" in page.content.decode()) is (key == "pacts")
    assert ("There is a course “treaties” already" in page.content.decode()) is (key == "treaties")
    assert not Upload.objects.exists()


def test_what_is_no_zip_is_told_on_the_form(course):
    browser = browser_of(person(course, "editor"))
    file = SimpleUploadedFile("course.zip", b"no zip")

    page = browser.post(reverse("admin:courses_course_upload", args=[course.pk]), {"archive": file})

    assert "This is no zip that can be read." in page.content.decode()


def test_an_upload_is_seen_by_nobody_else_and_not_after_the_role_is_gone(course):
    owner, other = person(course, "owner"), person(course, "editor")
    browser = browser_of(owner)
    page = upload(browser, course, FILES)
    address = page.request["PATH_INFO"]

    assert browser_of(other).get(address).status_code == 404
    CourseRole.objects.filter(user=owner).update(role="reviewer")
    assert browser.get(address).status_code == 404
    assert browser.post(address, seen_in(page)).status_code == 404


def test_an_edit_made_here_goes_to_the_folder_and_back(course, folder):
    edited_here(Lesson, "trade", title="Trade")
    edit(folder, "lessons/trade.md", "title: The trade", "title: Trade")

    assert load(folder).is_empty
    assert Lesson.objects.get(key="trade").edited_at is None


@pytest.mark.django_db
def test_of_one_persons_uploads_the_newest_five_wait() -> None:
    user, texts = make_user("uploader"), {"course.yaml": "course: new\n"}
    keys = [keep_upload(texts, user=user, course=None, now=NOW + timedelta(seconds=at)).pk for at in range(7)]

    assert set(Upload.objects.values_list("pk", flat=True)) == set(keys[2:])
