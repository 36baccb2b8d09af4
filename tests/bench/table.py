"""Figures into tables."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.journeys import Phase

FLOOR_OF = {"lesson, shipped course": "lesson", "start, drawn exam": "start"}
FLOOR_OF |= {"course page": "lesson", "course page, shipped course": "lesson", "class page, large class": "class page"}
"""The floor's journey that another is compared with, where it is not the one of the same name."""


@dataclass
class Figures:
    """The phases of every round, by site, journey and number of clients."""

    phases: dict[tuple[str, str, int], list[Phase]] = field(default_factory=dict)

    def add(self, peer: str, journey: str, clients: int, phase: Phase) -> None:
        """Add what a round found."""
        self.phases.setdefault((peer, journey, clients), []).append(phase)

    def rows(self, counts: dict[str, dict[str, list[int]]]) -> list[list[str]]:
        """Return the table: the ratio is the median of the rounds' ratios to the floor, with the least and the most."""
        found = []
        for (peer, journey, clients), phases in sorted(self.phases.items(), key=lambda each: (each[0][1], each[0][2])):
            floor = self.phases[("floor", FLOOR_OF.get(journey, journey), clients)]
            ratios = [_cpu(own) / _cpu(its) for own, its in zip(phases, floor, strict=True)]
            times = [seconds for phase in phases for seconds in phase.seconds]
            queries, steps = counts[peer].get(journey, ("", ""))
            found.append(
                [
                    journey,
                    str(clients),
                    peer,
                    f"{1000 * statistics.median(map(_cpu, phases)):.2f}",
                    f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
                    f"{1000 * percentile(times, 0.5):.0f}",
                    f"{1000 * percentile(times, 0.95):.0f}",
                    str(queries),
                    str(steps or "–"),
                    str(sum(phase.failures for phase in phases)),
                ]
            )
        return found


HEAD = ["journey", "clients", "site", "CPU ms", "× floor (least–most)", "p50 ms", "p95 ms", "queries", "rows", "failed"]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all do not exceed."""
    return sorted(values)[int(share * (len(values) - 1))]


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _cpu(phase: Phase) -> float:
    return phase.cpu / len(phase.seconds)
