"""The people of a course, a copy of it, the archive, and deleting what nobody has met."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.errors import CannotDelete, ClassesRun, HasRole, InvitedBefore, KeyTaken, LastOwner
from courses.models import (
    AuditEntry,
    Comment,
    Course,
    CourseInvitation,
    CourseRole,
    Figure,
    GlossaryTerm,
    Lesson,
    Section,
)
from courses.models.parts import PARTS, WITH_COURSE
from courses.services.archiving import archive_class, archive_course, unarchive_class, unarchive_course
from courses.services.content import rerender_course
from courses.services.deletion import delete_content, removal_of
from courses.services.drafts import standing
from courses.services.duplication import duplicate_course
from courses.services.progress import mark_read
from courses.services.roles import (
    accept_course_invitation,
    change_course_role,
    end_course_role,
    invite_to_course,
)
from courses.services.staff import make_instructor
from quizzes.models import Attempt, ItemRevision, Quiz
from tests.admin.work import page_of, save, typed
from tests.make import NOW, body, browser_of, make_attempt, make_cohort, make_course, make_user, quiz_file, with_study

ROLE = CourseRole.Role


@pytest.fixture
def course(db: None) -> Course:
    quiz = quiz_file(items=2, practice=False, checks=[body("single", key="check-1")])
    made = with_study(make_course(lessons=2, sections=2, quizzes=[quiz]))
    lesson = made.lessons.get(key="lesson-1")
    lesson.body += "\n\nIt was signed [@treaty-1961]. See [[airlift]]. {{ figure trade }}\n"
    lesson.save()
    GlossaryTerm.objects.create(course=made, key="airlift", term="Airlift", definition="By air [@treaty-1961].")
    GlossaryTerm.objects.create(course=made, key="unused", term="Unused", definition="Nowhere.")
    rows = [{"year": 1961, "roubles": 3}]
    columns = {"year": {"name": "Year"}, "roubles": {"name": "Roubles"}}
    shown = {"figure": "trade", "title": "Trade", "caption": "Trade.", "alt": "A line.", "columns": columns}
    Figure.objects.create(course=made, key="trade", title="Trade", declaration={**shown, "rows": rows})
    rerender_course(made)
    return made


def worker(course: Course, role: str, name: str = "") -> User:
    """Return a person with a role in a course."""
    user = make_user(name or role)
    make_instructor(user)
    CourseRole.objects.create(course=course, user=user, role=role)
    return user


def address(course: Course, page: str) -> str:
    return reverse(f"admin:courses_course_{page}", args=[course.pk])


# People


def test_a_person_is_invited_by_name_and_works_on_the_course_once_they_accept(course: Course) -> None:
    owner, newcomer = worker(course, ROLE.OWNER), make_user("newcomer")
    browser_of(owner).post(address(course, "people"), {"invite": "1", "name": "NewComer", "role": "editor"})
    [offered] = CourseInvitation.objects.all()
    assert not newcomer.course_roles.exists()

    page = browser_of(newcomer).get(reverse("classes:list")).content.decode()
    assert course.title in page
    answer = browser_of(newcomer).post(reverse("courses:role-accept", args=[offered.pk]))

    assert answer["Location"] == page_of(course)
    assert newcomer.course_roles.get().role == ROLE.EDITOR
    assert browser_of(newcomer).get(page_of(course)).status_code == 200
    assert [each.deed for each in AuditEntry.objects.order_by("pk")] == ["course_invited", "course_joined"]


def test_a_declined_invitation_is_seen_by_the_owner_and_can_be_sent_again(course: Course) -> None:
    owner, newcomer = worker(course, ROLE.OWNER), make_user("newcomer")
    offered = invite_to_course(course=course, user=newcomer, role=ROLE.EDITOR, actor=owner, now=NOW)
    browser_of(newcomer).post(reverse("courses:role-decline", args=[offered.pk]))

    assert "declined" in browser_of(owner).get(address(course, "people")).content.decode()
    assert browser_of(newcomer).post(reverse("courses:role-accept", args=[offered.pk])).status_code == 404
    again = invite_to_course(course=course, user=newcomer, role=ROLE.REVIEWER, actor=owner, now=NOW)
    assert accept_course_invitation(pk=again.pk, user=newcomer, now=NOW).role == ROLE.REVIEWER


def test_people_are_not_invited_twice(course: Course) -> None:
    owner, newcomer = worker(course, ROLE.OWNER), make_user("newcomer")
    invite_to_course(course=course, user=newcomer, role=ROLE.EDITOR, actor=owner, now=NOW)

    with pytest.raises(InvitedBefore):
        invite_to_course(course=course, user=newcomer, role=ROLE.EDITOR, actor=owner, now=NOW)
    with pytest.raises(HasRole):
        invite_to_course(course=course, user=owner, role=ROLE.EDITOR, actor=owner, now=NOW)


@pytest.mark.parametrize("name", ["nobody", "", "own"])
def test_only_an_exact_name_is_invited(course: Course, name: str) -> None:
    browser = browser_of(worker(course, ROLE.OWNER))

    answer = browser.post(address(course, "people"), {"invite": "1", "name": name, "role": "editor"})

    assert answer.status_code == 422
    assert not CourseInvitation.objects.exists()


def test_the_last_owner_neither_leaves_nor_loses_the_role(course: Course) -> None:
    place = worker(course, ROLE.OWNER).course_roles.get()

    with pytest.raises(LastOwner):
        end_course_role(place=place, actor=place.user, now=NOW)
    with pytest.raises(LastOwner):
        change_course_role(place=place, role=ROLE.EDITOR, actor=place.user, now=NOW)

    other = worker(course, ROLE.OWNER, "second")
    change_course_role(place=place, role=ROLE.EDITOR, actor=other, now=NOW)
    assert CourseRole.objects.get(pk=place.pk).role == ROLE.EDITOR
    with pytest.raises(LastOwner):
        end_course_role(place=other.course_roles.get(), actor=other, now=NOW)


@pytest.mark.parametrize(
    ("role", "leaves", "removes"), [("owner", True, True), ("editor", True, False), ("reviewer", True, False)]
)
def test_people_leave_and_owners_remove(course: Course, role: str, leaves: bool, removes: bool) -> None:
    worker(course, ROLE.OWNER, "first")
    own, other = worker(course, role).course_roles.get(), worker(course, ROLE.EDITOR, "other").course_roles.get()
    browser = browser_of(own.user)

    browser.post(address(course, "people"), {"remove": other.pk})
    browser.post(address(course, "people"), {"remove": own.pk})

    assert CourseRole.objects.filter(pk=other.pk).exists() is not removes
    assert CourseRole.objects.filter(pk=own.pk).exists() is not leaves


# Drafts and keys


def test_teaching_a_class_shows_keys_and_no_drafts(course: Course) -> None:
    teacher = make_user("teacher")
    make_cohort(course, instructor=teacher)
    shows = {
        "drafts": lambda: Course.objects.worked_on_by(teacher).exists(),
        "keys": lambda: Quiz.objects.with_key_for(teacher).exists(),
        "course": lambda: Course.objects.visible_to(teacher).exists(),
    }
    assert {name: shown() for name, shown in shows.items()} == {"drafts": False, "keys": True, "course": True}

    Course.objects.update(is_published=False)

    assert {name: shown() for name, shown in shows.items()} == {"drafts": False, "keys": False, "course": False}


# A copy


def contents(course: Course) -> dict[str, list[dict[str, Any]]]:
    """Return everything a course is made of, without ids, dates and what names the course."""
    found = {}
    for part in PARTS:
        fields = [
            field.name
            for field in part.model._meta.concrete_fields
            if not field.is_relation and field.name not in ("id", "edited_at", "loaded_hash", "number", "created_at")
        ]
        rows = part.rows_of(course.pk).filter(part.copied).order_by("pk").values(*fields)
        found[part.table] = [dict(row) for row in rows]
    return found


def test_a_copy_has_every_row_and_no_people(course: Course) -> None:
    user = make_user("copier")
    make_cohort(course, students=[make_user("student")])
    make_attempt(course.quizzes.get(), make_user("taker"))

    copy = duplicate_course(course=course, key="copy", title="Mine", user=user, now=NOW)

    rerender_course(copy)  # what was copied is what rendering the copy's own texts gives
    moved = str(contents(course)).replace("/courses/course/", "/courses/copy/")
    assert str(contents(copy)) == moved
    assert min(len(rows) for table, rows in contents(copy).items() if table.split(".")[1] not in EMPTY) > 0
    assert (copy.title, copy.is_published, copy.cohorts.count()) == ("Mine", False, 0)
    assert [(each.user, each.role) for each in copy.roles.all()] == [(user, ROLE.OWNER)]
    assert not Attempt.objects.filter(quiz__course=copy).exists()
    assert copy.search_entries.count() == course.search_entries.count() > 0
    assert list(copy.lessons.get(key="lesson-1").sources.values_list("course", flat=True)) == [copy.pk]


EMPTY = {"Lane", "Map", "StudyStatement", "Person", "TimelineEvent"}


def test_rows_of_a_copy_refer_to_nothing_of_the_original(course: Course) -> None:
    copy = duplicate_course(course=course, key="copy", title="Mine", user=make_user("copier"), now=NOW)

    for part in PARTS:
        for field in part.model._meta.concrete_fields:
            other = next((each for each in PARTS if each.model is field.related_model), None)
            if other is not None:
                outside = part.rows_of(copy.pk).exclude(**{f"{field.name}__{other.course}": copy.pk})
                assert not outside.exclude(**{field.name: None}).exists(), field


def test_every_content_model_is_in_the_table_of_parts() -> None:
    """A model with an arrow to a course, or to a part of one, is content, goes with the course, or is people's."""
    known = {part.table for part in PARTS} | WITH_COURSE
    arrows = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Course
    }

    assert arrows - known == {"courses.Certificate", "courses.Cohort", "quizzes.Accommodation"}
    places = {part.model: at for at, part in enumerate(PARTS)}
    for model, at in places.items():
        for field in model._meta.concrete_fields:
            assert places.get(field.related_model, -1) < at, f"{model} before {field.related_model}"


