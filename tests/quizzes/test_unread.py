"""An answer of which some fields cannot be read: the others are saved, and each is named with its own reason."""

from __future__ import annotations

import html
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from quizzes.domain.base import Answer, InvalidAnswer
from quizzes.forms.base import words_of
from quizzes.forms.question_reports import ReportForm
from quizzes.models import Attempt, ItemResponse, SavedAnswer
from quizzes.services.answers import AnswerUnread
from tests.api.ask import API, program_of, send
from tests.make import NOW, answer_rightly, browser_of, give, make_attempt, make_quiz, spec, submit

HTMX = {"HX-Request": "true"}
LONG = "x" * 501
NO_NUMBER = "Give a number, such as 1961 or 10.9."
OFF_SCALE, NO_YEAR = "1890 is off the scale 1945–2025.", "Give a year as a whole number, such as 1945."
NO_OPTION, NO_PLACE = "Choose one of the options offered.", "Give each entry a place, from 1."
TOO_LONG = "This answer has 501 characters, 1 more than fit. Shorten it to 500."
TOO_WORDY = "This answer has 301 words, 1 more than can be marked. Shorten it to 300."

# Kind; what is given, by the author's keys; what of it can be read; why the rest cannot be.
CASES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, str]]] = [
    ("numbers", {"line": "many", "border": "17"}, {"border": "17"}, {"line": NO_NUMBER}),
    ("numbers", {"line": "many", "border": LONG}, {}, {"line": NO_NUMBER, "border": TOO_LONG}),
    ("timeline", {"old": "1890", "new": "2000"}, {"new": 2000}, {"old": OFF_SCALE}),
    ("timeline", {"old": "1890", "new": "soon"}, {}, {"old": OFF_SCALE, "new": NO_YEAR}),
    ("cloze", {"soviet": LONG, "russian": "key"}, {"russian": "key"}, {"soviet": TOO_LONG}),
    ("cloze", {"soviet": "2.2bn", "russian": "none"}, {"soviet": "2.2bn"}, {"russian": NO_OPTION}),
    ("constructed", {"context": "Trade.", "sourcing": "word " * 301}, {"context": "Trade."}, {"sourcing": TOO_WORDY}),
    ("matching", {"old": "help", "new": "none"}, {"old": "help"}, {"new": ""}),
    ("categorise", {"state": "founding", "army": [], "veto": ["seat"]}, {"state": "founding"},
     {"army": "", "veto": ""}),
    ("ordering", {"war": 1, "debt": 9, "alliance": "2", "recognition": [3]}, {"war": 1, "alliance": 2},
     {"recognition": NO_PLACE, "debt": NO_PLACE}),
]  # fmt: skip
KINDS = sorted({case[0] for case in CASES})


def stored(attempt: Attempt) -> ItemResponse:
    return ItemResponse.objects.get(attempt=attempt, position=1)


def open_at(kind: str, student: User, **settings: Any) -> Attempt:
    return make_attempt(make_quiz(kinds=[kind], items=1, **settings), student)


@pytest.mark.parametrize(("kind", "given", "readable", "reasons"), CASES)
def test_each_unreadable_field_is_named_with_its_reason_beside_what_can_be_read(
    kind: str, given: Answer, readable: Answer, reasons: dict[str, str]
) -> None:
    with pytest.raises(InvalidAnswer) as refusal:
        spec(kind).clean(given)

    found = {problem.key: words_of(problem) for problem in refusal.value.problems}
    assert refusal.value.readable == readable
    assert list(found) == list(reasons)
    assert all(words == reasons[key] or not reasons[key] for key, words in found.items())
    assert all(problem.where for problem in refusal.value.problems)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_maps_fields_reads_them_one_by_one(kind: str) -> None:
    item = spec(kind)
    whole = item.right_answer()

    for spoilt in whole:
        with pytest.raises(InvalidAnswer) as refusal:
            item.clean({**whole, spoilt: {"no": "answer"}})
        assert [problem.key for problem in refusal.value.problems] == [spoilt]
        assert refusal.value.readable == {key: value for key, value in item.clean(whole).items() if key != spoilt}


