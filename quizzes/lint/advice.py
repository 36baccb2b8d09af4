"""What the rules say of questions as they stand in the database, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Course, LearningObjective
from quizzes.domain.kinds import AnySpec
from quizzes.lint.findings import Severity
from quizzes.lint.overrides import Judged, Override, judge
from quizzes.lint.run import lint_item, lint_whole
from quizzes.lint.sources import source_view
from quizzes.lint.view import CourseView, ItemView, ObjectiveView, QuizView
from quizzes.models import Item, ItemRevision, Quiz

SEVERITIES = {
    Severity.ERROR: gettext_lazy("error"),
    Severity.WARNING: gettext_lazy("warning"),
    Severity.INFO: gettext_lazy("note"),
}


@dataclass(frozen=True)
class Advice:
    """One finding as a page tells it: what is wrong, where, and what to do, or why it may stand."""

    rule: str
    severity: str
    on: str
    reason: str
    span: str
    fix: str
    override: str


def advice_on_item(item: Item, spec: AnySpec, overrides: Sequence[Override]) -> list[Advice]:
    """Return what the rules say of one wording of an item."""
    quiz = item.quiz
    view = _view(item, spec)
    objectives = item.course.objectives.filter(key=spec.objective).select_related("lesson")
    course = CourseView(
        quizzes=(QuizView(quiz.key, quiz.title, (view,)),),
        objectives=_objectives(objectives),
        sources={
            source.key: source_view(source.key, source.csl, source.note)
            for source in item.course.sources.filter(key__in=spec.sources)
        },
        alts=dict(item.course.figures.filter(key=spec.figure or "").values_list("key", "declaration__alt")),
        topics={quiz.key: _topic(quiz)},
    )
    mine = [override for override in overrides if override.item == spec.key]
    return _advice(judge(lint_item(view, course), mine, course))


def advice_on_quiz(quiz: Quiz, overrides: Sequence[Override]) -> list[Advice]:
    """Return what the rules say of a quiz, and of the whole bank it belongs to."""
    course = _bank(quiz)
    own = {item.key for item in course.items if item.quiz == quiz.key}
    found = [
        finding
        for finding in lint_whole(course)
        if not finding.owner.lesson and (finding.owner.item in own or finding.owner.quiz in ("", quiz.key))
    ]
    mine = [override for override in overrides if override.bank or override.quiz == quiz.key]
    return _advice(one for one in judge(found, mine, course) if one.finding.owner.item in own | {""})


def advice_on_words(course: Course, revisions: Sequence[ItemRevision], overrides: Sequence[Override]) -> list[Advice]:
    """Return what the rules say of some wordings of questions of one course, in four queries whatever their number."""
    items = [revision.item for revision in revisions]
    views = [_view(revision.item, revision.spec) for revision in revisions]
    quizzes = Quiz.objects.filter(items__in=items).distinct().select_related("course", "unit", "lesson")
    view = CourseView(
        quizzes=tuple(
            QuizView(quiz.key, quiz.title, tuple(each for each in views if each.quiz == quiz.key)) for quiz in quizzes
        ),
        objectives=_objectives(course.objectives.select_related("lesson")),
        sources={row.key: source_view(row.key, row.csl, row.note) for row in course.sources.all()},
        alts=dict(course.figures.values_list("key", "declaration__alt")),
        topics={quiz.key: _topic(quiz) for quiz in quizzes},
    )
    keys = {each.key for each in views}
    mine = [override for override in overrides if override.item in keys]
    return _advice(judge([finding for each in views for finding in lint_item(each, view)], mine, view))


def _bank(quiz: Quiz) -> CourseView:
    """Return every current question of the course of a quiz, in two queries."""
    course = quiz.course
    live = ItemRevision.objects.current().filter(item__course=course, item__is_retired=False)
    revisions = live.select_related("item__quiz").order_by("item__quiz__key", "item__position")
    quizzes: dict[Quiz, list[ItemView]] = {}
    for revision in revisions:
        quizzes.setdefault(revision.item.quiz, []).append(_view(revision.item, revision.spec))
    quizzes.setdefault(quiz, [])  # it may draw all it asks
    return CourseView(
        quizzes=tuple(
            QuizView(each.key, each.title, tuple(items), fault_of_bank=_fault_of_bank(each))
            for each, items in quizzes.items()
        ),
        objectives=_objectives(course.objectives.select_related("lesson")),
    )


def _view(item: Item, spec: AnySpec) -> ItemView:
    """Return an item as the rules see it."""
    purpose = Item.Purpose(item.purpose)
    return ItemView(
        spec,
        quiz=item.quiz.key,
        is_check=purpose is Item.Purpose.CHECK,
        is_reserved=purpose is Item.Purpose.RESERVED,
    )


def _fault_of_bank(quiz: Quiz) -> str:
    return quiz.settings.fault_of_bank(quiz.blueprint) if quiz.blueprint is not None else ""


def _objectives(rows: Iterable[LearningObjective]) -> dict[str, ObjectiveView]:
    return {row.key: ObjectiveView(row.key, row.text, row.lesson.key) for row in rows}


def _topic(quiz: Quiz) -> str:
    """Return the words in which course, unit and lesson say what a quiz is about."""
    texts = [
        quiz.course.title,
        quiz.course.subtitle,
        quiz.course.summary,
        quiz.title,
        quiz.unit.title,
        quiz.unit.summary,
    ]
    texts += [quiz.lesson.title, quiz.lesson.subtitle, quiz.lesson.question] if quiz.lesson else []
    return " ".join(filter(None, texts))


def _advice(judged: Iterable[Judged]) -> list[Advice]:
    """Return findings in words, what weighs most first."""
    ranks = list(Severity)
    ordered = sorted(judged, key=lambda one: (one.override is not None, ranks.index(one.finding.severity)))
    return [
        Advice(
            rule=one.finding.rule,
            severity=str(SEVERITIES[one.finding.severity]),
            on=str(one.finding.owner) if one.finding.owner.item else "",
            reason=_(one.finding.reason) % one.finding.details,
            span=one.finding.span,
            fix=_(one.finding.fix),
            override=one.override.reason if one.override else "",
        )
        for one in ordered
    ]
