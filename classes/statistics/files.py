"""Statistics as a file that spreadsheets open: the questions, then their options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from classes.statistics.shapes import OptionFigures, PlaceFigures, QuestionFigures, QuizFigures
from classes.statistics.words import VERDICTS, judgement
from courses.reports.tables import csv_text


def csv_of(figures: QuizFigures) -> str:
    """Return the figures as CSV, shares from 0 to 1, with no cell that runs as a formula."""
    return csv_text([*_whole(figures), [], *_questions(figures), [], *_options(figures)])


def _whole(figures: QuizFigures) -> Iterator[Sequence[object]]:
    alpha = figures.alpha_interval or (None, None)
    yield [_("Students"), figures.students]
    yield [_("Waiting for grading"), figures.waiting]
    yield [_("Mean score"), _number(figures.mean)]
    yield [_("Median score"), _number(figures.median)]
    yield [_("Standard deviation"), _number(figures.sd)]
    yield [_("Skewness"), _number(figures.skewness)]
    yield [_("Kurtosis"), _number(figures.kurtosis)]
    yield [_("Alpha"), _number(figures.alpha), _number(alpha[0]), _number(alpha[1])]
    yield [_("Standard error of one score"), _number(figures.standard_error)]


def _questions(figures: QuizFigures) -> Iterator[Sequence[object]]:
    yield [
        _("No."), _("Question"), _("Points"), _("Answers"), _("Blank"), _("Facility"), _("from"), _("to"),
        _("Standard deviation, points"), _("Discrimination"), _("from"), _("to"), _("Discriminative efficiency, %"),
        _("Intended weight, %"), _("Effective weight, %"), _("Upper less lower 27%"), _("Blind guessing"),
        _("Median time, seconds"), _("Came back"), _("Reports"), _("Judgement"),
    ]  # fmt: skip
    yield from (_question(each) for each in figures.questions)


def _question(each: QuestionFigures) -> Sequence[object]:
    easy, tells = each.facility_interval or (None, None), each.discrimination_interval or (None, None)
    judged = judgement(each)
    return [
        each.number, each.stem, each.points, each.answers, each.blanks, *map(_number, (each.facility, *easy, each.sd)),
        *map(_number, (each.discrimination, *tells, each.efficiency, each.intended_weight, each.effective_weight)),
        *map(_number, (each.upper_lower, each.guess, each.seconds, each.revisits)), each.reports,
        f"{judged.word}: {judged.why}" if judged.why else judged.word,
    ]  # fmt: skip


def _options(figures: QuizFigures) -> Iterator[Sequence[object]]:
    yield [
        _("No."), _("Place"), _("Option or answer"), _("Right"), _("Chosen"), _("Share"), _("Lower third"),
        _("Middle third"), _("Upper third"), _("With the rest"), _("from"), _("to"), _("In words"),
    ]  # fmt: skip
    for question in figures.questions:
        for place in question.places:
            yield from (_option(question, place, each) for each in place.options)


def _option(question: QuestionFigures, place: PlaceFigures, each: OptionFigures) -> Sequence[object]:
    words = _("No answer") if each.is_blank else each.words
    return [
        question.number, place.words, words, _("yes") if each.is_right else "", each.count, _number(each.share),
        *map(_number, (*each.thirds, each.correlation, *(each.interval or (None, None)))),
        str(VERDICTS.get(each.verdict, "")),
    ]  # fmt: skip


def _number(value: float | None) -> object:
    return "" if value is None else round(value, 4)