def test_the_key_of_another_course_is_refused_and_nothing_copied(course: Course) -> None:
    user, other = worker(course, ROLE.EDITOR), make_course(key="other", lessons=1)

    with pytest.raises(KeyTaken):
        duplicate_course(course=course, key="other", title="Mine", user=user, now=NOW)
    answer = browser_of(user).post(address(course, "duplicate"), {"key": "other", "title": "Mine"})

    assert answer.status_code == 422
    assert "Another course has this key" in answer.content.decode()
    assert set(Course.objects.all()) == {course, other}


def test_a_copy_costs_the_same_for_a_small_course_and_a_large_one(db: None) -> None:
    costs = []
    for size in (1, 6):
        quizzes = [quiz_file(key=f"q-{at}", lesson=f"lesson-{at}", items=size) for at in range(1, size + 1)]
        course = make_course(key=f"of-{size}", lessons=size, sections=size, quizzes=quizzes)
        user = make_user(f"copier-{size}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            duplicate_course(course=course, key=f"copy-{size}", title="Mine", user=user, now=NOW)
        costs.append(len(queries))

    assert costs[0] == costs[1]


@pytest.mark.parametrize(("licence", "asked"), [("CC BY-ND 4.0", True), ("CC BY 4.0", False), ("", False)])
def test_a_licence_that_forbids_copies_is_told_and_asked_about(course: Course, licence: str, asked: bool) -> None:
    Course.objects.update(licence=licence)
    browser, sent = browser_of(worker(course, ROLE.REVIEWER)), {"key": "copy", "title": "Mine"}

    page = browser.get(address(course, "duplicate")).content.decode()
    first = browser.post(address(course, "duplicate"), sent)

    assert ("does not allow changed copies" in page) is asked
    assert (first.status_code == 422) is asked
    browser.post(address(course, "duplicate"), {**sent, "is_permitted": "on"})
    assert Course.objects.filter(key="copy").exists()


# The archive


def test_an_archived_course_is_offered_to_no_one_and_stays_for_people_who_took_it(course: Course) -> None:
    owner, reader, stranger = worker(course, ROLE.OWNER), make_user("reader"), make_user("stranger")
    mark_read(lesson=course.lessons.get(key="lesson-1"), sections=["section-1"], student=reader, now=NOW)

    archive_course(course=course, actor=owner, now=NOW)

    assert course not in Course.objects.for_catalogue()
    page = course.get_absolute_url()
    seen = {user.username: browser_of(user).get(page).status_code for user in (owner, reader, stranger)}
    assert seen == {"owner": 200, "reader": 200, "stranger": 404}
    assert Client().get(page).status_code == 404
    unarchive_course(course=course, actor=owner, now=NOW)
    assert Client().get(page).status_code == 200


def test_a_running_class_is_named_and_blocks_until_it_is_confirmed(course: Course) -> None:
    owner = worker(course, ROLE.OWNER)
    cohort = make_cohort(course, students=[make_user("student")])
    browser = browser_of(owner)
    with pytest.raises(ClassesRun, match=cohort.name):
        archive_course(course=course, actor=owner, now=NOW)

    assert cohort.name in browser.get(address(course, "archive")).content.decode()
    browser.post(address(course, "archive"))
    assert Course.objects.get().archived_at is None
    browser.post(address(course, "archive"), {"is_confirmed": "1"})
    assert Course.objects.get().archived_at is not None


def test_unpublishing_under_a_running_class_names_it_and_asks(course: Course) -> None:
    cohort, browser = make_cohort(course, students=[make_user("student")]), browser_of(worker(course, ROLE.OWNER))

    refused = save(browser, page_of(course), is_published=False, title="Typed")

    assert cohort.name in refused.content.decode()
    assert Course.objects.get().is_published
    assert Course.objects.get().title == course.title
    assert save(browser, page_of(course), is_published=False, withdraw="yes").status_code == 302
    assert not Course.objects.get().is_published
    save(browser, page_of(course), is_published=True)
    archive_class(cohort=cohort, actor=make_user("teacher"), now=NOW)
    assert save(browser, page_of(course), is_published=False).status_code == 302


def test_pickers_offer_nothing_that_is_archived(course: Course) -> None:
    owner = worker(course, ROLE.OWNER)
    picker = {"app_label": "courses", "model_name": "unit", "field_name": "course", "term": "Title"}
    offered = [browser_of(owner).get("/admin/autocomplete/", picker).json()["results"]]
    archive_course(course=course, actor=owner, now=NOW)
    offered.append(browser_of(owner).get("/admin/autocomplete/", picker).json()["results"])

    assert [len(each) for each in offered] == [1, 0]
    form = browser_of(owner).get(reverse("admin:courses_unit_add")).context["adminform"].form
    assert not form.fields["course"].queryset.exists()


def test_an_archived_class_takes_nobody_in_and_is_not_running(course: Course) -> None:
    teacher, student = make_user("teacher"), make_user("student")
    cohort = make_cohort(course, instructor=teacher, students=[student])
    assert archive_class(cohort=cohort, actor=teacher, now=NOW)
    assert not archive_class(cohort=cohort, actor=teacher, now=NOW)

    newcomer = browser_of(make_user("newcomer"))
    assert "closed" in newcomer.post(reverse("classes:join"), {"code": cohort.join_code}).content.decode()
    assert not course.cohorts.running().exists()
    listed = browser_of(teacher).get(reverse("classes:list"))
    assert (listed.context["taught"], listed.context["archived"]) == ([], [cohort])
    assert browser_of(teacher).get(reverse("classes:overview", args=[cohort.pk])).status_code == 200
    assert unarchive_class(cohort=cohort, actor=teacher, now=NOW)


# Deleting


def delete(user: User, row: Any) -> str:
    """Delete a row by the admin's own page; return what the page says first."""
    address = page_of(row).replace("/change/", "/delete/")
    browser = browser_of(user)
    page = browser.get(address)
    browser.post(address, {"post": "yes"})
    return page.content.decode() if page.status_code == 200 else ""


def row_of(course: Course, name: str) -> Any:
    return {
        "source": course.sources.get,
        "used term": lambda: course.terms.get(key="airlift"),
        "unused term": lambda: course.terms.get(key="unused"),
        "figure": course.figures.get,
        "unit": course.units.get,
        "lesson with a quiz": lambda: course.lessons.get(key="lesson-1"),
        "lesson": lambda: course.lessons.get(key="lesson-2"),
        "quiz": course.quizzes.get,
        "question": lambda: course.items.questions().first(),
        "check in a text": lambda: course.items.checks().get(),
        "course": lambda: course,
    }[name]()


@pytest.mark.parametrize(
    ("name", "in_the_way"),
    [
        ("source", "lesson"), ("used term", "lesson"), ("unused term", ""), ("figure", "lesson"), ("unit", "lesson"),
        ("lesson with a quiz", "quiz"), ("lesson", ""), ("question", ""), ("check in a text", "lesson"),
        ("quiz", ""), ("course", ""),
    ],
)  # fmt: skip
def test_what_nothing_refers_to_is_deleted_and_the_rest_is_explained(
    course: Course, name: str, in_the_way: str
) -> None:
    if name == "quiz":
        lesson = course.lessons.get(key="lesson-1")
        lesson.body = lesson.body.replace("{{ check check-1 }}", "")
        lesson.save()
    row = row_of(course, name)

    said = delete(worker(course, ROLE.OWNER), row)

    assert type(row).objects.filter(pk=row.pk).exists() is bool(in_the_way)
    assert ("cannot be deleted" in said, "Open it to retire it" in said) == (bool(in_the_way),) * 2
    assert in_the_way in said
    assert AuditEntry.objects.filter(deed="deleted").exists() is not bool(in_the_way)


def test_a_course_goes_with_everything_it_is_made_of(course: Course) -> None:
    owner = worker(course, ROLE.OWNER)
    kept = make_course(key="kept", lessons=1, quizzes=[quiz_file(key="kept", items=1)])

    delete(owner, course)

    assert list(Course.objects.all()) == [kept]
    left = {part.table: part.model._default_manager.exclude(**{part.course: kept.pk}).count() for part in PARTS}
    assert left == dict.fromkeys(left, 0)


@pytest.mark.parametrize("met", ["class", "attempt", "progress", "override"])
def test_what_a_student_met_is_not_deleted(course: Course, met: str) -> None:
    quiz, lesson, student = course.quizzes.get(), course.lessons.get(key="lesson-1"), make_user("student")
    if met == "class":
        make_cohort(course)
    elif met == "attempt":
        make_attempt(quiz, student)
    elif met == "progress":
        mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)
    else:
        quiz.overrides.create(student=student, minutes=5)

    with pytest.raises(CannotDelete):
        delete_content([course], actor=worker(course, ROLE.OWNER))

    assert Course.objects.get() == course
    assert (Section.objects.exists(), ItemRevision.objects.exists()) == (True, True)