@pytest.mark.parametrize(("kind", "given", "readable", "reasons"), CASES)
def test_what_can_be_read_is_saved(
    db: None, student: User, kind: str, given: Answer, readable: Answer, reasons: dict[str, str]
) -> None:
    attempt = open_at(kind, student)

    with pytest.raises(AnswerUnread) as refusal:
        give(attempt, given)

    assert [problem.key for problem in refusal.value.error.problems] == list(reasons)
    assert stored(attempt).answer == (readable or None)
    assert refusal.value.saved.response.answer == (readable or None)


@pytest.mark.parametrize(("kind", "given", "readable", "reasons"), CASES)
def test_an_unreadable_field_keeps_the_value_it_had_until_it_is_corrected(
    db: None, student: User, kind: str, given: Answer, readable: Answer, reasons: dict[str, str]
) -> None:
    attempt = open_at(kind, student)
    before = stored(attempt).revision.spec.clean(stored(attempt).revision.spec.right_answer())
    give(attempt, before)

    with pytest.raises(AnswerUnread):
        give(attempt, given)

    after = stored(attempt).answer or {}
    assert {key: after[key] for key in reasons} == {key: before[key] for key in reasons}
    assert {key: value for key, value in after.items() if key not in reasons} == readable


def test_a_field_that_was_emptied_is_empty_though_another_cannot_be_read(db: None, student: User) -> None:
    attempt = open_at("numbers", student)
    give(attempt, {"line": "1100", "border": "17"})

    with pytest.raises(AnswerUnread):
        give(attempt, {"line": "", "border": "x"})

    assert stored(attempt).answer == {"border": "17"}


def test_the_same_half_readable_answer_sent_again_changes_nothing(db: None, student: User) -> None:
    attempt, key = open_at("numbers", student), uuid4()

    for _time in range(2):
        with pytest.raises(AnswerUnread):
            give(attempt, {"line": "many", "border": "17"}, sequence=0, client_key=key)

    assert (stored(attempt).answer, stored(attempt).sequence) == ({"border": "17"}, 1)
    assert SavedAnswer.objects.count() == 1


def test_a_half_readable_answer_from_a_page_that_is_behind_is_kept_aside_as_far_as_it_goes(
    db: None, student: User
) -> None:
    attempt, key = open_at("numbers", student), uuid4()
    give(attempt, {"line": "1100", "border": "16"})

    saved = [give(attempt, {"line": "many", "border": "17"}, sequence=0, client_key=key) for _time in range(2)]

    assert [each.outcome for each in saved] == ["aside", "aside"]
    assert saved[0].aside == saved[1].aside
    assert saved[0].error is not None
    assert stored(attempt).answer == {"line": "1100", "border": "16"}


@pytest.mark.parametrize("raw", ["x", [[]], {"?": "1"}, {"other": 1}])
def test_what_makes_no_sense_as_a_whole_saves_nothing(db: None, student: User, raw: Answer) -> None:
    attempt = open_at("numbers", student)
    give(attempt, {"border": "17"})

    with pytest.raises(AnswerUnread) as refusal:
        give(attempt, raw)

    assert refusal.value.error.readable is None
    assert (stored(attempt).answer, stored(attempt).sequence) == ({"border": "17"}, 1)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("essay", "word " * 181, "This answer has 181 words, 1 more than can be marked. Shorten it to 180."),
        ("essay", "w" * 20_500, "This answer has 20500 characters, 500 more than fit. Shorten it to 20000."),
        ("text", "w" * 512, "This answer has 512 characters, 12 more than fit. Shorten it to 500."),
        ("numeric", "1" * 600, "This answer has 600 characters, 100 more than fit. Shorten it to 500."),
    ],
)
def test_a_text_that_is_too_long_is_told_by_how_much_and_the_one_before_it_counts(
    db: None, student: User, kind: str, text: str, words: str
) -> None:
    attempt = open_at(kind, student)
    give(attempt, "1961")

    with pytest.raises(AnswerUnread) as refusal:
        give(attempt, text)

    assert [words_of(problem) for problem in refusal.value.error.problems] == [words]
    assert stored(attempt).answer == "1961"


