"""How tries, hints and penalties become a share: the behaviours of F5, and the rules for marking repeated tries.

Every function takes raw shares (what an answer earns by the rule of its kind, 0 to 1) in the order of the tries and
returns one share from 0 to 1. None of them ever falls when a better try is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise

from quizzes.domain.base import ONE, ZERO, Answer, ItemBase, ReviewRow, Told, Verdict
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named

_CHOSEN = (Verdict.RIGHT, Verdict.WRONG)


class Behaviour(Named):
    """When an answer is marked, and whether it may be tried again."""

    DEFERRED = "deferred", _("when the attempt is submitted")
    IMMEDIATE = "immediate", _("at once, one try")
    INTERACTIVE = "interactive", _("at once, with hints and further tries")  # as many as there are hints
    ADAPTIVE = "adaptive", _("at once, any number of tries for less each")
    PRACTICE = "practice", _("at once, any number of tries for nothing less")  # the best try counts


WORDS: dict[Behaviour, str] = {
    Behaviour.DEFERRED: _("Answers are marked when you submit."),
    Behaviour.IMMEDIATE: _("Each answer is marked as soon as you check it. One try a question."),
    Behaviour.INTERACTIVE: _(
        "Each answer is marked as soon as you check it. A wrong try brings a hint; the next counts less."
    ),
    Behaviour.ADAPTIVE: _("Each answer is marked as soon as you check it. Try again as often as you like, for less."),
    Behaviour.PRACTICE: _("Each answer is marked as soon as you check it. Try again freely; your best try counts."),
}


@dataclass(frozen=True)
class TryRules:
    """What tries cost. `credits` replaces penalties by a declining list: what try 1, 2, 3 … is worth at most."""

    behaviour: Behaviour = Behaviour.DEFERRED
    penalty: Decimal = ZERO
    hint_penalty: Decimal = ZERO
    credits: tuple[Decimal, ...] = ()

    @property
    def is_checked_at_once(self) -> bool:
        """Say whether a question is marked while the attempt is open."""
        return self.behaviour is not Behaviour.DEFERRED


@dataclass(frozen=True)
class Standing:
    """Where a question stands after its tries: the share it earns now, and whether another try is allowed."""

    share: Decimal
    tries_left: int | None
    """None: as many as one likes."""
    is_over: bool


def standing(rules: TryRules, raws: Sequence[Decimal], *, hints: int, hints_shown: int = 0) -> Standing:
    """Return where a question stands after tries that earned `raws`; `hints` is how many hints it has to give."""
    allowed = {Behaviour.IMMEDIATE: 1, Behaviour.INTERACTIVE: hints + 1}.get(rules.behaviour)
    if rules.credits and rules.is_checked_at_once:
        allowed = len(rules.credits)
    left = None if allowed is None else max(0, allowed - len(raws))
    is_over = ONE in raws or left == 0
    return Standing(share_of_tries(rules, raws, hints_shown=hints_shown), left, is_over)


def share_of_tries(rules: TryRules, raws: Sequence[Decimal], *, hints_shown: int = 0) -> Decimal:
    """Return the share that tries earn under the rules; no try earns nothing."""
    if not raws:
        return ZERO
    if rules.behaviour is Behaviour.PRACTICE:
        return max(raws)
    if rules.behaviour in (Behaviour.DEFERRED, Behaviour.IMMEDIATE):
        earned = raws[-1]
    else:
        earned = declining(raws, rules.credits) if rules.credits else penalised(raws, rules.penalty)
    return less_hints(earned, rules, hints_shown)


def less_hints(share: Decimal, rules: TryRules, hints_shown: int) -> Decimal:
    """Return what is left of a share after the hints that were asked for."""
    return max(ZERO, share - rules.hint_penalty * hints_shown)


def penalised(raws: Sequence[Decimal], penalty: Decimal) -> Decimal:
    """Return the best of max(0, raw − penalty · earlier tries).

    Source: Moodle's adaptive behaviour; its interactive behaviour takes the last try in place of the best, which lets a
    better try lower a mark, so here both take the best. Tries equal to an earlier one are never recorded.

    >>> penalised([Decimal(0), Decimal("0.5"), Decimal(1)], Decimal("0.1"))
    Decimal('0.8')
    """
    return max((max(ZERO, raw - penalty * earlier) for earlier, raw in enumerate(raws)), default=ZERO)


def countback(parts: Sequence[Sequence[bool]], penalty: Decimal) -> Decimal:
    """Return the mean over parts of max(0, 1 − penalty · (index of the part's last wrong try + 1)).

    `parts` holds one row a try: which parts were right in it. A part wrong in the last try earns nothing. Source:
    Moodle's interactive behaviour with countback (matching); that an earlier, better end is kept is our own.

    >>> countback([[True, False], [True, True]], Decimal("0.3"))
    Decimal('0.85')
    """
    return max((_countback(parts[: end + 1], penalty) for end in range(len(parts))), default=ZERO)


def _countback(parts: Sequence[Sequence[bool]], penalty: Decimal) -> Decimal:
    earned = ZERO
    for tries in zip(*parts, strict=True):
        if tries[-1]:
            wrong = [index for index, is_right in enumerate(tries) if not is_right]
            earned += max(ZERO, ONE - penalty * (wrong[-1] + 1 if wrong else 0))
    return earned / len(parts[0])


def declining(raws: Sequence[Decimal], worth: Sequence[Decimal]) -> Decimal:
    """Return the sum, try by try, of what it adds to the best so far times what that try is worth.

    Source: the points list of a question in PrairieLearn's assessment configuration; tries beyond it add nothing.

    >>> declining([Decimal("0.5"), Decimal(1)], [Decimal(1), Decimal("0.5")])
    Decimal('0.75')
    """
    bests = [ZERO, *accumulate(raws, max)]
    gains = (after - before for before, after in pairwise(bests))
    return sum((gain * each for gain, each in zip(gains, worth, strict=False)), ZERO)


def repeated_for_mastery(shares: Sequence[Decimal], *, base: Decimal, full: Decimal = ONE) -> Decimal:
    """Return what repeated sittings add up to, capped at `full`; one that is all right raises the worth of the next.

    Each adds (share − best) · value when it is better; at a share of 1 the best starts again and the value grows by the
    base, otherwise the value falls back to it. Source: homework points in PrairieLearn's assessment configuration.

    >>> repeated_for_mastery([Decimal(1), Decimal(1)], base=Decimal("0.25"))
    Decimal('0.75')
    """
    total, best, value = ZERO, ZERO, base
    for share in shares:
        total = min(full, total + max(ZERO, share - best) * value)
        if share == ONE:
            best, value = ZERO, value + base
        else:
            best, value = max(best, share), base
    return total


def is_new_try(spec: ItemBase, answer: Answer, earlier: Sequence[Answer]) -> bool:
    """Say whether a clean answer is a try at all: one equal to an earlier one costs nothing and changes nothing.

    Equal is what a mark cannot tell apart: 2.50 is 2.5, and capitals are nothing where the item folds them.
    """
    return answer is not None and spec.gist(answer) not in [spec.gist(each) for each in earlier]


def right_parts(spec: ItemBase, answer: Answer) -> tuple[bool, ...]:
    """Return which parts of a multi-part item an answer has right, in the item's own order."""
    return tuple(row.verdict == "right" for row in spec.review(answer))


@dataclass(frozen=True)
class RightCount:
    """How much of a try is right: so many of its parts, or of the things it ticked."""

    right: int
    of: int


def count_told(spec: ItemBase, answer: Answer) -> RightCount | None:
    """Return what may be told of how much of a try is right, while the question may be tried again."""
    if answer is None or spec.told_while_trying not in (Told.TICKS, Told.PARTS):
        return None
    rows = spec.review(answer)
    if spec.told_while_trying is Told.TICKS:
        rows = tuple(row for row in rows if row.verdict in _CHOSEN)
    return RightCount(sum(row.verdict is Verdict.RIGHT for row in rows), len(rows))


def rows_told(spec: ItemBase, answer: Answer) -> tuple[ReviewRow, ...]:
    """Return the rows of a review that may be shown while the question may be tried again.

    Where one thing is chosen, whether that was right is known from what it earned, so why may be said. Where an answer
    has several parts nothing is said of any of them: which are right would be worth more than the try costs.
    """
    if answer is None or spec.told_while_trying is not Told.CHOICE:
        return ()
    return tuple(row for row in spec.review(answer) if row.verdict in _CHOSEN)
