"""A publication is taken back in one step; a new key regrades with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from courses.models import Course, CourseRole, GlossaryTerm
from courses.services.drafts import keep_new
from quizzes.domain.change_classes import ChangeClass
from quizzes.errors import MarksMoved
from quizzes.models import Attempt, Regrade
from quizzes.reports.publishing import publish_page
from quizzes.services.authoring import revise_item
from quizzes.services.publishing import WantedRegrade, publish
from quizzes.services.regrading import preview_regrade, undo_regrade
from quizzes.services.unpublishing import undo
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    give,
    make_attempt,
    make_cohort,
    make_quiz,
    make_user,
    spec,
    submit,
)
from tests.quizzes.drafting import (
    SOON,
    draft,
    everything,
    lesson_of,
    new_words,
    order_of,
    other_key,
    owned_course,
    publish_all,
)


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def course(owner: User) -> Course:
    return owned_course(owner)


# Undoing.


def test_undo_shows_what_was_shown_before_and_keeps_the_rest_as_a_draft(course: Course, owner: User) -> None:
    lesson, item = lesson_of(course), course.items.get(key="quiz-1")
    draft(lesson, owner, title="Typed", body="## Fresh {#fresh}\n\nNew.\n")
    new_words(item, owner, stem="Typed?")
    shown = [list(lesson.sections.filter(is_retired=False).values("key", "parts"))]
    publication = publish_all(course, owner)

    assert undo(publication, by=owner, now=LATER) == []

    lesson.refresh_from_db()
    publication.refresh_from_db()
    assert lesson.title == "Title of lesson-1"
    assert [list(lesson.sections.filter(is_retired=False).values("key", "parts"))] == shown
    assert item.revisions.get(is_current=True).spec.stem == "What happened?"
    assert item.revisions.get(is_draft=True).spec.stem == "Typed?"
    assert (publication.state, publication.undone_by) == ("undone", owner)
    publish_all(course, owner)
    assert lesson_of(course).title == "Typed"


def test_undo_twice_is_undo_once(course: Course, owner: User) -> None:
    draft(lesson_of(course), owner, title="Typed")
    publication = publish_all(course, owner)
    undo(publication, by=owner, now=LATER)
    before = everything(course)

    assert undo(publication, by=owner, now=LATER + timedelta(hours=1)) == []

    assert everything(course) == before


def test_what_is_newer_stays_field_by_field(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="First", summary="First.")
    first = publish_all(course, owner)
    draft(lesson, owner, title="Second")
    publish_all(course, owner)

    stays = undo(first, by=owner, now=LATER)

    lesson.refresh_from_db()
    assert [(each.name, each.field) for each in stays] == [("1.1 Title of lesson-1", "title")]
    assert (lesson.title, lesson.summary) == ("Second", "What it is about.")


def test_a_draft_begun_since_survives_an_undo(course: Course, owner: User) -> None:
    lesson = lesson_of(course)
    draft(lesson, owner, title="Published")
    publication = publish_all(course, owner)
    draft(lesson, owner, title="Begun since")

    undo(publication, by=owner, now=LATER)

    lesson.refresh_from_db()
    assert (lesson.title, lesson.draft["title"]) == (
        "Title of lesson-1",
        {"base": "Title of lesson-1", "value": "Begun since"},
    )


def test_a_new_row_is_new_again_after_an_undo(course: Course, owner: User) -> None:
    term = GlossaryTerm(course=course, key="loan", term="Loan", definition="Money lent.")
    keep_new(term, by=owner, now=NOW)
    term.save()
    publication = publish_all(course, owner)

    undo(publication, by=owner, now=LATER)

    term.refresh_from_db()
    assert (term.is_retired, term.is_new) == (True, True)


@pytest.mark.parametrize("is_issued", [True, False])
def test_undone_words_stay_on_the_papers_that_hold_them(course: Course, owner: User, is_issued: bool) -> None:
    item, quiz = course.items.get(key="quiz-1"), course.quizzes.get()
    new_words(item, owner, stem="Typed?")
    publication = publish_all(course, owner)
    held = make_attempt(quiz, make_user("between")) if is_issued else None

    undo(publication, by=owner, now=LATER)

    later = make_attempt(quiz, make_user("later"))
    assert later.responses.get(position=1).revision.spec.stem == "What happened?"
    if held is not None:
        assert held.responses.get(position=1).revision.spec.stem == "Typed?"
    assert item.revisions.get(is_draft=True).spec.stem == "Typed?"
    assert item.revisions.count() == (3 if is_issued else 2)


def test_words_loaded_since_stand_in_the_way_of_an_undo(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    new_words(item, owner, stem="Typed?")
    publication = publish_all(course, owner)
    revise_item(item=item, spec=spec("single", key="quiz-1", stem="Loaded?"), editor=None, now=LATER)

    [stays] = undo(publication, by=owner, now=LATER)

    assert (stays.name, stays.field) == ("quiz-1 r2", "body")
    assert item.revisions.get(is_current=True).spec.stem == "Loaded?"


# A new key.


def test_a_key_changed_on_a_question_with_forty_answers(owner: User) -> None:
    """The page says so before; the regrade is previewed, made with the publication, and undone."""
    quiz = make_quiz(items=1, kinds=["single"])
    course, item = quiz.course, quiz.items.get()
    CourseRole.objects.create(course=course, user=owner, role=CourseRole.Role.OWNER)
    right = item.revisions.get().spec.right_answer()
    wrong = next(key for key in item.revisions.get().spec.options if key != right)
    cohort = make_cohort(course, students=[make_user(f"s{at}") for at in range(40)])
    for at, place in enumerate(cohort.enrolments.order_by("pk")):
        attempt = make_attempt(quiz, place.user)
        give(attempt, wrong if at < 10 else right)
        submit(attempt)
    drafted = other_key(item, owner, wrong)

    [line] = publish_page(course, owner).lines
    assert (line.change_class, line.affected.finished) == (ChangeClass.SCORING, 40)
    assert line.offer is not None
    both = next(each for each in line.offer.choices if each.fix == "both_keys").everywhere
    assert both is not None
    assert (both.up, both.down, both.same) == (10, 0, 30)
    wanted = WantedRegrade(
        line.offer.regrade(Regrade.Fix.BOTH_KEYS, actor=owner, reason="Key."), None, both.fingerprint
    )
    done = publish(order_of(course, owner, note="Key."), now=SOON, regrades=[wanted])

    assert [len(each.changed) for each in done.regrades] == [10]
    assert set(Attempt.objects.values_list("score", flat=True)) == {1}
    regrade = Regrade.objects.get()
    assert (regrade.new_revision, done.publication.changes[0]["regrade"]) == (drafted, regrade.pk)
    undo(done.publication, by=owner, now=LATER)
    assert item.revisions.get(is_current=True).spec.right_answer() == right
    assert set(Attempt.objects.values_list("score", flat=True)) == {1}, "marks stay until the regrade is undone"
    undo_regrade(regrade=regrade, actor=owner, reason="Undone.", now=LATER)
    assert sorted(Attempt.objects.values_list("score", flat=True)) == [0] * 10 + [1] * 30


def test_a_regrade_that_would_do_something_else_by_now_stops_the_publication(course: Course, owner: User) -> None:
    item = course.items.get(key="quiz-1")
    attempt = make_attempt(course.quizzes.get(), make_user("student"))
    answer_rightly(attempt)
    submit(attempt)
    drafted = other_key(
        item,
        owner,
        next(key for key, each in attempt.responses.get(position=1).revision.spec.options.items() if not each.correct),
    )
    regrade = Regrade(
        revision=item.revisions.get(is_current=True), fix="both_keys", new_revision=drafted, reason="Key.", actor=owner
    )
    before = everything(course)

    with pytest.raises(MarksMoved):
        publish(order_of(course, owner), now=SOON, regrades=[WantedRegrade(regrade, None, "another preview")])

    assert everything(course) == before
    assert not Regrade.objects.exists()
    assert preview_regrade(regrade).changed == []
