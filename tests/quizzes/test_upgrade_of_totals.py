"""The migration after which attempts remember the rules of their totals: every mark is what it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from quizzes.models import Attempt, ItemResponse, Regrade
from quizzes.services.regrading import make_regrade
from tests.make import LATER, body, give, make_attempt, make_quiz, make_user, regrade_of, submit

BEFORE, AFTER = (
    [("quizzes", "0005_deadlines_moved_and_attempts_without_end")],
    [("quizzes", "0006_totals_remember_their_rules")],
)


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_keeps_every_mark_counts_what_is_unmarked_and_finds_levels_that_are_missing():
    student, teacher = make_user("student"), make_user("teacher")
    written = [body("single", key="s", points=17), body("essay", key="e1", points=6), body("essay", key="e2", points=4)]
    quiz = make_quiz(items=written)
    attempt = make_attempt(quiz, student)
    give(attempt, "dollars", position=1)
    for position in (2, 3):
        give(attempt, "It lapsed.", position=position)
    submit(attempt)
    out = regrade_of(attempt.responses.get(position=3).revision, "disregard", teacher)
    make_regrade(regrade=out, now=LATER)
    sure = make_quiz(course="sure", key="sure", items=[body("single", key="a"), body("single", key="b")],
                     confidence="certainty")  # fmt: skip
    running = make_attempt(sure, student, now=LATER + timedelta(days=1))
    give(running, "dollars", position=1)
    give(running, "dollars", position=2, confidence=3)
    ItemResponse.objects.filter(attempt=running).update(is_complete=True)
    marks = list(Attempt.objects.order_by("pk").values("pk", "raw_score", "score", "max_score", "unmarked_count"))
    try:
        migrate(BEFORE)
        migrate(AFTER)
    finally:
        migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())

    assert list(Attempt.objects.order_by("pk").values(*marks[0])) == marks
    old, new = Attempt.objects.get(pk=attempt.pk), Attempt.objects.get(pk=running.pk)
    assert (old.rules, old.submitted_rules, old.unmarked_points) == (1, 1, 6)
    assert (new.rules, new.submitted_rules, new.unmarked_points) == (2, 2, 0)
    assert Regrade.objects.get().rules == 1
    assert [each.is_complete for each in new.responses.order_by("position")] == [False, True]
