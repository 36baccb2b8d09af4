"""Marking one question again and adding the rest up gives to the hundredth what marking whole papers gives."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from quizzes.domain.regrading import Fix
from quizzes.models import Attempt, HumanMark, ItemResponse, ItemRevision, Quiz, Regrade
from quizzes.services import differences
from quizzes.services.record import Cause, Event
from quizzes.services.regrading import Change, make_regrade, preview_regrade, remark_attempts, undo_regrade
from tests.make import (
    LATER,
    body,
    check,
    give,
    make_attempt,
    make_quiz,
    make_user,
    priced,
    regrade_of,
    rekeyed,
    submit,
)

KINDS = ["single", "multiple", "matching", "text", "numeric", "ordering", "cloze", "essay"]
POINTS = ["1", "2", "0.25", "1.35", "3", "0.05", "2.5", "1"]
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "late work": {"due": "2026-03-01T00:00:00Z", "credit": [{"days": 30, "percent": 85}]},
    "certainty": {"confidence": "certainty"},
    "tries": priced("adaptive", penalty="0.3333333"),
}
Row = tuple[Any, ...]


def sat(settings: dict[str, Any], rng: random.Random, students: int = 6) -> Quiz:
    """Return a quiz that some have submitted, with answers right, wrong, half right and left out."""
    items = [body(kind, key=f"q{at}", points=worth) for at, (kind, worth) in enumerate(zip(KINDS, POINTS, strict=True))]
    quiz = make_quiz(items=items, **settings)
    for at in range(students):
        attempt = make_attempt(quiz, make_user(f"s{at}"))
        for response in attempt.responses.select_related("revision").order_by("position"):
            spec = response.revision.spec
            answer = (
                rng.choice([spec.right_answer(), spec.wrong_answer(rng), None]) if spec.kind != "essay" else "Words."
            )
            if answer is not None:
                give(attempt, answer, position=response.position, confidence=rng.choice([None, 1, 2, 3]))
                if quiz.is_checked_at_once and spec.is_machine_marked and rng.random() < 0.5:
                    check(attempt, position=response.position)
        submit(attempt, now=LATER)
    return quiz


def totals() -> dict[UUID, Row]:
    names = ("raw_score", "score", "max_score", "unmarked_count", "unmarked_points", "credit_percent")
    return {row[0]: row[1:] for row in Attempt.objects.values_list("pk", *names)}


def shares() -> dict[int, Row]:
    return {row[0]: row[1:] for row in ItemResponse.objects.values_list("pk", "share", "points")}


def marked_in_full(teacher: User) -> tuple[dict[UUID, Row], dict[int, Row]]:
    """Return every total and share once all papers are marked in full."""
    remark_attempts(list(Attempt.objects.select_related("quiz")), Cause(teacher, LATER, "To see."), Event.MARKED)
    return totals(), shares()


def some_regrade(quiz: Quiz, rng: random.Random, teacher: User) -> Regrade:
    revision = rng.choice(list(ItemRevision.objects.filter(item__quiz=quiz, responses__isnull=False).distinct()))
    fixes = [Fix.CREDIT_ALL, Fix.DISREGARD, Fix.KEEP, Fix.NEW_RULES]
    fields: dict[str, Any] = {"never_lower": rng.random() < 0.5, "touches_human": rng.random() < 0.5}
    if revision.spec.kind == "single":
        fixes += [Fix.NEW_KEY, Fix.BOTH_KEYS]
        fields["new_revision"] = rekeyed(revision, "kind")
    return regrade_of(revision, rng.choice(fixes).value, teacher, **fields)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", SETTINGS)
def test_after_regrades_made_and_undone_every_paper_holds_what_marking_it_in_full_gives(
    instructor: User, mode: str, seed: int
) -> None:
    rng = random.Random(f"{mode}/{seed}")
    quiz = sat(SETTINGS[mode], rng)
    mark_some_essays(quiz, instructor, rng)
    made: list[Regrade] = []
    for _step in range(6):
        if made and rng.random() < 0.3:
            undo_regrade(regrade=made.pop(rng.randrange(len(made))), actor=instructor, reason="No.", now=LATER)
        else:
            regrade = some_regrade(quiz, rng, instructor)
            foreseen = {each.attempt.pk: (each.score_after, each.possible_after) for each in seen(regrade)}
            make_regrade(regrade=regrade, now=LATER)
            made.append(regrade)
            assert foreseen == {pk: (row[1], row[2]) for pk, row in totals().items() if pk in foreseen}
        assert (totals(), shares()) == marked_in_full(instructor)


def seen(regrade: Regrade) -> Sequence[Change]:
    return preview_regrade(regrade).changes


def mark_some_essays(quiz: Quiz, teacher: User, rng: random.Random) -> None:
    for response in ItemResponse.objects.filter(revision__body__kind="essay").select_related("revision"):
        if rng.random() < 0.5:
            share = Decimal(rng.randrange(0, 7)) / 6
            HumanMark.objects.create(response=response, share=round(share, 6), marker=teacher, marked_at=LATER)
    marked_in_full(teacher)


def test_a_total_that_could_round_either_way_is_marked_in_full(
    instructor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three thirds of a question worth 0.05 and half of one: the sum lies on the edge between two hundredths."""
    items = [body("matching", key=f"q{at}", points="0.01") for at in range(3)]
    quiz = make_quiz(items=items)
    attempt = make_attempt(quiz, make_user("s"))
    for position in (1, 2, 3):
        give(attempt, {"old": "help", "new": "help"}, position=position)
    submit(attempt, now=LATER)
    marked: list[int] = []
    whole = differences.load_papers
    monkeypatch.setattr(differences, "load_papers", lambda *args, **named: marked.append(1) or whole(*args, **named))
    revision = attempt.responses.select_related("revision__item").get(position=1).revision

    make_regrade(regrade=regrade_of(revision, "disregard", instructor), now=LATER)
    assert marked == []  # 0.005 + 0.005 is 0.01, however it is added
    make_regrade(regrade=regrade_of(revision, "credit_all", instructor), now=LATER)

    assert totals()[attempt.pk][0] == Decimal("0.02")


@pytest.mark.parametrize("papers", [3, 30])
def test_only_the_answers_to_the_question_are_fetched_whatever_else_is_on_the_papers(
    instructor: User, papers: int, django_assert_max_num_queries: Any
) -> None:
    quiz = make_quiz(items=8, kinds=["single"])
    for at in range(papers):
        submit(make_attempt(quiz, make_user(f"s{at}")), now=LATER)
    revision = ItemRevision.objects.filter(item__quiz=quiz).select_related("item")[0]
    built: list[int] = []
    from_db = ItemResponse.from_db.__func__  # type: ignore[attr-defined]

    def counted(cls: type[ItemResponse], *args: Any) -> ItemResponse:
        built.append(1)
        made: ItemResponse = from_db(cls, *args)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ItemResponse, "from_db", classmethod(counted))
        preview_regrade(regrade_of(revision, "credit_all", instructor))

    assert len(built) == papers
