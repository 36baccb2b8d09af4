"""Every course that is shipped loads into an empty database, and loads again unchanged."""

from __future__ import annotations

import time

import pytest

from courses.models import Course, Figure, Lesson
from quizzes.domain.base import InvalidAnswer
from quizzes.management.commands.load_content import shipped_folders
from quizzes.models import Item, ItemRevision, Quiz
from tests.content.sample import everything
from tests.make import answer_rightly, load, make_attempt, make_user, submit

FOLDERS = [pytest.param(folder, id=folder.name) for folder in shipped_folders()]


def test_a_course_is_shipped():
    assert "patron-stranger-balancer" in {folder.name for folder in shipped_folders()}


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_loads_into_an_empty_database_and_again_unchanged(folder, db):
    started = time.monotonic()
    first = load(folder)
    seconds = time.monotonic() - started
    before = everything()

    second = load(folder)

    assert first.added
    assert (first.changed, first.retired, first.kept, first.notes) == ([], [], [], [])
    assert second.is_empty
    assert sorted(second.unchanged) == sorted(first.added)
    assert everything() == before
    # Three times what is promised, since a machine that runs tests has other work too.
    assert seconds < 3 * (3 + 0.2 * Figure.objects.count())


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_shipped_question_can_be_answered_rightly_and_explains_itself(folder, db):
    load(folder)
    for revision in ItemRevision.objects.current():
        spec = revision.spec
        assert spec.mark(spec.clean(spec.right_answer())) == 1
        assert all(row.feedback for row in spec.review(None))
        with pytest.raises(InvalidAnswer):
            spec.clean([["neither"]])


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_shipped_quiz_can_be_sat(folder, db):
    load(folder)
    student = make_user()
    quizzes = list(Quiz.objects.current())
    for quiz in quizzes:
        attempt = make_attempt(quiz, student)
        answer_rightly(attempt)
        submitted = submit(attempt)
        assert submitted.score == submitted.max_score
    assert quizzes


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_written_lesson_is_whole(folder, db):
    load(folder)
    course = Course.objects.get()
    written = Lesson.objects.current().filter(course=course).written()
    placed = {
        part["check"]
        for lesson in written
        for section in lesson.sections.all()
        for part in section.parts
        if "check" in part
    }

    assert written.exists()
    assert placed == set(Item.objects.current().checks().values_list("key", flat=True))
    assert all(lesson.notes[0]["entries"] for lesson in written)
