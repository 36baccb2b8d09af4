"""What the options of a question did: who chose each, and whether wrong ones drew the weaker students."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from quizzes.domain.statistics import table as tables
from quizzes.domain.statistics.table import Floats

Choice: TypeAlias = Hashable | Collection[Hashable] | None

# A wrong option works where at least so many choose it, and the weaker rather than the stronger (Tarrant, Ware and
# Mohammed 2009).
FEWEST = 0.05


@dataclass(frozen=True)
class OptionStatistics:
    """One option: how many chose it and what they earned on the rest of the quiz. None where a figure is undefined.

    `share` is of all students, `share_of_wrong` of the students who did not choose what is right (None for a right
    option). `thirds` are the shares of the lower, middle and upper third by rest score who chose it. `correlation` is
    that of choosing it with the rest score. `is_working` is None for right options and for blank answers.
    """

    option: Hashable
    count: int
    share: float | None
    share_of_wrong: float | None
    thirds: tuple[float | None, float | None, float | None]
    correlation: float | None
    is_right: bool
    is_working: bool | None


def distractors(
    chosen: Sequence[Choice],
    rest_scores: Sequence[float],
    *,
    options: Sequence[Hashable] = (),
    right: Collection[Hashable] = (),
) -> list[OptionStatistics]:
    """Return what each option did, those of `options` first and in their order, then others as they were met.

    `chosen` has one entry for each student: an option, several in a tuple, list or set, or None for a blank, which
    counts as an option of its own. The rest score is the total without this question. Students who are tied at the edge
    of a third are shared between the thirds. Raises `ValueError` where the two lists differ in length.
    """
    if len(chosen) != len(rest_scores):
        raise ValueError("Each student needs what was chosen and a rest score.")
    choices, codes = _coded(chosen)
    return coded_distractors(choices, codes, rest_scores, options=options, right=right)


def coded_distractors(
    choices: Sequence[Choice],
    codes: Sequence[int] | NDArray[np.intp],
    rest_scores: Sequence[float] | Floats,
    *,
    options: Sequence[Hashable] = (),
    right: Collection[Hashable] = (),
) -> list[OptionStatistics]:
    """Return the same as `distractors` where each different choice is given once, and for each student its number.

    With many students few choices differ, and what is asked of a choice is asked once.
    """
    rest = np.asarray(rest_scores, dtype=np.float64)
    answers = _Answers([_picked(each) for each in choices], np.asarray(codes, dtype=np.intp), rest, frozenset(right))
    met = dict.fromkeys([*options, *(option for each in answers.picked for option in sorted(each, key=str))])
    return [answers.statistics(option) for option in met]


def traces(chosen: Sequence[Choice], scores: Sequence[float], *, groups: int = 5) -> dict[Hashable, list[float | None]]:
    """Return for each option the share who chose it in each group by score, lowest first: an option's trace.

    Groups are of equal size; tied students are shared between groups. None for a group without students.
    """
    values = np.asarray(scores, dtype=np.float64)
    choices, codes = _coded(chosen)
    picked = [_picked(each) for each in choices]
    parts = _parts(values, groups)
    met = dict.fromkeys(option for each in picked for option in sorted(each, key=str))
    return {option: [_share(part, _among(option, picked)[codes]) for part in parts] for option in met}


def _coded(chosen: Sequence[Choice]) -> tuple[list[Choice], NDArray[np.intp]]:
    """Return the different choices in the order they were met, and the number of each student's."""
    numbers: dict[frozenset[Hashable], int] = {}
    codes = [numbers.setdefault(_picked(each), len(numbers)) for each in chosen]
    return list(numbers), np.array(codes, dtype=np.intp)


def _picked(choice: Choice) -> frozenset[Hashable]:
    if isinstance(choice, (set, frozenset, list, tuple)):
        return frozenset(choice) or frozenset({None})
    return frozenset({cast("Hashable", choice)})


def _among(option: Hashable, picked: Sequence[frozenset[Hashable]]) -> Floats:
    """Return 1 for each choice that an option is among, 0 for others."""
    return np.fromiter((option in each for each in picked), dtype=np.float64, count=len(picked))


def _parts(scores: Floats, groups: int) -> list[Floats]:
    edges = [tables.top_shares(scores, len(scores) * (groups - at) / groups) for at in range(groups)]
    return [high - low for high, low in zip(edges, [*edges[1:], np.zeros(len(scores))], strict=True)]


def _thirds(rest: Floats) -> list[Floats]:
    return _parts(rest, 3)


def _share(part: Floats, indicator: Floats) -> float | None:
    size = float(part.sum())
    return float(part @ indicator) / size if size > 0 else None


class _Answers:
    """What students chose at one place: the different choices, the number of each student's, and the rest scores."""

    def __init__(
        self, picked: list[frozenset[Hashable]], codes: NDArray[np.intp], rest: Floats, right: frozenset[Hashable]
    ) -> None:
        self.picked, self.codes, self.rest, self.right = picked, codes, rest, right
        self.counts = np.bincount(codes, minlength=len(picked))
        self.thirds = _thirds(rest)
        self.wrong = self._count(not (each & right) for each in picked)

    def _count(self, which: Iterable[bool]) -> int:
        return int(self.counts @ np.fromiter(which, dtype=np.int64, count=len(self.picked)))

    def statistics(self, option: Hashable) -> OptionStatistics:
        """Return the figures of one option."""
        indicator = _among(option, self.picked)[self.codes]
        count = self._count(option in each for each in self.picked)
        share = count / len(self.codes) if len(self.codes) else None
        correlation = tables.correlation(indicator, self.rest)
        is_right = option in self.right
        low, middle, high = (_share(part, indicator) for part in self.thirds)
        of_wrong = self._count(option in each and not each & self.right for each in self.picked)
        works = share is not None and share >= FEWEST and correlation is not None and correlation < 0
        return OptionStatistics(
            option=option,
            count=count,
            share=share,
            share_of_wrong=None if is_right or not self.wrong else of_wrong / self.wrong,
            thirds=(low, middle, high),
            correlation=correlation,
            is_right=is_right,
            is_working=None if is_right or option is None else works,
        )
