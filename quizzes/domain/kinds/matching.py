"""Matching: each prompt goes with one of the matches offered to all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
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
    ReviewRow,
    Spec,
    Verdict,
    key_on_paper,
    name_on_paper,
    shuffled,
)
from quizzes.domain.messages import gettext_noop as _


class Prompt(Spec):
    """A thing to be matched, and why its match is right."""

    text: Line
    match: Key
    feedback: Line


class MatchingSpec(ItemBase):
    """Prompts to be matched. An answer maps prompt keys to match keys; prompts left open are absent."""

    is_in_parts: ClassVar[bool] = True

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

    def clean(self, raw: Answer) -> Answer:
        """Accept a mapping; empty places are left out."""
        if raw in (None, "", {}):
            return None
        if not isinstance(raw, dict):
            raise InvalidAnswer(_("Give each prompt one of the matches offered."))
        pairs = {prompt: match for prompt, match in raw.items() if match not in (None, "")}
        if any(prompt not in self.prompts or match not in list(self.matches) for prompt, match in pairs.items()):
            raise InvalidAnswer(_("Give each prompt one of the matches offered."))
        return {prompt: pairs[prompt] for prompt in self.prompts if prompt in pairs} or None

    def mark(self, answer: Answer) -> Decimal:
        """Prompts matched rightly, out of all prompts."""
        right = sum(answer.get(key) == prompt.match for key, prompt in self.prompts.items())
        return Decimal(right) / len(self.prompts)

    def right_answer(self) -> Answer:
        """Return every prompt with its match."""
        return {key: prompt.match for key, prompt in self.prompts.items()}

    def guess_share(self) -> Decimal:
        """One in as many as there are matches, for each prompt."""
        return ONE / len(self.matches)

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each prompt."""
        given = answer or {}
        return tuple(
            ReviewRow(
                prompt.text,
                self.matches[given[key]] if key in given else "",
                self.matches[prompt.match],
                _verdict(given.get(key), prompt.match),
                prompt.feedback,
            )
            for key, prompt in self.prompts.items()
        )

    def describe(self, answer: Answer) -> str:
        """Return the pairs made."""
        return "; ".join(f"{self.prompts[key].text} → {self.matches[match]}" for key, match in answer.items())

    def marking_rule(self) -> str:
        """Say that each pair counts."""
        return _("Each right pair earns an equal part. Some matches fit nothing; one may fit more than once.")

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the matches; the prompts keep the author's order."""
        return shuffled(list(self.matches), rng)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the wording of prompts and matches, the pairs undone."""
        prompts = {str(place): prompt.text for place, prompt in enumerate(self.prompts.values(), start=1)}
        return {"prompts": prompts, "matches": {name_on_paper(key, order): self.matches[key] for key in order}}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name prompts and matches as their author did."""
        if not isinstance(raw, dict):
            return raw
        prompts = list(self.prompts)
        return {key_on_paper(p, prompts): key_on_paper(m, order) if m else m for p, m in raw.items()}

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name prompts and matches as the paper does."""
        if answer is None:
            return None
        prompts = list(self.prompts)
        return {name_on_paper(prompt, prompts): name_on_paper(match, order) for prompt, match in answer.items()}

    def is_complete(self, answer: Answer) -> bool:
        """Say whether every prompt has a match."""
        return answer is not None and len(answer) == len(self.prompts)


def _verdict(given: str | None, right: str) -> Verdict:
    if given is None:
        return Verdict.MISSED
    return Verdict.RIGHT if given == right else Verdict.WRONG
