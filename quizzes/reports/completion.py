"""How far a person is from a course's certificate: each condition of its rule, met or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from courses.models import Course, Lesson
from courses.models.completion import CertificateRule, rule_of
from courses.models.content import Viewer
from quizzes.domain.keeping import Kept
from quizzes.models import Quiz
from quizzes.reports.work import Totals, work_at


@dataclass(frozen=True)
class Condition:
    """One thing that is asked for: what to do, on which page, and whether it is done."""

    words: str
    title: str
    link: str
    is_met: bool


@dataclass(frozen=True)
class Checklist:
    """The rule of a course for one person."""

    rule: CertificateRule
    conditions: Sequence[Condition]

    @property
    def is_met(self) -> bool:
        """Say whether all is done. What the course has taken out is not asked for; nothing left is nothing met."""
        return bool(self.conditions) and all(each.is_met for each in self.conditions)

    @property
    def met(self) -> int:
        """Return how many conditions are met."""
        return sum(each.is_met for each in self.conditions)


def checklist(course: Course, learner: Viewer | None, *, now: datetime) -> Checklist | None:
    """Return how far a learner is, in a fixed number of queries; None for a course without a certificate.

    A result counts once its quiz lets the student see it: else the certificate would tell it before.
    """
    if course.certificate is None:
        return None
    rule = rule_of(course.certificate)
    lessons = _lessons(course, rule, learner)
    return Checklist(rule, [*lessons, *_quizzes(course, rule, learner, now)])


def _lessons(course: Course, rule: CertificateRule, learner: Viewer | None) -> list[Condition]:
    if not rule.lessons_read:
        return []
    lessons = Lesson.objects.current().written().filter(course=course).with_progress(learner).select_related("course")
    wanted = None if rule.lessons_read == "all" else set(rule.lesson_keys())
    return [
        Condition(_("Read"), lesson.title, lesson.get_absolute_url(), bool(lesson.is_complete))  # type: ignore[attr-defined]
        for lesson in lessons
        if wanted is None or lesson.key in wanted
    ]


def _quizzes(course: Course, rule: CertificateRule, learner: Viewer | None, now: datetime) -> list[Condition]:
    asked = list(_asked(course, rule))
    totals = Totals(learner, now)
    work = work_at({quiz for quiz, _percent in asked}, learner)
    found = []
    for quiz, percent in asked:
        kept = work[quiz].kept(quiz.keep)
        is_met = kept is not None and totals.are_shown(quiz) and _reaches(kept, percent or quiz.pass_percent)
        words = _("Pass") if percent is None else _("Reach %(percent)d%% in") % {"percent": percent}
        found.append(Condition(words, quiz.title, quiz.get_absolute_url(), is_met))
    return found


def _reaches(kept: Kept, percent: int) -> bool:
    return kept.is_passed(percent) is True


def _asked(course: Course, rule: CertificateRule) -> Iterator[tuple[Quiz, int | None]]:
    """Yield the quizzes that are asked for, in the order of the course, each with its own per cent or the pass mark."""
    passed, scores = set(rule.quizzes_passed), rule.scores
    if not (rule.lesson_quizzes_passed or passed or scores):
        return
    for quiz in Quiz.objects.current().filter(course=course).select_related("course"):
        is_of_lesson = rule.lesson_quizzes_passed and quiz.lesson_id is not None
        if is_of_lesson or quiz.key in passed:
            yield quiz, None
        if quiz.key in scores:
            yield quiz, scores[quiz.key]


def wording_of(rule: CertificateRule) -> str:
    """Return the words between the name and the title of the course."""
    return rule.wording or _("has completed the course")
