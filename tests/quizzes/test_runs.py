"""Regrades of many papers: nothing shows before all is done, and then it is what regrading at once would have given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from courses.models import AuditEntry, Deed, Enrolment
from quizzes.errors import MarksMoved, NotUnderWay, ReasonNeeded, RegradeUnderWay
from quizzes.models import (
    Attempt,
    AttemptEvent,
    HumanMark,
    ItemResponse,
    ItemRevision,
    Quiz,
    Regrade,
    RegradeRun,
    StagedMark,
)
from quizzes.services import runs
from quizzes.services.attempts import reopen_attempt
from quizzes.services.grading import mark_by_hand
from quizzes.services.record import Cause, Event
from quizzes.services.regrading import make_regrade, preview_regrade, remark_attempts, undo_regrade
from quizzes.services.runs import begin_regrade, begin_undo, cancel_run, forget_runs, step, work_on_runs
from quizzes.services.standing import rebuild
from tests.make import (
    LATER,
    NOW,
    body,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_quiz,
    make_user,
    regrade_of,
    submit,
)

State = RegradeRun.State
Marks = tuple[dict[Any, Any], dict[Any, Any]]
PAPERS = 5


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_AT_ONCE", 2)


@pytest.fixture
def quiz(db: None) -> Quiz:
    """A quiz of three questions that five have submitted, with an essay that waits."""
    items = [body("single", key="q1", points=3), body("matching", key="q2"), body("essay", key="q3")]
    quiz = make_quiz(items=items)
    for at in range(PAPERS):
        hand_in(quiz, f"s{at}")
    return quiz


def hand_in(quiz: Quiz, name: str) -> Attempt:
    attempt = begin(quiz, name)
    return submit(attempt, now=NOW)


def begin(quiz: Quiz, name: str) -> Attempt:
    attempt = make_attempt(quiz, make_user(name))
    give(attempt, "kind")
    give(attempt, {"old": "help", "new": "help"}, position=2)
    give(attempt, "It lapsed.", position=3)
    return attempt


def revision(quiz: Quiz) -> ItemRevision:
    return ItemRevision.objects.select_related("item").get(item__quiz=quiz, item__key="q1", number=1)


def wanted(quiz: Quiz, teacher: User, fix: str = "credit_all", **fields: Any) -> Regrade:
    return regrade_of(revision(quiz), fix, teacher, **fields)


def marks() -> Marks:
    totals = ("raw_score", "score", "max_score", "unmarked_count", "unmarked_points", "state")
    return (
        {row[0]: row[1:] for row in Attempt.objects.values_list("pk", *totals)},
        {row[0]: row[1:] for row in ItemResponse.objects.values_list("pk", "share", "points")},
    )


def marked_in_full(teacher: User) -> Marks:
    remark_attempts(list(Attempt.objects.select_related("quiz")), Cause(teacher, LATER, "To see."), Event.MARKED)
    return marks()


def told() -> set[tuple[Any, ...]]:
    names = ("attempt", "response", "kind", "points_before", "points_after", "reason", "actor")
    return set(AttemptEvent.objects.filter(kind__in=["regraded", "undone"]).values_list(*names))


def test_nothing_shows_before_the_last_step_and_then_everything(quiz: Quiz, instructor: User) -> None:
    before = marks()
    run = begin_regrade(regrade=wanted(quiz, instructor), now=LATER)

    for done in (2, 4, 5):
        assert step(run.pk, now=LATER)
        run.refresh_from_db()
        assert (run.done_count, run.paper_count, run.state) == (done, PAPERS, State.WORKING)
        assert (marks(), Regrade.objects.count(), told()) == (before, 0, set())
    assert step(run.pk, now=LATER)

    run.refresh_from_db()
    assert (run.state, run.changed_count) == (State.DONE, PAPERS)
    assert marks() != before
    assert marks() == marked_in_full(instructor)


def test_classes_follow_in_chunks_also_after_the_worker_was_killed(quiz: Quiz, instructor: User) -> None:
    cohort = make_cohort(quiz.course, instructor=instructor, students=list(User.objects.filter(attempts__quiz=quiz)))
    Enrolment.objects.filter(cohort=cohort).update(joined_at=NOW - timedelta(hours=1))
    rebuild(cohort)
    run = begin_regrade(regrade=wanted(quiz, instructor), now=LATER)
    while run.state != State.DONE:
        step(run.pk, now=LATER)
        run.refresh_from_db()
    assert StagedMark.objects.count() == PAPERS

    assert work_on_runs() == 1  # the next round of a worker finds what is left

    assert StagedMark.objects.count() == 0
    assert rebuild(cohort) == 0
    assert work_on_runs() == 0


@pytest.mark.parametrize("fix", ["credit_all", "disregard", "keep"])
def test_it_leaves_what_regrading_at_once_leaves(quiz: Quiz, instructor: User, fix: str) -> None:
    made = wanted(quiz, instructor, fix)
    make_regrade(regrade=made, now=LATER)
    at_once, said = marks(), told()
    undo_regrade(regrade=made, actor=instructor, reason="To see.", now=LATER)
    AttemptEvent.objects.all().delete()

    begin_regrade(regrade=wanted(quiz, instructor, fix), now=LATER)
    assert work_on_runs() == 1

    assert marks() == at_once
    assert told() == said
    regrade = Regrade.objects.get(undone_at=None)
    assert set(AttemptEvent.objects.values_list("regrade", flat=True)) <= {regrade.pk}
    entries = AuditEntry.objects.filter(deed=Deed.REGRADED).order_by("pk")
    assert entries[0].details["changed"] == entries[1].details["changed"]


def test_undoing_is_worked_out_and_shown_all_at_once_as_well(quiz: Quiz, instructor: User) -> None:
    before = marks()
    made = wanted(quiz, instructor)
    make_regrade(regrade=made, now=LATER)
    regraded = marks()

    run = begin_undo(regrade=made, actor=instructor, reason="It was right.", now=LATER)
    assert step(run.pk, now=LATER)
    assert marks() == regraded
    work_on_runs()

    assert marks() == before
    made.refresh_from_db()
    assert made.undone_by == instructor
    assert {kind for _attempt, _response, kind, *_rest in told()} == {"regraded", "undone"}


def test_cancelled_it_leaves_nothing_and_another_may_begin(quiz: Quiz, instructor: User) -> None:
    before = marks()
    run = begin_regrade(regrade=wanted(quiz, instructor), now=LATER)
    step(run.pk, now=LATER)

    cancel_run(run=run, now=LATER)

    assert not step(run.pk, now=LATER)
    assert work_on_runs() == 0
    assert (marks(), StagedMark.objects.count(), Regrade.objects.count()) == (before, 0, 0)
    with pytest.raises(NotUnderWay):
        cancel_run(run=run, now=LATER)
    begin_regrade(regrade=wanted(quiz, instructor), now=LATER)


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_run_whose_worker_was_killed_goes_on_where_it_stopped(quiz: Quiz, instructor: User, steps: int) -> None:
    run = begin_regrade(regrade=wanted(quiz, instructor), now=LATER)
    for _step in range(steps):
        step(run.pk, now=LATER)
    staged = set(StagedMark.objects.values_list("pk", flat=True))

    assert len(staged) == min(2 * steps, PAPERS)
    assert work_on_runs() == 1

    run.refresh_from_db()
    assert run.state == State.DONE
    assert marks() == marked_in_full(instructor)


def someone_submits(quiz: Quiz, teacher: User) -> None:
    hand_in(quiz, "late")


def many_submit(quiz: Quiz, teacher: User) -> None:
    for at in range(4):
        hand_in(quiz, f"late-{at}")


def an_essay_is_marked(quiz: Quiz, teacher: User) -> None:
    essay = ItemResponse.objects.filter(position=3).select_related("revision", "attempt").order_by("pk")[0]
    mark_by_hand(response=essay, levels={"claim": 1, "evidence": 0}, comment="", marker=teacher, now=LATER)


def another_regrade_is_made(quiz: Quiz, teacher: User) -> None:
    make_regrade(regrade=wanted(quiz, teacher, "disregard"), now=LATER)


def a_regrade_of_another_question_is_made(quiz: Quiz, teacher: User) -> None:
    other = ItemRevision.objects.select_related("item").get(item__quiz=quiz, item__key="q2")
    make_regrade(regrade=regrade_of(other, "credit_all", teacher), now=LATER)


def one_is_opened_again(quiz: Quiz, teacher: User) -> None:
    first = Attempt.objects.order_by("pk")[0]
    reopen_attempt(attempt=first, actor=teacher, reason="Ill.", now=LATER)


def one_is_gone(quiz: Quiz, teacher: User) -> None:
    Attempt.objects.filter(pk=Attempt.objects.order_by("pk")[1].pk).delete()


MEANWHILE = [
    someone_submits, many_submit, an_essay_is_marked, another_regrade_is_made, a_regrade_of_another_question_is_made,
    one_is_opened_again, one_is_gone,
]  # fmt: skip


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("happens", MEANWHILE)
def test_what_happens_meanwhile_is_counted_in(
    quiz: Quiz, instructor: User, happens: Callable[[Quiz, User], None], steps: int
) -> None:
    run = begin_regrade(regrade=wanted(quiz, instructor), now=LATER)
    for _step in range(steps):
        step(run.pk, now=LATER)

    happens(quiz, instructor)
    work_on_runs()

    run.refresh_from_db()
    assert run.state == State.DONE
    assert marks() == marked_in_full(instructor)
    assert not StagedMark.objects.exists()


def test_one_submitted_after_it_was_done_is_marked_by_it(quiz: Quiz, instructor: User) -> None:
    attempt = begin(quiz, "slow")
    begin_regrade(regrade=wanted(quiz, instructor), now=LATER)
    work_on_runs()

    assert submit(attempt, now=LATER).score == Attempt.objects.get(student__username="s0").score


def test_it_reaches_the_classes_it_was_asked_for_and_no_others(quiz: Quiz, instructor: User) -> None:
    mine = User.objects.filter(username__in=["s0", "s1", "s2"])
    cohort = make_cohort(quiz.course, instructor=instructor, students=mine)
    others = {row.pk: row.score for row in Attempt.objects.exclude(student__in=mine)}

    begin_regrade(regrade=wanted(quiz, instructor), now=LATER, cohorts=[cohort])
    enrol(User.objects.get(username="s3"), cohort, now=LATER)  # from now on: nothing that was made before
    work_on_runs()

    assert {row.pk: row.score for row in Attempt.objects.exclude(student__in=mine)} == others
    assert list(Regrade.objects.get().cohorts.all()) == [cohort]
    assert marks() == marked_in_full(instructor)


def test_what_fails_changes_nothing_and_says_so(
    quiz: Quiz, instructor: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = marks()
    run = begin_regrade(regrade=wanted(quiz, instructor), now=LATER)
    step(run.pk, now=LATER)

    def fail(*_args: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(runs, "mark_question_again", fail)
    work_on_runs()

    run.refresh_from_db()
    assert run.state == State.FAILED
    assert (marks(), StagedMark.objects.count(), Regrade.objects.count()) == (before, 0, 0)
    assert "could not be worked out" in caplog.text


def test_one_regrade_of_a_question_is_worked_out_at_a_time(quiz: Quiz, instructor: User) -> None:
    begin_regrade(regrade=wanted(quiz, instructor), now=LATER)
    with pytest.raises(RegradeUnderWay):
        begin_regrade(regrade=wanted(quiz, instructor, "keep"), now=LATER)


def test_what_would_do_something_else_than_was_shown_is_not_begun(quiz: Quiz, instructor: User) -> None:
    shown = preview_regrade(wanted(quiz, instructor)).fingerprint
    hand_in(quiz, "late")

    with pytest.raises(MarksMoved):
        begin_regrade(regrade=wanted(quiz, instructor), now=LATER, expected=shown)
    with pytest.raises(ReasonNeeded):
        begin_regrade(regrade=wanted(quiz, instructor, reason=" "), now=LATER)
    assert not RegradeRun.objects.exists()


def test_an_undoing_that_was_done_in_another_way_meanwhile_is_over(quiz: Quiz, instructor: User) -> None:
    made = wanted(quiz, instructor)
    make_regrade(regrade=made, now=LATER)
    run = begin_undo(regrade=made, actor=instructor, reason="No.", now=LATER)
    step(run.pk, now=LATER)
    undo_regrade(regrade=Regrade.objects.get(), actor=instructor, reason="No.", now=LATER)
    work_on_runs()

    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert marks() == marked_in_full(instructor)


def test_runs_that_are_long_over_are_forgotten_and_their_regrades_stay(quiz: Quiz, instructor: User) -> None:
    begin_regrade(regrade=wanted(quiz, instructor), now=LATER)
    assert forget_runs(before=LATER) == 0
    work_on_runs()
    ended = RegradeRun.objects.get().ended_at
    assert ended is not None
    assert forget_runs(before=ended) == 0
    RegradeRun.objects.update(ended_at=NOW)

    assert forget_runs(before=LATER) == 1
    assert Regrade.objects.count() == 1
    assert not HumanMark.objects.exists()
