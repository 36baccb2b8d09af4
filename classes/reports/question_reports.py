"""What the students of a class reported about questions, question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch

from courses.models import Cohort
from quizzes.models import ItemRevision, QuestionReport, Regrade

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
    rows = rows.select_related(
        "revision__item__quiz", "response", "student__name_order", "answered_by__name_order", "regrade"
    )
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


def _by_wait(question: ReportedQuestion) -> tuple[int, int]:
    return (-len(question.waiting), question.revision.pk)
