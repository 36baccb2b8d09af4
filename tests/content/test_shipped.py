"""Every course that is shipped loads into an empty database, and loads again unchanged."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from courses.models import Course, Lesson
from quizzes.content.folder import read_folder
from quizzes.domain.base import InvalidAnswer
from quizzes.domain.behaviour import Behaviour
from quizzes.domain.certainty import Certainty, Confidence
from quizzes.domain.rubric import HumanMarked
from quizzes.management.commands.load_content import shipped_folders
from quizzes.models import Item, ItemRevision, Quiz
from quizzes.services.grading import mark_by_hand
from tests.content.sample import everything
from tests.kinds import FIRST_FIFTEEN
from tests.make import LATER, answer_rightly, load, make_attempt, make_user, submit

FOLDERS = [pytest.param(folder, id=folder.name) for folder in shipped_folders()]


def test_a_course_is_shipped():
    assert "patron-stranger-balancer" in {folder.name for folder in shipped_folders()}


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_loads_into_an_empty_database_and_again_unchanged(folder, db):
    first = load(folder)
    before = everything()

    second = load(folder)

    assert first.added
    assert (first.changed, first.retired, first.kept, first.notes) == ([], [], [], [])
    assert second.is_empty
    assert sorted(second.unchanged) == sorted(first.added)
    assert everything() == before


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_shipped_question_can_be_answered_rightly_and_explains_itself(folder, db):
    load(folder)
    for revision in ItemRevision.objects.current():
        spec = revision.spec
        answer = spec.clean(spec.right_answer())
        if isinstance(spec, HumanMarked):
            assert spec.rubric.share(spec.rubric.top()) == 1
        else:
            assert spec.mark(answer) == 1
        assert all(row.feedback for row in spec.review(None))
        with pytest.raises(InvalidAnswer):
            spec.clean([["neither"]])


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_shipped_ordering_question_pays_for_what_is_no_order(folder, db):
    load(folder)
    specs = [revision.spec for revision in ItemRevision.objects.current() if revision.spec.kind == "ordering"]

    for spec in specs:
        keys, places = list(spec.entries), range(1, len(spec.entries) + 1)
        nonsense = [
            *(dict.fromkeys(keys, place) for place in places),  # all in one place
            *({key: place} for key in keys for place in places),  # one placed
            dict(zip(keys, reversed(places), strict=True)),  # exactly reversed
        ]
        earned = {spec.share_of(spec.clean(answer)) for answer in [None, {}, *nonsense]}
        assert earned == {0}, spec.key
        assert spec.guess_share() <= Decimal("0.35"), spec.key
        assert (len(keys) <= 6, spec.points) == (True, 1), spec.key
    assert specs


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_shipped_quiz_can_be_sat(folder, db):
    load(folder)
    student, marker = make_user(), make_user("marker")
    quizzes = list(Quiz.objects.current())
    for quiz in quizzes:
        attempt = make_attempt(quiz, student)
        answer_rightly(attempt)
        if quiz.is_certainty_marked:
            attempt.responses.update(confidence=Certainty.HIGH)
        waiting = [each for each in attempt.responses.select_related("revision") if each.revision.spec.is_human_marked]
        submitted = submit(attempt)
        assert submitted.unmarked_count == len(waiting)
        for response in waiting:
            levels = response.revision.spec.rubric.top()
            mark_by_hand(response=response, levels=levels, comment="", marker=marker, now=LATER)
        submitted.refresh_from_db()
        assert (submitted.score, submitted.unmarked_count) == (submitted.max_score, 0)
    assert quizzes


def test_the_course_uses_each_kind_behaviour_and_way_of_sitting(db):
    load(next(folder for folder in shipped_folders() if folder.name == "patron-stranger-balancer"))
    quizzes = list(Quiz.objects.current())

    assert {revision.body["kind"] for revision in ItemRevision.objects.current()} >= FIRST_FIFTEEN
    assert {quiz.behaviour for quiz in quizzes} == set(Behaviour)
    assert {quiz.confidence_rule for quiz in quizzes} == set(Confidence)
    assert {quiz.layout for quiz in quizzes} == set(Quiz.Layout)
    assert {quiz.navigation for quiz in quizzes} == set(Quiz.Navigation)
    assert any(quiz.minutes for quiz in quizzes)
    assert any(quiz.draw for quiz in quizzes)


def test_the_course_is_as_large_as_it_says(db):
    load(next(folder for folder in shipped_folders() if folder.name == "patron-stranger-balancer"))
    course = Course.objects.get()
    lessons = list(Lesson.objects.current().written())
    counts = Counter(Item.objects.current().questions().values_list("quiz__lesson", flat=True))

    assert len(lessons) == 19
    assert all(counts[lesson.pk] >= 10 for lesson in lessons)
    assert sum(counts.values()) >= 220
    assert course.terms.count() >= 90
    assert course.events.count() >= 120
    assert course.sources.count() >= 100
    assert {statement.items.count() >= 2 for statement in course.statements.all()} == {True}


@pytest.fixture(scope="module")
def lesson_quizzes():
    """Return the quizzes of the shipped course that belong to a lesson."""
    folder = read_folder(next(each for each in shipped_folders() if each.name == "patron-stranger-balancer"))
    return [read.spec for read in folder.quizzes if read.spec.lesson]


def test_a_person_grades_at_most_a_quarter_of_a_lesson_quiz(lesson_quizzes):
    shares = {
        quiz.quiz: sum(item.points for item in quiz.items if item.is_human_marked)
        / sum(item.points for item in quiz.items)
        for quiz in lesson_quizzes
    }

    assert {key: share for key, share in shares.items() if share > Decimal("0.25")} == {}


def test_a_lesson_quiz_begins_with_two_easy_questions_and_grows_harder(lesson_quizzes):
    for quiz in lesson_quizzes:
        steps = [item.difficulty for item in quiz.items]
        third = len(steps) // 3
        assert steps[:2] == [1, 1], quiz.quiz
        assert quiz.items[0].kind != "ordering", quiz.quiz
        assert sum(steps[:third]) < sum(steps[-third:]), quiz.quiz


def test_judging_earns_more_than_recall(lesson_quizzes):
    judged = [item for quiz in lesson_quizzes for item in quiz.items if item.level in ("analyse", "evaluate", "create")]
    recalled = [
        item for quiz in lesson_quizzes for item in quiz.items if item.level == "remember" and item.kind == "single"
    ]

    assert min(item.points for item in judged) >= 2
    assert {item.points for item in recalled} == {1}


def test_no_two_written_questions_share_a_rubric(lesson_quizzes):
    written = [item for quiz in lesson_quizzes for item in (*quiz.items, *quiz.reserved) if item.is_human_marked]

    assert len({str(item.rubric) for item in written}) == len(written) >= 40


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
