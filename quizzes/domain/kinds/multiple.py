"""Multiple response: any number of options is right."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import compress, product
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, StrictBool, model_validator

from quizzes.domain.base import (
    ONE,
    ZERO,
    Answer,
    InOrder,
    InvalidAnswer,
    ItemBase,
    Line,
    Number,
    ReviewRow,
    Spec,
    Told,
    Verdict,
    Workings,
    key_on_paper,
    name_on_paper,
    shuffled,
)
from quizzes.domain.described import Asked, Choice, Option, Said, StemIs, Where, texts_of
from quizzes.domain.kinds.single import option_verdict
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.ticks import (
    COUNT_RULES,
    CountRule,
    mean_share_of_ticks,
    share_of_ticks,
    ticked_nearly,
    workings_of_ticks,
)

Rule: TypeAlias = Literal[CountRule, "weights"]
RULES: dict[Rule, str] = {
    **dict(COUNT_RULES.items()),
    "weights": _("Options have different weights; wrong ones take away, never below zero."),
}


class MultipleOption(Spec):
    """One choice offered: right or not, or with a weight of its own."""

    text: Line
    correct: StrictBool = False
    weight: Annotated[Number, Field(ge=-1, le=1)] | None = None
    feedback: Line
    missed: Line | None = None

    @property
    def is_right(self) -> bool:
        """Say whether it is right, or carries a positive weight."""
        return self.correct if self.weight is None else self.weight > 0

    def never_wrong(self, *, is_ticked: bool) -> Self:
        """Return the option as a regrade to “always right” treats it: right if ticked, not missed if left."""
        if self.weight is not None:
            return self.model_copy(update={"weight": max(ZERO, self.weight)})
        return self.model_copy(update={"correct": is_ticked})


class MultipleSpec(ItemBase):
    """A question with one right option or more. An answer is a sorted list of option keys."""

    stem_is: ClassVar[StemIs] = StemIs.QUESTION
    lettered_parts: ClassVar[tuple[str, ...]] = ("options",)
    told_while_trying: ClassVar[Told] = Told.TICKS
    count_words: ClassVar[tuple[str, str]] = (
        _("%(right)d of the %(of)d option you ticked in your last try is right."),
        _("%(right)d of the %(of)d options you ticked in your last try are right."),
    )

    kind: Literal["multiple"] = "multiple"
    rule: Rule = "net"
    options: Annotated[InOrder[MultipleOption], Field(min_length=2, max_length=10)]
    shuffle: StrictBool = True

    @model_validator(mode="after")
    def _key_fits_rule(self) -> MultipleSpec:
        weights = [option.weight for option in self.options.values()]
        if self.rule != "weights":
            if any(weight is not None for weight in weights):
                raise ValueError("`weight` belongs to `rule: weights` only")
            if not self.right_answer():
                raise ValueError("no option is marked `correct: true`")
            return self
        if any(option.correct for option in self.options.values()):
            raise ValueError("under `rule: weights` give `weight`, not `correct`")
        known = [weight for weight in weights if weight is not None]
        if len(known) < len(weights):
            raise ValueError("under `rule: weights` every option has a `weight`")
        if not all(known):
            raise ValueError("an option of weight 0 is neither right nor wrong; give it a weight below 0")
        if sum(weight for weight in known if weight > 0) != ONE:
            raise ValueError("the positive weights must add up to exactly 1")
        if sum(known) > 0:
            raise ValueError("all weights together must not exceed 0, or ticking everything would pay")
        return self

    def key_words(self) -> tuple[str, ...]:
        """Return the wording of the right options."""
        return tuple(option.text for option in self.options.values() if option.is_right)

    def clean(self, raw: Answer) -> Answer:
        """Accept a list of option keys; the order and repetitions do not matter."""
        if raw in (None, "", []):
            return None
        keys = [raw] if isinstance(raw, str) else raw
        if not isinstance(keys, list | tuple) or any(key not in list(self.options) for key in keys):
            raise InvalidAnswer(_("Choose among the options offered."))
        return sorted(set(keys))

    def mark(self, answer: Answer) -> Decimal:
        """Apply the rule named in the spec. Source of `weights`: Moodle's multiple choice with several answers."""
        if self.rule == "weights":
            total = sum((self.options[key].weight or ZERO for key in answer), ZERO)
            return min(ONE, max(ZERO, total))
        return share_of_ticks(self.rule, answer, right=self.right_answer(), offered=len(self.options))

    def workings(self, answer: Answer) -> Workings | None:
        """Count the ticks that are right and wrong; weights are added."""
        if self.rule != "weights":
            return workings_of_ticks(self.rule, answer, right=self.right_answer(), offered=len(self.options))
        weights = [f"{self.options[key].weight:+f}".replace("-", "−") for key in answer]
        return Workings(_("weights of what was chosen: %(weights)s"), {"weights": " ".join(weights)}, tells_key=True)

    def right_answer(self) -> Answer:
        """Return the options that are right, or that carry a positive weight."""
        return sorted(key for key, option in self.options.items() if option.is_right)

    def guess_share(self) -> Decimal:
        """Average over all sets of options, each as likely as another."""
        if self.rule != "weights":
            return mean_share_of_ticks(self.rule, right=len(self.right_answer()), offered=len(self.options))
        sets = [list(compress(self.options, bits)) for bits in product([0, 1], repeat=len(self.options))]
        return sum((self.share_of(ticked or None) for ticked in sets), ZERO) / len(sets)

    def review(self, answer: Answer) -> tuple[ReviewRow, ...]:
        """Judge each option."""
        ticked = set(answer or [])
        rows = []
        for key, option in self.options.items():
            verdict = option_verdict(key in ticked, option.is_right)
            feedback = option.missed if verdict is Verdict.MISSED and option.missed else option.feedback
            rows.append(ReviewRow(option.text, "", "", verdict, feedback))
        return tuple(rows)

    def describe(self, answer: Answer) -> str:
        """Return the wording chosen."""
        return "; ".join(self.options[key].text for key in answer)

    def marking_rule(self) -> str:
        """Say how right and wrong ticks count."""
        return RULES[self.rule]

    def order(self, rng: random.Random) -> list[str]:
        """Shuffle the options unless their order means something."""
        return shuffled(list(self.options), rng) if self.shuffle else list(self.options)

    def parts(self, order: Sequence[str]) -> dict[str, Any]:
        """Return the wording of each option, in the order and by the names of the paper."""
        return {"options": {name_on_paper(key, order): self.options[key].text for key in order}}

    def from_paper(self, raw: Answer, order: Sequence[str]) -> Answer:
        """Name the options as their author did."""
        names = [raw] if isinstance(raw, str) and raw else raw
        return [key_on_paper(name, order) for name in names] if isinstance(names, list | tuple) else names

    def to_paper(self, answer: Answer, order: Sequence[str]) -> Answer:
        """Name the options as the paper does."""
        return None if answer is None else sorted(name_on_paper(key, order) for key in answer)

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Yield the wording of each option."""
        yield from texts_of("options", self.options)

    def option_sets(self) -> Iterator[Choice]:
        """Yield the options."""
        options = tuple(
            Option(option.text, option.is_right, option.feedback, ("options", key, "text"))
            for key, option in self.options.items()
        )
        yield Choice(self.stem, options, ("options",), is_single=False, is_shuffled=self.shuffle)

    def asked(self) -> tuple[Asked, ...]:
        """Return the one place there is."""
        right = frozenset(key for key, option in self.options.items() if option.is_right)
        return (Asked("", offered={key: option.text for key, option in self.options.items()}, right=right),)

    def answered(self, answer: Answer) -> Mapping[str, tuple[str, ...]]:
        """Return the options ticked."""
        return {"": tuple(answer)}

    def explanations(self) -> Iterator[Said]:
        """Yield why each option is right or wrong, and what is said where a right one was missed."""
        for key, option in self.options.items():
            yield Said(option.feedback, ("options", key, "feedback"), option.is_right)
            if option.missed:
                yield Said(option.missed, ("options", key, "missed"))

    def regradable_options(self) -> Mapping[str, str]:
        """Return every option; none under weights, where no option is right by itself."""
        return {} if self.rule == "weights" else {key: option.text for key, option in self.options.items()}

    def wrong_answer(self, rng: random.Random) -> Answer:
        """Leave a right option out and tick a wrong one."""
        return ticked_nearly(self.right_answer(), list(self.options), rng)
