"""Ordering: entries to be put in their order."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise, permutations
from typing import Annotated, Any, Literal

from pydantic import Field

from quizzes.domain.base import (
    ONE,
    ZERO,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Line,
    ReviewRow,
    Spec,
    Verdict,
    key_on_paper,
    name_on_paper,
    shuffled,
)
from quizzes.domain.messages import gettext_noop as _

Rule = Literal["longest_run", "absolute", "pairs", "all"]
RULES: dict[Rule, str] = {
    "longest_run": _("The more entries stand in the right order among themselves, the more you earn."),
    "absolute": _("Each entry in its exact place earns an equal part."),
    "pairs": _("Each entry followed by the right one earns an equal part."),
    "all": _("All or nothing: every entry in its place."),
}


class Entry(Spec):
    """A thing to be put in order, and why it stands where it does."""

    text: Line
    feedback: Line


class OrderingSpec(ItemBase):
    """Entries written in their right order. An answer maps entry keys to places from 1; it may be incomplete."""

    kind: Literal["ordering"] = "ordering"
    rule: Rule = "longest_run"
    entries: Annotated[InOrder[Entry], Field(min_length=3, max_length=7)]

    def clean(self, raw: Answer) -> Answer:
        """Accept places by entry, or a list of entry keys in the order given.

        Two entries in one place are kept, so that nothing is lost while places are being swapped.
        """
        if raw in (None, "", [], {}):
            return None
        if isinstance(raw, list | tuple):
            raw = {str(key): place for place, key in enumerate(raw, start=1)}
        if not isinstance(raw, dict):
            raise InvalidAnswer(_("Give each entry a place, from 1."))
        places: dict[str, int] = {}
        for key, place in raw.items():
            if place in (None, ""):
                continue
            if key not in self.entries or str(place) not in self._places():
                raise InvalidAnswer(_("Give each entry a place, from 1."))
            places[key] = int(place)
        return {key: places[key] for key in self.entries if key in places} or None

    def mark(self, answer: Answer) -> Decimal:
        """Apply the rule named in the spec. Sources: Moodle's ordering question (longest run, absolute, neighbours)."""
        return _share(self.rule, tuple(answer.get(key) for key in self.entries))

    def right_answer(self) -> Answer:
        """Return the places as written."""
        return {key: place for place, key in enumerate(self.entries, start=1)}

    def guess_share(self) -> Decimal:
        """Average over all orders, each as likely as another."""
        return _mean_share(self.rule, len(self.entries))

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each entry by its exact place."""
        given = answer or {}
        return tuple(
            ReviewRow(
                entry.text,
                str(given.get(key, "")),
                str(place),
                _verdict(given.get(key), place),
                entry.feedback,
            )
            for place, (key, entry) in enumerate(self.entries.items(), start=1)
        )

    def describe(self, answer: Answer) -> str:
        """Return the entries in the order given."""
        return "; ".join(f"{place}. {self.entries[key].text}" for key, place in sorted(answer.items(), key=_by_place))

    def marking_rule(self) -> str:
        """Say how an order that is partly right counts."""
        return RULES[self.rule]

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the entries, never into the right order."""
        right = list(self.entries)
        while (order := shuffled(right, rng)) == right:
            continue
        return order

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the wording of the entries, in the order and by the names of the paper."""
        return {"entries": {name_on_paper(key, order): self.entries[key].text for key in order}}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name the entries as their author did."""
        if isinstance(raw, dict):
            return {key_on_paper(name, order): place for name, place in raw.items()}
        return [key_on_paper(name, order) for name in raw] if isinstance(raw, list | tuple) else raw

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name the entries as the paper does."""
        return None if answer is None else {name_on_paper(key, order): place for key, place in answer.items()}

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every entry has a place of its own."""
        return answer is not None and sorted(answer.values()) == list(range(1, len(self.entries) + 1))

    def _places(self) -> list[str]:
        return [str(place) for place in range(1, len(self.entries) + 1)]


def _share(rule: Rule, places: tuple[int | None, ...]) -> Decimal:
    """Return the share earned by the places given to the entries, listed in the right order of the entries."""
    size = len(places)
    if rule == "longest_run":
        return Decimal(_longest_rise([place for place in places if place is not None])) / size
    if rule == "pairs":
        return Decimal(sum(second == first + 1 for first, second in pairwise(places) if first and second)) / (size - 1)
    exact = sum(place == right for right, place in enumerate(places, start=1))
    if rule == "absolute":
        return Decimal(exact) / size
    return ONE if exact == size else ZERO


def _longest_rise(places: list[int]) -> int:
    """Return the length of the longest strictly increasing subsequence (patience sorting)."""
    tails: list[int] = []
    for place in places:
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
    return len(tails)


@cache
def _mean_share(rule: Rule, size: int) -> Decimal:
    orders = list(permutations(range(1, size + 1)))
    return sum((_share(rule, order) for order in orders), ZERO) / len(orders)


def _verdict(given: int | None, right: int) -> Verdict:
    if given is None:
        return Verdict.MISSED
    return Verdict.RIGHT if given == right else Verdict.WRONG


def _by_place(entry: tuple[str, int]) -> int:
    return entry[1]
