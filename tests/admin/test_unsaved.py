"""Text that was typed and not saved: kept for its author alone, offered, taken up or discarded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from courses.models import Course, CourseRole, Lesson, UnsavedText
from courses.services.staff import make_instructor
from quizzes.models import Item
from tests.admin.test_content import write_whole
from tests.admin.work import page_of, posted, save, told, typed
from tests.make import browser_of, load, make_attempt, make_user


@pytest.fixture
def helen(db: None) -> Client:
    return browser_of(User.objects.create_superuser("helen"))


@pytest.fixture
def sofia(db: None) -> Client:
    return browser_of(User.objects.create_superuser("sofia", first_name="Sofia", last_name="Lindqvist"))


@pytest.fixture
def lesson(tmp_path: Path, db: None) -> Lesson:
    load(write_whole(tmp_path))
    Course.objects.update(is_published=False)  # edits are seen at once
    return Lesson.objects.get(key="lesson-1")


def keep(browser: Client, address: str, **changes: Any) -> Any:
    """Send what is typed, as the page does every few seconds."""
    path, _sign, query = address.partition("?")
    return browser.post(f"{path}unsaved/{'?' + query if query else ''}", typed(browser, address, **changes))


def test_what_was_typed_is_offered_and_taken_up(lesson: Lesson, helen: Client) -> None:
    assert keep(helen, page_of(lesson), title="Half a thou").json() == {"kept": True}

    page = helen.get(page_of(lesson)).content.decode()
    assert "that was not saved." in page
    assert 'value="Half a thou"' not in page
    taken = helen.get(page_of(lesson), {"take_up": 1})
    assert taken.status_code == 200
    assert 'value="Half a thou"' in taken.content.decode()
    assert "It is not saved yet." in taken.content.decode()
    assert "Please correct the error" not in taken.content.decode()
    lesson.refresh_from_db()
    assert lesson.title == "Title of lesson-1"


def test_saving_what_was_taken_up_forgets_it(lesson: Lesson, helen: Client) -> None:
    keep(helen, page_of(lesson), title="A thought")
    taken = helen.get(page_of(lesson), {"take_up": 1})

    assert helen.post(f"{page_of(lesson)}?take_up=1", posted(taken)).status_code == 302

    lesson.refresh_from_db()
    assert lesson.title == "A thought"
    assert not UnsavedText.objects.exists()


def test_what_others_saved_since_is_said_and_not_written_over(lesson: Lesson, helen: Client, sofia: Client) -> None:
    keep(helen, page_of(lesson), title="Mine")
    assert told(save(sofia, page_of(lesson), summary="Theirs.", title="Theirs")) == ""

    assert "Sofia Lindqvist saved this after it" in helen.get(page_of(lesson)).content.decode()
    taken = helen.get(page_of(lesson), {"take_up": 1})
    answer = helen.post(page_of(lesson), posted(taken))

    assert answer.status_code == 409
    assert [asked.bound.name for asked in answer.context["asked"]] == ["title"]
    lesson.refresh_from_db()
    assert (lesson.title, lesson.summary) == ("Theirs", "Theirs.")


def test_it_is_discarded_on_request(lesson: Lesson, helen: Client) -> None:
    keep(helen, page_of(lesson), title="Half")

    answer = helen.post(f"{page_of(lesson)}unsaved/", {"discard": "1"})

    assert answer["Location"] == page_of(lesson)
    assert not UnsavedText.objects.exists()


def test_a_new_row_keeps_its_text_by_what_it_is_for(lesson: Lesson, helen: Client) -> None:
    one = Item.objects.get()
    address = f"/admin/quizzes/itemrevision/add/?item={one.pk}"
    body = typed(helen, address)["body"]
    keep(helen, address, body=body.replace("What happened?", "What came"))

    assert "that was not saved." not in helen.get("/admin/quizzes/itemrevision/add/").content.decode()
    assert "that was not saved." in helen.get(address).content.decode()
    assert "What came" in helen.get(f"{address}&take_up=1").content.decode()


def test_words_that_got_onto_a_paper_are_taken_up_as_the_next_revision(lesson: Lesson, helen: Client) -> None:
    item = Item.objects.get()
    revision = item.revisions.get()
    body = typed(helen, page_of(revision))["body"]
    keep(helen, page_of(revision), body=body.replace("What happened?", "What came of it?"))
    make_attempt(item.quiz, make_user("student"))

    address = f"/admin/quizzes/itemrevision/add/?item={item.pk}"
    assert "that was not saved." in helen.get(address).content.decode()
    taken = helen.get(f"{address}&take_up=1")
    assert helen.post(address, posted(taken)).status_code == 302

    assert [each.spec.stem for each in item.revisions.order_by("number")] == ["What happened?", "What came of it?"]


def test_it_is_its_authors_alone(lesson: Lesson, helen: Client, sofia: Client) -> None:
    keep(helen, page_of(lesson), title="Private thought")

    assert "Private thought" not in sofia.get(page_of(lesson), {"take_up": 1}).content.decode()
    sofia.post(f"{page_of(lesson)}unsaved/", {"discard": "1"})
    assert UnsavedText.objects.get().user.username == "helen"


@pytest.mark.parametrize(("role", "code"), [("", 404), ("reviewer", 403), ("editor", 200)])
def test_who_may_not_change_a_row_keeps_no_text_of_it(lesson: Lesson, role: str, code: int) -> None:
    user = make_user("visitor")
    make_instructor(user)
    if role:
        CourseRole.objects.create(course=lesson.course, user=user, role=role)

    assert browser_of(user).post(f"{page_of(lesson)}unsaved/", {"title": "x"}).status_code == code
    assert UnsavedText.objects.count() == (code == 200)


def test_what_is_half_typed_is_kept_and_no_token_is(lesson: Lesson, helen: Client) -> None:
    sent = {"body": "## Half {#", "csrfmiddlewaretoken": "secret", "title": ""}

    assert helen.post(f"{page_of(lesson)}unsaved/", sent).status_code == 200

    assert UnsavedText.objects.get().fields == urlencode({"body": "## Half {#", "title": ""})


def test_it_is_bounded(lesson: Lesson, helen: Client) -> None:
    user = User.objects.get(username="helen")
    too_long = {"body": "x" * UnsavedText.LONGEST}
    assert helen.post(f"{page_of(lesson)}unsaved/", too_long).status_code == 413
    for at in range(UnsavedText.MOST):
        UnsavedText.objects.create(
            user=user, form=f"courses.lesson:{at + 1000}", fields="", saved_at="2020-01-01T00:00Z"
        )

    keep(helen, page_of(lesson), title="New")

    assert UnsavedText.objects.count() == UnsavedText.MOST
    assert UnsavedText.objects.filter(form=f"courses.lesson:{lesson.pk}").exists()


def test_nothing_is_ever_saved_by_looking(lesson: Lesson, helen: Client) -> None:
    keep(helen, page_of(lesson), title="Typed", _save="Save")

    helen.get(page_of(lesson), {"take_up": 1, "_save": "Save"})

    lesson.refresh_from_db()
    assert lesson.title == "Title of lesson-1"


def test_the_script_names_only_fields_that_the_page_has(lesson: Lesson, helen: Client) -> None:
    page = helen.get(page_of(lesson)).content.decode()
    script = Path("static/js/unsaved.js").read_text(encoding="utf-8")
    [names] = re.findall(r"const \{ ([\w, ]+) \} = told\.dataset", script)

    for name in names.split(", "):
        assert f"data-{re.sub('([A-Z])', lambda letter: '-' + letter[1].lower(), name)}=" in page
    assert 'name="has_unsaved"' in page
    assert "js/unsaved.js" in page
