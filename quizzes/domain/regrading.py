"""Putting marks right: what a regrade does to the share of an answer. Everything is a pure function of what is stored.

Source of the choices: Canvas's regrade options (full credit, both keys, new key, keep), and options always right or
left out as in RELATE's choice questions; that a mark may be told never to fall is our own (F3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial, reduce

from quizzes.domain.base import ONE, RULES, ZERO, Answer, points_earned
from quizzes.domain.behaviour import Behaviour, TryRules, countback, less_hints, right_parts, share_of_tries
from quizzes.domain.kinds import AnySpec
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named
from quizzes.domain.regraded_key import ByKey, RegradedKey, best_share, explaining_spec, readable, share_by_key
from quizzes.domain.rubric import HumanMarked

_EXACT = Decimal("0.000000001")
Marker = Callable[[Answer], Decimal | None]
"""Gives the raw share of an answer; None: the question does not count for it."""


class Fix(Named):
    """What a regrade does."""

    CREDIT_ALL = "credit_all", _("full credit to everybody")
    BOTH_KEYS = "both_keys", _("the old key and the new one are both right")
    NEW_KEY = "new_key", _("only the new key is right")
    DISREGARD = "disregard", _("the question does not count")  # neither earned nor possible
    OPTIONS = "options", _("some options are always right, or do not count")
    NEW_RUBRIC = "new_rubric", _("the levels chosen stay, and count by the points of the new rubric")
    NEW_RULES = "new_rules", _("the key stays, and answers are marked by the newest rules")
    KEEP = "keep", _("marks stay as they are")


@dataclass(frozen=True)
class Adjustment:
    """One regrade of one revision. `spec` holds the new key; the option keys are the author's.

    `never_lower` keeps what an answer earns where it would fall. It does not hold where the whole question is left out:
    then there is nothing to earn, for anybody.
    """

    fix: Fix
    spec: AnySpec | None = None
    always_right: frozenset[str] = frozenset()
    disregarded: frozenset[str] = frozenset()
    never_lower: bool = True
    touches_human: bool = False
    rules: int = RULES
    """The edition of the marking rules it was made under."""


@dataclass(frozen=True)
class Marked:
    """One question of a paper as marked: its worth and the share earned; None: it does not count.

    `waits`: a person has yet to mark it, so that the share says nothing.
    """

    worth: Decimal
    share: Decimal | None
    waits: bool = False

    @property
    def points(self) -> Decimal:
        """Return the points earned."""
        return ZERO if self.share is None else points_earned(self.share, worth=self.worth)


@dataclass(frozen=True)
class PaperScore:
    """What a paper earns: before and after the credit for when it came in, and what it is out of.

    `waiting` is how much of what is possible a person has yet to mark.
    """

    raw: Decimal
    score: Decimal
    possible: Decimal
    waiting: Decimal = ZERO


def marker(spec: AnySpec, adjustments: Sequence[Adjustment] = (), *, by: ByKey = share_by_key) -> Marker:
    """Return what marks answers to a revision once its regrades, in the order they were made, are counted in.

    `by` says what something is worth by a key, where that is not one answer.
    """
    keys: Sequence[RegradedKey] = (RegradedKey(spec),)
    mark: Marker = partial(best_share, keys, by)
    for adjustment in adjustments:
        keys = _keys_after(keys, adjustment)
        mark = _adjusted(mark, _fixed(keys, mark, adjustment.fix, by), adjustment)
    return mark


def explained_by(spec: AnySpec, answer: Answer, adjustments: Sequence[Adjustment]) -> AnySpec:
    """Return the words and key by which an answer to a revision is explained once its regrades are counted in."""
    if isinstance(spec, HumanMarked):
        news = [each.spec for each in adjustments if each.fix is Fix.NEW_RUBRIC]
        new = next((each for each in reversed(news) if isinstance(each, HumanMarked)), spec)
        return spec.model_copy(update={"rubric": new.rubric})
    if not spec.is_machine_marked:
        return spec
    return explaining_spec(reduce(_keys_after, adjustments, (RegradedKey(spec),)), spec, answer)


def by_levels(share: Decimal | None, levels: Mapping[str, int], adjustments: Sequence[Adjustment]) -> Decimal | None:
    """Return what a mark by a person is worth once regrades are counted in; None: the question does not count.

    A new rubric reads the levels that were chosen. A mark given without levels, or with levels it does not have, stays.
    The other fixes touch marks of people only where they say so.
    """
    for adjustment in adjustments:
        if adjustment.fix is Fix.NEW_RUBRIC:
            share = _by_rubric(share, levels, adjustment)
        elif not adjustment.touches_human:
            continue
        elif adjustment.fix is Fix.DISREGARD:
            return None
        elif adjustment.fix is Fix.CREDIT_ALL:
            share = ONE
    return share


def _by_rubric(share: Decimal | None, levels: Mapping[str, int], adjustment: Adjustment) -> Decimal | None:
    if share is None or not levels or not isinstance(adjustment.spec, HumanMarked):
        return share
    try:
        new = adjustment.spec.rubric.share(levels)
    except ValueError:
        return share
    return max(share, new) if adjustment.never_lower else new


def earned_by_tries(
    spec: AnySpec,
    tries: Sequence[Answer],
    rules: TryRules,
    *,
    hints_shown: int = 0,
    adjustments: Sequence[Adjustment] = (),
) -> Decimal | None:
    """Return the share that tries at a question earn once its regrades are counted in; None: it does not count."""
    mark = marker(spec, adjustments)
    of_a_blank = mark(None)
    if not tries or of_a_blank != ZERO:  # without a try, or with full credit to all, or left out for all
        return of_a_blank
    if rules.behaviour is Behaviour.INTERACTIVE and spec.is_in_parts and not rules.credits:
        return marker(spec, adjustments, by=partial(_share_by_parts, rules, hints_shown))(tries)
    raws = [mark(answer) for answer in tries]
    known = [raw for raw in raws if raw is not None]
    return share_of_tries(rules, known, hints_shown=hints_shown) if len(known) == len(raws) else None


def score_of(paper: Sequence[Marked], *, credit_percent: int = 100, rules: int = RULES) -> PaperScore:
    """Add up a paper: exact shares are added, and only the sums are rounded, to the hundredth.

    Credit is taken of what the questions earned, question by question; what one lost is lost in full, so that a sure
    error never costs less in late work than in time. Under the first edition of the rules points were rounded question
    by question, and credit was taken of their sum, also below zero.

    >>> half_credit = score_of([Marked(ONE, ONE), Marked(ONE, Decimal(-2))], credit_percent=50)
    >>> half_credit.score
    Decimal('-1.50')
    """
    counted = [each for each in paper if each.share is not None]
    possible = sum((each.worth for each in counted), ZERO)
    waiting = sum((each.worth for each in counted if each.waits), ZERO)
    if rules == 1:
        raw = sum((each.points for each in counted), ZERO)
        return PaperScore(raw, points_earned(Decimal(credit_percent) / 100, worth=raw), possible, waiting)
    earned = [(each.share or ZERO) * each.worth for each in counted]
    gained, lost = sum((each for each in earned if each > 0), ZERO), sum((each for each in earned if each < 0), ZERO)
    totals = totals_of(gained, lost, credit_percent=credit_percent)
    return PaperScore(_rounded(totals[0]), _rounded(totals[1]), possible, waiting)


def totals_of(gained: Decimal, lost: Decimal, *, credit_percent: int) -> tuple[Decimal, Decimal]:
    """Return a total before and after credit, not rounded, of what questions earned and what some lost."""
    return gained + lost, Decimal(credit_percent) / 100 * gained + lost


def rounded_surely(points: Decimal, *, error: Decimal) -> Decimal | None:
    """Round a total to the hundredth, where it is known to within an error; None where that could tip it.

    >>> rounded_surely(Decimal("1.234999"), error=Decimal("0.0000005"))
    Decimal('1.23')
    >>> rounded_surely(Decimal("1.234999"), error=Decimal("0.000001")) is None
    True
    """
    low, high = _rounded(points - error), _rounded(points + error)
    return low if low == high else None


def _rounded(points: Decimal) -> Decimal:
    """Round to the hundredth. Sums of thirds are a little short of what they should be, which must not tip the half."""
    return points_earned(points.quantize(_EXACT), worth=ONE)


def _keys_after(keys: Sequence[RegradedKey], adjustment: Adjustment) -> Sequence[RegradedKey]:
    match adjustment.fix:
        case Fix.NEW_KEY:
            return (_new_key(adjustment),)
        case Fix.BOTH_KEYS:
            return (*keys, _new_key(adjustment))
        case Fix.OPTIONS:
            said = (adjustment.always_right, adjustment.disregarded, adjustment.rules)
            return tuple(key.with_options(*said) for key in keys)
        case Fix.NEW_RULES:
            return tuple(key.under(adjustment.rules) for key in keys)
        case _:
            return keys


def _new_key(adjustment: Adjustment) -> RegradedKey:
    if adjustment.spec is None:
        raise ValueError("a regrade by a new key needs one")
    return RegradedKey(adjustment.spec)


def _adjusted(before: Marker, after: Marker, adjustment: Adjustment) -> Marker:
    def mark(answer: Answer) -> Decimal | None:
        old, new = before(answer), after(answer)
        if not adjustment.never_lower or adjustment.fix is Fix.DISREGARD or not old:
            return new
        return old if new is None else max(old, new)  # an option left out takes nothing from who had earned something

    return mark


def _fixed(keys: Sequence[RegradedKey], before: Marker, fix: Fix, by: ByKey) -> Marker:
    match fix:
        case Fix.CREDIT_ALL:
            return lambda _answer: ONE
        case Fix.DISREGARD:
            return lambda _answer: None
        case Fix.KEEP | Fix.NEW_RUBRIC:
            return before
        case _:
            return partial(best_share, keys, by)


def _share_by_parts(rules: TryRules, hints_shown: int, spec: AnySpec, tries: Sequence[Answer]) -> Decimal:
    """Mark tries part by part, by a key."""
    parts = [right_parts(spec, readable(spec, answer)) for answer in tries]
    return less_hints(countback(parts, rules.penalty), rules, hints_shown)
