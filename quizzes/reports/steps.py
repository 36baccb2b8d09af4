"""What a reader does next: go on with what is open, take the quiz of the lesson just read, read on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from courses.models import Lesson
from courses.reports.reading import CourseOutline
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named
from quizzes.reports.work import OpenAttempt, QuizLine

SHOWN = 3


class StepKind(Named):
    """What sort of thing there is to do, with the words on its button."""

    ATTEMPT = "attempt", _("Continue quiz")
    QUIZ = "quiz", _("Go to the quiz")
    READ = "read", _("Continue reading")
    START = "start", _("Start reading")
    REVIEW = "review", _("Start review")


@dataclass(frozen=True)
class Step:
    """One thing to do. `title` is the course's own words; `detail` the next section of a lesson; `count` a number.

    `colour` is that of the unit it belongs to.
    """

    kind: StepKind
    title: str
    address: str
    detail: str = ""
    count: int = 0
    attempt: OpenAttempt | None = None
    colour: str = ""


def review_step(count: int) -> list[Step]:
    """Return the step to the review, where cards wait for it."""
    return [Step(StepKind.REVIEW, "", reverse("quizzes:review"), count=count)] if count else []


def next_steps(outline: CourseOutline, quizzes: Sequence[QuizLine], *extra: Step) -> list[Step]:
    """Return up to three things to do, the most pressing first.

    An open attempt comes first, then the quiz of the lesson just read, then the next section, then what is `extra`
    (review that is due), then quizzes that were passed over, in the order of the course.
    """
    found: dict[str, Step] = {}
    for step in _steps(outline, quizzes, extra):
        found.setdefault(step.address, step)
    return list(found.values())[:SHOWN]


def _steps(outline: CourseOutline, quizzes: Sequence[QuizLine], extra: Sequence[Step]) -> Iterator[Step]:
    colours = {block.unit.pk: block.unit.colour for block in outline.units}
    under_way = [line for line in quizzes if line.open_attempt is not None]
    for line in sorted(under_way, key=_started, reverse=True):
        assert line.open_attempt is not None  # noqa: S101 (chosen so)
        address, colour = line.open_attempt.address, colours.get(line.quiz.unit_id, "")
        yield Step(StepKind.ATTEMPT, line.quiz.title, address, attempt=line.open_attempt, colour=colour)
    fresh = [line for line in quizzes if not line.attempt_count]
    just_read = outline.just_read.pk if outline.just_read is not None else 0
    yield from (_quiz(line, colours) for line in fresh if line.quiz.lesson_id == just_read)
    if outline.next_lesson is not None:
        yield _reading(outline, outline.next_lesson, colours)
    yield from extra
    read = {line.lesson.pk for block in outline.units for line in block.lessons if line.is_complete}
    whole = {block.unit.pk for block in outline.units if block.percent == 100}
    for line in fresh:
        if line.quiz.lesson_id in read or (line.quiz.lesson_id is None and line.quiz.unit_id in whole):
            yield _quiz(line, colours)


def _started(line: QuizLine) -> str:
    return line.open_attempt.started_at.isoformat() if line.open_attempt is not None else ""


def _quiz(line: QuizLine, colours: dict[int, str]) -> Step:
    colour, address = colours.get(line.quiz.unit_id, ""), line.quiz.get_absolute_url()
    return Step(StepKind.QUIZ, line.quiz.title, address, count=line.question_count, colour=colour)


def _reading(outline: CourseOutline, lesson: Lesson, colours: dict[int, str]) -> Step:
    address = lesson.get_absolute_url() + (f"#{outline.next_section}" if outline.next_section else "")
    kind = StepKind.READ if outline.has_begun else StepKind.START
    colour = colours.get(lesson.unit_id, "")
    return Step(kind, str(lesson), address, detail=outline.next_title, count=lesson.minutes or 0, colour=colour)