@pytest.mark.parametrize(("role", "row", "may"), [
    ("owner", "course", True), ("editor", "course", False), ("editor", "question", True),
    ("reviewer", "question", False),
])  # fmt: skip
def test_editors_delete_rows_and_owners_the_course(course: Course, role: str, row: str, may: bool) -> None:
    found = row_of(course, row)

    delete(worker(course, role), found)

    assert type(found).objects.filter(pk=found.pk).exists() is not may


def test_looking_what_goes_along_costs_the_same_for_a_small_course_and_a_large_one(db: None) -> None:
    costs = []
    for size in (1, 6):
        quizzes = [quiz_file(key=f"q-{at}", lesson=f"lesson-{at}", items=size) for at in range(1, size + 1)]
        course = make_course(key=f"of-{size}", lessons=size, sections=size, quizzes=quizzes)
        with CaptureQueriesContext(connection) as queries:
            assert not removal_of([course]).in_the_way
        costs.append(len(queries))

    assert costs[0] == costs[1]


# Comments


def comments_of(row: Any) -> str:
    return page_of(row).replace("/change/", "/comments/")


def test_a_reviewer_suggests_and_an_editor_accepts_by_the_ordinary_form(course: Course) -> None:
    reviewer, editor = worker(course, ROLE.REVIEWER), worker(course, ROLE.EDITOR)
    lesson = course.lessons.get(key="lesson-2")
    text = lesson.body.replace("Words to read.", "Other words.")
    page = browser_of(reviewer).get(comments_of(lesson), {"field": "body"}).content.decode()
    assert "Words to read." in page
    sent = {"field": "body", "suggested": text, "text": "Clearer."}
    browser_of(reviewer).post(comments_of(lesson), sent)
    [waiting] = Comment.objects.open()
    refused = browser_of(reviewer).post(comments_of(lesson), {"answered": waiting.pk, "state": "accepted"})
    assert refused.status_code == 403

    listed = browser_of(editor).get(comments_of(course)).content.decode()
    assert "Clearer." in listed
    browser_of(editor).post(comments_of(lesson), {"answered": waiting.pk, "state": "accepted", "answer": "Thanks."})

    lesson.refresh_from_db()
    waiting.refresh_from_db()
    assert standing(lesson).body == text
    assert (waiting.state, waiting.answer, waiting.answered_by) == ("accepted", "Thanks.", editor)


