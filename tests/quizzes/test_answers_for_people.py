"""Which answers a person grades is a column of each response, and says what marking says, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Q, QuerySet

from quizzes.domain.kinds import HUMAN_KINDS
from quizzes.errors import QuizError
from quizzes.models import Attempt, ItemResponse, ItemRevision, Quiz, Regrade
from quizzes.models.attempts import ItemResponseQuerySet
from quizzes.services.attempts import reopen_attempt, start_attempt
from quizzes.services.grading import mark_by_hand
from quizzes.services.regrading import make_regrade, undo_regrade
from quizzes.services.runs import begin_regrade, begin_undo, work_on_runs
from tests.make import LATER, NOW, answer_rightly, body, give, make_attempt, make_quiz, make_user, regrade_of, submit

LEVELS = {"claim": 1, "evidence": 1}


def told() -> ItemResponseQuerySet:
    """What the column says of everyone's answers."""
    return ItemResponse.objects.for_people(Attempt.objects.all())


def by_definition() -> QuerySet[ItemResponse]:
    """Return the answers handed in that a person marks, by what makes them so."""
    handed_in = ItemResponse.objects.filter(attempt__state="submitted", answer__isnull=False)
    written = handed_in.filter(revision__kind__in=HUMAN_KINDS).with_out()
    return written.filter(Q(human_mark__isnull=False) | Q(share=None, is_out=False))


def assert_told_rightly() -> None:
    assert set(told()) == set(by_definition())
    waiting = dict(by_definition().filter(human_mark=None).order_by().values_list("attempt").annotate(Count("pk")))
    submitted = Attempt.objects.submitted()
    assert {each.pk: each.unmarked_count for each in submitted if each.unmarked_count} == waiting


def kinds_of() -> dict[str, str]:
    return dict(ItemRevision.objects.values_list("item__key", "kind"))


@pytest.fixture
def teacher(db: None) -> User:
    return make_user("teacher")


@pytest.fixture
def quiz(db: None) -> Quiz:
    return make_quiz(items=[body("essay", key="essay", points=5), body("single", key="choice")])


@pytest.fixture
def attempt(quiz: Quiz, student: User) -> Attempt:
    """An attempt with an essay that waits to be marked."""
    attempt = make_attempt(quiz, student)
    give(attempt, "It lapsed.", position=1)
    give(attempt, "dollars", position=2)
    return submit(attempt)


def essay_of(attempt: Attempt) -> ItemResponse:
    return attempt.responses.select_related("revision").get(position=1)


def marked(attempt: Attempt, teacher: User) -> None:
    mark_by_hand(response=essay_of(attempt), levels=LEVELS, comment="", marker=teacher, now=LATER)


def opened(attempt: Attempt, teacher: User) -> None:
    reopen_attempt(attempt=attempt, actor=teacher, reason="A storm.", now=LATER)


def changed_and_submitted(attempt: Attempt, teacher: User) -> None:
    marked(attempt, teacher)
    opened(attempt, teacher)
    give(attempt, "It ended.", position=1, now=LATER + timedelta(minutes=5))
    submit(attempt)


def emptied_and_submitted(attempt: Attempt, teacher: User) -> None:
    opened(attempt, teacher)
    give(attempt, None, position=1)
    submit(attempt)


def regraded(fix: str) -> Callable[[Attempt, User], None]:
    def do(attempt: Attempt, teacher: User) -> None:
        make_regrade(regrade=regrade_of(essay_of(attempt).revision, fix, teacher), now=LATER)

    return do


def undone(attempt: Attempt, teacher: User) -> None:
    regraded("disregard")(attempt, teacher)
    undo_regrade(regrade=Regrade.objects.get(), actor=teacher, reason="A mistake.", now=LATER)


def regraded_in_the_background(attempt: Attempt, teacher: User) -> None:
    regrade = regrade_of(essay_of(attempt).revision, "disregard", teacher)
    begin_regrade(regrade=regrade, cohorts=None, now=LATER)
    work_on_runs()


