"""How often items were on papers is kept, equals what a recount gives, and is all that drawing a paper reads of it."""

from __future__ import annotations

import random
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from courses.models import LearningObjective
from quizzes.models import Attempt, ItemResponse, ItemUse, Quiz
from quizzes.services.attempts import start_attempt
from quizzes.services.guests import adopt_guest_work, forget_guest, forget_guests
from quizzes.services.uses import kept, recounted
from tests.make import NOW, body, make_attempt, make_course, make_guest, make_user, quiz_file, rekeyed, submit
from tests.racing import race
from tests.rows import reading


def course_of(bank: int = 12, take: int = 4) -> Quiz:
    """Return a quiz that draws from a bank of so many, in a course with a fixed quiz as well."""
    items = [body("single", key=f"b{at:03}") for at in range(bank)]
    final = quiz_file(key="final", items=[body("single", key="own")], draw={"strata": [{"take": take}]})
    make_course(lessons=1, sections=1, quizzes=[quiz_file(key="bank", items=items), final])
    return Quiz.objects.get(key="final")


def begin(quiz: Quiz, student: User, hours: int) -> Attempt:
    return start_attempt(quiz=quiz, student=student, now=NOW + timedelta(hours=hours))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_the_counts_are_those_of_a_recount(db: None, seed: int) -> None:
    rng = random.Random(seed)
    quizzes = [course_of(), Quiz.objects.get(key="bank")]
    people, guests = [make_user(f"s{at}") for at in range(3)], [make_guest() for _at in range(4)]
    for hour in range(15):
        deed = rng.choice(["start", "start", "start", "revise", "adopt", "forget"])
        if deed == "start":
            attempt = begin(rng.choice(quizzes), rng.choice([*people, *guests]), hour)
            if attempt.state == "open" and rng.random() < 0.8:
                submit(attempt, now=NOW + timedelta(hours=hour))
        elif deed == "revise":
            item = rng.choice(list(quizzes[1].items.all()))
            rekeyed(item.revisions.get(is_current=True), rng.choice(["dollars", "roubles", "kind"]))
        elif guests:
            guest = guests.pop()
            if deed == "adopt":
                adopt_guest_work(guest=guest, user=rng.choice(people), now=NOW + timedelta(hours=hour))
            else:
                forget_guest(guest=guest)
        assert kept() == recounted()
    assert recounted()


def test_guests_who_are_forgotten_together_leave_no_count(db: None) -> None:
    quiz = course_of()
    for _at in range(3):
        begin(quiz, make_guest(), 0)
    begin(quiz, make_user("stays"), 0)

    assert forget_guests(before=NOW + timedelta(days=36_500)) == 3

    assert kept() == recounted()
    assert sum(kept().values()) == 5


def test_starting_again_with_an_open_attempt_counts_nothing(db: None, student: User) -> None:
    quiz = course_of()
    begin(quiz, student, 0)
    before = kept()
    begin(quiz, student, 1)

    assert kept() == before


@pytest.mark.django_db(transaction=True)
def test_people_who_start_at_once_are_all_counted() -> None:
    quiz = course_of()
    people = [make_user(f"s{at}") for at in range(4)]

    race(*[lambda who=who: begin(quiz, who, 0) for who in people])

    assert kept() == recounted()
    assert sum(kept().values()) == 4 * 5


def test_the_upgrade_counts_the_papers_there_are(db: None) -> None:
    quiz = course_of()
    for at in range(3):
        begin(quiz, make_user(f"s{at}"), 0)
    ItemUse.objects.all().delete()

    migration = import_module("quizzes.migrations.0013_how_often_items_were_on_papers")
    migration.count(apps, None)

    assert kept() == recounted() != {}


def add_history(quiz: Quiz, people: int, *, first: int) -> None:
    """Let so many people have sat the whole bank."""
    revisions = list(Quiz.objects.get(key="bank").items.values_list("revisions", flat=True))
    objective = LearningObjective.objects.filter(items__quiz__key="bank").first()
    users = User.objects.bulk_create(User(username=f"before-{first + at}") for at in range(people))
    attempts = Attempt.objects.bulk_create(
        Attempt(
            quiz=Quiz.objects.get(key="bank"), student=user, number=1, started_at=NOW, submitted_at=NOW,
            state="submitted", score=0, raw_score=0, max_score=len(revisions),
        )
        for user in users
    )  # fmt: skip
    ItemResponse.objects.bulk_create(
        ItemResponse(attempt=attempt, revision_id=revision, position=at, objective=objective)
        for attempt in attempts
        for at, revision in enumerate(revisions, start=1)
    )


def test_starting_a_drawn_paper_reads_no_more_after_ten_times_the_history(db: None) -> None:
    quiz = course_of(bank=20, take=6)
    make_attempt(quiz, make_user("first"))
    amounts = []
    for at, people in enumerate((30, 300)):
        add_history(quiz, people, first=1_000 * at)
        newcomer = make_user(f"newcomer-{at}")
        with reading() as read:
            begin(quiz, newcomer, 1)
        amounts.append(read.amount)

    assert amounts[1] <= 1.1 * amounts[0] + 100
