"""Reports of questions: those of a class, question by question; and those of one student, on a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from courses.models import Cohort
from quizzes.models import Attempt, ItemRevision, QuestionReport, Regrade

OPEN = QuestionReport.State.OPEN


@dataclass
class ReportedQuestion:
    """A revision with its reports: those that wait, oldest first, and those answered, newest first."""

    revision: ItemRevision
    waiting: list[QuestionReport] = field(default_factory=list)
    answered: list[QuestionReport] = field(default_factory=list)

    @property
    def regrades(self) -> Sequence[Regrade]:
        """Return the regrades an answer may name."""
        return list(self.revision.regrades.all())


def reported_questions(cohort: Cohort) -> list[ReportedQuestion]:
    """Return the questions a class reported, most reports waiting first, in two queries."""
    rows = QuestionReport.objects.of_class(cohort).order_by("reported_at", "pk")
    rows = rows.select_related("revision__item__quiz", "response", "student", "answered_by", "regrade")
    regrades = Prefetch("revision__regrades", Regrade.objects.in_force().reaching_class(cohort))
    found: dict[int, ReportedQuestion] = {}
    for report in rows.prefetch_related(regrades):
        question = found.setdefault(report.revision_id, ReportedQuestion(report.revision))
        if report.state == OPEN:
            question.waiting.append(report)
        else:
            question.answered.insert(0, report)
    return sorted(found.values(), key=_by_wait)


def open_report_count(cohort: Cohort) -> int:
    """Return how many reports of a class wait for an answer."""
    return QuestionReport.objects.of_class(cohort).unanswered().count()


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


def _by_wait(question: ReportedQuestion) -> tuple[int, int]:
    return (-len(question.waiting), question.revision.pk)
