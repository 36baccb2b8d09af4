"""Publishing in the workshop: what its page says, whom it asks, the preview, and how little it costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Course, CourseRole, Lesson, Publication
from courses.services.drafts import keep
from courses.services.progress import mark_read
from courses.services.staff import make_instructor
from quizzes.models import Attempt, ItemRevision, Regrade
from quizzes.services.authoring import draft_item
from tests.admin.work import listed, page_of, publish_by_page, save, told, typed
from tests.api.ask import counted
from tests.make import (
    NOW,
    body,
    browser_of,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_user,
    quiz_file,
    submit,
)


def worker(course: Course, role: str) -> Client:
    """Return the browser of a person with a role in the course."""
    user = make_user(role)
    make_instructor(user)
    CourseRole.objects.create(course=course, user=user, role=role)
    return browser_of(user)


@pytest.fixture
def course(db: None) -> Course:
    check = body("single", key="check-1")
    return make_course(lessons=2, sections=2, quizzes=[quiz_file(items=2, kinds=["single", "single"], checks=[check])])


@pytest.fixture
def owner(course: Course) -> Client:
    return worker(course, "owner")


def publish_page(course: Course) -> str:
    return reverse("admin:courses_publication_publish", args=[course.pk])


def lesson_of(course: Course) -> Lesson:
    return course.lessons.get(key="lesson-1")


def rekey(course: Course, by: User) -> ItemRevision:
    """Draft the other key of the first question."""
    item = course.items.get(key="quiz-1")
    words = item.revisions.get().spec
    wrong = next(key for key in words.options if key != words.right_answer())
    options = {key: each.model_copy(update={"correct": key == wrong}) for key, each in words.options.items()}
    return draft_item(item=item, spec=words.model_copy(update={"options": options}), editor=by, now=NOW)


# Edits wait.


def test_an_edit_of_a_published_course_waits_and_the_form_shows_it(course: Course, owner: Client) -> None:
    lesson = lesson_of(course)

    assert told(save(owner, page_of(lesson), title="Typed")) == ""

    lesson.refresh_from_db()
    assert lesson.title == "Title of lesson-1"
    assert typed(owner, page_of(lesson))["title"] == "Typed"
    assert "Typed" not in Client().get(lesson.get_absolute_url()).content.decode()
    assert told(save(owner, page_of(lesson), summary="Typed too.")) == ""
    assert publish_by_page(owner, course).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.title, lesson.summary) == ("Typed", "Typed too.")


def test_an_edit_of_a_course_that_is_not_published_is_in_it_at_once(course: Course, owner: Client) -> None:
    Course.objects.update(is_published=False)

    assert told(save(owner, page_of(lesson_of(course)), title="Typed")) == ""

    lesson = lesson_of(course)
    assert (lesson.title, lesson.draft, lesson.edited_at is not None) == ("Typed", {}, True)


def test_the_lists_say_what_is_a_draft(course: Course, owner: Client) -> None:
    save(owner, page_of(lesson_of(course)), title="Typed")

    page = owner.get(listed("courses_lesson"), {"draft": "yes"})

    assert [row.key for row in page.context["cl"].queryset] == ["lesson-1"]
    assert "changed" in page.content.decode()
    assert len(owner.get(listed("courses_lesson"), {"draft": "no"}).context["cl"].queryset) == 1


def test_a_course_made_here_is_not_published(course: Course, owner: Client) -> None:
    address = reverse("admin:courses_course_add")
    given = typed(owner, address)
    assert "is_published" not in given

    owner.post(address, {**given, "key": "mine", "title": "Mine", "language": "en"})

    assert not Course.objects.get(key="mine").is_published


# The page.


def test_the_page_says_what_changed_by_whom_and_whom_it_concerns(course: Course, owner: Client) -> None:
    lesson = lesson_of(course)
    make_cohort(course, students=[make_user("student")])
    mark_read(lesson=lesson, sections=["section-1"], student=User.objects.get(username="student"), now=NOW)
    save(owner, page_of(lesson), summary="What it is really about.")

    page = owner.get(publish_page(course)).content.decode()

    assert re.search(r"What it is <ins [^>]*>.*?really .*?</ins>about\.", page)
    assert "owner" in page
    assert "1 student has read here." in page
    assert "1 class takes this course," in page
    assert "Changes wording" in page


def test_texts_are_shown_and_never_run(course: Course, owner: Client) -> None:
    save(owner, page_of(lesson_of(course)), summary="<script>alert(1)</script>")

    page = owner.get(publish_page(course)).content.decode()

    assert "<script>alert" not in page
    assert "&lt;<" in page or "&lt;script" in page


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("editor", False), ("reviewer", False)])
def test_owners_publish_and_the_others_read(course: Course, owner: Client, role: str, may: bool) -> None:
    save(owner, page_of(lesson_of(course)), title="Typed")
    browser = owner if role == "owner" else worker(course, role)

    page = browser.get(publish_page(course))
    answer = publish_by_page(browser, course)

    assert ("Publish the chosen changes" in page.content.decode()) is may
    assert answer.status_code == (302 if may else 403)
    assert (lesson_of(course).title == "Typed") is may


def test_nobody_else_sees_the_page_or_what_was_published(course: Course, owner: Client) -> None:
    save(owner, page_of(lesson_of(course)), title="Typed")
    publish_by_page(owner, course)
    stranger = make_user("stranger")
    make_instructor(stranger)
    theirs = browser_of(stranger)

    assert theirs.get(publish_page(course)).status_code == 404
    assert len(owner.get(listed("courses_publication")).context["cl"].queryset) == 1
    assert len(theirs.get(listed("courses_publication")).context["cl"].queryset) == 0
    assert owner.get(reverse("admin:courses_publication_add")).status_code == 403


def test_what_was_read_is_what_is_published(course: Course, owner: Client) -> None:
    lesson = lesson_of(course)
    save(owner, page_of(lesson), title="Read")
    read = owner.get(publish_page(course)).context["page"].lines[0]
    save(owner, page_of(lesson), title="Written since")

    answer = publish_by_page(owner, course, **{f"seen-{read.key}": read.change.seen})

    assert answer.status_code == 409
    assert "Nothing was published: the changes were edited" in answer.content.decode()
    assert lesson_of(course).title == "Title of lesson-1"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"change": []}, "choose at least one change"),
        ({"when": "at"}, "Say when the changes are to be published."),
        ({"when": "at", "at": "2020-01-01T10:00"}, "This moment is past."),
        ({"when": "at", "at": "soon"}, "Enter a valid date/time."),
        ({"when": "never"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_published_so_is_said_and_nothing_is(
    course: Course, owner: Client, fields: dict[str, Any], words: str
) -> None:
    save(owner, page_of(lesson_of(course)), title="Typed")

    answer = publish_by_page(owner, course, note="Kept.", **fields)

    assert answer.status_code in (409, 422)
    assert words in answer.content.decode()
    assert "Kept." in answer.content.decode()
    assert not Publication.objects.exists()


def test_a_change_that_leads_nowhere_cannot_be_published(course: Course, owner: Client) -> None:
    lesson, other = lesson_of(course), course.lessons.get(key="lesson-2")
    save(owner, page_of(lesson), body=f"{lesson.body}\n\n[There](lesson:lesson-2)\n")
    save(owner, page_of(other), is_retired="on")

    page = owner.get(publish_page(course))
    answer = publish_by_page(owner, course, sure="yes")

    assert "There is no lesson “lesson-2”." in page.content.decode()
    assert answer.status_code == 422
    assert "cannot be published yet" in answer.content.decode()
    assert publish_by_page(owner, course, change=[f"courses.lesson:{other.pk}"], sure="yes").status_code == 302


def test_a_section_that_goes_is_missed_where_questions_name_it(course: Course, owner: Client) -> None:
    lesson = lesson_of(course)
    lesson.body = lesson.body.replace("{#section-1}", "{#renamed}")
    keep(lesson, by=User.objects.get(username="owner"), now=timezone.now())  # past the form, which would ask

    page = owner.get(publish_page(course)).content.decode()

    assert "quiz-1: There is no section “section-1” in the lesson “lesson-1”." in page


def test_what_a_change_needs_comes_along_and_is_said(course: Course, owner: Client) -> None:
    lesson = lesson_of(course)
    term = {"course": course.pk, "key": "loan", "term": "Loan", "definition": "Money lent."}
    assert owner.post(reverse("admin:courses_glossaryterm_add"), term).status_code == 302
    save(owner, page_of(lesson), body=f"{lesson.body}\n\nA [[loan]].\n")
    page = owner.get(publish_page(course)).content.decode()
    assert "Comes with “Loan”, which it needs." in page

    publish_by_page(owner, course, change=[f"courses.lesson:{lesson.pk}"])

    assert not course.terms.get().is_retired
    assert "“Loan” came along: others need it." in owner.get(publish_page(course)).content.decode()


def test_a_change_is_discarded_by_people_who_may_make_one(course: Course, owner: Client) -> None:
    save(owner, page_of(lesson_of(course)), title="Typed")
    line = owner.get(publish_page(course)).context["page"].lines[0]
    sent = {"discard": line.key, f"seen-{line.key}": line.change.seen}
    address = reverse("admin:courses_publication_discard", args=[course.pk])

    assert worker(course, "reviewer").post(address, sent).status_code == 403
    assert lesson_of(course).draft
    owner.post(address, {**sent, f"seen-{line.key}": "another"})
    assert lesson_of(course).draft
    owner.post(address, sent)

    assert not lesson_of(course).draft


# Later, and back.


def test_a_publication_is_scheduled_and_cancelled(course: Course, owner: Client) -> None:
    save(owner, page_of(lesson_of(course)), title="Typed")

    assert publish_by_page(owner, course, when="at", at="2126-01-01T10:00").status_code == 302
    waiting = Publication.objects.get()
    assert "Scheduled for" in owner.get(publish_page(course)).content.decode()
    owner.post(reverse("admin:courses_publication_cancel", args=[waiting.pk]))

    waiting.refresh_from_db()
    assert (waiting.state, lesson_of(course).title) == ("cancelled", "Title of lesson-1")
    assert lesson_of(course).draft


def test_a_publication_is_undone_in_one_step(course: Course, owner: Client) -> None:
    save(owner, page_of(lesson_of(course)), title="Typed")
    publish_by_page(owner, course, note="Why.")
    publication = Publication.objects.get()
    address = reverse("admin:courses_publication_undo", args=[publication.pk])
    assert address in owner.get(publish_page(course)).content.decode()
    assert "Why." in owner.get(listed("courses_publication")).content.decode()
    assert owner.get(page_of(publication)).status_code == 200
    assert worker(course, "editor").post(address).status_code == 404

    assert "Title of lesson-1" in owner.get(address).content.decode()
    owner.post(address)

    assert lesson_of(course).title == "Title of lesson-1"
    assert owner.get(address).status_code == 404, "undone once"


# What is taken from students is asked about.


@pytest.mark.parametrize("what", ["lesson", "quiz"])
def test_retiring_under_a_running_class_names_the_classes_first(course: Course, owner: Client, what: str) -> None:
    row: Any = lesson_of(course) if what == "lesson" else course.quizzes.get()
    make_cohort(course, students=[make_user("student")])
    make_attempt(course.quizzes.get(), User.objects.get(username="student"))
    save(owner, page_of(row), is_retired="on")

    asked = publish_by_page(owner, course)

    assert "Russian foreign policy" in asked.content.decode()
    if what == "quiz":
        assert "1 attempt in progress" in asked.content.decode()
    row.refresh_from_db()
    assert not row.is_retired
    again = owner.post(publish_page(course), {**_again(asked), "sure": "yes"})
    row.refresh_from_db()
    assert (again.status_code, row.is_retired) == (302, True)


def _again(asked: Any) -> dict[str, Any]:
    fields: dict[str, list[str]] = {}
    for name, value in asked.context["fields"]:
        fields.setdefault(name, []).append(value)
    return fields


def test_withdrawing_a_course_under_a_running_class_names_the_classes_first(course: Course, owner: Client) -> None:
    make_cohort(course, students=[make_user("student")])
    make_attempt(course.quizzes.get(), User.objects.get(username="student"))

    asked = save(owner, page_of(course), is_published=False)

    assert "Russian foreign policy" in asked.content.decode()
    assert "1 attempt is in progress." in asked.content.decode()
    assert Course.objects.get().is_published
    owner.post(page_of(course), {**_again(asked), "withdraw": "yes"})
    assert not Course.objects.get().is_published
    [publication] = Publication.objects.all()
    assert publication.changes[0]["fields"] == {"is_published": {"before": True, "after": False}}
    assert not publication.is_undoable


def test_a_course_nobody_takes_is_withdrawn_and_published_without_a_question(course: Course, owner: Client) -> None:
    assert told(save(owner, page_of(course), is_published=False, title="Typed")) == ""
    assert not Course.objects.get().is_published

    assert told(save(owner, page_of(course), is_published="on")) == ""

    found = Course.objects.get()
    assert (found.is_published, found.title, found.draft) == (True, "Typed", {})


# A new key.


def test_a_new_key_is_offered_as_a_regrade_with_its_effect_before(course: Course, owner: Client) -> None:
    cohort = make_cohort(course, instructor=User.objects.get(username="owner"), students=[make_user("student")])
    attempt = make_attempt(course.quizzes.get(), cohort.enrolments.get(role="student").user)
    spec = attempt.responses.get(position=1).revision.spec
    give(attempt, next(key for key in spec.options if key != spec.right_answer()))
    submit(attempt)
    drafted = rekey(course, User.objects.get(username="owner"))
    key = f"quizzes.itemrevision:{drafted.pk}"

    page = owner.get(publish_page(course))
    [choice, *_rest] = page.context["page"].lines[0].offer.choices
    assert "Changes scores" in page.content.decode()
    assert "1 finished attempt keeps its mark." in page.content.decode()
    assert (choice.own.up, choice.everywhere.up) == (1, 1)
    refused = publish_by_page(owner, course, **{f"fix-{key}": "both_keys"})
    assert "Write a note" in refused.content.decode()
    expected = {f"expected-{key}-both_keys-own": choice.own.fingerprint}
    stale = publish_by_page(owner, course, note="Key.", **{f"fix-{key}": "both_keys"})
    assert stale.status_code == 409
    done = publish_by_page(owner, course, note="Key.", **{f"fix-{key}": "both_keys"}, **expected)

    assert done.status_code == 302
    regrade = Regrade.objects.get()
    assert (regrade.is_for_all, list(regrade.cohorts.all()), regrade.reason) == (False, [cohort], "Key.")
    attempt.refresh_from_db()
    assert attempt.score == 1


# What it costs.


def test_the_page_costs_the_same_for_a_little_and_for_much(course: Course, owner: Client) -> None:
    costs = []
    for size in (1, 12):
        many = make_course(
            key=f"course-{size}",
            lessons=size,
            sections=1,
            quizzes=[quiz_file(key=f"quiz-{size}", items=size, kinds=["single"] * size)],
        )
        user = User.objects.get(username="owner")
        CourseRole.objects.create(course=many, user=user, role="owner")
        for lesson in many.lessons.all():
            save(owner, page_of(lesson), title=f"Typed {lesson.key}")
        for item in many.items.all():
            words = item.revisions.get().spec.model_copy(update={"stem": "Typed?"})
            draft_item(item=item, spec=words, editor=user, now=NOW)
        owner.get(publish_page(many))
        with counted() as queries:
            assert len(owner.get(publish_page(many)).context["page"].lines) == 2 * size
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 60


# The preview.


def preview(course: Course, page: str, at: str = "now") -> str:
    return reverse("admin:courses_publication_preview", args=[course.pk, at, f"courses/{course.key}/{page}"])


def everything() -> list[Any]:
    models = (Course, Lesson, ItemRevision, Attempt, User, Publication)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_a_preview_shows_every_change_by_the_students_own_pages_and_leaves_no_trace(
    course: Course, owner: Client
) -> None:
    lesson = lesson_of(course)
    save(owner, page_of(lesson), title="Typed title", body=lesson.body.replace("Words to read.", "Words typed.", 1))
    draft_item(
        item=course.items.get(key="quiz-1"),
        spec=course.items.get(key="quiz-1").revisions.get().spec.model_copy(update={"stem": "Typed?"}),
        editor=User.objects.get(username="owner"),
        now=NOW,
    )
    before = everything()

    course_page = owner.get(preview(course, ""))
    page = owner.get(preview(course, "lessons/lesson-1/"))
    start = owner.get(preview(course, "quizzes/quiz/"))
    questions = owner.post(preview(course, "quizzes/quiz/start/"))

    assert "Typed title" in course_page.content.decode()
    assert "courses/lesson.html" in [template.name for template in page.templates]
    assert "Words typed." in page.content.decode()
    assert "Start the quiz" in start.content.decode()
    assert "Typed?" in questions.content.decode()
    for each in (course_page, page, start, questions):
        text = each.content.decode()
        assert "Preview." in text
        assert 'href="/courses/course/' not in text, "links stay in the preview"
        assert 'action="/courses/course/' not in text
    assert everything() == before


def test_a_preview_leaves_out_what_leads_nowhere_and_says_so(course: Course, owner: Client) -> None:
    lesson, other = lesson_of(course), course.lessons.get(key="lesson-2")
    term = {"course": course.pk, "key": "loan", "term": "Loan", "definition": "Money lent."}
    owner.post(reverse("admin:courses_glossaryterm_add"), term)
    save(owner, page_of(lesson), body=f"{lesson.body}\n\nA [[loan]].\n")
    save(owner, page_of(other), title="Sound")
    course.terms.all().delete()
    Course.objects.filter(pk=course.pk).update(draft={"lede": {"base": "", "value": "All again."}}, drafted_at=NOW)

    page = owner.get(preview(course, ""))

    assert page.status_code == 200
    assert "Sound" in page.content.decode()
    assert "1 change cannot be published as it is, and is left out." in page.content.decode()


def test_a_check_is_answered_in_a_preview_and_reading_is_not_kept(course: Course, owner: Client) -> None:
    before = everything()

    answered = owner.post(preview(course, "checks/check-1/"), {"check-1-answer": "1"})
    read = owner.post(preview(course, "lessons/lesson-1/read/"), {"section": "section-1"})

    assert answered.status_code == 200
    assert read["Location"].startswith(preview(course, "lessons/lesson-1/"))
    assert everything() == before


def test_a_preview_shows_the_quiz_as_on_another_day(course: Course, owner: Client) -> None:
    course.quizzes.update(opens_at="2126-12-01T10:00Z", closes_at="2126-12-10T10:00Z")

    shown = {
        at: "Start the quiz" in owner.get(preview(course, "quizzes/quiz/", at)).content.decode()
        for at in ("now", "2126-12-07T10:00", "2126-12-11T10:00")
    }

    assert shown == {"now": False, "2126-12-07T10:00": True, "2126-12-11T10:00": False}
    chosen = owner.get(preview(course, "quizzes/quiz/"), {"at": "2126-12-07T10:00"})
    assert chosen["Location"] == preview(course, "quizzes/quiz/", "2126-12-07T10:00")


@pytest.mark.parametrize("page", ["nothing/", "take-away/", "../other/"])
def test_a_preview_has_only_the_courses_own_pages(course: Course, owner: Client, page: str) -> None:
    assert owner.get(preview(course, page)).status_code == 404
    assert owner.get(preview(course, "", "some day")).status_code == 404


@pytest.mark.parametrize(("role", "code"), [("reviewer", 200), ("editor", 200), ("", 404)])
def test_a_preview_is_for_the_people_who_work_on_the_course(course: Course, role: str, code: int) -> None:
    Course.objects.update(is_published=False)
    if role:
        browser = worker(course, role)
    else:
        user = make_user("other")
        make_instructor(user)
        browser = browser_of(user)

    assert browser.get(preview(course, "lessons/lesson-1/")).status_code == code


def test_a_lesson_is_previewed_before_its_first_save(course: Course, owner: Client) -> None:
    address = reverse("admin:courses_lesson_preview_new")
    fields = {"course": course.pk, "unit": course.units.get().pk, "key": "new", "title": "Not saved yet"}
    fields |= {"minutes": 5, "position": 9, "body": "## One {#one}\n\nWords *typed*.[@treaty-1961]\n"}
    assert "Preview as a student sees it" in owner.get(reverse("admin:courses_lesson_add")).content.decode()

    shown = owner.post(address, fields)

    assert shown.status_code == 200
    assert {"Not saved yet", "<em>typed</em>"} <= {
        word for word in ("Not saved yet", "<em>typed</em>") if word in shown.content.decode()
    }
    assert not Lesson.objects.filter(key="new").exists()
    assert worker(course, "reviewer").post(address, fields).status_code in (403, 422)
