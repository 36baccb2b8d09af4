"""A change of a published course waits in a draft: what it holds, who sees it, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from courses.models import Course, GlossaryTerm, Lesson, Source
from courses.services.drafts import changes_of as rows_changed
from courses.services.drafts import keep, keep_new, standing
from quizzes.reports.publishing import publish_page
from quizzes.services.authoring import draft_item, missing_from, revise_item
from quizzes.services.publishing import changes_of, discard, publish
from quizzes.services.unpublishing import undo
from tests.make import (
    LATER,
    NOW,
    make_attempt,
    make_user,
    spec,
)
from tests.quizzes.drafting import (
    SOON,
    draft,
    lesson_of,
    new_words,
    order_of,
    owned_course,
    publish_all,
)


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def course(owner: User) -> Course:
    return owned_course(owner)


# Drafts.


def test_a_draft_is_seen_by_nobody_who_reads_and_holds_what_it_was_based_on(course: Course, owner: User) -> None:
    lesson = lesson_of(course)

    draft(lesson, owner, title="Another")

    lesson.refresh_from_db()
    assert (lesson.title, standing(lesson).title) == ("Title of lesson-1", "Another")
    assert lesson.draft == {"title": {"base": "Title of lesson-1", "value": "Another"}}
    assert (lesson.drafted_by, lesson.drafted_at, lesson.edited_at) == (owner, NOW, None)


def test_a_value_that_is_the_published_one_again_is_no_change(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="Another")

    draft(lesson, owner, title="Title of lesson-1")

    assert rows_changed(course) == []


def test_a_second_edit_keeps_the_base_of_the_first(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="Another")
    Lesson.objects.filter(pk=lesson.pk).update(title="Loaded meanwhile")

    draft(lesson, owner, title="A third")

    [change] = rows_changed(course)
    assert change.fields["title"] == ("Loaded meanwhile", "A third")
    assert change.moved == {"title"}


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("quiz", {"opens_at": SOON, "penalty": "0.500", "credits": [], "minutes": 30, "is_practice": False}),
        ("lesson", {"minutes": 50, "summary": "Ein Bär — «да»"}),
        ("item", {"position": 9}),
    ],
)
def test_every_type_of_value_comes_out_of_a_draft_as_it_went_in(
    course: Course, owner: User, model: str, values: dict[str, Any]
) -> None:
    row = {"quiz": course.quizzes, "lesson": course.lessons, "item": course.items}[model].first()

    draft(row, owner, **values)
    publish_all(course, owner)

    row.refresh_from_db()
    assert {name: str(getattr(row, name)) for name in values} == {name: str(value) for name, value in values.items()}


def test_related_rows_are_drafted_by_their_ids(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    one = course.statements.create(key="S01", text="It was so.", verdict="confirmed", record="So.")

    keep(lesson, by=owner, now=NOW, links={"statements": [one.pk]})

    assert not lesson.statements.exists()
    assert list(standing(Lesson.objects.get(pk=lesson.pk)).statements.all()) == [one]
    publication = publish_all(course, owner)
    assert list(Lesson.objects.get(pk=lesson.pk).statements.all()) == [one]
    undo(publication, by=owner, now=LATER)
    assert not lesson.statements.exists()


def test_a_new_row_is_seen_once_it_is_published(course: Course, owner: User) -> None:
    term = GlossaryTerm(course=course, key="loan", term="Loan", definition="Money lent.")
    keep_new(term, by=owner, now=NOW)
    term.save()
    assert (term.is_retired, term.is_new) == (True, True)

    draft(term, owner, definition="Money that is lent.")

    term.refresh_from_db()
    assert term.definition == "Money that is lent.", "nobody sees it, so it is written at once"
    publish_all(course, owner)
    term.refresh_from_db()
    assert (term.is_retired, term.is_new, term.html) == (False, False, "Money that is lent.")


def test_a_new_person_is_found_in_no_lesson_before_being_published(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, body="## Section 1 {#section-1}\n\nAnna Petrova came.\n\n## Section 2 {#section-2}\n\nWent.\n")
    publish_all(course, owner)
    person = course.people.model(course=course, key="anna", name="Anna Petrova", side="Envoys", role="Envoy", text="-")
    keep_new(person, by=owner, now=NOW)
    person.save()

    draft(lesson, owner, title="Typed")
    publish(order_of(course, owner, f"courses.lesson:{lesson.pk}"), now=SOON)
    assert not person.lessons.exists()
    publish_all(course, owner)

    assert list(person.lessons.all()) == [lesson]


def test_a_new_row_that_a_file_brings_as_well_is_published_and_new_no_more(course: Course, owner: User) -> None:
    term = GlossaryTerm(course=course, key="loan", term="Loan", definition="Money lent.")
    keep_new(term, by=owner, now=NOW)
    term.save()
    GlossaryTerm.objects.update(is_retired=False, definition="From the file.")

    draft(GlossaryTerm.objects.get(), owner, definition="Typed.")

    assert GlossaryTerm.objects.get().definition == "From the file."
    [change] = changes_of(course)
    assert (change.is_new, change.fields) == (False, {"definition": ("From the file.", "Typed.")})


@pytest.mark.parametrize("is_new", [True, False])
def test_a_discarded_change_is_gone_and_a_new_row_with_it(course: Course, owner: User, is_new: bool) -> None:
    if is_new:
        lesson = Lesson(course=course, unit=course.units.get(), key="new", title="New", position=9)
        keep_new(lesson, by=owner, now=NOW)
        lesson.save()
    else:
        lesson = lesson_of(course)
        draft(lesson, owner, title="Another")

    discard(changes_of(course)[0])

    assert changes_of(course) == []
    assert Lesson.objects.filter(pk=lesson.pk).exists() is not is_new
    assert not Lesson.objects.filter(title="Another").exists()


# Words of questions.


def test_no_paper_gets_new_words_before_they_are_published(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    drafted = new_words(item, owner, stem="What came of it?")
    quiz = course.quizzes.get()

    before = make_attempt(quiz, make_user("early"))
    publish_all(course, owner)
    after = make_attempt(quiz, make_user("late"))

    stems = [attempt.responses.get(position=1).revision.spec.stem for attempt in (before, after)]
    assert stems == ["What happened?", "What came of it?"]
    drafted.refresh_from_db()
    assert (drafted.is_draft, drafted.is_current) == (False, True)


def test_drafting_again_rewrites_the_draft_and_going_back_ends_it(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    first = new_words(item, owner, stem="One?")
    second = new_words(item, owner, stem="Two?")
    assert (first.pk, second.spec.stem, item.revisions.count()) == (second.pk, "Two?", 2)

    kept = new_words(item, owner)

    assert (kept.is_current, item.revisions.count()) == (True, 1)


def test_a_load_that_brings_new_words_leaves_the_draft_a_draft(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    drafted = new_words(item, owner, stem="Drafted?")
    make_attempt(course.quizzes.get(), make_user("student"))

    loaded = revise_item(item=item, spec=spec("single", key="quiz-1", stem="Loaded?"), editor=None, now=SOON)

    drafted.refresh_from_db()
    assert (loaded.is_current, loaded.number, drafted.is_draft) == (True, 3, True)
    [change] = changes_of(course)
    assert change.moved == {"body"}
    publish_all(course, owner)
    drafted.refresh_from_db()
    assert (drafted.is_current, drafted.number) == (True, 4), "the newest words have the highest number"


def test_words_may_name_what_a_draft_brings(course: Course, owner: User) -> None:
    item, lesson = course.items.get(key="quiz-1"), lesson_of(course)
    source = Source(course=course, key="new", csl={"id": "new", "type": "book", "title": "New"})
    keep_new(source, by=owner, now=NOW)
    source.save()
    draft(lesson, owner, body=f"{lesson.body}\n\n## Three {{#three}}\n\nMore.\n")
    named = item.revisions.get().spec.model_copy(update={"section": "lesson-1#three", "sources": ("new",)})

    assert missing_from(item, named) == []
    draft_item(item=item, spec=named, editor=owner, now=NOW)
    words = f"quizzes.itemrevision:{item.revisions.get(is_draft=True).pk}"
    page = publish_page(course, owner)
    assert set(page.needs[words]) == {f"courses.lesson:{lesson.pk}", f"courses.source:{source.pk}"}
    publish_all(course, owner)

    item.refresh_from_db()
    assert item.section.key == "three"