# On the page.


def post(browser: Client, attempt: Attempt, headers: dict[str, str], **fields: str) -> Any:
    sequence = str(stored(attempt).sequence)
    sent = {"sequence": sequence, "client_key": str(uuid4()), **fields}
    return browser.post(reverse("quizzes:attempt-item", args=[attempt.pk, 1]), sent, headers=headers)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_the_page_says_what_is_saved_why_the_rest_is_not_and_what_counts(
    db: None, student: User, headers: dict[str, str]
) -> None:
    attempt = open_at("numbers", student)
    give(attempt, {"line": "1100"})

    found = post(browser_of(student), attempt, headers, **{"answer.1": "many", "answer.2": "17"})

    text = " ".join(found.content.decode().split())
    assert found.status_code == 422
    assert ("Saved, except" in text) is True
    assert f"{NO_NUMBER} Until you correct it, what you saved before counts: Gas line: 1100 kilometres." in text
    assert stored(attempt).answer == {"line": "1100", "border": "17"}
    if headers:
        assert 'id="answer-1-error" hx-swap-oob="innerHTML"' in text
        assert f'name="sequence" value="{stored(attempt).sequence}"' in text
        assert found.headers["Answer-Outcome"] == "unread"
    else:
        assert 'value="many"' in text
        assert text.count('aria-invalid="true"') == 1
        assert '<a href="#answer-1">Gas line: ' in text


def test_the_page_says_when_nothing_counts_yet(db: None, student: User) -> None:
    attempt = open_at("timeline", student)

    found = post(browser_of(student), attempt, HTMX, **{"answer.1": "1890"})

    text = found.content.decode()
    assert "Not saved." in text
    assert f"{OFF_SCALE} Nothing counts here yet." in text


@pytest.mark.parametrize("kind", ["matching", "categorise", "ordering"])
def test_what_counts_is_said_in_the_words_of_the_question_never_in_its_keys(db: None, student: User, kind: str) -> None:
    attempt = open_at(kind, student)
    answer_rightly(attempt)

    text = post(browser_of(student), attempt, HTMX, **{"answer.1": "99"}).content.decode()

    response = stored(attempt)
    things = list(response.revision.spec.prompts) if kind == "matching" else response.order
    old = response.revision.spec.describe({things[0]: response.answer[things[0]]})
    assert f"what you saved before counts: {old}." in html.unescape(text)


def test_what_is_wrong_is_told_in_the_order_of_the_paper_since_the_authors_may_be_right(
    db: None, student: User
) -> None:
    attempt = open_at("timeline", student)
    ItemResponse.objects.filter(attempt=attempt).update(order=["new", "old"])

    fields = {"1": "soon", "2": "later"}
    posted = {f"answer.{name}": typed for name, typed in fields.items()}

    page = post(browser_of(student), attempt, {}, **posted).content.decode()
    assert page.index('href="#answer-1"') < page.index('href="#answer-2"')
    problems = send(program_of(student), attempt, {"2": "later", "1": "soon"}).json()["problems"]
    assert [problem["field"] for problem in problems] == ["1", "2"]


def test_no_field_cuts_what_is_pasted(db: None, student: User) -> None:
    attempt = make_attempt(make_quiz(items=15), student)
    browser = browser_of(student)

    pages = [browser.get(reverse("quizzes:attempt-item", args=[attempt.pk, at])) for at in range(1, 16)]

    assert not any("maxlength" in page.content.decode().split('id="answer-form"')[1] for page in pages)


