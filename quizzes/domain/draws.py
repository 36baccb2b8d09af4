"""Fair random draws: strata, unseen first, enemies apart, coverage; the same seed and bank give one paper (F14)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from quizzes.domain.base import Key, Level, Spec, StatementKey, Whole
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named

_RESTARTS = 12
_PATIENCE = 6
"""How many sweeps without any gain before a draw starts again."""
_BROKEN = 10_000
"""What one broken rule weighs against freshness: no draw trades a rule for an unseen question."""


class Bank(Named):
    """Which questions of the course a draw chooses from."""

    OPEN = "open", _("questions that quizzes ask")
    RESERVED = "reserved", _("questions reserved for exams")


class Range(Spec):
    """How many at least and at most."""

    min: Annotated[Whole, Field(ge=0, le=1_000)] = 0
    max: Annotated[Whole, Field(ge=0, le=1_000)] = 1_000

    @model_validator(mode="after")
    def _runs_forward(self) -> Range:
        if self.min > self.max:
            raise ValueError("`min` is above `max`")
        return self

    def misses(self, count: int) -> int:
        """Return by how many a count lies outside."""
        return max(0, self.min - count, count - self.max)


class Stratum(Spec):
    """Take so many questions that fit every filter given; a filter left out fits all."""

    take: Annotated[Whole, Field(ge=1, le=100)]
    kinds: tuple[str, ...] = ()
    units: tuple[Key, ...] = ()
    lessons: tuple[Key, ...] = ()
    quizzes: tuple[Key, ...] = ()
    objectives: tuple[Key, ...] = ()
    levels: tuple[Level, ...] = ()
    difficulties: tuple[Annotated[Whole, Field(ge=1, le=3)], ...] = ()
    statements: tuple[StatementKey, ...] = ()

    def fits(self, candidate: Candidate) -> bool:
        """Say whether a question may be taken for this stratum."""
        pairs = (
            (self.kinds, candidate.kind),
            (self.units, candidate.unit),
            (self.lessons, candidate.lesson),
            (self.quizzes, candidate.quiz),
            (self.objectives, candidate.objective),
            (self.levels, candidate.level),
            (self.difficulties, candidate.difficulty),
        )
        if any(wanted and value not in wanted for wanted, value in pairs):
            return False
        return not self.statements or not candidate.statements.isdisjoint(self.statements)

    def __str__(self) -> str:
        filters = self.model_dump(mode="json", exclude={"take"}, exclude_defaults=True)
        return "; ".join(f"{name}: {', '.join(map(str, values))}" for name, values in filters.items()) or "any question"


class Blueprint(Spec):
    """How a paper is drawn from the bank of a course: strata, and what must hold of the paper as a whole."""

    bank: Bank | None = None
    """None, where nothing is said, is open; an exam has to say so."""
    strata: Annotated[tuple[Stratum, ...], Field(min_length=1)]
    cover: tuple[StatementKey, ...] = ()
    """Statements of the study of which each must be tested."""
    levels: dict[Level, Range] = {}
    difficulties: dict[Annotated[int, Field(ge=1, le=3)], Range] = {}
    per_objective: Annotated[Whole, Field(ge=1, le=1_000)] | None = None
    """Questions on one objective, at most."""
    contested: Annotated[Whole, Field(ge=0, le=1_000)] = 0
    """Questions that rest on a contested matter, at least."""

    @model_serializer(mode="wrap")
    def _unsaid_is_left_out(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out a bank that nobody named: a draw of before has the words it had."""
        body: dict[str, Any] = write(self)
        return {name: value for name, value in body.items() if name != "bank" or value is not None}

    @property
    def is_reserved(self) -> bool:
        """Say whether it draws on reserved questions alone."""
        return self.bank is Bank.RESERVED

    @property
    def size(self) -> int:
        """Return how many questions a paper has."""
        return sum(stratum.take for stratum in self.strata)


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn. `seen` counts this student's papers with it, `used` everyone's."""

    key: str
    kind: str = ""
    unit: str = ""
    lesson: str = ""
    quiz: str = ""
    objective: str = ""
    level: str = ""
    difficulty: int = 1
    statements: frozenset[str] = frozenset()
    enemies: frozenset[str] = frozenset()
    is_contested: bool = False
    seen: int = field(default=0, compare=False)
    used: int = field(default=0, compare=False)


class BankTooSmall(ValueError):
    """No paper can be drawn. `reasons` say what is missing, fit to show to an author."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


