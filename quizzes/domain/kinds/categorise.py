"""Categorise: each entry belongs to one of a few categories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import (
    ONE,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Key,
    Line,
    ReviewRow,
    Spec,
    key_on_paper,
    name_on_paper,
    shuffled,
)
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.wording import typed_verdict


class Member(Spec):
    """A thing that belongs to a category, and why."""

    text: Line
    category: Key
    feedback: Line


class CategoriseSpec(ItemBase):
    """Entries to be put into categories. An answer maps entry keys to category keys; entries left open are absent."""

    kind: Literal["categorise"] = "categorise"
    categories: Annotated[InOrder[Line], Field(min_length=2, max_length=6)]
    entries: Annotated[InOrder[Member], Field(min_length=3, max_length=12)]

    @model_validator(mode="after")
    def _entries_fall_apart(self) -> CategoriseSpec:
        used = {entry.category for entry in self.entries.values()}
        if unknown := sorted(used - set(self.categories)):
            raise ValueError(f"entries belong to categories that are not listed: {', '.join(unknown)}")
        if len(used) == 1:
            raise ValueError("all entries belong to one category; let them fall into two at least")
        return self

    def clean(self, raw: Answer) -> Answer:
        """Accept a mapping; empty places are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, dict):
            raise InvalidAnswer(_("Give each entry one of the categories offered."))
        placed = {entry: category for entry, category in raw.items() if category not in (None, "")}
        if any(key not in self.entries or category not in list(self.categories) for key, category in placed.items()):
            raise InvalidAnswer(_("Give each entry one of the categories offered."))
        return {key: placed[key] for key in self.entries if key in placed} or None

    def mark(self, answer: Answer) -> Decimal:
        """Entries in their category, out of all entries."""
        right = sum(answer.get(key) == entry.category for key, entry in self.entries.items())
        return Decimal(right) / len(self.entries)

    def right_answer(self) -> Answer:
        """Return every entry with its category."""
        return {key: entry.category for key, entry in self.entries.items()}

    def guess_share(self) -> Decimal:
        """One in as many as there are categories, for each entry."""
        return ONE / len(self.categories)

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each entry."""
        given = answer or {}
        return tuple(
            ReviewRow(
                entry.text,
                self.categories[given[key]] if key in given else "",
                self.categories[entry.category],
                typed_verdict(given.get(key), Decimal(given.get(key) == entry.category)),
                entry.feedback,
            )
            for key, entry in self.entries.items()
        )

    def describe(self, answer: Answer) -> str:
        """Return the entries with the categories given to them."""
        return "; ".join(f"{self.entries[key].text} → {self.categories[to]}" for key, to in answer.items())

    def marking_rule(self) -> str:
        """Say that each entry counts."""
        return _("Each entry in its category earns an equal part. A category may take several entries, or none.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the entries; the categories keep the author's order."""
        return shuffled(list(self.entries), rng)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the wording of entries and categories, the one not put into the other."""
        categories = {str(place): text for place, text in enumerate(self.categories.values(), start=1)}
        return {
            "entries": {name_on_paper(key, order): self.entries[key].text for key in order},
            "categories": categories,
        }

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name entries and categories as their author did."""
        if not isinstance(raw, dict):
            return raw
        categories = list(self.categories)
        return {key_on_paper(e, order): key_on_paper(c, categories) if c else c for e, c in raw.items()}

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name entries and categories as the paper does."""
        if answer is None:
            return None
        categories = list(self.categories)
        return {name_on_paper(entry, order): name_on_paper(to, categories) for entry, to in answer.items()}

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every entry has a category."""
        return answer is not None and len(answer) == len(self.entries)
