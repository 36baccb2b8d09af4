"""What pages of courses may know of quizzes: the template asks, so that courses need not know quizzes exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from courses.http import Reader
from courses.models import Course, Lesson
from courses.reports.reading import CourseOutline
from quizzes.domain.kinds import AnySpec
from quizzes.forms import AnswerForm, form_for, steady_order
from quizzes.models import Item, ItemRevision, Quiz
from quizzes.reports.figures import figures_of, load_figures
from quizzes.reports.steps import Step, next_steps
from quizzes.reports.work import QuizLine, kept_quizzes, lines_of

register = template.Library()


@dataclass
class QuizOutline:
    """The quizzes of a course by lesson and by unit, and how many questions they hold; what is drawn counts once."""

    lessons: dict[int, list[QuizLine]] = field(default_factory=dict)
    units: dict[int, list[QuizLine]] = field(default_factory=dict)
    question_count: int = 0
    lines: list[QuizLine] = field(default_factory=list)

    @property
    def taken(self) -> list[QuizLine]:
        """Return those that the reader has begun or taken."""
        return [line for line in self.lines if line.attempt_count]

    @property
    def passed_count(self) -> int:
        """Return how many are passed; where nobody grades what was written, by what is marked."""
        return sum(line.is_passed_so_far is True for line in self.lines)


@register.simple_tag
def quiz_outline(course: Course, reader: Reader | None) -> QuizOutline:
    """Return all quizzes of a course with the reader's best scores, in one query; for everyone alike in none."""
    outline = QuizOutline()
    for line in lines_of(kept_quizzes(course, "quizzes"), reader.user if reader else None):
        quiz = line.quiz
        outline.question_count += line.own_count
        if quiz.lesson_id is not None:
            outline.lessons.setdefault(quiz.lesson_id, []).append(line)
        else:
            outline.units.setdefault(quiz.unit_id, []).append(line)
        outline.lines.append(line)
    return outline


@register.simple_tag(name="next_steps")
def steps_of(outline: CourseOutline, quizzes: QuizOutline) -> list[Step]:
    """Return what a reader of a course does next, in no query: what the page has read says it."""
    return next_steps(outline, quizzes.lines)


@register.simple_tag
def lesson_quizzes(lesson: Lesson, reader: Reader) -> list[QuizLine]:
    """Return the quizzes of one lesson with the reader's best scores, in one query; for a new reader in none."""
    return lines_of(quizzes_of(lesson), reader.user)


@register.simple_tag
def quizzes_of(lesson: Lesson) -> list[Quiz]:
    """Return the quizzes of one lesson, as they are for everyone; they are kept as its text is."""
    return kept_quizzes(lesson.course, f"quizzes of lesson {lesson.pk}", lesson=lesson)


@dataclass(frozen=True)
class Check:
    """An ungraded check, ready to be asked."""

    revision: ItemRevision
    spec: AnySpec
    form: AnswerForm


@register.simple_tag
def lesson_checks(lesson: Lesson) -> dict[str, Check]:
    """Return the checks of a lesson by key, in one query, and one each for the figures and the maps they show."""
    revisions = ItemRevision.objects.current().filter(
        item__section__lesson=lesson, item__purpose=Item.Purpose.CHECK, item__is_retired=False
    )
    shown = list(revisions.select_related("item"))
    load_figures(lesson.course_id, shown)
    return {
        revision.item.key: Check(
            revision,
            revision.spec,
            form_for(revision.spec, order=steady_order(revision.spec), prefix=revision.item.key, maps=revision.maps),
        )
        for revision in shown
    }


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Return a mapping's value for a key, or nothing."""
    return mapping.get(key)


@register.simple_tag
def figure_of(revision: ItemRevision, spec: AnySpec) -> SafeString:
    """Return the figure shown with an item, or nothing. A page of many items has fetched them all (`load_figures`)."""
    if not spec.figure:
        return SafeString("")
    found = revision.figures
    if found is None:
        found = figures_of(revision.item.course_id, [spec.figure])
    return found.get(spec.figure, SafeString(""))


@register.filter
def plural_number(points: Decimal) -> int:
    """Return the whole number that chooses between singular and plural: half a point reads as several."""
    return int(points) if points == int(points) else 2
