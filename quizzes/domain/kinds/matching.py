"""Matching: each prompt goes with one of the matches offered to all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from quizzes.domain.base import InOrder, Key, Line, Spec, shuffled
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.pairing import Pairing, Thing, numbered


class Prompt(Spec):
    """A thing to be matched, and why its match is right."""

    text: Line
    match: Key
    feedback: Line


class MatchingSpec(Pairing):
    """Prompts to be matched. An answer maps prompt keys to match keys; prompts left open are absent."""

    things_field: ClassVar[str] = "prompts"
    choices_field: ClassVar[str] = "matches"
    lettered_parts: ClassVar[tuple[str, ...]] = ("matches",)
    unread: ClassVar[str] = _("Give each prompt one of the matches offered.")

    kind: Literal["matching"] = "matching"
    prompts: Annotated[InOrder[Prompt], Field(min_length=2, max_length=8)]
    matches: Annotated[InOrder[Line], Field(min_length=2, max_length=10)]

    @model_validator(mode="after")
    def _matches_exist(self) -> MatchingSpec:
        unknown = sorted({prompt.match for prompt in self.prompts.values()} - set(self.matches))
        if unknown:
            raise ValueError(f"prompts point at matches that are not listed: {', '.join(unknown)}")
        if set(self.matches) == {prompt.match for prompt in self.prompts.values()} and len(self.matches) == len(
            self.prompts
        ):
            raise ValueError("offer at least one match more than is needed, or the last pair is free")
        return self

    def things(self) -> dict[str, Thing]:
        """Return the prompts with their matches."""
        return {key: Thing(each.text, each.match, each.feedback) for key, each in self.prompts.items()}

    def choices(self) -> dict[str, str]:
        """Return the matches."""
        return self.matches

    def names_on(self, order: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """Number the prompts as the author did, the matches as the paper does."""
        return list(self.prompts), order

    def marking_rule(self) -> str:
        """Say that each pair counts."""
        return _("Each right pair earns an equal part. Some matches fit nothing; one may fit more than once.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the matches; the prompts keep the author's order."""
        return shuffled(list(self.matches), rng)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the wording of prompts and matches, the pairs undone."""
        prompts = {key: prompt.text for key, prompt in self.prompts.items()}
        return {"prompts": numbered(prompts, list(prompts)), "matches": numbered(self.matches, order)}
