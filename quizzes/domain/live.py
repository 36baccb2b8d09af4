"""The steps of a question that a class answers together, and what the votes say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from quizzes.domain.base import ONE, ZERO, Answer
from quizzes.domain.kinds import AnySpec
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named


class Step(Named):
    """Where a live quiz is. A question goes from the vote to the right answer, perhaps by a second vote."""

    LOBBY = "lobby", _("waiting to begin")
    VOTE = "vote", _("vote open")
    CLOSED = "closed", _("vote closed")
    DISCUSS = "discuss", _("discussion")
    REVOTE = "revote", _("second vote open")
    RECLOSED = "reclosed", _("second vote closed")
    REVEALED = "revealed", _("right answer shown")
    ENDED = "ended", _("ended")


class Act(Named):
    """What the instructor does next, in the words of its button."""

    ASK = "ask", _("Ask the next question")
    CLOSE = "close", _("Close the vote")
    COUNTS = "counts", _("Show the counts")
    DISCUSS = "discuss", _("Discuss, then vote again")
    REVOTE = "revote", _("Open the second vote")
    REVEAL = "reveal", _("Show the right answer")
    END = "end", _("End the live quiz")


MOVES: Mapping[tuple[Step, Act], Step] = {
    (Step.LOBBY, Act.ASK): Step.VOTE,
    (Step.VOTE, Act.CLOSE): Step.CLOSED,
    (Step.CLOSED, Act.COUNTS): Step.CLOSED,
    (Step.CLOSED, Act.DISCUSS): Step.DISCUSS,
    (Step.CLOSED, Act.REVEAL): Step.REVEALED,
    (Step.DISCUSS, Act.REVOTE): Step.REVOTE,
    (Step.REVOTE, Act.CLOSE): Step.RECLOSED,
    (Step.RECLOSED, Act.COUNTS): Step.RECLOSED,
    (Step.RECLOSED, Act.REVEAL): Step.REVEALED,
    (Step.REVEALED, Act.ASK): Step.VOTE,
    **{(step, Act.END): Step.ENDED for step in Step if step is not Step.ENDED},
}
"""The step to which each act leads. After the right answer was shown there is no second vote: it would say nothing."""

ROUNDS: Mapping[Step, int] = {Step.VOTE: 1, Step.REVOTE: 2}
"""The steps in which answers are taken, and for which vote."""


def acts_at(step: Step, *, is_last: bool, shows_counts: bool) -> list[Act]:
    """Return what may be done at a step, the likeliest first; ending is always the last.

    `is_last`: no question is left. `shows_counts`: they are shown already, or the kind of question has none.

    >>> [act.value for act in acts_at(Step.CLOSED, is_last=True, shows_counts=False)]
    ['counts', 'discuss', 'reveal', 'end']
    >>> [act.value for act in acts_at(Step.REVEALED, is_last=True, shows_counts=True)]
    ['end']
    """
    left_out = {Act.ASK: is_last, Act.COUNTS: shows_counts}
    return [act for at, act in MOVES if at is step and not left_out.get(act, False)]


def can_be_asked(spec: AnySpec) -> bool:
    """Say whether a question can be asked live: its answers must be marked at once, without a person."""
    return spec.is_machine_marked


def options_of(spec: AnySpec, order: Sequence[str]) -> Mapping[str, str]:
    """Return the options whose votes are counted one by one, by their names on the screen.

    None where an answer is not a choice among options, such as a number: there the votes are counted by what they earn.
    """
    if spec.lettered_parts != ("options",):
        return {}
    options: dict[str, str] = spec.parts(order)["options"]
    return options


def names_in(spec: AnySpec, answer: Answer, order: Sequence[str]) -> tuple[str, ...]:
    """Return the names on the screen of the options that a clean answer chose.

    A vote that is erased with its person chose none.
    """
    given = spec.to_paper(answer, order)
    return tuple(str(name).lower() for name in (given if isinstance(given, list) else [given]) if name is not None)


@dataclass(frozen=True)
class Ballots:
    """Equal votes of one round: the answer, the share of the points it earns, and how many people gave it."""

    round: int
    answer: Answer
    share: Decimal
    count: int


@dataclass(frozen=True)
class Tally:
    """What one vote came to: how many people answered, were right, partly right, and chose each option, by its name."""

    answered: int = 0
    right: int = 0
    partly: int = 0
    chosen: Mapping[str, int] = field(default_factory=dict)

    @property
    def wrong(self) -> int:
        """Return how many earned nothing."""
        return self.answered - self.right - self.partly


def tally_of(spec: AnySpec, order: Sequence[str], votes: Iterable[Ballots]) -> Tally:
    """Count the votes of one round; a vote for several options counts for each."""
    counted = list(votes)
    chosen: Counter[str] = Counter()
    if options_of(spec, order):
        for each in counted:
            chosen.update(dict.fromkeys(names_in(spec, each.answer, order), each.count))
    return Tally(
        answered=sum(each.count for each in counted),
        right=sum(each.count for each in counted if each.share == ONE),
        partly=sum(each.count for each in counted if ZERO < each.share < ONE),
        chosen=chosen,
    )


def gain_of(before: Tally, after: Tally) -> Fraction | None:
    """Return the normalised gain of a discussion, (after - before) / (1 - before), of the shares that were right.

    None: one of the votes is empty, or everyone was right before. Source: Hake, American Journal of Physics 66, 1998.

    >>> gain_of(Tally(answered=20, right=8), Tally(answered=20, right=14))
    Fraction(1, 2)
    """
    if not before.answered or not after.answered or before.right == before.answered:
        return None
    first, second = Fraction(before.right, before.answered), Fraction(after.right, after.answered)
    return (second - first) / (1 - first)
