"""Practising what was missed: drawn from a student's own misses, an attempt like any other, and nobody's grade."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from classes.gradebook.book import book_of, grades_of
from courses.models import Course
from quizzes.content.dump import dump_course
from quizzes.errors import NothingMissed
from quizzes.models import Attempt, Item, Quiz, WorkStanding
from quizzes.services.authoring import revise_item
from quizzes.services.practice import MOST, Scope, misses_of, start_practice
from quizzes.services.standing import rebuild
from tests.make import (
    LATER,
    NOW,
    ask_hint,
    body,
    check,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_user,
    quiz_file,
    submit,
)

RIGHT, WRONG = "dollars", "roubles"
CLOSES = {"practice": False, "review": "after_close", "closes": "2026-06-01T00:00:00Z"}
DAY = timedelta(days=1)


def singles(*names, **fields):
    return [body("single", key=name, **fields) for name in names]


def numbered(count):
    return singles(*(f"m{n}" for n in range(count)))


def course_of(key, *quizzes):
    return make_course(key=key, lessons=1, sections=1, quizzes=quizzes)


@pytest.fixture
def course(db) -> Course:
    """Two practice quizzes on two objectives, a graded quiz, and an exam with reserved questions."""
    strata = {"bank": "reserved", "strata": [{"take": 1}]}
    exam = quiz_file(key="exam", items=[], reserved=singles("secret-1"), draw=strata, **CLOSES)
    return make_course(
        lessons=2,
        sections=1,
        quizzes=[
            quiz_file(key="first", items=singles("a1", "a2", "a3")),
            quiz_file(key="second", lesson="lesson-2", items=singles("b1", "b2", objective="objective-2")),
            quiz_file(key="graded", items=singles("g1", "g2"), practice=False),
            exam,
        ],
    )


def sit(course, student, key, *answers, at=NOW):
    """Take a quiz with these answers in the order of its paper, and return the attempt."""
    attempt = make_attempt(course.quizzes.get(key=key), student, now=at)
    for position, answer in enumerate(answers, start=1):
        if answer is not None:
            give(attempt, answer, position=position, now=at)
    return submit(attempt, now=at + timedelta(minutes=5))


def keys(attempt):
    return list(attempt.responses.order_by("position").values_list("revision__item__key", flat=True))


def play(attempt, *, wrong=(), at=LATER):
    """Answer a round of practice, all right but these, and submit it."""
    for response in attempt.responses.select_related("revision__item"):
        give(attempt, WRONG if response.revision.item.key in wrong else RIGHT, position=response.position, now=at)
        check(attempt, position=response.position, now=at)
    return submit(attempt, now=at)


def start(course, student, *, at=LATER, **scope):
    return start_practice(course=course, student=student, scope=Scope(**scope), now=at)


def left(course, student, at=LATER):
    missed = misses_of(student, course.pk, now=at).left
    found = dict(Item.objects.values_list("pk", "key"))
    return {found[each.item]: each.rights for each in missed}


def test_what_was_missed_is_drawn_after_another_question_on_the_objective(course, student):
    sit(course, student, "first", WRONG, RIGHT, RIGHT)

    attempt = start(course, student)

    assert keys(attempt)[-1] == "a1"
    assert keys(attempt)[0] in {"a2", "a3"}
    assert (len(keys(attempt)), attempt.max_score, attempt.assignment) == (2, 2, None)


def test_it_ends_when_each_was_right_twice(course, student):
    sit(course, student, "first", WRONG, WRONG, RIGHT)
    at = LATER

    play(start(course, student, at=at), wrong={"a2"}, at=at)
    assert left(course, student) == {"a1": 1, "a2": 0}
    play(start(course, student, at=at + DAY), at=at + DAY)
    assert left(course, student) == {"a2": 1}
    play(start(course, student, at=at + 2 * DAY), at=at + 2 * DAY)

    assert left(course, student) == {}
    with pytest.raises(NothingMissed):
        start(course, student, at=at + 3 * DAY)


def test_the_newest_published_words_are_asked(course, student):
    sit(course, student, "first", WRONG, RIGHT, RIGHT)
    first = Item.objects.get(key="a1").revisions.get()
    assert first.is_issued

    spec = first.spec.model_copy(update={"stem": "What happened then?"})
    revise_item(item=first.item, spec=spec, editor=None, now=NOW)
    attempt = start(course, student)

    asked = attempt.responses.get(revision__item__key="a1").revision
    assert (asked.number, asked.spec.stem) == (2, "What happened then?")


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        ({}, {"a1", "b2"}),
        ({"objective": "objective-2"}, {"b2"}),
        ({"lesson": "lesson-1"}, {"a1"}),
        ({"result": "first"}, {"a1"}),
    ],
)
def test_one_may_practise_a_result_an_objective_or_a_lesson(course, student, scope, found):
    sat = sit(course, student, "first", WRONG, RIGHT, RIGHT)
    sit(course, student, "second", RIGHT, WRONG)

    attempt = start(course, student, **{**scope, **({"result": sat.pk} if "result" in scope else {})})

    assert set(keys(attempt)) & {"a1", "b2"} == found


def test_a_round_has_an_end(course, student):
    with_many = course_of("long", quiz_file(items=numbered(MOST + 5)))
    sit(with_many, student, "quiz")

    attempt = start(with_many, student)

    assert attempt.responses.count() == MOST


def test_a_hint_or_doubt_is_a_miss_and_a_blank_in_practice_is_not(course, student):
    items = singles("h1", "h2", hints=["Think."])
    hinted = quiz_file(key="hinted", items=items, behaviour="practice", confidence="ask")
    with_hints = course_of("hints", hinted)
    attempt = make_attempt(with_hints.quizzes.get(), student)
    ask_hint(attempt)
    give(attempt, RIGHT, confidence=3)
    give(attempt, RIGHT, position=2, confidence=1)
    submit(attempt)

    assert left(with_hints, student) == {"h1": 0, "h2": 0}
    submit(start(with_hints, student), now=LATER)
    assert left(with_hints, student) == {"h1": 0, "h2": 0}


def test_starting_again_submits_the_open_round(course, student):
    sit(course, student, "first", WRONG, RIGHT, RIGHT)
    before = start(course, student)
    at = before.responses.get(revision__item__key="a1").position
    give(before, RIGHT, position=at, now=LATER)

    after = start(course, student, at=LATER + DAY)

    before.refresh_from_db()
    assert (before.state, after.state, after.number) == ("submitted", "open", 2)
    assert left(course, student) == {"a1": 1}


def test_an_exam_adds_nothing_before_it_has_closed(course, student):
    sit(course, student, "first", WRONG, RIGHT, RIGHT)
    before = left(course, student)
    start(course, student)

    sit(course, student, "exam", WRONG, at=LATER)

    assert left(course, student, at=LATER + DAY) == before
    assert set(keys(start(course, student, at=LATER + DAY))) < {"a1", "a2", "a3"}


def test_reserved_questions_are_never_practised(course, student):
    sit(course, student, "exam", WRONG)
    after_close = NOW + 200 * DAY

    assert left(course, student, at=after_close) == {}
    with pytest.raises(NothingMissed):
        start(course, student, at=after_close)


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_paper_that_keeps_its_keys_back_gives_no_practice_yet(db, student, is_closed):
    test = quiz_file(key="test", items=singles("t1", "t2"), **CLOSES)
    made = course_of("kept", test)
    sit(made, student, "test", WRONG, RIGHT)

    at = NOW + (200 * DAY if is_closed else DAY)

    assert left(made, student, at=at) == ({"t1": 0} if is_closed else {})


def test_a_question_waits_while_it_is_on_a_paper_that_is_open(db, student):
    bank = quiz_file(key="bank", items=singles("q1"))
    test = quiz_file(key="test", items=[], draw={"bank": "open", "strata": [{"take": 1}]}, **CLOSES)
    made = course_of("twice", bank, test)
    sit(made, student, "bank", WRONG)
    assert left(made, student) == {"q1": 0}

    attempt = make_attempt(made.quizzes.get(key="test"), student, now=LATER)
    assert left(made, student) == {}
    submit(attempt, now=LATER)

    assert left(made, student) == {}


def test_graded_questions_that_were_never_met_are_not_told_in_practice(course, student):
    sit(course, student, "first", WRONG, WRONG, WRONG)

    for at in range(5):
        attempt = play(start(course, student, at=LATER + at * DAY), wrong={"a1", "a2", "a3"}, at=LATER + at * DAY)
        assert not {"g1", "g2"} & set(keys(attempt))


def test_no_class_sees_practice_or_counts_it(course, student, instructor):
    cohort = make_cohort(course, instructor=instructor, students=[student])
    sit(course, student, "first", WRONG, RIGHT, RIGHT)
    standings = list(WorkStanding.objects.order_by("pk").values("quiz", "share", "sittings", "state"))
    places = list(cohort.enrolments.filter(user=student))
    grades = repr(grades_of(book_of(cohort), places, now=LATER))

    round_ = play(start(course, student))

    assert list(WorkStanding.objects.order_by("pk").values("quiz", "share", "sittings", "state")) == standings
    assert rebuild(cohort) == 0
    assert round_ not in Attempt.objects.of_class(cohort)
    assert round_ not in Attempt.objects.seen_by(instructor)
    assert round_ not in Attempt.objects.visible_to(instructor)
    assert round_ in Attempt.objects.visible_to(student)
    assert repr(grades_of(book_of(cohort), places, now=LATER)) == grades


def test_the_quiz_that_holds_practice_is_in_no_list_and_no_file(course, student):
    sit(course, student, "first", WRONG, RIGHT, RIGHT)
    start(course, student)
    quiz = Quiz.objects.get(is_for_practice=True)

    assert quiz not in Quiz.objects.current()
    assert not any("practice" in path for path in dump_course(course).texts)


@pytest.mark.parametrize("size", [1, 20])
def test_what_was_missed_costs_the_same_at_any_length(db, student, django_assert_num_queries, size):
    made = course_of("sized", quiz_file(items=numbered(size)))
    sit(made, student, "quiz")

    with django_assert_num_queries(2):
        assert len(misses_of(student, made.pk, now=LATER).left) == size


def test_other_students_misses_are_theirs(course, student):
    sit(course, make_user("other"), "first", WRONG, WRONG, WRONG)

    assert left(course, student) == {}
    assert Decimal(0) == sum(Attempt.objects.of(student).values_list("max_score", flat=True))