def test_a_suggestion_that_the_form_refuses_is_not_accepted(course: Course) -> None:
    editor, lesson = worker(course, ROLE.EDITOR), course.lessons.get(key="lesson-2")
    browser_of(editor).post(comments_of(lesson), {"field": "body", "suggested": "No section here [@nothing]."})
    waiting = Comment.objects.get()

    answer = browser_of(editor).post(
        comments_of(lesson), {"answered": waiting.pk, "state": "accepted"}, follow=True
    )  # fmt: skip

    assert "Not accepted" in answer.content.decode()
    waiting.refresh_from_db()
    assert (waiting.state, "No section" in Lesson.objects.get(pk=lesson.pk).body) == ("open", False)


def test_a_suggestion_for_an_older_text_does_not_overwrite_the_newer_one(course: Course) -> None:
    editor, lesson = worker(course, ROLE.EDITOR), course.lessons.get(key="lesson-2")
    browser_of(editor).post(comments_of(lesson), {"field": "title", "suggested": "Suggested"})
    save(browser_of(editor), page_of(lesson), title="Newer")

    browser_of(editor).post(comments_of(lesson), {"answered": Comment.objects.get().pk, "state": "accepted"})

    assert standing(Lesson.objects.get(pk=lesson.pk)).title == "Newer"
    assert Comment.objects.get().state == "open"


