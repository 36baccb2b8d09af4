"""What is kept for mastery, and what counts: nothing a student may not see, nothing that an edit could move."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.urls import reverse

from courses.models import Course, LearningObjective
from quizzes.domain.mastery import Answered, State, first_tries, mastery_of
from quizzes.models import Attempt, CheckAnswer, Item, ItemResponse, ItemRevision, Quiz
from quizzes.reports.progress import ProgressPage, progress_page
from quizzes.services.authoring import revise_item
from quizzes.services.guests import adopt_guest_work, forget_guests
from quizzes.services.mastery import keep_check_answer, sizes_of
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    ask_hint,
    assign_quiz,
    body,
    browser_of,
    check,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_guest,
    make_user,
    quiz_file,
    rekeyed,
    submit,
    try_out,
)

DAY = timedelta(days=1)
SOON = LATER + DAY


def course_with(**settings: Any) -> Course:
    """Return a course with three questions and a check on one objective, and a second objective without any."""
    items = [body("single", key=f"q{at}") for at in range(3)]
    quiz = quiz_file(items=items, checks=[body("single", key="check-1")], **settings)
    return make_course(lessons=2, sections=1, quizzes=[quiz])


def page_of(student: User, *, now: Any = SOON) -> ProgressPage:
    return progress_page(Course.objects.get(), student, now=now)


def shares(student: User, *, now: Any = SOON) -> list[Decimal]:
    """Return what each answer that counts is worth on the only objective with answers; nothing without any."""
    lines = page_of(student, now=now).objectives
    return [answered.share for answered in lines[0].counted] if lines else []


def sit(student: User, *answers: str | None, at: Any = NOW) -> Attempt:
    """Take the quiz: "dollars" is right; nothing leaves a question blank."""
    attempt = make_attempt(Quiz.objects.get(), student, now=at)
    for position, answer in enumerate(answers, start=1):
        if answer is not None:
            give(attempt, answer, position=position, now=at + timedelta(minutes=position))
    return submit(attempt, now=at + timedelta(hours=1))


def wrong_answer() -> str:
    spec = ItemRevision.objects.get(item__key="q0", number=1).spec
    return str(spec.wrong_answer(random.Random(1)))


def test_answers_of_a_submitted_attempt_count_and_blanks_do_not(db: None, student: User) -> None:
    course_with()
    sit(student, "dollars", wrong_answer(), None)

    assert shares(student) == [1, 0]


def test_an_open_attempt_counts_nothing(db: None, student: User) -> None:
    course_with()
    answer_rightly(make_attempt(Quiz.objects.get(), student))

    assert shares(student) == []


def test_a_second_attempt_on_the_same_day_counts_nothing_and_one_on_the_next_does(db: None, student: User) -> None:
    course_with()
    sit(student, wrong_answer())
    sit(student, "dollars", at=NOW + timedelta(hours=2))
    assert shares(student) == [0]

    sit(student, "dollars", at=NOW + DAY)
    assert shares(student, now=SOON + DAY) == [0, 1]


def test_every_answer_leads_to_where_it_was_given(db: None, student: User) -> None:
    course_with()
    attempt = sit(student, "dollars")
    [line] = page_of(student).objectives

    assert [each.address for each in line.evidence] == [reverse("quizzes:result", args=[attempt.pk]) + "#question-1"]
    assert line.evidence[0].words
    assert browser_of(student).get(line.evidence[0].address).status_code == 200


def test_of_several_tries_the_first_counts_by_what_it_was_worth(db: None, student: User) -> None:
    course_with(behaviour="adaptive")
    attempt = make_attempt(Quiz.objects.get(), student)
    try_out(attempt, wrong_answer(), "dollars", position=1)
    try_out(attempt, "dollars", position=2)
    submit(attempt)

    assert sorted(shares(student)) == [0, 1]


def test_an_answer_after_a_hint_counts_as_not_right(db: None, student: User) -> None:
    items = [body("single", key="q0", hints=["It is money."]), body("single", key="q1")]
    make_course(lessons=1, sections=1, quizzes=[quiz_file(items=items, behaviour="adaptive")])
    attempt = make_attempt(Quiz.objects.get(), student)
    ask_hint(attempt)
    give(attempt, "dollars")
    check(attempt)
    give(attempt, "dollars", position=2)
    submit(attempt)

    assert sorted(shares(student)) == [0, 1]


@pytest.mark.parametrize("level", [1, 2, 3])
def test_how_sure_a_student_was_does_not_matter(db: None, student: User, level: int) -> None:
    course_with(confidence="certainty")
    attempt = make_attempt(Quiz.objects.get(), student)
    give(attempt, "dollars", position=1, confidence=level)
    give(attempt, wrong_answer(), position=2, confidence=level)
    submit(attempt)

    assert sorted(shares(student)) == [0, 1]


CLOSES = NOW + 10 * DAY
HIDDEN = {"review": "after_close", "practice": False}


@pytest.mark.parametrize(
    ("fields", "before", "after"),
    [
        ({**HIDDEN, "closes": CLOSES.isoformat()}, [], [1]),
        ({**HIDDEN}, [], []),  # no close: it never opens
        ({"review": {"marks": []}}, [], []),  # right or wrong is shown, what it earned is not
        ({"review": {"correctness": []}}, [], []),
        ({"review": {"correctness": ["after"], "marks": ["after"]}}, [], []),  # for two minutes only
        ({}, [1], [1]),
    ],
)
def test_an_answer_counts_once_its_marks_are_shown(
    db: None, student: User, fields: dict[str, Any], before: list[int], after: list[int]
) -> None:
    course_with(**fields)
    sit(student, "dollars")

    assert shares(student) == before
    assert shares(student, now=CLOSES + DAY) == after


def test_the_close_that_counts_is_that_of_the_class(db: None, student: User) -> None:
    course = course_with(**HIDDEN)
    teacher = make_user("teacher")
    cohort = make_cohort(course, instructor=teacher)
    enrol(student, cohort)
    assign_quiz(cohort, Quiz.objects.get(), actor=teacher, closes_at=CLOSES)
    sit(student, "dollars")

    assert shares(student) == []
    assert shares(student, now=CLOSES + DAY) == [1]


def test_a_response_keeps_its_objective_whatever_becomes_of_the_question(db: None, student: User) -> None:
    course_with()
    sit(student, "dollars", "dollars", "dollars")
    [before] = page_of(student).objectives
    other = LearningObjective.objects.get(key="objective-2")

    Item.objects.filter(key="q0").update(objective=other)
    rekeyed(ItemRevision.objects.get(item__key="q1", is_current=True), "roubles")
    Item.objects.filter(key="q2").update(is_retired=True)
    [after] = page_of(student).objectives

    assert after.objective == before.objective
    assert after.mastery == before.mastery


def test_a_check_counts_by_the_first_answer_of_each_day(db: None, student: User) -> None:
    course_with()
    revision = checked_revision()
    for hours, answer in ((0, wrong_answer()), (1, "dollars"), (25, "dollars")):
        keep_check_answer(student=student, revision=revision, answer=answer, now=NOW + timedelta(hours=hours))

    assert CheckAnswer.objects.count() == 2
    assert shares(student, now=SOON + DAY) == [0, 1]


def checked_revision() -> ItemRevision:
    found = ItemRevision.objects.select_related("item__section__lesson__course")
    return found.get(item__key="check-1", is_current=True)


def test_a_check_that_was_answered_keeps_its_words_in_a_version_of_its_own(db: None, student: User) -> None:
    course_with()
    revision = checked_revision()
    keep_check_answer(student=student, revision=revision, answer="dollars", now=NOW)
    changed = revision.spec.model_copy(update={"stem": "Asked in other words?"})

    newer = revise_item(item=revision.item, spec=changed, editor=None, now=LATER)

    assert newer.pk != revision.pk
    assert shares(student) == [1]


def test_answering_a_check_in_a_lesson_keeps_it_and_a_blank_is_nothing(db: None, student: User) -> None:
    course = course_with()
    browser = browser_of(student)
    address = reverse("quizzes:check", args=[course.key, "check-1"])
    browser.post(address, {})
    assert not CheckAnswer.objects.exists()

    browser.post(address, {"check-1": "1"})

    [row] = CheckAnswer.objects.all()
    assert (row.student, row.objective.key, row.objective_size) == (student, "objective-1", 4)


def test_what_a_person_would_mark_is_not_kept(db: None, student: User) -> None:
    make_course(lessons=1, sections=1, quizzes=[quiz_file(items=1, checks=[body("essay", key="check-1")])])
    keep_check_answer(student=student, revision=checked_revision(), answer="It lapsed.", now=NOW)

    assert not CheckAnswer.objects.exists()


def test_checks_a_guest_answered_go_with_the_work_and_the_own_answer_of_a_day_stays(db: None, student: User) -> None:
    course_with()
    guest, revision = make_guest(), checked_revision()
    keep_check_answer(student=student, revision=revision, answer="dollars", now=NOW)
    for hours in (1, 25):
        keep_check_answer(student=guest, revision=revision, answer=wrong_answer(), now=NOW + timedelta(hours=hours))

    adopt_guest_work(guest=guest, user=student, now=SOON)

    assert shares(student, now=SOON + DAY) == [1, 0]


def test_a_guest_who_answered_a_check_lately_is_not_forgotten(db: None) -> None:
    course_with()
    for days in (0, 40):
        keep_check_answer(
            student=make_guest(), revision=checked_revision(), answer="dollars", now=NOW + timedelta(days=36_500 + days)
        )

    assert forget_guests(before=NOW + timedelta(days=36_520)) == 1


def test_the_number_of_questions_is_that_of_when_it_was_asked(db: None, student: User) -> None:
    course = course_with()
    assert dict(sizes_of(course)) == {LearningObjective.objects.get(key="objective-1").pk: 4}
    sit(student, "dollars")

    assert set(ItemResponse.objects.values_list("objective__key", "objective_size")) == {("objective-1", 4)}


def test_the_upgrade_gives_each_response_the_objective_of_its_version(db: None, student: User) -> None:
    course_with()
    sit(student, "dollars", "dollars")
    other = LearningObjective.objects.get(key="objective-2")
    ItemResponse.objects.update(objective=other, objective_size=0)
    Item.objects.filter(key="q0").update(objective=other)  # its version still names the first

    import_module("quizzes.migrations.0024_objectives_of_answers").fill(apps, None)

    assert set(ItemResponse.objects.values_list("objective__key", "objective_size")) == {("objective-1", 3)}


def test_what_is_shown_is_what_a_recount_of_the_responses_gives(db: None, student: User) -> None:
    """Random histories of quizzes and checks, with edits between: the same as worked out from the rows by hand."""
    course_with()
    rng = random.Random(5)
    best: dict[int, State] = {}
    for day in range(12):
        sit(student, *rng.choices(["dollars", wrong_answer(), None], k=3), at=NOW + day * DAY)
        if rng.random() < 0.5:
            keep_check_answer(
                student=student, revision=checked_revision(), answer=rng.choice(["dollars", wrong_answer()]),
                now=NOW + day * DAY + timedelta(hours=rng.randrange(9)),
            )  # fmt: skip
        now = NOW + (day + 1) * DAY
        before = page_of(student, now=now)
        edit(rng)
        after = page_of(student, now=now)

        assert [line.mastery for line in after.objectives] == [line.mastery for line in before.objectives]
        for line in after.objectives:
            assert line.mastery == mastery_of(first_tries(by_hand(student, line.objective)))
            best[line.objective.pk] = line.mastery.state
    assert best


def by_hand(student: User, objective: LearningObjective) -> list[Answered]:
    """Return the answers on an objective straight from the rows."""
    rows = ItemResponse.objects.filter(attempt__student=student, objective=objective, answer__isnull=False)
    checks = CheckAnswer.objects.filter(student=student, objective=objective)
    return [Answered(row.revision.item_id, row.answered_at, row.share, row.objective_size) for row in (*rows, *checks)]


def edit(rng: random.Random) -> None:
    """Change something of the course: a key, an objective, what is asked."""
    item = rng.choice(list(Item.objects.filter(key__startswith="q")))
    match rng.randrange(3):
        case 0:
            item.objective = rng.choice(list(LearningObjective.objects.all()))
            item.save()
        case 1:
            rekeyed(item.revisions.get(is_current=True), rng.choice(["dollars", "roubles"]))
            rekeyed(item.revisions.get(is_current=True), "dollars")
        case 2:
            LearningObjective.objects.filter(pk=item.objective_id).update(text=f"Say it, {rng.random()}.")
