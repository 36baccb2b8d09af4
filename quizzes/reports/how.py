"""How a mark arose, in one line: the rule, the count, tries and hints, certainty, points.

Nothing in it tells more than the review matrix shows: a count that would tell more of the key than the mark does waits
for the right answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.domain import certainty
from quizzes.domain.base import ONE, ZERO
from quizzes.domain.behaviour import Behaviour
from quizzes.domain.certainty import Certainty
from quizzes.domain.kinds import AnySpec
from quizzes.domain.review import Shown
from quizzes.domain.rubric import HumanMarked
from quizzes.models import HumanMark, ItemResponse, Quiz

_CENT, _FINE = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True)
class Grounds:
    """What a mark rests on: the key that explains it, what the answer earned by itself, tries, a person's mark."""

    response: ItemResponse
    explained: AnySpec
    raw: Decimal | None
    tries: int = 0
    human: HumanMark | None = None

    @property
    def quiz(self) -> Quiz:
        """Return the quiz it was given in."""
        return self.response.attempt.quiz


def how_of(grounds: Grounds, shown: frozenset[Shown]) -> str:
    """Say how the mark of a response arose, as far as it may be shown; only the rule where marks may not."""
    return " ".join(_sentences(grounds, shown))


def _sentences(grounds: Grounds, shown: frozenset[Shown]) -> Iterator[str]:
    yield _(grounds.explained.marking_rule())
    response = grounds.response
    if Shown.MARKS not in shown or response.share is None:
        return
    if response.answer is None and response.share == 0:
        yield _("Left blank: 0 points.")
        return
    yield from _count(grounds, shown)
    if grounds.human is not None:
        yield from _by_rubric(grounds.explained, grounds.human)
    elif grounds.quiz.is_checked_at_once:
        yield from _tries(grounds)
    elif grounds.quiz.is_certainty_marked:
        yield from _certainty(response, grounds.raw)
    if Shown.MAXIMUM in shown and response.points is not None:
        values = {"share": _exact(response.share), "worth": _plain(response.revision.points)}
        yield _("Points: %(share)s × %(worth)s = %(points)s.") % {**values, "points": _plain(response.points)}


def _count(grounds: Grounds, shown: frozenset[Shown]) -> Iterator[str]:
    """Give the count behind the share of the answer, if the key that explains it is what it was marked by."""
    spec = grounds.explained
    answer = spec.clean(grounds.response.answer) if spec.is_machine_marked else None
    if answer is None or Shown.CORRECTNESS not in shown or spec.mark(answer) != grounds.raw:
        return
    workings = spec.workings(answer)
    if workings is not None and (Shown.RIGHT_ANSWER in shown or not workings.tells_key):
        yield _(workings.words) % dict(workings.values) + "."


def _by_rubric(spec: AnySpec, human: HumanMark) -> Iterator[str]:
    if not isinstance(spec, HumanMarked) or set(human.levels) - set(spec.rubric.root):
        return
    earned = spec.rubric.points(human.levels)
    most = sum(criterion.most for criterion in spec.rubric.root.values())
    yield _("By the criteria: %(earned)d of %(most)d.") % {"earned": earned, "most": most}


def _tries(grounds: Grounds) -> Iterator[str]:
    """Count tries and hints, and say what each further one cost."""
    quiz, hints = grounds.quiz, grounds.response.hints_shown
    yield ngettext("%(n)d try.", "%(n)d tries.", grounds.tries) % {"n": grounds.tries}
    if grounds.tries > 1 and quiz.credits:
        yield _("What a further try added counted less: %(worth)s.") % {"worth": " · ".join(map(str, quiz.credits))}
    elif grounds.tries > 1 and quiz.behaviour in (Behaviour.ADAPTIVE, Behaviour.INTERACTIVE):
        yield _("Each further try took %(penalty)s of the points.") % {"penalty": _exact(quiz.penalty)}
    if hints and quiz.hint_penalty:
        words = ngettext("%(n)d hint took %(cost)s.", "%(n)d hints took %(cost)s each.", hints)
        yield words % {"n": hints, "cost": _exact(quiz.hint_penalty)}


def _certainty(response: ItemResponse, raw: Decimal | None) -> Iterator[str]:
    """Give the level and what it made of the share; not where a regrade gives everybody everything."""
    level = Certainty(response.confidence) if response.confidence else None
    if raw is None or response.share is None or response.answer is None:
        return
    if abs(certainty.certainty_share(raw, level) - response.share) > _FINE:
        return
    held = level or Certainty.LOW
    if level is None:
        yield _("No level chosen, so it counts as “not sure”.")
    values = {"level": _(certainty.WORDS[held]), "raw": _exact(raw), "best": certainty.BEST}
    if raw > ZERO:
        yield _("Level “%(level)s”: %(raw)s × %(gain)s/%(best)s.") % {**values, "gain": certainty.RIGHT[held]}
    else:
        cost = str(certainty.WRONG[held]).replace("-", "−")
        yield _("Level “%(level)s”, wrong: %(cost)s/%(best)s.") % {**values, "cost": cost}


def _exact(share: Decimal) -> str:
    """Write a share with two digits where that is all of it, else with four."""
    rounded = share.quantize(_CENT)
    written = rounded if rounded == share else share.quantize(_FINE)
    return _plain(written)


def _plain(number: Decimal) -> str:
    """Write a number without noughts at its end, with a proper minus."""
    return f"{number.normalize() if number % ONE else number.quantize(ONE):f}".replace("-", "−")