@pytest.mark.parametrize("name", ["lesson", "quiz", "question", "source", "unused term", "unit", "course"])
def test_each_kind_of_row_has_its_comments(course: Course, name: str) -> None:
    row, reviewer = row_of(course, name), browser_of(worker(course, ROLE.REVIEWER))

    assert "Comments" in reviewer.get(page_of(row)).content.decode()
    reviewer.post(comments_of(row), {"text": "Is this so?"})
    reviewer.post(comments_of(row), {"text": "  "})

    assert [each.text for each in Comment.objects.on(row)] == ["Is this so?"]
    assert browser_of(make_user("stranger", is_staff=True)).get(comments_of(row)).status_code in (302, 403, 404)


OWN = {"title", "initial-title", "initial-title-seal", "csrfmiddlewaretoken"}


def test_a_suggestion_is_posted_as_the_browser_would_post_the_form(course: Course) -> None:
    """Accepting a suggestion for a field changes that field alone, whatever else the form holds."""
    editor, quiz = worker(course, ROLE.EDITOR), course.quizzes.get()
    before = {
        name: value
        for name, value in typed(browser_of(editor), page_of(quiz)).items()
        if name not in ("title", "initial-title", "initial-title-seal", "csrfmiddlewaretoken")
    }
    browser_of(editor).post(comments_of(quiz), {"field": "title", "suggested": "Another"})

    browser_of(editor).post(comments_of(quiz), {"answered": Comment.objects.get().pk, "state": "accepted"})

    after = {
        name: value
        for name, value in typed(browser_of(editor), page_of(quiz)).items()
        if name not in ("title", "initial-title", "initial-title-seal", "csrfmiddlewaretoken")
    }
    assert after == before
    assert standing(Quiz.objects.get()).title == "Another"
