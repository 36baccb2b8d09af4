"""How a class grades, in sentences: what a category, a rule or a step means for a student."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.domain.gradebook import Category, Mode, Status, Step, StepKind
from quizzes.domain.scales import shown_in_tenths
from quizzes.models import GradeRules


def number(value: Decimal | Fraction, places: int = 2) -> str:
    """Return a number with at most so many decimal places, and no noughts at the end."""
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    text = f"{exact:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: Fraction) -> str:
    """Return a share as a percentage in tenths."""
    return f"{shown_in_tenths(100 * share)}%"


def category_words(category: Category) -> str:
    """Say how the work of a category adds up, and what is dropped."""
    words = [_("Points earned of points possible.") if category.mode is Mode.POINTS else _("Mean of percents.")]
    if category.drop_lowest:
        drop = ngettext("The lowest is dropped.", "The %(n)d lowest are dropped.", category.drop_lowest)
        words.append(drop % {"n": category.drop_lowest})
    if category.drop_highest:
        drop = ngettext("The highest is dropped.", "The %(n)d highest are dropped.", category.drop_highest)
        words.append(drop % {"n": category.drop_highest})
    if category.drop_lowest and category.mode is Mode.POINTS:
        words.append(_("What is dropped is what leaves the best result."))
    elif category.drop_lowest or category.drop_highest:
        words.append(_("Each piece of work counts the same."))
    return " ".join(words)


def rules_words(rules: GradeRules) -> list[str]:
    """Say what happens to late and missing work, and from where grades are given."""
    words = [_late_words(rules)]
    if rules.missing is None:
        words.append(_("Missing work has no score: the current total leaves it out, the final total counts it as 0."))
    else:
        words.append(_("Missing work earns %(percent)s%%.") % {"percent": number(rules.missing)})
    if rules.scale:
        listed = [_("%(grade)s from %(mark)s%%") % {"grade": grade, "mark": mark} for grade, mark in rules.scale]
        words.append(" · ".join([*listed, *([_("%(grade)s below") % {"grade": rules.below}] if rules.below else [])]))
        words.append(_("Grades are given before rounding, and a rounded total never crosses a boundary."))
    return words


def _late_words(rules: GradeRules) -> str:
    if not rules.late_rate:
        return _("Late work loses nothing, unless its quiz says otherwise.")
    values = {"rate": number(rules.late_rate), "floor": number(rules.late_floor)}
    begun = {
        GradeRules.Interval.HOUR: _("Late work loses %(rate)s%% of its points for each hour begun"),
        GradeRules.Interval.DAY: _("Late work loses %(rate)s%% of its points for each day begun"),
        GradeRules.Interval.WEEK: _("Late work loses %(rate)s%% of its points for each week begun"),
    }[GradeRules.Interval(rules.late_hours)] % values
    if not rules.late_floor:
        return f"{begun}."
    return f"{begun}, {_('but never falls below %(floor)s%%') % values}."


def step_words(step: Step, *, keep: str, possible: Decimal) -> str:
    """Say what one step did to a score."""
    points = number(step.after * Fraction(possible))
    values = {"n": step.number, "points": points, "possible": number(possible), "after": percent(step.after)}
    match step.kind:
        case StepKind.RAW if step.number:
            return _("attempt %(n)s: %(points)s of %(possible)s points, %(after)s") % values
        case StepKind.RAW:
            return _("%(points)s of %(possible)s points, %(after)s") % values
        case StepKind.TRIES:
            return _("of %(n)s attempts, %(rule)s counts: %(after)s") % {**values, "rule": keep}
        case StepKind.CREDIT:
            return _("%(n)s%% credit for when it was handed in: %(after)s") % {**values, "n": number(step.number)}
        case StepKind.LATE:
            lost = percent((step.before or step.after) - step.after)
            return _("late (%(n)s): −%(lost)s, leaves %(after)s") % {**values, "lost": lost}
        case StepKind.MISSING:
            return _("missing, earns %(after)s") % values
        case StepKind.NOTHING:
            return _("nothing yet, counts as 0")
        case StepKind.BY_HAND:
            return _("set by hand: %(points)s of %(possible)s points, %(after)s") % values


def status_words(status: Status) -> str:
    """Say why work without a score is left out."""
    return {
        Status.SCORED: "",
        Status.WAITS: _("not graded yet, left out"),
        Status.MISSING: _("missing, left out"),
        Status.AHEAD: _("not done yet, left out"),
        Status.EXCUSED: _("excused, left out"),
    }[status]
