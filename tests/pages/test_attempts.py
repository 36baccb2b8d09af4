"""Taking a quiz through the pages: plain form posts, fragments for htmx, two tabs, closed attempts."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from quizzes.models import Attempt, ItemResponse, Quiz, SavedAnswer
from tests.make import answer_rightly, body, make_attempt, make_quiz, submit

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(student: User) -> Client:
    client = Client()
    client.force_login(student)
    return client


def item_url(attempt: Attempt, position: int = 1) -> str:
    return reverse("quizzes:attempt-item", args=[attempt.pk, position])


def first(attempt: Attempt) -> ItemResponse:
    return attempt.responses.get(position=1)


def test_starting_opens_the_first_question_and_starting_again_resumes(browser: Client, quiz: Quiz) -> None:
    start = reverse("quizzes:start", args=[quiz.course.key, quiz.key])

    addresses = [browser.post(start).headers["Location"] for _time in range(2)]

    attempt = Attempt.objects.get()
    assert addresses == [item_url(attempt)] * 2


def test_a_plain_post_saves_and_goes_to_the_next_question(browser: Client, attempt: Attempt) -> None:
    response = browser.post(item_url(attempt), {"answer": "1", "sequence": "0", "client_key": str(uuid4())})

    assert response.headers["Location"] == item_url(attempt, 2)
    assert first(attempt).answer is not None


def test_a_button_of_the_rail_saves_before_it_moves(browser: Client, attempt: Attempt) -> None:
    response = browser.post(item_url(attempt), {"answer": "2", "sequence": "0", "client_key": str(uuid4()), "go": "5"})

    assert response.headers["Location"] == item_url(attempt, 5)
    assert first(attempt).answer is not None


def test_a_double_click_counts_once(browser: Client, attempt: Attempt) -> None:
    sent = {"answer": "1", "sequence": "0", "client_key": str(uuid4())}

    answers = [browser.post(item_url(attempt), sent).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert SavedAnswer.objects.count() == 1


def test_a_second_tab_never_overwrites_silently(browser: Client, attempt: Attempt) -> None:
    browser.post(item_url(attempt), {"answer": "1", "sequence": "0", "client_key": str(uuid4())})
    newer = first(attempt).answer

    behind = browser.post(item_url(attempt), {"answer": "2", "sequence": "0", "client_key": str(uuid4())})

    assert behind.status_code == 409
    assert first(attempt).answer == newer
    kept = SavedAnswer.objects.get(outcome="aside")
    choice = reverse("quizzes:attempt-choose", args=[attempt.pk, 1])
    browser.post(choice, {"saved": str(kept.pk), "client_key": str(uuid4())})
    assert first(attempt).answer == kept.answer != newer


def test_an_answer_after_submission_is_kept_and_does_not_count(browser: Client, attempt: Attempt) -> None:
    browser.post(reverse("quizzes:attempt-submit", args=[attempt.pk]))

    late = browser.post(item_url(attempt), {"answer": "1", "sequence": "0", "client_key": str(uuid4())})

    assert late.status_code == 409
    assert first(attempt).answer is None
    assert SavedAnswer.objects.get().outcome == "late"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_what_cannot_be_read_is_refused_in_words_and_stays_on_show(
    browser: Client, student: User, headers: dict[str, str]
) -> None:
    attempt = make_attempt(make_quiz(items=1, kinds=["numeric"]), student)

    refused = browser.post(item_url(attempt), {"answer": "a few", "sequence": "0"}, headers=headers)

    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Give a number" in text
    assert headers or 'value="a few"' in text
    assert first(attempt).answer is None


@pytest.mark.parametrize("right", [1250, "1.25", 7])
def test_an_ambiguous_number_is_said_as_it_was_read_beside_its_field(
    browser: Client, student: User, right: object
) -> None:
    attempt = make_attempt(make_quiz(items=[body("numeric", answer=right, unit="km")]), student)
    said = "1.250: read as 1.25 or as 1250, whichever fits."

    def saved_as(typed: str, sequence: int) -> str:
        sent = {"answer": typed, "sequence": sequence, "client_key": str(uuid4())}
        return browser.post(item_url(attempt), sent, headers=HTMX).content.decode()

    saved, shown = saved_as("1.250", 0), browser.get(item_url(attempt)).content.decode()
    plain = saved_as("1250", 1)

    for page in (saved, shown):
        assert re.search(rf'id="answer-read"[^>]*>\s*<p>{re.escape(said)}</p>', page)
    assert re.search(r'id="answer-read"[^>]*>\s*</div>', plain)


@pytest.mark.parametrize(("typed", "is_said"), [("Kozirev", True), ("Kozyrev", False)])
def test_a_result_and_a_check_say_that_only_the_spelling_was_wrong(
    browser: Client, student: User, typed: str, is_said: bool
) -> None:
    quiz = make_quiz(items=1, kinds=["text"], behaviour="interactive", checks=[body("text", key="check-1")])
    attempt = make_attempt(quiz, student)
    browser.post(item_url(attempt), {"answer": typed, "sequence": "0", "go": "check"})

    tried = browser.get(item_url(attempt), follow=True).content.decode()
    submit(attempt)
    result = browser.get(attempt.get_absolute_url(), follow=True).content.decode()
    check = browser.post(reverse("quizzes:check", args=["course", "check-1"]), {"check-1": typed}).content.decode()

    for page in (tried, result, check):
        words = "you wrote “Kozirev”, and the right spelling is “Kozyrev”"
        assert (words in " ".join(page.split())) == is_said


def test_a_fragment_says_saved_and_brings_the_next_number(browser: Client, attempt: Attempt) -> None:
    sent = {"answer": "1", "sequence": "0", "client_key": str(uuid4())}

    saved = browser.post(item_url(attempt), sent, headers=HTMX).content.decode()

    assert "Saved" in saved
    assert re.search(r'name="sequence"\s+value="1"', saved)
    assert "<html" not in saved


def test_submitting_twice_shows_one_result(browser: Client, attempt: Attempt) -> None:
    answer_rightly(attempt)
    submit = reverse("quizzes:attempt-submit", args=[attempt.pk])

    for _time in range(2):
        page = browser.post(submit, follow=True)

    attempt.refresh_from_db()
    assert attempt.score == attempt.max_score
    assert "already been submitted" in page.content.decode()


def test_an_open_attempt_asks_to_confirm_what_is_unanswered(browser: Client, attempt: Attempt) -> None:
    answer_rightly(attempt, count=3)

    page = browser.get(reverse("quizzes:attempt-confirm", args=[attempt.pk]))

    assert [response.position for response in page.context["unanswered"]] == [4, 5, 6, 7]


def test_attempt_pages_are_never_cached(browser: Client, attempt: Attempt) -> None:
    assert "no-store" in browser.get(item_url(attempt)).headers["Cache-Control"]


def test_a_question_that_is_not_on_the_paper_is_not_found(browser: Client, attempt: Attempt) -> None:
    assert browser.get(item_url(attempt, 8)).status_code == 404
    assert browser.post(item_url(attempt, 8), {"answer": "1"}).status_code == 404


def test_no_attempts_left_is_said_in_words(browser: Client, student: User) -> None:
    quiz = make_quiz(items=1, max_attempts=1)
    attempt = make_attempt(quiz, student)
    browser.post(reverse("quizzes:attempt-submit", args=[attempt.pk]))

    refused = browser.post(reverse("quizzes:start", args=[quiz.course.key, quiz.key]))

    assert refused.status_code == 409
    assert "every attempt" in refused.content.decode()


def test_before_submitting_a_quiz_that_goes_one_way_tells_nothing_of_questions_ahead(
    browser: Client, student: User
) -> None:
    items = [body("text", key=f"q{at}", stem=f"STEM-{at}?") for at in (1, 2, 3)]
    attempt = make_attempt(make_quiz(items=items, navigation="one_way"), student)

    page = browser.get(reverse("quizzes:attempt-confirm", args=[attempt.pk])).content.decode()

    assert ["STEM-1" in page, "STEM-2" in page, "STEM-3" in page] == [True, False, False]
