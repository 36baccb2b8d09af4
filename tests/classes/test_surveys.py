"""Questions that are asked and never marked: they cost and earn nothing anywhere, and a class sees its counts."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from classes.reports.papers import forms_of
from classes.reports.surveys import surveys_of
from courses.models import Cohort
from courses.models.personal import ERASED
from courses.services.privacy import erase_person
from quizzes.domain.certainty import Certainty
from quizzes.errors import BankTooSmallNow, QuestionClosed
from quizzes.models import Attempt, Item, ItemResponse, SavedAnswer
from quizzes.reports.results import EVERYTHING, result_of
from quizzes.services.authoring import missing_from
from quizzes.services.papers import candidates_for, paper_for
from quizzes.services.regrading import make_regrade
from quizzes.services.tries import check_answer
from tests.make import (
    LATER,
    NOW,
    body,
    browser_of,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_quiz,
    make_user,
    regrade_of,
    spec,
    submit,
)
from tests.staff import text_of

OPINION = {"key": "opinion", "comment": "What should be better?"}


def with_survey(**fields):
    """Return a quiz of a single choice worth 1 point and a survey."""
    opinion = {name: fields.pop(name) for name in ("anonymous", "comment", "choose") if name in fields}
    return make_quiz(items=[body("single", key="s"), body("survey", **OPINION | opinion)], **fields)


def sit(quiz, student, survey=None, *, single="dollars", now=NOW):
    attempt = make_attempt(quiz, student, now=now)
    give(attempt, single, position=1, now=now)
    if survey is not None:
        give(attempt, survey, position=2, now=now)
    return submit(attempt, now=now + timedelta(minutes=20))


@pytest.mark.parametrize("survey", [None, ["texts"], {"comment": "More maps."}])
def test_a_survey_changes_no_total(db, student, survey):
    done = sit(with_survey(), student, survey)

    assert (done.score, done.max_score, done.percent, done.unmarked_count) == (1, 1, 100, 0)
    assert list(done.responses.order_by("position").values_list("share", "points")) == [(1, 1), (None, None)]


def test_an_attempt_at_surveys_alone_is_out_of_nothing(db, student):
    attempt = make_attempt(make_quiz(items=[body("survey")]), student)
    give(attempt, ["texts"])

    done = submit(attempt)

    assert (done.score, done.max_score, done.share, done.percent) == (0, 0, None, None)
    assert browser_of(student).get(reverse("quizzes:result", args=[done.pk])).status_code == 200


def test_a_result_shows_what_was_answered_and_that_it_is_not_marked(db, student):
    done = sit(with_survey(), student, {"chosen": ["texts"], "comment": "More maps."})

    [choice, opinion] = result_of(done, shown=EVERYTHING).questions
    page = text_of(browser_of(student).get(reverse("quizzes:result", args=[done.pk])))

    assert (choice.state, opinion.state, opinion.rows) == ("right", "unscored", ())
    assert "not marked" in page
    assert "The texts – More maps." in page
    assert "worth 0" not in page


def test_a_survey_that_was_left_open_is_listed_before_submitting(db, student):
    attempt = make_attempt(with_survey(), student)
    give(attempt, "dollars")

    page = browser_of(student).get(reverse("quizzes:attempt-confirm", args=[attempt.pk]))

    assert [response.position for response in page.context["unanswered"]] == [2]


def test_no_try_hint_or_confidence_is_asked_for(db, student):
    quiz = with_survey(behaviour="adaptive", confidence="ask")
    attempt = make_attempt(quiz, student)
    give(attempt, ["texts"], position=2, confidence=Certainty.HIGH)

    with pytest.raises(QuestionClosed):
        check_answer(attempt_id=attempt.pk, position=2, student=student, now=NOW)
    page = browser_of(student).get(reverse("quizzes:attempt-item", args=[attempt.pk, 2])).content.decode()

    assert attempt.responses.get(position=2).confidence is None
    assert "Check my answer" not in page
    assert "confidence" not in page.partition("<main")[2].partition("</main")[0]


@pytest.mark.parametrize("fix", ["credit_all", "disregard"])
def test_no_regrade_makes_it_count(db, student, instructor, fix):
    done = sit(with_survey(), student, ["texts"])
    revision = done.responses.get(position=2).revision

    made = make_regrade(regrade=regrade_of(revision, fix, instructor), now=LATER)
    done.refresh_from_db()

    assert made.changed == []
    assert (done.score, done.max_score) == (1, 1)
    assert done.responses.get(position=2).share is None


def test_the_regrade_page_says_that_there_is_nothing_to_regrade(db, student, instructor):
    quiz = with_survey()
    make_cohort(quiz.course, instructor=instructor, students=[student])
    revision = sit(quiz, student, ["texts"]).responses.get(position=2).revision

    page = browser_of(instructor).get(reverse("classes:regrade", args=[revision.pk]))

    assert "nothing to regrade" in text_of(page)
    assert 'name="regrade-fix"' not in page.content.decode()


def test_a_survey_is_never_drawn(db, student):
    quiz = make_quiz(items=[body("survey", key="opinion")], key="bank")
    quiz.draw = {"strata": [{"take": 1}]}

    assert candidates_for(quiz, student) == []
    with pytest.raises(BankTooSmallNow):
        paper_for(quiz, student, seed="1")


def test_a_survey_on_paper_is_worth_nothing_and_its_key_says_so(db):
    [form] = forms_of(with_survey(), seed="1", count=1)
    question = next(each for each in form.questions if each.spec.kind == "survey")

    assert form.points == 1
    assert (question.points, question.right_letters, question.right_words) == (0, "", "")
    assert [letter for letter, _text in question.choices] == ["A", "B", "C"]


def test_a_check_cannot_become_a_survey(db):
    item = Item.objects.get(quiz=make_quiz(checks=[body("single", key="c")]), key="c")

    found = missing_from(item, spec("survey", key="c"))

    assert found == ["A check in the text keeps no answers, so it is of a kind that is marked."]


# What a class answered.


def crowd(quiz, size, *, instructor=None):
    students = [make_user(f"pupil-{at}") for at in range(size)]
    return make_cohort(quiz.course, instructor=instructor, students=students), students


def test_each_student_counts_once_by_the_answer_submitted_last(db):
    quiz = with_survey()
    cohort, (first, second) = crowd(quiz, 2)
    sit(quiz, first, ["texts"])
    sit(quiz, first, {"chosen": ["charts"], "comment": "Second thoughts."}, now=LATER)
    sit(quiz, second, {"chosen": ["charts", "quizzes"], "comment": "A map."})
    make_attempt(quiz, make_user("outsider"))

    [summary] = surveys_of(cohort)

    assert summary.answered == 2
    assert [(option.text, option.count, option.percent) for option in summary.options] == [
        ("The texts", 0, 0),
        ("The charts", 2, 100),
        ("The quizzes", 1, 50),
    ]
    assert summary.comments == ["A map.", "Second thoughts."]


def test_the_answers_of_other_classes_and_open_attempts_are_not_counted(db, student):
    quiz = with_survey()
    cohort, (pupil,) = crowd(quiz, 1)
    sit(quiz, student, ["texts"])
    give(make_attempt(quiz, pupil), ["texts"], position=2)

    [summary] = surveys_of(cohort)

    assert (summary.answered, [option.count for option in summary.options]) == (0, [0, 0, 0])


@pytest.mark.parametrize(("size", "is_held_back"), [(4, True), (5, False)])
def test_an_anonymous_survey_is_held_back_until_five_students_have_answered(db, size, is_held_back):
    quiz = with_survey(anonymous=True)
    cohort, students = crowd(quiz, size)
    for at, pupil in enumerate(students):
        sit(quiz, pupil, {"chosen": ["texts"], "comment": f"Word {size - at}."})

    [summary] = surveys_of(cohort)

    assert (summary.is_held_back, summary.answered) == (is_held_back, size)
    assert list(summary.comments) == ([] if is_held_back else [f"Word {at}." for at in range(1, 6)])


def test_a_summary_costs_two_queries_whatever_the_size(db, django_assert_num_queries):
    quiz = with_survey()
    cohort, students = crowd(quiz, 6)
    for pupil in students:
        sit(quiz, pupil, ["texts"])

    with django_assert_num_queries(2):
        surveys_of(cohort)


def test_the_page_names_no_student_and_is_reached_from_the_class(db, instructor):
    quiz = with_survey()
    cohort, students = crowd(quiz, 2, instructor=instructor)
    for pupil in students:
        sit(quiz, pupil, {"chosen": ["texts"], "comment": "<b>More maps</b>"})
    address, browser = reverse("classes:surveys", args=[cohort.pk]), browser_of(instructor)

    page = browser.get(address).content.decode()

    assert "2 students answered" in text_of(browser.get(address))
    assert "&lt;b&gt;More maps" in page
    assert "pupil-" not in page
    assert f'href="{address}"' in browser.get(reverse("classes:overview", args=[cohort.pk])).content.decode()


def test_a_course_without_surveys_has_no_such_link(quiz, instructor):
    cohort: Cohort = make_cohort(quiz.course, instructor=instructor)
    browser = browser_of(instructor)

    assert "/surveys/" not in browser.get(reverse("classes:overview", args=[cohort.pk])).content.decode()
    assert "no surveys" in text_of(browser.get(reverse("classes:surveys", args=[cohort.pk])))


@pytest.mark.parametrize(("is_anonymous", "is_told"), [(True, False), (False, True)])
def test_nobody_but_the_student_reads_an_anonymous_answer(db, student, instructor, admin_client, is_anonymous, is_told):
    quiz = with_survey(anonymous=is_anonymous)
    enrol(student, make_cohort(quiz.course, instructor=instructor))
    done = sit(quiz, student, {"chosen": ["texts"], "comment": "Zebra."})
    address = reverse("quizzes:result", args=[done.pk])
    response = ItemResponse.objects.get(attempt=done, position=2)

    seen = [
        browser_of(instructor).get(address),
        admin_client.get(reverse("admin:quizzes_attempt_change", args=[done.pk])),
        admin_client.get(reverse("admin:quizzes_itemresponse_change", args=[response.pk])),
        admin_client.get(reverse("admin:quizzes_savedanswer_change", args=[response.saved_answers.get().pk])),
        admin_client.get(reverse("admin:quizzes_savedanswer_changelist")),
    ]

    assert "Zebra." in browser_of(student).get(address).content.decode()
    assert [page.status_code for page in seen] == [200] * len(seen)
    assert ["Zebra." in page.content.decode() for page in seen] == [is_told] * len(seen)


@pytest.mark.parametrize("kind", ["survey", "constructed"])
def test_words_are_erased_with_their_person_and_pages_go_on(db, student, instructor, kind):
    quiz = make_quiz(items=[body("single", key="s"), body(kind, **(OPINION if kind == "survey" else {}))])
    cohort = make_cohort(quiz.course, instructor=instructor)
    enrol(student, cohort)
    words = {"comment": "Zebra."} if kind == "survey" else {"context": "Zebra."}
    done = sit(quiz, student, words)

    erase_person(user=student, now=LATER)
    page = browser_of(instructor).get(reverse("quizzes:result", args=[done.pk]))

    assert not [row for row in SavedAnswer.objects.values_list("answer", flat=True) if "Zebra" in json.dumps(row)]
    assert page.status_code in (200, 404)
    assert result_of(Attempt.objects.get(pk=done.pk), shown=EVERYTHING).questions[1].given == ERASED
    assert [summary.answered for summary in surveys_of(cohort)] == [0] * (kind == "survey")


def test_the_page_of_a_question_posts_one_value_a_field(db, student):
    """Without JavaScript too: each tick has a name of its own."""
    attempt = make_attempt(with_survey(), student)
    sent = {"prefix": "answer", "sequence": 0, "client_key": "5b0fd6bb-2f9b-4e4f-9a53-2c19bca7c53f"}
    ticks = {"answer.chosen.1": "1", "answer.chosen.3": "3", "answer.comment": "More maps."}

    reply = browser_of(student).post(reverse("quizzes:attempt-item", args=[attempt.pk, 2]), {**sent, **ticks})

    assert reply.status_code in (200, 302)
    assert Attempt.objects.get().responses.get(position=2).answer == {
        "chosen": ["quizzes", "texts"],
        "comment": "More maps.",
    }


def test_the_api_says_that_it_is_not_marked_and_takes_an_answer(db, student):
    attempt = make_attempt(with_survey(), student)
    browser = browser_of(student)

    paper = browser.get(f"/api/v1/attempts/{attempt.pk}/").json()["responses"]
    sent = {"position": 2, "answer": {"chosen": ["2"]}, "sequence": 0, "client_key": str(uuid4())}
    reply = browser.post(f"/api/v1/attempts/{attempt.pk}/answers/", json.dumps(sent), content_type="application/json")

    assert [response["is_scored"] for response in paper] == [True, False]
    assert paper[1]["parts"]["options"] == {"1": "The texts", "2": "The charts", "3": "The quizzes"}
    assert reply.status_code == 200, reply.content
    assert attempt.responses.get(position=2).answer == {"chosen": ["charts"]}
