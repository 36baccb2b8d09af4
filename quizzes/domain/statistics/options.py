"""What the options of a question did: who chose each, and whether wrong ones drew the weaker students."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np

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
    rest = np.asarray(rest_scores, dtype=np.float64)
    picked = [_picked(each) for each in chosen]
    met = dict.fromkeys([*options, *(option for each in picked for option in sorted(each, key=str))])
    wrong = sum(not (each & set(right)) for each in picked)
    thirds = _thirds(rest)
    return [_statistics(option, picked, rest, thirds, frozenset(right), wrong) for option in met]


def traces(chosen: Sequence[Choice], scores: Sequence[float], *, groups: int = 5) -> dict[Hashable, list[float | None]]:
    """Return for each option the share who chose it in each group by score, lowest first: an option's trace.

    Groups are of equal size; tied students are shared between groups. None for a group without students.
    """
    values = np.asarray(scores, dtype=np.float64)
    picked = [_picked(each) for each in chosen]
    parts = _parts(values, groups)
    met = dict.fromkeys(option for each in picked for option in sorted(each, key=str))
    return {option: [_share(part, _indicator(option, picked)) for part in parts] for option in met}


def _picked(choice: Choice) -> frozenset[Hashable]:
    if isinstance(choice, (set, frozenset, list, tuple)):
        return frozenset(choice) or frozenset({None})
    return frozenset({cast("Hashable", choice)})


def _indicator(option: Hashable, picked: Sequence[frozenset[Hashable]]) -> Floats:
    return np.fromiter((option in each for each in picked), dtype=np.float64, count=len(picked))


def _parts(scores: Floats, groups: int) -> list[Floats]:
    edges = [tables.top_shares(scores, len(scores) * (groups - at) / groups) for at in range(groups)]
    return [high - low for high, low in zip(edges, [*edges[1:], np.zeros(len(scores))], strict=True)]


def _thirds(rest: Floats) -> list[Floats]:
    return _parts(rest, 3)


def _share(part: Floats, indicator: Floats) -> float | None:
    size = float(part.sum())
    return float(part @ indicator) / size if size > 0 else None


def _statistics(
    option: Hashable,
    picked: Sequence[frozenset[Hashable]],
    rest: Floats,
    thirds: Sequence[Floats],
    right: frozenset[Hashable],
    wrong: int,
) -> OptionStatistics:
    indicator = _indicator(option, picked)
    count = int(indicator.sum())
    share = count / len(picked) if picked else None
    correlation = tables.correlation(indicator, rest)
    is_right = option in right
    low, middle, high = (_share(part, indicator) for part in thirds)
    of_wrong = sum(option in each and not each & right for each in picked)
    works = share is not None and share >= FEWEST and correlation is not None and correlation < 0
    return OptionStatistics(
        option=option,
        count=count,
        share=share,
        share_of_wrong=None if is_right or not wrong else of_wrong / wrong,
        thirds=(low, middle, high),
        correlation=correlation,
        is_right=is_right,
        is_working=None if is_right or option is None else works,
    )
