"""Categorise: each entry belongs to one of a few categories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import InOrder, Key, Line, Spec, shuffled
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.pairing import Pairing, Thing, numbered


class Member(Spec):
    """A thing that belongs to a category, and why."""

    text: Line
    category: Key
    feedback: Line


class CategoriseSpec(Pairing):
    """Entries to be put into categories. An answer maps entry keys to category keys; entries left open are absent."""

    things_field: ClassVar[str] = "entries"
    choices_field: ClassVar[str] = "categories"
    lettered_parts: ClassVar[tuple[str, ...]] = ("categories",)
    unread: ClassVar[str] = _("Give each entry one of the categories offered.")

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

    def things(self) -> dict[str, Thing]:
        """Return the entries with their categories."""
        return {key: Thing(each.text, each.category, each.feedback) for key, each in self.entries.items()}

    def choices(self) -> dict[str, str]:
        """Return the categories."""
        return self.categories

    def names_on(self, order: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """Number the entries as the paper does, the categories as the author did."""
        return order, list(self.categories)

    def marking_rule(self) -> str:
        """Say that each entry counts."""
        return _("Each entry in its category earns an equal part. A category may take several entries, or none.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the entries; the categories keep the author's order."""
        return shuffled(list(self.entries), rng)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the wording of entries and categories, the one not put into the other."""
        entries = {key: entry.text for key, entry in self.entries.items()}
        return {"entries": numbered(entries, order), "categories": numbered(self.categories, list(self.categories))}
