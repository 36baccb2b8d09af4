"""What one student reported about the questions of a paper."""

from __future__ import annotations

from typing import Any

from quizzes.models import Attempt, QuestionReport


def reports_on(attempt: Attempt, *, is_own: bool) -> dict[int, list[QuestionReport]]:
    """Return a student's reports of the questions on a paper, by revision, in one query.

    The student finds those made on earlier attempts too; staff of the class, who may not see these, only this one's.
    """
    rows: Any = QuestionReport.objects.filter(student=attempt.student_id, revision__responses__attempt=attempt)
    rows = rows if is_own else rows.filter(response__attempt=attempt)
    found: dict[int, list[QuestionReport]] = {}
    for report in rows.select_related("answered_by", "regrade").order_by("reported_at"):
        found.setdefault(report.revision_id, []).append(report)
    return found