def draw(bank: Iterable[Candidate], blueprint: Blueprint, *, seed: str) -> list[Candidate]:
    """Draw a paper, in the order of the strata. Equal seed, bank and blueprint give an equal paper.

    Within a stratum questions this student has not seen come first, then those used least, then chance. Where the rules
    for the whole paper ask for it, questions are exchanged until they hold. Raises BankTooSmall.
    """
    listed = sorted(bank, key=_by_key)
    pools = [[candidate for candidate in listed if stratum.fits(candidate)] for stratum in blueprint.strata]
    _check_sizes(blueprint, pools)
    best: list[str] = []
    for restart in range(_RESTARTS):
        rng = random.Random(f"{seed}/{restart}")  # noqa: S311 (the seed is the secret)
        paper = _Paper(blueprint, [_fresh_first(pool, rng) for pool in pools])
        paper.fill()
        paper.mend(rng)
        broken = paper.broken()
        if not broken:
            return paper.chosen
        best = broken if not best or len(broken) < len(best) else best
    raise BankTooSmall(best)


def without(bank: Iterable[Candidate], own: Collection[str]) -> list[Candidate]:
    """Return a bank without the questions a paper holds anyhow, and without the enemies of those."""
    listed = list(bank)
    foes = {enemy for candidate in listed if candidate.key in own for enemy in candidate.enemies}
    return [each for each in listed if each.key not in foes | set(own) and each.enemies.isdisjoint(own)]


def option_rng(seed: str, key: str) -> random.Random:
    """Return what shuffles the parts of one question on a paper with this seed."""
    return random.Random(f"{seed}/{key}")  # noqa: S311 (the seed is the secret)


def shuffled_paper(groups: Sequence[Sequence[str]], *, seed: str) -> list[str]:
    """Return the keys of a paper in random order; groups (sets of questions on one source) stay together, in order."""
    rng = random.Random(f"{seed}/order")  # noqa: S311 (the seed is the secret)
    return [key for group in rng.sample(list(groups), len(groups)) for key in group]


