"""Figures drawn and printed: intervals, the histogram, thirds. SVG with classes alone, as the site's policy asks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.statistics.shapes import CORRELATIONS, FEW, OptionFigures, QuestionFigures
from classes.statistics.words import VERDICTS, correlation_words, judgement, percent_words, time_words
from quizzes.models import Quiz

register = template.Library()

register.filter("correlation", correlation_words)
register.filter("share", percent_words)
register.filter("minutes", time_words)
register.filter("judged", judgement)

_LEFT, _WIDTH = 2.0, 92.0
_LEAST = -0.5
"""Where the axis of discrimination begins; what lies lower is drawn at its edge."""
_BAR, _HIGH = 30, 60


@register.simple_tag
def statistics_url(quiz: Quiz) -> str:
    """Return the page of a quiz's statistics, whatever the class."""
    return reverse("classes:quiz-statistics", args=[quiz.course.key, quiz.key])


@register.filter
def worth(question: QuestionFigures) -> str:
    """Return what a question is worth."""
    return ngettext("%(n)g point", "%(n)g points", math.ceil(question.points)) % {"n": question.points}


@register.filter
def facility_drawn(question: QuestionFigures) -> SafeString | str:
    """Draw the share of points earned on an axis from 0 to 1, with its interval."""
    look = _look(question, is_settled=question.answers >= FEW)
    return _interval(question.facility, question.facility_interval, 0.0, 1.0, look)


@register.filter
def discrimination_drawn(question: QuestionFigures) -> SafeString | str:
    """Draw the correlation with the rest on an axis with 0 marked, with its interval."""
    look = _look(question, is_settled=question.answers >= CORRELATIONS)
    return _interval(question.discrimination, question.discrimination_interval, _LEAST, 1.0, look)


def _look(question: QuestionFigures, *, is_settled: bool) -> str:
    if not is_settled:
        return "faint"
    return "bad" if judgement(question).look == "bad" else ""


def _interval(
    value: float | None, interval: tuple[float, float] | None, low: float, high: float, look: str
) -> SafeString | str:
    if value is None:
        return ""

    def at(figure: float) -> str:
        return f"{_LEFT + _WIDTH * (min(max(figure, low), high) - low) / (high - low):.1f}"

    zero = format_html('<path class="zero" d="M{} 1v14"/>', at(0.0)) if low < 0 else ""
    span = ""
    if interval is not None:
        left, right = at(interval[0]), at(interval[1])
        span = format_html('<path class="range" d="M{} 8H{}M{} 5v6M{} 5v6"/>', left, right, left, right)
    return format_html(
        '<svg class="plot {}" width="96" height="16" viewBox="0 0 96 16" aria-hidden="true" focusable="false">'
        '<path class="axis" d="M2 8H94"/>{}{}<circle class="point" cx="{}" cy="8" r="3.4"/></svg>',
        look, zero, span, at(value),
    )  # fmt: skip


@register.filter
def percents(interval: tuple[float, float] | None) -> str:
    """Return an interval of shares: 49–60."""
    return "" if interval is None else f"{round(100 * interval[0])}–{round(100 * interval[1])}"


@register.filter
def between(interval: tuple[float, float] | None) -> str:
    """Return an interval of correlations: .07 to .42."""
    if interval is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": correlation_words(interval[0]), "high": correlation_words(interval[1])}


@register.filter
def plus_minus(interval: tuple[float, float] | None) -> str:
    """Return half the width of an interval of shares, in points of a per cent: ±2.7."""
    return "" if interval is None else f"±{50 * (interval[1] - interval[0]):.1f}"


@register.filter
def points_of_percent(share: float | None) -> str:
    """Return a spread of shares in points of a per cent."""
    return "–" if share is None else f"{100 * share:.0f}"


@register.filter
def of_hundred(value: float | None) -> str:
    """Return what is given × 100 in whole per cent."""
    return percent_words(None if value is None else value / 100)


@register.filter
def histogram_drawn(bars: Sequence[int]) -> SafeString:
    """Draw how many students earned each tenth, with the numbers, the tallest bar strong."""
    most = max(bars, default=0) or 1
    drawn = format_html_join(
        "", '<rect class="{}" x="{}" y="{}" width="28" height="{}"/><text x="{}" y="{}">{}</text>',
        (
            ("fill" if count == most else "soft-fill", _BAR * at + 1, f"{70 - _high(count, most):.1f}",
             f"{_high(count, most):.1f}", _BAR * at + 15, f"{66 - _high(count, most):.1f}", count or "")
            for at, count in enumerate(bars)
        ),
    )  # fmt: skip
    scale = format_html_join(
        "", '<text class="{}" x="{}" y="84">{}%</text>',
        ((("start", "", "", "", "", "end")[at], 60 * at, 20 * at) for at in range(6)),
    )  # fmt: skip
    told = ", ".join(
        _("%(low)d to %(high)d%%: %(n)d") % {"low": 10 * at, "high": 10 * at + 10, "n": count}
        for at, count in enumerate(bars)
    )
    return format_html(
        '<svg class="plot histogram" width="300" height="88" viewBox="0 0 300 88" role="img" aria-label="{}">{}'
        '<path class="axis" d="M0 70.5H300"/>{}</svg>',
        _("Students by score. %(bars)s.") % {"bars": told}, drawn, scale,
    )  # fmt: skip


def _high(count: int, most: int) -> float:
    return _HIGH * count / most


@register.filter
def share_drawn(option: OptionFigures) -> SafeString:
    """Draw the share of students as a bar."""
    return format_html(
        '<svg class="plot {}" width="80" height="12" viewBox="0 0 80 12" aria-hidden="true" focusable="false">'
        '<rect class="{}" width="{}" height="12"/></svg>',
        _option_look(option), "soft-fill" if _option_look(option) == "" else "fill", f"{80 * (option.share or 0):.1f}",
    )  # fmt: skip


@register.filter
def thirds_drawn(option: OptionFigures) -> SafeString | str:
    """Draw the shares in the lower, middle and upper third as a line, the outer two printed."""
    low, middle, high = option.thirds
    if low is None or middle is None or high is None or not option.count:
        return ""
    heights = [f"{13 - 10 * share:.1f}" for share in (low, middle, high)]
    dots = format_html_join(
        "", '<circle class="point" cx="{}" cy="{}" r="2.4"/>', zip((4, 32, 60), heights, strict=True)
    )
    return format_html(
        '<small aria-hidden="true">{}</small> <svg class="plot {}" width="64" height="16" viewBox="0 0 64 16" '
        'aria-hidden="true" focusable="false"><path class="axis" d="M2 14.5H62"/>'
        '<path class="line" d="M4 {}L32 {}L60 {}"/>'
        '{}</svg> <small aria-hidden="true">{}</small><span class="visually-hidden">{}</span>',
        percent_words(low), _option_look(option), *heights, dots, percent_words(high),
        _("%(low)s, %(middle)s, %(high)s") % {
            "low": percent_words(low), "middle": percent_words(middle), "high": percent_words(high)
        },
    )  # fmt: skip


def _option_look(option: OptionFigures) -> str:
    if option.verdict == "draws-stronger":
        return "bad"
    return "ok" if option.is_right else ""


@register.filter
def said(option: OptionFigures) -> str:
    """Return what is said of an option by rule."""
    return str(VERDICTS.get(option.verdict, ""))
