"""The votes on a question, as bars: both votes side by side, and the right answer once it was shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from quizzes.domain.kinds import AnySpec
from quizzes.domain.live import Ballots, Tally, gain_of, names_in, options_of, tally_of
from quizzes.models import LiveQuestion

_Number = Callable[[Tally], int]


@dataclass(frozen=True)
class Count:
    """How many people stand behind a bar in one vote, and their share of all who answered, in per cent."""

    round: int
    people: int
    percent: int


@dataclass(frozen=True)
class Bar:
    """An option with its votes, one count for each round; `is_right` is only ever set once it may be known."""

    text: str
    counts: Sequence[Count]
    is_right: bool = False
    is_ours: bool = False
    """Whether the words are the interface's, to be translated already, and not the course's."""


@dataclass(frozen=True)
class Votes:
    """What came of the votes on one question. `tallies` has one for each round that was held."""

    tallies: Sequence[Tally]
    bars: Sequence[Bar]
    gain: Fraction | None

    @property
    def gain_percent(self) -> str:
        """Return the normalised gain in per cent with a minus that is one; nothing where there is none."""
        return "" if self.gain is None else str(round(100 * self.gain)).replace("-", "−")

    @property
    def right_percents(self) -> list[int]:
        """Return how many were right in each round, in per cent of all answers."""
        return [percent_of(each.right, each.answered) for each in self.tallies]


def votes_on(question: LiveQuestion, ballots: Sequence[Ballots], *, rounds: int, reveals: bool) -> Votes:
    """Return the votes on a question. With `reveals`, also which option is right, and how many people were."""
    spec, order = question.revision.spec, question.order
    tallies = [tally_of(spec, order, [each for each in ballots if each.round == at]) for at in range(1, rounds + 1)]
    options = options_of(spec, order)
    bars = _option_bars(spec, order, options, tallies, reveals=reveals) if options else []
    if not options and reveals:
        bars = _mark_bars(tallies)
    gain = gain_of(*tallies) if reveals and rounds == 2 else None
    return Votes(tallies, bars, gain)


def _option_bars(
    spec: AnySpec, order: Sequence[str], options: Mapping[str, str], tallies: Sequence[Tally], *, reveals: bool
) -> list[Bar]:
    right = names_in(spec, spec.right_answer(), order) if reveals else ()
    words = {name: _(text) for name, text in options.items()} if spec.speaks_for_us else options
    return [
        Bar(text, _counts(tallies, _chose(name)), name in right, spec.speaks_for_us) for name, text in words.items()
    ]


def _chose(name: str) -> _Number:
    return lambda tally: tally.chosen.get(name, 0)


def _mark_bars(tallies: Sequence[Tally]) -> list[Bar]:
    """Return how many were right, partly right and wrong: all that is counted where answers are no options."""
    rows: tuple[tuple[str, _Number, bool], ...] = (
        (_("Right"), lambda tally: tally.right, True),
        (_("Partly right"), lambda tally: tally.partly, False),
        (_("Not right"), lambda tally: tally.wrong, False),
    )
    return [Bar(words, _counts(tallies, count), is_right, is_ours=True) for words, count, is_right in rows]


def _counts(tallies: Sequence[Tally], count: _Number) -> list[Count]:
    found = [(at, count(each), each.answered) for at, each in enumerate(tallies, start=1)]
    return [Count(at, people, percent_of(people, answered)) for at, people, answered in found]


def percent_of(part: int, whole: int) -> int:
    """Return a part in per cent of the whole, half up; nothing of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0
