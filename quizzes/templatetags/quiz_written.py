"""What templates ask of answers once they are given: passages to read, levels chosen, pictures of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django import template
from django.utils.translation import ngettext

from quizzes.domain.base import Answer, ReviewRow
from quizzes.domain.behaviour import RightCount
from quizzes.domain.kinds import AnySpec
from quizzes.domain.rubric import Criterion, HumanMarked, Rubric, RubricLevel
from quizzes.forms import AnswerForm, form_for
from quizzes.forms.base import readings_of, words_of, words_of_reading
from quizzes.models import ItemResponse
from quizzes.reports.figures import maps_for

register = template.Library()


@register.simple_tag
def passages(spec: HumanMarked, answer: Answer) -> list[tuple[str, str]]:
    """Return what was written, each text with its heading or with none."""
    return [] if answer is None else spec.passages(answer)


@register.simple_tag
def judged(rubric: Rubric, levels: Mapping[str, int] | None) -> list[tuple[Criterion, list[tuple[RubricLevel, bool]]]]:
    """Return the criteria of a rubric with their levels, and which were chosen."""
    return rubric.judged(levels or {})


@register.filter
def words_written(response: ItemResponse) -> int:
    """Count the words of an answer in free words; other answers have none to count."""
    spec = response.revision.spec
    return spec.count(response.answer) if isinstance(spec, HumanMarked) and response.answer is not None else 0


@register.filter
def readings(response: ItemResponse) -> list[str]:
    """Say how the numbers of an answer were read whose spelling leaves two readings open."""
    return readings_of(response.revision.spec, response.answer)


@register.filter
def has_numbers(response: ItemResponse) -> bool:
    """Say whether numbers are typed in an answer, so that its page says how they were read."""
    return any(response.revision.spec.quantities())


@register.filter
def said_by(count: RightCount, spec: AnySpec) -> str:
    """Say how much of the last try was right, and never which, in the words of the kind."""
    return ngettext(*spec.count_words, count.of) % {"right": count.right, "of": count.of}


@register.filter
def read_as(row: ReviewRow) -> str:
    """Say how the number of a row was read, where its spelling leaves two readings open."""
    return words_of_reading(row.given, row.read_as) if row.read_as else ""


@register.filter
def remarks(response: ItemResponse) -> list[str]:
    """Return what the student should be told of the answer that was saved."""
    return [words_of(remark) for remark in response.revision.spec.remarks(response.answer)]


@register.simple_tag
def shown_again(spec: AnySpec, response: ItemResponse) -> AnswerForm:
    """Return the form of an answer on a paper that is over, for its picture."""
    maps, prefix = maps_for(response.revision, spec), f"question-{response.position}"
    return form_for(spec, order=response.order, answer=response.answer, prefix=prefix, maps=maps)


@register.filter
def signed(rows: Sequence[ReviewRow], form: AnswerForm | str) -> Sequence[ReviewRow]:
    """Return the rows of a review by the signs the picture has for them, where there is one.

    Where what may not be shown was cut, no row can be told by its place any more: those left keep their own names.
    """
    signs = form.signs if isinstance(form, AnswerForm) else []
    if len(signs) != len(rows):
        return rows
    pairs = sorted(zip(signs, rows, strict=True), key=lambda pair: pair[0])
    return [replace(row, label=f"{sign}. {row.label}") for sign, row in pairs]