def undone_in_the_background(attempt: Attempt, teacher: User) -> None:
    regraded_in_the_background(attempt, teacher)
    begin_undo(regrade=Regrade.objects.get(), actor=teacher, reason="A mistake.", now=LATER)
    work_on_runs()


@pytest.mark.parametrize(
    ("deed", "is_for_people"),
    [
        (lambda _attempt, _teacher: None, True),
        (marked, True),
        (opened, False),
        (changed_and_submitted, True),
        (emptied_and_submitted, False),
        (regraded("disregard"), False),
        (regraded("credit_all"), False),
        (undone, True),
        (regraded_in_the_background, False),
        (undone_in_the_background, True),
    ],
)
def test_an_essay_is_for_people_while_it_waits_or_has_a_mark(
    attempt: Attempt, teacher: User, deed: Any, is_for_people: bool
) -> None:
    deed(Attempt.objects.get(pk=attempt.pk), teacher)

    assert told().filter(pk=essay_of(attempt).pk).exists() is is_for_people
    assert_told_rightly()


def test_an_answer_that_the_machine_marks_is_for_nobody(attempt: Attempt) -> None:
    assert [each.position for each in told()] == [1]


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_deeds_leaves_an_answer_out(quiz: Quiz, teacher: User, seed: int) -> None:
    rng, students = Random(seed), [make_user(f"student-{at}") for at in range(3)]
    now, done = NOW, 0

    def one(rows: QuerySet[Any]) -> Any:
        listed = list(rows.order_by("pk"))
        if not listed:
            raise QuizError
        return rng.choice(listed)

    def regrade() -> None:
        revision = one(ItemRevision.objects.filter(item__quiz=quiz))
        make_regrade(regrade=regrade_of(revision, rng.choice(("disregard", "credit_all")), teacher), now=now)

    def mark() -> None:
        response = one(told().select_related("revision"))
        mark_by_hand(response=response, levels=LEVELS, comment="", marker=teacher, now=now)

    deeds: list[Callable[[], Any]] = [
        lambda: start_attempt(quiz=quiz, student=rng.choice(students), now=now),
        lambda: answer_rightly(one(Attempt.objects.open()), count=rng.randint(1, 2)),
        lambda: submit(one(Attempt.objects.open())),
        lambda: opened(one(Attempt.objects.submitted()), teacher),
        regrade,
        mark,
        lambda: undo_regrade(regrade=one(Regrade.objects.in_force()), actor=teacher, reason="Said.", now=now),
    ]
    for _step in range(40):
        now += timedelta(minutes=1)
        try:
            rng.choice(deeds)()
        except QuizError:
            continue
        done += 1
        assert_told_rightly()

    assert done > 10


def test_the_kind_of_a_revision_is_the_one_in_its_words(quiz: Quiz) -> None:
    revision = quiz.items.get(key="choice").revisions.get()
    revision.body = {**revision.body, "kind": "survey"}
    revision.save()

    assert kinds_of() == {"essay": "essay", "choice": "survey"}


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_finds_the_answers_for_people_and_the_kinds() -> None:
    teacher = make_user("teacher")
    quiz = make_quiz(items=[body("essay", key="e1"), body("essay", key="e2"), body("single", key="s")])
    for at, name in enumerate(("waits", "marked", "blank")):
        attempt = make_attempt(quiz, make_user(name))
        for position in (1, 2):
            give(attempt, None if name == "blank" else f"It lapsed {at}.", position=position)
        give(attempt, "dollars", position=3)
        submit(attempt)
    marked(Attempt.objects.get(student__username="marked"), teacher)
    make_attempt(quiz, make_user("open"))
    make_regrade(regrade=regrade_of(quiz.items.get(key="e2").revisions.get(), "disregard", teacher), now=LATER)
    before = set(told().values_list("attempt__student__username", "position"))
    executor = MigrationExecutor(connection)
    try:
        executor.migrate([("quizzes", "0020_calendar_addresses")])
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    found = set(told().values_list("attempt__student__username", "position"))
    assert before == {("waits", 1), ("marked", 1)}
    assert found == before
    assert kinds_of() == {"e1": "essay", "e2": "essay", "s": "single"}
