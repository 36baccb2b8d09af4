"""How a quiz is sat: when it may start, which attempt counts, what lateness costs, one way, layouts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from pydantic import ValidationError as SpecInvalid

from quizzes.domain.results import percent_shown
from quizzes.domain.specs import QuizSettings, QuizSpec
from quizzes.errors import NoAttemptsLeft, NotOpenYet, QuizClosed, WaitFirst, WrongPassword
from quizzes.models import Accommodation, Attempt, ItemResponse, Quiz, QuizOverride, SavedAnswer
from quizzes.models.settings import SETTINGS, columns_of
from quizzes.reports.start import start_page
from quizzes.reports.work import work_at
from quizzes.services.answers import move_on
from quizzes.services.attempts import start_attempt
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    assign_quiz,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_quiz,
    make_user,
    quiz_file,
    quiz_lines,
    submit,
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TICK = timedelta(microseconds=1)


def at(moment):
    """Write a moment as files do."""
    return moment.isoformat()


def finished(quiz, student, *, right=0, now=NOW):
    """Return a submitted attempt with so many right answers."""
    attempt = make_attempt(quiz, student, now=now)
    answer_rightly(attempt, count=right)
    return submit(attempt, now=now)


# Starting. Whatever refuses leaves nothing behind.


def assert_refused(error, quiz, student, *, now=NOW, **options):
    before = (Attempt.objects.count(), ItemResponse.objects.count())
    with pytest.raises(error):
        start_attempt(quiz=quiz, student=student, now=now, **options)
    assert (Attempt.objects.count(), ItemResponse.objects.count()) == before


def test_a_quiz_starts_from_its_opening_until_just_before_its_close(db, student):
    quiz = make_quiz(opens=at(NOW), closes=at(NOW + DAY))

    assert_refused(NotOpenYet, quiz, student, now=NOW - TICK)
    assert_refused(QuizClosed, quiz, student, now=NOW + DAY)
    assert make_attempt(quiz, student, now=NOW).number == 1
    assert make_attempt(quiz, make_user("late"), now=NOW + DAY - TICK).deadline == NOW + DAY


def test_the_attempts_allowed_are_those_of_the_student(db, student):
    quiz = make_quiz(max_attempts=1)
    Accommodation.objects.create(student=student, extra_attempts=1)
    other = make_user("other")
    finished(quiz, student)
    finished(quiz, other)

    assert_refused(NoAttemptsLeft, quiz, other)
    finished(quiz, student)
    assert_refused(NoAttemptsLeft, quiz, student)


@pytest.mark.parametrize(
    ("quiz", "accommodation", "override", "allowed"),
    [
        ({}, {}, {"max_attempts": 1}, None),
        ({"max_attempts": 2}, {}, {"max_attempts": 1}, 2),
        ({"max_attempts": 1}, {"extra_attempts": 2}, {"max_attempts": 2}, 3),
        ({"max_attempts": 1}, {"extra_attempts": 2}, {"max_attempts": 5}, 5),
    ],
)
def test_an_override_never_leaves_a_student_with_fewer_attempts(db, student, quiz, accommodation, override, allowed):
    quiz = make_quiz(**quiz)
    Accommodation.objects.create(student=student, **accommodation)
    QuizOverride.objects.create(quiz=quiz, student=student, **override)
    for _time in range(allowed or 3):
        finished(quiz, student)

    if allowed is None:
        finished(quiz, student)
    else:
        assert_refused(NoAttemptsLeft, quiz, student)


def test_an_override_of_the_class_opens_what_is_closed_for_others(db, student):
    quiz = make_quiz(closes=at(NOW))
    cohort = make_cohort(quiz.course)
    enrol(student, cohort)
    assign_quiz(cohort, quiz, closes_at=NOW + DAY)

    assert_refused(QuizClosed, quiz, make_user("other"))
    assert make_attempt(quiz, student).deadline == NOW + DAY


def test_an_accommodation_that_has_expired_grants_nothing(db, student):
    quiz = make_quiz(minutes=30)
    Accommodation.objects.create(student=student, no_limit=True, expires_at=NOW)

    assert make_attempt(quiz, student).deadline == NOW + 30 * MINUTE


def test_the_first_wait_and_the_later_ones_are_kept(db, student):
    quiz = make_quiz(wait_minutes=60, later_wait_minutes=10)
    finished(quiz, student, now=NOW)

    assert_refused(WaitFirst, quiz, student, now=NOW + 59 * MINUTE)
    finished(quiz, student, now=NOW + HOUR)
    assert_refused(WaitFirst, quiz, student, now=NOW + HOUR + 9 * MINUTE)
    finished(quiz, student, now=NOW + HOUR + 10 * MINUTE)


def test_one_wait_holds_for_all_when_the_later_is_not_given(db, student):
    quiz = make_quiz(wait_minutes=60)
    for hour in range(2):
        finished(quiz, student, now=NOW + hour * HOUR)

    assert_refused(WaitFirst, quiz, student, now=NOW + HOUR + 59 * MINUTE)


@pytest.mark.parametrize("given", ["", "Pyongyang", "PYONGYANG", "pyongyang1"])
def test_without_the_password_nothing_starts(db, student, given):
    assert_refused(WrongPassword, make_quiz(password="pyongyang"), student, password=given)


def test_with_the_password_it_starts_and_going_on_does_not_ask_again(db, student):
    quiz = make_quiz(password="평양 1945")

    attempt = start_attempt(quiz=quiz, student=student, now=NOW, password=" 평양 1945 ")

    assert start_attempt(quiz=quiz, student=student, now=LATER) == attempt


def test_a_password_does_not_open_what_is_closed(db, student):
    assert_refused(QuizClosed, make_quiz(password="x", closes=at(NOW)), student, password="x")


# Which attempt counts.


@pytest.mark.parametrize(
    ("keep", "expected"),
    [("highest", "0.75"), ("mean", "0.5"), ("first", "0.25"), ("last", "0.5"), ("mastery", "0.375")],
)
def test_the_attempt_that_counts_is_the_one_the_quiz_says(db, student, keep, expected):
    """Four questions, 1, 3 and 2 right. Mastery: 0.25·0.5 + (0.75 − 0.25)·0.5."""
    quiz = make_quiz(items=4, keep=keep)
    for hour, right in enumerate((1, 3, 2)):
        finished(quiz, student, right=right, now=NOW + hour * HOUR)

    work = work_at(Quiz.objects.all(), student)[quiz]

    assert work.kept(keep).share == Decimal(expected)
    assert quiz_lines(Quiz.objects.all(), student)[0].best_percent == percent_shown(Decimal(expected), 70)


# Credit.

CREDIT = [{"days": 0, "percent": 100}, {"days": 2, "percent": 50}]


def scored(student, *, answered, submitted, **settings):
    quiz = make_quiz(items=2, due=at(NOW), credit=CREDIT, **settings)
    attempt = make_attempt(quiz, student, now=NOW - DAY)
    for position in (1, 2):
        give(attempt, attempt.responses.get(position=position).revision.spec.right_answer(),
             position=position, now=answered)  # fmt: skip
    return submit(attempt, now=submitted)


@pytest.mark.parametrize(("credit_from", "percent"), [("last_answer", 100), ("submission", 50)])
def test_lateness_counts_from_the_last_answer_or_the_submission_as_the_quiz_says(db, student, credit_from, percent):
    attempt = scored(student, answered=NOW, submitted=NOW + DAY, credit_from=credit_from)

    assert (attempt.credit_percent, attempt.raw_score, attempt.score) == (percent, 2, Decimal(2) * percent / 100)


@pytest.mark.parametrize(("late", "percent"), [(timedelta(0), 100), (TICK, 50), (2 * DAY, 50), (2 * DAY + TICK, 0)])
def test_credit_steps_hold_at_their_boundaries(db, student, late, percent):
    assert scored(student, answered=NOW + late, submitted=NOW + late).credit_percent == percent


def test_days_that_are_granted_move_the_due_date_credit_counts_from(db, student):
    Accommodation.objects.create(student=student, extra_days=3)

    assert scored(student, answered=NOW + 3 * DAY, submitted=NOW + 3 * DAY).credit_percent == 100


def test_a_blank_paper_takes_the_moment_of_its_submission(db, student):
    attempt = make_attempt(make_quiz(due=at(NOW), credit=CREDIT), student, now=NOW)

    assert submit(attempt, now=NOW + DAY).credit_percent == 50


# One way, and the layouts.


def test_one_way_never_goes_back(db, student):
    attempt = make_attempt(make_quiz(items=3, kinds=["single"], navigation="one_way"), student)

    def go(past):
        return move_on(attempt_id=attempt.pk, student=student, past=past, now=NOW)

    with pytest.raises(ItemResponse.DoesNotExist):
        give(attempt, "dollars", position=2)
    assert [go(1), go(1), go(2), go(3), go(1)] == [2, 2, 3, 3, 3]
    with pytest.raises(ItemResponse.DoesNotExist):
        give(attempt, "dollars", position=1)
    assert give(attempt, "dollars", position=3).outcome == SavedAnswer.Outcome.TAKEN
    attempt.refresh_from_db()
    assert attempt.get_absolute_url().endswith("/items/3/")
    assert submit(attempt).score == 1


# What settings are refused, from a file and in the admin alike.

WRONG = [
    ({"opens": at(NOW + DAY), "closes": at(NOW)}, "must come in that order"),
    ({"opens": at(NOW), "closes": at(NOW)}, "closes as it opens"),
    ({"due": at(NOW + DAY), "closes": at(NOW)}, "must come in that order"),
    ({"layout": "all", "navigation": "one_way"}, "cannot be one-way"),
    ({"credit": CREDIT}, "`credit` counts from `due`"),
    ({"grace_minutes": 5}, "belongs to `overdue: grace`"),
    ({"credits": ["1", "0.5"]}, "belongs to `behaviour: interactive` or `adaptive`"),
    ({"behaviour": "adaptive", "credits": ["0.5", "1"]}, "begins with 1 and never rises"),
    ({"behaviour": "adaptive", "credits": ["1", "0.2", "0.5"]}, "begins with 1 and never rises"),
    ({"confidence": "certainty", "behaviour": "adaptive"}, "goes with `behaviour: deferred` only"),
]


@pytest.mark.parametrize(("fields", "words"), WRONG)
def test_settings_that_do_not_agree_are_refused_in_a_file(fields, words):
    with pytest.raises(SpecInvalid, match=words):
        QuizSpec.model_validate(quiz_file(**fields))


@pytest.mark.parametrize(("fields", "words"), WRONG)
def test_settings_that_do_not_agree_are_refused_in_the_admin(db, fields, words):
    quiz = make_quiz()
    plain = QuizSettings.model_construct(**{**QuizSettings().model_dump(), **fields})
    for name in fields:
        setattr(quiz, SETTINGS.get(name, name), getattr(plain, name))

    with pytest.raises(ValidationError, match=words):
        quiz.full_clean()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"opens": at(NOW), "due": at(NOW + DAY), "closes": at(NOW + DAY), "minutes": 30},
        {"behaviour": "adaptive", "credits": ["1", "0.5", "0"], "hint_penalty": "0.1"},
        {"behaviour": "interactive", "penalty": "0.333", "hint_penalty": "0.1"},
        {"overdue": "grace", "grace_minutes": 5, "keep": "mean", "password": "x", "shuffle": True},
        {"due": at(NOW), "credit": CREDIT, "credit_from": "submission", "review": "after_close", "practice": False},
        {"confidence": "certainty", "layout": "all", "max_attempts": 3, "wait_minutes": 5, "later_wait_minutes": 0},
        {"navigation": "one_way", "review": {"marks": ["closed"]}},
    ],
)
def test_what_a_file_says_is_what_the_loaded_quiz_is_sat_by(db, fields):
    written = QuizSpec.model_validate(quiz_file(**fields)).settings
    quiz = make_quiz(**fields)

    assert quiz.settings == written
    assert columns_of(quiz.settings) == columns_of(written)
    quiz.full_clean()


def test_each_setting_is_a_column_with_the_same_default_and_one_place_in_the_admin():
    columns = columns_of(QuizSettings())
    shown = [name for _title, options in admin.site.get_model_admin(Quiz).fieldsets for name in options["fields"]]

    assert {name: Quiz._meta.get_field(name).get_default() for name in columns} == columns
    assert sorted(set(columns) - set(shown)) == []
    assert len(set(shown)) == len(shown)


def test_settings_are_read_once_and_again_after_a_change(db):
    quiz = make_quiz(behaviour="adaptive", penalty="0.2")
    before = (quiz.settings, quiz.matrix, quiz.credit_steps)
    assert all(one is other for one, other in zip(before, (quiz.settings, quiz.matrix, quiz.credit_steps), strict=True))

    quiz.penalty, quiz.draw = Decimal("0.5"), {"strata": [{"take": 1}]}
    quiz.save()
    assert (quiz.try_rules.penalty, quiz.blueprint.size) == (Decimal("0.5"), 1)

    Quiz.objects.update(penalty="0.1", draw=None)
    quiz.refresh_from_db()
    assert (quiz.try_rules.penalty, quiz.blueprint) == (Decimal("0.1"), None)


# Cost.


@pytest.mark.parametrize("attempts", [0, 5])
@pytest.mark.parametrize("items", [1, 30])
def test_the_front_page_costs_the_same_whatever_there_is(db, student, items, attempts, django_assert_num_queries):
    quiz = make_quiz(items=items, closes=at(NOW + DAY), minutes=30)
    Accommodation.objects.create(student=student, time_factor=2)
    for hour in range(attempts):
        finished(quiz, student, now=NOW + hour * HOUR)

    with django_assert_num_queries(7):  # of which three for what is granted and assigned; most have nothing
        page = start_page(quiz, student, now=NOW)
        assert (page.question_count, page.is_extended, page.obstacle) == (items, True, "")
