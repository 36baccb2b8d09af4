"""What is done on purpose to marks that were given before an upgrade, and what the marks are then.

The script that made the database recorded what the code of then makes of each act; the tests do the same acts again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from quizzes.models import Attempt, ItemResponse, Regrade, SavedAnswer
from quizzes.services.attempts import submit_attempt
from quizzes.services.late import accept_late_answer
from quizzes.services.record import Cause, Event
from quizzes.services.regrading import remark_attempts, undo_regrade

try:
    from quizzes.services.grading import mark_by_hand
except ImportError:  # in the code of then
    from quizzes.services.regrading import mark_by_hand  # type: ignore[attr-defined, no-redef]

THEN = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
SOONER = datetime(2026, 3, 5, 9, 20, tzinfo=UTC)
"""While the attempts that are open may still be submitted."""
_TOTALS = ("state", "raw_score", "credit_percent", "score", "max_score", "unmarked_count", "percent", "is_passed")


def marks() -> dict[str, dict[str, Any]]:
    """Return every mark there is, by attempt: totals, pass verdict, and share and points of each question."""
    found = {}
    for attempt in Attempt.objects.select_related("quiz").order_by("pk"):
        totals = {name: _plain(getattr(attempt, name)) for name in _TOTALS}
        rows = attempt.responses.order_by("position").values_list("share", "points")
        found[str(attempt.pk)] = {**totals, "questions": [[_plain(value) for value in row] for row in rows]}
    return found


def acts() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield every act by a name that lasts: marking all again, undoing, grading, accepting, submitting."""
    teacher = User.objects.get(username="teacher")
    yield "mark everything again", partial(_mark_again, teacher)
    for regrade in Regrade.objects.in_force():
        undo = partial(undo_regrade, regrade=regrade, actor=teacher, reason="It was right.", now=THEN)
        yield f"undo regrade {regrade.pk}", undo
    for response in ItemResponse.objects.for_people(Attempt.objects.all()).order_by("pk"):
        yield f"grade response {response.pk}", partial(_grade, response, teacher)
    for saved in SavedAnswer.objects.filter(outcome=SavedAnswer.Outcome.LATE).order_by("pk"):
        accept = partial(accept_late_answer, saved=saved, actor=teacher, reason="The network was down.", now=THEN)
        yield f"accept answer {saved.pk}", accept
    for attempt in Attempt.objects.open().select_related("student").order_by("pk"):
        submit = partial(submit_attempt, attempt_id=attempt.pk, student=attempt.student, now=SOONER)
        yield f"submit attempt {attempt.pk}", submit


def outcome(act: Callable[[], object]) -> dict[str, dict[str, Any]]:
    """Return the marks that an act changes, as they are after it; nothing of the act stays."""
    before = marks()
    with transaction.atomic():
        act()
        after = marks()
        transaction.set_rollback(True)
    return {attempt: now for attempt, now in after.items() if now != before[attempt]}


def _mark_again(teacher: User) -> None:
    attempts = list(Attempt.objects.submitted().select_related("quiz").order_by("pk"))
    remark_attempts(attempts, Cause(teacher, THEN, "To see."), Event.MARKED)


def _grade(response: ItemResponse, teacher: User) -> None:
    mark_by_hand(response=response, levels={"claim": 1, "evidence": 1}, comment="Graded.", marker=teacher, now=THEN)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)
