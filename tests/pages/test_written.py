"""Answers in free words: the rubric comes first, words are counted, and results wait for a person."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.urls import reverse

from quizzes.models import Attempt
from quizzes.services.grading import mark_by_hand
from tests.make import LATER, body, browser_of, give, make_attempt, make_quiz, spec, submit

HTMX = {"HX-Request": "true"}


@pytest.fixture
def written(student: User) -> Attempt:
    """An attempt at an essay and a constructed response."""
    return make_attempt(make_quiz(kinds=["essay", "constructed"], items=2), student)


def page(attempt, position=1):
    return reverse("quizzes:attempt-item", args=[attempt.pk, position])


@pytest.mark.parametrize("position", [1, 2])
def test_the_criteria_are_shown_before_the_answer_and_not_what_their_levels_tell(written, student, position):
    html = browser_of(student).get(page(written, position)).content.decode()

    assert "up to 3 points" in html
    assert html.index("<dt>Evidence</dt>") < html.index("up to 2 points") < html.index("<textarea")
    assert "Plain" not in html
    assert "Dated" not in html
    assert "(given)" not in html
    assert "It lapsed." not in html


def test_words_are_counted_when_they_are_saved(written, student):
    browser = browser_of(student)

    first, second = ({"client_key": uuid4(), "sequence": sequence} for sequence in (0, 1))

    saved = browser.post(page(written), {"answer": "It lapsed,\r\nit seems.", **first}, headers=HTMX).content.decode()
    one = browser.post(page(written), {"answer": "Lapsed.", **second}, headers=HTMX).content.decode()

    assert "4 words" in saved
    assert "1 word" in one
    assert "1 words" not in one


def test_words_are_counted_over_all_boxes(written, student):
    answer = {"answer.1": "A minister.", "answer.2": "Trade had fallen."}

    saved = browser_of(student).post(page(written, 2), answer, headers=HTMX).content.decode()

    assert "5 words" in saved


def test_an_answer_of_another_kind_has_no_words_to_count(attempt, student):
    saved = browser_of(student).post(page(attempt), {"answer": "1"}, headers=HTMX).content.decode()

    assert "Saved" in saved
    assert "word" not in saved


def test_a_text_far_too_long_is_refused_and_stays_on_show(written, student):
    answer = browser_of(student).post(page(written), {"answer": "long " * 181})

    assert answer.status_code == 422
    assert "This answer has 181 words, 1 more than can be marked" in answer.content.decode()
    assert f"{'long ' * 181}</textarea>" in answer.content.decode()


def test_what_was_written_is_shown_as_it_was_typed(written, student):
    give(written, "One <b>line</b>.\n\nAnother.")

    html = browser_of(student).get(page(written)).content.decode()

    assert "One &lt;b&gt;line&lt;/b&gt;.\n\nAnother.</textarea>" in html


def test_a_result_waits_for_a_person_and_shows_a_good_answer(written, student):
    give(written, "One <b>line</b>.")
    submit(written)

    html = browser_of(student).get(reverse("quizzes:result", args=[written.pk])).content.decode()

    assert "One &lt;b&gt;line&lt;/b&gt;." in html
    assert html.count("Not graded. Compare it with the model answer and the criteria below.") == 1
    assert "Nobody had <em>cancelled</em> it." in html


def test_without_solutions_a_result_shows_no_good_answer(student):
    attempt = make_attempt(make_quiz(items=[body("essay")], review="marks"), student)
    give(attempt, "It ended.")
    submit(attempt)

    html = browser_of(student).get(reverse("quizzes:result", args=[attempt.pk])).content.decode()

    assert "It ended." in html
    assert "It lapsed." not in html
    assert "A good answer" not in html


def written_result(kind, *, answer, human):
    question = SimpleNamespace(human=human, shown={"right_answer"}, explained=spec(kind))
    context = {"spec": spec(kind), "response": SimpleNamespace(answer=answer), "question": question, "course": None}
    return " ".join(render_to_string("quizzes/_written.html", context).split())


def test_a_marked_answer_shows_the_levels_given_and_what_the_marker_says():
    mark = SimpleNamespace(levels={"claim": 1, "evidence": 0}, comment="Give <dates>.")
    html = written_result("essay", answer="It ended.", human=mark)

    assert html.count("(given)") == 2
    assert "<strong>✓ 1 point: Vague" in html
    assert "<strong>✓ 0 points: None" in html
    assert "Give &lt;dates&gt;." in html
    assert "Not marked yet" not in html


def test_a_box_left_empty_is_named_as_empty():
    html = written_result("constructed", answer={"context": "Trade fell."}, human=None)

    assert html.index("Who wrote it, and for whom?") < html.index("no answer") < html.index("What had happened before?")
    assert "Trade fell." in html


def test_a_check_in_free_words_is_compared_with_a_good_answer(db, client):
    make_quiz(items=[body("single")], checks=[body("essay", key="check-1")])
    address = reverse("quizzes:check", args=["course", "check-1"])

    asked = client.get(address).content.decode()
    answered = client.post(address, {"check-1": "Perhaps."}).content.decode()
    left = client.post(address, {"check-1": " "}).content.decode()

    assert "It lapsed." not in asked
    assert "It lapsed." in answered
    assert "Compare your answer" in answered
    assert "Not right" not in answered
    assert "No answer yet" in left
    assert "It lapsed." not in left


@pytest.mark.parametrize(("general", "times"), [(["after", "later", "closed"], 1), ([], 0)])
def test_a_result_says_why_once_and_only_where_the_quiz_shows_it(student: User, general: list[str], times: int) -> None:
    why = "Whoever is done learns what this was all about."
    items = [body("essay", key="e", feedback=why)]
    attempt = make_attempt(make_quiz(items=items, review={"general_feedback": general}), student)
    give(attempt, "It lapsed.")
    submit(attempt)

    page = browser_of(student).get(reverse("quizzes:result", args=[attempt.pk])).content.decode()

    assert page.count(why) == times


@pytest.mark.parametrize("is_marked", [False, True])
@pytest.mark.parametrize("shown", [["after", "later", "closed"], []])
def test_levels_that_were_not_given_are_shown_with_the_right_answers(
    student: User, instructor: User, shown: list[str], is_marked: bool
) -> None:
    attempt = make_attempt(make_quiz(items=[body("essay", key="e")], review={"right_answer": shown}), student)
    give(attempt, "It lapsed.")
    submit(attempt)
    if is_marked:
        response = attempt.responses.get()
        mark_by_hand(response=response, levels={"claim": 1, "evidence": 0}, comment="", marker=instructor, now=LATER)

    html = browser_of(student).get(reverse("quizzes:result", args=[attempt.pk])).content.decode()

    assert ("1 point: Vague" in html) is (bool(shown) or is_marked)
    assert ("3 points: Plain" in html) is bool(shown)
