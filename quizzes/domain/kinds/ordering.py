"""Ordering: entries to be put in their order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import (
    ONE,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Key,
    Line,
    Problem,
    ReviewRow,
    Spec,
    Workings,
    key_on_paper,
    name_on_paper,
    read_each,
    shuffled,
)
from quizzes.domain.described import Asked, Ordered, Said, Where, texts_of
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.orders import (
    ORDER_RULES,
    Before,
    OrderRule,
    Places,
    all_before,
    each_to_itself,
    kept,
    mean_share_of_orders,
    share_of_order,
)
from quizzes.domain.wording import typed_verdict

_NO_PLACE = _("Give each entry a place, from 1.")
_TWICE = _("Place %(place)d is used twice. Use each place once.")
_OFTEN = _("Place %(place)d is used %(times)d times. Use each place once.")


class Entry(Spec):
    """A thing to be put in order, and why it stands where it does."""

    text: Line
    after: tuple[Key, ...] = ()
    feedback: Line


class OrderingSpec(ItemBase):
    """Entries written in their right order. An answer maps entry keys to places from 1; it may be incomplete.

    A paper starts without places: an order left as it was shown is a blank, which earns nothing, and the order shown
    is never a right one.
    """

    new_rules: ClassVar[int] = 2
    is_arranged: ClassVar[bool] = True
    kind: Literal["ordering"] = "ordering"
    rule: OrderRule = "longest_run"
    entries: Annotated[InOrder[Entry], Field(min_length=3, max_length=7)]

    @model_validator(mode="after")
    def _entries_stand_after_earlier_ones(self) -> OrderingSpec:
        if (self.rule == "graph") != any(entry.after for entry in self.entries.values()):
            raise ValueError("`rule: graph` and entries with `after` belong together: use both or neither")
        earlier: list[str] = []
        for key, entry in self.entries.items():
            if later := [other for other in entry.after if other not in earlier]:
                raise ValueError(f"{key} stands after {', '.join(later)}, but no such entry is written before it")
            earlier.append(key)
        return self

    def clean(self, raw: Answer) -> Answer:
        """Accept places by entry, or a list of entry keys in the order given.

        Two entries in one place are kept, so that nothing is lost while places are being swapped.
        """
        if raw in (None, "", [], {}):
            return None
        if isinstance(raw, list | tuple):
            raw = {str(key): place for place, key in enumerate(raw, start=1)}
        if not isinstance(raw, dict):
            raise InvalidAnswer(_NO_PLACE)
        if any(key not in self.entries for key, place in raw.items() if place not in (None, "")):
            raise InvalidAnswer(_NO_PLACE)
        return read_each(raw, {key: (entry.text, self._place) for key, entry in self.entries.items()})

    def mark(self, answer: Answer) -> Decimal:
        """Apply the rule named in the spec."""
        return share_of_order(self.rule, self._places_in(answer), self._before, rules=self.rules)

    def workings(self, answer: Answer) -> Workings | None:
        """Count what the rule counts, where that is said in a word."""
        size = len(self.entries)
        if self.rule == "pairs":
            right = round(self.mark(answer) * (size - 1))
            words = _("%(right)d of %(all)d entries followed by the right one")
            return Workings(words, {"right": right, "all": size - 1}, tells_key=True)
        if self.rule in ("absolute", "all"):
            words = _("%(right)d of %(all)d entries in their place")
            return Workings(words, {"right": len(self._well_placed(answer)), "all": size}, tells_key=True)
        return None

    def right_answer(self) -> Answer:
        """Return the places as written."""
        return {key: place for place, key in enumerate(self.entries, start=1)}

    def guess_share(self) -> Decimal:
        """Average over all orders, each as likely as another."""
        return mean_share_of_orders(self.rule, len(self.entries), self._before, rules=self.rules)

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each entry by its exact place; where several orders are right, by what it must stand after."""
        given = answer or {}
        right = self._well_placed(given)
        return tuple(
            ReviewRow(
                entry.text,
                str(given.get(key, "")),
                self._right_place(key),
                typed_verdict(given.get(key), Decimal(key in right)),
                entry.feedback,
            )
            for key, entry in self.entries.items()
        )

    def describe(self, answer: Answer) -> str:
        """Return the entries in the order given."""
        return "; ".join(f"{place}. {self.entries[key].text}" for key, place in sorted(answer.items(), key=_by_place))

    def marking_rule(self) -> str:
        """Say how an order that is partly right counts."""
        return ORDER_RULES[self.rule]

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the entries, never into a right order."""
        keys = list(self.entries)
        while self.mark(dict(zip(order := shuffled(keys, rng), range(1, len(keys) + 1), strict=True))) == ONE:
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

    def remarks(self, answer: Answer) -> tuple[Problem, ...]:
        """Name the places that several entries have."""
        used = Counter((answer or {}).values())
        return tuple(
            Problem(_TWICE if times == 2 else _OFTEN, values={"place": place, "times": times})
            for place, times in sorted(used.items())
            if times > 1
        )

    @property
    def headings(self) -> tuple[str, str]:
        """Return what stands above the places; where several orders are right, what an entry stands after."""
        return _("Your place"), _("Stands after") if self.rule == "graph" else _("Right place")

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the wording of the entries."""
        yield from texts_of("entries", self.entries)

    def asked(self) -> tuple[Asked, ...]:
        """Return the order as one place: whole orders are counted."""
        return (Asked(""),)

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the order given."""
        return {"": (self.describe(answer),)}

    def explanations(self) -> Iterator[Said]:
        """Yield why each entry stands where it does."""
        for key, entry in self.entries.items():
            yield Said(entry.feedback, ("entries", key, "feedback"))

    def in_order(self) -> tuple[Ordered, ...]:
        """Return the entries; under `graph` only what `after` leads to must stand before one."""
        after: dict[str, frozenset[str]] = {}
        for key, entry in self.entries.items():
            near = frozenset(entry.after) if self.rule == "graph" else frozenset(after)
            after[key] = near.union(*(after[other] for other in near))
        return tuple(
            Ordered(key, entry.text, entry.feedback, after[key], ("entries", key, "text"))
            for key, entry in self.entries.items()
        )

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Put the entries in an order that is not right."""
        return self.clean(self.order(rng))

    @cached_property
    def _before(self) -> Before:
        keys = list(self.entries)
        return all_before([[keys.index(other) for other in entry.after] for entry in self.entries.values()])

    def _places_in(self, answer: Answer) -> Places:
        return tuple(answer.get(key) for key in self.entries)

    def _well_placed(self, answer: Answer) -> list[str]:
        places = self._places_in(answer)
        if self.rule == "graph":
            return [list(self.entries)[entry] for entry in kept(places, self._before)]
        own = places if self.rules == 1 else each_to_itself(places)
        return [key for key, right in self.right_answer().items() if own[right - 1] == right]

    def _right_place(self, key: str) -> str:
        if self.rule == "graph":
            return "; ".join(self.entries[other].text for other in self.entries[key].after) or "–"
        return str(list(self.entries).index(key) + 1)

    def _place(self, raw: Answer) -> int | None:
        if raw in (None, ""):
            return None
        if str(raw) not in [str(place) for place in range(1, len(self.entries) + 1)]:
            raise InvalidAnswer(_NO_PLACE)
        return int(raw)


def _by_place(entry: tuple[str, int]) -> int:
    return entry[1]