class _Paper:
    """A paper in the making: one candidate for each place, a place being one `take` of a stratum."""

    def __init__(self, blueprint: Blueprint, pools: list[list[Candidate]]) -> None:
        self.blueprint = blueprint
        self.pools = [pool for stratum, pool in zip(blueprint.strata, pools, strict=True) for _n in range(stratum.take)]
        self.chosen: list[Candidate] = []

    def fill(self) -> None:
        """Give every place the freshest candidate that is free and breaks least, scarcest pools first.

        Where none is free, places exchange what they hold until each has one (augmenting paths), so that strata which
        share questions fail only if there are too few of them.
        """
        seats: dict[int, Candidate] = {}
        for place in sorted(range(len(self.pools)), key=lambda at: len(self.pools[at])):
            if not self._seat(place, seats, tried=set()):
                raise BankTooSmall(["the strata compete for the same questions"])
        self.chosen = [seats[place] for place in range(len(self.pools))]

    def _seat(self, place: int, seats: dict[int, Candidate], *, tried: set[str]) -> bool:
        holders = {candidate.key: at for at, candidate in seats.items() if at != place}
        free = [each for each in self.pools[place] if each.key not in holders and each.key not in tried]
        friendly = (each for each in free if not any(_are_enemies(each, other) for other in seats.values()))
        if free:
            seats[place] = next(friendly, free[0])
            return True
        for candidate in self.pools[place]:
            if candidate.key in tried:
                continue
            tried.add(candidate.key)
            if self._seat(holders[candidate.key], seats, tried=tried):
                seats[place] = candidate
                return True
        return False

    def mend(self, rng: random.Random) -> None:
        """Exchange candidates as long as that lowers the cost, and sideways now and then to leave a dead end."""
        cost, idle = self.cost(), 0
        while cost >= _BROKEN and idle < _PATIENCE:
            before = cost
            for place in rng.sample(range(len(self.chosen)), len(self.chosen)):
                cost = self._improve(place, cost, rng)
            idle = idle + 1 if cost == before else 0

    def _improve(self, place: int, cost: int, rng: random.Random) -> int:
        before = self.chosen[place]
        taken = {candidate.key for candidate in self.chosen}
        options = [candidate for candidate in self.pools[place] if candidate.key not in taken]
        best, best_cost = before, cost
        for candidate in options:
            self.chosen[place] = candidate
            found = self.cost()
            if found < best_cost or (found == best_cost and best is before and rng.random() < 0.3):
                best, best_cost = candidate, found
        self.chosen[place] = best
        return best_cost

    def cost(self) -> int:
        """Return the weight of what is broken, then of what is not fresh."""
        weight = sum(count for _reason, count in self._faults())
        return _BROKEN * weight + sum(20 * candidate.seen + min(candidate.used, 19) for candidate in self.chosen)

    def broken(self) -> list[str]:
        """Return in words what does not hold of the paper."""
        return [reason for reason, count in self._faults() if count]

    def _faults(self) -> Iterable[tuple[str, int]]:
        blueprint, chosen = self.blueprint, self.chosen
        keys = {candidate.key for candidate in chosen}
        foes = sum(len(candidate.enemies & keys) for candidate in chosen if candidate.enemies)
        yield "questions that give each other away stand on one paper", foes
        if blueprint.per_objective is not None:
            counts = Counter(candidate.objective for candidate in chosen)
            over = sum(max(0, count - blueprint.per_objective) for count in counts.values())
            yield f"more than {blueprint.per_objective} questions on one objective", over
        levels = Counter(candidate.level for candidate in chosen)
        for level, wanted in blueprint.levels.items():
            yield f"{wanted.min} to {wanted.max} questions at level {level.value}", wanted.misses(levels[level.value])
        steps = Counter(candidate.difficulty for candidate in chosen)
        for step, wanted in blueprint.difficulties.items():
            yield f"{wanted.min} to {wanted.max} questions of difficulty {step}", wanted.misses(steps[step])
        tested = frozenset().union(*(candidate.statements for candidate in chosen))
        missing = sorted(set(blueprint.cover) - tested)
        yield f"no question tests {', '.join(missing)}", len(missing)
        contested = sum(candidate.is_contested for candidate in chosen)
        yield f"at least {blueprint.contested} questions on contested matters", max(0, blueprint.contested - contested)


def _check_sizes(blueprint: Blueprint, pools: Sequence[Sequence[Candidate]]) -> None:
    short = [
        f"{stratum.take} wanted ({stratum}), {len(pool)} in the bank"
        for stratum, pool in zip(blueprint.strata, pools, strict=True)
        if len(pool) < stratum.take
    ]
    if short:
        raise BankTooSmall(short)


def _fresh_first(pool: Sequence[Candidate], rng: random.Random) -> list[Candidate]:
    return sorted(rng.sample(list(pool), len(pool)), key=_staleness)


def _staleness(candidate: Candidate) -> tuple[int, int]:
    return (candidate.seen, candidate.used)


def _are_enemies(one: Candidate, other: Candidate) -> bool:
    return other.key in one.enemies or one.key in other.enemies


def _by_key(candidate: Candidate) -> str:
    return candidate.key
