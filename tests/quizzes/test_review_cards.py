"""Cards of review: made from misses whose keys are told, due on the right day, and nobody else's."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from courses.http import GUEST_KEY
from courses.models import Course, GlossaryTerm
from quizzes.domain.spaced_review import Grade
from quizzes.models import Item, ItemResponse, ReviewCard, ReviewEntry, ReviewPlan
from quizzes.reports.anki import deck_of_cards, deck_of_glossary
from quizzes.services.guests import adopt_guest_work, forget_guest
from quizzes.services.review import (
    NEW_TERMS,
    Given,
    due_today,
    gather,
    given_answer,
    memory_of,
    put_aside,
    queue_of,
    review_card,
    save_plan,
)
from tests.make import (
    LATER,
    NOW,
    body,
    browser_of,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_guest,
    make_user,
    quiz_file,
    submit,
)

RIGHT, WRONG = "dollars", "roubles"
DAY = timedelta(days=1)
TODAY = NOW.date()
CLOSES = {"practice": False, "review": "after_close", "closes": "2099-06-01T00:00:00Z"}


def singles(*names, **fields):
    return [body("single", key=name, **fields) for name in names]


@pytest.fixture
def course(db) -> Course:
    """A practice quiz that asks for confidence, a test that keeps its keys until it closes, an exam, a glossary."""
    exam = {"bank": "reserved", "strata": [{"take": 1}]}
    made = make_course(
        lessons=1,
        sections=1,
        quizzes=[
            quiz_file(items=[*singles("a1", "a2", "a3"), body("essay", key="text")], confidence="ask"),
            quiz_file(key="test", items=singles("t1", "t2"), **CLOSES),
            quiz_file(key="exam", items=[], reserved=singles("secret"), draw=exam, **CLOSES),
        ],
    )
    for at in range(1, 8):
        names = {"ko": f"말{at}"} if at % 2 else {}
        GlossaryTerm.objects.create(
            course=made, key=f"term-{at}", term=f"Term {at}", names=names, definition=f"Meaning *{at}*."
        )
    return made


def sit(course, student, key="quiz", answers=(WRONG, RIGHT, RIGHT), at=NOW, confidence=3):
    attempt = make_attempt(course.quizzes.get(key=key), student, now=at)
    for position, answer in enumerate(answers, start=1):
        give(attempt, answer, position=position, confidence=confidence, now=at)
    return submit(attempt, now=at)


def cards(student):
    return dict(ReviewCard.objects.filter(student=student).values_list("item__key", "due_on"))


def review(student, key, grade=Grade.RIGHT, at=NOW):
    card = ReviewCard.objects.get(student=student, item__key=key)
    given = Given(grade, uuid4())
    return review_card(student=student, card_id=card.pk, given=given, now=at, today=at.date())


def due(student, at=NOW):
    return due_today(student, now=at, today=at.date())


def test_what_was_missed_becomes_a_card_for_tomorrow(course, student):
    sit(course, student)

    assert cards(student) == {"a1": TODAY + DAY}
    assert (due(student), due(student, NOW + DAY)) == (0, 1)
    assert ReviewEntry.objects.get().grade == Grade.WRONG


def test_doubt_makes_a_card_that_was_right(course, student):
    sit(course, student, answers=(RIGHT, RIGHT, RIGHT), confidence=1)

    assert set(cards(student)) == {"a1", "a2", "a3"}
    assert set(ReviewEntry.objects.values_list("grade", flat=True)) == {Grade.RIGHT}


def test_a_later_answer_on_a_paper_moves_the_card_once(course, student):
    sit(course, student)
    attempt = sit(course, student, answers=(RIGHT, RIGHT, RIGHT), at=NOW + DAY)

    card = ReviewCard.objects.get()
    assert [each.grade for each in card.entries.all()] == [Grade.WRONG, Grade.CERTAIN]
    gather(student, now=NOW + 2 * DAY)
    assert card.entries.count() == 2
    assert card.entries.last().response == ItemResponse.objects.get(attempt=attempt, position=1)


def test_the_dates_of_a_card_follow_from_its_log(course, student):
    sit(course, student)
    at = NOW
    for grade in (3, 1, 2, 4, 3, 3):
        at += 3 * DAY
        review(student, "a1", Grade(grade), at=at)

    card = ReviewCard.objects.get()
    assert memory_of(card) == card.memory
    assert card.due_on == card.entries.last().due_on


def test_the_least_well_remembered_comes_first(course, student):
    sit(course, student, answers=(WRONG, WRONG, WRONG))
    review(student, "a2", Grade.RIGHT, at=NOW + DAY)
    at = NOW + 60 * DAY

    listed = [card.item.key for card in queue_of(student, now=at, today=at.date()).cards]

    assert listed[-1] == "a2"
    assert set(listed) == {"a1", "a2", "a3"}


def test_the_daily_limit_holds(course, student):
    sit(course, student, answers=(WRONG, WRONG, WRONG))
    save_plan(student=student, daily_cap=2, exam_on=None, sides={}, today=TODAY, now=NOW)
    at = NOW + DAY
    assert due(student, at) == 2

    review(student, "a1", at=at)
    review(student, "a2", at=at)

    assert due(student, at) == 0
    assert due(student, at + DAY) == 1


def test_the_date_of_an_exam_moves_the_cards(course, student):
    sit(course, student)
    review(student, "a1", Grade.CERTAIN, at=NOW + DAY)
    review(student, "a1", Grade.CERTAIN, at=NOW + 30 * DAY)
    far = cards(student)["a1"]
    exam = TODAY + 40 * DAY
    assert far > exam

    save_plan(student=student, daily_cap=20, exam_on=exam, sides={}, today=TODAY, now=NOW)
    assert TODAY + 30 * DAY < cards(student)["a1"] <= exam
    save_plan(student=student, daily_cap=20, exam_on=None, sides={}, today=TODAY, now=NOW)

    assert cards(student)["a1"] == far


@pytest.mark.parametrize(("how", "tomorrow"), [("pause", 0), ("known", 0), ("bury", 1)])
def test_a_card_can_be_put_aside_and_taken_back(course, student, how, tomorrow):
    sit(course, student)
    at = NOW + DAY
    card = ReviewCard.objects.get()
    assert due(student, at) == 1

    put_aside(student=student, card_id=card.pk, how=how, today=at.date())
    assert (due(student, at), due(student, at + DAY)) == (0, tomorrow)
    put_aside(student=student, card_id=card.pk, how="resume", today=at.date())

    assert due(student, at) == 1


def test_the_same_form_sent_twice_counts_once(course, student):
    sit(course, student)
    card = ReviewCard.objects.get()
    given = Given(Grade.RIGHT, uuid4())

    first, second = (
        review_card(student=student, card_id=card.pk, given=given, now=NOW + DAY, today=TODAY + DAY) for _n in range(2)
    )

    assert first == second
    assert card.entries.count() == 2


def test_a_withdrawn_question_is_asked_no_more(course, student):
    sit(course, student)
    Item.objects.filter(key="a1").update(is_retired=True)

    assert due(student, NOW + DAY) == 0


# What an exam keeps back.


def everything(student, at):
    """Return all that review, practice and exports tell a student, as far as it can be compared."""
    browser = browser_of(student)
    front = browser.get(reverse("quizzes:review")).content.decode()
    practice = browser.get(reverse("quizzes:practice", args=["course"])).content.decode()
    listed = browser.get(reverse("quizzes:review-cards")).content.decode()
    texts = [page[page.index("<main") : page.index("</main>")] for page in (front, practice, listed)]
    return [without_tokens(text) for text in texts], cards(student), due(student, at), notes(student, at)


def without_tokens(page):
    return "".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def notes(student, at):
    return sorted(fronts(deck_of_cards(student, now=at)))


def fronts(package):
    """Return the fronts and backs of the notes in a package of Anki."""
    with TemporaryDirectory() as folder, ZipFile(BytesIO(package)) as opened:
        opened.extract("collection.anki2", folder)
        rows = sqlite3.connect(Path(folder) / "collection.anki2")
        found = [each for (each,) in rows.execute("select flds from notes")]
        rows.close()
        return found


@pytest.mark.parametrize("key", ["test", "exam"])
@pytest.mark.parametrize("answer", [WRONG, RIGHT])
def test_sitting_an_exam_that_is_not_released_tells_nothing(course, student, key, answer):
    sit(course, student)
    before = everything(student, NOW + DAY)

    attempt = make_attempt(course.quizzes.get(key=key), student, now=LATER)
    give(attempt, answer, now=LATER)
    assert everything(student, NOW + DAY) == before
    submit(attempt, now=LATER)

    assert everything(student, NOW + DAY) == before


def test_a_test_becomes_cards_once_it_is_released_and_an_exam_never(course, student):
    sit(course, student, "test", (WRONG, RIGHT), confidence=None)
    sit(course, student, "exam", (WRONG,), confidence=None)
    gather(student, now=NOW + DAY)
    assert cards(student) == {}

    gather(student, now=NOW + 75 * 365 * DAY)

    assert set(cards(student)) == {"t1"}


def test_a_card_waits_while_its_question_is_on_an_open_paper(course, student):
    sit(course, student)
    at = NOW + DAY
    attempt = make_attempt(course.quizzes.get(key="quiz"), student, now=at)
    assert due(student, at) == 0
    assert notes(student, at) == []

    submit(attempt, now=at)

    assert len(notes(student, at)) == 3  # left blank, so all were missed


# Sessions.


def test_the_next_card_costs_five_queries(course, student, django_assert_max_num_queries):
    sit(course, student, answers=(WRONG, WRONG, WRONG))
    ReviewCard.objects.update(due_on=TODAY)
    browser = browser_of(student)

    with django_assert_max_num_queries(5):
        assert browser.get(reverse("quizzes:review-next")).status_code == 200


def test_a_session_asks_one_card_after_another(course, student):
    sit(course, student, answers=(WRONG, WRONG, RIGHT))
    ReviewCard.objects.update(due_on=TODAY)
    browser, address = browser_of(student), reverse("quizzes:review-next")
    for _n in range(2):
        page = browser.get(address)
        card = page.context["card"]
        assert "How sure are you?" in page.content.decode()
        answer = reverse("quizzes:review-answer", args=[card.pk])
        refused = browser.post(answer, {"sure": "3"})
        assert (refused.status_code, "No answer yet" in refused.content.decode()) == (422, True)
        names = page.context["form"].order
        done = browser.post(
            answer,
            {"sure": "3", "answer": str(names.index(RIGHT) + 1), "client_key": str(uuid4())},
            follow=True,
        )
        assert "Comes back" in done.content.decode()

    assert set(ReviewEntry.objects.filter(response=None).values_list("grade", flat=True)) == {Grade.CERTAIN}
    assert "Done for today" in browser.get(address, follow=True).content.decode()


def test_a_hint_is_shown_and_counts(course, student):
    item = Item.objects.get(key="a1")
    revision = item.revisions.get()
    revision.body["hints"] = ["Think of money."]
    revision.content_hash = "hinted"
    revision.save()
    sit(course, student)
    ReviewCard.objects.update(due_on=TODAY)
    browser = browser_of(student)
    page = browser.get(reverse("quizzes:review-next"))
    place = str(page.context["form"].order.index(RIGHT) + 1)
    answer = reverse("quizzes:review-answer", args=[page.context["card"].pk])

    shown = browser.post(answer, {"hint": "1", "hints": "0", "answer": place}).content.decode()
    assert "Think of money." in shown
    assert 'name="hints" value="1"' in shown
    browser.post(answer, {"sure": "3", "hints": "1", "answer": place})

    assert ReviewEntry.objects.get(response=None).grade == Grade.HARD


def test_nobody_opens_another_s_card(course, student):
    sit(course, student)
    entry = review(student, "a1", at=NOW + DAY)
    other = browser_of(make_user("other"))

    assert other.post(reverse("quizzes:review-answer", args=[entry.card_id]), {"sure": "0"}).status_code == 404
    assert other.get(reverse("quizzes:review-done", args=[entry.pk])).status_code == 404
    assert other.post(reverse("quizzes:review-aside", args=[entry.card_id]), {"how": "pause"}).status_code == 404


# Flashcards, Anki, people.


def test_flashcards_begin_a_few_a_day_and_end_when_they_are_not_wanted(course, student):
    sides = {"course": ["term:", "meaning:ko"]}
    save_plan(student=student, daily_cap=20, exam_on=None, sides=sides, today=TODAY, now=NOW)
    found = ReviewCard.objects.filter(student=student)
    assert found.filter(face="term").count() == 7
    assert set(found.filter(face="meaning").values_list("term__key", flat=True)) == {
        f"term-{at}" for at in (1, 3, 5, 7)
    }
    assert due(student) == NEW_TERMS
    first = queue_of(student, now=NOW, today=TODAY).first
    assert first is not None
    review_card(student=student, card_id=first.pk, given=Given(Grade.RIGHT, uuid4()), now=NOW, today=TODAY)

    save_plan(student=student, daily_cap=20, exam_on=None, sides={"course": []}, today=TODAY, now=NOW)
    assert list(found.values_list("pk", "is_paused")) == [(first.pk, True)]
    save_plan(student=student, daily_cap=20, exam_on=None, sides={"course": ["term:"]}, today=TODAY, now=NOW)

    assert found.filter(is_paused=False).count() == 7


def test_a_flashcard_is_turned_over_and_graded(course, student):
    save_plan(student=student, daily_cap=20, exam_on=None, sides={"course": ["meaning:"]}, today=TODAY, now=NOW)
    ReviewCard.objects.update(due_on=TODAY)
    browser = browser_of(student)
    page = browser.get(reverse("quizzes:review-next"))
    card = page.context["card"]
    assert "Did you know it?" in page.content.decode()

    browser.post(reverse("quizzes:review-answer", args=[card.pk]), {"grade": "4", "client_key": str(uuid4())})

    card.refresh_from_db()
    assert card.entries.get().grade == Grade.CERTAIN
    assert browser.post(reverse("quizzes:review-answer", args=[card.pk]), {"grade": "9"}).status_code == 404


def test_the_decks_hold_what_they_should(course, student):
    sit(course, student)
    glossary = fronts(deck_of_glossary(course))

    [note] = notes(student, NOW + DAY)
    assert "What happened?" in note
    assert "Paid in dollars" in note.split("\x1f")[1]
    assert len(glossary) == 14
    assert any(each.startswith("<p><b>Term 1</b></p>\x1f") and "말1" in each for each in glossary)
    answer = browser_of(student).get(reverse("quizzes:glossary-anki", args=["course"]))
    assert answer["Content-Disposition"] == 'attachment; filename="course-glossary.apkg"'


def test_a_guest_s_cards_come_along(course, student):
    guest = make_guest()
    sit(course, guest)
    save_plan(student=guest, daily_cap=7, exam_on=None, sides={}, today=TODAY, now=NOW)
    browser = Client()
    session = browser.session
    session[GUEST_KEY] = guest.pk
    session.save()
    assert browser.get(reverse("quizzes:review")).context["front"].card_count == 1

    adopt_guest_work(guest=guest, user=student, now=LATER)

    assert set(cards(student)) == {"a1"}
    assert ReviewPlan.objects.get().student == student


def test_a_guest_who_is_forgotten_leaves_no_cards(course):
    guest = make_guest()
    sit(course, guest)

    forget_guest(guest=guest)

    assert not ReviewCard.objects.exists()
    assert not ReviewEntry.objects.exists()


def test_an_instructor_who_views_as_a_student_sees_no_cards(course, student, instructor):
    cohort = make_cohort(course, instructor=instructor, students=[student])
    sit(course, student, at=NOW)
    student.seen_in = cohort

    assert not ReviewCard.objects.of(student).exists()


def test_the_api_tells_what_is_due_and_no_answer(course, student):
    sit(course, student)
    browser = browser_of(student)

    assert set(browser.get(reverse("api-review")).json()) == {"day", "due", "done", "daily_cap"}
    [card] = browser.get(reverse("api-review-cards")).json()["results"]
    assert (card["question"], card["course"], card["term"]) == ("a1", "course", None)
    assert "answer" not in str(card)


def test_an_answer_in_a_session_is_kept_with_its_words(course, student):
    sit(course, student)
    revision = Item.objects.get(key="a1").revisions.get()
    given = given_answer(revision, ["dollars"], RIGHT, client_key=uuid4(), confidence=2, hints=0)

    card = ReviewCard.objects.get()
    entry = review_card(student=student, card_id=card.pk, given=given, now=NOW + DAY, today=TODAY + DAY)

    assert (entry.revision, entry.answer, entry.share, entry.grade) == (revision, RIGHT, 1, Grade.RIGHT)
    assert revision.is_issued