def test_a_report_that_is_too_long_is_told_so_and_not_cut() -> None:
    form = ReportForm(1, {"report-1-text": "x" * 2_345})

    assert "maxlength" not in str(form["text"])
    assert "it has 2345" in str(form.errors)


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"war": 1, "alliance": 1}, ["Place 1 is used twice. Use each place once."]),
        ({"war": 2, "alliance": 2, "recognition": 2, "debt": 2}, ["Place 2 is used 4 times. Use each place once."]),
        ({"war": 1, "alliance": 1, "recognition": 3, "debt": 3}, ["Place 1 is used twice", "Place 3 is used twice"]),
        ({"war": 1, "alliance": 2}, []),
    ],
)  # fmt: skip
def test_a_place_that_is_used_twice_is_named(db: None, student: User, places: dict[str, int], words: list[str]) -> None:
    attempt = open_at("ordering", student)
    response = stored(attempt)
    fields = {f"answer.{response.order.index(key) + 1}": str(place) for key, place in places.items()}

    text = post(browser_of(student), attempt, HTMX, **fields).content.decode()

    assert "as far as it goes" in text
    assert all(each in text for each in words)
    assert text.count("is used") == len(words)


# Over the API.


def test_the_api_names_each_field_and_gives_what_counts(db: None, student: User) -> None:
    attempt = open_at("numbers", student)
    program = program_of(student)
    send(program, attempt, {"1": "1100"})

    found = send(program, attempt, {"1": "many", "2": "17"}, sequence=1)

    assert found.status_code == 422
    assert found.json() == {
        "detail": f"Gas line: {NO_NUMBER}",
        "problems": [{"field": "1", "label": "Gas line", "detail": NO_NUMBER}],
        "position": 1,
        "sequence": 2,
        "answer": {"1": "1100", "2": "17"},
    }


def test_the_api_names_no_field_where_the_answer_as_a_whole_makes_no_sense(db: None, student: User) -> None:
    attempt = open_at("single", student)

    found = send(program_of(student), attempt, "9").json()

    assert found["problems"] == [{"field": None, "label": "", "detail": "Choose one of the options offered."}]
    assert (found["sequence"], found["answer"]) == (0, None)


@pytest.mark.parametrize("deep", [21, 400, 3_000, 100_000])
@pytest.mark.parametrize("brackets", ["[]", ("{\"a\":", "}")])  # fmt: skip
def test_json_nested_out_of_all_reason_is_a_bad_request(
    attempt: Attempt, student: User, deep: int, brackets: Any
) -> None:
    answer = f"{brackets[0] * deep}1{brackets[1] * deep}"
    body = f'{{"position": 1, "sequence": 0, "client_key": "{uuid4()}", "answer": {answer}}}'

    found = program_of(student).generic("POST", f"{API}/attempts/{attempt.pk}/answers/", body, "application/json")

    assert found.status_code == 400
    assert "nested" in found.json()["detail"]


# What does not count is kept, the newest of it.


@pytest.mark.parametrize("outcome", ["late", "aside", "over"])
def test_of_answers_that_do_not_count_the_newest_ten_are_kept(db: None, student: User, outcome: str) -> None:
    attempt = open_at("text", student)
    give(attempt, "Gromyko")
    if outcome == "late":
        submit(attempt)
    elif outcome == "over":
        ItemResponse.objects.filter(attempt=attempt).update(is_over=True)

    for at in range(25):
        assert give(attempt, f"Kozyrev {at}", sequence=0).outcome == outcome

    kept = SavedAnswer.objects.filter(outcome=outcome).order_by("pk")
    assert list(kept.values_list("answer", flat=True)) == [f"Kozyrev {at}" for at in range(15, 25)]
    assert SavedAnswer.objects.filter(outcome="taken").count() == 1


def test_the_student_is_told_how_many_late_answers_are_kept(db: None, student: User) -> None:
    attempt = open_at("text", student)
    submit(attempt)

    found = post(browser_of(student), attempt, {}, answer="Kozyrev")

    assert found.status_code == 409
    assert "the newest 10 for each question are kept" in " ".join(found.content.decode().split())


def test_an_answer_taken_in_good_time_is_never_dropped(db: None, student: User) -> None:
    attempt = open_at("text", student)

    for at in range(15):
        give(attempt, f"Kozyrev {at}", now=NOW)

    assert SavedAnswer.objects.filter(outcome="taken").count() == 15
